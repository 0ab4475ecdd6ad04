"""Charts whose bars lead to the clips behind them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from tvau_studio.gui.theme import mono_font
from tvau_studio.gui.theme.tokens import LABEL, STATE_TOKENS
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from tvau_studio.gui.theme import Theme
    from tvau_studio.services.statistics import Bar, Chart

_LINE, _HEAD, _MARGIN, _CELL = 22, 34, 14, 62
_MOST_COLUMNS = 3
_COLUMN = 380
"""Pixels that a chart wants at least."""


class ChartView(QWidget):
    """One chart; `chosen` tells the query of a bar that was clicked."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, chart: Chart) -> None:
        super().__init__()
        self.setObjectName(f"chart_{chart.name}")
        self.setAccessibleName(tr(chart.title))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self._theme, self.chart = theme, chart
        self.setAccessibleDescription(", ".join(f"{self._label(b)}: {b.count}" for b in chart.bars))
        self._hot = -1
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        rows = 3 * _CELL if self.chart.grid else _LINE * max(1, len(self.chart.bars))
        return QSize(_COLUMN, _HEAD + rows + _MARGIN)

    def place(self, n: int) -> QRect:
        """Where bar n is drawn, its label and count included."""
        if self.chart.grid:
            width = (self.width() - 2 * _MARGIN) // 3
            return QRect(_MARGIN + (n % 3) * width, _HEAD + (n // 3) * _CELL, width - 3, _CELL - 3)
        return QRect(_MARGIN, _HEAD + n * _LINE, self.width() - 2 * _MARGIN, _LINE)

    def paintEvent(self, event: QPaintEvent) -> None:
        self.draw(QPainter(self))

    def draw(self, painter: QPainter) -> None:
        """Also for a file."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = self._theme.colour
        painter.fillRect(self.rect(), look("panel"))
        font = self.font()
        font.setPixelSize(LABEL)
        bold = self.font()
        bold.setBold(True)
        painter.setFont(bold)
        painter.setPen(look("text"))
        line = QRect(_MARGIN, 6, self.width() - 2 * _MARGIN, 22)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, tr(self.chart.title))
        painter.setFont(font)
        painter.setPen(look("muted"))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, tr(self.chart.what))
        if not any(bar.count for bar in self.chart.bars):
            painter.drawText(QRect(_MARGIN, _HEAD, line.width(), _LINE), Qt.AlignmentFlag.AlignLeft, tr("Nothing yet"))
            return
        most = max(bar.count for bar in self.chart.bars)
        for n, bar in enumerate(self.chart.bars):
            if self.chart.grid:
                self._cell(painter, self.place(n), bar, most, n == self._hot)
            else:
                self._bar(painter, self.place(n), bar, most, n == self._hot)
        if self.hasFocus():
            painter.setPen(look("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _label(self, bar: Bar) -> str:
        """What stands before a bar; words that people wrote stay theirs."""
        said = self.chart.name in ("words", "people", "days") and bar.query and bar.label != "nobody yet"
        return bar.label if said else tr(bar.label)

    def _bar(self, painter: QPainter, place: QRect, bar: Bar, most: int, hot: bool) -> None:
        look = self._theme.colour
        words = min(150, place.width() // 3)
        numbers = 62
        room = place.width() - words - numbers - 12
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setPen(look("text" if hot else "muted"))
        text = QFontMetrics(painter.font()).elidedText(self._label(bar), Qt.TextElideMode.ElideRight, words)
        painter.drawText(place.left(), place.top(), words, place.height(), align, text)
        colour = QColor(look(STATE_TOKENS.get(bar.label, "accent")))
        colour.setAlphaF(1.0 if hot else 0.8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        if bar.count:
            width = max(1.0, room * bar.count / most)
            painter.drawRoundedRect(QRectF(place.left() + words + 10, place.top() + 5, width, _LINE - 10), 2, 2)
        font = painter.font()
        painter.setFont(mono_font(11))
        painter.setPen(look("text"))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(place.right() - numbers, place.top(), numbers, place.height(), right, f"{bar.count:,}")
        painter.setFont(font)

    def _cell(self, painter: QPainter, place: QRect, bar: Bar, most: int, hot: bool) -> None:
        look = self._theme.colour
        colour = QColor(look("accent"))
        colour.setAlphaF(0.08 + 0.72 * bar.count / most)
        painter.setPen(look("accent") if hot else Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(QRectF(place), 3, 3)
        painter.setPen(look("text"))
        painter.drawText(place.adjusted(0, -9, 0, -9), Qt.AlignmentFlag.AlignCenter, tr(bar.label))
        font = painter.font()
        painter.setFont(mono_font(12))
        painter.drawText(place.adjusted(0, 10, 0, 10), Qt.AlignmentFlag.AlignCenter, f"{bar.count:,}")
        painter.setFont(font)

    def _at(self, point: QPointF) -> int:
        for n in range(len(self.chart.bars)):
            if self.place(n).contains(point.toPoint()):
                return n
        return -1

    def _heat(self, n: int) -> None:
        if n != self._hot:
            self._hot = n
            leads = n >= 0 and bool(self.chart.bars[n].query)
            self.setCursor(Qt.CursorShape.PointingHandCursor if leads else Qt.CursorShape.ArrowCursor)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._heat(self._at(event.position()))

    def leaveEvent(self, event: object) -> None:
        self._heat(-1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._choose(self._at(event.position()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            self._heat(max(0, min(len(self.chart.bars) - 1, self._hot + step)))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self._hot)
        else:
            super().keyPressEvent(event)

    def _choose(self, n: int) -> None:
        if n >= 0 and self.chart.bars[n].query:
            self.chosen.emit(self.chart.bars[n].query)


class ChartsView(QWidget):
    """Every chart, in as many columns as there is room for."""

    chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.views: list[ChartView] = []
        self._columns = 0
        self._piles: list[QVBoxLayout] = []
        beside = QHBoxLayout(self)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(12)
        for _ in range(_MOST_COLUMNS):
            pile = QVBoxLayout()
            pile.setSpacing(12)
            pile.setAlignment(Qt.AlignmentFlag.AlignTop)
            self._piles.append(pile)
            beside.addLayout(pile, 1)

    def show_charts(self, charts: Sequence[Chart]) -> None:
        for view in self.views:
            view.deleteLater()
        self.views = [ChartView(self._theme, chart) for chart in charts]
        for view in self.views:
            view.chosen.connect(self.chosen)
        self._columns = 0
        self._arrange()

    def resizeEvent(self, event: object) -> None:
        self._arrange()

    def _arrange(self) -> None:
        columns = max(1, min(_MOST_COLUMNS, self.width() // (_COLUMN + 12)))
        if columns == self._columns or not self.views:
            return
        self._columns = columns
        for pile in self._piles:
            while pile.count():
                pile.takeAt(0)
        heights = [0] * columns
        for view in self.views:  # each on the shortest pile
            n = heights.index(min(heights))
            self._piles[n].addWidget(view)
            heights[n] += view.sizeHint().height() + 12
        beside = self.layout()
        assert isinstance(beside, QHBoxLayout)
        for n in range(_MOST_COLUMNS):
            beside.setStretch(n, 1 if n < columns else 0)

    def write(self, path: Path) -> None:
        """All charts as one picture: ``.svg``, else PNG. Raises OSError where it cannot be written."""
        size, held = self.size(), QBuffer()
        held.open(QIODevice.OpenModeFlag.WriteOnly)
        if path.suffix.lower() == ".svg":
            from PySide6.QtSvg import QSvgGenerator

            made = QSvgGenerator()
            made.setOutputDevice(held)
            made.setSize(size)
            made.setViewBox(QRect(0, 0, size.width(), size.height()))
            painter = QPainter(made)
            self._draw(painter)
            painter.end()
        else:
            image = QImage(size * 2, QImage.Format.Format_RGB32)
            image.setDevicePixelRatio(2)
            painter = QPainter(image)
            self._draw(painter)
            painter.end()
            image.save(held, "PNG")  # type: ignore[call-overload]
        path.write_bytes(held.data().data())

    def _draw(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), self._theme.colour("window"))
        for view in self.views:
            painter.save()
            painter.translate(view.pos())
            view.draw(painter)
            painter.restore()
