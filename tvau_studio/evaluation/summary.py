"""What was measured on each video, and all figures of a set made from it, with intervals over its videos.

A `VideoRecord` holds sums and sufficient counts, so that any set of videos, and any draw of the bootstrap, is an
addition.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from tvau_studio.evaluation.bootstrap import SAMPLES, interval
from tvau_studio.evaluation.detection import Detected, DetectionCurve, DetectionStack, detection_curve
from tvau_studio.evaluation.frames import mean_of, micro_auc, video_aucs
from tvau_studio.evaluation.language import BleuCounts, Move, YesNo, colours_right, most_common
from tvau_studio.evaluation.localisation import Localisation
from tvau_studio.evaluation.pixels import Overlap, PixelCounts, PixelStack, aupro, auroc, average_precision

Times = npt.NDArray[np.int64]
"""How often each video counts, int [videos]."""

Value = Callable[[Times], float | None]


@dataclass(frozen=True)
class Heat:
    """What the maps of a video are worth. labels: bool [F], scores: float [F] of the frames in order. quiet: frames
    without an anomaly, alarms: those of them whose map exceeds the threshold somewhere.
    """

    labels: npt.NDArray[np.bool_]
    scores: npt.NDArray[np.float64]
    pixels: PixelCounts
    cells: Overlap
    detected: Detected
    located: Localisation
    quiet: int
    alarms: int


@dataclass(frozen=True)
class Moved:
    """One true target: what is true of it, what of it was told rightly, and whether it is a clear case (the only
    target of its clip, both ends clear of the region borders).
    """

    truth: Move
    start_right: bool
    end_right: bool
    clear: bool


@dataclass(frozen=True)
class Text:
    """An answer beside its reference."""

    reference: str
    bleu: BleuCounts
    colours: tuple[int, int]


@dataclass(frozen=True)
class Answers:
    """What the answers about one clip are worth; None where that was not asked."""

    anomaly: bool
    yes_no: YesNo
    moved: tuple[Moved, ...]
    appearance: Text | None
    trajectory: Text | None


@dataclass(frozen=True)
class VideoRecord:
    """heat: None where the model has none, or the truth has no boxes. clips: one for each clip that was asked about."""

    name: str
    heat: Heat | None
    clips: tuple[Answers, ...] = ()


@dataclass(frozen=True)
class Figure:
    """One figure of a set. key: in JSON; label: in tables; value: None where it is not defined. n of `counted`
    (frames, pixels, regions, ...) it stands on; interval: 95 %, over videos; baseline: what always giving the most
    common answer scores.
    """

    key: str
    label: str
    value: float | None
    n: int
    counted: str
    interval: tuple[float, float] | None = None
    baseline: float | None = None

    def to_dict(self) -> dict[str, Any]:
        found: dict[str, Any] = {"value": _short(self.value), "n": self.n, "counted": self.counted}
        if self.interval is not None:
            found["interval"] = [_short(v) for v in self.interval]
        if self.baseline is not None:
            found["most_common_answer"] = _short(self.baseline)
        return found


@dataclass(frozen=True)
class _Kind:
    """How one figure is made: its value for how often each video counts, and what it stands on."""

    key: str
    label: str
    value: Value
    n: int
    counted: str
    baseline: float | None = None


def figures(
    videos: Sequence[VideoRecord],
    samples: int = SAMPLES,
    seed: int = 0,
    baseline: Callable[[str, str], BleuCounts] | None = None,
) -> list[Figure]:
    """All figures of a set of videos. samples: draws of the bootstrap, 0 = no intervals.

    baseline(answer, reference): counts of BLEU-4, by which the most common reference given as every answer is scored;
    None = not.
    """
    kinds = [*_heat_kinds(videos), *_language_kinds(videos, baseline)]
    once = np.ones(len(videos), np.int64)
    found = []
    for kind in kinds:
        value = kind.value(once)
        around = interval(kind.value, len(videos), samples, seed) if value is not None else None
        found.append(Figure(kind.key, kind.label, value, kind.n, kind.counted, around, kind.baseline))
    return found


def _ratio(top: Sequence[float], bottom: Sequence[float]) -> Value:
    """The sum of `top` over that of `bottom`, both per video."""
    above, below = np.array(top, np.float64), np.array(bottom, np.float64)

    def value(times: Times) -> float | None:
        total = float(below @ times)
        return float(above @ times) / total if total else None

    return value


# -- heat


def region_curve(heats: Sequence[Heat]) -> DetectionCurve | None:
    """Region and track detection over false alarms per frame; None where the truth holds no region."""
    if not any(h.detected.regions for h in heats):
        return None
    return detection_curve([h.detected for h in heats], sum(len(h.labels) for h in heats))


def _heat_kinds(videos: Sequence[VideoRecord]) -> list[_Kind]:
    where = [i for i, v in enumerate(videos) if v.heat is not None]
    heats = [v.heat for v in videos if v.heat is not None]
    if not heats:
        return []
    labels, scores = [h.labels for h in heats], [h.scores for h in heats]
    aucs = {pad: video_aucs(labels, scores, pad) for pad in (False, True)}
    pixels, detections = PixelStack([h.pixels for h in heats]), DetectionStack([h.detected for h in heats])
    lengths = np.array([len(h.labels) for h in heats])

    def here(value: Value) -> Value:
        """From how often each video counts to how often each with heat does."""
        return lambda times: value(times[where]) if times[where].any() else None

    def ratio(top: Callable[[Heat], float], bottom: Callable[[Heat], float]) -> Value:
        return here(_ratio([top(h) for h in heats], [bottom(h) for h in heats]))

    def micro(times: Times) -> float | None:
        return micro_auc(labels, scores, times.tolist())

    def macro(pad: bool, times: Times) -> float | None:
        return mean_of(aucs[pad], times.tolist())

    def pixel(figure: Callable[[PixelCounts], float | None], times: Times) -> float | None:
        return figure(pixels.drawn(times))

    def curve(name: str, times: Times) -> float | None:
        if not detections.regions(times):
            return None
        return float(getattr(detections.drawn(times, int(times @ lengths)), name))

    frames = sum(len(h.labels) for h in heats)
    both = sum(a is not None for a in aucs[False])
    total = pixels.drawn(np.ones(len(heats), np.int64))
    located = sum((h.located for h in heats), Localisation())
    regions, tracks = sum(h.detected.regions for h in heats), sum(h.detected.total_tracks for h in heats)
    pointing = ratio(lambda h: h.located.pointed, lambda h: h.located.frames)
    rank = ratio(lambda h: h.located.ranked, lambda h: h.located.pairs)
    fires = ratio(lambda h: h.located.fired, lambda h: h.located.anomalous)
    fires_normal = ratio(lambda h: h.located.fired_normal, lambda h: h.located.normal)
    iou = ratio(lambda h: h.cells.inter, lambda h: h.cells.union)
    alarm = ratio(lambda h: h.alarms, lambda h: h.quiet)
    return [
        _Kind("frame_auc_micro", "frame AUC, micro", here(micro), frames, "frames"),
        _Kind("frame_auc_macro", "frame AUC, macro", here(partial(macro, False)), both, "videos with both kinds"),
        _Kind("frame_auc_macro_padded", "frame AUC, macro, padded", here(partial(macro, True)), len(heats), "videos"),
        _Kind("pixel_auroc", "pixel AUROC", here(partial(pixel, auroc)), total.pixels, "pixels"),
        _Kind("pixel_ap", "pixel AP", here(partial(pixel, average_precision)), total.pixels, "pixels"),
        _Kind("aupro", "AUPRO to FPR 0.3", here(partial(pixel, aupro)), int(total.components), "components"),
        _Kind("iou", "IoU at p > 0.5", iou, sum(h.cells.union for h in heats), "cells in the union"),
        _Kind("rbdc", "RBDC", here(partial(curve, "rbdc")), regions, "regions"),
        _Kind("tbdc", "TBDC", here(partial(curve, "tbdc")), tracks, "tracks"),
        _Kind("pointing", "pointing", pointing, located.frames, "frames"),
        _Kind("rank", "rank", rank, located.pairs, "pairs of boxes"),
        _Kind("fires", "fires, anomalous", fires, located.anomalous, "boxes"),
        _Kind("fires_normal", "fires, normal", fires_normal, located.normal, "boxes"),
        _Kind("alarm", "quiet frames with any p > 0.5", alarm, sum(h.quiet for h in heats), "frames"),
    ]


# -- language


def _language_kinds(videos: Sequence[VideoRecord], baseline: Callable[[str, str], BleuCounts] | None) -> list[_Kind]:
    clips = [c for v in videos for c in v.clips]
    if not clips:
        return []
    yes_no = [sum((c.yes_no for c in v.clips), YesNo()) for v in videos]
    of_yes = _ratio([t.right_yes for t in yes_no], [t.yes for t in yes_no])
    of_no = _ratio([t.right_no for t in yes_no], [t.no for t in yes_no])
    asked = [t.n for t in yes_no]

    def balanced(times: Times) -> float | None:
        a, b = of_yes(times), of_no(times)
        return None if a is None or b is None else (a + b) / 2

    accuracy = _ratio([t.right_yes + t.right_no for t in yes_no], asked)
    unparsed = _ratio([t.unparsed for t in yes_no], asked)
    common = _share([str(c.anomaly) for c in clips])
    return [
        _Kind("yes_no", "Yes/No accuracy", accuracy, len(clips), "clips", common),
        _Kind("yes_no_balanced", "Yes/No, balanced", balanced, len(clips), "clips", 0.5),
        _Kind("unparsed", "neither Yes nor No", unparsed, len(clips), "clips"),
        *(_move_kind(videos, end, clear) for end in ("from", "to") for clear in (False, True)),
        *(_bleu_kind(videos, name, baseline) for name in ("appearance", "trajectory")),
        _colour_kind(videos),
    ]


def _move_kind(videos: Sequence[VideoRecord], end: str, clear: bool) -> _Kind:
    rows = [[m for c in v.clips for m in c.moved if m.clear or not clear] for v in videos]
    right = [[m.start_right if end == "from" else m.end_right for m in row] for row in rows]
    true = [m.truth[0 if end == "from" else 1] for row in rows for m in row]
    value = _ratio([sum(r) for r in right], [len(r) for r in right])
    key, label = (f"{end}_clear", ", clear cases") if clear else (end, "")
    return _Kind(key, f"{end.capitalize()} accuracy{label}", value, len(true), "targets", _share(true))


def _bleu_kind(videos: Sequence[VideoRecord], name: str, baseline: Callable[[str, str], BleuCounts] | None) -> _Kind:
    texts: list[list[Text]] = [[t for c in v.clips if (t := getattr(c, name)) is not None] for v in videos]
    sums = np.array([sum((t.bleu for t in row), BleuCounts()).numbers for row in texts], np.int64)  # [V, 11]
    references = [t.reference for row in texts for t in row]

    def value(times: Times) -> float | None:
        return BleuCounts.of(times @ sums).score

    common = _common_bleu(references, baseline)
    return _Kind(f"bleu4_{name}", f"BLEU-4, {name}", value, len(references), "answers", common)


def _colour_kind(videos: Sequence[VideoRecord]) -> _Kind:
    texts = [[c.appearance for c in v.clips if c.appearance is not None] for v in videos]
    value = _ratio([sum(t.colours[0] for t in row) for row in texts], [sum(t.colours[1] for t in row) for row in texts])
    flat = [t for row in texts for t in row]
    words = sum(t.colours[1] for t in flat)
    return _Kind("colours", "colour words right", value, words, "words", _common_colours(flat))


def _share(values: Sequence[str]) -> float | None:
    """How often the most common value is right."""
    common = most_common(values)
    return None if common is None else list(values).count(common) / len(values)


def _common_bleu(references: Sequence[str], counts: Callable[[str, str], BleuCounts] | None) -> float | None:
    common = most_common(references)
    if common is None or counts is None:
        return None
    return sum((counts(common, reference) for reference in references), BleuCounts()).score


def _common_colours(texts: Sequence[Text]) -> float | None:
    common = most_common([t.reference for t in texts])
    counted = [colours_right(common or "", t.reference) for t in texts]
    total = sum(n for _, n in counted)
    return sum(right for right, _ in counted) / total if total else None


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
