"""Copies of a project in use, and the way back."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tvau_studio.domain.edits import created, edit
from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.labels import Video
from tvau_studio.services import backups, maintenance
from tvau_studio.services.projects import Project


@pytest.fixture
def path(tmp_path: Path) -> Path:
    target = tmp_path / "labels.tvau"
    with Project.create(target, person="ann") as project:
        project.commit(edit("Add", [created(Video(key="a", path="a.mp4"))]))
    return target


def test_a_copy_is_made_while_the_project_is_in_use_and_is_sound(path: Path) -> None:
    with Project.open(path, person="ann") as project:
        project.commit(edit("Add", [created(Video(key="b", path="b.mp4"))]))
        made = backups.make(path)
    assert maintenance.check(made.path)["sound"]
    with Project.open(made.path) as copy:
        assert [v.key for v in copy.videos] == ["a", "b"]
    assert backups.list_backups(path) == [made]


def test_it_is_due_when_it_is_old_and_something_changed(path: Path) -> None:
    assert backups.is_due(path, 1)
    assert not backups.is_due(path, 0), "never"
    now = path.stat().st_mtime
    backups.make(path, now - 7200)
    assert backups.is_due(path, 1, now)
    assert not backups.is_due(path, 3, now)
    backups.make(path, now + 10)
    assert not backups.is_due(path, 1, now + 9000), "nothing was written since"


def test_a_project_comes_back_and_what_it_was_is_set_aside(path: Path) -> None:
    made = backups.make(path)
    with Project.open(path, person="ann") as project:
        project.commit(edit("Add", [created(Video(key="b", path="b.mp4"))]))
    aside = backups.restore(path, made.path)
    with Project.open(path) as project:
        assert [v.key for v in project.videos] == ["a"]
    with Project.open(aside) as before:
        assert [v.key for v in before.videos] == ["a", "b"]


def test_a_damaged_project_comes_back_too(path: Path) -> None:
    made = backups.make(path)
    whole = bytearray(path.read_bytes())
    whole[4096:12288] = b"\xff" * 8192
    path.write_bytes(whole)
    backups.restore(path, made.path)
    assert maintenance.check(path)["sound"]


def test_a_project_that_is_open_or_a_copy_that_is_broken_changes_nothing(path: Path) -> None:
    made = backups.make(path)
    with Project.open(path) as project:
        assert len(project.videos) == 1
        with pytest.raises(StudioError, match="close it first"):
            backups.restore(path, made.path)
        assert len(project.videos) == 1
    made.path.write_bytes(made.path.read_bytes()[:5000])
    with pytest.raises(StudioError):
        backups.restore(path, made.path)
    with Project.open(path) as project:
        assert len(project.videos) == 1


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 20 * 86400), max_size=40, unique=True))
def test_thinning_keeps_the_newest_and_one_an_hour_and_a_day(tmp_path: Path, ages: list[int]) -> None:
    now = 1_750_000_000.0
    target = tmp_path / f"{abs(hash(tuple(ages)))}.tvau"
    folder = backups.folder_of(target)
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for age in ages:
        name = backups.datetime.fromtimestamp(now - age, backups.UTC).strftime("%Y%m%d-%H%M%S")
        (folder / f"{name}.tvau").write_bytes(b"x")
    before = backups.list_backups(target)
    backups.thin(target, now)
    after = backups.list_backups(target)
    assert after[:1] == before[:1]
    days = {int(b.made // 86400) for b in before if now - b.made < 86400 * backups.KEPT_DAYS}
    assert {int(b.made // 86400) for b in after if now - b.made < 86400 * backups.KEPT_DAYS} == days
    hours = {int(b.made // 3600) for b in before if now - b.made < 3600 * backups.KEPT_HOURS}
    assert {int(b.made // 3600) for b in after if now - b.made < 3600 * backups.KEPT_HOURS} == hours
    assert len(after) <= len(days) + len(hours) + 1
