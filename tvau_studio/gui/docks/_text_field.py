"""A text of a label, typed in peace: what is typed becomes an Edit a moment later, and is never lost.

It is handed in 400 ms after the last key, when the focus leaves, and before undo or another clip comes; Edits in one
field in a row are one step of undo. Where somebody else changes the same text meanwhile, the draft stays on screen and
the field asks which of the two holds.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from tvau_studio.gui.docks._text_edit import TextEdit
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from tvau_studio.gui.state import State
    from tvau_studio.gui.state.typed import Typed

PAUSE = 400
"""Milliseconds after the last key until what is typed becomes an Edit."""

Target = Hashable
"""What a text belongs to: table, key and field, as whoever makes the Edit needs them."""


@dataclass
class _Kept:
    """A draft that waits for a decision while another text is shown."""

    text: str
    base: str


class TextField(QWidget):
    """One text. commit(target, text): makes the Edit; False where it was refused."""

    def __init__(
        self,
        name: str,
        accessible: str,
        commit: Callable[[Target, str], bool],
        lines: tuple[int, int] = (1, 5),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.edit = TextEdit(lines)
        self.edit.setObjectName(name)
        self.edit.setAccessibleName(accessible)
        self._commit = commit
        self._target: Target | None = None
        self._base = ""  # the text as it is in the project, as far as the draft knows
        self._theirs: str | None = None  # what somebody else made of it meanwhile
        self._dirty = False
        self._kept: dict[Target, _Kept] = {}
        self._keeper: Typed | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self.flush)
        self._build_note(name)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        rows.addWidget(self.edit)
        rows.addWidget(self._note)
        self.setFocusProxy(self.edit)
        self.edit.textChanged.connect(self._typed)
        self.edit.left.connect(self.flush)
        self.edit.finished.connect(self.flush)

    def _build_note(self, name: str) -> None:
        self._note = QWidget()
        self._note.setObjectName(f"{name}Conflict")
        self._said = QLabel()
        self._said.setProperty("role", "warn")
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        self._said.setWordWrap(True)
        mine, theirs = QPushButton(self.tr("Keep mine")), QPushButton(self.tr("Take theirs"))
        for button in (mine, theirs):
            button.setProperty("role", "chip")
        mine.clicked.connect(self.keep_mine)
        theirs.clicked.connect(self.take_theirs)
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(mine)
        line.addWidget(theirs)
        line.addStretch()
        rows = QVBoxLayout(self._note)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        rows.addWidget(self._said)
        rows.addLayout(line)
        self._note.hide()

    def keep_in(self, keeper: Typed) -> None:
        """Keep what is typed on disk until it is in the project."""
        self._keeper = keeper

    # -- what is shown

    @property
    def text(self) -> str:
        return self.edit.toPlainText()

    @property
    def conflict(self) -> bool:
        """Whether somebody else changed the text while it was being typed."""
        return self._theirs is not None

    def show_text(self, target: Target | None, text: str, placeholder: str = "") -> None:
        """Show a text of the project; None = there is nothing to write about. The same target again: the text may have
        changed, by oneself or by others. Another one: what was typed about the one before is handed in first."""
        if placeholder != self.edit.placeholderText():
            self.edit.setPlaceholderText(placeholder)
            self.edit.viewport().update()  # Qt does not, where one hint follows another
        if target != self._target:
            self._leave()
            self._target = target
            self.setEnabled(target is not None)
            kept = self._kept.pop(target, None) if target is not None else None
            self._base, self._theirs, self._dirty = text, None, False
            self._put(text)
            if kept is None and target is not None and self._keeper is not None:
                left = self._keeper.get(target)  # by a window that was killed; somebody changed the text since
                kept = _Kept(left.text, left.base) if left is not None and left.base != text else None
            if kept is not None and kept.text != text:
                self._base, self._dirty, self._theirs = kept.base, True, text
                self._put(kept.text)
        elif text == self.text:
            self._base, self._theirs, self._dirty = text, None, False
            self._pause.stop()
        elif not self._dirty:
            self._base = text
            self._put(text)
        elif text != self._base:
            self._theirs = text
            self._pause.stop()
        self._show_note()

    def hold(self, target: Target, text: str) -> None:
        """The Edit that wrote `text` was refused, and what somebody else wrote is shown: what was typed comes back as a
        draft."""
        if target != self._target:
            self._kept[target] = _Kept(text, self._base)
        elif not self._dirty and text != self.text:
            self._theirs = self._base = self.text
            self._dirty = True
            self._put(text)
            if self._keeper is not None:
                self._keeper.keep(target, text, self._base)
            self._show_note()

    def _put(self, text: str) -> None:
        if text != self.text:
            self.edit.blockSignals(True)
            at = min(self.edit.textCursor().position(), len(text))
            self.edit.setPlainText(text)
            cursor = self.edit.textCursor()
            cursor.setPosition(at)
            self.edit.setTextCursor(cursor)
            self.edit.blockSignals(False)
        self.edit.fit()

    # -- what is typed

    def write(self, text: str) -> None:
        """Put a text in, as if it had been typed, and hand it in."""
        self.edit.setPlainText(text)
        self.flush()

    def _typed(self) -> None:
        self.edit.fit()
        self._dirty = True
        if self._keeper is not None and self._target is not None:
            self._keeper.keep(self._target, self.text, self._base)
        if self._theirs is None:
            self._pause.start()

    def flush(self) -> None:
        """Hand in what is typed; not while it has to be decided which text holds."""
        self._pause.stop()
        if self._dirty and self._theirs is None and self._target is not None:
            text = self.text
            self._dirty = False
            if text == self._base:
                return
            before, self._base = self._base, text
            if not self._commit(self._target, text):
                self._base, self._dirty = before, True
            elif self._keeper is not None:
                self._keeper.hand_in(self._target)

    def _leave(self) -> None:
        if self._target is None:
            return
        self.flush()
        if self._dirty:
            self._kept[self._target] = _Kept(self.text, self._base)

    def keep_mine(self) -> None:
        """What was typed here holds."""
        if self._theirs is not None:
            self._base, self._theirs, self._dirty = self._theirs, None, True
            self.flush()
            self._show_note()

    def take_theirs(self) -> None:
        """What somebody else wrote holds; the draft goes."""
        if self._theirs is not None:
            self._base, self._dirty = self._theirs, False
            if self._keeper is not None and self._target is not None:
                self._keeper.drop(self._target)
            text, self._theirs = self._theirs, None
            self._put(text)
            self._show_note()

    def _show_note(self) -> None:
        if self._theirs is not None:
            theirs = " ".join(self._theirs.split())[:200]
            self._said.setText(
                self.tr("Changed elsewhere to “{text}”. What you typed is not saved yet.").format(text=theirs)
                if theirs
                else self.tr("Changed elsewhere. What you typed is not saved yet.")
            )
        self._note.setVisible(self._theirs is not None)


def helped(field: TextField, state: State, name: str, about: Callable[[], tuple[str, str | None]]) -> None:
    """Offer in a field what was written before. name: appearance, motion, environment or trajectory. about(): the
    language of the text and the event that it is about."""

    def complete(typed: str) -> str:
        language, event = about()
        return state.phrases.complete(name, language, typed, event)

    def offers() -> tuple[list[str], list[str]]:
        language, event = about()
        return state.phrases.offers(name, language, event)

    def say(n: int) -> None:
        state.document.refused.emit(tr("The paste was too long for one text; {n} characters are left out.", n=n))

    field.edit.complete, field.edit.offers = complete, offers
    field.edit.cut.connect(say)
