"""Cars, vans, trucks, pickups, small carts and golf carts."""

from __future__ import annotations

from dataclasses import dataclass

from tvau_studio.synth.chance import Dice
from tvau_studio.synth.colours import CARS, Paint, Text, chinese, grey, paint, tone
from tvau_studio.synth.people import Look, article, look
from tvau_studio.synth.shapes import MOTTLED, SIDING, Colour, Shapes, Skin
from tvau_studio.synth.vectors import Frame
from tvau_studio.synth.wheels import seated

_RUBBER = Skin((0.014, 0.014, 0.015))
_LAMP, _TAIL, _UNDER = Skin((0.85, 0.85, 0.8), gloss=0.6), Skin((0.45, 0.02, 0.02), gloss=0.4), Skin((0.02, 0.02, 0.02))

KINDS: dict[str, Text] = {
    "car": {"en": "car", "zh": "轿车"},
    "van": {"en": "van", "zh": "面包车"},
    "truck": {"en": "truck", "zh": "卡车"},
    "pickup": {"en": "pickup truck", "zh": "皮卡车"},
    "cart": {"en": "small utility cart", "zh": "小型货运车"},
    "golf cart": {"en": "golf cart", "zh": "高尔夫球车"},
}


@dataclass(frozen=True, slots=True)
class Vehicle:
    """kind: a key of KINDS; load: the colour of a box body, load or roof; shape: twelve draws 0..1 that make each one
    its own."""

    kind: str
    paint: Paint
    load: Paint
    length: float
    half_width: float
    clearance: float
    glass: Colour
    shape: tuple[float, ...]
    driver: Look

    @classmethod
    def of(cls, dice: Dice, kind: str | None = None) -> Vehicle:
        chosen = kind or dice.weighted({"car": 5, "van": 3, "truck": 3, "pickup": 2, "cart": 3, "golf cart": 2})
        return cls(
            chosen,
            paint(dice, CARS),
            paint(dice, {"white": 5, "grey": 4, "blue": 3, "red": 2, "green": 2, "orange": 2, "brown": 1}),
            dice.uniform(3.7, 4.8),
            dice.uniform(0.82, 0.95),
            dice.uniform(0.18, 0.28),
            grey(dice, 0.12, 0.3),
            tuple(dice.uniform(0, 1) for _ in range(12)),
            look(dice, items={}, child=0.0),
        )

    @property
    def radius(self) -> float:
        return {"car": 2.3, "van": 2.5, "truck": 3.4, "pickup": 2.5, "cart": 1.6, "golf cart": 1.4}[self.kind]

    @property
    def words(self) -> tuple[str, ...]:
        return (self.paint.word, self.load.word) if self.kind == "truck" else (self.paint.word,)

    def describe(self, grey_picture: bool = False) -> Text:
        word = tone if grey_picture else str
        colour, name = word(self.paint.word), KINDS[self.kind]
        if self.kind == "truck":
            load = word(self.load.word)
            return {
                "en": f"{article(colour).capitalize()} {colour} truck with {article(load)} {load} cargo box",
                "zh": f"一辆带{chinese(load)}货厢的{chinese(colour)}卡车",
            }
        return {
            "en": f"{article(colour).capitalize()} {colour} {name['en']}",
            "zh": f"一辆{chinese(colour)}{name['zh']}",
        }

    def draw(self, shapes: Shapes, place: Frame) -> None:
        {
            "car": self._car,
            "van": self._van,
            "truck": self._truck,
            "pickup": self._pickup,
            "cart": self._pickup,
            "golf cart": self._golf_cart,
        }[self.kind](shapes, place)
        reach = 0.85 * self.radius
        for k in (-1.0, -0.5, 0.0, 0.5, 1.0):
            shapes.contact(*place.point((k * reach, 0.0, 0.0))[:2], 0.42 * reach, 0.38)

    @property
    def _body(self) -> Skin:
        return Skin(self.paint.colour, MOTTLED, 1.2, 0.06, gloss=0.45)

    @property
    def _window(self) -> Skin:
        return Skin(self.glass, gloss=0.9)

    def _wheels(self, shapes: Shapes, place: Frame, ends: tuple[float, ...], radius: float, half: float) -> None:
        rim = Skin((0.3, 0.3, 0.31) if self.shape[0] < 0.7 else (0.05, 0.05, 0.05), gloss=0.3)
        for end in ends:
            for side in (1.0, -1.0):
                shapes.ring(place.point((end, side * (half - 0.08), radius)), place.left, radius, 0.0, 0.11, _RUBBER)
                shapes.ring(place.point((end, side * (half - 0.05), radius)), place.left, 0.6 * radius, 0.0, 0.1, rim)

    def _lamps(self, shapes: Shapes, place: Frame, end: float, z: float, half: float) -> None:
        for side in (1.0, -1.0):
            shapes.box(place, (end - 0.02, side * (half - 0.22), z), (0.05, 0.16, 0.07), _LAMP)
            shapes.box(place, (-end + 0.02, side * (half - 0.16), z), (0.05, 0.11, 0.09), _TAIL)
        shapes.box(place, (-end, 0.0, z - 0.12), (0.03, 0.26, 0.06), Skin((0.6, 0.6, 0.55)))

    def _car(self, shapes: Shapes, place: Frame) -> None:
        u, w, low = self.shape, self.half_width, self.clearance
        end, tall = self.length / 2, 0.26 + 0.06 * u[1]
        estate = u[5] < 0.4
        shapes.box(
            place, (0.0, 0.0, low + tall), (end, w, tall), self._body, front=0.12, back=0.1, sides=0.05, bevel=0.12
        )
        top, cabin = low + 2 * tall, 0.26 + 0.05 * u[2]
        middle, reach = -0.3 + 0.25 * u[3] - (0.25 if estate else 0.0), end * (0.55 + 0.13 * u[4])
        front, back = 0.72, 0.18 if estate else 0.62
        shapes.box(
            place, (middle, 0.0, top + cabin), (reach, 0.94 * w, cabin), self._window, front=front, back=back, sides=0.2
        )
        roof_front, roof_back = middle + reach - front - 0.02, middle - reach + back + 0.02
        shapes.box(
            place,
            ((roof_front + roof_back) / 2, 0.0, top + 2 * cabin),
            ((roof_front - roof_back) / 2, 0.94 * w - 0.2, 0.035),
            self._body,
        )
        for x in (middle, middle - reach + back * 0.55 + 0.05):
            shapes.box(place, (x, 0.0, top + cabin), (0.045, 0.955 * w, cabin), self._body, sides=0.2)
        shapes.box(place, (0.0, 0.0, low + 0.12), (end * 0.99, w * 1.005, 0.06), _UNDER)
        shapes.box(place, (end - 0.01, 0.0, low + 0.7 * tall), (0.03, 0.5 * w, 0.09), _UNDER)
        for side in (1.0, -1.0):
            shapes.ellipsoid(
                place, (middle + reach - 0.55, side * (w + 0.07), top + 0.08), (0.07, 0.09, 0.06), self._body
            )
        self._wheels(shapes, place, (0.62 * end, -0.62 * end), 0.32, w)
        self._lamps(shapes, place, end, low + 1.25 * tall, w)

    def _van(self, shapes: Shapes, place: Frame) -> None:
        u, w, low = self.shape, self.half_width, self.clearance
        end, tall = self.length / 2 * 1.03, 0.78 + 0.18 * u[1]
        shapes.box(
            place, (0.0, 0.0, low + tall), (end, w, tall), self._body, front=0.55, back=0.06, sides=0.1, bevel=0.1
        )
        wide = u[6] < 0.5
        for side in (1.0, -1.0):
            centre, reach = (-0.12, 0.72 * end) if wide else (0.45 * end, 0.25 * end)
            shapes.box(
                place, (centre, side * (w - 0.055), low + 1.42 * tall), (reach, 0.035, 0.26 * tall), self._window
            )
            if wide:
                for x in (-0.35 * end, 0.2 * end):
                    shapes.box(place, (x, side * (w - 0.05), low + 1.42 * tall), (0.05, 0.038, 0.27 * tall), self._body)
        shapes.box(
            place, (end - 0.37, 0.0, low + 1.42 * tall), (0.145, 0.82 * w, 0.3 * tall), self._window, front=0.165
        )
        shapes.box(place, (-end + 0.06, 0.0, low + 1.45 * tall), (0.06, 0.75 * w, 0.24 * tall), self._window)
        shapes.box(place, (0.0, 0.0, low + 0.14), (end * 1.005, w * 1.005, 0.08), _UNDER)
        self._wheels(shapes, place, (0.66 * end, -0.62 * end), 0.34, w)
        self._lamps(shapes, place, end, low + 0.42, w)

    def _truck(self, shapes: Shapes, place: Frame) -> None:
        u, w, low = self.shape, self.half_width + 0.08, self.clearance
        end, tall, cab, top = 2.3 + 0.9 * u[1], 0.85 + 0.2 * u[2], 0.78 + 0.18 * u[8], 0.95 + 0.35 * u[3]
        slope = 0.25 + 0.25 * u[4]
        shapes.box(
            place, (end - cab, 0.0, low + 0.1 + tall), (cab, w, tall), self._body, front=slope, sides=0.07, bevel=0.08
        )
        glass = low + 0.1 + 1.45 * tall
        shapes.box(
            place, (end - 0.72 * slope - 0.1, 0.0, glass), (0.16, 0.85 * w, 0.3 * tall), self._window, front=0.16
        )
        for side in (1.0, -1.0):
            shapes.box(
                place, (end - 0.95 * cab, side * (w - 0.045), glass), (0.5 * cab, 0.035, 0.27 * tall), self._window
            )
            shapes.rod(
                place.point((end - 0.3, side * (w + 0.18), glass + 0.1)),
                place.point((end - 0.3, side * (w + 0.18), glass - 0.2)),
                0.05,
                _UNDER,
            )
        box = Skin(self.load.colour, SIDING if u[5] < 0.4 else MOTTLED, 1.0, 0.1, 2.5)
        shapes.box(place, (-cab - 0.05, 0.0, 0.7 + top), (end - cab, w + 0.08, top), box)
        shapes.box(place, (-cab - 0.05, 0.0, 0.66), (end - cab, w + 0.06, 0.05), _UNDER)
        shapes.box(place, (-0.2, 0.0, 0.5), (end - 0.3, 0.7 * w, 0.1), _UNDER)
        if u[7] < 0.6:
            shapes.box(
                place,
                (-cab - 0.05, 0.0, 0.7 + 1.15 * top),
                (0.55 * (end - cab), w + 0.086, 0.22 * top),
                Skin(self.paint.colour),
            )
        self._wheels(shapes, place, (0.7 * end, -0.5 * end, -0.72 * end), 0.4, w)
        self._lamps(shapes, place, end, low + 0.45, w)

    def _pickup(self, shapes: Shapes, place: Frame) -> None:
        u, low = self.shape, self.clearance
        small = self.kind == "cart"
        end = (1.6 + 0.3 * u[2]) * (1.0 if small else 1.4)
        w = self.half_width * (0.8 if small else 1.0)
        cab, tall = end * (0.36 + 0.08 * u[3]), 0.6 + 0.1 * u[4]
        shapes.box(place, (0.0, 0.0, low + 0.22), (end, w, 0.22), self._body, bevel=0.05)
        middle = end - cab - (0.0 if small else 0.7)
        shapes.box(place, (middle, 0.0, low + 0.42 + 0.3 * tall), (cab, 0.97 * w, 0.3 * tall + 0.05), self._body)
        if not small:
            shapes.box(
                place,
                (end - 0.38, 0.0, low + 0.42 + 0.22 * tall),
                (0.37, 0.95 * w, 0.22 * tall + 0.05),
                self._body,
                bevel=0.1,
            )
        glass, half = low + 0.42 + 1.1 * tall, 0.48 * tall
        shapes.box(
            place, (middle, 0.0, glass), (0.97 * cab, 0.95 * w, half), self._window, front=0.3, back=0.06, sides=0.07
        )
        shapes.box(place, (middle - 0.12, 0.0, glass + half + 0.03), (0.84 * cab, 0.9 * w, 0.04), self._body)
        for side in (1.0, -1.0):
            for x, back in ((0.93 * cab, 0.3), (-0.93 * cab, 0.06), (0.0, 0.0)):
                shapes.rod(
                    place.point((middle + x, side * 0.95 * w, glass - half)),
                    place.point((middle + x - (back if x > 0 else -back), side * 0.89 * w, glass + half)),
                    0.035,
                    self._body,
                )
        bed_end = middle - cab
        bed, centre = (bed_end + end) / 2, (bed_end - end) / 2
        for side in (1.0, -1.0):
            shapes.box(place, (centre, side * (w - 0.03), low + 0.62), (bed, 0.03, 0.22), self._body)
        shapes.box(place, (-end + 0.03, 0.0, low + 0.62), (0.03, w, 0.22), self._body)
        if u[7] < 0.6:
            shapes.box(
                place,
                (centre, 0.0, low + 0.72),
                (0.7 * bed, 0.75 * w, 0.25 + 0.25 * u[8]),
                Skin(self.load.colour, MOTTLED, 4.0, 0.4),
            )
        self._wheels(shapes, place, (0.62 * end, -0.6 * end), 0.28 if small else 0.34, w)
        self._lamps(shapes, place, end, low + 0.36, w)

    def _golf_cart(self, shapes: Shapes, place: Frame) -> None:
        u, low, w = self.shape, self.clearance, 0.62
        end = 1.22 + 0.15 * u[1]
        dark, roof = Skin((0.03, 0.03, 0.03)), Skin(self.load.colour)
        shapes.box(place, (0.0, 0.0, low + 0.16), (end, w, 0.16), self._body, bevel=0.05)
        shapes.box(place, (end - 0.3, 0.0, low + 0.48), (0.3, 0.95 * w, 0.22), self._body, front=0.25, bevel=0.0)
        shapes.box(place, (-0.35 * end, 0.0, low + 0.46), (0.35, 0.9 * w, 0.16), dark)
        shapes.box(place, (-0.35 * end - 0.38, 0.0, low + 0.8), (0.06, 0.9 * w, 0.24), dark)
        shapes.box(place, (-0.05, 0.0, 1.87), (0.82 * end, 1.02 * w, 0.04), roof)
        for side in (1.0, -1.0):
            for foot, head in ((0.75 * end, 0.52 * end), (-0.75 * end, -0.7 * end)):
                shapes.rod(
                    place.point((foot, side * 0.9 * w, low + 0.4)),
                    place.point((head, side * 0.9 * w, 1.85)),
                    0.025,
                    dark,
                )
        self._wheels(shapes, place, (0.65 * end, -0.65 * end), 0.24, w)
        seat = (-0.3 * end, 0.25, low + 0.72)
        hands = ((0.3, 0.35, low + 0.87), (0.3, 0.15, low + 0.87))
        feet = ((0.45, 0.3, low + 0.33), (0.45, 0.2, low + 0.33))
        seated(shapes, self.driver, place, seat, hands, feet, 0.05)
