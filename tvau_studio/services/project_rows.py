"""What a project holds, read: rows, the list of clips, the history. The half of `Project` that changes nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from tvau_studio.domain.document import Document
from tvau_studio.domain.labels import Clip, EventClass, Object, Segment, Video

if TYPE_CHECKING:
    from tvau_studio.domain.edits import Edit
    from tvau_studio.domain.history import Entry, FieldChange, Step
    from tvau_studio.domain.phrases import Phrase
    from tvau_studio.domain.summaries import ClipHeads, ClipSummary
    from tvau_studio.services.browsing import Clips
    from tvau_studio.store.activity import Day, Labeller
    from tvau_studio.store.engine import Store
    from tvau_studio.store.repository import Snapshot


class ProjectRows:
    """See `services.projects.Project`."""

    _store: Store
    _person: str
    _session: str

    @property
    def videos(self) -> list[Video]:
        """Every video, by path."""
        from tvau_studio.store import repository

        return repository.videos(self._store)

    def video(self, key: str) -> Video | None:
        """One video, None where it is not there."""
        from tvau_studio.store import repository

        return repository.video(self._store, key)

    @property
    def clips(self) -> list[Clip]:
        """Every clip, by the path of its video, then start."""
        from tvau_studio.store import repository

        return repository.clips(self._store)

    @property
    def objects(self) -> list[Object]:
        """Every object, by the path of its video, then track; rejected drafts too."""
        from tvau_studio.store import repository

        return repository.objects(self._store)

    def browse(self) -> Clips:
        """Every clip as queries see it, at this moment."""
        from tvau_studio.services.browsing import Clips

        return Clips.read(self._store)

    def edits_by_day(self) -> dict[int, int]:
        """Day (since 1970, UTC) -> edits."""
        from tvau_studio.store import entries

        return entries.edits_by_day(self._store)

    @property
    def event_classes(self) -> list[EventClass]:
        """In their order."""
        from tvau_studio.store import repository

        return repository.event_classes(self._store)

    def event_usage(self) -> dict[str, int]:
        """Event -> how many segments of the whole project are of it."""
        from tvau_studio.store import repository

        return repository.event_usage(self._store)

    def segments_of(self, event: str) -> list[Segment]:
        """Every segment of the project that is of an event."""
        from tvau_studio.store import repository

        return repository.segments_of(self._store, event)

    def phrases(self, field: str, language: str) -> list[Phrase]:
        """The texts that were written in a field (appearance, motion, environment, trajectory), for offering again."""
        from tvau_studio.store import repository

        return repository.phrases(self._store, field, language)

    def document(self, video: str | None = None) -> Document:
        """The rows of one video (its key) with the project's event classes, or of the whole project."""
        from tvau_studio.store import repository

        return repository.load(self._store, video)

    def load(self, video: str | None) -> tuple[Document, int]:
        """See `document`; and the number in the log up to which they hold: where `log_since` goes on."""
        from tvau_studio.store import repository

        return repository.load_at(self._store, video)

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """One state of the whole project, read video by video, whatever others write meanwhile."""
        from tvau_studio.store import repository

        with repository.snapshot(self._store) as found:
            yield found

    # -- the list of clips

    def clip_list(self) -> list[ClipSummary]:
        """Every clip with what is in it, by the path of its video, then start."""
        from tvau_studio.store import clip_list

        return clip_list.clip_list(self._store)

    def clip_heads(self) -> ClipHeads:
        """Every clip's own row, in the same order; quick also where there are a hundred thousand."""
        from tvau_studio.store import clip_list

        return clip_list.heads(self._store)

    def clip_summaries(self, keys: Iterable[str]) -> list[ClipSummary]:
        """Those of these clips that are there, with what is in them, in no order."""
        from tvau_studio.store import clip_list

        return clip_list.summaries(self._store, keys)

    def clips_with_event(self, part: str) -> set[str]:
        """The clips in which something happens whose event class has `part` in its name."""
        from tvau_studio.store import clip_list

        return clip_list.clips_with_event(self._store, part)

    def clips_with_drafts(self) -> set[str]:
        """The clips that hold something on which nobody decided."""
        from tvau_studio.store import clip_list

        return clip_list.clips_with_drafts(self._store)

    # -- the log

    @property
    def undo_label(self) -> str:
        """What `undo` would take back; "" where nothing."""
        return self.labels[0]

    @property
    def redo_label(self) -> str:
        """What `redo` would do again; "" where nothing."""
        return self.labels[1]

    @property
    def labels(self) -> tuple[str, str]:
        """`undo_label` and `redo_label`, read at once."""
        from tvau_studio.store import writer

        return writer.labels(self._store, self._person)

    @property
    def last_seq(self) -> int:
        """The number of the newest Edit in the log: whoever asks for it now and then sees that something happened."""
        from tvau_studio.store import tail

        return tail.last_seq(self._store)

    def log_since(self, seq: int) -> list[Entry]:
        """What was committed behind number `seq`, by everybody, this window's own included, in order."""
        from tvau_studio.store import tail

        return tail.since(self._store, seq)

    def changes_since(self, seq: int) -> tuple[int, list[Edit]]:
        """What *others* (other windows, other people) committed behind number `seq`, and the number to ask from
        next.
        """
        found = self.log_since(seq)
        return max([seq, *(e.seq for e in found)]), [e.edit for e in found if e.session != self._session]

    # -- the history

    def history(
        self, limit: int = 100, *, before: int | None = None, person: str | None = None, video: str | None = None
    ) -> list[Step]:
        """A page of the steps of everybody, or one person's, or of one video, the newest first, those that could be
        done again included. before: only steps with a lower number than this.
        """
        from tvau_studio.store import history

        return history.steps(self._store, limit, before=before, person=person, video=video)

    def object_history(self, object: str, limit: int = 100, *, before: int | None = None) -> list[FieldChange]:
        """What was ever written about an object, by up to `limit` edits, the newest first."""
        from tvau_studio.store import history

        return history.of_object(self._store, object, limit, before=before)

    def days(self) -> list[Day]:
        """What each person did on each day, the newest first."""
        from tvau_studio.store import activity

        return activity.days(self._store)

    def labellers(self) -> list[Labeller]:
        """What became of the clips of everybody who labelled any."""
        from tvau_studio.store import activity

        return activity.labellers(self._store)
