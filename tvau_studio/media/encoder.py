"""Pictures -> an MP4 that every player shows."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from tvau_studio.domain.errors import StudioError

_CLOCK = 90_000
"""Ticks per second: fine enough for any frame rate, and what MPEG uses."""

_BT601 = 6
_LIMITED = 1
"""What the conversion from RGB writes, named in the file: without it players guess BT.709 for large pictures."""


def write_video(path: str | Path, pictures: Iterable[tuple[float, npt.NDArray[np.uint8]]]) -> None:
    """Write H.264 in MP4; the file appears whole or not at all.

    pictures: (seconds, uint8 [H, W, 3] RGB) in order, seconds ascending, all of one size; an odd side gets one more row
    or column, since 4:2:0 colour needs even sides. Raises StudioError where the file cannot be written or there is no
    picture.
    """
    path = Path(path)
    temporary: Path | None = None
    try:
        with tempfile.NamedTemporaryFile(prefix=f".{path.stem}-", suffix=".mp4", dir=path.parent, delete=False) as f:
            temporary = Path(f.name)
        _encode(temporary, pictures)
        temporary.chmod(0o644)
        temporary.replace(path)
    except (OSError, av.FFmpegError) as error:
        why = error.strerror or type(error).__name__
        raise StudioError("{path} cannot be written: {why}; choose another place.", path=path, why=why) from None
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _encode(path: Path, pictures: Iterable[tuple[float, npt.NDArray[np.uint8]]]) -> None:
    stream = None
    first = 0.0
    last = -1
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        for seconds, picture in pictures:
            height, width = (side + side % 2 for side in picture.shape[:2])
            if stream is None:
                stream = container.add_stream(
                    "libx264", rate=Fraction(_CLOCK, 1), options={"crf": "20", "preset": "fast"}
                )
                stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
                stream.codec_context.time_base = Fraction(1, _CLOCK)
                stream.codec_context.colorspace = _BT601
                stream.codec_context.color_range = _LIMITED
                first = seconds
            pad = ((0, height - picture.shape[0]), (0, width - picture.shape[1]), (0, 0))
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(np.pad(picture, pad, mode="edge")), format="rgb24")
            last = max(last + 1, round((seconds - first) * _CLOCK))
            frame.pts, frame.time_base = last, Fraction(1, _CLOCK)
            container.mux(stream.encode(frame))
        if stream is None:
            raise StudioError("There is no picture to write to {path}.", path=path)
        container.mux(stream.encode(None))
