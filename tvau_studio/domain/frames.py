"""Frame numbers, half-open ranges of them, and frame pairs.

Frames are 0-based and count pictures in presentation order. A range is half-open and written ``A:B``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tvau_studio.domain.errors import UsageError

_RANGE = re.compile(r"\s*(\d*)\s*:\s*(\d*)\s*")


@dataclass(frozen=True, slots=True, order=True)
class FrameRange:
    """Frames ``start`` .. ``stop - 1``; ``0 <= start < stop``.

    Raises UsageError where it is empty, backwards or negative.
    """

    start: int
    stop: int

    def __post_init__(self) -> None:
        if self.start < 0 or self.stop <= self.start:
            raise UsageError(
                "The range {a}:{b} holds no frame; give A:B with 0 <= A < B (B itself is not taken).",
                a=self.start,
                b=self.stop,
            )

    @classmethod
    def parse(cls, text: str, frames: int) -> FrameRange:
        """Read ``"A:B"``, ``"A:"``, ``":B"`` or ``":"`` for a video of `frames` pictures.

        Raises UsageError where the text is no range, the range is empty, or it reaches past the last frame.
        """
        match = _RANGE.fullmatch(text)
        if match is None:
            raise UsageError("{text!r} is no range of frames; write A:B, for example 0:24.", text=text)
        a, b = match.groups()
        return cls(int(a or 0), int(b) if b else frames).within(frames)

    def within(self, frames: int) -> FrameRange:
        """The same range, or UsageError where a video of `frames` pictures does not hold it."""
        if self.stop > frames:
            raise UsageError(
                "The range {range} reaches past the end; the video has frames 0:{frames}.", range=self, frames=frames
            )
        return self

    def __len__(self) -> int:
        return self.stop - self.start

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.start, self.stop))

    def __contains__(self, frame: object) -> bool:
        return isinstance(frame, int) and self.start <= frame < self.stop

    def __str__(self) -> str:
        return f"{self.start}:{self.stop}"

    def overlap(self, other: FrameRange) -> FrameRange | None:
        """The frames in both, or None."""
        a, b = max(self.start, other.start), min(self.stop, other.stop)
        return FrameRange(a, b) if a < b else None

    def touches(self, other: FrameRange) -> bool:
        """Whether the two overlap or meet without a gap."""
        return self.start <= other.stop and other.start <= self.stop

    @property
    def pairs(self) -> range:
        """The frame pairs that serve this range: ``start // 2`` .. ``(stop - 1) // 2``."""
        return range(self.start // 2, (self.stop - 1) // 2 + 1)


def pair_frames(pair: int, frames: int, distance: int = 1) -> tuple[int, int]:
    """The two pictures that a pair joins in a video of `frames` pictures: 2k and min(2k + distance, frames - 1)."""
    return 2 * pair, min(2 * pair + distance, frames - 1)


def pair_count(frames: int) -> int:
    """How many pairs a video of `frames` pictures has."""
    return (frames + 1) // 2


def frame_at(times: Sequence[float], seconds: float) -> int:
    """The frame on screen at `seconds` after the first picture, clamped at both ends.

    times: ascending, seconds, as `Video.times`.
    """
    return max(0, min(len(times), bisect_right(times, seconds + 1e-9)) - 1)
