"""A stand-in that sees and says exactly what the labels hold has to score 1 everywhere, one that is late must not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tvau_studio.domain.errors import Cancelled, StudioError, UsageError
from tvau_studio.domain.geometry import region_of
from tvau_studio.media.encoder import write_video
from tvau_studio.services import evaluating, evaluation_files
from tvau_studio.services.evaluating import Options, Rule
from tvau_studio.training.dialogues import window_of, window_turns

SIZE, FRAMES = (120, 200), 24
GRID = (12, 20)
"""Cells of 10 x 10 pixels; all boxes below lie on their borders."""


def thing(
    track: int, boxes: dict[int, tuple[int, int, int, int]], segments: list[list[Any]], look: str
) -> dict[str, Any]:
    ends = [boxes[f] for f in (min(boxes), max(boxes))]
    start, end = (region_of(x + w / 2, y + h / 2, SIZE) for x, y, w, h in ends)
    return {
        "track": track,
        "event": segments[0][2] if segments else None,
        "appearance": look,
        "motion": "rides",
        "segments": segments,
        "from": start,
        "to": end,
        "trajectory": f"from the {start} to the {end}",
        "boxes": [[f, *box] for f, box in sorted(boxes.items())],
    }


def clip(video: str, a: int, b: int, things: list[dict[str, Any]], anomaly: bool, **more: Any) -> dict[str, Any]:
    inside = []
    for t in things:
        boxes = {f: tuple(box) for f, *box in t["boxes"] if a <= f < b}
        segments = [[max(a, s), min(b, e), *rest] for s, e, *rest in t["segments"] if max(a, s) < min(b, e)]
        if boxes:
            inside.append(thing(t["track"], boxes, segments, t["appearance"]))
    row = {"id": f"{video}:{a}:{b}", "video": f"{video}.mp4", "frames": [a, b], "size": list(SIZE), "split": "test"}
    row |= {"anomaly": anomaly, "environment": "A yard.", "objects": inside, **more}
    turns = window_turns(row, window_of(row))
    said = [m for t in turns for m in (("user", t.question), ("assistant", t.answer))]
    row["messages"] = [{"role": r, "content": [{"type": "text", "text": text}]} for r, text in said]
    return row


RIDER = thing(
    1,
    {f: (10 + 10 * (f // 4) * 2, 50, 20, 30) for f in range(4, FRAMES)},
    [[4, 20, "person riding bicycle", "rides"], [20, FRAMES, None, "stands"]],
    "A man in a red coat and black trousers",
)
WALKER = thing(
    2, dict.fromkeys(range(FRAMES), (150, 10, 10, 30)), [[0, FRAMES, None, "walks"]], "A woman in a blue coat"
)
BAG = thing(1, dict.fromkeys(range(FRAMES), (90, 90, 20, 20)), [[0, FRAMES, "abandoned object", "lies"]], "A brown bag")


def rows() -> list[dict[str, Any]]:
    return [
        clip("yard", 0, 16, [RIDER, WALKER], True),
        clip("yard", 8, 24, [RIDER, WALKER], True),
        clip("quiet", 0, 24, [WALKER], False),
        clip("hall", 0, 24, [BAG, WALKER], True),
    ]


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("films")
    for name in ("yard", "quiet", "hall"):
        picture = np.full((*SIZE, 3), 90, np.uint8)
        write_video(folder / f"{name}.mp4", ((n / 24, picture) for n in range(FRAMES)))
    return folder


@pytest.fixture
def export(films: Path) -> Callable[..., Path]:
    def write(lines: Sequence[dict[str, Any]], name: str = "export.jsonl") -> Path:
        path = films / name
        path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
        return path

    return write


@dataclass
class Oracle:
    """In place of a model: its maps are the boxes of RIDER and BAG in their events, its answers those of the rows.

    late: frames by which it sees too late. asked: (question, a, b, history). maps: pairs that were computed.
    """

    lines: list[dict[str, Any]]
    late: int = 0
    answer: Callable[[str], str] = str
    name: str = "oracle"
    id: str = "0" * 16
    has_heat: bool = True
    max_frames: int = 24
    asked: list[tuple[str, int, int, tuple[Any, ...]]] = field(default_factory=list)
    maps: list[tuple[str, int]] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    @property
    def host(self) -> Oracle:
        return self

    def leave_out(self, part: str) -> None:
        self.parts.append(part)
        self.has_heat = self.has_heat and part != "ahd"

    def heat(self, video: Any, pairs: Sequence[int], cancel: Any = None) -> np.ndarray:
        out = np.full((len(pairs), *GRID), 0.01, np.float32)
        who = {"yard": RIDER, "hall": BAG}.get(video.path.stem)
        for i, pair in enumerate(pairs):
            self.maps.append((video.path.stem, pair))
            for f, x, y, w, h in who["boxes"] if who else ():
                seen = f - self.late
                event = any(e and a <= f < b for a, b, e, _ in who["segments"])
                if seen // 2 == pair and event:
                    out[i, y // 10 : (y + h) // 10, x // 10 : (x + w) // 10] = 0.9
        return out

    def stream(self, video: Any, question: str, a: int, b: int, history: Any = (), cancel: Any = None) -> Iterator[Any]:
        self.asked.append((question, a, b, tuple(history)))
        row = next(r for r in self.lines if r["video"] == video.path.name and r["frames"] == [a, b])
        texts = [m["content"][0]["text"] for m in row["messages"]]
        text = self.answer(texts[texts.index(question) + 1])
        yield type("Partial", (), {"text": text[:3]})
        yield type("Partial", (), {"text": f" {text}\n"})


def measured(path: Path, oracle: Oracle, **options: Any) -> evaluating.Report:
    return evaluating.run(evaluating.plan(path, Options(**options)), oracle)  # type: ignore[arg-type]


def values(report: evaluating.Report) -> dict[str, float | None]:
    return {f.key: f.value for f in report.all}


def test_who_sees_and_says_what_is_true_scores_everything(export: Callable[..., Path]) -> None:
    lines = rows()
    report = measured(export(lines), Oracle(lines), samples=20)
    got = values(report)
    perfect = [
        "frame_auc_micro", "frame_auc_macro", "frame_auc_macro_padded", "iou", "rbdc", "tbdc", "pointing", "rank",
        "fires", "yes_no", "yes_no_balanced", "from", "to", "from_clear", "to_clear", "colours",
    ]  # fmt: skip
    assert {key: got[key] for key in perfect} == dict.fromkeys(perfect, 1.0)
    assert (got["fires_normal"], got["alarm"], got["unparsed"]) == (0, 0, 0)
    assert got["bleu4_appearance"] == pytest.approx(100)
    assert got["bleu4_trajectory"] == pytest.approx(100)
    # The map is enlarged bilinearly, so that it is a little soft at the borders of the boxes.
    assert got["pixel_auroc"] > 0.999
    assert got["pixel_ap"] > 0.97
    assert got["aupro"] > 0.99
    n = {f.key: f.n for f in report.all}
    assert n["frame_auc_micro"] == 3 * FRAMES
    assert n["rbdc"] == 16 + 24
    assert n["tbdc"] == 2
    assert n["rank"] == 16 + 24
    assert n["yes_no"] == 4
    assert n["from"] == 3
    assert {f.key: f.interval for f in report.all}["yes_no"] == (1.0, 1.0)
    assert json.loads(json.dumps(report.to_dict(), allow_nan=False))["all"]["iou"]["value"] == 1.0
    assert set(report.videos) == {"yard", "quiet", "hall"}


def test_who_sees_two_frames_too_late_does_not(export: Callable[..., Path]) -> None:
    lines = rows()
    got = values(measured(export(lines), Oracle(lines, late=2), ask=False, samples=0))
    for key in ("frame_auc_micro", "iou", "rbdc", "pointing"):
        assert got[key] < 1
    assert "yes_no" not in got


def test_each_pair_is_computed_once_and_each_clip_asked(export: Callable[..., Path]) -> None:
    lines = rows()
    oracle = Oracle(lines)
    told: list[tuple[int, int]] = []
    plan = evaluating.plan(export(lines), Options(samples=0))
    evaluating.run(plan, oracle, lambda done, total: told.append((done, total)))  # type: ignore[arg-type]
    assert sorted(oracle.maps) == sorted({*oracle.maps})
    assert len(oracle.maps) == 36
    assert [(a, b) for q, a, b, _ in oracle.asked if q.startswith("Is there")] == [(0, 16), (8, 24), (0, 24), (0, 24)]
    assert len(oracle.asked) == 3 + 3 + 1 + 3
    assert told[-1] == (46, 46)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_wrong_answers_are_wrong_and_what_says_neither_is_told_apart(export: Callable[..., Path]) -> None:
    lines = rows()
    got = values(measured(export(lines), Oracle(lines, answer=lambda text: "Perhaps."), samples=0))
    assert (got["yes_no"], got["unparsed"], got["from"], got["to"], got["colours"]) == (0, 1, 0, 0, 0)
    got = values(measured(export(lines), Oracle(lines, answer=lambda text: "No."), samples=0))
    assert (got["yes_no"], got["yes_no_balanced"], got["unparsed"]) == (0.25, 0.5, 0)
    common = {f.key: f.baseline for f in measured(export(lines), Oracle(lines), samples=0).all}
    assert common["yes_no"] == 0.75
    assert common["to"] == pytest.approx(2 / 3)  # middle, middle, bottom


def test_drafts_masks_and_anomalies_without_a_place(export: Callable[..., Path], films: Path) -> None:
    lines = rows()
    draft = thing(9, dict.fromkeys(range(16), (0, 0, 20, 20)), [[0, 16, "anomaly", "x"]], "Something")
    lines[0]["objects"].append({**draft, "draft": "tvau-tiny"})
    nowhere = clip("quiet", 0, 24, [WALKER], True)
    masks = np.zeros((FRAMES, *SIZE), np.uint8)
    masks[:, 90:110, 90:110] = 1
    np.save(films / "hall.npy", masks)
    lines[2], lines[3] = nowhere, {**lines[3], "masks": "hall.npy"}
    report = measured(export(lines), Oracle(lines), samples=0)
    assert report.protocol["left_out"] == {"drafts": 1, "clips whose anomaly has no box or mask (heat)": 1}
    got = values(report)
    assert (got["iou"], got["fires_normal"], got["yes_no_balanced"]) == (1.0, 0.0, None)
    assert {f.key: f.n for f in report.all}["frame_auc_micro"] == 2 * FRAMES
    np.save(films / "hall.npy", masks[:5])
    with pytest.raises(StudioError, match="5 x 120 x 200"):
        measured(export(lines), Oracle(lines), ask=False)


def test_shots_show_a_clip_of_the_training_split(export: Callable[..., Path]) -> None:
    lines = rows()
    lines[3]["split"] = "train"
    oracle = Oracle(lines)
    report = measured(export(lines), oracle, shots=1, samples=0)
    assert report.protocol["clips"] == 3
    want = [m["content"][0]["text"] for m in lines[3]["messages"]]
    question, _, _, history = oracle.asked[0]
    assert history == ((question, want[want.index(question) + 1]),)
    assert "brown bag" in history[0][1]
    with pytest.raises(UsageError, match="shots"):
        evaluating.plan(export(rows()), Options(shots=1))


def test_ablations_leave_out_the_part(export: Callable[..., Path]) -> None:
    lines = rows()
    oracle = Oracle(lines)
    report = measured(export(lines), oracle, ablate="ahd", samples=0)
    assert oracle.parts == ["ahd"]
    assert not oracle.maps
    assert "iou" not in values(report)
    assert report.protocol["ablation"].startswith("no AHD")
    with pytest.raises(UsageError, match="nothing is left to measure"):
        measured(export(lines), Oracle(lines), ablate="ahd", ask=False)


def test_choosing_clips(export: Callable[..., Path]) -> None:
    lines = rows()
    lines[0]["split"] = lines[1]["split"] = "val"
    path = export(lines)

    def chosen(**options: Any) -> list[str]:
        return [e.row["id"] for e in evaluating.plan(path, Options(**options)).clips]

    assert chosen() == ["quiet:0:24", "hall:0:24"]
    assert len(chosen(split="all")) == 4
    assert chosen(split="all", limit=2) == ["yard:0:16", "hall:0:24"]
    assert chosen(split="val", limit=1) == ["yard:0:16"]
    with pytest.raises(StudioError, match="no clip of the split train"):
        chosen(split="train")
    with pytest.raises(UsageError, match="limit"):
        chosen(limit=0)
    for line in lines:
        line["split"] = None
    path = export(lines)
    assert len(chosen()) == 4


def test_questions_in_the_other_language_follow_from_the_labels(export: Callable[..., Path]) -> None:
    asked = evaluating.plan(export(rows()), Options(language="zh")).videos
    first = next(iter(asked.values()))[0][1]
    assert [q.kind for q in first] == ["ask_anomaly", "ask_trajectory"]  # nobody wrote an appearance in Chinese
    assert first[0].text == "视频中是否有异常？"
    assert first[0].reference.startswith("有")


def test_clips_longer_than_the_model_takes_are_told_and_not_asked(export: Callable[..., Path]) -> None:
    lines = rows()
    report = measured(export(lines), Oracle(lines, max_frames=16), samples=0)
    assert report.protocol["left_out"] == {"clips longer than the model answers about (answers)": 2}
    assert {f.key: f.n for f in report.all}["yes_no"] == 2
    assert values(report)["iou"] == 1


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"frames": [8, 25]}, "has only 24"),
        ({"size": [240, 400]}, "labelled on pictures of 240x400 pixels"),
    ],
)
def test_labels_of_another_video_are_refused(change: dict[str, Any], why: str, export: Callable[..., Path]) -> None:
    lines = rows()
    lines[1] |= change
    with pytest.raises(StudioError, match=why):
        measured(export(lines), Oracle(lines))


def test_cancel_stops(export: Callable[..., Path]) -> None:
    lines = rows()
    oracle = Oracle(lines)
    with pytest.raises(Cancelled):
        evaluating.run(evaluating.plan(export(lines), Options()), oracle, cancel=lambda: True)  # type: ignore[arg-type]
    assert len(oracle.maps) == 8


def test_the_rule_of_scores_and_boxes(export: Callable[..., Path]) -> None:
    lines = rows()
    whole = measured(export(lines), Oracle(lines), ask=False, samples=0)
    strict = measured(export(lines), Oracle(lines), ask=False, samples=0, rule=Rule(top=4, smooth=2.0, threshold=0.95))
    assert values(strict)["rbdc"] == 0
    assert strict.protocol["frame_score"] == "mean of the map's 4 hottest cells"
    assert "sigma 2" in strict.protocol["smoothing"]
    assert "0.95" in strict.protocol["rbdc_tbdc"]
    assert values(strict)["frame_auc_micro"] <= values(whole)["frame_auc_micro"]


def test_curves_and_report_on_disk(export: Callable[..., Path], tmp_path: Path) -> None:
    lines = rows()
    report = measured(export(lines), Oracle(lines), samples=0)
    written = evaluation_files.write(report, tmp_path / "out")
    names = ["frame_roc.png", "pixel_roc.png", "pixel_pr.png", "pro.png", "regions.png", "report.json"]
    assert [p.name for p in written] == names
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == sorted(names)
    assert json.loads(written[-1].read_text(encoding="utf-8")) == json.loads(json.dumps(report.to_dict()))
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(StudioError, match="cannot be written"):
        evaluation_files.check_folder(tmp_path / "file")
