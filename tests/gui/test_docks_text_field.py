"""A text of a label: what is typed is never lost, whatever else happens."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from tvau_studio.gui.docks._text_field import PAUSE, TextField


class Book:
    """Texts by target; `refuse` = commits are refused at once."""

    def __init__(self) -> None:
        self.texts: dict[object, str] = {"a": "one", "b": "two"}
        self.commits: list[tuple[object, str]] = []
        self.refuse = False

    def commit(self, target: object, text: str) -> bool:
        if self.refuse:
            return False
        self.commits.append((target, text))
        self.texts[target] = text
        return True


@pytest.fixture
def book() -> Book:
    return Book()


@pytest.fixture
def field(book: Book, qtbot: QtBot) -> TextField:
    made = TextField("appearanceEdit", "Appearance", book.commit)
    qtbot.addWidget(made)
    made.show()
    made.show_text("a", book.texts["a"])
    return made


def typed(qtbot: QtBot, field: TextField, text: str) -> None:
    cursor = field.edit.textCursor()
    cursor.movePosition(cursor.MoveOperation.End)
    field.edit.setTextCursor(cursor)
    qtbot.keyClicks(field.edit, text)


def said(field: TextField) -> str:
    label = field.findChild(QLabel)
    return label.text() if field.conflict else ""


def test_typing_becomes_one_edit_after_a_pause(field: TextField, book: Book, qtbot: QtBot) -> None:
    assert PAUSE == 400
    typed(qtbot, field, " and")
    typed(qtbot, field, " more")
    assert book.commits == []
    qtbot.waitUntil(lambda: bool(book.commits), timeout=5000)
    assert book.commits == [("a", "one and more")]


def test_leaving_the_field_hands_in_at_once(field: TextField, book: Book, qtbot: QtBot) -> None:
    typed(qtbot, field, "!")
    field.edit.clearFocus()
    field.edit.left.emit()
    assert book.commits == [("a", "one!")]


def test_another_target_hands_in_first_and_to_the_right_one(field: TextField, book: Book, qtbot: QtBot) -> None:
    typed(qtbot, field, "!")
    field.show_text("b", "two")
    assert book.commits == [("a", "one!")]
    assert field.text == "two"
    field.show_text(None, "")
    assert not field.isEnabled()


def test_the_echo_of_an_edit_moves_no_cursor(field: TextField, book: Book, qtbot: QtBot) -> None:
    typed(qtbot, field, " two")
    field.flush()
    at = field.edit.textCursor().position()
    field.show_text("a", book.texts["a"])
    assert field.edit.textCursor().position() == at
    assert not field.conflict


def test_what_others_write_is_shown_where_nobody_types(field: TextField, book: Book) -> None:
    field.show_text("a", "theirs")
    assert field.text == "theirs"
    assert not field.conflict
    assert book.commits == []


def test_what_others_write_while_one_types_destroys_nothing(field: TextField, book: Book, qtbot: QtBot) -> None:
    typed(qtbot, field, " draft")
    field.show_text("a", "<b>theirs</b>")
    assert field.text == "one draft"
    assert "<b>theirs</b>" in said(field)
    field.flush()
    typed(qtbot, field, " goes on")
    qtbot.wait(PAUSE + 50)
    assert book.commits == []  # nobody is overwritten in silence
    keep, _ = field.findChildren(QPushButton)
    keep.click()
    assert book.commits == [("a", "one draft goes on")]
    assert not field.conflict


def test_theirs_can_be_taken(field: TextField, book: Book, qtbot: QtBot) -> None:
    typed(qtbot, field, " draft")
    field.show_text("a", "theirs")
    _, take = field.findChildren(QPushButton)
    take.click()
    assert field.text == "theirs"
    assert not field.conflict
    field.flush()
    assert book.commits == []


def test_a_draft_in_conflict_waits_while_something_else_is_shown(field: TextField, book: Book, qtbot: QtBot) -> None:
    typed(qtbot, field, " draft")
    field.show_text("a", "theirs")
    field.show_text("b", "two")
    assert field.text == "two"
    assert not field.conflict
    field.show_text("a", "theirs")
    assert field.text == "one draft"
    assert field.conflict
    assert book.commits == []


def test_a_refused_edit_gives_the_text_back(field: TextField, book: Book, qtbot: QtBot) -> None:
    typed(qtbot, field, " mine")
    field.flush()
    # The project knows better: first the rows follow it, then the refusal is told.
    field.show_text("a", "theirs")
    field.hold("a", "one mine")
    assert field.text == "one mine"
    assert "theirs" in said(field)
    field.keep_mine()
    assert book.commits[-1] == ("a", "one mine")


def test_what_cannot_be_handed_in_now_is_handed_in_later(field: TextField, book: Book, qtbot: QtBot) -> None:
    book.refuse = True
    typed(qtbot, field, "!")
    field.flush()
    assert field.text == "one!"
    book.refuse = False
    field.flush()
    assert book.commits == [("a", "one!")]


def test_typing_back_to_the_same_changes_nothing(field: TextField, book: Book, qtbot: QtBot) -> None:
    from PySide6.QtCore import Qt

    typed(qtbot, field, "x")
    qtbot.keyClick(field.edit, Qt.Key.Key_Backspace)
    field.flush()
    assert book.commits == []


@pytest.mark.parametrize("text", ["骑自行车的年轻人 🚲", "مرحبا", "a\tb\nc", "x" * 20_000])
def test_any_text_goes_in_and_out(field: TextField, book: Book, text: str) -> None:
    field.edit.setPlainText(text)
    field.flush()
    assert book.commits == [("a", text)]
    assert field.edit.height() < 200
