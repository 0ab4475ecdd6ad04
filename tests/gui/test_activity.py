"""Who did what, as a person sees it and as a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton, QTableWidget
from pytestqt.qtbot import QtBot

from tvau_studio.domain import actions
from tvau_studio.domain.document import Document
from tvau_studio.gui.app import Session
from tvau_studio.gui.dialogs.activity import ActivityDialog


def test_the_work_of_each_person_is_listed_and_written(
    window: Session, qtbot: QtBot, saved: Callable[[], Document], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = window.state.document
    document.attempt(actions.set_state, document.who, document.clip_row.key, "to review")
    saved()
    window.window.actions_by_name["activityAction"].trigger()
    (dialog,) = window.window.findChildren(ActivityDialog)
    qtbot.waitUntil(lambda: len(dialog.findChildren(QTableWidget)) == 2, timeout=10_000)
    days, people = (dialog.findChild(QTableWidget, f"activityTable{n}") for n in range(2))
    assert [days.item(0, n).text() for n in (1, 2, 4, 5, 6)] == ["ann", "2", "1", "0", "0"]
    assert people.item(0, 0).text() == "ann"
    out = tmp_path / "who.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), ""))
    qtbot.mouseClick(dialog.findChild(QPushButton, "activityCsv"), Qt.MouseButton.LeftButton)
    lines = out.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "By person and day"
    assert lines[1].startswith("day,person,edits,minutes")
    assert "By annotator" in lines
    dialog.close()
