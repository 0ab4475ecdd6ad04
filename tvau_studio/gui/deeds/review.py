"""Drafts, the state of a clip, comments, and the way through the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from tvau_studio.domain import actions
from tvau_studio.domain.queue import next_clip
from tvau_studio.gui.forms import counted
from tvau_studio.gui.showing import show_place
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from tvau_studio.domain.labels import Clip
    from tvau_studio.domain.labels import State as ReviewState
    from tvau_studio.domain.queue import Role
    from tvau_studio.gui.state import State
    from tvau_studio.gui.window import Window


# -- drafts


def decide(state: State, accept: bool) -> None:
    """Accept or reject the drafts among the selected objects, with none selected the clip's first draft; where it was
    one, the clip's next draft is selected."""
    if not state.selection.objects:
        show_draft(state)
    keys = [row.key for row in state.selection.rows if row.is_draft]
    if keys and state.document.attempt(actions.decide, keys, accept) and len(keys) == 1:
        show_draft(state)


def decide_on_many(window: Window) -> None:
    """Choose drafts by what they are, see which are meant, and decide on all of them at once."""
    from tvau_studio.gui.dialogs.deciding import DecideDialog

    DecideDialog(_parent(window), window.state).show()


def show_activity(window: Window) -> None:
    """Who did what, counted."""
    from tvau_studio.gui.dialogs.activity import ActivityDialog

    ActivityDialog(_parent(window), window.state).show()


def compare_versions(window: Window) -> None:
    """Hold the open clip against the same one in another person's project."""
    from tvau_studio.gui import files
    from tvau_studio.gui.dialogs.versions import VersionsDialog

    path = files.ask_project(window, tr("The other person's project"))
    if path is not None:
        VersionsDialog(_parent(window), window.state, path).show()


def show_draft(state: State) -> None:
    """Select the open clip's first draft on which nobody decided, and go to where it is first seen."""
    document, clip = state.document.document, state.document.clip_row
    drafts = [o for o in document.objects_in(clip) if o.is_draft] if clip is not None else []
    if clip is None or not drafts:
        return
    state.selection.select(drafts[0].key)
    seen = document.track(drafts[0].key).visible(clip.range)
    if seen and document.track(drafts[0].key).at(state.playback.frame) is None:
        state.playback.pause()
        state.playback.seek(max(seen[0].start, clip.start))


# -- the state of a clip


def set_state(window: Window, name: ReviewState) -> bool:
    """Give the open clip a state: an accepted one asks why, one with warnings is asked about before it is submitted."""
    state = window.state
    state.document.flush.emit()
    clip = state.document.clip_row
    if clip is None or clip.state == name:
        return False
    if clip.state == "accepted":
        reopen(window)
        return False
    if name == "returned":
        give_back(window)
        return False
    if name == "to review" and not _submits(window, clip):
        return False
    return state.document.attempt(actions.set_state, state.document.who, clip.key, name)


def _submits(window: Window, clip: Clip) -> bool:
    """Whether a clip is submitted: at once where nothing looks wrong, else when it is asked for again."""
    state = window.state
    found = state.warnings.of_clip(clip)
    if not found or state.warnings.forgiven == clip.key:
        state.warnings.forgiven = ""
        return True
    state.warnings.forgiven = clip.key
    window.show_panel("warnings")
    many = counted(len(found), tr("warning"), tr("warnings"))
    text = tr("This clip has {many}, listed at the right; F8 goes to the next. Submit it all the same?", many=many)

    def submit() -> None:
        current = state.document.clip_row
        if current is not None and current.key == clip.key:
            done(window)

    window.messages.tell("warn", text, step=(tr("Submit all the same"), submit))
    return False


def give_back(window: Window) -> None:
    """Return the open clip, with what has to be changed; then the next one."""
    from tvau_studio.gui.dialogs.verdicts import ReturnDialog

    if window.state.document.clip_row is not None:
        role = str(window.state.studio.settings["role"])
        then = (lambda: go_on(window.state)) if role == "reviewer" else (lambda: None)
        ReturnDialog(_parent(window), window.state, then).open()


def reopen(window: Window) -> None:
    """Unlock the accepted clip, which asks why."""
    from tvau_studio.gui.dialogs.verdicts import ReopenDialog

    clip = window.state.document.clip_row
    if clip is not None and clip.state == "accepted":
        ReopenDialog(_parent(window), window.state).open()


def _parent(window: Window) -> QWidget:
    assert isinstance(window, QWidget)
    return window


def done(window: Window) -> None:
    """What is to be done with the open clip is done: one that is labelled goes to review, one that is reviewed is
    accepted, by whoever does both or does that. Then the next of one's queue.
    """
    state = window.state
    clip, role = state.document.clip_row, _role(state)
    if clip is None:
        return
    if clip.state == "to review":
        if role == "annotator" or set_state(window, "accepted"):
            go_on(state)
    elif clip.state == "accepted" or role == "reviewer" or set_state(window, "to review"):
        go_on(state)


# -- the queue


def _role(state: State) -> Role:
    return state.studio.settings["role"]


def go_on(state: State) -> bool:
    """Open the next clip of one's queue, at its first draft; False, said, where the queue is empty."""
    clips, me = state.workspace.clips, state.document.who.name
    place = next_clip(clips.heads, clips.place(state.workspace.clip), _role(state), me)
    if place is None:
        state.document.told.emit(tr("Nothing is left in your queue."))
        return False

    def opened() -> None:
        state.workspace.opened.disconnect(opened)
        show_draft(state)

    state.workspace.opened.connect(opened)
    state.workspace.open_clip(clips.heads[place].key)
    return True


def claim(state: State) -> None:
    """Take the next clip of the queue for oneself and open it: nobody else is given it."""
    clips, me = state.workspace.clips, state.document.who.name
    place = next_clip(clips.heads, clips.place(state.workspace.clip), _role(state), me)
    if place is not None:
        clips.assign([clips.heads[place].key], me)
    go_on(state)


# -- comments and warnings


def next_comment(state: State) -> None:
    """Go to the next open comment of the video behind the one that was shown last, from the end back to the first."""
    open_ = [t.first for t in state.remarks.threads(whole_video=True) if not t.first.resolved]
    if not open_:
        return
    here = max(0, state.playback.frame)
    keys = [c.key for c in open_]
    if state.remarks.pointed in keys:
        found = open_[(keys.index(state.remarks.pointed) + 1) % len(open_)]
    else:
        found = next((c for c in open_ if c.frame is not None and c.frame >= here), open_[0])
    clip = state.document.document.clip(found.clip)
    show_place(state, clip.video, found.frame, found.object, found.clip)
    state.remarks.point_at(found.key)


def next_warning(state: State, d: int = 1) -> None:
    """Go to the next warning of the video behind the one that was shown last (before: d = -1)."""
    found, video = state.warnings.findings, state.document.video_row
    if not found or video is None:
        return
    at = state.warnings.shown
    place = (found.index(at) + d) % len(found) if at in found else 0 if d > 0 else len(found) - 1
    state.warnings.show(found[place])
    show_place(state, video.key, found[place].frame, found[place].object or None)
