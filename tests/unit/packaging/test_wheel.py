"""The wheel carries the whole program and starts from an environment that knows nothing of the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest


def run(*command: object, cwd: Path) -> str:
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(project_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    run(*pip, "--wheel-dir", folder, project_root, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of a new environment with the wheel; the libraries are borrowed from the running one.

    A .pth line borrows them without their own .pth files, so the checkout, which lies in one of these, stays unknown.
    """
    folder = tmp_path_factory.mktemp("clean")
    run(sys.executable, "-m", "venv", "--without-pip", folder / "venv", cwd=folder)
    programs = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        programs / "python",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
    ]
    run(*pip, wheel, cwd=folder)
    purelib = run(programs / "python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder)
    Path(purelib.strip(), "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return programs


def test_the_wheel_holds_every_file_of_the_program(wheel: Path, project_root: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    source = [path for path in (project_root / "tvau_studio").rglob("*") if path.is_file()]
    wanted = {path.relative_to(project_root).as_posix() for path in source if "__pycache__" not in path.parts}
    resources = [path for path in (project_root / "resources").rglob("*") if path.is_file()]
    wanted |= {f"tvau_studio/{path.relative_to(project_root).as_posix()}" for path in resources}
    assert wanted - names == set()
    assert not [name for name in names if name.startswith(("tests/", "packaging/"))]


def test_the_program_starts_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    assert "verbs:" in run(installed / "tvau-studio", "--help", cwd=tmp_path)
    assert "verbs:" in run(installed / "python", "-m", "tvau_studio", "--help", cwd=tmp_path)


def test_resources_come_out_of_the_wheel(installed: Path, tmp_path: Path) -> None:
    code = "from tvau_studio.domain.paths import resource; print(resource('prompts.json'))"
    path = Path(run(installed / "python", "-c", code, cwd=tmp_path).strip())
    assert path.is_relative_to(installed.parent)
    assert path.stat().st_size > 0
