"""How the picture and the window are shown."""

from __future__ import annotations

from tvau_studio.gui.commands._command import Ask, Command, Run, selected, shown


def _theme(mode: str) -> tuple[Run, Ask]:
    return lambda w: w.state.theme.set_mode(mode), lambda w: w.state.theme.mode == mode


COMMANDS = (
    Command("fitAction", "Fit", "View", lambda w: w.canvas.fit(), ("Ctrl+0",), shown),
    Command("oneAction", "Pixel on pixel", "View", lambda w: w.canvas.one_to_one(), ("Ctrl+1",), shown),
    Command(
        "zoomSelectionAction",
        "Zoom to the selection",
        "View",
        lambda w: w.canvas.zoom_to_selection(),
        ("Ctrl+2",),
        selected,
    ),
    Command("zoomInAction", "Zoom in", "View", lambda w: w.canvas.zoom(1.25), ("Ctrl++", "Ctrl+="), shown, repeat=True),
    Command("zoomOutAction", "Zoom out", "View", lambda w: w.canvas.zoom(0.8), ("Ctrl+-",), shown, repeat=True),
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
)
