from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tvau_studio.media.frame_cache import FrameCache

SIZE = 4 * 4 * 3


def picture(n: int) -> np.ndarray:
    return np.full((4, 4, 3), n % 256, np.uint8)


@given(
    steps=st.lists(st.tuples(st.integers(0, 50), st.sampled_from([1, -1]), st.booleans()), max_size=80),
    room=st.integers(1, 8),
)
def test_it_stays_in_its_bound_and_keeps_what_is_looked_at(steps: list[tuple[int, int, bool]], room: int) -> None:
    cache = FrameCache(room * SIZE)
    held: set[int] = set()
    for frame, direction, look in steps:
        if look:
            cache.look(frame, direction)
        kept = cache.put(frame, picture(frame))
        held.add(frame)
        held = {n for n in held if n in cache}
        assert kept == (frame in held)
        assert kept or not look
        assert cache.bytes == len(cache) * SIZE == len(held) * SIZE <= room * SIZE
        assert all(cache.get(n)[0, 0, 0] == n for n in held)
        number, found = cache.nearest(frame)
        assert abs(number - frame) == min(abs(n - frame) for n in held)
        assert found[0, 0, 0] == number


def test_what_lies_behind_goes_first() -> None:
    cache = FrameCache(5 * SIZE)
    cache.look(10, 1)
    for n in (7, 8, 9, 10, 11, 12, 13, 14):
        cache.put(n, picture(n))
    assert [n for n in range(20) if n in cache] == [9, 10, 11, 12, 13]
    cache.look(9, -1)
    cache.put(8, picture(8))
    assert [n for n in range(20) if n in cache] == [8, 9, 10, 11, 12]


def test_one_picture_stays_however_large_and_none_is_none() -> None:
    cache = FrameCache(1)
    assert cache.nearest(3) is None
    cache.put(3, picture(3))
    cache.put(3, picture(4))
    assert (len(cache), cache.bytes, cache.get(3)[0, 0, 0], cache.get(4)) == (1, SIZE, 4, None)
    cache.clear()
    assert (len(cache), cache.bytes) == (0, 0)
