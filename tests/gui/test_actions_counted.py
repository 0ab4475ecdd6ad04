"""The bicycle clip labelled whole by the hands of a person: how many clicks, keys and drags it takes.

A text that is typed is one action, however long; so is a key, a click, a drag. The table in the README stands beside
what the documents of other tools ask for.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tvau_studio.domain import actions, dialogue
from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import changed, edit
from tvau_studio.domain.geometry import Box
from tvau_studio.gui.app import Session
from tvau_studio.services.projects import Project

CLIP = "01_0014-168_191"
LOOKS, MOVES = "a man in a white shirt on a bicycle", "rides to the right"
FROM_NOTHING, FROM_A_PROPOSAL = 8, 6


class Person:
    """Every call is one action."""

    def __init__(self, session: Session, qtbot: QtBot) -> None:
        self.window, self.qtbot, self.count = session.window, qtbot, 0

    def _at(self):
        return QApplication.focusWidget() or self.window.canvas

    def key(self, text: str) -> None:
        self.count += 1
        self.qtbot.keySequence(self._at(), QKeySequence(text))

    def types(self, text: str) -> None:
        self.count += 1
        self.qtbot.keyClicks(self._at(), text)

    def drags(self, box: Box, held: Qt.KeyboardModifier) -> None:
        self.count += 1
        canvas = self.window.canvas
        start = canvas.view.to_widget(box.x, box.y).toPoint()
        end = canvas.view.to_widget(box.x + box.w, box.y + box.h).toPoint()
        self.qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, held, start)
        self.qtbot.mouseMove(canvas, end)
        self.qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, held, end)


@pytest.fixture
def truth(shared_data: Path) -> dict[int, Box]:
    """Boxes of the cyclist, found by eye."""
    known = json.loads((shared_data / "tvau" / "eye_truth.json").read_text())
    return {int(n): Box(*b) for n, b in known["clips"][CLIP]["objects"][0]["boxes"].items()}


@pytest.fixture
def project_file(tmp_path: Path, shared_data: Path) -> Path:
    path = tmp_path / "bicycle.tvau"
    with Project.create(path, person="ann") as project:
        project.add_videos([shared_data / "tvau" / f"{CLIP}.mp4"])
        video = project.document().videos[0]
        place = actions.set_text(project.document(), "video", video.key, "environment", "en", "a square by day")
        project.commit(place)  # known of every clip of this camera
    return path


@pytest.fixture
def person(window: Session, qtbot: QtBot) -> Person:
    window.window.resize(1600, 1000)
    window.window.activateWindow()
    window.window.canvas.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is window.window.canvas, timeout=5000)
    return Person(window, qtbot)


def check(document: Document, truth: dict[int, Box], least: float) -> None:
    """Everything that the clip's export needs is there and right."""
    (clip,) = document.clips(document.videos[0].key)
    (thing,) = document.objects_in(clip)
    track = document.track(thing.key)
    assert all((shown := track.at(n)) is not None and shown.box.iou(box) >= least for n, box in truth.items())
    assert [track.at(n) is not None for n in range(24)] == [True] * 24
    (segment,) = document.segments(thing.key)
    assert (segment.event, segment.start, segment.stop) == ("person riding bicycle", 0, 24)
    assert (thing.appearance_en, segment.motion_en, thing.verdict) == (LOOKS, MOVES, "accepted")
    assert dialogue.from_to(document, thing, clip) == ("left", "middle")
    assert dialogue.trajectory(document, thing, clip) != ""
    assert document.anomalous(clip)


def test_from_nothing(
    window: Session, person: Person, truth: dict[int, Box], qtbot: QtBot, saved: Callable[[], Document]
) -> None:
    state = window.state
    person.drags(truth[0], Qt.KeyboardModifier.ControlModifier)
    person.key("T")
    qtbot.waitUntil(lambda: not state.tracker.busy and len(state.document.document.track(made(window))) > 1)
    person.key("7")
    person.key("Return")
    person.types(LOOKS)
    person.key("Tab")
    person.types(MOVES)
    person.key("Ctrl+Return")
    document = saved()
    check(document, truth, 0.8)
    assert document.clips(document.videos[0].key)[0].state == "to review"
    assert person.count == FROM_NOTHING


def made(window: Session) -> str:
    return window.state.selection.object or ""


def test_from_a_proposal(
    window: Session, person: Person, truth: dict[int, Box], qtbot: QtBot, saved: Callable[[], Document]
) -> None:
    """A draft whose boxes are good and whose event is not: what a network is good at, and what not."""
    state = window.state
    document, video = state.document, state.document.video_row
    document.attempt(
        actions.new_object, document.who, video.key, 0, truth[0], event="people fighting", key="draft", stop=24
    )
    for n in (12, 23):
        document.attempt(actions.set_box, document.who, "draft", n, truth[n])
    draft = {"model": "tvau-tiny", "verdict": "undecided", "score": 0.9}
    document.attempt(lambda doc: edit("Propose", [changed(doc.object("draft"), **draft)]))
    document.attempt(actions.set_state, document.who, document.clip_row.key, "to review")
    state.selection.clear()
    person.key("7")
    person.key("Return")
    person.types(LOOKS)
    person.key("Tab")
    person.types(MOVES)
    person.key("Ctrl+Return")
    document = saved()
    check(document, truth, 0.8)
    assert document.clips(document.videos[0].key)[0].state == "accepted"
    assert person.count == FROM_A_PROPOSAL
