from __future__ import annotations

import pytest

from tvau_studio.domain import actions
from tvau_studio.domain.document import Document
from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.labels import Clip, Keyframe, Object, Segment, Video


@pytest.fixture
def document() -> Document:
    return Document(
        [
            Video(key="v", path="v.mp4", frames=9, environment_en="a yard"),
            Clip(key="c", video="v", id="v:0:9", start=0, stop=9, state="accepted"),
            Object(key="o", video="v", track=1, model="tiny", verdict="undecided"),
            Keyframe(key="o@3", object="o", frame=3, x=1, y=2, w=3, h=4),
            Segment(key="s", object="o", start=0, stop=4),
        ]
    )


@pytest.mark.parametrize(
    ("table", "key", "values", "frame"),
    [
        ("video", "v", {"environment_en": "a lawn"}, None),
        ("clip", "c", {"state": "to review"}, None),
        ("object", "o", {"appearance_en": "a man"}, None),
        ("keyframe", "o@3", {"x": 5.0, "y": 6.0}, 3),
        ("segment", "s", {"event": "anomaly"}, None),
    ],
)
def test_a_field_is_what_it_was_and_the_place_is_known(
    document: Document, table: str, key: str, values: dict[str, object], frame: int | None
) -> None:
    edit = actions.restore(document, table, key, values)
    document.apply(edit)
    row = document.get(table, key)
    assert {name: getattr(row, name) for name in values} == values
    assert edit.place is not None
    assert (edit.place.video, edit.place.frame) == ("v", frame)
    assert document.object("o").touched is (table in ("object", "keyframe", "segment"))
    assert not actions.restore(document, table, key, values)


def test_what_is_gone_cannot_be_set(document: Document) -> None:
    with pytest.raises(UsageError, match="no longer there"):
        actions.restore(document, "segment", "gone", {"event": None})
