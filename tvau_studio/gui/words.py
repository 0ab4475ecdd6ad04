"""The window's words in the person's language.

English stands in the code. `tr("Export…")`, and ``self.tr`` of a widget, give it in the language that is set:
``resources/words/<language>.json`` holds {English: translation}; what it does not hold stays English.
"""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.paths import resource

_CONTEXT = "tvau"

LANGUAGES = {"en": "English", "zh": "中文"}
"""Every language of the window, by its own name."""
_QT = {"zh": "zh_CN"}
"""What Qt calls a language."""


def chosen(setting: str) -> str:
    """The language that a setting means: "system" is the machine's where we speak it, else English."""
    wanted = QLocale.system().name()[:2] if setting == "system" else setting
    return wanted if wanted in LANGUAGES else "en"


def deed(label: str) -> str:
    """The label of an edit in the language that is set. What stands in brackets behind it stays as it is; of a label
    that was put together ("Mark as" and a state) both parts are looked up."""
    head, bracket, rest = label.partition(" (")
    words = tr(head)
    for n in (i + 1 for i, c in enumerate(head) if c == " " and words == head):
        if (begins := tr(head[:n])) != head[:n]:
            words = begins + tr(head[n:])
            break
    return words + bracket + rest


def said(error: StudioError) -> str:
    """An error's sentence in the language that is set."""
    return tr(error.template).format(**error.fields) if error.fields else tr(error.template)


def tr(text: str, **fields: Any) -> str:
    """text in the language that is set, with its {fields} filled."""
    words = QCoreApplication.translate(_CONTEXT, text)
    return words.format(**fields) if fields else words


class Words(QTranslator):
    """The words of one language, for every context of Qt; what Qt itself says (a file dialog) comes from Qt where we
    have no word for it. language: "en" holds none."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._words: dict[str, str] = {}
        self._qt = QTranslator()
        if language != "en":
            self._words = json.loads(resource(f"words/{language}.json").read_text(encoding="utf-8"))
            self._qt.load(f"qtbase_{_QT[language]}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))

    def isEmpty(self) -> bool:
        return not self._words

    def translate(self, context: str, text: str, disambiguation: str | None = None, n: int = -1) -> str:
        if context == "QShortcut":  # the names of keys: "Return" and "Up" are words of ours too
            return text
        # An empty one would count as a translation.
        return self._words.get(text) or self._qt.translate(context, text, disambiguation, n) or text
