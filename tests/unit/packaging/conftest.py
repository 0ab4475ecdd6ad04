"""The files of packaging/ are scripts, not a package: they are loaded by path."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest


def _load(name: str, root: Path) -> ModuleType:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(root / "packaging"))
        module = import_module(name)
    assert Path(str(module.__file__)).parent == root / "packaging"
    return module


@pytest.fixture(scope="session")
def bootstrap(project_root: Path) -> ModuleType:
    return _load("bootstrap", project_root)


@pytest.fixture(scope="session")
def system_libraries(bootstrap: ModuleType) -> ModuleType:
    return sys.modules["system_libraries"]


@pytest.fixture(scope="session")
def make_tiny(project_root: Path) -> ModuleType:
    return _load("make_tiny", project_root)
