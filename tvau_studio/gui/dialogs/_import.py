"""Labels in from a file, or from the folder of a data set: what they belong to, and what becomes of foreign classes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QFormLayout, QLabel, QScrollArea, QWidget

from tvau_studio.domain.labels import STATES
from tvau_studio.gui.dialogs._base import ExchangeDialog, typed_path
from tvau_studio.gui.dialogs._exchange_words import clips, known_formats, listed, objects
from tvau_studio.gui.forms import counted, label
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from tvau_studio.gui.state import State
    from tvau_studio.services.exchange import FormatInfo, ImportReport
    from tvau_studio.services.jobs import Context

_ROWS = 4
"""Rows of the mapping that are shown without scrolling."""
_MOST = 200
"""Classes of a file that are offered; one with more is not of classes."""


class Mapping(QScrollArea):
    """The classes that a file names, with what becomes of each. changed() is called where a person chooses."""

    def __init__(self, changed: Callable[[], None]) -> None:
        super().__init__()
        self._changed = changed
        self._fields: dict[str, QComboBox] = {}
        self.setObjectName("importMapping")
        self.setAccessibleName(tr("Classes of the file"))
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.hide()

    def chosen(self) -> dict[str, str]:
        """Label -> event, for those that a person gave one."""
        return {name: field.currentData() for name, field in self._fields.items() if field.currentData()}

    def show_labels(self, found: dict[str, tuple[int, str]], events: list[str]) -> None:
        """found: label -> objects of it, and the event that they become by themselves, or ""."""
        names = list(found)[:_MOST]
        if names == list(self._fields):
            return
        kept, self._fields = self.chosen(), {}
        inside = QWidget()
        form = QFormLayout(inside)
        form.setContentsMargins(8, 6, 8, 6)
        form.setSpacing(6)
        for name in names:
            number, becomes = found[name]
            form.addRow(_named(name, number), self._field(name, becomes, kept.get(name), events))
        self.setWidget(inside)
        rows = min(len(names), _ROWS)
        self.setFixedHeight(16 + rows * (inside.sizeHint().height() - 12) // max(1, len(names)))
        self.setVisible(bool(names))

    def _field(self, name: str, becomes: str, kept: str | None, events: list[str]) -> QComboBox:
        field = QComboBox()
        field.setObjectName("importMap")
        field.setAccessibleName(tr("What becomes of {label}", label=name))
        own = tr("event: {event}", event=becomes) if becomes else tr("text: what the objects look like")
        field.addItem(own, None)
        for event in events:
            if event != becomes:
                field.addItem(tr("event: {event}", event=event), event)
        field.setCurrentIndex(max(0, field.findData(kept)))
        field.currentIndexChanged.connect(lambda _: self._changed())
        self._fields[name] = field
        return field


def _named(name: str, number: int) -> QLabel:
    made = label(f"{name[:60]} ({number:,})", "")
    made.setToolTip(name)
    return made


class ImportDialog(ExchangeDialog):
    """Its preview counts what comes in and gives way, and names what the file has that is not taken."""

    def __init__(self, parent: QWidget, state: State, tell: Callable[[str, str], None]) -> None:
        super().__init__(parent, state, "importDialog", tr("Import labels"), tr("Import"))
        self._tell = tell
        self._infos = [f for f in known_formats() if f.reads]
        self._chosen = False  # whether the person, not the file, chose the format
        self.path, line = self.path_field("importPath", tr("File or folder"), self._browse)
        self.format = self.choice("importFormat", tr("Format"), [(f.name, tr(f.title)) for f in self._infos])
        self.format.activated.connect(lambda _: setattr(self, "_chosen", True))
        videos = {c.path for c in state.workspace.clips}
        self.video = self.choice(
            "importVideo",
            tr("Video"),
            [(None, tr("as the file says")), *((v, Path(v).name) for v in sorted(videos))],
        )
        self.clips = self.choice(
            "importState",
            tr("State of the clips"),
            [(None, tr("as the file says")), *((s, tr(s)) for s in STATES)],
        )
        self.replace = QCheckBox(tr("Replace clips and objects that are there already"))
        self.replace.setObjectName("importReplace")
        self.replace.toggled.connect(lambda _: self.changed())
        self.mapping = Mapping(self.changed)
        self.format.setCurrentIndex(max(0, self.format.findData("jsonl")))
        self.form.addRow(tr("File"), line)
        self.form.addRow(tr("Format"), self.format)
        self.form.addRow(tr("Video"), self.video)
        self.form.addRow(tr("State"), self.clips)
        self.form.addRow(tr("Classes"), self.mapping)
        self.form.setRowVisible(self.mapping, False)
        self.form.addRow("", self.replace)
        self.path.setPlaceholderText(tr("the file that holds the labels, or the folder of a data set"))
        self.path.textChanged.connect(lambda _: self._guess())
        self.format.currentIndexChanged.connect(lambda _: self._follow())
        self._look()

    def _info(self) -> FormatInfo:
        return self._infos[self.format.currentIndex()]

    def _browse(self) -> None:
        if not self._info().suffixes:
            name = QFileDialog.getExistingDirectory(self, tr("Import from the folder"), self.path.text())
        else:
            known = " ".join(f"*{s}" for f in self._infos for s in f.suffixes)
            pattern = f"{tr('Labels')} ({known});;{tr('All files')} (*)"
            name, _ = QFileDialog.getOpenFileName(self, tr("Import from"), self.path.text(), pattern)
        if name:
            self.path.setText(name)

    def _guess(self) -> None:
        """The format by the file's suffix, or by what a folder holds, until a person chooses one."""
        path = typed_path(self.path)
        self._classes({}, [])
        if path is None or self._chosen:
            return
        if path.is_dir():
            from tvau_studio.services.exchange import folder_format

            at = self.format.findData(folder_format(path))
        else:
            at = next((i for i, f in enumerate(self._infos) if path.suffix.lower() in f.suffixes), -1)
        if at >= 0:
            self.format.setCurrentIndex(at)

    def _classes(self, found: dict[str, tuple[int, str]], events: list[str]) -> None:
        self.mapping.show_labels(found, events)
        self.form.setRowVisible(self.mapping, bool(found))

    def _follow(self) -> None:
        """A folder names its videos itself."""
        self.form.setRowVisible(self.video, bool(self._info().suffixes))

    def _wishes(self) -> dict[str, Any]:
        return {
            "video": self.video.currentData() if self._info().suffixes else None,
            "mapping": self.mapping.chosen(),
            "state": self.clips.currentData(),
            "replace": self.replace.isChecked(),
        }

    def inspect(self) -> Callable[[Context], object] | None:
        project, path, wishes = self.state.studio.project, typed_path(self.path), self._wishes()
        if project is None or path is None or not self._infos:
            return None
        info = self._info()

        def run(context: Context) -> tuple[ImportReport | int, list[str]]:
            from tvau_studio.services import exchange

            events = [e.key for e in project.event_classes]
            if not info.suffixes:
                return exchange.glance(info.name, path), events
            chosen = exchange.ImportWishes(**wishes)
            return exchange.preview_import(project, info.name, path, chosen, cancel=context.check), events

        return run

    def show_preview(self, found: tuple[ImportReport | int, list[str]]) -> None:
        report, events = found
        if isinstance(report, int):
            videos = counted(report, tr("video"), tr("videos"))
            text = tr("A folder of {videos}. Their masks are read when you import, which takes a while.", videos=videos)
            why = tr("If anything in it is wrong, that is said, and nothing is taken in.")
            self.say(text, listed([why]))
            return
        self._classes(report.labels, events)
        notes = list(report.warnings)
        if report.replaced:
            rows = counted(report.replaced, tr("clip or object"), tr("clips and objects"))
            notes.insert(0, tr("{rows} that are there already give way.", rows=rows))
        if report.missing:
            names = ", ".join(Path(p).name for p in report.missing[:4]) + (" …" if len(report.missing) > 4 else "")
            videos = counted(len(report.missing), tr("video"), tr("videos"))
            text = tr("{videos} not in the project yet, to be entered as missing: {names}.", videos=videos, names=names)
            notes.insert(0, text)
        parts = (
            counted(report.videos, tr("video"), tr("videos")),
            clips(report.clips),
            objects(report.objects),
            counted(report.boxes, tr("keyframe"), tr("keyframes")),
        )
        self.say(tr("To be taken in: {parts}.", parts=", ".join(parts)), listed(notes))

    def work(self) -> Callable[[Context], object] | None:
        project, path, wishes = self.state.studio.project, typed_path(self.path), self._wishes()
        if project is None or path is None or not self._infos:
            return None
        name = self._info().name
        return lambda context: project.import_(name, path, **wishes, progress=context.progress, cancel=context.check)

    def finished_with(self, result: ImportReport) -> None:
        self.state.workspace.refresh()
        counts = {"clips": clips(result.clips), "objects": objects(result.objects)}
        said = tr("Imported {clips} with {objects} from {name}.", name=result.file.name, **counts)
        if not self._info().suffixes:  # nobody saw a preview of what it says
            said = " ".join([said, *(f"{w[:1].upper()}{w[1:]}." for w in result.warnings[:3])])
        self._tell("ok", said)
