"""Every panel: found by itself, made from the states alone, usable with nothing open, named for people."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tvau_studio.gui import docks
from tvau_studio.gui.app import Session

NAMES = """
clipList timeline objectTable appearanceEdit motionEdit eventBox fromBox toBox trajectoryEdit anomalyBox environmentEdit
reviewBox chatPane chatInput chatSend chatStop chatTranscript
"""
FIELDS = (QLineEdit, QPlainTextEdit, QComboBox, QAbstractSpinBox, QAbstractItemView)


def test_panels_list_themselves() -> None:
    names = [d.name for d in docks.find()]
    assert len({d.title for d in docks.find()}) == len(names)
    known = ["timeline", "clips", "objects", "comments", "history", "warnings"]
    assert [name for name in names if name in known] == known


def test_the_names_that_scripts_and_tools_use(session: Session) -> None:
    for name in NAMES.split():
        found = session.window.findChild(QWidget, name)
        assert found is not None, name
        assert found.accessibleName(), name


@pytest.mark.parametrize("dock", docks.find(), ids=lambda d: d.name)
def test_a_panel_stands_alone(dock: docks.Dock, session: Session, qtbot: QtBot) -> None:
    widget = dock.make(session.state)
    qtbot.addWidget(widget)
    assert widget.parent() is None
    for width in (260, 900):
        widget.resize(width, 400)
        widget.grab()
    assert widget.minimumSizeHint().width() <= 340
    # A person who does not see the picture is told what every field and button is.
    for part in widget.findChildren(QWidget):
        if part.window() is not widget:
            continue  # the list that a choice opens
        if isinstance(part, FIELDS) and part.objectName() != "qt_spinbox_lineedit":
            assert part.accessibleName() or part.parent().accessibleName(), part.objectName() or type(part)
        elif isinstance(part, QPushButton | QToolButton) and part.objectName() and part.isVisibleTo(widget):
            assert part.text() or part.accessibleName(), part.objectName()


@pytest.mark.parametrize("dock", docks.find(), ids=lambda d: d.name)
def test_a_panel_follows_the_theme(dock: docks.Dock, window: Session, qtbot: QtBot) -> None:
    widget = dock.make(window.state)
    qtbot.addWidget(widget)
    widget.resize(360, 400)
    grabbed = []
    for mode in ("dark", "light"):
        window.state.theme.set_mode(mode)
        image = widget.grab().toImage()
        light = [image.pixelColor(x, y).lightness() for x in range(0, 360, 9) for y in range(0, 400, 9)]
        grabbed.append(sum(light) / len(light))
    assert grabbed[0] < 90
    assert grabbed[1] > 165
