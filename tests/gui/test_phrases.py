"""What was written before completes what is typed; phrases with blanks; drafts of the model, taken in parts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QColor, QTextCursor
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tvau_studio.domain import actions
from tvau_studio.domain.document import Document
from tvau_studio.domain.geometry import Box
from tvau_studio.gui.app import Session
from tvau_studio.gui.docks._text_edit import TextEdit
from tvau_studio.gui.state import State
from tvau_studio.services.projects import Project


@pytest.fixture
def project_file(project_file):
    """Two objects that somebody described before: a runner, and one without an event."""
    with Project.open(project_file, person="bo") as project:
        video = project.videos[0].key
        for key, event, words in (("r", "person running", "a man in red shorts"), ("n", None, "a man in black")):
            document = project.document()
            project.commit(actions.new_object(document, project.who, video, 30, Box(1, 1, 9, 9), event=event, key=key))
            project.commit(actions.set_text(project.document(), "object", key, "appearance", "en", words))
    return project_file


@pytest.fixture
def thing(window: Session, state: State, qtbot: QtBot) -> str:
    document = state.document
    document.attempt(
        actions.new_object,
        document.who,
        document.video_row.key,
        2,
        Box(5, 40, 10, 10),
        event="person running",
        key="o",
    )
    state.selection.select("o")
    qtbot.waitUntil(lambda: state.phrases.complete("appearance", "en", "a man", None) != "", timeout=10_000)
    return "o"


@pytest.fixture
def field(window: Session, thing: str, qtbot: QtBot) -> TextEdit:
    window.window.activateWindow()
    found = window.window.findChild(QPlainTextEdit, "appearanceEdit")
    found.setFocus()
    qtbot.waitUntil(found.hasFocus)
    return found


def test_tab_takes_what_stands_in_grey_the_class_first(
    field: TextEdit, state: State, qtbot: QtBot, saved: Callable[[], Document]
) -> None:
    qtbot.keyClicks(field, "A man in ")
    assert field.ghost == "red shorts"
    grey = field.grab().toImage()
    qtbot.keyClick(field, Qt.Key.Key_Tab)
    assert field.toPlainText() == "A man in red shorts"
    assert field.hasFocus()
    assert field.ghost == ""
    assert grey != field.grab().toImage()
    state.document.flush.emit()
    assert saved().object("o").appearance_en == "A man in red shorts"
    qtbot.keyClick(field, Qt.Key.Key_Tab)  # nothing in grey: on to the next field
    assert not field.hasFocus()


def test_what_is_finished_is_offered_next_and_what_is_being_typed_is_not(
    field: TextEdit, state: State, qtbot: QtBot
) -> None:
    qtbot.keyClicks(field, "somebody on stilts")
    state.document.flush.emit()
    assert state.phrases.complete("appearance", "en", "someb", None) == ""
    document = state.document
    document.attempt(actions.new_object, document.who, document.video_row.key, 2, Box(50, 40, 10, 10), key="p")
    document.attempt(actions.set_text, "object", "p", "appearance", "en", "x")
    assert state.phrases.complete("appearance", "en", "someb", None) == "ody on stilts"


def test_phrases_with_blanks_are_filled_by_tab(field: TextEdit, state: State, qtbot: QtBot) -> None:
    qtbot.keyClick(field, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    menu = field.findChild(QMenu, "phraseMenu")
    assert menu is not None
    words = [a.text() for a in menu.actions() if not a.isSeparator()]
    assert words[0] == "a man in a [colour] shirt and [colour] trousers"
    assert "a man in red shorts" in words
    next(a for a in menu.actions() if a.text() == words[0]).trigger()
    menu.close()
    field.setFocus()
    assert field.textCursor().selectedText() == "[colour]"
    qtbot.keyClicks(field, "red")
    qtbot.keyClick(field, Qt.Key.Key_Tab)
    assert field.textCursor().selectedText() == "[colour]"
    qtbot.keyClicks(field, "blue")
    assert field.toPlainText() == "a man in a red shirt and blue trousers"


def test_a_draft_of_the_model_is_shown_as_a_difference_and_taken_whole_or_in_parts(
    window: Session, field: TextEdit, state: State, qtbot: QtBot, saved: Callable[[], Document]
) -> None:
    find = window.window.findChild
    strip = find(QWidget, "appearanceEditDraft")
    assert not strip.isVisible()
    target = ("object", "o", "appearance", "en")
    qtbot.keyClicks(field, "A man")
    state.document.flush.emit()
    state.drafter.drafts[target] = "A man in red <b>& white</b>. He carries a bag."
    state.drafter.changed.emit()
    assert strip.isVisible()
    shown = find(QLabel, "appearanceEditDraftText")
    assert "&lt;b&gt;" in shown.text()  # never markup
    assert state.theme.tokens.ok in shown.text()
    assert QColor(state.theme.tokens.muted).name() in shown.text()
    at = "A man in red <b>& white</b>. ".__len__()
    shown.setSelection(at, len("He carries a bag."))
    qtbot.mouseClick(find(QPushButton, "appearanceEditDraftTake"), Qt.MouseButton.LeftButton)
    assert saved().object("o").appearance_en == "A man He carries a bag."
    assert strip.isVisible()
    shown.setSelection(0, 0)
    qtbot.mouseClick(find(QPushButton, "appearanceEditDraftTake"), Qt.MouseButton.LeftButton)
    assert saved().object("o").appearance_en == "A man in red <b>& white</b>. He carries a bag."
    assert not strip.isVisible()
    assert target not in state.drafter.drafts


def test_megabytes_controls_and_every_script(
    field: TextEdit, state: State, qtbot: QtBot, saved: Callable[[], Document]
) -> None:
    said: list[str] = []
    state.document.refused.connect(said.append)
    data = QMimeData()
    data.setText("رجل يركب دراجة 🚲👨‍👩‍👧 \x1b[31m\x07tab\there\r\nline two ‮evil")
    field.insertFromMimeData(data)
    state.document.flush.emit()
    text = saved().object("o").appearance_en
    assert text == "رجل يركب دراجة 🚲👨‍👩‍👧 [31mtab\there\nline two ‮evil"
    data.setText("x" * 5_000_000)
    field.insertFromMimeData(data)
    assert len(field.toPlainText()) == 20_000
    assert "too long" in said[-1]
    state.document.flush.emit()
    assert len(saved().object("o").appearance_en) == 20_000
    field.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClicks(field, "y")
    state.document.flush.emit()
    assert "keep it below" in said[-1]
    assert field.toPlainText().endswith("xy")  # it stays on screen
    assert QApplication.focusWidget() is field
