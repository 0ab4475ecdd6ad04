"""A new project for each test, copied from one that was made once: a file, or a PostgreSQL database."""

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


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request: pytest.FixtureRequest) -> Path | str:
    """Where an empty project is: the test runs once on a file, once on a database."""
    if request.param == "sqlite":
        return Path(request.getfixturevalue("project"))
    return str(request.getfixturevalue("postgres").project())


@pytest.fixture
def opened() -> Iterator[Callable[[Path | str], Store]]:
    """open(target): a store that is closed when the test ends."""
    stores: list[Store] = []

    def open_(target: Path | str) -> Store:
        stores.append(lifecycle.open_store(target))
        return stores[-1]

    yield open_
    for store in stores:
        store.close()


@pytest.fixture
def store(target: Path | str, opened: Callable[[Path | str], Store]) -> Store:
    """On a file, and on a database."""
    return opened(target)


@pytest.fixture
def file_store(project: Path, opened: Callable[[Path | str], Store]) -> Store:
    """On the file `project`."""
    return opened(project)
