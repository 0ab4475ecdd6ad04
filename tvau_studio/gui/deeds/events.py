"""What becomes of events: a place to look at, draft objects, a report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tvau_studio.gui.showing import show_place

if TYPE_CHECKING:
    from tvau_studio.domain.frames import FrameRange
    from tvau_studio.gui.state import State
    from tvau_studio.gui.state.events import Found
    from tvau_studio.services.jobs import Context
    from tvau_studio.services.proposing import ProposeReport

Failed = Callable[[Exception], None]


def show(state: State, found: Found) -> None:
    """Go to its hottest picture; the range becomes its frames."""

    def set_range() -> None:
        state.playback.set_range(found.event.frames)

    row = state.document.video_row
    if row is not None and row.key == found.video:
        show_place(state, found.video, found.event.peak)
        set_range()
        return

    def opened() -> None:
        state.workspace.opened.disconnect(opened)
        set_range()

    state.workspace.opened.connect(opened)
    show_place(state, found.video, found.event.peak)


def make_drafts(state: State, found: Sequence[Found], done: Callable[[ProposeReport], None], failed: Failed) -> None:
    """Draft objects from the heat of these events' frames, as one step of undo."""
    project, models, threshold = state.studio.project, state.studio.models, state.scan.events.rule.threshold
    if project is None or not found:
        return
    ranges: dict[str, list[FrameRange]] = {}
    for one in found:
        ranges.setdefault(one.video, []).append(one.event.range)

    def run(context: Context) -> ProposeReport:
        from tvau_studio.services import proposing

        return proposing.propose_ranges(
            project,
            models.get(),
            ranges,
            threshold=threshold,
            progress=context.progress,
            cancel=lambda: context.cancelled,
        )

    def made(report: ProposeReport) -> None:
        state.workspace.refresh()
        done(report)

    state.studio.jobs.submit("model", "Make drafts", run, done=made, failed=failed)


def write_report(state: State, found: Sequence[Found], path: Path, done: Callable[[], None], failed: Failed) -> None:
    """A report of these events, or of the project's accepted clips where there are none; HTML, PDF or JSON as the name
    ends.
    """
    project, models, scan = state.studio.project, state.studio.models, state.scan
    if project is None:
        return
    events, rule, language = [f.event for f in found] or None, scan.events.rule, scan.events.language
    facts: dict[str, Any] = dict(models.facts)

    def run(context: Context) -> None:
        from tvau_studio.services import report_sight, reporting

        heat = report_sight.Heat(models.id, models.name, [project.cache]) if models.id else None
        source = str(rule) if events else ""
        wish = reporting.Wish(events, source, language, rule.threshold, model=facts)
        cancel = lambda: context.cancelled  # noqa: E731
        reporting.write(reporting.gather(project, heat, wish, progress=context.progress, cancel=cancel), path)

    state.studio.jobs.submit("media", "Write the report", run, done=lambda _: done(), failed=failed)
