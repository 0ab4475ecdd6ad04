"""Training pairs: crops around one object, and full frames with the true share of events."""

from __future__ import annotations

from math import cos, hypot, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from tvau_studio.synth import effects, places, stories
from tvau_studio.synth.actors import Actor, clear_of
from tvau_studio.synth.chance import Dice
from tvau_studio.synth.scenes import EVENT_SHARES, Options, Scene, compose, heading
from tvau_studio.synth.stage import Camera
from tvau_studio.synth.stories import EVENTS

FPS = 25.0
"""Pictures a second between which a pair's distance counts."""

NORMAL_SHARE = 0.25
FROZEN_SHARE = 0.6

# What shows in a moving pair, and what by its look alone. Loitering shows in neither: it takes time.
MOVING: dict[str, float] = {
    "person running": 0.09,
    "people fighting": 0.13,
    "person jumping": 0.08,
    "object being thrown": 0.06,
    "crowd gathering": 0.02,
    "person riding bicycle": 0.17,
    "person skateboarding": 0.13,
    "person falling down": 0.12,
    "abandoned object": 0.04,
    "vehicle on walkway": 0.15,
    "anomaly": 0.09,
}
FROZEN: dict[str, float] = {
    "person running": 0.03,
    "people fighting": 0.10,
    "person jumping": 0.03,
    "object being thrown": 0.03,
    "crowd gathering": 0.02,
    "person riding bicycle": 0.22,
    "person skateboarding": 0.16,
    "person falling down": 0.13,
    "abandoned object": 0.02,
    "vehicle on walkway": 0.20,
    "anomaly": 0.10,
}

Pair = tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]


def _moment(dice: Dice, name: str, chief: Actor) -> float:
    """A time at which the event is under way; the cue begins at 0."""
    if name == "person falling down":
        return dice.uniform(0.3, 0.9) if dice.chance(0.35) else dice.uniform(0.9, 4.0)
    if name == "object being thrown":
        return dice.uniform(0.58, 0.95)
    if name == "abandoned object":
        return dice.uniform(0.2, 5.0)
    if name == "person jumping":
        return dice.whole(0, 1) * 0.95 + dice.uniform(0.22, 0.78)
    return dice.uniform(0.1, 1.6)


def _camera_on(dice: Dice, size: tuple[int, int], at: tuple[float, float, float], person: float, up: float) -> Camera:
    """A camera `up` metres high that shows a person near the point `at` `person` pixels high, off the crop's middle
    by chance."""
    height, width = size
    pitch = float(np.arctan2(up - 0.8, hypot(at[0], at[1]))) + dice.normal(0.06)
    pitch = min(1.1, max(0.05, pitch))
    loose = Camera(up, pitch, 1.0, (0.0, 0.0), size)
    u, v, depth = loose.project(at)
    focal = person * depth / (1.72 * max(0.5, cos(pitch)))
    x, y = width * (0.5 + dice.uniform(-0.24, 0.24)), height * (0.5 + dice.uniform(-0.24, 0.24))
    return Camera(up, pitch, focal, (x - u * focal, y - v * focal), size)


def _around(dice: Dice, camera: Camera, place: places.Place, seconds: float, actors: list[Actor], moving: bool) -> None:
    """Add others to a crop: passers-by, now and then another event."""
    height, width = camera.size
    for _ in range(dice.pick((0, 0, 1, 1, 2, 2, 3, 4, 6))):
        spot = camera.ground(width * dice.uniform(-0.1, 1.1), height * dice.uniform(0.0, 1.2), 70.0)
        if spot is None or hypot(*spot) < 2.5:
            continue
        yaw = heading(dice)
        if dice.chance(0.12):
            name = dice.weighted(MOVING if moving else FROZEN)
            group = stories.event(
                dice, name, stories.Cue(*spot, yaw, seconds - _moment(dice, name, actors[0]), seconds + 2)
            )
        else:
            group = stories.passers_by(dice, spot[0] - seconds * cos(yaw), spot[1] - seconds * sin(yaw), yaw)
        if all(clear_of(a, actors, (seconds,)) and place.beyond(*a.where(seconds)) < 0.5 for a in group):
            actors += group


def compose_crop(dice: Dice, size: tuple[int, int], moving: bool, event: str | None) -> tuple[Scene, float]:
    """A scene about one object, and the time at which to look. event None: about a normal person."""
    up = dice.uniform(2.3, 9.0)
    away = up / np.tan(dice.uniform(0.16, 0.75))
    away = float(min(45.0, max(4.0, away)))
    yaw = heading(dice)
    cue = stories.Cue(0.0, away, yaw, 0.0, 3.0)
    if event is None:
        seconds = 0.0
        actors = stories.passers_by(dice, cue.x, cue.y, yaw)
    else:
        actors = stories.event(dice, event, cue)
        seconds = _moment(dice, event, actors[0])
    # Bring the chief actor before the camera: what happens is the same anywhere on the plane.
    chief = actors[0]
    x, y = chief.where(seconds)
    person = dice.log_uniform(20, 105)
    if event == "vehicle on walkway":
        person = dice.log_uniform(14, 52)
    elif event in ("crowd gathering", "object being thrown"):
        person = dice.log_uniform(20, 60)
    elif event == "abandoned object":
        person = dice.log_uniform(40, 130)
    person *= min(size) / 112
    away = sqrt(x * x + y * y)
    camera = _camera_on(dice, size, chief.middle(seconds), person, up)
    keep = [(x, y, chief.radius + 0.3), *((*a.where(seconds), a.radius) for a in actors[1:])]
    place = places.make(dice, camera, keep=keep, density=dice.pick((0.15, 0.4, 0.8, 1.2)), wild=0.2)
    _around(dice, camera, place, seconds, actors, moving)
    if dice.chance(0.2):  # somebody passes close in front or behind
        depth = dice.sign() * dice.uniform(0.7, 1.4)
        across = dice.normal(0.4)
        k = 1 / max(1.0, away)
        at = (x + depth * x * k + across * y * k, y + depth * y * k - across * x * k)
        group = stories.passers_by(dice, at[0], at[1], heading(dice))[:1]
        actors += [a for a in group if clear_of(a, actors, (seconds,), -0.35)]
    lens = effects.lens(dice, 1.0, 0.5)
    return Scene(camera, place, actors, lens), seconds


def _classes(scene: Scene, owners: NDArray[np.int32], seconds: float) -> NDArray[np.uint8]:
    table = np.zeros(1 + len(scene.actors), np.uint8)
    for number, actor in enumerate(scene.actors, 1):
        event = actor.span(seconds).event if seconds >= actor.hidden_before else None
        if event is not None:
            table[number] = 1 + EVENTS.index(event)
    return table[owners]


def _pair(scene: Scene, seconds: float, dice: Dice, frozen: bool, distance: int) -> Pair:
    first, owners = scene.picture(seconds, dice)
    classes = _classes(scene, owners, seconds)
    if frozen:
        second = first
    else:
        shift = effects.shakes(scene.lens, dice, 2)[1]
        second, _ = scene.picture(seconds + distance / FPS, dice, (float(shift[0]), float(shift[1])))
    return np.stack([first, second]), (classes > 0).astype(np.uint8), classes


def render_pair(
    seed: int,
    size: tuple[int, int] = (112, 112),
    frozen: bool | None = None,
    distance: int = 3,
    event: str | None = None,
    normal: float = NORMAL_SHARE,
) -> Pair:
    """A crop around one object, as two pictures.

    seed: one seed, one result; size: [H, W]; frozen: the second picture equals the first (None: in 60 of 100 pairs);
    distance: frames at 25 a second from the first picture to the second; event: one of `EVENTS` (None: by chance);
    normal: probability that the object is a normal person, where event is None.

    Returns pictures uint8 [2, H, W, 3], the anomaly mask uint8 [H, W] (0 or 1) and the class map uint8 [H, W] (0
    normal or nothing, 1 + the index in EVENTS), both of the first picture.
    """
    dice = Dice(2, seed)
    still = dice.chance(FROZEN_SHARE)
    still = still if frozen is None else frozen
    if event is None and not dice.chance(normal):
        event = dice.weighted(FROZEN if still else MOVING)
    scene, seconds = compose_crop(dice, size, not still, event)
    return _pair(scene, seconds, dice, still, distance)


def render_full_pair(
    seed: int,
    size: tuple[int, int] = (224, 392),
    frozen: bool | None = None,
    distance: int = 3,
    normal: float = 0.75,
    options: Options | None = None,
) -> Pair:
    """A full frame as a surveillance camera gives it, most of them without any event; else as `render_pair`.

    normal: probability that nothing unusual is staged. options: of the scene; its `normal` is replaced by this one.
    """
    dice = Dice(3, seed)
    still = dice.chance(FROZEN_SHARE)
    still = still if frozen is None else frozen
    if options is None:
        shares = {name: EVENT_SHARES[name] for name in MOVING}
        options = Options(normal=normal, shares=shares, strength=1.0, grey=0.5, people=(0, 14))
    length = 4.0
    scene = compose(dice, size, length, options)
    seconds = dice.uniform(0.1, length - 0.2)
    chief = next((a for a in scene.actors if any(s.event for s in a.spans)), None)
    if chief is not None:  # look while it happens
        spans = [s for s in chief.spans if s.event]
        first, last = max(0.0, spans[0].start), min(length - 0.2, spans[-1].stop)
        seconds = dice.uniform(first, max(first, last))
    return _pair(scene, seconds, dice, still, distance)
