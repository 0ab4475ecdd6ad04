"""The ground of a row that a delegate paints by itself."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from tvau_studio.gui.theme.tokens import Tokens


def paint_ground(painter: QPainter, option: QStyleOptionViewItem, look: Tokens) -> None:
    """What is selected or under the pointer is filled; the row that has the focus has a frame."""
    paint_fill(painter, option, look)
    if option.state & QStyle.StateFlag.State_HasFocus:
        painter.setPen(QPen(QColor(look.accent), 1))
        painter.drawRect(option.rect.adjusted(0, 0, -1, -1))


def paint_fill(painter: QPainter, option: QStyleOptionViewItem, look: Tokens) -> None:
    """What is selected or under the pointer is filled."""
    if option.state & QStyle.StateFlag.State_Selected:
        painter.fillRect(option.rect, QColor(look.selected))
    elif option.state & QStyle.StateFlag.State_MouseOver:
        painter.fillRect(option.rect, QColor(look.hover))
