"""bootstrap.py: what it makes, what it leaves alone, and what it says when it cannot go on. pip is stood in for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

CPU = {"install": [{"metadata": {"name": "torch"}}, {"metadata": {"name": "sympy"}}]}
CUDA = {"install": [{"metadata": {"name": "torch"}}, {"metadata": {"name": "nvidia-cublas"}}]}


class Pip:
    """Stands in for pip: keeps the command lines, answers the dry run with `report`, fails where `fails` says so."""

    def __init__(self, report: dict[str, object]) -> None:
        self.report = report
        self.calls: list[tuple[str, ...]] = []
        self.fails: Callable[[tuple[str, ...]], bool] = lambda call: False

    def __call__(self, *arguments: str, capture: bool = False) -> SimpleNamespace:
        self.calls.append(arguments)
        return SimpleNamespace(returncode=int(self.fails(arguments)), stdout=json.dumps(self.report), stderr="")

    @property
    def installs(self) -> list[tuple[str, ...]]:
        return [call for call in self.calls if "--dry-run" not in call]


@pytest.fixture
def place(bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment in a folder of the test; the system's libraries are taken as there."""
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / ".venv" / "stamp.json")
    monkeypatch.setattr(bootstrap.system_libraries, "ensure", lambda **_: None)
    return tmp_path / ".venv"


@pytest.fixture
def pip(bootstrap: ModuleType, place: Path, monkeypatch: pytest.MonkeyPatch) -> Pip:
    """A fake pip beside an environment that counts as sound once it was made."""
    fake = Pip(CPU)
    monkeypatch.setattr(bootstrap, "pip", fake)
    monkeypatch.setattr(bootstrap, "make_venv", lambda: place.mkdir(exist_ok=True))
    monkeypatch.setattr(bootstrap, "venv_is_sound", place.is_dir)
    monkeypatch.setattr(bootstrap, "torch_is_cpu_build", lambda: True)
    return fake


def set_up(bootstrap: ModuleType, testing: bool = False, cuda: bool = False) -> None:
    bootstrap.set_up(testing=testing, cuda=cuda, on_screen=False)


def test_a_cpu_build_that_pip_finds_is_taken(bootstrap: ModuleType, pip: Pip) -> None:
    set_up(bootstrap)
    torch, project = pip.installs
    assert torch[-1].startswith("torch==")
    assert "--index-url" not in torch
    assert project[-2:] == ("--editable", str(bootstrap.ROOT))
    assert "--constraint" in project


def test_the_cpu_index_is_asked_where_pip_finds_a_cuda_build(bootstrap: ModuleType, pip: Pip) -> None:
    pip.report = CUDA
    set_up(bootstrap)
    torch = pip.installs[0]
    assert torch[torch.index("--index-url") + 1] == bootstrap.PYTORCH_CPU_INDEX
    assert torch[-1].endswith("+cpu")
    assert "--no-deps" in torch


def test_plain_pip_is_the_last_resort(bootstrap: ModuleType, pip: Pip, capsys: pytest.CaptureFixture[str]) -> None:
    pip.report = CUDA
    pip.fails = lambda call: "--index-url" in call
    set_up(bootstrap)
    assert ["--index-url" in call for call in pip.installs] == [True, False, False]
    assert "several GB" in capsys.readouterr().err


def test_cuda_replaces_a_cpu_build(bootstrap: ModuleType, pip: Pip) -> None:
    set_up(bootstrap)
    pip.calls.clear()
    set_up(bootstrap, cuda=True)
    assert pip.calls[0][:2] == ("uninstall", "--yes")
    assert not any("--index-url" in call for call in pip.calls)


def test_the_second_time_there_is_nothing_to_do(bootstrap: ModuleType, pip: Pip) -> None:
    set_up(bootstrap, testing=True)
    assert pip.installs[-1][-1].endswith("[dev]")
    pip.calls.clear()
    set_up(bootstrap, testing=True)
    set_up(bootstrap)
    assert pip.calls == []


def test_the_test_tools_come_when_first_asked_for(bootstrap: ModuleType, pip: Pip) -> None:
    set_up(bootstrap)
    pip.calls.clear()
    set_up(bootstrap, testing=True)
    assert pip.installs[-1][-1].endswith("[dev]")


def test_other_requirements_set_up_anew(
    bootstrap: ModuleType, pip: Pip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(bootstrap)
    pip.calls.clear()
    other = tmp_path / "constraints.txt"
    other.write_text("torch==9.9\n", encoding="utf-8")
    monkeypatch.setattr(bootstrap, "CONSTRAINTS", other)
    set_up(bootstrap)
    assert pip.installs[0][-1] == "torch==9.9"


def test_a_failed_set_up_is_not_taken_for_done(bootstrap: ModuleType, pip: Pip) -> None:
    pip.fails = lambda call: "--editable" in call
    with pytest.raises(bootstrap.SetupError, match="pip could not install tvau-studio"):
        set_up(bootstrap)
    pip.fails = lambda call: False
    pip.calls.clear()
    set_up(bootstrap)
    assert pip.installs[-1][-2] == "--editable"


def test_a_venv_is_made_and_a_broken_one_made_again(bootstrap: ModuleType, place: Path) -> None:
    assert not bootstrap.venv_is_sound()
    bootstrap.make_venv()
    assert bootstrap.venv_is_sound()
    python = bootstrap.venv_program("python")
    python.unlink()
    python.write_bytes(b"")
    assert not bootstrap.venv_is_sound()
    bootstrap.make_venv()
    assert bootstrap.venv_is_sound()


def test_a_folder_that_is_no_venv_is_left_alone(bootstrap: ModuleType, place: Path) -> None:
    place.mkdir()
    (place / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(bootstrap.SetupError, match="no virtual environment"):
        bootstrap.make_venv()
    assert (place / "thesis.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("version", [(3, 10, 2), (3, 15, 0)])
def test_another_python_is_refused(
    bootstrap: ModuleType, pip: Pip, version: tuple[int, ...], monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    monkeypatch.setattr(bootstrap.sys, "version_info", version)
    assert bootstrap.main(["run"]) == 1
    error = capsys.readouterr().err
    assert "3.11 to 3.14" in error
    assert error.count("\n") == 1
    assert pip.calls == []


def test_run_hands_its_arguments_to_the_demo(bootstrap: ModuleType, pip: Pip, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "start", lambda command: started.append(command) or 0)
    assert bootstrap.main(["run", "--cuda", "--screenshot", "out.png"]) == 0
    assert started == [[str(bootstrap.venv_program("tvau-studio")), "demo", "--screenshot", "out.png"]]


def test_test_runs_pytest_headless_in_the_root(
    bootstrap: ModuleType, pip: Pip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[list[str], str, str]] = []

    def start(command: list[str]) -> int:
        started.append((command, str(Path.cwd()), os.environ["QT_QPA_PLATFORM"]))
        return 5

    monkeypatch.setattr(bootstrap, "start", start)
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.chdir(tmp_path)
    assert bootstrap.main(["test", "-k", "box"]) == 5
    python = str(bootstrap.venv_program("python"))
    assert started == [([python, "-m", "pytest", "-k", "box"], str(bootstrap.ROOT), "offscreen")]


@pytest.mark.parametrize(("arguments", "code"), [([], 2), (["fly"], 2), (["--help"], 0)])
def test_usage(project_root: Path, tmp_path: Path, arguments: list[str], code: int) -> None:
    """As a person starts it, from another folder, with a bare interpreter."""
    script = project_root / "packaging" / "bootstrap.py"
    done = subprocess.run(
        [sys.executable, "-I", str(script), *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == code
    assert "bootstrap.py run" in done.stdout + done.stderr
