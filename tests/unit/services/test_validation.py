"""Faults of a project, named by what a person calls their place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tvau_studio.services.exchange import ExportWishes, preview_export
from tvau_studio.services.projects import Project
from tvau_studio.services.validation import faults


def line(n: int, **changes: Any) -> dict[str, Any]:
    boxes = [[f, 1.0 + f, 2.0, 30.0, 40.0] for f in range(4)]
    thing = {"track": 7, "appearance": "A man.", "boxes": boxes, "segments": [[0, 4, "person running", "runs"]]}
    row = {"id": f"c{n}", "video": f"v{n}.mp4", "frames": [0, 4], "fps": 24.0, "size": [90, 120], "objects": [thing]}
    return {**row, "environment": "A street.", "review": "accepted", **changes}


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    rows = [line(0), line(1, environment="A <video> of a street."), line(2, review="returned")]
    rows[2]["objects"][0]["appearance"] = ""
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))
    with Project.create(tmp_path / "p.tvau", person="ann") as made:
        made.import_("jsonl", tmp_path / "in.jsonl")
        yield made


def test_faults_are_found_by_name(project: Project) -> None:
    found = list(faults(project))
    assert [f.text for f in found] == [
        "c1, frame 0: the environment text holds <video>, which trainers take for a picture or a control word",
        "c2, track 7, frame 0: the appearance text is empty",
    ]
    assert [f.path for f in found] == ["v1.mp4", "v2.mp4"]
    assert [f.id for f in faults(project, state="accepted")] == ["c1"]
    project.snapshots.make("s")
    assert list(faults(project, snapshot="s")) == found


def test_what_another_language_lacks(project: Project) -> None:
    assert {f.finding.kind for f in faults(project, language="zh")} == {"empty-text"}


def test_a_preview_counts_those_of_the_clips_to_be_written(project: Project, tmp_path: Path) -> None:
    wishes = ExportWishes()
    assert preview_export(project, "jsonl", tmp_path / "o.jsonl", wishes).faults == {"placeholder": 1}
    wishes = ExportWishes(state="all")
    seen = preview_export(project, "jsonl", tmp_path / "o.jsonl", wishes)
    assert seen.faults == {"placeholder": 1, "empty-text": 1}
    assert project.export("jsonl", tmp_path / "o.jsonl").faults == {}
