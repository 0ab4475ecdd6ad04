"""Parts of the panel of comments: one thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLineEdit, QWidget

from tvau_studio.domain.labels import Comment, Object
from tvau_studio.gui.docks import _history_words as words
from tvau_studio.gui.forms import column, label, link, paragraph, row
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from tvau_studio.domain.document import Document
    from tvau_studio.gui.state.remarks import Thread

FIELDS = ("", "box", "event", "segment", "appearance", "motion", "from", "to", "trajectory", "environment")
"""What of an object or clip a comment can be pinned to."""


def pin_words(document: Document, comment: Comment) -> str:
    """Where a comment is pinned, in words."""
    thing = document.get("object", comment.object) if comment.object else None
    parts = [tr("object {n}", n=thing.track)] if isinstance(thing, Object) else []
    parts += [tr("frame {n}", n=comment.frame)] if comment.frame is not None else []
    parts += [tr(comment.field)] if comment.field else []
    return " · ".join(parts) or tr("the clip")


class ThreadCard(QFrame):
    """One thread: where, why, who said what; reply, resolve, delete."""

    def __init__(
        self,
        document: Document,
        thread: Thread,
        me: str,
        go: Callable[[Comment], None],
        deed: Callable[[str, Comment, str], bool],
        pointed: bool,
    ) -> None:
        """deed(what, comment, words): does "reply", "resolve", "reopen" or "delete"; False where it was refused."""
        super().__init__()
        first = thread.first
        self.key = first.key
        self._deed = deed
        self._first = first
        self.setObjectName(f"thread_{first.key}")
        self.setProperty("role", "card")
        self.setProperty("chosen", pointed)
        self.setAccessibleName(tr("Comment of {name}: {said}", name=first.author, said=first.text))
        pin = link(pin_words(document, first), lambda: go(first), "threadPin")
        state = label(tr("resolved") if first.resolved else "", "ok")
        state.setVisible(first.resolved)
        reason = label(tr(first.reason), "warn")
        reason.setVisible(bool(first.reason))
        whole = column(self, 4, (12, 8, 10, 8))
        whole.addLayout(row(pin, None, reason, state, spacing=8))
        for comment in (first, *thread.answers):
            whole.addWidget(label(f"{comment.author} · {words.when(comment.made)}", "small"))
            if comment.text:
                text = paragraph("")
                text.setText(comment.text)
                text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                whole.addWidget(text)
        self._answer = QLineEdit()
        self._answer.setObjectName("threadAnswer")
        self._answer.setAccessibleName(tr("Answer"))
        self._answer.setPlaceholderText(tr("Answer…"))
        self._answer.returnPressed.connect(self._reply)
        self._answer.hide()
        whole.addWidget(self._answer)
        deeds: list[QWidget | None] = [link(tr("Reply"), self._open_answer, "threadReply")]
        if first.resolved:
            deeds.append(link(tr("Reopen"), lambda: deed("reopen", first, ""), "threadReopen"))
        else:
            deeds.append(link(tr("Resolve"), lambda: deed("resolve", first, ""), "threadResolve"))
        if first.author == me:
            deeds.append(link(tr("Delete"), lambda: deed("delete", first, ""), "threadDelete"))
        whole.addLayout(row(*deeds, None, spacing=14))

    def _open_answer(self) -> None:
        self._answer.show()
        self._answer.setFocus()

    def _reply(self) -> None:
        if self._answer.text().strip() and self._deed("reply", self._first, self._answer.text()):
            self._answer.clear()
