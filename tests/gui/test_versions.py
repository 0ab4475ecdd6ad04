"""Two people labelled the same clip: where they differ is listed, and the other's is taken object by object."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton, QTableWidget
from pytestqt.qtbot import QtBot

from tvau_studio.domain import actions
from tvau_studio.domain.actions import Who
from tvau_studio.domain.document import Document
from tvau_studio.domain.geometry import Box
from tvau_studio.gui.app import Session
from tvau_studio.gui.dialogs.versions import VersionsDialog
from tvau_studio.services.projects import Project

BO = Who("bo")


@pytest.fixture
def other(project_file: Path, tmp_path: Path) -> Path:
    """Bo's version, begun from the same project: two objects."""
    path = tmp_path / "bo.tvau"
    shutil.copy(project_file, path)
    with Project.open(path, person="bo") as bo:
        video = bo.videos[0].key
        for key, x, words in (("b" * 32, 10, "a man"), ("c" * 32, 100, "a dog")):
            bo.commit(actions.new_object(bo.document(), BO, video, 2, Box(x, 10, 20, 20), key=key))
            bo.commit(actions.set_text(bo.document(), "object", key, "appearance", "en", words))
    return path


def test_what_differs_is_listed_and_taken(
    other: Path,
    window: Session,
    qtbot: QtBot,
    saved: Callable[[], Document],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    document, mine = window.state.document, "a" * 32
    video = document.video_row.key
    document.attempt(actions.new_object, document.who, video, 2, Box(10, 20, 20, 20), key=mine)
    document.attempt(actions.set_text, "object", mine, "appearance", "en", "a man")
    saved()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(other), ""))
    window.window.actions_by_name["compareVersionsAction"].trigger()
    (dialog,) = window.window.findChildren(VersionsDialog)
    table = dialog.findChild(QTableWidget, "versionsTable")
    qtbot.waitUntil(lambda: table.rowCount() == 2, timeout=20_000)
    cells = [[table.item(y, x).text() for x in range(8)] for y in range(2)]
    assert cells[0] == ["1 a man", "1 a man", "0.33", "1.00", "same", "same", "same", "100"]
    assert cells[1][:4] == ["–", "2 a dog", "–", "–"]
    take = dialog.findChild(QPushButton, "versionsTake")
    assert not take.isEnabled()
    for line in (1, 0):
        table.selectRow(line)
        qtbot.mouseClick(take, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: not take.isEnabled() and "Comparing" not in dialog._said.text(), timeout=20_000)
    assert "track IoU 1.00" in dialog._said.text()
    things = saved().objects(video)
    assert [(o.track, o.appearance_en) for o in things] == [(1, "a man"), (2, "a dog")]
    assert saved().track(mine).keyframes[0].y == 10
    assert document.undo_label == "Take the other version"
    dialog.close()
