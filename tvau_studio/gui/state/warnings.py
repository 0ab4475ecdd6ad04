"""What looks wrong in the labels of the open video, kept up to date while one works.

After an edit only what it touched is looked at again, a few milliseconds at a time, so that neither playing nor
drawing waits.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from tvau_studio.domain.checks import Finding, check_clip, check_object, check_twins
from tvau_studio.domain.labels import Clip, Object, Segment

if TYPE_CHECKING:
    from tvau_studio.domain.edits import Edit
    from tvau_studio.gui.state.clip_document import ClipDocument
    from tvau_studio.services.settings import Settings

_SOON = 250
"""Milliseconds after the last edit until it is looked at."""
_SLICE = 0.005
"""Seconds that are worked at a time."""
_MOST_TWINS = 400
"""Objects beyond which nobody looks for twins while one works: each would be held against each."""

_Part = tuple[str, str]
"""("clip" or "object", its key), or ("twins", "")."""


class Warnings(QObject):
    """findings: of the open video, by frame. settled: nothing is left to look at. shown: the one that was gone to last.
    forgiven: the key of the clip that may be submitted all the same, "" = none.
    """

    changed = Signal()
    """`findings` changed."""
    moved = Signal()
    """`shown` changed."""

    def __init__(self, document: ClipDocument, settings: Settings) -> None:
        super().__init__()
        self._document = document
        self._settings = settings
        self._found: dict[_Part, list[Finding]] = {}
        self._due: dict[_Part, None] = {}
        self._video = ""
        self.findings: list[Finding] = []
        self.shown: Finding | None = None
        self.forgiven = ""
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON)
        self._work = QTimer(self)
        self._work.setInterval(0)
        self._soon.timeout.connect(self._work.start)
        self._work.timeout.connect(self._look)
        document.loaded.connect(self._loaded)
        document.changed.connect(self._edited)
        settings.listen(lambda key: key == "text_language" and self._begin())

    @property
    def settled(self) -> bool:
        return not self._due

    def of_clip(self, clip: Clip) -> list[Finding]:
        """The faults that are seen in one clip, looked for now."""
        document, language = self._document.document, self._language
        found = list(check_clip(document, clip, language))
        for thing in document.objects_in(clip):
            found += [f for f in check_object(document, thing, language, [clip]) if f.frame is None or f.clip]
        return sorted(found, key=_by_frame)

    @property
    def _language(self) -> str:
        return str(self._settings["text_language"])

    def show(self, finding: Finding) -> None:
        """This one is looked at."""
        self.shown = finding
        self.moved.emit()

    # -- what is due

    def _loaded(self) -> None:
        """Another video, or its rows anew; another clip of the same video changes nothing."""
        video = self._document.video_row
        key = video.key if video is not None else ""
        self.forgiven = ""
        if key != self._video or not self._same_rows():
            self._begin()

    def _same_rows(self) -> bool:
        rows = {("object", o.key) for o in self._document.document.objects(self._video)} if self._video else set()
        return rows == {part for part in {**self._found, **self._due} if part[0] == "object"}

    def _begin(self) -> None:
        video, document = self._document.video_row, self._document.document
        self._video = video.key if video is not None else ""
        self._found.clear()
        self._due.clear()
        if video is not None:
            self._due.update({("clip", clip.key): None for clip in document.clips(video.key)})
            self._due.update({("object", thing.key): None for thing in document.objects(video.key)})
            self._due["twins", ""] = None
        self._gather()
        self._soon.start()

    def _edited(self, edit: Edit) -> None:
        for change in edit.changes:
            if change.table == "video":
                self._begin()
                return
            for part in self._touched(change.table, change.key, change.before or {}, change.after or {}):
                self._due.pop(part, None)
                self._due[part] = None
        if self._due:
            self._soon.start()
            self._work.stop()

    def _touched(self, table: str, key: str, before: object, after: object) -> list[_Part]:
        document = self._document.document
        if table in ("keyframe", "override"):
            return [("object", key.rpartition("@")[0] if table == "keyframe" else key.partition("@")[0]), ("twins", "")]
        if table == "object":
            return [("object", key), ("twins", ""), *self._clips()]
        if table == "segment":
            row = document.get("segment", key)
            fields = {**(before if isinstance(before, dict) else {}), **(after if isinstance(after, dict) else {})}
            owner = row.object if isinstance(row, Segment) else str(fields.get("object", ""))
            return [("object", owner), *self._clips()]
        if table == "clip":
            return [("clip", key)]
        if table in ("description", "dialogue"):
            return self._clips()
        return []

    def _clips(self) -> list[_Part]:
        return [("clip", clip.key) for clip in self._document.document.clips(self._video)]

    # -- looking

    def _look(self) -> None:
        end = time.monotonic() + _SLICE
        while self._due and time.monotonic() < end:
            part = next(iter(self._due))
            del self._due[part]
            found = self._check(*part)
            if found is None:
                self._found.pop(part, None)
            else:
                self._found[part] = found
        if not self._due:
            self._work.stop()
            self._gather()

    def _check(self, kind: str, key: str) -> list[Finding] | None:
        document, language = self._document.document, self._language
        if kind == "twins":
            things = [o for o in document.objects(self._video) if o.verdict != "rejected"]
            return list(check_twins(document, self._video)) if len(things) <= _MOST_TWINS else []
        row = document.get(kind, key)
        if isinstance(row, Clip):
            return list(check_clip(document, row, language))
        if isinstance(row, Object):
            return list(check_object(document, row, language)) if row.verdict != "rejected" else []
        return None

    def _gather(self) -> None:
        findings = sorted((f for found in self._found.values() for f in found), key=_by_frame)
        if findings != self.findings:
            self.findings = findings
            self.changed.emit()


def _by_frame(finding: Finding) -> tuple[int, str, str]:
    return (finding.frame if finding.frame is not None else -1, finding.object, finding.kind)
