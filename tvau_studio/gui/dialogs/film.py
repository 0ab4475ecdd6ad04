"""A film, or pictures, of a range with what lies over it burnt in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtWidgets import QCheckBox, QFileDialog, QSpinBox, QWidget

from tvau_studio.domain.frames import FrameRange
from tvau_studio.gui.dialogs import to_front
from tvau_studio.gui.dialogs._base import ExchangeDialog, typed_path
from tvau_studio.gui.forms import counted, label, row
from tvau_studio.gui.player.film import Layers, labels_of, write
from tvau_studio.gui.words import tr
from tvau_studio.services import heat_sources, heatmaps

if TYPE_CHECKING:
    import numpy.typing as npt

    from tvau_studio.gui.state import State
    from tvau_studio.gui.window import Window
    from tvau_studio.services.jobs import Context

_CHUNK = 8
"""Pairs computed before a question may come between."""


def show(window: Window) -> None:
    """Open the dialog, or bring it to the front."""
    to_front(window, FilmDialog, lambda above: FilmDialog(above, window.state, window.messages.tell))


class FilmDialog(ExchangeDialog):
    """It says how much of the heat is known; what is not is computed before the film is written."""

    def __init__(self, parent: QWidget, state: State, tell: Callable[..., object]) -> None:
        super().__init__(parent, state, "filmDialog", tr("Film with overlay"), tr("Write"))
        self._tell = tell
        playback = state.playback
        a, b = playback.range or (0, playback.frames)
        self.start_box, self.stop_box = self._frame("filmStart", a), self._frame("filmStop", b)
        wanted = state.heat.enabled and not state.heat.error
        self.heat = self._box("filmHeat", tr("Heatmap: {what}", what=state.compare.title(0)), wanted)
        self.boxes = self._box("filmBoxes", tr("Objects"), state.look.boxes)
        self.legend = self._box("filmLegend", tr("Legend of the colours"), True)
        self.number = self._box("filmNumber", tr("Frame number and time"), True)
        self.kind = self.choice(
            "filmKind", tr("As"), [("mp4", tr("film (MP4)")), ("png", tr("folder of pictures (PNG)"))]
        )
        self.path, line = self.path_field("filmPath", tr("To"), self._browse)
        self.form.addRow(tr("Frames"), row(self.start_box, label(":"), self.stop_box, None))
        self.form.addRow(tr("Layers"), self.heat)
        for box in (self.boxes, self.legend, self.number):
            self.form.addRow("", box)
        self.form.addRow(tr("As"), self.kind)
        self.form.addRow(tr("To"), line)
        self.kind.currentIndexChanged.connect(lambda _: self.path.setText(str(self._place())))
        state.playback.videoChanged.connect(self.close)
        self.path.setText(str(self._place()))
        self._look()

    def _frame(self, name: str, value: int) -> QSpinBox:
        made = QSpinBox()
        made.setObjectName(name)
        made.setRange(0, self.state.playback.frames)
        made.setValue(value)
        made.setFixedWidth(92)
        made.valueChanged.connect(lambda _: self.changed())
        return made

    def _box(self, name: str, text: str, on: bool) -> QCheckBox:
        made = QCheckBox(text)
        made.setObjectName(name)
        made.setChecked(on)
        made.toggled.connect(lambda _: self.changed())
        return made

    def _place(self) -> Path:
        video = self.state.playback.video
        assert video is not None
        folder = Path(self.path.text()).parent if self.path.text() else video.path.absolute().parent
        name = f"{video.path.stem}-overlay"
        return folder / (f"{name}.mp4" if self.kind.currentData() == "mp4" else name)

    def _browse(self) -> None:
        kinds = tr("Films (*.mp4)") if self.kind.currentData() == "mp4" else tr("Folders (*)")
        name, _ = QFileDialog.getSaveFileName(self, self.windowTitle(), self.path.text(), kinds)
        if name:
            self.path.setText(name)

    @property
    def _frames(self) -> FrameRange | None:
        a, b = self.start_box.value(), self.stop_box.value()
        return FrameRange(a, b) if a < b else None

    # -- what is known

    def inspect(self) -> Callable[[Context], Any] | None:
        frames = self._frames
        if frames is None:
            return None
        known = self._reader(frames)
        return lambda _: (frames, set(known())) if known is not None else (frames, set(frames.pairs))

    def _reader(self, frames: FrameRange) -> Callable[[], dict[int, npt.NDArray[np.float32]]] | None:
        """What reads the maps that are on disk; None where none are wanted."""
        cache, models, video = self.state.studio.heat_cache, self.state.studio.models, self.state.playback.video
        source = self.state.compare.sources[0]
        if not self.heat.isChecked() or video is None:
            return None

        def read() -> dict[int, npt.NDArray[np.float32]]:
            from tvau_studio.services.models import model_id

            key = model_id(source.model) if source.model else models.id
            if cache is None or not key:
                return {}
            pairs, maps = heatmaps.cached(video.fingerprint, frames, source.cache_key(key), cache)
            return dict(zip(pairs, maps, strict=True))

        return read

    def show_preview(self, found: tuple[FrameRange, set[int]]) -> None:
        frames, known = found
        missing = [k for k in frames.pairs if k not in known]
        video = self.state.playback.video
        seconds = float(video.times[frames.stop - 1] - video.times[frames.start]) if video is not None else 0.0
        text = counted(len(frames), tr("picture"), tr("pictures")) + tr(", {seconds:.1f} s", seconds=seconds)
        notes = ""
        if missing:
            n = len(frames.pairs)
            notes = tr("Of {n} pairs the heat of {missing} is computed first.", n=n, missing=len(missing))
        self.say(text, notes)

    # -- the work

    def work(self) -> Callable[[Context], Any] | None:
        frames, path, state = self._frames, typed_path(self.path), self.state
        video, video_row = state.playback.video, state.document.video_row
        if frames is None or path is None or video is None:
            return None
        style = state.heat.style if self.heat.isChecked() else None
        layers = Layers(
            style, self.boxes.isChecked(), self.legend.isChecked(), self.number.isChecked(), state.compare.title(0)
        )
        language = state.studio.settings["text_language"]
        document = state.document.document
        labels = labels_of(document, video_row.key, language, state.sight) if video_row is not None else None
        read = self._reader(frames)

        def run(context: Context) -> Path:
            if path.suffix:
                heatmaps.check_writable(path)
            heat = read() if read is not None else {}
            write(path, video, frames, heat, layers, labels, context.check, context.progress)
            return path

        return run

    def _run(self, work: Callable[[Context], Any]) -> None:
        frames = self._frames
        read = self._reader(frames) if frames is not None else None
        if frames is None or read is None or not self.state.studio.models.has_heat:
            super()._run(work)
            return

        def known(_: object) -> list[int]:
            there = read()
            return [k for k in frames.pairs if k not in there]

        self._job = self.state.studio.jobs.submit(
            "media",
            self.windowTitle(),
            known,
            done=lambda missing: self._compute(work, missing, len(missing)),
            failed=self._failed,
            cancelled=self._ended,
        )

    def _compute(self, work: Callable[[Context], Any], missing: list[int], total: int) -> None:
        """Have a few of the missing pairs computed, and so on until there are none; then write."""
        state = self.state
        video, source, cache = state.playback.video, state.compare.sources[0], state.studio.heat_cache
        if not missing or video is None:
            super()._run(work)
            return
        chunk, rest = missing[:_CHUNK], missing[_CHUNK:]

        def run(context: Context) -> None:
            model = state.compare.model_of(source)
            context.check()
            heat_sources.compute(source, model, video, chunk, cache, lambda: context.cancelled)

        self._progress(total - len(missing), total)
        self._job = state.studio.jobs.submit(
            "model",
            self.windowTitle(),
            run,
            done=lambda _: self._compute(work, rest, total),
            failed=self._failed,
            cancelled=self._ended,
        )

    def finished_with(self, result: Path) -> None:
        self._tell("ok", tr("{path} is written.", path=result))
