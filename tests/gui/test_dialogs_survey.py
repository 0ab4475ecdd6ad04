"""One question about many clips, with a random network behind it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from tvau_studio.gui.app import Session
from tvau_studio.gui.dialogs.survey import SurveyDialog

pytestmark = pytest.mark.usefixtures("with_model")
LONG = 60_000


@pytest.fixture
def dialog(window: Session, qtbot: QtBot) -> SurveyDialog:
    window.state.heat.stop()
    window.window.actions_by_name["surveyAction"].trigger()
    found = window.window.findChild(SurveyDialog)
    assert found is not None
    return found


def test_every_clip_is_asked_about_and_the_table_saved(
    dialog: SurveyDialog, window: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog.question.setText("=What is there?")
    dialog.findChild(QPushButton, "dialogGo").click()
    assert dialog.running
    qtbot.waitUntil(lambda: not dialog.running, timeout=LONG)
    heads = list(window.state.workspace.clips.heads)
    assert [line.clip for line in dialog.answers.lines] == [head.id for head in heads]
    assert all(line.answer and not line.error for line in dialog.answers.lines)
    assert all(line.heat_max is not None for line in dialog.answers.lines)
    words = f"{len(heads)} of {len(heads)} clips"
    assert dialog.findChild(QLabel, "surveyState").text() == words
    dialog.save(tmp_path / "answers.csv")
    with (tmp_path / "answers.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["clip"] for row in rows] == [head.id for head in heads]
    assert rows[0]["question"] == "'=What is there?"  # a spreadsheet computes nothing of it
    assert rows[0]["frames"] == "0:24"
    assert rows[0]["answer"].lstrip("'") == dialog.answers.lines[0].answer
    dialog.save(tmp_path)
    assert "is a folder" in dialog.findChild(QLabel, "dialogError").text()
    dialog._open(1)
    qtbot.waitUntil(lambda: window.state.workspace.clip == heads[1].key, timeout=LONG)


def test_some_clips_by_the_words_of_the_list(dialog: SurveyDialog, window: Session, qtbot: QtBot) -> None:
    second = window.state.workspace.clips.heads[1]
    dialog.clips.setText(second.id)
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    dialog.start()
    qtbot.waitUntil(lambda: not dialog.running, timeout=LONG)
    assert [line.clip for line in dialog.answers.lines] == [second.id]
    dialog.clips.setText("nothing is called so")
    dialog.start()
    qtbot.waitUntil(lambda: not dialog.running, timeout=LONG)
    assert dialog.findChild(QLabel, "dialogError").text() == "No clip is found so."


def test_stop_and_close_in_the_middle(dialog: SurveyDialog, window: Session, qtbot: QtBot) -> None:
    dialog.start()
    qtbot.waitUntil(lambda: any(job.name == "Ask about clips" for job in window.studio.jobs.active()), timeout=LONG)
    dialog.findChild(QPushButton, "surveyStop").click()
    qtbot.waitUntil(lambda: not dialog.running, timeout=LONG)
    assert len(dialog.answers.lines) < len(window.state.workspace.clips.heads)
    dialog.start()
    qtbot.waitUntil(lambda: any(job.name == "Ask about clips" for job in window.studio.jobs.active()), timeout=LONG)
    dialog.close()
    qtbot.waitUntil(lambda: not [j for j in window.studio.jobs.active() if j.lane == "model"], timeout=LONG)


def test_a_missing_video_is_a_line_that_says_so(
    dialog: SurveyDialog, window: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(window.studio.project), "find_video", lambda self, video: None)
    dialog.start()
    qtbot.waitUntil(lambda: not dialog.running, timeout=LONG)
    assert all("is missing" in line.error for line in dialog.answers.lines)
    assert "is missing" in dialog.answers.data(dialog.answers.index(0, 4))
