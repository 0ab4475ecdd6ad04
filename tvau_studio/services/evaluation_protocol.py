"""What has to be told beside a figure so that it can be compared: how everything was read, cut, counted and asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import tvau_studio
from tvau_studio.evaluation.bootstrap import LEVEL
from tvau_studio.evaluation.pixels import BINS, PRO_LIMIT
from tvau_studio.services.evaluation_plan import BORDER, Options, Plan
from tvau_studio.services.measuring import PIXEL_SIDE, Rule

if TYPE_CHECKING:
    from tvau_studio.services.models import Model

_ABLATIONS = {
    "none": "none",
    "rae": "no RAE: answers without anomaly tokens; the rest as trained, nothing trained anew",
    "ahd": "no AHD: no heat, answers without anomaly tokens; the rest as trained, nothing trained anew",
}


@dataclass
class Counts:
    """Of a run. frames: with truth, of all videos. without_boxes, too_long: clips. signatures: of BLEU-4."""

    frames: int = 0
    without_boxes: int = 0
    too_long: int = 0
    signatures: set[str] = field(default_factory=set)


def protocol(plan: Plan, model: Model, counts: Counts) -> dict[str, Any]:
    """The protocol of a run, JSON-ready: names of things and sentences."""
    options = plan.options
    drawn = options.samples and len(plan.videos) > 1
    left_out = {
        "drafts": plan.drafts,
        "clips whose anomaly has no box or mask (heat)": counts.without_boxes,
        "clips longer than the model answers about (answers)": counts.too_long,
    }
    found: dict[str, Any] = {
        "program": f"tvau-studio {tvau_studio.__version__}",
        "model": model.name,
        "model_id": model.id,
        "ablation": _ABLATIONS[options.ablate],
        "data": str(plan.data),
        "split": plan.split,
        "videos": len(plan.videos),
        "clips": len(plan.clips),
        "left_out": {what: n for what, n in left_out.items() if n},
        "intervals": f"{LEVEL:.0%}, bootstrap over videos, {options.samples} draws, seed {options.seed}"
        if drawn
        else "none",
    }
    if plan.notes:
        found["notes"] = plan.notes
    if model.has_heat:
        found |= _of_heat(options.rule, counts)
    if options.ask:
        found |= _of_answers(options, plan, counts)
    return found


def _of_heat(rule: Rule, counts: Counts) -> dict[str, Any]:
    smooth = f"Gaussian over the video, sigma {rule.smooth:g} frames" if rule.smooth > 0 else "none"
    return {
        "frames": counts.frames,
        "truth": "masks where the set has some, else boxes; a box is anomalous only in frames where a segment of its "
        "object has an event",
        "frame_score": "maximum of the map" if rule.top <= 1 else f"mean of the map's {rule.top} hottest cells",
        "smoothing": smooth,
        "frame_auc_macro_padded": "UBnormal's rule: a normal frame of score 0 and an anomalous one of 1 more a video",
        "pixels": f"map enlarged bilinearly to the picture, or to {PIXEL_SIDE} on its longer side where that is less; "
        f"{BINS} bins even in logit(p)",
        "aupro": f"8-connected components of the truth, FPR up to {PRO_LIMIT}, normalised",
        "iou": "p > 0.5 on the model's own grid; truth of both frames of a pair, at the cells' centres; summed over "
        "the set",
        "rbdc_tbdc": f"8-connected components of p > {rule.threshold:g} as boxes, score = maximum; IoU >= 0.1, share "
        f"of a track >= 0.1; false alarms per frame of {counts.frames}",
        "pointing_rank_fires": "pointing: boxes widened by 10 % on each side; rank and fires: 90th percentile of the "
        "map in a box; fires: that is > 0.5",
    }


def _of_answers(options: Options, plan: Plan, counts: Counts) -> dict[str, Any]:
    questions = {q.text for clips in plan.videos.values() for _, asked in clips for q in asked}
    shots = "one example before each question: question and answer of a clip of the split train, as text"
    return {
        "questions": sorted(questions),
        "shots": shots if options.shots else "none",
        "yes_no": "a leading yes or no, else the first of them in the first sentence; neither counts as wrong",
        "from_to": "told and true targets matched one to one as fits best; clear cases: one target in the clip, its "
        f"centre {BORDER:.0%} of the picture off the region borders at both ends",
        "bleu4": sorted(counts.signatures),
        "colours": "the k-th colour word of the answer against the k-th of the reference",
        "most_common_answer": "what always giving the set's own most common answer would score",
    }
