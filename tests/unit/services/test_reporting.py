from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tvau_studio.cli import main
from tvau_studio.domain.edits import changed, created, edit
from tvau_studio.domain.errors import StudioError, UsageError
from tvau_studio.domain.events import Event
from tvau_studio.domain.geometry import Box
from tvau_studio.domain.labels import Keyframe, Object, Segment, keyframe_key, new_key
from tvau_studio.media.encoder import write_video
from tvau_studio.services import events_file, report_pdf, report_sight, reporting
from tvau_studio.services.projects import Project
from tvau_studio.services.report_content import clock
from tvau_studio.services.report_sight import Heat
from tvau_studio.services.reporting import Wish
from tvau_studio.store.heatmap_cache import HeatmapCache

FRAMES, MODEL = 40, "a" * 16
EVIL = '<script src="https://evil.example/x.js">&"\'</script>'


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("films") / "yard.mp4"
    write_video(path, ((n / 25, np.full((60, 120, 3), 100 + n, np.uint8)) for n in range(FRAMES)))
    return path


@pytest.fixture
def project(tmp_path: Path, film: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "p.tvau", person="ann") as made:
        made.add_videos([film], clips="24/16")
        yield made


@pytest.fixture
def heat(project: Project) -> Heat:
    """Heat that is known: a spot in the middle, hottest in pair 5."""
    values = np.full((FRAMES // 2, 6, 12), 0.1, np.float32)
    values[:, 3, 6] = 0.9 - 0.1 * np.abs(np.arange(FRAMES // 2) - 5).clip(max=8)
    [video] = project.videos
    project.cache.write(video.fingerprint, MODEL, range(FRAMES // 2), values)
    return Heat(MODEL, "net", [project.cache])


def event(film: Path, **changes: Any) -> Event:
    made = Event(str(film), (6, 18), 0.9, "middle", Box(50, 20, 30, 20), 10, "net", (60, 120), "person running",
                 "Is there any anomaly?", (0, 24), "Yes, a man.", True)  # fmt: skip
    return replace(made, **changes)


def accept(project: Project) -> None:
    """The first clip, with one labelled object."""
    [video], clip = project.videos, project.clips[0]
    thing = Object(key=new_key(), video=video.key, track=1, appearance_en=f"a man {EVIL}", appearance_zh="一个男人")
    rows = [
        thing,
        Keyframe(key=keyframe_key(thing.key, 4), object=thing.key, frame=4, x=10, y=10, w=20, h=30),
        Segment(key=new_key(), object=thing.key, start=4, stop=20, event="person running"),
    ]
    project.commit(edit("Label", [*map(created, rows), changed(clip, state="accepted")]))


class Page(HTMLParser):
    """What a browser would load, and which elements there are."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loaded: list[str] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.loaded += [v or "" for k, v in attrs if k in ("src", "href", "srcset", "data", "action")]

    def handle_data(self, data: str) -> None:
        self.words += data


def test_events_with_pictures_curve_and_answer(project: Project, heat: Heat, film: Path) -> None:
    report = reporting.gather(project, heat, Wish([event(film)], source="e.jsonl", made="today"))
    assert dict(report.facts)["Source"] == "e.jsonl"
    assert dict(report.facts)["Model"] == "net"
    [item] = report.items
    assert (item.title, item.frames, item.peak, item.note) == ("yard.mp4 6:18", (6, 18), 10, "")
    assert item.seconds == pytest.approx((0.24, 0.72))
    assert [p.heat for p in item.pictures] == [False, True]
    assert all(p.jpeg.startswith(b"\xff\xd8") and p.size == (60, 120) for p in item.pictures)
    assert item.pictures[0].jpeg != item.pictures[1].jpeg
    assert item.curve is not None
    assert item.curve.frames == tuple(range(0, FRAMES, 2))
    assert item.curve.scores[5] == pytest.approx(0.9, abs=1e-3)
    assert [(s.question, s.answer, s.by, s.frames) for s in item.said] == [
        ("Is there any anomaly?", "Yes, a man.", "net", (0, 24))
    ]


def test_accepted_clips_with_what_people_labelled(project: Project, heat: Heat) -> None:
    with pytest.raises(StudioError, match="no accepted clip"):
        reporting.gather(project, heat, Wish())
    accept(project)
    [item] = reporting.gather(project, heat, Wish(made="today")).items
    assert (item.kind, item.frames, item.events, item.region) == ("clip", (0, 24), ("person running",), "left")
    assert (item.peak, item.score) == (10, pytest.approx(0.9, abs=1e-3))
    assert item.box == (10, 10, 20, 30)
    assert item.said[0].answer.startswith("Yes, person running: a man")
    assert {s.by for s in item.said} == {""}
    [item] = reporting.gather(project, heat, Wish(made="今天", language="zh")).items
    assert item.region == "左侧"
    assert "一个男人" in item.said[0].answer
    # Without heat the picture is the one in which something is labelled.
    [item] = reporting.gather(project, None, Wish(made="today")).items
    assert (item.score, item.curve, len(item.pictures), item.note) == (None, None, 1, "")
    assert item.peak is not None
    assert 4 <= item.peak < 24


def test_a_page_that_needs_nothing_and_obeys_nothing(project: Project, heat: Heat, film: Path, tmp_path: Path) -> None:
    accept(project)
    evil = event(film, question=EVIL, answer=EVIL, event=EVIL, model=EVIL)
    wishes = [Wish([evil], source=EVIL, made="today"), Wish(made="today")]
    for wish in wishes:
        reporting.write(reporting.gather(project, heat, wish), tmp_path / "r.html")
        page = Page((tmp_path / "r.html").read_text(encoding="utf-8"))
        assert "script" not in page.tags
        assert all(address.startswith("data:image/jpeg;base64,") for address in page.loaded)
        assert len(page.loaded) == 2
        assert EVIL in page.words
        assert {"svg", "polyline", "figure"} <= set(page.tags)


def test_the_same_inputs_give_the_same_bytes(project: Project, heat: Heat, film: Path, tmp_path: Path) -> None:
    def made(name: str, date: str) -> bytes:
        wish = Wish([event(film), event(film, frames=(20, 30), peak=24)], made=date)
        reporting.write(reporting.gather(project, heat, wish), tmp_path / name)
        return (tmp_path / name).read_bytes()

    for suffix in reporting.SUFFIXES:
        assert made(f"a{suffix}", "2026-01-01") == made(f"b{suffix}", "2026-01-01")
    for suffix in (".html", ".json"):
        before, after = (made(f"c{suffix}", d).splitlines() for d in ("2026-01-01", "2027-02-02"))
        differ = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
        assert [a.replace(b"2026-01-01", b"2027-02-02") for a, _ in differ] == [b for _, b in differ]
        assert len(differ) == 1
    assert sorted(p.suffix for p in tmp_path.glob("[a-c].*")) == [".html"] * 3 + [".json"] * 3 + [".pdf"] * 2


def test_json_holds_the_pictures(project: Project, heat: Heat, film: Path, tmp_path: Path) -> None:
    report = reporting.gather(project, heat, Wish([event(film)], made="today"))
    reporting.write(report, tmp_path / "r.json")
    row = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    image = row["items"][0]["pictures"][1]["image"]
    assert base64.b64decode(image.removeprefix("data:image/jpeg;base64,")) == report.items[0].pictures[1].jpeg
    assert row["items"][0]["frames"] == [6, 18]
    assert row["facts"]["Entries"] == "1"


def test_a_pdf_of_many_pages(project: Project, heat: Heat, film: Path, tmp_path: Path) -> None:
    report = reporting.gather(project, heat, Wish([event(film, answer="Yes. " * 400 + "\x00\t")] * 5, made="today"))
    reporting.write(report, tmp_path / "r.pdf")
    data = (tmp_path / "r.pdf").read_bytes()
    assert data.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", data)) >= 5
    assert data.count(b"/Subtype /Image") == 2  # each picture once, however often it is shown
    assert b"JavaScript" not in data


def test_chinese_needs_a_font(
    project: Project, heat: Heat, film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = reporting.gather(project, heat, Wish([event(film, answer="有，一个男人。")], made="today"))
    with monkeypatch.context() as patch:
        patch.setattr(report_pdf, "font_folders", lambda: [tmp_path])
        with pytest.raises(StudioError, match="no font"):
            reporting.write(report, tmp_path / "r.pdf")
        assert not (tmp_path / "r.pdf").exists()
    try:
        report_pdf.chinese_font()
    except StudioError:
        pytest.skip("no font on this machine writes Chinese")
    plain = len(report_pdf.pdf(replace(report, items=())))
    assert len(report_pdf.pdf(report)) > plain + 2000


def test_what_is_missing_is_said(project: Project, heat: Heat, film: Path, tmp_path: Path) -> None:
    gone = event(tmp_path / "gone.mp4")
    beyond = event(film, frames=(20, 400), peak=22)
    unknown = replace(heat, caches=[HeatmapCache(tmp_path / "empty")])
    report = reporting.gather(project, heat, Wish([gone, beyond], made="today"))
    assert ["missing" in item.note for item in report.items] == [True, True]
    assert [item.pictures for item in report.items] == [(), ()]
    [item] = reporting.gather(project, unknown, Wish([event(film)], made="today")).items
    assert "No heat is known" in item.note
    assert len(item.pictures) == 1
    for suffix in reporting.SUFFIXES:
        reporting.write(report, tmp_path / f"r{suffix}")
        reporting.write(replace(report, items=()), tmp_path / f"empty{suffix}")
    with pytest.raises(UsageError, match="no report"):
        reporting.write(report, tmp_path / "r.docx")


def test_times_as_people_read_them() -> None:
    assert [clock(s) for s in (0, 0.04, 59.96, 62.5, 3600)] == ["0:00.0", "0:00.0", "1:00.0", "1:02.5", "1:00:00.0"]


def test_the_verb(
    project: Project, film: Path, model_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["report", str(tmp_path / "p.tvau"), "--model", str(model_folder), "--device", "cpu"]
    assert main([*words, "-o", str(tmp_path / "r.html")]) == 1
    assert "no accepted clip" in capsys.readouterr().err
    assert main([*words, "-o", str(tmp_path / "r.docx")]) == 2
    accept(project)
    assert main([*words, "-o", str(tmp_path / "r.json")]) == 0
    row = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert row["items"][0]["score"] > 0  # computed now: no cache knew it
    assert len(row["items"][0]["pictures"]) == 2
    events_file.write([event(film), event(film, score=0.7)], tmp_path / "e.jsonl")
    assert main([*words, "--events", str(tmp_path / "e.jsonl"), "--top", "1", "-o", str(tmp_path / "r.pdf")]) == 0
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF-")
    (tmp_path / "e.jsonl").write_text("{", encoding="utf-8")
    assert main([*words, "--events", str(tmp_path / "e.jsonl"), "-o", str(tmp_path / "r.pdf")]) == 1
    assert "line 1" in capsys.readouterr().err


def test_a_model_without_heat_gives_none(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    from tvau_studio.services import models

    facts = {"name": "plain", "id": "0" * 16, "parameters": 1, "heatmap": False}
    monkeypatch.setattr(models, "describe_model", lambda name: facts)
    assert report_sight.heat_of(project, "plain") == (None, facts)
