"""Points and directions as plain tuples (faster than small arrays), in metres; x right of the camera, y away from it,
z up."""

from __future__ import annotations

import math
from dataclasses import dataclass

Vec = tuple[float, float, float]

X: Vec = (1.0, 0.0, 0.0)
Y: Vec = (0.0, 1.0, 0.0)
Z: Vec = (0.0, 0.0, 1.0)


def add(a: Vec, b: Vec, times: float = 1.0) -> Vec:
    """a + times * b"""
    return a[0] + b[0] * times, a[1] + b[1] * times, a[2] + b[2] * times


def sub(a: Vec, b: Vec) -> Vec:
    return a[0] - b[0], a[1] - b[1], a[2] - b[2]


def scale(a: Vec, k: float) -> Vec:
    return a[0] * k, a[1] * k, a[2] * k


def middle(a: Vec, b: Vec) -> Vec:
    return (a[0] + b[0]) / 2, (a[1] + b[1]) / 2, (a[2] + b[2]) / 2


def dot(a: Vec, b: Vec) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def cross(a: Vec, b: Vec) -> Vec:
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


def length(a: Vec) -> float:
    return math.sqrt(a[0] * a[0] + a[1] * a[1] + a[2] * a[2])


def unit(a: Vec) -> Vec:
    k = 1.0 / (length(a) + 1e-9)
    return a[0] * k, a[1] * k, a[2] * k


@dataclass(frozen=True, slots=True)
class Frame:
    """A place with axes: forward, left and up, as seen by whoever stands there."""

    origin: Vec
    forward: Vec
    left: Vec
    up: Vec

    @classmethod
    def on_ground(cls, x: float, y: float, yaw: float, z: float = 0.0) -> Frame:
        """Upright at (x, y, z), facing `yaw` radians from the x axis towards the y axis."""
        c, s = math.cos(yaw), math.sin(yaw)
        return cls((x, y, z), (c, s, 0.0), (-s, c, 0.0), Z)

    def point(self, p: Vec) -> Vec:
        """The point p (forward, left, up) of this frame, in the world."""
        o, f, s, u = self.origin, self.forward, self.left, self.up
        a, b, c = p
        return (
            o[0] + f[0] * a + s[0] * b + u[0] * c,
            o[1] + f[1] * a + s[1] * b + u[1] * c,
            o[2] + f[2] * a + s[2] * b + u[2] * c,
        )

    def direction(self, p: Vec) -> Vec:
        """The direction p of this frame, in the world."""
        f, s, u = self.forward, self.left, self.up
        a, b, c = p
        return (
            f[0] * a + s[0] * b + u[0] * c,
            f[1] * a + s[1] * b + u[1] * c,
            f[2] * a + s[2] * b + u[2] * c,
        )

    def turned(self, pitch: float, bank: float) -> Frame:
        """Tipped forward by `pitch` and then to the left by `bank`, radians."""
        c, s = math.cos(pitch), math.sin(pitch)
        forward = add(scale(self.forward, c), self.up, -s)
        up = add(scale(self.up, c), self.forward, s)
        c, s = math.cos(bank), math.sin(bank)
        return Frame(self.origin, forward, add(scale(self.left, c), up, -s), add(scale(up, c), self.left, s))


def reach(a: Vec, b: Vec, first: float, second: float, bend: Vec) -> tuple[Vec, Vec]:
    """Two bones of lengths `first` and `second` from `a` towards `b`: the joint between, pushed towards `bend`, and
    the end.

    The end is `b`, or the farthest point towards it that the bones reach.
    """
    d = sub(b, a)
    far = length(d)
    most = (first + second) * 0.998
    if far > most:
        b = add(a, d, most / far)
        d, far = sub(b, a), most
    along = unit(d)
    x = (far * far + first * first - second * second) / (2 * far + 1e-9)
    x = max(-first, min(first, x))
    out = math.sqrt(max(0.0, first * first - x * x))
    side = unit(add(bend, along, -dot(bend, along)))
    return add(add(a, along, x), side, out), b
