"""What stands about: lamps, trees, hedges, benches, bins, tables, fences, planters, parked bicycles and cars,
shelves, curtains."""

from __future__ import annotations

from collections.abc import Callable

from tvau_studio.synth.chance import Dice
from tvau_studio.synth.colours import THINGS, grey, linear, paint
from tvau_studio.synth.shapes import BRICKS, LEAVES, MOTTLED, SIDING, STRIPES, WINDOWS, Colour, Shapes, Skin
from tvau_studio.synth.vectors import Frame
from tvau_studio.synth.vehicles import Vehicle
from tvau_studio.synth.wheels import Bicycle

Prop = Callable[[Shapes, Dice, Frame], float]
"""Draws a thing at the frame and returns the radius of the ground that it takes, metres."""


def muted(dice: Dice, low: float = 0.25, high: float = 0.75) -> Colour:
    """A colour of built things: grey, now and then tinted or painted."""
    if dice.chance(0.72):
        return grey(dice, low, high)
    if dice.chance(0.5):
        g = dice.uniform(low, high)
        return linear((g * dice.uniform(0.9, 1.1), g * dice.uniform(0.85, 1.0), g * dice.uniform(0.65, 0.95)))
    r, g, b = paint(dice, THINGS).colour
    m = (r + g + b) / 3
    return 0.45 * r + 0.55 * m, 0.45 * g + 0.55 * m, 0.45 * b + 0.55 * m


def leaf(dice: Dice) -> Skin:
    g = dice.uniform(0.22, 0.45)
    colour = linear((g * dice.uniform(0.62, 0.95), g, g * dice.uniform(0.35, 0.65)))
    return Skin(colour, LEAVES, dice.uniform(2.5, 6.0), dice.uniform(0.5, 1.3))


_STEEL = (0.10, 0.10, 0.105)
_WOOD = linear((0.45, 0.32, 0.2))


def lamp(shapes: Shapes, dice: Dice, at: Frame) -> float:
    tall, metal = dice.uniform(3.5, 6.0), Skin(grey(dice, 0.15, 0.55))
    shapes.cone(at.point((0, 0, 0)), at.point((0, 0, tall)), 0.085, 0.05, metal)
    shapes.drum(at.point((0, 0, 0)), at.point((0, 0, 0.35)), 0.14, metal)
    arm = at.point((0.9, 0, tall + 0.15))
    shapes.rod(at.point((0, 0, tall)), arm, 0.04, metal)
    shapes.box(Frame(arm, at.forward, at.left, at.up), (0.1, 0, 0), (0.3, 0.1, 0.05), metal)
    shapes.contact(*at.origin[:2], 0.25, 0.4)
    return 0.4


def tree(shapes: Shapes, dice: Dice, at: Frame) -> float:
    tall = dice.uniform(2.2, 3.2)
    shapes.cone(
        at.point((0, 0, 0)),
        at.point((0, 0, tall)),
        dice.uniform(0.12, 0.2),
        0.08,
        Skin(linear((0.28, 0.22, 0.17)), MOTTLED, 6, 0.6),
    )
    skin = leaf(dice)
    for _ in range(dice.whole(6, 9)):
        radius = dice.uniform(0.6, 1.15)
        centre = (dice.uniform(-1, 1), dice.uniform(-1, 1), tall + dice.uniform(0.1, 1.8))
        shapes.ellipsoid(at, centre, (radius, radius, 0.8 * radius), skin.tinted(dice.uniform(0.75, 1.25)))
    shapes.drum(at.point((0, 0, 0)), at.point((0, 0, 0.03)), 0.55, Skin((0.05, 0.035, 0.025), MOTTLED, 9, 0.4))
    return 0.7


def bush(shapes: Shapes, dice: Dice, at: Frame) -> float:
    skin = leaf(dice)
    for _ in range(dice.whole(3, 6)):
        radii = (dice.uniform(0.3, 0.7), dice.uniform(0.3, 0.6), dice.uniform(0.3, 0.75))
        shapes.ellipsoid(
            at, (dice.uniform(-0.8, 0.8), dice.uniform(-0.4, 0.4), 0.25), radii, skin.tinted(dice.uniform(0.7, 1.3))
        )
    shapes.contact(*at.origin[:2], 0.9, 0.4)
    return 1.1


def hedge(shapes: Shapes, dice: Dice, at: Frame) -> float:
    half, tall, skin = dice.uniform(1.0, 4.5), dice.uniform(0.4, 1.2), leaf(dice)
    shapes.box(at, (0, 0, tall / 2), (half, 0.42, tall / 2), skin)
    for _ in range(dice.whole(3, 9)):
        radii = (dice.uniform(0.25, 0.7), 0.48, dice.uniform(0.15, 0.35))
        shapes.ellipsoid(
            at,
            (dice.uniform(-half, half), 0, tall * dice.uniform(0.85, 1.0)),
            radii,
            skin.tinted(dice.uniform(0.8, 1.25)),
        )
    return half + 0.4


def bench(shapes: Shapes, dice: Dice, at: Frame) -> float:
    slats = Skin(_WOOD if dice.chance(0.6) else muted(dice), MOTTLED, 5, 0.25)
    legs = Skin(_STEEL)
    for y in (-0.16, 0.0, 0.16):
        shapes.box(at, (y, 0, 0.43), (0.07, 0.85, 0.022), slats)
    if dice.chance(0.7):
        for z in (0.62, 0.8):
            shapes.box(at, (-0.25, 0, z), (0.02, 0.85, 0.07), slats)
    for y in (-0.65, 0.65):
        shapes.box(at, (-0.02, y, 0.21), (0.2, 0.035, 0.21), legs)
        shapes.contact(*at.point((0, y, 0))[:2], 0.35, 0.3)
    return 0.95


def seat_row(shapes: Shapes, dice: Dice, at: Frame) -> float:
    """A row of waiting-room chairs."""
    shell, count = Skin(muted(dice), gloss=0.2), dice.whole(2, 5)
    for k in range(count):
        y = (k - (count - 1) / 2) * 0.58
        shapes.box(at, (0, y, 0.43), (0.21, 0.24, 0.025), shell)
        shapes.box(at, (-0.22, y, 0.68), (0.025, 0.24, 0.22), shell)
    half = count * 0.29
    shapes.rod(at.point((0, -half, 0.38)), at.point((0, half, 0.38)), 0.025, Skin(_STEEL))
    for y in (-half * 0.8, half * 0.8):
        shapes.rod(at.point((0.15, y, 0)), at.point((0, y, 0.38)), 0.02, Skin(_STEEL))
        shapes.rod(at.point((-0.15, y, 0)), at.point((0, y, 0.38)), 0.02, Skin(_STEEL))
    return half + 0.3


def bin_(shapes: Shapes, dice: Dice, at: Frame) -> float:
    radius, tall, skin = dice.uniform(0.22, 0.34), dice.uniform(0.75, 1.05), Skin(muted(dice, 0.15, 0.5), gloss=0.1)
    if dice.chance(0.6):
        shapes.drum(at.point((0, 0, 0)), at.point((0, 0, tall)), radius, skin)
        shapes.ring(at.point((0, 0, tall)), at.up, radius + 0.03, radius - 0.06, 0.04, skin.tinted(0.6))
    else:
        shapes.box(at, (0, 0, tall / 2), (radius, radius, tall / 2), skin, sides=-0.05)
        shapes.box(at, (0, 0, tall + 0.03), (radius + 0.06, radius + 0.06, 0.04), skin.tinted(0.6))
    shapes.contact(*at.origin[:2], radius * 1.4, 0.45)
    return radius + 0.2


def cabinet(shapes: Shapes, dice: Dice, at: Frame) -> float:
    half, tall = dice.uniform(0.35, 1.0), dice.uniform(0.5, 1.05)
    skin = Skin(muted(dice), dice.pick((MOTTLED, SIDING)), 3, 0.12, 4)
    shapes.box(at, (0, 0, tall), (0.3, half, tall), skin, bevel=0.03)
    shapes.contact(*at.origin[:2], half, 0.4)
    return half + 0.2


def fence(shapes: Shapes, dice: Dice, at: Frame) -> float:
    metal, count = Skin(grey(dice, 0.15, 0.7)), dice.whole(8, 16)
    half = count * 0.16
    for k in range(count + 1):
        y = -half + 0.32 * k
        shapes.rod(at.point((0, y, 0)), at.point((0, y, 1.02)), 0.018, metal)
    for z in (0.2, 1.02):
        shapes.rod(at.point((0, -half, z)), at.point((0, half, z)), 0.028, metal)
    return half


def bollards(shapes: Shapes, dice: Dice, at: Frame) -> float:
    skin, count = Skin(muted(dice, 0.2, 0.8)), dice.whole(1, 5)
    for k in range(count):
        foot = at.point((0, (k - (count - 1) / 2) * 1.4, 0))
        shapes.rod(foot, (foot[0], foot[1], 0.78), 0.085, skin)
        shapes.contact(foot[0], foot[1], 0.16, 0.45)
    return 0.7 * count


def table(shapes: Shapes, dice: Dice, at: Frame) -> float:
    top, leg = Skin(muted(dice, 0.3, 0.9)), Skin(_STEEL)
    if dice.chance(0.5):
        shapes.drum(at.point((0, 0, 0.71)), at.point((0, 0, 0.75)), 0.45, top)
    else:
        shapes.box(at, (0, 0, 0.73), (0.5, 0.4, 0.025), top)
    shapes.rod(at.point((0, 0, 0)), at.point((0, 0, 0.7)), 0.04, leg)
    chair = Skin(muted(dice))
    for sign in (1, -1):
        x = 0.78 * sign
        shapes.box(at, (x, 0, 0.45), (0.2, 0.2, 0.02), chair)
        shapes.box(at, (x + 0.2 * sign, 0, 0.68), (0.02, 0.2, 0.22), chair)
        for i in (-0.17, 0.17):
            for j in (-0.17, 0.17):
                shapes.rod(at.point((x + i, j, 0)), at.point((x + i, j, 0.44)), 0.016, leg)
    if dice.chance(0.3):
        shapes.rod(at.point((0, 0, 0.7)), at.point((0, 0, 2.3)), 0.03, leg)
        shapes.ellipsoid(at, (0, 0, 2.25), (1.25, 1.25, 0.3), Skin(muted(dice, 0.4, 0.9), STRIPES, 4, 0.1, 0.01))
    shapes.contact(*at.origin[:2], 0.9, 0.3)
    return 1.2


def sign(shapes: Shapes, dice: Dice, at: Frame) -> float:
    shapes.rod(at.point((0, 0, 0)), at.point((0, 0, 2.3)), 0.032, Skin(grey(dice, 0.4, 0.6)))
    face = Skin(paint(dice, {"blue": 3, "red": 2, "white": 3, "yellow": 1}).colour)
    if dice.chance(0.5):
        shapes.drum(at.point((0.03, 0, 2.15)), at.point((0.06, 0, 2.15)), 0.3, face)
    else:
        shapes.box(at, (0.04, 0, 2.0), (0.015, 0.42, 0.28), face)
    return 0.3


def cover(shapes: Shapes, dice: Dice, at: Frame) -> float:
    """A manhole or a drain: flat."""
    skin = Skin(grey(dice, 0.2, 0.4), MOTTLED, 9, 0.3)
    if dice.chance(0.6):
        shapes.drum(at.point((0, 0, 0)), at.point((0, 0, 0.012)), dice.uniform(0.28, 0.45), skin)
    else:
        shapes.box(at, (0, 0, 0.005), (dice.uniform(0.3, 0.9), 0.25, 0.007), skin)
    return 0.0


def planter(shapes: Shapes, dice: Dice, at: Frame) -> float:
    half = dice.uniform(0.5, 1.3)
    stone = Skin(muted(dice, 0.35, 0.7), dice.pick((MOTTLED, BRICKS)), 4, 0.15, 3)
    shapes.box(at, (0, 0, 0.24), (0.45, half, 0.24), stone)
    green = leaf(dice)
    for _ in range(dice.whole(3, 5)):
        radii = (0.36, dice.uniform(0.25, 0.45), dice.uniform(0.22, 0.45))
        shapes.ellipsoid(at, (0, dice.uniform(-0.75, 0.75) * half, 0.52), radii, green.tinted(dice.uniform(0.75, 1.3)))
    if dice.chance(0.4):
        for _ in range(5):
            bloom = Skin(paint(dice, {"red": 2, "pink": 2, "yellow": 2, "white": 1}).colour)
            shapes.ball(at.point((dice.uniform(-0.3, 0.3), dice.uniform(-0.7, 0.7) * half, 0.85)), 0.07, bloom)
    shapes.contact(*at.origin[:2], half, 0.4)
    return half + 0.3


def parked_bicycles(shapes: Shapes, dice: Dice, at: Frame) -> float:
    count = dice.whole(1, 4)
    for k in range(count):
        foot = at.point((0, (k - (count - 1) / 2) * 0.75, 0))
        place = Frame(foot, at.forward, at.left, at.up).turned(0.0, dice.uniform(-0.12, 0.12))
        Bicycle.of(dice).draw(shapes, place, dice.uniform(0, 2), None)
    return 0.5 + 0.4 * count


def crates(shapes: Shapes, dice: Dice, at: Frame) -> float:
    for _ in range(dice.whole(2, 5)):
        half = (dice.uniform(0.2, 0.45), dice.uniform(0.2, 0.4), dice.uniform(0.15, 0.4))
        foot = at.point((dice.uniform(-0.6, 0.6), dice.uniform(-0.6, 0.6), 0))
        skin = Skin(muted(dice), dice.pick((MOTTLED, SIDING)), 4, 0.25, 5)
        shapes.box(Frame.on_ground(foot[0], foot[1], dice.angle()), (0, 0, half[2]), half, skin)
        shapes.contact(foot[0], foot[1], half[0] * 1.3, 0.4)
    return 1.0


def curtain(shapes: Shapes, dice: Dice, at: Frame) -> float:
    tint, tall = muted(dice, 0.3, 0.85), dice.uniform(2.0, 2.6)
    count = dice.whole(8, 14)
    for k in range(count):
        foot = at.point((0, (k - count / 2) * 0.14, 0.25))
        shapes.cone(
            foot, (foot[0], foot[1], tall), 0.07, 0.08, Skin(tint, MOTTLED, 2, 0.1).tinted(dice.uniform(0.75, 1.15))
        )
    return count * 0.07 + 0.2


def shelf(shapes: Shapes, dice: Dice, at: Frame) -> float:
    board, half = Skin(muted(dice)), dice.uniform(0.5, 1.1)
    for k in range(4):
        z = 0.3 + 0.45 * k
        shapes.box(at, (0, 0, z), (0.2, half, 0.02), board)
        for _ in range(dice.whole(1, 4)):
            tall = dice.uniform(0.06, 0.17)
            shapes.box(
                at,
                (0, dice.uniform(-0.8, 0.8) * half, z + 0.02 + tall),
                (0.14, dice.uniform(0.06, 0.22), tall),
                Skin(muted(dice)),
            )
    for y in (-half, half):
        shapes.box(at, (0, y, 0.85), (0.21, 0.02, 0.85), board)
    return half + 0.2


def machine(shapes: Shapes, dice: Dice, at: Frame) -> float:
    """A vending or ticket machine."""
    body = Skin(paint(dice, {"red": 3, "blue": 3, "white": 2, "grey": 3}).colour, gloss=0.2)
    shapes.box(at, (0, 0, 0.93), (0.38, 0.45, 0.93), body)
    shapes.box(
        at, (0.38, 0.06, 1.15), (0.015, 0.3, 0.5), Skin((0.25, 0.3, 0.34), WINDOWS, 1, 0, 9, gloss=0.3, glow=0.5)
    )
    shapes.box(at, (0.38, 0.06, 0.35), (0.02, 0.26, 0.1), Skin((0.03, 0.03, 0.03)))
    shapes.contact(*at.origin[:2], 0.6, 0.5)
    return 0.7


def column(shapes: Shapes, dice: Dice, at: Frame) -> float:
    radius, skin = dice.uniform(0.25, 0.5), Skin(muted(dice, 0.45, 0.85), MOTTLED, 2, 0.08)
    if dice.chance(0.6):
        shapes.drum(at.point((0, 0, 0)), at.point((0, 0, 6)), radius, skin)
    else:
        shapes.box(at, (0, 0, 3), (radius, radius, 3), skin)
    shapes.contact(*at.origin[:2], radius * 1.5, 0.4)
    return radius + 0.2


def clump(shapes: Shapes, dice: Dice, at: Frame) -> float:
    """Boxes, tubes and hoops of no meaning: none of these alone makes an anomaly."""
    for _ in range(dice.whole(2, 7)):
        x, y, z = dice.normal(0.7), dice.normal(0.55), abs(dice.normal(0.5))
        size, skin = (
            abs(dice.normal(0.3)) + 0.06,
            Skin(
                muted(dice, 0.15, 0.9), dice.whole(1, 4), dice.uniform(2, 8), dice.uniform(0, 0.6), dice.uniform(2, 9)
            ),
        )
        foot = at.point((x, y, 0))
        turned = Frame.on_ground(foot[0], foot[1], dice.angle())
        kind = dice.whole(0, 3)
        if kind == 0:
            tall = size * dice.uniform(0.3, 1.5)
            shapes.box(turned, (0, 0, tall), (size * dice.uniform(0.3, 2), size * dice.uniform(0.3, 1.2), tall), skin)
        elif kind == 1:
            tall = size * dice.uniform(0.4, 1.5)
            shapes.ellipsoid(turned, (0, 0, tall * 0.8), (size, size * dice.uniform(0.4, 1.5), tall), skin)
        elif kind == 2:
            end = turned.point((dice.normal(0.5), dice.normal(0.5), 2 * z + 0.1))
            shapes.cone(turned.point((0, 0, 0.05)), end, dice.uniform(0.015, 0.08), dice.uniform(0.015, 0.08), skin)
        else:
            shapes.ring(turned.point((0, 0, size)), turned.left, size, size * 0.85, 0.03, skin)
    return 1.2


def parked_row(shapes: Shapes, dice: Dice, at: Frame, count: int) -> None:
    """Vehicles parked one behind the other along the frame's forward axis."""
    x = 0.0
    for _ in range(count):
        vehicle = Vehicle.of(dice, dice.weighted({"car": 8, "van": 3, "pickup": 1, "truck": 1}))
        x += vehicle.radius + 0.3
        foot = at.point((x, dice.uniform(-0.1, 0.1), 0))
        flip = -1.0 if dice.chance(0.3) else 1.0
        yaw_forward = (at.forward[0] * flip, at.forward[1] * flip, 0.0)
        left = (at.left[0] * flip, at.left[1] * flip, 0.0)
        shapes.anchor = foot
        vehicle.draw(shapes, Frame(foot, yaw_forward, left, at.up))
        x += vehicle.radius + dice.uniform(0.5, 1.3) + (dice.uniform(3, 6) if dice.chance(0.2) else 0.0)
    shapes.anchor = (0.0, 0.0, 0.0)


OUTDOOR: dict[Prop, float] = {
    lamp: 3, tree: 3, bush: 3, hedge: 3, bench: 3, bin_: 2.5, cabinet: 1.5, fence: 2, bollards: 2, table: 1.5, sign:
    2, cover: 3, planter: 3, parked_bicycles: 2, crates: 1, clump: 2.5,
}  # fmt: skip
INDOOR: dict[Prop, float] = {
    seat_row: 4, bench: 2, bin_: 3, table: 3, planter: 2, column: 2, machine: 2, shelf: 2, curtain: 1.5, sign: 1,
    crates: 1, clump: 3, cabinet: 2,
}  # fmt: skip

TALL = frozenset({tree, column, hedge, curtain, shelf, lamp})
"""What hides much when it stands before the lens, and mostly stands at the edge."""
