"""Snapshots of a project: the same bytes for ever, what changed since, and what was released."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tvau_studio.domain import actions
from tvau_studio.domain.edits import changed, edit, removed
from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.geometry import Box
from tvau_studio.domain.snapshots import summary
from tvau_studio.services.projects import Project


def line(n: int, **changes: Any) -> dict[str, Any]:
    boxes = [[f, 1.0 + f, 2.0, 30.0, 40.0] for f in range(4)]
    thing = {"track": 1, "appearance": "A man.", "boxes": boxes, "segments": [[0, 4, "person running", "runs"]]}
    row = {"id": f"c{n}", "video": f"v{n}.mp4", "frames": [0, 4], "fps": 24.0, "size": [90, 120], "objects": [thing]}
    return {**row, "review": "accepted", "keyframes": [0, 3], **changes}


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(line(n)) + "\n" for n in range(3)))
    with Project.create(tmp_path / "p.tvau", person="ann") as made:
        made.import_("jsonl", tmp_path / "in.jsonl")
        yield made


def bytes_of(project: Project, folder: Path, **wishes: Any) -> bytes:
    project.export("jsonl", folder / "o.jsonl", state="all", **wishes)
    return (folder / "o.jsonl").read_bytes()


def changes(project: Project) -> None:
    """Edits of every kind: texts, boxes, segments, states, an object more and a clip less."""
    document = project.document()
    [v0, v1, v2] = sorted(document.videos, key=lambda v: v.path)
    [o0], [o1], [o2] = (document.objects(v.key) for v in (v0, v1, v2))
    [clip] = document.clips(v0.key)
    [segment] = document.segments(o1.key)
    who = project.who
    project.commit(edit("a", [changed(o0, appearance_en="A woman."), changed(clip, state="returned", anomaly=False)]))
    project.commit(actions.set_box(document, who, o0.key, 2, Box(50, 50, 9, 9)))
    project.commit(edit("b", [changed(segment, event="people fighting"), changed(v1, split="test")]))
    project.commit(actions.new_object(document, who, v1.key, 0, Box(1, 1, 5, 5), event=None, stop=2, key="new"))
    project.commit(actions.delete_object(document, o2.key))
    [gone] = document.clips(v2.key)
    project.commit(edit("c", [removed(gone)]))
    document = project.document()
    project.commit(actions.set_override(document, who, o0.key, clip.key, end_region="right"))


def test_a_snapshot_gives_the_same_bytes_whatever_becomes_of_the_labels(project: Project, tmp_path: Path) -> None:
    first = bytes_of(project, tmp_path)
    project.snapshots.make("v1", "as submitted")
    changes(project)
    assert bytes_of(project, tmp_path) != first
    assert bytes_of(project, tmp_path, snapshot="v1") == first
    target = project.target
    project.close()
    with Project.open(target, person="bob") as again:
        assert bytes_of(again, tmp_path, snapshot="v1") == first
        [info] = again.snapshots.all()
        assert (info.name, info.note, info.author, info.videos, info.clips, info.objects) == (
            *("v1", "as submitted", "ann"),
            3,
            3,
            3,
        )
        with pytest.raises(UsageError, match=r"no snapshot 'v2' .there is: v1"):
            bytes_of(again, tmp_path, snapshot="v2")


def test_what_changed_is_told_by_object_and_text(project: Project) -> None:
    project.snapshots.make("v1")
    assert list(project.snapshots.compare("v1")) == []
    changes(project)
    project.snapshots.make("v2")
    found = list(project.snapshots.compare("v1", "v2"))
    assert found == list(project.snapshots.compare("v1"))
    assert summary(iter(found)) == {
        "clip anomaly": 1,
        "clip removed": 1,
        "clip state": 1,
        "object added": 1,
        "object appearance_en": 1,
        "object boxes": 1,
        "object removed": 1,
        "override end_region": 1,
        "segment event": 1,
        "video split": 1,
    }
    text = next(d for d in found if d.field == "appearance_en")
    assert (text.path, text.track, text.before, text.after) == ("v0.mp4", 1, "A man.", "A woman.")
    [boxes] = [d for d in found if d.what == "boxes"]
    assert boxes.after == 1
    back = summary(project.snapshots.compare("v2", "v1"))
    assert (back["object added"], back["object removed"], back["clip added"]) == (1, 1, 1)


def test_an_export_leaves_a_record(project: Project, tmp_path: Path) -> None:
    project.snapshots.make("v1")
    content = bytes_of(project, tmp_path, snapshot="v1", style="swift", language="zh")
    project.export("mot", tmp_path / "mot")
    many, one = project.snapshots.releases()
    assert (one.snapshot, one.author, one.file) == ("v1", "ann", "o.jsonl")
    assert one.digest == hashlib.sha256(content).hexdigest()
    assert one.rules["format"] == "jsonl"
    assert (one.rules["style"], one.rules["language"], one.rules["state"]) == ("swift", "zh", "all")
    assert one.facts["people"] == {"ann": 9}
    assert one.facts["models"] == {}
    assert (one.facts["clips"], one.facts["objects"]) == (3, 3)
    assert (many.snapshot, many.digest, many.rules["format"]) == ("", "", "mot")
    project.undo()
    assert len(project.snapshots.releases()) == 2, "a record is no edit"
