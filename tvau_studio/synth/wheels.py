"""Bicycles, skateboards, kick scooters and motor scooters, alone or with a rider."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin

from tvau_studio.synth.chance import Dice
from tvau_studio.synth.colours import THINGS, Paint, grey, paint
from tvau_studio.synth.people import Joints, Look, draw_body, skeleton
from tvau_studio.synth.poses import Pose
from tvau_studio.synth.shapes import Colour, Shapes, Skin
from tvau_studio.synth.vectors import Frame, Vec, add, reach, unit

_RUBBER = Skin((0.012, 0.012, 0.013))
_BLACK = Skin((0.02, 0.02, 0.022))
_STEEL = Skin((0.32, 0.32, 0.33), gloss=0.3)


def seated(
    shapes: Shapes, look: Look, place: Frame, saddle: Vec, hands: tuple[Vec, Vec], feet: tuple[Vec, Vec], lean: float
) -> None:
    """A rider: pelvis at the saddle, hands (left, right) on the bar, feet on their rests; all in the frame `place`."""
    h = look.height
    up = unit(place.direction((sin(lean), 0.0, cos(lean))))
    forward, left = place.forward, place.left
    pelvis = place.point(saddle)
    shoulder = add(pelvis, up, 0.29 * h)
    joints: Joints = {
        "pelvis": pelvis,
        "chest": add(pelvis, up, 0.25 * h),
        "head": add(add(shoulder, (0.0, 0.0, 1.0), 0.118 * h), forward, 0.1 * h * lean),
    }
    for side, sign, foot, hand in (("left", 1.0, feet[0], hands[0]), ("right", -1.0, feet[1], hands[1])):
        hip = add(pelvis, left, sign * 0.05 * h)
        ankle_goal = place.point(add(foot, (-0.02, 0.0, 0.07)))
        knee, ankle = reach(hip, ankle_goal, 0.245 * h, 0.235 * h, add(forward, left, sign * 0.15))
        joints[f"hip {side}"], joints[f"knee {side}"], joints[f"ankle {side}"] = hip, knee, ankle
        joints[f"toe {side}"] = add(add(ankle, forward, 0.08 * h), (0.0, 0.0, -0.03))
        top = add(shoulder, left, sign * 0.1 * h * look.girth)
        elbow, wrist = reach(top, place.point(hand), 0.165 * h, 0.15 * h, add((0.0, 0.0, -1.0), left, sign * 0.6))
        joints[f"shoulder {side}"], joints[f"elbow {side}"], joints[f"wrist {side}"] = top, elbow, wrist
    trunk_forward = unit(add(forward, up, -(forward[0] * up[0] + forward[1] * up[1] + forward[2] * up[2])))
    draw_body(shapes, look, joints, Frame(pelvis, trunk_forward, left, up))


@dataclass(frozen=True, slots=True)
class Bicycle:
    paint: Paint
    radius: float
    half_base: float
    tyre: float
    saddle: float
    bar: float
    lean: float
    low_step: bool
    basket: bool
    mudguards: bool
    rack: bool
    box: Colour

    @classmethod
    def of(cls, dice: Dice) -> Bicycle:
        saddle = dice.uniform(0.8, 0.98)
        return cls(
            paint(dice, THINGS),
            dice.uniform(0.3, 0.36),
            dice.uniform(0.49, 0.56),
            dice.uniform(0.02, 0.034),
            saddle,
            saddle + dice.uniform(-0.05, 0.18),
            dice.uniform(0.08, 0.65),
            dice.chance(0.45),
            dice.chance(0.35),
            dice.chance(0.5),
            dice.chance(0.45),
            grey(dice, 0.2, 0.7),
        )

    def draw(self, shapes: Shapes, place: Frame, travelled: float, rider: Look | None) -> None:
        """travelled: metres, turns the pedals."""
        r, w, pt = self.radius, self.half_base, place.point
        frame = Skin(self.paint.colour, gloss=0.25)
        for end, steer in ((-w, 0.0), (w, 0.06)):
            axis = place.direction((-sin(steer), cos(steer), 0.0))
            hub = pt((end, 0.0, r))
            shapes.ring(hub, axis, r, r - 2 * self.tyre, self.tyre, _RUBBER)
            shapes.drum(add(hub, axis, -0.05), add(hub, axis, 0.05), 0.035, _STEEL)
            for k in range(3):
                a = k * pi / 3 - travelled / r
                spoke = (cos(a) * (r - self.tyre), 0.0, sin(a) * (r - self.tyre))
                shapes.rod(
                    pt((end - spoke[0], 0.0, r - spoke[2])), pt((end + spoke[0], 0.0, r + spoke[2])), 0.006, _STEEL
                )
            if self.mudguards:
                arc = [pt((end + (r + 0.02) * cos(a), 0.0, r + (r + 0.02) * sin(a))) for a in (0.6, 1.2, 1.8, 2.4, 3.0)]
                shapes.chain(arc, 0.022, frame)
            shapes.contact(*pt((end, 0.0, 0.0))[:2], 0.18, 0.4)
        crank, seat, head = (-0.08, 0.0, r - 0.03), (-0.22, 0.0, self.saddle - 0.04), (w - 0.16, 0.0, self.bar - 0.1)
        tube = 0.019
        down = (w - 0.13, 0.0, r + 0.25) if self.low_step else (head[0], 0.0, head[2] - 0.06)
        tubes = [
            (crank, seat),
            (crank, down),
            (crank, (-w, 0.0, r)),
            ((seat[0] + 0.03, 0.0, self.saddle - 0.22), (-w, 0.0, r)),
            ((head[0], 0.0, head[2] + 0.1), (w, 0.0, r)),
            ((-0.13, 0.0, r + 0.14) if self.low_step else (seat[0] + 0.03, 0.0, self.saddle - 0.18), down),
        ]
        for one, other in tubes:
            shapes.rod(pt(one), pt(other), tube, frame)
        bar = (head[0] - 0.02, 0.0, self.bar)
        shapes.rod(pt((bar[0], 0.27, self.bar)), pt((bar[0], -0.27, self.bar)), 0.015, _BLACK)
        shapes.cone(pt((seat[0] - 0.1, 0.0, self.saddle)), pt((seat[0] + 0.12, 0.0, self.saddle)), 0.055, 0.03, _BLACK)
        turn = -travelled / r * 0.45
        pedals = []
        for sign in (1.0, -1.0):
            pedal = (crank[0] + sign * 0.17 * cos(turn), sign * 0.1, crank[2] + sign * 0.17 * sin(turn))
            shapes.rod(pt(crank), pt(pedal), 0.014, _STEEL)
            pedals.append(pedal)
        if self.basket:
            shapes.box(place, (w + 0.1, 0.0, self.bar - 0.12), (0.13, 0.16, 0.11), Skin(self.box))
        if self.rack:
            shapes.rod(pt((-w - 0.2, 0.0, r * 1.3 + 0.1)), pt((-0.25, 0.0, r * 1.3 + 0.12)), 0.02, _BLACK)
        if rider is not None:
            hands = ((bar[0] - 0.02, 0.25, self.bar + 0.03), (bar[0] - 0.02, -0.25, self.bar + 0.03))
            seated(shapes, rider, place, (-0.2, 0.0, self.saddle + 0.09), hands, (pedals[0], pedals[1]), self.lean)


@dataclass(frozen=True, slots=True)
class Skateboard:
    paint: Paint
    wheel: Colour
    side: int
    """Which foot stands in front: 1 or -1."""
    crouch: float
    pushes: bool

    @classmethod
    def of(cls, dice: Dice) -> Skateboard:
        return cls(paint(dice, THINGS), grey(dice, 0.4, 0.9), dice.sign(), dice.uniform(0.1, 0.42), dice.chance(0.35))

    def draw(self, shapes: Shapes, place: Frame, seconds: float, yaw: float, rider: Look | None) -> None:
        deck = 0.12
        shapes.box(place, (0.0, 0.0, deck), (0.36, 0.11, 0.016), Skin(self.paint.colour))
        for sign in (1.0, -1.0):
            nose = place.point((sign * 0.44, 0.0, deck + 0.035))
            shapes.cone(place.point((sign * 0.35, 0.0, deck)), nose, 0.03, 0.025, Skin(self.paint.colour))
            for across in (0.085, -0.085):
                hub = place.point((sign * 0.26, across, 0.045))
                shapes.ring(hub, place.left, 0.045, 0.0, 0.028, Skin(self.wheel))
        x, y, _ = place.origin
        shapes.contact(x, y, 0.38, 0.5)
        if rider is None:
            return
        h = rider.manner.habit
        stroke = (seconds * 0.9 + rider.manner.phase) % 1.0
        pushing = self.pushes and stroke < 0.55
        k = self.crouch
        balance = sin(seconds * 2.4 + rider.manner.phase)
        pose = Pose(
            lean=0.08 + 0.3 * k,
            roll=0.08 * h[10] * 0.5 + 0.05 * balance,
            hip_left=0.7 * k,
            hip_right=0.7 * k,
            knee_left=1.25 * k,
            knee_right=1.25 * k,
            spread=0.2,
            swing_left=0.15 + 0.2 * h[3] * 0.5,
            swing_right=0.15 + 0.2 * h[6] * 0.5,
            elbow_left=0.35,
            elbow_right=0.35,
            open_left=0.45 + 0.3 * abs(h[5]) + 0.1 * balance,
            open_right=0.45 + 0.3 * abs(h[8]) - 0.1 * balance,
        )
        turn = self.side * (0.35 if pushing else 1.25 - 0.2 * abs(h[0]))
        joints, trunk = skeleton(rider, pose, x, y, yaw + turn, deck + 0.02)
        if pushing:
            side = "right" if self.side > 0 else "left"
            swing = cos(pi * stroke / 0.55)
            ankle = place.point((-0.1 + 0.45 * swing, -0.2 * self.side, 0.09 + 0.1 * max(0.0, -swing)))
            knee, ankle = reach(joints[f"hip {side}"], ankle, 0.245 * rider.height, 0.235 * rider.height, place.forward)
            joints[f"knee {side}"], joints[f"ankle {side}"] = knee, ankle
            joints[f"toe {side}"] = add(add(ankle, place.forward, 0.12), (0.0, 0.0, -0.03))
        draw_body(shapes, rider, joints, trunk)


@dataclass(frozen=True, slots=True)
class KickScooter:
    paint: Paint

    @classmethod
    def of(cls, dice: Dice) -> KickScooter:
        return cls(paint(dice, THINGS))

    def draw(self, shapes: Shapes, place: Frame, seconds: float, yaw: float, rider: Look | None) -> None:
        pt, skin = place.point, Skin(self.paint.colour, gloss=0.2)
        shapes.box(place, (0.0, 0.0, 0.13), (0.34, 0.085, 0.028), skin)
        shapes.rod(pt((0.38, 0.0, 0.12)), pt((0.28, 0.0, 1.0)), 0.026, skin)
        shapes.rod(pt((0.28, 0.24, 1.02)), pt((0.28, -0.24, 1.02)), 0.017, _BLACK)
        for end in (0.43, -0.37):
            shapes.ring(pt((end, 0.0, 0.1)), place.left, 0.1, 0.05, 0.028, _RUBBER)
        x, y, _ = place.origin
        shapes.contact(x, y, 0.36, 0.5)
        if rider is None:
            return
        h = rider.manner.habit
        pose = Pose(
            lean=0.06 + 0.05 * abs(h[2]),
            hip_left=0.12,
            hip_right=-0.1,
            knee_left=0.16 + 0.08 * abs(h[1]),
            knee_right=0.16,
            spread=0.01,
        )
        stand = pt((-0.05, 0.0, 0.0))
        joints, trunk = skeleton(rider, pose, stand[0], stand[1], yaw, 0.16)
        for side, across in (("left", 0.22), ("right", -0.22)):
            elbow, wrist = reach(
                joints[f"shoulder {side}"],
                pt((0.26, across, 1.03)),
                0.165 * rider.height,
                0.15 * rider.height,
                (0.0, 0.0, -1.0),
            )
            joints[f"elbow {side}"], joints[f"wrist {side}"] = elbow, wrist
        stroke = (seconds * 0.8 + rider.manner.phase) % 1.0
        if h[4] > 0.3 and stroke < 0.5:
            swing = cos(pi * stroke / 0.5)
            ankle = pt((-0.15 + 0.4 * swing, -0.18, 0.09 + 0.1 * max(0.0, -swing)))
            knee, ankle = reach(joints["hip right"], ankle, 0.245 * rider.height, 0.235 * rider.height, place.forward)
            joints["knee right"], joints["ankle right"] = knee, ankle
            joints["toe right"] = add(add(ankle, place.forward, 0.12), (0.0, 0.0, -0.03))
        draw_body(shapes, rider, joints, trunk)


@dataclass(frozen=True, slots=True)
class MotorScooter:
    paint: Paint
    radius: float
    half_base: float
    lean: float
    step_through: bool
    box: Paint | None

    @classmethod
    def of(cls, dice: Dice) -> MotorScooter:
        return cls(
            paint(dice, THINGS),
            dice.uniform(0.21, 0.29),
            dice.uniform(0.56, 0.67),
            dice.uniform(0.0, 0.25),
            dice.chance(0.65),
            paint(dice, THINGS) if dice.chance(0.3) else None,
        )

    def draw(self, shapes: Shapes, place: Frame, rider: Look | None) -> None:
        r, w, pt = self.radius, self.half_base, place.point
        body, seat, dark = Skin(self.paint.colour, gloss=0.4), Skin((0.02, 0.02, 0.02)), Skin((0.04, 0.04, 0.045))
        for end in (-w, w):
            shapes.ring(pt((end, 0.0, r)), place.left, r, r * 0.55, 0.06, _RUBBER)
            shapes.ring(pt((end, 0.0, r)), place.left, r * 0.56, 0.0, 0.035, _STEEL)
        shapes.ellipsoid(place, (-0.55 * w, 0.0, r + 0.28), (0.46, 0.17, 0.2), body)
        shapes.ellipsoid(place, (-0.32, 0.0, r + 0.45), (0.42, 0.15, 0.09), seat)
        if self.step_through:
            shapes.box(place, (0.12, 0.0, r + 0.06), (0.28, 0.16, 0.05), dark)
            shapes.cone(pt((0.64 * w, 0.0, r + 0.1)), pt((0.5 * w, 0.0, 0.95)), 0.16, 0.12, body)
        else:
            shapes.ellipsoid(place, (0.15, 0.0, r + 0.4), (0.3, 0.16, 0.18), body)
            shapes.ellipsoid(place, (0.05, 0.0, r + 0.12), (0.25, 0.14, 0.18), _STEEL)
        shapes.rod(pt((w, 0.0, r)), pt((0.55 * w, 0.0, 1.0)), 0.04, dark)
        shapes.ellipsoid(place, (0.62 * w, 0.0, 0.92), (0.1, 0.1, 0.1), Skin((0.7, 0.7, 0.65), gloss=0.5))
        shapes.rod(pt((0.5 * w, 0.32, 1.02)), pt((0.5 * w, -0.32, 1.02)), 0.02, _BLACK)
        shapes.ellipsoid(place, (w, 0.0, 2 * r + 0.01), (0.2, 0.07, 0.06), body)
        for side in (0.3, -0.3):
            shapes.cone(pt((0.5 * w, side, 1.03)), pt((0.5 * w - 0.03, side, 1.2)), 0.02, 0.04, _BLACK)
        if self.box is not None:
            shapes.box(place, (-w - 0.1, 0.0, r + 0.74), (0.22, 0.22, 0.2), Skin(self.box.colour), bevel=0.03)
        for end in (-w, 0.0, w):
            shapes.contact(*pt((end, 0.0, 0.0))[:2], 0.34, 0.45)
        if rider is not None:
            hands = ((0.5 * w - 0.03, 0.28, 1.04), (0.5 * w - 0.03, -0.28, 1.04))
            feet = ((0.18, 0.12, r + 0.1), (0.18, -0.12, r + 0.1))
            seated(shapes, rider, place, (-0.2, 0.0, r + 0.6), hands, feet, self.lean)
