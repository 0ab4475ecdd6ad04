from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tvau_studio.domain.errors import UsageError
from tvau_studio.gui.player.places import clock_text, read_place

TIMES = [n * 0.04 for n in range(5000)]


@pytest.mark.parametrize(
    ("text", "frame"),
    [
        ("123", 123),
        (" 12.5s ", 312),
        ("12,5 s", 312),
        ("1:02.5", 1562),
        ("0:01:00", 1500),
        ("+24", 124),
        ("-24", 76),
        ("+1s", 125),
        ("-9999", 0),
        ("50%", 2500),
        ("100%", 4999),
        ("99999999999999999999", 4999),
    ],
)
def test_what_a_person_writes(text: str, frame: int) -> None:
    assert read_place(text, 100, TIMES) == frame


@pytest.mark.parametrize("text", ["", "+", "ten", "1:2:3:4", "5 %%", "s", "1e", "nan%", "infs", "٪"])
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="write a frame"):
        read_place(text, 100, TIMES)


@given(st.integers(0, 4999))
def test_the_clock_names_its_own_picture(frame: int) -> None:
    assert read_place(clock_text(TIMES[frame] + 1e-4), 0, TIMES) == frame


def test_the_clock_grows_hours() -> None:
    assert clock_text(7.25) == "00:07.250"
    assert clock_text(3600 + 61.5) == "1:01:01.500"
