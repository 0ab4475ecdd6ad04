"""EVENTS.jsonl: one event a line, the highest score first."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.events import Event, relocated
from tvau_studio.services.files import whole_file


def write(events: Sequence[Event], path: str | Path) -> None:
    """Write events; the file appears whole or not at all. Videos are named relative to its folder where they lie below
    it. Raises StudioError where it cannot be written.
    """
    folder = Path(path).absolute().parent
    with whole_file(path) as file:
        for event in events:
            row = relocated(event, folder).to_dict()
            file.write((json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n").encode())


def read(path: str | Path) -> list[Event]:
    """The events of a file in its order, each video's path as it can be opened from here. Raises StudioError with the
    line that is wrong.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise StudioError("{path} cannot be read: {why}.", path=path, why=error.strerror or "it is no file") from None
    except UnicodeDecodeError:
        raise StudioError("{path} is no file of events: it is not UTF-8 text.", path=path) from None
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if not isinstance(row, dict):
                raise StudioError("it is no JSON object")
            event = Event.from_dict(row)
        except (ValueError, RecursionError, StudioError) as error:
            why = str(error) if isinstance(error, StudioError) else "it is not JSON"
            raise StudioError(
                "{path}, line {n}: {why}; write the events anew with `tvau-studio scan`.",
                path=path,
                n=number,
                why=why.rstrip("."),
            ) from None
        found.append(_opened(event, path.absolute().parent))
    return found


def _opened(event: Event, folder: Path) -> Event:
    return event if Path(event.video).is_absolute() else replace(event, video=str(folder / event.video))
