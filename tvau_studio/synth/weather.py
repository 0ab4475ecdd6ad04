"""The light of a day, an evening or a hall."""

from __future__ import annotations

from tvau_studio.synth.chance import Dice
from tvau_studio.synth.colours import Text
from tvau_studio.synth.stage import Light

WEATHER: dict[str, Text] = {
    "sunny": {"en": "on a sunny day", "zh": "天气晴朗"},
    "overcast": {"en": "under an overcast sky", "zh": "天空多云"},
    "evening": {"en": "in the low sun of the evening", "zh": "傍晚夕阳低照"},
    "dull": {"en": "in dull light", "zh": "光线昏暗"},
    "lit": {"en": "in bright artificial light", "zh": "灯光明亮"},
    "dim": {"en": "in dim artificial light", "zh": "灯光昏暗"},
}
"""Each kind of light, as an adverbial."""


def light(dice: Dice, indoor: bool) -> tuple[str, Light]:
    """A key of WEATHER and its light."""
    azimuth = dice.angle()
    if indoor:
        dim = dice.chance(0.3)
        warm = dice.uniform(0.0, 0.1)
        around = (0.62 + warm, 0.62, 0.62 - warm)
        sun = (0.3 + 0.5 * warm, 0.3, 0.3 - 0.5 * warm)
        return ("dim" if dim else "lit"), Light(
            dice.uniform(1.1, 1.45),
            azimuth,
            around,
            sun,
            dice.uniform(0.25, 0.6),
            0.25,
            (0.5, 0.5, 0.5),
            (0.6, 0.6, 0.6),
        )
    weather = dice.weighted({"sunny": 5, "overcast": 4, "evening": 1.5, "dull": 1.5})
    if weather == "sunny":
        k = dice.uniform(0.75, 1.1)
        return weather, Light(
            dice.uniform(0.6, 1.2), azimuth, (0.36, 0.40, 0.47), (1.02 * k, 0.95 * k, 0.83 * k), dice.uniform(0.8,
            0.95), dice.uniform(0.02, 0.06), (0.62, 0.72, 0.85), (0.22, 0.38, 0.68), 1.0,
        )  # fmt: skip
    if weather == "evening":
        return weather, Light(
            dice.uniform(0.3, 0.5), azimuth, (0.34, 0.37, 0.46), (1.25, 0.88, 0.55), dice.uniform(0.75, 0.92),
            dice.uniform(0.04, 0.1), (0.9, 0.7, 0.52), (0.35, 0.42, 0.6), 0.8,
        )  # fmt: skip
    k = dice.uniform(0.85, 1.1) if weather == "overcast" else dice.uniform(0.5, 0.75)
    return weather, Light(
        dice.uniform(0.9, 1.4), azimuth, (0.70 * k, 0.74 * k, 0.80 * k), (0.22 * k, 0.22 * k, 0.21 * k),
        dice.uniform(0.3, 0.7), dice.uniform(0.15, 0.4), (0.72 * k, 0.75 * k, 0.8 * k), (0.6 * k, 0.64 * k, 0.7 * k),
        0.5,
    )  # fmt: skip
