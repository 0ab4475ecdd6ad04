from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tvau_studio.cli import main
from tvau_studio.media.encoder import write_video
from tvau_studio.services import events_file


@pytest.fixture
def film(tmp_path: Path) -> Path:
    noise = np.random.default_rng(0).integers(0, 256, (4, 60, 100, 3), np.uint8)
    write_video(tmp_path / "a.mp4", ((n / 25, noise[n // 5 % 4]) for n in range(20)))
    return tmp_path / "a.mp4"


def scan(film: Path, model: Path, *more: str) -> int:
    rule = ["--threshold", "0.2", "--shortest", "1"]
    return main(["scan", str(film), "--model", str(model), "--device", "cpu", *rule, *more])


def test_events_are_printed_listed_and_written(
    film: Path, model_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "events.jsonl"
    assert scan(film, model_folder, "--json", "-o", str(out)) == 0
    rows = json.loads(capsys.readouterr().out)
    assert rows
    assert list(rows[0])[:6] == ["video", "frames", "score", "region", "box", "answer"]
    assert rows[0]["video"] == str(film)
    assert isinstance(rows[0]["answer"], str)
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert lines == [{**row, "video": "a.mp4"} for row in rows]
    assert [e.to_dict() for e in events_file.read(out)] == rows
    assert scan(film, model_folder) == 0
    assert f"{film} {rows[0]['frames'][0]}:{rows[0]['frames'][1]}" in capsys.readouterr().out
    assert scan(film, model_folder, "--no-ask", "-o", str(out)) == 0
    assert f"{len(rows)} events in 1 videos" in capsys.readouterr().out
    assert {e.answer for e in events_file.read(out)} == {None}


def test_a_broken_video_is_named_and_the_rest_goes_on(
    film: Path, model_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "b.mp4").write_bytes(b"no video")
    assert scan(tmp_path, model_folder, "--no-ask", "--json") == 1
    said = capsys.readouterr()
    assert {row["video"] for row in json.loads(said.out)} == {str(film)}
    assert "b.mp4" in said.err


@pytest.mark.parametrize("wrong", [["--threshold", "2"], ["--shortest", "0"], ["--gap", "-1"]])
def test_a_wrong_wish_is_refused_before_a_model_is_loaded(film: Path, wrong: list[str]) -> None:
    assert main(["scan", str(film), "--model", "none", *wrong]) == 2


def test_what_cannot_be_read_or_written_is_told_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan", str(tmp_path / "no.mp4"), "--model", "none"]) == 1
    assert "does not exist" in capsys.readouterr().err
    (tmp_path / "a.mp4").write_bytes(b"")
    assert main(["scan", str(tmp_path / "a.mp4"), "-o", str(tmp_path / "no" / "e.jsonl"), "--model", "none"]) == 1
    assert "no/e.jsonl" in capsys.readouterr().err
