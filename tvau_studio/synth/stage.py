"""Camera, light and ground, and the picture they give: the setting once, then the actors of each instant over it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tvau_studio.synth import kernels
from tvau_studio.synth.shapes import Colour, Shapes
from tvau_studio.synth.vectors import Vec

SAMPLES = 2
"""Rays per pixel along each axis."""


@dataclass(frozen=True, slots=True)
class Camera:
    """A pinhole at (0, 0, height) that looks along y, tipped down by `pitch` radians.

    focal: pixels; centre: the principal point, pixels; size: [H, W].
    """

    height: float
    pitch: float
    focal: float
    centre: tuple[float, float]
    size: tuple[int, int]

    def ground(self, u: float, v: float, farthest: float = 90.0) -> tuple[float, float] | None:
        """Where the ray of pixel (u, v) meets the ground; None above the horizon or farther away than `farthest`
        metres."""
        a, b = (u - self.centre[0]) / self.focal, (v - self.centre[1]) / self.focal
        c, s = math.cos(self.pitch), math.sin(self.pitch)
        y, z = c - s * b, -s - c * b
        if z > -0.02 or y <= 0:
            return None
        t = -self.height / z
        return (a * t, y * t) if y * t < farthest else None

    def project(self, point: Vec) -> tuple[float, float, float]:
        """Pixel x, y and depth (m; below 0: behind the camera) of a point of the world."""
        c, s = math.cos(self.pitch), math.sin(self.pitch)
        x, y, z = point[0], point[1], point[2] - self.height
        depth = c * y - s * z
        k = self.focal / (depth if abs(depth) > 1e-6 else 1e-6)
        return x * k + self.centre[0], (-s * y - c * z) * k + self.centre[1], depth

    def sees(self, x: float, y: float, margin: float = 0.0) -> bool:
        """Whether something at chest height over (x, y) is in the picture; margin: share of the picture, above 0
        beyond its edges."""
        u, v, depth = self.project((x, y, 0.9))
        height, width = self.size
        return (
            depth > 1.0 and -margin * width < u < (1 + margin) * width and -margin * height < v < (1 + margin) * height
        )

    def row(self, samples: int = SAMPLES) -> NDArray[np.float64]:
        c, s = math.cos(self.pitch), math.sin(self.pitch)
        place, right, down, forward = (0.0, 0.0, self.height), (1.0, 0.0, 0.0), (0.0, -s, -c), (0.0, c, -s)
        lens = (self.focal * samples, self.centre[0] * samples, self.centre[1] * samples)
        return np.array([*place, *right, *down, *forward, *lens], np.float64)


@dataclass(frozen=True, slots=True)
class Light:
    """The sun and the sky. elevation, azimuth: radians; colours: linear; shade: how dark shadows are, 0..1;
    softness: blur of shadows' edges, metres at the middle of the picture."""

    elevation: float
    azimuth: float
    around: Colour
    sun: Colour
    shade: float
    softness: float
    horizon: Colour
    zenith: Colour
    clouds: float = 0.0

    def row(self) -> NDArray[np.float64]:
        c = math.cos(self.elevation)
        to_sun = (c * math.cos(self.azimuth), c * math.sin(self.azimuth), math.sin(self.elevation))
        return np.array([*to_sun, *self.around, *self.sun, self.shade], np.float64)

    def sky(self) -> NDArray[np.float64]:
        return np.array([*self.horizon, *self.zenith, self.clouds], np.float64)

    @property
    def level(self) -> float:
        """Light on open ground, about what the camera exposes for."""
        return sum(a + s * math.sin(self.elevation) for a, s in zip(self.around, self.sun, strict=True)) / 3


class Stage:
    """A setting seen by one camera: drawn once, copied for each instant.

    ground: float64 [L, 24], see `kernels.paint_ground`; reflect: how much the floor mirrors, 0..1.
    """

    def __init__(
        self, camera: Camera, light: Light, ground: NDArray[np.float64], setting: Shapes, reflect: float = 0.0
    ) -> None:
        height, width = camera.size
        shape = (height * SAMPLES, width * SAMPLES)
        self.camera, self.light, self.reflect = camera, light, reflect
        self._camera, self._light, self._sky = camera.row(), light.row(), light.sky()
        self._rgb = np.zeros((*shape, 3), np.float32)
        self._owners = np.zeros(shape, np.int32)
        self._depth = np.zeros(shape, np.float32)
        self._albedo = np.zeros((*shape, 3), np.float32)
        self._lit = np.ones(shape, np.float32)
        self._near = np.ones(shape, np.float32)
        table = setting.table()
        kernels.clear(self._camera, self._sky, self._rgb, self._owners, self._depth)
        if reflect > 0:
            self._mirror, self._mirror_depth = self._rgb.copy(), np.full(shape, kernels.FAR, np.float32)
            self._mirror[:] = np.array(light.around, np.float32) * 0.5
            scrap = np.zeros(shape, np.int32)
            kernels.draw(table, self._camera, self._light, -1, self._mirror, scrap, self._mirror_depth, 0)
        kernels.draw(table, self._camera, self._light, 1, self._rgb, self._owners, self._depth, 0)
        kernels.paint_ground(ground, self._camera, self._owners, self._albedo)
        if light.shade > 0:
            kernels.cast_shadows(table, self._camera, self._light, self._lit)
        kernels.darken_contacts(setting.contact_table(), self._camera, self._near)
        middle = camera.ground(width / 2, height / 2, 1e6) or (0.0, 60.0)
        per_metre = camera.focal * SAMPLES / math.hypot(middle[1], camera.height)
        self._blur = max(1, round(light.softness * per_metre))

    def picture(self, actors: Shapes) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
        """The instant: linear light float32 [H, W, 3], and who is seen, int32 [H, W] (0 the setting, else the actors'
        owners)."""
        height, width = self.camera.size
        rgb, owners, depth = self._rgb.copy(), self._owners.copy(), self._depth.copy()
        lit, near = self._lit.copy(), self._near.copy()
        table = actors.table()
        mirror = rgb
        if self.reflect > 0:
            mirror, mirror_depth = self._mirror.copy(), self._mirror_depth.copy()
            kernels.draw(table, self._camera, self._light, -1, mirror, np.zeros_like(owners), mirror_depth, 0)
        kernels.draw(table, self._camera, self._light, 1, rgb, owners, depth, 0)
        if self.light.shade > 0:
            kernels.cast_shadows(table, self._camera, self._light, lit)
            kernels.box_blur(lit, self._blur, depth)
        kernels.darken_contacts(actors.contact_table(), self._camera, near)
        kernels.light_ground(self._albedo, lit, near, owners, mirror, self.reflect, self._light, rgb)
        small = np.empty((height, width, 3), np.float32)
        small_owners = np.empty((height, width), np.int32)
        kernels.halve(rgb, owners, small, small_owners)
        return small, small_owners
