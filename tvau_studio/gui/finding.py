"""What the search field finds: commands, objects of the open video, clips of the project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from PySide6.QtGui import QAction, QKeySequence

from tvau_studio.gui.palette import Find
from tvau_studio.gui.state import State
from tvau_studio.gui.words import tr

_CLIPS = 50
"""Clips that are listed at most."""


def find(state: State, actions: Mapping[str, QAction], text: str) -> Iterator[Find]:
    """Everything that `text` might mean; the palette ranks it."""
    for name, action in actions.items():
        if action.isEnabled() and name != "paletteAction":
            key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            yield Find(action.text().rstrip("…"), tr("command"), action.trigger, key)
    document, video = state.document.document, state.document.video_row
    for thing in document.objects(video.key) if video else ():
        event = next((s.event for s in document.segments(thing.key) if s.event), None)
        words = " · ".join(filter(None, (str(thing.track), event, thing.appearance_en or thing.appearance_zh)))
        yield Find(words, tr("object"), lambda key=thing.key: show_object(state, key))
    words = text.lower().split()
    for clip in islice(state.workspace.clips.find(words), _CLIPS) if words else ():
        yield Find(clip.id, tr("clip"), lambda key=clip.key: state.workspace.open_clip(key))


def show_object(state: State, key: str) -> None:
    """Select an object; where it is not in the picture shown, go to its first keyframe."""
    state.selection.select(key)
    track = state.document.document.track(key)
    if track.keyframes and track.at(state.playback.frame) is None:
        state.playback.seek(track.keyframes[0].frame)
