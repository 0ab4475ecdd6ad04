"""A report on disk: its figures as JSON, its curves as pictures."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tvau_studio.domain.errors import StudioError
from tvau_studio.evaluation.frames import frame_roc, micro_auc
from tvau_studio.evaluation.pixels import PRO_LIMIT, aupro, auroc, average_precision, combined, pro_curve, roc_curve
from tvau_studio.evaluation.summary import region_curve
from tvau_studio.media.charts import Axis, Line, chart

if TYPE_CHECKING:
    from tvau_studio.media.imageops import Picture
    from tvau_studio.services.evaluating import Report


def check_folder(folder: str | Path) -> None:
    """Make `folder` where it is missing. Raises StudioError where nothing can be written into it: better before the
    work than after.
    """
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise StudioError(
            "The folder {folder} cannot be written: {why}; choose another.", folder=folder, why=error.strerror
        ) from None


def write(report: Report, folder: str | Path) -> list[Path]:
    """Write ``report.json`` and a PNG of each of `curves` into `folder`; returns their paths. Each appears whole or
    not at all. Raises StudioError where they cannot be written.
    """
    from tvau_studio.media.imageops import write_png

    folder = Path(folder)
    check_folder(folder)
    written = []
    for name, picture in curves(report):
        written.append(folder / f"{name}.png")
        write_png(written[-1], picture)
    target, temporary = folder / "report.json", folder / ".report.json"
    text = json.dumps(report.to_dict(), ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    try:
        temporary.write_text(text, encoding="utf-8", newline="\n")
        temporary.replace(target)
    except OSError as error:
        raise StudioError("{path} cannot be written: {why}.", path=target, why=error.strerror) from None
    finally:
        temporary.unlink(missing_ok=True)
    return [*written, target]


def curves(report: Report) -> Iterator[tuple[str, Picture]]:
    """(name, picture) of each curve that is defined: frame_roc, pixel_roc, pixel_pr, pro, regions."""
    heats = [record.heat for record in report.records if record.heat is not None]
    if not heats:
        return
    model = report.protocol["model"]
    fpr, tpr = Axis("false positive rate"), Axis("true positive rate")
    chance = Line("chance", np.array([0.0, 1.0]), np.array([0.0, 1.0]))
    labels, scores = [h.labels for h in heats], [h.scores for h in heats]
    if (micro := micro_auc(labels, scores)) is not None:
        line = Line(f"all frames, AUC {micro:.3f}", *frame_roc(labels, scores))
        yield "frame_roc", chart(f"Frames, {model}", [line, chance], fpr, tpr)
    counts = combined([h.pixels for h in heats])
    if (area := auroc(counts)) is not None:
        x, y, precision = roc_curve(counts)
        yield "pixel_roc", chart(f"Pixels, {model}", [Line(f"AUROC {area:.3f}", x, y), chance], fpr, tpr)
        level = counts.anomalous.sum() / counts.pixels
        base = Line("share of anomalous pixels", np.array([0.0, 1.0]), np.array([level, level]))
        line = Line(f"AP {average_precision(counts) or 0:.3f}", y[1:], precision[1:])
        yield "pixel_pr", chart(f"Pixels, {model}", [line, base], Axis("recall"), Axis("precision"))
    if (area := aupro(counts)) is not None:
        x, y = pro_curve(counts)
        line = Line(f"AUPRO {area:.3f}", x, y)
        overlap = Axis("per-region overlap")
        yield "pro", chart(f"Regions' pixels, {model}", [line], Axis("false positive rate", 0, PRO_LIMIT), overlap)
    if (found := region_curve(heats)) is not None:
        lines = [
            Line(f"regions, RBDC {found.rbdc:.3f}", found.fpr, found.regions),
            Line(f"tracks, TBDC {found.tbdc:.3f}", found.fpr, found.tracks),
        ]
        yield "regions", chart(f"Regions and tracks, {model}", lines, Axis("false alarms per frame"), Axis("detected"))
