"""Solids: round cones, ellipsoids, convex solids and rings, gathered as rows of one table for the ray caster."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tvau_studio.synth.vectors import Frame, Vec, add, cross, dot, length, sub, unit

Colour = tuple[float, float, float]
"""Linear light, red, green, blue, each 0..1."""

ROW = 66
"""Columns of the table: 0 kind, 1 owner, 2:5 colour, 5 pattern, 6 its scale (1/m), 7 its strength, 8 its period
(1/m), 9:60 geometry, 60 gloss, 61:64 where the pattern is fixed, 64 casts a shadow, 65 glow."""

CONE, ELLIPSOID, SOLID, RING = 0.0, 1.0, 2.0, 3.0
PLAIN, MOTTLED, STRIPES, WINDOWS, BRICKS, LEAVES, SIDING, SHOP = range(8)
MAX_PLANES = 11


@dataclass(frozen=True, slots=True)
class Skin:
    """What a surface shows: its colour and a pattern over it.

    scale: spots per metre; strength: 0..2; period: stripes, bricks or windows per metre. gloss 0..1; glow adds its
    own light.
    """

    colour: Colour
    pattern: int = PLAIN
    scale: float = 1.0
    strength: float = 0.0
    period: float = 1.0
    gloss: float = 0.0
    glow: float = 0.0

    def tinted(self, k: float) -> Skin:
        """The same, lighter or darker by the factor `k`."""
        r, g, b = self.colour
        return Skin((r * k, g * k, b * k), self.pattern, self.scale, self.strength, self.period, self.gloss, self.glow)


class Shapes:
    """The solids of one instant. Each belongs to the `owner` set when it was added: 0 the setting, k the k-th actor."""

    def __init__(self) -> None:
        self.rows: list[list[float]] = []
        self.contacts: list[tuple[float, float, float, float]] = []
        """Where something stands: x, y, radius (m), darkness 0..1. The ground is darker there."""
        self.owner = 0
        self.anchor: Vec = (0.0, 0.0, 0.0)
        self.casts = True

    def begin(self, owner: int, anchor: Vec) -> None:
        """What is added from now on belongs to `owner`; patterns move along with `anchor`."""
        self.owner, self.anchor = owner, anchor

    def _row(self, kind: float, skin: Skin) -> list[float]:
        row = [0.0] * ROW
        row[0], row[1], row[2:5] = kind, float(self.owner), skin.colour
        row[5], row[6], row[7], row[8] = float(skin.pattern), skin.scale, skin.strength, skin.period
        row[60], row[61:64], row[64], row[65] = skin.gloss, self.anchor, float(self.casts), skin.glow
        self.rows.append(row)
        return row

    def cone(self, a: Vec, b: Vec, radius_a: float, radius_b: float, skin: Skin) -> None:
        """A ball at `a` and one at `b`, and what lies between them."""
        if length(sub(a, b)) < abs(radius_a - radius_b) + 1e-3:
            b = add(a, (0.0, 0.0, abs(radius_a - radius_b) + 2e-3))
        row = self._row(CONE, skin)
        row[9:12], row[12:15], row[15], row[16] = a, b, radius_a, radius_b

    def rod(self, a: Vec, b: Vec, radius: float, skin: Skin) -> None:
        self.cone(a, b, radius, radius, skin)

    def chain(self, points: Sequence[Vec], radius: float, skin: Skin) -> None:
        """Rods from each point to the next."""
        for a, b in pairwise(points):
            self.cone(a, b, radius, radius, skin)

    def ellipsoid(self, frame: Frame, centre: Vec, radii: Vec, skin: Skin) -> None:
        """Centre and half-axes (forward, left, up) in `frame`."""
        row = self._row(ELLIPSOID, skin)
        row[9:12] = frame.point(centre)
        axes = (frame.forward, frame.left, frame.up)
        for k, (axis, radius) in enumerate(zip(axes, radii, strict=True)):
            row[12 + 3 * k : 15 + 3 * k] = axis[0] / radius, axis[1] / radius, axis[2] / radius
        for k in range(3):
            row[21 + k] = math.sqrt(sum((axis[k] * radius) ** 2 for axis, radius in zip(axes, radii, strict=True)))

    def ball(self, centre: Vec, radius: float, skin: Skin) -> None:
        self.cone(centre, add(centre, (0.0, 0.0, 2e-3)), radius, radius, skin)

    def solid(self, planes: Iterable[tuple[Vec, float]], low: Vec, high: Vec, skin: Skin) -> None:
        """The points p with n.p <= d for each of at most 11 (n, d), n of length 1; low and high bound them."""
        row = self._row(SOLID, skin)
        k = 0
        for normal, distance in planes:
            row[16 + 4 * k : 20 + 4 * k] = *normal, distance
            k += 1
        row[9] = float(k)
        row[10:13] = [(a + b) / 2 for a, b in zip(low, high, strict=True)]
        row[13:16] = [(b - a) / 2 for a, b in zip(low, high, strict=True)]

    def box(
        self,
        frame: Frame,
        centre: Vec,
        half: Vec,
        skin: Skin,
        *,
        front: float = 0.0,
        back: float = 0.0,
        sides: float = 0.0,
        bevel: float = 0.0,
    ) -> None:
        """A box in `frame`: centre, half sizes (forward, left, up); its top is set in by front, back and sides metres.

        bevel: how much of the top's edges is cut off, metres (not for set-in sides at the same time as three bevels:
        11 planes at most).
        """
        (cx, cy, cz), (hx, hy, hz) = centre, half
        tall = 2 * hz
        planes = []

        def plane(normal: Vec, through: Vec) -> None:
            world = frame.direction(unit(normal))
            planes.append((world, dot(world, frame.point(through))))

        plane((tall, 0.0, front), (cx + hx, cy, cz - hz))
        plane((-tall, 0.0, back), (cx - hx, cy, cz - hz))
        plane((0.0, tall, sides), (cx, cy + hy, cz - hz))
        plane((0.0, -tall, sides), (cx, cy - hy, cz - hz))
        plane((0.0, 0.0, 1.0), (cx, cy, cz + hz))
        plane((0.0, 0.0, -1.0), (cx, cy, cz - hz))
        if bevel:
            plane((1.0, 0.0, 1.0), (cx + hx - bevel, cy, cz + hz))
            plane((-1.0, 0.0, 1.0), (cx - hx + bevel, cy, cz + hz))
            plane((0.0, 1.0, 1.0), (cx, cy + hy - 0.6 * bevel, cz + hz))
            plane((0.0, -1.0, 1.0), (cx, cy - hy + 0.6 * bevel, cz + hz))
        # A side may lean outwards (a set-in below 0), so the bounds take the larger of bottom and top.
        wide = (hx + max(0.0, -front, -back), hy + max(0.0, -sides), hz)
        reach = [
            sum(abs(axis[k]) * w for axis, w in zip((frame.forward, frame.left, frame.up), wide, strict=True))
            for k in range(3)
        ]
        x, y, z = frame.point(centre)
        low, high = (x - reach[0], y - reach[1], z - reach[2]), (x + reach[0], y + reach[1], z + reach[2])
        self.solid(planes, low, high, skin)

    def ring(self, centre: Vec, axis: Vec, outer: float, inner: float, half_width: float, skin: Skin) -> None:
        """A tyre: what lies between two cylinders about `axis` (length 1). inner 0: a disc or a drum."""
        row = self._row(RING, skin)
        row[9:12], row[12:15], row[15], row[16], row[17] = centre, axis, outer, inner, half_width
        for k in range(3):
            row[18 + k] = outer * math.sqrt(max(0.0, 1 - axis[k] * axis[k])) + half_width * abs(axis[k])

    def drum(self, a: Vec, b: Vec, radius: float, skin: Skin) -> None:
        """A cylinder with flat ends from `a` to `b`."""
        d = sub(b, a)
        centre = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2, (a[2] + b[2]) / 2)
        self.ring(centre, unit(d), radius, 0.0, length(d) / 2, skin)

    def contact(self, x: float, y: float, radius: float, darkness: float) -> None:
        self.contacts.append((x, y, radius, darkness))

    def table(self) -> NDArray[np.float64]:
        """The rows, float64 [n, ROW]; n may be 0."""
        return np.array(self.rows, np.float64).reshape(-1, ROW)

    def contact_table(self) -> NDArray[np.float64]:
        """float64 [k, 4]: x, y, radius, darkness."""
        return np.array(self.contacts, np.float64).reshape(-1, 4)


def upright(axis: Vec) -> Frame:
    """Some frame whose up is `axis` (length 1)."""
    helper = (1.0, 0.0, 0.0) if abs(axis[0]) < 0.8 else (0.0, 1.0, 0.0)
    left = unit(cross(axis, helper))
    return Frame((0.0, 0.0, 0.0), cross(left, axis), left, axis)
