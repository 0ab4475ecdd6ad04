"""Edits, undo, redo and restarts at random, against a model: a document, and a stack of steps for each person."""

from __future__ import annotations

import itertools
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import Conflict, Edit, compose
from tvau_studio.store import checking, lifecycle, repository, writer
from tvau_studio.store.rows import Stamp

PEOPLE = ("ann", "bo")


class Line:
    """What one person can take back and do again: steps, each of the edits that merged."""

    def __init__(self) -> None:
        self.done: list[list[Edit]] = []
        self.undone: list[list[Edit]] = []
        self.merge = ""

    def add(self, edit: Edit) -> None:
        if self.merge and edit.merge == self.merge:
            self.done[-1].append(edit)
        else:
            self.done.append([edit])
        self.undone.clear()
        self.merge = edit.merge

    def travel(self, back: bool) -> Edit | None:
        """What would be done, and moves the step over."""
        source, target = (self.done, self.undone) if back else (self.undone, self.done)
        while source:
            self.merge = ""
            step = source.pop()
            target.append(step)
            if net := compose(step):
                return net.inverse() if back else net
        return None

    def copy(self) -> Line:
        other = Line()
        other.done, other.undone, other.merge = [list(s) for s in self.done], [list(s) for s in self.undone], self.merge
        return other


class Project(RuleBasedStateMachine):
    edits: ModuleType
    begin: Callable[[], Path | str]
    """An empty project, each time it is called."""

    def __init__(self) -> None:
        super().__init__()
        self.target = type(self).begin()
        self.store = lifecycle.open_store(self.target)
        self.document = Document(repository.load(self.store).rows("event_class"))
        writer.apply(self.store, self.edits.base_edit(), Stamp("maker", ""))
        self.document.apply(self.edits.base_edit())
        self.lines = {person: Line() for person in PEOPLE}

    @rule(person=st.sampled_from(PEOPLE), seed=st.integers(0, 2**32), window=st.sampled_from("xy"))
    def edit(self, person: str, seed: int, window: str) -> None:
        edit = self.edits.random_edit(random.Random(seed), self.document, person)
        if edit:
            writer.apply(self.store, edit, Stamp(person, window))
            self.document.apply(edit)
            self.lines[person].add(edit)

    @rule(person=st.sampled_from(PEOPLE), back=st.booleans())
    def travel(self, person: str, back: bool) -> None:
        line = self.lines[person].copy()
        expected = line.travel(back)
        go = writer.undo if back else writer.redo
        try:
            found = go(self.store, Stamp(person, "x"))
        except Conflict:
            assert expected is not None
            self.refuse(expected)
            return
        self.lines[person] = line
        assert (found is None) == (expected is None)
        if found is not None and expected is not None:
            assert found[1].changes == expected.changes
            self.document.apply(found[1])

    def refuse(self, edit: Edit) -> None:
        """The store refuses what does not fit, and what would leave rows without the row that they belong to."""
        fresh = Document(row for table in self.edits.FIELDS for row in self.document.rows(table))
        try:
            fresh.apply(edit)
        except Conflict:
            return
        objects = {row.key for row in fresh.rows("object")}
        tracks = [(row.video, row.track) for row in fresh.objects(self.edits.VIDEO)]
        orphans = [r for t in ("keyframe", "segment", "override") for r in fresh.rows(t) if r.object not in objects]  # type: ignore[union-attr]
        pinned = [r for r in fresh.rows("comment") if r.object is not None and r.object not in objects]  # type: ignore[union-attr]
        assert orphans or pinned or len(set(tracks)) < len(tracks), f"{edit.label} was refused for no reason"

    @precondition(lambda self: any(line.done for line in self.lines.values()))
    @rule()
    def restart(self) -> None:
        self.store.close()
        self.store = lifecycle.open_store(self.target)

    @invariant()
    def the_store_is_the_model(self) -> None:
        assert self.edits.contents(repository.load(self.store)) == self.edits.contents(self.document)

    @invariant()
    def the_labels_are_the_lines(self) -> None:
        for person, line in self.lines.items():
            done, undone = writer.labels(self.store, person)
            assert done == (line.done[-1][-1].label if line.done else "")
            assert undone == (line.undone[-1][-1].label if line.undone else "")

    def teardown(self) -> None:
        try:
            assert checking.check(self.store) == []
        finally:
            self.store.close()


def walk(begin: Callable[[], Path | str], edits: ModuleType, examples: int, steps: int) -> None:
    members: dict[str, Any] = {"begin": staticmethod(begin), "edits": edits}
    machine = type("ThisProject", (Project,), members)
    run_state_machine_as_test(machine, settings=settings(max_examples=examples, stateful_step_count=steps))


@pytest.fixture
def fresh_file(blank: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Path]:
    monkeypatch.setattr(writer, "PAUSE", 1e9)  # a slow machine types as fast as any other
    numbers = itertools.count()
    return lambda: Path(shutil.copy(blank, tmp_path / f"{next(numbers)}.tvau"))


def test_edits_undo_redo_and_restarts(fresh_file: Callable[[], Path], random_edits: ModuleType) -> None:
    walk(fresh_file, random_edits, 8, 40)


@pytest.mark.slow
def test_two_thousand_steps(fresh_file: Callable[[], Path], random_edits: ModuleType) -> None:
    walk(fresh_file, random_edits, 50, 40)


def test_the_same_on_a_database(postgres: Any, random_edits: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "PAUSE", 1e9)
    walk(postgres.project, random_edits, 3, 30)
