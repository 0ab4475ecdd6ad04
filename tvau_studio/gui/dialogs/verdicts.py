"""Giving a clip back, and reopening one that was accepted: each asks why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut

from tvau_studio.domain import actions
from tvau_studio.domain.labels import REASONS
from tvau_studio.gui.dialogs._deed import DeedDialog
from tvau_studio.gui.forms import label
from tvau_studio.gui.remark_form import CommentEdit, ReasonChips
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from tvau_studio.gui.state import State


class ReturnDialog(DeedDialog):
    """What has to be changed in the open clip: a reason that is counted (Alt+1 to 4), and words. The remark is pinned
    to the frame shown and the object selected. then: is called once the clip was given back.
    """

    def __init__(self, parent: QWidget, state: State, then: Callable[[], object]) -> None:
        super().__init__(parent, state, "returnDialog", tr("Return the clip"), tr("Return"))
        self._then = then
        self._reasons = ReasonChips("returnReason")
        self._words = CommentEdit("returnRemark", tr("What has to be changed"))
        self._words.setPlaceholderText(tr("What has to be changed?"))
        self._words.sent.connect(self.go.click)
        self._words.left.connect(self.reject)
        self.body.addWidget(label(tr("What is it about?  (Alt+1 to Alt+4)")))
        self.body.addWidget(self._reasons)
        self.body.addWidget(self._words)
        for n, reason in enumerate(REASONS, start=1):
            QShortcut(QKeySequence(f"Alt+{n}"), self, lambda reason=reason: self._reasons.choose(reason))
        thing, frame, clip = state.selection.row, max(0, state.playback.frame), state.document.clip_row
        pins = [tr("frame {n}", n=frame), *([tr("object {n}", n=thing.track)] if thing is not None else [])]
        who = clip.annotator if clip is not None else ""
        said = tr("Pinned to {places}.", places=" · ".join(pins))
        self.said.setText(f"{said} {tr('Goes back to {name}.', name=who)}" if who else said)
        self._words.setFocus()

    def do(self) -> bool:
        state, clip = self.state, self.state.document.clip_row
        if clip is None:
            return True
        words, reason, thing = self._words.toPlainText(), self._reasons.reason, state.selection.row
        if not words.strip() and not reason:
            self.said.setText(tr("Choose a reason or say what has to be changed."))
            return False
        done = state.document.attempt(
            actions.return_clip,
            state.document.who,
            clip.key,
            words,
            max(0, state.playback.frame),
            reason=reason,
            object=thing.key if thing is not None else None,
        )
        if done:
            self._then()
        return done


class ReopenDialog(DeedDialog):
    """Why an accepted clip is unlocked."""

    def __init__(self, parent: QWidget, state: State) -> None:
        super().__init__(parent, state, "reopenDialog", tr("Reopen the accepted clip"), tr("Reopen"))
        self._words = CommentEdit("reopenWhy", tr("Why it is reopened"))
        self._words.setPlaceholderText(tr("Why is it reopened?"))
        self._words.sent.connect(self.go.click)
        self._words.left.connect(self.reject)
        self.body.addWidget(self._words)
        self.said.setText(tr("Its labels can be changed then, and somebody has to accept it again."))
        self.go.setEnabled(False)
        self._words.textChanged.connect(lambda: self.go.setEnabled(bool(self._words.toPlainText().strip())))
        self._words.setFocus(Qt.FocusReason.OtherFocusReason)

    def do(self) -> bool:
        document, clip = self.state.document, self.state.document.clip_row
        if clip is None:
            return True
        return document.attempt(actions.reopen_clip, document.who, clip.key, self._words.toPlainText())
