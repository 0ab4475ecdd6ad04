"""The clips of a video as bars: in rows, so that those which overlap lie below each other."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tvau_studio.domain.labels import Clip
from tvau_studio.gui.timeline.layout import ClipBar
from tvau_studio.gui.timeline.scale import Scale

if TYPE_CHECKING:
    from tvau_studio.gui.state import State


class ClipBars:
    """clips: of one video, by start."""

    def __init__(self, clips: Sequence[Clip] = ()) -> None:
        ends: list[int] = []
        self.all: list[ClipBar] = []
        for clip in clips:
            place = next((i for i, end in enumerate(ends) if end <= clip.start), len(ends))
            ends[place:] = [clip.stop, *ends[place + 1 :]]
            self.all.append(ClipBar(clip.key, clip.start, clip.stop, clip.state, place))
        self._starts = [c.start for c in self.all]
        kinds = {kind: n for n, kind in enumerate(dict.fromkeys((c.row, c.state) for c in self.all))}
        self._kinds = np.array([kinds[c.row, c.state] for c in self.all], np.int64)
        self._stops = np.array([c.stop for c in self.all], np.int64)
        self._longest = max((c.stop - c.start for c in self.all), default=0)

    def in_sight(self, scale: Scale) -> list[ClipBar]:
        """Those that reach into what the scale shows."""
        first, last = self._sight(scale)
        return self.all[first:last]

    def _sight(self, scale: Scale) -> tuple[int, int]:
        return bisect_left(self._starts, scale.left - self._longest), bisect_left(self._starts, scale.right)

    def drawn(self, scale: Scale, always: str = "") -> list[ClipBar]:
        """As `in_sight`, without those of which nothing would be seen: of one row and state one for each pixel. always:
        the key of one that is there in any case."""
        first, last = self._sight(scale)
        if last - first <= scale.width:
            return self.all[first:last]
        ends = ((self._stops[first:last] - scale.left) * scale.per_frame).astype(np.int64)
        wide = int(ends.max()) - int(ends.min()) + 1
        _, kept = np.unique(self._kinds[first:last] * wide + (ends - ends.min()), return_index=True)
        found = [self.all[first + n] for n in np.sort(kept).tolist()]
        here = next((c for c in self.all[first:last] if c.key == always), None) if always else None
        return found if here is None or here in found else [*found, here]

    @property
    def grid(self) -> tuple[int, int] | None:
        """(length, step) of clips that are all equally long and far apart, else None."""
        lengths = {c.stop - c.start for c in self.all}
        steps = {b - a for a, b in zip(self._starts, self._starts[1:], strict=False)}
        return (lengths.pop(), steps.pop()) if len(lengths) == 1 and len(steps) == 1 else None


def length_of(state: State) -> int:
    """How many frames there are to show: of a video that cannot be opened what its row says, or its clips."""
    if state.playback.frames:
        return state.playback.frames
    row = state.document.video_row
    if row is None:
        return 0
    stops = [c.stop for c in state.document.document.clips(row.key)]
    return row.frames or max(stops, default=0)
