"""Which keys are text, which are commands."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
)

_LIST_KEYS = {
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
}
_CARET_KEYS = {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Backspace, Qt.Key.Key_Delete, *_LIST_KEYS}


def is_typing(event: QKeyEvent) -> bool:
    """Whether the key belongs to the widget that has the focus and is no command: letters in a field for text, arrows
    in a list or slider."""
    focus, key, modifiers = QApplication.focusWidget(), Qt.Key(event.key()), event.modifiers()
    plain = not modifiers & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
    if isinstance(focus, (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox)):
        if getattr(focus, "isReadOnly", lambda: False)():
            return False
        is_command = key == Qt.Key.Key_Escape or Qt.Key.Key_F1 <= key <= Qt.Key.Key_F35
        in_control = modifiers == Qt.KeyboardModifier.ControlModifier and key in _CARET_KEYS
        return (plain and not is_command) or in_control
    if isinstance(focus, QAbstractItemView):
        # Enter opens what a list shows; in the table of objects it describes, as on the picture.
        opens = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and focus.objectName() != "objectTable"
        return plain and (key in _LIST_KEYS or opens)
    if isinstance(focus, QAbstractSlider):
        return plain and key in (_CARET_KEYS - {Qt.Key.Key_Backspace, Qt.Key.Key_Delete})
    return False
