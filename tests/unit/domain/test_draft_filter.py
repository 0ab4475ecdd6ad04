from __future__ import annotations

import pytest

from tvau_studio.domain.document import Document
from tvau_studio.domain.draft_filter import DraftFilter, drafts, size_of, where
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.labels import Keyframe, Object, Row, Segment, Video


@pytest.fixture
def document() -> Document:
    """Three drafts: small at the top left, large in the middle, one that leaves; and an object of a person."""
    rows: list[Row] = [Video(key="v", path="v.mp4", frames=40, height=90, width=90)]
    for n, (key, score, x, side) in enumerate((("a", 0.2, 0, 10), ("b", 0.9, 30, 30), ("c", None, 70, 20))):
        rows.append(Object(key=key, video="v", track=n + 1, model="tiny", verdict="undecided", score=score))
        rows.append(Keyframe(key=f"{key}@{10 * n}", object=key, frame=10 * n, x=x, y=x, w=side, h=side))
    rows.append(Keyframe(key="c@25", object="c", frame=25, x=70, y=70, w=20, h=20, outside=True))
    rows.append(Segment(key="s", object="b", start=10, stop=20, event="anomaly"))
    rows.append(Object(key="p", video="v", track=9))
    return Document(rows)


def test_what_a_draft_measures(document: Document) -> None:
    assert [size_of(document, o) for o in document.objects("v")] == [10.0, 30.0, 20.0, 0.0]
    assert [where(document, o) for o in document.objects("v")] == ["top-left", "middle", "bottom-right", ""]


@pytest.mark.parametrize(
    ("wish", "taken"),
    [
        (DraftFilter(), "abc"),
        (DraftFilter(least_score=0.2), "ab"),
        (DraftFilter(most_score=0.5), "ac"),
        (DraftFilter(least_size=20), "bc"),
        (DraftFilter(most_size=19.9), "a"),
        (DraftFilter(region="middle"), "b"),
        (DraftFilter(event="anomaly"), "b"),
        (DraftFilter(event="person running"), ""),
    ],
)
def test_a_filter_takes_drafts(document: Document, wish: DraftFilter, taken: str) -> None:
    assert "".join(o.key for o in drafts(document, "v", None, wish)) == taken


def test_only_those_seen_in_a_range(document: Document) -> None:
    assert [o.key for o in drafts(document, "v", FrameRange(0, 9), DraftFilter())] == ["a"]
    assert [o.key for o in drafts(document, "v", FrameRange(30, 40), DraftFilter())] == ["a", "b"]
