"""Heat and dialogue in the window, with a network of the real classes and random weights."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tvau_studio.gui.app import Session
from tvau_studio.gui.state import State
from tvau_studio.services.models import load_model
from tvau_studio.services.projects import Project
from tvau_studio.services.settings import Settings

pytestmark = pytest.mark.usefixtures("with_model")
LONG = 120_000


def wait_for_heat(qtbot: QtBot, state: State) -> None:
    qtbot.waitUntil(lambda: not state.heat.busy and not np.isnan(state.heat.scores()[:12]).any(), timeout=LONG)


def test_the_clip_is_heated_and_kept_and_shown_again_without_the_network(
    window: Session, qtbot: QtBot, model_folder: Path, video_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = window.state
    wait_for_heat(qtbot, state)
    # The clip is 0:24, that is pairs 0 to 11; the video has 20.
    assert np.isnan(state.heat.scores()[12:]).all()
    values = state.heat.map_at(13)
    assert values is not None
    truth = load_model(model_folder).heatmap(state.playback.video, 12, 14)
    np.testing.assert_allclose(values, truth.values[0], atol=1e-4)
    assert state.heat.scores()[6] == pytest.approx(values.max())
    assert state.workspace.model_state == "ready"
    assert state.heat.progress == (12, 12)
    # What is drawn is that map.
    state.heat.set_enabled(False)
    bare = window.window.canvas.grab().toImage()
    state.heat.set_enabled(True)
    state.heat.set_opacity(1.0)
    assert window.window.canvas.grab().toImage() != bare
    # Another clip that overlaps asks for the missing pairs alone; coming back needs no network at all.
    monkeypatch.setattr(window.studio.models, "get", lambda: pytest.fail("the network was asked again"))
    first = window.studio.jobs
    state.heat.stop()
    state.workspace.open_clip(state.workspace.clips[0].key)
    qtbot.waitUntil(lambda: state.playback.frame == 0, timeout=LONG)
    assert not [j for j in first.active() if j.lane == "model"]
    state.heat._key = ("", "")  # forget what is in memory
    state.heat._opened()
    wait_for_heat(qtbot, state)


def test_moving_on_gives_up_and_stop_stops(window: Session, qtbot: QtBot) -> None:
    state = window.state
    wait_for_heat(qtbot, state)
    with qtbot.waitSignal(state.workspace.opened, timeout=LONG):
        state.workspace.open_clip(state.workspace.clips[1].key)
    state.heat.stop()
    qtbot.waitUntil(lambda: not state.heat.busy, timeout=LONG)
    known = int((~np.isnan(state.heat.scores())).sum())
    qtbot.wait(50)
    assert int((~np.isnan(state.heat.scores())).sum()) == known
    state.heat.resume()
    qtbot.waitUntil(lambda: not np.isnan(state.heat.scores()[6:18]).any(), timeout=LONG)


def test_a_question_is_answered_word_by_word_with_what_it_stands_on(window: Session, qtbot: QtBot) -> None:
    state, talk = window.state, window.state.conversation
    grown: list[str] = []
    talk.turnChanged.connect(lambda i: grown.append(talk.turns[i].answer))
    with qtbot.waitSignal(talk.busyChanged, check_params_cb=lambda busy: not busy, timeout=LONG):
        turn = talk.ask("Is there any anomaly in the video?", 0, 24)
        assert talk.busy
        assert talk.ask("And now?", 0, 24) is None
    assert turn.state == "done", turn.error
    assert turn.reply is not None
    assert turn.answer == turn.reply.answer
    assert turn.reply.frames == (0, 24)
    assert turn.reply.new_tokens > 0
    # Another clip has turns of its own; coming back brings these back.
    with qtbot.waitSignal(talk.reset, timeout=LONG):
        state.workspace.open_clip(state.workspace.clips[1].key)
    assert talk.turns == []
    with qtbot.waitSignal(talk.reset, timeout=LONG):
        state.workspace.open_clip(state.workspace.clips[0].key)
    assert talk.turns == [turn]


def test_stop_ends_the_computing_and_keeps_the_text(
    window: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tvau_studio.services import asking

    talk, hold, began = window.state.conversation, threading.Event(), threading.Event()

    class Held:
        """The real conversation, that waits after its first piece until the test goes on."""

        def __init__(self, running: asking.Conversation) -> None:
            self._running = running

        def __iter__(self):
            yield "It is "
            began.set()
            assert hold.wait(60)
            yield from self._running

        @property
        def reply(self) -> object:
            return self._running.reply

    real = asking.converse
    monkeypatch.setattr(asking, "converse", lambda *a, **k: Held(real(*a, **k)))
    turn = talk.ask("What is it?", 0, 8)
    qtbot.waitUntil(lambda: turn.answer == "It is ", timeout=LONG)
    talk.stop()
    assert talk.busy  # it has not stopped yet
    with qtbot.waitSignal(talk.busyChanged, timeout=LONG):
        hold.set()
    assert (turn.state, turn.answer) == ("stopped", "It is ")


def test_a_range_that_is_too_long_is_one_sentence(window: Session, qtbot: QtBot, with_model: Settings) -> None:
    talk = window.state.conversation
    with qtbot.waitSignal(talk.busyChanged, check_params_cb=lambda busy: not busy, timeout=LONG):
        turn = talk.ask("What is it?", 30, 10)
    assert turn.state == "failed"
    assert "30:10" in turn.error


def test_a_broken_model_is_one_sentence_and_the_window_works(
    session: Session, qtbot: QtBot, project_file: Path, model_folder: Path, tmp_path: Path, with_model: Settings
) -> None:
    import shutil

    broken = shutil.copytree(model_folder, tmp_path / "broken")
    (broken / "ahd.safetensors").write_bytes(b"nonsense")
    with_model["model"] = str(broken)
    with qtbot.waitSignal(session.state.workspace.opened, timeout=LONG):
        session.start(lambda: Project.open(project_file))
    qtbot.waitUntil(lambda: session.state.workspace.model_state in ("failed", "none"), timeout=LONG)
    qtbot.waitUntil(lambda: bool(session.state.heat.error), timeout=LONG)
    assert "ahd.safetensors" in session.state.heat.error
    assert not session.state.heat.busy
    # The next model that works is used at once.
    with_model["model"] = str(model_folder)
    session.state.models.look_again()
    wait_for_heat(qtbot, session.state)


def test_closing_in_the_middle_of_work_waits_for_it(window: Session, qtbot: QtBot, saved: Callable[[], object]) -> None:
    window.state.conversation.ask("What is it?", 0, 24)
    window.window.close()
    assert not window.studio.jobs.active()
    assert window.studio.project is None
