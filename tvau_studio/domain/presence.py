"""Which of many objects are in the picture in a frame, without asking each of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from tvau_studio.domain.labels import Object
from tvau_studio.domain.tracks import Track


class Presence:
    """The lives of the objects of one video. objects: in the order in which they are given back. track(key): the path
    of one; asked again for those that were `touch`ed.
    """

    def __init__(self, objects: Sequence[Object], track: Callable[[str], Track]) -> None:
        self._objects = list(objects)
        self._track = track
        self._index = {o.key: i for i, o in enumerate(self._objects)}
        self._first = np.zeros(len(self._objects), np.int64)
        self._stop = np.zeros(len(self._objects), np.int64)
        self._touched: set[str] = set(self._index)

    def touch(self, object: str) -> None:
        """The path of an object has changed."""
        if object in self._index:
            self._touched.add(object)

    def at(self, frame: int) -> list[Object]:
        """The objects that are in the picture in that frame."""
        for key in self._touched:
            keyframes = self._track(key).keyframes
            i = self._index[key]
            self._first[i] = keyframes[0].frame if keyframes else 1 << 60
            self._stop[i] = keyframes[-1].frame if keyframes and keyframes[-1].outside else 1 << 60
        self._touched.clear()
        alive = np.flatnonzero((self._first <= frame) & (frame < self._stop)).tolist()
        return [self._objects[i] for i in alive if self._track(self._objects[i].key).at(frame) is not None]
