"""The menu and the tip of what lies under the pointer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from tvau_studio.domain import actions
from tvau_studio.domain.labels import Clip, Comment, Segment
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from tvau_studio.gui.timeline.face import Face
    from tvau_studio.gui.timeline.lanes import Lanes
    from tvau_studio.gui.timeline.layout import Hit


def menu_for(timeline: Face, parent: QWidget, hit: Hit, frame: int) -> QMenu:
    """parent: the widget that it belongs to. hit: what lies there. frame: the one under the pointer. It deletes itself
    when it closes.
    """
    state = timeline.state
    document, playback = state.document, state.playback
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def add(text: str, run: Callable[[], object], enabled: bool = True) -> None:
        action = menu.addAction(text)
        action.setEnabled(enabled)
        action.triggered.connect(lambda: run())

    if hit.what == "keyframe" and hit.object is not None and hit.frame is not None:
        key, at = hit.object, hit.frame
        add(timeline.tr("Go to keyframe {frame}").format(frame=at), lambda: playback.seek(at))
        add(timeline.tr("Delete keyframe"), lambda: document.attempt(actions.remove_keyframes, key, [at]))
        menu.addSeparator()
    segment = document.document.get("segment", hit.segment or "")
    if isinstance(segment, Segment):
        name = segment.key
        add(timeline.tr("Range from segment"), lambda: playback.set_range((segment.start, segment.stop)))
        add(
            timeline.tr("Begin segment here ({frame})").format(frame=frame),
            lambda: document.attempt(actions.set_segment, name, start=frame),
            frame < segment.stop,
        )
        add(
            timeline.tr("End segment here ({frame})").format(frame=frame),
            lambda: document.attempt(actions.set_segment, name, stop=frame + 1),
            frame >= segment.start,
        )
        add(timeline.tr("Delete segment"), lambda: document.attempt(actions.delete_segment, name))
        menu.addSeparator()
    if hit.object is not None:
        thing = hit.object
        if playback.range is not None:
            a, b = playback.range
            add(
                timeline.tr("New segment {a}:{b}").format(a=a, b=b),
                lambda: document.attempt(actions.add_segment, document.who, thing, a, b),
            )
        add(timeline.tr("Delete object"), lambda: document.attempt(actions.delete_object, thing))
        menu.addSeparator()
    if hit.what == "clip" and hit.clip is not None:
        clip = hit.clip
        add(timeline.tr("Open clip"), lambda: state.workspace.open_clip(clip))
        menu.addSeparator()
    add(timeline.tr("Begin range here ({frame})").format(frame=frame), lambda: playback.set_range_start(frame))
    add(timeline.tr("End range here ({frame})").format(frame=frame), lambda: playback.set_range_end(frame + 1))
    add(timeline.tr("Zoom to range"), timeline.fit_range, playback.range is not None)
    add(timeline.tr("Show whole video"), timeline.fit, not timeline.scale.is_fitted)
    return menu


def tip_for(timeline: Face, lanes: Lanes, hit: Hit) -> str:
    """What is said of what lies under the pointer, "" where nothing is."""
    state = timeline.state
    if hit.what in ("range-start", "range-end") and state.playback.range:
        a, b = state.playback.range
        return timeline.tr("Range {a}:{b}. Drag the edge; Alt does not snap.").format(a=a, b=b)
    if hit.what == "threshold":
        return timeline.tr("Threshold {threshold:.2f}. Drag it.").format(threshold=state.heat.threshold)
    clip = state.document.document.get("clip", hit.clip or "")
    if isinstance(clip, Clip) and hit.what != "clip":
        return timeline.tr("{name}, {a}:{b}. Drag the edge; Alt does not snap.").format(
            name=clip.id, a=clip.start, b=clip.stop
        )
    if isinstance(clip, Clip):
        return timeline.tr("{name}, {state}. Double-click opens it.").format(name=clip.id, state=tr(clip.state))
    remark = state.document.document.get("comment", hit.comment or "")
    if isinstance(remark, Comment):
        return f"{remark.author}: {remark.text or remark.reason}"
    if hit.object is None:
        return ""
    lane = lanes.of(hit.object)
    if hit.what == "keyframe":
        return timeline.tr("Keyframe at {frame}. Drag to move it.").format(frame=hit.frame)
    bar = next((b for b in lane.bars if b.key == hit.segment), None)
    if bar is not None:
        return f"{bar.start}:{bar.stop}  {bar.label}"
    if hit.what != "label":
        return ""
    thing = state.document.document.object(hit.object)
    if not thing.is_draft or thing.score is None:
        return lane.label
    by = timeline.tr("draft by {model}").format(model=thing.model)
    return f"{lane.label}\n{by} · {thing.score:.2f}"
