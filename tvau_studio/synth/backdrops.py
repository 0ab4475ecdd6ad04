"""What closes the view: facades, rows of trees, a skyline, a wall."""

from __future__ import annotations

from tvau_studio.synth import clutter
from tvau_studio.synth.chance import Dice
from tvau_studio.synth.colours import linear
from tvau_studio.synth.shapes import BRICKS, MOTTLED, SHOP, WINDOWS, Shapes, Skin
from tvau_studio.synth.vectors import Frame


def facade(shapes: Shapes, dice: Dice, at: Frame, half: float, pattern: int, tall: float) -> None:
    """A wall along the frame's left axis, its front towards the frame's back."""
    tint = clutter.muted(dice, 0.4, 0.8)
    period = dice.uniform(0.28, 0.5) if pattern in (WINDOWS, SHOP) else dice.uniform(1.2, 2.5)
    skin = Skin(tint, pattern, 0.8, 0.16, period)
    shapes.box(at, (0.4, 0, tall / 2), (0.4, half, tall / 2), skin)
    if pattern == SHOP:
        x = -half
        while x < half:
            wide = dice.uniform(2.0, 4.5)
            if dice.chance(0.45):
                awning = Skin(clutter.muted(dice, 0.3, 0.8), MOTTLED, 2, 0.1)
                shapes.box(at, (-0.45, x + wide / 2, 2.75), (0.5, wide / 2 - 0.15, 0.05), awning)
            x += wide
    else:
        shapes.box(at, (-0.03, 0, 0.3), (0.06, half, 0.3), skin.tinted(0.7))
        for _ in range(dice.whole(0, 3)):
            y = dice.uniform(-0.8, 0.8) * half
            shapes.box(
                at,
                (-0.02, y, 1.1),
                (0.05, dice.uniform(0.5, 1.2), 1.1),
                Skin(clutter.muted(dice, 0.1, 0.45), gloss=0.3),
            )
    if tall < 20:
        shapes.box(at, (0.3, 0, tall + 0.1), (0.6, half + 0.2, 0.12), skin.tinted(0.8))


def trees(shapes: Shapes, dice: Dice, at: Frame, half: float) -> None:
    """A row of trees, each a trunk and three crowns, along the frame's left axis."""
    green = clutter.leaf(dice)
    bark = Skin(linear((0.28, 0.22, 0.17)), MOTTLED, 5, 0.5)
    y = -half
    while y < half:
        y += dice.uniform(2.2, 6.0)
        x, tall = dice.uniform(-0.8, 1.5), dice.uniform(2.0, 3.6)
        shapes.cone(at.point((x, y, 0)), at.point((x, y, tall + 0.6)), 0.16, 0.09, bark)
        shade = green.tinted(dice.uniform(0.75, 1.25))
        for _ in range(3):
            wide = dice.uniform(1.0, 1.9)
            centre = (x + dice.normal(0.4), y + dice.normal(0.7), tall + dice.uniform(0.3, 1.9))
            shapes.ellipsoid(at, centre, (wide, wide, 0.85 * wide), shade.tinted(dice.uniform(0.85, 1.15)))


def hedgerow(shapes: Shapes, dice: Dice, at: Frame, half: float) -> None:
    """A hedge from end to end."""
    green, tall = clutter.leaf(dice), dice.uniform(0.9, 2.2)
    shapes.box(at, (0, 0, tall / 2), (0.5, half, tall / 2), green)
    y = -half
    while y < half:
        y += dice.uniform(0.8, 2.5)
        radii = (0.55, dice.uniform(0.6, 1.4), dice.uniform(0.15, 0.4))
        shapes.ellipsoid(at, (0, y, tall * dice.uniform(0.9, 1.0)), radii, green.tinted(dice.uniform(0.85, 1.2)))


def wall(shapes: Shapes, dice: Dice, at: Frame, half: float) -> None:
    """A garden wall with pillars."""
    tall, skin = (
        dice.uniform(1.4, 2.6),
        Skin(clutter.muted(dice, 0.4, 0.75), dice.pick((BRICKS, MOTTLED)), 1.5, 0.2, 3.0),
    )
    shapes.box(at, (0.15, 0, tall / 2), (0.12, half, tall / 2), skin)
    for k in range(-6, 7):
        shapes.box(at, (0.1, k * half / 6, tall / 2 + 0.1), (0.2, 0.2, tall / 2 + 0.1), skin.tinted(0.85))


def skyline(shapes: Shapes, dice: Dice, at: Frame) -> None:
    """Blocks of houses far away."""
    y = -70.0
    while y < 70:
        wide, tall = dice.uniform(6, 16), dice.uniform(5, 22)
        y += wide
        if dice.chance(0.75):
            skin = Skin(clutter.muted(dice, 0.45, 0.75), WINDOWS, 0.4, 0.1, dice.uniform(0.22, 0.4))
            shapes.box(at, (dice.uniform(8, 30), y, tall / 2), (4.0, 0.95 * wide, tall / 2), skin)
        y += wide
