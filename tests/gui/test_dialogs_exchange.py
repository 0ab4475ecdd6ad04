"""Exporting and importing in the real window: what will happen is said first, and what goes wrong is told there."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tvau_studio.domain import actions
from tvau_studio.domain.document import Document
from tvau_studio.domain.geometry import Box
from tvau_studio.gui.app import Session
from tvau_studio.gui.dialogs._base import ExchangeDialog
from tvau_studio.gui.state import State


@pytest.fixture
def labelled(state: State) -> State:
    """One object in the first two clips; the first clip is accepted."""
    document = state.document
    document.attempt(
        actions.new_object, document.who, document.video_row.key, 14, Box(1, 1, 9, 9), event="anomaly", stop=20, key="o"
    )
    document.attempt(actions.set_state, document.who, state.workspace.clip, "accepted")
    return state


def opened(window: Session, action: str) -> ExchangeDialog:
    window.window.findChild(QAction, action).trigger()
    (dialog,) = window.window.findChildren(ExchangeDialog)
    assert dialog.isVisible()
    assert not dialog.isModal()
    return dialog


def words(dialog: QWidget, name: str) -> str:
    label = dialog.findChild(QLabel, name)
    return label.text() if not label.isHidden() else ""


def go(dialog: QWidget) -> QPushButton:
    return dialog.findChild(QPushButton, "dialogGo")


def closed(window: Session, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.window.findChildren(ExchangeDialog), timeout=10_000)


def test_an_export_says_what_it_leaves_out_and_writes_the_file(
    window: Session, labelled: State, tmp_path: Path, qtbot: QtBot
) -> None:
    # What is being typed goes with it; in another clip, as the accepted one is locked.
    with qtbot.waitSignal(labelled.workspace.opened, timeout=10_000):
        labelled.workspace.open_clip(labelled.workspace.clips[1].key)
    labelled.selection.select("o")
    qtbot.keyClicks(window.window.findChild(QPlainTextEdit, "appearanceEdit"), "a grey thing")
    dialog = opened(window, "exportAction")
    total = len(labelled.workspace.clips)
    qtbot.waitUntil(lambda: "1 clip with 1 object" in words(dialog, "previewText"))
    assert f"left out: {total - 1} new" in words(dialog, "previewNotes")
    field = dialog.findChild(QLineEdit, "exportPath")
    assert field.text() == str(tmp_path / "yard.jsonl")
    out = tmp_path / "out here.jsonl"
    field.setText(str(out))
    qtbot.waitUntil(go(dialog).isEnabled)
    qtbot.mouseClick(go(dialog), Qt.MouseButton.LeftButton)
    closed(window, qtbot)
    (line,) = out.read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["objects"][0]["appearance"] == "a grey thing"
    assert any(str(out) in label.text() for label in window.window.messages.findChildren(QLabel))


def test_all_clips_with_drafts_and_a_file_that_is_there(window: Session, labelled: State, qtbot: QtBot) -> None:
    dialog = opened(window, "exportAction")
    Path(dialog.findChild(QLineEdit, "exportPath").text()).write_text("old")
    clips = dialog.findChild(QComboBox, "exportState")
    clips.setCurrentIndex(clips.findData("all"))
    total = len(labelled.workspace.clips)
    qtbot.waitUntil(lambda: f"{total} clips with 1 object" in words(dialog, "previewText"))
    assert "it will be replaced" in words(dialog, "previewNotes")
    clips.setCurrentIndex(clips.findData("returned"))
    qtbot.waitUntil(lambda: "No clip is “returned”" in words(dialog, "previewText"))
    assert not go(dialog).isEnabled()
    dialog.close()


def test_what_cannot_be_written_is_told_in_the_dialog(
    window: Session, labelled: State, tmp_path: Path, qtbot: QtBot
) -> None:
    dialog = opened(window, "exportAction")
    dialog.findChild(QLineEdit, "exportPath").setText(str(tmp_path / "nowhere" / "x.jsonl"))
    qtbot.waitUntil(go(dialog).isEnabled)
    go(dialog).click()
    qtbot.waitUntil(lambda: "nowhere" in words(dialog, "dialogError"), timeout=10_000)
    assert dialog.isVisible()
    assert go(dialog).isEnabled()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    closed(window, qtbot)


def test_one_dialog_however_often_it_is_asked_for(window: Session, labelled: State, qtbot: QtBot) -> None:
    first = opened(window, "exportAction")
    assert opened(window, "exportAction") is first
    first.close()
    closed(window, qtbot)


def test_an_import_is_looked_at_first_then_taken_in_and_taken_back(
    window: Session, labelled: State, tmp_path: Path, qtbot: QtBot, saved: Callable[[], Document]
) -> None:
    saved()
    path = tmp_path / "in.jsonl"
    labelled.studio.project.export("jsonl", path, state="all")
    row = json.loads(path.read_text(encoding="utf-8").splitlines()[0])
    row["objects"][0]["appearance"] = "from the file"
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    dialog = opened(window, "importAction")
    dialog.findChild(QLineEdit, "importPath").setText(str(path))
    assert dialog.findChild(QComboBox, "importFormat").currentData() == "jsonl"
    qtbot.waitUntil(lambda: bool(words(dialog, "dialogError")), timeout=10_000)  # it is there already
    assert not go(dialog).isEnabled()
    dialog.findChild(QCheckBox, "importReplace").click()
    qtbot.waitUntil(go(dialog).isEnabled, timeout=10_000)
    assert "1 clip, 1 object" in words(dialog, "previewText")
    assert "give way" in words(dialog, "previewNotes")
    assert not words(dialog, "dialogError")
    go(dialog).click()
    closed(window, qtbot)

    def texts() -> set[str]:
        document = labelled.document.document
        return {o.appearance_en for o in document.objects(labelled.document.video_row.key)}

    qtbot.waitUntil(lambda: texts() == {"from the file"}, timeout=10_000)
    labelled.document.undo()
    qtbot.waitUntil(lambda: texts() == {""}, timeout=10_000)


def test_a_malformed_file_is_refused_with_its_line(window: Session, state: State, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text('{"id": 1}\n', encoding="utf-8")
    dialog = opened(window, "importAction")
    dialog.findChild(QLineEdit, "importPath").setText(str(path))
    qtbot.waitUntil(lambda: "line 1" in words(dialog, "dialogError"), timeout=10_000)
    assert not go(dialog).isEnabled()
    dialog.findChild(QPushButton, "dialogClose").click()
    closed(window, qtbot)
