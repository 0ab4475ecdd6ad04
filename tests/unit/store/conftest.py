"""A new project for each test, copied from one that was made once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tvau_studio.store import lifecycle
from tvau_studio.store.engine import Store


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty project file; to be copied."""
    path = tmp_path_factory.mktemp("blank") / "blank.tvau"
    lifecycle.create(path, "blank", "maker", "0").close()
    return path


@pytest.fixture
def project(blank: Path, tmp_path: Path) -> Path:
    """The path of an empty project of this test's own."""
    return Path(shutil.copy(blank, tmp_path / "p.tvau"))


@pytest.fixture
def opened() -> Iterator[Callable[[Path], Store]]:
    """open(path): a store that is closed when the test ends."""
    stores: list[Store] = []

    def open_(path: Path) -> Store:
        stores.append(lifecycle.open_store(path))
        return stores[-1]

    yield open_
    for store in stores:
        store.close()


@pytest.fixture
def store(project: Path, opened: Callable[[Path], Store]) -> Store:
    return opened(project)
