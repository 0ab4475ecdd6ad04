"""Every command of the window, as data: menu, palette and key sheet are made from this one table.

Keys of one letter act while no field for text has the focus (`main_window` sees to that).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tvau_studio.gui import deeds, files

if TYPE_CHECKING:
    from tvau_studio.gui.window import Window

Run = Callable[["Window"], object]
Ask = Callable[["Window"], bool]


@dataclass(frozen=True)
class Command:
    """name: stable; objectName of its QAction. text: English, as menus show it. keys: as `QKeySequence` reads them, the
    first is shown. enabled, checked: asked whenever the menu opens and after every change of state. repeat: a held key
    does it again and again.
    """

    name: str
    text: str
    menu: str
    run: Run = field(repr=False)
    keys: tuple[str, ...] = ()
    enabled: Ask | None = field(default=None, repr=False)
    checked: Ask | None = field(default=None, repr=False)
    repeat: bool = False
    line: bool = False
    """A line stands above it in the menu."""


def _shown(w: Window) -> bool:
    return w.state.playback.frame >= 0


def _project(w: Window) -> bool:
    return w.state.studio.project is not None


def _selected(w: Window) -> bool:
    return w.state.selection.row is not None and _shown(w)


def _clip(w: Window) -> bool:
    return w.state.document.clip_row is not None


def _draft(w: Window) -> bool:
    row = w.state.selection.row
    return row is not None and row.is_draft


def _theme(mode: str) -> tuple[Run, Ask]:
    return lambda w: w.state.theme.set_mode(mode), lambda w: w.state.theme.mode == mode


def _step(d: int) -> Run:
    return lambda w: w.state.playback.step(d)


def _seconds(s: float) -> Run:
    return lambda w: w.state.playback.step_seconds(s)


def _nudge(dx: float, dy: float) -> Run:
    return lambda w: w.canvas.nudge(dx, dy)


def _event(n: int) -> Run:
    return lambda w: deeds.set_event(w.state, n)


# A menu's name behind a slash lies in the menu before it.
MENUS = (
    "File",
    "Edit",
    "Object",
    "Object/Move",
    "Object/Event",
    "Review",
    "Playback",
    "View",
    "Heatmap",
    "Ask",
    "Help",
)

COMMANDS: tuple[Command, ...] = (
    Command("newProjectAction", "New project…", "File", files.new_project, ("Ctrl+N",)),
    Command("openProjectAction", "Open project…", "File", files.open_project, ("Ctrl+O",)),
    Command("openDemoAction", "Open the demo", "File", files.open_demo),
    Command("addVideosAction", "Add videos…", "File", files.add_videos, ("Ctrl+Shift+O",)),
    Command("addFolderAction", "Add a folder of videos…", "File", files.add_folder),
    Command("relinkAction", "Link the video to its file…", "File", files.relink, enabled=_clip),
    Command("importAction", "Import…", "File", lambda w: w.import_(), ("Ctrl+I",), _project, line=True),
    Command("exportAction", "Export…", "File", lambda w: w.export(), ("Ctrl+E",), _project),
    Command("quitAction", "Quit", "File", lambda w: w.close(), ("Ctrl+Q",), line=True),
    Command("undoAction", "Undo", "Edit", lambda w: w.undo(), ("Ctrl+Z",), lambda w: bool(w.state.document.undo_label)),
    Command(
        "redoAction",
        "Redo",
        "Edit",
        lambda w: w.redo(),
        ("Ctrl+Shift+Z", "Ctrl+Y"),
        lambda w: bool(w.state.document.redo_label),
    ),
    Command("paletteAction", "Find a clip, an object, a command", "Edit", lambda w: w.search(), ("Ctrl+K",), line=True),
    Command("cancelAction", "Cancel, deselect", "Edit", lambda w: w.cancel(), ("Esc",)),
    Command(
        "newBoxAction",
        "New box",
        "Object",
        lambda w: w.canvas.set_drawing(not w.canvas.drawing),
        ("N",),
        _shown,
        lambda w: w.canvas.drawing,
    ),
    Command("absentAction", "Absent from here", "Object", lambda w: deeds.absent(w.state), ("Del", "W"), _selected),
    Command("occludedAction", "Occluded from here", "Object", lambda w: deeds.occlude(w.state), ("Q",), _selected),
    Command("keyframeAction", "Set or delete the keyframe", "Object", lambda w: deeds.keyframe(w.state), (), _selected),
    Command(
        "smoothAction",
        "Smooth path",
        "Object",
        lambda w: deeds.smooth(w.state),
        (),
        _selected,
        lambda w: deeds.is_smooth(w.state),
    ),
    Command(
        "deleteObjectAction",
        "Delete object",
        "Object",
        lambda w: deeds.delete(w.state),
        ("Shift+Del",),
        lambda w: w.state.selection.row is not None,
    ),
    Command(
        "nextKeyframeAction",
        "Next keyframe",
        "Object",
        lambda w: deeds.go_keyframe(w.state, 1),
        ("R",),
        _selected,
        line=True,
    ),
    Command(
        "lastKeyframeAction", "Previous keyframe", "Object", lambda w: deeds.go_keyframe(w.state, -1), ("E",), _selected
    ),
    Command("nextObjectAction", "Next object", "Object", lambda w: deeds.go_object(w.state, 1), ("Down",), _shown),
    Command("lastObjectAction", "Previous object", "Object", lambda w: deeds.go_object(w.state, -1), ("Up",), _shown),
    Command("nextSegmentAction", "Next segment", "Object", lambda w: deeds.go_segment(w.state, 1), (".",), _shown),
    Command("lastSegmentAction", "Previous segment", "Object", lambda w: deeds.go_segment(w.state, -1), (",",), _shown),
    Command(
        "nudgeLeftAction",
        "Move left by a pixel",
        "Object/Move",
        _nudge(-1, 0),
        ("Ctrl+Left",),
        _selected,
        repeat=True,
    ),
    Command(
        "nudgeRightAction",
        "Move right by a pixel",
        "Object/Move",
        _nudge(1, 0),
        ("Ctrl+Right",),
        _selected,
        repeat=True,
    ),
    Command("nudgeUpAction", "Move up by a pixel", "Object/Move", _nudge(0, -1), ("Ctrl+Up",), _selected, repeat=True),
    Command(
        "nudgeDownAction", "Move down by a pixel", "Object/Move", _nudge(0, 1), ("Ctrl+Down",), _selected, repeat=True
    ),
    Command(
        "leapLeftAction",
        "Move left by ten",
        "Object/Move",
        _nudge(-10, 0),
        ("Ctrl+Shift+Left",),
        _selected,
        repeat=True,
    ),
    Command(
        "leapRightAction",
        "Move right by ten",
        "Object/Move",
        _nudge(10, 0),
        ("Ctrl+Shift+Right",),
        _selected,
        repeat=True,
    ),
    Command(
        "leapUpAction", "Move up by ten", "Object/Move", _nudge(0, -10), ("Ctrl+Shift+Up",), _selected, repeat=True
    ),
    Command(
        "leapDownAction", "Move down by ten", "Object/Move", _nudge(0, 10), ("Ctrl+Shift+Down",), _selected, repeat=True
    ),
    *(
        Command(
            f"event{n}Action",
            f"Event class {n}",
            "Object/Event",
            _event(n),
            (str(n),),
            lambda w: w.state.selection.row is not None,
        )
        for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 0)
    ),
    Command("acceptAction", "Accept the draft", "Review", lambda w: deeds.decide(w.state, True), ("Y",), _draft),
    Command("rejectAction", "Reject the draft", "Review", lambda w: deeds.decide(w.state, False), ("Shift+U",), _draft),
    Command(
        "reviewAction",
        "Clip: to review",
        "Review",
        lambda w: deeds.set_state(w.state, "to review"),
        (),
        _clip,
        line=True,
    ),
    Command("acceptClipAction", "Clip: accept", "Review", lambda w: deeds.set_state(w.state, "accepted"), (), _clip),
    Command(
        "returnClipAction", "Clip: return", "Review", lambda w: deeds.set_state(w.state, "returned"), ("U",), _clip
    ),
    Command("doneAction", "Done, next clip", "Review", lambda w: deeds.done(w.state), ("Ctrl+Return",), _clip),
    Command(
        "nextClipAction",
        "Next clip",
        "Review",
        lambda w: w.state.workspace.next_clip(1),
        ("PgDown",),
        _project,
        line=True,
    ),
    Command(
        "lastClipAction", "Previous clip", "Review", lambda w: w.state.workspace.next_clip(-1), ("PgUp",), _project
    ),
    Command("playAction", "Play or pause", "Playback", lambda w: w.state.playback.toggle(), ("Space",), _shown),
    Command("onAction", "One picture on", "Playback", _step(1), ("Right", "F"), _shown, repeat=True),
    Command("backAction", "One picture back", "Playback", _step(-1), ("Left", "D"), _shown, repeat=True),
    Command("on10Action", "Ten pictures on", "Playback", _step(10), ("V",), _shown, repeat=True),
    Command("back10Action", "Ten pictures back", "Playback", _step(-10), ("C",), _shown, repeat=True),
    Command("onSecondAction", "One second on", "Playback", _seconds(1), ("Shift+Right",), _shown, repeat=True),
    Command("backSecondAction", "One second back", "Playback", _seconds(-1), ("Shift+Left",), _shown, repeat=True),
    Command("startAction", "First picture", "Playback", lambda w: w.state.playback.seek(0), ("Home",), _shown),
    Command("endAction", "Last picture", "Playback", lambda w: w.state.playback.seek(1 << 40), ("End",), _shown),
    Command("goToAction", "Go to…", "Playback", lambda w: w.go_to(), ("G",), _shown),
    Command(
        "nextLabelledAction",
        "Next labelled frame",
        "Playback",
        lambda w: deeds.go_labelled(w.state, 1),
        ("Alt+Right",),
        _shown,
    ),
    Command(
        "lastLabelledAction",
        "Previous labelled frame",
        "Playback",
        lambda w: deeds.go_labelled(w.state, -1),
        ("Alt+Left",),
        _shown,
    ),
    Command(
        "shuttleOnAction", "Shuttle on", "Playback", lambda w: deeds.shuttle(w.state, 1), ("L",), _shown, line=True
    ),
    Command(
        "shuttleStopAction",
        "Stop; keyframe while paused",
        "Playback",
        lambda w: deeds.shuttle_stop(w.state),
        ("K",),
        _shown,
    ),
    Command("shuttleBackAction", "Shuttle back", "Playback", lambda w: deeds.shuttle(w.state, -1), ("J",), _shown),
    Command("slowerAction", "Slower", "Playback", lambda w: deeds.speed(w.state, 0.5), ("[",), _shown),
    Command("fasterAction", "Faster", "Playback", lambda w: deeds.speed(w.state, 2.0), ("]",), _shown),
    Command(
        "speed1Action", "Usual speed", "Playback", lambda w: w.state.playback.set_speed(1.0), ("Backspace",), _shown
    ),
    Command(
        "rangeStartAction",
        "Range begins here",
        "Playback",
        lambda w: w.state.playback.set_range_start(w.state.playback.frame),
        ("I",),
        _shown,
        line=True,
    ),
    Command(
        "rangeEndAction",
        "Range ends here",
        "Playback",
        lambda w: w.state.playback.set_range_end(w.state.playback.frame + 1),
        ("O",),
        _shown,
    ),
    Command(
        "rangeClipAction", "Range is the clip", "Playback", lambda w: deeds.range_is_clip(w.state), ("Shift+I",), _clip
    ),
    Command(
        "loopAction",
        "Loop the range",
        "Playback",
        lambda w: w.state.playback.set_loop(not w.state.playback.loop),
        ("Ctrl+L",),
        _shown,
        lambda w: w.state.playback.loop,
    ),
    Command("fitAction", "Fit", "View", lambda w: w.canvas.fit(), ("Ctrl+0",), _shown),
    Command("oneAction", "Pixel on pixel", "View", lambda w: w.canvas.one_to_one(), ("Ctrl+1",), _shown),
    Command(
        "zoomSelectionAction",
        "Zoom to the selection",
        "View",
        lambda w: w.canvas.zoom_to_selection(),
        ("Ctrl+2",),
        _selected,
    ),
    Command(
        "zoomInAction", "Zoom in", "View", lambda w: w.canvas.zoom(1.25), ("Ctrl++", "Ctrl+="), _shown, repeat=True
    ),
    Command("zoomOutAction", "Zoom out", "View", lambda w: w.canvas.zoom(0.8), ("Ctrl+-",), _shown, repeat=True),
    Command(
        "boxesAction",
        "Boxes",
        "View",
        lambda w: w.canvas.set_boxes_shown(not w.canvas.boxes_shown),
        ("H",),
        None,
        lambda w: w.canvas.boxes_shown,
        line=True,
    ),
    Command(
        "gridAction",
        "Nine regions",
        "View",
        lambda w: w.canvas.set_grid_shown(not w.canvas.grid_shown),
        ("Shift+H",),
        None,
        lambda w: w.canvas.grid_shown,
    ),
    Command(
        "panelsAction",
        "Panels",
        "View",
        lambda w: w.toggle_panels(),
        ("Ctrl+B",),
        None,
        lambda w: w.panels_shown,
        line=True,
    ),
    Command(
        "fullScreenAction",
        "Full screen",
        "View",
        lambda w: w.toggle_full_screen(),
        ("F11",),
        None,
        lambda w: w.isFullScreen(),
    ),
    Command(
        "themeSystemAction",
        "Colours of the system",
        "View",
        _theme("system")[0],
        (),
        None,
        _theme("system")[1],
        line=True,
    ),
    Command("themeDarkAction", "Dark", "View", _theme("dark")[0], (), None, _theme("dark")[1]),
    Command("themeLightAction", "Light", "View", _theme("light")[0], (), None, _theme("light")[1]),
    Command(
        "heatAction",
        "Heatmap",
        "Heatmap",
        lambda w: w.state.heat.set_enabled(not w.state.heat.enabled),
        ("A",),
        None,
        lambda w: w.state.heat.enabled,
    ),
    Command("nextPeakAction", "Next peak", "Heatmap", lambda w: w.player.next_peak(1), ("P",), _shown),
    Command("lastPeakAction", "Previous peak", "Heatmap", lambda w: w.player.next_peak(-1), ("Shift+P",), _shown),
    Command(
        "stopHeatAction",
        "Stop computing",
        "Heatmap",
        lambda w: w.state.heat.stop(),
        (),
        lambda w: w.state.heat.busy,
        line=True,
    ),
    Command(
        "resumeHeatAction",
        "Go on computing",
        "Heatmap",
        lambda w: w.state.heat.resume(),
        (),
        lambda w: _shown(w) and not w.state.heat.busy,
    ),
    Command("askAction", "Ask about the range", "Ask", lambda w: w.focus_chat(), ("/", "Ctrl+/"), _shown),
    Command(
        "stopAnswerAction",
        "Stop the answer",
        "Ask",
        lambda w: w.state.conversation.stop(),
        (),
        lambda w: w.state.conversation.busy,
    ),
    Command("keysAction", "Keys", "Help", lambda w: w.show_keys(), ("F1",)),
    Command("aboutAction", "About tvau-studio", "Help", lambda w: w.show_about()),
)
