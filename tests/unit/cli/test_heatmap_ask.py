from __future__ import annotations

import json
from pathlib import Path

import av
import numpy as np
import pytest

from tvau_studio.cli import main
from tvau_studio.media.encoder import write_video

QUESTION = "Is there any anomaly in the video?"


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eleven pictures of moving noise, 120 x 200."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    noise = np.random.default_rng(0).integers(0, 256, (120, 240, 3), np.uint8)
    write_video(path, ((n / 25, noise[:, 3 * n : 3 * n + 200]) for n in range(11)))
    return path


def test_heatmap_writes_numbers_and_a_film(clip: Path, model_folder: Path, tmp_path: Path) -> None:
    out, film = tmp_path / "h.npz", tmp_path / "o.mp4"
    command = ["heatmap", str(clip), "--frames", "2:9", "--step", "2", "-o", str(out), "--overlay", str(film)]
    assert main([*command, "--model", str(model_folder), "--device", "cpu"]) == 0
    with np.load(out, allow_pickle=False) as z:
        assert z["frames"].tolist() == [[2, 3], [6, 7]]
        assert z["heatmap"].shape == (2, 8, 14)
        assert z["picture_size"].tolist() == [120, 200]
        assert str(z["model"]) == "random"
    with av.open(str(film)) as container:
        assert len(list(container.decode(video=0))) == 7
    assert sorted(p.name for p in tmp_path.iterdir()) == ["h.npz", "o.mp4"]


def test_ask_streams_and_tells_in_json(clip: Path, model_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["ask", str(clip), QUESTION, "--frames", "0:8", "--model", str(model_folder), "--device", "cpu"]
    assert main([*command, "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["frames"] == [0, 8]
    assert data["video"] == str(clip)
    assert data["new_tokens"] > 0
    assert main(command) == 0
    assert capsys.readouterr().out.strip() == data["answer"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["ask", "CLIP", QUESTION, "--frames", "5:5"], 2),
        (["ask", "CLIP", "  "], 2),
        (["ask", "CLIP", QUESTION, "--model", "nowhere"], 1),
        (["ask", "missing.mp4", QUESTION], 1),
        (["heatmap", "CLIP", "--frames", "0:99", "-o", "OUT/x.npz"], 2),
        (["heatmap", "CLIP", "--step", "0", "-o", "OUT/x.npz"], 2),
        (["heatmap", "CLIP", "-o", "OUT/missing/x.npz"], 1),
        (["heatmap", "CLIP", "-o", "OUT"], 1),
    ],
)
def test_refusals_are_one_line_and_write_nothing(
    words: list[str], code: int, clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([w.replace("CLIP", str(clip)).replace("OUT", str(tmp_path)) for w in words]) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.strip().splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_a_heatmap_that_is_stopped_leaves_nothing(
    clip: Path, model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tvau_studio.services import overlays

    def stopped(*args: object, **more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(overlays, "overlay", stopped)
    command = ["heatmap", str(clip), "-o", str(tmp_path / "h.npz"), "--overlay", str(tmp_path / "o.mp4")]
    assert main([*command, "--model", str(model_folder), "--device", "cpu"]) == 130
    assert not list(tmp_path.iterdir())
