from __future__ import annotations

import pytest

from tvau_studio.domain.queue import Role, is_mine, next_clip
from tvau_studio.domain.summaries import ClipHead


def head(state: str, annotator: str = "", assignee: str = "") -> ClipHead:
    return ClipHead("k", "id", "v", 0, 1, state, annotator, assignee)


@pytest.mark.parametrize(
    ("role", "state", "annotator", "assignee", "mine"),
    [
        ("annotator", "new", "", "", True),
        ("annotator", "new", "", "bo", False),
        ("annotator", "in work", "bo", "", False),
        ("annotator", "returned", "ann", "", True),
        ("annotator", "returned", "bo", "ann", True),
        ("annotator", "to review", "ann", "", False),
        ("annotator", "accepted", "ann", "ann", False),
        ("reviewer", "to review", "bo", "", True),
        ("reviewer", "to review", "ann", "", False),  # nobody reviews their own
        ("reviewer", "to review", "ann", "ann", True),  # unless told to
        ("reviewer", "to review", "bo", "carl", False),
        ("reviewer", "new", "", "ann", False),
        ("both", "to review", "ann", "", True),
        ("both", "accepted", "", "", False),
    ],
)
def test_whose_turn_it_is(role: Role, state: str, annotator: str, assignee: str, mine: bool) -> None:
    assert is_mine(head(state, annotator, assignee), role, "ann") is mine


def test_what_came_back_comes_first_then_what_was_begun() -> None:
    heads = [
        head("new"), head("in work", "ann"), head("new", assignee="ann"), head("accepted"), head("returned", "ann"),
    ]  # fmt: skip
    order = []
    for _ in range(4):
        place = next_clip(heads, -1, "annotator", "ann")
        assert place is not None
        order.append(place)
        heads[place] = head("accepted")
    assert order == [4, 1, 2, 0]
    assert next_clip(heads, -1, "annotator", "ann") is None


def test_of_equals_the_next_in_the_list_and_from_its_end_the_first() -> None:
    heads = [head("new"), head("new"), head("new")]
    assert [next_clip(heads, here, "annotator", "ann") for here in (-1, 0, 1, 2)] == [0, 1, 2, 0]
    assert next_clip(heads[:1], 0, "annotator", "ann") is None
    assert next_clip([], -1, "both", "ann") is None


def test_who_does_both_labels_first_and_reviews_ones_own_last() -> None:
    heads = [head("to review", "ann"), head("to review", "bo"), head("new")]
    assert next_clip(heads, -1, "both", "ann") == 2
    heads[2] = head("accepted")
    assert next_clip(heads, -1, "both", "ann") == 1
