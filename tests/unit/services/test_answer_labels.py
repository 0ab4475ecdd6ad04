"""Answers become labels, as edits that can be undone."""

from __future__ import annotations

import json

import pytest

from tvau_studio.domain import actions
from tvau_studio.domain.actions import Who
from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import created, edit
from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.geometry import Box
from tvau_studio.domain.labels import Clip, EventClass, Video
from tvau_studio.formats import messages
from tvau_studio.services.answer_labels import draft_object, event_in, train_on
from tvau_studio.services.asking import Evidence

ANN = Who("ann")
QUESTION = "Is there any anomaly in the video?"


@pytest.fixture
def document() -> Document:
    rows = [
        Video(key="v", path="v.mp4", frames=40, fps=25.0),
        Clip(key="c", video="v", id="v:0:24", start=0, stop=24),
        EventClass(key="person running", position=0),
        EventClass(key="person riding bicycle", position=1, name_zh="骑车"),
        EventClass(key="anomaly", position=2),
    ]
    return Document(rows)


EVIDENCE = Evidence("left", "right", Box(5, 5, 9, 9), (4, 12), ((4, Box(1, 1, 9, 9)), (8, Box(5, 5, 9, 9))))


@pytest.mark.parametrize(
    ("answer", "event"),
    [
        ("Yes, Person Riding Bicycle: a man.", "person riding bicycle"),
        ("有，有人骑自行车。", "person riding bicycle"),
        ("有，骑车。", "person riding bicycle"),
        ("有人奔跑", "person running"),
        ("An anomaly.", None),
        ("", None),
    ],
)
def test_the_event_that_an_answer_names(document: Document, answer: str, event: str | None) -> None:
    assert event_in(document, answer) == event


def test_a_draft_lies_where_the_evidence_lies(document: Document) -> None:
    change = draft_object(document, ANN, "v", EVIDENCE, model="m", answer="person running", appearance="a man")
    document.apply(change)
    (thing,) = document.objects("v")
    assert (thing.is_draft, thing.model, thing.appearance_en, thing.author) == (True, "m", "a man", "ann")
    track = document.track(thing.key)
    assert track.at(4).box == Box(1, 1, 9, 9)
    assert track.at(6).box == Box(3, 3, 9, 9)
    assert track.at(11) is not None
    assert track.at(12) is None
    (segment,) = document.segments(thing.key)
    assert (segment.start, segment.stop, segment.event) == (4, 12, "person running")
    document.apply(change.inverse())
    assert document.objects("v") == []


def test_a_draft_of_one_box_to_the_end_of_the_video(document: Document) -> None:
    document.apply(draft_object(document, ANN, "v", Evidence(None, None, Box(1, 1, 9, 9), (30, 40)), model="m"))
    (thing,) = document.objects("v")
    assert [k.frame for k in document.track(thing.key).keyframes] == [30]
    assert document.segments(thing.key)[0].event == "anomaly"
    with pytest.raises(UsageError, match="shows nothing there"):
        draft_object(document, ANN, "v", Evidence("left", None, None, (0, 4)), model="m")


def said(document: Document, language: str = "en") -> list[tuple[str, str]]:
    found = messages.exported(document, document.clip("c"), language, "v.mp4")
    texts = [next(p["text"] for p in m["content"] if p["type"] == "text") for m in found]
    return list(zip(texts[::2], texts[1::2], strict=True))


def test_a_corrected_answer_is_exported_as_it_is(document: Document) -> None:
    document.apply(actions.new_object(document, ANN, "v", 0, Box(1, 1, 9, 9), event="person running", key="o"))
    before = said(document)
    assert before[0][0] == QUESTION
    document.apply(train_on(document, ANN, "c", "en", QUESTION, "Yes, a child runs."))
    assert said(document) == [(QUESTION, "Yes, a child runs."), *before[1:]]
    document.apply(train_on(document, ANN, "c", "en", "Who is it?", "A child."))
    document.apply(train_on(document, ANN, "c", "en", "Who is it?", "A girl."))
    assert said(document) == [(QUESTION, "Yes, a child runs."), *before[1:], ("Who is it?", "A girl.")]
    row = document.dialogue("c", "en")
    assert row is not None
    assert row.author == "ann"
    assert messages.problem(json.loads(row.messages)) is None
    # The other language's follows from the labels as before.
    assert document.dialogue("c", "zh") is None


def test_a_dialogue_of_another_form_takes_the_answer(document: Document) -> None:
    from tvau_studio.domain.labels import Dialogue, dialogue_key

    plain = json.dumps([{"role": "user", "content": "Who?"}, {"role": "assistant", "content": "Nobody."}])
    row = Dialogue(key=dialogue_key("c", "en"), clip="c", language="en", messages=plain)
    document.apply(edit("", [created(row)]))
    document.apply(train_on(document, ANN, "c", "en", "Who?", "A man."))
    told = json.loads(document.dialogue("c", "en").messages)
    assert [m["role"] for m in told] == ["user", "assistant"]
    assert told[1]["content"][0]["text"] == "A man."
