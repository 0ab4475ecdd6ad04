"""Fitting how sure a model's yes and no are to labelled clips."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tvau_studio.domain import calibration
from tvau_studio.domain.calibration import Calibration
from tvau_studio.domain.errors import Cancelled, StudioError

if TYPE_CHECKING:
    from tvau_studio.services.models import Cancel, Progress


@dataclass(frozen=True)
class Fitted:
    """before, after: expected calibration error on these same clips."""

    model: str
    path: Path
    found: Calibration
    before: float
    after: float

    def to_dict(self) -> dict[str, Any]:
        """As ``model calibrate --json`` prints it."""
        return {
            "name": self.model,
            "path": str(self.path),
            "scale": round(self.found.scale, 4),
            "bias": round(self.found.bias, 4),
            "clips": self.found.clips,
            "error_before": round(self.before, 4),
            "error_after": round(self.after, 4),
        }


def calibrate(
    name_or_path: str | Path,
    data: str | Path,
    device: str = "auto",
    *,
    split: str | None = None,
    limit: int | None = None,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Fitted:
    """Ask whether there is an anomaly in each clip of a training export, fit, and keep the calibration beside the
    model's weights. split: None = ``val`` where the set has one, else as `evaluation_plan.plan` chooses.

    Raises StudioError where the set holds only one kind of clips, or the model is no folder that can be written to.
    """
    from tvau_studio.media.video import Video
    from tvau_studio.services import evaluation_plan
    from tvau_studio.services.models import load_model
    from tvau_studio.training import datasets
    from tvau_studio.training.dialogues import is_anomalous
    from tvau_studio.tvau import calibrations, inventory

    where = inventory.locate(name_or_path)
    if isinstance(where, str) or not where.is_dir():
        raise StudioError(
            "{name} is no folder; a calibration is kept in a checkpoint's folder.", name=str(name_or_path)
        )
    if split is None and "val" in {e.split for e in datasets.read(data).examples}:
        split = "val"
    plan = evaluation_plan.plan(data, evaluation_plan.Options(split=split, limit=limit))
    model = load_model(name_or_path, device)
    p: list[float] = []
    truth: list[bool] = []
    total = len(plan.clips)
    for path, clips in plan.videos.items():
        with Video(path) as video:
            for example, asked in clips:
                if cancel is not None and cancel():
                    raise Cancelled
                frames = example.frames
                if len(frames) <= model.max_frames:
                    question = next(q.text for q in asked if q.kind == "ask_anomaly")
                    p.append(model.host.p_yes(video, question, frames.start, frames.stop, cancel, raw=True))
                    truth.append(is_anomalous(example.row, frames))
                if progress is not None:
                    progress(len(p), total)
    try:
        found = calibration.fit(p, truth)
    except ValueError:
        raise StudioError(
            "{path} holds {n} clips of the split {split}, all of one kind; give some with an anomaly and some without.",
            path=plan.data,
            n=len(p),
            split=plan.split,
        ) from None
    calibrations.write(where, model.id, found)
    after = calibration.error([found(x) for x in p], truth)
    return Fitted(model.name, where / calibrations.FILE, found, calibration.error(p, truth), after)
