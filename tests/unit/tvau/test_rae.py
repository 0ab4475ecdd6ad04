from __future__ import annotations

import pytest
import torch

from tvau_studio.tvau.configuration import RAEConfig
from tvau_studio.tvau.rae import RegionAwareEncoder, ThesisRegionEncoder, grid_pool, make_rae


@pytest.fixture(autouse=True)
def _seed() -> None:
    """A fresh small network may draw weights whose ReLUs are all shut; the same ones each time show what is asked."""
    torch.manual_seed(1)


def parameters(config: RAEConfig, width: int) -> int:
    with torch.device("meta"):
        return sum(p.numel() for p in make_rae(config, width).parameters())


def test_parameters_at_the_7b_width() -> None:
    assert parameters(RAEConfig(), 3584) == 7_539_600
    assert parameters(RAEConfig(preset="thesis", channels=(32, 48, 96), base_tokens=1), 3584) == 755_513


def test_the_thesis_names_its_parameters_as_its_files_do() -> None:
    with torch.device("meta"):
        state = ThesisRegionEncoder(RAEConfig(preset="thesis", channels=(32, 48, 96)), 3584).state_dict()
    assert {k: tuple(v.shape) for k, v in state.items()} == {
        "base_prompt": (1, 3584),
        "backbone.0.weight": (32, 1, 3, 3),
        "backbone.0.bias": (32,),
        "backbone.2.weight": (48, 32, 3, 3),
        "backbone.2.bias": (48,),
        "backbone.4.weight": (96, 48, 3, 3),
        "backbone.4.bias": (96,),
        "region_attn_conv.weight": (9, 96, 1, 1),
        "region_attn_conv.bias": (9,),
        "region_fc.weight": (3584, 96),
        "region_fc.bias": (3584,),
        "global_fc.weight": (3584, 96),
        "global_fc.bias": (3584,),
    }


SMALL = RAEConfig(channels=(3, 4, 5), mlp=6)


@pytest.mark.parametrize("kind", ["difference", "map", "both"])
@pytest.mark.parametrize("pairs", [1, 2, 12])
def test_shapes_and_counts(kind: str, pairs: int) -> None:
    rae = RegionAwareEncoder(RAEConfig(input=kind, channels=(3, 4, 5), mlp=6), 8)  # type: ignore[arg-type]
    out = rae(torch.randn(pairs, 2, 6, 9))
    assert out.shape == (pairs - 1, 20, 8)
    assert out.shape[0] * out.shape[1] == rae.tokens(pairs)


def test_the_papers_clip_has_220_tokens_and_the_thesis_120() -> None:
    assert make_rae(SMALL, 8).tokens(12) == 220
    thesis = make_rae(RAEConfig(preset="thesis", channels=(3, 4, 5)), 8)
    assert thesis.tokens(12) == 120
    assert thesis(torch.randn(12, 2, 6, 9), torch.rand(12, 6, 9)).shape == (12, 10, 8)


def test_the_difference_alone_does_not_see_what_stands_still() -> None:
    """The paper's input: H that does not change gives the same tokens whatever it is; `both` tells them apart."""
    still, other = torch.randn(1, 2, 6, 9).expand(3, -1, -1, -1), torch.zeros(3, 2, 6, 9)
    paper = RegionAwareEncoder(SMALL, 8)
    torch.testing.assert_close(paper(still), paper(other))
    both = RegionAwareEncoder(RAEConfig(input="both", channels=(3, 4, 5), mlp=6), 8)
    assert not torch.allclose(both(still), both(other))


def test_order_is_base_then_regions_row_major_then_global() -> None:
    rae = RegionAwareEncoder(SMALL, 8)
    quiet, h = torch.zeros(2, 2, 9, 9), torch.zeros(2, 2, 9, 9)
    h[1, 1, 7, 1] = 1.0  # bottom-left; three 3x3 convolutions carry it no farther than the middle row
    a, b = rae(quiet)[0], rae(h)[0]
    changed = [i for i in range(20) if not torch.allclose(a[i], b[i])]
    torch.testing.assert_close(a[:10], rae.base[0])
    assert 10 + 6 in changed
    assert not {10, 11, 12} & set(changed)
    assert all(i >= 10 for i in changed)


def test_grid_pool_is_row_major() -> None:
    x = torch.arange(9.0).view(1, 1, 3, 3).repeat_interleave(4, 2).repeat_interleave(5, 3)
    assert grid_pool(x)[0, :, 0].tolist() == list(range(9))


def test_step_embedding_tells_steps_apart_and_covers_long_ranges() -> None:
    rae = RegionAwareEncoder(RAEConfig(channels=(3, 4, 5), mlp=6, steps=3), 8)
    out = rae(torch.zeros(7, 2, 6, 6))
    assert not torch.allclose(out[0], out[1])
    torch.testing.assert_close(out[2], out[5])


def test_visual_hands_on_what_the_hot_place_looks_like() -> None:
    rae = RegionAwareEncoder(RAEConfig(channels=(3, 4, 5), mlp=6, visual=True), 8)
    cosines, merged = torch.zeros(2, 2, 12, 12), torch.randn(2, 6, 6, 8)
    cold = torch.zeros(2, 12, 12)
    hot = cold.clone()
    hot[1, 0:2, 10:12] = 1.0  # one merge unit in the top-right region
    a, b = rae(cosines, cold, merged)[0], rae(cosines, hot, merged)[0]
    gain = (b - a)[10 + 2]
    share = 0.25 / (0.25 + 0.05)  # one of the region's four units is hot
    torch.testing.assert_close(gain, share * merged[1, 0, 5])
    changed = [i for i in range(20) if not torch.allclose(a[i], b[i])]
    assert changed == [12, 19]
    with pytest.raises(ValueError, match="also reads"):
        rae(cosines)


def _pointing() -> RegionAwareEncoder:
    return RegionAwareEncoder(RAEConfig(channels=(3, 4, 5), mlp=6, region_embedding=True, steps=4, pointer=True), 8)


def test_the_global_token_carries_the_vector_of_the_region_pointed_at() -> None:
    rae = _pointing()
    h = torch.randn(3, 2, 6, 9)
    with torch.no_grad():
        rae.pointer.weight.zero_()
        rae.pointer.bias.fill_(-50.0)  # in no region
        without = rae(h)
        rae.pointer.weight.normal_()
        rae.pointer.bias.fill_(2.0)
        pointed = rae.pointed(rae(h)).softmax(1)
        found = rae(h)
    torch.testing.assert_close(found[:, :-1], without[:, :-1])
    torch.testing.assert_close(found[:, -1] - without[:, -1], pointed[:, :9] @ rae.region_embedding)
    assert pointed[:, :9].sum() > 1


def test_the_pointer_says_none_last() -> None:
    rae = _pointing()
    assert rae.pointed(rae(torch.randn(5, 2, 6, 9))).shape == (4, 10)
    assert rae.pointed(rae(torch.randn(1, 2, 6, 9))).shape == (0, 10)
    assert rae.pointed(rae(torch.randn(2, 2, 6, 9)))[0, 9] == 0
