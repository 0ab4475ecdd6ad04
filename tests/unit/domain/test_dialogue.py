"""The dialogue that follows from labels, and that the answer parser reads it back."""

from __future__ import annotations

import pytest

from tvau_studio.domain.answers import read_answer
from tvau_studio.domain.dialogue import (
    MAX_THROUGH,
    Target,
    Turn,
    clip_turns,
    from_to,
    trajectory,
    trajectory_text,
    turns,
)
from tvau_studio.domain.document import Document
from tvau_studio.domain.geometry import REGIONS
from tvau_studio.domain.labels import (
    EVENTS,
    LANGUAGES,
    Clip,
    Keyframe,
    Object,
    Override,
    Segment,
    Video,
    keyframe_key,
    override_key,
)

CYCLIST = Target("person riding bicycle", "A man in a red coat.", "rides fast", "left", "right", "from left to right")
CLIP = Clip(key="c", video="v", id="v:0:24", start=0, stop=24)


def test_normal_clips_say_no_and_where_it_is() -> None:
    assert turns(False, [CYCLIST], "a square") == [
        Turn("Is there any anomaly in the video?", "No."),
        Turn("Please describe the environment of the video.", "a square"),
    ]


def test_a_target_is_told_with_event_looks_motion_and_place() -> None:
    said = turns(True, [CYCLIST], "")
    assert said[0].answer == (
        "Yes, person riding bicycle: a man in a red coat, rides fast, from the left to the right."
    )
    assert [t.answer for t in said[1:]] == ["A man in a red coat.", "It moves from left to right."]


def test_several_targets_are_numbered() -> None:
    said = turns(True, [CYCLIST, Target("abandoned object", "A bag")], "")
    assert said[0].answer.count(";") == 1
    assert said[1].answer == "1. A man in a red coat. 2. A bag."


def test_what_is_not_known_is_not_said() -> None:
    assert turns(True, [Target(None)], "  ") == [Turn("Is there any anomaly in the video?", "Yes.")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("event", EVENTS)
def test_what_is_written_is_read_back(language: str, event: str) -> None:
    for start, end in (("top-left", "bottom"), ("middle", "middle")):
        answer = turns(True, [Target(event, start=start, end=end)], "", language)[0].answer
        found = read_answer(answer)
        assert found.anomaly is True
        assert found.moves == ((start, end),)
    assert read_answer(turns(False, [], "", language)[0].answer).anomaly is False


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_long_way_names_a_few_places_evenly(language: str) -> None:
    assert trajectory_text([], language) == ""
    texts = {trajectory_text(REGIONS[:n], language) for n in range(1, 10)}
    assert len(texts) == 9
    way = trajectory_text(REGIONS, "en")
    assert way.startswith("from the top-left through the ")
    assert way.endswith(" to the bottom-right")
    assert way.count(" and the ") == MAX_THROUGH - 1


def labelled(*more: object, size: int | None = 90) -> Document:
    """An object that goes from the top left to the middle of the clip, and one that nobody decided on."""
    rows = [
        Video(key="v", path="v.mp4", frames=24, height=size, width=size, environment_en="a street"),
        CLIP,
        Object(key="o", video="v", track=1, appearance_en="A man"),
        Segment(key="s", object="o", start=0, stop=24, event="person running", motion_en="runs"),
        Object(key="d", video="v", track=2, model="m", verdict="undecided"),
        Segment(key="t", object="d", start=0, stop=24, event="anomaly"),
    ]
    for frame, x in ((0, 0.0), (23, 40.0)):
        rows.append(Keyframe(key=keyframe_key("o", frame), object="o", frame=frame, x=x, y=x, w=4.0, h=4.0))
    return Document([*rows, *more])  # type: ignore[list-item]


def test_places_follow_from_the_boxes_until_they_are_overridden() -> None:
    doc = labelled()
    thing = doc.object("o")
    assert from_to(doc, thing, CLIP) == ("top-left", "middle")
    assert trajectory(doc, thing, CLIP) == "from the top-left to the middle"
    own = Override(key=override_key("o", "c"), object="o", clip="c", end_region="right", trajectory_zh="向右")
    doc = labelled(own)
    assert from_to(doc, thing, CLIP) == ("top-left", "right")
    assert trajectory(doc, thing, CLIP) == "from the top-left to the middle"
    assert trajectory(doc, thing, CLIP, "zh") == "向右"
    assert from_to(labelled(size=None), thing, CLIP) == (None, None)


def test_drafts_are_told_only_where_asked_for() -> None:
    doc = labelled()
    assert clip_turns(doc, CLIP)[0].answer == "Yes, person running: a man, runs, from the top-left to the middle."
    assert "; anomaly" in clip_turns(doc, CLIP, drafts=True)[0].answer


def test_what_a_person_says_of_the_clip_stands_above_its_segments() -> None:
    doc = labelled()
    said_no = Clip(key="c", video="v", id="v:0:24", start=0, stop=24, anomaly=False)
    assert clip_turns(doc, said_no)[0].answer == "No."
