"""The list of clips: finding one, opening it, and that a hundred thousand cost no more than a screenful."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QTableView, QWidget
from pytestqt.qtbot import QtBot

from tvau_studio.domain import actions
from tvau_studio.domain.summaries import ClipHead, ClipHeads, ClipSummary
from tvau_studio.gui.app import Session
from tvau_studio.gui.docks._clip_model import ClipModel, RowRole
from tvau_studio.gui.docks._clip_panel import ClipPanel
from tvau_studio.gui.docks._previews import SIZE, Preview
from tvau_studio.gui.state import State
from tvau_studio.gui.state.clip_list import ClipIndex, Filter
from tvau_studio.services.projects import Project


def row(n: int, **more: object) -> ClipSummary:
    values = {
        "key": f"k{n}",
        "id": f"01_{n:04}:0:24",
        "video": f"v{n}",
        "path": f"01_{n:04}.mp4",
        "start": 0,
        "stop": 24,
        "state": "new",
        "objects": 0,
        "drafts": 0,
        "events": (),
        "anomalous": False,
    }
    return ClipSummary(**{**values, **more})


def head(n: int, state: str = "new", annotator: str = "", assignee: str = "") -> ClipHead:
    return ClipHead(f"k{n}", f"01_{n:04}:0:24", f"v{n}", 0, 24, state, annotator, assignee)


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("", True),
        ("01_0007", True),
        ("RUNNING", True),
        ("running, to review", True),
        ("running accepted", False),
        ("01_*", True),
        ("*_0007", True),
        ("02_*", False),
        ("missing", False),
        ("0:24", True),
        ("@me", True),
        ("@bo", True),
        ("@carl", False),
        ("@nobody", False),
    ],
)
def test_a_filter_is_plain_words(text: str, taken: bool) -> None:
    clip = head(7, state="to review", annotator="Ann", assignee="bo")
    assert Filter(text, "ann").takes(clip, {"running": {"k7"}}) is taken


def test_a_missing_video_is_found_by_that_word() -> None:
    assert Filter("missing").takes(head(1), {}, missing=True)
    assert Filter("@nobody").takes(head(1), {})


def test_what_is_in_a_clip_is_said_in_a_few_words(session: Session) -> None:
    clips = session.state.workspace.clips
    model = ClipModel(clips)
    assert model.summary(row(0)) == "no label yet"
    assert model.summary(row(0, known=False)) == "…"
    assert model.summary(row(0, objects=1, events=("person running",))) == "1 object · person running"
    assert model.summary(row(0, objects=2, drafts=2)) == "2 drafts"
    assert model.summary(row(0, objects=2, drafts=1)) == "2 objects"
    clips.missing = frozenset(["gone"])
    assert model.summary(row(0, video="gone")) == "video is missing"


def test_a_hundred_thousand_clips_are_asked_for_by_the_screenful(session: Session, qtbot: QtBot) -> None:
    panel = ClipPanel(session.state)
    qtbot.addWidget(panel)
    panel.resize(268, 700)
    panel.show()
    asked: set[int] = set()
    data = panel._model.data
    panel._model.data = lambda index, role=0: (asked.add(index.row()), data(index, role))[1]  # type: ignore[method-assign]
    clips = session.state.workspace.clips
    wanted: list[str] = []
    clips.want = wanted.extend  # type: ignore[method-assign]
    heads = [head(n) for n in range(100_000)]
    clips.take(ClipIndex(ClipHeads(heads, {h.video: f"{h.video}.mp4" for h in heads}, 1)))
    panel.grab()
    assert panel._count.text() == "100,000"
    assert asked
    assert len(asked) < 40
    qtbot.waitUntil(lambda: bool(wanted))
    assert "k0" in wanted
    assert len(wanted) < 40
    asked.clear()
    panel._list.scrollToBottom()
    panel.grab()
    assert max(asked) == 99_999
    assert len(asked) < 80


def test_what_is_in_a_clip_comes_once_it_is_looked_at(state: State, panel: ClipPanel, qtbot: QtBot) -> None:
    clips = state.workspace.clips
    key = clips[2].key
    with qtbot.waitSignal(clips.rowsChanged):
        clips._forget([key])
        assert not clips[2].known
        panel._model.data(panel._model.index(2))
    qtbot.waitUntil(lambda: clips[2].known)


def test_what_another_person_did_to_another_video_shows_in_the_list(
    state: State, qtbot: QtBot, make_video: Callable[..., Path], tmp_path: Path, project_file: Path
) -> None:
    with qtbot.waitSignal(state.workspace.opened, timeout=10_000):
        state.workspace.add_videos([make_video(tmp_path / "other.mp4", 17)])
    clips = state.workspace.clips
    first = next(c for c in clips if c.path.endswith("yard.mp4"))
    with Project.open(project_file, person="bo") as bo:
        document = bo.document(first.video)
        bo.commit(actions.set_state(document, bo.who, first.key, "to review"))
        qtbot.waitUntil(lambda: clips.row(first.key).state == "to review", timeout=10_000)
        assert clips.row(first.key).annotator == "bo"
        with qtbot.waitSignal(clips.changed, timeout=10_000):
            bo.commit(actions.new_clip(document, bo.who, first.video, 1, 4, "yard:1:4"))
    qtbot.waitUntil(lambda: len(clips.of_video(first.video)) == 4, timeout=10_000)


@pytest.fixture
def panel(window: Session) -> ClipPanel:
    found = window.window.findChild(ClipPanel)
    assert found is not None
    return found


def test_the_open_clip_is_current_and_a_click_opens_another(state: State, panel: ClipPanel, qtbot: QtBot) -> None:
    clips = panel.findChild(QTableView, "clipList")
    assert clips.currentIndex().data(RowRole).key == state.workspace.clip
    target = clips.model().index(1, 0)
    with qtbot.waitSignal(state.workspace.opened):
        qtbot.mouseClick(clips.viewport(), Qt.MouseButton.LeftButton, pos=clips.visualRect(target).center())
    assert state.workspace.clip == target.data(RowRole).key
    with qtbot.waitSignal(state.workspace.opened):
        clips.setCurrentIndex(clips.model().index(0, 0))
        qtbot.keyClick(clips, Qt.Key.Key_Return)
    assert state.workspace.clip == clips.model().index(0, 0).data(RowRole).key


def test_typing_filters_and_enter_opens_the_only_one(state: State, panel: ClipPanel, qtbot: QtBot) -> None:
    field = panel.findChild(QLineEdit, "clipFilter")
    shown = panel.findChild(QLabel, "clipCount")
    total = len(state.workspace.clips)
    qtbot.keyClicks(field, "12:36")
    qtbot.waitUntil(lambda: shown.text() == f"1 OF {total}")
    with qtbot.waitSignal(state.workspace.opened):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert state.document.clip_row.start == 12
    field.setText("nothing like it")
    nothing = panel.findChild(QLabel, "clipsEmpty")
    qtbot.waitUntil(nothing.isVisible)
    assert "nothing like it" in nothing.text()
    qtbot.mouseClick(panel._clear, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shown.text() == str(total))


def test_an_empty_project_says_what_to_do_next(session: Session, tmp_path: Path, qtbot: QtBot) -> None:
    words = session.window.findChild(QLabel, "clipsEmpty")
    assert "No project is open" in words.text()
    with qtbot.waitSignal(session.state.workspace.projectChanged):
        session.state.workspace.open(lambda: Project.create(tmp_path / "e.tvau"))
    qtbot.waitUntil(lambda: "No clips yet" in words.text())


def test_labels_show_in_the_list(state: State, panel: ClipPanel, qtbot: QtBot) -> None:
    from tvau_studio.domain.geometry import Box

    document = state.document
    video = document.video_row.key
    document.attempt(actions.new_object, document.who, video, 0, Box(1, 1, 9, 9), event="person running")
    qtbot.waitUntil(lambda: "person running" in panel._model.index(0).data(Qt.ItemDataRole.AccessibleTextRole))


def test_previews_are_made_kept_and_carry_heat(state: State, panel: ClipPanel, qtbot: QtBot) -> None:
    first = state.workspace.clips[0]
    qtbot.waitUntil(lambda: panel._previews.get(first) is not None, timeout=10_000)
    made = panel._previews.get(first)
    assert made.image.size() == SIZE
    assert abs(made.image.pixelColor(90, 50).red() - 16) < 6  # picture 0 is that grey
    folder = state.studio.project.cache_folder / "previews"
    assert list(folder.glob("*.png"))
    assert made.strip is None
    scores = state.heat.scores()
    scores[0:12] = 0.75
    state.heat.scoresChanged.emit(0, 12)
    np.testing.assert_array_equal(panel._previews.get(first).strip, np.full(12, 0.75, np.float32))
    scores[:] = np.nan


def test_a_video_that_cannot_be_read_has_a_preview_without_a_picture(
    state: State, panel: ClipPanel, qtbot: QtBot
) -> None:
    lost = row(1, path="nowhere.mp4", video="none")
    assert panel._previews.get(lost) is None
    qtbot.waitUntil(lambda: panel._previews.get(lost) is not None)
    assert panel._previews.get(lost) == Preview(None)


def test_the_list_is_seen_by_those_who_do_not_see(widget: Callable[[str], QWidget]) -> None:
    clips = widget("clipList")
    assert isinstance(clips, QTableView)
    assert ", new" in clips.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
