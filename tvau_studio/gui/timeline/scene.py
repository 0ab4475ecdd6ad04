"""Everything that the timeline draws, at one moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QFont

from tvau_studio.gui.theme.tokens import STATE_TOKENS

if TYPE_CHECKING:
    from tvau_studio.gui.theme.tokens import Tokens
    from tvau_studio.gui.timeline.density import Density
    from tvau_studio.gui.timeline.filmstrip import Filmstrip
    from tvau_studio.gui.timeline.lanes import Lanes
    from tvau_studio.gui.timeline.layout import ClipBar, Layout
    from tvau_studio.gui.timeline.marks import Mark
    from tvau_studio.gui.timeline.pyramid import Pyramid
    from tvau_studio.gui.timeline.scale import Scale


class Look:
    """The colours of a theme as Qt wants them."""

    def __init__(self, tokens: Tokens) -> None:
        self.panel, self.line = QColor(tokens.panel), QColor(tokens.line)
        self.text, self.muted, self.faint = QColor(tokens.text), QColor(tokens.muted), QColor(tokens.faint)
        self.accent, self.curve = QColor(tokens.accent), QColor(tokens.warn)
        self.raised, self.second = QColor(tokens.raised), QColor(tokens.ok)
        self._states = {state: QColor(getattr(tokens, name)) for state, name in STATE_TOKENS.items()}

    def state(self, state: str) -> QColor:
        """The colour of a clip's review state."""
        return self._states[state]


@dataclass
class Scene:
    """Everything that is drawn. moved: a keyframe being dragged, (object, from, to). edges: a segment being dragged,
    (key, start, stop). selected: keys of objects. colours(key): ``#rrggbb`` of an object. top: the heat that has the
    last colour. clip_edges: the open clip while it is dragged.
    others: scores of other sources, with the colour of each. words: texts that were translated."""

    layout: Layout
    scale: Scale
    lanes: Lanes
    clips: list[ClipBar]
    scores: Pyramid
    density: Density
    film: Filmstrip
    threshold: float
    colormap: str
    top: float
    others: list[tuple[Pyramid, QColor]]
    range: tuple[int, int] | None
    clip: str
    selected: tuple[str, ...]
    selected_segment: str | None
    moved: tuple[str, int, int] | None
    edges: tuple[str, int, int] | None
    clip_edges: tuple[int, int] | None
    hover: str
    look: Look
    font: QFont
    mono: QFont
    words: dict[str, str]
    marks: tuple[Mark, ...]
    colours: Callable[[str], str]
