"""How the picture and the window are shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tvau_studio.gui import taking
from tvau_studio.gui.commands._command import Ask, Command, Run, selected, shown
from tvau_studio.gui.player.takes import What
from tvau_studio.gui.timeline import keys

if TYPE_CHECKING:
    from tvau_studio.gui.timeline.widget import Timeline
    from tvau_studio.gui.window import Window
    from tvau_studio.services.settings import Settings


def _copy(what: What) -> Run:
    return lambda w: taking.copy(w, what)


def _save(what: What) -> Run:
    return lambda w: taking.save(w, what)


def _settings(w: Window) -> Settings:
    return w.state.studio.settings


def _filmstrip(w: Window) -> None:
    _settings(w)["filmstrip"] = not _settings(w)["filmstrip"]


def _timeline(deed: Callable[[Timeline], object]) -> Run:
    return lambda w: deed(w.show_panel("timeline"))  # type: ignore[arg-type]


def _film(w: Window) -> None:
    from tvau_studio.gui.dialogs import film

    film.show(w)


def _toned(w: Window) -> bool:
    return not w.state.look.tones.plain


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
    Command(
        "followAction",
        "Follow the selection",
        "View",
        lambda w: w.canvas.follow(not w.state.look.follow),
        ("Ctrl+3",),
        shown,
        lambda w: w.state.look.follow,
    ),
    Command("zoomInAction", "Zoom in", "View", lambda w: w.canvas.zoom(1.25), ("Ctrl++", "Ctrl+="), shown, repeat=True),
    Command("zoomOutAction", "Zoom out", "View", lambda w: w.canvas.zoom(0.8), ("Ctrl+-",), shown, repeat=True),
    Command(
        "boxesAction",
        "Boxes",
        "View",
        lambda w: w.state.look.set(boxes=not w.state.look.boxes),
        ("H",),
        None,
        lambda w: w.state.look.boxes,
        line=True,
    ),
    Command(
        "gridAction",
        "Nine regions",
        "View",
        lambda w: w.state.look.set(grid=not w.state.look.grid),
        ("Shift+H",),
        None,
        lambda w: w.state.look.grid,
    ),
    Command(
        "pictureAction",
        "Brightness, contrast, gamma",
        "View",
        lambda w: w.player.toggle("picture"),
        ("Shift+B",),
        shown,
        lambda w: w.player.open_card == "picture",
    ),
    Command("plainAction", "Picture as it is", "View", lambda w: w.state.look.reset_tones(), (), _toned),
    Command("copyNumberAction", "Frame number", "View/Copy", taking.copy_number, (), shown),
    Command("copyPictureAction", "Picture", "View/Copy", _copy("picture"), ("Ctrl+Shift+C",), shown),
    Command("copyOverlayAction", "Picture with overlay", "View/Copy", _copy("overlay"), ("Ctrl+Alt+C",), shown),
    Command("copyCropAction", "Object's part of the picture", "View/Copy", _copy("crop"), (), selected),
    Command("savePictureAction", "Picture…", "View/Save", _save("picture"), ("Ctrl+Shift+S",), shown),
    Command("saveOverlayAction", "Picture with overlay…", "View/Save", _save("overlay"), (), shown),
    Command("saveCropAction", "Object's part of the picture…", "View/Save", _save("crop"), (), selected),
    Command("filmAction", "Film with overlay…", "View/Save", _film, ("Ctrl+Shift+E",), shown),
    Command(
        "timelineInAction", "Closer", "View/Timeline", _timeline(lambda t: t.zoom(1.5)), ("Alt+=",), shown, repeat=True
    ),
    Command(
        "timelineOutAction",
        "Farther",
        "View/Timeline",
        _timeline(lambda t: t.zoom(1 / 1.5)),
        ("Alt+-",),
        shown,
        repeat=True,
    ),
    Command(
        "filmstripAction",
        "Filmstrip",
        "View/Timeline",
        _filmstrip,
        ("Alt+F",),
        None,
        lambda w: _settings(w)["filmstrip"],
    ),
    Command("timelineFitAction", "Whole video", "View/Timeline", _timeline(lambda t: t.fit()), ("Alt+0",), shown),
    Command("timelineRangeAction", "The range", "View/Timeline", _timeline(lambda t: t.fit_range()), ("Alt+1",), shown),
    Command(
        "timelineOnAction",
        "Further on",
        "View/Timeline",
        _timeline(lambda t: keys.pan(t, 1)),
        ("Ctrl+Alt+Right",),
        shown,
        repeat=True,
    ),
    Command(
        "timelineBackAction",
        "Further back",
        "View/Timeline",
        _timeline(lambda t: keys.pan(t, -1)),
        ("Ctrl+Alt+Left",),
        shown,
        repeat=True,
    ),
    Command(
        "ownWindowAction",
        "Picture in its own window",
        "View",
        lambda w: w.player.toggle_own_window(),
        ("Shift+F11",),
        shown,
        lambda w: w.player.own_window is not None,
        line=True,
    ),
    Command(
        "panelsAction",
        "Panels",
        "View",
        lambda w: w.toggle_panels(),
        ("Ctrl+\\",),
        None,
        lambda w: w.panels_shown,
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
