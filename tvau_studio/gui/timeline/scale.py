"""Frames to pixels and back."""

from __future__ import annotations

from dataclasses import dataclass, replace

CLOSEST = 48.0
"""Pixels of one frame at the closest zoom."""

_STEPS = (1, 2, 5, 10, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000, 24000, 60000, 120000, 240000, 600000)


@dataclass(frozen=True, slots=True)
class Scale:
    """frames: of the video. left: the frame at the left edge, may lie between two. per_frame: pixels of one frame, > 0.
    width: pixels. Frame n covers x(n) .. x(n + 1).
    """

    frames: int
    width: float
    left: float = 0.0
    per_frame: float = 1.0

    @classmethod
    def fitted(cls, frames: int, width: float, a: float = 0.0, b: float | None = None, margin: float = 0.0) -> Scale:
        """Frames a:b (all by default) over the whole width, with `margin` of their length on both sides."""
        b = float(frames) if b is None else b
        room = max(1.0, b - a) * margin
        a, b = a - room, b + room
        return cls(frames, width, a, max(width, 1.0) / max(1.0, b - a)).bounded()

    def bounded(self) -> Scale:
        """The nearest scale that shows nothing but the video, and no frame wider than `CLOSEST` allows."""
        width = max(1.0, self.width)
        frames = max(1, self.frames)
        least = width / frames
        per_frame = max(least, min(max(CLOSEST, least), self.per_frame))
        left = max(0.0, min(self.left, frames - width / per_frame))
        return replace(self, width=width, left=left, per_frame=per_frame)

    @property
    def right(self) -> float:
        """The frame at the right edge."""
        return self.left + self.width / self.per_frame

    def x(self, frame: float) -> float:
        return (frame - self.left) * self.per_frame

    def at(self, x: float) -> float:
        """The place on the frame axis, between frames too."""
        return self.left + x / self.per_frame

    def frame(self, x: float) -> int:
        """The frame that covers x, clamped to the video."""
        return max(0, min(self.frames - 1, int(self.at(x) // 1)))

    def edge(self, x: float) -> int:
        """The edge between two frames that lies nearest to x, 0..frames."""
        return max(0, min(self.frames, round(self.at(x))))

    def zoomed(self, factor: float, x: float) -> Scale:
        """The place under x stays there."""
        here = self.at(x)
        per_frame = replace(self, per_frame=self.per_frame * factor).bounded().per_frame
        return replace(self, per_frame=per_frame, left=here - x / per_frame).bounded()

    def panned(self, pixels: float) -> Scale:
        """What is drawn moves right by `pixels`."""
        return replace(self, left=self.left - pixels / self.per_frame).bounded()

    def resized(self, width: float) -> Scale:
        """As wide as `width`; what was fitted stays fitted, else the left edge and the zoom stay."""
        if self.is_fitted:
            return Scale.fitted(self.frames, width)
        return replace(self, width=width).bounded()

    @property
    def is_fitted(self) -> bool:
        return self.per_frame <= self.width / max(1, self.frames) * 1.0001

    def showing(self, frame: int, margin: float = 0.08) -> Scale:
        """Turned like a page so that the frame is in sight; the same where it is."""
        room = margin * self.width
        if self.x(frame) >= 0 and self.x(frame + 1) <= self.width:
            return self
        place = room if self.x(frame) > 0 or self.frames == 0 else self.width - room
        return replace(self, left=frame - place / self.per_frame).bounded()

    def ticks(self, apart: float = 64.0) -> tuple[list[int], list[int]]:
        """(frames that get a number, frames that get a small tick): at least `apart` pixels between numbers."""
        step = next((s for s in _STEPS if s * self.per_frame >= apart), None)
        if step is None:
            step = _STEPS[-1]
            while step * self.per_frame < apart:
                step *= 10
        small = next((step // n for n in (5, 4, 2) if step % n == 0 and step // n * self.per_frame >= 5), step)
        last = min(self.frames, int(self.right) + 1)
        first = max(0, int(self.left // step) * step)
        numbers = list(range(first, last, step))
        return numbers, [f for f in range(first, last, small) if f % step]
