from __future__ import annotations

import importlib.util
import shutil
import sys
import threading
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tvau_studio.domain.errors import Cancelled, StudioError, UsageError
from tvau_studio.media import index_cache, indexing, packet_table, reader
from tvau_studio.media.reader import Reader
from tvau_studio.media.video import Video

_spec = importlib.util.spec_from_file_location("films", Path(__file__).with_name("conftest.py"))
assert _spec is not None
assert _spec.loader is not None
films = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(films)

UNEVEN = [n * 0.04 + (0.5 if n >= 20 else 0) + 0.01 * (n % 3 == 1) for n in range(40)]
KINDS = {
    "b.mp4": {},
    "open.mp4": {"options": films.OPEN_GOP},
    "open.mkv": {"options": films.OPEN_GOP},
    "uneven.mp4": {"times": UNEVEN},
    "late.mkv": {"times": [5 + n / 25 for n in range(40)]},
    "b.avi": {},
    "b.ts": {},
    "b.flv": {},
    "holes.avi": {"codec": "mjpeg", "options": {"qscale": "3"}, "pix_fmt": "yuvj420p", "holes": True},
    "packed_holes.avi": {"codec": "mpeg4", "options": {"g": "12", "qscale": "3"}, "holes": True},
    "raw.h264": {},
    "one.mp4": {"frames": 1},
    "two.mp4": {"frames": 2},
    "packed.avi": {"codec": "mpeg4", "options": {"bf": "2", "g": "12", "qscale": "3"}},
    "mpeg2.ts": {"codec": "mpeg2video", "options": {"bf": "2", "g": "12", "qscale": "3"}},
    "mjpeg.avi": {"codec": "mjpeg", "options": {"qscale": "3"}, "pix_fmt": "yuvj420p"},
    "gray.mkv": {"codec": "ffv1", "options": {}, "pix_fmt": "gray"},
    "rgb.mkv": {"codec": "ffv1", "options": {}, "pix_fmt": "bgr0"},
    "444.mp4": {"pix_fmt": "yuv444p"},
    "10bit.mp4": {"pix_fmt": "yuv420p10le"},
    "hidden.webm": {"codec": "libvpx", "options": {"auto-alt-ref": "1", "lag-in-frames": "12", "deadline": "realtime"}},
    "turned.mp4": {"turn": 90},
    "over.mp4": {"turn": 180},
}


@pytest.fixture(params=["by decoding", "by times"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """Both ways to an index, and with the second one each jump a seek."""
    monkeypatch.setenv("TVAU_STUDIO_HOME", str(tmp_path))
    if request.param == "by times":
        monkeypatch.setattr(indexing, "SCAN_PIXELS", 0)
        monkeypatch.setattr(reader, "_NEAR", 0)
    return str(request.param)


@pytest.mark.parametrize("name", KINDS)
def test_each_picture_by_its_number_in_any_order(film: films.Film, name: str, way: str) -> None:
    wanted = KINDS[name].get("frames", 40)
    with Video(film(name, **KINDS[name])) as video:
        assert len(video) == wanted == video.info.frames == len(video.times)
        pictures = list(video)
        assert [films.read_number(p) for p in pictures] == list(range(wanted))
        assert {p.shape for p in pictures} == {(64, 160, 3)} == {(*video.info.size, 3)}
        assert {p.dtype for p in pictures} == {np.dtype(np.uint8)}
        assert (np.diff(video.times) > 0).all()
        assert not video.damaged
        order = np.random.default_rng(len(name)).permutation(wanted)
        assert [n for n in order if not np.array_equal(video[int(n)], pictures[n])] == []
        backwards = video.clone()
        assert [n for n in reversed(range(wanted)) if not np.array_equal(backwards[n], pictures[n])] == []
        red = pictures[0][-4, 4].astype(int)
        assert name == "gray.mkv" or np.abs(red - (220, 30, 30)).max() < 25


@pytest.mark.parametrize("name", [n for n in KINDS if KINDS[n].get("frames", 40) == 40])
def test_each_picture_where_every_read_is_a_jump(film: films.Film, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures that are taken out of the decoder without feeding what lies behind them."""
    with Video(film(name, **KINDS[name])) as video:
        pictures = list(video)
        monkeypatch.setattr(reader, "_STEP_ON", 0)
        monkeypatch.setattr(reader, "_STEP_BACK", 0)
        monkeypatch.setattr(reader, "KEPT_BYTES", 0)
        jumping = video.clone()
        order = np.random.default_rng(len(name)).permutation(len(video))
        assert [n for n in order if not np.array_equal(jumping[int(n)], pictures[n])] == []


def test_an_isolated_jump_feeds_nothing_behind_its_picture(film: films.Film) -> None:
    options = {**films.B_PICTURES, "g": "100", "keyint_min": "100"}
    with Video(film("jumps.mp4", 300, options=options)) as video:
        for n in (150, 20, 290, 99):
            assert films.read_number(video[n]) == n
        assert video._reader._next <= 100  # picture 99 ends its group; the next one is not touched
        assert [films.read_number(video[n]) for n in range(100, 104)] == list(range(100, 104))


@settings(max_examples=25)
@given(order=st.lists(st.integers(0, 399), min_size=1, max_size=8))
def test_a_long_group_of_pictures_in_any_order(film: films.Film, order: list[int]) -> None:
    path = film("long.mp4", 400, options={**films.B_PICTURES, "g": "400", "keyint_min": "400"})
    with Video(path) as video:
        assert [films.read_number(video[n]) for n in order] == order


def test_numbers_as_python_counts(film: films.Film) -> None:
    video = Video(film("b.mp4"))
    assert np.array_equal(video[-1], video[39])
    assert np.array_equal(video[np.int64(3)], video[3])
    for beyond in (40, -41):
        with pytest.raises(IndexError, match=r"There is no frame -?4\d in .*b\.mp4; it has frames 0 to 39\.") as caught:
            video[beyond]
        assert isinstance(caught.value, UsageError)
    with pytest.raises(TypeError):
        video[1.0]  # type: ignore[index]


@pytest.mark.parametrize("name", ["b.mp4", "turned.mp4", "rgb24.mov", "wide.mp4"])
def test_a_picture_belongs_to_who_asked(film: films.Film, name: str) -> None:
    """Also where the file holds RGB as it is, where rows are padded, and after what it was read from has gone."""
    more = {
        "rgb24.mov": {"codec": "png", "options": {}, "pix_fmt": "rgb24"},
        "wide.mp4": {"size": (66, 166)},
    }
    video = Video(film(name, **(KINDS[name] if name in KINDS else more[name])))
    before = video[5].copy()
    video[5][:] = 0
    again = video[5]
    assert np.array_equal(again, before)
    assert again.flags.writeable
    assert again.flags.c_contiguous
    for n in range(40):
        video[n][:] = 255
    video.close()
    assert np.array_equal(again, before)


def test_reading_forward_never_seeks(film: films.Film, monkeypatch: pytest.MonkeyPatch) -> None:
    starts: list[int] = []
    start = Reader._start
    monkeypatch.setattr(Reader, "_start", lambda self, entry: (starts.append(entry), start(self, entry))[1])
    for name in ("b.mp4", "open.mp4", "b.avi", "raw.h264"):
        with Video(film(name, **KINDS[name])) as video:
            assert len(list(video)) == 40
    assert starts == [0] * 4


def test_what_is_patched_does_not_depend_on_what_was_read_before_nor_on_what_is_kept(
    film: films.Film, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = {**films.B_PICTURES, "g": "20", "keyint_min": "20", "sc_threshold": "0"}
    with Video(film("patched.mp4", 60, options=options, broken=[6, 25, 31, 47])) as video:
        assert video.damaged
        pictures = list(video)
        for kept in (0, 1 << 20):
            monkeypatch.setattr(reader, "KEPT_BYTES", kept)
            for seed in range(3):
                other, order = video.clone(), np.random.default_rng(seed).permutation(60)
                assert [n for n in order.tolist() if not np.array_equal(other[n], pictures[n])] == []


def test_reading_a_file_for_its_index_tells_how_far_it_is_and_stops(
    film: films.Film, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TVAU_STUDIO_HOME", str(tmp_path))
    monkeypatch.setattr(packet_table, "_LOOK", 4)
    path = film("b.mp4")
    told: list[tuple[int, int]] = []
    with pytest.raises(Cancelled):
        Video(path, lambda *at: told.append(at), lambda: len(told) > 5)
    assert len(told) == 6
    assert not list(tmp_path.rglob("*.npz"))
    told.clear()
    with Video(path, lambda *at: told.append(at)) as video:
        assert len(video) == 40
    read, decoded = ([t for t in told if (t[1] == 40) == packets] for packets in (False, True))
    assert {total for _, total in read} == {path.stat().st_size}
    assert [done for done, _ in read] == sorted({done for done, _ in read})
    assert decoded == [(n, 40) for n in range(40)]
    told.clear()
    Video(path, lambda *at: told.append(at)).close()
    assert told == []  # known by now


def test_packets_that_look_alike_are_not_told_apart(film: films.Film) -> None:
    with Video(film("b.mp4")) as video:
        index = video._index
        found = [
            index.packet_at(int(a), int(b), int(c)) for a, b, c in zip(index.pts, index.pos, index.size, strict=True)
        ]
        assert found == list(range(40))
        assert index.packet_at(int(index.pts[3]), int(index.pos[3]), int(index.size[3]) + 1) is None
        alike = replace(index, **{name: np.repeat(getattr(index, name)[:1], 40) for name in ("pts", "pos", "size")})
        assert alike.packet_at(int(index.pts[0]), int(index.pos[0]), int(index.size[0])) is None


def test_times_and_rates(film: films.Film) -> None:
    uneven = Video(film("uneven.mp4", **KINDS["uneven.mp4"]))
    assert uneven.info.variable_rate
    assert np.abs(uneven.times - UNEVEN).max() < 1e-4
    late = Video(film("late.mkv", **KINDS["late.mkv"]))
    assert (late.info.first_pts, late.times[0]) == (5.0, 0.0)
    assert (late.info.fps, late.info.variable_rate, round(late.info.duration, 2)) == (25.0, False, 1.6)
    for name in ("b.avi", "raw.h264"):  # no presentation times in the file: by the rate
        video = Video(film(name))
        assert video.info.first_pts is None
        assert np.allclose(video.times, np.arange(40) / 25)
        assert (video.info.fps, video.info.duration) == (25.0, 1.6)
    with pytest.raises(ValueError, match="read-only"):
        late.times[0] = 1


def test_turned_pictures_stand_upright(film: films.Film) -> None:
    info = Video(film("turned.mp4", turn=90)).info
    assert (info.rotation, info.size, info.display_size) == (90, (64, 160), (64, 160))
    assert Video(film("over.mp4", turn=180)).info.rotation == 180


def test_a_broken_packet_keeps_its_number(film: films.Film, way: str) -> None:
    video = Video(film("mid.mp4", 40, options={**films.X264, "bf": "0"}, broken=[18, 19]))
    numbers = [films.read_number(p) for p in video]
    assert len(video) == 40
    assert numbers[:20] == [*range(18), 17, 17]
    assert numbers[24:] == list(range(24, 40))
    assert {18, 19} <= video.damaged <= set(range(18, 24))
    again = video.clone()
    assert all(np.array_equal(again[n], video[n]) for n in (30, 19, 23, 18, 20, 17, 22))
    assert not video.info.variable_rate


def test_a_broken_key_frame_takes_its_group_with_it(film: films.Film, way: str) -> None:
    video = Video(film("key.mp4", 40, options={**films.X264, "bf": "0"}, broken=[12]))
    numbers = [films.read_number(p) for p in video]
    assert len(video) == 40
    assert numbers[:13] == [*range(12), 11]
    assert numbers[24:] == list(range(24, 40))
    assert 12 in video.damaged
    if way == "by decoding":
        assert numbers[12:24] == [11] * 12
        assert video.damaged == set(range(12, 24))


def test_a_damaged_start_shows_the_first_good_picture(film: films.Film) -> None:
    video = Video(film("start.mp4", 30, options={**films.X264, "bf": "0"}, broken=[0]))
    assert films.read_number(video[0]) in range(12, 30)
    assert films.read_number(video[29]) == len(video) - 30 + 29


def test_nothing_is_printed_about_damage(film: films.Film, capfd: pytest.CaptureFixture[str]) -> None:
    list(Video(film("mid.mp4", 40, options={**films.X264, "bf": "0"}, broken=[18, 19])))
    assert capfd.readouterr() == ("", "")


def test_what_is_no_video_is_one_sentence(film: films.Film, tmp_path: Path) -> None:
    empty, text, cut, sound = (tmp_path / name for name in ("empty.mp4", "text.mp4", "cut.mp4", "sound.mp4"))
    empty.touch()
    folder = tmp_path / "folder"
    folder.mkdir()
    text.write_text("Not a video.\n" * 40)
    cut.write_bytes(film("b.mp4").read_bytes()[:2000])
    with av.open(str(sound), "w") as container:
        stream = container.add_stream("aac", rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 4096), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    sentences = {
        tmp_path / "missing.mp4": "missing.mp4 cannot be read: No such file",
        folder: "is a folder without pictures",
        empty: "empty.mp4 is empty",
        text: "text.mp4 cannot be opened as a video",
        cut: "cut.mp4 cannot be opened as a video",
        sound: "sound.mp4 holds no video stream",
    }
    for path, sentence in sentences.items():
        with pytest.raises(StudioError, match=sentence) as caught:
            Video(path)
        assert "\n" not in str(caught.value)


def test_the_index_is_kept_and_moves_with_the_file(
    film: films.Film, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TVAU_STUDIO_HOME", str(tmp_path / "home"))
    first = Video(film("b.mp4"))
    moved = tmp_path / "moved.mp4"
    shutil.copy(film("b.mp4"), moved)
    with monkeypatch.context() as patch:
        patch.setattr(index_cache, "build", None)
        second = Video(moved)
    assert second.fingerprint == first.fingerprint
    assert second.info == first.info
    assert np.array_equal(second.times, first.times)
    assert np.array_equal(second[7], first[7])
    (kept,) = (tmp_path / "home").rglob("*.npz")
    kept.write_bytes(kept.read_bytes()[:200])
    assert Video(moved).info == first.info  # an index that is not sound is made anew
    assert kept.stat().st_size > 200


def test_a_file_that_changes_is_noticed(film: films.Film, tmp_path: Path) -> None:
    path = tmp_path / "v.mp4"
    shutil.copy(film("b.mp4"), path)
    video = Video(path)
    shutil.copy(film("open.mp4", **KINDS["open.mp4"]), path)
    with pytest.raises(StudioError, match=r"v\.mp4 has changed since it was opened"):
        video[30]
    shutil.copy(film("b.mp4"), path)
    cut = Video(path)
    path.write_bytes(path.read_bytes()[:4000])
    with pytest.raises(StudioError, match=r"v\.mp4 (has changed|cannot be opened)"):
        cut[30]
    path.unlink()
    with pytest.raises(StudioError, match=r"v\.mp4 does not exist"):
        video.clone()[0]


def test_a_file_that_was_cut_is_told_at_once_and_not_searched_for_a_picture(film: films.Film, tmp_path: Path) -> None:
    path = tmp_path / "v.mkv"
    shutil.copy(film("cut.mkv", 200, codec="ffv1", options={}), path)
    with Video(path) as video:
        video[0]
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        for n in (180, 199, 150):
            with pytest.raises(StudioError, match=r"v\.mkv has changed since it was opened; open it again"):
                video[n]
        assert not video.damaged


def test_what_has_become_of_a_file(film: films.Film, tmp_path: Path) -> None:
    path, copy = tmp_path / "v.mkv", tmp_path / "copy.mkv"
    shutil.copy(film("b.mp4"), path)
    shutil.copy(path, copy)
    with Video(path) as video:
        assert video.look() == video.clone().look() == "same"
        copy.replace(path)
        assert video.look() == "same"  # another file of the same content
        with path.open("ab") as file:
            file.write(bytes(100))
        assert video.look() == "grown"
        shutil.copy(film("open.mp4", **KINDS["open.mp4"]), copy)
        copy.replace(path)
        assert video.look() == "changed"
        path.unlink()
        assert video.look() == "gone"


def test_closed_and_cancelled(film: films.Film) -> None:
    with Video(film("b.mp4")) as video:
        with pytest.raises(Cancelled):
            video.read(30, cancel=lambda: True)
        assert films.read_number(video[30]) == 30
    with pytest.raises(StudioError, match="has been closed"):
        video[0]


def test_one_video_read_by_several_threads(film: films.Film) -> None:
    wrong: list[tuple[int, int | None]] = []
    with Video(film("b.mp4")) as video:

        def read(seed: int) -> None:
            for n in np.random.default_rng(seed).permutation(40):
                if (got := films.read_number(video[int(n)])) != n:
                    wrong.append((int(n), got))

        threads = [threading.Thread(target=read, args=(seed,)) for seed in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []


def test_the_package_gives_it_by_name(film: films.Film) -> None:
    import tvau_studio

    assert tvau_studio.Video is Video
    assert repr(Video(film("b.mp4"))).endswith("b.mp4', 40 frames, 160x64)")
    assert "tvau_studio.media.video" in sys.modules
