"""The panel of comments: what reviewers say of the clip, answered and resolved; each goes to its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QPushButton, QScrollArea, QWidget

from tvau_studio.domain import actions
from tvau_studio.domain.labels import new_key
from tvau_studio.gui.docks._comment_parts import FIELDS, ThreadCard
from tvau_studio.gui.docks._flow import Flow
from tvau_studio.gui.docks._regions import QuietComboBox
from tvau_studio.gui.forms import button, column, label, paragraph, row, separator
from tvau_studio.gui.remark_form import CommentEdit, ReasonChips
from tvau_studio.gui.showing import show_place
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QShowEvent

    from tvau_studio.domain.labels import Comment
    from tvau_studio.gui.state import State

_KEEP = 200
"""Milliseconds after the last key until what is typed is kept on disk."""
_MOST = 200
"""Threads that are drawn at once."""


class CommentsPanel(QWidget):
    """What is typed belongs to the open clip and waits there."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self.setObjectName("commentsPanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._stale = True
        self._build()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._read)
        self._keep = QTimer(self)
        self._keep.setSingleShot(True)
        self._keep.setInterval(_KEEP)
        self._keep.timeout.connect(self._keep_draft)
        state.remarks.changed.connect(self._changed)
        state.remarks.arrived.connect(self._point)
        state.document.loaded.connect(self._loaded)
        state.document.flush.connect(self._keep_draft)
        state.selection.changed.connect(self._show_pins)
        state.playback.frameShown.connect(lambda _: self._show_pins())
        self._text.textChanged.connect(self._keep.start)
        self._clip = ""
        self._loaded()
        self._read()

    def _build(self) -> None:
        self._title = label("", "title", "commentsTitle")
        self._scope = QuietComboBox("commentsScope", tr("Whose comments are listed"))
        for text, value in ((tr("This clip"), False), (tr("This video"), True)):
            self._scope.addItem(text, value)
        self._scope.activated.connect(lambda _: self._read())
        self._resolved = QPushButton(tr("Resolved"))
        self._resolved.setObjectName("commentsResolved")
        self._resolved.setProperty("role", "chip")
        self._resolved.setCheckable(True)
        self._resolved.setToolTip(tr("List resolved comments too"))
        self._resolved.clicked.connect(lambda _: self._read())
        self._cards = QWidget()
        self._cards.setProperty("panel", True)
        self._rows = column(self._cards, 8, (12, 4, 12, 12))
        self._rows.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setObjectName("commentsScroll")
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._cards)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._empty = paragraph("muted", "commentsEmpty")
        self._empty.setContentsMargins(14, 2, 14, 8)

        self._text = CommentEdit("commentEdit", tr("New comment"))
        self._text.setPlaceholderText(tr("What should be changed, and why?"))
        self._text.sent.connect(self.send)
        self._text.left.connect(self._leave)
        self._reasons = ReasonChips("commentReason")
        self._object, self._frame = self._pin("commentObject"), self._pin("commentFrame")
        self._object.setChecked(True)
        self._frame.setChecked(True)
        self._field = QuietComboBox("commentField", tr("What it is about"))
        for name in FIELDS:
            self._field.addItem(tr(name) if name else tr("anything"), name)
        self._send = button(tr("Comment"), self.send, "commentSend", "primary")
        self._write = QWidget()
        form = column(self._write, 6, (14, 8, 12, 10))
        form.addWidget(self._reasons)
        form.addWidget(self._text)
        pins = QWidget()
        flow = Flow(pins, 4)
        for part in (self._object, self._frame, self._field):
            flow.addWidget(part)
        line = row(pins, self._send)
        line.setStretch(0, 1)
        form.addLayout(line)

        whole = column(self, 0)
        head = column(None, 0, (14, 10, 12, 6))
        head.addLayout(row(self._title, None, self._resolved, self._scope))
        whole.addLayout(head)
        whole.addWidget(self._empty)
        whole.addWidget(self._scroll, 1)
        whole.addStretch()
        whole.addWidget(separator())
        whole.addWidget(self._write)

    def _pin(self, name: str) -> QPushButton:
        made = QPushButton()
        made.setObjectName(name)
        made.setProperty("role", "chip")
        made.setCheckable(True)
        made.setAutoDefault(False)
        return made

    # -- following

    def _changed(self) -> None:
        self._stale = True
        if self.isVisible():
            self._soon.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._read()

    def hideEvent(self, event: QHideEvent) -> None:
        self._keep_draft()
        super().hideEvent(event)

    def _loaded(self) -> None:
        """Another clip is open: its own half-typed comment."""
        clip = self._state.document.clip_row
        key = clip.key if clip is not None else ""
        if key != self._clip:
            self._clip = key
            self._put(self._state.remarks.draft)
        self._write.setEnabled(clip is not None)
        self._show_pins()

    def _put(self, text: str) -> None:
        self._text.blockSignals(True)
        self._text.setPlainText(text)
        self._text.blockSignals(False)

    def _keep_draft(self) -> None:
        self._keep.stop()
        clip = self._state.document.clip_row
        if clip is not None and clip.key == self._clip:
            self._state.remarks.draft = self._text.toPlainText()

    def _show_pins(self) -> None:
        thing, frame = self._state.selection.row, self._state.playback.frame
        self._object.setVisible(thing is not None)
        self._object.setText(tr("object {n}", n=thing.track) if thing is not None else "")
        self._frame.setVisible(frame >= 0)
        self._frame.setText(tr("frame {n}", n=frame))

    def _read(self) -> None:
        self._stale = False
        state = self._state
        while self._rows.count() > 1:
            card = self._rows.takeAt(0).widget()
            card.hide()
            card.deleteLater()
        threads = state.remarks.threads(bool(self._scope.currentData()))
        open_ = [t for t in threads if not t.first.resolved]
        shown = (threads if self._resolved.isChecked() else open_)[:_MOST]
        if (pointed := state.remarks.pointed) and all(t.first.key != pointed for t in shown):
            shown += [t for t in threads if t.first.key == pointed]
        for n, thread in enumerate(shown):
            me = state.document.who.name
            chosen = thread.first.key == pointed
            card = ThreadCard(state.document.document, thread, me, self._go, self._do, chosen)
            self._rows.insertWidget(n, card)
        self._title.setText(tr("COMMENTS · {n} OPEN", n=len(open_)) if open_ else tr("COMMENTS"))
        self._empty.setVisible(not shown)
        if state.document.video_row is None:
            self._empty.setText(tr("Nothing is open."))
        elif threads:
            self._empty.setText(tr("Every comment here is resolved."))
        else:
            self._empty.setText(tr("No comments. Say what should be changed: it is pinned to what you look at."))
        self._scroll.setVisible(bool(shown))
        self._rows.activate()

    def _point(self) -> None:
        """Show the thread that was asked for, or the field for a new one."""
        key = self._state.remarks.pointed
        self._read()
        if not key:
            self._text.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return
        card = self._cards.findChild(ThreadCard, f"thread_{key}")
        if card is not None:
            QTimer.singleShot(0, card, lambda: self._scroll.ensureWidgetVisible(card))

    # -- what a person does

    def _go(self, comment: Comment) -> None:
        document = self._state.document.document
        clip = document.clip(comment.clip)
        show_place(self._state, clip.video, comment.frame, comment.object, clip.key)

    def _do(self, what: str, comment: Comment, text: str) -> bool:
        document = self._state.document
        if what == "reply":
            return document.attempt(actions.reply, document.who, comment.key, text)
        if what == "delete":
            return document.attempt(actions.delete_comment, comment.key)
        return document.attempt(actions.resolve_comment, comment.key, what == "resolve")

    def send(self) -> None:
        """The comment that is typed, pinned to what is chosen."""
        document, clip = self._state.document, self._state.document.clip_row
        if clip is None:
            return
        thing, frame, key = self._state.selection.row, self._state.playback.frame, new_key()
        done = document.attempt(
            actions.add_comment,
            document.who,
            clip.key,
            self._text.toPlainText(),
            object=thing.key if thing is not None and self._object.isChecked() else None,
            frame=frame if frame >= 0 and self._frame.isChecked() else None,
            field=self._field.currentData(),
            reason=self._reasons.reason,
            key=key,
        )
        if done:
            self._put("")
            self._keep_draft()
            self._reasons.choose("")
            self._field.setCurrentIndex(0)
            self._state.remarks.point_at(key)
            self._text.setFocus()

    def _leave(self) -> None:
        """Esc: back to the picture; what is typed waits."""
        canvas = self.window().findChild(QWidget, "player")
        if canvas is not None:
            canvas.setFocus()
