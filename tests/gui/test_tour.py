"""The tour: by mouse and by keys, and what it must not do."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tvau_studio.gui import welcome
from tvau_studio.gui.app import Session
from tvau_studio.gui.tour import STEPS, Offer, Tour


def test_every_step_shows_a_widget_and_the_tour_ends(window: Session, qtbot: QtBot) -> None:
    top = window.window
    welcome.show_tour(top)
    tour = top.findChild(Tour)
    for n, step in enumerate(STEPS):
        assert tour.step == n
        assert top.findChild(QWidget, step.target) is not None
        qtbot.waitUntil(lambda: not tour._hole().isNull())
        hole, card = tour._hole(), tour._card.geometry()
        assert tour.rect().contains(card)
        if step.target != "player":
            assert not card.intersects(hole), step.target
        if n < len(STEPS) - 1:
            qtbot.mouseClick(tour.findChild(QPushButton, "tourNext"), Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(tour.ended):
        qtbot.keyClick(tour, Qt.Key.Key_Right)


def test_keys_do_nothing_below_it_and_escape_ends_it(window: Session, qtbot: QtBot) -> None:
    top = window.window
    drawing = top.canvas.drawing
    welcome.show_tour(top)
    tour = top.findChild(Tour)
    tour.setFocus()
    qtbot.keyClick(tour, Qt.Key.Key_N)
    assert top.canvas.drawing == drawing
    qtbot.keyClick(tour, Qt.Key.Key_Left)
    assert tour.step == 0
    with qtbot.waitSignal(tour.ended):
        qtbot.keyClick(tour, Qt.Key.Key_Escape)


def test_it_is_offered_once(window: Session, qtbot: QtBot) -> None:
    top = window.window
    welcome.offer_tour(top)
    offer = top.findChild(Offer)
    qtbot.mouseClick(offer.findChild(QPushButton, "tourTake"), Qt.MouseButton.LeftButton)
    tour = top.findChild(Tour)
    assert tour is not None
    tour.end()
    QApplication.sendPostedEvents(None, 0)
    welcome.offer_tour(top)
    assert all(o is offer for o in top.findChildren(Offer))


def test_escape_ends_it_where_the_button_that_began_it_is_gone(window: Session, qtbot: QtBot) -> None:
    top = window.window
    welcome.offer_tour(top)
    take = top.findChild(Offer).findChild(QPushButton, "tourTake")
    take.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is take)
    take.click()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert top.findChild(Offer) is None
    tour = top.findChild(Tour)
    with qtbot.waitSignal(tour.ended):
        qtbot.keyClick(tour.findChild(QPushButton, "tourNext"), Qt.Key.Key_Escape)
