"""Splits of the data set, and named states of its labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tvau_studio.gui.commands._command import Command, project

if TYPE_CHECKING:
    from tvau_studio.gui.window import Window


def _split(window: Window) -> None:
    from tvau_studio.gui.dialogs import splitting

    splitting.split(window)


def _snapshots(window: Window) -> None:
    from tvau_studio.gui.dialogs import snapshots

    snapshots.snapshots(window)


COMMANDS = (
    Command("splitVideosAction", "Split into train, val and test…", "Data", _split, (), project, line=True),
    Command("snapshotsAction", "Snapshots and releases…", "Data", _snapshots, (), project),
)
