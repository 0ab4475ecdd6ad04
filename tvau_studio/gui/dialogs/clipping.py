"""Laying clips: on this video or on all, by windows, around objects or around peaks. It says first what would come and
go."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QCheckBox, QSpinBox, QWidget

from tvau_studio.gui.dialogs import to_front
from tvau_studio.gui.dialogs._base import ExchangeDialog
from tvau_studio.gui.forms import counted, label, row
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from tvau_studio.gui.state import State
    from tvau_studio.gui.window import Window
    from tvau_studio.services.clipping import Laid
    from tvau_studio.services.jobs import Context


def show(window: Window) -> None:
    """Open the dialog, or bring it to the front."""
    to_front(window, ClippingDialog, lambda above: ClippingDialog(above, window.state))


class ClippingDialog(ExchangeDialog):
    def __init__(self, parent: QWidget, state: State) -> None:
        super().__init__(parent, state, "clippingDialog", tr("Lay clips"), tr("Lay clips"))
        here = state.document.video_row
        places = [*([("here", here.stem)] if here is not None else []), ("all", tr("all videos of the project"))]
        self.where = self.choice("clippingWhere", tr("Videos"), places)
        self.kind = self.choice(
            "clippingKind",
            tr("Rule"),
            [
                ("windows", tr("windows of one length")),
                ("objects", tr("one around each object")),
                ("peaks", tr("one around each peak of the score")),
            ],
        )
        self.length, self.stride, self.margin = self._number(24, 1), self._number(12, 1), self._number(12, 0)
        self.replace = QCheckBox(tr("Take away clips on which nobody has worked"))
        self.replace.setObjectName("clippingReplace")
        self.replace.toggled.connect(lambda _: self.changed())
        self.form.addRow(tr("Videos"), self.where)
        self.form.addRow(tr("Rule"), self.kind)
        self.form.addRow(
            tr("Frames"), row(self.length, label(tr("each")), self.stride, label(tr("frames")), None, spacing=8)
        )
        self.form.addRow(tr("Margin"), row(self.margin, label(tr("frames before and behind")), None, spacing=8))
        self.form.addRow("", self.replace)
        self.kind.currentIndexChanged.connect(lambda _: self._follow())
        self._follow()
        self._look()

    def _number(self, value: int, least: int) -> QSpinBox:
        made = QSpinBox()
        made.setRange(least, 1_000_000)
        made.setValue(value)
        made.setMinimumWidth(84)
        made.valueChanged.connect(lambda _: self.changed())
        return made

    def _follow(self) -> None:
        windows = self.kind.currentData() == "windows"
        for field in (self.length, self.stride):
            field.setEnabled(windows)
        self.margin.setEnabled(not windows)

    def _plan(self) -> Callable[[Context], Laid] | None:
        project, here = self.state.studio.project, self.state.document.video_row
        if project is None:
            return None
        every = self.where.currentData() == "all"
        from tvau_studio.services.clipping import Laying, known_peaks, lay

        rule = Laying(
            self.kind.currentData(),
            self.length.value(),
            self.stride.value(),
            self.margin.value(),
            self.replace.isChecked(),
        )
        models, threshold = self.state.studio.models, float(self.state.studio.settings["heat_threshold"])
        peaks = known_peaks(project, models.id, threshold)

        def work(context: Context) -> Laid:
            keys = [v.key for v in project.videos] if every or here is None else [here.key]
            return lay(project, keys, rule, peaks, context.check)

        return work

    # -- what the base asks for

    def inspect(self) -> Callable[[Context], Any] | None:
        return self._plan()

    def show_preview(self, found: Laid) -> None:
        self.say(_said(found), "")
        self.go.setEnabled(bool(found.edit))

    def work(self) -> Callable[[Context], Any] | None:
        plan, project = self._plan(), self.state.studio.project
        if plan is None or project is None:
            return None

        def run(context: Context) -> Laid:
            found = plan(context)
            if found.edit:
                project.commit(found.edit)
            return found

        return run

    def finished_with(self, result: Laid) -> None:
        self.state.workspace.refresh()


def _said(found: Laid) -> str:
    """One sentence or several on what would be done."""
    clips = (tr("clip"), tr("clips"))
    parts = [tr("{n} would come", n=counted(found.made, *clips)) if found.made else tr("No clip would come")]
    if found.gone:
        parts.append(tr("{n} would go", n=counted(found.gone, *clips)))
    if found.kept:
        parts.append(tr("{n} are there already", n=counted(found.kept, *clips)))
    text = ", ".join(parts) + "."
    if found.unknown:
        names = ", ".join(path.replace("\\", "/").rpartition("/")[2] for path in found.unknown[:3])
        more = f" … {len(found.unknown) - 3}" if len(found.unknown) > 3 else ""
        text += " " + tr("Left out, because the length or the scores are not known yet: {names}.", names=names + more)
    return text
