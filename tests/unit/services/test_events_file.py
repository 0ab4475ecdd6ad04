from __future__ import annotations

from pathlib import Path

import pytest

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.events import Event
from tvau_studio.domain.geometry import Box
from tvau_studio.services import events_file


def event(video: Path, score: float = 0.75) -> Event:
    return Event(str(video), (4, 10), score, "left", Box(1, 2, 30.5, 40), 6, "net", (60, 120), answer="有，行人。")


def test_a_file_gives_back_what_was_written(tmp_path: Path) -> None:
    events = [event(tmp_path / "sub" / "a.mp4"), event(tmp_path.parent / "b.mp4", 0.5)]
    events_file.write(events, tmp_path / "e.jsonl")
    assert events_file.read(tmp_path / "e.jsonl") == events
    assert '"video": "sub/a.mp4"' in (tmp_path / "e.jsonl").read_text(encoding="utf-8")
    events_file.write([], tmp_path / "e.jsonl")
    assert events_file.read(tmp_path / "e.jsonl") == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "line 1: it is not JSON"),
        ("[1]", "line 1: it is no JSON object"),
        ('\n{"video": "a"}', "line 2: it has no 'frames'"),
        ("[" * 100_000, "line 1: it is not JSON"),
    ],
)
def test_a_malformed_line_is_named(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "e.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StudioError, match=why):
        events_file.read(path)


def test_what_is_no_file_of_events(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="cannot be read"):
        events_file.read(tmp_path)
    (tmp_path / "e.jsonl").write_bytes(b"\xff\xfe")
    with pytest.raises(StudioError, match="UTF-8"):
        events_file.read(tmp_path / "e.jsonl")
