"""Five steps through the window, for whoever sees it for the first time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QFrame, QWidget
from shiboken6 import isValid

from tvau_studio.gui.forms import button, column, label, paragraph, row
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from tvau_studio.gui.theme import Theme


@dataclass(frozen=True)
class Step:
    """target: objectName of the widget that is shown. title, text: English."""

    target: str
    title: str
    text: str


STEPS = (
    Step(
        "clipList",
        "Clips",
        "Each line is a window on a video: its objects, its state, and a strip that shows where the heat is. Page Up "
        "and Page Down go from clip to clip.",
    ),
    Step(
        "player",
        "Picture and heat",
        "Space plays. The heatmap of the network lies over the picture: A shows and hides it, B held shows the bare "
        "picture, P goes to the next peak.",
    ),
    Step(
        "timeline",
        "Timeline",
        "The curve is the anomaly score. Below it every object has a lane, with its keyframes and what it does. I and "
        "O mark the range that is looped and asked about.",
    ),
    Step(
        "objectsPanel",
        "Objects",
        "N, then a drag, draws a box. Type what the object looks like; from, to and trajectory follow from its boxes. "
        "Every edit is saved at once, and Ctrl+Z takes it back, also tomorrow.",
    ),
    Step(
        "chatPane",
        "Ask",
        "Ask about the range. The answer stands on the heat, and its words lead back to the frames and boxes that it "
        "means. Ctrl+K finds every command.",
    ),
)


class Tour(QWidget):
    """Lies over the window, which is darkened but for the widget that is explained. Esc ends it. ended: it is over."""

    ended = Signal()

    def __init__(self, window: QWidget, theme: Theme) -> None:
        super().__init__(window)
        self.setObjectName("tour")
        self.setAccessibleName(tr("Tour"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._window, self._theme = window, theme
        self._at = 0
        self._before: QWidget | None = None
        self._title = label("", "")
        font = self._title.font()
        font.setBold(True)
        self._title.setFont(font)
        self._text = paragraph("")
        self._count = label("", "muted")
        self._back = button(tr("Back"), lambda: self.show_step(self._at - 1), "tourBack")
        self._next = button("", lambda: self.show_step(self._at + 1), "tourNext", "primary")
        self._skip = button(tr("End the tour"), self.end, "tourEnd", "quiet")
        self._card = QFrame(self)
        self._card.setObjectName("tourCard")
        self._card.setFixedWidth(360)
        rows = column(self._card, spacing=10, margins=(18, 16, 18, 14))
        rows.addLayout(row(self._title, None, self._count))
        rows.addWidget(self._text)
        rows.addLayout(row(self._skip, None, self._back, self._next, spacing=8))
        window.installEventFilter(self)

    def begin(self) -> None:
        self._before = QApplication.focusWidget()
        self.setGeometry(self._window.rect())
        self.show()
        self.raise_()
        self.show_step(0)

    def end(self) -> None:
        self._window.removeEventFilter(self)
        self.hide()
        if self._before is not None and isValid(self._before):  # the offer's button is gone by now
            self._before.setFocus()
        self.deleteLater()
        self.ended.emit()

    def show_step(self, n: int) -> None:
        """The step, counted from 0; behind the last one the tour is over."""
        if n >= len(STEPS):
            self.end()
            return
        self._at = max(0, n)
        step = STEPS[self._at]
        self._title.setText(tr(step.title))
        self._text.setText(tr(step.text))
        self._count.setText(f"{self._at + 1} / {len(STEPS)}")
        self._back.setVisible(self._at > 0)
        self._next.setText(tr("Done") if self._at == len(STEPS) - 1 else tr("Next"))
        self._place()
        self._next.setFocus()
        self.update()

    @property
    def step(self) -> int:
        return self._at

    def _hole(self) -> QRect:
        """The widget that is explained, in this one's pixels."""
        target = self._window.findChild(QWidget, STEPS[self._at].target)
        if target is None or not target.isVisible():
            return QRect()
        return QRect(target.mapTo(self._window, QPoint()), target.size()).adjusted(-2, -2, 2, 2)

    def _place(self) -> None:
        """Beside the hole, where there is most room."""
        hole, card = self._hole(), self._card
        card.setFixedHeight(card.layout().heightForWidth(360) + 4)
        w, h = card.width(), card.height()
        if hole.isNull():
            card.move((self.width() - w) // 2, (self.height() - h) // 2)
            return
        rooms = {
            "right": self.width() - hole.right(),
            "left": hole.left(),
            "below": self.height() - hole.bottom(),
            "above": hole.top(),
        }
        need = {"right": w, "left": w, "below": h, "above": h}
        side = max(rooms, key=lambda s: rooms[s] - need[s])
        x = {"right": hole.right() + 16, "left": hole.left() - w - 16}.get(side, hole.center().x() - w // 2)
        y = {"below": hole.bottom() + 16, "above": hole.top() - h - 16}.get(side, hole.center().y() - h // 2)
        card.move(max(16, min(x, self.width() - w - 16)), max(16, min(y, self.height() - h - 16)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._window.rect())
            self._place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        dark = QPainterPath()
        dark.addRect(QRectF(self.rect()))
        hole = QPainterPath()
        hole.addRoundedRect(QRectF(self._hole()), 6, 6)
        shade = self._theme.colour("window", 0.72)
        painter.fillPath(dark.subtracted(hole), shade)
        painter.setPen(QPen(self._theme.colour("accent"), 2))
        painter.drawPath(hole)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()  # what lies below waits

    def event(self, event: QEvent) -> bool:
        # No key is a command of the window while the tour lies over it.
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.end()
        elif key in (Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_PageDown):
            self.show_step(self._at + 1)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_PageUp):
            self.show_step(self._at - 1)


class Offer(QFrame):
    """A small card in the corner, once in a person's life: it covers a corner and moves nothing."""

    def __init__(self, window: QWidget, above: QWidget, start: Callable[[], object]) -> None:
        """above: what it stands on, at the foot of the window. start(): begins the tour."""
        super().__init__(window)
        self.setObjectName("tourCard")
        self._window, self._above = window, above
        self.setFixedWidth(236)
        words = paragraph("")
        words.setText(tr("New here? Five steps show you round."))
        later = button(tr("Not now"), self.deleteLater, "tourLater", "quiet")
        rows = column(self, spacing=8, margins=(14, 12, 14, 12))
        rows.addWidget(words)
        rows.addLayout(row(later, None, button(tr("Show me"), self._go, "tourTake", "primary")))
        self._start = start
        window.installEventFilter(self)
        self._place()
        self.show()

    def _go(self) -> None:
        self.deleteLater()
        self._start()

    def _place(self) -> None:
        self.setFixedHeight(self.layout().heightForWidth(self.width()))
        self.move(16, self._window.height() - self._above.height() - self.height() - 16)
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self._place()
        return False
