"""What is being typed in the fields of labels, kept on disk with every key until it is in the project.

A program that is killed loses none of it: when the video is open again, what was typed is handed in, and where somebody
else changed the text meanwhile it waits in its field.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tvau_studio.domain import actions
from tvau_studio.domain.labels import text as text_of
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from collections.abc import Hashable

    from tvau_studio.gui.state.clip_document import ClipDocument
    from tvau_studio.gui.state.workspace import Workspace
    from tvau_studio.services.drafts import Draft, Drafts

_MARK = "|text|"


class Typed:
    """A target: (table, key, field, language), as the fields of labels know it; of a trajectory ("override", object,
    clip, language).
    """

    def __init__(self, document: ClipDocument, workspace: Workspace, drafts: Drafts) -> None:
        self._document = document
        self._workspace = workspace
        self._drafts = drafts
        document.loaded.connect(self._recover)
        document.undoChanged.connect(lambda: document.saved and drafts.settle())

    def _place(self, target: Hashable) -> str:
        parts = target if isinstance(target, tuple) else (target,)
        return f"{self._workspace.target}{_MARK}{'|'.join(map(str, parts))}"

    def get(self, target: Hashable) -> Draft | None:
        return self._drafts.get(self._place(target))

    def keep(self, target: Hashable, text: str, base: str) -> None:
        """text stands in the field, base in the project."""
        self._drafts.keep(self._place(target), text, base)

    def hand_in(self, target: Hashable) -> None:
        """It is an Edit now, on its way."""
        self._drafts.hand_in(self._place(target))

    def drop(self, target: Hashable) -> None:
        self._drafts.drop(self._place(target))

    def _recover(self) -> None:
        """Hand in what a killed window left behind about the open video."""
        if self._document.video_row is None:
            return
        back = 0
        for place, draft in self._drafts.of(f"{self._workspace.target}{_MARK}").items():
            target = tuple(place.partition(_MARK)[2].split("|"))
            if len(target) == 4 and self._now(*target) == draft.base and self._write(*target, draft.text):
                self._drafts.hand_in(place)
                back += 1
        if back:
            self._document.told.emit(tr("What was typed when the window ended without warning is back."))

    def _now(self, table: str, key: str, name: str, language: str) -> str | None:
        """The text as the project has it; None where what it belongs to is not here."""
        document = self._document.document
        if table == "override":
            if ("object", key) not in document or ("clip", name) not in document:
                return None
            row = document.override(key, name)
            return text_of(row, "trajectory", language) if row is not None else ""
        owner = document.get(table, key) if table in ("object", "segment", "clip", "video") else None
        return text_of(owner, name, language) if owner is not None else None

    def _write(self, table: str, key: str, name: str, language: str, text: str) -> bool:
        document = self._document
        if table == "override":
            return document.attempt(actions.set_override, document.who, key, name, **{f"trajectory_{language}": text})
        return document.attempt(actions.set_text, table, key, name, language, text)
