"""What heat may be of: the anomaly, one event class, a phrase that somebody typed; of this model or of another."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from tvau_studio.domain.prompting import as_text

if TYPE_CHECKING:
    from tvau_studio.media.video import Video
    from tvau_studio.services.models import Cancel, Model, Ready
    from tvau_studio.store.heatmap_cache import HeatmapCache

Kind = Literal["anomaly", "class", "phrase", "prompts"]


@dataclass(frozen=True)
class HeatSource:
    """kind, words: the anomaly ("" words), an event class by name, a phrase, or a set of prompts by name. model: a name
    to load it by; "" is the window's own model. content: of a set of prompts, as JSON."""

    kind: Kind = "anomaly"
    words: str = ""
    model: str = ""
    content: str = ""

    def cache_key(self, model_id: str) -> str:
        """The key of its maps on disk, beside the video and the pair. model_id: of the model that makes them."""
        if self.kind == "anomaly":
            return model_id
        digest = hashlib.blake2b(f"{self.kind}/{self.content or self.words}".encode(), digest_size=6).hexdigest()
        return f"{model_id}-{digest}"


def source_of(
    text: str, classes: Sequence[str], model: str = "", prompts: Mapping[str, dict[str, Any]] | None = None
) -> HeatSource:
    """The source that a person means by `text`: "" is the anomaly, a class's name that class, ``[name]`` that set of
    `prompts`, all else a phrase."""
    words = " ".join(text.split())
    for name, data in (prompts or {}).items():
        if words == bracketed(name):
            return HeatSource("prompts", name, model, as_text(data))
    named = next((name for name in classes if name.lower() == words.lower()), None)
    if not words or named == "anomaly":
        return HeatSource(model=model)
    return HeatSource("class", named, model) if named is not None else HeatSource("phrase", words, model)


def bracketed(name: str) -> str:
    """How a set of prompts is written where phrases are."""
    return f"[{name}]"


def compute(
    source: HeatSource,
    model: Model,
    video: Video,
    pairs: Sequence[int],
    cache: HeatmapCache | None = None,
    cancel: Cancel | None = None,
    ready: Ready | None = None,
) -> None:
    """Compute maps of `pairs` and keep them in the cache; ready(pairs, maps) is told of each few.

    Raises StudioError where the model has no heat or no such class, UsageError for an empty phrase, Cancelled.
    """

    def keep(numbers: Sequence[int], maps: npt.NDArray[np.float32]) -> None:
        if cache is not None:
            cache.write(video.fingerprint, source.cache_key(model.id), numbers, maps)
        if ready is not None:
            ready(numbers, maps)

    if source.kind == "prompts":
        model.host.text_heat(video, pairs, json.loads(source.content), cancel, keep)
    elif source.kind == "phrase":
        model.host.text_heat(video, pairs, source.words, cancel, keep)
    elif source.kind == "class" and source.words in model.classes:
        maps = model.host.class_heat(video, pairs, None, cancel)
        keep(pairs, np.ascontiguousarray(maps[:, model.classes.index(source.words)]))
    elif source.kind == "class":
        # A class that this model was not given words for is a phrase to it.
        model.host.text_heat(video, pairs, source.words, cancel, keep)
    else:
        model.host.heat(video, pairs, None, cancel, keep)


class Guest:
    """A second model beside the window's own, loaded by the first job that asks for it. Only on the model lane."""

    def __init__(self) -> None:
        self._name = ""
        self._model: Model | None = None

    def get(self, name: str, device: str) -> Model:
        """The model of that name; the one before is let go. Raises StudioError where it cannot be loaded."""
        from tvau_studio.services.models import load_model

        if self._model is None or self._name != name:
            self._model = None
            self._model, self._name = load_model(name, device), name
        return self._model

    @property
    def loaded(self) -> bool:
        return self._model is not None

    def forget(self) -> None:
        """Let go of its memory."""
        self._model = None
