"""Starting the window: what is opened, and a picture of it where one is wanted."""

from __future__ import annotations

import gc
import logging
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QSize, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.paths import resource
from tvau_studio.gui import openers, welcome
from tvau_studio.gui.bridge import Bridge
from tvau_studio.gui.main_window import MainWindow
from tvau_studio.gui.state import State
from tvau_studio.gui.theme import Theme
from tvau_studio.gui.words import Words, chosen, tr
from tvau_studio.services.diagnostics import Journal
from tvau_studio.services.settings import Settings
from tvau_studio.services.studio import Studio

_log = logging.getLogger(__name__)

_NO_PICTURE = 3000
"""Milliseconds after which the start is over where no picture comes."""

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class Session(QObject):
    """One window with its state. Made before the event loop runs; `start` opens what was asked for once it is
    painted."""

    def __init__(self, app: QApplication, settings: Settings | None = None) -> None:
        super().__init__()
        settings = settings or Settings()
        self._words = Words(chosen(settings["language"]))
        app.installTranslator(self._words)
        self.bridge = Bridge(self)
        self.studio = Studio(self.bridge.post, settings)
        self.theme = Theme(app, settings)
        self.state = State(self.studio, self.bridge, self.theme)
        self.window = MainWindow(self.state)
        self._frame: int | None = None
        self.error: StudioError | None = None
        """Why what was asked for at the start could not be opened."""
        self.again: list[str] | None = None
        """What to start once this window has gone: itself, where that was wanted."""
        self.state.workspace.projectChanged.connect(self._remember)
        self.window.restartWanted.connect(self._restart)

    def start(self, opener: openers.Opener | None, frame: int | None = None) -> None:
        """Show the window and open a project once it is painted."""
        self._frame = frame

        def begin() -> None:
            if opener is not None:
                self.state.workspace.open(opener, self._opened)
            # Behind the first picture: finding the model reads its files.
            self.studio.jobs.submit("media", "Look for the model", lambda _: self.studio.models.look(), priority=-1)

        self.state.workspace.failed.connect(self._failed)
        self.window.painted.connect(lambda: QTimer.singleShot(0, begin))
        self.window.show()

    def _opened(self) -> None:
        clips = self.state.workspace.clips
        if clips:
            self.state.workspace.open_clip(clips[0].key, self._frame)

    def _failed(self, error: StudioError) -> None:
        if self.studio.project is None:
            self.error = error

    def _restart(self) -> None:
        """Close, and come back at the same clip and frame."""
        project, frame = self.studio.project, self.state.playback.frame
        again = [sys.executable, "-m", "tvau_studio"]
        if project is not None:
            again += ["--project", project.target]
        if frame > 0:
            again += ["--at-frame", str(frame)]
        for key, value in self.studio.settings.passing.items():
            again += [f"--{key}", str(value)]
        if self.window.close():
            self.again = again

    def _remember(self) -> None:
        project = self.studio.project
        if project is not None and project.path is not None:
            self.studio.settings["last_project"] = str(project.path.absolute())


def run(
    paths: Sequence[str],
    project: str | None = None,
    frame: int | None = None,
    screenshot: str | None = None,
    size: tuple[int, int] | None = None,
    debug: bool = False,
    settings_now: Mapping[str, object] | None = None,
) -> int:
    """Open the window and stay until it is closed. screenshot: save a picture of it, `size` (width, height), and
    quit. settings_now: values of settings for this run alone."""
    if screenshot is not None:
        # The model may be small and the machine without a screen: a picture of the window needs neither.
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen" if not _has_screen() else "")
    qInstallMessageHandler(lambda kind, context, text: logging.getLogger("qt").log(_LEVELS.get(kind, 30), text))
    app = QApplication.instance() or QApplication(sys.argv[:1])
    app.setApplicationName("tvau-studio")
    app.setDesktopFileName("tvau-studio")
    app.setWindowIcon(QIcon(str(resource("icon.svg"))))
    settings = Settings()
    for key, value in (settings_now or {}).items():
        settings.for_now(key, value)
    named = openers.project(project) if project is not None else openers.of(paths) if paths else None
    opener = named or openers.usual(settings)
    session = Session(app, settings)
    session.state.playback.frameShown.connect(_collect_again)  # before the network is loaded
    QTimer.singleShot(_NO_PICTURE, _collect_again)
    sys.excepthook = _tell_bugs(session.window)
    if debug:
        from tvau_studio.gui.watch import Watch

        watch = Watch(session)
        watch.start()
    if screenshot is None:
        with Journal() as journal:
            if journal.broke_off:
                session.window.painted.connect(lambda: welcome.say_broke_off(session.window))
            session.state.workspace.clipsChanged.connect(lambda: welcome.offer_tour(session.window))
            session.start(opener, frame)
            code = int(app.exec())
        if session.again is not None:
            os.execv(session.again[0], session.again)
        return code
    from tvau_studio.gui.screenshot import Screenshot

    session.studio.jobs.yielding.clear()  # nothing plays that the network would have to give way to
    session.window.resize(QSize(*(size or (1600, 1000))))
    shot = Screenshot(session.window, session.state, Path(screenshot), lambda: session.error)
    session.start(opener, frame)
    shot.begin(time.monotonic())
    app.exec()
    session.window.close()
    if shot.error is not None:
        raise shot.error
    return 0


def _collect_again() -> None:
    """Garbage is collected once the start is over, and what the start made is left alone."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def _has_screen() -> bool:
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _tell_bugs(window: MainWindow) -> Callable[..., None]:
    """What nobody expected is logged and said; the window stays."""

    def hook(kind: type[BaseException], error: BaseException, trace: object) -> None:
        if issubclass(kind, KeyboardInterrupt):
            window.close()
            return
        import traceback

        _log.error("unexpected", exc_info=(kind, error, trace))
        details = "".join(traceback.format_exception(kind, error, trace))
        text = tr("An unexpected error ({kind}); your labels are saved. Please report it with the details.")
        window.messages.tell("bad", text.format(kind=kind.__name__), details=details)

    return hook
