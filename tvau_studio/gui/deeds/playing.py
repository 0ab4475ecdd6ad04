"""Shuttle, speed, range."""

from __future__ import annotations

from tvau_studio.gui.deeds.objects import keyframe
from tvau_studio.gui.state import State
from tvau_studio.gui.state.playback import FASTEST, SLOWEST


def shuttle(state: State, direction: int) -> None:
    """Play that way at usual speed; again: twice as fast."""
    playback = state.playback
    same_way = playback.playing and (playback.speed > 0) == (direction > 0)
    playback.set_speed(playback.speed * 2 if same_way else float(direction))
    playback.play()


def shuttle_stop(state: State) -> None:
    """Stop; while paused, set or delete the keyframe."""
    playback = state.playback
    if playback.playing:
        playback.pause()
        playback.set_speed(1.0)
    else:
        keyframe(state)


def speed(state: State, factor: float) -> None:
    playback = state.playback
    size = max(SLOWEST, min(FASTEST, abs(playback.speed) * factor))
    playback.set_speed(size if playback.speed > 0 else -size)


def range_is_clip(state: State) -> None:
    clip = state.document.clip_row
    if clip is not None:
        state.playback.set_range((clip.start, clip.stop))
