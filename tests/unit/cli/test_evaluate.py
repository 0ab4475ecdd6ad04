from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tvau_studio.cli import main
from tvau_studio.media.encoder import write_video

SIZE = (120, 200)


def line(name: str, split: str, event: str | None) -> dict[str, object]:
    boxes = [[f, 20 + 5 * f, 30, 40, 60] for f in range(8)]
    thing = {"track": 1, "appearance": "a red cart", "segments": [[0, 8, event, "rolls"]], "boxes": boxes}
    row = {"id": f"{name}:0:8", "video": f"{name}.mp4", "frames": [0, 8], "size": list(SIZE), "split": split}
    return {**row, "anomaly": event is not None, "environment": "A yard.", "objects": [thing]}


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two films of moving noise, one with an anomaly, and a third to train on; labels without a dialogue."""
    folder = tmp_path_factory.mktemp("set")
    noise = np.random.default_rng(0).integers(0, 256, (120, 240, 3), np.uint8)
    lines = [line("a", "test", "vehicle on walkway"), line("b", "test", None), line("c", "train", "anomaly")]
    for row in lines:
        write_video(folder / str(row["video"]), ((n / 25, noise[:, 3 * n : 3 * n + 200]) for n in range(8)))
    path = folder / "export.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in lines), encoding="utf-8")
    return path


def test_figures_in_json_and_on_disk(
    export: Path, model_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["evaluate", "--data", str(export), "--model", str(model_folder), "--device", "cpu", "--bootstrap", "20"]
    assert main([*command, "--json", "--shots", "1", "--out", str(tmp_path / "out")]) == 0
    data = json.loads(capsys.readouterr().out)
    assert list(data) == ["protocol", "all", "videos"]
    assert data["protocol"]["split"] == "test"
    assert data["protocol"]["bleu4"][0].startswith("nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:")
    assert set(data["videos"]) == {"a", "b"}
    assert data["all"]["frame_auc_micro"]["n"] == 16
    assert data["all"]["yes_no"]["n"] == 2
    for figure in data["all"].values():
        assert figure["value"] is None or 0 <= figure["value"] <= 100
    assert data["videos"]["a"]["frame_auc_micro"]["value"] is None  # anomalous from end to end
    assert json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8")) == data
    assert (tmp_path / "out" / "frame_roc.png").is_file()

    assert main([*command, "--no-ask", "--ablate", "rae"]) == 0
    text = capsys.readouterr().out
    assert "frame AUC, micro" in text
    assert "no RAE" in text
    assert "Yes/No" not in text
    heat = f"{data['all']['pixel_auroc']['value']:.3f}"
    (row,) = [r for r in text.splitlines() if r.startswith("pixel AUROC")]
    assert row.split()[2] == heat  # the RAE has no part in the heat


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (["--data", "EXPORT", "--split", "val"], 1, "no clip of the split val"),
        (["--data", "nowhere.jsonl"], 1, "nowhere.jsonl"),
        (["--data", "LOST"], 1, "gone.mp4"),
        (["--data", "BROKEN"], 1, "line 2"),
        (["--data", "EXPORT", "--limit", "0"], 2, "--limit"),
        (["--data", "EXPORT", "--top", "0"], 2, "--top"),
        (["--data", "EXPORT", "--threshold", "1.5"], 2, "--threshold"),
        (["--data", "EXPORT", "--model", "no-such-model"], 1, "no-such-model"),
        (["--data", "EXPORT", "--out", "EXPORT"], 1, "cannot be written"),
    ],
)
def test_refusals_are_one_line(
    words: list[str], code: int, why: str, export: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = export.read_text(encoding="utf-8")
    lost, broken = export.with_name("lost.jsonl"), export.with_name("broken.jsonl")
    lost.write_text(text.replace("b.mp4", "gone.mp4"), encoding="utf-8")
    broken.write_text(text.splitlines()[0] + "\n{", encoding="utf-8")
    places = {"EXPORT": str(export), "LOST": str(lost), "BROKEN": str(broken)}
    assert main(["evaluate", *(places.get(word, word) for word in words)]) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert why in captured.err
    assert len(captured.err.strip().splitlines()) == 1


def test_the_set_is_checked_before_anything_heavy_is_loaded(export: Path) -> None:
    code = (
        "import sys; from tvau_studio.cli import main; rc = main(sys.argv[1:]); "
        "sys.exit(0 if rc == 1 and 'torch' not in sys.modules else 9)"
    )
    command = ["evaluate", "--data", str(export), "--split", "val"]
    subprocess.run([sys.executable, "-c", code, *command], check=True, capture_output=True, timeout=60)
