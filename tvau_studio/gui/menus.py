"""The menus that open where something is: the same commands as in the menus above, with their keys."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from tvau_studio.gui.words import tr

OBJECT = (
    *("newBoxAction", "", "keyframeAction", "occludedAction", "absentAction", "deleteObjectAction", ""),
    *("acceptAction", "rejectAction", ""),
    *("trackAction", "trackBackAction", "snapAction", "draftTextsAction", ""),
    *("copyAction", "pasteAction", "splitAction", "mergeAction", "exchangeAction"),
    ("Path", ("propagateAction", "duplicateAction", "trimAction", "beginHereAction", "smoothAction", "thinAction")),
    ("Segment", ("addSegmentAction", "splitSegmentAction", "beginSegmentAction", "endSegmentAction")),
    ("Show", ("hideAction", "lockAction", "pinAction", "onlyAction", "showAllAction")),
    *("", "zoomSelectionAction", "fitAction", "oneAction", "boxesAction"),
)
"""What a menu on the picture or on an object's row offers: names of commands, "" for a line, (title, names) for a menu
within."""


def pop_up(parent: QWidget, actions: Mapping[str, QAction], at: QPoint) -> None:
    """Open a menu of those of the commands that are possible now. at: on the screen."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def possible(name: str) -> bool:
        return name in actions and actions[name].isEnabled()

    for entry in OBJECT:
        if not entry:
            menu.addSeparator()
        elif isinstance(entry, str):
            if possible(entry):
                menu.addAction(actions[entry])
        elif any(map(possible, entry[1])):
            within = menu.addMenu(tr(entry[0]))
            within.addActions([actions[name] for name in entry[1] if possible(name)])
    menu.popup(at)
