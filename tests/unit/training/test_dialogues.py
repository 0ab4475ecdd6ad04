"""Windows of labelled clips: what is said of them follows from the boxes and segments inside."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.unit.training.conftest import thing
from tvau_studio.domain.answers import read_answer
from tvau_studio.domain.dialogue import templates
from tvau_studio.domain.frames import FrameRange
from tvau_studio.training.dialogues import (
    corpus,
    is_anomalous,
    place_samples,
    samples,
    targets_in,
    window_of,
    window_turns,
    with_environment,
)
from tvau_studio.tvau.prompts import load_prompts


def test_from_to_and_trajectory_follow_the_window(rows: list[dict[str, Any]]) -> None:
    whole, late = (targets_in(rows[0], FrameRange(a, 12))[0] for a in (0, 9))
    assert (whole.start, whole.end) == ("left", "right")
    assert whole.trajectory == "from the left through the middle to the right"
    assert (late.start, late.end, late.trajectory) == ("right", "right", "stays in the right")
    assert targets_in(rows[0], FrameRange(0, 12), "zh")[0].motion == "奔跑"


def test_what_a_person_overrode_holds_for_the_whole_clip_alone(rows: list[dict[str, Any]]) -> None:
    rows[0]["objects"][0] |= {"from": "top", "trajectory": "once round the fountain"}
    whole, part = (targets_in(rows[0], FrameRange(0, b))[0] for b in (12, 11))
    assert (whole.start, whole.trajectory) == ("top", "once round the fountain")
    assert part.start == "left"
    assert part.trajectory.startswith("from the left")
    rows[0]["anomaly"] = False
    assert not is_anomalous(rows[0], FrameRange(0, 12))
    assert is_anomalous(rows[0], FrameRange(0, 11))


def test_an_event_counts_only_in_the_windows_that_it_meets(rows: list[dict[str, Any]]) -> None:
    runner = thing(
        1, "person running", (20, 56), (11, 0), segments=[[0, 6, None, "walking"], [6, 12, "person running", "running"]]
    )
    row = rows[0] | {"objects": [runner]}
    assert not is_anomalous(row, FrameRange(0, 6))
    assert is_anomalous(row, FrameRange(0, 7))
    assert targets_in(row, FrameRange(0, 6)) == []
    assert window_turns(row, FrameRange(0, 6))[0].answer == "No."


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_answer_that_is_trained_is_read_back(rows: list[dict[str, Any]], language: str) -> None:
    first = window_turns(rows[0], window_of(rows[0]), language)[0]
    read = read_answer(first.answer)
    assert read.anomaly is True
    assert read.moves == (("left", "right"),)
    assert read_answer(window_turns(rows[1], window_of(rows[1]), language)[0].answer).anomaly is False


def test_texts_come_from_either_language_wherever_they_stand(rows: list[dict[str, Any]]) -> None:
    parts = [[0, 4, None, "walking"], [4, 12, "person running", "running"]]
    runner = thing(1, "person running", (20, 56), (11, 0), segments=parts)
    runner["zh"]["segments"] = ["行走", "奔跑"]
    english = rows[0] | {"objects": [runner]}
    turned = {**runner, "appearance": runner["zh"]["appearance"], "motion": "奔跑"}
    turned["segments"] = [[a, b, e, zh] for (a, b, e, _), zh in zip(parts, ["行走", "奔跑"], strict=True)]
    turned["en"] = {"appearance": runner["appearance"], "motion": "running", "segments": ["walking", "running"]}
    del turned["zh"]
    chinese = english | {"objects": [turned], "environment": "铺砖广场。", "en": {"environment": "A paved square."}}
    del chinese["zh"]
    for frames in (FrameRange(0, 12), FrameRange(0, 6)):
        for language in ("en", "zh"):
            assert window_turns(english, frames, language) == window_turns(chinese, frames, language)
    assert targets_in(chinese, FrameRange(0, 6), "zh")[0].motion == "行走"  # the longer part of this window


def test_samples_ask_everything_in_every_language(rows: list[dict[str, Any]]) -> None:
    dice = np.random.default_rng(0)
    for row in rows:
        found = samples(row, window_of(row), dice, places=2)
        said = {t.answer for lang in ("en", "zh") for t in window_turns(row, window_of(row), lang)}
        assert said <= {s.answer for s in found}
        assert len(found) == (10 if is_anomalous(row, window_of(row)) else 8)
    quiet = [s.answer for s in samples(rows[1], window_of(rows[1]), dice)]
    assert quiet.count(templates("en")["nothing"]) == 2


def test_questions_are_put_in_many_ways(rows: list[dict[str, Any]]) -> None:
    dice = np.random.default_rng(1)
    asked = {s.question for _ in range(200) for s in samples(rows[0], window_of(rows[0]), dice, ["zh"])}
    assert set(templates("zh")["also_asked"]["ask_anomaly"]) <= asked
    assert f"{templates('en')['ask_anomaly']} {templates('zh')['answer_in']}" in asked


def test_the_extra_questions_name_the_place_in_one_picture(rows: list[dict[str, Any]]) -> None:
    found = place_samples(rows[0], FrameRange(4, 12), np.random.default_rng(0), 99)
    assert {s.answer for s in found} == {"In the middle.", "In the right."}
    first = next(s for s in found if "picture 0 " in s.question)
    assert first.answer == "In the middle."  # picture 0 of the range is frame 4
    assert {s.answer for s in place_samples(rows[0], FrameRange(4, 12), np.random.default_rng(0), 99, "zh")} == {
        "在中间。",
        "在右侧。",
    }


def test_the_corpus_holds_what_will_be_said(rows: list[dict[str, Any]]) -> None:
    found = corpus(rows, load_prompts(), windows=2)
    assert any("from the left through the middle to the right" in text for text in found)
    assert any("铺砖广场" in text for text in found)
    assert any(text.startswith("Surveillance footage shows ") for text in found)


def test_a_clip_may_be_told_as_if_it_were_elsewhere(rows: list[dict[str, Any]]) -> None:
    other = {**rows[1], "environment": "A car park.", "zh": {"environment": "停车场。"}}
    found = with_environment(rows[0], other)
    for language, text in (("en", "A car park."), ("zh", "停车场。")):
        before, after = (window_turns(row, window_of(rows[0]), language) for row in (rows[0], found))
        assert after[1].answer == text
        assert [t for n, t in enumerate(after) if n != 1] == [t for n, t in enumerate(before) if n != 1]
