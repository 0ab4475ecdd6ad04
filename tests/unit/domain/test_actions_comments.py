from __future__ import annotations

import itertools

import pytest

from tvau_studio.domain import actions
from tvau_studio.domain.actions import Who
from tvau_studio.domain.document import Document
from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.labels import Clip, Comment, Object, Video

TICKS = itertools.count()
ANN, BO = Who("ann", lambda: next(TICKS)), Who("bo", lambda: next(TICKS))


@pytest.fixture
def document() -> Document:
    made = Document(
        [
            Video(key="v", path="v.mp4", frames=9),
            Clip(key="c", video="v", id="v:0:9", start=0, stop=9, state="to review"),
            Object(key="o", video="v", track=1),
        ]
    )
    made.apply(
        actions.add_comment(made, BO, "c", " too wide ", object="o", frame=3, field="box", reason="place", key="r")
    )
    return made


def test_a_remark_is_pinned(document: Document) -> None:
    (row,) = document.comments("c")
    assert (row.text, row.object, row.frame, row.field, row.reason, row.author) == (
        "too wide", "o", 3, "box", "place", "bo",
    )  # fmt: skip


def test_an_answer_opens_what_was_settled(document: Document) -> None:
    document.apply(actions.resolve_comment(document, "r"))
    assert document.comments("c")[0].resolved
    document.apply(actions.reply(document, ANN, "r", "is it?"))
    first, answer = document.comments("c")
    assert not first.resolved
    assert (answer.reply_to, answer.text) == ("r", "is it?")
    document.apply(actions.reply(document, BO, answer.key, "yes"))
    assert {c.reply_to for c in document.comments("c")[1:]} == {"r"}


def test_a_remark_goes_with_its_answers(document: Document) -> None:
    document.apply(actions.reply(document, ANN, "r", "is it?"))
    document.apply(actions.delete_comment(document, "r"))
    assert document.comments("c") == []
    with pytest.raises(UsageError, match="no longer there"):
        actions.reply(document, ANN, "r", "hello?")


def test_nothing_said_is_no_remark(document: Document) -> None:
    with pytest.raises(UsageError, match="choose a reason"):
        actions.add_comment(document, BO, "c", "  ")
    assert actions.add_comment(document, BO, "c", "", reason="class")
    with pytest.raises(UsageError, match="Say something"):
        actions.reply(document, BO, "r", " ")


def test_a_clip_is_returned_with_a_reason(document: Document) -> None:
    document.apply(actions.return_clip(document, BO, "c", "", 4, reason="timing", object="o"))
    assert document.clip("c").state == "returned"
    row = document.comments("c")[-1]
    assert isinstance(row, Comment)
    assert (row.reason, row.frame, row.object, row.text) == ("timing", 4, "o", "")
