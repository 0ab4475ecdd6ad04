"""The twelve kinds of events, and what is normal although it may look like one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, pi, sin

from tvau_studio.synth import poses
from tvau_studio.synth.actors import (
    FOREVER,
    Actor,
    Beast,
    Course,
    Crowd,
    Driven,
    Flying,
    Left,
    Leg,
    Pedestrian,
    Rider,
    Rolling,
    Span,
    seat_colour,
)
from tvau_studio.synth.chance import Dice
from tvau_studio.synth.creatures import Animal, Barrel, Luggage, Missile
from tvau_studio.synth.people import Look, look, skeleton
from tvau_studio.synth.vehicles import Vehicle
from tvau_studio.synth.wheels import Bicycle, KickScooter, MotorScooter, Skateboard

EVENTS = (
    "person running",
    "people fighting",
    "person loitering",
    "person jumping",
    "object being thrown",
    "crowd gathering",
    "person riding bicycle",
    "person skateboarding",
    "person falling down",
    "abandoned object",
    "vehicle on walkway",
    "anomaly",
)
"""The default event classes; the class map of a picture holds 1 + the index here."""

LASTING = frozenset(
    {"person riding bicycle", "person skateboarding", "vehicle on walkway", "anomaly", "person loitering"}
)
"""Events that last as long as their actor is seen."""

_NO_LUGGAGE = {"backpack": 0.24, "cap": 0.1}


@dataclass(frozen=True, slots=True)
class Cue:
    """Where and when an event is to happen: through (x, y) with heading `yaw` about `begin`; seconds."""

    x: float
    y: float
    yaw: float
    begin: float
    end: float

    @property
    def spot(self) -> tuple[float, float]:
        return self.x, self.y


def _walker(dice: Dice, cue: Cue, person: Look, legs: list[Leg], spans: list[Span]) -> Pedestrian:
    """A person whose first leg ends at the cue's spot when it begins."""
    return Pedestrian(Course(cue.spot, cue.yaw, legs, cue.begin, cue.begin - legs[0].seconds), spans, look=person)


def _running(dice: Dice, cue: Cue) -> list[Actor]:
    person = look(dice, items=_NO_LUGGAGE)
    walk, run = dice.uniform(1.0, 1.5), dice.uniform(2.8, 5.0)
    turn = dice.normal(0.12)
    legs = [Leg(5.0, walk), Leg(cue.end - cue.begin, run, turn), Leg(1.0, walk)]
    spans = [
        Span(-FOREVER, cue.begin, "walk"),
        Span(cue.begin, cue.end, "run", EVENTS[0]),
        Span(cue.end, FOREVER, "walk"),
    ]
    runner = _walker(dice, cue, person, legs, spans)
    runner.radius = 0.6
    if not dice.chance(0.15):
        return [runner]
    chaser = _walker(
        dice,
        Cue(cue.x - 2.2 * cos(cue.yaw) + dice.normal(0.4), cue.y - 2.2 * sin(cue.yaw), cue.yaw, cue.begin, cue.end),
        look(dice, items=_NO_LUGGAGE),
        [Leg(5.0, walk), Leg(cue.end - cue.begin, run * 1.05, turn), Leg(1.0, walk)],
        list(spans),
    )
    chaser.mates = (runner,)
    return [runner, chaser]


def _fighting(dice: Dice, cue: Cue) -> list[Actor]:
    apart = dice.uniform(0.3, 0.42)
    fighters: list[Pedestrian] = []
    beaten = dice.whole(0, 1) if cue.end - cue.begin > 2.5 and dice.chance(0.4) else None
    for role in (0, 1):
        yaw = cue.yaw + pi * role
        at = (cue.x - apart * cos(yaw), cue.y - apart * sin(yaw))
        approach = dice.uniform(0.7, 1.3)
        legs = [Leg(4.0, approach), Leg(max(0.1, cue.end - cue.begin), 0.0)]
        spans = [Span(-FOREVER, cue.begin, "walk"), Span(cue.begin, cue.end, "fight", EVENTS[1])]
        if role == beaten:
            middle = cue.begin + dice.uniform(0.5, 0.8) * (cue.end - cue.begin)
            spans[1] = Span(cue.begin, middle, "fight", EVENTS[1])
            spans += [Span(middle, middle + 0.85, "fall", EVENTS[1]), Span(middle + 0.85, FOREVER, "lie", EVENTS[1])]
            legs.append(Leg(1.0, 0.0))
        else:
            spans.append(Span(cue.end, FOREVER, "stand" if beaten is None else "walk"))
            legs.append(Leg(1.0, 0.0) if beaten is None else Leg(0.8, 0.5, 3.4))
            legs.append(Leg(1.0, 0.0 if beaten is None else 1.5))
        course = Course(at, yaw, legs, cue.begin, cue.begin - 4.0)
        person = look(dice, items={"backpack": 0.1, "cap": 0.1}, child=0.0)
        fighters.append(Pedestrian(course, spans, 0.5, look=person, role=role))
    fighters[0].mates, fighters[1].mates = (fighters[1],), (fighters[0],)
    return [*fighters]


def _loitering(dice: Dice, cue: Cue) -> list[Actor]:
    person = look(dice, items={"backpack": 0.2, "cap": 0.4}, child=0.0)
    legs, spans, time = [Leg(dice.uniform(0.5, 1.5), 0.55)], [Span(-FOREVER, cue.begin, "pace", EVENTS[2])], cue.begin
    while time < cue.end + 2:
        pause, turn = dice.uniform(0.4, 1.6), dice.uniform(0.7, 1.0)
        stretch = dice.uniform(1.2, 3.0)
        legs += [
            Leg(pause, 0.0),
            Leg(turn, 0.12, dice.sign() * dice.uniform(2.6, 3.6) / turn),
            Leg(stretch, dice.uniform(0.5, 0.8)),
        ]
        spans += [
            Span(time, time + pause, "linger", EVENTS[2]),
            Span(time + pause, time + pause + turn + stretch, "pace", EVENTS[2]),
        ]
        time += pause + turn + stretch
    legs.append(Leg(1.0, 0.0))
    loiterer = _walker(dice, cue, person, legs, spans)
    loiterer.radius = 0.9
    return [loiterer]


def _jumping(dice: Dice, cue: Cue) -> list[Actor]:
    person = look(dice, items={"cap": 0.1}, child=0.15)
    jumps = max(1, round((cue.end - cue.begin) / poses.JUMP_SECONDS))
    end = cue.begin + jumps * poses.JUMP_SECONDS
    ahead = dice.pick((0.0, 0.0, 0.6))
    legs = [Leg(4.0, 1.1), Leg(end - cue.begin, ahead), Leg(1.0, 1.1)]
    spans = [Span(-FOREVER, cue.begin, "walk"), Span(cue.begin, end, "jump", EVENTS[3]), Span(end, FOREVER, "walk")]
    return [_walker(dice, cue, person, legs, spans)]


def _throwing(dice: Dice, cue: Cue) -> list[Actor]:
    person, missile = look(dice, items={"cap": 0.1, "backpack": 0.15}), Missile.of(dice)
    release = cue.begin + poses.THROW_RELEASE
    legs = [Leg(4.0, dice.pick((0.0, 1.0))), Leg(1.6, 0.0), Leg(1.0, dice.pick((0.0, 1.1)))]
    thrower = _walker(
        dice,
        cue,
        person,
        legs,
        [
            Span(-FOREVER, cue.begin, "walk"),
            Span(cue.begin, cue.begin + 1.2, "throw", EVENTS[4]),
            Span(cue.begin + 1.2, FOREVER, "walk"),
        ],
    )
    thrower.missile, thrower.lets_go = missile, release
    pose = poses.throw(person.manner, poses.THROW_RELEASE)
    joints, _ = skeleton(person, pose, *thrower.where(release), cue.yaw)
    fast = dice.uniform(4.0, 8.0)
    flying = Flying(
        Course(cue.spot, cue.yaw, [Leg(1.0, 0.0)]),
        [],
        0.2,
        hidden_before=release,
        mates=(thrower,),
        missile=missile,
        release=release,
        start=joints["wrist right"],
        velocity=(fast * cos(cue.yaw), fast * sin(cue.yaw), dice.uniform(2.0, 4.5)),
    )
    flying.spans = [Span(release, flying.lands, "fly", EVENTS[4]), Span(flying.lands, FOREVER, "rest")]
    return [flying, thrower]


def _gathering(dice: Dice, cue: Cue) -> list[Actor]:
    count, members = dice.whole(5, 9), []
    ring = 0.27 * count**0.75
    for k in range(count):
        angle = cue.yaw + 2 * pi * (k + dice.uniform(-0.25, 0.25)) / count
        out = ring * dice.uniform(0.75, 1.25)
        at = (cue.x + out * cos(angle), cue.y + out * sin(angle))
        legs = [Leg(3.0, dice.uniform(0.6, 1.2)), Leg(1.0, 0.0)]
        course = Course(at, angle + pi + dice.normal(0.15), legs, cue.begin, cue.begin - 3.0)
        spans = [Span(-FOREVER, cue.begin, "walk"), Span(cue.begin, FOREVER, "stand")]
        members.append(Pedestrian(course, spans, look=look(dice, items={"backpack": 0.2, "cap": 0.1, "bag": 0.1})))
    spans = [Span(-FOREVER, cue.begin, "meet"), Span(cue.begin, FOREVER, "gather", EVENTS[5])]
    return [Crowd(Course(cue.spot, cue.yaw, [Leg(1.0, 0.0)]), spans, ring + 0.8, members=members)]


def _cycling(dice: Dice, cue: Cue) -> list[Actor]:
    course = Course(cue.spot, cue.yaw, [Leg(1.0, dice.uniform(1.6, 4.5), dice.normal(0.06))], cue.begin)
    person = look(dice, items={"backpack": 0.2, "cap": 0.1})
    spans = [Span(-FOREVER, FOREVER, "bicycle", EVENTS[6])]
    return [Rider(course, spans, 0.95, look=person, machine=Bicycle.of(dice))]


def _skating(dice: Dice, cue: Cue) -> list[Actor]:
    scooter = dice.chance(0.3)
    course = Course(cue.spot, cue.yaw, [Leg(1.0, dice.uniform(1.5, 4.0), dice.normal(0.12))], cue.begin)
    person = look(dice, items={"backpack": 0.2, "cap": 0.2})
    spans = [Span(-FOREVER, FOREVER, "scooter" if scooter else "skateboard", EVENTS[7])]
    return [Rider(course, spans, 0.6, look=person, machine=KickScooter.of(dice) if scooter else Skateboard.of(dice))]


def _falling(dice: Dice, cue: Cue) -> list[Actor]:
    person = look(dice, items=_NO_LUGGAGE)
    legs = [Leg(4.0, dice.uniform(0.9, 1.5)), Leg(0.35, 0.6), Leg(1.0, 0.0)]
    down = cue.begin + 0.85
    spans = [
        Span(-FOREVER, cue.begin, "walk"),
        Span(cue.begin, down, "fall", EVENTS[8]),
        Span(down, FOREVER, "lie", EVENTS[8]),
    ]
    faller = _walker(dice, cue, person, legs, spans)
    faller.radius = 0.9
    return [faller]


def _abandoning(dice: Dice, cue: Cue) -> list[Actor]:
    """The owner stoops at the spot 1.6 s before the event begins, and is some steps away when it does."""
    person, bag = look(dice, items={"cap": 0.1}, child=0.0), Luggage.of(dice)
    stoop = cue.begin - dice.uniform(1.9, 2.4)
    down, leave = stoop + 0.45, stoop + 0.8
    away = dice.uniform(1.2, 1.7)
    legs = [Leg(4.0, dice.uniform(0.9, 1.3)), Leg(0.8, 0.0), Leg(0.5, away, dice.normal(1.0)), Leg(5.0, away)]
    course = Course(cue.spot, cue.yaw, legs, stoop, stoop - 4.0)
    spans = [
        Span(-FOREVER, stoop, "walk"),
        Span(stoop, leave, "stoop"),
        Span(leave, FOREVER, "walk"),
    ]
    owner = Pedestrian(course, spans, look=person, carries=bag, puts_down=down)
    pose = poses.stoop(person.manner)
    joints, _ = skeleton(person, pose, cue.x, cue.y, cue.yaw)
    at = (joints["wrist right"][0], joints["wrist right"][1])
    left = Left(
        Course(at, cue.yaw + dice.normal(0.4), [Leg(1.0, 0.0)]),
        [Span(down, cue.begin, "rest"), Span(cue.begin, FOREVER, "rest", EVENTS[9])],
        0.35,
        hidden_before=down,
        mates=(owner,),
        luggage=bag,
    )
    return [left, owner]


def _driving(dice: Dice, cue: Cue) -> list[Actor]:
    if dice.chance(0.3):
        course = Course(cue.spot, cue.yaw, [Leg(1.0, dice.uniform(1.5, 5.0), dice.normal(0.05))], cue.begin)
        person = look(dice, items={"backpack": 0.2}, child=0.0)
        return [
            Rider(
                course, [Span(-FOREVER, FOREVER, "motor", EVENTS[10])], 1.0, look=person, machine=MotorScooter.of(dice)
            )
        ]
    vehicle = Vehicle.of(dice)
    speed = dice.uniform(0.8, 4.0)
    course = Course(cue.spot, cue.yaw, [Leg(1.0, speed, dice.normal(0.04))], cue.begin)
    return [Driven(course, [Span(-FOREVER, FOREVER, "drive", EVENTS[10])], vehicle.radius, vehicle=vehicle)]


def _strange(dice: Dice, cue: Cue) -> list[Actor]:
    what = dice.weighted({"animal": 6, "barrel": 2, "crawl": 2})
    if what == "animal":
        animal = Animal.of(dice)
        fast = dice.chance(0.4)
        course = Course(
            cue.spot,
            cue.yaw,
            [Leg(1.0, dice.uniform(3.0, 5.0) if fast else dice.uniform(0.7, 1.4), dice.normal(0.1))],
            cue.begin,
        )
        return [
            Beast(
                course,
                [Span(-FOREVER, FOREVER, "gallop" if fast else "walk", EVENTS[11])],
                animal.radius,
                animal=animal,
            )
        ]
    if what == "barrel":
        course = Course(cue.spot, cue.yaw, [Leg(1.0, dice.uniform(1.2, 3.0), dice.normal(0.05))], cue.begin)
        return [Rolling(course, [Span(-FOREVER, FOREVER, "roll", EVENTS[11])], 0.6, barrel=Barrel.of(dice))]
    course = Course(cue.spot, cue.yaw, [Leg(1.0, dice.uniform(0.25, 0.5), dice.normal(0.05))], cue.begin)
    person = look(dice, items={"backpack": 0.2})
    return [Pedestrian(course, [Span(-FOREVER, FOREVER, "crawl", EVENTS[11])], 0.8, look=person)]


_STORIES: dict[str, Callable[[Dice, Cue], list[Actor]]] = dict(
    zip(
        EVENTS,
        (
            _running, _fighting, _loitering, _jumping, _throwing, _gathering, _cycling, _skating, _falling,
            _abandoning, _driving, _strange,
        ),
        strict=True,
    )
)  # fmt: skip


def event(dice: Dice, name: str, cue: Cue) -> list[Actor]:
    """The actors of one event; the first is the one that it is about."""
    return _STORIES[name](dice, cue)


def passers_by(dice: Dice, x: float, y: float, yaw: float) -> list[Actor]:
    """One person or a small group of whom nothing is unusual, at (x, y) at time 0."""
    motion = dice.weighted({"walk": 66, "stand": 20, "sit": 7, "stoop": 2.5, "squat": 1.5, "talk": 8})
    if motion == "talk":
        count, group = dice.whole(2, 3), []
        for k in range(count):
            angle = yaw + 2 * pi * k / count + dice.normal(0.15)
            at = (x + 0.5 * cos(angle), y + 0.5 * sin(angle))
            course = Course(at, angle + pi, [Leg(1.0, 0.0)])
            group.append(Pedestrian(course, [Span(-FOREVER, FOREVER, "stand")], look=look(dice)))
        return _together(group)
    if motion == "walk":
        speed, turn = dice.uniform(0.75, 1.6), dice.normal(0.05)
        count = dice.weighted({1: 70, 2: 22, 3: 8})
        group = []
        for k in range(count):
            side = (k - (count - 1) / 2) * dice.uniform(0.55, 0.75)
            back = dice.normal(0.15)
            at = (x - side * sin(yaw) - back * cos(yaw), y + side * cos(yaw) - back * sin(yaw))
            course = Course(at, yaw + dice.normal(0.02), [Leg(1.0, speed, turn)])
            group.append(Pedestrian(course, [Span(-FOREVER, FOREVER, "walk")], look=look(dice)))
        return _together(group)
    person = look(dice, items={"backpack": 0.2, "bag": 0.08, "cap": 0.1} if motion != "stand" else None)
    course = Course((x, y), yaw, [Leg(1.0, 0.0)])
    seat = 0.0 if motion == "sit" and dice.chance(0.15) else 0.45
    return [
        Pedestrian(course, [Span(-FOREVER, FOREVER, motion)], 0.5, look=person, seat=seat, seat_skin=seat_colour(dice))
    ]


def _together(group: list[Pedestrian]) -> list[Actor]:
    for person in group:
        person.mates = tuple(p for p in group if p is not person)
    return [*group]
