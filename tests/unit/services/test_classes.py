"""Event classes and phrases over a whole project."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tvau_studio.domain import actions
from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import created, edit
from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.geometry import Box
from tvau_studio.domain.labels import Video
from tvau_studio.domain.phrases import Phrase
from tvau_studio.services.projects import Project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    made = Project.create(tmp_path / "p.tvau", person="ann")
    for key, event, words in (
        ("u", "person running", "in red"),
        ("v", "person running", "in red"),
        ("w", None, "灰衣"),
    ):
        made.commit(edit("Add", [created(Video(key=key, path=f"{key}.mp4", frames=50))]))
        made.commit(
            actions.new_object(made.document(key), made.who, key, 0, Box(0, 0, 9, 9), event=event, key=f"o{key}")
        )
        language = "en" if words.isascii() else "zh"
        made.commit(actions.set_text(made.document(key), "object", f"o{key}", "appearance", language, words))
    yield made
    made.close()


def test_usage_and_renaming_reach_every_video(project: Project) -> None:
    assert project.event_usage() == {"person running": 2}
    found = project.segments_of("person running")
    assert {s.object for s in found} == {"ou", "ov"}
    classes = Document(project.event_classes)
    project.commit(actions.rename_class(classes, "person running", "  somebody   runs ", found))
    assert project.event_usage() == {"somebody runs": 2}
    project.undo()
    assert project.event_usage() == {"person running": 2}
    project.commit(
        actions.delete_class(
            Document(project.event_classes), "person running", None, project.segments_of("person running")
        )
    )
    assert project.event_usage() == {}
    assert "person running" not in [c.key for c in project.event_classes]


def test_phrases_with_their_event_the_most_frequent_first(project: Project) -> None:
    assert project.phrases("appearance", "en") == [Phrase("in red", "person running", 2)]
    assert project.phrases("appearance", "zh") == [Phrase("灰衣", None, 1)]
    assert project.phrases("motion", "en") == []
    project.commit(actions.set_text(project.document("u"), "video", "u", "environment", "en", "a yard"))
    assert project.phrases("environment", "en") == [Phrase("a yard", None, 1)]


@pytest.mark.parametrize("name", ["", "  \n ", "x" * 81, "Person Running", "\x00\x07"])
def test_a_name_that_is_none_or_taken_is_refused(project: Project, name: str) -> None:
    classes = Document(project.event_classes)
    with pytest.raises(UsageError):
        actions.add_class(classes, project.who, name)
    with pytest.raises(UsageError):
        actions.rename_class(classes, "anomaly", name, [])


def test_keys_and_order(project: Project) -> None:
    document = Document(project.event_classes)
    document.apply(actions.set_class(document, "anomaly", shortcut="3"))
    document.apply(actions.set_class(document, "person jumping", shortcut="3", name_zh=" 跳跃 "))
    rows = {c.key: c for c in document.event_classes}
    assert (rows["anomaly"].shortcut, rows["person jumping"].shortcut) == ("", "3")
    assert rows["person jumping"].name_zh == "跳跃"
    assert not actions.set_class(document, "anomaly", shortcut="")
    with pytest.raises(UsageError, match="digit"):
        actions.set_class(document, "anomaly", shortcut="0")
    names = [c.key for c in document.event_classes]
    document.apply(actions.order_classes(document, names[::-1]))
    assert [c.key for c in document.event_classes] == names[::-1]
    with pytest.raises(UsageError, match="own place"):
        actions.delete_class(document, "anomaly", "anomaly", [])
