from __future__ import annotations

import numpy as np
import pytest

from tvau_studio.domain.colormaps import NAMES, table


@pytest.mark.parametrize("name", NAMES)
def test_a_map_is_256_smooth_colours(name: str) -> None:
    colours = table(name)
    assert colours.shape == (256, 3)
    assert colours.dtype == np.uint8
    assert np.abs(np.diff(colours.astype(int), axis=0)).max() <= 8


@pytest.mark.parametrize("name", [n for n in NAMES if n != "turbo"])
def test_hotter_is_brighter(name: str) -> None:
    brightness = table(name) @ np.array([0.2126, 0.7152, 0.0722])
    assert (np.diff(brightness[::8]) > 0).all()


def test_the_ends_are_those_of_the_published_maps() -> None:
    assert table("inferno")[[0, 255]].tolist() == [[0, 0, 4], [252, 255, 164]]
    assert table("viridis")[[0, 255]].tolist() == [[68, 1, 84], [253, 231, 37]]
