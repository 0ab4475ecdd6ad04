"""The heat over the picture."""

from __future__ import annotations

from tvau_studio.gui.commands._command import Command, shown

COMMANDS = (
    Command(
        "heatAction",
        "Heatmap",
        "Heatmap",
        lambda w: w.state.heat.set_enabled(not w.state.heat.enabled),
        ("A",),
        None,
        lambda w: w.state.heat.enabled,
    ),
    Command("nextPeakAction", "Next peak", "Heatmap", lambda w: w.player.next_peak(1), ("P",), shown),
    Command("lastPeakAction", "Previous peak", "Heatmap", lambda w: w.player.next_peak(-1), ("Shift+P",), shown),
    Command(
        "stopHeatAction",
        "Stop computing",
        "Heatmap",
        lambda w: w.state.heat.stop(),
        (),
        lambda w: w.state.heat.busy,
        line=True,
    ),
    Command(
        "resumeHeatAction",
        "Go on computing",
        "Heatmap",
        lambda w: w.state.heat.resume(),
        (),
        lambda w: shown(w) and not w.state.heat.busy,
    ),
)
