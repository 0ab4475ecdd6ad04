from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from tvau_studio.evaluation.frames import (
    frame_scores,
    macro_auc,
    mean_of,
    micro_auc,
    smoothed,
    video_aucs,
    weighted_auc,
)

FEW = settings(max_examples=40)

LABELS = [np.array([0, 1, 1, 0], bool), np.array([0, 0, 1], bool), np.zeros(3, bool)]
SCORES = [np.array([0.1, 0.9, 0.2, 0.3]), np.array([0.4, 0.5, 0.6]), np.array([0.7, 0.1, 0.2])]


def test_micro_takes_all_frames_and_macro_the_videos_that_have_both() -> None:
    assert micro_auc(LABELS, SCORES) == roc_auc_score(np.concatenate(LABELS), np.concatenate(SCORES))
    assert video_aucs(LABELS, SCORES) == [0.75, 1.0, None]
    assert macro_auc(LABELS, SCORES) == 0.875


def test_padding_makes_videos_of_one_class_count() -> None:
    padded = [roc_auc_score([*y, 0, 1], [*s, 0.0, 1.0]) for y, s in zip(LABELS, SCORES, strict=True)]
    assert macro_auc(LABELS, SCORES, pad=True) == pytest.approx(np.mean(padded))
    assert padded[2] == 1.0


def test_what_has_one_class_only_has_no_figure() -> None:
    assert micro_auc([np.ones(3, bool)], [np.arange(3.0)]) is None
    assert micro_auc([], []) is None
    assert macro_auc([], []) is None
    assert mean_of([None, None]) is None


def test_a_frame_scores_as_its_hottest_cells() -> None:
    maps = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    assert frame_scores(maps).tolist() == [11, 23]
    assert frame_scores(maps, top=3).tolist() == [10, 22]
    assert frame_scores(maps, top=999).tolist() == [5.5, 17.5]


def test_smoothing_is_off_unless_wanted() -> None:
    scores = np.array([0.0, 0, 1, 0, 0])
    assert smoothed(scores, 0) is scores
    soft = smoothed(scores, 1.0)
    assert soft[2] < 1
    assert soft[1] == pytest.approx(soft[3])
    assert smoothed(np.ones(4), 2.0) == pytest.approx(np.ones(4))


frames = st.lists(st.tuples(st.booleans(), st.floats(0, 1, width=16)), min_size=1, max_size=12)


@FEW
@given(st.lists(frames, min_size=1, max_size=4), st.data())
def test_a_video_drawn_twice_counts_like_two_videos(videos: list, data: st.DataObject) -> None:
    labels = [np.array([y for y, _ in v]) for v in videos]
    scores = [np.array([s for _, s in v]) for v in videos]
    times = data.draw(st.lists(st.integers(0, 3), min_size=len(videos), max_size=len(videos)))
    repeated = [i for i, n in enumerate(times) for _ in range(n)]
    want = micro_auc([labels[i] for i in repeated], [scores[i] for i in repeated])
    assert micro_auc(labels, scores, times) == (None if want is None else pytest.approx(want))
    each = video_aucs(labels, scores)
    want = mean_of([each[i] for i in repeated])
    assert mean_of(each, times) == (None if want is None else pytest.approx(want))


@FEW
@given(frames)
def test_only_the_order_of_scores_counts(frames: list) -> None:
    y, s = np.array([a for a, _ in frames]), np.array([b for _, b in frames])
    # Affine by powers of two: exact in floating point, so that ties stay ties and nothing else becomes one.
    assert weighted_auc(y, s) == weighted_auc(y, 4 * s)
    if weighted_auc(y, s) is not None:
        assert weighted_auc(~y, -s) == pytest.approx(weighted_auc(y, s))
        assert weighted_auc(y, -s) == pytest.approx(1 - weighted_auc(y, s))
