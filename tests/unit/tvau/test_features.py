"""Order restoring against brute force, batches against single pairs, batched windows against transformers' own loop."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from transformers.vision_utils import get_vision_window_index

from tvau_studio.tvau.attention import NAME
from tvau_studio.tvau.features import merge_tokens, to_raster, vision_features
from tvau_studio.tvau.modeling_tvau import TVAU


def brute_force_coordinates(
    pairs: int, height: int, width: int, window: int = 112, patch: int = 14
) -> list[tuple[int, int, int]]:
    """(t, y, x) of each token in the order in which the tower computes: pair by pair, window by window, row-major
    inside a window in
    units of 2x2 patches, and row-major inside a unit."""
    side = window // patch // 2
    order = []
    for t in range(pairs):
        for wy in range(0, height // 2, side):
            for wx in range(0, width // 2, side):
                for uy in range(wy, min(wy + side, height // 2)):
                    for ux in range(wx, min(wx + side, width // 2)):
                        order += [(t, 2 * uy + dy, 2 * ux + dx) for dy in (0, 1) for dx in (0, 1)]
    return order


@pytest.mark.parametrize(
    ("pairs", "height", "width"), [(1, 4, 4), (2, 8, 14), (3, 10, 18), (1, 34, 62), (2, 2, 2), (1, 16, 16)]
)
def test_window_order_is_undone(pairs: int, height: int, width: int) -> None:
    order = brute_force_coordinates(pairs, height, width)
    hidden = torch.tensor(order, dtype=torch.float32)
    thw = torch.tensor([[pairs, height, width]])
    index, _ = get_vision_window_index(thw, spatial_merge_size=2, window_size=112, patch_size=14)
    raster = to_raster(hidden, torch.argsort(index), pairs, (height, width), 2)
    t, y, x = torch.meshgrid(torch.arange(pairs), torch.arange(height), torch.arange(width), indexing="ij")
    assert torch.equal(raster, torch.stack([t, y, x], -1).float())


@pytest.fixture
def patches() -> torch.Tensor:
    torch.manual_seed(5)
    return torch.randn(3, 10 * 18, 1176)


def test_taps_are_the_hidden_states_of_transformers(model: TVAU, patches: torch.Tensor) -> None:
    visual, grid = model.visual, (10, 18)
    thw = torch.tensor([[3, *grid]])
    with torch.no_grad():
        got = vision_features(visual, patches, grid, (0, 1, 3))
        own = visual(patches.flatten(0, 1), grid_thw=thw, output_hidden_states=True)
    index, _ = get_vision_window_index(thw, spatial_merge_size=2, window_size=112, patch_size=14)
    order = torch.argsort(index)
    for tap, i in zip(got.taps, (0, 1, 3), strict=True):
        torch.testing.assert_close(tap, to_raster(own.hidden_states[i + 1], order, 3, grid, 2))
    assert got.merged is not None
    torch.testing.assert_close(got.merged.flatten(0, 2), own.pooler_output)


def test_a_pass_may_end_at_the_last_tap(model: TVAU, patches: torch.Tensor) -> None:
    ran: list[int] = []
    handles = [
        block.register_forward_hook(lambda *_, i=i: ran.append(i)) for i, block in enumerate(model.visual.blocks)
    ]
    with torch.no_grad():
        early = vision_features(model.visual, patches, (10, 18), (0, 1), last=False, merged=False)
        assert ran == [0, 1]
        whole = vision_features(model.visual, patches, (10, 18), (0, 1))
    for handle in handles:
        handle.remove()
    assert early.last is None
    assert early.merged is None
    assert all(torch.equal(a, b) for a, b in zip(early.taps, whole.taps, strict=True))
    assert whole.last is not None
    torch.testing.assert_close(merge_tokens(model.visual, whole.last), whole.merged)


def test_pairs_are_independent(model: TVAU, patches: torch.Tensor) -> None:
    with torch.no_grad():
        together = vision_features(model.visual, patches, (10, 18), (0, 3))
        for k in range(3):
            alone = vision_features(model.visual, patches[k : k + 1], (10, 18), (0, 3))
            for a, b in zip(together.taps, alone.taps, strict=True):
                torch.testing.assert_close(a[k : k + 1], b, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("grid", [(8, 16), (10, 18), (4, 6)])
def test_batched_windows_equal_the_loop(model: TVAU, grid: tuple[int, int]) -> None:
    """Grids whose windows are all equal, of several sizes, and fewer than one window."""
    visual: Any = model.visual
    assert visual.config._attn_implementation == NAME
    torch.manual_seed(1)
    x, thw = torch.randn(2 * grid[0] * grid[1], 1176), torch.tensor([[2, *grid]])
    with torch.no_grad():
        ours = visual(x, grid_thw=thw)
        visual.config._attn_implementation = "sdpa"
        try:
            theirs = visual(x, grid_thw=thw)
        finally:
            visual.config._attn_implementation = NAME
    torch.testing.assert_close(ours.last_hidden_state, theirs.last_hidden_state, atol=1e-5, rtol=1e-5)


def test_hooks_are_gone_after_an_error(model: TVAU) -> None:
    before = [list(block._forward_hooks) for block in model.visual.blocks]
    with pytest.raises(IndexError):
        vision_features(model.visual, torch.randn(1, 7, 1176), (10, 18), (0, 3))
    assert [list(block._forward_hooks) for block in model.visual.blocks] == before
