"""The clips of a video as bars: in rows, so that those which overlap lie below each other."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from tvau_studio.domain.labels import Clip
from tvau_studio.gui.timeline.layout import ClipBar
from tvau_studio.gui.timeline.scale import Scale


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
        self._longest = max((c.stop - c.start for c in self.all), default=0)

    def in_sight(self, scale: Scale) -> list[ClipBar]:
        """Those that reach into what the scale shows."""
        first = bisect_left(self._starts, scale.left - self._longest)
        return self.all[first : bisect_left(self._starts, scale.right)]

    @property
    def grid(self) -> tuple[int, int] | None:
        """(length, step) of clips that are all equally long and far apart, else None."""
        lengths = {c.stop - c.start for c in self.all}
        steps = {b - a for a, b in zip(self._starts, self._starts[1:], strict=False)}
        return (lengths.pop(), steps.pop()) if len(lengths) == 1 and len(steps) == 1 else None
