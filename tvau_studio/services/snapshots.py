"""Named states of a project's labels: made, listed, compared, exported; and the record of what was released.

`Project.snapshots` is one of these. A snapshot never changes, whatever becomes of the labels: its export gives the same
bytes each time.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from tvau_studio.domain.document import Document
from tvau_studio.domain.snapshots import Difference, Release, SnapshotInfo, differences

if TYPE_CHECKING:
    from tvau_studio.store.engine import Store
    from tvau_studio.store.repository import Snapshot
    from tvau_studio.store.snapshots import Kept

Progress = Callable[[int, int], None]
Cancel = Callable[[], None]

NOW = ""
"""In place of a snapshot's name: the labels as they are."""


class Snapshots:
    """From any thread. Every method raises StudioError where the project cannot be read or written."""

    def __init__(self, store: Store, person: str) -> None:
        self._store, self._person = store, person

    def all(self) -> list[SnapshotInfo]:
        """The oldest first."""
        from tvau_studio.store import snapshots

        return snapshots.all_of(self._store)

    def make(
        self, name: str, note: str = "", progress: Progress | None = None, cancel: Cancel | None = None
    ) -> SnapshotInfo:
        """Keep the labels as they are now under a name. progress(done, total) counts videos. Raises UsageError where
        the name is empty or taken.
        """
        from tvau_studio.store import snapshots

        return snapshots.make(self._store, name, note, self._person, progress or _silent, cancel or _never)

    @contextlib.contextmanager
    def opened(self, name: str = NOW) -> Iterator[Snapshot | Kept]:
        """The labels of a snapshot, or as they are now, read video by video. Raises UsageError where there is none of
        that name, StudioError where it is damaged.
        """
        from tvau_studio.store import repository, snapshots

        if name == NOW:
            with repository.snapshot(self._store) as labels:
                yield labels
            return
        with self._store.reading() as connection:
            yield snapshots.opened(connection, name)

    def compare(self, before: str, after: str = NOW, cancel: Cancel | None = None) -> Iterator[Difference]:
        """What differs from one snapshot to another, or to now, video by video, by path."""
        with self.opened(before) as old, self.opened(after) as new:
            paths = {v.key: v.path for v in [*old.videos, *new.videos]}
            here = [{v.key for v in side.videos} for side in (old, new)]
            for key in sorted(paths, key=lambda k: (paths[k], k)):
                (cancel or _never)()
                sides = [
                    s.document(key) if key in keys else Document() for s, keys in zip((old, new), here, strict=True)
                ]
                yield from differences(*sides)

    def releases(self) -> list[Release]:
        """Every export that was made, the last one first."""
        from tvau_studio.store import snapshots

        return snapshots.releases(self._store)

    def record(self, release: Release) -> None:
        """Remember an export."""
        from tvau_studio.store import snapshots

        snapshots.record(self._store, release)


def _silent(done: int, total: int) -> None:
    """Nobody wants to know."""


def _never() -> None:
    """Nobody stops this."""
