"""The heat of a clip as it ought to be: what the language part learns to read before it meets the decoder's errors.

A decoder that misses every other target teaches little about what its maps mean: an answer that the tokens do not hold
is noise to whoever learns to read them. So the language part begins on maps whose targets are hot and whose other
places are cold, and meets the real ones by and by (`training.language`).
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.geometry import Box
from tvau_studio.training.dialogues import Row, boxes_in, events_in
from tvau_studio.tvau.configuration import AHDConfig

_HOT, _SPREAD = 2.0, 1.5
"""Mean and standard deviation of a target's heat, in logits; one draw for each target."""

_COLD = -2.0
"""Heat, in logits, above which no place without a target stays."""

_FALSE = 0.3
"""How many false places a window keeps as hot as they are, in the mean."""


def corrected(cosines: Tensor, row: Row, frames: FrameRange, config: AHDConfig, dice: np.random.Generator) -> Tensor:
    """H [T', 2, H', W'] of a window, corrected by the boxes of the clip's targets; the mean of both channels stays.

    Places inside a target's box (an ellipse in it) are at least hot, all others at most cold, with a rest of false ones
    so that a single warm cell proves nothing. A clip of unknown size is left as it is.
    """
    if not row.get("size"):
        return cosines
    margin = (config.temperature * (cosines[:, 1] - cosines[:, 0]) + config.bias) / config.calibration
    hot = torch.full_like(margin, -torch.inf)
    for thing in row["objects"]:
        if not events_in(thing, frames):
            continue
        level = dice.normal(_HOT, _SPREAD)
        boxes = boxes_in(thing, frames)
        for k, pair in enumerate(frames.pairs):
            box = boxes.get(2 * pair) or boxes.get(2 * pair + 1)
            if box is not None and events_in(thing, FrameRange(2 * pair, 2 * pair + 2)):
                hot[k][_inside(box, row["size"], hot.shape[1:])] = level
    cold = torch.full_like(margin, _COLD)
    for _ in range(int(dice.poisson(_FALSE))):
        y, x = int(dice.integers(margin.shape[1])), int(dice.integers(margin.shape[2]))
        cold[:, max(0, y - 2) : y + 3, max(0, x - 2) : x + 3] = torch.inf
    wanted = torch.where(hot > -torch.inf, torch.maximum(margin, hot), torch.minimum(margin, cold))
    apart = (wanted * config.calibration - config.bias) / config.temperature
    middle = cosines[:, :2].mean(1)
    return torch.stack([middle - apart / 2, middle + apart / 2], 1)


def _inside(box: Box, size: tuple[int, int], grid: tuple[int, ...]) -> Tensor:
    """bool [H', W']: the cells whose middle lies in the ellipse in the box, the one at its centre always."""
    y = (torch.arange(grid[0]) + 0.5) * size[0] / grid[0]
    x = (torch.arange(grid[1]) + 0.5) * size[1] / grid[1]
    cx, cy = box.centre
    across = ((x - cx) / max(box.w / 2, 1e-6)).square()
    down = ((y - cy) / max(box.h / 2, 1e-6)).square()
    found = down[:, None] + across[None] <= 1
    row, column = int(cy * grid[0] / size[0]), int(cx * grid[1] / size[1])
    found[min(max(row, 0), grid[0] - 1), min(max(column, 0), grid[1] - 1)] = True
    return found
