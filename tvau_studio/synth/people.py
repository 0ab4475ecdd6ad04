"""What a person looks like, how that is drawn, and how it is said."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, sin

from tvau_studio.synth.chance import Dice
from tvau_studio.synth.colours import LOWER, THINGS, UPPER, Paint, Text, chinese, grey, linear, paint, tone
from tvau_studio.synth.poses import Manner, Pose
from tvau_studio.synth.shapes import MOTTLED, STRIPES, Colour, Shapes, Skin
from tvau_studio.synth.vectors import Frame, Vec, add, cross, dot, middle, scale, sub, unit

Joints = dict[str, Vec]

_UPPER_ZH = {"T-shirt": "T恤", "shirt": "衬衫", "jacket": "夹克", "coat": "大衣"}
_LOWER_ZH = {"trousers": "长裤", "shorts": "短裤", "skirt": "裙子"}
_ITEMS: dict[str, Text] = {
    "backpack": {"en": "carrying {} backpack", "zh": "背着{}背包"},
    "bag": {"en": "carrying {} bag", "zh": "提着{}手提包"},
    "umbrella": {"en": "holding {} umbrella", "zh": "撑着{}雨伞"},
    "suitcase": {"en": "pulling {} suitcase", "zh": "拉着{}行李箱"},
    "pram": {"en": "pushing {} pram", "zh": "推着{}婴儿车"},
    "cap": {"en": "wearing {} cap", "zh": "戴着{}帽子"},
}


def article(word: str) -> str:
    return "an" if word[0] in "aeio" else "a"


@dataclass(frozen=True, slots=True)
class Look:
    """One person: build (metres, factor), skin, hair, clothes and things carried.

    items: name -> colour, of "backpack", "bag", "umbrella", "suitcase", "pram", "cap". hands: what they do while
    nothing else matters: "free", "phone", "telephone" or "pockets".
    """

    who: str
    height: float
    girth: float
    skin: Colour
    hair: Colour
    long_hair: bool
    upper: str
    upper_paint: Paint
    lower: str
    lower_paint: Paint
    shoes: Colour
    stripes: bool
    items: dict[str, Paint]
    manner: Manner
    hands: str

    @property
    def words(self) -> tuple[str, ...]:
        """The colour words that `describe` uses."""
        return (self.upper_paint.word, self.lower_paint.word, *(p.word for p in self.items.values()))

    def describe(self, grey_picture: bool = False) -> Text:
        """Who it is, without a full stop: "A man in a red shirt and black trousers carrying a blue bag".

        grey_picture: only tones (dark, light) are said, since nothing else can be seen.
        """
        word = tone if grey_picture else str
        up, low = word(self.upper_paint.word), word(self.lower_paint.word)
        below = f"{article(low)} {low} skirt" if self.lower == "skirt" else f"{low} {self.lower}"
        en = f"A {self.who} in {article(up)} {up} {self.upper} and {below}"
        who = {"man": "男子", "woman": "女子", "child": "孩子"}[self.who]
        zh = f"一名身穿{chinese(up)}{_UPPER_ZH[self.upper]}和{chinese(low)}{_LOWER_ZH[self.lower]}的{who}"
        for k, (name, paint_) in enumerate(self.items.items()):
            colour, text = word(paint_.word), _ITEMS[name]
            en += (" and " if k else " ") + text["en"].format(f"{article(colour)} {colour}")
            zh += "，" + text["zh"].format(chinese(colour))
        return {"en": en, "zh": zh}


CARRIED = {"backpack": 0.24, "bag": 0.13, "umbrella": 0.02, "suitcase": 0.03, "pram": 0.015, "cap": 0.1}
"""How often passers-by carry each thing."""


def look(dice: Dice, *, items: dict[str, float] | None = None, child: float = 0.05) -> Look:
    """A person by chance. items: probability of each thing carried (default CARRIED); child: of a child."""
    is_child = dice.chance(child)
    woman = not is_child and dice.chance(0.45)
    brown = dice.uniform(0.32, 1.0)
    carried: dict[str, Paint] = {}
    for name, probability in (CARRIED if items is None else items).items():
        busy = {"umbrella", "suitcase", "pram", "bag"} & carried.keys()
        if dice.chance(probability) and not (busy and name in ("umbrella", "suitcase", "pram")) and len(carried) < 2:
            carried[name] = paint(dice, THINGS)
    upper = dice.weighted({"T-shirt": 5, "shirt": 4, "jacket": 4, "coat": 1})
    lower = dice.weighted({"trousers": 6, "shorts": 1, "skirt": 3} if woman else {"trousers": 8, "shorts": 2})
    if is_child:
        carried = {k: v for k, v in carried.items() if k in ("backpack", "cap")}
    tall = (1.05, 1.4) if is_child else (1.54, 1.74) if woman else (1.65, 1.88)
    fair = linear((dice.uniform(0.3, 0.75), dice.uniform(0.25, 0.55), 0.25))
    return Look(
        who="child" if is_child else "woman" if woman else "man",
        height=dice.uniform(*tall),
        girth=dice.uniform(0.84, 1.05) if woman else dice.uniform(0.92, 1.18),
        skin=(0.58 * brown, 0.36 * brown**1.15, 0.26 * brown**1.25),
        hair=grey(dice, 0.08, 0.22) if dice.chance(0.75) else fair,
        long_hair=woman and dice.chance(0.75),
        upper=upper,
        upper_paint=paint(dice, UPPER),
        lower=lower,
        lower_paint=paint(dice, LOWER),
        shoes=grey(dice, 0.08, 0.25) if dice.chance(0.7) else grey(dice, 0.5, 0.95),
        stripes=dice.chance(0.08),
        items=carried,
        manner=Manner.of(dice),
        hands=dice.weighted({"free": 72, "phone": 12, "telephone": 4, "pockets": 12}),
    )


LYING = frozenset({"elbow", "wrist", "ankle", "toe", "knee"})
"""Parts that sink to the ground when a body lies."""


def skeleton(look: Look, pose: Pose, x: float, y: float, yaw: float, ground: float = 0.0) -> tuple[Joints, Frame]:
    """Where the joints are in the world, and the trunk's frame (up along the spine).

    The lowest part touches `ground` + the pose's lift, metres.
    """
    h = look.height
    thigh, shin, foot, arm, forearm, trunk = 0.245 * h, 0.235 * h, 0.085 * h, 0.165 * h, 0.15 * h, 0.29 * h
    spine = unit((sin(pose.lean), sin(pose.roll), cos(pose.lean)))
    shoulder = scale(spine, trunk)
    local: Joints = {
        "pelvis": (0.0, 0.0, 0.0),
        "chest": scale(spine, 0.85 * trunk),
        "head": add(scale(spine, trunk + 0.125 * h), (0.02 * h, 0.0, 0.0)),
    }
    sides = (
        ("left", 1.0, pose.hip_left, pose.knee_left, pose.swing_left, pose.elbow_left, pose.open_left),
        ("right", -1.0, pose.hip_right, pose.knee_right, pose.swing_right, pose.elbow_right, pose.open_right),
    )
    out_s, out_c = sin(pose.spread), cos(pose.spread)
    for side, sign, hip, knee, swing, elbow, opened in sides:
        at: Vec = (0.0, sign * 0.05 * h, -0.01 * h)
        bent = add(at, (sin(hip) * out_c, sign * out_s, -cos(hip) * out_c), thigh)
        b = hip - knee
        ankle = add(bent, (sin(b) * out_c, sign * out_s, -cos(b) * out_c), shin)
        local[f"hip {side}"], local[f"knee {side}"], local[f"ankle {side}"] = at, bent, ankle
        local[f"toe {side}"] = add(ankle, unit((cos(0.6 * b), sign * 0.12, sin(0.6 * b) - 0.12)), foot)
        top = add(shoulder, (-sin(pose.twist) * sign, sign * cos(pose.twist), 0.0), 0.105 * h * look.girth)
        p = swing + 0.5 * pose.lean
        c, s = cos(opened), sin(opened)
        joint = add(top, (sin(p) * c, sign * s, -cos(p) * c), arm)
        q, inwards = p + elbow, 0.6 * opened - pose.cross
        c, s = cos(inwards), sin(inwards)
        local[f"shoulder {side}"], local[f"elbow {side}"] = top, joint
        local[f"wrist {side}"] = add(joint, (sin(q) * c, sign * s, -cos(q) * c), forearm)
    leg = thigh + shin
    stance = Frame.on_ground(x, y, yaw)
    shift = stance.point((sin(pose.pitch) * leg, sin(pose.bank) * leg, 0.0))
    body = Frame(shift, stance.forward, stance.left, stance.up).turned(pose.pitch, pose.bank)
    joints = {name: body.point(p) for name, p in local.items()}
    flat = min(1.0, max(abs(pose.pitch), abs(pose.bank)) / 1.3) ** 3
    low = min(p[2] for p in joints.values()) - h * (0.022 + 0.035 * flat)
    joints = {name: (p[0], p[1], p[2] - low + ground + pose.lift) for name, p in joints.items()}
    if flat > 0.5 and not pose.kneels:
        for name, (a, b, c) in joints.items():
            if name.split()[0] in LYING:
                joints[name] = (a, b, max(ground + 0.03 * h, ground + (c - ground) * (1 - 0.45 * flat)))
    up = body.direction(spine)
    left = unit(sub(joints["shoulder left"], joints["shoulder right"]))
    left = unit(add(left, up, -dot(left, up)))
    return joints, Frame(joints["pelvis"], cross(left, up), left, up)


def _cloth(look: Look, colour: Colour, striped: bool = False) -> Skin:
    if striped:
        return Skin(colour, STRIPES, 8.0, 0.15, 9.0)
    return Skin(colour, MOTTLED, 7.0 + 2 * abs(look.manner.habit[0]), 0.3)


def draw_body(shapes: Shapes, look: Look, joints: Joints, trunk: Frame) -> None:
    """The body with its clothes, from the joints of `skeleton`."""
    h, b = look.height, look.girth
    skin, hair, shoe = Skin(look.skin), Skin(look.hair, MOTTLED, 20.0, 0.4), Skin(look.shoes)
    upper, lower = _cloth(look, look.upper_paint.colour, look.stripes), _cloth(look, look.lower_paint.colour)
    thick = 1.1 if look.upper in ("jacket", "coat") else 1.0
    covered = look.lower == "trousers"
    up, forward = trunk.up, trunk.forward
    pelvis, chest, head = joints["pelvis"], joints["chest"], joints["head"]
    shapes.rod(joints["hip left"], joints["hip right"], 0.06 * h * b, lower)
    for side in ("left", "right"):
        hip, knee, ankle, toe = (joints[f"{part} {side}"] for part in ("hip", "knee", "ankle", "toe"))
        shapes.cone(hip, knee, 0.052 * h * b, 0.038 * h * b, lower)
        if covered:
            shapes.cone(knee, ankle, 0.039 * h * b, 0.031 * h, lower)
        else:
            shapes.cone(knee, ankle, 0.034 * h * b, 0.023 * h, skin)
        shapes.cone(ankle, toe, 0.029 * h, 0.02 * h, shoe)
        shoulder, elbow, wrist = (joints[f"{part} {side}"] for part in ("shoulder", "elbow", "wrist"))
        shapes.cone(shoulder, elbow, 0.031 * h * b * thick, 0.026 * h * b * thick, upper)
        if look.upper == "T-shirt":
            shapes.cone(elbow, wrist, 0.022 * h, 0.018 * h, skin)
        else:
            shapes.cone(elbow, wrist, 0.026 * h * b * thick, 0.021 * h, upper)
        shapes.cone(wrist, add(wrist, unit(sub(wrist, elbow)), 0.05 * h), 0.02 * h, 0.015 * h, skin)
    waist = middle(pelvis, chest)
    frame = Frame(waist, forward, trunk.left, up)
    shapes.ellipsoid(frame, (0.0, 0.0, 0.03 * h), (0.068 * h * b * thick, 0.096 * h * b * thick, 0.18 * h), upper)
    shapes.cone(
        add(joints["shoulder left"], up, -0.022 * h),
        add(joints["shoulder right"], up, -0.022 * h),
        0.039 * h * b,
        0.039 * h * b,
        upper,
    )
    shapes.cone(add(pelvis, up, 0.03 * h), waist, 0.066 * h * b * thick, 0.062 * h * b * thick, upper)
    shapes.cone(chest, head, 0.036 * h, 0.032 * h, skin)
    face = Frame(head, forward, trunk.left, up)
    shapes.ellipsoid(face, (0.004 * h, 0.0, 0.0), (0.054 * h, 0.045 * h, 0.066 * h), skin)
    shapes.ellipsoid(face, (-0.014 * h, 0.0, 0.017 * h), (0.055 * h, 0.05 * h, 0.06 * h), hair)
    if look.long_hair:
        shapes.cone(
            face.point((-0.03 * h, 0.0, 0.0)), face.point((-0.055 * h, 0.0, -0.13 * h)), 0.042 * h, 0.028 * h, hair
        )
    if cap := look.items.get("cap"):
        shapes.ellipsoid(face, (0.0, 0.0, 0.04 * h), (0.062 * h, 0.055 * h, 0.042 * h), Skin(cap.colour))
        shapes.ellipsoid(face, (0.06 * h, 0.0, 0.032 * h), (0.05 * h, 0.045 * h, 0.01 * h), Skin(cap.colour))
    knees = middle(joints["knee left"], joints["knee right"])
    if look.lower == "skirt":
        shapes.cone(add(pelvis, up, 0.02 * h), add(pelvis, sub(knees, pelvis), 0.95), 0.072 * h * b, 0.1 * h * b, lower)
    if look.upper == "coat":
        shapes.cone(add(pelvis, up, 0.08 * h), add(pelvis, sub(knees, pelvis), 0.65), 0.08 * h * b, 0.1 * h * b, upper)
    if pack := look.items.get("backpack"):
        cloth = Skin(pack.colour, MOTTLED, 8.0, 0.35)
        shapes.ellipsoid(frame, (-0.115 * h, 0.0, 0.06 * h), (0.062 * h, 0.085 * h, 0.125 * h), cloth)
        shapes.ellipsoid(frame, (-0.165 * h, 0.0, 0.01 * h), (0.03 * h, 0.06 * h, 0.06 * h), cloth.tinted(0.8))


def draw_items(shapes: Shapes, look: Look, joints: Joints, yaw: float) -> None:
    """What is held in the hands: bag, umbrella, suitcase, pram."""
    dark = Skin((0.02, 0.02, 0.02))
    if bag := look.items.get("bag"):
        x, y, z = joints["wrist right"]
        place = Frame.on_ground(x, y, yaw)
        low = max(0.14, z - 0.3)
        shapes.box(place, (0.0, 0.0, low), (0.17, 0.06, 0.13), Skin(bag.colour, MOTTLED, 8.0, 0.3), sides=0.02)
        shapes.rod((x, y, z), (x, y, low + 0.12), 0.012, dark)
    if umbrella := look.items.get("umbrella"):
        top = add(joints["head"], (0.0, 0.0, 0.38))
        shapes.rod(joints["wrist left"], top, 0.012, dark)
        shapes.ellipsoid(
            Frame.on_ground(top[0], top[1], yaw, top[2]), (0.0, 0.0, -0.05), (0.55, 0.55, 0.17), Skin(umbrella.colour)
        )
    if case := look.items.get("suitcase"):
        x, y, z = joints["wrist right"]
        place = Frame.on_ground(x, y, yaw)
        shapes.box(
            place, (-0.32, 0.0, 0.38), (0.12, 0.2, 0.3), Skin(case.colour, MOTTLED, 5.0, 0.15, gloss=0.2), bevel=0.05
        )
        for side in (-0.1, 0.1):
            shapes.rod(place.point((-0.28, side, 0.66)), add((x, y, z), place.left, side * 0.6), 0.012, dark)
        contact = place.point((-0.32, 0.0, 0.0))
        shapes.contact(contact[0], contact[1], 0.22, 0.4)
    if pram := look.items.get("pram"):
        x, y, _ = joints["pelvis"]
        place = Frame.on_ground(x, y, yaw)
        cloth = Skin(pram.colour, MOTTLED, 6.0, 0.2)
        shapes.box(place, (0.85, 0.0, 0.62), (0.36, 0.22, 0.14), cloth, front=-0.05, back=-0.03)
        shapes.ellipsoid(place, (0.68, 0.0, 0.82), (0.24, 0.23, 0.22), cloth.tinted(0.8))
        for side in (-0.2, 0.2):
            shapes.rod(place.point((0.42, side, 1.0)), place.point((1.15, side, 0.25)), 0.014, dark)
            shapes.rod(place.point((0.45, side, 0.2)), place.point((1.0, side, 0.6)), 0.014, dark)
            for forward in (0.5, 1.15):
                shapes.ring(place.point((forward, side, 0.14)), place.left, 0.14, 0.1, 0.025, dark)
        shapes.rod(place.point((0.42, 0.2, 1.0)), place.point((0.42, -0.2, 1.0)), 0.016, dark)
        contact = place.point((0.85, 0.0, 0.0))
        shapes.contact(contact[0], contact[1], 0.45, 0.4)


def draw_person(
    shapes: Shapes, look: Look, pose: Pose, x: float, y: float, yaw: float, ground: float = 0.0, *, hold: bool = True
) -> Joints:
    """A person standing at (x, y) in that pose; hold: also what the hands carry. Returns the joints."""
    joints, trunk = skeleton(look, pose, x, y, yaw, ground)
    draw_body(shapes, look, joints, trunk)
    if hold:
        draw_items(shapes, look, joints, yaw)
    for side in ("left", "right"):
        ankle = joints[f"ankle {side}"]
        if ankle[2] < 0.35:
            shapes.contact(ankle[0], ankle[1], 0.16, 0.42)
    if joints["chest"][2] < 0.5:
        for name in ("pelvis", "chest"):
            shapes.contact(joints[name][0], joints[name][1], 0.4, 0.4)
    return joints
