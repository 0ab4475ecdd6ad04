"""The log of a window, and how one knows that the last one broke off."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import pytest

from tvau_studio.services.diagnostics import Journal, report, versions

_SESSION = """
import sys, os, time
from pathlib import Path
from tvau_studio.services.diagnostics import Journal
with Journal(Path(sys.argv[1])):
    print("ready", flush=True)
    sys.stdin.readline()
"""


def _begin(folder: Path) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, "-c", _SESSION, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    return child


def test_a_killed_session_is_told_once_and_one_that_ended_never(tmp_path: Path) -> None:
    child = _begin(tmp_path)
    with Journal(tmp_path) as beside:
        assert not beside.broke_off, "it is still running"
    child.kill()
    child.communicate()
    with Journal(tmp_path) as after:
        assert after.broke_off
    child = _begin(tmp_path)
    child.communicate("\n")
    assert child.returncode == 0
    with Journal(tmp_path) as again:
        assert not again.broke_off
    assert not list(tmp_path.glob("session-*"))


def test_what_is_logged_is_in_the_report_with_versions(tmp_path: Path) -> None:
    with Journal(tmp_path):
        logging.getLogger("tvau_studio.somewhere").info("the reel jumped")
        logging.getLogger("other").debug("noise")
    text = report({"Model": "tvau-tiny ready"}, tmp_path)
    assert "the reel jumped" in text
    assert "noise" not in text
    assert "Model: tvau-tiny ready" in text
    found = {name: version for name, version, _ in versions()}
    assert {"PySide6-Essentials", "torch", "av"} <= set(found)
    assert all(f"{name} {version}" in text for name, version in found.items())


@pytest.mark.expects_log("no log is kept")
def test_a_folder_that_cannot_be_made_means_no_log(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with Journal(tmp_path / "file") as journal:
        assert not journal.broke_off
    assert "Python" in report({}, tmp_path / "file")
