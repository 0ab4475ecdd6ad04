from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tvau_studio.evaluation.detection import match
from tvau_studio.evaluation.language import Bleu4, BleuCounts, colours_right, yes_no
from tvau_studio.evaluation.localisation import Localisation
from tvau_studio.evaluation.pixels import Overlap, histogram
from tvau_studio.evaluation.summary import (
    Answers,
    Heat,
    Moved,
    Text,
    VideoRecord,
    _heat_kinds,
    _language_kinds,
    figures,
    region_curve,
)

LOOKS = ["a man in a red coat", "a white cart", "a woman in a blue coat and a black skirt", "a man in a red coat"]


def text(answer: str, reference: str) -> Text:
    return Text(reference, Bleu4().counts(answer, reference), colours_right(answer, reference))


def record(seed: int) -> VideoRecord:
    """A video of 12 frames with maps of noise that leans to the truth, and two answers."""
    chance = np.random.default_rng(seed)
    labels = np.arange(12) % (2 + seed) == 0
    truth = np.zeros((8, 9), bool)
    truth[2:5, 3:6] = True
    regions = [(0, f, 10, 10, 29, 29) for f in np.flatnonzero(labels)]
    found = [(f, 10, 10, 29 + 30 * (f % 3 == 0), 29, score) for f, score in enumerate(chance.random(12))]
    heat = Heat(
        labels=labels,
        scores=chance.random(12),
        pixels=histogram(chance.random((8, 9)) * 0.5 + 0.3 * truth, truth),
        cells=Overlap(3 + seed, 9),
        detected=match(regions, found),
        located=Localisation(3, 6, 2.5, 6, 2, 6, 1, 5),
        quiet=int((~labels).sum()),
        alarms=seed % 3,
    )
    look, way = LOOKS[seed % 4], "It moves from the left to the right."
    moved = Moved(("left", "right"), True, False, seed % 2 == 0)
    clips = (
        Answers(True, yes_no(["Yes."], [True]), (moved,), text(LOOKS[0], look), text(way, way)),
        Answers(False, yes_no(["Hm." if seed % 2 else "No."], [False]), (), None, None),
    )
    return VideoRecord(f"v{seed}", heat if seed != 3 else None, clips if seed != 2 else ())


RECORDS = [record(seed) for seed in range(4)]


@settings(max_examples=12)
@given(st.lists(st.integers(0, 3), min_size=4, max_size=4))
def test_a_draw_of_the_bootstrap_is_the_set_with_videos_repeated(times: list[int]) -> None:
    repeated = [RECORDS[i] for i, n in enumerate(times) for _ in range(n)]
    want = {f.key: f.value for f in figures(repeated, 0)}
    kinds = [*_heat_kinds(RECORDS), *_language_kinds(RECORDS, None)]
    got = {kind.key: kind.value(np.array(times)) for kind in kinds}
    for key, value in got.items():
        assert value == (None if want.get(key) is None else pytest.approx(want[key])), key


def test_what_a_figure_stands_on_and_what_no_look_scores() -> None:
    found = {f.key: f for f in figures(RECORDS, 0, baseline=Bleu4().counts)}
    assert found["frame_auc_micro"].n == 36
    assert (found["yes_no"].n, found["yes_no"].baseline) == (6, 0.5)
    assert (found["from"].n, found["from"].baseline, found["from_clear"].n) == (3, 1.0, 1)
    assert found["bleu4_appearance"].n == 3
    assert found["bleu4_trajectory"].baseline == pytest.approx(100)
    # Two of three references are the most common one; each names one colour, the third names another.
    assert found["colours"].baseline == pytest.approx(2 / 3)
    assert found["unparsed"].value == pytest.approx(2 / 6)
    assert all(f.interval is None for f in found.values())


def test_intervals_hold_the_figure_and_follow_the_seed() -> None:
    first, again, other = (figures(RECORDS, 30, seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    for figure in first:
        if figure.value is not None and figure.interval is not None and figure.key != "tbdc":
            low, high = figure.interval
            assert low - 1e-9 <= figure.value <= high + 1e-9, figure.key


def test_nothing_gives_no_figure() -> None:
    assert figures([], 10) == []
    assert figures([VideoRecord("v", None)], 10) == []
    assert region_curve([]) is None
    assert BleuCounts().score is None


def test_json_keeps_what_is_not_defined_apart() -> None:
    (alone,) = [f for f in figures([RECORDS[0]], 10) if f.key == "yes_no"]
    assert alone.to_dict() == {"value": 1.0, "n": 2, "counted": "clips", "most_common_answer": 0.5}
    one_kind = VideoRecord("v", None, RECORDS[0].clips[:1])
    (balanced,) = [f for f in figures([one_kind], 0) if f.key == "yes_no_balanced"]
    assert balanced.to_dict()["value"] is None
