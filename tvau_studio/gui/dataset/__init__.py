"""The window of the data set: find clips among all, see how they are spread, do the same to many.

`show(window)` opens it, or brings it to the front.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from tvau_studio.gui.window import Window


def show(window: Window) -> QWidget:
    from tvau_studio.gui.dataset.window import DatasetWindow
    from tvau_studio.gui.dialogs import to_front

    return to_front(window, DatasetWindow, lambda above: DatasetWindow(above, window.state))
