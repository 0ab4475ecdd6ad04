"""Each bar counts what its query finds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tvau_studio.domain.edits import created, edit
from tvau_studio.domain.geometry import REGIONS
from tvau_studio.domain.labels import Clip, Keyframe, Object, Segment, Video
from tvau_studio.domain.queries import parse
from tvau_studio.services import statistics
from tvau_studio.services.projects import Project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "p.tvau", person="ann") as made:
        rows: list[object] = [Video(key="v1", path="one.mp4", frames=5000, height=90, width=90, split="train")]
        for n, (a, b) in enumerate([(0, 24), (24, 48), (48, 200), (0, 3000)]):
            rows.append(Clip(key=f"c{n}", video="v1", id=f"one:{a}:{b}", start=a, stop=b, annotator="bob" * (n < 2)))
        for n in range(12):
            rows.append(Object(key=f"o{n}", video="v1", track=n + 1, appearance_en="A man in a red jacket, a man"))
            rows.append(Keyframe(key=f"o{n}@0", object=f"o{n}", frame=0, x=80, y=0, w=9, h=9))
            rows.append(Keyframe(key=f"o{n}@{20 + n}", object=f"o{n}", frame=20 + n, x=0, y=0, w=9, h=9, outside=True))
        rows.append(Segment(key="s", object="o1", start=0, stop=20, event="person running"))
        made.commit(edit("Fill", [created(row) for row in rows]))  # type: ignore[arg-type]
        yield made


def test_a_bar_of_clips_counts_what_its_query_finds(project: Project) -> None:
    clips = project.browse()
    found = statistics.charts(project, clips)
    checked = 0
    for chart in found:
        for bar in chart.bars:
            if chart.what == "clips":
                assert len(clips.find(parse(bar.query))) == bar.count, (chart.name, bar)
                checked += 1
    assert checked > 25
    by_name = {chart.name: {bar.label: bar.count for bar in chart.bars} for chart in found}
    assert by_name["events"] == {"person running": 2, "no event": 2}
    assert by_name["objects"]["10+"] == 2
    assert by_name["words"] == {"man": 12, "red": 12, "jacket": 12}
    assert list(by_name["positions"]) == list(REGIONS)
    assert by_name["positions"]["top-right"] == 2
    assert by_name["days"] != {}


def test_an_empty_project_has_charts_without_bars_that_count(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p.tvau", person="ann") as project:
        found = statistics.charts(project, project.browse())
        assert all(bar.count == 0 for chart in found for bar in chart.bars)
