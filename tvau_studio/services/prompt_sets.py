"""Prompt sets that a project keeps, by name: other words for normal and abnormal, to look at and to compare."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.prompting import as_text

if TYPE_CHECKING:
    from tvau_studio.store.engine import Store


class PromptSets:
    """`Project.prompt_sets` is one of these. From any thread. Every method raises StudioError where the project cannot
    be read or written."""

    def __init__(self, store: Store, person: str) -> None:
        self._store, self._person = store, person

    def all(self) -> dict[str, dict[str, Any]]:
        """Name -> set, by name."""
        from tvau_studio.store import prompt_sets

        return {name: json.loads(text) for name, text in prompt_sets.read(self._store).items()}

    def keep(self, name: str, data: dict[str, Any]) -> None:
        """Keep a set (see `domain.prompting`), in place of one of that name. Raises UsageError for an empty name."""
        from tvau_studio.store import prompt_sets

        name = " ".join(name.split())
        if not name:
            raise UsageError("A prompt set needs a name.")
        prompt_sets.write(self._store, name, as_text(data), self._person)

    def delete(self, name: str) -> None:
        from tvau_studio.store import prompt_sets

        prompt_sets.delete(self._store, name)
