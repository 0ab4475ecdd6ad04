"""Prompts of the project's own, edited in the window and shown as heat."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tvau_studio.domain.prompting import shipped
from tvau_studio.gui.app import Session
from tvau_studio.gui.dialogs.prompt_sets import PromptsDialog
from tvau_studio.gui.state import State
from tvau_studio.services.settings import Settings


@pytest.fixture
def dialog(window: Session, qtbot: QtBot) -> PromptsDialog:
    window.window.actions_by_name["promptsAction"].trigger()
    made = window.window.findChild(PromptsDialog)
    assert made is not None
    return made


def press(qtbot: QtBot, dialog: QWidget, name: str) -> None:
    button = dialog.findChild(QPushButton, name)
    assert button.isEnabled()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def part(dialog: QWidget, name: str) -> QPlainTextEdit:
    return dialog.findChild(QPlainTextEdit, name)


def test_a_set_is_kept_shown_and_deleted(
    with_model: Settings, dialog: PromptsDialog, state: State, window: Session, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: state.heat.map_at(0) is not None, timeout=60_000)
    assert part(dialog, "promptsNormal").toPlainText().splitlines() == shipped()["normal"]
    dialog.names.setEditText("at night")
    part(dialog, "promptsAbnormal").setPlainText("{} in the dark\na strange {}")
    press(qtbot, dialog, "promptsKeep")
    qtbot.waitUntil(lambda: "at night" in state.compare.prompts, timeout=20_000)
    assert state.compare.prompts["at night"]["abnormal"] == ["{} in the dark", "a strange {}"]
    assert state.compare.title(0) == "[at night]"
    qtbot.waitUntil(lambda: state.compare.map_at(0) is not None, timeout=60_000)
    first = state.compare.map_at(0)
    assert np.abs(first - state.heat.map_at(0)).max() > 1e-4
    # Saved again with other words, what is shown follows.
    part(dialog, "promptsAbnormal").setPlainText("a flood, {}")
    press(qtbot, dialog, "promptsKeep")
    qtbot.waitUntil(
        lambda: state.compare.map_at(0) is not None and state.compare.map_at(0) is not first, timeout=60_000
    )
    qtbot.waitUntil(lambda: state.compare.prompts["at night"]["abnormal"] == ["a flood, {}"], timeout=20_000)
    # It stands among what heat can be of, and Alt+X brings the anomaly back over the picture.
    window.window.actions_by_name["compareAction"].trigger()
    box = window.window.findChild(QComboBox, "heatOf")
    assert "[at night]" in [box.itemText(i) for i in range(box.count())]
    window.window.actions_by_name["exchangeHeatAction"].trigger()
    assert [state.compare.title(n) for n in (0, 1)] == ["anomaly", "[at night]"]
    press(qtbot, dialog, "promptsDelete")
    qtbot.waitUntil(lambda: not state.compare.prompts, timeout=20_000)
    assert state.compare.title(1) == "anomaly"
    dialog.close()


@pytest.mark.parametrize(
    ("name", "field", "text", "words"),
    [("", "promptsNormal", "calm {}", "needs a name"), ("x", "promptsFrames", "There is.", "needs a {}")],
)
def test_what_is_wrong_is_said_in_the_dialog(
    dialog: PromptsDialog, state: State, qtbot: QtBot, name: str, field: str, text: str, words: str
) -> None:
    dialog.names.setEditText(name)
    part(dialog, field).setPlainText(text)
    press(qtbot, dialog, "promptsKeep")
    assert words in dialog.error.text()
    assert state.compare.title(0) == "anomaly"
    press(qtbot, dialog, "promptsShipped")
    assert dialog.error.isHidden()
    assert part(dialog, "promptsFrames").toPlainText().splitlines() == shipped()["frames"]
    dialog.close()


def test_another_window_finds_them(
    dialog: PromptsDialog, state: State, qtbot: QtBot, saved: Callable[[], object]
) -> None:
    state.compare.keep_prompts("mine", shipped())
    qtbot.waitUntil(lambda: "mine" in state.compare.prompts, timeout=20_000)
    assert state.studio.project.prompt_sets.all() == {"mine": shipped()}
    dialog.close()
