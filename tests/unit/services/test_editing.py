"""A document that follows at once, and is the project's again once everything has been written and read."""

from __future__ import annotations

import itertools
import random
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tvau_studio.domain import actions
from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import Conflict, Edit, changed, created, edit
from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.geometry import Box
from tvau_studio.domain.labels import Clip, Object, Video
from tvau_studio.services import maintenance
from tvau_studio.services.editing import Editor, Listener, open_editor, store_lane
from tvau_studio.services.jobs import Jobs
from tvau_studio.services.projects import Project


class ManualLane:
    """A lane whose two ends a test moves by itself: what is written, and when that is heard of."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Callable[[], Any], Callable[[Any], None]]] = []
        self.worked: list[Callable[[], None]] = []

    def __call__(self, name: str, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        self.waiting.append((work, done))

    def work(self) -> None:
        """The project's side does the next thing."""
        if self.waiting:
            work, done = self.waiting.pop(0)
            result = work()
            self.worked.append(lambda: done(result))

    def hear(self) -> None:
        """The document's side hears of the next thing that was done."""
        if self.worked:
            self.worked.pop(0)()

    def drain(self) -> None:
        while self.waiting or self.worked:
            self.work()
            self.hear()


class Mirror(Listener):
    """Follows an editor by what it tells alone, as a view does."""

    def __init__(self, contents: Callable[[Document], Any]) -> None:
        self.contents = contents
        self.editor: Editor | None = None
        self.document = Document()
        self.refusals: list[tuple[StudioError, list[Edit]]] = []
        self.stalls: list[StudioError] = []
        self.places: list[Edit] = []

    def changed(self, edit: Edit) -> None:
        self.document.apply(edit)

    def reloaded(self) -> None:
        assert self.editor is not None
        self.copy(self.editor.document)

    def copy(self, document: Document) -> None:
        self.document = Document(row for rows in self.contents(document).values() for row in rows.values())

    def refused(self, error: StudioError, edits: Sequence[Edit]) -> None:
        self.refusals.append((error, list(edits)))

    def stalled(self, error: StudioError) -> None:
        self.stalls.append(error)

    def travelled(self, edit: Edit) -> None:
        self.places.append(edit)


def open_mirrored(
    project: Project, lane: ManualLane, edits: ModuleType, video: str | None = None
) -> tuple[Editor, Mirror]:
    mirror = Mirror(edits.contents)
    editor = open_editor(project, video or edits.VIDEO, lane, mirror)
    mirror.editor = editor
    mirror.copy(editor.document)
    return editor, mirror


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory, random_edits: ModuleType) -> Path:
    """A project with one video; to be copied."""
    path = tmp_path_factory.mktemp("begun") / "p.tvau"
    with Project.create(path, person="maker") as project:
        project.commit(random_edits.base_edit())
        other = Video(key="video-2", path="w.mp4", frames=9)
        project.commit(edit("Other", [created(other), created(Object(key="far", video="video-2", track=1))]))
    return path


@pytest.fixture
def project(begun: Path, tmp_path: Path) -> Iterator[Project]:
    with Project.open(shutil.copy(begun, tmp_path / "p.tvau"), person="ann") as opened:
        yield opened


@pytest.fixture
def bo(project: Project) -> Iterator[Project]:
    with Project.open(project.path or "", person="bo") as opened:
        yield opened


@pytest.fixture
def fresh_file(begun: Path, tmp_path: Path) -> Callable[[], Path]:
    """fresh_file(): a project with one video, each time another one."""
    numbers = itertools.count()
    return lambda: Path(shutil.copy(begun, tmp_path / f"{next(numbers)}.tvau"))


@pytest.fixture
def fresh_database(postgres: Any, random_edits: ModuleType) -> Callable[[], str]:
    """fresh_database(): the same as a database; the one before is it no more."""

    def fresh() -> str:
        with Project.open(postgres.project(), person="maker") as project:
            project.commit(random_edits.base_edit())
        return str(postgres.url("project"))

    return fresh


_MANY = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
_SOME = settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])


@_MANY
@given(seed=st.integers(0, 2**32), same_person=st.booleans())
def test_windows_that_have_read_the_log_are_the_project(
    fresh_file: Callable[[], Path], random_edits: ModuleType, seed: int, same_person: bool
) -> None:
    two_windows(fresh_file(), random_edits, seed, same_person)


@_SOME
@given(seed=st.integers(0, 2**32), same_person=st.booleans())
def test_clients_of_a_database_that_have_read_the_log_are_the_project(
    fresh_database: Callable[[], str], random_edits: ModuleType, seed: int, same_person: bool
) -> None:
    two_windows(fresh_database(), random_edits, seed, same_person)


def two_windows(target: Path | str, random_edits: ModuleType, seed: int, same_person: bool) -> None:
    """Two windows edit, undo and redo while what they sent and what they hear is late by any amount."""
    rng = random.Random(seed)
    people = ("ann", "ann" if same_person else "bo")
    projects = [Project.open(target, person=person) for person in people]
    try:
        lanes = [ManualLane(), ManualLane()]
        windows = [open_mirrored(p, lane, random_edits) for p, lane in zip(projects, lanes, strict=True)]
        for _ in range(50):
            which = rng.randrange(2)
            editor, lane = windows[which][0], lanes[which]
            wish = rng.random()
            if wish < 0.35:
                editor.commit(random_edits.random_edit(rng, editor.document, people[which]))
            elif wish < 0.45:
                rng.choice((editor.undo, editor.redo, editor.poll))()
            elif wish < 0.75:
                lane.work()
            else:
                lane.hear()
        for _ in range(2):  # the second time round each hears what the other wrote last
            for (editor, _), lane in zip(windows, lanes, strict=True):
                lane.drain()
                editor.poll()
                lane.drain()
        truth = random_edits.contents(projects[0].document(random_edits.VIDEO))
        for editor, mirror in windows:
            assert editor.unsaved == 0
            assert random_edits.contents(editor.document) == truth
            assert random_edits.contents(mirror.document) == truth
            assert (editor.undo_label, editor.redo_label) == editor.project.labels
    finally:
        for project in projects:
            project.close()


@pytest.mark.parametrize("kind", ["fresh_file", "fresh_database"])
def test_what_two_write_at_the_same_moment_stands_in_one_order(
    kind: str, request: pytest.FixtureRequest, random_edits: ModuleType
) -> None:
    """Two people commit from two threads as fast as they can; what collides is refused, and nothing else."""
    target = request.getfixturevalue(kind)()
    start = threading.Barrier(2)
    told: dict[str, int] = {}

    def work(person: str) -> None:
        rng = random.Random(person)
        refused = 0
        with Project.open(target, person=person) as project:
            editor = open_editor(project, random_edits.VIDEO)
            start.wait()
            for _ in range(25):
                editor.poll()
                try:
                    project.commit(random_edits.random_edit(rng, editor.document, person))
                except Conflict:
                    refused += 1
            editor.poll()
            told[person] = refused

    threads = [threading.Thread(target=work, args=[person]) for person in ("ann", "bo")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["ann", "bo"]
    assert maintenance.check(target)["problems"] == []
    with Project.open(target) as project:
        log = project.log_since(0)
        assert [e.seq for e in log] == list(range(1, len(log) + 1))
        document = Document()
        for entry in log:
            document.apply(entry.edit)
        assert random_edits.contents(document) == random_edits.contents(project.document())


def draw(editor: Editor) -> Edit:
    video = editor.video or ""
    return actions.new_object(editor.document, editor.project.who, video, 0, Box(1, 2, 3, 4))


def text(editor: Editor, key: str, value: str) -> Edit:
    return actions.set_text(editor.document, "object", key, "appearance", "en", value)


def test_an_edit_is_in_the_document_at_once_and_written_behind_it(project: Project, random_edits: ModuleType) -> None:
    lane = ManualLane()
    editor, mirror = open_mirrored(project, lane, random_edits)
    assert editor.commit(draw(editor))
    assert len(mirror.document.objects(random_edits.VIDEO)) == 1
    assert (editor.unsaved, editor.undo_label) == (1, "New object")
    assert len(project.objects) == 1  # the other video's
    lane.drain()
    assert (editor.unsaved, len(project.objects)) == (0, 2)
    assert editor.commit(edit("Nothing", [])) is True
    assert lane.waiting == []


def test_what_does_not_fit_what_is_shown_is_refused_at_once(project: Project, random_edits: ModuleType) -> None:
    lane = ManualLane()
    editor, mirror = open_mirrored(project, lane, random_edits)
    gone = Object(key="gone", video=random_edits.VIDEO, track=5)
    assert not editor.commit(edit("Edit", [changed(gone, track=6)]))
    assert len(mirror.refusals) == 1
    assert lane.waiting == []


def test_a_refused_edit_and_those_behind_it_are_taken_out(
    project: Project, bo: Project, random_edits: ModuleType
) -> None:
    lane = ManualLane()
    editor, mirror = open_mirrored(project, lane, random_edits)
    editor.commit(draw(editor))
    lane.drain()
    (thing,) = editor.document.objects(random_edits.VIDEO)
    bo.commit(edit("Bo's", [changed(thing, appearance_en="a dog")]))
    first, second = text(editor, thing.key, "a man"), draw(editor)
    editor.commit(first)
    editor.commit(second)
    lane.drain()
    ((error, edits),) = mirror.refusals
    assert isinstance(error, Conflict)
    assert str(error).startswith("bo changed")
    assert edits == [first, second]
    assert editor.document.object(thing.key).appearance_en == "a dog"
    assert random_edits.contents(mirror.document) == random_edits.contents(project.document(random_edits.VIDEO))
    assert editor.commit(text(editor, thing.key, "a big dog"))
    lane.drain()
    assert project.document().object(thing.key).appearance_en == "a big dog"


def test_the_edits_of_others_come_with_a_poll(project: Project, bo: Project, random_edits: ModuleType) -> None:
    lane = ManualLane()
    editor, mirror = open_mirrored(project, lane, random_edits)
    bo.commit(draw(open_editor(bo, random_edits.VIDEO)))
    editor.poll()
    editor.poll()
    assert len(lane.waiting) == 1
    lane.drain()
    assert len(mirror.document.objects(random_edits.VIDEO)) == 1
    assert editor.undo_label == ""


def test_an_undo_says_where_and_waits_for_what_is_on_its_way(project: Project, random_edits: ModuleType) -> None:
    lane = ManualLane()
    editor, mirror = open_mirrored(project, lane, random_edits)
    editor.commit(draw(editor))
    editor.undo()
    lane.drain()
    assert editor.document.objects(random_edits.VIDEO) == []
    assert [e.place.frame for e in mirror.places if e.place] == [0]
    assert (editor.undo_label, editor.redo_label) == ("", "New object")
    editor.redo()
    editor.redo()
    lane.drain()
    assert len(editor.document.objects(random_edits.VIDEO)) == 1
    assert len(mirror.places) == 2


def test_an_undo_that_is_refused_says_so(project: Project, bo: Project, random_edits: ModuleType) -> None:
    lane = ManualLane()
    editor, mirror = open_mirrored(project, lane, random_edits)
    editor.commit(draw(editor))
    lane.drain()
    bo.commit(edit("Bo's", [changed(editor.document.objects(random_edits.VIDEO)[0], appearance_en="a dog")]))
    editor.undo()
    lane.drain()
    assert [str(e).startswith("bo changed") for e, _ in mirror.refusals] == [True]
    assert len(editor.document.objects(random_edits.VIDEO)) == 1


def test_what_cannot_be_written_stays_on_screen_and_is_written_later(
    project: Project, random_edits: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    lane = ManualLane()
    editor, mirror = open_mirrored(project, lane, random_edits)
    commit = project.commit

    def full(edit: Edit) -> int:
        raise StudioError("The disk is full.")

    monkeypatch.setattr(project, "commit", full)
    editor.commit(draw(editor))
    editor.commit(draw(editor))
    lane.drain()
    assert [str(e) for e in mirror.stalls] == ["The disk is full."]
    assert (editor.unsaved, len(mirror.document.objects(random_edits.VIDEO))) == (2, 2)
    editor.retry()
    lane.drain()
    assert (len(mirror.stalls), editor.unsaved) == (2, 2)
    monkeypatch.setattr(project, "commit", commit)
    editor.commit(draw(editor))  # a new edit tries again by itself
    lane.drain()
    editor.retry()
    lane.drain()
    assert editor.unsaved == 0
    assert [o.track for o in project.document().objects(random_edits.VIDEO)] == [1, 2, 3]


@pytest.mark.expects_log("an edit was not written")
def test_a_bug_below_is_said_and_takes_the_edit_out(
    project: Project, random_edits: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    lane = ManualLane()
    editor, mirror = open_mirrored(project, lane, random_edits)

    def broken(edit: Edit) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(project, "commit", broken)
    editor.commit(draw(editor))
    lane.drain()
    assert ["ZeroDivisionError" in str(e) for e, _ in mirror.refusals] == [True]
    assert (editor.unsaved, editor.document.objects(random_edits.VIDEO)) == (0, [])


def test_rows_of_other_videos_are_left_out(project: Project, bo: Project, random_edits: ModuleType) -> None:
    lane = ManualLane()
    editor, _ = open_mirrored(project, lane, random_edits)
    here = Object(key="here", video=random_edits.VIDEO, track=1)
    there = Object(key="there", video="video-2", track=2)
    far = bo.document().object("far")
    rows = [created(there), created(Clip(key="k", video="video-2", id="k", start=0, stop=1)), created(here)]
    bo.commit(edit("Import", [*rows, changed(far, appearance_en="far away")]))
    editor.poll()
    lane.drain()
    assert [o.key for o in editor.document.objects(random_edits.VIDEO)] == ["here"]
    assert random_edits.contents(editor.document) == random_edits.contents(project.document(random_edits.VIDEO))


def test_an_object_that_comes_from_another_video_is_read(
    project: Project, bo: Project, random_edits: ModuleType
) -> None:
    lane = ManualLane()
    editor, mirror = open_mirrored(project, lane, random_edits)
    editor.commit(draw(editor))
    bo.commit(edit("Give", [changed(bo.document().object("far"), video=random_edits.VIDEO, track=9)]))
    editor.poll()
    lane.drain()
    assert [o.track for o in editor.document.objects(random_edits.VIDEO)] == [1, 9]
    assert random_edits.contents(mirror.document) == random_edits.contents(project.document(random_edits.VIDEO))


def test_an_editor_of_the_whole_project_takes_everything(project: Project, bo: Project) -> None:
    editor = open_editor(project, None)
    bo.commit(edit("Add", [created(Video(key="video-3", path="x.mp4"))]))
    editor.poll()
    assert [v.key for v in editor.document.videos] == ["video-1", "video-2", "video-3"]


def test_a_window_that_closes_has_written_everything(project: Project, random_edits: ModuleType) -> None:
    jobs = Jobs()
    editor = open_editor(project, random_edits.VIDEO, store_lane(jobs))
    for _ in range(5):
        editor.commit(draw(editor))
    assert jobs.close()
    assert len(project.document().objects(random_edits.VIDEO)) == 5
