"""Whole videos searched for events, and what becomes of these."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from tvau_studio.gui.commands._command import Command, project, shown

if TYPE_CHECKING:
    from tvau_studio.gui.docks._events_panel import EventsPanel
    from tvau_studio.gui.window import Window


def _panel(w: Window) -> EventsPanel:
    return cast("EventsPanel", w.show_panel("events"))


def _start(w: Window, every: bool) -> None:
    _panel(w)
    w.state.scan.start(every)


COMMANDS = (
    Command(
        "scanVideoAction",
        "Scan this video for events",
        "Heatmap",
        lambda w: _start(w, False),
        (),
        lambda w: shown(w) and not w.state.scan.busy,
        line=True,
    ),
    Command(
        "scanProjectAction",
        "Scan all videos for events",
        "Heatmap",
        lambda w: _start(w, True),
        (),
        lambda w: project(w) and not w.state.scan.busy,
    ),
    Command(
        "stopScanAction", "Stop the scan", "Heatmap", lambda w: w.state.scan.stop(), (), lambda w: w.state.scan.busy
    ),
    Command("eventsAction", "Events", "Heatmap", lambda w: _panel(w).setFocus(), (), project),
    Command(
        "eventDraftsAction",
        "Make drafts from the events",
        "Heatmap",
        lambda w: _panel(w).make_drafts(),
        (),
        lambda w: bool(w.state.scan.events.found),
    ),
    Command("reportAction", "Report…", "File", lambda w: _panel(w).report(), (), project),
)
