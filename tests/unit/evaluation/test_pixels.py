from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage
from sklearn.metrics import average_precision_score, roc_auc_score

from tvau_studio.evaluation import pixels
from tvau_studio.evaluation.pixels import (
    Overlap,
    PixelStack,
    aupro,
    auroc,
    average_precision,
    bin_of,
    combined,
    exact_counts,
    histogram,
    overlap,
    pro_curve,
)

FEW = settings(max_examples=40)

# Few distinct scores, all in bins of their own, so that ties are common and binning loses nothing.
scores = st.sampled_from([0.0, 0.01, 0.2, 0.5, 0.7, 0.93, 1.0])
maps = st.integers(1, 3).flatmap(
    lambda t: st.tuples(hnp.arrays(np.float64, (t, 5, 6), elements=scores), hnp.arrays(np.bool_, (t, 5, 6)))
)


def blobs(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Three frames with a few components; heat that follows them, blurred and noisy."""
    chance = np.random.default_rng(seed)
    truth = np.zeros((3, 40, 60), bool)
    truth[0, 5:15, 10:20] = truth[0, 25:30, 40:55] = truth[1, 0:8, 0:4] = True
    heat = np.stack([ndimage.gaussian_filter(t.astype(float), 3) for t in truth]) + chance.normal(0, 0.1, truth.shape)
    return 1 / (1 + np.exp(-8 * (heat - 0.4))), truth


@FEW
@given(maps)
def test_exact_figures_are_those_of_sklearn(drawn: tuple[np.ndarray, np.ndarray]) -> None:
    values, truth = drawn
    counts = exact_counts(values, truth)
    assert counts.pixels == truth.size
    if truth.all() or not truth.any():
        assert auroc(counts) is None
        assert average_precision(counts) is None
        return
    assert auroc(counts) == pytest.approx(roc_auc_score(truth.ravel(), values.ravel()))
    assert average_precision(counts) == pytest.approx(average_precision_score(truth.ravel(), values.ravel()))


@FEW
@given(maps)
def test_binning_loses_nothing_where_scores_lie_in_bins_of_their_own(drawn: tuple[np.ndarray, np.ndarray]) -> None:
    values, truth = drawn
    binned, exact = combined([histogram(v, t) for v, t in zip(values, truth, strict=True)]), exact_counts(values, truth)
    for figure in (auroc, average_precision, aupro):
        want = figure(exact)
        assert figure(binned) == (None if want is None else pytest.approx(want, abs=1e-12))


def test_binning_loses_next_to_nothing_on_smooth_scores() -> None:
    values, truth = blobs()
    binned, exact = combined([histogram(v, t) for v, t in zip(values, truth, strict=True)]), exact_counts(values, truth)
    assert auroc(binned) == pytest.approx(auroc(exact), abs=1e-4)
    assert average_precision(binned) == pytest.approx(average_precision(exact), abs=1e-3)
    assert aupro(binned) == pytest.approx(aupro(exact), abs=1e-3)


def slow_aupro(values: np.ndarray, truth: np.ndarray, limit: float) -> float:
    """Threshold by threshold, component by component."""
    regions = [
        (t, labels == k)
        for t, m in enumerate(truth)
        for labels, n in [ndimage.label(m, np.ones((3, 3)))]
        for k in range(1, n + 1)
    ]
    points = [(0.0, 0.0)]
    for level in sorted(set(values.ravel()), reverse=True):
        hot = values >= level
        fpr = hot[~truth].mean()
        points.append((float(fpr), float(np.mean([hot[t][where].mean() for t, where in regions]))))
    area = 0.0
    for (x0, y0), (x1, y1) in pairwise(points):
        if x0 >= limit:
            break
        if x1 > limit:
            x1, y1 = limit, y0 + (limit - x0) / (x1 - x0) * (y1 - y0)
        area += (x1 - x0) * (y0 + y1) / 2
    return area / limit


@FEW
@given(maps, st.sampled_from([0.05, 0.3, 1.0]))
def test_aupro_against_one_that_goes_component_by_component(drawn: tuple[np.ndarray, np.ndarray], limit: float) -> None:
    values, truth = drawn
    counts = exact_counts(values, truth)
    if truth.all() or not truth.any():
        assert aupro(counts, limit) is None
    else:
        assert aupro(counts, limit) == pytest.approx(slow_aupro(values, truth, limit), abs=1e-9)


def test_every_component_weighs_the_same_in_pro() -> None:
    truth = np.zeros((1, 10, 10), bool)
    truth[0, 0, 0] = truth[0, 4:10, 4:10] = True
    values = np.where(truth, 0.2, 0.5)
    values[0, 0, 0] = 0.9
    fpr, pro = pro_curve(exact_counts(values, truth))
    assert fpr.tolist() == [0, 0, 1, 1]
    assert pro.tolist() == [0, 0.5, 0.5, 1]
    assert aupro(exact_counts(values, truth)) == pytest.approx(0.5)


@FEW
@given(maps, st.lists(st.integers(0, 3), min_size=3, max_size=3))
def test_a_part_counted_twice_is_two_parts(drawn: tuple[np.ndarray, np.ndarray], times: list[int]) -> None:
    parts = [histogram(v, t) for v, t in zip(*drawn, strict=True)]
    times = times[: len(parts)]
    a = PixelStack(parts).drawn(np.array(times))
    b = combined([p for p, n in zip(parts, times, strict=True) for _ in range(n)])
    for name in ("normal", "anomalous", "regions"):
        np.testing.assert_allclose(getattr(a, name), getattr(b, name))
    assert a.components == b.components


@FEW
@given(st.lists(st.floats(0, 1), min_size=2, max_size=30))
def test_bins_keep_the_order(values: list[float]) -> None:
    index = bin_of(np.sort(np.array(values)))
    assert (np.diff(index) >= 0).all()
    assert index[0] >= 0
    assert index[-1] < pixels.BINS


def test_iou_is_summed_over_the_set() -> None:
    maps = np.array([[[0.9, 0.9, 0.1]], [[0.6, 0.5, 0.1]]])
    truth = np.array([[[True, False, False]], [[True, True, False]]])
    each = [overlap(m, t) for m, t in zip(maps, truth, strict=True)]
    assert [(o.inter, o.union) for o in each] == [(1, 2), (1, 2)]
    assert sum(each, Overlap()).iou == 0.5
    assert overlap(maps, truth) == sum(each, Overlap())
    assert Overlap().iou is None
