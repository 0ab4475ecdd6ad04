"""An analyst's job in the real window, with the shipped network on a real longer video: scan it, look at the ranked
events, ask, follow the evidence, correct a label from the answer, write the report and read it back.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.labels import Object
from tvau_studio.domain.paths import resource
from tvau_studio.gui.app import Session
from tvau_studio.gui.docks._event_list import FoundRole
from tvau_studio.gui.docks._events_panel import EventsPanel
from tvau_studio.services.projects import Project
from tvau_studio.services.settings import Settings

LEFT = Qt.MouseButton.LeftButton
LATE = 300_000


@pytest.fixture
def session(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    try:
        resource("tvau-tiny")
    except StudioError:
        pytest.skip("tvau-tiny is not in resources/")
    settings = Settings(tmp_path / "settings.toml")
    settings["name"] = "ann"
    settings["language"] = "en"
    made = Session(qapp, settings)
    made.window.resize(1600, 1000)
    qtbot.addWidget(made.window)
    yield made
    made.window.close()
    assert not made.studio.jobs.active()


@pytest.mark.slow
def test_the_job_of_an_analyst(
    session: Session, shared_data: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, state = session.window, session.state
    film = shared_data / "longer" / "person-bicycle-car-detection.mp4"

    def make() -> Project:
        project = Project.create(tmp_path / "job.tvau", person="ann")
        project.add_videos([film])
        return project

    with qtbot.waitSignals([state.workspace.opened, state.playback.frameShown], timeout=LATE):
        session.start(make)
    window.activateWindow()

    # Scan the whole of it, while one plays.
    panel = window.show_panel("events")
    assert isinstance(panel, EventsPanel)
    qtbot.waitUntil(lambda: panel.findChild(QPushButton, "scanButton").isEnabled(), timeout=LATE)
    qtbot.mouseClick(panel.findChild(QPushButton, "scanButton"), LEFT)
    state.playback.play()
    qtbot.waitUntil(lambda: state.playback.frame > 20, timeout=LATE)
    state.playback.pause()
    qtbot.waitUntil(lambda: not state.scan.busy and bool(state.scan.events.found), timeout=LATE)
    assert state.scan.error == ""
    assert not np.isnan(state.heat.scores()).any()

    # The events are ranked, and the hottest is the car that comes in at the left.
    events = [f.event for f in state.scan.events.found]
    assert [e.score for e in events] == sorted((e.score for e in events), reverse=True)
    assert all(e.answer for e in events)
    first = events[0]
    assert first.score > 0.9
    qtbot.mouseClick(panel._list.viewport(), LEFT, pos=QPoint(220, 30))
    qtbot.waitUntil(lambda: state.playback.frame == first.peak, timeout=LATE)
    assert state.playback.range == first.frames
    assert panel._list.currentIndex().data(FoundRole).event == first

    # Drafts from it; one of them stands where the heat is.
    qtbot.mouseClick(panel.findChild(QPushButton, "eventsDrafts"), LEFT)
    qtbot.waitUntil(lambda: "undo takes them back" in panel.findChild(QLabel, "eventsNote").text(), timeout=LATE)
    video = state.document.video_row
    assert video is not None
    qtbot.waitUntil(lambda: bool(state.document.document.objects(video.key)), timeout=LATE)
    draft = max(state.document.document.objects(video.key), key=lambda o: o.score or 0)
    assert draft.is_draft

    # Ask about the range, and follow the evidence of the answer.
    window.show_panel("chat")
    field = window.findChild(QPlainTextEdit, "chatInput")
    field.setFocus()
    qtbot.keyClicks(field, "Is there any anomaly in the video?")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    talk = state.conversation
    qtbot.waitUntil(lambda: len(talk.turns) == 1 and not talk.busy, timeout=LATE)
    turn = talk.turns[0]
    assert turn.state == "done", turn.error
    assert turn.frames == first.frames
    assert turn.reply is not None
    assert turn.answer == first.answer  # the scan asked the same of the same frames
    chips = [c for c in window.findChildren(QPushButton, "turnEvidence") if c.isVisible()]
    assert chips
    state.playback.seek(400)
    qtbot.waitUntil(lambda: state.playback.frame == 400, timeout=LATE)
    qtbot.mouseClick(chips[0], LEFT)
    a, b = turn.reply.objects[0].frames
    qtbot.waitUntil(lambda: a <= state.playback.frame < b, timeout=LATE)

    # The answer becomes the draft's text, a word of it is put right, and the draft is accepted.
    state.selection.select(draft.key)
    keep = next(k for k in window.findChildren(QPushButton, "turnKeep") if not k.isHidden())
    keep.click()
    qtbot.waitUntil(lambda: state.selection.row is not None and bool(state.selection.row.appearance_en), timeout=LATE)
    text = window.findChild(QPlainTextEdit, "appearanceEdit")
    text.setFocus()
    text.setPlainText("A white car")
    window.canvas.setFocus()
    window.actions_by_name["acceptAction"].trigger()
    qtbot.waitUntil(lambda: state.document.saved, timeout=LATE)
    with Project.open(tmp_path / "job.tvau", person="someone else") as project:
        kept = project.document().get("object", draft.key)
        assert isinstance(kept, Object)
        assert (kept.appearance_en, kept.verdict) == ("A white car", "accepted")

    # The report: written behind, read back.
    out = tmp_path / "report.html"
    panel = window.show_panel("events")
    panel._list.clearSelection()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), "Web page (*.html)"))
    qtbot.mouseClick(panel.findChild(QPushButton, "eventsReport"), LEFT)
    qtbot.waitUntil(lambda: str(out) in panel.findChild(QLabel, "eventsNote").text(), timeout=LATE)
    page = out.read_text(encoding="utf-8")
    assert page.count("<article>") == len(events)
    assert "tvau-tiny" in page
    assert all(event.answer.replace("'", "&#x27;") in page for event in events if event.answer)
    pictures = re.findall(r'src="data:image/jpeg;base64,([^"]+)"', page)
    assert len(pictures) == 2 * len(events)
    assert all(base64.b64decode(p).startswith(b"\xff\xd8") for p in pictures)
    assert "://" not in re.sub(r'src="data:[^"]+"', "", page)
    qtbot.waitUntil(lambda: not state.studio.jobs.active(), timeout=LATE)
