"""Which system libraries and fonts Qt and OpenCV need on Linux, which of them are missing, and what installs them.

Standard library only; `bootstrap.py` uses it. Windows and macOS need nothing.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable

# What the dynamic loader asks for -> the Debian and Ubuntu package that holds it.
ALWAYS = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libX11.so.6": "libx11-6",
}
ON_SCREEN = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}
# A language that must be written -> the package of a font that can.
FONTS = {"en": "fonts-dejavu-core", "zh": "fonts-noto-cjk"}


class MissingLibrariesError(Exception):
    """One sentence that names what is missing and the command that installs it."""


def _loads(soname: str) -> bool:
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def missing_libraries(table: dict[str, str]) -> list[str]:
    """The packages of `table` whose library the dynamic loader does not find, sorted."""
    return sorted({package for soname, package in table.items() if not _loads(soname)})


def missing_fonts() -> list[str]:
    """The packages that bring a font for each language which no installed font can write, sorted."""
    if not shutil.which("fc-list"):
        return ["fontconfig", *sorted(FONTS.values())]
    missing = []
    for language, package in FONTS.items():
        done = subprocess.run(["fc-list", f":lang={language}", "file"], capture_output=True, text=True, check=False)
        if not done.stdout.strip():
            missing.append(package)
    return sorted(missing)


def missing_venv() -> list[str]:
    """Debian's package that lets this Python make virtual environments, where it is not there."""
    if importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv"):
        return []
    return ["python{}.{}-venv".format(*sys.version_info[:2])]


def command(packages: list[str]) -> str:
    """The one command line that installs `packages`."""
    prefix = "" if is_root() else "sudo "
    return f"{prefix}apt-get install -y --no-install-recommends {shlex.join(packages)}"


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def apt_install(packages: list[str]) -> bool:
    """Install `packages`; where the package lists are missing or stale they are fetched once. Whether it succeeded."""
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")

    def apt(*arguments: str) -> bool:
        done = subprocess.run(
            ["apt-get", "-qq", *arguments],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        return done.returncode == 0

    install = ("install", "-y", "--no-install-recommends", *packages)
    return apt(*install) or (apt("update") and apt(*install))


def ensure(*, on_screen: bool, testing: bool, first: bool, say: Callable[[str], None]) -> None:
    """Install what is missing where this is root and apt-get is there; else say the command.

    on_screen: the window will really be shown, so the libraries of Qt's X11 plugin are needed, not only welcome.
    testing: Xvfb is welcome too. first: what is only welcome is looked for; a later start does not ask again for what
    this machine could not give. say: takes one line for the person.
    Raises MissingLibrariesError where the program could not work without what is missing; fonts are only spoken of.
    """
    if not sys.platform.startswith("linux"):
        return
    needed = missing_venv() + missing_libraries(ALWAYS)
    welcome: list[str] = []
    if on_screen:
        needed += missing_libraries(ON_SCREEN)
    if first:
        welcome = missing_fonts() + ([] if on_screen else missing_libraries(ON_SCREEN))
        welcome += ["xvfb"] if testing and not shutil.which("Xvfb") else []
    if not needed and not welcome:
        return
    apt = shutil.which("apt-get") is not None
    if apt and is_root():
        say(f"installing system packages: {' '.join(needed + welcome)}")
        # Apart, so that what is only welcome cannot keep away what is needed.
        if welcome and not apt_install(welcome):
            say(f"these could not be installed; go on without them, or run: {command(welcome)}")
        if not needed or apt_install(needed):
            return
    elif welcome:
        say(f"without these, some characters or tests are missing: {command(welcome) if apt else ' '.join(welcome)}")
    if not needed:
        return
    if apt:
        raise MissingLibrariesError(f"system libraries that Qt needs are missing; run: {command(needed)}")
    raise MissingLibrariesError(
        f"system libraries that Qt needs are missing; install what Debian calls {' '.join(needed)} and start again."
    )
