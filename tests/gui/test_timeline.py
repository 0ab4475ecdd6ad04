"""The timeline in the real window, used with mouse and keys: what a drag makes of the project's rows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from tvau_studio.domain import actions
from tvau_studio.domain.document import Document
from tvau_studio.domain.geometry import Box
from tvau_studio.gui.app import Session
from tvau_studio.gui.state import State
from tvau_studio.gui.timeline.layout import LANE
from tvau_studio.gui.timeline.widget import Timeline

LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton


@pytest.fixture
def timeline(state: State, widget: Callable[[str], QWidget]) -> Timeline:
    found = widget("timeline")
    assert isinstance(found, Timeline)
    document = state.document
    for key, frame, stop in (("o", 4, 20), ("p", 0, 30)):
        document.attempt(
            actions.new_object,
            document.who,
            state.document.video_row.key,
            frame,
            Box(10, 10, 20, 20),
            event="anomaly",
            stop=stop,
            key=key,
        )
    document.attempt(actions.set_box, document.who, "o", 12, Box(40, 10, 20, 20))
    found.fit()
    return found


def at(timeline: Timeline, frame: float, y: float) -> QPoint:
    return QPoint(round(timeline.layout_now().gutter + timeline.scale.x(frame)), round(y))


def lane_y(timeline: Timeline, index: int) -> float:
    return timeline.layout_now().lane_top(index) + LANE / 2


def drag(qtbot: QtBot, timeline: Timeline, start: QPoint, stop: QPoint, key: Qt.KeyboardModifier | None = None) -> None:
    held = key or Qt.KeyboardModifier.NoModifier
    qtbot.mousePress(timeline, LEFT, held, start)
    middle = QPoint((start.x() + stop.x()) // 2, (start.y() + stop.y()) // 2)
    for place in (middle, stop):
        qtbot.mouseMove(timeline, place)
    qtbot.mouseRelease(timeline, LEFT, held, stop)


def test_the_ruler_scrubs(state: State, timeline: Timeline, qtbot: QtBot) -> None:
    qtbot.mousePress(timeline, LEFT, pos=at(timeline, 8.5, 10))
    qtbot.waitUntil(lambda: state.playback.frame == 8)
    qtbot.mouseMove(timeline, at(timeline, 15.5, 10))
    qtbot.waitUntil(lambda: state.playback.frame == 15)
    qtbot.keyClick(timeline, Qt.Key.Key_Escape)
    qtbot.mouseRelease(timeline, LEFT, pos=at(timeline, 15.5, 10))


def test_edges_of_the_range_are_dragged_and_snap(state: State, timeline: Timeline, qtbot: QtBot) -> None:
    state.playback.set_range((5, 15))
    drag(qtbot, timeline, at(timeline, 15, 50), at(timeline, 26.4, 50), Qt.KeyboardModifier.AltModifier)
    assert state.playback.range == (5, 26)
    # Near the end of the clip 0:24 the edge jumps to it.
    near = at(timeline, 24, 50)
    drag(qtbot, timeline, at(timeline, 26, 50), QPoint(near.x() + 4, near.y()))
    assert state.playback.range == (5, 24)
    # Over the other edge it turns round; Shift on the ruler begins a new one.
    drag(qtbot, timeline, at(timeline, 5, 50), at(timeline, 33, 50), Qt.KeyboardModifier.AltModifier)
    assert state.playback.range == (24, 33)
    drag(qtbot, timeline, at(timeline, 8, 10), at(timeline, 18, 10), Qt.KeyboardModifier.ShiftModifier)
    assert state.playback.range == (8, 18)


def test_a_keyframe_is_dragged_as_one_step_and_taken_back(
    state: State, timeline: Timeline, qtbot: QtBot, saved: Callable[[], Document]
) -> None:
    edits: list[object] = []
    state.document.changed.connect(edits.append)
    y = lane_y(timeline, 0)
    drag(qtbot, timeline, at(timeline, 12.5, y), at(timeline, 17.5, y))
    assert [e.label for e in edits] == ["Move keyframe"]
    assert state.selection.object == "o"
    assert [k.frame for k in saved().track("o").keyframes] == [4, 17]
    state.document.undo()
    qtbot.waitUntil(lambda: [k.frame for k in state.document.document.track("o").keyframes] == [4, 12])


def test_escape_during_a_drag_changes_nothing(state: State, timeline: Timeline, qtbot: QtBot) -> None:
    y = lane_y(timeline, 0)
    timeline.setFocus()
    qtbot.mousePress(timeline, LEFT, pos=at(timeline, 12.5, y))
    qtbot.mouseMove(timeline, at(timeline, 18.5, y))
    assert timeline.hand.drag is not None
    qtbot.keyClick(timeline, Qt.Key.Key_Escape)
    assert timeline.hand.drag is None
    qtbot.mouseRelease(timeline, LEFT, pos=at(timeline, 18.5, y))
    assert [k.frame for k in state.document.document.track("o").keyframes] == [4, 12]


def test_edges_of_a_segment_are_dragged(
    state: State, timeline: Timeline, qtbot: QtBot, saved: Callable[[], Document]
) -> None:
    y, alt = lane_y(timeline, 1), Qt.KeyboardModifier.AltModifier
    drag(qtbot, timeline, at(timeline, 30, y), at(timeline, 37, y), alt)
    drag(qtbot, timeline, at(timeline, 37, y), at(timeline, -20, y), alt)
    (segment,) = saved().segments("p")
    assert (segment.start, segment.stop) == (0, 1)
    assert state.selection.segment == segment.key


def test_a_click_selects_and_goes_there(state: State, timeline: Timeline, qtbot: QtBot) -> None:
    qtbot.mouseClick(timeline, LEFT, pos=at(timeline, 25.5, lane_y(timeline, 1)))
    assert state.selection.object == "p"
    assert state.selection.segment == state.document.document.segments("p")[0].key
    qtbot.waitUntil(lambda: state.playback.frame == 25)
    qtbot.mouseClick(timeline, LEFT, pos=QPoint(20, round(lane_y(timeline, 0))))
    assert state.selection.object == "o"
    assert state.playback.frame == 25


def test_a_double_click_on_a_clip_opens_it(state: State, timeline: Timeline, qtbot: QtBot) -> None:
    clips = state.document.document.clips(state.document.video_row.key)
    assert [(c.start, c.stop) for c in clips[:2]] == [(0, 24), (12, 36)]
    place = at(timeline, 20, timeline.layout_now().clips_top + 13)
    with qtbot.waitSignal(state.workspace.opened):
        qtbot.mouseDClick(timeline, LEFT, pos=place)
    assert state.document.clip_row == clips[1]
    assert state.playback.range == (12, 36)


def wheel(
    timeline: Timeline, place: QPoint, by: int, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    event = QWheelEvent(
        QPointF(place),
        QPointF(timeline.mapToGlobal(place)),
        QPoint(),
        QPoint(0, by),
        Qt.MouseButton.NoButton,
        held,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(timeline, event)


def test_the_wheel_zooms_at_the_pointer_and_dragging_pans(timeline: Timeline, qtbot: QtBot) -> None:
    place = at(timeline, 30, lane_y(timeline, 1))
    x = place.x() - timeline.layout_now().gutter
    before = timeline.scale.at(x)
    wheel(timeline, place, 480)
    assert timeline.scale.per_frame == pytest.approx(2.05 * timeline.width() * 0.8 / 40, rel=0.2)
    assert timeline.scale.at(x) == pytest.approx(before)
    left = timeline.scale.left
    qtbot.mousePress(timeline, MIDDLE, pos=place)
    qtbot.mouseMove(timeline, place + QPoint(60, 0))
    qtbot.mouseRelease(timeline, MIDDLE, pos=place + QPoint(60, 0))
    assert timeline.scale.left == pytest.approx(left - 60 / timeline.scale.per_frame)
    wheel(timeline, place, -120, Qt.KeyboardModifier.ShiftModifier)
    assert timeline.scale.left > left - 60 / timeline.scale.per_frame
    # The overview at the bottom takes one anywhere.
    qtbot.mouseClick(timeline, LEFT, pos=QPoint(timeline.width() - 2, timeline.height() - 4))
    assert timeline.scale.right == pytest.approx(40)
    wheel(timeline, place, -2000)
    assert timeline.scale.is_fitted


def test_it_follows_the_playhead(state: State, timeline: Timeline, qtbot: QtBot) -> None:
    timeline.zoom(6, 0)
    assert timeline.scale.right < 20
    state.playback.seek(38)
    qtbot.waitUntil(lambda: timeline.scale.right > 38)


def test_keys_zoom_and_move_the_keyframe_that_is_shown(state: State, timeline: Timeline, qtbot: QtBot) -> None:
    state.selection.select("o")
    state.playback.seek(12)
    qtbot.waitUntil(lambda: state.playback.frame == 12)
    both = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(timeline, Qt.Key.Key_Right, both)
    qtbot.waitUntil(lambda: state.playback.frame == 13)
    assert [k.frame for k in state.document.document.track("o").keyframes] == [4, 13]
    qtbot.keyClick(timeline, Qt.Key.Key_Plus)
    assert not timeline.scale.is_fitted
    qtbot.keyClick(timeline, Qt.Key.Key_Minus)
    assert timeline.scale.is_fitted


def grab(timeline: Timeline) -> QImage:
    timeline.redraw()
    return timeline.grab().toImage()


def colour(image: QImage, place: QPoint) -> QColor:
    ratio = image.devicePixelRatio()
    return image.pixelColor(round(place.x() * ratio), round(place.y() * ratio))


def test_scores_are_drawn_and_what_is_not_known_is_no_zero(state: State, timeline: Timeline, qtbot: QtBot) -> None:
    state.playback.set_range(None)
    strip = timeline.layout_now().strip_top + 4
    pair = 15
    hatched = {colour(grab(timeline), at(timeline, 2 * pair + 1, strip) + QPoint(d, 0)).name() for d in range(-6, 7)}
    assert len(hatched) > 1  # hatching, not one colour
    scores = state.heat.scores()
    scores[pair] = 0.0
    state.heat.scoresChanged.emit(pair, pair + 1)
    cold = {colour(grab(timeline), at(timeline, 2 * pair + 1, strip) + QPoint(d, 0)).name() for d in range(-6, 7)}
    assert cold == {"#000004"}  # inferno's darkest
    scores[pair] = 1.0
    state.heat.scoresChanged.emit(pair, pair + 1)
    assert colour(grab(timeline), at(timeline, 2 * pair + 1, strip)).name() == "#fcffa4"
    scores[pair] = np.nan


def test_the_menu_offers_what_can_be_done_here(state: State, timeline: Timeline, qtbot: QtBot) -> None:
    from tvau_studio.gui.timeline.menu import menu_for

    found = timeline.hit(QPointF(at(timeline, 25, lane_y(timeline, 1))))
    menu = menu_for(timeline, timeline, found, 25)
    words = {a.text(): a for a in menu.actions() if a.text()}
    words["End segment here (25)"].trigger()
    assert state.document.document.segments("p")[0].stop == 26
    words["Range from segment"].trigger()
    assert state.playback.range == (0, 30)
    words["Delete object"].trigger()
    assert timeline.lanes.keys == ["o"]
    menu.close()
    assert isinstance(menu, QMenu)


def test_it_can_be_drawn_with_nothing_open_and_in_both_themes(session: Session, qtbot: QtBot) -> None:
    timeline = session.window.findChild(QWidget, "timeline")
    timeline.resize(600, 240)
    dark = timeline.grab().toImage()
    assert not dark.isNull()
    session.state.theme.set_mode("light")
    assert timeline.grab().toImage().pixelColor(5, 200) != dark.pixelColor(5, 200)


def test_the_threshold_is_dragged_on_the_curve(state: State, timeline: Timeline, qtbot: QtBot) -> None:
    layout = timeline.layout_now()
    start = QPoint(at(timeline, 30, 0).x(), round(layout.score_y(0.5)))
    stop = QPoint(start.x(), round(layout.score_y(0.8)))
    drag(qtbot, timeline, start, stop)
    assert state.heat.threshold == pytest.approx(0.8, abs=0.03)
    assert state.studio.settings["heat_threshold"] == state.heat.threshold
    qtbot.mousePress(timeline, LEFT, pos=QPoint(start.x(), round(layout.score_y(state.heat.threshold))))
    qtbot.mouseMove(timeline, start)
    qtbot.keyClick(timeline, Qt.Key.Key_Escape)
    qtbot.mouseRelease(timeline, LEFT, pos=start)
    assert state.heat.threshold == pytest.approx(0.8, abs=0.03)


def test_the_edges_of_the_open_clip_are_dragged(
    state: State, timeline: Timeline, qtbot: QtBot, saved: Callable[[], Document]
) -> None:
    clip = state.document.clip_row
    state.playback.set_range((clip.start, clip.stop))
    y = timeline.layout_now().clips_top + 10
    alt = Qt.KeyboardModifier.AltModifier
    drag(qtbot, timeline, at(timeline, clip.stop, y), at(timeline, 30, y), alt)
    row = saved().clip(clip.key)
    assert (row.start, row.stop) == (clip.start, 30)
    assert state.playback.range == (clip.start, 30)
    drag(qtbot, timeline, at(timeline, 30, y), at(timeline, -5, y), alt)
    assert (saved().clip(clip.key).start, saved().clip(clip.key).stop) == (0, 1)
    state.document.undo()
    state.document.undo()
    assert (saved().clip(clip.key).start, saved().clip(clip.key).stop) == (clip.start, clip.stop)
