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


def go_clip(state: State, at: int) -> None:
    """To the first picture of the open clip (at = 0) or its last (-1)."""
    clip = state.document.clip_row
    if clip is not None:
        _to_end_of(state, (clip.start, clip.stop), at)


def go_range(state: State, at: int) -> None:
    """To the first picture of the range (at = 0) or its last (-1)."""
    if state.playback.range is not None:
        _to_end_of(state, state.playback.range, at)


def go_life(state: State, at: int) -> None:
    """To the first picture in which the selected object is (at = 0) or the last (-1)."""
    if (life := _life(state)) is not None:
        _to_end_of(state, life, at)


def _to_end_of(state: State, frames: tuple[int, int], at: int) -> None:
    state.playback.pause()
    state.playback.seek(frames[0] if at == 0 else frames[1] - 1)


def _life(state: State) -> tuple[int, int] | None:
    """The frames from the selected object's first appearance to the end of its last."""
    key = state.selection.object
    keyframes = state.document.document.track(key).keyframes if key else ()
    seen = [k.frame for k in keyframes if not k.outside]
    if not seen:
        return None
    after = next((k.frame for k in keyframes if k.outside and k.frame > seen[-1]), state.playback.frames)
    return seen[0], max(seen[-1] + 1, after)


def range_is_life(state: State) -> None:
    if (life := _life(state)) is not None:
        state.playback.set_range(life)


def range_is_clip(state: State) -> None:
    clip = state.document.clip_row
    if clip is not None:
        state.playback.set_range((clip.start, clip.stop))
