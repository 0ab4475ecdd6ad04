"""Answers that were given about places in videos, on disk, so that a scan that goes on asks nothing twice. Deleting it
loses nothing but time.

One file of JSON lines per video and model, only ever appended to: a line that was cut in two by a crash is passed over.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tvau_studio.store.heatmap_cache import safe_name

_log = logging.getLogger(__name__)


class AnswerCache:
    """folder: as of the `HeatmapCache`. video: fingerprint. model: its id. A key is a JSON-ready list that says what
    was asked where; a value anything JSON-ready.
    """

    def __init__(self, folder: Path, video: str, model: str) -> None:
        self._file = folder / "answers" / safe_name(video) / f"{safe_name(model)}.jsonl"
        self._known: dict[str, Any] = {}
        try:
            lines = self._file.read_bytes().splitlines()
        except OSError:
            lines = []
        for line in lines:
            try:
                key, value = json.loads(line)
            except ValueError:
                continue
            self._known[json.dumps(key)] = value

    def get(self, key: Sequence[Any]) -> Any:
        """What is known, or None."""
        return self._known.get(json.dumps(list(key)))

    def put(self, key: Sequence[Any], value: Any) -> None:
        """Remember; where the disk refuses, only while this lives."""
        self._known[json.dumps(list(key))] = value
        line = json.dumps([list(key), value], ensure_ascii=False)
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._file.open("ab") as file:
                # The line break comes first, so that what follows half a line stands in one of its own.
                file.write(f"\n{line}\n".encode())
        except OSError as error:
            _log.info("an answer is not kept: %s: %s", self._file, error)
