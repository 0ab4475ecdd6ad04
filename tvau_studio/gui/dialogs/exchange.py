"""Labels out to a file, and in from one. Both say first what will happen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from tvau_studio.gui.dialogs import to_front
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
    to_front(window, ExportDialog, lambda above: ExportDialog(above, window.state, window.messages.tell))


def import_(window: Host) -> None:
    """Open the dialog for importing, or bring it to the front."""
    to_front(window, ImportDialog, lambda above: ImportDialog(above, window.state, window.messages.tell))
