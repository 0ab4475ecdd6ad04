"""Dialogs that stand beside the window and never block it. Errors are told in them, at the place they concern."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    W = TypeVar("W", bound=QWidget)


def to_front(window: object, kind: type[W], make: Callable[[QWidget], W]) -> W:
    """The dialog of that kind that the window (a widget) has already, else the one that make(window) gives; shown
    before all others."""
    from PySide6.QtWidgets import QWidget

    assert isinstance(window, QWidget)
    found = window.findChild(kind)
    dialog = found if found is not None else make(window)
    dialog.show()
    dialog.raise_()
    dialog.activateWindow()
    return dialog
