"""Places in a video as a person writes them: ``123``, ``12.5s``, ``1:02.5``, ``+24``, ``50%``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.frames import frame_at

_CLOCK = re.compile(r"(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)")


def read_place(text: str, here: int, times: Sequence[float], most: int | None = None) -> int:
    """The frame that `text` names in a video with these times (seconds from its first picture), clamped to it. most:
    the highest number that is given; the last frame by default.

    A number is a frame; ``s`` seconds; ``m:s`` or ``h:m:s`` a time; ``%`` a part of the video; a sign counts from
    `here`, in frames or seconds. Raises UsageError where it is none of these.
    """
    plain = text.strip().lower().replace(",", ".")
    last = max(0, len(times) - 1) if most is None else most
    sign = 0
    if plain[:1] in "+-" and plain:
        sign, plain = (1 if plain[0] == "+" else -1), plain[1:].strip()
    try:
        if not plain[:1].isdigit() and not plain.startswith("."):
            raise ValueError
        if clock := _CLOCK.fullmatch(plain):
            hours, minutes, seconds = clock.groups()
            return frame_at(times, int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds))
        if plain.endswith("%") and not sign:
            found = round(float(plain[:-1]) / 100 * last)
        elif plain.endswith("s"):
            seconds = float(plain[:-1])
            found = frame_at(times, float(times[here]) + sign * seconds if sign else seconds)
        else:
            found = here + sign * int(plain) if sign else int(plain)
    except (ValueError, IndexError, OverflowError):
        raise UsageError(
            "{text!r} is no place in a video; write a frame (123), seconds (12.5s), a time (1:02.5), +24 or 50%.",
            text=text,
        ) from None
    return max(0, min(last, found))


def clock_text(seconds: float) -> str:
    """``mm:ss.mmm``, or ``h:mm:ss.mmm`` from an hour on."""
    whole = max(0, round(seconds * 1000))
    minutes, rest = divmod(whole, 60_000)
    hours, minutes = divmod(minutes, 60)
    text = f"{minutes:02d}:{rest / 1000:06.3f}"
    return f"{hours}:{text}" if hours else text
