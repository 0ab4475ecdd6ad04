"""What was measured on each video, and all figures of a set made from it, with intervals over its videos.

A `VideoRecord` holds sums and sufficient counts, so that any set of videos, and any draw of the bootstrap, is an
addition.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from tvau_studio.evaluation.bootstrap import SAMPLES, interval
from tvau_studio.evaluation.detection import Detected, DetectionCurve, detection_curve
from tvau_studio.evaluation.frames import mean_of, micro_auc, video_aucs
from tvau_studio.evaluation.language import BleuCounts, Move, YesNo, colours_right, most_common
from tvau_studio.evaluation.localisation import Localisation
from tvau_studio.evaluation.pixels import Overlap, PixelCounts, aupro, auroc, average_precision, combined

Times = Sequence[int]
"""How often each video counts."""


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
    """How one figure is made. value(times), n, what is counted; whether there is anything to make it of."""

    key: str
    label: str
    value: Callable[[Times], float | None]
    n: int
    counted: str
    baseline: float | None = field(default=None)


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
    many = np.ones(len(videos), np.int64).tolist()
    found = []
    for kind in kinds:
        value = kind.value(many)
        around = None
        if samples and value is not None:
            around = interval(lambda times, kind=kind: kind.value(times.tolist()), len(videos), samples, seed)  # type: ignore[misc]
        found.append(Figure(kind.key, kind.label, value, kind.n, kind.counted, around, kind.baseline))
    return found


def region_curve(heats: Sequence[Heat], times: Times | None = None) -> DetectionCurve | None:
    """Region and track detection over false alarms per frame; None where the truth holds no region."""
    chosen = [h for h, n in zip(heats, times or [1] * len(heats), strict=True) for _ in range(n)]
    if not any(h.detected.regions for h in chosen):
        return None
    return detection_curve([h.detected for h in chosen], sum(len(h.labels) for h in chosen))


def _heat_kinds(videos: Sequence[VideoRecord]) -> list[_Kind]:
    heats = [v.heat for v in videos]
    there = [h for h in heats if h is not None]
    if not there:
        return []

    def of_heat(statistic: Callable[[list[Heat], list[int]], float | None]) -> Callable[[Times], float | None]:
        def value(times: Times) -> float | None:
            kept = [(h, n) for h, n in zip(heats, times, strict=True) if h is not None and n]
            return statistic([h for h, _ in kept], [n for _, n in kept]) if kept else None

        return value

    def micro(some: list[Heat], times: list[int]) -> float | None:
        return micro_auc([h.labels for h in some], [h.scores for h in some], times)

    known = {
        pad: {
            id(h): a
            for h, a in zip(there, video_aucs([h.labels for h in there], [h.scores for h in there], pad), strict=True)
        }
        for pad in (False, True)
    }

    def macro(pad: bool, some: list[Heat], times: list[int]) -> float | None:
        return mean_of([known[pad][id(h)] for h in some], times)

    def pixel(figure: Callable[[PixelCounts], float | None], some: list[Heat], times: list[int]) -> float | None:
        return figure(combined([h.pixels for h in some], times))

    def iou(some: list[Heat], times: list[int]) -> float | None:
        inter = sum(h.cells.inter * n for h, n in zip(some, times, strict=True))
        return Overlap(inter, sum(h.cells.union * n for h, n in zip(some, times, strict=True))).iou

    def located(name: str, some: list[Heat], times: list[int]) -> float | None:
        total = sum((h.located * n for h, n in zip(some, times, strict=True)), Localisation())
        share: float | None = getattr(total, name)
        return share

    def curve(name: str, some: list[Heat], times: list[int]) -> float | None:
        found = region_curve(some, times)
        return None if found is None else float(getattr(found, name))

    def alarm(some: list[Heat], times: list[int]) -> float | None:
        quiet = sum(h.quiet * n for h, n in zip(some, times, strict=True))
        return sum(h.alarms * n for h, n in zip(some, times, strict=True)) / quiet if quiet else None

    frames = sum(len(h.labels) for h in there)
    both = sum(a is not None for a in known[False].values())
    pixels = combined([h.pixels for h in there])
    where = sum((h.located for h in there), Localisation())
    regions, tracks = sum(h.detected.regions for h in there), sum(h.detected.total_tracks for h in there)
    quiet = sum(h.quiet for h in there)
    return [
        _Kind("frame_auc_micro", "frame AUC, micro", of_heat(micro), frames, "frames"),
        _Kind("frame_auc_macro", "frame AUC, macro", of_heat(partial(macro, False)), both, "videos with both kinds"),
        _Kind(
            "frame_auc_macro_padded", "frame AUC, macro, padded", of_heat(partial(macro, True)), len(there), "videos"
        ),
        _Kind("pixel_auroc", "pixel AUROC", of_heat(partial(pixel, auroc)), pixels.pixels, "pixels"),
        _Kind("pixel_ap", "pixel AP", of_heat(partial(pixel, average_precision)), pixels.pixels, "pixels"),
        _Kind("aupro", "AUPRO to FPR 0.3", of_heat(partial(pixel, aupro)), int(pixels.components), "components"),
        _Kind("iou", "IoU at p > 0.5", of_heat(iou), sum(h.cells.union for h in there), "cells in the union"),
        _Kind("rbdc", "RBDC", of_heat(partial(curve, "rbdc")), regions, "regions"),
        _Kind("tbdc", "TBDC", of_heat(partial(curve, "tbdc")), tracks, "tracks"),
        _Kind("pointing", "pointing", of_heat(partial(located, "pointing")), where.frames, "frames"),
        _Kind("rank", "rank", of_heat(partial(located, "rank")), where.pairs, "pairs of boxes"),
        _Kind("fires", "fires, anomalous", of_heat(partial(located, "fires")), where.anomalous, "boxes"),
        _Kind("fires_normal", "fires, normal", of_heat(partial(located, "fires_normal")), where.normal, "boxes"),
        _Kind("alarm", "quiet frames with any p > 0.5", of_heat(alarm), quiet, "frames"),
    ]


def _language_kinds(videos: Sequence[VideoRecord], baseline: Callable[[str, str], BleuCounts] | None) -> list[_Kind]:
    clips = [c for v in videos for c in v.clips]
    if not clips:
        return []

    def drawn(times: Times) -> list[tuple[Answers, int]]:
        return [(c, n) for v, n in zip(videos, times, strict=True) if n for c in v.clips]

    def yes(name: str, times: Times) -> float | None:
        total = sum((c.yes_no for c, n in drawn(times) for _ in range(n)), YesNo())
        share: float | None = getattr(total, name)
        return share

    def unparsed(times: Times) -> float | None:
        total = sum((c.yes_no for c, n in drawn(times) for _ in range(n)), YesNo())
        return total.unparsed / total.n if total.n else None

    def region(end: str, clear: bool, times: Times) -> float | None:
        right = [(getattr(m, end), n) for c, n in drawn(times) for m in c.moved if m.clear or not clear]
        total = sum(n for _, n in right)
        return sum(n for ok, n in right if ok) / total if total else None

    def bleu(name: str, times: Times) -> float | None:
        texts = ((getattr(c, name), n) for c, n in drawn(times))
        return sum((t.bleu * n for t, n in texts if t is not None), BleuCounts()).score

    def colours(times: Times) -> float | None:
        counts = [(c.appearance.colours, n) for c, n in drawn(times) if c.appearance is not None]
        total = sum(many * n for (_, many), n in counts)
        return sum(right * n for (right, _), n in counts) / total if total else None

    yes_no = sum((c.yes_no for c in clips), YesNo())
    moved = [m for c in clips for m in c.moved]
    clear = [m for m in moved if m.clear]
    found = [
        _Kind(
            "yes_no",
            "Yes/No accuracy",
            partial(yes, "accuracy"),
            yes_no.n,
            "clips",
            _share([str(c.anomaly) for c in clips]),
        ),
        _Kind("yes_no_balanced", "Yes/No, balanced", partial(yes, "balanced"), yes_no.n, "clips", 0.5),
        _Kind("unparsed", "neither Yes nor No", unparsed, yes_no.n, "clips"),
    ]
    for at, end, name in ((0, "start_right", "from"), (1, "end_right", "to")):
        for some, only, key, label in ((moved, False, "", ""), (clear, True, "_clear", ", clear cases")):
            common = _share([m.truth[at] for m in some])
            what = f"{name.capitalize()} accuracy{label}"
            found.append(_Kind(f"{name}{key}", what, partial(region, end, only), len(some), "targets", common))
    for name in ("appearance", "trajectory"):
        texts = [t for c in clips if (t := getattr(c, name)) is not None]
        common = _common_bleu([t.reference for t in texts], baseline)
        found.append(_Kind(f"bleu4_{name}", f"BLEU-4, {name}", partial(bleu, name), len(texts), "answers", common))
    looks = [c.appearance for c in clips if c.appearance is not None]
    found.append(
        _Kind(
            "colours", "colour words right", colours, sum(t.colours[1] for t in looks), "words", _common_colours(looks)
        )
    )
    return found


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
