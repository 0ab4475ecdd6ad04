"""Where it happens: ground, light, buildings and clutter of a street, a square, a park, a campus, a station hall and
others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import cos, hypot, pi, radians, sin

import numpy as np
from numpy.typing import NDArray

from tvau_studio.synth import clutter
from tvau_studio.synth.chance import Dice
from tvau_studio.synth.colours import Text, grey, linear
from tvau_studio.synth.shapes import BRICKS, MOTTLED, SHOP, SIDING, WINDOWS, Shapes, Skin
from tvau_studio.synth.stage import Camera, Light
from tvau_studio.synth.vectors import Frame

Layer = list[float]


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

_WEATHER: dict[str, Text] = {
    "sunny": {"en": "on a sunny day", "zh": "天气晴朗"},
    "overcast": {"en": "under an overcast sky", "zh": "天空多云"},
    "evening": {"en": "in the low sun of the evening", "zh": "傍晚夕阳低照"},
    "dull": {"en": "in dull light", "zh": "光线昏暗"},
    "lit": {"en": "in bright artificial light", "zh": "灯光明亮"},
    "dim": {"en": "in dim artificial light", "zh": "灯光昏暗"},
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
    taken: list[tuple[float, float, float]] = field(default_factory=list)

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
        weather = _WEATHER[self.weather]
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
}


def _surface(dice: Dice, name: str) -> Layer:
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
            colour = (k * 1.1, k * dice.uniform(0.84, 0.92), k * dice.uniform(0.76, 0.86))
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


def _beyond(row: Layer, normal: tuple[float, float], offset: float, width: float = 0.0, wobble: float = 0.0) -> Layer:
    row[16], row[17], row[18], row[20], row[21] = normal[0], normal[1], offset, width, wobble
    return row


def _paint_line(dice: Dice, normal: tuple[float, float], offset: float, width: float, dashes: float = 0.0) -> Layer:
    row = _beyond(_surface(dice, "asphalt"), normal, offset, width)
    row[0:3] = grey(dice, 0.72, 0.9)
    row[9], row[10], row[22] = 0.25, 2.0, dashes
    return row


def _light(dice: Dice, indoor: bool) -> tuple[str, Light]:
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


def _facade(shapes: Shapes, dice: Dice, at: Frame, half: float, pattern: int, tall: float) -> None:
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


def _stand(shapes: Shapes, dice: Dice, prop: clutter.Prop, x: float, y: float, yaw: float) -> float:
    shapes.anchor = (x, y, 0.0)
    radius = prop(shapes, dice, Frame.on_ground(x, y, yaw))
    shapes.anchor = (0.0, 0.0, 0.0)
    return radius


def make(
    dice: Dice,
    camera: Camera,
    *,
    kind: str | None = None,
    keep: Sequence[tuple[float, float, float]] = (),
    density: float = 1.0,
) -> Place:
    """A place for that camera. keep: circles (x, y, radius) that stay empty; density: how much clutter, 1 the usual."""
    name = kind or dice.weighted({k: (2.0 if k in ("square", "street", "campus") else 1.0) for k in KINDS})
    what = KINDS[name]
    height, width = camera.size
    weather, light = _light(dice, what.indoor)
    shapes = Shapes()
    seen: list[str] = []
    # The line where the walkway ends lies across the upper part of the picture.
    spot = camera.ground(width * 0.5, height * dice.uniform(0.02, 0.36), 60.0) or (0.0, dice.uniform(18, 45))
    tilt = dice.normal(0.22)
    normal = (sin(tilt), cos(tilt))
    offset = normal[0] * spot[0] + normal[1] * spot[1]
    offset = max([offset, *(normal[0] * x + normal[1] * y + r + 0.5 for x, y, r in keep)])
    axis = dice.normal(0.3) - tilt if dice.chance(0.7) else dice.angle()
    main = _surface(dice, dice.pick(what.grounds))
    layers = [main]
    if dice.chance(0.45):  # a second paving: bands or a field
        band = _surface(dice, dice.pick(what.grounds))
        turn = -tilt + dice.pick((0.0, pi / 2)) + dice.normal(0.03)
        across = (cos(turn), sin(turn))
        if dice.chance(0.5):
            band[19] = dice.uniform(3.0, 9.0)
            layers.append(_beyond(band, across, dice.uniform(-5, 5), band[19] * dice.uniform(0.06, 0.3)))
        else:
            layers.append(
                _beyond(
                    band, across, across[0] * spot[0] + across[1] * spot[1] * 0.6 + dice.normal(2.0), dice.uniform(1, 5)
                )
            )
    if name == "yard" and dice.chance(0.8):
        turn = -tilt + dice.normal(0.1)
        for k in range(dice.whole(1, 4)):
            layers.append(_paint_line(dice, (cos(turn), sin(turn)), dice.uniform(-3, 3) + 2.6 * k, 0.12))
    back = offset
    edge = dice.pick(what.edges)
    if edge == "road":
        kerb = _beyond(_surface(dice, "concrete"), normal, offset, 0.28)
        kerb[0:3] = grey(dice, 0.6, 0.75)
        road_wide = dice.uniform(5.5, 8.0)
        layers += [_beyond(_surface(dice, "asphalt"), normal, offset + 0.25, road_wide), kerb]
        layers.append(_paint_line(dice, normal, offset + 0.25 + road_wide * 0.62, 0.13, 3.0))
        shapes.casts = True
        if dice.chance(0.75):
            along = (normal[1], -normal[0])
            start = spot[0] - dice.uniform(10, 18)
            depth = offset + 1.45
            foot = (along[0] * start + normal[0] * depth, along[1] * start + normal[1] * depth)
            clutter.parked_row(shapes, dice, Frame.on_ground(foot[0], foot[1], -tilt), dice.whole(2, 6))
            seen.append("parked_row")
        seen.append("road")
        back = offset + road_wide + 0.25
        layers.append(_beyond(_surface(dice, "slabs"), normal, back, 0.0))
        back += dice.uniform(1.5, 3.5)
    elif edge == "lawn":
        layers.append(_beyond(_surface(dice, "grass"), normal, offset, 0.0, dice.uniform(0.0, 0.8)))
        seen.append("lawn")
        back += dice.uniform(3.0, 9.0)
    if what.facades and dice.chance(0.9 if what.indoor else 0.75):
        pattern = dice.pick(what.facades)
        tall = dice.uniform(3.2, 6.0) if what.indoor else dice.uniform(4.0, 14.0)
        _facade(
            shapes,
            dice,
            Frame.on_ground(spot[0], (back - normal[0] * spot[0]) / normal[1], pi / 2 - tilt),
            45.0,
            pattern,
            tall,
        )
        if pattern == SHOP:
            seen.append("shops")
        elif not what.indoor:
            seen.append("building")
    place = Place(name, weather, light, np.array(layers, np.float64), shapes, axis, (*normal, offset), 0.0, ())
    if what.indoor:
        place.reflect = dice.uniform(0.08, 0.3) if dice.chance(0.75) and main[9] < 0.1 else 0.0
    elif dice.chance(0.06):
        place.reflect = dice.uniform(0.1, 0.25)  # wet ground
    # A lawn or a dark strip on one side of the camera.
    if not what.indoor and dice.chance(0.5):
        side = dice.sign()
        turn = dice.normal(0.15)
        toward = (side * cos(turn), sin(turn))
        corner = camera.ground(width * (0.5 + side * dice.uniform(0.25, 0.5)), height * 0.75, 60.0)
        if corner:
            limit = toward[0] * corner[0] + toward[1] * corner[1]
            limit = max([limit, *(toward[0] * x + toward[1] * y + 0.6 * r for x, y, r in keep)])
            field_ = _beyond(
                _surface(dice, dice.pick(("grass", "grass", "gravel", "setts"))),
                toward,
                limit,
                0.0,
                dice.uniform(0, 0.6),
            )
            layers.append(field_)
            place.layers = np.array(layers, np.float64)
    props = clutter.INDOOR if what.indoor else clutter.OUTDOOR
    wanted = round(dice.uniform(*what.props) * density)
    for _ in range(wanted):
        at_edge = dice.chance(0.45)
        if at_edge:
            x = spot[0] + dice.uniform(-0.9, 0.9) * max(6.0, 0.6 * spot[1])
            y = (offset - dice.uniform(-0.8, 0.9) - normal[0] * x) / normal[1]
            if edge == "road":
                y -= 0.9
            yaw = -tilt - pi / 2
        else:
            spot2 = camera.ground(width * dice.uniform(-0.15, 1.15), height * dice.uniform(-0.05, 1.05), 45.0)
            if spot2 is None:
                continue
            x, y = spot2
            yaw = -tilt + dice.pick((0.0, pi / 2, pi, -pi / 2)) + dice.normal(0.06)
        if not 3.2 < hypot(x, y) < 60 or any(hypot(x - a, y - b) < r + 1.0 for a, b, r in keep):
            continue
        prop = dice.weighted(props)
        if place.beyond(x, y) > 0.5 and edge == "road":
            continue
        if (
            prop in (clutter.tree, clutter.column, clutter.hedge, clutter.curtain, clutter.shelf, clutter.lamp)
            and not at_edge
            and dice.chance(0.7)
        ):
            prop = clutter.cover if not what.indoor else clutter.bin_
        if prop in (clutter.tree, clutter.column) and hypot(x, y) < 0.55 * camera.height / max(0.2, sin(camera.pitch)):
            continue  # it would stand before the lens
        if any(hypot(x - a, y - b) < r + 0.9 for a, b, r in place.taken):
            continue
        radius = _stand(shapes, dice, prop, x, y, yaw)
        if radius:
            place.taken.append((x, y, radius))
        seen.append(prop.__name__)
    unique = [name for name in dict.fromkeys(seen) if name in _SEEN]
    place.seen = tuple(unique)
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
