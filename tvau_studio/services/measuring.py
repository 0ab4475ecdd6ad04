"""The heat of a video against its labels, pair by pair, so that a video of any length is measured in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from tvau_studio.domain.errors import StudioError
from tvau_studio.evaluation.detection import match
from tvau_studio.evaluation.frames import frame_scores, smoothed
from tvau_studio.evaluation.localisation import THRESHOLD, Localisation, localise
from tvau_studio.evaluation.pixels import Overlap, PixelCounts, bin_of, combined, counted, overlap
from tvau_studio.evaluation.summary import Heat
from tvau_studio.proposals.components import components
from tvau_studio.services.overlays import enlarged
from tvau_studio.training.datasets import Example, rasterise

PIXEL_SIDE = 640
"""Pixel figures are taken on a grid of points whose longer side is at most this."""

XYWH = tuple[float, float, float, float]


@dataclass
class Truth:
    """What the labels say of a video's frames. size: [H, W] of the picture.

    anomalous: frame -> (track, box) of what shows an event in that very frame; normal: frame -> other boxes; masks:
    frame -> pixel mask bool [h, w] of any size, where there are some. Frames of clips that hold an anomaly of which
    nobody said where it is are not in `frames`.
    """

    size: tuple[int, int]
    frames: set[int] = field(default_factory=set)
    anomalous: dict[int, dict[int, XYWH]] = field(default_factory=dict)
    normal: dict[int, dict[int, XYWH]] = field(default_factory=dict)
    masks: dict[int, npt.NDArray[np.uint8]] = field(default_factory=dict)

    def add(self, example: Example) -> bool:
        """Take in a clip. False where it is left out. Raises StudioError where its masks do not fit it."""
        boxes = [
            (thing, n, int(f), (x, y, w, h))
            for n, thing in enumerate(example.row["objects"])
            for f, x, y, w, h in thing["boxes"]
            if f in example.frames
        ]
        shows = [example.event(n, frame) is not None for _, n, frame, _ in boxes]
        masks = _masks(example)
        if example.row.get("anomaly") and masks is None and not any(shows):
            return False
        self.frames.update(example.frames)
        for (thing, _, frame, box), event in zip(boxes, shows, strict=True):
            (self.anomalous if event else self.normal).setdefault(frame, {})[int(thing["track"])] = box
        if masks is not None:
            self.masks.update(zip(example.frames, masks, strict=True))
        return True

    def label(self, frame: int) -> bool:
        """Whether the frame shows an anomaly."""
        mask = self.masks.get(frame)
        return frame in self.anomalous or (mask is not None and bool(mask.any()))

    def mask(self, frame: int, shape: tuple[int, int]) -> npt.NDArray[np.bool_]:
        """The anomaly on a grid of `shape` points spread over the picture, each at the centre of its cell: bool [h,
        w].
        """
        given = self.masks.get(frame)
        if given is not None:
            rows = ((np.arange(shape[0]) + 0.5) * given.shape[0] / shape[0]).astype(int)
            columns = ((np.arange(shape[1]) + 0.5) * given.shape[1] / shape[1]).astype(int)
            return np.asarray(given[rows[:, None], columns[None]] > 0)
        sy, sx = shape[0] / self.size[0], shape[1] / self.size[1]
        boxes = self.anomalous.get(frame, {}).values()
        return rasterise([(x * sx, y * sy, w * sx, h * sy) for x, y, w, h in boxes], shape)


def _masks(example: Example) -> npt.NDArray[np.uint8] | None:
    """uint8 [T, h, w] of a clip, read from the disk when a frame is looked at; None where it has none."""
    if example.masks is None:
        return None
    clip = example.row["id"]
    try:
        found: npt.NDArray[np.uint8] = np.load(example.masks, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError):
        raise StudioError(
            "The masks {path} of clip {clip} cannot be read; export again.", path=example.masks, clip=clip
        ) from None
    if found.ndim != 3 or len(found) != len(example.frames):
        raise StudioError(
            "The masks {path} are {shape}, and clip {clip} has {n} frames; export again.",
            path=example.masks,
            shape=" x ".join(map(str, found.shape)),
            clip=clip,
            n=len(example.frames),
        )
    return found


@dataclass(frozen=True)
class Rule:
    """How maps are read. top: a frame's score is the mean of so many hottest cells (1 = the maximum). smooth: sigma of
    a Gaussian over the scores of a video, frames; 0 = none. threshold: above which cells become the boxes of RBDC and
    TBDC.
    """

    top: int = 1
    smooth: float = 0.0
    threshold: float = 0.5


class Meter:
    """Takes the maps of one video as they come, and sums up what they are worth."""

    def __init__(self, truth: Truth, rule: Rule) -> None:
        self.truth, self.rule = truth, rule
        longest = max(truth.size)
        scale = max(1.0, longest / PIXEL_SIDE)
        self._grid = (max(1, round(truth.size[0] / scale)), max(1, round(truth.size[1] / scale)))
        self._scores: dict[int, float] = {}
        self._pixels: PixelCounts = combined([])
        self._cells = Overlap()
        self._found: list[tuple[float, ...]] = []
        self._located = Localisation()
        self._quiet = self._alarms = 0

    def add(self, pairs: Sequence[int], maps: npt.NDArray[np.float32]) -> None:
        """Maps float32 [len(pairs), H', W'] in 0..1 of frame pairs, each pair once."""
        for pair, values in zip(pairs, maps, strict=True):
            frames = [f for f in (2 * pair, 2 * pair + 1) if f in self.truth.frames]
            if frames:
                self._add(frames, values)

    def _add(self, frames: list[int], values: npt.NDArray[np.float32]) -> None:
        truth = self.truth
        score = float(frame_scores(values[None], self.rule.top)[0])
        hot = bool(values.max() > THRESHOLD)
        bins = bin_of(enlarged(values, *self._grid))
        blobs = components(values, truth.size, self.rule.threshold)
        both = np.zeros(values.shape, np.bool_)
        for frame in frames:
            self._scores[frame] = score
            anomalous = [b for b in truth.anomalous.get(frame, {}).values() if b[2] > 0 and b[3] > 0]
            normal = [b for b in truth.normal.get(frame, {}).values() if b[2] > 0 and b[3] > 0]
            if frame in truth.masks or len(anomalous) == len(truth.anomalous.get(frame, {})):
                # A point says where, not how far: its frame has no pixel truth.
                self._pixels = combined([self._pixels, counted(bins, truth.mask(frame, self._grid))])
                both |= truth.mask(frame, (values.shape[0], values.shape[1]))
            self._located += localise(values, anomalous, normal, truth.size)
            self._found += [(frame, *_corners(c.box.tuple()), c.score) for c in blobs]
            if not truth.label(frame):
                self._quiet += 1
                self._alarms += hot
        self._cells += overlap(values, both)

    def heat(self) -> Heat | None:
        """What the maps were worth; None where there were none."""
        frames = sorted(self._scores)
        if not frames:
            return None
        scores = smoothed(np.array([self._scores[f] for f in frames]), self.rule.smooth)
        regions = [
            (track, frame, *_corners(box))
            for frame in frames
            for track, box in self.truth.anomalous.get(frame, {}).items()
            if box[2] > 0 and box[3] > 0
        ]
        return Heat(
            labels=np.array([self.truth.label(f) for f in frames], np.bool_),
            scores=scores,
            pixels=self._pixels,
            cells=self._cells,
            detected=match(regions, self._found),
            located=self._located,
            quiet=self._quiet,
            alarms=self._alarms,
        )


def _corners(box: Iterable[float]) -> tuple[float, float, float, float]:
    """x, y, w, h as inclusive corners x_min, y_min, x_max, y_max: a box is x_max - x_min + 1 pixels wide."""
    x, y, w, h = box
    return x, y, x + w - 1, y + h - 1
