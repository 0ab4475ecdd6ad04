"""The clips as a browser lists them, however many there are.

What stands in a clip's own row is read for all of them at once (`heads`: a hundred thousand in a third of a second);
what is *in* a clip, which has to be counted from objects, boxes and segments, only for those that are asked for
(`summaries`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, and_, case, distinct, func, select, true

from tvau_studio.domain.summaries import ClipHead, ClipHeads, ClipSummary
from tvau_studio.store import schema
from tvau_studio.store.engine import Store

_BATCH = 500


_HEAD = [schema.clip.c[name] for name in ClipHead._fields]


def heads(store: Store) -> ClipHeads:
    """Every clip's own row."""
    with store.reading() as connection:
        seq = int(connection.execute(select(func.coalesce(func.max(schema.edit.c.seq), 0))).scalar_one())
        paths = {row.key: row.path for row in connection.execute(select(schema.video.c.key, schema.video.c.path))}
        rows = list(map(ClipHead._make, connection.execute(select(*_HEAD)).all()))
    # Sorted here: databases do not agree on what comes first.
    place = {video: n for n, (_, video) in enumerate(sorted((path, key) for key, path in paths.items()))}
    rows.sort(key=lambda head: (place[head.video], head.start, head.stop, head.id))
    return ClipHeads(rows, paths, seq)


def clip_list(store: Store) -> list[ClipSummary]:
    """Every clip with what is in it, in the order of `heads`."""
    found = heads(store)
    with store.reading() as connection:
        known = {row.key: row for row in _summaries(connection, None)}
    return [known[head.key] for head in found.heads if head.key in known]


def summaries(store: Store, keys: Iterable[str]) -> list[ClipSummary]:
    """Those of these clips that are there, with what is in them, in no order."""
    with store.reading() as connection:
        return list(_summaries(connection, list(keys)))


def _summaries(connection: Connection, keys: Sequence[str] | None) -> Iterator[ClipSummary]:
    clip = schema.clip.c
    query = select(*_HEAD, schema.video.c.path, clip.anomaly).join(schema.video, schema.video.c.key == clip.video)
    rows: list[Any] = []
    for part in [None] if keys is None else [keys[i : i + _BATCH] for i in range(0, len(keys), _BATCH)]:
        rows += connection.execute(query if part is None else query.where(clip.key.in_(part))).all()
    counts, events = _contents(connection, None if keys is None else rows)
    for row in rows:
        found = events.get(row.key, ())
        objects, drafts = counts.get(row.key, (0, 0))
        yield ClipSummary(
            key=row.key,
            id=row.id,
            video=row.video,
            path=row.path,
            start=row.start,
            stop=row.stop,
            state=row.state,
            objects=objects,
            drafts=drafts,
            events=tuple(sorted({event for event, _ in found})),
            anomalous=row.anomaly if row.anomaly is not None else any(accepted for _, accepted in found),
            annotator=row.annotator,
            assignee=row.assignee,
        )


def clips_with_event(store: Store, part: str) -> set[str]:
    """The clips in which something happens whose event class has `part` in its name; capitals do not count."""
    segment, thing, clip = schema.segment.c, schema.object_.c, schema.clip.c
    with store.reading() as connection:
        known = connection.execute(select(segment.event).distinct().where(segment.event.is_not(None))).scalars()
        wanted = [event for event in known if part.lower() in event.lower()]
        if not wanted:
            return set()
        here = and_(clip.video == thing.video, clip.start < segment.stop, clip.stop > segment.start)
        query = (
            select(clip.key)
            .distinct()
            .select_from(schema.segment)
            .join(schema.object_, and_(thing.key == segment.object, thing.verdict != "rejected"))
            .join(schema.clip, here)
            .where(segment.event.in_(wanted))
        )
        return set(connection.execute(query).scalars())


def clips_with_drafts(store: Store) -> set[str]:
    """The clips that hold something on which nobody decided."""
    thing, clip = schema.object_.c, schema.clip.c
    with store.reading() as connection:
        span = spans(select(thing.key).where(thing.verdict == "undecided")).cte("span")
        here = and_(clip.video == thing.video, clip.start < span.c.stop, clip.stop > span.c.start)
        query = select(clip.key).distinct().select_from(span).join(schema.object_, thing.key == span.c.object)
        return set(connection.execute(query.join(schema.clip, here)).scalars())


def _contents(
    connection: Connection, rows: Sequence[Any] | None
) -> tuple[dict[str, tuple[int, int]], dict[str, set[tuple[str, bool]]]]:
    """What is in the clips (None = all): clip -> (objects, drafts) and clip -> {(event, whether accepted)}."""
    counts: dict[str, tuple[int, int]] = {}
    events: dict[str, set[tuple[str, bool]]] = defaultdict(set)
    clip, thing, segment = schema.clip.c, schema.object_.c, schema.segment.c
    parts: list[Any] = [None] if rows is None else [rows[i : i + _BATCH] for i in range(0, len(rows), _BATCH)]
    for part in parts:
        kept = and_(thing.video == clip.video, thing.verdict != "rejected")
        here = clip.key.in_([row.key for row in part]) if part is not None else true()
        videos: Collection[str] = () if part is None else {row.video for row in part}
        span = spans(None if part is None else select(thing.key).where(thing.video.in_(videos))).cte("span")
        drafts = func.count(distinct(thing.key)).filter(thing.verdict == "undecided")
        query = (
            select(clip.key, func.count(distinct(thing.key)), drafts)
            .select_from(span)
            .join(schema.object_, thing.key == span.c.object)
            .join(schema.clip, and_(kept, clip.start < span.c.stop, clip.stop > span.c.start))
            .where(here)
            .group_by(clip.key)
        )
        counts.update({key: (n, d) for key, n, d in connection.execute(query)})
        meets = and_(kept, clip.start < segment.stop, clip.stop > segment.start)
        which = (
            select(clip.key, segment.event, thing.verdict)
            .distinct()
            .select_from(schema.segment)
            .join(schema.object_, thing.key == segment.object)
            .join(schema.clip, meets)
            .where(here, segment.event.is_not(None))
        )
        for key, event, verdict in connection.execute(which):
            events[key].add((event, verdict == "accepted"))
    return counts, events


_FOREVER = 2**31 - 1


def spans(objects: Any) -> Any:
    """object, start, stop: every stretch of frames in which one of the objects (a query of keys; None = all) is in the
    picture, as `Track.visible` says, and every segment of one.
    """
    k, segment = schema.keyframe.c, schema.segment.c

    def wanted(query: Any, column: Any) -> Any:
        return query if objects is None else query.where(column.in_(objects))

    order: dict[str, Any] = {"partition_by": k.object, "order_by": k.frame}
    until = func.coalesce(func.lead(k.frame).over(**order), _FOREVER).label("until")
    before = func.coalesce(func.lag(k.outside).over(**order), true()).label("before")
    keys = wanted(select(k.object, k.frame, k.outside, until, before), k.object).cte("keys")
    # A stretch begins behind a keyframe that said "outside", and goes on to the next one that does.
    begins = func.sum(case((keys.c.before, 1), else_=0))
    nth = begins.over(partition_by=keys.c.object, order_by=keys.c.frame).label("nth")
    parts = select(keys.c.object, keys.c.frame, keys.c.outside, keys.c.until, nth).cte("parts")
    start, stop = func.min(parts.c.frame).label("start"), func.max(parts.c.until).label("stop")
    seen = select(parts.c.object, start, stop).where(~parts.c.outside).group_by(parts.c.object, parts.c.nth)
    return seen.union_all(wanted(select(segment.object, segment.start, segment.stop), segment.object))
