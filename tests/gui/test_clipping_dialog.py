"""Laying clips, as a person does."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tvau_studio.gui.app import Session
from tvau_studio.gui.dialogs import clipping
from tvau_studio.gui.dialogs.clipping import ClippingDialog


def test_windows_are_said_then_laid_and_come_into_the_list(window: Session, qtbot: QtBot) -> None:
    state = window.state
    before = len(state.workspace.clips)
    video = state.document.video_row
    assert video is not None
    assert video.frames
    clipping.show(window.window)
    dialog = window.window.findChild(ClippingDialog)
    dialog.length.setValue(4)
    dialog.stride.setValue(4)
    qtbot.waitUntil(lambda: "would come" in dialog.preview.text() and dialog.go.isEnabled())
    assert dialog.margin.isEnabled() is False
    with qtbot.waitSignal(dialog.destroyed):
        qtbot.mouseClick(dialog.findChild(QPushButton, "dialogGo"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(state.workspace.clips) > before)
    lengths = {c.stop - c.start for c in state.workspace.clips if c.video == video.key}
    assert 4 in lengths


def test_peaks_of_a_video_without_scores_are_said_to_be_unknown(window: Session, qtbot: QtBot) -> None:
    clipping.show(window.window)
    dialog = window.window.findChild(ClippingDialog)
    dialog.kind.setCurrentIndex(2)
    qtbot.waitUntil(lambda: "No clip would come" in dialog.preview.text())
    assert not dialog.go.isEnabled()
    dialog.close()


def test_the_range_becomes_a_clip_that_opens(window: Session, qtbot: QtBot) -> None:
    state = window.state
    state.playback.set_range((1, 4))
    window.window.actions_by_name["clipFromRangeAction"].trigger()
    qtbot.waitUntil(lambda: state.document.clip_row is not None and state.document.clip_row.start == 1)
    assert state.document.clip_row is not None
    assert state.document.clip_row.stop == 4
    state.playback.set_range((1, 4))
    window.window.actions_by_name["clipFromRangeAction"].trigger()
    qtbot.waitUntil(lambda: "already" in window.window.messages.text)
