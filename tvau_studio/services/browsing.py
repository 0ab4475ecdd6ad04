"""Finding clips among a hundred thousand: what a person types, answered from columns in memory.

`domain.queries` says what a query means, clip by clip; here each column is asked once for all clips, its different
values first. Texts are looked for in the store.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from glob import escape as glob_escape
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tvau_studio.domain.queries import FIELDS, Entry, Query, Term

if TYPE_CHECKING:
    from tvau_studio.store.engine import Store
    from tvau_studio.store.entries import Catalogue

Mask = npt.NDArray[np.bool_]

SORTS: dict[str, Callable[[Entry], Any]] = {
    "video": lambda e: (e.video, e.start, e.stop, e.id),
    "id": lambda e: e.id.lower(),
    "frames": lambda e: e.stop - e.start,
    "objects": lambda e: e.objects,
    "drafts": lambda e: e.drafts,
    "score": lambda e: -1.0 if e.score is None else e.score,
    "event": lambda e: (not e.events, e.events),
    "state": lambda e: e.state,
    "split": lambda e: e.split or "~",
    "assignee": lambda e: (not e.assignee, e.assignee.lower()),
    "comments": lambda e: e.comments,
}
"""What clips can be sorted by."""


class Clips:
    """Every clip of a project at one moment. Safe to read from any thread once made."""

    def __init__(self, store: Store, catalogue: Catalogue) -> None:
        self._store = store
        self._catalogue = catalogue
        self.entries: Sequence[Entry] = catalogue.entries
        self._holders = catalogue.holders

    @classmethod
    def read(cls, store: Store) -> Clips:
        from tvau_studio.store import entries

        return cls(store, entries.catalogue(store))

    def updated(self, videos: Collection[str]) -> Clips:
        """The same clips, those of these videos (their keys) read anew."""
        from tvau_studio.store import entries

        return Clips(self._store, entries.joined(self._catalogue, entries.catalogue(self._store, videos)))

    def find(self, query: Query, me: str = "") -> list[int]:
        """The places in `entries` of the clips that are meant, ascending."""
        mask = np.ones(len(self.entries), bool)
        for term in query.terms:
            mask &= self._mask(term, me) != term.negated
        return [int(n) for n in np.flatnonzero(mask)]

    def sort(self, places: Sequence[int], by: str, descending: bool = False) -> list[int]:
        """The places in another order; clips that are alike keep theirs."""
        rank = self._ranks(by)
        order = np.argsort(-rank[list(places)] if descending else rank[list(places)], kind="stable")
        return [places[int(n)] for n in order]

    def regions(self) -> list[frozenset[str]]:
        """Of each entry, the regions in which keyframes of its objects lie."""
        kinds, codes = self._regions
        return [kinds[code].regions for code in codes]

    def texts(self, words: Iterable[str]) -> dict[str, set[int]]:
        """Each word -> the places of the clips whose texts hold it."""
        return {word: set(np.flatnonzero(self._with_text(word)).tolist()) for word in words}

    def _with_text(self, word: str) -> Mask:
        from tvau_studio.store import full_text

        if word not in self._found_texts:
            places = [self._holders[hit] for hit in full_text.hits(self._store, word) if hit in self._holders]
            found: Mask = np.zeros(len(self.entries), bool)
            if places:
                found[np.concatenate(places)] = True
            self._found_texts[word] = found
        return self._found_texts[word]

    @cached_property
    def _found_texts(self) -> dict[str, Mask]:
        """What was looked for before: a person types on."""
        return {}

    def _mask(self, term: Term, me: str) -> Mask:
        kind = FIELDS.get(term.field, "text")
        if kind == "number":
            return self._numbers(term)
        if kind == "flag":
            return self._flags(term.values, me)
        if term.field in ("", "text"):
            found: Mask = np.zeros(len(self.entries), bool)
            for value in term.values:
                found |= self._with_text(value.lower())
            for field in ("id", "video", "event") if not term.field else ():
                found |= self._column(replace(term, field=field))
            return found
        return self._column(term)

    def _flags(self, flags: Iterable[str], me: str) -> Mask:
        asked: dict[str, Callable[[], Mask]] = {
            "anomalous": lambda: self._anomalous,
            "normal": lambda: ~self._anomalous,
            "mine": lambda: self._mine(me),
            "unassigned": lambda: ~self._column(Term("assignee", ":", ("?*",))),
            "labelled": lambda: self._measures["objects"] > 0,
            "empty": lambda: self._measures["objects"] == 0,
        }
        found: Mask = np.logical_or.reduce([asked[flag.lower()]() for flag in flags])
        return found

    def _mine(self, me: str) -> Mask:
        def told(field: str) -> Mask:
            kinds, codes = self._coded[field]
            fits: Mask = np.fromiter((getattr(kind, field) == me for kind in kinds), bool, len(kinds))[codes]
            return fits

        return told("assignee") | told("annotator") if me else np.zeros(len(self.entries), bool)

    @cached_property
    def _anomalous(self) -> Mask:
        return np.fromiter((e.anomalous for e in self.entries), bool, len(self.entries))

    @cached_property
    def _ids(self) -> list[str]:
        return [e.id.lower() for e in self.entries]

    def _column(self, term: Term) -> Mask:
        """Ask each different value of a column once."""
        if term.field == "id":  # all different: what is asked is made ready once
            fits_id = _any_of([v.lower() for v in term.values])
            return np.fromiter(map(fits_id, self._ids), bool, len(self.entries))
        values, codes = self._coded[term.field] if term.field != "region" else self._regions
        one = Query((replace(term, negated=False),))
        fits = np.fromiter((one.matches(value, {}) for value in values), bool, len(values))
        chosen: Mask = fits[codes]
        return chosen

    def _numbers(self, term: Term) -> Mask:
        values = self._measures[term.field]
        with np.errstate(invalid="ignore"):
            compare = {
                ">": np.greater,
                ">=": np.greater_equal,
                "<": np.less,
                "<=": np.less_equal,
                ":": np.equal,
                "=": np.equal,
            }[term.op]
            found: Mask = np.logical_or.reduce([compare(values, float(v)) for v in term.values])
        return found

    @cached_property
    def _measures(self) -> dict[str, npt.NDArray[np.float64]]:
        def column(value: Callable[[Entry], float | None]) -> npt.NDArray[np.float64]:
            return np.array([np.nan if (v := value(e)) is None else v for e in self.entries], np.float64)

        return {
            "objects": column(lambda e: e.objects),
            "drafts": column(lambda e: e.drafts),
            "comments": column(lambda e: e.comments),
            "frames": column(lambda e: e.stop - e.start),
            "start": column(lambda e: e.start),
            "score": column(lambda e: e.score),
        }

    @cached_property
    def _coded(self) -> dict[str, tuple[list[Entry], npt.NDArray[np.int64]]]:
        """Field -> (one entry for each different value, which of them each clip has)."""
        take: dict[str, Callable[[Entry], Any]] = {
            "id": lambda e: e.id,
            "video": lambda e: e.video,
            "event": lambda e: e.events,
            "state": lambda e: e.state,
            "split": lambda e: e.split,
            "assignee": lambda e: e.assignee,
            "annotator": lambda e: e.annotator,
            "model": lambda e: e.models,
        }
        return {field: self._codes(value) for field, value in take.items()}

    def _codes(self, value: Callable[[Entry], Any]) -> tuple[list[Entry], npt.NDArray[np.int64]]:
        number: dict[Any, int] = {}
        kinds: list[Entry] = []
        codes = np.empty(len(self.entries), np.int64)
        for n, entry in enumerate(self.entries):
            key = value(entry)
            code = number.get(key)
            if code is None:
                code = number[key] = len(kinds)
                kinds.append(entry)
            codes[n] = code
        return kinds, codes

    @cached_property
    def _regions(self) -> tuple[list[Entry], npt.NDArray[np.int64]]:
        from tvau_studio.store import entries

        known: Mapping[str, frozenset[str]] = entries.regions(self._store)
        none: frozenset[str] = frozenset()
        number: dict[Collection[str], int] = {}
        kinds: list[Entry] = []
        codes = np.empty(len(self.entries), np.int64)
        for n, entry in enumerate(self.entries):
            here = known.get(entry.key, none)
            code = number.get(here)
            if code is None:
                code = number[here] = len(kinds)
                kinds.append(replace(entry, regions=here))
            codes[n] = code
        return kinds, codes

    def _ranks(self, by: str) -> npt.NDArray[np.int64]:
        if by not in self._sorted:
            values = [SORTS[by](e) for e in self.entries]
            order = {value: n for n, value in enumerate(sorted(set(values)))}
            self._sorted[by] = np.array([order[v] for v in values], np.int64)
        return self._sorted[by]

    @cached_property
    def _sorted(self) -> dict[str, npt.NDArray[np.int64]]:
        return {}


def _any_of(wanted: Sequence[str]) -> Callable[[str], bool]:
    """Whether a text, lower case, holds one of these values or fits one with wildcards."""
    if not any(c in w for w in wanted for c in "*?"):
        return lambda text: any(w in text for w in wanted)
    patterns = [fnmatch.translate(w if any(c in w for c in "*?") else f"*{glob_escape(w)}*") for w in wanted]
    fits = re.compile("|".join(patterns)).match
    return lambda text: fits(text) is not None
