"""The window's words in the person's language.

English stands in the code. `tr("Export…")`, and ``self.tr`` of a widget, give it in the language that is set:
``resources/words/<language>.json`` holds {English: translation}; what it does not hold stays English.
"""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QCoreApplication, QTranslator

from tvau_studio.domain.paths import resource

_CONTEXT = "tvau"


def tr(text: str, **fields: Any) -> str:
    """text in the language that is set, with its {fields} filled."""
    words = QCoreApplication.translate(_CONTEXT, text)
    return words.format(**fields) if fields else words


class Words(QTranslator):
    """The words of one language, for every context of Qt. language: "en" holds none."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._words: dict[str, str] = {}
        if language != "en":
            self._words = json.loads(resource(f"words/{language}.json").read_text(encoding="utf-8"))

    def isEmpty(self) -> bool:
        return not self._words

    def translate(self, context: str, text: str, disambiguation: str | None = None, n: int = -1) -> str:
        return self._words.get(text, "")
