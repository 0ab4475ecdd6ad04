"""What is open, shown, selected, hot and said: one QObject each. Widgets read these and call their methods.

`State` holds them all; a widget takes it (or the few that it needs) in its constructor.

- `playback`: the video, the picture that is shown, the clock, the range.
- `file`: what becomes of the open video's file meanwhile.
- `document`: the rows of the open video, the open clip, edits with undo and redo.
- `selection`: the objects and the segment that are selected, everywhere.
- `sight`: which objects are shown and can be touched, in what colour.
- `marking`: the segment that is being marked while playing.
- `tracker`: the box that is being followed.
- `phrases`: what was written before.
- `drafter`: texts that the model drafts.
- `heat`: the heat maps and how they are drawn.
- `compare`: what the heat is of, and what it is compared with.
- `look`: how the picture is looked at: tones, boxes, grid.
- `conversation`: questions and answers about a range.
- `workspace`: the project, its clips, the model.
- `models`: choosing, loading and freeing it.
- `scan`: whole videos searched for events, and what was found.
- `remarks`: what reviewers say of the open video.
- `warnings`: what looks wrong in the labels of the open video.
- `typed`, `drafts`: what is typed and not handed in yet, on disk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tvau_studio.gui.bridge import Bridge
    from tvau_studio.gui.theme import Theme
    from tvau_studio.services.studio import Studio


class State:
    """The states of one window, joined to each other. bridge: the way back to the thread of the window. theme: the
    colours, for what paints by itself."""

    def __init__(self, studio: Studio, bridge: Bridge, theme: Theme) -> None:
        from tvau_studio.gui.state.clip_document import ClipDocument
        from tvau_studio.gui.state.compare import Compare
        from tvau_studio.gui.state.conversation import Conversation
        from tvau_studio.gui.state.drafter import Drafter
        from tvau_studio.gui.state.file_watch import FileWatch
        from tvau_studio.gui.state.heat_view import HeatView
        from tvau_studio.gui.state.look import Look
        from tvau_studio.gui.state.marking import Marking
        from tvau_studio.gui.state.model_desk import ModelDesk
        from tvau_studio.gui.state.phrase_book import PhraseBook
        from tvau_studio.gui.state.playback import Playback
        from tvau_studio.gui.state.remarks import Remarks
        from tvau_studio.gui.state.scan import Scan
        from tvau_studio.gui.state.selection import Selection
        from tvau_studio.gui.state.sight import Sight
        from tvau_studio.gui.state.tracker import Tracker
        from tvau_studio.gui.state.typed import Typed
        from tvau_studio.gui.state.warnings import Warnings
        from tvau_studio.gui.state.workspace import Workspace
        from tvau_studio.services.drafts import Drafts

        self.studio = studio
        self.bridge = bridge
        self.theme = theme
        self.playback = Playback(bridge, studio.settings["frame_cache_mb"] << 20)
        studio.settings.listen(
            lambda key: self.playback.set_cache_bytes(studio.settings[key] << 20) if key == "frame_cache_mb" else None
        )
        self.file = FileWatch(bridge, self.playback)
        self.document = ClipDocument(studio)
        self.selection = Selection(self.document)
        self.sight = Sight(self.document, studio.settings)
        self.marking = Marking(self.playback, studio.settings)
        self.tracker = Tracker(studio, self.document, self.playback)
        self.workspace = Workspace(studio, self.document, self.playback)
        self.phrases = PhraseBook(studio, self.document, self.workspace)
        self.drafter = Drafter(studio, self.document, self.playback, self.workspace)
        self.drafts = Drafts()
        self.typed = Typed(self.document, self.workspace, self.drafts)
        self.remarks = Remarks(self.document, self.workspace, self.drafts)
        self.warnings = Warnings(self.document, studio.settings)
        self.look = Look()
        self.heat = HeatView(studio, self.workspace, self.playback, self.document)
        self.compare = Compare(studio, self.workspace, self.playback, self.heat)
        self.models = ModelDesk(studio, self.heat)
        self.conversation = Conversation(studio, self.workspace, self.document)
        self.scan = Scan(studio, self.workspace, self.document, self.heat)

    def close(self) -> None:
        """Stop the clock and the decoder, then every job; returns when all have stopped."""
        self.conversation.close()
        self.scan.close()
        self.document.close()
        self.file.close()
        self.playback.close()
        self.studio.close()
        self.bridge.close()
