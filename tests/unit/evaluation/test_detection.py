from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tvau_studio.evaluation import rbdc_tbdc
from tvau_studio.evaluation.detection import detection_curve, match

FEW = settings(max_examples=40)

A_TRUTH = {"v": [[0, f, 10, 10, 29, 29] for f in range(4)]}
A_FOUND = {
    "v": [
        (0, 10, 10, 29, 29, 0.9),
        (1, 50, 50, 60, 60, 0.8),
        (1, 10, 10, 29, 29, 0.7),
        (2, 12, 12, 31, 31, 0.6),
        (5, 0, 0, 9, 9, 0.5),
        (6, 0, 0, 9, 9, 0.4),
    ]
}
B_TRUTH = {
    "a": [[0, f, 0, 0, 19, 19] for f in range(5)] + [[1, f, 10, 0, 29, 19] for f in range(2, 6)],
    "b": [[0, f, 40, 40, 49, 49] for f in (3, 4)],
}
B_FOUND = {
    "a": [
        (2, 5, 0, 24, 19, 0.95),
        (3, 0, 0, 19, 19, 0.9),
        (0, 100, 100, 110, 110, 0.85),
        (0, 0, 0, 9, 9, 0.8),
        (4, 100, 0, 110, 9, 0.7),
        (5, 10, 0, 29, 19, 0.6),
    ],
    "b": [
        (0, 0, 0, 5, 5, 0.99),
        (3, 45, 45, 60, 60, 0.5),
        (3, 41, 41, 48, 48, 0.3),
        (1, 0, 0, 5, 5, 0.2),
        (2, 0, 0, 5, 5, 0.1),
    ],
}


def test_the_figures_of_the_reference_to_the_last_digit() -> None:
    assert rbdc_tbdc(A_TRUTH, A_FOUND, frames=10) == (0.7, 1.0)
    assert rbdc_tbdc(B_TRUTH, B_FOUND, frames=4) == (0.34090909090909094, 0.5)


@pytest.mark.parametrize("kind", [np.array, lambda rows: [tuple(map(str, r)) for r in rows], lambda rows: rows[::-1]])
def test_rows_are_any_sequences_in_any_order_of_the_truth(kind: object) -> None:
    truth = {v: kind(rows) for v, rows in B_TRUTH.items()}  # type: ignore[operator]
    assert rbdc_tbdc(truth, {v: np.array(r) for v, r in B_FOUND.items()}, frames=4) == (0.34090909090909094, 0.5)


@pytest.mark.parametrize(
    ("truth", "found", "want"),
    [
        ({}, {}, (0.0, 0.0)),
        ({"v": []}, {"v": []}, (0.0, 0.0)),
        ({"v": [[0, 3, 0, 0, 9, 9]]}, {}, (0.0, 0.0)),
        ({}, {"v": [[3, 0, 0, 9, 9, 0.5]]}, (0.0, 0.0)),
        ({"v": [[0, 3, 0, 0, 9, 9]]}, {"v": [[3, 0, 0, 9, 9, 0.5]]}, (1.0, 1.0)),
        ({"v": np.array([[0, 3, 0, 0, 9, 9]])}, {"v": np.zeros((0, 6))}, (0.0, 0.0)),
        ({"v": [[7, 3, 0, 0, 9, 9]]}, {"w": [[3, 0, 0, 9, 9, 0.5]]}, (0.0, 0.0)),
    ],
)
def test_nothing_and_single_rows(truth: object, found: object, want: tuple[float, float]) -> None:
    assert rbdc_tbdc(truth, found, frames=2) == want  # type: ignore[arg-type]


def test_one_pixel_boxes_have_an_area() -> None:
    assert rbdc_tbdc({"v": [[0, 0, 5, 5, 5, 5]]}, {"v": [[0, 5, 5, 5, 5, 1]]}, frames=1) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("truth", "found", "frames", "why"),
    [
        ({"v": [[0, 1, 2, 3, 4]]}, {}, 3, "six numbers"),
        ({}, {"v": [[0, 1, 2, 3, 4, 0.5], [1, 2]]}, 3, "six numbers"),
        ({}, {"v": [[0, 1, 2, 3, 4, float("nan")]]}, 3, "finite"),
        ({}, {}, 0, "above 0"),
    ],
)
def test_what_is_refused(truth: object, found: object, frames: int, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        rbdc_tbdc(truth, found, frames)  # type: ignore[arg-type]


def iou(a: tuple[int, ...], b: tuple[int, ...]) -> float:
    w, h = min(a[2], b[2]) - max(a[0], b[0]) + 1, min(a[3], b[3]) - max(a[1], b[1]) + 1
    inter = max(0, w) * max(0, h)
    size = [(c[2] - c[0] + 1) * (c[3] - c[1] + 1) for c in (a, b)]
    return inter / (size[0] + size[1] - inter)


def step_by_step(truth: dict, found: dict, frames: int) -> tuple[float, float]:
    """The description of the metric, read aloud."""
    rows = [(v, r) for v, part in found.items() for r in part]
    rows.sort(key=lambda vr: -vr[1][5])
    seen: set[tuple[str, int]] = set()
    hits: dict[tuple[str, int], int] = defaultdict(int)
    lengths: dict[tuple[str, int], int] = defaultdict(int)
    for v, part in truth.items():
        for r in part:
            lengths[v, r[0]] += 1
    regions = sum(lengths.values())
    tp = fp = 0
    points = [(0.0, 0.0, 0.0)]
    for v, d in rows:
        matches = [
            (v, i) for i, g in enumerate(truth.get(v, ())) if g[1] == d[0] and iou(tuple(g[2:]), tuple(d[1:5])) >= 0.1
        ]
        if not matches:
            fp += 1
        for key in matches:
            if key not in seen:
                seen.add(key)
                tp += 1
                hits[v, truth[v][key[1]][0]] += 1
        tracks = sum(hits[t] / n >= 0.1 for t, n in lengths.items())
        points.append((fp / frames, tp / max(1, regions), tracks / max(1, len(lengths))))
    kept = [p for p in points if p[0] <= 1]
    if kept[-1][0] != 1:
        kept.append((1.0, *kept[-1][1:]))
    areas = [sum((q[0] - p[0]) * (p[k] + q[k]) / 2 for p, q in pairwise(kept)) for k in (1, 2)]
    return areas[0], areas[1]


corner = st.integers(0, 12)
extent = st.integers(0, 8)
frame = st.integers(0, 3)
box = st.tuples(corner, corner, extent, extent).map(lambda b: (b[0], b[1], b[0] + b[2], b[1] + b[3]))
truths = st.dictionaries(
    st.sampled_from("abc"),
    st.lists(st.tuples(st.integers(0, 2), frame, box).map(lambda r: [r[0], r[1], *r[2]]), max_size=14),
)
# Few distinct scores, so that ties are common.
founds = st.dictionaries(
    st.sampled_from("abc"),
    st.lists(st.tuples(frame, box, st.sampled_from([0.2, 0.5, 0.9])).map(lambda r: [r[0], *r[1], r[2]]), max_size=10),
)


@FEW
@given(truths, founds, st.integers(1, 12))
def test_against_the_description_step_by_step(truth: dict, found: dict, frames: int) -> None:
    assert rbdc_tbdc(truth, found, frames) == pytest.approx(step_by_step(truth, found, frames), abs=1e-12)


@FEW
@given(truths, founds, st.integers(1, 12))
def test_only_the_order_of_scores_counts(truth: dict, found: dict, frames: int) -> None:
    squeezed = {v: [[*r[:5], r[5] ** 3 - 7] for r in rows] for v, rows in found.items()}
    assert rbdc_tbdc(truth, squeezed, frames) == rbdc_tbdc(truth, found, frames)


@FEW
@given(truths, founds, st.integers(1, 12))
def test_curves_rise_from_nothing_to_one_false_alarm_per_frame(truth: dict, found: dict, frames: int) -> None:
    videos = [*found, *(v for v in truth if v not in found)]
    curve = detection_curve([match(truth.get(v, []), found.get(v, [])) for v in videos], frames)
    assert (curve.fpr[0], curve.fpr[-1]) == (0, 1)
    for rate in (curve.fpr, curve.regions, curve.tracks):
        assert (np.diff(rate) >= 0).all()
        assert rate[-1] <= 1
    assert (curve.rbdc, curve.tbdc) == rbdc_tbdc(truth, found, frames)


def test_the_parts_of_a_large_set_fit_in_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    from tvau_studio.evaluation import detection

    chance = np.random.default_rng(3)
    corners = chance.integers(0, 60, (400, 2))
    found = np.c_[chance.integers(0, 6, 400), corners, corners + 30, chance.random(400)]
    truth = np.c_[chance.integers(0, 9, 60), chance.integers(0, 6, 60), corners[:60] + 3, corners[:60] + 30]
    whole = rbdc_tbdc({"v": truth}, {"v": found}, 60)
    assert whole[0] > 0
    monkeypatch.setattr(detection, "_PAIRS_AT_ONCE", 7)
    assert rbdc_tbdc({"v": truth}, {"v": found}, 60) == whole


def test_the_benchmarks_own_rows(shared_data: Path) -> None:
    """Its toy set: five regions in each of two videos, all found; one box more touches a region already found."""
    folder = shared_data / "formats" / "rbdc_tracks"
    truth = {p.stem: np.loadtxt(p, delimiter=",", ndmin=2) for p in sorted((folder / "toy_tracks").iterdir())}
    found = {p.stem: np.loadtxt(p, delimiter=",", ndmin=2) for p in sorted((folder / "toy_anomalies").iterdir())}
    assert rbdc_tbdc(truth, found, frames=10) == (1.0, 1.0)
    assert rbdc_tbdc(truth, {v: rows[:3] for v, rows in found.items()}, frames=10) == (0.6, 1.0)


def test_importing_the_metric_loads_nothing_heavy() -> None:
    heavy = ["torch", "sklearn", "scipy", "sacrebleu"]
    code = f"import sys, tvau_studio.evaluation; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
