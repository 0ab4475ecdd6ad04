"""The models of the machine in the window: chosen, loaded, freed, checked; and what happens when one goes away."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from tvau_studio.gui.app import Session
from tvau_studio.gui.dialogs.models import ModelsDialog
from tvau_studio.services import models
from tvau_studio.services.settings import Settings

LONG = 60_000
QUESTION = "Is there any anomaly in the video?"


@pytest.fixture
def own_model(settings: Settings, model_folder: Path, tmp_path: Path) -> Path:
    """A model of this test's own, named by the settings. Before `window`."""
    folder = shutil.copytree(model_folder, tmp_path / "mine")
    (folder / "README.md").write_text("# Card\n**Small**,\n<b>random</b>.\n- one\n  item\n", encoding="utf-8")
    settings["model"] = str(folder)
    return folder


@pytest.fixture
def dialog(own_model: Path, window: Session, qtbot: QtBot) -> ModelsDialog:
    window.state.heat.stop()
    qtbot.waitUntil(lambda: not window.state.heat.busy, timeout=LONG)
    label = window.window.findChild(QToolButton, "modelLabel")
    qtbot.mouseClick(label, Qt.MouseButton.LeftButton)
    found = window.window.findChild(ModelsDialog)
    assert found is not None
    qtbot.waitUntil(lambda: "Small" in found._card.toPlainText(), timeout=LONG)
    return found


def words(dialog: QWidget, name: str) -> str:
    found = dialog.findChild(QLabel, name)
    assert found is not None
    return found.text()


def press(dialog: QWidget, name: str) -> None:
    found = dialog.findChild(QPushButton, name)
    assert found is not None
    assert found.isEnabled(), name
    found.click()


def test_a_model_is_described_loaded_and_freed(dialog: ModelsDialog, window: Session, qtbot: QtBot) -> None:
    assert dialog._card.toPlainText() == "Card\nSmall, <b>random</b>.\n•\u2002one item"
    assert "heatmap and answers" in words(dialog, "modelFacts")
    assert "at most 40 frames" in words(dialog, "modelFacts")
    if window.studio.models.loaded is not None:
        press(dialog, "modelFree")
    qtbot.waitUntil(lambda: "not in memory" in words(dialog, "modelState"), timeout=LONG)
    press(dialog, "modelLoad")
    qtbot.waitUntil(lambda: window.studio.models.state == "ready", timeout=LONG)
    qtbot.waitUntil(lambda: words(dialog, "modelState") == "random is in memory, on CPU.")
    dialog._show_memory()
    assert "weights" in words(dialog, "modelMemory")
    press(dialog, "modelFree")
    qtbot.waitUntil(lambda: window.studio.models.loaded is None, timeout=LONG)
    qtbot.waitUntil(lambda: "not in memory" in words(dialog, "modelState"), timeout=LONG)
    # The next question loads it again.
    talk = window.state.conversation
    talk.ask(QUESTION, 0, 8)
    qtbot.waitUntil(lambda: not talk.busy, timeout=LONG)
    assert talk.turns[0].state == "done"


def test_its_files_are_checked(dialog: ModelsDialog, own_model: Path, qtbot: QtBot) -> None:
    press(dialog, "modelCheck")
    assert words(dialog, "modelSound") == "Its files are being checked …"
    qtbot.waitUntil(lambda: words(dialog, "modelSound").startswith("Its files are sound"), timeout=LONG)
    (own_model / "ahd.safetensors").write_bytes(b"nonsense")
    press(dialog, "modelCheck")
    qtbot.waitUntil(lambda: "ahd.safetensors" in words(dialog, "modelSound"), timeout=LONG)


def test_another_model_is_chosen(dialog: ModelsDialog, window: Session, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: dialog.list.count() == 2, timeout=LONG)
    dialog.list.setCurrentRow(0)
    qtbot.waitUntil(lambda: dialog._title.text() == "tvau-tiny", timeout=LONG)
    press(dialog, "modelUse")
    qtbot.waitUntil(lambda: window.studio.models.name == "tvau-tiny", timeout=LONG)
    assert window.studio.settings["model"] == "tvau-tiny"
    qtbot.waitUntil(lambda: dialog.list.item(0).text() == "● tvau-tiny", timeout=LONG)


@pytest.fixture
def ask(own_model: Path, window: Session, qtbot: QtBot) -> Callable[[], str]:
    """ask(): the state in which a question ended."""
    talk = window.state.conversation
    window.state.heat.stop()

    def run() -> str:
        turn = talk.ask(QUESTION, 0, 8)
        assert turn is not None
        qtbot.waitUntil(lambda: not talk.busy, timeout=LONG)
        return turn.state

    return run


def test_a_model_whose_files_are_gone_goes_on_and_says_so(
    ask: Callable[[], str], own_model: Path, window: Session, qtbot: QtBot
) -> None:
    assert ask() == "done"
    shutil.rmtree(own_model)
    assert ask() == "done"
    warning = window.window.findChild(QLabel, "chatWarning")
    qtbot.waitUntil(lambda: "goes on until it is freed" in warning.text())
    window.state.models.free()
    qtbot.waitUntil(lambda: window.studio.models.state == "none", timeout=LONG)
    assert ask() == "failed"
    assert "There is no model" in window.state.conversation.turns[-1].error
    # The way out is one click.
    fallback = window.window.findChild(QPushButton, "chatFallback")
    assert fallback.text() == "Answer with tvau-tiny instead"
    fallback.click()
    qtbot.waitUntil(lambda: window.studio.models.state in ("installed", "ready"), timeout=LONG)
    qtbot.waitUntil(fallback.isHidden)
    assert ask() == "done"
    assert window.state.conversation.turns[-1].model == "tvau-tiny"


def test_a_model_that_was_replaced_is_loaded_anew_and_a_broken_one_is_not(
    ask: Callable[[], str], own_model: Path, window: Session, random_network: object
) -> None:
    from tvau_studio.tvau import checkpoints

    assert ask() == "done"
    first = window.studio.models.loaded
    (own_model / "README.md").write_text("Another card.", encoding="utf-8")
    assert ask() == "done"
    assert window.studio.models.loaded is first
    checkpoints.save(random_network.random_model(pair_distance=3), own_model)  # type: ignore[attr-defined]
    assert ask() == "done"
    second = window.studio.models.loaded
    assert second is not first
    assert second.host.pair_distance == 3
    assert window.studio.models.id == models.model_id(own_model)
    (own_model / "ahd.safetensors").write_bytes(b"nonsense")
    assert ask() == "done"
    assert window.studio.models.loaded is second
    assert "The model that was loaded before goes on" in window.studio.models.note


def test_running_out_of_memory_while_answering_is_said_and_one_goes_on(
    ask: Callable[[], str], window: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    from tvau_studio.tvau.modeling_tvau import TVAU

    def refuse(*args: object, **more: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    with monkeypatch.context() as patch:
        patch.setattr(TVAU, "_run", refuse)
        assert ask() == "failed"
    assert "memory of cpu does not suffice" in window.state.conversation.turns[-1].error
    assert ask() == "done"
