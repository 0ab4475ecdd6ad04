"""Projects, videos, files in and out."""

from __future__ import annotations

from tvau_studio.gui import files
from tvau_studio.gui.commands._command import Command, clip, project
from tvau_studio.gui.window import Window


def in_file(w: Window) -> bool:
    """A project is open that is a file."""
    return w.state.studio.project is not None and w.state.studio.project.path is not None


COMMANDS = (
    Command("newProjectAction", "New project…", "File", files.new_project, ("Ctrl+N",)),
    Command("openProjectAction", "Open project…", "File", files.open_project, ("Ctrl+O",)),
    Command("saveAsAction", "Save as…", "File", files.save_as, (), in_file),
    Command("openDemoAction", "Open the demo", "File", files.open_demo),
    Command("addVideosAction", "Add videos…", "File", files.add_videos, ("Ctrl+Shift+O",)),
    Command("addFolderAction", "Add a folder of videos…", "File", files.add_folder),
    Command("relinkAction", "Link the video to its file…", "File", files.relink, enabled=clip),
    Command("importAction", "Import…", "File", lambda w: w.import_(), ("Ctrl+I",), project, line=True),
    Command("exportAction", "Export…", "File", lambda w: w.export(), ("Ctrl+E",), project),
    Command("quitAction", "Quit", "File", lambda w: w.close(), ("Ctrl+Q",), line=True),
)
