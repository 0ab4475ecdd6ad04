"""Splits, snapshots, folders and foreign classes in the real window."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QTableWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tvau_studio.domain import actions
from tvau_studio.domain.geometry import Box
from tvau_studio.gui.app import Session
from tvau_studio.gui.dialogs._base import ExchangeDialog
from tvau_studio.gui.state import State


def opened(window: Session, action: str) -> ExchangeDialog:
    window.window.findChild(QAction, action).trigger()
    (dialog,) = window.window.findChildren(ExchangeDialog)
    assert dialog.isVisible()
    return dialog


def words(dialog: QWidget, name: str) -> str:
    label = dialog.findChild(QLabel, name)
    return label.text() if not label.isHidden() else ""


def press(dialog: QWidget, qtbot: QtBot) -> None:
    go = dialog.findChild(QPushButton, "dialogGo")
    qtbot.waitUntil(go.isEnabled, timeout=20_000)
    qtbot.mouseClick(go, Qt.MouseButton.LeftButton)


def closed(window: Session, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.window.findChildren(ExchangeDialog), timeout=20_000)


def test_videos_are_split_and_that_is_taken_back(window: Session, state: State, qtbot: QtBot) -> None:
    dialog = opened(window, "splitVideosAction")
    qtbot.waitUntil(lambda: "1 video would change" in words(dialog, "previewText"), timeout=20_000)
    table = dialog.findChild(QTableWidget, "splitTable")
    assert [table.item(0, x).text() for x in range(4)] == ["Videos", "1 (0)", "0", "0"]
    assert "val would hold nothing" in words(dialog, "previewNotes").lower()
    dialog.findChild(QSpinBox, "split_train").setValue(50)
    qtbot.waitUntil(lambda: "add up to 1" in words(dialog, "dialogError"), timeout=20_000)
    assert not dialog.findChild(QPushButton, "dialogGo").isEnabled()
    dialog.findChild(QSpinBox, "split_val").setValue(50)
    dialog.findChild(QSpinBox, "split_test").setValue(0)
    press(dialog, qtbot)
    closed(window, qtbot)
    project = state.studio.project
    assert project is not None
    assert project.videos[0].split in ("train", "val")
    project.undo()
    assert project.videos[0].split is None


def test_a_snapshot_is_made_compared_and_exported(window: Session, state: State, tmp_path: Path, qtbot: QtBot) -> None:
    dialog = opened(window, "snapshotsAction")
    assert not dialog.findChild(QPushButton, "dialogGo").isEnabled(), "it has no name yet"
    dialog.findChild(QLineEdit, "snapshotName").setText("before")
    press(dialog, qtbot)
    closed(window, qtbot)
    document = state.document
    document.attempt(actions.new_object, document.who, document.video_row.key, 3, Box(1, 1, 9, 9), event=None, key="o")
    qtbot.waitUntil(lambda: document.saved, timeout=20_000)
    dialog = opened(window, "snapshotsAction")
    result = dialog.findChild(QPlainTextEdit, "compareResult")
    qtbot.waitUntil(lambda: "1 x object added" in result.toPlainText(), timeout=20_000)
    dialog.close()
    closed(window, qtbot)
    dialog = opened(window, "exportAction")
    labels = dialog.findChild(QComboBox, "exportSnapshot")
    labels.setCurrentIndex(labels.findData("before"))
    clips = dialog.findChild(QComboBox, "exportState")
    clips.setCurrentIndex(clips.findData("all"))
    dialog.findChild(QLineEdit, "exportPath").setText(str(tmp_path / "o.jsonl"))
    qtbot.waitUntil(lambda: "with 0 objects" in words(dialog, "previewText"), timeout=20_000)
    press(dialog, qtbot)
    closed(window, qtbot)
    rows = [json.loads(line) for line in (tmp_path / "o.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["objects"] for row in rows] == [[]] * len(rows)
    dialog = opened(window, "snapshotsAction")
    table = dialog.findChild(QTableWidget, "releaseTable")
    assert [table.item(0, x).text() for x in (0, 3, 4)] == ["o.jsonl", "before", "jsonl"]
    dialog.close()
    closed(window, qtbot)


def test_a_persons_choice_for_a_foreign_class(window: Session, state: State, tmp_path: Path, qtbot: QtBot) -> None:
    mot = tmp_path / "gt.txt"
    mot.write_text("1,1,10,10,20,20,1,2,1\n2,1,12,10,20,20,1,2,1\n")
    (tmp_path / "labels.txt").write_text("person\nbike\n")
    dialog = opened(window, "importAction")
    dialog.findChild(QLineEdit, "importPath").setText(str(mot))
    qtbot.waitUntil(lambda: dialog.findChild(QComboBox, "importMap") is not None, timeout=20_000)
    field = dialog.findChild(QComboBox, "importMap")
    assert field.accessibleName() == "What becomes of bike"
    assert field.currentData() is None
    field.setCurrentIndex(field.findData("person riding bicycle"))
    press(dialog, qtbot)
    closed(window, qtbot)
    project = state.studio.project
    assert project is not None
    document = project.document()
    [thing] = [o for v in document.videos for o in document.objects(v.key)]
    assert [s.event for s in document.segments(thing.key)] == ["person riding bicycle"]
    assert thing.appearance_en == ""


def test_the_folder_of_a_data_set(window: Session, state: State, tmp_path: Path, qtbot: QtBot) -> None:
    folder = tmp_path / "campus/testing/test_pixel_mask"
    folder.mkdir(parents=True)
    pixels = np.zeros((9, 20, 30), np.uint8)
    pixels[2:5, 3:9, 4:8] = 1
    np.save(folder / "01_0001.npy", pixels)
    dialog = opened(window, "importAction")
    dialog.findChild(QLineEdit, "importPath").setText(str(tmp_path / "campus"))
    assert dialog.findChild(QComboBox, "importFormat").currentData() == "shanghaitech"
    assert not dialog.findChild(QComboBox, "importVideo").isVisible()
    qtbot.waitUntil(lambda: "A folder of 1 video" in words(dialog, "previewText"), timeout=20_000)
    press(dialog, qtbot)
    closed(window, qtbot)
    project = state.studio.project
    assert project is not None
    assert {v.stem: v.frames for v in project.videos}["01_0001"] == 9
