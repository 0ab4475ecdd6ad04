"""Going to a place anywhere in the project: a video, one of its clips, a frame, an object."""

from __future__ import annotations

from tvau_studio.gui.state import State


def show_place(
    state: State, video: str, frame: int | None = None, object: str | None = None, clip: str = "", segment: str = ""
) -> None:
    """Show it; the object is selected once its rows are there. See `Workspace.show_place`."""

    def select() -> None:
        if object and state.document.document.get("object", object) is not None:
            known = segment and state.document.document.get("segment", segment) is not None
            state.selection.select(object, segment if known else None)

    row = state.document.video_row
    if row is not None and row.key == video and clip in ("", state.workspace.clip):
        state.workspace.show_place(video, frame, clip)
        select()
        return

    def opened() -> None:
        state.workspace.opened.disconnect(opened)
        select()

    state.workspace.opened.connect(opened)
    state.workspace.show_place(video, frame, clip)
