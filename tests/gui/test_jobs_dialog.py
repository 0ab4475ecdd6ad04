"""The jobs, as a person sees them."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot

from tvau_studio.gui.app import Session
from tvau_studio.gui.dialogs.jobs import JobsDialog, time_left
from tvau_studio.services.jobs import Context, Job


def test_a_job_is_shown_while_it_runs_and_stops_when_told(session: Session, qtbot: QtBot) -> None:
    ended = threading.Event()

    def run(context: Context) -> None:
        context.progress(3, 10)
        while not context.cancelled:
            ended.wait(0.005)
        context.check()

    gone: list[bool] = []
    session.studio.jobs.submit("process", "Count the sheep", run, cancelled=lambda: gone.append(True))
    dialog = JobsDialog(session.window, session.state)
    dialog.show()

    def words() -> list[str]:
        return [w.text() for w in dialog.findChildren(QLabel) if w.isVisible()]

    qtbot.waitUntil(lambda: "Count the sheep" in words())
    assert dialog.findChild(QLabel, "jobsEmpty").isHidden()
    qtbot.mouseClick(dialog.findChild(QToolButton, "jobStop"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: gone == [True])
    qtbot.waitUntil(lambda: dialog.findChild(QLabel, "jobsEmpty").isVisible())
    dialog.close()


@pytest.mark.parametrize(
    ("amount", "seconds", "said"),
    [
        (None, 5, ""),
        ((0, 10), 5, ""),
        ((10, 10), 5, ""),
        ((5, 10), 5, "0:05 left"),
        ((1, 101), 60, "1:40:00 left"),
        ((99, 100), 5, "done soon"),
    ],
)
def test_what_is_left_follows_the_pace(
    session: Session, amount: tuple[int, int] | None, seconds: float, said: str
) -> None:
    job: Job[None] = Job(
        session.studio.jobs,
        "store",
        "x",
        lambda _: None,
        done=None,
        failed=None,
        cancelled=None,
        progress=None,
        keep=False,
    )
    job.amount, job.started = amount, 100.0
    assert time_left(job, 100.0 + seconds) == said
