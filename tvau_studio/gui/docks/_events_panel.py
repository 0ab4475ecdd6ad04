"""The panel of the events: a scan started and stopped, the threshold moved, and what becomes of what was found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFileDialog, QProgressBar, QSizePolicy, QWidget

from tvau_studio.domain.errors import StudioError
from tvau_studio.gui.deeds import events as deeds
from tvau_studio.gui.docks._event_list import EventList
from tvau_studio.gui.docks._regions import QuietComboBox
from tvau_studio.gui.forms import button, column, counted, label, paragraph, row, tip
from tvau_studio.gui.theme import set_role
from tvau_studio.gui.theme.controls import FlatSlider
from tvau_studio.gui.words import said, tr

if TYPE_CHECKING:
    from tvau_studio.gui.state import State
    from tvau_studio.gui.state.events import Found
    from tvau_studio.services.proposing import ProposeReport


class EventsPanel(QWidget):
    """Follows `state.scan`."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self.setObjectName("eventsPanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._note = ""
        self._note_bad = False
        self._build()
        state.scan.changed.connect(self._show)
        state.scan.events.changed.connect(self._follow)
        for signal in (state.workspace.opened, state.workspace.projectChanged, state.workspace.modelChanged):
            signal.connect(self._show)
        self._list.selectionModel().selectionChanged.connect(lambda *_: self._show())
        self._show()

    def _build(self) -> None:
        scan = self._state.scan
        self._scope = QuietComboBox("eventsScope", tr("Which videos"))
        self._scope.addItem(tr("This video"), False)
        self._scope.addItem(tr("All videos"), True)
        self._scope.activated.connect(lambda n: scan.events.set_every(bool(self._scope.itemData(n))))
        self._start = button(tr("Scan"), self._toggle, "scanButton", "primary")
        self._asks = QCheckBox(tr("Ask about each"))
        self._asks.setObjectName("scanAsk")
        self._asks.setToolTip(tr("Have the model say of each event whether it is an anomaly"))
        self._asks.setChecked(scan.ask)
        self._asks.toggled.connect(scan.set_ask)
        self._threshold = FlatSlider(self._state.theme)
        self._threshold.setObjectName("eventsThreshold")
        self._threshold.setAccessibleName(tr("Threshold of the events"))
        self._threshold.setRange(1, 99)
        self._threshold.setValue(round(100 * scan.events.rule.threshold))
        self._threshold.valueChanged.connect(lambda v: scan.events.set_rule(threshold=v / 100))
        self._value = label("", "mono", "eventsThresholdValue")
        self._bar = QProgressBar()
        self._bar.setObjectName("scanProgress")
        self._bar.setAccessibleName(tr("Progress of the scan"))
        self._bar.setTextVisible(False)
        self._state_line = label("", "muted", "scanState")
        self._state_line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._list = EventList(self._state, self)
        self._list.wanted.connect(lambda found: deeds.show(self._state, found))
        self._empty = paragraph("muted", "eventsEmpty")
        self._said = paragraph("muted", "eventsNote")
        self._drafts = button(
            tr("Make drafts"),
            self.make_drafts,
            "eventsDrafts",
            "",
            tr("Draft objects of the selected events, else of all"),
        )
        self._report = button(
            tr("Report…"),
            self.report,
            "eventsReport",
            "",
            tr("The selected events, else all, with pictures, heat and answers"),
        )
        self._rest = button("", scan.ask_rest, "eventsAskRest")

        whole = column(self, 0)
        head = column(None, 8, (14, 10, 12, 8))
        head.addLayout(row(label(tr("EVENTS"), "title"), None, self._scope))
        head.addLayout(row(self._start, self._asks, None))
        head.addLayout(row(label(tr("Threshold")), self._threshold, self._value, spacing=8))
        whole.addLayout(head)
        whole.addWidget(self._bar)
        status = column(None, 0, (14, 4, 14, 6))
        status.addWidget(self._state_line)
        whole.addLayout(status)
        whole.addWidget(self._list, 1)
        empty = column(None, 0, (14, 12, 14, 8))
        empty.addWidget(self._empty)
        empty.addStretch(1)
        self._blank = QWidget()
        self._blank.setLayout(empty)
        whole.addWidget(self._blank, 1)
        foot = column(None, 6, (14, 8, 12, 10))
        foot.addWidget(self._said)
        foot.addLayout(row(self._drafts, self._report, self._rest, None))
        whole.addLayout(foot)

    # -- what is shown

    def _follow(self) -> None:
        kept = {found.key for found in self._list.chosen()}
        self._list.events.follow()
        if kept and not self._list.selectedIndexes():
            model = self._list.selectionModel()
            for key in kept:
                if (n := self._list.events.row_of(key)) >= 0:
                    model.select(self._list.events.index(n), model.SelectionFlag.Select)
        self._show()

    def _show(self) -> None:
        state, scan = self._state, self._state.scan
        events, busy = scan.events, scan.busy
        self._scope.setCurrentIndex(int(events.every))
        self._start.setText(tr("Stop") if busy else tr("Scan"))
        set_role(self._start, "" if busy else "primary")
        able = state.studio.project is not None and (events.every or state.document.video_row is not None)
        self._start.setEnabled(busy or (able and state.studio.models.has_heat))
        self._start.setToolTip("" if state.studio.models.has_heat else tr("This model makes no heatmaps."))
        at = round(100 * events.rule.threshold)
        if self._threshold.value() != at:
            self._threshold.setValue(at)
        self._value.setText(f"{events.rule.threshold:.2f}")
        done, total = scan.progress
        self._bar.setVisible(busy)
        self._bar.setRange(0, total)  # 0 to 0: it only says that it works
        self._bar.setValue(done)
        self._state_line.setText(self._status())
        self._state_line.setToolTip(tip(self._state_line.text()))
        some = bool(events.found)
        self._list.setVisible(some)
        self._blank.setVisible(not some)
        self._empty.setText("" if some else self._why_empty())
        self._said.setText(self._note or scan.error or " ".join(scan.refused[:2]))
        set_role(self._said, "bad" if self._note_bad or (scan.error and not self._note) else "muted")
        self._said.setVisible(bool(self._said.text()))
        self._drafts.setEnabled(some)
        self._report.setEnabled(state.studio.project is not None)
        left = len(scan.unasked)
        self._rest.setVisible(bool(left) and not busy)
        self._rest.setText(tr("Ask about {n}", n=left))

    def _status(self) -> str:
        scan, events = self._state.scan, self._state.scan.events
        done, total = scan.progress
        share = f" · {100 * done // total} %" if total else ""
        if scan.phase == "scanning":
            return (tr("Scanning {name}", name=scan.name) if scan.name else tr("Scanning…")) + share
        if scan.phase == "asking":
            return tr("Asking: {done} of {total}", done=done, total=total)
        known, pairs = events.known
        if not known:
            return ""
        part = "" if known >= pairs else " · " + tr("{share} % looked at", share=100 * known // max(1, pairs))
        return counted(len(events.found), tr("event"), tr("events")) + part

    def _why_empty(self) -> str:
        state, scan = self._state, self._state.scan
        if state.studio.project is None:
            return tr("No project is open.")
        if state.studio.models.state in ("none", "failed"):
            return state.studio.models.error
        if not state.studio.models.has_heat:
            return tr("This model makes no heatmaps.")
        if scan.busy:
            return tr("Nothing hot was found so far.")
        known, pairs = scan.events.known
        if known and known >= pairs:
            return tr(
                "Nothing is hotter than {threshold}. A lower threshold shows more.",
                threshold=f"{scan.events.rule.threshold:.2f}",
            )
        return tr(
            "A scan looks at every picture of a video, lists what is hot, the hottest first, and has the model describe"
            " it. It can be stopped and goes on where it was; everything else works meanwhile."
        )

    # -- what a person does

    def _toggle(self) -> None:
        self._tell("")
        if self._state.scan.busy:
            self._state.scan.stop()
        else:
            self._state.scan.start()

    def _meant(self) -> list[Found]:
        """The selected events; where at most one is, all."""
        chosen = self._list.chosen()
        return chosen if chosen else list(self._state.scan.events.found)

    def make_drafts(self) -> None:
        """Draft objects of the selected events, else of all that are listed."""

        def done(report: ProposeReport) -> None:
            self._drafts.setEnabled(True)
            self._tell(tr("{drafts} in {clips}; undo takes them back.",
                          drafts=counted(report.objects, tr("draft"), tr("drafts")),
                          clips=counted(report.clips, tr("clip"), tr("clips"))))  # fmt: skip

        self._tell(tr("Making drafts…"))
        self._drafts.setEnabled(False)
        deeds.make_drafts(self._state, self._meant(), done, self._failed)

    def report(self) -> None:
        """Ask for a file and write the report there."""
        project = self._state.studio.project
        if project is None:
            return
        start = str(project.folder / f"{project.name} report.html")
        kinds = ";;".join((tr("Web page (*.html)"), tr("PDF (*.pdf)"), tr("JSON (*.json)")))
        name, kind = QFileDialog.getSaveFileName(self.window(), tr("Write a report"), start, kinds)
        if name:
            suffix = next((s for s in (".html", ".pdf", ".json") if s in kind), ".html")
            self.write_report(Path(name) if Path(name).suffix else Path(name + suffix))

    def write_report(self, path: Path) -> None:
        """Write the report of the selected events, else of all, to a file."""
        self._tell(tr("Writing the report…"))
        deeds.write_report(
            self._state,
            self._meant(),
            path,
            lambda: self._tell(tr("The report is in {path}.", path=path)),
            self._failed,
        )

    def _failed(self, error: Exception) -> None:
        words = said(error) if isinstance(error, StudioError) else f"{type(error).__name__}: {error}"
        self._tell(words, bad=True)

    def _tell(self, text: str, *, bad: bool = False) -> None:
        self._note, self._note_bad = text, bad
        self._show()
