"""What a report of a fault needs: a log on this machine, whether the last session broke off, versions.

Nothing of it is ever sent; a person copies it. The log names files and errors, never a text that somebody wrote.
"""

from __future__ import annotations

import contextlib
import faulthandler
import importlib.metadata
import logging
import logging.handlers
import platform
import uuid
from pathlib import Path
from types import TracebackType
from typing import IO

import tvau_studio
from tvau_studio.domain.paths import log_folder

_log = logging.getLogger(__name__)

_BYTES, _OLD = 1 << 20, 2
"""Size of the log, and how many full ones are kept."""
_TAIL = 60
"""Lines of the log in a report."""

LIBRARIES = {
    "PySide6-Essentials": "LGPL-3.0",
    "pyqtgraph": "MIT",
    "torch": "BSD-3-Clause",
    "transformers": "Apache-2.0",
    "av": "BSD-3-Clause; FFmpeg LGPL-2.1 or later",
    "opencv-python": "Apache-2.0",
    "numpy": "BSD-3-Clause",
    "scipy": "BSD-3-Clause",
    "scikit-learn": "BSD-3-Clause",
    "SQLAlchemy": "MIT",
    "alembic": "MIT",
    "safetensors": "Apache-2.0",
    "sacrebleu": "Apache-2.0",
}
"""What the program is built on, with the licences; beside them the fonts Inter and JetBrains Mono (OFL-1.1) and the
Lucide icons (ISC)."""


class Journal:
    """The log of one window, from `with` to its end.

    broke_off: whether an earlier window did not come to its end (killed, crashed, the power gone). A folder that cannot
    be written means no log, and is no error.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or log_folder()
        self.broke_off = False
        self._handler: logging.Handler | None = None
        self._faults: IO[str] | None = None
        self._faults_shown = False
        self._mark: _Mark | None = None

    def __enter__(self) -> Journal:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._handler = logging.handlers.RotatingFileHandler(
                self.folder / "tvau-studio.log", maxBytes=_BYTES, backupCount=_OLD, encoding="utf-8", delay=True
            )
            self._handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
            self._handler.setLevel(logging.INFO)
            self._faults = (self.folder / "faults.log").open("a", encoding="utf-8")
            left = [p for p in self.folder.glob("session-*.lock") if _Mark.is_left(p)]
            self.broke_off = bool(left)
            self._mark = _Mark(self.folder / f"session-{uuid.uuid4().hex}.lock")
        except OSError as error:
            _log.warning("no log is kept: %s", error)
            self.__exit__(None, None, None)
            return self
        self._faults_shown = faulthandler.is_enabled()
        faulthandler.enable(self._faults)
        root = logging.getLogger()
        for handler in root.handlers:  # the terminal goes on showing what it showed
            if handler.level == logging.NOTSET:
                handler.setLevel(root.level)
        root.addHandler(self._handler)
        logging.getLogger("tvau_studio").setLevel(min(logging.INFO, root.level or logging.INFO))
        _log.info("tvau-studio %s begins", tvau_studio.__version__)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._faults is not None:
            faulthandler.disable()
            if self._faults_shown:
                faulthandler.enable()
            self._faults.close()
            self._faults = None
        if self._handler is not None:
            logging.getLogger().removeHandler(self._handler)
            self._handler.close()
            self._handler = None
        if self._mark is not None:
            self._mark.remove()
            self._mark = None


class _Mark:
    """A locked file: the system lets the lock go when its process ends, in whatever way."""

    def __init__(self, path: Path) -> None:
        from filelock import FileLock

        self._path = path
        self._lock = FileLock(path, timeout=0)
        self._lock.acquire()

    def remove(self) -> None:
        self._lock.release()
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)

    @staticmethod
    def is_left(path: Path) -> bool:
        """Whether the process that made the mark ended without removing it; the mark goes then."""
        from filelock import FileLock, Timeout

        lock = FileLock(path, timeout=0)
        try:
            lock.acquire()
        except (Timeout, OSError):
            return False
        lock.release()
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
        return True


def versions() -> list[tuple[str, str, str]]:
    """(library, installed version, licence) of what the program is built on; those that are not there are left out."""
    found = []
    for name, licence in LIBRARIES.items():
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found.append((name, importlib.metadata.version(name), licence))
    return found


def report(facts: dict[str, str], folder: Path | None = None) -> str:
    """What a person pastes into a report: program, system, libraries, `facts` of the window, the end of the log."""
    lines = [
        f"tvau-studio {tvau_studio.__version__}",
        f"Python {platform.python_version()} on {platform.platform()}",
        ", ".join(f"{name} {version}" for name, version, _ in versions()),
        *(f"{name}: {value}" for name, value in facts.items()),
    ]
    for name in ("tvau-studio.log", "faults.log"):
        with contextlib.suppress(OSError):
            text = ((folder or log_folder()) / name).read_text(encoding="utf-8", errors="replace")
            if text.strip():
                lines += ["", f"{name}:", *text.splitlines()[-_TAIL:]]
    return "\n".join(lines) + "\n"
