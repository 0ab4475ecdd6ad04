"""Labels out to a file, and in from one. Both say first what will happen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QCheckBox, QFileDialog, QWidget

from tvau_studio.domain.labels import STATES
from tvau_studio.gui.dialogs._base import ExchangeDialog, typed_path
from tvau_studio.gui.forms import counted

if TYPE_CHECKING:
    from tvau_studio.gui.messages import MessageBar
    from tvau_studio.gui.state import State
    from tvau_studio.services.exchange import ExportReport, FormatInfo, ImportReport
    from tvau_studio.services.jobs import Context

Tell = Callable[[str, str], None]
"""(kind, sentence): into the message bar."""


class Host(Protocol):
    """The window, as dialogs see it."""

    state: State
    messages: MessageBar


_MOST = 8
"""Sentences of a preview that are listed."""


def export(window: Host) -> None:
    """Open the dialog for exporting, or bring it to the front."""
    _show(window, "exportDialog", lambda: ExportDialog(window, window.state, window.messages.tell))


def import_(window: Host) -> None:
    """Open the dialog for importing, or bring it to the front."""
    _show(window, "importDialog", lambda: ImportDialog(window, window.state, window.messages.tell))


def _show(window: Host, name: str, make: Callable[[], ExchangeDialog]) -> None:
    dialog = window.findChild(ExchangeDialog, name) or make()
    dialog.show()
    dialog.raise_()
    dialog.activateWindow()


def _formats() -> list[FormatInfo]:
    from tvau_studio.services.exchange import known_formats

    return known_formats()


def _clips(n: int) -> str:
    return counted(n, _tr("clip"), _tr("clips"))


def _objects(n: int) -> str:
    return counted(n, _tr("object"), _tr("objects"))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Exchange", text)


def _list(sentences: list[str]) -> str:
    lines = [f"• {s[:1].upper()}{s[1:]}" for s in sentences[:_MOST]]
    if len(sentences) > _MOST:
        lines.append(f"• … {len(sentences) - _MOST}")
    return "\n".join(lines)


class ExportDialog(ExchangeDialog):
    """Which format, which clips, which language, where to."""

    def __init__(self, parent: QWidget, state: State, tell: Tell) -> None:
        super().__init__(parent, state, "exportDialog", "", "")
        self.setWindowTitle(self.tr("Export labels"))
        self.setAccessibleName(self.windowTitle())
        self.go.setText(self.tr("Export"))
        self._tell = tell
        self._infos = [f for f in _formats() if f.writes]
        self.format = self.choice("exportFormat", self.tr("Format"), [(f.name, f.title) for f in self._infos])
        states = [(s, self.tr("only {state}").format(state=s)) for s in reversed(STATES)]
        self.clips = self.choice("exportState", self.tr("Clips"), [*states, ("all", self.tr("all, with drafts"))])
        self.language = self.choice(
            "exportLanguage", self.tr("Language of the plain texts"), [("en", "English"), ("zh", "中文")]
        )
        self.language.setCurrentIndex(max(0, self.language.findData(state.studio.settings["text_language"])))
        self.path, line = self.path_field("exportPath", self.tr("File"), self._browse)
        self.format.setCurrentIndex(max(0, self.format.findData("jsonl")))
        self.form.addRow(self.tr("Format"), self.format)
        self.form.addRow(self.tr("Clips"), self.clips)
        self.form.addRow(self.tr("Texts"), self.language)
        self.form.addRow(self.tr("File"), line)
        self._suggest()
        self.format.currentIndexChanged.connect(lambda _: self._suffix())
        self._look()

    def _info(self) -> FormatInfo:
        return self._infos[self.format.currentIndex()]

    def _suggest(self) -> None:
        project = self.state.studio.project
        if project is not None and self._infos:
            self.path.setText(str(project.folder / f"{project.name}{self._info().suffixes[0]}"))

    def _suffix(self) -> None:
        """The file's name follows the format, as long as it has one of a format's suffixes."""
        path, known = typed_path(self.path), {s for f in self._infos for s in f.suffixes}
        if path is not None and path.suffix in known:
            self.path.setText(str(path.with_suffix(self._info().suffixes[0])))

    def _browse(self) -> None:
        info = self._info()
        pattern = f"{info.title} ({' '.join(f'*{s}' for s in info.suffixes)})"
        name, _ = QFileDialog.getSaveFileName(
            self,
            self.tr("Export to"),
            self.path.text(),
            f"{pattern};;{self.tr('All files')} (*)",
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        if name:
            self.path.setText(name)

    def _wishes(self) -> dict[str, str]:
        return {"state": self.clips.currentData(), "language": self.language.currentData()}

    def inspect(self) -> Callable[[Context], object] | None:
        project, wishes = self.state.studio.project, self._wishes()
        if project is None or not self._infos or typed_path(self.path) is None:
            return None
        name, path = self._info().name, typed_path(self.path)

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
            parts = ", ".join(f"{n} {state}" for state, n in report.left_out.items())
            notes.append(self.tr("{clips} left out: {parts}.").format(clips=_clips(left), parts=parts))
        if report.drafts:
            drafts = counted(report.drafts, self.tr("draft"), self.tr("drafts"))
            notes.append(self.tr("{drafts} that nobody decided on left out.").format(drafts=drafts))
        notes += report.warnings
        if there:
            notes.append(self.tr("There is a file of that name: it will be replaced."))
        if report.clips:
            text = self.tr("To be written: {clips} with {objects}.")
            self.say(text.format(clips=_clips(report.clips), objects=_objects(report.objects)), _list(notes))
        else:
            self.say(
                self.tr("No clip is “{state}”: choose other clips.").format(state=self.clips.currentData()),
                _list(notes),
            )
        self.go.setEnabled(bool(report.clips))

    def work(self) -> Callable[[Context], object] | None:
        project, path, wishes = self.state.studio.project, typed_path(self.path), self._wishes()
        if project is None or path is None or not self._infos:
            return None
        name = self._info().name
        return lambda context: project.export(name, path, **wishes, progress=context.progress, cancel=context.check)

    def finished_with(self, result: ExportReport) -> None:
        where = result.files[0] if len(result.files) == 1 else self.path.text()
        text = self.tr("Exported {clips} with {objects} to {path}.")
        words = text.format(clips=_clips(result.clips), objects=_objects(result.objects), path=where)
        self._tell("ok", " ".join([words, *(f"{w[:1].upper()}{w[1:]}." for w in result.warnings)]))


class ImportDialog(ExchangeDialog):
    """Which file, in which format, what its labels belong to, and what to do about what is there already."""

    def __init__(self, parent: QWidget, state: State, tell: Tell) -> None:
        super().__init__(parent, state, "importDialog", "", "")
        self.setWindowTitle(self.tr("Import labels"))
        self.setAccessibleName(self.windowTitle())
        self.go.setText(self.tr("Import"))
        self._tell = tell
        self._infos = [f for f in _formats() if f.reads]
        self._chosen = False  # whether the person, not the suffix, chose the format
        self.path, line = self.path_field("importPath", self.tr("File"), self._browse)
        self.format = self.choice("importFormat", self.tr("Format"), [(f.name, f.title) for f in self._infos])
        self.format.activated.connect(lambda _: setattr(self, "_chosen", True))
        videos = set(state.workspace.clips.paths.values())
        self.video = self.choice(
            "importVideo",
            self.tr("Video"),
            [(None, self.tr("as the file says")), *((v, Path(v).name) for v in sorted(videos))],
        )
        self.clips = self.choice(
            "importState",
            self.tr("State of the clips"),
            [(None, self.tr("as the file says")), *((s, s) for s in STATES)],
        )
        self.replace = QCheckBox(self.tr("Replace clips and objects that are there already"))
        self.replace.setObjectName("importReplace")
        self.replace.toggled.connect(lambda _: self.changed())
        self.format.setCurrentIndex(max(0, self.format.findData("jsonl")))
        self.form.addRow(self.tr("File"), line)
        self.form.addRow(self.tr("Format"), self.format)
        self.form.addRow(self.tr("Video"), self.video)
        self.form.addRow(self.tr("State"), self.clips)
        self.form.addRow("", self.replace)
        self.path.setPlaceholderText(self.tr("the file that holds the labels"))
        self.path.textChanged.connect(lambda _: self._guess())
        self._look()

    def _browse(self) -> None:
        known = " ".join(f"*{s}" for f in self._infos for s in f.suffixes)
        pattern = f"{self.tr('Labels')} ({known});;{self.tr('All files')} (*)"
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Import from"), self.path.text(), pattern)
        if name:
            self.path.setText(name)

    def _guess(self) -> None:
        """The format by the file's suffix, until a person chooses one."""
        path = typed_path(self.path)
        if path is None or self._chosen:
            return
        at = next((i for i, f in enumerate(self._infos) if path.suffix.lower() in f.suffixes), None)
        if at is not None:
            self.format.setCurrentIndex(at)

    def _wishes(self) -> dict[str, object]:
        return {
            "video": self.video.currentData(),
            "state": self.clips.currentData(),
            "replace": self.replace.isChecked(),
        }

    def inspect(self) -> Callable[[Context], object] | None:
        project, path, wishes = self.state.studio.project, typed_path(self.path), self._wishes()
        if project is None or path is None or not self._infos:
            return None
        name = self._infos[self.format.currentIndex()].name

        def run(context: Context) -> ImportReport:
            from tvau_studio.services import exchange

            chosen = exchange.ImportWishes(**wishes)
            return exchange.preview_import(project, name, path, chosen, cancel=context.check)

        return run

    def show_preview(self, found: ImportReport) -> None:
        notes = list(found.warnings)
        if found.replaced:
            rows = counted(found.replaced, self.tr("clip or object"), self.tr("clips and objects"))
            notes.insert(0, self.tr("{rows} that are there already give way.").format(rows=rows))
        if found.missing:
            names = ", ".join(Path(p).name for p in found.missing[:4]) + (" …" if len(found.missing) > 4 else "")
            videos = counted(len(found.missing), self.tr("video"), self.tr("videos"))
            text = self.tr("{videos} not in the project yet, to be entered as missing: {names}.")
            notes.insert(0, text.format(videos=videos, names=names))
        parts = (
            counted(found.videos, self.tr("video"), self.tr("videos")),
            _clips(found.clips),
            _objects(found.objects),
            counted(found.boxes, self.tr("keyframe"), self.tr("keyframes")),
        )
        words = self.tr("To be taken in: {parts}.").format(parts=", ".join(parts))
        self.say(words, _list(notes))

    def work(self) -> Callable[[Context], object] | None:
        project, path, wishes = self.state.studio.project, typed_path(self.path), self._wishes()
        if project is None or path is None or not self._infos:
            return None
        name = self._infos[self.format.currentIndex()].name
        return lambda context: project.import_(name, path, **wishes, cancel=context.check)

    def finished_with(self, result: ImportReport) -> None:
        self.state.workspace.refresh()
        text = self.tr("Imported {clips} with {objects} from {name}.")
        words = text.format(clips=_clips(result.clips), objects=_objects(result.objects), name=result.file.name)
        self._tell("ok", words)
