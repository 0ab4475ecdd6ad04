"""The menus that open where something is: the same commands as in the menus above, with their keys."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

OBJECT = (
    *("newBoxAction", "", "keyframeAction", "occludedAction", "absentAction", "smoothAction", "deleteObjectAction", ""),
    *("trackAction", "trackBackAction", "snapAction", ""),
    *("copyAction", "pasteAction", "propagateAction", "duplicateAction", ""),
    *("splitAction", "mergeAction", "exchangeAction", "trimAction", "thinAction", ""),
    *("addSegmentAction", "splitSegmentAction", "beginSegmentAction", "endSegmentAction", ""),
    *("hideAction", "lockAction", "pinAction", "onlyAction", "showAllAction", ""),
    *("acceptAction", "rejectAction", ""),
    *("zoomSelectionAction", "fitAction", "oneAction", "boxesAction"),
)
"""What a menu on the picture or on an object's row offers; "" is a line."""


def pop_up(parent: QWidget, actions: Mapping[str, QAction], at: QPoint, names: tuple[str, ...] = OBJECT) -> None:
    """Open a menu of those of the commands that are possible now. at: on the screen."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for name in names:
        if not name:
            menu.addSeparator()
        elif name in actions and actions[name].isEnabled():
            menu.addAction(actions[name])
    menu.popup(at)
