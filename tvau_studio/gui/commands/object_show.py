"""Which objects are shown and can be touched, and in what colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tvau_studio.gui import deeds
from tvau_studio.gui.commands._command import Ask, Command, Run, shown
from tvau_studio.gui.deeds import sight

if TYPE_CHECKING:
    from tvau_studio.gui.window import Window

_CHOICES = (("object", "By object"), ("class", "By event class"), ("state", "By state"), ("author", "By author"))
_TRAILS = ((0, "No trail"), (12, "12 frames"), (24, "24 frames"), (96, "96 frames"), (100_000, "The whole way"))


def _toggle(what: str) -> Run:
    return lambda w: sight.toggle(w.state, what)


def _is(what: str) -> Ask:
    return lambda w: sight.is_all(w.state, what)


def _any(w: Window) -> bool:
    return bool(w.state.selection.objects)


def _colour(what: str) -> tuple[Run, Ask]:
    return lambda w: w.state.sight.set_colour_by(what), lambda w: w.state.sight.colour_by == what


def _trail(frames: int) -> tuple[Run, Ask]:
    return lambda w: w.state.sight.set_trail(frames), lambda w: w.state.sight.trail == frames


COMMANDS = (
    Command(
        "selectAllAction", "Select all objects", "Object/Show", lambda w: deeds.select_all(w.state), ("Ctrl+A",), shown
    ),
    Command("hideAction", "Hide", "Object/Show", _toggle("hidden"), ("Alt+H",), _any, _is("hidden"), line=True),
    Command("lockAction", "Lock", "Object/Show", _toggle("locked"), ("Alt+L",), _any, _is("locked")),
    Command("pinAction", "Pin in its place", "Object/Show", _toggle("pinned"), ("Alt+P",), _any, _is("pinned")),
    Command(
        "onlyAction",
        "Only this",
        "Object/Show",
        lambda w: sight.only(w.state),
        ("Alt+O",),
        lambda w: _any(w) or bool(w.state.sight.only),
        lambda w: bool(w.state.sight.only),
    ),
    Command(
        "showAllAction",
        "Show all",
        "Object/Show",
        lambda w: w.state.sight.show_all(),
        ("Alt+Shift+H",),
        lambda w: not w.state.sight.all_shown,
    ),
    Command(
        "namesAction",
        "Names at the boxes",
        "View",
        lambda w: w.state.sight.set_names(not w.state.sight.names),
        ("Alt+N",),
        None,
        lambda w: w.state.sight.names,
    ),
    *(
        Command(f"colour_{what}Action", words, "View/Colours", _colour(what)[0], (), None, _colour(what)[1])
        for what, words in _CHOICES
    ),
    *(Command(f"trail_{n}Action", words, "View/Trail", _trail(n)[0], (), None, _trail(n)[1]) for n, words in _TRAILS),
)
