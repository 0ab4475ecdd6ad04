"""The data card beside an export, and LLaMA-Factory's list of data sets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tvau_studio.domain.errors import StudioError
from tvau_studio.services.projects import Project


def line(n: int, split: str | None, **thing: Any) -> dict[str, Any]:
    boxes = [[f, 1.0 + f, 2.0, 30.0, 40.0] for f in range(4)]
    segments = [[0, 4, "person running", "runs"]]
    found = {"track": 1, "appearance": "A man.", "boxes": boxes, "segments": segments, "keyframes": [0, 3], **thing}
    row = {"id": f"c{n}", "video": f"v{n}.mp4", "frames": [0, 4], "fps": 24.0, "size": [90, 120], "split": split}
    return {**row, "objects": [found], "annotator": "carl", "review": "accepted"}


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    rows = [
        line(1, "train"),
        line(2, "train", segments=[[0, 4, None, "stands"]]),
        line(3, "test", zh={"appearance": "一名男子。"}),
        {**line(4, None, draft="net|1"), "review": "to review"},
    ]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    with Project.create(tmp_path / "yard & 院子.tvau", person="ann") as made:
        made.import_("jsonl", tmp_path / "in.jsonl")
        yield made


def card(project: Project, folder: Path, **wishes: Any) -> str:
    folder.mkdir(exist_ok=True)
    report = project.export("jsonl", folder / "set.jsonl", card=True, **wishes)
    assert folder / "README.md" in report.files
    return (folder / "README.md").read_text(encoding="utf-8")


def test_a_card_counts_what_was_written(project: Project, tmp_path: Path) -> None:
    text = card(project, tmp_path / "out")
    assert "3 clips (2 anomalous) of 3 videos, 12 frames, 3 objects with 6 keyframes." in text
    assert "| train | 2 | 2 | 1 | 2 |" in text
    assert "| test | 1 | 1 | 1 | 1 |" in text
    assert text.index("| train |") < text.index("| test |")
    assert "| person running | 2 |" in text
    assert "| normal | 1 |" in text
    assert "- ann: 9 rows" in text
    assert "carl (3 clips)" in text
    assert "none: every object was made by a person" in text
    assert "- clips: accepted clips, without drafts" in text
    assert "language: [en, zh]" in text
    assert 'pretty_name: "yard & 院子"' in text


def test_models_and_drafts_are_named(project: Project, tmp_path: Path) -> None:
    text = card(project, tmp_path / "out", state="all")
    assert r"- net\|1: 0 objects accepted by a person, 1 drafts nobody decided on" in text
    assert "every clip, with undecided drafts" in text


def test_the_same_labels_give_the_same_card(project: Project, tmp_path: Path) -> None:
    assert card(project, tmp_path / "one") == card(project, tmp_path / "two")


def test_a_readme_of_somebody_else_is_not_lost(project: Project, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/README.md").write_text("# Mine\n")
    with pytest.raises(StudioError, match="no data card"):
        card(project, tmp_path / "out")
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["README.md"]


def test_llamafactory_finds_the_file_and_those_of_others(project: Project, tmp_path: Path) -> None:
    known = tmp_path / "dataset_info.json"
    known.write_text(json.dumps({"other": {"file_name": "o.json"}, "set": {"file_name": "old"}}))
    report = project.export("jsonl", tmp_path / "set.jsonl", style="llamafactory")
    assert report.files == (tmp_path / "set.jsonl", known)
    found = json.loads(known.read_text())
    assert found["other"] == {"file_name": "o.json"}
    assert (found["set"]["file_name"], found["set"]["formatting"]) == ("set.jsonl", "sharegpt")
    assert "train and test are in one file, all of which is trained on; --split takes one" in report.warnings
    alone = project.export("jsonl", tmp_path / "set.jsonl", style="llamafactory", split="train")
    assert alone.clips == 2
    assert alone.left_out == {"in no split": 1, "in test": 1}
    assert not any("trained on" in w for w in alone.warnings)
    known.write_text("{")
    with pytest.raises(StudioError, match="cannot be read"):
        project.export("jsonl", tmp_path / "set.jsonl", style="llamafactory")


def test_one_split_alone(project: Project, tmp_path: Path) -> None:
    text = card(project, tmp_path / "out", split="test")
    assert "  - split: test" in text
    rows = [json.loads(row) for row in (tmp_path / "out/set.jsonl").read_bytes().splitlines()]
    assert [row["id"] for row in rows] == ["c3"]
