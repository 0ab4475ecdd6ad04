#!/usr/bin/env python3
"""Makes resources/demo anew: rendered clips with their labels, and what the shipped network says of them.

    .venv/bin/python packaging/demo.py render    # the clips and labels.jsonl (needs the extra [train])
    .venv/bin/python packaging/demo.py network   # heat maps, and drafts of one clip; after each change of the weights

Clips are rendered at twice their size and scaled down. Labels are the renderer's own, with as few keyframes as keep
each box within a few pixels, as a person would set them. One clip stays without labels of its own: its drafts are for
the reader to decide on.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from tvau_studio.domain.document import Document
    from tvau_studio.domain.labels import Keyframe

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "demo"
FRAMES, FPS, SIZE = 72, 24.0, (480, 854)
TOLERANCE = 6.0
"""So far, in pixels, an edge of a labelled box may lie from the rendered object's."""


@dataclass(frozen=True)
class Scene:
    """name: of the file. seed, event: what is rendered (None: nothing unusual). state: of the clip's review."""

    name: str
    seed: int
    event: str | None
    state: str


SCENES = (
    Scene("campus_bicycle", 103, "person riding bicycle", "accepted"),
    Scene("corridor_fall", 205, "person falling down", "accepted"),
    Scene("pavement_car", 501, "vehicle on walkway", "new"),
    Scene("square_morning", 700, None, "accepted"),
    Scene("station_fight", 404, "people fighting", "to review"),
    Scene("street_backpack", 304, "abandoned object", "in work"),
)
DRAFTS = "pavement_car"
"""The clip whose labels are left to the network and the reader."""


def render() -> None:
    from tvau_studio.formats import jsonl_write
    from tvau_studio.formats.base import Part, WriteOptions
    from tvau_studio.media.encoder import write_video
    from tvau_studio.synth.clips import render_clip
    from tvau_studio.synth.dataset import labels
    from tvau_studio.synth.scenes import Options

    FOLDER.mkdir(parents=True, exist_ok=True)
    lines = []
    for scene in SCENES:
        options = Options(events=(scene.event,) if scene.event else (), grey=0.0, strength=0.3, people=(3, 7))
        clip = render_clip(scene.seed, FRAMES, (2 * SIZE[0], 2 * SIZE[1]), FPS, options)
        pictures = [halved(picture) for picture in clip.pictures]
        path = f"{scene.name}.mp4"
        write_video(FOLDER / path, ((n / FPS, picture) for n, picture in enumerate(pictures)))
        things = () if scene.name == DRAFTS else clip.objects
        small = replace(clip, pictures=np.stack(pictures), objects=tuple(things))
        document, window = labels(small, path, "train", "")
        document = thinned(document, 0.5)
        video = replace(document.video(window.video), split=None)
        annotator = "" if scene.state == "new" else "tvau-studio"
        window = replace(window, state=scene.state, annotator=annotator, masks="")  # type: ignore[arg-type]
        line = jsonl_write.row(Part(document, video, path, [window]), window, WriteOptions())
        lines.append(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n")
        print(f"{path}: {(FOLDER / path).stat().st_size / 1e6:.2f} MB, {len(things)} objects", flush=True)
    (FOLDER / "labels.jsonl").write_text("".join(lines), encoding="utf-8", newline="\n")


def halved(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """uint8 [H, W, 3] -> uint8 [H / 2, W / 2, 3], each pixel the mean of four."""
    height, width = picture.shape[0] // 2, picture.shape[1] // 2
    blocks = picture.reshape(height, 2, width, 2, 3).astype(np.uint16)
    return np.asarray((blocks.sum((1, 3)) + 2) // 4, np.uint8)


def thinned(document: Document, scale: float) -> Document:
    """The same labels, boxes scaled, with the keyframes that `TOLERANCE` leaves."""
    from tvau_studio.domain.document import Document
    from tvau_studio.domain.labels import TABLES, Row

    rows: list[Row] = [row for table in TABLES if table != "keyframe" for row in document.rows(table)]
    for thing in document.rows("object"):
        stretch: list[Keyframe] = []
        for key in document.track(thing.key).keyframes:
            box = {name: round(getattr(key, name) * scale, 2) for name in "xywh"}
            scaled = replace(key, **box, support=False)
            if key.outside:
                rows += [*kept(stretch), scaled]
                stretch = []
            else:
                stretch.append(scaled)
        rows += kept(stretch)
    return Document(rows)


def kept(stretch: Sequence[Keyframe]) -> list[Keyframe]:
    """The ends, and whatever lies farthest off the line between two that are kept (Douglas and Peucker)."""
    if len(stretch) < 3:
        return list(stretch)
    edges = np.array([(k.x, k.y, k.x + k.w, k.y + k.h) for k in stretch])  # [n, 4]
    frames = np.array([k.frame for k in stretch], float)
    t = ((frames - frames[0]) / (frames[-1] - frames[0]))[:, None]
    off = np.abs(edges - (edges[0] + t * (edges[-1] - edges[0]))).max(1)
    worst = int(off.argmax())
    if off[worst] <= TOLERANCE:
        return [stretch[0], stretch[-1]]
    return [*kept(stretch[: worst + 1])[:-1], *kept(stretch[worst:])]


def network() -> None:
    from tvau_studio.domain import actions
    from tvau_studio.media.video import Video
    from tvau_studio.services import demo, heatmaps, proposing
    from tvau_studio.services.models import load_model
    from tvau_studio.services.projects import Project

    model = load_model("tvau-tiny", device="cpu")
    with (
        tempfile.TemporaryDirectory() as folder,
        Project.open(demo.make(Path(folder) / "demo"), person="tvau-studio") as project,
    ):
        mine = next(c for c in project.clips if c.id.startswith(DRAFTS))
        earlier = {o.key: None for o in project.objects if o.video == mine.video}
        if any(not o.model for o in project.objects if o.key in earlier):
            raise SystemExit("the clip for drafts has labels of its own")
        for row in project.videos:
            path = project.find_video(row)
            assert path is not None
            heatmaps.get(Video(path), None, model, project.cache)
        document = project.document(mine.video)
        for key in earlier:  # those of former weights
            document.apply(gone := actions.delete_object(document, key))
            project.commit(gone)
        report = proposing.propose(project, model, clips=[mine.id])
        project.export("jsonl", project.folder / "labels.jsonl", state="all")
        shutil.copy(project.folder / "labels.jsonl", FOLDER / "labels.jsonl")
        shutil.rmtree(FOLDER / "heat", ignore_errors=True)
        shutil.copytree(project.cache.folder / "heat", FOLDER / "heat")
    print(f"{report.objects} drafts in {mine.id}, by {model.id}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=("render", "network"))
    {"render": render, "network": network}[parser.parse_args().step]()


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
