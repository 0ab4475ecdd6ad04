"""Texts drafted by a network: one question each, in the language asked for, of frames that the model can take."""

from __future__ import annotations

from typing import Any

import pytest

from tvau_studio.domain.errors import Cancelled
from tvau_studio.domain.frames import FrameRange
from tvau_studio.services.drafting import QUESTIONS, draft_texts, frames_for
from tvau_studio.services.models import Model


@pytest.fixture
def loaded(model: Any) -> Model:
    from tvau_studio.tvau.host import ModelHost

    return Model(ModelHost(model, "random", "f" * 16))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_field_comes_as_it_is_answered(loaded: Model, video: Any, language: str) -> None:
    found: list[tuple[str, str]] = []
    draft_texts(loaded, video, FrameRange(2, 8), language, ready=lambda *field: found.append(field))
    assert [field for field, _ in found] == [f for f in QUESTIONS if f in dict(found)]
    assert found
    assert all(text == text.strip() != "" for _, text in found)


def test_it_can_be_stopped_between_two(loaded: Model, video: Any) -> None:
    found: list[str] = []
    with pytest.raises(Cancelled):
        draft_texts(
            loaded,
            video,
            FrameRange(2, 8),
            "en",
            ready=lambda field, _: found.append(field),
            cancel=lambda: len(found) > 0,
        )
    assert found == ["appearance"]


def test_too_many_frames_are_those_around_the_picture(loaded: Model) -> None:
    most = loaded.host.max_frames
    assert frames_for(loaded, FrameRange(5, 9), 6) == FrameRange(5, 9)
    whole = FrameRange(10, 10 + 4 * most)
    for around in (10, 10 + 2 * most, 9 + 4 * most):
        part = frames_for(loaded, whole, around)
        assert len(part) == most
        assert around in part
        assert part.start >= whole.start
        assert part.stop <= whole.stop
