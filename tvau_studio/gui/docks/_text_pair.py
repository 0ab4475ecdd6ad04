"""A text in the language that a person writes, or in both languages beside each other, the missing one marked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from tvau_studio.domain.labels import LANGUAGES
from tvau_studio.gui.docks._text_field import Target, TextField
from tvau_studio.gui.forms import label

if TYPE_CHECKING:
    from tvau_studio.gui.state import State

_NAMES = {"en": "EN", "zh": "中文"}


class TextPair(QWidget):
    """fields: the one of the language that is written, and the other's. commit(target, text): see `TextField`; a
    target here is what the texts belong to, and the language behind it."""

    def __init__(
        self, state: State, name: str, accessible: str, commit: Callable[[Target, str], bool], lines: tuple[int, int]
    ) -> None:
        super().__init__()
        self._state = state
        self._owner: tuple[str, ...] | None = None
        self.first = TextField(name, accessible, commit, lines)
        self.second = TextField(f"{name}Other", accessible, commit, lines)
        self.fields = (self.first, self.second)
        self._marks = [label("", "small", f"{name}Language"), label("", "small", f"{name}OtherLanguage")]
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        self._columns = []
        for field, mark in zip(self.fields, self._marks, strict=True):
            part = QWidget()
            rows = QVBoxLayout(part)
            rows.setContentsMargins(0, 0, 0, 0)
            rows.setSpacing(2)
            rows.addWidget(mark)
            rows.addWidget(field)
            rows.addStretch()
            line.addWidget(part, 1)
            self._columns.append(part)
        self.setFocusProxy(self.first)

    @property
    def languages(self) -> tuple[str, str]:
        """The language of each field."""
        first = str(self._state.studio.settings["text_language"])
        return first, next(code for code in LANGUAGES if code != first)

    def flush(self) -> None:
        for field in self.fields:
            field.flush()

    def show_texts(
        self, owner: tuple[str, ...] | None, texts: Mapping[str, str], hints: Mapping[str, str] | None = None
    ) -> None:
        """owner: what the texts belong to, without the language; None = there is nothing to write about. texts, hints:
        by language; a hint stands where there is no text, in its absence the other language's text."""
        self._owner = owner
        both = bool(self._state.studio.settings["both_languages"])
        self._columns[1].setVisible(both)
        for field, mark, code, other in zip(
            self.fields, self._marks, self.languages, reversed(self.languages), strict=True
        ):
            text = texts.get(code, "")
            hint = (hints or {}).get(code, "")
            if field is self.second and not both:
                field.show_text(None, "")
                continue
            field.show_text((*owner, code) if owner is not None else None, text, (texts.get(other, "") or hint))
            lacks = owner is not None and not text and bool(texts.get(other))
            mark.setVisible(both)
            mark.setText(_NAMES[code] + (" · " + self.tr("missing") if lacks else ""))
            mark.setProperty("role", "warn" if lacks else "small")
            mark.style().unpolish(mark)
            mark.style().polish(mark)

    def hold(self, target: tuple[str, ...], text: str) -> None:
        """See `TextField.hold`."""
        for field, code in zip(self.fields, self.languages, strict=True):
            if target[-1] == code and (field is self.first or self._columns[1].isVisible()):
                field.hold(target, text)
