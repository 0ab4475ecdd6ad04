"""The heat over the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tvau_studio.gui.commands._command import Command, project, shown

if TYPE_CHECKING:
    from tvau_studio.gui.window import Window


def _prompts(w: Window) -> None:
    from tvau_studio.gui.dialogs import prompt_sets

    prompt_sets.show(w)


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
        "compareAction",
        "What the heat is of, and two compared",
        "Heatmap",
        lambda w: w.player.toggle("compare"),
        ("Shift+A",),
        shown,
        lambda w: w.player.open_card == "compare",
    ),
    Command("promptsAction", "Prompts…", "Heatmap", _prompts, (), project),
    Command(
        "exchangeHeatAction",
        "Exchange the two heats",
        "Heatmap",
        lambda w: w.state.compare.exchange(),
        ("Alt+X",),
        lambda w: shown(w) and w.state.compare.sources[0] != w.state.compare.sources[1],
    ),
    Command(
        "peaksAction",
        "Peaks, the hottest first",
        "Heatmap",
        lambda w: w.player.toggle("peaks"),
        ("Ctrl+P",),
        shown,
        lambda w: w.player.open_card == "peaks",
    ),
    Command(
        "peakRangeAction",
        "Range is the peak",
        "Heatmap",
        lambda w: w.player.range_from_peak(),
        ("Ctrl+Shift+P",),
        shown,
    ),
    Command(
        "heatDrawingAction",
        "How it is drawn",
        "Heatmap",
        lambda w: w.player.toggle("heat"),
        (),
        shown,
        lambda w: w.player.open_card == "heat",
    ),
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
