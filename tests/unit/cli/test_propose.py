from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tvau_studio.cli import main
from tvau_studio.media.encoder import write_video
from tvau_studio.services.projects import Project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    film = tmp_path / "a.mp4"
    write_video(film, ((n / 25, np.full((60, 120, 3), 9 * n, np.uint8)) for n in range(6)))
    with Project.create(tmp_path / "p.tvau") as made:
        made.add_videos([film])
    return tmp_path / "p.tvau"


def test_drafts_are_entered_and_counted(project: Path, model_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["propose", str(project), "--model", str(model_folder), "--device", "cpu", "--threshold", "0.2"]
    assert main([*words, "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    with Project.open(project) as made:
        assert len(made.objects) == facts["objects"]
        assert {c.state for c in made.clips} == {"to review"}
    assert (facts["clips"], facts["missing"]) == (1, [])
    assert main(words) == 0
    assert f"p.tvau: {facts['objects']} drafts in 1 clips" in capsys.readouterr().out


def test_a_wrong_wish_is_refused_before_a_model_is_loaded(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["propose", str(project), "--threshold", "2", "--model", "none"]) == 2
    assert main(["propose", str(project), "--clips", "x", "--model", "none"]) == 2
    assert "no clip 'x'" in capsys.readouterr().err
