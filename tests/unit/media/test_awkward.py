"""Videos that break decoders, with what each must give (made ones carry their number in every picture)."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from tvau_studio.domain.errors import StudioError
from tvau_studio.media import indexing
from tvau_studio.media.video import Video

MARKS = {"bt601_limited", "bt709_limited", "bt709_full"}


@pytest.fixture(scope="session")
def folder(shared_data: Path) -> Path:
    return shared_data / "awkward"


@pytest.fixture(scope="session")
def table(folder: Path) -> dict[str, dict[str, Any]]:
    return json.loads((folder / "expected.json").read_text(encoding="utf-8"))["files"]


@pytest.fixture(scope="session")
def make(folder: Path) -> ModuleType:
    """The script that rendered the files: its `read_number` reads the number of a picture."""
    spec = importlib.util.spec_from_file_location("awkward_make", folder / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _openable(facts: dict[str, Any]) -> bool:
    return bool(facts["openable"] and facts.get("has_video", True))


def _numbers(facts: dict[str, Any]) -> list[int | None]:
    ranges = facts.get("numbers") or []
    return [n for r in ranges for n in ([None] if r is None else range(r[0], r[1] + 1))]


def _facts(video: Video, facts: dict[str, Any]) -> list[str]:
    """What the video says of itself and should not."""
    wrong = []
    info, (width, height), strict = video.info, facts["displayed_size"], facts["strict"]
    if strict and len(video) != facts["frames"]:
        wrong.append(f"{len(video)} pictures")
    if not facts["frames"] <= len(video) <= facts["packets"]:
        wrong.append(f"{len(video)} pictures of {facts['packets']} packets")
    wanted = {
        "display_size": (height, width),
        "codec": facts["codec"],
        "container": facts["container"],
        "rotation": facts["rotate_clockwise"],
    }
    if strict:
        wanted["variable_rate"] = facts["variable_rate"]
    wrong += [f"{name} {getattr(info, name)}" for name, value in wanted.items() if getattr(info, name) != value]
    if facts["first_time"] is not None and abs((info.first_pts or 0.0) - facts["first_time"]) > 1e-3:
        wrong.append(f"first picture at {info.first_pts}")
    if strict and facts.get("times") and np.abs(video.times - facts["times"]).max() > 1e-3:
        wrong.append("times")
    if not (np.diff(video.clock) > 0).all() or len(video.clock) != len(video):
        wrong.append("clock")
    if not (0 < info.fps < 1e5 and 0 < info.duration < 1e5):
        wrong.append(f"rate {info.fps}, duration {info.duration}")
    return wrong


def _pictures(video: Video, facts: dict[str, Any], make: ModuleType, order: list[int]) -> list[str]:
    """Where a picture is not the one that it should be."""
    wanted = _numbers(facts)
    if not facts["strict"] or len(wanted) != len(video) or video.info.size == (16, 16):
        return []
    got = {n: make.read_number(video[n]) for n in order if wanted[n] is not None}
    return [f"picture {n} carries {number}" for n, number in got.items() if number != wanted[n]]


@pytest.fixture(params=["by decoding", "by times"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    monkeypatch.setenv("TVAU_STUDIO_HOME", str(tmp_path))
    if request.param == "by times":
        monkeypatch.setattr(indexing, "SCAN_PIXELS", 0)
    return str(request.param)


@pytest.mark.usefixtures("way")
def test_each_file_tells_what_it_is(folder: Path, table: dict[str, Any], make: ModuleType) -> None:
    wrong = {}
    for name, facts in table.items():
        if not _openable(facts):
            continue
        with Video(folder / name) as video:
            n = len(video)
            few = [n - 1, 0] if n * np.prod(video.info.size) > 1e8 else [n // 2, n - 1, 0, n // 3]
            found = _facts(video, facts) + _pictures(video, facts, make, few)
        if found:
            wrong[name] = found
    assert wrong == {}


@pytest.mark.slow
@pytest.mark.usefixtures("way")
def test_each_picture_of_each_file_in_any_order(folder: Path, table: dict[str, Any], make: ModuleType) -> None:
    wrong = {}
    for name, facts in table.items():
        if not _openable(facts):
            continue
        with Video(folder / name) as video:
            found = _pictures(video, facts, make, list(range(len(video))))
            few = np.random.default_rng(0).permutation(len(video))[:60].tolist()
            forward = {n: video[n] for n in sorted(few)} if np.prod(video.info.size) < 1e7 else {}
            other = video.clone()
            if not video.damaged or video._index.scanned:
                found += [f"picture {n} differs" for n in few if forward and not np.array_equal(other[n], forward[n])]
        if found:
            wrong[name] = found
    assert wrong == {}


def test_damage_leaves_the_rest_in_its_place(folder: Path, make: ModuleType) -> None:
    with Video(folder / "corrupted_middle.mp4") as video:
        numbers = [make.read_number(picture) for picture in video]
        assert len(numbers) == 48
        assert numbers[:17] == list(range(17))
        assert numbers[24:] == list(range(24, 48))
        assert video.damaged <= set(range(17, 24))
        assert len(video.damaged) >= 4
    with Video(folder / "corrupted_middle.ts") as video:
        numbers = [make.read_number(picture) for picture in video]
        assert numbers[:12] == list(range(12))
        assert numbers[-24:] == list(range(24, 48))
    with Video(folder / "truncated_mdat.mp4") as video:
        assert [make.read_number(video[n]) for n in range(24)] == list(range(24))
    with Video(folder / "h264_opengop_cut.ts") as video:
        assert [make.read_number(picture) for picture in video] == list(range(36, 48))


def test_matrix_and_range_are_the_files_own(folder: Path) -> None:
    for name in sorted(MARKS):
        with Video(folder / f"colour_{name}.mp4") as video:
            picture = video[3].astype(int)
        height, width = video.info.size
        top = 2 * height // 15 + 8
        marks = {(top, 5): (220, 30, 30), (top, width - 5): (30, 200, 30), (height - 5, 5): (40, 60, 230)}
        for place, colour in marks.items():
            assert np.abs(picture[place] - colour).max() <= 8, (name, place, picture[place])


def test_what_is_no_video_is_refused_in_one_sentence(folder: Path, table: dict[str, Any]) -> None:
    refused = [name for name, facts in table.items() if not _openable(facts)]
    assert len(refused) >= 5
    for name in refused:
        with pytest.raises(StudioError) as caught:
            Video(folder / name)
        assert name in str(caught.value)
        assert "\n" not in str(caught.value)


def test_nothing_reaches_the_terminal(folder: Path, table: dict[str, Any], capfd: pytest.CaptureFixture[str]) -> None:
    for name in ("corrupted_middle.mp4", "corrupted_middle.ts", "truncated_mdat.mp4", "zero_steps.mp4", "mjpeg.avi"):
        with Video(folder / name) as video:
            assert video[-1].shape == (180, 320, 3)
    assert capfd.readouterr() == ("", "")
