"""What of an answer can be looked at; no Qt in it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tvau_studio.domain import actions
from tvau_studio.domain.actions import Who
from tvau_studio.domain.document import Document
from tvau_studio.domain.geometry import Box
from tvau_studio.domain.labels import Object, Video
from tvau_studio.gui.docks import _evidence
from tvau_studio.services.asking import Evidence, Reply

BOX = Box(10, 10, 20, 20)


def reply(*evidence: Evidence, answer: str = "", anomaly: bool | None = True) -> Reply:
    return Reply("q", answer, "v.mp4", (100, 200), "m", anomaly, evidence, 1.0, 10)


def words(answer: str, *evidence: Evidence, objects: tuple[Object, ...] = ()) -> list[tuple[str, str, int]]:
    found = _evidence.links(answer, reply(*evidence), (100, 200), objects)
    return [(answer[link.start : link.stop], link.kind, link.frame) for link in found]


def test_regions_lead_to_where_the_object_comes_and_goes() -> None:
    one = Evidence("left", "middle", BOX, (120, 140))
    answer = "Yes, a man rides from the left to the middle."
    assert words(answer, one) == [("left", "region", 120), ("middle", "region", 139)]


def test_a_longer_name_is_another_region() -> None:
    one = Evidence("left", "top", BOX, (120, 140))
    assert words("from the top-left and the left to the top left, then the top", one) == [
        ("left", "region", 120),
        ("top", "region", 139),
    ]
    two = Evidence("top-left", None, BOX, (120, 140))
    assert words("in the top left", two) == [("top left", "region", 120)]


def test_two_objects_take_two_places() -> None:
    both = Evidence("left", "right", BOX, (100, 110)), Evidence("right", "left", None, (150, 160))
    assert words("one from the left to the right, one from the right to the left", *both) == [
        ("left", "region", 100),
        ("right", "region", 109),
        ("right", "region", 150),
        ("left", "region", 159),
    ]


def test_chinese_answers_lead_as_well() -> None:
    one = Evidence("left", "middle", BOX, (120, 140))
    assert words("有，一个年轻人从左侧到中间，在第172帧到184帧。", one) == [
        ("左侧", "region", 120),
        ("中间", "region", 139),
        ("第172帧到184帧", "frames", 172),
    ]


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("in frames 172:184.", [("172:184", "frames", 172)]),
        ("in frames 172 to 184.", [("frames 172 to 184", "frames", 172)]),
        ("at frame 100", [("frame 100", "frames", 100)]),
        ("at frame 300", [("frame 300", "outside", 300)]),
        ("in 90:110", [("90:110", "outside", 90)]),
        ("at 12:30:45 o'clock", []),
        ("there are 172 people", []),
        ("frame 200", [("frame 200", "outside", 200)]),
    ],
)
def test_frames_that_the_model_names(answer: str, found: list[tuple[str, str, int]]) -> None:
    assert words(answer) == found


def test_an_object_is_known_by_its_appearance() -> None:
    thing = Object(key="o", video="v", track=1, appearance_en="A young man in a white shirt.", appearance_zh="男")
    answer = "Yes, a young man in a white shirt on the left."
    found = _evidence.links(answer, reply(Evidence("left", None, BOX, (120, 140))), (100, 200), [thing])
    assert [(answer[f.start : f.stop], f.object) for f in found] == [
        ("a young man in a white shirt", "o"),
        ("left", None),
    ]


regions = st.sampled_from(["left", "top-left", "middle", None])


@given(
    st.text(st.sampled_from("left top-midnfrae0123:第帧左 上中间<b>")),
    st.lists(st.tuples(regions, regions), max_size=4),
)
def test_links_lie_in_the_answer_and_never_over_each_other(answer: str, told: list[tuple[str, str]]) -> None:
    found = _evidence.links(answer, reply(*(Evidence(a, b, None, (100, 120)) for a, b in told)), (100, 200))
    assert all(0 <= link.start < link.stop <= len(answer) for link in found)
    assert all(a.stop <= b.start for a, b in pairwise(found))


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("at 0.5 s it starts", [("at 0.5 s", "frames", 112)]),  # from the range's start: the video's 0.5 s is before it
        ("from 4.4 seconds to 6 s", [("from 4.4 seconds", "frames", 110), ("to 6 s", "frames", 150)]),
        ("在第5秒", [("第5秒", "frames", 125)]),
        ("at 30 s", [("at 30 s", "outside", 100)]),
        ("for 3 seconds, 5 s long", []),
    ],
)
def test_times_lead_to_frames_and_are_flagged_outside(answer: str, found: list[tuple[str, str, int]]) -> None:
    times = [n / 25 for n in range(1000)]
    got = _evidence.links(answer, None, (100, 200), (), times)
    assert [(answer[link.start : link.stop], link.kind, link.frame) for link in got] == found
    assert _evidence.links(answer, None, (100, 200)) == []


def test_an_answer_and_the_heat_agree_or_not() -> None:
    scores = np.full(10, np.nan, np.float32)
    scores[2:6] = 0.1, 0.2, 0.9, 0.3

    def compared(says: bool | None, frames: tuple[int, int]) -> _evidence.Agreement | None:
        return _evidence.agreement(reply(anomaly=says), scores, frames, 0.5)

    no = compared(False, (4, 12))
    assert no is not None
    assert (no.says, no.frame, no.agrees) == (False, 8, False)
    assert no.most == pytest.approx(0.9)
    assert compared(False, (4, 8)).agrees
    assert compared(True, (4, 12)).agrees
    yes = compared(True, (5, 8))
    assert (yes.says, yes.frame, yes.agrees) == (True, 6, False)
    # What is not known says nothing; nor does an answer that is neither.
    assert compared(True, (2, 8)) is None
    assert compared(None, (4, 12)) is None
    assert compared(False, (14, 20)) is None
    assert compared(False, (40, 44)) is None


def test_what_the_heat_was_when_it_was_answered_counts_where_it_is_not_known_now() -> None:
    scores = np.full(10, np.nan, np.float32)
    was = replace(reply(anomaly=True), heat_max=0.25, heat_frame=7)
    assert _evidence.agreement(was, scores, (4, 12), 0.5) == _evidence.Agreement(True, 0.25, 7, 0.5, False)
    scores[3] = 0.75
    assert _evidence.agreement(was, scores, (4, 12), 0.5).most == 0.75
    assert _evidence.agreement(was, scores, (4, 12), 0.9).most == 0.25


@pytest.mark.parametrize(
    ("answer", "shown", "found"),
    [
        ("Yes, a man, from the left to the middle.", ("right",), (("left", "middle"), ("right",))),
        ("Yes, a man, from the left to the middle.", ("middle", "right"), None),
        ("In the left.", ("top-right",), (("left",), ("top-right",))),
        ("在左侧。", ("right",), (("left",), ("right",))),
        ("A street with houses on the left and a park behind it, seen from above at noon.", ("right",), None),
        ("Yes, from the left to the middle.", (), None),
    ],
)
def test_an_answer_that_names_another_place_than_the_heat(answer: str, shown: tuple[str, ...], found: object) -> None:
    assert _evidence.elsewhere(replace(reply(), shown=shown), answer) == found
    assert _evidence.elsewhere(replace(reply(anomaly=False), shown=shown), answer) is None


def test_the_object_that_stands_where_the_answer_points() -> None:
    document = Document([Video(key="v", path="v.mp4", frames=300)])
    for key, x in (("near", 12.0), ("far", 200.0)):
        document.apply(actions.new_object(document, Who("a"), "v", 110, Box(x, 10, 20, 20), key=key))
    assert _evidence.object_at(document, "v", Evidence(None, None, BOX, (105, 130))) == "near"
    assert _evidence.object_at(document, "v", Evidence(None, None, BOX, (0, 50))) is None
    assert _evidence.object_at(document, "v", Evidence("left", None, None, (105, 130))) is None
    document.apply(actions.delete_object(document, "near"))
    assert _evidence.object_at(document, "v", Evidence(None, None, BOX, (105, 130))) is None


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("Yes, a man runs.", "a man runs."),
        ("No.", "No."),
        ("有，一个人在跑。", "一个人在跑。"),
        ("Yesterday it rained.", "Yesterday it rained."),
        ("It moves to the left.", "It moves to the left."),
    ],
)
def test_an_answer_becomes_a_text(answer: str, text: str) -> None:
    assert _evidence.without_lead(answer) == text


@pytest.mark.parametrize(
    ("answer", "lead"),
    [
        ("Yes, a man runs.", "Yes"),
        ("no", "no"),
        ("There is no anomaly.", ""),
        ("Nobody runs.", ""),
        ("没有。", "没有"),
        ("有人在奔跑。", ""),
        ("", ""),
    ],
)
def test_what_stands_out_of_an_answer_is_its_yes_or_no(answer: str, lead: str) -> None:
    assert answer[: _evidence.lead(answer)] == lead
