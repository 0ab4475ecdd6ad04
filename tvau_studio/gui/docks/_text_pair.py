"""A text in the language that a person writes, or in both languages beside each other, the missing one marked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from tvau_studio.domain.labels import LANGUAGES
from tvau_studio.gui.docks._suggestion import Suggestion
from tvau_studio.gui.docks._text_field import Target, TextField, helped
from tvau_studio.gui.forms import label

if TYPE_CHECKING:
    from tvau_studio.gui.state import State

_NAMES = {"en": "EN", "zh": "中文"}


class TextPair(QWidget):
    """fields: the one of the language that is written, and the other's. commit(target, text): see `TextField`; a
    target here is what the texts belong to, and the language behind it. field: appearance, motion or trajectory, whose
    earlier texts are offered."""

    def __init__(
        self,
        state: State,
        name: str,
        accessible: str,
        commit: Callable[[Target, str], bool],
        lines: tuple[int, int],
        field: str,
    ) -> None:
        super().__init__()
        self._state = state
        self._field = field
        self._owner: tuple[str, ...] | None = None
        self.first = TextField(name, accessible, commit, lines)
        self.second = TextField(f"{name}Other", accessible, commit, lines)
        self.fields = (self.first, self.second)
        self.draft = Suggestion(state.theme, f"{name}Draft", self._take_draft)
        for at, one in enumerate(self.fields):
            one.keep_in(state.typed)
            helped(one, state, field, lambda at=at: self._about(at))
        self.draft.left.connect(lambda: state.drafter.drop(self._target(0)))
        state.drafter.changed.connect(self._show_draft)
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
            if field is self.first:
                rows.addWidget(self.draft)
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
            self._show_draft()
            mark.style().unpolish(mark)
            mark.style().polish(mark)

    # -- what is offered

    def _target(self, at: int) -> tuple[str, ...]:
        return (*(self._owner or ("", "", "")), self.languages[at])

    def _about(self, at: int) -> tuple[str, str | None]:
        """The language of a field, and the event that its text is about."""
        owner = self._owner or ("", "")
        thing = ("object", owner[1]) if owner[0] == "override" else (owner[0], owner[1])
        return self.languages[at], self._state.phrases.event_of(*thing)

    def _show_draft(self) -> None:
        """What the model drafted for this very text."""
        words = self._state.drafter.drafts.get(self._target(0), "") if self._owner is not None else ""
        self.draft.offer(words, self.first.text, self._state.studio.models.name)

    def _take_draft(self, text: str, whole: bool) -> None:
        """In place of the text, or where a part was selected, behind it."""
        old = self.first.text.rstrip()
        joined = text if whole or not old else f"{old}{'' if old[-1] in '。，；' else ' '}{text}"
        self.first.write(joined)

    def hold(self, target: tuple[str, ...], text: str) -> None:
        """See `TextField.hold`."""
        for field, code in zip(self.fields, self.languages, strict=True):
            if target[-1] == code and (field is self.first or self._columns[1].isVisible()):
                field.hold(target, text)
