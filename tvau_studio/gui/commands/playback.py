"""Moving through the pictures, and the range."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tvau_studio.gui import deeds
from tvau_studio.gui.commands._command import Command, Run, clip, selected, shown

if TYPE_CHECKING:
    from tvau_studio.gui.window import Window


def _step(d: int) -> Run:
    return lambda w: w.state.playback.step(d)


def _several(d: int) -> Run:
    return lambda w: w.state.playback.step(d * int(w.state.studio.settings["step_pictures"]))


def _seconds(s: float) -> Run:
    return lambda w: w.state.playback.step_seconds(s)


def _ranged(w: Window) -> bool:
    return shown(w) and w.state.playback.range is not None


COMMANDS = (
    Command("playAction", "Play or pause", "Playback", lambda w: w.state.playback.toggle(), ("Space",), shown),
    Command("onAction", "One picture on", "Playback", _step(1), ("Right", "F"), shown, repeat=True),
    Command("backAction", "One picture back", "Playback", _step(-1), ("Left", "D"), shown, repeat=True),
    Command("on10Action", "Several pictures on", "Playback", _several(1), ("V",), shown, repeat=True),
    Command("back10Action", "Several pictures back", "Playback", _several(-1), ("C",), shown, repeat=True),
    Command("onSecondAction", "One second on", "Playback", _seconds(1), ("Shift+Right",), shown, repeat=True),
    Command("backSecondAction", "One second back", "Playback", _seconds(-1), ("Shift+Left",), shown, repeat=True),
    Command("startAction", "First picture", "Playback", lambda w: w.state.playback.seek(0), ("Home",), shown),
    Command("endAction", "Last picture", "Playback", lambda w: w.state.playback.seek(1 << 40), ("End",), shown),
    Command(
        "clipStartAction",
        "First picture of the clip",
        "Playback",
        lambda w: deeds.go_clip(w.state, 0),
        ("Ctrl+Home",),
        clip,
    ),
    Command(
        "clipEndAction",
        "Last picture of the clip",
        "Playback",
        lambda w: deeds.go_clip(w.state, -1),
        ("Ctrl+End",),
        clip,
    ),
    Command(
        "rangeBeginAction",
        "First picture of the range",
        "Playback",
        lambda w: deeds.go_range(w.state, 0),
        ("Shift+Home",),
        _ranged,
    ),
    Command(
        "rangeLastAction",
        "Last picture of the range",
        "Playback",
        lambda w: deeds.go_range(w.state, -1),
        ("Shift+End",),
        _ranged,
    ),
    Command(
        "lifeStartAction",
        "Object's first picture",
        "Playback",
        lambda w: deeds.go_life(w.state, 0),
        ("Alt+Home",),
        selected,
    ),
    Command(
        "lifeEndAction",
        "Object's last picture",
        "Playback",
        lambda w: deeds.go_life(w.state, -1),
        ("Alt+End",),
        selected,
    ),
    Command("goToAction", "Go to…", "Playback", lambda w: w.go_to(), ("G",), shown),
    Command(
        "nextLabelledAction",
        "Next labelled frame",
        "Playback",
        lambda w: deeds.go_labelled(w.state, 1),
        ("Alt+Right",),
        shown,
    ),
    Command(
        "lastLabelledAction",
        "Previous labelled frame",
        "Playback",
        lambda w: deeds.go_labelled(w.state, -1),
        ("Alt+Left",),
        shown,
    ),
    Command("shuttleOnAction", "Shuttle on", "Playback", lambda w: deeds.shuttle(w.state, 1), ("L",), shown, line=True),
    Command(
        "shuttleStopAction",
        "Stop; keyframe while paused",
        "Playback",
        lambda w: deeds.shuttle_stop(w.state),
        ("K",),
        shown,
    ),
    Command("shuttleBackAction", "Shuttle back", "Playback", lambda w: deeds.shuttle(w.state, -1), ("J",), shown),
    Command("slowerAction", "Slower", "Playback", lambda w: deeds.speed(w.state, 0.5), ("[",), shown),
    Command("fasterAction", "Faster", "Playback", lambda w: deeds.speed(w.state, 2.0), ("]",), shown),
    Command(
        "speed1Action", "Usual speed", "Playback", lambda w: w.state.playback.set_speed(1.0), ("Backspace",), shown
    ),
    Command(
        "rangeStartAction",
        "Range begins here",
        "Playback",
        lambda w: w.state.playback.set_range_start(w.state.playback.frame),
        ("I",),
        shown,
        line=True,
    ),
    Command(
        "rangeEndAction",
        "Range ends here",
        "Playback",
        lambda w: w.state.playback.set_range_end(w.state.playback.frame + 1),
        ("O",),
        shown,
    ),
    Command(
        "rangeClipAction", "Range is the clip", "Playback", lambda w: deeds.range_is_clip(w.state), ("Shift+I",), clip
    ),
    Command(
        "rangeLifeAction",
        "Range is the object's life",
        "Playback",
        lambda w: deeds.range_is_life(w.state),
        ("Alt+I",),
        selected,
    ),
    Command(
        "noRangeAction", "No range", "Playback", lambda w: w.state.playback.set_range(None), ("Ctrl+Shift+L",), _ranged
    ),
    Command(
        "loopAction",
        "Loop the range",
        "Playback",
        lambda w: w.state.playback.set_loop(not w.state.playback.loop),
        ("Ctrl+L",),
        shown,
        lambda w: w.state.playback.loop,
    ),
)
