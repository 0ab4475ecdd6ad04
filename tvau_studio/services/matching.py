"""Which video of a project a file means."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.labels import Video
from tvau_studio.formats.base import Format

_WINDOW = re.compile(r"(?P<video>.+)-(?P<first>\d{1,9})_(?P<last>\d{1,9})")
"""A clip of the first author's thesis: frames first to last, both included, of the video ``SS_VVVV``."""


@dataclass(frozen=True)
class Match:
    """row: the video as the file tells it. known: the project's, or None: it is not there. path: absolute, of one that
    is not there. shift: frame 0 of the file is this frame of the video. window: the frames of the file are this many
    of a longer video's; None: they are the whole video's. named: how many frames its name speaks of.
    """

    row: Video
    known: Video | None
    path: str
    shift: int = 0
    window: int | None = None
    named: int | None = None

    def at(self, start: int, stop: int) -> tuple[int, int]:
        """Frames start:stop of the file in the video."""
        return start + self.shift, stop + self.shift


def match(
    file: Path, format: Format, rows: Sequence[Video], videos: Sequence[Video], root: Path, named: str | None
) -> list[Match]:
    """Find each of `rows` among the project's `videos`: by path, then content, then a stem that only one has.

    named: what a person said which video is meant. A row without a path is called as the file is. root: the project's
    folder. Raises UsageError where `named` cannot be meant.
    """
    by_path = {os.path.normpath(root / v.path): v for v in videos}
    if named is not None:
        if len(rows) > 1:
            raise UsageError("{file} names {n} videos; import it without --video.", file=file, n=len(rows))
        path = os.path.normpath(Path(named).absolute())
        meant = by_path.get(path) or _only(videos, Path(named).stem) or _only(videos, named)
        return [Match(row, meant, path) for row in rows]
    found_by_path = {row.key: by_path[row.path] for row in rows if row.path in by_path}
    by_content = {v.fingerprint: v for v in videos if v.fingerprint}
    taken = {v.key for v in found_by_path.values()}
    stems = Counter(_stem(row, file) for row in rows)
    matches = []
    for row in rows:
        stem = _stem(row, file)
        known = found_by_path.get(row.key) or by_content.get(row.fingerprint)
        if known is None and stems[stem] == 1:
            known = _only([v for v in videos if v.key not in taken], stem)
        path = row.path or os.path.normpath(file.absolute().with_name(stem))
        one = Match(row, known, path)
        matches.append(_window(one, stem, videos) if known is None and format.thesis_names else one)
    return matches


def _stem(row: Video, file: Path) -> str:
    return row.stem if row.path else file.stem


def _only(videos: Sequence[Video], stem: str) -> Video | None:
    found = [v for v in videos if v.stem == stem]
    return found[0] if len(found) == 1 else None


def _window(found: Match, stem: str, videos: Sequence[Video]) -> Match:
    """A video that is not there, where its name may speak of a part of one that is."""
    parts = _WINDOW.fullmatch(stem)
    first, last = (int(parts["first"]), int(parts["last"])) if parts else (1, 0)
    if parts is None or first > last:
        return found
    length = last + 1 - first
    known = _only(videos, parts["video"])
    return replace(found, known=known, shift=first, window=length) if known else replace(found, named=length)
