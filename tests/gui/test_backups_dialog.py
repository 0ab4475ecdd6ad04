"""Backups in the window: made, listed, gone back to."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tvau_studio.domain.edits import created, edit
from tvau_studio.domain.labels import Video
from tvau_studio.gui.app import Session
from tvau_studio.gui.backing import Backing
from tvau_studio.gui.dialogs import backups as dialogs
from tvau_studio.gui.dialogs.backups import BackupsDialog
from tvau_studio.services import backups


def test_a_person_goes_back_to_a_backup(window: Session, qtbot: QtBot) -> None:
    state = window.state
    project = state.studio.project
    assert project is not None
    before = len(project.videos)
    dialogs.show(window.window)
    dialog = window.window.findChild(BackupsDialog)
    assert not dialog.findChild(QPushButton, "backupRestore").isEnabled()
    qtbot.mouseClick(dialog.findChild(QPushButton, "backupNow"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.list.topLevelItemCount() == 1)
    project.commit(edit("Add", [created(Video(key="later", path="later.mp4"))]))
    dialog.list.topLevelItem(0).setSelected(True)
    qtbot.mouseClick(dialog.findChild(QPushButton, "backupRestore"), Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(state.workspace.projectChanged):
        qtbot.mouseClick(dialog.findChild(QPushButton, "backupSure"), Qt.MouseButton.LeftButton)
    assert state.studio.project is not None
    assert len(state.studio.project.videos) == before
    assert state.studio.project.path == project.path
    dialog.close()


@pytest.mark.parametrize(("hours", "made"), [(1.0, 1), (0.0, 0)])
def test_a_backup_is_made_where_one_is_due(window: Session, qtbot: QtBot, hours: float, made: int) -> None:
    state = window.state
    state.studio.settings["backup_hours"] = hours
    project = state.studio.project
    assert project is not None
    path = project.path
    assert isinstance(path, Path)
    Backing(state, window.window).look()
    ended: list[bool] = []
    state.studio.jobs.submit("store", "Wait", lambda _: None, done=lambda _: ended.append(True), priority=-9)
    qtbot.waitUntil(lambda: bool(ended))
    assert len(backups.list_backups(path)) == made
