"""What a person types to find clips."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.queries import FIELDS, FLAGS, Entry, Query, parse

ENTRY = Entry(
    "k1",
    "Train_05:0:24",
    "videos/Train_05.mp4",
    0,
    24,
    "to review",
    "val",
    ("person running", "vehicle on walkway"),
    "ada",
    "bob",
    frozenset({"left", "top-right"}),
    frozenset({"tvau-tiny"}),
    objects=3,
    drafts=1,
    score=0.72,
    anomalous=True,
)
TEXTS = {"red jacket": {"k1"}, "umbrella": {"k2"}, "红": {"k1"}}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        'event:"person running"',
        "event:running split:val",
        "split:val,test",
        'state:"to review"',
        "objects>2 objects>=3 objects<4 objects:3 objects=3",
        "score>0.7 frames:24",
        "-state:accepted -umbrella",
        '"red jacket" 红',
        'text:"red jacket"',
        "train_05",
        "TRAIN*:24",
        "id:train_*",
        "region:top-right",
        "model:tvau-tiny",
        "is:anomalous is:mine is:labelled",
        "-is:normal -is:unassigned",
        "vehicle",
    ],
)
def test_a_clip_that_is_meant(text: str) -> None:
    assert parse(text).matches(ENTRY, TEXTS, me="ada")


@pytest.mark.parametrize(
    "text",
    [
        "split:train",
        "split:none",
        "objects>3",
        "score<0.7",
        "umbrella",
        "-running",
        "state:new",
        "region:top",
        "is:empty",
        "comments>0",
        "id:*:0:25",
        "text:train_05",
    ],
)
def test_a_clip_that_is_not_meant(text: str) -> None:
    assert not parse(text).matches(ENTRY, TEXTS, me="ada")


def test_an_unknown_score_is_neither_high_nor_low() -> None:
    clip = Entry("k", "a", "v", 0, 1, "new")
    assert not parse("score>0.5").matches(clip, {})
    assert not parse("score<=0.5").matches(clip, {})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("colour:red", "no field colour"),
        ("objects>many", "objects>2"),
        ("objects>nan", "objects>2"),
        ("state:done", '"to review"'),
        ("split:holdout", "train, val, test, none"),
        ("state>new", "state:VALUE"),
        ("region:centre", "middle"),
    ],
)
def test_what_cannot_be_asked_is_said_with_what_can(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said.replace(">", r"\>")):
        parse(text)


@given(st.text(max_size=60))
def test_any_text_is_a_query_or_a_sentence(text: str) -> None:
    try:
        query = parse(text)
    except UsageError:
        return
    assert query.matches(ENTRY, {key: {"k1"} for key in query.wanted_texts}) in (True, False)


_words = st.text(st.characters(exclude_characters='"', exclude_categories=("Cs", "Cc")), min_size=1, max_size=12)


@given(st.lists(_words, max_size=4))
def test_quoted_words_come_back_as_they_are(words: list[str]) -> None:
    query = parse(" ".join(f'"{w}"' for w in words))
    assert [t.values[0] for t in query.terms] == words


@given(st.sampled_from(["split:val", "objects>2", "running", "is:normal", "score<0.1"]))
def test_a_minus_turns_a_term_round(term: str) -> None:
    assert parse(term).matches(ENTRY, {}) != parse(f"-{term}").matches(ENTRY, {})


def test_every_field_can_be_asked() -> None:
    for name, kind in FIELDS.items():
        value = {"number": "1", "flag": FLAGS[0]}.get(kind, "x")
        value = {"state": "new", "split": "val", "region": "left"}.get(name, value)
        assert isinstance(parse(f"{name}:{value}"), Query)
        parse(f"{name}:{value}").matches(ENTRY, {})
