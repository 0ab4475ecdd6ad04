"""Copying and saving what the player shows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from tvau_studio.gui.player.takes import What, name_of, taken
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from tvau_studio.gui.window import Window

_SAID = {
    "picture": "The picture",
    "overlay": "The picture with its overlay",
    "crop": "The object's part of the picture",
}


def copy_number(window: Window) -> None:
    QGuiApplication.clipboard().setText(str(window.state.playback.frame))


def copy(window: Window, what: What) -> None:
    image = taken(window.state, what)
    if image is None:
        _say_nothing(window)
        return
    QGuiApplication.clipboard().setImage(image)
    window.player.toast.tell(tr("{what} is in the clipboard.", what=tr(_SAID[what])))


def save(window: Window, what: What) -> None:
    image = taken(window.state, what)
    if image is None:
        _say_nothing(window)
        return
    video = window.state.playback.video
    folder = video.path.absolute().parent if video is not None else Path.home()
    kinds = tr("PNG pictures (*.png);;JPEG pictures (*.jpg)")
    name, _ = QFileDialog.getSaveFileName(
        window, tr("Save the picture"), str(folder / name_of(window.state, what)), kinds
    )
    if not name:
        return
    path = Path(name) if Path(name).suffix else Path(f"{name}.png")
    if image.save(str(path), quality=92):
        window.player.toast.tell(tr("{what} is in {path}.", what=tr(_SAID[what]), path=path))
    else:
        window.messages.tell("bad", tr("{path} cannot be written; choose another place, or .png or .jpg.", path=path))


def _say_nothing(window: Window) -> None:
    window.player.toast.tell(tr("The selected object is not in this picture."))
