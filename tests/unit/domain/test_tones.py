from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tvau_studio.domain.tones import Tones, stretch

tones = st.builds(Tones, st.floats(-1, 1), st.floats(-1, 1), st.floats(0.2, 5), st.booleans())


@given(tones)
def test_brighter_stays_brighter(look: Tones) -> None:
    table = look.table().astype(int)
    assert (np.diff(table) >= 0).all()


def test_nothing_set_changes_nothing() -> None:
    picture = np.arange(300, dtype=np.uint8).reshape(10, 10, 3)
    assert Tones().applied(picture) is picture
    assert (Tones().table() == np.arange(256)).all()


@given(tones, st.integers(0, 2**32 - 1))
def test_each_pixel_goes_through_the_table(look: Tones, seed: int) -> None:
    picture = np.random.default_rng(seed).integers(0, 256, (7, 5, 3), np.uint8)
    table = look.table(*(stretch(picture) if look.auto else (0, 255)))
    if look.plain:
        table = np.arange(256, dtype=np.uint8)
    np.testing.assert_array_equal(look.applied(picture), table[picture])


def test_what_each_control_does() -> None:
    grey = np.full((4, 4, 3), 100, np.uint8)
    assert Tones(brightness=0.2).applied(grey)[0, 0, 0] == 151
    assert Tones(contrast=1.0).applied(grey)[0, 0, 0] == round(255 * ((100 / 255 - 0.5) * 3 + 0.5))
    assert Tones(gamma=2.0).applied(grey)[0, 0, 0] == round(255 * (100 / 255) ** 0.5)
    assert Tones(brightness=1.0).table().min() == 255


def test_a_dull_picture_is_stretched_to_black_and_white() -> None:
    dull = np.linspace(80, 120, 3 * 64 * 64).astype(np.uint8).reshape(64, 64, 3)
    assert stretch(dull) == (80, 119)
    shown = Tones(auto=True).applied(dull)
    assert (shown.min(), shown.max()) == (0, 255)
    assert stretch(np.full((8, 8, 3), 7, np.uint8)) == (0, 255)
