"""Who did what, counted from the log."""

from __future__ import annotations

import pytest

from tvau_studio.domain import actions
from tvau_studio.domain.actions import Who
from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import Edit, created, edit
from tvau_studio.domain.labels import Clip, Video
from tvau_studio.store import activity, repository, writer
from tvau_studio.store.engine import Store
from tvau_studio.store.rows import Stamp

NOON = 1_700_000_000.0 // 86_400 * 86_400 + 43_200
DAY = 86_400.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [NOON]
    monkeypatch.setattr("time.time", lambda: now[0])
    return now


@pytest.fixture
def worked(store: Store, clock: list[float]) -> Store:
    """Ann labels two clips on one day and one on the next; bo returns one with a reason, and accepts another."""
    rows = [Video(key="v", path="v.mp4", frames=90)]
    clips = [Clip(key=f"c{n}", video="v", id=f"v:{n}", start=n, stop=n + 9) for n in range(3)]
    writer.apply(store, edit("Begin", [created(row) for row in [*rows, *clips]]), Stamp("maker", "w"))

    def do(person: str, seconds: float, make: object) -> None:
        clock[0] += seconds
        document: Document = repository.load(store)
        one: Edit = make(document, Who(person))  # type: ignore[operator]
        writer.apply(store, one, Stamp(person, person))

    do("ann", 0, lambda doc, who: actions.set_state(doc, who, "c0", "in work"))
    do("ann", 60, lambda doc, who: actions.set_state(doc, who, "c0", "to review"))
    do("ann", 100, lambda doc, who: actions.set_state(doc, who, "c1", "to review"))
    do("bo", 10, lambda doc, who: actions.return_clip(doc, who, "c0", "too wide", 3, reason="place"))
    do("bo", 10, lambda doc, who: actions.set_state(doc, who, "c1", "accepted"))
    do("ann", 10, lambda doc, who: actions.add_comment(doc, who, "c0", "my own", reason="text"))
    do("ann", DAY, lambda doc, who: actions.set_state(doc, who, "c2", "to review"))
    return store


def test_days(worked: Store) -> None:
    found = activity.days(worked)
    assert [(d.person, d.edits, d.seconds) for d in found] == [
        ("ann", 1, 0.0),
        ("maker", 1, 0.0),
        ("bo", 2, 10.0),
        ("ann", 4, 190.0),
    ]
    assert dict(found[3].handed) == {"to review": 2}  # what was only begun was handed on later
    assert dict(found[2].handed) == {"returned": 1, "accepted": 1}


def test_labellers(worked: Store) -> None:
    (ann,) = activity.labellers(worked)
    assert ann.person == "ann"
    assert dict(ann.clips) == {"returned": 1, "accepted": 1, "to review": 1}
    assert dict(ann.remarks) == {"place": 1}
    assert ann.returns == 1


def test_nobody_did_anything(store: Store) -> None:
    assert activity.days(store) == []
    assert activity.labellers(store) == []
