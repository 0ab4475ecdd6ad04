"""What a person types to find clips: ``event:"person running" split:val,test objects>2 -state:accepted red jacket``.

Words are looked for in ids, paths and texts; ``field:value`` and ``field>number`` ask for one thing; a minus before a
term turns it round; several values of a field, with commas between, mean any of them; all terms have to hold. What a
clip is asked for is an `Entry`; nothing here knows how entries are stored.
"""

from __future__ import annotations

import fnmatch
import operator
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.geometry import REGIONS
from tvau_studio.domain.labels import SPLITS, STATES

Kind = Literal["text", "number", "flag"]

FIELDS: dict[str, Kind] = {
    "id": "text",
    "video": "text",
    "event": "text",
    "state": "text",
    "split": "text",
    "assignee": "text",
    "annotator": "text",
    "region": "text",
    "model": "text",
    "text": "text",
    "objects": "number",
    "drafts": "number",
    "comments": "number",
    "frames": "number",
    "start": "number",
    "score": "number",
    "is": "flag",
}
"""Each field that can be asked for. A text value may hold the wildcards ``*`` and ``?``; without, a part is enough for
id, video, event and text, and the others have to be equal."""

FLAGS = ("anomalous", "normal", "mine", "unassigned", "labelled", "empty")

_PART = frozenset({"id", "video", "event", "text"})
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    ":": operator.eq,
    "=": operator.eq,
}
_TERM = re.compile(
    r"""(?P<minus>-)?
        (?: (?P<field>[A-Za-z]+) (?P<op>>=|<=|>|<|:|=)
            (?P<value> (?: "[^"]*" | [^\s",]+ ) (?: , (?: "[^"]*" | [^\s",]+ ) )* )
          | "(?P<phrase>[^"]*)" | (?P<word>\S+) )""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Entry:
    """A clip as queries see it. regions: those that its objects come from or go to. text: everything that is written
    about it, lower case, in one string. score: of its surest draft or hottest known frame, 0..1; None = unknown.
    """

    key: str
    id: str
    video: str
    start: int
    stop: int
    state: str
    split: str | None = None
    events: tuple[str, ...] = ()
    assignee: str = ""
    annotator: str = ""
    regions: frozenset[str] = frozenset()
    models: frozenset[str] = frozenset()
    objects: int = 0
    drafts: int = 0
    comments: int = 0
    score: float | None = None
    anomalous: bool = False


@dataclass(frozen=True)
class Term:
    """One condition. field: "" = any text. op: a key of `_COMPARE`. values: any of them."""

    field: str
    op: str
    values: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True)
class Query:
    terms: tuple[Term, ...] = ()

    @property
    def wanted_texts(self) -> tuple[str, ...]:
        """What has to be looked up in the texts themselves, lower case: words and the values of ``text``."""
        found = [v.lower() for t in self.terms if t.field in ("", "text") for v in t.values]
        return tuple(dict.fromkeys(found))

    def matches(self, entry: Entry, texts: Mapping[str, Collection[str]], me: str = "") -> bool:
        """Whether a clip is meant. texts: of each of `wanted_texts`, the keys of the clips whose texts hold it. me: the
        person who asks, for ``is:mine``."""
        return all(_holds(term, entry, texts, me) != term.negated for term in self.terms)


def parse(text: str) -> Query:
    """The query that a text means; an empty one means every clip.

    Raises UsageError, in a sentence that says what to write instead, for a field that is not known, a number that is
    none, or a value that a field cannot have.
    """
    terms = []
    for match in _TERM.finditer(text):
        negated = match["minus"] is not None
        if match["field"] is None:
            word = match["phrase"] if match["phrase"] is not None else match["word"]
            if word:
                terms.append(Term("", ":", (word,), negated))
            continue
        field, op = match["field"].lower(), match["op"]
        values = tuple(
            quoted or bare for quoted, bare in re.findall(r'"([^"]*)"|([^\s",]+)', match["value"]) if quoted or bare
        )
        if field not in FIELDS:
            if op == ":" and not negated and field in ("http", "https", "file"):
                terms.append(Term("", ":", (match[0],)))
                continue
            raise UsageError(
                "There is no field {field}; ask for one of {fields}, or put the words into quotes.",
                field=field,
                fields=", ".join(FIELDS),
            )
        if values:
            terms.append(_checked(Term(field, op, values, negated)))
    return Query(tuple(terms))


def _checked(term: Term) -> Term:
    kind = FIELDS[term.field]
    if kind == "number":
        for value in term.values:
            if _number(value) is None:
                raise UsageError("{field} is compared with a number, for example {field}>2.", field=term.field)
        return term
    if term.op not in (":", "="):
        raise UsageError("{field} cannot be compared; write {field}:VALUE.", field=term.field)
    known = {"state": STATES, "split": (*SPLITS, "none"), "is": FLAGS, "region": REGIONS}.get(term.field)
    for value in term.values if known else ():
        if not any(_fits(choice, value.lower(), part=False) for choice in known or ()):
            raise UsageError(
                "{value} is no {field}; write one of {known}.",
                value=value,
                field=term.field,
                known=", ".join(f'"{k}"' if " " in k else k for k in known or ()),
            )
    return term


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if value == value and abs(value) != float("inf") else None


def _fits(text: str, wanted: str, *, part: bool) -> bool:
    """text against a value, both lower case."""
    if "*" in wanted or "?" in wanted:
        return fnmatch.fnmatchcase(text, wanted)
    return wanted in text if part else text == wanted


def _holds(term: Term, entry: Entry, texts: Mapping[str, Collection[str]], me: str) -> bool:
    kind = FIELDS.get(term.field, "text")
    if kind == "number":
        value = _measure(entry, term.field)
        return value is not None and any(_COMPARE[term.op](value, float(v)) for v in term.values)
    wanted = [v.lower() for v in term.values]
    if kind == "flag":
        return any(_is(entry, flag, me) for flag in wanted)
    if term.field in ("", "text"):
        own = (entry.id, entry.video, *entry.events) if not term.field else ()
        return any(entry.key in texts.get(w, ()) or any(_fits(o.lower(), w, part=True) for o in own) for w in wanted)
    return any(_fits(text.lower(), w, part=term.field in _PART) for text in _texts(entry, term.field) for w in wanted)


def _measure(entry: Entry, field: str) -> float | None:
    return {
        "objects": entry.objects,
        "drafts": entry.drafts,
        "comments": entry.comments,
        "frames": entry.stop - entry.start,
        "start": entry.start,
        "score": entry.score,
    }[field]


def _texts(entry: Entry, field: str) -> Iterable[str]:
    return {
        "id": (entry.id,),
        "video": (entry.video,),
        "event": entry.events,
        "state": (entry.state,),
        "split": (entry.split or "none",),
        "assignee": (entry.assignee,),
        "annotator": (entry.annotator,),
        "region": entry.regions,
        "model": entry.models,
    }[field]


def _is(entry: Entry, flag: str, me: str) -> bool:
    return {
        "anomalous": entry.anomalous,
        "normal": not entry.anomalous,
        "mine": bool(me) and me in (entry.assignee, entry.annotator),
        "unassigned": not entry.assignee,
        "labelled": entry.objects > 0,
        "empty": entry.objects == 0,
    }[flag]
