"""Training as a person starts it: complete checkpoints, resumed runs, and clear refusals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tvau_studio.domain.errors import Cancelled, StudioError, UsageError
from tvau_studio.media.encoder import write_video
from tvau_studio.services import training
from tvau_studio.services.training import Settings

SIZE = (112, 140)


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four short clips, one of them for validation: a bright square passes by."""
    folder = tmp_path_factory.mktemp("export")
    rows = []
    for n in range(4):
        chance = np.random.default_rng(n)
        pictures = chance.integers(90, 130, (6, *SIZE, 3), np.uint8)
        boxes = [[f, 4.0 + 8 * f, 30.0 + 10 * n, 28.0, 28.0] for f in range(6)]
        for f, x, y, w, h in boxes:
            pictures[int(f), int(y) : int(y + h), int(x) : int(x + w)] = 250
        write_video(folder / f"{n}.mp4", ((k / 10, p) for k, p in enumerate(pictures)))
        thing = {
            "track": 1,
            "event": "person running",
            "appearance": "A bright square",
            "motion": "running",
            "segments": [[0, 4, "person running", "running"], [4, 6, None, "standing"]],
            "boxes": boxes,
        }
        row = {"id": str(n), "video": f"{n}.mp4", "frames": [0, 6], "fps": 10.0, "size": list(SIZE)}
        rows.append({**row, "split": "val" if n == 3 else "train", "environment": "A wall.", "objects": [thing]})
    path = folder / "export.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in rows))
    return path


def settings(part: str, export: Path, out: Path, model: Path | None, **changes: Any) -> Settings:
    return Settings(part, export, out, model, device="cpu", **{"steps": 2, **changes})


def weights(folder: Path) -> dict[str, torch.Tensor]:
    from safetensors.torch import load_file

    return {f"{file.name}:{k}": v for file in folder.glob("*.safetensors") for k, v in load_file(file).items()}


@pytest.mark.parametrize(
    ("part", "moved"),
    [
        ("heatmap", ("ahd.safetensors",)),
        ("region", ("rae.safetensors", "visual.merger")),
        ("language", ("rae.safetensors", "model.layers", "model.norm", "visual.merger")),
    ],
)
def test_each_part_writes_a_complete_checkpoint_in_which_nothing_else_has_moved(
    part: str, moved: tuple[str, ...], export: Path, model_folder: Path, tmp_path: Path
) -> None:
    told: list[dict[str, Any]] = []
    notes: list[str] = []
    training.train(settings(part, export, tmp_path / "out", model_folder), told.append, note=notes.append)
    before, after = weights(model_folder), weights(tmp_path / "out")
    assert before.keys() == after.keys()
    changed = {k for k in before if not torch.equal(before[k], after[k])}
    assert changed
    assert [k for k in changed if not any(m in k for m in (*moved, "lm_head"))] == []
    assert (tmp_path / "out" / "training" / f"{part}.jsonl").read_text().count("\n") == 2
    assert {"features", part} == {row["stage"] for row in told}
    assert not (tmp_path / "out.training").exists()
    assert ["quiet frames" in n for n in notes] == ([True] if part == "heatmap" else [])
    from tvau_studio.tvau import checkpoints

    checkpoints.load(tmp_path / "out", "cpu")


def test_stopped_it_keeps_its_state_and_writes_nothing_and_goes_on(
    export: Path, model_folder: Path, tmp_path: Path
) -> None:
    plain = settings("heatmap", export, tmp_path / "whole", model_folder, steps=4)
    training.train(plain)
    steps: list[int] = []
    wanted = settings("heatmap", export, tmp_path / "parts", model_folder, steps=4)

    def report(row: dict[str, Any]) -> None:
        if row["stage"] == "heatmap":
            steps.append(row["step"])

    with pytest.raises(Cancelled):
        training.train(wanted, report, lambda: len(steps) >= 3)
    assert not (tmp_path / "parts").exists()
    training.train(settings("heatmap", export, tmp_path / "parts", model_folder, steps=4, resume=True), report)
    assert steps == [1, 2, 3, 4]
    a, b = weights(tmp_path / "whole"), weights(tmp_path / "parts")
    assert all(torch.equal(a[k], b[k]) for k in a)


def test_no_steps_only_calibrate(export: Path, model_folder: Path, tmp_path: Path) -> None:
    rows = [{**json.loads(line), "split": "val"} for line in export.read_text().splitlines()]
    rows = [{**r, "video": str(export.parent / r["video"]), "id": f"{k}{r['id']}"} for k in range(13) for r in rows]
    for row in rows:
        row["objects"][0] = {**row["objects"][0], "segments": [[0, 2, "person running", "running"]]}
    many = tmp_path / "many.jsonl"
    many.write_text("".join(json.dumps(r) + "\n" for r in rows))
    training.train(settings("heatmap", many, tmp_path / "out", model_folder, steps=0))
    before, after = weights(model_folder), weights(tmp_path / "out")
    assert all(torch.equal(before[k], after[k]) for k in before)
    found = json.loads((tmp_path / "out" / "tvau.json").read_text())["ahd"]
    assert found["bias"] != 0
    assert found["calibration"] != 1


def test_half_precision_halves_the_base(export: Path, model_folder: Path, tmp_path: Path) -> None:
    training.train(settings("heatmap", export, tmp_path / "out", model_folder, half=True))
    sizes = [(folder / "model.safetensors").stat().st_size for folder in (model_folder, tmp_path / "out")]
    assert sizes[1] < 0.6 * sizes[0]


def test_a_dry_run_says_time_and_writes_nothing(export: Path, model_folder: Path, tmp_path: Path) -> None:
    found = training.estimate(settings("region", export, tmp_path / "out", model_folder, steps=None))
    assert found["steps"] == round(10 * 3 / 4)
    assert found["seconds"] > 0
    assert list(tmp_path.iterdir()) == []


def test_a_plain_model_cannot_be_given_heat(export: Path, make_base_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="no anomaly heatmap decoder"):
        training.train(settings("heatmap", export, tmp_path / "out", make_base_folder))


@pytest.fixture(scope="module")
def make_base_folder(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The random network's base alone."""
    import shutil

    folder = tmp_path_factory.mktemp("plain") / "base"
    shutil.copytree(model_folder, folder)
    for name in ("tvau.json", "ahd.safetensors", "rae.safetensors"):
        (folder / name).unlink()
    return folder


def test_bad_data_is_one_sentence(export: Path, model_folder: Path, tmp_path: Path) -> None:
    rows = [json.loads(line) for line in export.read_text().splitlines()]
    only_test = tmp_path / "test.jsonl"
    lines = [{**row, "split": "test", "video": str(export.parent / row["video"])} for row in rows]
    only_test.write_text("".join(json.dumps(r) + "\n" for r in lines))
    with pytest.raises(StudioError, match="split train"):
        training.train(settings("heatmap", only_test, tmp_path / "out", model_folder))
    with pytest.raises(StudioError, match="no file"):
        training.train(settings("heatmap", tmp_path / "none.jsonl", tmp_path / "out", model_folder))
    lines[0]["objects"][0]["segments"][0][2] = "dog barking"
    lines[0]["split"] = "train"
    only_test.write_text("".join(json.dumps(r) + "\n" for r in lines))
    notes: list[str] = []
    training.train(settings("heatmap", only_test, tmp_path / "out", model_folder, steps=1), note=notes.append)
    assert any("'dog barking'" in n for n in notes)


@pytest.mark.parametrize(
    "changes",
    [{"part": "all"}, {"epochs": 0.0}, {"lr": -1.0}, {"still": 1.5}, {"dice": -1.0}, {"scenes": 3}, {"config": "huge"}],
)
def test_wrong_usage(changes: dict[str, Any], export: Path, tmp_path: Path) -> None:
    part = changes.pop("part", "base" if "config" in changes else "heatmap")
    with pytest.raises(UsageError):
        training.train(settings(part, export, tmp_path / "out", None, **changes))


@pytest.mark.slow
def test_a_network_from_nothing_resumes_and_answers(export: Path, tmp_path: Path) -> None:
    wanted = settings("base", export, tmp_path / "out", None, steps=2, keep_state=True)
    training.train(wanted)
    from tvau_studio.services.models import load_model

    model = load_model(tmp_path / "out", "cpu")
    from tvau_studio.media.video import Video

    video = Video(export.parent / "0.mp4")
    assert model.heatmap(video, 0, 6).values.shape[0] == 3
    assert {"base-crops.jsonl", "base-frames.jsonl"} <= {f.name for f in (tmp_path / "out" / "training").iterdir()}
    first = weights(tmp_path / "out")
    training.train(settings("base", export, tmp_path / "out", None, steps=2, resume=True))
    again = weights(tmp_path / "out")
    assert all(torch.equal(first[k], again[k]) for k in first)
