"""The panel of objects in the real window: every field is an edit of the project, and follows it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QTableView,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tvau_studio.domain import actions
from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import created, edit
from tvau_studio.domain.geometry import REGIONS, Box
from tvau_studio.domain.labels import Keyframe, Object, Segment
from tvau_studio.gui.app import Session
from tvau_studio.gui.docks._regions import DerivedBox, RegionGrid
from tvau_studio.gui.state import State
from tvau_studio.services.projects import Project

Find = Callable[[type, str], QWidget]


@pytest.fixture
def find(window: Session) -> Find:
    def found(kind: type, name: str) -> QWidget:
        made = window.window.findChild(kind, name)
        assert made is not None, name
        return made

    return found


@pytest.fixture
def video(state: State) -> str:
    return state.document.video_row.key


@pytest.fixture
def thing(state: State, video: str) -> str:
    """An object that goes from the left to the right in frames 2 to 20 of pictures of 160 x 96, selected."""
    document = state.document
    document.attempt(
        actions.new_object, document.who, video, 2, Box(5, 40, 10, 10), event="person running", stop=20, key="o"
    )
    document.attempt(actions.set_box, document.who, "o", 20, Box(140, 40, 10, 10))
    state.selection.select("o")
    return "o"


def choose(qtbot: QtBot, box: QComboBox, text: str) -> None:
    """As a person does: open the list, go to the line, Enter."""
    at = box.findText(text, Qt.MatchFlag.MatchExactly)
    if isinstance(box, DerivedBox) and at == 0:
        at = next(i for i in range(1, box.count()) if box.itemText(i) == text)
    assert at >= 0, text
    box.setFocus()
    box.showPopup()
    box.view().setCurrentIndex(box.model().index(at, 0))
    qtbot.keyClick(box.view(), Qt.Key.Key_Return)


def test_the_table_lists_the_objects_and_is_one_with_the_selection(
    state: State, video: str, thing: str, find: Find, qtbot: QtBot
) -> None:
    state.document.attempt(actions.new_object, state.document.who, video, 30, Box(1, 1, 9, 9), key="later")
    state.document.attempt(actions.new_object, state.document.who, video, 0, Box(1, 1, 9, 9), key="p")
    table = find(QTableView, "objectTable")
    rows = [table.model().index(i, 0).data() for i in range(table.model().rowCount())]
    assert rows == ["1", "3"]  # what is not in the clip's frames is not listed
    assert table.currentIndex().row() == 0
    place = table.visualRect(table.model().index(1, 1)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert state.selection.object == "p"
    state.selection.select("o")
    assert table.currentIndex().row() == 0
    state.selection.clear()
    assert not table.selectionModel().hasSelection()
    assert find(QLabel, "objectTitle").text() == "NO OBJECT SELECTED"


def test_texts_are_typed_in_two_languages_and_taken_back(
    state: State, thing: str, find: Find, qtbot: QtBot, saved: Callable[[], Document]
) -> None:
    field = find(QPlainTextEdit, "appearanceEdit")
    field.setFocus()
    qtbot.keyClicks(field, "A man in red")
    find(QPushButton, "language_zh").click()
    assert field.toPlainText() == ""
    assert field.placeholderText() == "A man in red"
    field.insertPlainText("穿红衣的男人")
    motion = find(QPlainTextEdit, "motionEdit")
    motion.insertPlainText("跑步")
    document = saved_after_flush(state, saved)
    row = document.object("o")
    assert (row.appearance_en, row.appearance_zh) == ("A man in red", "穿红衣的男人")
    assert document.segments("o")[0].motion_zh == "跑步"
    find(QPushButton, "language_en").click()
    assert field.toPlainText() == "A man in red"
    for wanted in (("A man in red", "穿红衣的男人", ""), ("A man in red", "", ""), ("", "", "")):
        state.document.undo()
        qtbot.waitUntil(
            lambda wanted=wanted: (
                (
                    state.document.document.object("o").appearance_en,
                    state.document.document.object("o").appearance_zh,
                    state.document.document.segments("o")[0].motion_zh,
                )
                == wanted
            )
        )
    assert field.toPlainText() == ""
    state.document.redo()
    qtbot.waitUntil(lambda: field.toPlainText() == "A man in red")


def saved_after_flush(state: State, saved: Callable[[], Document]) -> Document:
    state.document.flush.emit()
    return saved()


def test_typing_is_kept_when_another_object_or_clip_is_opened_in_the_middle(
    state: State, video: str, thing: str, find: Find, qtbot: QtBot, saved: Callable[[], Document]
) -> None:
    state.document.attempt(actions.new_object, state.document.who, video, 0, Box(1, 1, 9, 9), key="p")
    field = find(QPlainTextEdit, "appearanceEdit")
    qtbot.keyClicks(field, "one")
    state.selection.select("p")
    assert field.toPlainText() == ""
    qtbot.keyClicks(field, "two")
    with qtbot.waitSignal(state.workspace.opened):
        state.workspace.next_clip(1)
    document = saved()
    assert [document.object(k).appearance_en for k in ("o", "p")] == ["one", "two"]


def test_typing_is_kept_when_the_window_closes(
    window: Session, state: State, thing: str, find: Find, qtbot: QtBot
) -> None:
    path = state.studio.project.path
    qtbot.keyClicks(find(QPlainTextEdit, "appearanceEdit"), "the last words")
    window.window.close()
    qtbot.waitUntil(lambda: not state.studio.jobs.active(), timeout=10_000)
    with Project.open(path) as project:
        assert project.document().object("o").appearance_en == "the last words"


def test_undo_with_the_keys_takes_back_what_is_being_typed(
    window: Session, state: State, thing: str, find: Find, qtbot: QtBot
) -> None:
    window.window.activateWindow()
    field = find(QPlainTextEdit, "appearanceEdit")
    field.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is field)
    qtbot.keyClicks(field, "wrong")
    qtbot.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: field.toPlainText() == "")
    qtbot.waitUntil(lambda: state.document.redo_label == "Edit appearance")


def test_somebody_elses_change_while_one_types(
    state: State, thing: str, find: Find, qtbot: QtBot, saved: Callable[[], Document]
) -> None:
    saved()
    field = find(QPlainTextEdit, "appearanceEdit")
    with Project.open(state.studio.project.path, person="bo") as other:
        other.commit(actions.set_text(other.document(), "object", "o", "appearance", "en", "theirs"))
        qtbot.keyClicks(field, "mine")
        qtbot.waitUntil(find(QWidget, "appearanceEditConflict").isVisible, timeout=10_000)
        assert field.toPlainText() == "mine"
        qtbot.mouseClick(
            find(QWidget, "appearanceEditConflict").findChildren(QPushButton)[0], Qt.MouseButton.LeftButton
        )
        assert saved().object("o").appearance_en == "mine"


def test_event_and_edges_of_the_segment(
    state: State, thing: str, find: Find, qtbot: QtBot, saved: Callable[[], Document]
) -> None:
    event = find(QComboBox, "eventBox")
    assert event.currentText() == "person running"
    choose(qtbot, event, "person falling down")
    stop = find(QSpinBox, "segmentStop")
    stop.setValue(15)
    stop.editingFinished.emit()
    (segment,) = saved().segments("o")
    assert (segment.event, segment.start, segment.stop) == ("person falling down", 2, 15)
    start = find(QSpinBox, "segmentStart")
    start.setValue(15)
    start.editingFinished.emit()
    assert start.value() == 2  # a segment without a frame is refused, and said
    choose(qtbot, event, "no event (normal)")
    assert saved().segments("o")[0].event is None


def test_segments_are_added_at_the_range_and_deleted(
    state: State, thing: str, find: Find, qtbot: QtBot, saved: Callable[[], Document]
) -> None:
    state.playback.set_range((8, 12))
    find(QToolButton, "segmentAdd").click()
    segments = saved().segments("o")
    assert [(s.start, s.stop) for s in segments] == [(2, 20), (8, 12)]
    assert state.selection.segment == segments[1].key
    find(QToolButton, "segmentDelete").click()
    assert [(s.start, s.stop) for s in saved().segments("o")] == [(2, 20)]
    find(QToolButton, "segmentDelete").click()
    assert not find(QPlainTextEdit, "motionEdit").isEnabled()
    choose(qtbot, find(QComboBox, "eventBox"), "person jumping")
    assert [(s.event, s.start, s.stop) for s in saved().segments("o")] == [("person jumping", 8, 12)]


def test_places_are_derived_until_overridden_and_can_be_reset(
    state: State, thing: str, find: Find, qtbot: QtBot, saved: Callable[[], Document]
) -> None:
    start, end = find(DerivedBox, "fromBox"), find(DerivedBox, "toBox")
    trajectory, said = find(QPlainTextEdit, "trajectoryEdit"), find(QLabel, "placeState")
    assert (start.currentText(), end.currentText()) == ("left", "right")
    assert start.is_derived
    assert trajectory.placeholderText() == "from the left through the middle to the right"
    assert said.text() == "derived"
    # They follow the boxes live.
    state.document.attempt(actions.set_box, state.document.who, "o", 20, Box(140, 80, 10, 10))
    assert end.currentText() == "bottom-right"
    choose(qtbot, end, "top")
    qtbot.keyClicks(trajectory, "up and away ")
    document = saved_after_flush(state, saved)
    override = document.override("o", state.workspace.clip)
    assert (override.start_region, override.end_region, override.trajectory_en) == (None, "top", "up and away ")
    assert trajectory.toPlainText() == "up and away "
    assert said.text().startswith("changed")
    grid = find(RegionGrid, "regionGrid")
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    qtbot.mouseClick(
        grid, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, pos=grid.rect().bottomRight()
    )
    override = saved().override("o", state.workspace.clip)
    assert (override.start_region, override.end_region) == (REGIONS[0], REGIONS[8])
    find(QPushButton, "placeReset").click()
    assert saved().override("o", state.workspace.clip) is None
    assert trajectory.toPlainText() == ""
    assert start.is_derived


def test_the_box_is_set_by_number(
    state: State, thing: str, find: Find, qtbot: QtBot, saved: Callable[[], Document]
) -> None:
    state.playback.seek(11)
    qtbot.waitUntil(lambda: find(QDoubleSpinBox, "box_x").value() == 72.5)
    assert find(QLabel, "boxState").text() == "in between"
    field = find(QDoubleSpinBox, "box_w")
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "33.25")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    shown = saved().track("o").at(11)
    assert shown.keyframe
    assert shown.box == Box(72.5, 40, 33.25, 10)
    assert find(QLabel, "boxState").text() == "keyframe"
    state.playback.seek(0)
    qtbot.waitUntil(lambda: not field.isEnabled())
    assert find(QLabel, "boxState").text() == "not in the picture here"


def test_a_draft_is_accepted_or_rejected(
    state: State, video: str, find: Find, qtbot: QtBot, saved: Callable[[], Document]
) -> None:
    for key, track in (("d", 7), ("e", 8)):
        draft = Object(key=key, video=video, track=track, model="tvau-tiny", verdict="undecided", score=0.5)
        frame = Keyframe(key=f"{key}@0", object=key, frame=0, x=1, y=1, w=9, h=9)
        segment = Segment(key=f"s{key}", object=key, start=0, stop=9, event="anomaly")
        state.document.commit(edit("Propose", [created(draft), created(frame), created(segment)]))
    state.selection.select("d")
    assert find(QLabel, "objectOrigin").text() == "draft by tvau-tiny · 0.50"
    review = find(QComboBox, "reviewBox")
    choose(qtbot, review, "accepted")
    assert review.currentText() == "new"  # two drafts are undecided: refused, and the box says what is
    qtbot.mouseClick(find(QPushButton, "acceptButton"), Qt.MouseButton.LeftButton)
    state.selection.select("e")
    find(QPushButton, "rejectButton").click()
    document = saved()
    assert [document.object(k).verdict for k in "de"] == ["accepted", "rejected"]
    assert find(QTableView, "objectTable").model().rowCount() == 1
    choose(qtbot, review, "accepted")
    assert saved().clip(state.workspace.clip).state == "accepted"


def test_the_clip_is_anomalous_by_its_segments_or_as_said(
    state: State, thing: str, find: Find, qtbot: QtBot, saved: Callable[[], Document]
) -> None:
    box = find(DerivedBox, "anomalyBox")
    assert (box.currentText(), box.is_derived) == ("Yes", True)
    choose(qtbot, box, "No")
    assert saved().clip(state.workspace.clip).anomaly is False
    box.showPopup()
    box.view().setCurrentIndex(box.model().index(0, 0))
    qtbot.keyClick(box.view(), Qt.Key.Key_Return)
    assert saved().clip(state.workspace.clip).anomaly is None


def test_the_environment_is_the_videos_until_a_clip_has_its_own(
    state: State, video: str, find: Find, qtbot: QtBot, saved: Callable[[], Document]
) -> None:
    field, scope = find(QPlainTextEdit, "environmentEdit"), find(QLabel, "environmentScope")
    qtbot.keyClicks(field, "A yard")
    assert saved_after_flush(state, saved).video(video).environment_en == "A yard"
    find(QPushButton, "environmentSwitch").click()
    assert scope.text() == "· of this clip"
    assert (field.toPlainText(), field.placeholderText()) == ("", "A yard")
    qtbot.keyClicks(field, "at night")
    document = saved_after_flush(state, saved)
    assert document.clip(state.workspace.clip).environment_en == "at night"
    assert document.video(video).environment_en == "A yard"
    find(QPushButton, "environmentSwitch").click()
    assert field.toPlainText() == "A yard"
    assert saved().clip(state.workspace.clip).environment_en == ""


def test_a_clip_is_returned_with_a_remark(
    state: State, thing: str, find: Find, qtbot: QtBot, saved: Callable[[], Document]
) -> None:
    find(QPushButton, "returnButton").click()
    dialog = find(QDialog, "returnDialog")
    words = find(QPlainTextEdit, "returnRemark")
    qtbot.keyClick(words, Qt.Key.Key_Return)
    assert dialog.isVisible()  # neither a reason nor words
    find(QPushButton, "returnReason_text").click()
    qtbot.keyClicks(words, '"from" is <i>wrong</i>')
    qtbot.keyClick(words, Qt.Key.Key_Return)
    document = saved()
    assert [c.reason for c in document.comments(state.workspace.clip)] == ["text"]
    assert document.clip(state.workspace.clip).state == "returned"
    assert [c.text for c in document.comments(state.workspace.clip)] == ['"from" is <i>wrong</i>']
    remark = find(QLabel, "clipRemark")
    assert remark.isVisible()
    assert "<i>wrong</i>" in remark.text()
    assert remark.textFormat() == Qt.TextFormat.PlainText


def test_the_wheel_over_the_panel_changes_no_label(thing: str, find: Find) -> None:
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QWheelEvent

    box = find(QComboBox, "eventBox")
    box.clearFocus()
    place = QPointF(5, 5)
    event = QWheelEvent(
        place,
        place,
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    before = box.currentIndex()
    QApplication.sendEvent(box, event)
    assert box.currentIndex() == before
