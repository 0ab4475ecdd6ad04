"""What every test stands on: no network, no display, a home folder of its own, and nothing left behind.

A test fails, besides for its own assertions, when

- a ``tvau_studio`` logger says WARNING or more, unless the test carries ``@pytest.mark.expects_log("regex", ...)``;
  then every such message must match one of the patterns and every pattern must be seen;
- Qt prints a warning (``qt_log_level_fail`` in pyproject.toml), unless the test carries pytest-qt's
  ``@pytest.mark.no_qt_log`` or ``@pytest.mark.qt_log_ignore("regex")``;
- a thread that it started still runs at its end, unless it carries ``@pytest.mark.leaves_threads("why")``;
- a window without parent, made in it, still exists at its end (use ``qtbot.addWidget``);
- it is skipped without a reason.
"""

from __future__ import annotations

import contextlib
import gc
import importlib.util
import logging
import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

# Set before any library reads them; what the person has set wins, except for the network.
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parent.parent
THREAD_GRACE = 5.0
"""Seconds that a thread which was told to stop may take to end; reached only by a test that fails."""

# A busy machine is no failure: a deadline would be an assertion about time.
hypothesis.settings.register_profile("tests", deadline=None)
hypothesis.settings.load_profile("tests")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "expects_log(*regexes): warnings and errors that this test makes tvau_studio log"
    )
    config.addinivalue_line("markers", "leaves_threads(why): a thread started here outlives the test on purpose")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if reason.removeprefix("Skipped").strip(": ") in ("", "unconditional skip"):
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid} was skipped without a reason"
    return report


@pytest.fixture(scope="session")
def project_root() -> Path:
    """The folder that holds pyproject.toml."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real sample clips beside the checkout; a test that needs it is skipped where it is absent."""
    folder = ROOT.parent / "shared" / "data"
    if not (folder / "MANIFEST.md").is_file():
        pytest.skip("the real sample clips (../shared/data) are not on this machine")
    return folder


@pytest.fixture(scope="session", autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Settings, caches and untitled projects of the tests lie in a folder of this session, also for child processes."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TVAU_STUDIO_HOME", str(home))
        patch.setenv("XDG_CONFIG_HOME", str(home / "xdg-config"))  # where QSettings writes
        yield home


def _module(name: str) -> ModuleType:
    """tests/<name>.py, which holds no tests."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "tests" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def random_network() -> ModuleType:
    """The module tests/random_network.py: tiny networks of the real classes."""
    return _module("random_network")


@pytest.fixture(scope="session")
def model_folder(random_network: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound checkpoint folder of the random network; tests do not change it."""
    from tvau_studio.tvau import checkpoints

    folder = tmp_path_factory.mktemp("checkpoints") / "random"
    checkpoints.save(random_network.random_model(), folder)
    return folder


@pytest.fixture(scope="session")
def random_edits() -> ModuleType:
    """The module tests/random_edits.py: edits as people make them, at random."""
    return _module("random_edits")


@pytest.fixture(scope="session")
def postgres(_own_home: Path) -> Iterator[Any]:
    """A PostgreSQL server of this session's own; ``postgres.project()`` is the URL of an empty project. A test that
    needs it is skipped, with the reason, where there can be none.
    """
    module = _module("postgres_server")
    with contextlib.ExitStack() as stack:
        try:
            server = stack.enter_context(module.running())
        except module.NoServerError as error:
            if os.environ.get(module.REQUIRED) == "required":
                raise
            pytest.skip(str(error))
        from tvau_studio.store import lifecycle

        server.run("CREATE DATABASE project")
        lifecycle.create(server.url("project"), "blank", "maker", "0").close()
        server.keep()
        yield server


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def _no_stray_logs(request: pytest.FixtureRequest) -> Iterator[None]:
    patterns = [p for marker in request.node.iter_markers("expects_log") for p in marker.args]
    logger = logging.getLogger("tvau_studio")
    collector = _Collector()
    logger.addHandler(collector)
    try:
        yield
    finally:
        logger.removeHandler(collector)
    stray = [line for line in collector.lines if not any(re.search(p, line) for p in patterns)]
    unseen = [p for p in patterns if not any(re.search(p, line) for line in collector.lines)]
    if stray:
        pytest.fail("logged without @pytest.mark.expects_log:\n" + "\n".join(stray), pytrace=False)
    if unseen:
        pytest.fail(f"expected in the log and not seen: {unseen}", pytrace=False)


@pytest.fixture(autouse=True)
def _no_leftover_threads(request: pytest.FixtureRequest) -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    if request.node.get_closest_marker("leaves_threads"):
        return
    # A thread that Python did not start (a QThread, say) is listed as a dummy that never goes away.
    new = [t for t in threading.enumerate() if t not in before and not isinstance(t, threading._DummyThread)]
    for thread in new:
        thread.join(THREAD_GRACE)
    if alive := [thread.name for thread in new if thread.is_alive()]:
        pytest.fail(f"threads still run after the test: {alive}", pytrace=False)


def _orphan_windows() -> set[object]:
    from PySide6.QtWidgets import QApplication

    windows = QApplication.topLevelWidgets()
    return {w for w in windows if w.parentWidget() is None and w.metaObject().className() != "QTipLabel"}


@pytest.fixture(autouse=True)
def _no_leaked_windows(request: pytest.FixtureRequest) -> Iterator[None]:
    if not {"qtbot", "qapp"} & set(request.fixturenames):
        yield
        return
    from PySide6.QtCore import QCoreApplication, QEvent

    before = _orphan_windows()
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    if _orphan_windows() - before:
        gc.collect()  # a Python reference cycle may hold a window that nobody uses any more
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    if leaked := _orphan_windows() - before:
        names = sorted(f"{type(w).__name__} {w.objectName()!r}" for w in leaked)
        pytest.fail(f"windows still exist after the test (qtbot.addWidget?): {names}", pytrace=False)
