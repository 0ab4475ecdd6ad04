from __future__ import annotations

from tvau_studio.domain import actions
from tvau_studio.domain.actions import Who
from tvau_studio.domain.document import Document
from tvau_studio.domain.labels import Keyframe, Object, Row, Segment, Video

ANN = Who("ann", lambda: 5.0)


def version(key: str, x: float, frames: tuple[int, ...], event: str, words: str) -> Document:
    rows: list[Row] = [
        Video(key="v", path="v.mp4", frames=20),
        Object(key=key, video="v", track=3, appearance_en=words),
    ]
    rows += [Keyframe(key=f"{key}@{n}", object=key, frame=n, x=x, y=0, w=9, h=9, smooth=True) for n in frames]
    rows.append(Segment(key=f"s{key}", object=key, start=0, stop=9, event=event))
    return Document(rows)


def looks(document: Document, key: str) -> object:
    boxes = [(k.frame, k.box, k.smooth) for k in document.track(key).keyframes]
    return boxes, [(s.start, s.stop, s.event) for s in document.segments(key)], document.object(key).appearance_en


def test_an_object_becomes_what_the_other_says_and_stays_itself() -> None:
    mine, theirs = version("a", 1, (0, 5), "anomaly", "a man"), version("b", 4, (5, 9), "person running", "a woman")
    before = looks(mine, "a")
    edit = actions.adopt_object(mine, ANN, "v", "a", theirs, "b")
    mine.apply(edit)
    assert looks(mine, "a") == looks(theirs, "b")
    assert mine.object("a").track == 3
    assert not actions.adopt_object(mine, ANN, "v", "a", theirs, "b")
    mine.apply(edit.inverse())
    assert looks(mine, "a") == before


def test_an_object_that_only_the_other_has_is_added() -> None:
    mine, theirs = version("a", 1, (0, 5), "anomaly", "a man"), version("b", 4, (5, 9), "person running", "a woman")
    mine.apply(actions.adopt_object(mine, ANN, "v", None, theirs, "b", key="n"))
    assert looks(mine, "n") == looks(theirs, "b")
    assert (mine.object("n").track, mine.object("n").author) == (4, "ann")
