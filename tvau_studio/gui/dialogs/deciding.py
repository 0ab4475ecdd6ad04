"""Many drafts at once: which of them, how many that is, and what becomes of them, before anything is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QFormLayout

from tvau_studio.domain import actions
from tvau_studio.domain.draft_filter import DraftFilter, drafts, size_of
from tvau_studio.domain.geometry import REGIONS
from tvau_studio.gui.dialogs._deed import DeedDialog
from tvau_studio.gui.forms import counted, label, row
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from tvau_studio.domain.labels import Object
    from tvau_studio.gui.state import State


class DecideDialog(DeedDialog):
    """Accept or reject drafts of the clip or the video by score, size, region and event, as one step of undo. Those
    that are meant are selected while one chooses, so that they are seen in the picture.
    """

    def __init__(self, parent: QWidget, state: State) -> None:
        super().__init__(parent, state, "decideDialog", tr("Decide on many drafts"), tr("Accept"))
        self.setModal(False)  # the picture is looked at meanwhile
        self._before = list(state.selection.objects)
        self._verdict = self._choice("decideVerdict", tr("What becomes of them"), [(True, tr("accept"))])
        self._verdict.addItem(tr("reject"), False)
        places: list[tuple[object, str]] = [(True, tr("in this clip")), (False, tr("in this video"))]
        self._scope = self._choice("decideScope", tr("Where"), places)
        every = drafts(state.document.document, self._video(), None, DraftFilter())
        largest = max((size_of(state.document.document, thing) for thing in every), default=0.0)
        self._scores = self._bounds("Score", 1.0, 0.05, 2)
        self._sizes = self._bounds("Size", max(1.0, float(int(largest) + 1)), 1.0, 0)
        events = sorted({s.event for t in every for s in state.document.document.segments(t.key) if s.event})
        self._region = self._choice("decideRegion", tr("Region"), [("", tr("any")), *((r, tr(r)) for r in REGIONS)])
        self._event = self._choice("decideEvent", tr("Event"), [("", tr("any")), *((e, e) for e in events)])
        form = QFormLayout()
        form.setSpacing(8)
        form.addRow(tr("Drafts"), row(self._verdict, self._scope, None))
        form.addRow(tr("Score"), row(self._scores[0], label(tr("to")), self._scores[1], None))
        form.addRow(tr("Size"), row(self._sizes[0], label(tr("to")), self._sizes[1], None))
        form.addRow(tr("Region"), row(self._region, None))
        form.addRow(tr("Event"), row(self._event, None))
        self.body.addLayout(form)
        self.finished.connect(self._leave)
        state.document.changed.connect(self._show)
        self._show()

    def _video(self) -> str:
        video = self.state.document.video_row
        return video.key if video is not None else ""

    def _choice(self, name: str, accessible: str, items: list[tuple[object, str]]) -> QComboBox:
        made = QComboBox()
        made.setObjectName(name)
        made.setAccessibleName(accessible)
        for value, text in items:
            made.addItem(text, value)
        made.currentIndexChanged.connect(lambda _: self._show())
        return made

    def _bounds(self, name: str, most: float, step: float, decimals: int) -> tuple[QDoubleSpinBox, QDoubleSpinBox]:
        made = []
        for end, value in (("Least", 0.0), ("Most", most)):
            spin = QDoubleSpinBox()
            spin.setObjectName(f"decide{end}{name}")
            spin.setAccessibleName({"Least": tr("At least"), "Most": tr("At most")}[end])
            spin.setDecimals(decimals)
            spin.setRange(0.0, most)
            spin.setSingleStep(step)
            spin.setValue(value)
            spin.setSuffix(" px" if name == "Size" else "")
            spin.valueChanged.connect(lambda _: self._show())
            made.append(spin)
        return made[0], made[1]

    def _meant(self) -> list[Object]:
        document, clip = self.state.document.document, self.state.document.clip_row
        frames = clip.range if clip is not None and self._scope.currentData() else None
        wish = DraftFilter(
            self._scores[0].value(),
            self._scores[1].value(),
            self._sizes[0].value(),
            self._sizes[1].value(),
            self._region.currentData(),
            self._event.currentData(),
        )
        return drafts(document, self._video(), frames, wish)

    def _show(self, *_: object) -> None:
        if not hasattr(self, "_event"):
            return  # the form is being made
        meant, document = self._meant(), self.state.document.document
        every = len(drafts(document, self._video(), None, DraftFilter()))
        accept = bool(self._verdict.currentData())
        self.go.setEnabled(bool(meant))
        many = counted(len(meant), tr("draft"), tr("drafts"))
        self.go.setText(tr("Accept {many}", many=many) if accept else tr("Reject {many}", many=many))
        numbers = ", ".join(str(thing.track) for thing in meant[:12]) + (" …" if len(meant) > 12 else "")
        if not meant:
            self.said.setText(tr("None of the video's {every} drafts is meant.", every=every))
        else:
            told = {"many": many, "every": every, "numbers": numbers}
            self.said.setText(tr("{many} of {every}: {numbers}. They are selected in the picture.", **told))
        self.state.selection.select_all([thing.key for thing in meant])

    def _leave(self) -> None:
        here = self.state.document.document
        self.state.selection.select_all([key for key in self._before if here.get("object", key) is not None])

    def do(self) -> bool:
        keys = [thing.key for thing in self._meant()]
        return self.state.document.attempt(actions.decide, keys, bool(self._verdict.currentData()))
