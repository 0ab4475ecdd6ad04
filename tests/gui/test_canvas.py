from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from tvau_studio.domain import actions
from tvau_studio.domain.document import Document
from tvau_studio.domain.geometry import Box
from tvau_studio.gui.app import Session
from tvau_studio.gui.player.canvas import Canvas
from tvau_studio.gui.player.layers import boxes
from tvau_studio.gui.player.layers.heat import HeatLayer, lookup
from tvau_studio.gui.player.view import View
from tvau_studio.gui.state import State
from tvau_studio.services.overlays import Style, overlay

LEFT = Qt.MouseButton.LeftButton


# -- where the picture lies


@given(
    width=st.integers(200, 2000),
    height=st.integers(200, 2000),
    aspect=st.floats(0.5, 2.0),
    wide=st.integers(400, 3000),
    high=st.integers(400, 3000),
    factor=st.floats(1.0, 10),
    x=st.floats(0.3, 0.7),
    y=st.floats(0.3, 0.7),
)
def test_the_place_under_the_pointer_stays(
    width: int, height: int, aspect: float, wide: int, high: int, factor: float, x: float, y: float
) -> None:
    view = View(width, height, aspect, wide, high)
    rect = view.rect
    assert rect.width() <= wide + 1e-6
    assert rect.height() <= high + 1e-6
    at = QPointF(rect.x() + x * rect.width(), rect.y() + y * rect.height())
    place = view.to_picture(at)
    for seen in (view, view.zoomed(factor, at)):
        assert (seen.to_widget(place.x(), place.y()) - at).manhattanLength() < 1e-6 * (wide + high)


def test_one_to_one_and_fit() -> None:
    view = View(200, 100, 1.0, 400, 300)
    assert view.sy == 2.0
    assert view.at_scale(1.0).rect.width() == 200
    assert view.at_scale(1.0).rect.center() == QPointF(200, 150)
    assert view.moved(30, -20).rect.center() == QPointF(230, 130)
    assert view.moved(1e6, 1e6).rect.intersects(QRectF(0, 0, 400, 300))
    assert view.zoomed(3, QPointF(0, 0)).moved(-1e6, 0).rect.intersects(QRectF(0, 0, 400, 300))
    assert view.moved(30, 0).fitted().rect == view.rect


# -- heat


@pytest.mark.parametrize("size", [(90, 160), (91, 161), (37, 53)])
@pytest.mark.parametrize("ratio", [1.0, 2.0])
@pytest.mark.parametrize("style", [Style(), Style("turbo", 0.9, 2.0, False, 0.7)], ids=["plain", "all set"])
def test_heat_on_screen_is_the_heat_of_the_film(size: tuple[int, int], ratio: float, style: Style) -> None:
    """At one picture pixel per screen pixel the layer draws exactly what `services.overlays` writes; but on a dense
    screen the line is thicker."""
    style = style if ratio == 1.0 else replace(style, threshold=None)
    height, width = size
    generator = np.random.default_rng(3)
    values = generator.random((5, 9), np.float32)
    picture = generator.integers(0, 256, (height, width, 3), np.uint8)
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0)
    image.setDevicePixelRatio(ratio)
    painter = QPainter(image)
    drawn = QImage(np.ascontiguousarray(picture).data, width, height, 3 * width, QImage.Format.Format_RGB888)
    drawn.setDevicePixelRatio(ratio)
    painter.drawImage(0, 0, drawn)
    view = View(width, height, 1.0, width / ratio, height / ratio)
    HeatLayer().paint(painter, view, values, ratio, style)
    painter.end()
    seen = np.frombuffer(image.constBits(), np.uint8).reshape(height, width, 4)[..., 2::-1].astype(int)
    assert np.abs(seen - overlay(picture, values, style)).max() <= 3


def test_heat_lies_where_it_belongs_when_zoomed() -> None:
    """A single hot cell, zoomed in and panned: the hottest screen pixel shows the middle of that cell."""
    values = np.zeros((6, 8), np.float32)
    values[2, 5] = 1.0
    view = View(160, 120, 1.5, 300, 200).zoomed(3, QPointF(200, 80))
    image = QImage(300, 200, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    HeatLayer().paint(painter, view, values, 1.0, Style("viridis", 1.0))
    painter.end()
    alpha = np.frombuffer(image.constBits(), np.uint8).reshape(200, 300, 4)[..., 3]
    y, x = np.unravel_index(int(alpha.argmax()), alpha.shape)
    place = view.to_picture(QPointF(x + 0.5, y + 0.5))
    cell = (5.5 * 160 / 8, 2.5 * 120 / 6)
    assert abs(place.x() - cell[0]) <= 2 / view.sx
    assert abs(place.y() - cell[1]) <= 2 / view.sy


def test_cold_is_clear_and_opacity_is_that_of_heat_1() -> None:
    table = lookup("inferno", 0.5)
    assert table[0] == 0
    assert table[255] >> 24 == 128


@pytest.mark.parametrize("ratio", [1, 2])
def test_the_contour_goes_round_what_is_hot(ratio: int) -> None:
    values = np.zeros((4, 4), np.float32)
    values[1:3, 1:3] = 1.0
    image = QImage(80, 80, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    image.setDevicePixelRatio(ratio)
    painter = QPainter(image)
    view = View(80, 80, 1.0, 80 / ratio, 80 / ratio)
    HeatLayer().paint(painter, view, values, ratio, Style("viridis", 0.0, threshold=0.5))
    painter.end()
    alpha = np.frombuffer(image.constBits(), np.uint8).reshape(80, 80, 4)[..., 3]
    assert alpha[40, 40] == 0
    assert alpha[0, 0] == 0
    assert (alpha[40] == 150).sum() == 2 * ratio  # as thick to the eye on a dense screen


# -- boxes


@given(
    handle=st.sampled_from(["nw", "n", "ne", "e", "se", "s", "sw", "w"]),
    dx=st.floats(-200, 200),
    dy=st.floats(-200, 200),
)
def test_a_handle_moves_its_own_edges(handle: str, dx: float, dy: float) -> None:
    box = Box(100, 100, 50, 40)
    new = boxes.resized(box, handle, dx, dy)
    assert new.w >= 1
    assert new.h >= 1
    if "n" not in handle and "s" not in handle:
        assert (new.y, new.h) == (box.y, box.h)
    if "w" not in handle and "e" not in handle:
        assert (new.x, new.w) == (box.x, box.w)
    if "e" in handle and dx > -49:
        assert new.x == box.x
        assert new.w == pytest.approx(box.w + dx, abs=0.011)


@pytest.fixture
def canvas(window: Session) -> Canvas:
    return window.window.canvas


def at(canvas: Canvas, x: float, y: float) -> QPoint:
    return canvas.view.to_widget(x, y).toPoint()


def drag(qtbot: QtBot, canvas: Canvas, start: tuple[float, float], *stops: tuple[float, float]) -> None:
    qtbot.mousePress(canvas, LEFT, pos=at(canvas, *start))
    for stop in stops:
        qtbot.mouseMove(canvas, at(canvas, *stop))
    qtbot.mouseRelease(canvas, LEFT, pos=at(canvas, *stops[-1]))


def draw(qtbot: QtBot, canvas: Canvas, a: tuple[float, float], b: tuple[float, float]) -> str:
    canvas.set_drawing(True)
    drag(qtbot, canvas, a, b)
    key = canvas._state.selection.object
    assert key is not None
    return key


def box_of(state: State, key: str, frame: int = 0) -> Box:
    shown = state.document.document.track(key).at(frame)
    assert shown is not None
    return shown.box


def near(box: Box, wanted: tuple[float, float, float, float], canvas: Canvas) -> bool:
    """Equal to within the screen pixels that the mouse can be put on, at both ends of a drag."""
    return bool(np.allclose(box.tuple(), wanted, atol=1.51 / canvas.view.sx))


def test_drawing_a_box_makes_an_object_that_is_selected(
    qtbot: QtBot, canvas: Canvas, state: State, saved: Callable[[], Document]
) -> None:
    key = draw(qtbot, canvas, (20, 20), (60, 50))
    assert near(box_of(state, key), (20, 20, 40, 30), canvas)
    assert not canvas.drawing
    assert saved().track(key).keyframes[0].frame == 0


def test_a_drag_without_the_mode_draws_nothing(qtbot: QtBot, canvas: Canvas, state: State) -> None:
    drag(qtbot, canvas, (20, 20), (60, 50))
    assert not state.document.document.objects(state.document.video_row.key)


def test_moving_and_resizing_is_one_edit_each(qtbot: QtBot, canvas: Canvas, state: State) -> None:
    key = draw(qtbot, canvas, (20, 20), (60, 50))
    labels: list[str] = []
    state.document.changed.connect(lambda edit: labels.append(edit.label))
    drag(qtbot, canvas, (40, 35), (45, 38), (60, 45))
    assert near(box_of(state, key), (40, 30, 40, 30), canvas)
    drag(qtbot, canvas, (80, 60), (90, 70), (100, 80))
    assert near(box_of(state, key), (40, 30, 60, 50), canvas)
    assert labels == ["Move box", "Resize box"]


def test_escape_lets_go_of_the_drag(qtbot: QtBot, canvas: Canvas, state: State) -> None:
    key = draw(qtbot, canvas, (20, 20), (60, 50))
    before = box_of(state, key)
    qtbot.mousePress(canvas, LEFT, pos=at(canvas, 40, 35))
    qtbot.mouseMove(canvas, at(canvas, 80, 60))
    assert canvas.cancel()
    qtbot.mouseRelease(canvas, LEFT, pos=at(canvas, 80, 60))
    assert box_of(state, key) == before
    canvas.set_drawing(True)
    assert canvas.cancel()
    assert not canvas.drawing
    assert canvas.cancel()
    assert state.selection.object is None
    assert not canvas.cancel()


def test_a_click_takes_the_smallest_and_again_the_next_under_it(qtbot: QtBot, canvas: Canvas, state: State) -> None:
    large = draw(qtbot, canvas, (10, 10), (100, 80))
    canvas.set_drawing(True)
    small = draw(qtbot, canvas, (30, 30), (60, 50))
    state.selection.clear()
    for wanted in (small, large, small):
        qtbot.mouseClick(canvas, LEFT, pos=at(canvas, 45, 40))
        assert state.selection.object == wanted
    qtbot.mouseClick(canvas, LEFT, pos=at(canvas, 150, 90))
    assert state.selection.object is None


def test_a_change_on_another_frame_makes_a_keyframe_there(qtbot: QtBot, canvas: Canvas, state: State) -> None:
    key = draw(qtbot, canvas, (20, 20), (60, 50))
    state.playback.seek(10)
    qtbot.waitUntil(lambda: state.playback.frame == 10, timeout=10_000)
    drag(qtbot, canvas, (40, 35), (60, 35))
    assert [k.frame for k in state.document.document.track(key).keyframes] == [0, 10]
    assert near(box_of(state, key, 5), (30, 20, 40, 30), canvas)


def test_nudges_are_one_step_of_undo(qtbot: QtBot, canvas: Canvas, state: State, saved: Callable[[], Document]) -> None:
    key = draw(qtbot, canvas, (20, 20), (60, 50))
    before = box_of(state, key)
    for _ in range(3):
        canvas.nudge(1, 0)
    canvas.nudge(0, 10)
    assert box_of(state, key) == before.moved(3, 10)
    saved()
    with qtbot.waitSignal(state.document.went, timeout=10_000):
        state.document.undo()
    assert box_of(state, key) == before


def test_a_point_is_found_and_moved(qtbot: QtBot, canvas: Canvas, state: State) -> None:
    row = state.document.video_row
    state.document.attempt(actions.new_object, state.document.who, row.key, 0, Box(50, 50, 0, 0), key="p" * 32)
    drag(qtbot, canvas, (50, 50), (70, 60))
    assert state.selection.object == "p" * 32
    assert near(box_of(state, "p" * 32), (70, 60, 0, 0), canvas)


def test_wheel_zooms_at_the_pointer_and_space_pans(qtbot: QtBot, canvas: Canvas, state: State) -> None:
    place = canvas.view.to_picture(QPointF(100, 100))
    canvas.zoom(2.0, QPointF(100, 100))
    after = canvas.view.to_picture(QPointF(100, 100))
    assert (after - place).manhattanLength() < 1e-6
    canvas.setFocus()
    qtbot.keyPress(canvas, Qt.Key.Key_Space)
    qtbot.mousePress(canvas, LEFT, pos=QPoint(100, 100))
    qtbot.mouseMove(canvas, QPoint(130, 90))
    qtbot.mouseRelease(canvas, LEFT, pos=QPoint(130, 90))
    qtbot.keyRelease(canvas, Qt.Key.Key_Space)
    moved = canvas.view.to_picture(QPointF(130, 90))
    assert (moved - place).manhattanLength() < 1e-6
    assert not state.playback.playing
    qtbot.keyClick(canvas, Qt.Key.Key_Space)
    assert state.playback.playing


def test_zoom_stays_while_stepping_and_the_picture_is_sharp(qtbot: QtBot, canvas: Canvas, state: State) -> None:
    canvas.zoom(6.0)
    scale = canvas.view.sy
    state.playback.step(1)
    qtbot.waitUntil(lambda: state.playback.frame == 1, timeout=10_000)
    assert canvas.view.sy == scale
    canvas.one_to_one()
    assert canvas.view.sy == 1 / canvas.devicePixelRatioF()


def test_the_window_shows_the_picture_of_the_number_it_says(
    qtbot: QtBot, canvas: Canvas, state: State, number_of: Callable[[np.ndarray], int]
) -> None:
    """Scrub, then look at the pixels of the screen."""
    state.heat.set_enabled(False)
    for n in (30, 3, 17, 22):
        state.playback.seek(n)
        qtbot.wait(3)
        image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        middle = canvas.view.rect.center().toPoint()
        level = image.pixelColor(QPoint(middle.x(), middle.y() + 40)).green()
        assert number_of(np.full((40, 40, 3), level, np.uint8)) == state.playback.frame
