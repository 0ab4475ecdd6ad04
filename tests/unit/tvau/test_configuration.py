from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tvau_studio.domain.errors import StudioError
from tvau_studio.tvau.configuration import PictureRule, RAEConfig, TVAUConfig, default_taps, thesis_config


@pytest.mark.parametrize(
    "config",
    [TVAUConfig(), TVAUConfig(ahd=None, rae=None), thesis_config(), TVAUConfig(rae=RAEConfig(steps=12, visual=True))],
)
def test_tvau_json_round_trip(config: TVAUConfig) -> None:
    assert TVAUConfig.from_json(config.to_json()) == config


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"format": 9}, "format"),
        ({"colour": 1}, "unknown key 'colour'"),
        ({"ahd": {"taps": []}}, "taps"),
        ({"ahd": {"taps": [3, 1]}}, "taps"),
        ({"ahd": {"normalisation": "maybe"}}, "normalisation"),
        ({"ahd": {"calibration": 0}}, "calibration"),
        ({"ahd": None}, "RAE needs an AHD"),
        ({"rae": {"input": "both ways"}}, "unknown preset or input"),
        ({"rae": {"channels": [1, 2]}}, "wrong width"),
        ({"pictures": {"kind": "huge"}}, "size of pictures"),
        ({"chat": {"max_frames": 0}}, "limit"),
    ],
)
def test_a_broken_description_is_refused_in_one_sentence(change: dict[str, object], why: str) -> None:
    data = {**json.loads(TVAUConfig().to_json()), **change}
    with pytest.raises(StudioError, match=why) as error:
        TVAUConfig.from_json(json.dumps(data), "folder/tvau.json")
    assert "folder/tvau.json" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("text", ["", "[]", "{", "null", '"x"'])
def test_text_that_is_no_object_is_refused(text: str) -> None:
    with pytest.raises(StudioError):
        TVAUConfig.from_json(text)


def test_default_taps_are_the_papers_at_its_depth() -> None:
    assert default_taps(32) == (0, 7, 15, 31)
    assert default_taps(8) == (0, 1, 3, 7)
    assert default_taps(1) == (0,)


def test_qwens_rule_gives_the_papers_size_for_shanghaitech() -> None:
    assert PictureRule("budget").size(480, 856, 28) == (476, 868)


@given(st.integers(40, 4000), st.integers(40, 4000))
def test_qwens_rule_keeps_the_budget_and_nearly_the_aspect(height: int, width: int) -> None:
    rule = PictureRule("budget")
    h, w = rule.size(height, width, 28)
    if max(height, width) / min(height, width) < 10:
        assert rule.min_pixels <= h * w <= rule.max_pixels
        assert abs(h / w / (height / width) - 1) < 2 * 28 / min(h, w)


@given(st.integers(16, 4000), st.integers(16, 4000), st.sampled_from(["budget", "shortest_edge"]))
def test_sizes_are_multiples_of_the_factor(height: int, width: int, kind: str) -> None:
    h, w = PictureRule(kind).size(height, width, 28)  # type: ignore[arg-type]
    assert h % 28 == w % 28 == 0
    assert min(h, w) >= 28
    if kind == "shortest_edge":
        assert max(h, w) <= 672 + 14
