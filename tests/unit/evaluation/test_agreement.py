"""Two versions of one clip, with figures that can be worked out by hand."""

from __future__ import annotations

import pytest

from tvau_studio.domain.document import Document
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.labels import Keyframe, Object, Row, Segment, Video
from tvau_studio.evaluation.agreement import Pair, Side, agree, chrf, overall


def side(*things: tuple[str, float, int, str, str]) -> Side:
    """things: (key, x, first frame, event, appearance), each a box of 10 by 10 at y = 0 to the end of 20 frames."""
    rows: list[Row] = [Video(key="v", path="v.mp4", frames=20, height=90, width=90)]
    for n, (key, x, start, event, words) in enumerate(things):
        rows.append(Object(key=key, video="v", track=n + 1, appearance_en=words))
        rows.append(Keyframe(key=f"{key}@{start}", object=key, frame=start, x=x, y=0, w=10, h=10))
        rows.append(Segment(key=f"s{key}", object=key, start=start, stop=20, event=event or None))
    return Side(Document(rows), "v", FrameRange(0, 20))


def test_the_same_labels_agree_in_everything() -> None:
    one = side(("a", 0, 0, "anomaly", "a man in red"), ("b", 60, 5, "", "a dog"))
    pairs = agree(one, one)
    assert [(p.mine, p.theirs) for p in pairs] == [("a", "a"), ("b", "b")]
    found = overall(pairs)
    assert found == pytest.approx(
        {"track IoU": 1.0, "time IoU": 1.0, "event": 1.0, "from": 1.0, "to": 1.0, "text": 100.0}
    )


def test_half_of_the_box_and_half_of_the_time() -> None:
    (pair,) = agree(side(("a", 0, 0, "anomaly", "a man")), side(("b", 5, 10, "", "")))
    assert pair.time_iou == pytest.approx(0.5)
    assert pair.track_iou == pytest.approx(0.5 * 50 / 150)  # boxes that share half: IoU 1/3, in half of the frames
    assert (pair.event, pair.start, pair.end, pair.text) == (False, True, True, None)


def test_what_only_one_has_stands_alone_and_counts() -> None:
    pairs = agree(side(("a", 0, 0, "", "")), side(("b", 0, 0, "", ""), ("c", 70, 0, "", "")))
    assert pairs[1] == Pair(None, "c")
    assert overall(pairs)["track IoU"] == pytest.approx(0.5)
    assert overall(pairs)["from"] == 1.0
    assert agree(side(), side(("c", 70, 0, "", ""))) == [Pair(None, "c")]
    assert overall([])["track IoU"] is None


def test_pairs_are_the_best_of_all_together() -> None:
    mine = side(("a", 0, 0, "", ""), ("b", 4, 0, "", ""))
    theirs = side(("p", 3, 0, "", ""), ("q", 8, 0, "", ""))
    assert {(p.mine, p.theirs) for p in agree(mine, theirs)} == {("a", "p"), ("b", "q")}


def test_it_does_not_matter_who_is_asked() -> None:
    assert chrf("a man in a red coat", "a man") == chrf("a man", "a man in a red coat")
    assert chrf("红衣男子", "红衣男子") == pytest.approx(100.0)
    assert chrf("a dog", "xyz") < 10
