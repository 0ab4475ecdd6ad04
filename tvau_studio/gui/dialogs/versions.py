"""Two people's versions of the open clip: object by object, with how far they agree, and the other's to be taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHeaderView, QPushButton, QTableWidget, QTableWidgetItem, QWidget

from tvau_studio.domain import actions
from tvau_studio.domain.document import Document
from tvau_studio.gui.forms import button, column, label, paragraph, row
from tvau_studio.gui.showing import show_place
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from pathlib import Path

    from tvau_studio.gui.state import State
    from tvau_studio.services.reviewing import Comparison, Pair

_HEAD = ("mine", "theirs", "track IoU", "time IoU", "event", "from", "to", "text")


class VersionsDialog(QDialog):
    """path: the other person's project. A line selects its object in the picture; what is taken is one step of undo,
    and everything is held against each other anew.
    """

    def __init__(self, parent: QWidget, state: State, path: Path) -> None:
        super().__init__(parent)
        self._state = state
        self._path = path
        self._found: Comparison | None = None
        self.setObjectName("versionsDialog")
        self.setWindowTitle(tr("Two versions of the clip"))
        self.setAccessibleName(self.windowTitle())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(760, 420)
        self._title = label("", "title", "versionsTitle")
        self._table = QTableWidget(0, len(_HEAD))
        self._table.setObjectName("versionsTable")
        self._table.setAccessibleName(tr("Objects of both versions"))
        self._table.setHorizontalHeaderLabels([tr(name) for name in _HEAD])
        self._table.verticalHeader().hide()
        self._table.setShowGrid(False)
        self._table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self._table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self._table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self._table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self._table.itemSelectionChanged.connect(self._go)
        self._said = paragraph("muted", "versionsSaid")
        self._take: QPushButton = button(tr("Take theirs"), self._adopt, "versionsTake", "primary")
        whole = column(self, 10, (16, 16, 16, 16))
        whole.addWidget(self._title)
        whole.addWidget(self._table, 1)
        whole.addWidget(self._said)
        whole.addLayout(row(None, button(tr("Close"), self.close, "versionsClose"), self._take, spacing=8))
        state.document.loaded.connect(self.close)
        self._compare()

    def _compare(self) -> None:
        from tvau_studio.services import reviewing

        document, clip, video = self._state.document, self._state.document.clip_row, self._state.document.video_row
        self._take.setEnabled(False)
        if clip is None or video is None:
            return
        self._said.setText(tr("Comparing…"))
        # The lane reads rows of its own: those of the window may change meanwhile.
        mine = Document(row for table in _TABLES for row in document.document.rows(table))
        language = str(self._state.studio.settings["text_language"])
        self._job = self._state.studio.jobs.submit(
            "lists",
            "Compare two versions",
            lambda _: reviewing.compare(self._path, mine, video, clip.range, language),
            done=self._show,
            failed=lambda error: self._said.setText(str(error)),
        )
        self.finished.connect(lambda _, job=self._job: job.cancel())

    def _show(self, found: Comparison) -> None:
        self._found = found
        here = self._state.document.document
        self._title.setText(tr("MINE AND {name}", name=found.name))
        self._table.blockSignals(True)
        self._table.setRowCount(len(found.pairs))
        for y, pair in enumerate(found.pairs):
            for x, text in enumerate(_line(here, found.other, pair)):
                self._table.setItem(y, x, QTableWidgetItem(text))
        self._table.clearSelection()
        self._table.blockSignals(False)
        figures = [f"{tr(name)} {value:.2f}" for name, value in found.overall.items() if value is not None]
        self._said.setText(" · ".join(figures) if figures else tr("Neither version has an object in this clip."))

    def _pair(self) -> Pair | None:
        places = self._table.selectionModel().selectedRows()
        return self._found.pairs[places[0].row()] if self._found is not None and places else None

    def _go(self) -> None:
        pair, video, found = self._pair(), self._state.document.video_row, self._found
        self._take.setEnabled(pair is not None and pair.theirs is not None)
        if pair is None or video is None or found is None:
            return
        source, key = (self._state.document.document, pair.mine) if pair.mine else (found.other, pair.theirs)
        track = source.track(key or "")
        if track.keyframes and track.at(self._state.playback.frame) is None:
            show_place(self._state, video.key, track.keyframes[0].frame)
        self._state.selection.select(pair.mine)

    def _adopt(self) -> None:
        pair, found, video = self._pair(), self._found, self._state.document.video_row
        if pair is None or pair.theirs is None or found is None or video is None:
            return
        document = self._state.document
        if document.attempt(actions.adopt_object, document.who, video.key, pair.mine, found.other, pair.theirs):
            self._compare()


_TABLES = ("video", "clip", "object", "keyframe", "segment", "override", "event_class")


def _line(mine: Document, other: Document, pair: Pair) -> list[str]:
    def named(document: Document, key: str | None) -> str:
        return "–" if key is None else f"{document.object(key).track} {document.object(key).appearance_en[:24]}".strip()

    def same(value: bool | None) -> str:
        return "–" if value is None else tr("same") if value else tr("differs")

    both = pair.mine is not None and pair.theirs is not None
    return [
        named(mine, pair.mine),
        named(other, pair.theirs),
        f"{pair.track_iou:.2f}" if both else "–",
        f"{pair.time_iou:.2f}" if both else "–",
        same(pair.event),
        same(pair.start),
        same(pair.end),
        "–" if pair.text is None else f"{pair.text:.0f}",
    ]
