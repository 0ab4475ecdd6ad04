"""One pass of the vision tower per frame pair: the tapped features in raster order, and the merged tokens.

Qwen2.5-VL keeps its tokens in 2x2-merge order, and inside the tower in window order besides. A frame pair never attends
to another pair, so a batch of pairs equals the pairs one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from transformers.vision_utils import get_vision_window_index


@dataclass(frozen=True)
class Features:
    """taps: one float [P, H', W', C] per tap. last: float [P, H', W', C], the output of the last block, from which
    `merge_tokens` makes
    the merged tokens; None where the pass ended before it. merged: float [P, H'/m, W'/m, D], or None where it was not
    asked for.
    """

    taps: tuple[Tensor, ...]
    last: Tensor | None
    merged: Tensor | None


class _Done(Exception):  # noqa: N818 - no error
    """Leaves the tower's forward once the last block that is wanted has run."""


def vision_features(
    visual: Any, patches: Tensor, grid: tuple[int, int], taps: Sequence[int], *, last: bool = True, merged: bool = True
) -> Features:
    """Run `visual` (a Qwen2_5_VisionTransformerPretrainedModel) once over P frame pairs of equal size.

    patches: float [P, H' W', channels * 2 * patch * patch], as `processing_tvau` cuts them. grid: (H', W') in patches.
    taps: block indices, ascending. last: also the last block's output. merged: also the merged tokens. With neither the
    pass ends at the last tap.
    """
    pairs, merge = patches.shape[0], visual.spatial_merge_size
    thw = torch.tensor([[pairs, *grid]], device=patches.device)
    final = len(visual.blocks) - 1
    wanted = sorted({*taps, *([final] if last or merged else [])})
    seen: dict[int, Tensor] = {}

    def keep(index: int) -> Any:
        def hook(module: Any, inputs: Any, output: Any) -> None:
            seen[index] = output[0] if isinstance(output, tuple) else output
            if index == wanted[-1]:
                raise _Done

        return hook

    handles = [visual.blocks[i].register_forward_hook(keep(i)) for i in wanted]
    try:
        visual(patches.flatten(0, 1).to(visual.dtype), grid_thw=thw)
    except _Done:
        pass
    finally:
        for handle in handles:
            handle.remove()
    order = torch.argsort(window_index(visual, pairs, grid).to(patches.device))
    raster = {i: to_raster(seen[i], order, pairs, grid, merge) for i in wanted}
    end = raster.get(final) if last or merged else None
    return Features(
        tuple(raster[i] for i in taps), end, merge_tokens(visual, end) if merged and end is not None else None
    )


def merge_tokens(visual: Any, last: Tensor) -> Tensor:
    """The tower's own merger over the last block's output [P, H', W', C] -> vision tokens [P, H'/m, W'/m, D]."""
    pairs, height, width, channels = last.shape
    m = visual.spatial_merge_size
    units = last.view(pairs, height // m, m, width // m, m, channels).transpose(2, 3)
    return visual.merger(units.reshape(-1, channels)).view(pairs, height // m, width // m, -1)  # type: ignore[no-any-return]


def window_index(visual: Any, pairs: int, grid: tuple[int, int]) -> Tensor:
    """The tower's order of merge units: int64 [P H'/m W'/m]; position j of the tower holds unit window_index[j]."""
    thw = torch.tensor([[pairs, *grid]])
    index: Tensor
    index, _ = get_vision_window_index(
        thw, spatial_merge_size=visual.spatial_merge_size, window_size=visual.window_size, patch_size=visual.patch_size
    )
    return index


def to_raster(hidden: Tensor, order: Tensor, pairs: int, grid: tuple[int, int], merge: int) -> Tensor:
    """Tokens in window order [P H' W', C] -> [P, H', W', C]; order = argsort(window_index)."""
    height, width = grid
    units = hidden.view(-1, merge * merge, hidden.shape[-1])[order]
    blocks = units.view(pairs, height // merge, width // merge, merge, merge, -1)
    return blocks.permute(0, 1, 3, 2, 4, 5).reshape(pairs, height, width, -1)
