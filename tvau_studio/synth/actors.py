"""What moves: each actor knows where it is at a time, draws itself, and says what it does when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import cos, hypot, pi, sin, sqrt

from tvau_studio.synth import poses
from tvau_studio.synth.chance import Dice
from tvau_studio.synth.colours import Text, chinese, grey, tone
from tvau_studio.synth.creatures import Animal, Barrel, Luggage, Missile
from tvau_studio.synth.people import Joints, Look, article, draw_person
from tvau_studio.synth.poses import Pose
from tvau_studio.synth.shapes import Shapes, Skin
from tvau_studio.synth.vectors import Frame, Vec
from tvau_studio.synth.vehicles import Vehicle
from tvau_studio.synth.wheels import Bicycle, KickScooter, MotorScooter, Skateboard

FOREVER = 1e9

MOTIONS: dict[str, Text] = {
    "walk": {"en": "walking", "zh": "行走"},
    "pace": {"en": "walking to and fro", "zh": "来回走动"},
    "linger": {"en": "lingering", "zh": "徘徊"},
    "run": {"en": "running", "zh": "奔跑"},
    "stand": {"en": "standing", "zh": "站立"},
    "sit": {"en": "sitting", "zh": "坐着"},
    "stoop": {"en": "bending down", "zh": "弯腰"},
    "squat": {"en": "squatting", "zh": "蹲下"},
    "jump": {"en": "jumping", "zh": "跳跃"},
    "throw": {"en": "throwing an object", "zh": "投掷物体"},
    "fight": {"en": "fighting", "zh": "打斗"},
    "fall": {"en": "falling to the ground", "zh": "跌倒在地"},
    "lie": {"en": "lying on the ground", "zh": "躺在地上"},
    "crawl": {"en": "crawling", "zh": "爬行"},
    "bicycle": {"en": "riding a bicycle", "zh": "骑自行车"},
    "skateboard": {"en": "skateboarding", "zh": "滑滑板"},
    "scooter": {"en": "riding a kick scooter", "zh": "骑滑板车"},
    "motor": {"en": "riding a motor scooter", "zh": "骑摩托车"},
    "drive": {"en": "driving", "zh": "行驶"},
    "halt": {"en": "standing still", "zh": "停着不动"},
    "fly": {"en": "flying through the air", "zh": "在空中飞行"},
    "rest": {"en": "lying still", "zh": "静止不动"},
    "roll": {"en": "rolling", "zh": "滚动"},
    "gallop": {"en": "galloping", "zh": "奔跑"},
    "meet": {"en": "coming together", "zh": "聚拢"},
    "gather": {"en": "standing close together", "zh": "聚集在一起"},
}
"""Every state of motion, by the name used in code."""


@dataclass(frozen=True, slots=True)
class Span:
    """What an actor does from `start` to `stop` seconds: a key of MOTIONS, and the event that it is (None: normal)."""

    start: float
    stop: float
    motion: str
    event: str | None = None


@dataclass(frozen=True, slots=True)
class Leg:
    """A stretch of way. seconds: how long; speed: m/s; turn: radians/s to the left."""

    seconds: float
    speed: float
    turn: float = 0.0


class Course:
    """A way over the ground in time: legs one after the other; the first goes back and the last goes on for ever.

    It passes `through` (x, y) with heading `yaw` at time `when`, which must lie in the first leg or at its end.
    """

    def __init__(
        self, through: tuple[float, float], yaw: float, legs: Sequence[Leg], when: float = 0.0, begin: float = 0.0
    ) -> None:
        self._legs = list(legs)
        self._starts: list[tuple[float, float, float, float, float]] = []
        first = self._legs[0]
        x, y, yaw, _ = _along((through[0], through[1], yaw, 0.0), first, begin - when)
        time, state = begin, (x, y, yaw, 0.0)
        for leg in self._legs:
            self._starts.append((time, *state))
            state = _along(state, leg, leg.seconds)
            time += leg.seconds

    def at(self, seconds: float) -> tuple[float, float, float, float]:
        """x, y, yaw, and the metres travelled since the beginning (below 0 before it)."""
        k = 0
        while k + 1 < len(self._starts) and self._starts[k + 1][0] <= seconds:
            k += 1
        time, *state = self._starts[k]
        return _along((state[0], state[1], state[2], state[3]), self._legs[k], seconds - time)

    def speed(self, seconds: float) -> float:
        k = 0
        while k + 1 < len(self._starts) and self._starts[k + 1][0] <= seconds:
            k += 1
        return self._legs[k].speed


def _along(state: tuple[float, float, float, float], leg: Leg, seconds: float) -> tuple[float, float, float, float]:
    x, y, yaw, travelled = state
    far = leg.speed * seconds
    if abs(leg.turn) < 1e-6:
        return x + far * cos(yaw), y + far * sin(yaw), yaw, travelled + far
    after, radius = yaw + leg.turn * seconds, leg.speed / leg.turn
    return x + radius * (sin(after) - sin(yaw)), y - radius * (cos(after) - cos(yaw)), after, travelled + far


@dataclass(slots=True)
class Actor:
    """Base of all. spans: what it does when; radius: the ground it needs, metres; hidden_before: seconds at which it
    appears."""

    course: Course
    spans: list[Span] = field(default_factory=list)
    radius: float = 0.4
    hidden_before: float = -FOREVER
    mates: tuple[Actor, ...] = ()
    """Actors that it may come near to."""

    @property
    def kind(self) -> str:
        """What it is, in one word or two: "person", "bicycle", ..."""
        raise NotImplementedError

    @property
    def words(self) -> tuple[str, ...]:
        """The colour words of its description."""
        raise NotImplementedError

    def describe(self, grey_picture: bool = False) -> Text:
        raise NotImplementedError

    def draw(self, shapes: Shapes, seconds: float) -> None:
        raise NotImplementedError

    def where(self, seconds: float) -> tuple[float, float]:
        x, y, _, _ = self.course.at(seconds)
        return x, y

    def middle(self, seconds: float) -> Vec:
        """About the middle of what is seen of it, metres."""
        x, y = self.where(seconds)
        return x, y, 0.85

    def span(self, seconds: float) -> Span:
        """What it does at that time."""
        for span in reversed(self.spans):
            if span.start <= seconds:
                return span
        return self.spans[0]


BLEND = 0.3
"""Seconds from one pose to the next."""


@dataclass(slots=True, kw_only=True)
class Pedestrian(Actor):
    """A person on foot whose `spans` name the poses.

    role: side in a fight, 0 or 1; carries: luggage in the right hand until `puts_down`; missile: what `throw` lets go;
    seat: height of what one sits on, 0 the ground.
    """

    look: Look
    role: int = 0
    carries: Luggage | None = None
    puts_down: float = FOREVER
    missile: Missile | None = None
    lets_go: float = FOREVER
    seat: float = 0.45
    seat_skin: Skin = field(default_factory=lambda: Skin((0.2, 0.2, 0.2)))

    @property
    def kind(self) -> str:
        return "person"

    @property
    def words(self) -> tuple[str, ...]:
        return self.look.words

    def describe(self, grey_picture: bool = False) -> Text:
        return self.look.describe(grey_picture)

    def _pose(self, span: Span, seconds: float) -> Pose:
        look, manner = self.look, self.look.manner
        travelled, speed = self.course.at(seconds)[3], self.course.speed(seconds)
        since = seconds - span.start
        phase = manner.phase + travelled * 4.4 / look.height
        motion = span.motion
        if motion in ("walk", "pace", "linger", "meet"):
            if speed < 0.15:
                pose = poses.stand(manner, seconds)
            else:
                pose = poses.walk(manner, phase, min(1.25, max(0.45, speed / 1.35)))
        elif motion == "run":
            pose = poses.run(manner, manner.phase + travelled * 3.0 * 1.7 / look.height)
        elif motion == "sit":
            pose = poses.sit(manner, seconds)
        elif motion == "stoop":
            pose = poses.stoop(manner)
        elif motion == "squat":
            pose = poses.squat(manner)
        elif motion == "jump":
            pose = poses.jump(manner, since)
        elif motion == "throw":
            pose = poses.throw(manner, since)
        elif motion == "fight":
            pose = poses.fight(manner, seconds, self.role)
        elif motion == "fall":
            pose = poses.fall(manner, since / 0.85)
        elif motion == "lie":
            pose = poses.fall(manner, 1.0)
        elif motion == "crawl":
            pose = poses.crawl(manner, manner.phase + travelled * 6.0)
        else:
            pose = poses.stand(manner, seconds)
        return self._with_hands(pose, motion)

    def _with_hands(self, pose: Pose, motion: str) -> Pose:
        if motion not in ("walk", "stand", "pace", "linger", "meet", "gather"):
            return pose
        items = self.look.items
        if "pram" in items:
            return poses.pushing(pose)
        if "umbrella" in items:
            return pose._replace(swing_left=0.55, elbow_left=1.75, open_left=0.05)
        if self.look.hands == "phone":
            pose = poses.phone(pose)
        elif self.look.hands == "telephone":
            pose = poses.telephone(pose)
        elif self.look.hands == "pockets":
            pose = poses.pockets(pose)
        if "suitcase" in items:
            return poses.trailing(pose)
        if "bag" in items or self.carries is not None:
            return pose._replace(swing_right=0.05, elbow_right=0.08, open_right=0.14)
        return pose

    def pose(self, seconds: float) -> Pose:
        span = self.span(seconds)
        pose = self._pose(span, seconds)
        k = self.spans.index(span)
        since = seconds - span.start
        if k and 0 <= since < BLEND and span.motion not in ("lie",):
            return poses.blend(self._pose(self.spans[k - 1], seconds), pose, since / BLEND)
        return pose

    def middle(self, seconds: float) -> Vec:
        x, y, yaw, _ = self.course.at(seconds)
        pose, half = self.pose(seconds), 0.5 * self.look.height
        ahead, aside = half * sin(pose.pitch), half * sin(pose.bank)
        tall = half * cos(pose.pitch) * cos(pose.bank)
        return x + ahead * cos(yaw) - aside * sin(yaw), y + ahead * sin(yaw) + aside * cos(yaw), max(0.15, tall)

    def draw(self, shapes: Shapes, seconds: float) -> None:
        x, y, yaw, _ = self.course.at(seconds)
        span = self.span(seconds)
        if span.motion == "fight":
            beat = seconds * 2.1 + self.look.manner.phase
            step = 0.1 * sin(beat) + 0.06 * sin(2.7 * beat)
            x, y = x + step * cos(yaw), y + step * sin(yaw)
            yaw += 0.25 * sin(0.8 * beat)
        upright = span.motion not in ("fight", "fall", "lie", "run", "jump", "throw", "crawl")
        joints = draw_person(shapes, self.look, self.pose(seconds), x, y, yaw, hold=upright)
        if span.motion == "sit" and self.seat:
            self._draw_seat(shapes, joints, x, y, yaw)
        if self.carries is not None and seconds < self.puts_down:
            wrist = joints["wrist right"]
            place = Frame.on_ground(wrist[0], wrist[1], yaw, max(0.02, wrist[2] - 1.05 * self.carries.size))
            self.carries.draw(shapes, place, grounded=False)
        if self.missile is not None and seconds < self.lets_go:
            wrist = joints["wrist right"]
            self.missile.draw(shapes, Frame.on_ground(wrist[0], wrist[1], yaw, wrist[2] + 0.05), 0.0)

    def _draw_seat(self, shapes: Shapes, joints: Joints, x: float, y: float, yaw: float) -> None:
        owner, shapes.owner = shapes.owner, 0
        top = joints["pelvis"][2] - 0.06 * self.look.height
        if top > 0.12:
            place = Frame.on_ground(x, y, yaw)
            shapes.box(place, (-0.04, 0.0, top - 0.03), (0.24, 0.3, 0.03), self.seat_skin)
            for side in (-0.24, 0.24):
                shapes.box(
                    place, (-0.04, side, top / 2 - 0.03), (0.2, 0.03, top / 2 - 0.03), self.seat_skin.tinted(0.5)
                )
            shapes.box(place, (-0.3, 0.0, top + 0.22), (0.025, 0.3, 0.2), self.seat_skin)
        shapes.owner = owner


@dataclass(slots=True, kw_only=True)
class Rider(Actor):
    """A person on a bicycle, a skateboard, a kick scooter or a motor scooter."""

    look: Look
    machine: Bicycle | Skateboard | KickScooter | MotorScooter

    @property
    def kind(self) -> str:
        return {
            Bicycle: "bicycle",
            Skateboard: "skateboard",
            KickScooter: "kick scooter",
            MotorScooter: "motor scooter",
        }[type(self.machine)]

    @property
    def words(self) -> tuple[str, ...]:
        return (*self.look.words, self.machine.paint.word)

    def describe(self, grey_picture: bool = False) -> Text:
        person = self.look.describe(grey_picture)
        colour = tone(self.machine.paint.word) if grey_picture else self.machine.paint.word
        zh_name = {"bicycle": "自行车", "skateboard": "滑板", "kick scooter": "滑板车", "motor scooter": "摩托车"}[
            self.kind
        ]
        verb = "standing on" if self.kind in ("skateboard", "kick scooter") else "riding"
        zh_verb = {"skateboard": "踩着一块", "kick scooter": "踩着一辆"}.get(self.kind, "骑着一辆")
        joint = ", " if self.look.items else " "
        return {
            "en": f"{person['en']}{joint}{verb} {article(colour)} {colour} {self.kind}",
            "zh": f"{person['zh']}，{zh_verb}{chinese(colour)}{zh_name}",
        }

    def draw(self, shapes: Shapes, seconds: float) -> None:
        x, y, yaw, travelled = self.course.at(seconds)
        place = Frame.on_ground(x, y, yaw)
        match self.machine:
            case Bicycle() as bicycle:
                bicycle.draw(shapes, place, travelled, self.look)
            case MotorScooter() as scooter:
                scooter.draw(shapes, place, self.look)
            case board:
                board.draw(shapes, place, seconds, yaw, self.look)


@dataclass(slots=True, kw_only=True)
class Driven(Actor):
    """A vehicle under way or standing."""

    vehicle: Vehicle

    @property
    def kind(self) -> str:
        return self.vehicle.kind

    @property
    def words(self) -> tuple[str, ...]:
        return self.vehicle.words

    def describe(self, grey_picture: bool = False) -> Text:
        return self.vehicle.describe(grey_picture)

    def draw(self, shapes: Shapes, seconds: float) -> None:
        x, y, yaw, _ = self.course.at(seconds)
        self.vehicle.draw(shapes, Frame.on_ground(x, y, yaw))


@dataclass(slots=True, kw_only=True)
class Beast(Actor):
    """An animal that walks or gallops."""

    animal: Animal

    @property
    def kind(self) -> str:
        return self.animal.kind

    @property
    def words(self) -> tuple[str, ...]:
        return (self.animal.paint.word,)

    def describe(self, grey_picture: bool = False) -> Text:
        return self.animal.describe(grey_picture)

    def draw(self, shapes: Shapes, seconds: float) -> None:
        x, y, yaw, travelled = self.course.at(seconds)
        speed = self.course.speed(seconds)
        pace = 2.0 if speed > 2.2 else 1.0 if speed > 0.1 else 0.0
        stride = (1.5 if pace > 1 else 0.9) * self.animal.radius
        self.animal.draw(shapes, Frame.on_ground(x, y, yaw), 2 * pi * travelled / (2 * stride), pace)


@dataclass(slots=True, kw_only=True)
class Rolling(Actor):
    """A barrel that rolls."""

    barrel: Barrel

    @property
    def kind(self) -> str:
        return "barrel"

    @property
    def words(self) -> tuple[str, ...]:
        return (self.barrel.paint.word,)

    def describe(self, grey_picture: bool = False) -> Text:
        return self.barrel.describe(grey_picture)

    def draw(self, shapes: Shapes, seconds: float) -> None:
        x, y, yaw, travelled = self.course.at(seconds)
        self.barrel.draw(shapes, Frame.on_ground(x, y, yaw), travelled)


@dataclass(slots=True, kw_only=True)
class Left(Actor):
    """A bag on the ground."""

    luggage: Luggage

    @property
    def kind(self) -> str:
        return self.luggage.kind

    @property
    def words(self) -> tuple[str, ...]:
        return (self.luggage.paint.word,)

    def describe(self, grey_picture: bool = False) -> Text:
        return self.luggage.describe(grey_picture)

    def middle(self, seconds: float) -> Vec:
        x, y = self.where(seconds)
        return x, y, 0.3

    def draw(self, shapes: Shapes, seconds: float) -> None:
        x, y, yaw, _ = self.course.at(seconds)
        self.luggage.draw(shapes, Frame.on_ground(x, y, yaw))


@dataclass(slots=True, kw_only=True)
class Flying(Actor):
    """A thing that was thrown: a parabola from `start`, `velocity` at `release`, one bounce, then it rolls out and
    lies.

    start: metres; velocity: m/s.
    """

    missile: Missile
    release: float
    start: Vec
    velocity: Vec

    @property
    def kind(self) -> str:
        return self.missile.kind

    @property
    def words(self) -> tuple[str, ...]:
        return (self.missile.paint.word,)

    def describe(self, grey_picture: bool = False) -> Text:
        return self.missile.describe(grey_picture)

    @property
    def lands(self) -> float:
        """Seconds at which it comes to rest."""
        return self.release + self._air + self._hop + 0.4

    @property
    def _air(self) -> float:
        up, drop = self.velocity[2], self.start[2] - self.missile.size
        return (up + sqrt(up * up + 2 * 9.81 * drop)) / 9.81

    @property
    def _hop(self) -> float:
        return 0.35 if self.missile.kind == "ball" else 0.15

    def place(self, seconds: float) -> Vec:
        t = max(0.0, seconds - self.release)
        air, hop = self._air, self._hop
        (x, y, z), (u, v, w) = self.start, self.velocity
        if t < air:
            return x + u * t, y + v * t, z + w * t - 4.905 * t * t
        slow = min(t - air, hop) * 0.55 + (1 - (1 - min(1.0, max(0.0, t - air - hop) / 0.4)) ** 2) * 0.08
        rise = 4 * 0.16 * max(0.0, (t - air) / hop) * (1 - (t - air) / hop) if t - air < hop else 0.0
        return x + u * (air + slow), y + v * (air + slow), self.missile.size + max(0.0, rise)

    def where(self, seconds: float) -> tuple[float, float]:
        x, y, _ = self.place(seconds)
        return x, y

    def draw(self, shapes: Shapes, seconds: float) -> None:
        x, y, z = self.place(seconds)
        turn = self.missile.spin * (min(seconds, self.lands) - self.release)
        self.missile.draw(shapes, Frame.on_ground(x, y, 0.0, z), turn)


@dataclass(slots=True, kw_only=True)
class Crowd(Actor):
    """People who come together and then stand close: one thing with one description."""

    members: list[Pedestrian]

    @property
    def kind(self) -> str:
        return "crowd"

    @property
    def words(self) -> tuple[str, ...]:
        return ()

    def describe(self, grey_picture: bool = False) -> Text:
        count = len(self.members)
        numbers = ("four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
        zh = ("四", "五", "六", "七", "八", "九", "十", "十一", "十二")
        k = min(max(count, 4), 12) - 4
        return {"en": f"A group of {numbers[k]} people", "zh": f"一群人，共{zh[k]}人"}

    def draw(self, shapes: Shapes, seconds: float) -> None:
        for member in self.members:
            x, y = member.where(seconds)
            shapes.anchor = (x, y, 0.0)
            member.draw(shapes, seconds)


def clear_of(actor: Actor, others: Sequence[Actor], times: Sequence[float], gap: float = 0.1) -> bool:
    """Whether `actor` keeps its distance from the others at all those times (its mates do not count)."""
    for other in others:
        if other in actor.mates or actor in other.mates:
            continue
        near = actor.radius + other.radius + gap
        for t in times:
            (a, b), (c, d) = actor.where(t), other.where(t)
            if hypot(a - c, b - d) < near:
                return False
    return True


def seat_colour(dice: Dice) -> Skin:
    return Skin(grey(dice, 0.25, 0.7))
