"""The manual: in every language the same pages, each panel with its own, links that lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QApplication, QTabWidget
from pytestqt.qtbot import QtBot

from tvau_studio.gui import docks, manual
from tvau_studio.gui.app import Session
from tvau_studio.gui.words import LANGUAGES


def test_every_language_has_the_same_pages_with_headings() -> None:
    names = {language: [p.name for p in manual.pages(language)] for language in LANGUAGES}
    assert names["en"] == names["zh"]
    assert all(manual.title(p) for language in LANGUAGES for p in manual.pages(language))
    assert manual.title(manual.pages("en")[0]) != manual.title(manual.pages("zh")[0])


def test_every_panel_has_a_page() -> None:
    stems = {p.stem for p in manual.pages("en")}
    assert {dock.name for dock in docks.find()} <= set(manual.PANELS)
    assert set(manual.PANELS.values()) <= stems


@pytest.mark.parametrize("page", [p for language in LANGUAGES for p in manual.pages(language)], ids=lambda p: p.name)
def test_links_lead_to_pages_and_pictures_that_are_there(page: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
        assert "://" not in target, "nothing is loaded from elsewhere"
        assert (page.parent / target).exists(), target


def test_the_question_mark_opens_the_page_of_the_panel_in_front(window: Session, qtbot: QtBot) -> None:
    top = window.window
    panel = top.show_panel("history")
    (tabs,) = (t for t in top.panels.findChildren(QTabWidget) if t.isAncestorOf(panel))
    qtbot.mouseClick(tabs.cornerWidget(), Qt.MouseButton.LeftButton)
    opened = top.findChild(manual.Manual)
    assert "Review" in opened.text.toPlainText()
    opened._follow(QUrl("10-dataset.md"))
    assert "Browse the data set" in opened.text.toPlainText()
    opened.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is opened)
    qtbot.keyClick(opened, Qt.Key.Key_Escape)
    assert opened.isHidden()
