"""Which keys do which command: the table of commands, with what a person changed."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence

from tvau_studio.domain.paths import resource
from tvau_studio.services.settings import Settings

_log = logging.getLogger(__name__)


def normal(key: str) -> str:
    """The one spelling of a key ("ctrl+z" is "Ctrl+Z"); "" where it is none."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText)


def presets() -> list[str]:
    """Names of the sets of keys that ship beside ours."""
    return sorted(Path(str(p)).stem for p in resource("keys").iterdir() if str(p).endswith(".json"))


class Bound(Protocol):
    """A command, as keys know it."""

    @property
    def name(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def menu(self) -> str: ...
    @property
    def keys(self) -> tuple[str, ...]: ...


class Keymap(QObject):
    """Kept in the setting ``keys``: only what differs from the table, so that a new version's keys come through.
    changed: some command has other keys now."""

    changed = Signal()

    def __init__(self, settings: Settings, commands: Iterable[Bound]) -> None:
        super().__init__()
        self._settings = settings
        self.commands = {c.name: c for c in commands}
        self._own: dict[str, tuple[str, ...]] = {}
        self._read()
        settings.listen(self._setting)

    def keys(self, name: str) -> tuple[str, ...]:
        """The keys of a command, the one that is shown first."""
        return self._own.get(name, self.commands[name].keys)

    def is_own(self, name: str) -> bool:
        """Whether a person changed them."""
        return name in self._own

    def holders(self, key: str, but: str = "") -> list[Bound]:
        """The commands, besides the one named `but`, that the key does now."""
        wanted = normal(key)
        return [c for c in self.commands.values() if c.name != but and wanted in map(normal, self.keys(c.name))]

    def set(self, name: str, keys: Sequence[str]) -> None:
        """Give a command these keys alone; other commands lose them."""
        wanted = tuple(dict.fromkeys(k for k in map(normal, keys) if k))
        own = dict(self._own)
        for key in wanted:
            for other in self.holders(key, but=name):
                own[other.name] = tuple(k for k in own.get(other.name, other.keys) if normal(k) != key)
        own[name] = wanted
        self._keep(own)

    def reset(self, name: str) -> None:
        """Give a command its usual keys back; a command that has them now loses them."""
        self.set(name, self.commands[name].keys)

    def reset_all(self) -> None:
        self._keep({})

    def take_preset(self, preset: str) -> None:
        """The keys of another tool, for the commands that it has too; the others keep ours where those are free."""
        wanted = json.loads(resource(f"keys/{preset}.json").read_text(encoding="utf-8"))
        own = {name: tuple(map(normal, keys)) for name, keys in wanted.items() if name in self.commands}
        taken = {key for keys in own.values() for key in keys}
        for command in self.commands.values():
            if command.name not in own and taken & set(map(normal, command.keys)):
                own[command.name] = tuple(k for k in command.keys if normal(k) not in taken)
        self._keep(own)

    def _keep(self, own: dict[str, tuple[str, ...]]) -> None:
        usual = {name: tuple(map(normal, c.keys)) for name, c in self.commands.items()}
        kept = {name: list(keys) for name, keys in own.items() if tuple(map(normal, keys)) != usual[name]}
        self._settings["keys"] = json.dumps(kept, sort_keys=True)

    def _setting(self, key: str) -> None:
        if key == "keys":
            self._read()
            self.changed.emit()

    def _read(self) -> None:
        try:
            found = json.loads(self._settings["keys"])
            self._own = {
                name: tuple(k for k in map(normal, keys) if k) for name, keys in found.items() if name in self.commands
            }
        except (ValueError, AttributeError, TypeError) as error:
            _log.info("the setting keys is not used: %s", error)
            self._own = {}
