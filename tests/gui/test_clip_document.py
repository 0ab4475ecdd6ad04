from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tvau_studio.domain import actions
from tvau_studio.domain.actions import Who
from tvau_studio.domain.document import Document
from tvau_studio.domain.geometry import Box
from tvau_studio.gui.state import State
from tvau_studio.services.projects import Project

BOX = Box(20, 20, 30, 40)


def add(state: State, key: str = "a" * 32, box: Box = BOX) -> str:
    row = state.document.video_row
    assert row is not None
    assert state.document.attempt(actions.new_object, state.document.who, row.key, 0, box, key=key)
    return key


def test_an_edit_is_there_at_once_and_on_disk_soon(state: State, saved: Callable[[], Document]) -> None:
    seen: list[str] = []
    state.document.changed.connect(lambda edit: seen.append(edit.label))
    key = add(state)
    assert seen == ["New object"]
    assert not state.document.saved
    assert state.document.undo_label == "New object"
    row = saved().object(key)
    assert (row.track, row.author) == (1, "ann")


def test_undo_and_redo_through_the_project(state: State, qtbot: QtBot, saved: Callable[[], Document]) -> None:
    key = add(state)
    with qtbot.waitSignal(state.document.went, timeout=10_000) as went:
        state.document.undo()
    assert went.args[0].label == "New object"
    assert ("object", key) not in state.document.document
    assert ("object", key) not in saved()
    assert state.document.redo_label == "New object"
    with qtbot.waitSignal(state.document.went, timeout=10_000):
        state.document.redo()
    assert ("object", key) in saved()


def test_what_makes_no_sense_is_said_and_does_nothing(state: State, qtbot: QtBot) -> None:
    key = add(state)
    with qtbot.waitSignal(state.document.refused) as said:
        assert not state.document.attempt(actions.remove_keyframes, key, [0])
    assert "delete the object" in said.args[0]


def test_what_another_window_did_is_followed(
    state: State, qtbot: QtBot, project_file: Path, saved: Callable[[], Document]
) -> None:
    key = add(state)
    saved()
    with Project.open(project_file, person="bob") as other:
        document = other.document()
        with qtbot.waitSignal(state.document.changed, timeout=10_000):
            other.commit(actions.set_text(document, "object", key, "appearance", "en", "a red coat"))
    assert state.document.document.object(key).appearance_en == "a red coat"


def test_what_another_changed_first_is_taken_out_and_asked_about(
    state: State, qtbot: QtBot, project_file: Path, saved: Callable[[], Document]
) -> None:
    key = add(state)
    saved()
    state.document.close()  # this window has not looked yet
    with Project.open(project_file, person="bob") as other:
        other.commit(actions.set_box(other.document(), Who("bob"), key, 0, Box(50, 50, 10, 10)))
    with qtbot.waitSignal(state.document.collided, timeout=10_000) as asked:
        state.document.attempt(actions.set_box, state.document.who, key, 0, Box(1, 1, 5, 5))
    assert asked.args[0].who == "bob"
    assert state.document.document.track(key).at(0).box == Box(50, 50, 10, 10)
    assert state.document.saved


def test_the_selection_lets_go_of_what_is_deleted(state: State) -> None:
    key = add(state)
    state.selection.select(key)
    assert state.selection.row is not None
    state.document.attempt(actions.delete_object, key)
    assert state.selection.object is None
    assert state.selection.row is None


def test_another_clip_of_the_video_keeps_rows_and_selection(state: State, qtbot: QtBot) -> None:
    key = add(state)
    state.selection.select(key)
    document = state.document.document
    other = state.workspace.clips[1]
    with qtbot.waitSignal(state.workspace.opened, timeout=10_000):
        state.workspace.open_clip(other.key)
    assert state.document.document is document
    assert state.document.clip_row.key == other.key
    assert state.playback.range == (other.start, other.stop)
    assert state.selection.object == key


def test_the_list_of_clips_follows_an_edit(state: State, qtbot: QtBot) -> None:
    with qtbot.waitSignal(state.workspace.clipsChanged, timeout=10_000):
        add(state)
    assert [c.objects for c in state.workspace.clips] == [1, 1, 1]


@pytest.mark.parametrize("gone", ["file", "folder"])
def test_a_missing_video_leaves_its_labels_open(
    state: State, qtbot: QtBot, tmp_path: Path, make_video: Callable[..., Path], gone: str
) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    path = make_video(folder / "second.mp4", 12)
    with qtbot.waitSignal(state.workspace.opened, timeout=10_000):
        state.workspace.add_videos([path])
    assert state.document.video_row.stem == "second"
    state.workspace.open_clip(state.workspace.clips[0].key)
    qtbot.waitUntil(lambda: state.document.video_row.stem == "yard", timeout=10_000)
    kept = path.rename(tmp_path.parent / f"moved-{gone}.bin")
    if gone == "folder":
        folder.rmdir()
    clip = next(c for c in state.workspace.clips if c.path.endswith("second.mp4"))
    state.workspace._videos.clear()
    with qtbot.waitSignals([state.workspace.videoFailed, state.document.loaded], timeout=10_000):
        state.workspace.open_clip(clip.key)
    assert "second.mp4" in str(state.workspace.video_error)
    assert state.document.video_row.stem == "second"
    with qtbot.waitSignal(state.workspace.opened, timeout=10_000):
        state.workspace.relink(kept)
    assert state.workspace.video_error is None
    qtbot.waitUntil(lambda: state.playback.frame == 0, timeout=10_000)
    assert state.document.undo_label == "Link video"
