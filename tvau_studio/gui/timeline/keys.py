"""What keys do while the timeline has the focus; all else is a command of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from tvau_studio.domain import actions

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from tvau_studio.gui.timeline.face import Face

_ALT_SHIFT = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier
_PAN = 0.25
"""The part of the drawing by which a key pans."""


def pressed(timeline: Face, event: QKeyEvent) -> bool:
    """Do what the key says; False where it says nothing here."""
    key, held = event.key(), event.modifiers()
    arrow = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(key), 0)
    if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
        timeline.zoom(1.5)
    elif key == Qt.Key.Key_Minus:
        timeline.zoom(1 / 1.5)
    elif arrow and held & _ALT_SHIFT == _ALT_SHIFT:
        _nudge_keyframe(timeline, arrow)
    else:
        return False
    return True


def pan(timeline: Face, d: int) -> None:
    """Look a quarter of the drawing further on (back: d = -1)."""
    timeline.pan(-d * _PAN * timeline.scale.width)


def _nudge_keyframe(timeline: Face, d: int) -> None:
    """Move the selected object's keyframe in the frame shown by d frames, and go with it."""
    state = timeline.state
    key, frame = state.selection.object, state.playback.frame
    if key is None or frame not in timeline.lanes.of(key).keyframes or not 0 <= frame + d < timeline.scale.frames:
        return
    document = state.document
    if document.attempt(actions.move_keyframe, document.who, key, frame, frame + d):
        state.playback.seek(frame + d)
