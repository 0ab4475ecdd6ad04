"""The folders of ShanghaiTech and UBnormal: masks to tracks at the right frames; what is wrong has its place."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tvau_studio.domain.document import Document
from tvau_studio.domain.errors import Cancelled, StudioError
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.geometry import Box
from tvau_studio.domain.labels import Clip, Video
from tvau_studio.formats import get
from tvau_studio.formats.base import Malformed, Reading, ReadOptions
from tvau_studio.media.encoder import write_video
from tvau_studio.media.imageops import write_jpeg, write_png

SIZE = (40, 60)
LENGTH = 30
Boxes = dict[int, Box]


def read(path: Path, name: str, **options: Any) -> Reading:
    reader = get(name).read
    assert reader is not None
    return reader(path, ReadOptions(**options))


def video_of(reading: Reading, stem: str) -> tuple[Document, Video, Clip]:
    document = Document(reading.rows)
    [video] = [v for v in document.videos if v.stem == stem]
    [clip] = document.clips(video.key)
    return document, video, replace(clip, stop=video.frames)


def tracks_of(reading: Reading, stem: str) -> dict[int, tuple[Boxes, list[tuple[int, int, str | None]]]]:
    """track -> its boxes by frame, and its segments."""
    document, video, _ = video_of(reading, stem)
    assert video.frames
    return {
        thing.track: (
            {f: seen.box for f, seen in document.track(thing.key).shown(FrameRange(0, video.frames))},
            [(s.start, s.stop, s.event) for s in document.segments(thing.key)],
        )
        for thing in document.objects(video.key)
    }


def pictures(folder: Path, count: int = LENGTH) -> None:
    folder.mkdir(parents=True)
    for n in range(count):
        write_jpeg(folder / f"{n:03d}.jpg", np.full((*SIZE, 3), 8 * n, np.uint8))


def film(path: Path, count: int = LENGTH) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_video(path, ((n / 24, np.full((*SIZE, 3), 8 * n, np.uint8)) for n in range(count)))


def save(path: Path, values: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path, values)


# -- ShanghaiTech


@pytest.fixture
def campus(tmp_path: Path) -> Path:
    """01_0001, whose object comes late, is gone for three frames and leaves early; 01_0002 as a film without anything;
    a normal video.
    """
    root = tmp_path / "campus"
    pixels = np.zeros((LENGTH, *SIZE), np.uint8)
    for n in [*range(7, 12), *range(15, 20)]:
        pixels[n, 10:18, n : n + 5] = 1
    pictures(root / "testing/frames/01_0001")
    save(root / "testing/test_pixel_mask/01_0001.npy", pixels)
    save(root / "testing/test_frame_mask/01_0001.npy", pixels.any((1, 2)).astype(np.int64))
    film(root / "testing/frames/01_0002.avi", 12)
    save(root / "testing/test_frame_mask/01_0002.npy", np.zeros(12, bool))
    film(root / "training/videos/01_001.avi", 9)
    return root


def test_an_object_is_where_and_when_its_pixels_are(campus: Path) -> None:
    """The list of one that comes late must not begin at frame 0, nor be filled up behind its end."""
    reading = read(campus, "shanghaitech")
    assert reading.warnings == []
    boxes, segments = tracks_of(reading, "01_0001")[1]
    assert boxes == {n: Box(n, 10, 5, 8) for n in [*range(7, 12), *range(15, 20)]}
    assert segments == [(7, 12, "anomaly"), (15, 20, "anomaly")]
    document, video, clip = video_of(reading, "01_0001")
    assert (video.frames, video.size, video.split) == (LENGTH, SIZE, "test")
    assert video.path == str(campus / "testing/frames/01_0001")
    assert len(video.fingerprint) == 32
    assert clip.masks == str(campus / "testing/test_pixel_mask/01_0001.npy")
    assert document.anomalous(clip)
    assert clip.anomaly is None, "its segments say it"


def test_videos_without_an_anomaly(campus: Path) -> None:
    reading = read(campus, "shanghaitech")
    for stem, frames, split in (("01_0002", 12, "test"), ("01_001", 9, "train")):
        document, video, clip = video_of(reading, stem)
        assert (video.frames, video.size, video.split, video.fps) == (frames, SIZE, split, 24.0)
        assert document.objects(video.key) == []
        assert not document.anomalous(clip)


def test_instance_masks_keep_their_ids(campus: Path) -> None:
    pixels = np.zeros((LENGTH, *SIZE), np.uint8)
    pixels[3:6, 0:5, 0:5] = 2
    pixels[3:9, 0:5, 5:9] = 7  # touching, and yet another one
    save(campus / "testing/test_pixel_mask/01_0001.npy", pixels)
    save(campus / "testing/test_frame_mask/01_0001.npy", pixels.any((1, 2)).astype(np.uint8))
    tracks = tracks_of(read(campus, "shanghaitech"), "01_0001")
    assert {track: sorted(boxes) for track, (boxes, _) in tracks.items()} == {2: [3, 4, 5], 7: [3, 4, 5, 6, 7, 8]}


def test_the_frame_mask_says_when_an_object_is_anomalous(campus: Path) -> None:
    told = np.zeros(LENGTH, np.uint8)
    told[10:17] = 1
    told[25] = 1
    save(campus / "testing/test_frame_mask/01_0001.npy", told)
    reading = read(campus, "shanghaitech")
    boxes, segments = tracks_of(reading, "01_0001")[1]
    assert sorted(boxes) == [*range(7, 12), *range(15, 20)]
    assert segments == [(10, 17, "anomaly")]
    assert reading.warnings == [
        "01_0001: 4 anomalous frames have no object (12:15, 25:26)",
        "01_0001: 6 frames with objects are normal by the frame mask (7:10, 17:20)",
    ]


def test_labels_without_pictures_are_enough(campus: Path) -> None:
    for item in (campus / "testing/frames/01_0001").iterdir():
        item.unlink()
    (campus / "testing/frames/01_0001").rmdir()
    reading = read(campus, "shanghaitech")
    _, video, _ = video_of(reading, "01_0001")
    assert (video.frames, video.size, video.fingerprint) == (LENGTH, SIZE, "")
    assert video.path == str(campus / "testing/frames/01_0001")


def test_frame_masks_alone_make_a_clip_anomalous(campus: Path) -> None:
    (campus / "testing/test_pixel_mask/01_0001.npy").unlink()
    reading = read(campus, "shanghaitech")
    document, _, clip = video_of(reading, "01_0001")
    assert document.anomalous(clip)
    assert reading.warnings == ["01_0001 has no pixel mask, so that it has no objects"]


def test_a_damaged_training_video_is_named(campus: Path) -> None:
    (campus / "training/videos/01_002.avi").write_bytes(b"no video")
    [told] = read(campus, "shanghaitech").warnings
    assert told.startswith("01_002.avi was left out: ")


def _wrong_length(root: Path) -> None:
    save(root / "testing/test_frame_mask/01_0001.npy", np.zeros(LENGTH - 1, np.uint8))


def _other_length_than_the_pictures(root: Path) -> None:
    (root / "testing/frames/01_0001/000.jpg").unlink()


def _odd_value(root: Path) -> None:
    values = np.zeros(LENGTH, np.int64)
    values[4] = 2
    save(root / "testing/test_frame_mask/01_0001.npy", values)


def _two_dimensions(root: Path) -> None:
    save(root / "testing/test_frame_mask/01_0001.npy", np.zeros((LENGTH, 1), np.uint8))


def _other_size(root: Path) -> None:
    save(root / "testing/test_pixel_mask/01_0001.npy", np.zeros((LENGTH, 8, 8), np.uint8))


def _text(root: Path) -> None:
    (root / "testing/test_pixel_mask/01_0001.npy").write_text("no array")


def _pickle(root: Path) -> None:
    save(root / "testing/test_frame_mask/01_0001.npy", np.array([object()] * LENGTH))


@pytest.mark.parametrize(
    ("spoil", "where", "why"),
    [
        (_wrong_length, "test_frame_mask/01_0001.npy, the shape", "29 frames, but .* has 30"),
        (_other_length_than_the_pictures, "01_0001.npy, the shape", "30 frames, but .*01_0001 has 29"),
        (_odd_value, "test_frame_mask/01_0001.npy, frame 4", "2 is neither 0 nor 1"),
        (_two_dimensions, "test_frame_mask/01_0001.npy, the shape", r"\[30, 1\] is not \[T\]"),
        (_other_size, "test_pixel_mask/01_0001.npy, the shape", "masks of 8x8, but the pictures are 60x40"),
        (_text, "test_pixel_mask/01_0001.npy, the header", "no .npy"),
        (_pickle, "test_frame_mask/01_0001.npy, the header", "never loaded"),
    ],
)
def test_a_folder_that_does_not_agree_is_refused(
    campus: Path, spoil: Callable[[Path], None], where: str, why: str
) -> None:
    spoil(campus)
    with pytest.raises(Malformed, match=why) as refusal:
        read(campus, "shanghaitech")
    assert where in str(refusal.value)


@pytest.mark.parametrize("name", ["shanghaitech", "ubnormal"])
def test_another_folder_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(Malformed, match="there is"):
        read(tmp_path, name)
    with pytest.raises(StudioError, match="no folder"):
        read(tmp_path / "missing", name)
    (tmp_path / "file").write_text("x")
    with pytest.raises(Malformed, match="this is a file"):
        read(tmp_path / "file", name)


def test_masks_larger_than_memory_are_mapped(campus: Path) -> None:
    """100 MB of masks are looked at frame by frame."""
    big = np.lib.format.open_memmap(
        campus / "testing/test_pixel_mask/02_0001.npy", mode="w+", dtype=np.uint8, shape=(200, 500, 1000)
    )
    big[5, 3:9, 3:9] = 1
    big.flush()
    del big
    tracemalloc.start()
    reading = read(campus, "shanghaitech")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert tracks_of(reading, "02_0001")[1][0] == {5: Box(3, 3, 6, 6)}
    assert peak < 20_000_000


def test_reading_tells_how_far_it_is_and_can_be_stopped(campus: Path) -> None:
    told: list[tuple[int, int]] = []
    read(campus, "shanghaitech", progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]

    def stop() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        read(campus, "shanghaitech", cancel=stop)


# -- UBnormal

NAME = "abnormal_scene_1_scenario_2_fog"


@pytest.fixture
def scenes(tmp_path: Path) -> Path:
    """Object 1 is in the picture from 2 to 9 and abnormal from 3 to 6, object 2 is normal, and the old file of tracks
    says otherwise.
    """
    root = tmp_path / "ubnormal"
    folder = root / "Scene1" / f"{NAME}_annotations"
    folder.mkdir(parents=True)
    for n in range(12):
        mask = np.zeros(SIZE, np.uint8)
        mask[20:30, 30:40] = 2
        if 2 <= n <= 9:
            mask[n : n + 6, 5:15] = 1
            mask[35, 50] = 1  # a speck of the same id, far away
        write_png(folder / f"{NAME}_{n:04d}_gt.png", np.repeat(mask[..., None], 3, 2))
    (folder / f"{NAME}_tracks.txt").write_text("1,0,11\n")
    (folder / f"{NAME}_new_tracks.txt").write_text("1,3,6\n")
    film(root / "Scene1" / f"{NAME}.mp4", 12)
    film(root / "Scene1" / "normal_scene_1_scenario_1.mp4", 8)
    film(root / "Scene10" / "normal_scene_10_scenario_1_2.mp4", 7)
    (root / "Scene1" / "notes.mp4").write_text("of another kind")
    return root


@pytest.mark.parametrize("part", ["", "Scene1"])
def test_objects_are_abnormal_where_the_tracks_say(scenes: Path, part: str) -> None:
    reading = read(scenes / part, "ubnormal")
    assert reading.warnings == []
    tracks = tracks_of(reading, NAME)
    assert tracks[1] == ({n: Box(5, n, 10, 6) for n in range(2, 10)}, [(3, 7, "anomaly")])
    assert tracks[2][1] == [(0, 12, None)]
    document, video, clip = video_of(reading, NAME)
    assert (video.frames, video.size, len(video.fingerprint)) == (12, SIZE, 32)
    assert document.anomalous(clip)
    document, video, clip = video_of(reading, "normal_scene_1_scenario_1")
    assert (video.frames, document.objects(video.key), document.anomalous(clip)) == (8, [], False)
    assert len(document.videos) == (2 if part else 3)


def test_without_the_newer_tracks_the_old_ones_count(scenes: Path) -> None:
    (scenes / f"Scene1/{NAME}_annotations/{NAME}_new_tracks.txt").unlink()
    assert tracks_of(read(scenes, "ubnormal"), NAME)[1][1] == [(0, 12, "anomaly")]


def test_an_object_can_be_abnormal_twice(scenes: Path) -> None:
    tracks = scenes / f"Scene1/{NAME}_annotations/{NAME}_new_tracks.txt"
    tracks.write_text("1, 2, 3\r\n\r\n1.0,8.0,9.0\r\n9,0,1\r\n")
    reading = read(scenes, "ubnormal")
    assert tracks_of(reading, NAME)[1][1] == [(2, 4, "anomaly"), (8, 10, "anomaly")]
    assert [w.partition(": ")[2] for w in reading.warnings] == ["object 9 is in no mask"]


def test_masks_without_their_video_are_enough(scenes: Path) -> None:
    (scenes / f"Scene1/{NAME}.mp4").unlink()
    _, video, _ = video_of(read(scenes, "ubnormal"), NAME)
    assert (video.frames, video.size, video.fingerprint) == (12, SIZE, "")


def test_an_abnormal_video_without_masks_is_a_clip(scenes: Path) -> None:
    film(scenes / "Scene1/abnormal_scene_1_scenario_9.mp4", 6)
    reading = read(scenes, "ubnormal")
    document, _, clip = video_of(reading, "abnormal_scene_1_scenario_9")
    assert document.anomalous(clip)
    assert reading.warnings == ["abnormal_scene_1_scenario_9 has no masks, so that it has no objects"]


@pytest.mark.parametrize(
    ("content", "where", "why"),
    [
        ("1,3\n", "line 1", "is not object_id,start,end"),
        ("1,3,6\n\n2,x,6\n", "line 3", "'x' is no whole number"),
        ("1,3,6\n2,1.5,6\n", "line 2", "'1.5' is no whole number"),
        ("1,3,nan\n", "line 1", "'nan' is no whole number"),
        ("1,6,3\n", "line 1", "frames 6 to 3"),
        ("1,3,12\n", "line 1", "frame 12 is behind the last, 11"),
        ("0,3,6\n", "line 1", "the background"),
        ("1;3;6\n", "line 1", "is not object_id,start,end"),
        ("\0\0", "line 1", "no text file"),
    ],
)
def test_tracks_that_are_wrong_are_refused_with_their_line(scenes: Path, content: str, where: str, why: str) -> None:
    (scenes / f"Scene1/{NAME}_annotations/{NAME}_new_tracks.txt").write_text(content)
    with pytest.raises(Malformed, match=why) as refusal:
        read(scenes, "ubnormal")
    assert f"{NAME}_new_tracks.txt, {where}:" in str(refusal.value)


def _hole(folder: Path) -> None:
    (folder / f"{NAME}_0005_gt.png").unlink()


def _damaged(folder: Path) -> None:
    (folder / f"{NAME}_0005_gt.png").write_bytes(b"\x89PNG\r\n")


def _coloured(folder: Path) -> None:
    picture = np.zeros((*SIZE, 3), np.uint8)
    picture[3, 3] = (1, 2, 3)
    write_png(folder / f"{NAME}_0005_gt.png", picture)


def _smaller(folder: Path) -> None:
    write_png(folder / f"{NAME}_0005_gt.png", np.zeros((4, 4, 3), np.uint8))


def _too_many(folder: Path) -> None:
    write_png(folder / f"{NAME}_0012_gt.png", np.zeros((*SIZE, 3), np.uint8))


def _no_tracks(folder: Path) -> None:
    for item in folder.glob("*.txt"):
        item.unlink()


@pytest.mark.parametrize(
    ("spoil", "where", "why"),
    [
        (_hole, "0005_gt.png", "the mask of frame 5 is missing"),
        (_damaged, "0005_gt.png", "no picture, or a damaged one"),
        (_coloured, "0005_gt.png", "holds colours"),
        (_smaller, "0005_gt.png", "a mask of 4x4, but the pictures are 60x40"),
        (_too_many, "0012_gt.png", "a mask of frame 12, but the video has 12 frames"),
        (_no_tracks, f"{NAME}_tracks.txt", "there is no such file"),
    ],
)
def test_masks_that_are_wrong_are_refused(
    scenes: Path, spoil: Callable[[Path], None], where: str, why: str, capfd: pytest.CaptureFixture[str]
) -> None:
    spoil(scenes / f"Scene1/{NAME}_annotations")
    with pytest.raises(Malformed, match=why) as refusal:
        read(scenes, "ubnormal")
    assert where in str(refusal.value)


# -- folders made in their shape


def test_the_made_folders(shared_data: Path) -> None:
    folder = shared_data / "formats"
    facts = json.loads((folder / "expected.json").read_text(encoding="utf-8"))["files"]
    campus = read(folder / "shanghaitech_made", "shanghaitech")
    for stem, fact in facts["shanghaitech_made"]["videos"].items():
        document, video, clip = video_of(campus, stem)
        start, stop = fact["anomalous_frames"]
        assert (video.frames, video.size) == (fact["frames"], tuple(fact["size"]))
        shown = [f for boxes, _ in tracks_of(campus, stem).values() for f in boxes]
        assert set(shown) == set(range(start, stop))
        assert [shown.count(f) for f in range(fact["frames"])] == facts["shanghaitech_made"]["components_per_frame"]
        assert document.anomalous(clip)
    for stem, fact in facts["shanghaitech_made"]["training_videos"].items():
        document, video, clip = video_of(campus, stem)
        assert (video.frames, document.anomalous(clip)) == (fact["frames"], False)
    scenes = read(folder / "ubnormal_made", "ubnormal")
    for stem, fact in facts["ubnormal_made"]["videos"].items():
        tracks = tracks_of(scenes, stem)
        told = [[t, a, b - 1] for t, (_, segments) in tracks.items() for a, b, event in segments if event]
        assert told == fact["abnormal_tracks"]
        assert [t for t, (_, s) in tracks.items() if s[0][2] is None] == fact.get("normal_ids", [])
        boxes = [f for t, a, b in told for f in tracks[t][0] if a <= f <= b]
        assert len(boxes) == fact.get("boxes", 0)
        assert video_of(scenes, stem)[1].frames == fact["frames"]
