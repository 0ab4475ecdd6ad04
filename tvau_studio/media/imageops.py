"""Pictures as arrays: written to files, resized, drawn on. OpenCV is loaded by the first call, here and nowhere else.

Pictures are uint8 [H, W, 3] RGB, as `Video` gives them.
"""

from __future__ import annotations

import os
import tempfile
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from tvau_studio.domain.errors import StudioError, UsageError

Picture = npt.NDArray[np.uint8]

Colour = tuple[int, int, int]
"""Red, green, blue, 0..255."""

_SUBPIXEL = 4
"""Bits of a pixel's fraction that OpenCV draws with."""

_QT_VARIABLES = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")


@cache
def _cv2() -> Any:
    """OpenCV, without what it does to Qt: its import points these variables at plugins and fonts of its own."""
    before = {name: os.environ.get(name) for name in _QT_VARIABLES}
    import cv2

    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    return cv2


def resize(picture: Picture, size: tuple[int, int], how: Literal["area", "linear"] = "area") -> Picture:
    """uint8 [H', W', 3] of `size` (H', W'), both at least 1. "area" to shrink without moire, "linear" to enlarge."""
    cv2 = _cv2()
    height, width = size
    flag = cv2.INTER_AREA if how == "area" else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(picture, (max(1, width), max(1, height)), interpolation=flag), np.uint8)


def thumbnail(picture: Picture, width: int) -> Picture:
    """The picture `width` pixels wide, its proportions kept; never enlarged."""
    height, full = picture.shape[:2]
    if width >= full:
        return picture
    return resize(picture, (max(1, round(height * width / full)), width))


def read_numbers(path: Path) -> npt.NDArray[np.integer[Any]]:
    """The numbers in a PNG whose pixels are no colours but ids: uint8 or uint16 [H, W].

    Raises StudioError where it cannot be read, is no picture, or its channels differ.
    """
    cv2 = _cv2()
    try:
        data = np.fromfile(path, np.uint8)
    except OSError as error:
        raise StudioError("{path} cannot be read: {why}.", path=path, why=error.strerror or error) from None
    found = cv2.imdecode(data, cv2.IMREAD_UNCHANGED) if len(data) else None
    if found is None:
        raise StudioError("{path} is no picture, or a damaged one.", path=path)
    if found.ndim == 3:
        colours = found[:, :, :3]
        if (colours != colours[:, :, :1]).any():
            raise StudioError("{path} holds colours, where each pixel should be a number.", path=path)
        found = colours[:, :, 0]
    return np.asarray(found)


def write_picture(path: str | Path, picture: Picture) -> None:
    """Write a PNG or JPEG, as the name ends. Raises UsageError for another ending, StudioError as the writers do."""
    suffix = Path(path).suffix.lower()
    if suffix == ".png":
        write_png(path, picture)
    elif suffix in (".jpg", ".jpeg"):
        write_jpeg(path, picture)
    else:
        raise UsageError("{path} does not end in .png or .jpg; give it one of these endings.", path=path)


def write_png(path: str | Path, picture: Picture) -> None:
    """Write a PNG; it appears whole or not at all. Raises StudioError where it cannot be written."""
    _write(Path(path), picture, ".png", [])


def write_jpeg(path: str | Path, picture: Picture, quality: int = 92) -> None:
    """Write a JPEG of quality 1 to 100, whole or not at all. Raises StudioError where it cannot be written."""
    _write(Path(path), picture, ".jpg", [_cv2().IMWRITE_JPEG_QUALITY, quality])


def jpeg_bytes(picture: Picture, quality: int = 88) -> bytes:
    """The picture as a JPEG of quality 1 to 100, for a file that holds pictures: the same picture, the same bytes."""
    cv2 = _cv2()
    done, data = cv2.imencode(".jpg", np.ascontiguousarray(picture[:, :, ::-1]), [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise StudioError("A picture of {w}x{h} is too large for a JPEG.", w=picture.shape[1], h=picture.shape[0])
    return bytes(data)


def _write(path: Path, picture: Picture, suffix: str, options: list[int]) -> None:
    if path.is_dir():
        raise StudioError("{path} is a folder; give the name of a file.", path=path)
    if not path.parent.is_dir():
        raise StudioError("{path} cannot be written: there is no folder {folder}.", path=path, folder=path.parent)
    cv2 = _cv2()
    done, data = cv2.imencode(suffix, np.ascontiguousarray(picture[:, :, ::-1]), options)
    if not done:
        raise StudioError("{path} cannot be written: the picture is too large for its format.", path=path)
    temporary: Path | None = None
    try:
        with tempfile.NamedTemporaryFile(prefix=".", suffix=suffix, dir=path.parent, delete=False) as file:
            temporary = Path(file.name)
            file.write(data)
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise StudioError("{path} cannot be written: {why}; choose another place.", path=path, why=why) from None
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def draw_line(picture: Picture, points: npt.NDArray[np.floating], colour: Colour, thickness: int = 1) -> None:
    """Draw a line through points float [n, 2], x then y in pixels, into the picture; smooth."""
    cv2 = _cv2()
    fixed = np.rint(np.asarray(points, np.float64) * (1 << _SUBPIXEL)).astype(np.int32)
    cv2.polylines(picture, [fixed.reshape(-1, 1, 2)], False, colour, thickness, cv2.LINE_AA, _SUBPIXEL)


def draw_text(
    picture: Picture,
    text: str,
    at: tuple[int, int],
    colour: Colour,
    height: int = 14,
    anchor: Literal["left", "middle", "right"] = "left",
) -> None:
    """Draw one line of ASCII text into the picture. at: (x, y) of its base line's left end, middle or right end.
    height: of a capital letter, pixels.
    """
    cv2 = _cv2()
    font = cv2.FONT_HERSHEY_SIMPLEX
    scale = height / 21.0  # a capital of this font is 21 units high
    width = cv2.getTextSize(text, font, scale, 1)[0][0]
    x = at[0] - {"left": 0, "middle": width // 2, "right": width}[anchor]
    cv2.putText(picture, text, (x, at[1]), font, scale, colour, 1, cv2.LINE_AA)


def grey(picture: Picture) -> Picture:
    """uint8 [H, W]: how bright each pixel is."""
    cv2 = _cv2()
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)


def corners(image: Picture, most: int, apart: float) -> npt.NDArray[np.float32]:
    """float32 [n, 2], n <= most: places of a grey image [H, W] that can be found again, x then y, the best first, at
    least `apart` pixels from each other.
    """
    found = _cv2().goodFeaturesToTrack(image, most, 0.01, apart)
    return np.zeros((0, 2), np.float32) if found is None else np.asarray(found, np.float32).reshape(-1, 2)


def flow(
    before: Picture, after: Picture, points: npt.NDArray[np.float32]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    """Where points of one grey image [H, W] lie in the next (pyramidal Lucas-Kanade): float32 [n, 2], and whether each
    was found, bool [n].
    """
    cv2 = _cv2()
    stop = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 20, 0.03)
    there, found, _ = cv2.calcOpticalFlowPyrLK(
        before, after, points.reshape(-1, 1, 2), None, winSize=(15, 15), maxLevel=3, criteria=stop
    )
    return np.asarray(there, np.float32).reshape(-1, 2), np.asarray(found).ravel() == 1
