"""Videos made on the spot, whose pictures carry their number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

BITS = 10
CLOCK = 90_000


def numbered(n: int, height: int = 64, width: int = 160) -> np.ndarray:
    """Picture n: its bits as white and black blocks, below them inverted, a red mark in the left lower corner."""
    picture = np.full((height, width, 3), 90, np.uint8)
    picture[:, :, 2] = np.linspace(60, 180, width).astype(np.uint8)
    for i in range(BITS):
        bit = n >> (BITS - 1 - i) & 1
        columns = slice(i * width // BITS, (i + 1) * width // BITS)
        picture[: height // 4, columns] = 255 * bit
        picture[height // 4 : height // 2, columns] = 255 * (1 - bit)
    picture[-height // 4 :, : height // 4] = (220, 30, 30)
    return picture


def read_number(picture: np.ndarray) -> int | None:
    """The number that a picture carries, None where it cannot be read."""
    height, width = picture.shape[:2]
    n = 0
    for i in range(BITS):
        x = int((i + 0.5) * width / BITS)
        upper, lower = (float(picture[int(y * height), x - 2 : x + 3].mean()) for y in (0.125, 0.375))
        if abs(upper - lower) < 60:
            return None
        n = n << 1 | int(upper > lower)
    return n


X264 = {"preset": "ultrafast", "crf": "18", "g": "12", "keyint_min": "12", "sc_threshold": "0", "bf": "3"}
B_PICTURES = {**X264, "x264-params": "b-adapt=0:bframes=3:b-pyramid=normal"}
OPEN_GOP = {**X264, "x264-params": "b-adapt=0:bframes=3:open-gop=1"}


def _break(path: Path, packets: Sequence[int]) -> None:
    """Overwrite what is in some packets of an MP4 file, given in its order, behind their lengths and types."""
    with av.open(str(path)) as container:
        places = [(p.pos, p.size) for p in container.demux(video=0) if p.size]
    data = bytearray(path.read_bytes())
    for pos, size in (places[n] for n in packets):
        data[pos + 5 : pos + size] = b"\x01" * (size - 5)
    path.write_bytes(data)


Film = Callable[..., Path]


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Film:
    """film(name, frames, ...): writes a video of numbered pictures and gives its path.

    times: seconds of each picture, by default n / fps. broken: packets, in the order of the file, whose bytes are lost.
    turn: degrees clockwise that a player has to turn the stored picture. holes: packets missing, as a camera drops them
    (an AVI file then holds empty ones).
    """
    folder = tmp_path_factory.mktemp("films")

    def make(
        name: str,
        frames: int = 40,
        codec: str = "libx264",
        options: dict[str, str] | None = None,
        *,
        fps: int = 25,
        times: Sequence[float] | None = None,
        broken: Sequence[int] = (),
        turn: int = 0,
        pix_fmt: str = "yuv420p",
        size: tuple[int, int] = (64, 160),
        holes: bool = False,
    ) -> Path:
        path = folder / name
        if path.exists():
            return path
        with av.open(str(path), "w") as container:
            stream = container.add_stream(codec, rate=fps, options=dict(B_PICTURES if options is None else options))
            pictures = [np.rot90(numbered(n, *size), turn // 90) for n in range(frames)]
            stream.height, stream.width = pictures[0].shape[:2]
            stream.pix_fmt = pix_fmt
            if times is not None:
                stream.codec_context.time_base = Fraction(1, CLOCK)
            if turn:
                stream.set_display_rotation(-turn)
            for n, picture in enumerate(pictures):
                frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
                if times is not None:
                    frame.pts, frame.time_base = round(times[n] * CLOCK), Fraction(1, CLOCK)
                if holes:
                    frame.pts = n + (n + 3) // 10 * 3
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        if broken:
            _break(path, broken)
        return path

    return make
