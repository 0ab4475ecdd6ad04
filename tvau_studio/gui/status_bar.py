"""The line at the bottom: what is open, where one is, whether it is saved, what undo would take back, who one is."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QProgressBar, QStatusBar, QToolButton

from tvau_studio.gui.state import State
from tvau_studio.gui.theme import set_role
from tvau_studio.gui.words import deed, tr

_CODECS = {
    "h264": "H.264",
    "hevc": "H.265",
    "mpeg4": "MPEG-4",
    "mpeg2video": "MPEG-2",
    "mpeg1video": "MPEG-1",
    "av1": "AV1",
    "libdav1d": "AV1",
    "vp8": "VP8",
    "vp9": "VP9",
    "mjpeg": "Motion JPEG",
    "prores": "ProRes",
    "ffv1": "FFV1",
    "gif": "GIF",
}


class StatusBar(QStatusBar):
    def __init__(self, state: State) -> None:
        super().__init__()
        self.setObjectName("statusBar")
        self.setAccessibleName(tr("Status"))
        self.setSizeGripEnabled(False)
        self._state = state
        self.video, self.place, self.saved, self.pointer = QLabel(), QLabel(), QLabel(), QLabel()
        self.undo, self.person, self.work = QLabel(), QLabel(), QLabel()
        self.bar = QProgressBar()
        self.bar.setFixedWidth(90)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Progress"))
        self.stop = QToolButton()
        self.stop.setToolTip(tr("Stop computing"))
        self.stop.setAccessibleName(tr("Stop computing"))
        set_role(self.stop, "quiet")
        self.stop.clicked.connect(self._stop)
        for label in (self.video, self.place, self.saved, self.pointer):
            self.addWidget(label)
        for widget in (self.work, self.bar, self.stop, self.undo, self.person):
            self.addPermanentWidget(widget)
        state.playback.videoChanged.connect(self._show_video)
        state.playback.frameShown.connect(self._show_place)
        state.document.undoChanged.connect(self._show_saved)
        state.document.loaded.connect(self._show_saved)
        state.heat.progressChanged.connect(self._show_work)
        state.tracker.changed.connect(self._show_work)
        state.workspace.projectChanged.connect(self._show_saved)
        state.theme.changed.connect(self._show_icons)
        state.studio.settings.listen(lambda key: self._show_saved() if key == "name" else None)
        self._show_video()
        self._show_saved()
        self._show_work()
        self._show_icons()

    def show_pointer(self, words: str) -> None:
        self.pointer.setText(words)

    def _show_icons(self) -> None:
        self.stop.setIcon(self._state.theme.icon("square", self._state.theme.tokens.bad, filled=True))

    def _show_video(self) -> None:
        video = self._state.playback.video
        if video is None:
            for label in (self.video, self.place, self.pointer):
                label.setText("")
            return
        info = video.info
        height, width = info.size
        rate = f"{info.fps:.2f}".rstrip("0").rstrip(".")
        variable = f" ({tr('variable')})" if info.variable_rate else ""
        codec = _CODECS.get(info.codec, info.codec.upper())
        self.video.setText(f"{width} × {height} · {rate} fps{variable} · {codec}")
        self.video.setToolTip(str(video.path))

    def _show_place(self, frame: int) -> None:
        video = self._state.playback.video
        damaged = f" · {tr('damaged')}" if video is not None and frame in video.damaged else ""
        self.place.setText(tr("Frame {n} · pair {k}", n=frame, k=frame // 2) + damaged)

    def _show_saved(self) -> None:
        document, open_ = self._state.document, self._state.studio.project is not None
        self.saved.setText((tr("Saved ✓") if document.saved else tr("Saving …")) if open_ else "")
        label = deed(document.undo_label) if document.undo_label else ""
        undo = tr("Undo: {deed} (Ctrl Z)", deed=label[:1].lower() + label[1:]) if label else ""
        self.undo.setText(undo)
        self.person.setText(str(self._state.studio.settings["name"]))

    def _show_work(self) -> None:
        heat, tracker = self._state.heat, self._state.tracker
        done, total = tracker.progress if tracker.busy else heat.progress
        words = tr("Tracking: {done} of {total} frames") if tracker.busy else tr("Heatmap {done} of {total} pairs")
        self.work.setText(words.format(done=done, total=total))
        self.bar.setMaximum(max(1, total))
        self.bar.setValue(done)
        for widget in (self.work, self.bar, self.stop):
            widget.setVisible(heat.busy or tracker.busy)

    def _stop(self) -> None:
        """What is shown as running."""
        if self._state.tracker.busy:
            self._state.tracker.stop()
        else:
            self._state.heat.stop()
