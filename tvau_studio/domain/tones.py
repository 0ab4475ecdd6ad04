"""How bright a picture is shown: one curve for all its pixels, as a table of 256 values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_SAMPLES = 65_536
"""Pixels that `stretch` looks at, at most."""


@dataclass(frozen=True)
class Tones:
    """brightness: -1..1, added (1 = all white). contrast: -1..1, about the middle grey; 0 leaves it, 1 trebles it.
    gamma: 0.2..5; above 1 dark parts become brighter. auto: the picture's own range is stretched to all of black to
    white first.
    """

    brightness: float = 0.0
    contrast: float = 0.0
    gamma: float = 1.0
    auto: bool = False

    @property
    def plain(self) -> bool:
        """Pictures are shown as they are."""
        return self == Tones()

    def table(self, low: int = 0, high: int = 255) -> npt.NDArray[np.uint8]:
        """uint8 [256]: as what each value is shown. low, high: what becomes black and white, low < high."""
        x = np.clip((np.arange(256) - low) / max(1, high - low), 0.0, 1.0)
        x = x ** (1.0 / self.gamma)
        x = (x - 0.5) * 3.0**self.contrast + 0.5 + self.brightness
        return np.asarray(np.rint(np.clip(x, 0.0, 1.0) * 255), np.uint8)

    def applied(self, picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        """The picture uint8 [H, W, 3] as it is shown; itself where nothing changes."""
        if self.plain:
            return picture
        table = self.table(*(stretch(picture) if self.auto else (0, 255)))
        # Translating bytes is several times as fast as indexing a table with an array.
        return np.frombuffer(picture.tobytes().translate(table.tobytes()), np.uint8).reshape(picture.shape)


def stretch(picture: npt.NDArray[np.uint8]) -> tuple[int, int]:
    """(low, high): the values between which all but the darkest and brightest half percent lie, of all channels
    together, so that colours keep their hue. A picture of one value gives (0, 255)."""
    flat = picture.reshape(-1)
    step = max(1, len(flat) // _SAMPLES) | 1  # odd: it goes through all channels
    low, high = np.percentile(flat[::step], (0.5, 99.5))
    return (int(low), int(high)) if high - low >= 2 else (0, 255)
