"""Colours that people name, and light of that colour."""

from __future__ import annotations

from dataclasses import dataclass

from tvau_studio.synth.chance import Dice
from tvau_studio.synth.shapes import Colour

Text = dict[str, str]
"""The same words in English ("en") and Chinese ("zh")."""


@dataclass(frozen=True, slots=True)
class Paint:
    """A named colour and one light of it."""

    word: str
    colour: Colour


# Word: Chinese word, sRGB centre, spread of lightness.
_NAMED: dict[str, tuple[str, tuple[float, float, float], float]] = {
    "black": ("黑色", (0.11, 0.11, 0.12), 0.3),
    "grey": ("灰色", (0.48, 0.48, 0.49), 0.18),
    "white": ("白色", (0.92, 0.92, 0.90), 0.06),
    "red": ("红色", (0.72, 0.13, 0.13), 0.15),
    "dark blue": ("深蓝色", (0.11, 0.15, 0.36), 0.15),
    "blue": ("蓝色", (0.16, 0.36, 0.72), 0.14),
    "light blue": ("浅蓝色", (0.55, 0.72, 0.88), 0.08),
    "green": ("绿色", (0.17, 0.46, 0.22), 0.2),
    "yellow": ("黄色", (0.90, 0.77, 0.18), 0.08),
    "orange": ("橙色", (0.90, 0.46, 0.12), 0.08),
    "brown": ("棕色", (0.40, 0.25, 0.15), 0.15),
    "beige": ("米色", (0.80, 0.72, 0.56), 0.08),
    "pink": ("粉色", (0.92, 0.58, 0.68), 0.08),
    "purple": ("紫色", (0.42, 0.22, 0.55), 0.15),
}
WORDS = tuple(_NAMED)

UPPER = {
    "black": 16, "grey": 10, "white": 15, "red": 9, "dark blue": 10, "blue": 9, "light blue": 6, "green": 6,
    "yellow": 4, "orange": 3, "brown": 3, "beige": 4, "pink": 4, "purple": 3,
}  # fmt: skip
LOWER = {
    "black": 24,
    "grey": 12,
    "white": 5,
    "dark blue": 22,
    "blue": 12,
    "green": 3,
    "brown": 6,
    "beige": 10,
    "red": 2,
}
THINGS = {"black": 14, "grey": 8, "white": 7, "red": 9, "blue": 9, "green": 5, "yellow": 4, "orange": 4, "brown": 6}
CARS = {"white": 24, "grey": 22, "black": 18, "red": 9, "blue": 10, "dark blue": 5, "green": 3, "yellow": 4, "beige": 3}


def linear(srgb: tuple[float, float, float]) -> Colour:
    """Linear light of an sRGB colour (0..1), by the power 2.2."""
    r, g, b = (min(1.0, max(0.0, v)) ** 2.2 for v in srgb)
    return r, g, b


def paint(dice: Dice, words: dict[str, int]) -> Paint:
    """A colour by weight, and one light of it."""
    word = dice.weighted(words)
    _, (r, g, b), spread = _NAMED[word]
    k = dice.uniform(1 - spread, 1 + spread)
    r, g, b = (v * k + dice.uniform(-0.025, 0.025) for v in (r, g, b))
    return Paint(word, linear((r, g, b)))


def grey(dice: Dice, low: float, high: float) -> Colour:
    """A neutral light of sRGB value low..high, hardly tinted."""
    g = dice.uniform(low, high)
    return linear((g * dice.uniform(0.97, 1.03), g, g * dice.uniform(0.96, 1.04)))


def chinese(word: str) -> str:
    """The Chinese word of a colour or tone."""
    return _TONES_ZH[word] if word in _TONES_ZH else _NAMED[word][0]


_DARK = {"black", "dark blue", "brown", "purple", "green", "red"}
_LIGHT = {"white", "yellow", "beige", "pink", "light blue"}
_TONES_ZH = {"dark": "深色", "light": "浅色", "medium grey": "中灰色"}


def tone(word: str) -> str:
    """What is left of a colour in a grey picture: "dark", "medium grey" or "light"."""
    return "dark" if word in _DARK else "light" if word in _LIGHT else "medium grey"
