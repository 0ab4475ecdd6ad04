"""Save as: the project has another place, and the work goes on where it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from tvau_studio.domain import actions
from tvau_studio.domain.geometry import Box
from tvau_studio.gui.app import Session
from tvau_studio.services.projects import Project


def test_save_as_moves_the_project_and_the_work_goes_on(
    window: Session, qtbot: QtBot, tmp_path: Path, project_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "elsewhere" / "kept"
    target.parent.mkdir()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    state = window.state
    document, clip = state.document, state.workspace.clips[1].key
    with qtbot.waitSignal(state.workspace.opened, timeout=10_000):
        state.workspace.open_clip(clip, 20)
    qtbot.waitUntil(lambda: state.playback.frame == 20, timeout=10_000)
    document.attempt(actions.new_object, document.who, document.video_row.key, 20, Box(1, 1, 9, 9), key="k" * 32)
    with qtbot.waitSignals([state.workspace.projectChanged, state.workspace.opened], timeout=10_000):
        window.window.actions_by_name["saveAsAction"].trigger()
    moved = target.with_suffix(".tvau")
    assert state.studio.project.path == moved
    assert not project_file.exists()
    assert state.workspace.clip == clip
    qtbot.waitUntil(lambda: state.playback.frame == 20, timeout=10_000)
    assert ("object", "k" * 32) in state.document.document
    assert str(moved) in window.window.messages.text
    assert state.document.undo_label == "New object"


def test_save_as_over_another_project_is_refused_and_nothing_moves(
    window: Session, qtbot: QtBot, tmp_path: Path, project_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Project.create(tmp_path / "other.tvau").close()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "other.tvau"), ""))
    window.window.actions_by_name["saveAsAction"].trigger()
    qtbot.waitUntil(lambda: "exists already" in window.window.messages.text, timeout=10_000)
    state = window.state
    assert state.studio.project.path == project_file
    assert state.document.attempt(
        actions.set_text, "video", state.document.video_row.key, "environment", "en", "a yard"
    )
    qtbot.waitUntil(lambda: state.document.saved, timeout=10_000)
