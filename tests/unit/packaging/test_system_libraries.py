"""What Qt needs from the system: found, installed by root with apt-get, or asked for in one command."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="system packages are a matter of Linux")


@pytest.fixture
def bare(system_libraries: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without some libraries, where apt-get writes its arguments into the file that is returned."""
    log = tmp_path / "apt.log"
    apt = tmp_path / "apt-get"
    apt.write_text(f'#!/bin/sh\necho "$@" >> {log}\n[ ! -e {tmp_path}/offline ]\n', encoding="utf-8")
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr(system_libraries, "ALWAYS", {"libnot-here.so.7": "libnothere7", "libc.so.6": "libc6"})
    monkeypatch.setattr(system_libraries, "ON_SCREEN", {"libxcb-not-here.so.0": "libxcbnothere0"})
    monkeypatch.setattr(system_libraries, "missing_fonts", lambda: ["fonts-nowhere"])
    monkeypatch.setattr(system_libraries, "missing_venv", list)
    return log


def ensure(module: ModuleType, said: list[str], **changed: bool) -> None:
    module.ensure(**{"on_screen": True, "testing": False, "first": True, "say": said.append} | changed)


def test_root_installs_what_is_missing(
    system_libraries: ModuleType, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system_libraries, "is_root", lambda: True)
    ensure(system_libraries, [])
    lines = bare.read_text(encoding="utf-8").splitlines()
    assert [line.split("recommends ")[1] for line in lines] == ["fonts-nowhere", "libnothere7 libxcbnothere0"]


def test_a_person_is_given_the_one_command(
    system_libraries: ModuleType, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system_libraries, "is_root", lambda: False)
    said: list[str] = []
    with pytest.raises(
        system_libraries.MissingLibrariesError, match=r"run: sudo apt-get install .*libnothere7"
    ) as error:
        ensure(system_libraries, said)
    assert "\n" not in str(error.value)
    assert len(said) == 1
    assert "fonts-nowhere" in said[0]
    assert not bare.exists()


def test_stale_package_lists_are_fetched_once(
    system_libraries: ModuleType, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system_libraries, "is_root", lambda: True)
    (bare.parent / "offline").touch()
    with pytest.raises(system_libraries.MissingLibrariesError):
        ensure(system_libraries, [], first=False)
    verbs = [line.split()[1] for line in bare.read_text(encoding="utf-8").splitlines()]
    assert verbs == ["install", "update"]


def test_libraries_of_the_screen_only_stop_who_needs_a_screen(
    system_libraries: ModuleType, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system_libraries, "is_root", lambda: False)
    monkeypatch.setattr(system_libraries, "ALWAYS", {})
    said: list[str] = []
    ensure(system_libraries, said, on_screen=False)
    assert "libxcbnothere0" in said[0]
    with pytest.raises(system_libraries.MissingLibrariesError):
        ensure(system_libraries, said, on_screen=True)


def test_a_later_start_does_not_ask_again_for_what_is_only_welcome(
    system_libraries: ModuleType, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system_libraries, "is_root", lambda: True)
    monkeypatch.setattr(system_libraries, "ALWAYS", {})
    said: list[str] = []
    ensure(system_libraries, said, on_screen=False, first=False)
    assert said == []
    assert not bare.exists()


def test_without_apt_the_libraries_are_named(
    system_libraries: ModuleType, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system_libraries.shutil, "which", lambda name: None)
    with pytest.raises(system_libraries.MissingLibrariesError, match="what Debian calls libnothere7 libxcbnothere0"):
        ensure(system_libraries, [])


def test_fonts_are_asked_for_where_fontconfig_is_absent(
    system_libraries: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system_libraries.shutil, "which", lambda name: None)
    assert system_libraries.missing_fonts() == ["fontconfig", "fonts-dejavu-core", "fonts-noto-cjk"]


def test_fonts_are_asked_for_by_what_they_can_write(
    system_libraries: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fc_list = tmp_path / "fc-list"
    fc_list.write_text('#!/bin/sh\n[ "$1" = ":lang=en" ] && echo /usr/share/fonts/x.ttf\nexit 0\n', encoding="utf-8")
    fc_list.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert system_libraries.missing_fonts() == ["fonts-noto-cjk"]
