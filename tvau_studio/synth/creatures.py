"""What walks on four legs or rolls: animals, barrels; and bags and balls, which lie or fly."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin

from tvau_studio.synth.chance import Dice
from tvau_studio.synth.colours import THINGS, Paint, Text, chinese, paint, tone
from tvau_studio.synth.people import article
from tvau_studio.synth.shapes import MOTTLED, Colour, Shapes, Skin
from tvau_studio.synth.vectors import Frame, Vec, add

# Name: Chinese, shoulder height (m), trunk length / height, leg share, neck share, head share.
_ANIMALS: dict[str, tuple[str, float, float, float, float, float]] = {
    "dog": ("狗", 0.62, 1.05, 0.55, 0.25, 0.30),
    "horse": ("马", 1.45, 1.05, 0.58, 0.55, 0.34),
    "cow": ("牛", 1.35, 1.25, 0.48, 0.22, 0.32),
    "deer": ("鹿", 1.05, 0.95, 0.62, 0.5, 0.24),
    "wild boar": ("野猪", 0.8, 1.35, 0.42, 0.12, 0.4),
}


@dataclass(frozen=True, slots=True)
class Animal:
    kind: str
    paint: Paint
    size: float
    hue: Colour

    @classmethod
    def of(cls, dice: Dice) -> Animal:
        kind = dice.weighted({"dog": 3, "horse": 2, "cow": 2, "deer": 2, "wild boar": 2})
        hide = paint(dice, {"brown": 6, "black": 3, "grey": 2, "white": 2, "beige": 2})
        return cls(kind, hide, dice.uniform(0.92, 1.1), hide.colour)

    @property
    def radius(self) -> float:
        return 0.8 * _ANIMALS[self.kind][1] * self.size + 0.2

    def describe(self, grey_picture: bool = False) -> Text:
        colour = tone(self.paint.word) if grey_picture else self.paint.word
        return {
            "en": f"{article(colour).capitalize()} {colour} {self.kind}",
            "zh": f"一{'匹' if self.kind == 'horse' else '头'}{chinese(colour)}的{_ANIMALS[self.kind][0]}",
        }

    def draw(self, shapes: Shapes, place: Frame, phase: float, pace: float) -> None:
        """phase: of the gait, 2 pi a stride; pace: 0 standing, 1 a walk, 2 a gallop."""
        _, tall, ratio, legs, neck, head = _ANIMALS[self.kind]
        tall *= self.size
        long, leg = tall * ratio, tall * legs
        hide = Skin(self.hue, MOTTLED, 4.0 / tall, 0.5)
        back = tall - 0.22 * tall + 0.02 * tall * pace * sin(2 * phase)
        pt = place.point
        shapes.ellipsoid(place, (0.0, 0.0, back), (0.56 * long, 0.19 * tall, 0.24 * tall), hide)
        shapes.ellipsoid(place, (0.3 * long, 0.0, back + 0.02 * tall), (0.24 * long, 0.18 * tall, 0.25 * tall), hide)
        shapes.ellipsoid(place, (-0.32 * long, 0.0, back + 0.01 * tall), (0.24 * long, 0.19 * tall, 0.24 * tall), hide)
        for k, (end, side) in enumerate(((0.36, 1.0), (0.36, -1.0), (-0.38, 1.0), (-0.38, -1.0))):
            gallop = (0.0, 0.5, pi, pi + 0.5)[k] if pace > 1.5 else (0.0, pi, pi / 2 + pi, pi / 2)[k]
            swing = 0.4 * min(1.6, pace) * sin(phase + gallop)
            lift = max(0.0, cos(phase + gallop)) * min(1.6, pace) * 0.5
            top: Vec = (end * long, side * 0.11 * tall, back - 0.1 * tall)
            knee = (top[0] + sin(swing) * 0.5 * leg, top[1], top[2] - cos(swing) * 0.48 * leg)
            bent = swing - lift if end > 0 else swing + 0.5 * lift
            foot = (knee[0] + sin(bent) * 0.5 * leg, top[1], max(0.02, knee[2] - cos(bent) * 0.52 * leg))
            shapes.cone(pt(top), pt(knee), 0.085 * tall, 0.045 * tall, hide)
            shapes.cone(pt(knee), pt(foot), 0.042 * tall, 0.032 * tall, hide.tinted(0.7))
            shapes.contact(*pt((foot[0], foot[1], 0.0))[:2], 0.12 * tall + 0.05, 0.4)
        nod = 0.04 * sin(phase) * pace
        low: Vec = (0.44 * long, 0.0, back + 0.08 * tall)
        high: Vec = (0.44 * long + (0.24 + 0.25 * neck) * tall, 0.0, back + (neck + nod) * tall)
        shapes.cone(pt(low), pt(high), 0.15 * tall, 0.09 * tall, hide)
        muzzle = add(high, (head * tall, 0.0, -0.12 * tall))
        shapes.cone(pt(high), pt(muzzle), 0.1 * tall, 0.055 * tall, hide)
        for side in (0.06, -0.06):
            ear = add(high, (-0.03 * tall, side * tall, 0.06 * tall))
            shapes.cone(
                pt(ear), pt(add(ear, (-0.02 * tall, side * 0.6 * tall, 0.1 * tall))), 0.03 * tall, 0.015 * tall, hide
            )
            if self.kind in ("cow", "deer"):
                horn = add(high, (0.0, 0.8 * side * tall, 0.1 * tall))
                up = 0.3 if self.kind == "deer" else 0.12
                shapes.cone(
                    pt(horn),
                    pt(add(horn, (-0.05 * tall, side * 2 * tall, up * tall))),
                    0.018,
                    0.012,
                    Skin((0.4, 0.33, 0.22)),
                )
        tail: Vec = (-0.54 * long, 0.0, back + 0.1 * tall)
        drop = (-0.14 * tall, 0.04 * sin(phase), 0.18 * tall if self.kind == "dog" else -0.4 * tall)
        shapes.cone(pt(tail), pt(add(tail, drop)), 0.03 * tall, 0.02 * tall, hide.tinted(0.6))


@dataclass(frozen=True, slots=True)
class Barrel:
    """A drum that rolls over its side, across its axis."""

    paint: Paint
    radius: float
    half: float

    @classmethod
    def of(cls, dice: Dice) -> Barrel:
        return cls(
            paint(dice, {"blue": 4, "red": 3, "green": 2, "grey": 2, "orange": 2, "brown": 2}),
            dice.uniform(0.26, 0.36),
            dice.uniform(0.38, 0.5),
        )

    def describe(self, grey_picture: bool = False) -> Text:
        colour = tone(self.paint.word) if grey_picture else self.paint.word
        return {"en": f"{article(colour).capitalize()} {colour} barrel", "zh": f"一个{chinese(colour)}的桶"}

    def draw(self, shapes: Shapes, place: Frame, travelled: float) -> None:
        r = self.radius
        body, band = Skin(self.paint.colour, gloss=0.3), Skin((0.3, 0.3, 0.3), gloss=0.4)
        a, b = place.point((0.0, self.half, r)), place.point((0.0, -self.half, r))
        shapes.drum(a, b, r, body)
        for k in (-0.9, -0.33, 0.33, 0.9):
            shapes.ring(place.point((0.0, k * self.half, r)), place.left, r + 0.015, r - 0.03, 0.02, band)
        turn = travelled / r
        for side in (1.0, -1.0):
            spot = (sin(turn) * 0.6 * r, side * (self.half + 0.002), r + cos(turn) * 0.6 * r)
            shapes.drum(place.point(spot), place.point(add(spot, (0.0, side * 0.012, 0.0))), 0.07, band)
        shapes.contact(*place.point((0.0, 0.0, 0.0))[:2], 0.5, 0.5)


BAGS: dict[str, Text] = {
    "suitcase": {"en": "suitcase", "zh": "行李箱"},
    "handbag": {"en": "travel bag", "zh": "旅行包"},
    "backpack": {"en": "backpack", "zh": "背包"},
    "box": {"en": "cardboard box", "zh": "纸箱"},
}


@dataclass(frozen=True, slots=True)
class Luggage:
    """A bag that is carried, put down and left. size: its height or length, metres."""

    kind: str
    paint: Paint
    size: float

    @classmethod
    def of(cls, dice: Dice) -> Luggage:
        kind = dice.pick(tuple(BAGS))
        size = {"suitcase": (0.55, 0.72), "handbag": (0.45, 0.65), "backpack": (0.42, 0.56), "box": (0.35, 0.5)}[kind]
        hue = paint(dice, {"brown": 3, "beige": 1}) if kind == "box" else paint(dice, THINGS)
        return cls(kind, hue, dice.uniform(*size))

    def describe(self, grey_picture: bool = False) -> Text:
        colour = tone(self.paint.word) if grey_picture else self.paint.word
        name = BAGS[self.kind]
        return {
            "en": f"{article(colour).capitalize()} {colour} {name['en']}",
            "zh": f"一个{chinese(colour)}{name['zh']}",
        }

    def draw(self, shapes: Shapes, place: Frame, grounded: bool = True) -> None:
        """Standing at the frame's origin; grounded: on the ground, so that it darkens it."""
        a, pt = self.size, place.point
        cloth = Skin(self.paint.colour, MOTTLED, 7.0, 0.3)
        dark = Skin((0.03, 0.03, 0.03))
        if self.kind == "suitcase":
            hard = Skin(self.paint.colour, MOTTLED, 5.0, 0.1, gloss=0.25)
            shapes.box(place, (0.0, 0.0, 0.5 * a + 0.03), (0.16, 0.31 * a, 0.5 * a - 0.03), hard, bevel=0.05)
            shapes.chain(
                [pt((0.0, s * 0.12, z)) for s, z in ((1, a), (1, 1.45 * a), (-1, 1.45 * a), (-1, a))], 0.014, dark
            )
        elif self.kind == "handbag":
            shapes.ellipsoid(place, (0.0, 0.0, 0.3 * a), (0.3 * a, 0.6 * a, 0.32 * a), cloth)
            shapes.box(place, (0.0, 0.0, 0.22 * a), (0.24 * a, 0.5 * a, 0.22 * a), cloth)
            shapes.chain(
                [pt((0.0, 0.25 * a * s, z * a)) for s, z in ((1, 0.55), (0.6, 0.82), (-0.6, 0.82), (-1, 0.55))],
                0.016,
                dark,
            )
        elif self.kind == "backpack":
            shapes.ellipsoid(place, (0.0, 0.0, 0.5 * a), (0.26 * a, 0.36 * a, 0.54 * a), cloth)
            shapes.ellipsoid(place, (0.22 * a, 0.0, 0.32 * a), (0.14 * a, 0.26 * a, 0.24 * a), cloth.tinted(0.7))
        else:
            shapes.box(place, (0.0, 0.0, 0.4 * a), (0.5 * a, 0.42 * a, 0.4 * a), cloth)
            shapes.box(place, (0.0, 0.0, 0.4 * a), (0.505 * a, 0.05, 0.404 * a), Skin((0.55, 0.42, 0.22)))
        if grounded:
            shapes.contact(*pt((0.0, 0.0, 0.0))[:2], 0.55 * a, 0.55)


MISSILES: dict[str, Text] = {
    "ball": {"en": "ball", "zh": "球"},
    "bottle": {"en": "bottle", "zh": "瓶子"},
    "bag": {"en": "bag", "zh": "包"},
    "box": {"en": "box", "zh": "盒子"},
}


@dataclass(frozen=True, slots=True)
class Missile:
    """A thing that is thrown. size: radius or half length, metres."""

    kind: str
    paint: Paint
    size: float
    spin: float

    @classmethod
    def of(cls, dice: Dice) -> Missile:
        kind = dice.pick(tuple(MISSILES))
        size = {"ball": (0.11, 0.17), "bottle": (0.13, 0.18), "bag": (0.18, 0.28), "box": (0.14, 0.22)}[kind]
        hue = paint(
            dice, {"red": 4, "orange": 4, "yellow": 3, "white": 4, "blue": 3, "black": 3, "green": 2, "brown": 2}
        )
        return cls(kind, hue, dice.uniform(*size), dice.uniform(3, 12))

    def describe(self, grey_picture: bool = False) -> Text:
        colour = tone(self.paint.word) if grey_picture else self.paint.word
        name = MISSILES[self.kind]
        return {
            "en": f"{article(colour).capitalize()} {colour} {name['en']}",
            "zh": f"一个{chinese(colour)}{name['zh']}",
        }

    def draw(self, shapes: Shapes, place: Frame, turn: float) -> None:
        """Its middle at the frame's origin, turned by `turn` radians."""
        skin, a = Skin(self.paint.colour, MOTTLED, 6.0, 0.15), self.size
        body = place.turned(turn, 0.6 * turn)
        if self.kind == "ball":
            shapes.ball(place.origin, a, skin)
        elif self.kind == "bottle":
            shapes.rod(body.point((0.0, 0.0, -0.6 * a)), body.point((0.0, 0.0, 0.3 * a)), 0.38 * a, skin)
            shapes.cone(body.point((0.0, 0.0, 0.3 * a)), body.point((0.0, 0.0, a)), 0.3 * a, 0.14 * a, skin)
        elif self.kind == "bag":
            shapes.ellipsoid(body, (0.0, 0.0, 0.0), (a, 0.6 * a, 0.75 * a), skin)
            shapes.rod(
                body.point((0.4 * a, 0.0, 0.6 * a)), body.point((-0.4 * a, 0.0, 0.6 * a)), 0.1 * a, skin.tinted(0.6)
            )
        else:
            shapes.box(body, (0.0, 0.0, 0.0), (a, 0.75 * a, 0.6 * a), skin)
        x, y, z = place.origin
        if z < 0.6:
            shapes.contact(x, y, 1.5 * a, 0.5 * (1 - z / 0.6))
