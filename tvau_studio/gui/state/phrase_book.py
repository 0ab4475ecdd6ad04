"""What was written in the project before, for the fields to offer: read once per project, and kept up with edits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from tvau_studio.domain.labels import LANGUAGES
from tvau_studio.domain.phrases import Book, Phrase, templates

if TYPE_CHECKING:
    from tvau_studio.domain.edits import Edit
    from tvau_studio.gui.state.clip_document import ClipDocument
    from tvau_studio.gui.state.workspace import Workspace
    from tvau_studio.services.studio import Studio

FIELDS = ("appearance", "motion", "environment", "trajectory")
_TABLES = {"object": "appearance", "segment": "motion", "video": "environment", "clip": "environment"}


class PhraseBook(QObject):
    """Texts that are being typed are not in it: only those that another row holds already."""

    def __init__(self, studio: Studio, document: ClipDocument, workspace: Workspace) -> None:
        super().__init__()
        self._studio = studio
        self._document = document
        self._books: dict[tuple[str, str], Book] = {}
        self._typed: tuple[str, str, str, str] | None = None
        workspace.projectChanged.connect(self._read)
        document.changed.connect(self._edited)

    def _read(self) -> None:
        """Everything that was written, behind what is more urgent."""
        project = self._studio.project
        self._books = {}
        self._typed = None
        if project is None:
            return

        def read() -> dict[tuple[str, str], list[Phrase]]:
            return {(f, code): project.phrases(f, code) for f in FIELDS for code in LANGUAGES}

        def take(found: dict[tuple[str, str], list[Phrase]]) -> None:
            if project is self._studio.project:
                self._books = {where: Book(phrases) for where, phrases in found.items()}

        self._studio.jobs.submit("store", "Read the phrases", lambda _: read(), done=take, priority=-2)

    def _edited(self, edit: Edit) -> None:
        """A text is finished once something else is written: each stage of typing is an Edit too."""
        for change in edit.changes:
            field = _TABLES.get(change.table)
            for name in change.after or {} if field else ():
                for code in LANGUAGES:
                    if name == f"{field}_{code}":
                        self._writing(change.table, change.key, field or "", code)

    def _writing(self, table: str, key: str, field: str, language: str) -> None:
        now = (table, key, field, language)
        if self._typed is not None and self._typed != now:
            self._finish(*self._typed)
        self._typed = now

    def _finish(self, table: str, key: str, field: str, language: str) -> None:
        row = self._document.document.get(table, key)
        if row is not None:
            book = self._books.setdefault((field, language), Book())
            book.add(str(getattr(row, f"{field}_{language}", "")), self.event_of(table, key))

    def event_of(self, table: str, key: str) -> str | None:
        """The event that a text of this row is about."""
        document = self._document.document
        if table == "segment":
            return getattr(document.get("segment", key), "event", None)
        if table == "object":
            return next((s.event for s in document.segments(key) if s.event), None)
        return None

    # -- asked

    def complete(self, field: str, language: str, typed: str, event: str | None) -> str:
        """How the text goes on, "" = unknown."""
        book = self._books.get((field, language))
        return book.complete(typed, event) if book is not None else ""

    def offers(self, field: str, language: str, event: str | None) -> tuple[list[str], list[str]]:
        """(phrases with blanks, earlier texts), the likeliest first."""
        book = self._books.get((field, language))
        return templates(field, language, event), book.best(event) if book is not None else []
