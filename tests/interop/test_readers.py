"""What we write, read by readers that know nothing of us: the same tracks and boxes to 0.01 px.

These want the extra ``[interop]`` (``pip install -e .[interop]``), and datumaro, which asks for an older pillow than
the rest and so for an environment of its own; each test is skipped where its reader is not there.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tvau_studio.domain.frames import FrameRange
from tvau_studio.services.projects import Project

WHY = "the extra [interop] is not installed"
NEAR = 0.01
EVENTS = ("person running", "person riding bicycle", None)
FRAMES = 40

Boxes = dict[tuple[int, int], tuple[float, float, float, float]]
"""(track, frame) -> x, y, w, h."""


def line(n: int) -> dict[str, Any]:
    """A clip with three objects: one that is gone for a while, one over the edge, one that appears late."""
    things = []
    for track, event in enumerate(EVENTS, start=1):
        seen = [f for f in range(3 * track, FRAMES) if not (track == 1 and 12 <= f < 20)]
        boxes = [[f, round(-7.3 + 3.17 * f * track, 2), round(10.01 + 0.5 * f, 2), 20.25, 33.5] for f in seen]
        segments = [[seen[0], seen[-1] + 1, event, "moves"]]
        text = {"appearance": f"Thing {track} of {n}.", "motion": "moves"}
        things.append({"track": track, **text, "boxes": boxes, "segments": segments, "keyframes": [seen[0], seen[-1]]})
    row = {"id": f"v{n}:0:{FRAMES}", "video": f"v{n}.mp4", "frames": [0, FRAMES], "fps": 25.0, "size": [300, 500]}
    return {**row, "environment": "A street.", "objects": things, "review": "accepted"}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    folder = tmp_path_factory.mktemp("interop")
    (folder / "in.jsonl").write_text("".join(json.dumps(line(n)) + "\n" for n in range(2)))
    with Project.create(folder / "p.tvau", person="ann") as made:
        made.import_("jsonl", folder / "in.jsonl")
        yield made


def boxes_of(project: Project, stem: str) -> Boxes:
    document = project.document()
    [video] = [v for v in document.videos if v.stem == stem]
    return {
        (thing.track, frame): seen.box.tuple()
        for thing in document.objects(video.key)
        for frame, seen in document.track(thing.key).shown(FrameRange(0, FRAMES))
    }


def same(found: Boxes, wanted: Boxes) -> None:
    assert found.keys() == wanted.keys()
    for place, box in wanted.items():
        assert found[place] == pytest.approx(box, abs=NEAR), place


def test_motmetrics_reads_mot(project: Project, tmp_path: Path) -> None:
    io = pytest.importorskip("motmetrics", reason=WHY).io
    project.export("mot", tmp_path / "mot")
    for stem in ("v0", "v1"):
        table = io.loadtxt(str(tmp_path / "mot" / f"{stem}.txt"), fmt="mot15-2D", min_confidence=-1)
        found = {
            # It counts pixels from 1 and takes 1 away; ours, as those of CVAT and TrackEval, are taken as written.
            (int(track), int(frame) - 1): (row.X + 1, row.Y + 1, row.Width, row.Height)
            for (frame, track), row in table.iterrows()
        }
        same(found, boxes_of(project, stem))


def test_pycocotools_reads_coco(project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    coco = pytest.importorskip("pycocotools.coco", reason=WHY).COCO
    project.export("coco", tmp_path / "coco.json")
    data = coco(str(tmp_path / "coco.json"))
    videos = {v["id"]: Path(v["name"]).stem for v in data.dataset["videos"]}
    found: dict[str, Boxes] = {stem: {} for stem in videos.values()}
    used: set[str] = set()
    for note in data.loadAnns(data.getAnnIds()):
        [image] = data.loadImgs(note["image_id"])
        found[videos[image["video_id"]]][note["track_id"], image["frame_id"]] = tuple(note["bbox"])
        used.add(data.loadCats(note["category_id"])[0]["name"])
    for stem, boxes in found.items():
        wanted = boxes_of(project, stem)
        # A number of ours counts within its video, one of COCO in the whole file: the order is the same.
        numbers = dict(zip(sorted({t for t, _ in boxes}), sorted({t for t, _ in wanted}), strict=True))
        same({(numbers[t], f): box for (t, f), box in boxes.items()}, wanted)
    assert used == {"person running", "person riding bicycle", "normal"}


@pytest.mark.parametrize(("format", "kind"), [("cvat-video", "cvat"), ("mot", "mot_seq")])
def test_datumaro_reads_boxes(project: Project, tmp_path: Path, format: str, kind: str) -> None:
    datumaro = pytest.importorskip("datumaro", reason="datumaro is not installed")
    project.export(format, tmp_path / "out", split="all")
    if kind == "mot_seq":
        (tmp_path / "mot/gt").mkdir(parents=True)
        (tmp_path / "out/v0.txt").rename(tmp_path / "mot/gt/gt.txt")
        path = tmp_path / "mot"
    else:
        path = next((tmp_path / "out").glob("v0*")) if (tmp_path / "out").is_dir() else tmp_path / "out"
        path = path.rename(tmp_path / "v0.xml")
    data = datumaro.Dataset.import_from(str(path), kind)
    found: Boxes = {}
    for item in data:
        frame = int(item.attributes.get("frame", item.id))
        for box in item.annotations:
            if box.attributes.get("outside"):
                continue
            found[int(box.attributes.get("track_id", box.id)), frame] = (box.x, box.y, box.w, box.h)
    wanted = boxes_of(project, "v0")
    if kind == "mot_seq":
        found = {(track, frame - 1): box for (track, frame), box in found.items()}
    shift = min(t for t, _ in found) - 1  # CVAT counts its tracks from 0
    same({(t - shift, f): box for (t, f), box in found.items()}, wanted)


LOADING = """
import json, sys
from datasets import disable_progress_bars, load_dataset
disable_progress_bars()
for row in load_dataset(sys.argv[1], cache_dir=sys.argv[2])["train"]:
    print(json.dumps(row))
"""


def loaded(folder: Path) -> list[dict[str, Any]]:
    """The rows of a folder as `datasets` loads it, in a process of its own: pandas does not like company."""
    if importlib.util.find_spec("datasets") is None:
        pytest.skip(WHY)
    command = [sys.executable, "-c", LOADING, str(folder), str(folder.with_name("cache"))]
    told = subprocess.run(
        command, capture_output=True, text=True, timeout=300, env=os.environ | {"HF_HUB_OFFLINE": "1"}
    )
    assert told.returncode == 0, told.stderr[-2000:]
    return [json.loads(row) for row in told.stdout.splitlines()]


@pytest.mark.parametrize("style", ["trl", "llamafactory", "swift"])
def test_datasets_loads_the_folder(project: Project, tmp_path: Path, style: str) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    project.export("jsonl", folder / "labels.jsonl", style=style, card=True)
    rows = [json.loads(row) for row in (folder / "labels.jsonl").read_bytes().splitlines()]
    for found, row in zip(loaded(folder), rows, strict=True):
        assert (found["id"], found["messages"]) == (row["id"], row["messages"])
        if style == "trl":
            for one, other in zip(found["objects"], row["objects"], strict=True):
                assert all(one[name] == other[name] for name in ("boxes", "segments", "event", "keyframes"))
        else:
            assert found["videos"] == row["videos"]


def test_datasets_loads_what_differs_between_the_first_lines_and_the_last(tmp_path: Path) -> None:
    """It reads ten megabytes at a time, and takes the columns of the first for those of all: the card names them."""
    rows = []
    for n in range(60):
        row = line(n)
        row["environment"] = f"{n} " + "A long street. " * 20_000
        if n == 59:
            row |= {"split": "val", "descriptions": [["en", "At last."]], "zh": {"environment": "街道。"}}
            row["objects"][0]["occluded"] = [5]
        rows.append(row)
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    folder = tmp_path / "set"
    folder.mkdir()
    with Project.create(tmp_path / "p.tvau", person="ann") as project:
        project.import_("jsonl", tmp_path / "in.jsonl")
        project.export("jsonl", folder / "labels.jsonl", card=True)
    assert (folder / "labels.jsonl").stat().st_size > 15_000_000
    [last] = [row for row in loaded(folder) if row["split"] == "val"]
    assert (last["descriptions"], last["objects"][0]["occluded"]) == ([["en", "At last."]], [5])
    assert last["zh"] == {"environment": "街道。"}
