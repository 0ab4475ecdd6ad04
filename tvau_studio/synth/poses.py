"""How a body is held: joint angles for each thing that people do, as functions of time or phase, and blends between
them.

Angles in radians; hips and shoulders swing forward with positive values, knees and elbows only bend.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from math import cos, pi, sin
from typing import NamedTuple

from tvau_studio.synth.chance import Dice


class Pose(NamedTuple):
    """A held body.

    lean, roll, twist: of the trunk forward, to the left, about itself. spread: legs apart. swing, elbow, open: arms
    forward, bent, away from the body; each left then right. pitch, bank: the whole body tipped forward, to the left,
    about its feet. lift: metres above the ground. cross: how far the forearms turn inwards. kneels: above 0 the limbs
    carry a tipped body.
    """

    lean: float = 0.0
    roll: float = 0.0
    twist: float = 0.0
    hip_left: float = 0.0
    hip_right: float = 0.0
    knee_left: float = 0.05
    knee_right: float = 0.05
    spread: float = 0.04
    swing_left: float = 0.0
    swing_right: float = 0.0
    elbow_left: float = 0.2
    elbow_right: float = 0.2
    open_left: float = 0.12
    open_right: float = 0.12
    pitch: float = 0.0
    bank: float = 0.0
    lift: float = 0.0
    cross: float = 0.0
    kneels: float = 0.0


def blend(a: Pose, b: Pose, k: float) -> Pose:
    """`k` of the way from `a` to `b`, eased at both ends; k in 0..1."""
    k = min(1.0, max(0.0, k))
    k = k * k * (3 - 2 * k)
    return Pose(*(p + (q - p) * k for p, q in zip(a, b, strict=True)))


@dataclass(frozen=True, slots=True)
class Manner:
    """One person's way to move, so that no two walk alike."""

    phase: float
    hip: float
    knee: float
    arm: float
    elbow: float
    lean: float
    open: float
    habit: tuple[float, ...]
    """Twelve draws from a normal distribution: small habits and variants."""

    @classmethod
    def of(cls, dice: Dice) -> Manner:
        return cls(
            dice.angle(),
            dice.uniform(0.32, 0.48),
            dice.uniform(0.75, 1.1),
            dice.uniform(0.2, 0.65),
            dice.uniform(0.15, 0.5),
            dice.uniform(-0.02, 0.1),
            dice.uniform(0.06, 0.18),
            tuple(max(-2.0, min(2.0, dice.normal())) for _ in range(12)),
        )


def walk(m: Manner, phase: float, pace: float = 1.0) -> Pose:
    """One step is `pi` of phase; pace: 1 an easy walk, 0.5 a stroll."""
    hips, knees = [], []
    for offset in (0.0, pi):
        p = phase + offset
        hips.append(m.hip * pace * sin(p) + 0.06 + 0.05 * m.habit[0] * sin(2 * p) * 0.5)
        knees.append(max(0.03, 0.1 + m.knee * pace * 0.28 * (1 + cos(p + 0.1)) ** 1.5 * (0.6 + 0.4 * cos(p))))
    swing = sin(phase) * m.arm * pace
    return Pose(
        lean=m.lean,
        twist=0.12 * sin(phase) * pace,
        hip_left=hips[0],
        hip_right=hips[1],
        knee_left=knees[0],
        knee_right=knees[1],
        spread=0.03,
        swing_left=0.05 - swing,
        swing_right=0.05 + swing,
        elbow_left=m.elbow + max(0.0, -swing) * 0.6,
        elbow_right=m.elbow + max(0.0, swing) * 0.6,
        open_left=m.open,
        open_right=m.open,
        roll=0.02 * sin(phase),
    )


def run(m: Manner, phase: float) -> Pose:
    hips, knees, swings = [], [], []
    for offset in (0.0, pi):
        p = phase + offset
        hips.append(2.0 * m.hip * sin(p) + 0.28)
        knees.append(0.32 + 1.5 * max(0.0, cos(p + 0.1)) ** 1.2)
        swings.append(-sin(p) * 0.85 - 0.1)
    return Pose(
        lean=0.24 + 0.08 * abs(m.habit[3]),
        twist=0.25 * sin(phase),
        hip_left=hips[0],
        hip_right=hips[1],
        knee_left=knees[0],
        knee_right=knees[1],
        spread=0.02,
        swing_left=swings[0],
        swing_right=swings[1],
        elbow_left=1.55 + 0.12 * m.habit[0],
        elbow_right=1.55 + 0.12 * m.habit[1],
        open_left=0.14,
        open_right=0.14,
        lift=0.07 * abs(cos(phase)),
        cross=0.3,
    )


def stand(m: Manner, seconds: float) -> Pose:
    h = m.habit
    sway = sin(seconds * 1.3 + m.phase)
    pose = Pose(
        lean=0.02 * h[4] + 0.01 * sway,
        roll=0.025 * sin(seconds * 0.7 + m.phase),
        twist=0.15 * sin(seconds * 0.5 + 2 * m.phase),
        hip_left=0.05 * h[0],
        hip_right=0.05 * h[1],
        knee_left=0.05 + 0.07 * abs(h[2]),
        knee_right=0.05 + 0.04 * abs(h[3]),
        spread=0.04 + 0.03 * abs(h[9]),
        swing_left=0.07 * h[5] + 0.03 * sway,
        swing_right=0.07 * h[7] - 0.03 * sway,
        elbow_left=0.2 + 0.15 * abs(h[6]),
        elbow_right=0.2 + 0.15 * abs(h[8]),
        open_left=m.open,
        open_right=m.open,
    )
    if h[10] > 1.1:  # arms folded
        return pose._replace(swing_left=0.5, swing_right=0.45, elbow_left=1.7, elbow_right=1.75, cross=0.9)
    if h[10] < -1.0:  # hands on hips
        return pose._replace(
            swing_left=-0.35,
            swing_right=-0.35,
            elbow_left=1.3,
            elbow_right=1.3,
            open_left=0.65,
            open_right=0.65,
            cross=0.6,
        )
    if h[11] > 1.0:  # talking with one hand
        return pose._replace(
            swing_right=0.6 + 0.25 * sin(seconds * 3 + m.phase), elbow_right=1.3 + 0.3 * sin(seconds * 4)
        )
    return pose


def phone(pose: Pose) -> Pose:
    """The same with a telephone held before the chest."""
    return pose._replace(swing_left=0.5, elbow_left=1.75, open_left=0.05, cross=0.35)


def telephone(pose: Pose) -> Pose:
    """The same with a telephone at the ear."""
    return pose._replace(swing_right=0.75, elbow_right=2.35, open_right=0.45, cross=0.1)


def pockets(pose: Pose) -> Pose:
    return pose._replace(
        swing_left=-0.2, swing_right=-0.2, elbow_left=0.7, elbow_right=0.7, open_left=0.22, open_right=0.22
    )


def pushing(pose: Pose) -> Pose:
    """The same with both hands on a handle in front."""
    return pose._replace(
        swing_left=0.55, swing_right=0.55, elbow_left=0.75, elbow_right=0.75, open_left=0.08, open_right=0.08, lean=0.08
    )


def trailing(pose: Pose) -> Pose:
    """The same with the right hand on a trolley behind."""
    return pose._replace(swing_right=-0.5, elbow_right=0.1, open_right=0.2)


def sit(m: Manner, seconds: float) -> Pose:
    h = m.habit
    return Pose(
        lean=0.08 + 0.12 * h[4] + 0.03 * sin(seconds * 0.8 + m.phase),
        hip_left=1.45 + 0.08 * h[0],
        hip_right=1.45 + 0.08 * h[1],
        knee_left=1.4 + 0.12 * h[2],
        knee_right=1.4 + 0.12 * h[3],
        spread=0.1,
        swing_left=0.25 + 0.12 * h[5],
        swing_right=0.25 + 0.12 * h[7],
        elbow_left=0.75 + 0.2 * abs(h[6]),
        elbow_right=0.85,
        cross=0.35,
    )


def stoop(m: Manner, depth: float = 1.0) -> Pose:
    """Bent down to something on the ground; depth 0 upright, 1 hands near the feet."""
    h = m.habit
    low = Pose(
        lean=1.05 + 0.12 * h[0],
        hip_left=0.65,
        hip_right=0.5,
        knee_left=0.95,
        knee_right=1.0,
        spread=0.08,
        swing_left=0.35,
        swing_right=0.45 + 0.1 * h[5],
        elbow_left=0.25,
        elbow_right=0.2,
    )
    return blend(Pose(), low, depth)


def squat(m: Manner) -> Pose:
    return Pose(
        lean=0.4 + 0.1 * m.habit[4],
        hip_left=1.9,
        hip_right=1.75,
        knee_left=2.2,
        knee_right=2.25,
        spread=0.15,
        swing_left=0.7,
        swing_right=0.7,
        elbow_left=0.6,
        elbow_right=0.6,
    )


JUMP_SECONDS = 0.95


def jump(m: Manner, seconds: float) -> Pose:
    """A jump each JUMP_SECONDS: crouch, up with the arms, down."""
    k = (seconds % JUMP_SECONDS) / JUMP_SECONDS
    crouch = Pose(
        lean=0.45,
        hip_left=0.8,
        hip_right=0.8,
        knee_left=1.25,
        knee_right=1.25,
        swing_left=-0.8,
        swing_right=-0.8,
        elbow_left=0.2,
        elbow_right=0.2,
        spread=0.06,
    )
    star = m.habit[2] > 0
    air = Pose(
        lean=0.0,
        hip_left=0.05 if star else 0.75,
        hip_right=0.05 if star else 0.6,
        knee_left=0.1 if star else 1.35,
        knee_right=0.1 if star else 1.3,
        spread=0.4 if star else 0.08,
        swing_left=2.7 if not star else 0.4,
        swing_right=2.7 if not star else 0.4,
        elbow_left=0.2,
        elbow_right=0.2,
        open_left=0.2 if not star else 2.1,
        open_right=0.2 if not star else 2.1,
    )
    high = 0.38 + 0.1 * abs(m.habit[1])
    if k < 0.22:
        return blend(Pose(), crouch, k / 0.22)
    if k < 0.32:
        return blend(crouch, air, (k - 0.22) / 0.1)
    if k < 0.78:
        u = (k - 0.32) / 0.46
        return air._replace(lift=high * 4 * u * (1 - u))
    if k < 0.86:
        return blend(air, crouch, (k - 0.78) / 0.08)
    return blend(crouch, Pose(), (k - 0.86) / 0.14)


THROW_RELEASE = 0.55
"""Seconds from the start of `throw` until the hand lets go."""


def throw(m: Manner, seconds: float) -> Pose:
    """Overarm with the right hand: wind up, let go at THROW_RELEASE, follow through."""
    ready = Pose(
        lean=-0.25,
        twist=-0.75,
        roll=-0.15,
        hip_left=0.55,
        hip_right=-0.3,
        knee_left=0.35,
        knee_right=0.35,
        swing_left=1.2,
        swing_right=2.5,
        elbow_left=0.3,
        elbow_right=1.5,
        open_left=0.2,
        open_right=0.6,
        spread=0.1,
    )
    through = Pose(
        lean=0.55,
        twist=0.7,
        hip_left=0.6,
        hip_right=-0.55,
        knee_left=0.55,
        knee_right=0.5,
        swing_left=-0.6,
        swing_right=0.9,
        elbow_left=0.9,
        elbow_right=0.15,
        open_right=0.1,
        spread=0.08,
    )
    let_go = ready._replace(lean=0.15, twist=0.2, swing_right=2.3, elbow_right=0.25, swing_left=0.3)
    if seconds < 0.35:
        return blend(stand(m, 0.0), ready, seconds / 0.35)
    if seconds < THROW_RELEASE:
        return blend(ready, let_go, (seconds - 0.35) / (THROW_RELEASE - 0.35))
    if seconds < 0.85:
        return blend(let_go, through, (seconds - THROW_RELEASE) / 0.3)
    return blend(through, stand(m, 0.0), (seconds - 0.85) / 0.7)


def fight(m: Manner, seconds: float, role: int) -> Pose:
    """Blows, kicks, pushes and grips that follow one another; role 0 or 1 shifts the rhythm, so that the two answer
    each other."""
    beat = seconds * (1.5 + 0.2 * m.habit[6]) + 0.5 * role + m.phase
    turn = math.floor(beat)
    k = beat - turn
    snap = sin(pi * min(1.0, k / 0.55)) if k < 0.55 else 0.0
    guard = Pose(
        lean=0.22 + 0.06 * m.habit[1],
        twist=0.2,
        hip_left=0.45,
        hip_right=-0.35,
        knee_left=0.5,
        knee_right=0.35,
        spread=0.12,
        swing_left=0.9,
        swing_right=0.75,
        elbow_left=1.7,
        elbow_right=1.9,
        open_left=0.25,
        open_right=0.25,
        cross=0.2,
    )
    blow = guard._replace(
        lean=0.4, twist=0.75, swing_right=1.55, elbow_right=0.1, open_right=0.05, hip_left=0.75, knee_left=0.65
    )
    hook = guard._replace(lean=0.35, twist=-0.7, swing_left=1.6, elbow_left=0.25, open_left=0.4, roll=-0.1)
    kick = guard._replace(lean=-0.3, hip_right=1.45, knee_right=0.25, hip_left=-0.05, knee_left=0.25, swing_left=0.6)
    shove = guard._replace(
        lean=0.5,
        swing_left=1.4,
        swing_right=1.4,
        elbow_left=0.3,
        elbow_right=0.3,
        hip_left=0.8,
        hip_right=-0.65,
        cross=0.0,
    )
    grip = guard._replace(
        lean=0.75,
        swing_left=1.35,
        swing_right=1.2,
        elbow_left=0.7,
        elbow_right=0.6,
        hip_left=0.6,
        hip_right=-0.7,
        roll=0.12,
    )
    dodge = guard._replace(lean=-0.2, roll=0.25, swing_left=1.3, swing_right=1.2, elbow_left=1.9, elbow_right=1.9)
    wild = guard._replace(lean=0.15, swing_right=2.6, elbow_right=0.8, open_right=0.5, twist=-0.3)
    variants = (blow, hook, kick, shove, grip, dodge, wild, grip)
    choice = variants[int(abs(turn * 7 + 3 * role + round(4 * abs(m.habit[5])))) % len(variants)]
    if choice is grip:
        snap = 0.85 + 0.15 * sin(seconds * 9)
    return blend(guard, choice, snap)


def fall(m: Manner, k: float) -> Pose:
    """From standing (k = 0) to lying (k = 1): forward, backward or to a side, as the person's habit is."""
    h = m.habit
    way = (h[0] + 2.0) * 1.7 % 1.0
    down = min(1.0, max(0.0, k)) ** 1.7
    flail = sin(pi * min(1.0, k))
    lying = Pose(
        lean=0.1 * h[6],
        twist=0.2 * h[2],
        hip_left=0.2 + 0.45 * abs(h[1]) * (h[2] > 0),
        hip_right=0.15 + 0.4 * abs(h[3]),
        knee_left=0.25 + 0.5 * abs(h[4]),
        knee_right=0.2 + 0.45 * abs(h[5]),
        spread=0.1,
        swing_left=0.6 * h[7],
        swing_right=0.6 * h[8],
        elbow_left=0.5 * abs(h[9]),
        elbow_right=0.6 * abs(h[10]),
        open_left=0.3 + 0.4 * abs(h[9]),
        open_right=0.4 + 0.3 * abs(h[11]),
    )
    if way < 0.4:  # forward, arms out
        lying = lying._replace(pitch=1.5, swing_left=1.6 + 0.3 * h[7], swing_right=1.7 + 0.3 * h[8])
    elif way < 0.65:
        lying = lying._replace(pitch=-1.5)
    else:
        lying = lying._replace(
            bank=1.45 * (1 if h[1] > 0 else -1), hip_left=0.7, hip_right=0.4, knee_left=1.0, knee_right=0.7
        )
    start = Pose(knee_left=0.2, knee_right=0.35)
    pose = Pose(*(a + (b - a) * down for a, b in zip(start, lying, strict=True)))
    return pose._replace(
        knee_left=pose.knee_left + 0.7 * flail,
        knee_right=pose.knee_right + 0.5 * flail,
        hip_left=pose.hip_left + 0.35 * flail,
        swing_left=pose.swing_left + 1.1 * flail,
        swing_right=pose.swing_right + 0.9 * flail,
        open_left=pose.open_left + 0.5 * flail,
        open_right=pose.open_right + 0.6 * flail,
    )


def crawl(m: Manner, phase: float) -> Pose:
    """On hands and knees."""
    s = sin(phase)
    return Pose(
        lean=0.0,
        hip_left=1.45 + 0.3 * s,
        hip_right=1.45 - 0.3 * s,
        knee_left=1.6 - 0.15 * s,
        knee_right=1.6 + 0.15 * s,
        swing_left=1.5 - 0.35 * s,
        swing_right=1.5 + 0.35 * s,
        elbow_left=0.15,
        elbow_right=0.15,
        pitch=1.42,
        kneels=1.0,
    )
