"""Labels out to a file, and in from one. Both say first what will happen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from tvau_studio.gui.dialogs._base import ExchangeDialog
from tvau_studio.gui.dialogs._export import ExportDialog
from tvau_studio.gui.dialogs._import import ImportDialog

if TYPE_CHECKING:
    from tvau_studio.gui.messages import MessageBar
    from tvau_studio.gui.state import State


class Host(Protocol):
    """The window, as dialogs see it."""

    state: State
    messages: MessageBar


def export(window: Host) -> None:
    """Open the dialog for exporting, or bring it to the front."""
    _show(window, "exportDialog", lambda: ExportDialog(window, window.state, window.messages.tell))


def import_(window: Host) -> None:
    """Open the dialog for importing, or bring it to the front."""
    _show(window, "importDialog", lambda: ImportDialog(window, window.state, window.messages.tell))


def _show(window: Host, name: str, make: Callable[[], ExchangeDialog]) -> None:
    dialog = window.findChild(ExchangeDialog, name) or make()
    dialog.show()
    dialog.raise_()
    dialog.activateWindow()
