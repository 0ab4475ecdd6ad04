"""Where it happens: a street, a square, a park, a campus, a station hall and others, with light, edge and clutter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import cos, hypot, pi, radians, sin

import numpy as np
from numpy.typing import NDArray

from tvau_studio.synth import backdrops, clutter, grounds
from tvau_studio.synth import weather as weathers
from tvau_studio.synth.chance import Dice
from tvau_studio.synth.colours import Text, grey
from tvau_studio.synth.shapes import BRICKS, MOTTLED, SHOP, SIDING, WINDOWS, Shapes
from tvau_studio.synth.stage import Camera, Light
from tvau_studio.synth.vectors import Frame

Circle = tuple[float, float, float]
"""x, y and radius on the ground, metres."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of place. grounds: surfaces to choose the main one from; edge: what lies beyond the walkway, farther
    from the camera."""

    name: Text
    grounds: tuple[str, ...]
    edges: tuple[str, ...]
    facades: tuple[int, ...]
    indoor: bool = False
    props: tuple[int, int] = (4, 12)


KINDS: dict[str, Kind] = {
    "square": Kind(
        {"en": "paved square", "zh": "铺砖广场"},
        ("slabs", "setts", "concrete"),
        ("plain", "lawn"),
        (WINDOWS, SHOP, BRICKS),
    ),
    "street": Kind(
        {"en": "pavement beside a street", "zh": "街边人行道"},
        ("slabs", "setts", "concrete"),
        ("road",),
        (SHOP, WINDOWS, BRICKS),
    ),
    "park": Kind({"en": "path in a park", "zh": "公园小路"}, ("gravel", "asphalt", "slabs"), ("lawn",), ()),
    "campus": Kind(
        {"en": "campus walkway", "zh": "校园步道"}, ("bricks", "slabs", "asphalt"), ("lawn", "road"), (BRICKS, WINDOWS)
    ),
    "yard": Kind(
        {"en": "asphalt yard", "zh": "柏油院子"}, ("asphalt", "concrete"), ("plain", "lawn"), (SIDING, BRICKS, WINDOWS)
    ),
    "shopping street": Kind(
        {"en": "shopping street", "zh": "商业步行街"}, ("setts", "slabs", "bricks"), ("plain",), (SHOP,)
    ),
    "station": Kind(
        {"en": "station hall", "zh": "车站大厅"}, ("tiles", "terrazzo"), ("plain",), (SIDING, SHOP), True, (3, 9)
    ),
    "mall": Kind({"en": "shopping mall", "zh": "购物中心"}, ("tiles", "terrazzo"), ("plain",), (SHOP,), True, (3, 8)),
    "corridor": Kind(
        {"en": "wide corridor", "zh": "宽阔的走廊"}, ("tiles", "carpet"), ("plain",), (MOTTLED, SIDING), True, (2, 7)
    ),
}


@dataclass(slots=True)
class Place:
    """A place that is ready to be staged.

    axis: the direction along which people walk, radians; edge: unit normal and offset of the line where the walkway
    ends; taken: circles (x, y, radius) that things stand on.
    """

    kind: str
    weather: str
    light: Light
    layers: NDArray[np.float64]
    setting: Shapes
    axis: float
    edge: tuple[float, float, float]
    reflect: float
    seen: tuple[str, ...]
    taken: list[Circle] = field(default_factory=list)

    @property
    def indoor(self) -> bool:
        return KINDS[self.kind].indoor

    def beyond(self, x: float, y: float) -> float:
        """How far past the walkway's edge a point lies, metres; below 0 on the walkway."""
        return self.edge[0] * x + self.edge[1] * y - self.edge[2]

    def free(self, x: float, y: float, radius: float) -> bool:
        """Whether a circle of that radius stands on the walkway clear of things."""
        return self.beyond(x, y) < -radius and all(hypot(x - a, y - b) > r + radius for a, b, r in self.taken)

    def describe(self) -> Text:
        """The environment in a sentence, English and Chinese."""
        kind = KINDS[self.kind].name
        things = [_SEEN[name] for name in self.seen[:3]]
        weather = weathers.WEATHER[self.weather]
        en = f"{'An' if kind['en'][0] in 'aeio' else 'A'} {kind['en']}"
        zh = kind["zh"]
        if things:
            words = [t["en"] for t in things]
            en += " with " + (", ".join(words[:-1]) + " and " + words[-1] if len(words) > 1 else words[0])
            zh += "，有" + "、".join(t["zh"] for t in things)
        return {"en": f"{en} {weather['en']}, seen from above.", "zh": f"{zh}，{weather['zh']}，俯视视角。"}


_SEEN: dict[str, Text] = {
    "tree": {"en": "trees", "zh": "树木"},
    "hedge": {"en": "hedges", "zh": "树篱"},
    "bench": {"en": "benches", "zh": "长椅"},
    "seat_row": {"en": "rows of chairs", "zh": "成排座椅"},
    "table": {"en": "tables and chairs", "zh": "桌椅"},
    "planter": {"en": "planters", "zh": "花坛"},
    "parked_bicycles": {"en": "parked bicycles", "zh": "停放的自行车"},
    "fence": {"en": "a railing", "zh": "栏杆"},
    "lamp": {"en": "street lamps", "zh": "路灯"},
    "parked_row": {"en": "a row of parked cars", "zh": "一排停放的车辆"},
    "building": {"en": "a building behind", "zh": "后方的建筑"},
    "shops": {"en": "shop fronts", "zh": "店面"},
    "lawn": {"en": "a lawn", "zh": "草坪"},
    "road": {"en": "a road", "zh": "马路"},
    "column": {"en": "columns", "zh": "立柱"},
    "machine": {"en": "vending machines", "zh": "自动售货机"},
    "shelf": {"en": "shelves", "zh": "货架"},
    "wall": {"en": "a wall", "zh": "围墙"},
}


class _Builder:
    """Puts a place together; `make` says in which order."""

    def __init__(self, dice: Dice, camera: Camera, kind: str, keep: Sequence[Circle]) -> None:
        self.dice, self.camera, self.kind, self.what, self.keep = dice, camera, kind, KINDS[kind], keep
        self.shapes, self.layers, self.seen = Shapes(), list[grounds.Layer](), list[str]()
        height, width = camera.size
        # The line where the walkway ends lies across the upper part of the picture, and beyond all that stays empty.
        at = camera.ground(width * 0.5, height * dice.uniform(0.02, 0.36), 60.0)
        self.spot = at or (0.0, dice.uniform(18, 45))
        self.tilt = dice.normal(0.22)
        self.normal = (sin(self.tilt), cos(self.tilt))
        nearest = [self._across(x, y) + r + 0.5 for x, y, r in keep]
        self.offset = max([self._across(*self.spot), *nearest])
        self.back = self.offset

    def _across(self, x: float, y: float) -> float:
        return self.normal[0] * x + self.normal[1] * y

    def _line(self, x: float, offset: float) -> tuple[float, float]:
        """The point with that x on the line at `offset`."""
        return x, (offset - self.normal[0] * x) / self.normal[1]

    def _note(self, name: str, x: float, y: float) -> None:
        """Remember that something is in the picture, if it is."""
        u, v, depth = self.camera.project((x, y, 0.3))
        height, width = self.camera.size
        if depth > 1 and 0 < u < width and 0 < v < height:
            self.seen.append(name)

    def _note_line(self, name: str, offset: float) -> None:
        for k in (-0.5, 0.0, 0.5):
            self._note(name, *self._line(self.spot[0] + k * self.spot[1], offset))

    def paving(self) -> None:
        dice, what = self.dice, self.what
        self.layers.append(grounds.surface(dice, dice.pick(what.grounds)))
        if dice.chance(0.45):
            band = grounds.surface(dice, dice.pick(what.grounds))
            turn = -self.tilt + dice.pick((0.0, pi / 2)) + dice.normal(0.03)
            across = (cos(turn), sin(turn))
            if dice.chance(0.5):
                band[19] = dice.uniform(3.0, 9.0)
                width = band[19] * dice.uniform(0.06, 0.3)
                self.layers.append(grounds.beyond(band, across, dice.uniform(-5, 5), width))
            else:
                offset = across[0] * self.spot[0] + 0.6 * across[1] * self.spot[1] + dice.normal(2.0)
                self.layers.append(grounds.beyond(band, across, offset, dice.uniform(1, 5)))
        if self.kind == "yard" and dice.chance(0.8):
            turn = -self.tilt + dice.normal(0.1)
            for k in range(dice.whole(1, 4)):
                self.layers.append(grounds.line(dice, (cos(turn), sin(turn)), dice.uniform(-3, 3) + 2.6 * k, 0.12))

    def edge(self) -> str:
        """What lies behind the walkway: nothing, a lawn, or a road with parked cars."""
        dice, normal, offset = self.dice, self.normal, self.offset
        edge = dice.pick(self.what.edges)
        if edge == "road":
            kerb = grounds.beyond(grounds.surface(dice, "concrete"), normal, offset, 0.28)
            kerb[0:3] = grey(dice, 0.6, 0.75)
            wide = dice.uniform(5.5, 8.0)
            self.layers += [grounds.beyond(grounds.surface(dice, "asphalt"), normal, offset + 0.25, wide), kerb]
            self.layers.append(grounds.line(dice, normal, offset + 0.25 + 0.62 * wide, 0.13, 3.0))
            self._note_line("road", offset + 1.0)
            if dice.chance(0.75):
                foot = self._line(self.spot[0] - dice.uniform(10, 18), offset + 1.45)
                count = dice.whole(2, 6)
                clutter.parked_row(self.shapes, dice, Frame.on_ground(*foot, -self.tilt), count)
                self._note_line("parked_row", offset + 1.4)
            self.back = offset + wide + 0.25
            self.layers.append(grounds.beyond(grounds.surface(dice, "slabs"), normal, self.back))
            self.back += dice.uniform(1.5, 3.5)
        elif edge == "lawn":
            self.layers.append(
                grounds.beyond(grounds.surface(dice, "grass"), normal, offset, 0.0, dice.uniform(0.0, 0.8))
            )
            self._note_line("lawn", offset + 0.5)
            self.back += dice.uniform(3.0, 9.0)
        return edge

    def backdrop(self) -> None:
        dice, what = self.dice, self.what
        far = Frame.on_ground(*self._line(self.spot[0], self.back), pi / 2 - self.tilt)
        if what.facades and dice.chance(0.9 if what.indoor else 0.65):
            pattern = dice.pick(what.facades)
            tall = dice.uniform(3.2, 6.0) if what.indoor else dice.uniform(4.0, 14.0)
            backdrops.facade(self.shapes, dice, far, 45.0, pattern, tall)
            if pattern == SHOP:
                self._note_line("shops", self.back)
            elif not what.indoor:
                self._note_line("building", self.back)
            return
        if what.indoor:
            return
        kind = dice.weighted({"trees": 4.0, "hedgerow": 2.0, "wall": 1.5, "open": 1.0})
        if kind == "trees":
            backdrops.trees(self.shapes, dice, far, 30.0)
            self._note_line("tree", self.back)
        elif kind == "hedgerow":
            backdrops.hedgerow(self.shapes, dice, far, 35.0)
            self._note_line("hedge", self.back)
        elif kind == "wall":
            backdrops.wall(self.shapes, dice, far, 35.0)
            self._note_line("wall", self.back)
        if dice.chance(0.6):
            backdrops.skyline(self.shapes, dice, far)

    def flank(self) -> None:
        """A lawn or another paving on one side of the camera."""
        dice, camera = self.dice, self.camera
        if self.what.indoor or not dice.chance(0.5):
            return
        height, width = camera.size
        side, turn = dice.sign(), dice.normal(0.15)
        toward = (side * cos(turn), sin(turn))
        corner = camera.ground(width * (0.5 + side * dice.uniform(0.25, 0.5)), height * 0.75, 60.0)
        if corner is None:
            return
        limit = toward[0] * corner[0] + toward[1] * corner[1]
        limit = max([limit, *(toward[0] * x + toward[1] * y + 0.6 * r for x, y, r in self.keep)])
        layer = grounds.surface(dice, dice.pick(("grass", "grass", "gravel", "setts")))
        self.layers.append(grounds.beyond(layer, toward, limit, 0.0, dice.uniform(0, 0.6)))

    def _prop_spot(self, edge: str) -> tuple[float, float, float, bool] | None:
        dice, (height, width) = self.dice, self.camera.size
        if dice.chance(0.45):
            x, y = self._line(
                self.spot[0] + dice.uniform(-0.9, 0.9) * max(6.0, 0.6 * self.spot[1]),
                self.offset - dice.uniform(-0.8, 0.9),
            )
            return x, y - (0.9 if edge == "road" else 0.0), -self.tilt - pi / 2, True
        at = self.camera.ground(width * dice.uniform(-0.15, 1.15), height * dice.uniform(-0.05, 1.05), 45.0)
        if at is None:
            return None
        return *at, -self.tilt + dice.pick((0.0, pi / 2, pi, -pi / 2)) + dice.normal(0.06), False

    def props(self, edge: str, place: Place, count: int) -> None:
        dice, camera, indoor = self.dice, self.camera, self.what.indoor
        before_lens = 0.55 * camera.height / max(0.2, sin(camera.pitch))
        for _ in range(count):
            found = self._prop_spot(edge)
            if found is None:
                continue
            x, y, yaw, at_edge = found
            prop = dice.weighted(clutter.INDOOR if indoor else clutter.OUTDOOR)
            if not 3.2 < hypot(x, y) < 60 or (edge == "road" and place.beyond(x, y) > 0.5):
                continue
            if any(hypot(x - a, y - b) < r + 1.0 for a, b, r in self.keep):
                continue
            if prop in clutter.TALL and not at_edge and dice.chance(0.7):
                prop = clutter.bin_ if indoor else clutter.cover
            if prop in clutter.TALL and hypot(x, y) < before_lens:
                continue
            if any(hypot(x - a, y - b) < r + 0.9 for a, b, r in place.taken):
                continue
            self.shapes.anchor = (x, y, 0.0)
            radius = prop(self.shapes, dice, Frame.on_ground(x, y, yaw))
            self.shapes.anchor = (0.0, 0.0, 0.0)
            if radius:
                place.taken.append((x, y, radius))
            self._note(prop.__name__, x, y)


def make(
    dice: Dice,
    camera: Camera,
    *,
    kind: str | None = None,
    keep: Sequence[Circle] = (),
    density: float = 1.0,
    wild: float = 0.0,
) -> Place:
    """A place for that camera.

    kind: a key of KINDS; keep: circles (x, y, radius) that stay empty; density: how much clutter, 1 the usual; wild:
    probability of a ground marking such as no place has in particular.
    """
    name = kind or dice.weighted({k: (2.0 if k in ("square", "street", "campus") else 1.0) for k in KINDS})
    builder = _Builder(dice, camera, name, keep)
    weather, light = weathers.light(dice, builder.what.indoor)
    builder.paving()
    edge = builder.edge()
    builder.backdrop()
    builder.flank()
    while dice.chance(wild):
        builder.layers.append(grounds.wild(dice, keep[0][:2] if keep else builder.spot))
    reflect = 0.0
    if builder.what.indoor:
        reflect = dice.uniform(0.08, 0.3) if dice.chance(0.75) and builder.layers[0][9] < 0.1 else 0.0
    elif dice.chance(0.06):
        reflect = dice.uniform(0.1, 0.25)  # wet ground
    axis = dice.normal(0.3) - builder.tilt if dice.chance(0.7) else dice.angle()
    layers = np.array(builder.layers, np.float64)
    place = Place(name, weather, light, layers, builder.shapes, axis, (*builder.normal, builder.offset), reflect, ())
    builder.props(edge, place, round(dice.uniform(*builder.what.props) * density))
    place.seen = tuple(n for n in dict.fromkeys(builder.seen) if n in _SEEN)
    return place


def camera(dice: Dice, size: tuple[int, int], person: float | None = None) -> Camera:
    """A camera as they hang: 2.3 to 12 m up, tipped down by 8 to 42 degrees.

    person: how high a grown person in the middle of the picture is, pixels; by default 0.1 to 0.38 of the picture's
    height.
    """
    height, width = size
    pitch = radians(dice.uniform(9, 40))
    focal = width / 2 / np.tan(radians(dice.uniform(38, 72)) / 2)
    tall = person if person is not None else height * dice.log_uniform(0.12, 0.36)
    distance = focal * 1.72 * cos(pitch) / tall
    up = distance * sin(pitch)
    if up > 12.0:
        pitch = max(radians(9), np.arcsin(min(1.0, 12.0 / distance)))
    elif up < 2.4:
        pitch = min(radians(42), np.arcsin(min(0.95, 2.4 / distance)))
    up = max(2.3, distance * sin(pitch))
    return Camera(float(up), float(pitch), float(focal), (width / 2, height / 2), size)
