"""The same done to many clips: one step, nothing that is not allowed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tvau_studio.domain.edits import created, edit
from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.labels import Clip, Keyframe, Object, Segment, Video
from tvau_studio.services import bulk
from tvau_studio.services.projects import Project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "p.tvau", person="ann") as made:
        rows = [
            Video(key="v1", path="one.mp4", frames=48),
            Video(key="v2", path="two.mp4", frames=24),
            Clip(key="c0", video="v1", id="one:0:24", start=0, stop=24),
            Clip(key="c1", video="v1", id="one:24:48", start=24, stop=48),
            Clip(key="c2", video="v2", id="two:0:24", start=0, stop=24),
            Object(key="o1", video="v1", track=1, model="m", verdict="undecided"),
            Object(key="o2", video="v2", track=1),
            Keyframe(key="o1@0", object="o1", frame=0, x=0, y=0, w=9, h=9),
            Keyframe(key="o1@24", object="o1", frame=24, x=0, y=0, w=9, h=9, outside=True),
            Keyframe(key="o2@0", object="o2", frame=0, x=0, y=0, w=9, h=9),
            Segment(key="s1", object="o1", start=0, stop=24, event="person running"),
            Segment(key="s2", object="o2", start=0, stop=24, event="person running"),
            Segment(key="s3", object="o2", start=0, stop=24, event="person jumping"),
        ]
        made.commit(edit("Fill", [created(row) for row in rows]))
        yield made


def test_a_split_goes_to_the_whole_video(project: Project) -> None:
    found = bulk.set_split(project, ["c0"], "val")
    assert found.clips == 2
    project.commit(found.edit)
    assert {v.key: v.split for v in project.videos} == {"v1": "val", "v2": None}
    project.undo()
    assert {v.split for v in project.videos} == {None}


def test_clips_are_given_to_a_person_and_back(project: Project) -> None:
    project.commit(bulk.assign(project, ["c0", "c2"], "bob").edit)
    assert [c.assignee for c in project.clips] == ["bob", "", "bob"]
    again = bulk.assign(project, ["c0", "c2"], "bob")
    assert not again.edit
    assert again.clips == 0
    project.undo()
    assert {c.assignee for c in project.clips} == {""}


def test_a_clip_with_open_drafts_is_not_accepted_with_the_others(project: Project) -> None:
    found = bulk.set_state(project, ["c0", "c1", "c2"], "accepted")
    assert found.clips == 2
    assert [id for id, _ in found.refused] == ["one:0:24"]
    assert "undecided" in found.refused[0][1]
    project.commit(found.edit)
    assert [c.state for c in project.clips] == ["new", "accepted", "accepted"]


def test_an_event_is_replaced_where_it_is_and_nowhere_else(project: Project) -> None:
    found = bulk.replace_event(project, ["c1", "c2"], "person running", "person jumping")
    assert found.clips == 1
    project.commit(found.edit)
    events = {s.key: s.event for o in ("o1", "o2") for s in project.document().segments(o)}
    assert events == {"s1": "person running", "s2": "person jumping", "s3": "person jumping"}
    with pytest.raises(UsageError, match="flying"):
        bulk.replace_event(project, ["c0"], "person running", "flying")
