"""Clips are found as their query says, whatever way round it is answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tvau_studio.domain.edits import changed, created, edit
from tvau_studio.domain.labels import Clip, Comment, Keyframe, Object, Segment, Video, new_key
from tvau_studio.domain.queries import Query, parse
from tvau_studio.services.browsing import SORTS, Clips
from tvau_studio.services.projects import Project


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clips]:
    project = Project.create(tmp_path_factory.mktemp("browsing") / "p.tvau", person="ann")
    one = Video(
        key="v1", path="one.mp4", frames=72, height=90, width=90, split="val", environment_en="A street in the rain"
    )
    two = Video(key="v2", path="two.mp4", frames=48, height=90, width=90, environment_zh="夜里的街道")
    rows: list[object] = [one, two]
    windows = [("v1", 0, "new"), ("v1", 24, "accepted"), ("v1", 48, "new"), ("v2", 0, "new")]
    for n, (video, a, state) in enumerate(windows):
        clip = Clip(key=f"c{n}", video=video, id=f"{video}:{a}", start=a, stop=a + 24, state=state)  # type: ignore[arg-type]
        rows.append(replace(clip, assignee="ada" * (n % 2)))
    rows += [
        Object(key="o1", video="v1", track=1, appearance_en="A man in a red jacket"),
        Object(key="o2", video="v1", track=2, appearance_en="A dog", model="tvau-tiny", verdict="undecided", score=0.8),
        Object(key="o3", video="v2", track=1, appearance_en="Nobody", model="tvau-tiny", verdict="rejected", score=0.9),
        Keyframe(key="o1@0", object="o1", frame=0, x=0, y=0, w=10, h=10),
        Keyframe(key="o1@30", object="o1", frame=30, x=80, y=80, w=10, h=10, outside=True),
        Keyframe(key="o2@50", object="o2", frame=50, x=40, y=40, w=10, h=10),
        Segment(key="s1", object="o1", start=20, stop=30, event="person running", motion_en="sprinting"),
        Segment(key="s2", object="o2", start=50, stop=60, event="abandoned object"),
        Comment(key=new_key(), clip="c2", text="Is this a dog?"),
    ]
    project.commit(edit("Fill", [created(row) for row in rows]))  # type: ignore[arg-type]
    yield project.browse()
    project.close()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "0123"),
        ("objects:1", "012"),
        ("objects:0", "3"),
        ("drafts>0", "2"),
        ("score>0.5", "2"),
        ("event:running", "01"),
        ("is:anomalous", "01"),
        ("-event:running split:val", "2"),
        ("split:none", "3"),
        ("state:accepted", "1"),
        ("red jacket", "01"),
        ("sprinting", "01"),
        ("rain", "012"),
        ("街道", "3"),
        ("dog", "2"),
        ("nobody", ""),
        ("one.mp4", "012"),
        ("region:top-left", "0"),
        ("region:middle", "2"),
        ("model:tvau-tiny", "2"),
        ("comments>0", "2"),
        ("is:mine", "13"),
        ("assignee:ada -red", "3"),
        ("frames:24 start>=24", "12"),
    ],
)
def test_what_is_found(clips: Clips, text: str, found: str) -> None:
    assert "".join(str(n) for n in clips.find(parse(text), me="ada")) == found


TERMS = ["event:running", "split:val", "state:new,accepted", "objects>0", "red", "-dog", "is:normal", "score<0.9", "v1"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([*TERMS, *(f"-{t}" for t in TERMS if not t.startswith("-"))]), max_size=5))
def test_columns_say_what_the_query_says_of_each_clip(clips: Clips, terms: list[str]) -> None:
    query: Query = parse(" ".join(terms))
    texts = {word: {clips.entries[n].key for n in places} for word, places in clips.texts(query.wanted_texts).items()}
    said = [n for n, entry in enumerate(clips.entries) if query.matches(entry, texts)]
    assert clips.find(query) == said


@pytest.mark.parametrize("by", SORTS)
def test_sorting_keeps_every_clip_and_turns_round(clips: Clips, by: str) -> None:
    up, down = clips.sort([0, 1, 2, 3], by), clips.sort([0, 1, 2, 3], by, descending=True)
    assert sorted(up) == sorted(down) == [0, 1, 2, 3]
    keys = [SORTS[by](clips.entries[n]) for n in up]
    assert keys == sorted(keys)
    assert [SORTS[by](clips.entries[n]) for n in down] == sorted(keys, reverse=True)


def test_a_video_that_is_read_anew_is_as_if_all_were_read(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p.tvau", person="ann") as project:
        rows: list[object] = []
        for v in "ab":
            rows += [
                Video(key=v, path=f"{v}.mp4", frames=48),
                Clip(key=f"{v}0", video=v, id=f"{v}:0:24", start=0, stop=24),
                Clip(key=f"{v}1", video=v, id=f"{v}:24:48", start=24, stop=48),
                Object(key=f"{v}o", video=v, track=1, appearance_en="A dog"),
                Keyframe(key=f"{v}o@0", object=f"{v}o", frame=0, x=0, y=0, w=9, h=9),
            ]
        project.commit(edit("Fill", [created(row) for row in rows]))  # type: ignore[arg-type]
        before = project.browse()
        assert before.find(parse("dog objects:1")) == [0, 1, 2, 3]
        gone = Keyframe(key="ao@24", object="ao", frame=24, x=0, y=0, w=9, h=9, outside=True)
        (thing,) = (o for o in project.objects if o.video == "a")
        project.commit(edit("Leave", [created(gone), changed(thing, appearance_en="A cat")]))
        after, anew = before.updated({"a"}), project.browse()
        assert after.entries == anew.entries
        for text in ("dog", "cat", "objects:0", "-cat objects:1"):
            assert after.find(parse(text)) == anew.find(parse(text)), text
        assert after.find(parse("cat")) == [0]
        assert before.find(parse("objects:1")) == [0, 1, 2, 3], "what was read stays as it was"
