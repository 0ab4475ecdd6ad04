"""The frame pairs of the labelled export at the network's size, kept on disk as the rendered ones are."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from tvau_studio.domain.frames import pair_frames
from tvau_studio.training import datasets
from tvau_studio.training.datasets import Example
from tvau_studio.training.streams import Pairs, save_shard, shard
from tvau_studio.tvau.pairs import Frames
from tvau_studio.tvau.processing_tvau import TVAUProcessor

OpenVideo = Callable[[Example], Frames]
"""Opens the video of a clip. Raises StudioError where it cannot be decoded."""

_CENTRED = 0.75
"""The share of crops that are laid around something anomalous, where there is something."""


class ExportedPairs:
    """examples: labelled clips. folder: of the files, one per clip, made when first wanted. events: the classes, in the
    order of their numbers in the class maps."""

    def __init__(
        self,
        processor: TVAUProcessor,
        examples: Sequence[Example],
        folder: Path,
        open_video: OpenVideo,
        events: Sequence[str],
    ) -> None:
        self.processor, self.examples, self.folder = processor, examples, folder
        self._open, self._events = open_video, events
        self._loaded: dict[int, Pairs] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def clip(self, number: int) -> Pairs:
        """All pairs of clip `number`, pictures at the network's size."""
        if number not in self._loaded:
            example = self.examples[number]
            named = repr((str(example.video), example.row, self.processor.config.pictures, tuple(self._events)))
            first = int.from_bytes(hashlib.sha256(named.encode()).digest()[:4])
            found = shard(self.folder, first)
            if found is None:
                save_shard(self.folder, first, self._read(example))
                found = shard(self.folder, first)
            assert found is not None
            self._loaded[number] = found
        return self._loaded[number]

    def _read(self, example: Example) -> Pairs:
        video = self._open(example)
        size = self.processor.picture_size(*video.info.size)
        pairs = datasets.pairs(example.frames.within(len(video)))
        ends = [pair_frames(k, len(video), self.processor.config.pair_distance) for k in pairs]
        scaled = {
            n: self.processor.scaled([video[n]])[0].permute(1, 2, 0).numpy()
            for n in sorted({n for pair in ends for n in pair})
        }
        pictures = np.stack([np.stack([scaled[a], scaled[b]]) for a, b in ends])
        return Pairs(pictures, np.stack([datasets.class_map(example, k, size, self._events) for k in pairs]))

    def batch(self, chance: np.random.Generator, size: int) -> Pairs:
        """`size` pairs by chance, all of one picture size: that of the first clip drawn. Half of them have their second
        picture made equal to the first, so that the look has to tell."""
        pictures: list[np.ndarray] = []
        classes: list[np.ndarray] = []
        while len(pictures) < size:
            pairs = self.clip(int(chance.integers(len(self.examples))))
            k = int(chance.integers(len(pairs)))
            if pictures and pairs.pictures.shape[2:] != pictures[0].shape[1:]:
                continue
            picture = np.array(pairs.pictures[k])
            if chance.random() < 0.5:
                picture[1] = picture[0]
            pictures.append(picture)
            classes.append(np.array(pairs.classes[k]))
        return Pairs(np.stack(pictures), np.stack(classes))

    def quiet(self, count: int) -> list[Pairs]:
        """At most `count` pairs in which nothing is anomalous, grouped by clip."""
        found: list[Pairs] = []
        for number in range(len(self.examples)):
            pairs = self.clip(number)
            still = ~np.asarray(pairs.classes).any(axis=(1, 2))
            if still.any():
                found.append(Pairs(np.asarray(pairs.pictures)[still], np.asarray(pairs.classes)[still]))
            if sum(map(len, found)) >= count:
                break
        return found


def cropped(pairs: Pairs, side: int, chance: np.random.Generator) -> Pairs:
    """Each pair cut to side x side pixels (smaller where the picture is), mostly around something anomalous."""
    height, width = pairs.classes.shape[1:]
    h, w = min(side, height), min(side, width)
    pictures = np.empty((len(pairs), 2, h, w, 3), np.uint8)
    classes = np.empty((len(pairs), h, w), np.uint8)
    for n in range(len(pairs)):
        y, x = (int(chance.integers(0, full - part + 1)) for full, part in ((height, h), (width, w)))
        spots = np.argwhere(pairs.classes[n])
        if len(spots) and chance.random() < _CENTRED:
            row, column = spots[int(chance.integers(len(spots)))]
            y = int(np.clip(row - chance.integers(h // 4, h - h // 4), 0, height - h))
            x = int(np.clip(column - chance.integers(w // 4, w - w // 4), 0, width - w))
        pictures[n] = pairs.pictures[n, :, y : y + h, x : x + w]
        classes[n] = pairs.classes[n, y : y + h, x : x + w]
    return Pairs(pictures, classes)
