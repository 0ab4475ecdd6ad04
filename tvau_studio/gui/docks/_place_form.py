"""Where from, where to, and the way: derived from the boxes until a person says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from tvau_studio.domain import actions, dialogue
from tvau_studio.domain.geometry import REGIONS
from tvau_studio.domain.labels import Object, text
from tvau_studio.gui.docks._regions import DerivedBox, RegionGrid
from tvau_studio.gui.docks._text_pair import TextPair
from tvau_studio.gui.forms import column, label, link, row

if TYPE_CHECKING:
    from tvau_studio.gui.docks._text_field import Target
    from tvau_studio.gui.state import State


class PlaceForm(QWidget):
    """Of the selected object in the open clip. write(target, text): makes the Edit of the trajectory."""

    def __init__(self, state: State, write: Callable[[Target, str], bool]) -> None:
        super().__init__()
        self._state = state
        theme = state.theme
        self._title = label()
        self._said = label("", "small", "placeState")
        self._reset = link(self.tr("reset"), self._reset_all, "placeReset")
        self.grid = RegionGrid(theme)
        self.grid.picked.connect(lambda region, end: self.set_place("end_region" if end else "start_region", region))
        regions = [(name, name) for name in REGIONS]
        self.start = DerivedBox(theme, "fromBox", self.tr("From region"), regions)
        self.end = DerivedBox(theme, "toBox", self.tr("To region"), regions)
        self.start.chosen.connect(lambda value: self.set_place("start_region", value))
        self.end.chosen.connect(lambda value: self.set_place("end_region", value))
        self.trajectory = TextPair(state, "trajectoryEdit", self.tr("Trajectory"), write, (1, 4), "trajectory")
        form = column(self, 4)
        form.addLayout(row(self._title, None, self._said, self._reset))
        places = row(self.grid, self.start, label("→"), self.end)
        places.setStretch(1, 1)
        places.setStretch(3, 1)
        form.addLayout(places)
        form.addWidget(self.trajectory)

    def show_object(self, thing: Object | None) -> None:
        document, clip = self._state.document.document, self._state.document.clip_row
        for widget in (self.grid, self.start, self.end):
            widget.setEnabled(clip is not None and thing is not None)
        if clip is None or thing is None:
            self._title.setText(self.tr("From → to, trajectory"))
            self._said.setText(self.tr("of a clip"))
            self._reset.hide()
            self.trajectory.show_texts(None, {})
            return
        regions = document.regions(thing, clip)
        override = document.override(thing.key, clip.key)
        self.start.show_value(regions[0] if regions else None, override.start_region if override else None)
        self.end.show_value(regions[-1] if regions else None, override.end_region if override else None)
        self.grid.show_regions(*dialogue.from_to(document, thing, clip))
        self._title.setText(self.tr("From → to, trajectory in {range}").format(range=clip.range))
        own = {code: text(override, "trajectory", code) if override else "" for code in ("en", "zh")}
        changed = override is not None and bool(any(own.values()) or override.start_region or override.end_region)
        self._said.setText(self.tr("changed ·") if changed else self.tr("derived"))
        self._reset.setVisible(changed)
        nowhere = self.tr("not in the picture in this clip")
        hints = {code: dialogue.trajectory_text(regions, code) or nowhere for code in own}
        self.trajectory.show_texts(("override", thing.key, clip.key), own, hints)

    def set_place(self, field: str, value: str | None) -> None:
        """start_region or end_region of the selected object in the open clip; None = derived."""
        thing, clip, document = self._state.selection.row, self._state.document.clip_row, self._state.document
        if thing is not None and clip is not None:
            document.attempt(actions.set_override, document.who, thing.key, clip.key, **{field: value})

    def _reset_all(self) -> None:
        """All three follow from the boxes again, in both languages."""
        thing, clip, document = self._state.selection.row, self._state.document.clip_row, self._state.document
        if thing is not None and clip is not None:
            empty = {"start_region": None, "end_region": None, "trajectory_en": "", "trajectory_zh": ""}
            document.attempt(actions.set_override, document.who, thing.key, clip.key, **empty)
