"""What a surveillance camera adds: exposure, blur, low resolution, noise, JPEG blocks, grey pictures, shake,
flicker."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tvau_studio.synth import kernels
from tvau_studio.synth.chance import Dice

_LEVELS = 4096
_TOP = 4.0
"""Light beyond this is white."""

# The luminance table of JPEG (ITU-T T.81, annex K.1).
_QUANT = np.array(
    [
        [16, 11, 10, 16, 24, 40, 51, 61],
        [12, 12, 14, 19, 26, 58, 60, 55],
        [14, 13, 16, 24, 40, 57, 69, 56],
        [14, 17, 22, 29, 51, 87, 80, 62],
        [18, 22, 37, 56, 68, 109, 103, 77],
        [24, 35, 55, 64, 81, 104, 113, 92],
        [49, 64, 78, 87, 103, 121, 120, 101],
        [72, 92, 95, 98, 112, 100, 103, 99],
    ],
    np.float32,
)
_DCT = np.array(
    [
        [math.sqrt((1 if k == 0 else 2) / 8) * math.cos(math.pi * (2 * n + 1) * k / 16) for n in range(8)]
        for k in range(8)
    ],
    np.float32,
)
_YCC = np.array([[0.299, 0.587, 0.114], [-0.1687, -0.3313, 0.5], [0.5, -0.4187, -0.0813]], np.float32)
_RGB = np.linalg.inv(_YCC.astype(np.float64)).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Lens:
    """One camera's faults, fixed for a clip.

    blur, sharpen: pixels, strength; detail: 0..1, the share of the resolution that is left; noise: of 255-step white,
    0..1; jpeg: quality 1..100, 0 none; shake, drift: pixels; flicker: 0..1.
    """

    grey: bool = False
    blur: float = 0.0
    sharpen: float = 0.0
    detail: float = 1.0
    noise: float = 0.0
    jpeg: int = 0
    exposure: float = 1.0
    gamma: float = 1.0
    contrast: float = 1.0
    brightness: float = 0.0
    vignette: float = 0.0
    cast: tuple[float, float, float] = (1.0, 1.0, 1.0)
    shake: float = 0.0
    flicker: float = 0.0


def lens(dice: Dice, strength: float = 1.0, grey: float = 0.5) -> Lens:
    """A camera by chance. strength: 0 a clean one, 1 the range of real footage; grey: the probability of a grey
    picture."""

    def sometimes(probability: float) -> bool:
        return dice.chance(probability * strength)

    dark = sometimes(0.06)
    return Lens(
        grey=dice.chance(grey),
        blur=abs(dice.normal(0.55)) * strength if sometimes(0.75) else 0.0,
        sharpen=dice.uniform(0.2, 1.1) if sometimes(0.3) else 0.0,
        detail=dice.uniform(0.4, 1.0) if sometimes(0.35) else 1.0,
        noise=abs(dice.normal(0.014)) * strength if sometimes(0.8) else 0.0,
        jpeg=dice.whole(25, 95) if sometimes(0.7) else 0,
        exposure=dice.uniform(0.25, 0.5) if dark else math.exp(dice.normal(0.22 * strength)),
        gamma=math.exp(dice.normal(0.14 * strength)),
        contrast=1 + dice.uniform(-0.32, 0.25) * strength,
        brightness=dice.uniform(-0.1, 0.1) * strength,
        vignette=dice.uniform(0, 0.35) if sometimes(0.4) else 0.0,
        cast=(
            1 + dice.uniform(-0.08, 0.08) * strength,
            1 + dice.uniform(-0.03, 0.03) * strength,
            1 + dice.uniform(-0.1, 0.1) * strength,
        ),
        shake=abs(dice.normal(0.7)) if sometimes(0.2) else 0.0,
        flicker=dice.uniform(0.01, 0.06) if sometimes(0.15) else 0.0,
    )


def _curve(lens: Lens, level: float, gain: float) -> NDArray[np.float32]:
    """Linear light to picture values 0..1 as a table, _LEVELS entries over 0.._TOP (spaced by the square root)."""
    light = (np.linspace(0, math.sqrt(_TOP), _LEVELS) ** 2) * lens.exposure * gain / level
    # A shoulder instead of a hard white: 0.82 of the range is straight.
    value = np.clip(light, 0, None) ** (1 / 2.2)
    value = np.where(value > 0.82, 0.82 + 0.18 * (1 - np.exp(-(value - 0.82) / 0.18)), value)
    value = (value**lens.gamma - 0.5) * lens.contrast + 0.5 + lens.brightness
    return np.clip(value, 0, 1).astype(np.float32)


def _gaussian(sigma: float) -> NDArray[np.float32]:
    half = max(1, math.ceil(2.5 * sigma))
    taps = np.exp(-0.5 * (np.arange(-half, half + 1) / sigma) ** 2)
    return np.asarray(taps / taps.sum(), np.float32)


def _blurred(image: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    out, scratch = np.empty_like(image), np.empty_like(image)
    kernels.convolve(image, _gaussian(sigma), out, scratch)
    return out


def _jpeg(image: NDArray[np.float32], quality: int) -> NDArray[np.float32]:
    """JPEG's loss without its bits: 8x8 cosine transform, rounding by the standard table; float32 [H, W, 1 or 3],
    values 0..255."""
    scale = 50 / quality if quality < 50 else 2 - quality / 50
    table = np.maximum(1.0, _QUANT * scale).astype(np.float32)
    height, width, channels = image.shape
    padded = np.pad(image, ((0, -height % 8), (0, -width % 8), (0, 0)), "edge")
    if channels == 3:
        padded = padded @ _YCC.T
    rows, columns = padded.shape[0] // 8, padded.shape[1] // 8
    out = np.empty_like(padded)
    for c in range(channels):
        blocks = padded[..., c].reshape(rows, 8, columns, 8).transpose(0, 2, 1, 3)
        steps = table if c == 0 else np.maximum(table, 1.0) * 1.6  # colour is kept more coarsely
        wave = np.round(_DCT @ blocks @ _DCT.T / steps) * steps
        out[..., c] = (_DCT.T @ wave @ _DCT).transpose(0, 2, 1, 3).reshape(rows * 8, columns * 8)
    if channels == 3:
        out = out @ _RGB.T
    return out[:height, :width]


def shakes(lens: Lens, dice: Dice, frames: int) -> NDArray[np.float64]:
    """Offsets of the picture, float64 [frames, 2] (x, y pixels): a hand or a mast in the wind."""
    if not lens.shake:
        return np.zeros((frames, 2))
    offsets = np.zeros((frames, 2))
    place, speed = np.zeros(2), np.zeros(2)
    for k in range(frames):
        speed = 0.6 * speed - 0.35 * place + lens.shake * dice.generator.standard_normal(2) * 0.7
        place = place + speed
        offsets[k] = np.clip(place, -6, 6)
    return offsets


def expose(
    light: NDArray[np.float32], lens: Lens, level: float, dice: Dice, shift: tuple[float, float] = (0.0, 0.0)
) -> NDArray[np.uint8]:
    """Linear light float32 [H, W, 3] to the picture of that camera, uint8 [H, W, 3]. level: light that gives a middle
    white."""
    height, width, _ = light.shape
    if shift != (0.0, 0.0):
        moved = np.empty_like(light)
        kernels.resample(light, shift[0], shift[1], 1.0, 1.0, moved)
        light = moved
    gain = 1 + lens.flicker * dice.normal() if lens.flicker else 1.0
    curve = _curve(lens, level, max(0.3, gain))
    tinted = light * np.array(lens.cast, np.float32)
    if lens.grey:
        tinted = (tinted @ np.array([0.299, 0.587, 0.114], np.float32))[..., None]
    index = np.sqrt(np.clip(tinted, 0, _TOP)) * ((_LEVELS - 1) / math.sqrt(_TOP))
    image = curve[index.astype(np.int32)]
    if lens.detail < 1:
        image = _blurred(image, 0.42 / lens.detail)
        small = np.empty(
            (max(8, round(height * lens.detail)), max(8, round(width * lens.detail)), image.shape[2]), np.float32
        )
        step_x, step_y = (width - 1) / (small.shape[1] - 1), (height - 1) / (small.shape[0] - 1)
        kernels.resample(image, 0.0, 0.0, step_x, step_y, small)
        large = np.empty_like(image)
        kernels.resample(small, 0.0, 0.0, 1 / step_x, 1 / step_y, large)
        image = large
    if lens.blur > 0.2:
        image = _blurred(image, lens.blur)
    if lens.sharpen:
        image = image + np.float32(lens.sharpen) * (image - _blurred(image, 1.1))
    if lens.vignette:
        y, x = np.linspace(-1, 1, height, dtype=np.float32), np.linspace(-1, 1, width, dtype=np.float32)
        image = image * (1 - np.float32(0.7 * lens.vignette) * (y[:, None] ** 2 + x[None] ** 2))[..., None]
    image = image * np.float32(255)
    if lens.noise:
        noise = dice.generator.standard_normal(image.shape, dtype=np.float32)
        image = image + noise * np.float32(255 * lens.noise)
    if lens.jpeg:
        image = _jpeg(np.clip(image, 0, 255), lens.jpeg)
    out = np.clip(image + 0.5, 0, 255).astype(np.uint8)
    return np.repeat(out, 3, axis=2) if lens.grey else out
