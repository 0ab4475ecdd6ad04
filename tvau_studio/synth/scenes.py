"""A scene: place, camera, light and actors, put together from chance, and its picture at any time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import hypot, pi

import numpy as np
from numpy.typing import NDArray

from tvau_studio.synth import effects, places, stories
from tvau_studio.synth.actors import Actor, Crowd, clear_of
from tvau_studio.synth.chance import Dice
from tvau_studio.synth.places import Place
from tvau_studio.synth.shapes import Shapes
from tvau_studio.synth.stage import Camera, Stage

EVENT_SHARES: dict[str, float] = {
    "person running": 1.0,
    "people fighting": 1.2,
    "person loitering": 0.6,
    "person jumping": 0.9,
    "object being thrown": 0.8,
    "crowd gathering": 0.5,
    "person riding bicycle": 1.5,
    "person skateboarding": 1.2,
    "person falling down": 1.1,
    "abandoned object": 0.8,
    "vehicle on walkway": 1.4,
    "anomaly": 0.9,
}
"""How often each event is chosen, as weights."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a scene is made of.

    events: names to stage, in order (repeats allowed); None: by chance. normal: probability of a scene without event,
    where events is None. shares: weights of the events. people: how many passers-by, at least and at most. place: a
    key of `places.KINDS`.
    strength: of the camera's faults, 0..1. grey: probability of a grey picture. person: a person's height in the
    middle of the picture, pixels (None: by chance). clutter: how much stands about, 1 the usual.
    """

    events: tuple[str, ...] | None = None
    normal: float = 0.3
    shares: Mapping[str, float] = field(default_factory=lambda: EVENT_SHARES)
    people: tuple[int, int] = (2, 11)
    place: str | None = None
    strength: float = 0.6
    grey: float = 0.2
    person: float | None = None
    clutter: float = 1.0


class Scene:
    """actors: those of events first; owners in pictures are 1 + their index."""

    def __init__(self, camera: Camera, place: Place, actors: Sequence[Actor], lens: effects.Lens) -> None:
        self.camera, self.place, self.actors, self.lens = camera, place, list(actors), lens
        self.stage = Stage(camera, place.light, place.layers, place.setting, place.reflect)

    def shapes(self, seconds: float) -> Shapes:
        """The actors' solids at that time."""
        shapes = Shapes()
        for number, actor in enumerate(self.actors, 1):
            if seconds < actor.hidden_before:
                continue
            x, y = actor.where(seconds)
            depth = self.camera.project((x, y, 0.9))[2]
            if depth < 1.2 or (
                not isinstance(actor, Crowd) and not self.camera.sees(x, y, 0.1 + 4.0 * actor.radius / depth)
            ):
                continue
            shapes.begin(number, (x, y, 0.0))
            actor.draw(shapes, seconds)
        return shapes

    def picture(
        self, seconds: float, dice: Dice, shift: tuple[float, float] = (0.0, 0.0)
    ) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
        """uint8 [H, W, 3] and owners int32 [H, W] at that time; dice: for noise; shift: of the camera, pixels."""
        light, owners = self.stage.picture(self.shapes(seconds))
        picture = effects.expose(light, self.lens, exposure_level(self.place), dice, shift)
        if shift != (0.0, 0.0):
            height, width = owners.shape
            rows = np.clip(np.arange(height) + round(shift[1]), 0, height - 1)
            columns = np.clip(np.arange(width) + round(shift[0]), 0, width - 1)
            owners = owners[rows][:, columns]
        return picture, owners


def exposure_level(place: Place) -> float:
    """The light that the camera takes for white: a bright ground in the light of the place."""
    return 0.85 * place.light.level


def heading(dice: Dice) -> float:
    """Mostly across the picture, else anywhere."""
    return (0.0 if dice.chance(0.5) else pi) + dice.normal(0.4) if dice.chance(0.6) else dice.angle()


def window(dice: Dice, name: str, seconds: float) -> tuple[float, float]:
    """When an event begins and ends in a clip of that many seconds; it may reach over both ends."""
    if name in stories.LASTING:
        middle = seconds * dice.uniform(0.3, 0.7)
        return (middle, seconds) if name != "person loitering" else (-1.0, seconds + 1.0)
    begin = dice.uniform(0.08, 0.5) * seconds
    if seconds < 2.0 and dice.chance(0.4):
        begin = -dice.uniform(0.0, 0.6)
    if name == "abandoned object" and dice.chance(0.5):
        begin = dice.uniform(-3.0, 0.0)
    last = max(1.2, seconds * dice.uniform(0.4, 0.8))
    return begin, (seconds + 1.0 if dice.chance(0.4) else begin + last)


def _visible(camera: Camera, actor: Actor, times: Sequence[float], margin: float = -0.06) -> float:
    """The share of those times at which the actor stands well inside the picture."""
    seen = sum(camera.sees(*actor.where(t), margin) for t in times if t >= actor.hidden_before)
    return seen / max(1, len(times))


def _stage_event(dice: Dice, camera: Camera, name: str, seconds: float, others: Sequence[Actor]) -> list[Actor]:
    """The actors of an event in sight of the camera and clear of the others; empty where no try succeeded."""
    height, width = camera.size
    for _ in range(30):
        begin, end = window(dice, name, seconds)
        spot = camera.ground(width * dice.uniform(0.15, 0.85), height * dice.uniform(0.3, 0.92), 70.0)
        if spot is None:
            continue
        cue = stories.Cue(*spot, heading(dice), begin, end)
        actors = stories.event(dice, name, cue)
        chief = actors[0]
        if camera.focal * 1.7 / camera.project((*spot, 0.9))[2] < max(20.0, 0.055 * height):
            continue  # too far away to be told what it is
        spans = [s for s in chief.spans if s.event]
        first, last = max(0.0, min(s.start for s in spans)), min(seconds, max(s.stop for s in spans))
        if last <= first:
            continue
        times = [first + (last - first) * k / 6 for k in range(7)]
        whole = [seconds * k / 8 for k in range(9)]
        if _visible(camera, chief, times) < 0.55:
            continue
        if any(hypot(*a.where(t)) < 2.0 + a.radius for a in actors for t in whole):
            continue
        if all(clear_of(a, others, whole) for a in actors):
            return actors
    return []


def _people(dice: Dice, camera: Camera, place: Place, seconds: float, count: int, actors: list[Actor]) -> list[Actor]:
    """Passers-by who walk clear of things and of one another."""
    height, width = camera.size
    found: list[Actor] = []
    tries = 0
    while len(found) < count and tries < 12 * count + 12:
        tries += 1
        spot = camera.ground(width * dice.uniform(-0.12, 1.12), height * dice.uniform(0.08, 1.1), 60.0)
        if spot is None or hypot(*spot) < 2.6:
            continue
        yaw = place.axis + (pi if dice.chance(0.5) else 0.0) + dice.normal(0.22) if dice.chance(0.75) else dice.angle()
        group = stories.passers_by(dice, *spot, yaw)
        times = [seconds * k / 6 for k in range(7)]
        ok = all(place.free(*a.where(t), a.radius) for a in group for t in times if camera.sees(*a.where(t), 0.05))
        if ok and all(clear_of(a, [*actors, *found], times) for a in group):
            found += group
    return found


def compose(dice: Dice, size: tuple[int, int], seconds: float, options: Options) -> Scene:
    """A scene of that many seconds for a picture of `size` [H, W]."""
    camera = places.camera(dice, size, options.person)
    names = options.events
    if names is None:
        count = 0 if dice.chance(options.normal) else 2 if dice.chance(0.2) else 1
        names = tuple(dice.weighted(options.shares) for _ in range(count))
    actors: list[Actor] = []
    for name in names:
        actors += _stage_event(dice, camera, name, seconds, actors)
    whole = [seconds * k / 8 for k in range(9)]
    keep = [(*a.where(t), a.radius + 0.2) for a in actors for t in whole]
    keep = [k for k in keep if hypot(k[0], k[1]) < 60]
    place = places.make(dice, camera, kind=options.place, keep=keep, density=options.clutter)
    actors += _people(dice, camera, place, seconds, dice.whole(*options.people), actors)
    return Scene(camera, place, actors, effects.lens(dice, options.strength, options.grey))
