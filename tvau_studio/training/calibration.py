"""Bias and scale of the heat, so that p > .5 means something.

After training on pictures of which most hold an anomaly, p says little about a camera before which nothing happens for
hours. The bias is chosen so that most quiet frames stay below .5 everywhere, in the mode in which the network is used;
the scale so that p says how likely a patch is anomalous as well as one number can.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tvau_studio.domain.errors import StudioError
from tvau_studio.training.heatmap import HeatmapStage, TapFeatures
from tvau_studio.tvau.modeling_tvau import TVAU

QUIET = 0.95
"""The share of quiet frames that shall stay below .5."""

ENOUGH = 50
"""With fewer quiet frames no bias is chosen: one frame would be more than 2 in 100."""


def quiet_bias(margins: Sequence[npt.NDArray[np.float32]], quiet: float = QUIET) -> float:
    """The bias with which the share `quiet` of the quiet frames stays below p = .5 in every patch.

    margins: one float [H', W'] per frame, temperature * (H_abnormal - H_normal). Raises StudioError where there are
    fewer than `ENOUGH`.
    """
    if len(margins) < ENOUGH:
        raise StudioError(
            "{n} quiet frames are too few to calibrate on; {enough} are needed.", n=len(margins), enough=ENOUGH
        )
    peaks = np.sort([float(m.max()) for m in margins])
    # The smallest peak that at least so many frames do not exceed.
    at = min(len(peaks) - 1, int(np.ceil(quiet * len(peaks))) - 1)
    return -float(np.nextafter(np.float32(peaks[at]), np.float32(np.inf)))


def best_scale(margins: npt.NDArray[np.float32], wanted: npt.NDArray[np.float32], bias: float) -> float:
    """The scale > 0 at which p = sigmoid((margin + bias) / scale) has the least cross-entropy with the wanted heat.

    margins, wanted: of one shape, wanted in 0..1.
    """
    x, y = (margins.ravel() + bias).astype(np.float64), wanted.ravel().astype(np.float64)
    scales = np.geomspace(0.1, 50, 120)
    losses = [float(np.mean(np.logaddexp(0, x / s) - y * x / s)) for s in scales]
    return float(scales[int(np.argmin(losses))])


def set_calibration(model: TVAU, bias: float, scale: float) -> None:
    """Store bias and scale in the model's configuration; the order of heat values does not change."""
    assert model.config.ahd is not None
    assert model.ahd is not None
    ahd = dataclasses.replace(model.config.ahd, bias=bias, calibration=scale)
    model.config = dataclasses.replace(model.config, ahd=ahd)
    model.ahd.config = ahd


def calibrate(model: TVAU, stage: HeatmapStage, features: TapFeatures) -> bool:
    """Set bias and scale from labelled clips; False, and nothing done, where too few of their frames are quiet."""
    margins, wanted = stage.margins(features)
    pairs = [(m, w) for clip, heats in zip(margins, wanted, strict=True) for m, w in zip(clip, heats, strict=True)]
    quiet = [m for m, w in pairs if not w.any()]
    if len(quiet) < ENOUGH:
        return False
    bias = quiet_bias(quiet)
    flat = np.concatenate([m.ravel() for m, _ in pairs]), np.concatenate([w.ravel() for _, w in pairs])
    set_calibration(model, bias, best_scale(*flat, bias))
    return True
