"""What lies beside an export: a data card for people and Hugging Face, and the entry by which LLaMA-Factory finds it.

A card says what the data are and by which rules they were written: counts, classes, splits, who labelled, which models
proposed. It holds no dates, so that the same labels give the same card.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tvau_studio
from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.labels import LANGUAGES, Object, text
from tvau_studio.formats.base import Format, Part

if TYPE_CHECKING:
    from tvau_studio.services.export_wishes import ExportWishes

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
"""Hugging Face's names for how many examples there are."""

CARD = "README.md"

_FIRST = "---\npretty_name: "

_TEXT, _NUMBERS, _PATHS = "string", {"list": "int64"}, {"list": "string"}
_MESSAGES = {
    "trl": [("role", _TEXT), ("content", {"list": "json"})],
    "llamafactory": [("role", _TEXT), ("content", _TEXT)],
    "swift": [("role", _TEXT), ("content", _TEXT)],
}
_OTHER = [(name, _TEXT) for name in ("appearance", "motion", "trajectory")]
_OBJECT: list[tuple[str, Any]] = [
    ("track", "int64"),
    *((name, _TEXT) for name in ("event", "appearance", "motion")),
    ("segments", {"list": {"list": "json"}}),
    *((name, _TEXT) for name in ("from", "to", "trajectory")),
    ("boxes", {"list": {"list": "float64"}}),
    ("keyframes", _NUMBERS),
    ("occluded", _NUMBERS),
]


@dataclass
class Facts:
    """What was written, counted as it passes. people: who made clips, objects or segments of it. models: model -> how
    many of its objects a person accepted, and how many are drafts.
    """

    videos: int = 0
    frames: int = 0
    clips: int = 0
    anomalous: int = 0
    objects: int = 0
    boxes: int = 0
    dialogues: int = 0
    events: Counter[str] = field(default_factory=Counter)
    splits: dict[str, Counter[str]] = field(default_factory=dict)
    languages: Counter[str] = field(default_factory=Counter)
    people: Counter[str] = field(default_factory=Counter)
    annotators: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    models: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, part: Part, things: Sequence[Object]) -> None:
        """One video. things: the objects that are written of it."""
        document = part.document
        anomalous = sum(document.anomalous(c) for c in part.clips)
        self.videos += 1
        self.clips += len(part.clips)
        self.frames += sum(len(c.range) for c in part.clips)
        self.anomalous += anomalous
        self.objects += len(things)
        split = self.splits.setdefault(part.video.split or "none", Counter())
        split.update(videos=1, clips=len(part.clips), anomalous=anomalous, objects=len(things))
        for clip in part.clips:
            self.states[clip.state] += 1
            self.people[clip.author] += 1
            self.annotators[clip.annotator] += 1
            self.dialogues += any(document.dialogue(clip.key, language) for language in LANGUAGES)
        for thing in things:
            segments = document.segments(thing.key)
            self.boxes += sum(not k.outside and not k.support for k in document.track(thing.key).keyframes)
            self.events.update({s.event or "normal" for s in segments} or {"normal"})
            self.people[thing.author] += 1
            for segment in segments:
                self.people[segment.author] += 1
            if thing.model:
                kind = "drafts" if thing.is_draft else "accepted"
                self.models.setdefault(thing.model, Counter())[kind] += 1
            for language in LANGUAGES:
                words = [text(thing, "appearance", language), *(text(s, "motion", language) for s in segments)]
                self.languages[language] += any(words)

    def record(self) -> dict[str, Any]:
        """As plain values."""
        return {name: _plain(value) for name, value in vars(self).items()}


def _plain(value: Any) -> Any:
    return {k: _plain(v) for k, v in sorted(value.items())} if isinstance(value, dict) else value


def check_card(path: Path) -> None:
    """Raises StudioError where a file is there that is no data card, lest it is lost."""
    try:
        there = path.read_bytes()[: len(_FIRST)] if path.exists() else _FIRST.encode()
    except OSError as error:
        raise StudioError("{path} cannot be read: {why}.", path=path, why=error.strerror or error) from None
    if there != _FIRST.encode():
        raise StudioError("{path} is there and no data card; move it away, or export to another folder.", path=path)


def card(project: str, out: Path, format: Format, wishes: ExportWishes, facts: Facts) -> str:
    """A README.md with the header that Hugging Face reads; `datasets.load_dataset` takes its folder."""
    head = _header(project, out, format, wishes, facts)
    return f"---\n{head}---\n\n{_body(project, out, format, wishes, facts)}"


def _header(project: str, out: Path, format: Format, wishes: ExportWishes, facts: Facts) -> str:
    size = next((name for limit, name in _SIZES if facts.clips < limit), "n>1M")
    languages = [n for n in LANGUAGES if facts.languages[n]] or [wishes.language]
    lines = [
        f"pretty_name: {json.dumps(project, ensure_ascii=False)}",
        f"language: [{', '.join(languages)}]",
        "task_categories: [video-text-to-text, object-detection]",
        "tags: [video-anomaly-understanding, surveillance]",
        f"size_categories: [{size}]",
    ]
    if format.dialogues:
        split = wishes.split if wishes.split != "all" else "train"
        lines += ["configs:", "- config_name: default", "  data_files:", f"  - split: {split}"]
        lines += [f"    path: {json.dumps(out.name, ensure_ascii=False)}"]
        lines += ["dataset_info:", "  features:", *_features(_columns(wishes, facts), "  ")]
    return "".join(f"{line}\n" for line in lines)


def _columns(wishes: ExportWishes, facts: Facts) -> list[tuple[str, Any]]:
    """The columns of a line and their types, whatever the first lines of the file hold."""
    messages = ("messages", _MESSAGES[wishes.style])
    if wishes.style != "trl":
        files = {"list": _PATHS} if wishes.media == "frames" else _PATHS
        more = [("chat_template_kwargs", "json")] if wishes.style == "swift" else []
        return [("id", _TEXT), messages, ("videos", files), *more]
    other = next(name for name in LANGUAGES if name != wishes.language)
    thing = [*_OBJECT, (other, "json"), ("draft", _TEXT)]
    return [
        *(("id", _TEXT), ("video", _TEXT), ("frames", _NUMBERS), ("fps", "float64"), ("size", _NUMBERS)),
        *(("split", _TEXT), ("anomaly", "bool"), ("environment", _TEXT), ("objects", thing), messages),
        *(("descriptions", {"list": _PATHS}), (other, "json"), ("annotator", _TEXT), ("review", _TEXT)),
        ("masks", _TEXT),
    ]


def _features(columns: Sequence[tuple[str, Any]], indent: str) -> list[str]:
    lines = []
    for name, kind in columns:
        lines.append(f"{indent}- name: {name}")
        if isinstance(kind, list):
            lines += [f"{indent}  list:", *_features(kind, f"{indent}  ")]
        elif isinstance(kind, dict):
            lines += _nested(kind, f"{indent}  ")
        else:
            lines.append(f"{indent}  dtype: {kind}")
    return lines


def _nested(kind: Mapping[str, Any], indent: str) -> list[str]:
    inner = kind["list"]
    return [f"{indent}list:", *_nested(inner, f"{indent}  ")] if isinstance(inner, dict) else [f"{indent}list: {inner}"]


def _body(project: str, out: Path, format: Format, wishes: ExportWishes, facts: Facts) -> str:
    parts = [f"# {project}", "", _summary(facts), "", f"Labels: `{out.name}`, {format.title}.", ""]
    parts += [
        "## Splits",
        "",
        "| split | videos | clips | anomalous clips | objects |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name in sorted(facts.splits, key=lambda n: ["train", "val", "test", "none"].index(n)):
        row = facts.splits[name]
        parts.append(f"| {name} | {row['videos']} | {row['clips']} | {row['anomalous']} | {row['objects']} |")
    parts += ["", "## Classes", "", "| event | objects |", "| --- | ---: |"]
    parts += [f"| {_cell(name)} | {n} |" for name, n in sorted(facts.events.items(), key=lambda e: (-e[1], e[0]))]
    parts += ["", "## Who", ""]
    parts += [f"- {_cell(name)}: {n} rows" for name, n in sorted(facts.people.items()) if name] or ["- not known"]
    named = [f"{_cell(name)} ({n} clips)" for name, n in sorted(facts.annotators.items()) if name]
    parts += [f"- annotators as files said: {', '.join(named)}"] if named else []
    parts += ["", "## Which models proposed", ""]
    parts += [
        f"- {_cell(name)}: {row['accepted']} objects accepted by a person, {row['drafts']} drafts nobody decided on"
        for name, row in sorted(facts.models.items())
    ] or ["- none: every object was made by a person"]
    parts += ["", "## Rules of this export", ""]
    parts += [f"- {what}: {value}" for what, value in _rules(format, wishes)]
    states = ", ".join(f"{n} {state}" for state, n in sorted(facts.states.items()))
    parts += [f"- review states in it: {states or 'none'}"]
    return "\n".join(parts) + "\n"


def _summary(facts: Facts) -> str:
    return (
        f"{facts.clips} clips ({facts.anomalous} anomalous) of {facts.videos} videos, {facts.frames} frames, "
        f"{facts.objects} objects with {facts.boxes} keyframes. {facts.dialogues} dialogues were changed by a person."
    )


def _rules(format: Format, wishes: ExportWishes) -> list[tuple[str, str]]:
    found = [("format", format.name)]
    if format.dialogues:
        found += [("style of the dialogues", wishes.style), ("media", wishes.media)]
    drafts = "every clip, with undecided drafts" if wishes.state == "all" else f"{wishes.state} clips, without drafts"
    found += [("clips", drafts), ("split", wishes.split), ("language of the plain texts", wishes.language)]
    if wishes.snapshot:
        found.append(("snapshot", _cell(wishes.snapshot)))
    return [*found, ("written by", f"tvau-studio {tvau_studio.__version__}")]


def _cell(words: str) -> str:
    """A text that is not taken for Markdown."""
    plain = " ".join(words.split())
    return "".join(f"\\{c}" if c in "\\`*_|<>[]#" else c for c in plain)


def llamafactory_info(path: Path, out: Path) -> bytes:
    """``dataset_info.json`` with the entry of this export; those of others stay. path: of that file. Raises StudioError
    where it is there and cannot be read.
    """
    known: dict[str, Any] = {}
    if path.exists():
        try:
            known = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise StudioError(
                "{path} is there and cannot be read ({why}); mend it or export to another folder.", path=path, why=error
            ) from None
        if not isinstance(known, dict):
            raise StudioError("{path} is there and no list of data sets; export to another folder.", path=path)
    known[out.stem] = {
        "file_name": out.name,
        "formatting": "sharegpt",
        "columns": {"messages": "messages", "videos": "videos"},
        "tags": {
            "role_tag": "role",
            "content_tag": "content",
            "user_tag": "user",
            "assistant_tag": "assistant",
            "system_tag": "system",
        },
    }
    return (json.dumps(known, ensure_ascii=False, indent=2) + "\n").encode("utf-8")
