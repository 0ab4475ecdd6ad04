"""What is typed and not handed in yet, kept on disk with every key: it comes back when the program was killed."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from tvau_studio.domain.paths import data_folder

_log = logging.getLogger(__name__)

_MOST = 200
"""Drafts that are kept; of more the oldest go."""


@dataclass(frozen=True)
class Draft:
    """text: what is typed. base: the text of the project that it was typed over."""

    text: str
    base: str = ""


class Drafts:
    """Drafts by a name of their place (project, row, field). path: the file; None = in the user's data. Several windows
    keep theirs in one file: each changes what it touched. A file that cannot be read holds none, one that cannot be
    written is said in the log once: typing goes on.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or data_folder() / "drafts.json"
        self._kept = self._read()
        self._touched: set[str] = set()
        self._handed: set[str] = set()
        self._complained = False

    def _read(self) -> dict[str, Draft]:
        with contextlib.suppress(OSError, ValueError, TypeError, AttributeError, KeyError):
            found = json.loads(self._path.read_text(encoding="utf-8"))
            return {str(name): Draft(str(d["text"]), str(d["base"])) for name, d in found.items()}
        return {}

    def of(self, beginning: str) -> dict[str, Draft]:
        """Every draft whose place begins so."""
        return {place: draft for place, draft in self._kept.items() if place.startswith(beginning)}

    def get(self, place: str) -> Draft | None:
        return self._kept.get(place)

    def keep(self, place: str, text: str, base: str = "") -> None:
        """What is typed there now; the same as `base`: nothing."""
        self._handed.discard(place)
        draft = Draft(text, base)
        if text == base:
            self.drop(place)
        elif self._kept.get(place) != draft:
            self._kept.pop(place, None)
            self._kept[place] = draft
            self._touched.add(place)
            while len(self._kept) > _MOST:
                oldest = next(iter(self._kept))
                self._touched.add(oldest)
                del self._kept[oldest]
            self._write()

    def hand_in(self, place: str) -> None:
        """What is typed there is on its way to the project: `settle` forgets it once it has arrived."""
        if place in self._kept:
            self._handed.add(place)

    def settle(self) -> None:
        """Everything that was handed in is in the project."""
        for place in self._handed:
            self._kept.pop(place, None)
            self._touched.add(place)
        if self._handed:
            self._handed.clear()
            self._write()

    def drop(self, place: str) -> None:
        """Nothing is typed there any more."""
        self._handed.discard(place)
        if self._kept.pop(place, None) is not None:
            self._touched.add(place)
            self._write()

    def _write(self) -> None:
        # Without a flush to the disk: it is the program that may be killed at any key, not the machine.
        others = {place: draft for place, draft in self._read().items() if place not in self._touched}
        written = {**others, **{place: self._kept[place] for place in self._touched if place in self._kept}}
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(prefix=".drafts-", dir=self._path.parent)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump({place: asdict(draft) for place, draft in written.items()}, file, ensure_ascii=False)
            Path(temporary).replace(self._path)
        except (OSError, UnicodeError) as error:
            if not self._complained:
                self._complained = True
                _log.warning("what is typed is not kept in %s: %s", self._path, error)
