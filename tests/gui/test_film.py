"""Films and pictures with the overlay burnt in, written from the window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QPushButton, QSpinBox
from pytestqt.qtbot import QtBot

from tvau_studio.domain import actions
from tvau_studio.domain.errors import Cancelled
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.geometry import Box
from tvau_studio.gui.app import Session
from tvau_studio.gui.dialogs.film import FilmDialog
from tvau_studio.gui.player.film import Layers, as_picture, drawn, write
from tvau_studio.gui.state import State
from tvau_studio.media.video import Video
from tvau_studio.services.overlays import Style, overlay
from tvau_studio.services.settings import Settings


def dialog_of(window: Session, qtbot: QtBot) -> FilmDialog:
    window.window.actions_by_name["filmAction"].trigger()
    dialog = window.window.findChild(FilmDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: bool(dialog.preview.text()))
    return dialog


def fill(dialog: FilmDialog, path: Path, a: int, b: int, kind: str = "mp4") -> None:
    found = dialog.findChild(QComboBox, "filmKind")
    found.setCurrentIndex(found.findData(kind))
    dialog.findChild(QSpinBox, "filmStart").setValue(a)
    dialog.findChild(QSpinBox, "filmStop").setValue(b)
    dialog.findChild(QLineEdit, "filmPath").setText(str(path))


def go(dialog: FilmDialog, qtbot: QtBot) -> None:
    button = dialog.findChild(QPushButton, "dialogGo")
    qtbot.waitUntil(button.isEnabled)
    button.click()


@pytest.mark.usefixtures("qapp")
def test_a_plain_picture_stays_as_it_is_and_each_layer_is_drawn() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (90, 161, 3), np.uint8)
    values = np.linspace(0, 1, 12, dtype=np.float32).reshape(3, 4)
    bare = as_picture(drawn(picture, None, Layers(None, boxes=False), []))
    np.testing.assert_array_equal(bare, picture)
    style = Style("viridis", 0.8)
    hot = as_picture(drawn(picture, values, Layers(style, boxes=False), []))
    np.testing.assert_array_equal(hot, overlay(picture, values, style))
    numbered = as_picture(drawn(picture, None, Layers(number=True), [], "12  00:00.480"))
    changed = (numbered != picture).any(2)
    assert changed[70:, :80].any()
    assert not changed[:60].any()
    legend = as_picture(drawn(picture, None, Layers(style, legend=True), []))
    assert (legend != picture).any(2)[70:, 80:].any()


def test_a_film_from_the_window(
    with_model: Settings, window: Session, state: State, tmp_path: Path, qtbot: QtBot
) -> None:
    row = state.document.video_row
    state.document.attempt(actions.new_object, state.document.who, row.key, 0, Box(20, 30, 40, 20), key="o")
    dialog = dialog_of(window, qtbot)
    fill(dialog, tmp_path / "film.mp4", 20, 40)
    qtbot.waitUntil(lambda: "computed first" in dialog.findChild(QLabel, "previewNotes").text(), timeout=60_000)
    go(dialog, qtbot)
    qtbot.waitUntil(lambda: (tmp_path / "film.mp4").exists(), timeout=120_000)
    qtbot.waitUntil(lambda: window.window.findChild(FilmDialog) is None)
    assert window.window.messages.text == f"{tmp_path / 'film.mp4'} is written."
    with Video(tmp_path / "film.mp4") as film:
        assert len(film) == 20
        assert film.info.size == (96, 160)
    # What was computed for it is known from now on.
    cache = state.studio.heat_cache
    assert set(cache.read(state.playback.video.fingerprint, state.studio.models.id, range(20))) >= set(range(10, 20))


def test_pictures_in_a_folder_and_nothing_over_what_is_there(
    window: Session, state: State, tmp_path: Path, qtbot: QtBot
) -> None:
    dialog = dialog_of(window, qtbot)
    assert not dialog.findChild(QCheckBox, "filmHeat").isChecked()  # there is no model
    fill(dialog, tmp_path / "pictures", 3, 6, "png")
    for name in ("filmNumber", "filmBoxes"):
        dialog.findChild(QCheckBox, name).setChecked(False)
    go(dialog, qtbot)
    qtbot.waitUntil(lambda: (tmp_path / "pictures").exists(), timeout=30_000)
    assert sorted(p.name for p in (tmp_path / "pictures").iterdir()) == ["000003.png", "000004.png", "000005.png"]
    qtbot.waitUntil(lambda: window.window.findChild(FilmDialog) is None)
    dialog = dialog_of(window, qtbot)
    fill(dialog, tmp_path / "pictures", 3, 6, "png")
    go(dialog, qtbot)
    qtbot.waitUntil(lambda: "is there already" in dialog.error.text(), timeout=30_000)
    dialog.close()


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("name", ["film.mp4", "pictures"])
def test_what_is_stopped_leaves_nothing(name: str, video_file: Path, tmp_path: Path) -> None:
    done: list[int] = []

    def check() -> None:
        if len(done) > 3:
            raise Cancelled

    with Video(video_file) as video, pytest.raises(Cancelled):
        write(
            tmp_path / name, video, FrameRange(0, 20), {}, Layers(number=True), None, check, lambda n, _: done.append(n)
        )
    assert list(tmp_path.iterdir()) == []
