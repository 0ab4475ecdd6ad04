"""Projects as scripts and windows hold them: videos go in, are found again, and two windows see each other."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

import tvau_studio
from tvau_studio.domain import actions
from tvau_studio.domain.edits import Conflict, Edit, changed, created, edit
from tvau_studio.domain.errors import Cancelled, StudioError, UsageError
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.geometry import Box
from tvau_studio.domain.labels import Video
from tvau_studio.services import adding
from tvau_studio.services.projects import Project

Film = Callable[..., Path]


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> Film:
    """films(path, frames=5, shade=0): a small video of `frames` pictures at that path; made once for each shade."""
    from tvau_studio.media.encoder import write_video

    folder = tmp_path_factory.mktemp("films")

    def make(path: Path, frames: int = 5, shade: int = 0) -> Path:
        kept = folder / f"{frames}-{shade}.mp4"
        if not kept.exists():
            picture = np.full((48, 64, 3), 20 * shade, np.uint8)
            write_video(kept, ((n / 10, picture) for n in range(frames)))
        path.parent.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copy(kept, path))

    return make


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "p.tvau", person="ann") as made:
        yield made


def ids(project: Project) -> list[str]:
    return [c.id for c in project.clips]


def test_the_package_gives_the_class() -> None:
    assert tvau_studio.Project is Project


def test_a_project_knows_its_name_and_where_it_lies(project: Project, tmp_path: Path) -> None:
    assert (project.name, project.path, project.folder) == ("p", tmp_path / "p.tvau", tmp_path)
    assert project.cache.folder == tmp_path / "p.tvau.cache"
    assert not project.cache.folder.exists()
    assert (project.videos, project.clips, project.objects) == ([], [], [])
    assert project.document().event_classes[0].key == "person running"
    assert (project.undo_label, project.redo_label, project.history()) == ("", "", [])


def test_opening_makes_nothing_unless_asked_to(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="is not there"):
        Project.open(tmp_path / "p.tvau")
    with Project.open(tmp_path / "p.tvau", create=True) as made:
        assert made.name == "p"
    with Project.open(tmp_path / "p.tvau", create=True) as again:
        assert again.videos == []


def test_the_name_of_who_edits_is_the_setting(tmp_path: Path) -> None:
    from tvau_studio.services.settings import Settings

    with Project.create(tmp_path / "p.tvau") as made:
        assert made.who.name == Settings()["name"]


# -- videos


def test_videos_are_entered_with_a_clip_as_one_step(project: Project, tmp_path: Path, films: Film) -> None:
    one, other = films(tmp_path / "sub" / "a.mp4"), films(tmp_path / "b.mp4", 7, 1)
    counted: list[tuple[int, int]] = []
    report = project.add_videos([one, other], progress=lambda n, total: counted.append((n, total)))
    assert counted == [(1, 2), (2, 2)]
    assert [v.path for v in report.added] == ["sub/a.mp4", "b.mp4"]
    assert {v.path: (v.frames, v.size, v.fps) for v in project.videos} == {
        "b.mp4": (7, (48, 64), 10.0), "sub/a.mp4": (5, (48, 64), 10.0),
    }  # fmt: skip
    assert ids(project) == ["b:0:7", "a:0:5"]
    assert report.clips == 2
    assert all(v.author == "ann" and v.made > 0 for v in project.videos)
    assert project.undo_label == "Add videos"
    project.undo()
    assert (project.videos, project.clips) == ([], [])


def test_a_folder_gives_its_videos_and_names_what_is_none(project: Project, tmp_path: Path, films: Film) -> None:
    films(tmp_path / "in" / "b.mp4", 5, 1)
    films(tmp_path / "in" / "deep" / "a.MP4", 5, 2)
    (tmp_path / "in" / "notes.txt").write_text("no video")
    (tmp_path / "in" / "broken.mp4").write_text("no video")
    (tmp_path / "empty").mkdir()
    report = project.add_videos([tmp_path / "in"])
    assert [Path(v.path).name for v in report.added] == ["b.mp4", "a.MP4"]
    assert ["broken.mp4" in str(e) for e in report.refused] == [True]
    with pytest.raises(StudioError, match="holds no video"):
        project.add_videos([tmp_path / "empty"])


def test_a_file_that_is_no_video_is_refused_and_nothing_is_entered(
    project: Project, tmp_path: Path, films: Film
) -> None:
    good = films(tmp_path / "a.mp4")
    bad = tmp_path / "x.mp4"
    bad.write_text("no video")
    for wrong in (bad, tmp_path / "gone.mp4"):
        with pytest.raises(StudioError, match=wrong.name):
            project.add_videos([good, wrong])
    with pytest.raises(UsageError, match="--clips"):
        project.add_videos([good], "24")
    assert project.videos == []


def test_stopped_in_the_middle_nothing_is_entered(project: Project, tmp_path: Path, films: Film) -> None:
    paths = [films(tmp_path / f"{n}.mp4", 5, n) for n in range(3)]
    seen: list[int] = []

    def cancel() -> None:
        if len(seen) == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        project.add_videos(paths, progress=lambda n, _: seen.append(n), cancel=cancel)
    assert project.videos == []


def test_the_same_content_is_one_video(project: Project, tmp_path: Path, films: Film) -> None:
    one, copy = films(tmp_path / "a.mp4"), films(tmp_path / "copy.mp4")
    report = project.add_videos([one, copy])
    assert ([v.path for v in report.added], report.known) == (["a.mp4"], [copy])
    report = project.add_videos([one])
    assert (report.added, report.known, report.clips) == ([], [one], 0)
    assert project.undo_label == "Add video"


def test_two_videos_of_one_name_have_ids_of_their_own(project: Project, tmp_path: Path, films: Film) -> None:
    project.add_videos([films(tmp_path / "1" / "cam.mp4"), films(tmp_path / "2" / "cam.mp4", 5, 1)])
    second = project.videos[1]
    assert ids(project) == ["cam:0:5", f"cam#{second.fingerprint[:6]}:0:5"]


def test_a_video_far_away_is_kept_by_its_whole_path(
    project: Project, tmp_path_factory: pytest.TempPathFactory, films: Film
) -> None:
    path = films(tmp_path_factory.mktemp("far") / "a.mp4")
    project.add_videos([path])
    assert project.videos[0].path == str(path)
    assert project.find_video(project.videos[0]) == path


@pytest.mark.parametrize(
    ("clips", "frames", "expected"),
    [
        ("whole", 50, [(0, 50)]),
        ("none", 50, []),
        ("24/12", 48, [(0, 24), (12, 36), (24, 48)]),
        ("24/12", 50, [(0, 24), (12, 36), (24, 48), (26, 50)]),
        ("24/24", 24, [(0, 24)]),
        ("24/12", 7, [(0, 7)]),
        (" 2 / 5 ", 12, [(0, 2), (5, 7), (10, 12)]),
    ],
)
def test_clips_are_cut(clips: str, frames: int, expected: list[tuple[int, int]]) -> None:
    assert adding.clip_windows(clips, frames) == [FrameRange(a, b) for a, b in expected]


@pytest.mark.parametrize("clips", ["", "all", "24", "0/12", "24/0", "24/-1", "a/b"])
def test_other_words_for_clips_are_refused(clips: str) -> None:
    with pytest.raises(UsageError, match="24/12"):
        adding.clip_windows(clips, 50)


def test_a_video_that_moved_is_found_by_its_content(project: Project, tmp_path: Path, films: Film) -> None:
    path = films(tmp_path / "a.mp4")
    project.add_videos([path])
    (video,) = project.videos
    films(tmp_path / "moved" / "a.mp4", 5, 3)  # the same name, another content
    target = tmp_path / "moved" / "deep" / "other name.mp4"
    target.parent.mkdir()
    path.rename(target)
    assert project.is_missing(video)
    assert project.find_video(video) == target
    assert not project.is_missing(video)
    report = project.add_videos([target])
    assert [v.path for v in report.linked] == ["moved/deep/other name.mp4"]
    assert [(v.key, v.path) for v in project.videos] == [(video.key, "moved/deep/other name.mp4")]
    target.unlink()
    assert project.find_video(project.videos[0]) is None


def test_an_imported_video_is_linked_by_name_where_the_facts_agree(
    project: Project, tmp_path: Path, films: Film
) -> None:
    rows = [Video(key="m", path="/gone/a.avi", frames=5), Video(key="n", path="/gone/b.avi", frames=99)]
    project.commit(edit("Import", [created(row) for row in rows]))
    assert project.find_video(rows[0]) is None
    report = project.add_videos([films(tmp_path / "a.mp4"), films(tmp_path / "b.mp4", 5, 1)])
    assert [v.key for v in report.linked] == ["m"]
    assert [v.path for v in report.added] == ["b.mp4"]
    linked = project.document("m").video("m")
    assert (linked.path, linked.size, len(linked.fingerprint)) == ("a.mp4", (48, 64), 32)


def test_an_imported_video_whose_file_is_there_is_looked_at(project: Project, tmp_path: Path, films: Film) -> None:
    project.commit(edit("Import", [created(Video(key="m", path="a.mp4"))]))
    report = project.add_videos([films(tmp_path / "a.mp4")])
    assert [(v.key, v.frames, v.size) for v in report.linked] == [("m", 5, (48, 64))]
    assert project.videos == report.linked
    assert project.add_videos([tmp_path / "a.mp4"]).known == [tmp_path / "a.mp4"]


def test_a_video_that_is_opened_is_known_from_then_on(project: Project, tmp_path: Path, films: Film) -> None:
    project.commit(edit("Import", [created(Video(key="m", path="a.mp4", frames=5))]))
    with pytest.raises(StudioError, match=r"a\.mp4 is missing"):
        project.open_video(project.videos[0])
    path = films(tmp_path / "a.mp4")
    with project.open_video(project.videos[0]) as file:
        assert len(file) == 5
    (known,) = project.videos
    assert (known.size, known.fingerprint) == ((48, 64), file.fingerprint)
    assert project.undo_label == "Import"  # nobody did it, and nobody takes it back
    path.rename(tmp_path / "moved.mp4")
    seq = project.last_seq
    with project.open_video(known) as again:
        assert again.path == tmp_path / "moved.mp4"
    assert project.last_seq == seq


# -- the project's own place


def test_a_project_moves_with_its_history_and_finds_its_videos(project: Project, tmp_path: Path, films: Film) -> None:
    project.add_videos([films(tmp_path / "a.mp4"), films(tmp_path / "new" / "b.mp4", 5, 1)])
    project.cache.write("f", "m", [0], np.zeros((1, 2, 2), np.float32))
    with project.move(tmp_path / "new" / "labels.tvau") as moved:
        assert (moved.name, moved.who.name) == ("labels", "ann")
        assert sorted(v.path for v in moved.videos) == [str(tmp_path / "a.mp4"), "b.mp4"]
        assert all(moved.find_video(v) for v in moved.videos)
        assert list(moved.cache.read("f", "m", [0])) == [0]
        assert moved.undo_label == "Add videos"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.mp4", "new"]
    assert sorted(p.name for p in (tmp_path / "new").iterdir()) == ["b.mp4", "labels.tvau", "labels.tvau.cache"]


def test_a_project_that_is_open_elsewhere_or_cannot_go_there_stays(
    project: Project, tmp_path: Path, films: Film
) -> None:
    project.add_videos([films(tmp_path / "a.mp4")])
    with Project.open(project.path or "") as other:
        assert other.clips
        with pytest.raises(StudioError, match="open in another window"):
            project.move(tmp_path / "q.tvau")
    with pytest.raises(StudioError, match="exists already"):
        project.move(tmp_path / "a.mp4")
    with pytest.raises(StudioError, match="is not there"):
        project.move(tmp_path / "no" / "q.tvau")
    assert project.undo() is not None
    assert not (tmp_path / "q.tvau").exists()


# -- edits


@pytest.fixture
def labelled(project: Project, tmp_path: Path, films: Film) -> Project:
    project.add_videos([films(tmp_path / "a.mp4")])
    return project


def draw(project: Project) -> Edit:
    (video,) = project.videos
    return actions.new_object(project.document(video.key), project.who, video.key, 0, Box(1, 2, 3, 4))


def test_two_windows_see_each_other_and_overwrite_nothing(labelled: Project) -> None:
    with Project.open(labelled.path or "", person="bo") as other:
        seq = labelled.last_seq
        document = labelled.document()
        other.commit(draw(other))
        seq, edits = labelled.changes_since(seq)
        for one in edits:
            document.apply(one)
        assert document.objects(labelled.videos[0].key) == other.objects
        assert labelled.changes_since(seq) == (seq, [])
        (thing,) = other.objects
        labelled.commit(edit("Mine", [changed(thing, appearance_en="a man")]))
        with pytest.raises(Conflict, match="ann changed this object"):
            other.commit(edit("Mine too", [changed(thing, appearance_en="a woman")]))
        assert other.undo_label == "New object"
        assert labelled.undo_label == "Mine"
        assert labelled.undo() is not None
        assert other.objects == [thing]
        assert labelled.changes_since(seq)[1] == []


def test_who_edits_may_change_while_it_is_open(labelled: Project) -> None:
    labelled.person = "bo"
    assert (labelled.who.name, labelled.undo_label) == ("bo", "")
    labelled.commit(draw(labelled))
    assert [s.person for s in labelled.history()] == ["bo", "ann"]


def test_an_edit_of_nothing_writes_nothing(labelled: Project) -> None:
    seq = labelled.last_seq
    assert labelled.commit(edit("Nothing", [])) == seq == labelled.last_seq


def test_many_threads_may_edit_at_once(labelled: Project) -> None:
    (video,) = labelled.videos
    rows = [Video(key=f"v{n}", path=f"{n}.mp4") for n in range(24)]
    errors: list[BaseException] = []

    def work(part: list[Video]) -> None:
        try:
            for row in part:
                labelled.commit(edit("Add", [created(row)]))
                assert labelled.document(video.key).clips(video.key)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(rows[n::4],)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(labelled.videos) == 25
    assert [e.seq for e in labelled.log_since(0)] == list(range(1, labelled.last_seq + 1))
