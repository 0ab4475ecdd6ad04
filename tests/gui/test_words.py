"""The window's words in other languages."""

from __future__ import annotations

import json
from pathlib import Path
from string import Formatter

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.paths import resource
from tvau_studio.gui.words import LANGUAGES, Words, chosen, deed, said, tr

FILES = sorted(Path(resource("words")).glob("*.json"))


def _fields(text: str) -> list[tuple[str | None, str | None, str | None]]:
    return sorted(((name, spec, conversion) for _, name, spec, conversion in Formatter().parse(text) if name), key=repr)


def test_every_language_but_english_has_its_words() -> None:
    assert {path.stem for path in FILES} == set(LANGUAGES) - {"en"}


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_a_translation_has_the_fields_of_its_text(path: Path) -> None:
    for english, words in json.loads(path.read_text(encoding="utf-8")).items():
        assert words.strip() or not english.strip(), english
        assert _fields(words) == _fields(english), english


def test_words_come_in_the_language_that_is_set(qapp: QApplication) -> None:
    words = Words("zh")
    qapp.installTranslator(words)
    try:
        assert tr("Export…") == "导出…"
        assert tr("a text that nobody translated") == "a text that nobody translated"
        assert tr("{n} clips", n=3) == "3 个片段"
        assert deed("Move keyframe (3 objects)") == "移动关键帧 (3 objects)"
        assert deed("Mark as to review") == "标记为待审核"
        assert said(StudioError("{path} is empty; choose another file.", path="a.mp4")).startswith("a.mp4 为空")
    finally:
        qapp.removeTranslator(words)
    assert tr("Export…") == "Export…"


@pytest.mark.parametrize(("setting", "language"), [("zh", "zh"), ("en", "en"), ("xx", "en")])
def test_the_language_that_a_setting_means(setting: str, language: str) -> None:
    assert chosen(setting) == language


def test_keys_keep_their_names_and_qt_says_its_own(qapp: QApplication) -> None:
    words = Words("zh")
    qapp.installTranslator(words)
    try:
        assert tr("Return") != "Return"  # a word of ours, and the name of a key
        assert QKeySequence("Ctrl+Return").toString(QKeySequence.SequenceFormat.NativeText) == "Ctrl+Return"
        assert QCoreApplication.translate("QFileDialog", "Look in:") != "Look in:"
    finally:
        qapp.removeTranslator(words)
