from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tvau_studio.domain.errors import StudioError, UsageError
from tvau_studio.domain.events import Event, Rule, ranked, relocated, spans
from tvau_studio.domain.geometry import Box

EVENT = Event(
    "a.mp4",
    (4, 10),
    0.75,
    "left",
    Box(1, 2, 30, 40),
    6,
    "net",
    (60, 120),
    "person running",
    "Q?",
    (0, 24),
    "Yes.",
    True,
)


def brute(scores: list[float], frames: int, rule: Rule) -> list[tuple[int, int]]:
    """The rule, frame by frame."""
    hot = [n for n in range(frames) if scores[n // 2] > rule.threshold]
    found: list[list[int]] = []
    for n in hot:
        if found and n - found[-1][-1] - 1 <= rule.gap:
            found[-1].append(n)
        else:
            found.append([n])
    return [(f[0], f[-1] + 1) for f in found if len(f) >= rule.shortest]


@given(
    st.lists(st.sampled_from([0.1, 0.4, 0.6, 0.9, float("nan")]), min_size=1, max_size=40),
    st.booleans(),
    st.integers(1, 9),
    st.integers(0, 12),
    st.sampled_from([0.3, 0.5, 0.8]),
)
def test_spans_are_what_the_rule_says(scores: list[float], odd: bool, shortest: int, gap: int, at: float) -> None:
    rule = Rule(at, shortest, gap)
    frames = 2 * len(scores) - odd
    found = spans(np.array(scores, np.float32), frames, rule)
    assert [(s.start, s.stop) for s in found] == brute(scores, frames, rule)
    for span in found:
        inside = scores[span.start // 2 : (span.stop + 1) // 2]
        assert span.score == np.float32(max(v for v in inside if v == v))
        assert scores[span.peak // 2] == max(v for v in inside if v == v)
        assert span.start <= span.peak < span.stop
        assert span.hot >= shortest
        assert span.area > 0


def test_a_rule_that_makes_no_sense_is_refused() -> None:
    for wrong in ({"threshold": 0.0}, {"threshold": 1.0}, {"shortest": 0}, {"gap": -1}):
        with pytest.raises(UsageError):
            Rule(**wrong)  # type: ignore[arg-type]
    assert "0.5" in str(Rule())
    assert "24" in str(Rule())


def test_an_event_survives_its_line() -> None:
    row = json.loads(json.dumps(EVENT.to_dict()))
    assert list(row)[:6] == ["video", "frames", "score", "region", "box", "answer"]
    assert Event.from_dict(row) == EVENT
    bare = Event.from_dict({k: row[k] for k in ("video", "frames", "score", "region", "box")})
    assert (bare.peak, bare.answer, bare.asked, bare.size) == (4, None, None, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"video": 3},
        {"frames": [4]},
        {"frames": [9, 4]},
        {"frames": [0, True]},
        {"score": "high"},
        {"score": True},
        {"region": "north"},
        {"box": [1, 2, 3]},
        {"box": [1, 2, -3, 4]},
        {"box": [1, 2, "3", 4]},
        {"asked": [1.5, 2]},
    ],
)
def test_a_line_that_is_no_event_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(StudioError):
        Event.from_dict({**EVENT.to_dict(), **wrong})


def test_the_hottest_comes_first() -> None:
    rows = [("b", (0, 2), 0.5), ("a", (8, 9), 0.5), ("a", (0, 2), 0.5), ("z", (0, 2), 0.9)]
    events = [Event(v, f, s, "left", Box(0, 0, 1, 1), f[0], "m") for v, f, s in rows]
    assert [(e.video, e.frames) for e in ranked(events)] == [("z", (0, 2)), ("a", (0, 2)), ("a", (8, 9)), ("b", (0, 2))]


def test_paths_in_a_file_start_from_its_folder(tmp_path: Path) -> None:
    def named(path: Path, folder: Path) -> str:
        return relocated(Event(str(path), (0, 2), 0.5, "left", Box(0, 0, 1, 1), 0, "m"), folder).video

    (tmp_path / "out").mkdir()
    assert named(tmp_path / "sub" / "a.mp4", tmp_path) == "sub/a.mp4"
    assert named(tmp_path / "a.mp4", tmp_path / "out") == str(tmp_path.resolve() / "a.mp4")
