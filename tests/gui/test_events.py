"""Scans in the real window, with a real (random, tiny) network behind them."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tvau_studio.domain.document import Document
from tvau_studio.gui.app import Session
from tvau_studio.gui.docks._event_list import FoundRole
from tvau_studio.gui.docks._events_panel import EventsPanel
from tvau_studio.gui.state import State
from tvau_studio.gui.state.events import Found
from tvau_studio.services.projects import Project
from tvau_studio.tvau.host import ModelHost

PATIENCE = 60_000


@pytest.fixture
def panel(with_model: object, window: Session) -> EventsPanel:
    found = window.window.show_panel("events")
    assert isinstance(found, EventsPanel)
    window.state.scan.events.set_rule(threshold=0.2, shortest=1, gap=0)
    return found


def rows(panel: EventsPanel) -> list:
    model = panel._list.model()
    return [model.index(n).data(FoundRole) for n in range(model.rowCount())]


def scanned(panel: EventsPanel, state: State, qtbot: QtBot, *, ask: bool = False, every: bool = False) -> list:
    """The events once a scan is through and their pictures are there."""
    state.scan.set_ask(ask)
    state.scan.start(every)
    qtbot.waitUntil(lambda: not state.scan.busy, timeout=PATIENCE)
    qtbot.waitUntil(lambda: bool(rows(panel)), timeout=PATIENCE)
    qtbot.waitUntil(lambda: state.scan.events._job is None, timeout=PATIENCE)
    return rows(panel)


def words(panel: EventsPanel, name: str) -> str:
    return panel.findChild(QLabel, name).text()


def settled(state: State, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not state.studio.jobs.active(), timeout=PATIENCE)


def test_a_video_is_scanned_listed_and_asked_about(panel: EventsPanel, state: State, qtbot: QtBot) -> None:
    assert "every picture" in words(panel, "eventsEmpty")
    qtbot.mouseClick(panel.findChild(QPushButton, "scanButton"), Qt.MouseButton.LeftButton)
    assert state.scan.phase == "scanning"
    assert panel.findChild(QPushButton, "scanButton").text() == "Stop"
    qtbot.waitUntil(lambda: not state.scan.busy, timeout=PATIENCE)
    settled(state, qtbot)
    found = rows(panel)
    assert found
    assert [f.event.score for f in found] == sorted((f.event.score for f in found), reverse=True)
    assert all(f.event.answer is not None for f in found)
    assert words(panel, "scanState") == f"{len(found)} event" + ("s" if len(found) > 1 else "")
    # The curve of the timeline knows what the scan computed.
    assert not any(score != score for score in state.heat.scores())
    # Every picture of the list is made and painted.
    panel.resize(360, 600)
    panel.grab()
    settled(state, qtbot)
    panel.grab()


def test_the_threshold_regroups_without_computing(
    panel: EventsPanel, state: State, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = scanned(panel, state, qtbot)
    settled(state, qtbot)

    def never(*_: object, **__: object) -> None:
        raise AssertionError("a threshold computed something")

    monkeypatch.setattr(ModelHost, "heat", never)
    slider = panel.findChild(QWidget, "eventsThreshold")
    slider.setValue(round(100 * first[0].event.score) - 1)
    qtbot.waitUntil(lambda: rows(panel) != first, timeout=PATIENCE)
    assert state.scan.events.rule.threshold == pytest.approx(slider.value() / 100)
    slider.setValue(99)
    qtbot.waitUntil(lambda: not rows(panel), timeout=PATIENCE)
    assert "hotter than 0.99" in words(panel, "eventsEmpty")
    state.scan.events.set_rule(threshold=0.2)
    qtbot.waitUntil(lambda: rows(panel) == first, timeout=PATIENCE)
    assert slider.value() == 20
    settled(state, qtbot)


def test_a_click_goes_there(panel: EventsPanel, state: State, qtbot: QtBot) -> None:
    scanned(panel, state, qtbot)
    settled(state, qtbot)
    panel.resize(360, 600)
    panel._list.resize(360, 400)
    found = rows(panel)[0]
    state.playback.set_range(None)
    qtbot.mouseClick(panel._list.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(200, 30))
    qtbot.waitUntil(lambda: state.playback.frame == found.event.peak, timeout=PATIENCE)
    assert state.playback.range == found.event.frames
    assert [f.key for f in panel._list.chosen()] == [found.key]


def test_drafts_of_events_are_one_step_of_undo(
    panel: EventsPanel, state: State, qtbot: QtBot, saved: Callable[[], Document]
) -> None:
    scanned(panel, state, qtbot)
    qtbot.mouseClick(panel.findChild(QPushButton, "eventsDrafts"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "undo takes them back" in words(panel, "eventsNote"), timeout=PATIENCE)
    [video] = saved().videos
    drafts = [o for o in saved().objects(video.key) if o.is_draft]
    assert drafts
    assert f"{len(drafts)} draft" in words(panel, "eventsNote")
    qtbot.waitUntil(lambda: len(state.document.document.objects(video.key)) == len(drafts), timeout=PATIENCE)
    state.document.undo()
    qtbot.waitUntil(lambda: not state.document.document.objects(video.key), timeout=PATIENCE)
    settled(state, qtbot)


def test_the_report_is_written_behind(
    panel: EventsPanel, state: State, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = scanned(panel, state, qtbot, ask=True)
    path = tmp_path / "out.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "out"), "JSON (*.json)"))
    qtbot.mouseClick(panel.findChild(QPushButton, "eventsReport"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: f"is in {path}" in words(panel, "eventsNote"), timeout=PATIENCE)
    row = json.loads(path.read_text(encoding="utf-8"))
    assert [tuple(item["frames"]) for item in row["items"]] == [f.event.frames for f in found]
    assert all(len(item["pictures"]) == 2 and item["said"] for item in row["items"])
    panel.write_report(tmp_path / "no" / "out.html")
    qtbot.waitUntil(lambda: "cannot be written" in words(panel, "eventsNote"), timeout=PATIENCE)
    settled(state, qtbot)


def test_a_scan_that_is_stopped_goes_on(
    panel: EventsPanel, state: State, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Stopped from within its first pairs, so that it surely works when it is.
    heat, asked = ModelHost.heat, []

    def stopping(self: ModelHost, video: object, pairs: list[int], *more: object, **options: object) -> object:
        asked.extend(pairs)
        state.bridge.post(state.scan.stop)
        return heat(self, video, pairs, *more, **options)

    settled(state, qtbot)  # the open clip's own heat
    state.studio.heat_cache.folder.joinpath("heat").rename(state.studio.heat_cache.folder / "gone")
    with monkeypatch.context() as patch:
        patch.setattr(ModelHost, "heat", stopping)
        state.scan.set_ask(True)
        state.scan.start(False)
        qtbot.waitUntil(lambda: not state.scan.busy, timeout=PATIENCE)
    settled(state, qtbot)
    assert state.scan.phase == "idle"
    assert all(f.event.answer is None for f in rows(panel))
    assert not list(state.studio.heat_cache.folder.rglob("*.journal"))
    found = scanned(panel, state, qtbot)
    assert found
    assert panel.findChild(QPushButton, "eventsAskRest").text() == f"Ask about {len(found)}"
    panel.findChild(QPushButton, "eventsAskRest").click()
    qtbot.waitUntil(lambda: not state.scan.busy, timeout=PATIENCE)
    assert all(f.event.answer is not None for f in rows(panel))
    settled(state, qtbot)


def test_all_videos_of_the_project(
    panel: EventsPanel, state: State, qtbot: QtBot, make_video: Callable[..., Path], tmp_path: Path
) -> None:
    other = make_video(tmp_path / "other.mp4", 30)
    gone = make_video(tmp_path / "gone.mp4", 12)
    project = state.studio.project
    assert project is not None
    project.add_videos([other, gone], clips="none")
    gone.unlink()
    found = scanned(panel, state, qtbot, every=True)
    videos = {v.stem: v.key for v in project.videos}
    assert {f.video for f in found} == {videos["yard"], videos["other"]}
    assert "gone.mp4" in words(panel, "eventsNote")
    state.scan.events.set_every(False)
    assert {f.video for f in rows(panel)} == {videos["yard"]}
    state.scan.events.set_every(True)
    there = next(n for n, f in enumerate(rows(panel)) if f.video == videos["other"])
    panel._list.activated.emit(panel._list.model().index(there))
    event = rows(panel)[there].event
    qtbot.waitUntil(lambda: state.playback.range == event.frames, timeout=PATIENCE)
    qtbot.waitUntil(lambda: state.playback.frame == event.peak, timeout=PATIENCE)
    settled(state, qtbot)


def test_what_an_earlier_scan_found_is_there_at_once(
    panel: EventsPanel, state: State, qtbot: QtBot, project_file: Path
) -> None:
    before = scanned(panel, state, qtbot, ask=True)
    settled(state, qtbot)
    with qtbot.waitSignal(state.workspace.projectChanged, timeout=PATIENCE):
        state.workspace.open(lambda: Project.open(project_file, person="ann"))
    qtbot.waitUntil(lambda: bool(rows(panel)), timeout=PATIENCE)
    assert [(f.event.frames, f.event.answer) for f in rows(panel)] == [(f.event.frames, f.event.answer) for f in before]
    settled(state, qtbot)


def test_without_a_model_it_says_why(window: Session, state: State, qtbot: QtBot) -> None:
    panel = window.window.show_panel("events")
    assert words(panel, "eventsEmpty") == state.studio.models.error != ""
    state.scan.start(False)
    qtbot.waitUntil(lambda: not state.scan.busy, timeout=PATIENCE)
    assert words(panel, "eventsNote") == state.scan.error != ""


def test_with_nothing_open(session: Session, qtbot: QtBot) -> None:
    panel = session.window.show_panel("events")
    assert words(panel, "eventsEmpty") == "No project is open."
    assert not panel.findChild(QPushButton, "scanButton").isEnabled()
    session.state.scan.start(True)
    assert not session.state.scan.busy


def test_closing_the_window_in_the_middle(panel: EventsPanel, window: Session, state: State, qtbot: QtBot) -> None:
    state.scan.start(True)
    qtbot.waitUntil(lambda: state.scan.phase == "scanning" and state.scan._job is not None, timeout=PATIENCE)
    window.window.close()
    assert not state.studio.jobs.active()


def test_what_a_model_says_is_never_markup(panel: EventsPanel, state: State, qtbot: QtBot) -> None:
    evil = '<img src="file:///etc/passwd"> <b>left</b>'
    found = scanned(panel, state, qtbot)[0]
    state.scan.events.replace(Found(found.video, replace(found.event, answer=evil)))
    index = panel._list.model().index(0)
    assert index.data(Qt.ItemDataRole.ToolTipRole) == f"<span>{html.escape(evil)}</span>"
    assert evil in index.data(Qt.ItemDataRole.AccessibleTextRole)
    panel.grab()
    settled(state, qtbot)
