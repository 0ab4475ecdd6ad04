"""Killed at any moment, a program that edits loses no edit that it was told is kept, and harms no project.

A helper process, loaded once, forks the children that edit; each prints the number of every edit that was acknowledged
and is killed (SIGKILL) a random while after one of them.
"""

from __future__ import annotations

import json
import os
import random
import selectors
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Any

import pytest

from tvau_studio.domain.edits import created, edit
from tvau_studio.domain.labels import Video
from tvau_studio.services import maintenance
from tvau_studio.services.projects import Project

KILLS, MANY_KILLS = 20, 300

HELPER = """
import json, os, random, sys
from tvau_studio.domain import actions
from tvau_studio.domain.geometry import Box
from tvau_studio.services.projects import Project
from tvau_studio.store import checking, lifecycle, repository, tail, writer

def say(**what):
    os.write(1, (json.dumps(what) + "\\n").encode())

def work(path, rng):
    project = Project.open(path, person="ann")
    document, seq = project.load("v")
    def follow():
        nonlocal seq
        for entry in project.log_since(seq):
            document.apply(entry.edit)
            seq = entry.seq
    while True:
        things = document.objects("v")
        wish = rng.random()
        if not things or wish < 0.15:
            project.commit(actions.new_object(document, project.who, "v", rng.randrange(50), Box(1, 2, 3, 4)))
        elif wish < 0.7:
            box = Box(rng.randrange(90), rng.randrange(90), 5, 5)
            project.commit(actions.set_box(document, project.who, rng.choice(things).key, rng.randrange(50), box))
        elif wish < 0.9:
            project.undo()
        else:
            project.redo()
        follow()
        say(seq=seq)

for line in sys.stdin:
    order = json.loads(line)
    child = os.fork()
    if child == 0:
        work(order["path"], random.Random(order["seed"]))
    say(child=child)
    os.waitpid(child, 0)
    say(ended=child)
"""


class Lines:
    """What the helper says, with a limit on how long to wait for it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._selector = selectors.DefaultSelector()
        self._selector.register(stream, selectors.EVENT_READ)
        self._rest = b""

    def next(self, seconds: float = 60) -> dict[str, Any] | None:
        while b"\n" not in self._rest:
            if not self._selector.select(seconds):
                return None
            more = os.read(self._stream.fileno(), 65536)
            if not more:
                return None
            self._rest += more
        line, _, self._rest = self._rest.partition(b"\n")
        return dict(json.loads(line))

    def close(self) -> None:
        self._selector.close()


NEEDS_FORK = pytest.mark.skipif(not hasattr(os, "fork"), reason="the helper forks the children that are killed")


@NEEDS_FORK
def test_no_acknowledged_edit_is_lost_to_a_kill(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _kill(tmp_path / "p.tvau", KILLS, capsys)


@NEEDS_FORK
@pytest.mark.benchmark
def test_none_is_lost_to_many_kills(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _kill(tmp_path / "p.tvau", MANY_KILLS, capsys)


def _kill(path: Path, kills: int, capsys: pytest.CaptureFixture[str]) -> None:
    rng = random.Random(20240607)
    with Project.create(path, person="ann") as project:
        project.commit(edit("Begin", [created(Video(key="v", path="v.mp4", frames=50))]))
    environment = {**os.environ, "PYTHONWARNINGS": "ignore::DeprecationWarning"}  # of forking beside a thread
    command = [sys.executable, "-c", HELPER]
    acknowledged = 0
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as helper:
        assert helper.stdin is not None
        assert helper.stdout is not None
        lines = Lines(helper.stdout)
        last = _inspect(path, 0)
        for _ in range(kills):
            helper.stdin.write(json.dumps({"path": str(path), "seed": rng.random()}).encode() + b"\n")
            helper.stdin.flush()
            seqs = _kill_one(lines, rng)
            acknowledged += len(seqs)
            last = _inspect(path, max(last, *seqs))
        helper.stdin.close()
        lines.close()
    with capsys.disabled():
        print(f"\n{kills} kills, {acknowledged} acknowledged edits, none lost", end=" ")
    assert acknowledged > kills


def _kill_one(lines: Lines, rng: random.Random) -> list[int]:
    """Let the child make a few edits, kill it a random while later; the numbers of those that it was sure of."""
    child = 0
    seqs: list[int] = []
    wanted = rng.randrange(1, 9)
    while not child or len(seqs) < wanted:
        said = lines.next()
        assert said is not None, "the helper said nothing"
        child = said.get("child", child)
        seqs += [said["seq"]] if "seq" in said else []
    threading.Event().wait(rng.uniform(0, 0.012))  # anywhere within the next two or three edits
    os.kill(child, signal.SIGKILL)
    while True:
        said = lines.next()
        assert said is not None, "the helper said nothing"
        if "ended" in said:
            return seqs
        seqs.append(said["seq"])


def _inspect(path: Path, acknowledged: int) -> int:
    """The project is sound, holds every acknowledged edit, and can be undone; the number of its last edit."""
    found = maintenance.check(path)
    assert found["problems"] == []
    with Project.open(path, person="ann") as project:
        # At most the one edit that was being written is there without having been acknowledged.
        assert not acknowledged or acknowledged <= project.last_seq <= acknowledged + 1
        label = project.undo_label
        undone = project.undo()
        assert (undone is not None) == bool(label)
        if undone is not None:
            assert project.redo() is not None
            assert project.undo_label == label
        return project.last_seq
