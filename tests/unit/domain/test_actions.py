"""What a person can do, as edits: what each changes, and what it refuses."""

from __future__ import annotations

import pytest

from tvau_studio.domain import actions
from tvau_studio.domain.actions import Who
from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import Edit, changed, created
from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.geometry import Box
from tvau_studio.domain.labels import Clip, Comment, Object, Video

WHO = Who("ann", clock=lambda: 1234.56789)
BOX = Box(1, 2, 3, 4)


@pytest.fixture
def doc() -> Document:
    video = Video(key="v", path="v.mp4", frames=50, height=90, width=90)
    return Document([video, Clip(key="c", video="v", id="v:0:50", start=0, stop=50)])


def do(doc: Document, edit: Edit) -> Edit:
    doc.apply(edit)
    return edit


def draw(doc: Document, frame: int = 5, **more: object) -> str:
    """A new object; its key."""
    edit = do(doc, actions.new_object(doc, WHO, "v", frame, BOX, **more))  # type: ignore[arg-type]
    assert edit.place is not None
    assert edit.place.object is not None
    return edit.place.object


def frames_of(doc: Document, key: str) -> list[int]:
    return [k.frame for k in doc.track(key).keyframes]


def test_a_new_object_has_a_number_a_box_and_a_segment_to_the_end(doc: Document) -> None:
    first, second = draw(doc, event="anomaly"), draw(doc, 7, stop=9)
    assert [o.track for o in doc.objects("v")] == [1, 2]
    assert [(s.start, s.stop, s.event) for s in doc.segments(first)] == [(5, 50, "anomaly")]
    assert [(s.start, s.stop, s.event) for s in doc.segments(second)] == [(7, 9, None)]
    row = doc.object(first)
    assert (row.author, row.made) == ("ann", 1234.568)


def test_without_a_known_length_there_is_no_segment() -> None:
    doc = Document([Video(key="v", path="v.mp4")])
    assert doc.segments(draw(doc)) == []


def test_a_frame_below_zero_is_refused(doc: Document) -> None:
    with pytest.raises(UsageError, match="count from 0"):
        actions.new_object(doc, WHO, "v", -1, BOX)


def test_deleting_takes_all_that_belongs_to_the_object_and_keeps_remarks(doc: Document) -> None:
    key = draw(doc)
    do(doc, actions.set_box(doc, WHO, key, 9, BOX))
    do(doc, actions.set_override(doc, WHO, key, "c", start_region="top"))
    remark = Comment(key="m", clip="c", text="why?", object=key)
    do(doc, Edit("Remark", (created(remark),)))
    edit = do(doc, actions.delete_object(doc, key))
    assert [list(doc.rows(t)) for t in ("object", "keyframe", "segment", "override")] == [[], [], [], []]
    assert [(m.text, m.object) for m in doc.comments("c")] == [("why?", None)]
    doc.apply(edit.inverse())
    assert frames_of(doc, key) == [5, 9]
    assert doc.comments("c") == [remark]


def test_a_box_changes_the_keyframe_that_is_there_or_makes_one(doc: Document) -> None:
    key = draw(doc)
    edit = do(doc, actions.set_box(doc, WHO, key, 5, Box(9, 2, 3, 4)))
    assert [c.after for c in edit.changes] == [{"x": 9.0}]
    do(doc, actions.set_box(doc, WHO, key, 20, BOX))
    assert frames_of(doc, key) == [5, 20]
    assert not actions.set_box(doc, WHO, key, 20, BOX)


def test_a_box_in_between_keeps_what_is_said_of_that_stretch(doc: Document) -> None:
    key = draw(doc)
    do(doc, actions.set_box(doc, WHO, key, 20, BOX))
    do(doc, actions.set_occluded(doc, WHO, key, 5, True))
    do(doc, actions.set_smooth(doc, key, True))
    do(doc, actions.set_box(doc, WHO, key, 10, BOX))
    made = doc.track(key).keyframes[1]
    assert (made.frame, made.occluded, made.smooth) == (10, True, True)


def test_a_box_brings_an_object_back_into_the_picture(doc: Document) -> None:
    key = draw(doc)
    do(doc, actions.set_outside(doc, WHO, key, 10))
    assert doc.track(key).at(12) is None
    do(doc, actions.set_box(doc, WHO, key, 10, BOX))
    assert doc.track(key).at(12) is not None
    do(doc, actions.set_outside(doc, WHO, key, 10))
    do(doc, actions.set_box(doc, WHO, key, 30, BOX))
    assert [doc.track(key).at(f) is None for f in (9, 10, 29, 30)] == [False, True, True, False]


def test_marks_need_a_box(doc: Document) -> None:
    key = draw(doc, 5)
    for call in (
        lambda: actions.set_outside(doc, WHO, key, 4),
        lambda: actions.set_occluded(doc, WHO, key, 4, True),
        lambda: actions.add_keyframe(doc, WHO, key, 4),
    ):
        with pytest.raises(UsageError, match="not in the picture in frame 4"):
            call()
    assert not actions.set_occluded(doc, WHO, key, 5, False)


def test_keyframes_are_added_moved_and_removed(doc: Document) -> None:
    key = draw(doc)
    do(doc, actions.set_box(doc, WHO, key, 15, Box(11, 2, 3, 4)))
    do(doc, actions.add_keyframe(doc, WHO, key, 10))
    assert doc.track(key).keyframes[1].box == Box(6, 2, 3, 4)
    do(doc, actions.move_keyframe(doc, WHO, key, 10, 15))
    assert frames_of(doc, key) == [5, 15]
    assert doc.track(key).keyframes[1].box == Box(6, 2, 3, 4)
    do(doc, actions.remove_keyframes(doc, key, [15]))
    assert frames_of(doc, key) == [5]
    with pytest.raises(UsageError, match="delete the object"):
        actions.remove_keyframes(doc, key, [5])
    with pytest.raises(UsageError, match="no keyframe in frame 6"):
        actions.move_keyframe(doc, WHO, key, 6, 7)
    assert not actions.remove_keyframes(doc, key, [99])
    assert not actions.move_keyframe(doc, WHO, key, 5, 5)


def test_segments_are_made_changed_and_deleted(doc: Document) -> None:
    key = draw(doc, stop=10)
    do(doc, actions.add_segment(doc, WHO, key, 10, 20, "person running", "fast"))
    last = doc.segments(key)[1]
    edit = do(doc, actions.set_segment(doc, last.key, event="anomaly"))
    assert (edit.label, doc.segments(key)[1].event) == ("Set event", "anomaly")
    assert not actions.set_segment(doc, last.key, event="anomaly")
    do(doc, actions.delete_segment(doc, last.key))
    assert len(doc.segments(key)) == 1
    with pytest.raises(UsageError, match="9:9 holds no frame"):
        actions.add_segment(doc, WHO, key, 9, 9)
    with pytest.raises(UsageError, match="20:10 holds no frame"):
        actions.set_segment(doc, doc.segments(key)[0].key, start=20)
    with pytest.raises(UsageError, match="no longer there"):
        actions.set_segment(doc, last.key, start=1)


def test_typing_in_one_field_carries_one_merge_key(doc: Document) -> None:
    key = draw(doc)
    one = do(doc, actions.set_text(doc, "object", key, "appearance", "en", "a"))
    two = do(doc, actions.set_text(doc, "object", key, "appearance", "en", "a man"))
    other = do(doc, actions.set_text(doc, "object", key, "appearance", "zh", "人"))
    assert one.merge == two.merge != other.merge
    row = doc.object(key)
    assert (row.appearance_en, row.appearance_zh) == ("a man", "人")
    assert not actions.set_text(doc, "object", key, "appearance", "zh", "人")
    with pytest.raises(UsageError, match="no longer there"):
        actions.set_text(doc, "object", "gone", "appearance", "en", "a")


def test_what_no_database_keeps_is_left_out_of_a_text(doc: Document) -> None:
    key = draw(doc)
    do(doc, actions.set_text(doc, "object", key, "appearance", "en", "a\x00 \ud83dman\x07 🚲\u202e"))
    assert doc.object(key).appearance_en == "a man\x07 🚲\u202e"


@pytest.mark.parametrize(("table", "key", "name"), [("video", "v", "environment"), ("clip", "c", "environment")])
def test_environment_texts(doc: Document, table: str, key: str, name: str) -> None:
    edit = do(doc, actions.set_text(doc, table, key, name, "en", "a street"))
    assert edit.place is not None
    assert edit.place.video == "v"
    assert doc.environment(doc.clip("c")) == "a street"


def test_an_override_that_says_nothing_is_no_row(doc: Document) -> None:
    key = draw(doc)
    assert not actions.set_override(doc, WHO, key, "c", start_region=None)
    do(doc, actions.set_override(doc, WHO, key, "c", start_region="top", trajectory_en="east"))
    do(doc, actions.set_override(doc, WHO, key, "c", start_region=None))
    kept = doc.override(key, "c")
    assert kept is not None
    assert (kept.start_region, kept.trajectory_en) == (None, "east")
    do(doc, actions.set_override(doc, WHO, key, "c", trajectory_en=""))
    assert doc.override(key, "c") is None


def draft(doc: Document) -> str:
    key = draw(doc)
    fields = {"model": "tvau-tiny", "verdict": "undecided"}
    change = changed(doc.object(key), **fields)
    assert change is not None
    do(doc, Edit("Propose", (change,)))
    return key


def test_a_draft_that_a_person_changes_is_marked_once(doc: Document) -> None:
    key = draft(doc)
    edit = do(doc, actions.set_box(doc, WHO, key, 20, BOX))
    assert doc.object(key).touched
    doc.apply(edit.inverse())
    assert not doc.object(key).touched
    do(doc, actions.set_text(doc, "segment", doc.segments(key)[0].key, "motion", "en", "walks"))
    assert doc.object(key).touched
    assert len(actions.set_box(doc, WHO, key, 20, BOX).changes) == 1


def test_a_clip_with_undecided_drafts_is_not_accepted(doc: Document) -> None:
    key = draft(doc)
    with pytest.raises(UsageError, match="1 undecided draft"):
        actions.set_state(doc, WHO, "c", "accepted")
    do(doc, actions.decide(doc, [key], accept=False))
    assert doc.object(key).verdict == "rejected"
    do(doc, actions.set_state(doc, WHO, "c", "accepted"))
    assert doc.clip("c").state == "accepted"


def test_who_sends_a_clip_to_review_is_its_annotator(doc: Document) -> None:
    do(doc, actions.set_state(doc, WHO, "c", "to review"))
    assert doc.clip("c").annotator == "ann"
    do(doc, actions.set_state(doc, WHO, "c", "returned"))
    do(doc, actions.set_state(doc, Who("bo"), "c", "to review"))
    assert doc.clip("c").annotator == "ann"


def test_clips_are_cut_and_changed(doc: Document) -> None:
    do(doc, actions.new_clip(doc, WHO, "v", 10, 34, "v:10:34"))
    assert [c.id for c in doc.clips("v")] == ["v:0:50", "v:10:34"]
    do(doc, actions.set_clip(doc, "c", anomaly=True))
    assert doc.anomalous(doc.clip("c"))
    assert not actions.set_clip(doc, "c", anomaly=True)
    with pytest.raises(UsageError, match="5:5 holds no frame"):
        actions.new_clip(doc, WHO, "v", 5, 5, "x")


def test_nothing_here_changes_the_document(doc: Document) -> None:
    rows = list(doc.rows("object"))
    actions.new_object(doc, WHO, "v", 0, BOX)
    assert list(doc.rows("object")) == rows
    assert not any(isinstance(r, Object) for r in rows)


def test_a_clip_is_returned_with_what_has_to_be_changed(doc: Document) -> None:
    before = list(doc.comments("c"))
    act = actions.return_clip(doc, Who("bo"), "c", '  "from" is wrong ', 7)
    do(doc, act)
    assert doc.clip("c").state == "returned"
    (said,) = [c for c in doc.comments("c") if c not in before]
    assert (said.text, said.frame, said.author) == ('"from" is wrong', 7, "bo")
    doc.apply(act.inverse())
    assert list(doc.comments("c")) == before
    do(doc, actions.return_clip(doc, Who("bo"), "c", "  "))
    assert list(doc.comments("c")) == before
