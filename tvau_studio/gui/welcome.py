"""What the window tells of itself: keys, settings, the tour, versions, and that the session before broke off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from tvau_studio.gui.window import Window


def show_keys(window: Window) -> None:
    from tvau_studio.gui.help import KeySheet

    KeySheet(_widget(window), window.keymap).exec()


def show_settings(window: Window, page: str = "General") -> None:
    """page: the English name of the one that is shown first."""
    from tvau_studio.gui.dialogs import to_front
    from tvau_studio.gui.dialogs.settings import SettingsDialog

    settings, restart = window.state.studio.settings, window.restartWanted.emit
    to_front(window, SettingsDialog, lambda above: SettingsDialog(above, settings, window.keymap, page, restart))


def show_tour(window: Window) -> None:
    from tvau_studio.gui.tour import Tour

    Tour(_widget(window), window.state.theme).begin()


def offer_tour(window: Window) -> None:
    """Once in a person's life, while there is something to be shown."""
    from tvau_studio.gui.tour import Offer

    settings = window.state.studio.settings
    if not settings["tour_offered"] and window.state.workspace.clips:
        settings["tour_offered"] = True
        Offer(_widget(window), window.status, lambda: show_tour(window))


def show_about(window: Window) -> None:
    from tvau_studio.gui.dialogs.about import AboutDialog

    AboutDialog(_widget(window), window.state).show()


def copy_diagnostics(window: Window) -> None:
    from tvau_studio.gui.dialogs.about import copy_report

    copy_report(window.state)
    text = tr("Diagnostics are on the clipboard: versions, the model's state, the end of the log.")
    window.messages.tell("ok", text)


def say_broke_off(window: Window) -> None:
    """The session before did not come to its end."""
    text = tr("tvau-studio broke off last time. Everything that was saved is here.")
    window.messages.tell("warn", text, step=(tr("Copy diagnostics"), lambda: copy_diagnostics(window)))


def _widget(window: Window) -> QWidget:
    assert isinstance(window, QWidget)
    return window
