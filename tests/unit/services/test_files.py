"""A file appears whole or not at all, whatever happens meanwhile."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest

from tvau_studio.domain.errors import StudioError
from tvau_studio.services.files import whole_file
from tvau_studio.services.projects import Project


def full(*_: Any) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_file_that_was_there_is_replaced_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("old")
    with whole_file(path) as file:
        file.write(b"new")
        file.flush()
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert os.listdir(tmp_path) == ["a.jsonl"]  # noqa: PTH208


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("old")
    monkeypatch.setattr(os, "fsync", full)
    why = r"a\.jsonl cannot be written: No space left on device; choose"
    with pytest.raises(StudioError, match=why), whole_file(path) as file:
        file.write(b"new")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.jsonl"]  # noqa: PTH208


def test_an_export_onto_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"id": "a", "video": "a.mp4", "frames": [0, 4], "objects": []}
    (tmp_path / "in.jsonl").write_text(json.dumps(row))
    out = tmp_path / "out"
    out.mkdir()
    (out / "o.jsonl").write_text("an earlier one")
    with Project.create(tmp_path / "p.tvau", person="ann") as project:
        project.import_("jsonl", tmp_path / "in.jsonl")
        with monkeypatch.context() as patch:
            patch.setattr("tvau_studio.services.files.os.fsync", full)
            with pytest.raises(StudioError, match="No space left"):
                project.export("jsonl", out / "o.jsonl", state="all")
        assert project.snapshots.releases() == [], "nothing was released"
    assert [p.name for p in out.iterdir()] == ["o.jsonl"]
    assert (out / "o.jsonl").read_text() == "an earlier one"


@pytest.mark.parametrize("target", ["folder", "missing/a.jsonl", "file/a.jsonl"])
def test_where_nothing_can_be_written(target: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("x")
    with pytest.raises(StudioError, match=r"cannot be written|is a folder"), whole_file(tmp_path / target):
        pass
