"""A person's settings: one table, kept in one TOML file, applied at once."""

from __future__ import annotations

import contextlib
import getpass
import json
import logging
import os
import tempfile
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.paths import config_folder

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Setting:
    """One setting. default decides its type (bool, int, float or str); a float takes whole numbers too.

    label: what a person reads. choices: the only values; None = any. least, most: bounds of a number, inclusive. group:
    the page on which a person finds it; "" = it is set elsewhere.
    """

    key: str
    default: bool | int | float | str
    label: str
    choices: tuple[str, ...] | None = None
    least: float | None = None
    most: float | None = None
    group: str = ""

    def check(self, value: object) -> bool | int | float | str:
        """The value as it is kept. Raises StudioError where it is not one of this setting's."""
        kind = type(self.default)
        if kind is float and type(value) is int:
            value = float(value)
        if type(value) is not kind or not isinstance(value, (bool, int, float, str)):
            raise StudioError("{value!r} is no value of the setting {key}; give a {kind}.", **self._said(value))
        if self.choices is not None and value not in self.choices:
            raise StudioError("{value!r} is no value of the setting {key}; choose {choices}.", **self._said(value))
        if isinstance(value, (int, float)) and not (
            (self.least is None or value >= self.least) and (self.most is None or value <= self.most)
        ):
            raise StudioError("{value!r} is no value of the setting {key}; {bounds}.", **self._said(value))
        return value

    def _said(self, value: object) -> dict[str, object]:
        return {
            "value": value,
            "key": self.key,
            "kind": {bool: "true or false", int: "whole number", float: "number", str: "text"}[type(self.default)],
            "choices": ", ".join(self.choices or ()),
            "bounds": f"it lies between {self.least} and {self.most}",
        }


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a system without a user database
        return "annotator"


_GENERAL, _LABELS, _HEAT, _PLAYER, _MODEL = "General", "Labels", "Heatmap", "Player", "Model"

TABLE: tuple[Setting, ...] = (
    Setting("name", _login(), "Your name, kept with every label that you make", group=_GENERAL),
    Setting("role", "both", "Your part: labels, reviews, or both", ("both", "annotator", "reviewer"), group=_GENERAL),
    Setting("language", "system", "Language of the window", ("system", "en", "zh"), group=_GENERAL),
    Setting("theme", "system", "Colours of the window", ("system", "dark", "light"), group=_GENERAL),
    Setting(
        "backup_hours",
        4.0,
        "Hours between backups of the open project; 0 = never",
        least=0.0,
        most=1000.0,
        group=_GENERAL,
    ),
    Setting("text_language", "en", "Language of the texts that you write", ("en", "zh"), group=_LABELS),
    Setting("model", "tvau-tiny", "Model: a shipped name, a folder, or a hub id", group=_MODEL),
    Setting("device", "auto", "Where the model computes", ("auto", "cpu", "cuda", "mps"), group=_MODEL),
    Setting("heat_shown", True, "Lay the heatmap over the picture", group=_HEAT),
    Setting("heat_opacity", 0.6, "Opacity of the heatmap", least=0.0, most=1.0, group=_HEAT),
    Setting("heat_threshold", 0.5, "Threshold of the heatmap", least=0.0, most=1.0, group=_HEAT),
    Setting("heat_colours", "inferno", "Colours of the heatmap", ("inferno", "magma", "viridis", "turbo"), group=_HEAT),
    Setting("heat_gain", 1.0, "Gain of the heatmap", least=0.25, most=8.0, group=_HEAT),
    Setting(
        "heat_scale", "absolute", "What has the last colour of the heatmap", ("absolute", "clip", "video"), group=_HEAT
    ),
    Setting("heat_smooth", True, "Smooth the heatmap between its cells", group=_HEAT),
    Setting("heat_contour", True, "Draw a line at the heatmap's threshold", group=_HEAT),
    Setting("heat_card_open", True, "Show the controls of the heatmap over the picture", group=_HEAT),
    Setting("both_languages", False, "Texts of both languages beside each other", group=_LABELS),
    Setting("colour_by", "object", "Colours of objects tell", ("object", "class", "state", "author"), group=_LABELS),
    Setting("names_shown", True, "Number and event at each box", group=_LABELS),
    Setting("trail", 24, "Frames of the way that are drawn, before and after", least=0, most=100_000, group=_LABELS),
    Setting("reaction_ms", 200, "Reaction time when a key is held, ms", least=0, most=2000, group=_LABELS),
    Setting("filmstrip", False, "Small pictures over the scores of the timeline", group=_PLAYER),
    Setting("step_pictures", 10, "Pictures that C and V step by", least=2, most=10000, group=_PLAYER),
    Setting("frame_cache_mb", 160, "Memory for decoded pictures, MB", least=64, most=65536, group=_PLAYER),
    Setting("ask_language", "question", "Language of answers", ("question", "en", "zh"), group=_MODEL),
    Setting("ask_compare", False, "Answer without evidence too, side by side", group=_MODEL),
    Setting("questions", "[]", "Questions of your own, as JSON"),
    Setting("searches", "{}", "Saved searches of the data set: name to search, as JSON"),
    Setting("keys", "{}", "Keys that a person changed: command to keys, as JSON"),
    Setting("tour_offered", False, "The tour was offered"),
    Setting("last_project", "", "The project that opens when none is named"),
)


class Settings:
    """The settings of one person. path: the TOML file; None = the usual place. A missing file means defaults; a value
    that is none of its setting's counts as absent and is said in the log."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or config_folder() / "settings.toml"
        self._table = {s.key: s for s in TABLE}
        self._unknown: dict[str, Any] = {}
        self._values: dict[str, bool | int | float | str] = {}
        self.passing: dict[str, bool | int | float | str] = {}
        """What holds until the program ends, or until it is set, and is not kept: see `for_now`."""
        self._listeners: list[Callable[[str], None]] = []
        self._read()

    def __getitem__(self, key: str) -> Any:
        return self.passing.get(key, self._values.get(key, self._table[key].default))

    def __setitem__(self, key: str, value: object) -> None:
        """Set, keep and tell. Raises StudioError for a value that is none of the setting's; a folder that cannot be
        written is logged: the setting holds until the program ends."""
        checked = self._table[key].check(value)
        if self[key] == checked:
            return
        self.passing.pop(key, None)
        self._values[key] = checked
        self._write()
        for listener in list(self._listeners):
            listener(key)

    def for_now(self, key: str, value: object) -> None:
        """Let a value hold for this run alone, as an option of the command line does. Before anybody listens. Raises
        StudioError for a value that is none of the setting's."""
        self.passing[key] = self._table[key].check(value)

    def reset(self, key: str) -> None:
        self[key] = self._table[key].default

    def listen(self, listener: Callable[[str], None]) -> None:
        """listener(key) is called on the thread that set the value."""
        self._listeners.append(listener)

    def _read(self) -> None:
        try:
            found = tomllib.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return
        except (OSError, ValueError) as error:
            _log.info("%s is not used: %s", self.path, error)
            return
        for key, value in found.items():
            if key not in self._table:
                self._unknown[key] = value  # a newer version's: kept as it is
                continue
            try:
                self._values[key] = self._table[key].check(value)
            except StudioError as error:
                _log.info("%s: %s", self.path, error)

    def _write(self) -> None:
        values = {**{k: v for k, v in self._unknown.items() if isinstance(v, (bool, int, float, str))}, **self._values}
        text = "".join(f"{key} = {_toml(value)}\n" for key, value in sorted(values.items()))
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(prefix=".settings-", dir=self.path.parent)
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as f:
                    f.write(text)
                Path(temporary).replace(self.path)
            except BaseException:
                with contextlib.suppress(OSError):
                    Path(temporary).unlink()
                raise
        except OSError as error:
            _log.info("the settings are not kept: %s", error)


def _toml(value: bool | int | float | str) -> str:
    # A JSON string is a TOML basic string, but for DEL.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
