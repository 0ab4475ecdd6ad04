"""Copies of a project while it is in use: made on a schedule, a few kept, and the way back to one.

They lie beside the project in ``<project>.backups/``, named by the time at which they were made (UTC).
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tvau_studio.domain.errors import StudioError

_NAME = re.compile(r"(\d{8}-\d{6})\.tvau")
_FORMAT = "%Y%m%d-%H%M%S"

KEPT_HOURS, KEPT_DAYS = 24, 14
"""Of the last hours one copy each is kept, of the last days one each, and always the newest."""


@dataclass(frozen=True, order=True)
class Backup:
    """made: seconds since 1970. bytes: of the file."""

    made: float
    path: Path
    bytes: int


def folder_of(project: str | Path) -> Path:
    path = Path(project)
    return path.with_name(f"{path.name}.backups")


def list_backups(project: str | Path) -> list[Backup]:
    """The copies of a project, newest first."""
    found = []
    for path in folder_of(project).glob("*.tvau"):
        if match := _NAME.fullmatch(path.name):
            made = datetime.strptime(match[1], _FORMAT).replace(tzinfo=UTC).timestamp()
            found.append(Backup(made, path, path.stat().st_size))
    return sorted(found, reverse=True)


def make(project: str | Path, now: float | None = None) -> Backup:
    """Copy a project that may be in use, and let old copies go. Raises StudioError where it cannot be written."""
    from tvau_studio.services import maintenance

    seconds = time.time() if now is None else now
    folder = folder_of(project)
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise StudioError(
            "No backup can be made in {folder} ({reason}).", folder=folder, reason=error.strerror or error
        ) from error
    target = folder / f"{datetime.fromtimestamp(seconds, UTC).strftime(_FORMAT)}.tvau"
    if not target.exists():
        maintenance.backup(project, target)
    thin(project, seconds)
    return next(b for b in list_backups(project) if b.path == target)


def is_due(project: str | Path, hours: float, now: float | None = None) -> bool:
    """Whether the newest copy is older than that, and the project newer than it. hours: 0 = never."""
    if hours <= 0:
        return False
    newest = next(iter(list_backups(project)), None)
    if newest is None:
        return True
    seconds = time.time() if now is None else now
    return seconds - newest.made >= 3600 * hours and _changed(Path(project)) > newest.made


def _changed(project: Path) -> float:
    """When the project was last written to, its log included."""
    beside = (project, project.with_name(project.name + "-wal"))
    return max(p.stat().st_mtime for p in beside if p.exists())


def thin(project: str | Path, now: float) -> None:
    """Let go what is not kept (see `KEPT_HOURS`)."""
    kept: set[tuple[str, int]] = set()
    for n, backup in enumerate(list_backups(project)):
        age = now - backup.made
        slots = [("hour", int(backup.made // 3600))] if age < 3600 * KEPT_HOURS else []
        slots += [("day", int(backup.made // 86400))] if age < 86400 * KEPT_DAYS else []
        fresh = [slot for slot in slots if slot not in kept]
        kept.update(slots)
        if n and not fresh:
            backup.path.unlink(missing_ok=True)


def restore(project: str | Path, backup: Path) -> Path:
    """Bring a project back to a copy; where its present state lies now. Nobody may have the project open.

    The copy is proved sound first. The present state is never thrown away: it is set aside among the backups.
    Raises StudioError where the copy is damaged or the project is in use; then nothing has changed.
    """
    from tvau_studio.services import maintenance
    from tvau_studio.store import lifecycle

    path = Path(project)
    facts = maintenance.check(backup)
    if not facts["sound"]:
        raise StudioError("The backup {path} is damaged; choose another one.", path=backup)
    fresh = path.with_name(f".{path.name}.restored")
    fresh.unlink(missing_ok=True)
    lifecycle.backup(backup, fresh)
    folder_of(path).mkdir(exist_ok=True)
    aside = folder_of(path) / f"before-restore-{datetime.now(UTC).strftime(_FORMAT)}.tvau"
    try:
        if path.exists():
            lifecycle.set_aside(path, aside)
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        if not path.exists() and aside.exists():
            aside.replace(path)
        raise
    lifecycle.open_store(path).close()  # an older schema is brought up; and it is proved that it opens
    return aside
