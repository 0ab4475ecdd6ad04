"""The one loaded model, with numpy and str at its edge: heat of frame pairs, and answers about a range.

The vision tower runs once per pair, for heat and chat alike: what it gave is kept in a bounded cache under (video,
pair). What all questions on one range share (video and anomaly tokens in the language model's cache) is kept too, so
that a second question starts at once. Any thread may call; one call computes at a time.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from tvau_studio.domain.calibration import Calibration
from tvau_studio.domain.errors import Cancelled, StudioError
from tvau_studio.domain.frames import FrameRange, pair_frames
from tvau_studio.tvau import calibrations, checkpoints, inventory, memory
from tvau_studio.tvau.modeling_tvau import TVAU
from tvau_studio.tvau.pairs import Frames, Pair, against, chosen_pairs, looks, spacing, stacked
from tvau_studio.tvau.read_ahead import ReadAhead
from tvau_studio.tvau.talking import Partial, Range, Talker

Progress = Callable[[int, int], None]
"""progress(done, total)."""

Cancel = Callable[[], bool]
"""True once the work should stop."""

Ready = Callable[[Sequence[int], npt.NDArray[np.float32]], None]
"""ready(pairs, maps), for each few pairs that are computed."""

_CHUNK_TOKENS = 2048
"""Vision tokens computed in one call on a CPU: small enough to stay near its caches and to stop soon, large enough to
fill two cores.
"""

_CHUNK_TOKENS_GPU = 32768

_FEATURE_BYTES = 512 << 20
"""Bound of the feature cache."""

_SMALLER = "take a smaller model, or compute on another device"


class ModelHost:
    """model: prepared for inference. id: as `inventory.model_id`, the key of what is cached on disk. calibration: None:
    yes and no are read as the network says them.
    """

    def __init__(self, model: TVAU, name: str, id: str, calibration: Calibration | None = None) -> None:
        self._model = model
        self._lock = threading.Lock()
        self._pairs: OrderedDict[tuple[str, int], Pair] = OrderedDict()
        self._bytes = 0
        self._talker = Talker(model, self._lock, calibration or Calibration())
        self.name = name
        self.id = id

    @classmethod
    def load(cls, name_or_path: str | Path, device: str = "auto") -> ModelHost:
        """Load a model (see `checkpoints.load`, whose StudioErrors it raises)."""
        with memory.enough(device, lambda: None, "take a smaller model, or compute on the CPU"):
            model = checkpoints.load(name_or_path, device)
        found = inventory.model_id(name_or_path)
        where = inventory.locate(name_or_path)
        return cls(model, model.config.name, found, calibrations.read(where, found))

    # -- facts

    @property
    def has_heat(self) -> bool:
        return self._model.ahd is not None

    @property
    def pair_distance(self) -> int:
        return self._model.config.pair_distance

    @property
    def max_frames(self) -> int:
        """Frames that one question may be about."""
        return self._model.config.chat.max_frames

    @property
    def device(self) -> str:
        return str(self._model.device)

    @property
    def calibrated_on(self) -> int:
        """On how many clips its yes and no were calibrated; 0 = not at all."""
        return self._talker.calibration.clips

    @property
    def usage(self) -> memory.Usage:
        """The memory that it takes on the device."""
        return memory.usage(self._model.parameters(), self._bytes, self.device)

    @property
    def classes(self) -> tuple[str, ...]:
        """The event classes of `class_heat`, in order."""
        return self._model.text.names

    @staticmethod
    def spare_core() -> None:
        """From now on what this thread computes on a CPU leaves one core alone."""
        torch.set_num_threads(max(1, min(torch.get_num_threads(), (os.cpu_count() or 2) - 1)))

    # -- heat

    def heat(
        self,
        video: Frames,
        pairs: Sequence[int],
        progress: Progress | None = None,
        cancel: Cancel | None = None,
        ready: Ready | None = None,
        *,
        remember: bool = True,
        at_once: int | None = None,
    ) -> npt.NDArray[np.float32]:
        """Heat maps float32 [len(pairs), H', W'] in 0..1.

        ready(pairs, maps) is told of each few pairs as they are computed, in order. remember: keep the features for
        questions; not for a scan of hours, whose pairs nobody asks about. at_once: how many pairs a few is at most;
        None: as many as suit the device. Raises Cancelled once `cancel()` was true,
        StudioError where the model has no AHD.
        """
        maps = []
        with self._enough(_SMALLER), closing(self._chunks(video, pairs, progress, cancel, remember, at_once)) as chunks:
            for numbers, found in chunks:
                with torch.inference_mode():
                    values = self._model.heat(stacked(found)).cpu().numpy()
                maps.append(values)
                if ready is not None:
                    ready(numbers, values)
        return np.concatenate(maps)

    def class_heat(
        self, video: Frames, pairs: Sequence[int], progress: Progress | None = None, cancel: Cancel | None = None
    ) -> npt.NDArray[np.float32]:
        """Each class's own map, float32 [len(pairs), K, H', W'] in 0..1, classes as in `classes`. Raises as `heat`."""
        maps = []
        for _, found in self._chunks(video, pairs, progress, cancel):
            with torch.inference_mode():
                maps.append(self._model.class_heat(stacked(found)).cpu().numpy())
        return np.concatenate(maps)

    def text_heat(
        self,
        video: Frames,
        pairs: Sequence[int],
        text: str | dict[str, Any],
        cancel: Cancel | None = None,
        ready: Ready | None = None,
    ) -> npt.NDArray[np.float32]:
        """Maps of other words, float32 [len(pairs), H', W'] in 0..1. text: a phrase, which is as hot as an event class
        of these words would be; or a set of prompts (as prompts.json) in place of the model's own. Pairs that `knows`
        says are known cost no look at the picture. Raises as `heat`, UsageError for an empty phrase, StudioError for
        what is no set of prompts."""
        model, phrase = self._model, isinstance(text, str)
        with self._lock:
            vectors = model.phrase_vector(text)[None] if isinstance(text, str) else model.prompt_vectors(text)
            vectors = functional.normalize(vectors, dim=-1).to(self.device)
        maps = []
        with self._enough(_SMALLER), closing(self._chunks(video, pairs, None, cancel, directions=True)) as chunks:
            for numbers, found in chunks:
                with torch.inference_mode():
                    cosines = against(found, vectors)
                    if phrase:
                        heat = model.class_heat(torch.cat([stacked(found)[:, :2], cosines], 1))[:, 0]
                    else:
                        heat = model.heat(cosines)
                maps.append(heat.cpu().numpy())
                if ready is not None:
                    ready(numbers, maps[-1])
        return np.concatenate(maps)

    def looks(self, video: Frames, pairs: Sequence[int], cancel: Cancel | None = None) -> npt.NDArray[np.float32]:
        """See `pairs.looks`, float32. Raises Cancelled once `cancel()` was true."""
        found = []
        with self._enough(_SMALLER), torch.inference_mode():
            for _, few in self._vision(video, pairs, cancel, remember=False):
                found.append(looks(few, self._model.heat(stacked(few)) if self.has_heat else None).cpu().numpy())
        return np.concatenate(found)

    def knows(self, video: Frames, pairs: Sequence[int]) -> int:
        """How many of the pairs `text_heat` needs no look at the picture for."""
        with self._lock:
            known = [self._pairs.get((video.fingerprint, k)) for k in pairs]
        return sum(p is not None and p.direction is not None for p in known)

    def _chunks(
        self,
        video: Frames,
        pairs: Sequence[int],
        progress: Progress | None,
        cancel: Cancel | None,
        remember: bool = True,
        at_once: int | None = None,
        directions: bool = False,
    ) -> Generator[tuple[list[int], list[Pair]]]:
        if not self.has_heat:
            raise StudioError(
                "{name} has no anomaly heatmap decoder; take tvau-tiny, or train one with `tvau-studio train heatmap`.",
                name=self.name,
            )
        done = 0
        for numbers, found in self._vision(video, pairs, cancel, remember, at_once, directions):
            yield numbers, found
            done += len(numbers)
            if progress is not None:
                progress(done, len(pairs))

    def _vision(
        self,
        video: Frames,
        pairs: Sequence[int],
        cancel: Cancel | None,
        remember: bool = True,
        at_once: int | None = None,
        directions: bool = False,
    ) -> Generator[tuple[list[int], list[Pair]]]:
        """What the tower says of the pairs, a few at a time, from the cache where it is known. Takes the lock for each
        few. directions: with what phrases are compared with.
        """
        height, width = self._model.processor.grid(*video.info.size)
        budget = _CHUNK_TOKENS if self.device == "cpu" else _CHUNK_TOKENS_GPU
        size = max(1, min(budget // (height * width), at_once or len(pairs)))
        with self._lock:
            missing = [k for k in pairs if self._known(video, k, directions) is None]
        # Ascending, each picture once: a decoder walks forward and never has to seek back.
        frames = sorted({f for k in missing for f in pair_frames(k, len(video), self.pair_distance)})
        with ReadAhead(lambda f: self._model.processor.scaled([video[f]])[0], frames, 4 * size + 8) as pictures:
            for at in range(0, len(pairs), size):
                if cancel is not None and cancel():
                    raise Cancelled
                numbers = list(pairs[at : at + size])
                with self._lock:
                    found = self._few(video, numbers, pictures, remember, directions)
                yield numbers, found

    def _known(self, video: Frames, pair: int, directions: bool) -> Pair | None:
        found = self._pairs.get((video.fingerprint, pair))
        return None if found is None or (directions and found.direction is None) else found

    def _few(
        self, video: Frames, numbers: list[int], pictures: ReadAhead, remember: bool, directions: bool
    ) -> list[Pair]:
        """As `_vision`, for one few."""
        known = {k: p for k in numbers if (p := self._known(video, k, directions)) is not None}
        missing = [k for k in numbers if k not in known]
        if missing:
            ends = [pair_frames(k, len(video), self.pair_distance) for k in missing]
            wanted = sorted({frame for pair in ends for frame in pair})
            pictures.drop(wanted[0])
            scaled = {frame: pictures.take(frame) for frame in wanted}
            with torch.inference_mode():
                # As bytes to the device, and cut into floats there.
                first, second = (torch.stack([scaled[pair[i]] for pair in ends]).to(self.device) for i in (0, 1))
                features = self._model.features(self._model.processor.patches(first, second), merged=False)
                cosines = self._model.all_cosines(features) if self.has_heat else None
                towards = self._model.directions(features).half() if directions else None
            assert features.last is not None
            for i, k in enumerate(missing):
                # Copies, so that a pair kept alone does not keep its whole few alive.
                pair = Pair(
                    None if cosines is None else cosines[i].clone(),
                    features.last[i].clone(),
                    None if towards is None else towards[i].clone(),
                )
                known[k] = pair
                if remember:
                    self._keep((video.fingerprint, k), pair)
        for k in numbers:
            if (key := (video.fingerprint, k)) in self._pairs:
                self._pairs.move_to_end(key)
        return [known[k] for k in numbers]

    def _keep(self, key: tuple[str, int], pair: Pair) -> None:
        if (before := self._pairs.pop(key, None)) is not None:
            self._bytes -= before.size
        self._pairs[key] = pair
        self._bytes += pair.size
        while self._bytes > _FEATURE_BYTES:
            self._bytes -= self._pairs.popitem(last=False)[1].size

    def leave_out(self, part: Literal["ahd", "rae"]) -> None:
        """Go on without a part, for ablations: without the RAE answers have no anomaly tokens; without the AHD there
        is no heat either. Nothing is trained anew, and only another `load` brings the part back. Raises StudioError
        where the model has no such part.
        """
        with self._lock:
            if getattr(self._model, part) is None:
                raise StudioError("{name} has no {part} to leave out.", name=self.name, part=part.upper())
            self._model.rae = None
            if part == "ahd":
                self._model.ahd = None
        self.forget()

    def forget(self) -> None:
        """Empty the caches in memory: features and prefixes."""
        with self._lock:
            self._pairs.clear()
            self._talker.forget()
            self._bytes = 0

    # -- language

    def stream(
        self,
        video: Frames,
        question: str,
        a: int,
        b: int,
        history: Sequence[tuple[str, str]] = (),
        cancel: Cancel | None = None,
        *,
        evidence: bool = True,
    ) -> Iterator[Partial]:
        """The answer to `question` about frames a:b, growing: each item holds the whole text so far.

        history: earlier (question, answer) turns on the same range; where they are too long, the oldest are left out.
        evidence: False leaves the anomaly tokens out of this prompt (an ablation). Raises StudioError where the range
        is longer than `max_frames`, the question too long, or the memory does not suffice; Cancelled once `cancel()`
        was true (between two tokens, or two few pairs).
        """
        self.check_range(len(video), a, b)
        with self._enough(f"ask about fewer frames than {b - a}, or {_SMALLER}"):
            seen = self._seen(video, a, b, cancel, evidence)
            yield from self._talker.stream(seen, question, history, cancel or (lambda: False))

    def p_yes(
        self, video: Frames, question: str, a: int, b: int, cancel: Cancel | None = None, *, raw: bool = False
    ) -> float:
        """How strongly the first token leans to yes against no, 0..1; a graded answer to a yes/no question. raw: as the
        network says it, without the calibration. Raises as `stream`.
        """
        self.check_range(len(video), a, b)
        with self._enough(f"ask about fewer frames than {b - a}, or {_SMALLER}"):
            return self._talker.p_yes(self._seen(video, a, b, cancel, True), question, raw)

    def _seen(self, video: Frames, a: int, b: int, cancel: Cancel | None, evidence: bool) -> Range:
        """The range as the vision tower sees it."""
        pairs = range(a // 2, (b - 1) // 2 + 1)
        with closing(self._vision(video, pairs, cancel)) as chunks:
            found = [pair for _, few in chunks for pair in few]
        shown = chosen_pairs(len(pairs), self._model.config.chat.video_pairs)
        return Range(
            (video.fingerprint, tuple(pairs), evidence),
            [p.last for p in found],
            [p.cosines for p in found if p.cosines is not None] if self.has_heat else None,
            shown,
            spacing(video, [pairs[i] for i in shown]),
        )

    def _enough(self, way_out: str) -> AbstractContextManager[None]:
        """Running out of memory inside is a StudioError, and leaves the model to be used again."""
        return memory.enough(self.device, self.forget, way_out)

    def check_range(self, frames: int, a: int, b: int) -> None:
        """Raises UsageError where a:b is no range of the video, StudioError where it is longer than `max_frames`."""
        wanted = FrameRange(a, b).within(frames)
        if len(wanted) > self.max_frames:
            raise StudioError(
                "{name} answers about at most {limit} frames at a time, and {range} has {n}; ask about fewer.",
                name=self.name,
                limit=self.max_frames,
                range=wanted,
                n=len(wanted),
            )
