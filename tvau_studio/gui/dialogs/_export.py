"""Labels out to a file: which clips, as what, with which media, where to."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QWidget

from tvau_studio.domain.checks import KINDS
from tvau_studio.domain.labels import SPLITS, STATES
from tvau_studio.gui.dialogs._base import ExchangeDialog, typed_path
from tvau_studio.gui.dialogs._exchange_words import clips, known_formats, listed, objects
from tvau_studio.gui.forms import counted
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from tvau_studio.gui.state import State
    from tvau_studio.services.exchange import ExportReport, FormatInfo
    from tvau_studio.services.jobs import Context

_ALL = "all"

_FAULTS = {
    "box-outside": "boxes outside of the picture",
    "zero-size": "boxes without an area",
    "jump": "jumps of boxes",
    "gap": "long stretches without a keyframe",
    "open-end": "paths without an end",
    "twins": "objects with the boxes of another",
    "no-boxes": "objects without a box",
    "segment-outside": "segments where the object is not seen",
    "clip-outside": "clips longer than their video",
    "empty-text": "empty texts",
    "placeholder": "texts with placeholders",
    "override": "from or to that contradicts the boxes",
    "yes-no": "clips whose Yes or No contradicts the segments",
    "dialogue": "dialogues that contradict the labels",
    "no-size": "objects whose pictures are of unknown size",
}
"""Kind of finding -> what it is called where it is counted."""
assert _FAULTS.keys() == KINDS.keys()


class ExportDialog(ExchangeDialog):
    """Its preview counts what will be written and left out, what the format cannot hold, and faults in the labels."""

    def __init__(self, parent: QWidget, state: State, tell: Callable[[str, str], None]) -> None:
        super().__init__(parent, state, "exportDialog", tr("Export labels"), tr("Export"))
        self._tell = tell
        self._infos = [f for f in known_formats() if f.writes]
        self.format = self.choice("exportFormat", tr("Format"), [(f.name, tr(f.title)) for f in self._infos])
        states = [(s, tr("only {state}", state=tr(s))) for s in reversed(STATES)]
        self.clips = self.choice("exportState", tr("Clips"), [*states, (_ALL, tr("all, with drafts"))])
        splits = [(_ALL, tr("all")), *((s, s) for s in SPLITS)]
        self.split = self.choice("exportSplit", tr("Split"), splits)
        self.language = self.choice(
            "exportLanguage", tr("Language of the plain texts"), [("en", "English"), ("zh", "中文")]
        )
        self.language.setCurrentIndex(max(0, self.language.findData(state.studio.settings["text_language"])))
        self.style = self._style()
        self.media = self._media()
        self.labels = self._labels()
        self.card = QCheckBox(tr("Write a data card (README.md) beside it"))
        self.card.setObjectName("exportCard")
        self.card.toggled.connect(lambda _: self.changed())
        self.path, line = self.path_field("exportPath", tr("File"), self._browse)
        self.format.setCurrentIndex(max(0, self.format.findData("jsonl")))
        self.form.addRow(tr("Format"), self.format)
        self.form.addRow(tr("Dialogues"), self.style)
        self.form.addRow(tr("Pictures"), self.media)
        self.form.addRow(tr("Labels"), self.labels)
        self.form.addRow(tr("Clips"), self.clips)
        self.form.addRow(tr("Split"), self.split)
        self.form.addRow(tr("Texts"), self.language)
        self.form.addRow(tr("File"), line)
        self.form.addRow("", self.card)
        self._suggest()
        self.format.currentIndexChanged.connect(lambda _: self._follow())
        self._follow()
        self._look()

    def _style(self) -> QComboBox:
        names = [
            ("trl", tr("TRL and chat templates, with all labels")),
            ("llamafactory", tr("LLaMA-Factory, dialogues alone")),
            ("swift", tr("ms-swift, dialogues alone")),
        ]
        return self.choice("exportStyle", tr("How dialogues are written"), names)

    def _media(self) -> QComboBox:
        names = [
            ("videos", tr("the videos, with a window in seconds")),
            ("clips", tr("a film (MP4) of each clip, cut out")),
            ("frames", tr("each picture (JPEG) of the clips")),
        ]
        return self.choice("exportMedia", tr("What dialogues show"), names)

    def _labels(self) -> QComboBox:
        project = self.state.studio.project
        names = [s.name for s in project.snapshots.all()] if project is not None else []
        items = [("", tr("as they are now")), *((n, tr("snapshot “{name}”", name=n)) for n in reversed(names))]
        return self.choice("exportSnapshot", tr("Which state of the labels"), items)

    def _info(self) -> FormatInfo:
        return self._infos[self.format.currentIndex()]

    def _suggest(self) -> None:
        project = self.state.studio.project
        if project is not None and self._infos:
            self.path.setText(str(project.folder / f"{project.name}{self._info().suffixes[0]}"))

    def _follow(self) -> None:
        """Fields and the file's name follow the format: the name as long as it has one of a format's suffixes."""
        dialogues = self._info().dialogues
        for field in (self.style, self.media):
            self.form.setRowVisible(field, dialogues)
        self.card.setVisible(dialogues)
        path, known = typed_path(self.path), {s for f in self._infos for s in f.suffixes}
        if path is not None and path.suffix in known:
            self.path.setText(str(path.with_suffix(self._info().suffixes[0])))

    def _browse(self) -> None:
        info = self._info()
        pattern = f"{info.title} ({' '.join(f'*{s}' for s in info.suffixes)})"
        name, _ = QFileDialog.getSaveFileName(
            self,
            tr("Export to"),
            self.path.text(),
            f"{pattern};;{tr('All files')} (*)",
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        if name:
            self.path.setText(name)

    def _wishes(self) -> dict[str, Any]:
        found = {
            "state": self.clips.currentData(),
            "language": self.language.currentData(),
            "split": self.split.currentData(),
            "snapshot": self.labels.currentData(),
        }
        if self._info().dialogues:
            found |= {"style": self.style.currentData(), "media": self.media.currentData()}
            found["card"] = self.card.isChecked()
        return found

    def inspect(self) -> Callable[[Context], object] | None:
        project, path = self.state.studio.project, typed_path(self.path)
        if project is None or path is None or not self._infos:
            return None
        name, wishes = self._info().name, self._wishes()

        def run(context: Context) -> tuple[ExportReport, bool]:
            from tvau_studio.services import exchange

            chosen = exchange.ExportWishes(**wishes)
            report = exchange.preview_export(project, name, path, chosen, cancel=context.check)
            return report, path.is_file()

        return run

    def show_preview(self, found: tuple[ExportReport, bool]) -> None:
        report, there = found
        notes = []
        if left := sum(report.left_out.values()):
            parts = ", ".join(f"{n} {tr(state)}" for state, n in report.left_out.items())
            notes.append(tr("{clips} left out: {parts}.", clips=clips(left), parts=parts))
        if report.drafts:
            drafts = counted(report.drafts, tr("draft"), tr("drafts"))
            notes.append(tr("{drafts} that nobody decided on left out.", drafts=drafts))
        notes += report.warnings
        if report.faults:
            parts = ", ".join(f"{n} {tr(_FAULTS[kind])}" for kind, n in report.faults.items())
            notes.append(tr("To be looked at first: {parts}.", parts=parts))
        if there:
            notes.append(tr("There is a file of that name: it will be replaced."))
        if report.clips:
            text = tr(
                "To be written: {clips} with {objects}.", clips=clips(report.clips), objects=objects(report.objects)
            )
            self.say(text, listed(notes))
        else:
            self.say(tr("No clip is “{state}”: choose other clips.", state=self.clips.currentData()), listed(notes))
        self.go.setEnabled(bool(report.clips))

    def work(self) -> Callable[[Context], object] | None:
        project, path, wishes = self.state.studio.project, typed_path(self.path), self._wishes()
        if project is None or path is None or not self._infos:
            return None
        name = self._info().name
        return lambda context: project.export(name, path, **wishes, progress=context.progress, cancel=context.check)

    def finished_with(self, result: ExportReport) -> None:
        where = result.files[0] if result.files else self.path.text()
        counts = {"clips": clips(result.clips), "objects": objects(result.objects)}
        said = tr("Exported {clips} with {objects} to {path}.", path=where, **counts)
        self._tell("ok", " ".join([said, *(f"{w[:1].upper()}{w[1:]}." for w in result.warnings)]))
