"""What the ground is made of, as layers for `kernels.paint_ground`."""

from __future__ import annotations

from math import cos, sin

from tvau_studio.synth.chance import Dice
from tvau_studio.synth.colours import THINGS, grey, linear, paint

Layer = list[float]


def surface(dice: Dice, name: str) -> Layer:
    """A ground layer of that surface, all over. Muted: what a camera sees of real ground is nearly grey."""
    row: Layer = [0.0] * 24
    warm = dice.uniform(-0.035, 0.06)
    g = {"asphalt": (0.28, 0.46), "carpet": (0.3, 0.55), "gravel": (0.5, 0.68)}.get(name, (0.45, 0.74))
    level = dice.uniform(*g)
    colour = (level * (1 + warm), level, level * (1 - 1.2 * warm))
    turn = dice.angle()
    row[11], row[12], row[14] = cos(turn), sin(turn), float(dice.whole(0, 9999))
    row[9], row[10] = dice.uniform(0.04, 0.3), dice.uniform(0.12, 0.9)
    row[13] = dice.uniform(0.1, 0.35)
    if name == "slabs":
        row[3] = dice.uniform(0.4, 1.2)
        row[4], row[5] = row[3] * dice.pick((1.0, 1.0, 0.5)), dice.pick((0.0, 0.5))
        row[6], row[7], row[8] = dice.uniform(0.008, 0.02), dice.uniform(0.45, 0.8), dice.uniform(0.03, 0.22)
    elif name in ("setts", "bricks"):
        row[3] = dice.uniform(0.18, 0.32)
        row[4], row[5] = row[3] * 0.5, 0.5
        row[6], row[7], row[8] = 0.012, dice.uniform(0.5, 0.8), dice.uniform(0.15, 0.4)
        if name == "bricks":
            k = dice.uniform(0.5, 0.62)
            colour = (k * 1.1, k * dice.uniform(0.9, 0.96), k * dice.uniform(0.82, 0.92))
    elif name == "concrete":
        row[3] = dice.uniform(2.0, 4.5)
        row[4], row[6], row[7], row[8] = row[3], 0.015, 0.6, dice.uniform(0.02, 0.12)
    elif name in ("tiles", "terrazzo"):
        row[3] = dice.uniform(0.4, 0.9)
        row[4], row[6], row[7], row[8] = row[3], 0.006, dice.uniform(0.55, 1.25), dice.uniform(0.0, 0.12)
        row[9], row[13] = dice.uniform(0.0, 0.08), 0.05 if name == "tiles" else 0.3
        if dice.chance(0.2):
            row[8] = dice.uniform(0.3, 0.7)
    elif name == "carpet":
        tint = (dice.uniform(-0.08, 0.08), dice.uniform(-0.04, 0.04), dice.uniform(-0.08, 0.1))
        colour = (level + tint[0], level + tint[1], level + tint[2])
    elif name == "grass":
        k = dice.uniform(0.3, 0.46)
        colour = (k * dice.uniform(0.8, 0.98), k, k * dice.uniform(0.5, 0.68))
        row[9], row[15] = dice.uniform(0.15, 0.4), dice.uniform(0.25, 0.5)
    row[0:3] = linear(colour)
    return row


def beyond(row: Layer, normal: tuple[float, float], offset: float, width: float = 0.0, wobble: float = 0.0) -> Layer:
    row[16], row[17], row[18], row[20], row[21] = normal[0], normal[1], offset, width, wobble
    return row


def line(dice: Dice, normal: tuple[float, float], offset: float, width: float, dashes: float = 0.0) -> Layer:
    row = beyond(surface(dice, "asphalt"), normal, offset, width)
    row[0:3] = grey(dice, 0.72, 0.9)
    row[9], row[10], row[22] = 0.25, 2.0, dashes
    return row


def wild(dice: Dice, near: tuple[float, float]) -> Layer:
    """Something that no place has in particular: a bold band, stripes as of a crossing, a painted or a patterned field.

    near: a point of the ground that it lies about, metres.
    """
    row = surface(dice, dice.pick(("slabs", "setts", "asphalt", "tiles", "grass", "carpet")))
    if dice.chance(0.5):
        row[0:3] = grey(dice, 0.08, 0.97)
    elif dice.chance(0.4):
        row[0:3] = paint(dice, THINGS).colour
    turn = dice.angle()
    normal = (cos(turn), sin(turn))
    offset = normal[0] * near[0] + normal[1] * near[1] + dice.normal(1.5)
    kind = dice.weighted({"stripes": 3, "band": 3, "field": 2})
    if kind == "stripes":
        row[19] = dice.uniform(0.5, 2.2)
        return beyond(row, normal, offset, row[19] * dice.uniform(0.15, 0.6))
    return beyond(row, normal, offset, dice.uniform(0.1, 3.0) if kind == "band" else 0.0, dice.uniform(0.0, 2.0))
