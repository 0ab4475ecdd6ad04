"""A model's yes and no are calibrated on labelled clips, beside its weights."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from tvau_studio.cli import main
from tvau_studio.domain import actions
from tvau_studio.domain.errors import StudioError
from tvau_studio.services.calibrating import calibrate
from tvau_studio.services.models import load_model, model_id
from tvau_studio.services.projects import Project


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """Four clips of a small video, two of them anomalous."""
    from tvau_studio.media.encoder import write_video

    rng = np.random.default_rng(0)
    film = tmp_path / "film.mp4"
    write_video(film, ((n / 25, rng.integers(0, 255, (64, 96, 3)).astype(np.uint8)) for n in range(16)))
    out = tmp_path / "clips.jsonl"
    with Project.create(tmp_path / "p.tvau", person="ann") as project:
        project.add_videos([film], "4/4")
        for n, clip in enumerate(project.clips):
            project.commit(actions.set_clip(project.document(), clip.key, anomaly=n % 2 == 0, state="accepted"))
        project.export("jsonl", out)
    return out


@pytest.fixture
def own(model_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(model_folder, tmp_path / "mine"))


def test_a_calibration_is_kept_and_used(own: Path, export: Path, tmp_path: Path) -> None:
    from tvau_studio.media.video import Video

    before = model_id(own)
    seen: list[tuple[int, int]] = []
    fitted = calibrate(own, export, "cpu", progress=lambda done, total: seen.append((done, total)))
    assert fitted.found.clips == 4
    assert seen[-1] == (4, 4)
    assert model_id(own) == before  # the heat stays what it is
    model = load_model(own, "cpu")
    assert model.host.calibrated_on == 4
    with Video(tmp_path / "film.mp4") as video:
        raw = model.host.p_yes(video, "Why?", 0, 4, raw=True)
        assert model.p_yes(video, "Why?", 0, 4) == pytest.approx(fitted.found(raw))
    # What was fitted to other weights counts for nothing; nor does nonsense.
    facts = json.loads(fitted.path.read_text(encoding="utf-8"))
    for text in (json.dumps({**facts, "model": "0" * 16}), json.dumps({**facts, "scale": -1}), "{", "[]"):
        fitted.path.write_text(text, encoding="utf-8")
        assert load_model(own, "cpu").host.calibrated_on == 0


def test_the_verb(own: Path, export: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["model", "calibrate", str(own), "--data", str(export), "--limit", "1", "--json"]) == 1
    assert "all of one kind" in capsys.readouterr().err
    assert main(["model", "calibrate", str(own), "--data", str(export), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["clips"] == 4
    assert main(["model", "calibrate", str(own)]) == 2


def test_what_is_no_folder_is_refused(export: Path) -> None:
    with pytest.raises(StudioError, match="no folder"):
        calibrate("Qwen/Qwen2.5-VL-3B-Instruct", export)
