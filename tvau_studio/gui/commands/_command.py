"""What a command is, and what commands ask of the window's state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tvau_studio.domain.labels import Object

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


def shown(w: Window) -> bool:
    """A picture is on the screen."""
    return w.state.playback.frame >= 0


def project(w: Window) -> bool:
    return w.state.studio.project is not None


def selected(w: Window) -> bool:
    """An object is selected, and a picture on the screen."""
    return w.state.selection.row is not None and shown(w)


def clip(w: Window) -> bool:
    return w.state.document.clip_row is not None


def draft(w: Window) -> bool:
    """A selected object waits for a decision; without one, an object of the clip."""
    document, clip = w.state.document.document, w.state.document.clip_row
    if w.state.selection.objects or clip is None:
        return any(row.is_draft for row in w.state.selection.rows)
    drafts = (o for o in document.rows("object") if isinstance(o, Object) and o.is_draft and o.video == clip.video)
    return any(document.meets(o, clip.range) for o in drafts)
