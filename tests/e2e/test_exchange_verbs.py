"""The verbs import and export, as a person types them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tvau_studio.services.projects import Project


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tvau_studio", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


def lines() -> list[dict[str, Any]]:
    boxes = [[f, 1.5, 2.0, 30.0, 40.25] for f in range(24)]
    thing = {"track": 1, "appearance": "A man.", "boxes": boxes, "event": "fleeing", "keyframes": [0, 23]}
    first = {"id": "a", "video": "in/a.mp4", "frames": [0, 24], "fps": 24.0, "size": [90, 120], "objects": [thing]}
    later = {**thing, "boxes": boxes[12:], "keyframes": [23]}
    return [{**first, "review": "accepted"}, {**first, "id": "b", "frames": [12, 24], "objects": [later]}]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, lines())), encoding="utf-8")
    for name in ("p.tvau", "q.tvau"):
        Project.create(tmp_path / name).close()
    return tmp_path


def test_there_and_back(folder: Path) -> None:
    taken = run(
        folder, "import", "p.tvau", "in.jsonl", "--format", "jsonl", "--map", "fleeing=person running", "--json"
    )
    assert taken.returncode == 0, taken.stderr
    facts = json.loads(taken.stdout)
    assert (facts["videos"], facts["clips"], facts["objects"], facts["missing"]) == (1, 2, 1, ["in/a.mp4"])
    whole = run(folder, "export", "p.tvau", "--format", "jsonl", "--state", "all", "-o", "one.jsonl")
    assert (whole.returncode, whole.stderr) == (0, "")
    assert run(folder, "import", "q.tvau", "one.jsonl", "--format", "jsonl").returncode == 0
    assert run(folder, "export", "q.tvau", "--format", "jsonl", "--state", "all", "-o", "two.jsonl").returncode == 0
    assert (folder / "one.jsonl").read_bytes() == (folder / "two.jsonl").read_bytes()
    first = json.loads((folder / "one.jsonl").read_text(encoding="utf-8").split("\n")[0])
    assert first["objects"][0]["event"] == "person running"
    # Its videos are found again by their paths, however the file is named.
    again = run(folder, "import", "p.tvau", "one.jsonl", "--format", "jsonl", "--replace", "--json")
    assert json.loads(again.stdout) | {"warnings": []} == facts | {"missing": [], "replaced": 3, "warnings": []}
    accepted = run(folder, "export", "p.tvau", "--format", "jsonl", "-o", "one.jsonl", "--json")
    assert accepted.stderr == "tvau-studio: 1 clip was left out (1 to review); --state all takes every clip.\n"
    assert json.loads(accepted.stdout)["left_out"] == {"to review": 1}


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["import", "p.tvau", "none.jsonl", "--format", "jsonl"], 1, "There is no file none.jsonl"),
        (["import", "none.tvau", "in.jsonl", "--format", "jsonl"], 1, "none.tvau"),
        (["import", "p.tvau", "in.jsonl", "--format", "docx"], 2, "invalid choice"),
        (["import", "p.tvau", "in.jsonl", "--format", "jsonl", "--map", "fleeing"], 2, "not LABEL=EVENT"),
        (["import", "p.tvau", "in.jsonl", "--format", "jsonl", "--map", "fleeing=dance"], 2, "no event class"),
        (["import", "p.tvau", "bad.jsonl", "--format", "jsonl"], 1, "bad.jsonl, line 2: the JSON is not closed"),
        (["export", "p.tvau", "--format", "jsonl", "-o", "no/o.jsonl"], 1, "cannot be written"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(folder: Path, words: list[str], code: int, says: str) -> None:
    (folder / "bad.jsonl").write_text((folder / "in.jsonl").read_text()[:-5], encoding="utf-8")
    done = run(folder, *words)
    assert done.returncode == code
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    if "invalid choice" not in says:
        assert len(done.stderr.splitlines()) == 1
    with Project.open(folder / "p.tvau") as project:
        assert project.videos == []


def test_the_folder_of_a_data_set(folder: Path) -> None:
    masks = folder / "campus/testing/test_pixel_mask"
    masks.mkdir(parents=True)
    pixels = np.zeros((9, 20, 30), np.uint8)
    pixels[2:5, 3:9, 4:8] = 1
    np.save(masks / "01_0001.npy", pixels)
    words = ("import", "p.tvau", "campus", "--format", "shanghaitech", "--json")
    looked = run(folder, *words, "--dry-run")
    taken = run(folder, *words)
    assert (looked.returncode, taken.returncode) == (0, 0), taken.stderr
    assert looked.stdout == taken.stdout
    assert json.loads(taken.stdout) | {"labels": 0} == {
        **{"videos": 1, "missing": ["campus/testing/frames/01_0001"], "clips": 1, "objects": 1, "boxes": 3},
        **{"replaced": 0, "labels": 0, "warnings": []},
    }
    wrong = run(folder, "import", "p.tvau", "campus", "--format", "ubnormal")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert wrong.stderr.endswith("it reads as shanghaitech: choose that format. Nothing was imported.\n")


def test_a_set_for_another_trainer(folder: Path) -> None:
    assert run(folder, "import", "p.tvau", "in.jsonl", "--format", "jsonl").returncode == 0
    (folder / "set").mkdir()
    words = ("export", "p.tvau", "--format", "jsonl", "--state", "all", "--style", "llamafactory", "--card")
    done = run(folder, *words, "-o", "set/a.jsonl")
    assert done.returncode == 0
    assert "1 clip is a part of one" in done.stderr
    assert sorted(p.name for p in (folder / "set").iterdir()) == ["README.md", "a.jsonl", "dataset_info.json"]
    row = json.loads((folder / "set/a.jsonl").read_text().splitlines()[0])
    assert list(row) == ["id", "messages", "videos"]
    cut = run(folder, *words, "--media", "clips", "-o", "set/b.jsonl")
    assert cut.returncode == 1
    assert "is missing, so that a cannot be cut out of it" in cut.stderr
    assert not (folder / "set/b.jsonl").exists()
