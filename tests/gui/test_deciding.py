"""Deciding on many drafts: which are meant is counted and seen first, then it is one step."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QPushButton
from pytestqt.qtbot import QtBot

from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import created, edit
from tvau_studio.domain.labels import Keyframe, Object
from tvau_studio.gui.app import Session
from tvau_studio.gui.dialogs.deciding import DecideDialog
from tvau_studio.gui.state import State


@pytest.fixture
def dialog(window: Session, state: State, saved: Callable[[], Document]) -> DecideDialog:
    """Open on five drafts, the last of which lies behind the open clip."""
    video = state.document.video_row.key
    rows: list[Object | Keyframe] = []
    for n in range(5):
        frame = 30 if n == 4 else n
        rows.append(Object(key=f"d{n}", video=video, track=n + 1, model="tiny", verdict="undecided", score=n / 10))
        side = 10 * (n + 1)
        rows.append(Keyframe(key=f"d{n}@{frame}", object=f"d{n}", frame=frame, x=1, y=1, w=side, h=side))
    state.document.commit(edit("Propose", [created(row) for row in rows]))
    saved()
    window.window.actions_by_name["decideManyAction"].trigger()
    (found,) = window.window.findChildren(DecideDialog)
    return found


def test_what_is_meant_is_selected_and_counted(state: State, dialog: DecideDialog) -> None:
    assert state.selection.objects == ("d0", "d1", "d2", "d3")
    assert dialog.go.text() == "Accept 4 drafts"
    dialog.findChild(QDoubleSpinBox, "decideLeastScore").setValue(0.2)
    assert state.selection.objects == ("d2", "d3")
    dialog.findChild(QDoubleSpinBox, "decideMostSize").setValue(30)
    assert state.selection.objects == ("d2",)
    assert dialog.said.text().startswith("1 draft of 5: 3.")
    region = dialog.findChild(QComboBox, "decideRegion")
    region.setCurrentIndex(region.findData("bottom"))
    assert not dialog.go.isEnabled()
    assert "None of the video's 5 drafts" in dialog.said.text()
    dialog.reject()
    assert state.selection.objects == ()


def test_all_of_them_are_one_step(
    state: State, dialog: DecideDialog, qtbot: QtBot, saved: Callable[[], Document]
) -> None:
    verdict, scope = dialog.findChild(QComboBox, "decideVerdict"), dialog.findChild(QComboBox, "decideScope")
    verdict.setCurrentIndex(verdict.findData(False))
    scope.setCurrentIndex(scope.findData(False))
    dialog.findChild(QDoubleSpinBox, "decideMostScore").setValue(0.1)
    button = dialog.findChild(QPushButton, "decideDialogGo")
    assert button.text() == "Reject 2 drafts"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert [saved().object(f"d{n}").verdict for n in range(3)] == ["rejected", "rejected", "undecided"]
    with qtbot.waitSignal(state.document.went, timeout=10_000):
        state.document.undo()
    assert [saved().object(f"d{n}").verdict for n in range(3)] == ["undecided"] * 3
