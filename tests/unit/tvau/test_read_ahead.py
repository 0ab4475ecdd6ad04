from __future__ import annotations

import threading
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tvau_studio.domain.errors import StudioError
from tvau_studio.tvau.host import ModelHost
from tvau_studio.tvau.modeling_tvau import TVAU
from tvau_studio.tvau.read_ahead import ReadAhead


def number(frame: int) -> torch.Tensor:
    return torch.tensor(frame)


@given(st.sets(st.integers(0, 60), min_size=1), st.integers(1, 5), st.lists(st.integers(0, 60), max_size=20))
def test_whatever_is_taken_in_whatever_order_is_that_picture(frames: set[int], ahead: int, wanted: list[int]) -> None:
    with ReadAhead(number, sorted(frames), ahead) as pictures:
        for n, frame in enumerate(wanted):
            if n % 3 == 2:
                pictures.drop(frame)
            assert int(pictures.take(frame)) == frame


def test_it_reads_ahead_and_no_further() -> None:
    read: list[int] = []
    third = threading.Event()

    def reading(frame: int) -> torch.Tensor:
        read.append(frame)
        if len(read) == 3:
            third.set()
        return number(frame)

    with ReadAhead(reading, range(100), 3) as pictures:
        assert third.wait(20)
        assert int(pictures.take(0)) == 0
    assert read == [0, 1, 2]


def test_what_reading_raises_is_raised_where_it_is_taken() -> None:
    def broken(frame: int) -> torch.Tensor:
        if frame == 2:
            raise StudioError("gone")
        return number(frame)

    with ReadAhead(broken, range(5), 9) as pictures:
        assert int(pictures.take(1)) == 1
        with pytest.raises(StudioError, match="gone"):
            pictures.take(2)
        with pytest.raises(StudioError, match="gone"):
            pictures.take(4)


def test_a_scan_leaves_no_features_behind(model: TVAU, video: Any) -> None:
    host = ModelHost(model, "random", "0" * 16)
    maps = host.heat(video, range(6), remember=False)
    assert host._bytes == 0
    assert video.reads == list(range(11))
    torch.testing.assert_close(torch.tensor(maps), torch.tensor(host.heat(video, range(6))))
    assert host._bytes > 0


def test_a_listener_that_fails_leaves_no_thread(model: TVAU, video: Any) -> None:
    def fail(pairs: Any, maps: Any) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        ModelHost(model, "random", "0" * 16).heat(video, range(6), ready=fail)
    assert "tvau-read-ahead" not in [t.name for t in threading.enumerate()]
