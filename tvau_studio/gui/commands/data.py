"""The data set as a whole."""

from __future__ import annotations

from tvau_studio.gui import dataset
from tvau_studio.gui.commands._command import Command, project

COMMANDS = (Command("datasetAction", "Browse the data set", "Data", dataset.show, ("Ctrl+Shift+D",), project),)
