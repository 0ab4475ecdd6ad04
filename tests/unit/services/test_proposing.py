from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tvau_studio.domain import actions
from tvau_studio.domain.edits import Edit, changed, created
from tvau_studio.domain.errors import Cancelled, StudioError, UsageError
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.geometry import Box
from tvau_studio.domain.labels import Clip, Object
from tvau_studio.media.encoder import write_video
from tvau_studio.services import proposing
from tvau_studio.services.projects import Project

FRAMES, HEIGHT, WIDTH = 30, 60, 120
CLASSES = ("person running", "person riding bicycle", "not in this project")


class Host:
    """Heat as a function of the pair: a spot that walks one cell to the right with each pair. asked: pairs computed."""

    pair_distance = 1

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.spots = {k: [(2, k)] for k in range(10)}
        self.best = 1

    def heat(self, video: Any, pairs: Sequence[int], progress: Any, cancel: Any, ready: Any) -> np.ndarray:
        if cancel is not None and cancel():
            raise Cancelled
        self.asked += pairs
        values = np.zeros((len(pairs), 6, 12), np.float32)
        for i, k in enumerate(pairs):
            for row, column in self.spots.get(k, ()):
                values[i, row, column] = 0.75
        ready(list(pairs), values)
        progress(len(pairs), len(pairs))
        return values

    def class_heat(self, video: Any, pairs: Sequence[int], progress: Any, cancel: Any) -> np.ndarray:
        values = np.full((len(pairs), 3, 6, 12), 0.3, np.float32)
        values[:, self.best, 2] = 0.8
        return values


class FakeModel:
    name, id, classes = "net", "a" * 16, CLASSES

    def __init__(self) -> None:
        self.host = Host()


@pytest.fixture
def model() -> Any:
    return FakeModel()


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("films") / "a.mp4"
    write_video(path, ((n / 25, np.full((HEIGHT, WIDTH, 3), n, np.uint8)) for n in range(FRAMES)))
    return path


@pytest.fixture
def project(tmp_path: Path, film: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "p.tvau", person="ann") as made:
        made.add_videos([film], clips="24/6")
        yield made


def drafts(project: Project) -> list[Object]:
    return [o for o in project.objects if o.model]


def test_overlapping_clips_are_looked_at_once(project: Project, model: Any) -> None:
    told: list[tuple[int, int]] = []
    report = proposing.propose(project, model, progress=lambda done, total: told.append((done, total)))
    assert (report.clips, report.objects, report.replaced, report.known, report.missing) == (2, 1, 0, 0, [])
    assert model.host.asked == list(range(15))
    assert told[-1] == (15, 15)
    [draft] = drafts(project)
    assert (draft.model, draft.verdict, draft.touched, draft.track) == ("net", "undecided", False, 1)
    assert draft.score == pytest.approx(0.75)
    assert draft.author == "ann"
    document = project.document()
    track = document.track(draft.key)
    assert [k.frame for k in track.keyframes] == list(range(0, 22, 2))
    assert track.keyframes[-1].outside
    assert track.at(0).box == Box(0, 20, 10, 10)  # type: ignore[union-attr]
    assert track.at(19).box == Box(90, 20, 10, 10)  # type: ignore[union-attr]
    assert track.at(20) is None
    [segment] = document.segments(draft.key)
    assert (segment.start, segment.stop, segment.event) == (0, 20, "person riding bicycle")
    assert {c.state for c in project.clips} == {"to review"}
    assert not any(document.anomalous(c) for c in project.clips)


def test_a_run_is_one_step(project: Project, model: Any) -> None:
    proposing.propose(project, model)
    assert project.undo_label == "Propose objects"
    project.undo()
    assert project.objects == []
    assert {c.state for c in project.clips} == {"new"}


@pytest.mark.parametrize("best", [0, 2])
def test_the_event_is_the_class_that_is_strongest(project: Project, model: Any, best: int) -> None:
    model.host.best = best
    proposing.propose(project, model)
    document = project.document()
    events = [s.event for s in document.segments(drafts(project)[0].key)]
    assert events == [CLASSES[best] if best == 0 else "anomaly"]


def test_a_second_run_replaces_its_own_untouched_drafts_alone(project: Project, model: Any) -> None:
    model.host.spots = {k: [(0, k), (3, k), (5, k)] for k in range(10)}
    proposing.propose(project, model, threshold=0.6)
    first, second, third = drafts(project)
    document = project.document()
    project.commit(actions.decide(document, [first.key], accept=False))
    project.commit(actions.set_text(project.document(), "object", second.key, "appearance", "en", "A man."))
    report = proposing.propose(project, model, threshold=0.7)
    # What was rejected and what a person works on is not proposed once more.
    assert (report.objects, report.replaced, report.known) == (1, 1, 2)
    left = drafts(project)
    assert {first.key, second.key} < {o.key for o in left}
    assert third.key not in {o.key for o in left}
    assert sorted(o.track for o in left) == [1, 2, 3]
    other = FakeModel()
    other.name, other.id = "other", "b" * 16
    assert proposing.propose(project, other).replaced == 0  # type: ignore[arg-type]
    assert {o.key for o in left} < {o.key for o in project.objects}


def test_chosen_clips_hold_whole_what_they_replace(project: Project, model: Any) -> None:
    proposing.propose(project, model)
    model.host.asked.clear()
    last = project.clips[-1]
    report = proposing.propose(project, model, clips=[last.id])
    assert (report.clips, report.objects, report.replaced) == (1, 1, 1)
    assert model.host.asked == []  # all of it from the cache
    [draft] = drafts(project)
    assert project.document().track(draft.key).keyframes[0].frame == 0


def test_accepted_and_returned_clips_keep_their_state(project: Project, model: Any) -> None:
    clip = project.clips[0]
    project.commit(Edit("state", (changed(clip, state="accepted"),)))  # type: ignore[arg-type]
    proposing.propose(project, model)
    assert [c.state for c in project.clips] == ["accepted", "to review"]


def test_what_is_hot_too_shortly_is_left_out(project: Project, model: Any) -> None:
    assert proposing.propose(project, model, min_frames=20).objects == 1
    assert proposing.propose(project, model, min_frames=21).objects == 0
    assert drafts(project) == []
    assert proposing.propose(project, model, threshold=0.8).objects == 0


def test_a_run_that_is_stopped_enters_nothing(project: Project, model: Any) -> None:
    with pytest.raises(Cancelled):
        proposing.propose(project, model, cancel=lambda: True)
    assert project.objects == []
    assert {c.state for c in project.clips} == {"new"}


def test_wrong_wishes(project: Project, model: Any, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="threshold"):
        proposing.propose(project, model, threshold=1.0)
    with pytest.raises(UsageError, match="no clip 'x'"):
        proposing.propose(project, model, clips=["x"])
    with Project.create(tmp_path / "empty.tvau") as empty, pytest.raises(UsageError, match="no clips"):
        proposing.propose(empty, model)


def test_missing_videos_are_left_out_and_named(project: Project, model: Any) -> None:
    [video] = project.videos
    gone = type(video)(key="gone", path="gone.mp4", frames=10)
    clip = Clip(key="c", video="gone", id="gone:0:10", start=0, stop=10)
    project.commit(Edit("add", (created(gone), created(clip))))
    report = proposing.propose(project, model)
    assert (report.missing, report.clips, report.objects) == (["gone.mp4"], 2, 1)
    assert {c.id: c.state for c in project.clips}["gone:0:10"] == "new"
    with pytest.raises(StudioError, match=r"gone\.mp4 is missing"):
        proposing.propose(project, model, clips=["gone:0:10"])


def test_ranges_are_joined_to_whole_pairs() -> None:
    ranges = [FrameRange(13, 20), FrameRange(0, 5), FrameRange(6, 8), FrameRange(15, 17)]
    assert proposing.joined(ranges) == [FrameRange(0, 8), FrameRange(12, 20)]


def test_with_a_real_network(project: Project, model_folder: Path) -> None:
    from tvau_studio.services.models import load_model

    report = proposing.propose(project, load_model(model_folder, "cpu"), threshold=0.3, min_frames=1)
    assert report.objects == len(drafts(project)) > 0
    document = project.document()
    known = {c.key for c in document.event_classes}
    for draft in drafts(project):
        track = document.track(draft.key)
        assert all(0 <= k.frame < FRAMES for k in track.keyframes)
        assert all(0 <= k.x <= WIDTH and 0 <= k.y <= HEIGHT for k in track.keyframes)
        assert 0.3 < (draft.score or 0) <= 1
        assert all(s.event in known for s in document.segments(draft.key))


def test_a_range_of_a_video_is_looked_at_alone(project: Project, model: Any) -> None:
    [video] = project.videos
    report = proposing.propose_ranges(project, model, {video.key: [FrameRange(3, 9)]})
    assert model.host.asked == [1, 2, 3, 4]
    assert (report.clips, report.objects) == (2, 1)  # both clips meet it
    [draft] = drafts(project)
    [segment] = project.document().segments(draft.key)
    assert (segment.start, segment.stop) == (2, 10)
    assert proposing.propose_ranges(project, model, {video.key: [FrameRange(3, 9)]}).replaced == 1
    with pytest.raises(UsageError):
        proposing.propose_ranges(project, model, {video.key: [FrameRange(3, 9)]}, threshold=0)
