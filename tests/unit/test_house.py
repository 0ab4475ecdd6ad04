"""What holds for the whole house: a light start, and verbs that answer."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tvau_studio import cli

HEAVY = [
    "PySide6",
    "alembic",
    "av",
    "cv2",
    "peft",
    "pyqtgraph",
    "scipy",
    "sklearn",
    "sqlalchemy",
    "torch",
    "transformers",
]


def heavy_after(statement: str) -> list[str]:
    """Which heavy libraries a fresh interpreter holds after `statement`."""
    code = f"import json, sys; {statement}; print(json.dumps(sorted({set(HEAVY)} & set(sys.modules))))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize("module", ["tvau_studio", "tvau_studio.cli", "tvau_studio.domain.paths"])
def test_importing_loads_no_heavy_library(module: str) -> None:
    assert heavy_after(f"import {module}") == []


def test_finding_every_verb_loads_no_heavy_library() -> None:
    assert heavy_after("import tvau_studio.cli; tvau_studio.cli.verbs()") == []


def test_the_light_start_test_would_notice() -> None:
    assert heavy_after("import sqlalchemy") == ["sqlalchemy"]


@pytest.mark.parametrize("name", sorted(cli.verbs()))
def test_every_verb_answers(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A line of help, --help and --debug, the options that it says it has, and 2 for wrong usage."""
    module = cli.verbs()[name]
    assert module.HELP
    assert "\n" not in module.HELP
    assert cli.main([name, "--help"]) == 0
    text = capsys.readouterr().out
    assert "--debug" in text
    assert ("--json" in text) == getattr(module, "HAS_JSON", False)
    assert ("--model " in text and "--device " in text) == any(
        getattr(module, flag, False) for flag in ("HAS_MODEL", "OWN_MODEL")
    )
    assert cli.main([name, "--no-such-option"]) == 2
    assert "usage:" in capsys.readouterr().err


def test_the_overview_names_every_verb(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines() if line.startswith("  ")]
    assert listed == [name for name in sorted(cli.verbs()) if name != cli.WINDOW]
