"""The timeline drawn anew: 1,000 objects, 20,000 keyframes and 800,000 scores, panned and zoomed at every scale.

Run by itself on a quiet machine: pytest -m benchmark tests/benchmarks/test_timeline.py -s
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QFont, QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from tvau_studio.domain.document import Document
from tvau_studio.domain.labels import Clip, Keyframe, Object, Segment, Video
from tvau_studio.gui.theme import mono_font
from tvau_studio.gui.theme.tokens import DARK, object_colour
from tvau_studio.gui.timeline import painter as drawing
from tvau_studio.gui.timeline.clip_bars import ClipBars
from tvau_studio.gui.timeline.density import Density
from tvau_studio.gui.timeline.lanes import Lanes
from tvau_studio.gui.timeline.layout import Layout
from tvau_studio.gui.timeline.pyramid import Pyramid
from tvau_studio.gui.timeline.scale import Scale
from tvau_studio.gui.timeline.scene import Look, Scene

pytestmark = pytest.mark.benchmark

OBJECTS, EACH, SCORES = 1000, 20, 800_000
FRAMES, WIDTH, HEIGHT = 2 * SCORES, 1120, 320
RUNS = 300


def rows() -> list[Video | Clip | Object | Keyframe | Segment]:
    generator = np.random.default_rng(0)
    found: list[Video | Clip | Object | Keyframe | Segment] = [Video(key="v", path="v.mp4", frames=FRAMES)]
    found += [Clip(key=f"c{n}", video="v", id=f"c{n}", start=24 * n, stop=24 * n + 24) for n in range(0, 60_000, 6)]
    for n in range(OBJECTS):
        start = int(generator.integers(0, FRAMES - 4000))
        key = f"o{n}"
        found.append(Object(key=key, video="v", track=n + 1, appearance_en="a man in a dark blue jacket"))
        frames = np.sort(generator.choice(4000, EACH, replace=False)) + start
        last = int(frames[-1])
        found += [
            Keyframe(key=f"{key}@{f}", object=key, frame=int(f), x=10, y=10, w=20, h=40, outside=int(f) == last)
            for f in frames.tolist()
        ]
        found.append(Segment(key=f"s{n}", object=key, event="person running", start=start, stop=last))
    return found


def test_a_redraw(qapp: QApplication, capsys: pytest.CaptureFixture[str]) -> None:
    document = Document(rows())
    generator = np.random.default_rng(1)
    scores = np.clip(generator.random(SCORES, np.float32) ** 4 + 0.3 * (generator.random(SCORES) > 0.999), 0, 1)
    scores[100_000:140_000] = np.nan
    lanes = Lanes(document, "v", FRAMES)
    layout = Layout(WIDTH, HEIGHT, len(lanes))
    body = float(WIDTH - layout.gutter)
    clips = ClipBars(document.clips("v"))
    font = QFont()
    font.setPixelSize(12)
    scene = Scene(
        layout=layout,
        scale=Scale.fitted(FRAMES, body),
        lanes=lanes,
        clips=[],
        scores=Pyramid(np.asarray(scores, np.float32)),
        density=Density(),
        film=None,  # type: ignore[arg-type]  # not shown
        threshold=0.5,
        colormap="inferno",
        top=1.0,
        others=[],
        range=(1000, 2000),
        clip="c0",
        selected=("o1",),
        selected_segment=None,
        moved=None,
        edges=None,
        clip_edges=None,
        hover="",
        look=Look(DARK),
        font=font,
        mono=mono_font(11),
        marks=(),
        words={"score": "Anomaly score", "clips": "Clips"},
        colours=lambda key: object_colour(document.object(key).track),
    )
    pixmap = QPixmap(WIDTH, HEIGHT)
    taken = []
    for n in range(RUNS):
        # A wheel that zooms in and out while it pans, lanes that scroll: everything is another one each time.
        zoom = float(np.exp(np.log(FRAMES / 60) * abs(np.sin(n / 40))))
        scale = Scale.fitted(FRAMES, body).zoomed(zoom, body * (0.5 + 0.45 * np.sin(n / 7)))
        there = replace(layout, scroll=(13 * n) % layout.furthest)
        began = time.perf_counter()
        painter = QPainter(pixmap)
        drawing.still(painter, replace(scene, scale=scale, layout=there, clips=clips.drawn(scale, "c0")))
        painter.end()
        taken.append(1000 * (time.perf_counter() - began))
    first, rest = taken[0], np.array(taken[1:])
    with capsys.disabled():
        print(
            f"\n{OBJECTS} objects, {OBJECTS * EACH} keyframes, {SCORES} scores: first {first:.1f} ms, "
            f"p50 {np.percentile(rest, 50):.1f}, p95 {np.percentile(rest, 95):.1f}, most {rest.max():.1f} ms"
        )
    assert np.percentile(rest, 95) <= 8
