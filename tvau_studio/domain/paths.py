"""Where the program's own files and a person's files lie."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from tvau_studio.domain.errors import StudioError

_PACKAGE = Path(__file__).resolve().parent.parent


def resource(name: str) -> Path:
    """The path of a file or folder shipped under resources/ (a wheel carries it inside the package).

    Raises StudioError where it is missing, which means a broken installation.
    """
    for root in (_PACKAGE / "resources", _PACKAGE.parent / "resources"):
        path = root / name
        if path.exists():
            return path
    raise StudioError("The file {name} of the program is missing; install tvau-studio again.", name=name)


def _user_folder(kind: str) -> Path:
    if root := os.environ.get("TVAU_STUDIO_HOME"):
        return Path(root) / kind
    return Path(getattr(platformdirs, f"user_{kind}_path")("tvau-studio", appauthor=False))


def data_folder() -> Path:
    """The user's data: untitled projects and the demo. Not created here.

    The variable TVAU_STUDIO_HOME puts the three folders of a person under one root (tests, portable use).
    """
    return _user_folder("data")


def untitled_folder() -> Path:
    """The projects of videos that were opened without one. Not created here."""
    return data_folder() / "untitled"


def cache_folder() -> Path:
    """What may be deleted at any time: frame indexes, heatmaps of projects without a file. Not created here."""
    return _user_folder("cache")


def config_folder() -> Path:
    """A person's settings. Not created here."""
    return _user_folder("config")


def log_folder() -> Path:
    """What the window noted about its own work, for reports of faults. Not created here."""
    return _user_folder("log")
