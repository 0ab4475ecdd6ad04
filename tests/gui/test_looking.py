"""Looking at the picture: tones, following, a window of its own, copies and files."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QCheckBox, QFileDialog, QPushButton, QSlider, QWidget
from pytestqt.qtbot import QtBot

from tvau_studio.domain import actions
from tvau_studio.domain.geometry import Box
from tvau_studio.domain.tones import Tones
from tvau_studio.gui.app import Session
from tvau_studio.gui.player.canvas import Canvas
from tvau_studio.gui.player.transport import Transport
from tvau_studio.gui.state import State

Find = Callable[[str], QWidget]


@pytest.fixture
def canvas(window: Session, widget: Find) -> Canvas:
    found = widget("player")
    assert isinstance(found, Canvas)
    found.resize(640, 400)
    return found


def pixels(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine()).copy()
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3)


def box(state: State, key: str = "o", frame: int = 0) -> None:
    row = state.document.video_row
    who = state.document.who
    state.document.attempt(actions.new_object, who, row.key, frame, Box(20, 30, 40, 20), key=key)


def run(window: Session, name: str) -> None:
    action = window.window.actions_by_name[name]
    assert action.isEnabled(), name
    action.trigger()


def test_tones_are_for_looking_only(window: Session, state: State, canvas: Canvas, widget: Find) -> None:
    run(window, "pictureAction")

    def shown() -> int:
        """As what a pixel beside the cards is drawn."""
        return canvas.grab().toImage().pixelColor(canvas.view.to_widget(4, 90).toPoint()).red()

    before = shown()
    slider = widget("brightness")
    assert isinstance(slider, QSlider)
    slider.setValue(50)
    assert state.look.tones == Tones(brightness=0.5)
    assert shown() == before + 128
    told: list[str] = []
    canvas.pointed.connect(told.append)
    canvas._hover(canvas.rect().center().toPointF())
    assert f"RGB {before} {before} {before}" in told[-1]
    run(window, "copyPictureAction")
    assert window.window.player.toast.text == "The picture is in the clipboard."
    copied = pixels(QGuiApplication.clipboard().image())
    np.testing.assert_array_equal(copied, state.playback.picture)
    stretch = widget("autoStretch")
    assert isinstance(stretch, QCheckBox)
    stretch.click()
    assert state.look.tones.auto
    reset = widget("pictureCardReset")
    assert isinstance(reset, QPushButton)
    reset.click()
    assert state.look.tones.plain
    assert slider.value() == 0
    assert shown() == before
    window.window.cancel()  # as Esc does, where nothing else is to be ended
    assert window.window.player.open_card == ""
    assert widget("pictureCard").isHidden()


def test_the_view_goes_with_the_selected_object(window: Session, state: State, canvas: Canvas, qtbot: QtBot) -> None:
    box(state)
    state.document.attempt(actions.set_box, state.document.who, "o", 10, Box(90, 50, 40, 20))
    state.selection.select("o")
    run(window, "followAction")
    scale = canvas.view.sy
    middle = canvas.rect().center().toPointF()
    for frame, centre in ((10, (110, 60)), (5, (75, 50))):
        state.playback.seek(frame)
        qtbot.waitUntil(lambda frame=frame: state.playback.frame == frame)
        assert (canvas.view.to_widget(*centre) - middle).manhattanLength() < 3
        assert canvas.view.sy == scale
    run(window, "followAction")
    state.playback.seek(0)
    qtbot.waitUntil(lambda: state.playback.frame == 0)
    assert (canvas.view.to_widget(40, 40) - middle).manhattanLength() > 20


def test_the_picture_in_a_window_of_its_own(window: Session, state: State, qtbot: QtBot) -> None:
    run(window, "ownWindowAction")
    own = window.window.player.own_window
    assert own is not None
    qtbot.waitExposed(own)
    assert own.canvas.frame == 0
    assert own.canvas.has_picture()
    own.canvas.setFocus()
    qtbot.keyClick(own.canvas, Qt.Key.Key_F11)
    assert own.isFullScreen()
    assert not window.window.isFullScreen()
    qtbot.keyClick(own.canvas, Qt.Key.Key_Escape)
    assert not own.isFullScreen()
    state.playback.seek(7)
    qtbot.waitUntil(lambda: own.canvas.frame == 7)
    own.close()
    assert window.window.player.own_window is None
    run(window, "ownWindowAction")
    assert window.window.player.own_window is not None
    window.window.close()
    assert window.window.player.own_window is None


def test_what_is_saved_is_what_the_file_holds_and_what_lies_over_it(
    window: Session, state: State, canvas: Canvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered: list[str] = []

    def choose(_parent: object, _title: str, start: str, _kinds: str) -> tuple[str, str]:
        offered.append(Path(start).name)
        return str(tmp_path / Path(start).name), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    box(state)
    state.selection.select("o")
    for name in ("savePictureAction", "saveOverlayAction", "saveCropAction"):
        run(window, name)
    assert offered == ["yard-0.png", "yard-0-overlay.png", "yard-0-object1.png"]
    plain, overlaid, crop = (pixels(QImage(str(tmp_path / name))) for name in offered)
    np.testing.assert_array_equal(plain, state.playback.picture)
    assert overlaid.shape == plain.shape
    assert (overlaid != plain).any()
    np.testing.assert_array_equal(crop, state.playback.picture[30:50, 20:60])
    run(window, "copyNumberAction")
    assert QGuiApplication.clipboard().text() == "0"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "no" / "where.png"), ""))
    run(window, "savePictureAction")
    assert "cannot be written" in window.window.messages.text


@pytest.mark.parametrize("width", [400, 470, 560, 640, 900])
def test_nothing_of_the_transport_overlaps(state: State, qtbot: QtBot, width: int) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    transport = Transport(state, holder)
    transport.resize(width, 46)
    holder.show()
    transport.layout().activate()  # what is hidden leaves its room
    assert transport.width() == width
    direct = transport.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    places = sorted((w.geometry() for w in direct if w.isVisible()), key=lambda place: place.left())
    assert len(places) > 6
    for one, other in itertools.pairwise(places):
        assert one.right() < other.left()
    assert places[-1].right() < width
