"""Choices that follow from the labels until a person says otherwise, and the nine regions as a little picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import (
    QComboBox,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QStyleOptionViewItem,
    QStylePainter,
    QWidget,
)

from tvau_studio.domain.geometry import REGIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QMouseEvent, QPaintEvent, QWheelEvent

    from tvau_studio.gui.theme import Theme

_CHOOSING = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F4)

Choice = tuple[Any, str]
"""(value, what a person reads)."""


class QuietComboBox(QComboBox):
    """A choice that the wheel changes only once it has the focus, so that scrolling the panel changes no label."""

    def __init__(self, name: str, accessible: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)

    def event(self, event: QEvent) -> bool:
        # With the focus here these keys choose; all others stay the window's.
        if event.type() == QEvent.Type.ShortcutOverride and event.key() in _CHOOSING:
            event.accept()
            return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class DerivedBox(QuietComboBox):
    """A choice whose first line is what follows from the labels. `chosen` gives the value that a person took, None for
    the first line."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, name: str, accessible: str, choices: Sequence[Choice]) -> None:
        super().__init__(name, accessible)
        self._theme = theme
        self.addItem("")
        for value, text in choices:
            self.addItem(text, value)
        self._choices = list(choices)
        self.setItemDelegate(_Derived(self))
        self.activated.connect(lambda index: self.chosen.emit(self.itemData(index) if index else None))

    @property
    def is_derived(self) -> bool:
        return self.currentIndex() == 0

    def show_value(self, derived: Any, override: Any) -> None:
        """derived: what follows, None = nothing does. override: what a person said, None = nothing."""
        self.setItemText(0, next((text for value, text in self._choices if value == derived), "–"))
        at = next((i for i, (value, _) in enumerate(self._choices, start=1) if value == override), 0)
        self.setCurrentIndex(0 if override is None else at)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        field = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        look = self._theme.tokens
        painter.setPen(QColor(look.muted if self.is_derived or not self.isEnabled() else look.text))
        text = self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, field.width())
        painter.drawText(field, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)


class _Derived(QStyledItemDelegate):
    """The first line says that it is derived."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        if index.row() == 0:
            option.text = self.tr("{value} (derived)").format(value=option.text)
            option.font.setItalic(True)
            muted = option.palette.color(QPalette.ColorRole.PlaceholderText)
            option.palette.setColor(QPalette.ColorRole.Text, muted)


class RegionGrid(QWidget):
    """The nine regions: where from, where to. A click says from, with Ctrl to."""

    picked = Signal(str, bool)
    """(region, whether it is where to)."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._from: str | None = None
        self._to: str | None = None
        self.setObjectName("regionGrid")
        self.setAccessibleName(self.tr("Regions of the picture"))
        self.setToolTip(self.tr("Click: from. Ctrl+click: to."))
        self.setFixedSize(QSize(44, 34))

    def show_regions(self, start: str | None, end: str | None) -> None:
        self._from, self._to = start, end
        self.setAccessibleDescription(f"{start or '–'} → {end or '–'}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = self._theme.tokens
        for i, region in enumerate(REGIONS):
            row, column = divmod(i, 3)
            cell = QRectF(0.5 + column * 15, 0.5 + row * 11.5, 13, 9.5)
            painter.setPen(QColor(look.line if look.dark else look.faint))
            painter.setBrush(QColor(look.raised))
            if region in (self._from, self._to):
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(look.accent if region == self._from else look.ok))
            painter.drawRoundedRect(cell, 2, 2)
            if region == self._from == self._to:
                painter.setBrush(QColor(look.ok))
                painter.drawRoundedRect(cell.adjusted(6.5, 0, 0, 0), 2, 2)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        column = min(2, max(0, int(event.position().x() * 3 / self.width())))
        row = min(2, max(0, int(event.position().y() * 3 / self.height())))
        self.picked.emit(REGIONS[3 * row + column], bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
