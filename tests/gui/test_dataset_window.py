"""The window of the data set, as a person uses it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from tvau_studio.domain.edits import created, edit
from tvau_studio.domain.labels import Clip, Keyframe, Object, Segment, Video
from tvau_studio.gui import dataset
from tvau_studio.gui.app import Session
from tvau_studio.gui.dataset.window import DatasetWindow
from tvau_studio.media.encoder import write_video
from tvau_studio.services.projects import Project
from tvau_studio.services.settings import Settings


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A project of forty clips of videos that are not there."""
    path = tmp_path / "many.tvau"
    with Project.create(path, person="ann") as project:
        rows: list[object] = []
        for n in range(20):
            rows += [
                Video(key=f"v{n}", path=f"cam{n:02d}.mp4", frames=48, height=90, width=90),
                Clip(key=f"c{n}a", video=f"v{n}", id=f"cam{n:02d}:0:24", start=0, stop=24),
                Clip(key=f"c{n}b", video=f"v{n}", id=f"cam{n:02d}:24:48", start=24, stop=48, state="to review"),
            ]
            if n % 4 == 0:
                rows += [
                    Object(key=f"o{n}", video=f"v{n}", track=1, appearance_en="A man in a red jacket"),
                    Keyframe(key=f"o{n}@0", object=f"o{n}", frame=0, x=0, y=0, w=9, h=9),
                    Keyframe(key=f"o{n}@20", object=f"o{n}", frame=20, x=0, y=0, w=9, h=9, outside=True),
                    Segment(key=f"s{n}", object=f"o{n}", start=0, stop=20, event="person running"),
                ]
        project.commit(edit("Fill", [created(row) for row in rows]))  # type: ignore[arg-type]
    return path


@pytest.fixture
def browser(session: Session, many: Path, qtbot: QtBot) -> Iterator[DatasetWindow]:
    with qtbot.waitSignal(session.state.workspace.projectChanged, timeout=20_000):
        session.start(lambda: Project.open(many, person="ann"))
    made = dataset.show(session.window)
    assert isinstance(made, DatasetWindow)
    qtbot.waitUntil(lambda: made.found.rowCount() == 40, timeout=20_000)
    yield made
    made.close()


def _ids(browser: DatasetWindow) -> list[str]:
    return [browser.found.entry(n).id for n in range(browser.found.rowCount())]  # type: ignore[union-attr]


def test_what_is_typed_is_found_and_counted(browser: DatasetWindow, qtbot: QtBot) -> None:
    qtbot.keyClicks(browser.field, 'event:running red -state:"to review"')
    qtbot.waitUntil(lambda: browser.found.rowCount() == 5)
    assert _ids(browser) == [f"cam{n:02d}:0:24" for n in range(0, 20, 4)]
    assert browser.count.text() == "5 of 40 clips"
    browser.field.setText("objects>many")
    qtbot.waitUntil(browser.error.isVisible)
    assert "objects>2" in browser.error.text()
    assert browser.found.rowCount() == 5, "what was found stays"
    browser.field.setText("nothing at all")
    qtbot.waitUntil(browser.empty.isVisible)
    assert not browser.error.isVisible()


def test_a_header_sorts_and_turns(browser: DatasetWindow, qtbot: QtBot) -> None:
    header = browser.table.horizontalHeader()
    at = QPoint(header.sectionViewportPosition(3) + 5, header.height() // 2)
    for wanted in (0, 1):
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
        qtbot.waitUntil(lambda wanted=wanted: browser.found.entry(0).objects == wanted)  # type: ignore[union-attr]


def test_clips_are_changed_together_and_taken_back(browser: DatasetWindow, session: Session, qtbot: QtBot) -> None:
    browser.field.setText("cam00")
    qtbot.waitUntil(lambda: browser.found.rowCount() == 2)
    browser.table.selectAll()
    assert [e.id for e in browser.selected()] == ["cam00:0:24", "cam00:24:48"]
    assert browser.bulk.count.text() == "2 selected"
    menu = QMenu()
    qtbot.addWidget(menu)
    browser.bulk._fill_splits(menu)
    (action,) = (a for a in menu.actions() if a.text() == "val")
    action.trigger()
    qtbot.waitUntil(lambda: all(e.split == "val" for e in browser.selected()) and len(browser.selected()) == 2)
    assert "2 clips changed" in browser.bulk.told.text()
    assert session.studio.project is not None
    session.studio.project.undo()
    browser.read(whole=True)
    qtbot.waitUntil(lambda: all(e.split is None for e in browser.selected()))


def test_a_bar_leads_to_its_clips(browser: DatasetWindow, qtbot: QtBot) -> None:
    browser.tabs.setCurrentIndex(1)
    qtbot.waitUntil(lambda: bool(browser.charts.views))
    (events,) = (v for v in browser.charts.views if v.chart.name == "events")
    qtbot.waitUntil(events.isVisible)
    qtbot.mouseClick(events, Qt.MouseButton.LeftButton, pos=events.place(0).center())
    assert browser.tabs.currentIndex() == 0
    qtbot.waitUntil(lambda: browser.found.rowCount() == 5)
    assert browser.field.text() == 'event:"person running"'


@pytest.mark.parametrize("name", ["charts.png", "charts.svg"])
def test_charts_are_written(browser: DatasetWindow, qtbot: QtBot, tmp_path: Path, name: str) -> None:
    browser.tabs.setCurrentIndex(1)
    qtbot.waitUntil(lambda: bool(browser.charts.views))
    browser.charts.write(tmp_path / name)
    head = (tmp_path / name).read_bytes()[:200]
    assert head.startswith(b"\x89PNG") or b"svg" in head
    with pytest.raises(OSError, match="No such"):
        browser.charts.write(tmp_path / "missing" / name)


def test_searches_are_saved_and_forgotten(browser: DatasetWindow, qtbot: QtBot) -> None:
    browser.searches.keep({"runners": "event:running"})
    browser.searches.take(1)
    qtbot.waitUntil(lambda: browser.found.rowCount() == 5)
    browser.searches.take(browser.searches.box.count() - 1)
    assert browser.searches.box.count() == 1
    assert browser.searches.saved() == {}


def test_a_clip_opens_in_the_main_window(browser: DatasetWindow, session: Session, qtbot: QtBot) -> None:
    browser._turn()
    assert browser.stack.currentWidget() is browser.cards
    browser.cards.setCurrentIndex(browser.found.index(7, 0))
    qtbot.keyClick(browser.cards, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: session.state.workspace.clip == "c3b")


def test_clips_that_look_alike_come_first(session: Session, with_model: Settings, tmp_path: Path, qtbot: QtBot) -> None:
    for n, shade in enumerate((30, 200, 40)):
        dice = np.random.default_rng(n)
        pictures = [np.clip(dice.integers(-9, 9, (64, 96, 3)) + shade, 0, 255).astype(np.uint8) for _ in range(6)]
        write_video(tmp_path / f"film{n}.mp4", ((k / 24, picture) for k, picture in enumerate(pictures)))
    with Project.create(tmp_path / "p.tvau", person="ann") as project:
        project.add_videos([tmp_path])
    with qtbot.waitSignal(session.state.workspace.projectChanged, timeout=20_000):
        session.start(lambda: Project.open(tmp_path / "p.tvau", person="ann"))
    browser = dataset.show(session.window)
    assert isinstance(browser, DatasetWindow)
    qtbot.waitUntil(lambda: browser.found.rowCount() == 3, timeout=20_000)
    browser.table.selectRow(2)
    qtbot.mouseClick(browser.bulk.like, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: _ids(browser)[0] == "film2:0:6", timeout=60_000)
    assert _ids(browser) == ["film2:0:6", "film0:0:6", "film1:0:6"]
    browser.close()
