from __future__ import annotations

import numpy as np

from tvau_studio.evaluation.bootstrap import interval


def test_the_interval_of_a_mean_is_the_normal_one() -> None:
    values = np.random.default_rng(1).normal(5, 2, 400)
    low, high = interval(lambda times: float((times * values).sum() / times.sum()), 400) or (0, 0)
    error = values.std() / 20
    assert abs(low - (values.mean() - 1.96 * error)) < 0.25 * error
    assert abs(high - (values.mean() + 1.96 * error)) < 0.25 * error


def test_draws_have_as_many_videos_and_follow_the_seed() -> None:
    seen: list[tuple[int, ...]] = []

    def note(times: np.ndarray) -> float:
        seen.append(tuple(times))
        return float(times[0])

    first = interval(note, 6, samples=50, seed=4)
    assert {sum(t) for t in seen} == {6}
    assert len(set(seen)) > 30
    assert interval(note, 6, samples=50, seed=4) == first
    assert interval(note, 6, samples=50, seed=5) != first or seen[:50] != seen[-50:]


def test_what_cannot_be_drawn_has_no_interval() -> None:
    assert interval(lambda times: 1.0, 1) is None
    assert interval(lambda times: 1.0, 5, samples=0) is None
    assert interval(lambda times: None, 5) is None
    low, high = interval(lambda times: None if times[0] else 2.0, 3) or (0, 0)
    assert (low, high) == (2, 2)
