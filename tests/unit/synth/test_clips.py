"""Clips: the same bytes from one seed, and labels that agree with the pictures."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("numba", reason="rendering needs the extra [train]")

from tvau_studio.synth.clips import MIN_PIXELS, SynthClip, box_of, render_clip
from tvau_studio.synth.scenes import Options
from tvau_studio.synth.stories import EVENTS

SIZE = (80, 128)


def short(seed: int, **options: object) -> SynthClip:
    return render_clip(seed, frames=6, size=SIZE, fps=8.0, options=Options(person=24, **options))  # type: ignore[arg-type]


def test_one_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    a, b, c = short(5), short(5), short(6)
    assert a.pictures.tobytes() == b.pictures.tobytes()
    assert a.instances.tobytes() == b.instances.tobytes()
    assert a.objects == b.objects
    assert a.environment == b.environment
    assert a.pictures.tobytes() != c.pictures.tobytes()


def test_shapes_and_types() -> None:
    clip = short(1)
    assert clip.pictures.shape == (6, *SIZE, 3)
    assert clip.pictures.dtype == np.uint8
    assert clip.instances.shape == (6, *SIZE)
    assert clip.masks().shape == (6, *SIZE)
    assert clip.anomalous.shape == (6,)


@pytest.mark.parametrize("event", EVENTS)
def test_each_event_can_be_staged_and_agrees_with_its_labels(event: str) -> None:
    seen = False
    for seed in range(4):
        clip = short(seed, events=(event,), people=(1, 3))
        tracks = [thing.track for thing in clip.objects]
        assert tracks == list(range(1, len(tracks) + 1))
        assert set(np.unique(clip.instances)) <= {0, *tracks}
        for thing in clip.objects:
            for frame in range(6):
                mask = clip.instances[frame] == thing.track
                if frame in thing.boxes:
                    assert thing.boxes[frame] == box_of(mask)
                    assert np.count_nonzero(mask) >= MIN_PIXELS
                    assert any(a <= frame < b for a, b, _, _ in thing.segments)
                else:
                    assert not mask.any()
            for (_, b, _, _), (a, _, _, _) in zip(thing.segments, thing.segments[1:], strict=False):
                assert b == a
            assert thing.event in (None, event)
            texts = [thing.appearance, *(motion for *_, motion in thing.segments)]
            assert all(text["en"] and text["zh"] for text in texts)
            assert all(word in thing.appearance["en"] for word in thing.colours)
        classes = clip.classes()
        assert set(np.unique(classes)) <= {0, 1 + EVENTS.index(event)}
        assert np.array_equal(clip.masks(), classes > 0)
        assert np.array_equal(clip.anomalous, classes.any(axis=(1, 2)))
        seen = seen or bool(clip.anomalous.any())
    assert seen


def test_a_clip_without_events_is_normal() -> None:
    clip = short(3, events=())
    assert not clip.anomalous.any()
    assert all(thing.event is None for thing in clip.objects)
    assert clip.environment["en"].endswith(".")
    assert clip.environment["zh"]


def test_a_grey_picture_is_described_by_tones() -> None:
    clip = short(2, events=("person riding bicycle",), grey=1.0)
    assert np.ptp(clip.pictures.astype(int), axis=-1).max() == 0
    assert all(thing.colours == () for thing in clip.objects)
    words = " ".join(thing.appearance["en"] for thing in clip.objects)
    assert not {"red", "blue", "green", "brown"} & set(words.split())
