"""The verbs new, add and db, as a person types them."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from tvau_studio.cli import main
from tvau_studio.media.encoder import write_video
from tvau_studio.services.projects import Project
from tvau_studio.store.schema import VERSION

Says = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    for name, shade in (("a", 40), ("b", 90)):
        picture = np.full((48, 64, 3), shade, np.uint8)
        write_video(folder / f"{name}.mp4", ((n / 24, picture) for n in range(30)))
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: two videos, and a text that says it is one."""
    for path in made.iterdir():
        shutil.copy(path, tmp_path)
    (tmp_path / "text.mp4").write_text("no video")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_from_the_shell(folder: Path) -> None:
    command = [sys.executable, "-m", "tvau_studio", "new", "p.tvau", "a.mp4", "b.mp4", "--clips", "24/12"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "p.tvau: 2 videos added with 4 clips\n"
    with Project.open(folder / "p.tvau") as project:
        assert [c.id for c in project.clips] == ["a:0:24", "a:6:30", "b:0:24", "b:6:30"]


def test_videos_come_later_too(folder: Path, capsys: Says) -> None:
    assert main(["new", "p.tvau"]) == 0
    assert main(["add", "p.tvau", "a.mp4"]) == 0
    assert main(["add", "p.tvau", ".", "--json"]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[:2] == ["p.tvau: 0 videos added with 0 clips", "p.tvau: 1 video added with 1 clip"]
    facts = json.loads(out.splitlines()[2])
    assert (facts["added"], facts["known"], facts["clips"], len(facts["refused"])) == (["b.mp4"], ["a.mp4"], 1, 1)
    assert err.startswith("tvau-studio: left out: text.mp4 cannot be opened as a video")


def refused(capsys: Says, *words: str) -> tuple[int, str]:
    """The exit code and the one line on stderr."""
    code = main(list(words))
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    return code, err


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["new", "p.tvau", "a.mp4", "text.mp4"], 1, "text.mp4 cannot be opened"),
        (["new", "p.tvau", "gone.mp4"], 1, "gone.mp4 does not exist"),
        (["new", "p.tvau", "a.mp4", "--clips", "some"], 2, "give whole, none, or length/stride"),
        (["new", "no/p.tvau", "a.mp4"], 1, "The folder no is not there"),
        (["new", "a.mp4/p.tvau", "a.mp4"], 1, "The folder a.mp4 is not there"),
        (["new", "http://x/y"], 2, "is no project"),
        (["add", "p.tvau", "a.mp4"], 1, "p.tvau is not there"),
        (["add", "text.mp4", "a.mp4"], 1, "text.mp4 is no tvau-studio project"),
        (["db", "check", "text.mp4"], 1, "text.mp4 is no tvau-studio project"),
        (["db", "check", "gone.tvau"], 1, "gone.tvau is not there"),
        (["db", "backup", "text.mp4"], 1, "text.mp4 is no tvau-studio project"),
        (["db", "upgrade", "."], 1, ". is a folder, not a project"),
        (["db", "stats", "text.mp4", "-o", "x"], 2, "-o belongs to db backup"),
    ],
)
def test_a_wish_that_cannot_be_met_is_one_sentence_and_leaves_nothing(
    folder: Path, capsys: Says, words: list[str], code: int, says: str
) -> None:
    before = names(folder)
    found, line = refused(capsys, *words)
    assert found == code
    assert says in line
    assert names(folder) == before


def test_a_project_is_never_made_over_another_file(folder: Path, capsys: Says) -> None:
    content = (folder / "a.mp4").read_bytes()
    assert "exists already" in refused(capsys, "new", "a.mp4", "b.mp4")[1]
    assert (folder / "a.mp4").read_bytes() == content


@pytest.fixture
def project(folder: Path, capsys: Says) -> Path:
    assert main(["new", "p.tvau", "a.mp4"]) == 0
    capsys.readouterr()
    return folder / "p.tvau"


def test_check(project: Path, capsys: Says) -> None:
    assert main(["db", "check", "p.tvau"]) == 0
    assert main(["db", "check", "p.tvau", "--json"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "p.tvau is sound."
    assert json.loads(out[1]) == {"project": "p.tvau", "schema": VERSION, "sound": True, "problems": []}
    with closing(sqlite3.connect(project)) as connection:
        connection.execute("UPDATE clip SET stop = 7")
        connection.commit()
    assert main(["db", "check", "p.tvau"]) == 1
    out, err = capsys.readouterr()
    assert "is not what the log of edits says" in out
    assert err == "tvau-studio: p.tvau is damaged; go back to its last backup.\n"
    assert main(["db", "check", "p.tvau", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["sound"] is False


def test_backup(project: Path, capsys: Says) -> None:
    with Project.open(project):  # while a window has it open
        assert main(["db", "backup", "p.tvau", "-o", "copy.tvau"]) == 0
        assert main(["db", "backup", "p.tvau"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    for copy in (first, second):
        with Project.open(copy) as opened:
            assert [c.id for c in opened.clips] == ["a:0:30"]
    assert "exists already" in refused(capsys, "db", "backup", "p.tvau", "-o", "copy.tvau")[1]


def test_upgrade(project: Path, capsys: Says) -> None:
    assert main(["db", "upgrade", "p.tvau"]) == 0
    assert capsys.readouterr().out == f"p.tvau has the newest schema ({VERSION}) already.\n"
    with closing(sqlite3.connect(project)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0099'")
        connection.commit()
    for words in (["db", "upgrade", "p.tvau"], ["db", "check", "p.tvau"], ["add", "p.tvau", "b.mp4"]):
        assert "made by a newer version of tvau-studio (schema 99" in refused(capsys, *words)[1]


def test_stats(project: Path, capsys: Says) -> None:
    assert main(["db", "stats", "p.tvau", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["rows"]["video"], facts["rows"]["clip"], facts["clips"]) == (1, 1, {"new": 1})
    assert main(["db", "stats", "p.tvau"]) == 0
    assert "rows: video" in capsys.readouterr().out
