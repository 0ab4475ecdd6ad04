"""Settings and keys, as a person changes them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QCheckBox, QComboBox, QKeySequenceEdit, QLabel, QLineEdit, QPushButton, QTreeWidget
from pytestqt.qtbot import QtBot

from tvau_studio.gui.commands import COMMANDS
from tvau_studio.gui.dialogs.settings import SettingsDialog
from tvau_studio.gui.keymap import Keymap, normal, presets
from tvau_studio.services.settings import TABLE, Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings.toml")


@pytest.fixture
def keymap(settings: Settings, qtbot: QtBot) -> Keymap:
    return Keymap(settings, COMMANDS)


@pytest.fixture
def restarted() -> list[bool]:
    return []


@pytest.fixture
def dialog(settings: Settings, keymap: Keymap, qtbot: QtBot, restarted: list[bool]) -> SettingsDialog:
    made = SettingsDialog(None, settings, keymap, "General", lambda: restarted.append(True))
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    return made


def test_every_setting_with_a_page_has_a_field_and_what_is_set_there_holds(
    dialog: SettingsDialog, settings: Settings, qtbot: QtBot
) -> None:
    for setting in TABLE:
        assert (dialog.findChild(object, f"{setting.key}Setting") is not None) == bool(setting.group), setting.key
    theme = dialog.findChild(QComboBox, "themeSetting")
    theme.setCurrentIndex(theme.findData("light"))
    theme.activated.emit(theme.currentIndex())
    assert settings["theme"] == "light"
    shown = dialog.findChild(QCheckBox, "heat_shownSetting")
    shown.setChecked(False)
    assert settings["heat_shown"] is False
    name = dialog.findChild(QLineEdit, "nameSetting")
    name.setText("Ada")
    name.editingFinished.emit()
    assert settings["name"] == "Ada"
    default = dialog.findChild(QPushButton, "nameDefault")
    qtbot.mouseClick(default, Qt.MouseButton.LeftButton)
    assert settings["name"] == name.text() != "Ada"
    assert default.isHidden()


def test_a_setting_that_changes_elsewhere_is_shown(dialog: SettingsDialog, settings: Settings) -> None:
    settings["device"] = "cpu"
    assert dialog.findChild(QComboBox, "deviceSetting").currentData() == "cpu"


def test_search_shows_what_fits_and_goes_to_its_page(dialog: SettingsDialog) -> None:
    dialog.findChild(QLineEdit, "settingsSearch").setText("opacity")
    assert dialog.findChild(object, "heat_opacitySetting").isVisible()
    assert not dialog.findChild(object, "heat_thresholdSetting").isVisible()


def test_another_language_offers_to_start_again(dialog: SettingsDialog, qtbot: QtBot, restarted: list[bool]) -> None:
    box = dialog.findChild(QComboBox, "languageSetting")
    box.setCurrentIndex(box.findData("zh"))
    box.activated.emit(box.currentIndex())
    again = dialog.findChild(QPushButton, "restartButton")
    assert again.isVisible()
    qtbot.mouseClick(again, Qt.MouseButton.LeftButton)
    assert restarted == [True]


def test_a_key_that_is_taken_is_said_before_it_moves(dialog: SettingsDialog, keymap: Keymap, qtbot: QtBot) -> None:
    table = dialog.findChild(QTreeWidget, "keysTable")
    (item,) = (
        i
        for i in (table.topLevelItem(n) for n in range(table.topLevelItemCount()))
        if i.data(0, Qt.ItemDataRole.UserRole) == "gridAction"
    )
    table.setCurrentItem(item)
    dialog.findChild(QKeySequenceEdit, "keysPress").setKeySequence(QKeySequence("Space"))
    assert "Play or pause" in dialog.findChild(QLabel, "keysWarning").text()
    assert keymap.keys("playAction") == ("Space",)
    dialog.findChild(QPushButton, "keysUse").click()
    assert keymap.keys("gridAction") == ("Space",)
    assert keymap.keys("playAction") == ()


def test_own_keys_survive_and_what_is_broken_is_not_used(settings: Settings, keymap: Keymap) -> None:
    keymap.set("playAction", ["P", "ctrl+shift+p"])
    again = Keymap(Settings(settings.path), COMMANDS)
    assert again.keys("playAction") == ("P", "Ctrl+Shift+P")
    assert "P" not in again.keys("nextPeakAction")
    again.reset("nextPeakAction")
    assert again.keys("nextPeakAction") == ("P",)
    assert again.keys("playAction") == ("Ctrl+Shift+P",)
    settings["keys"] = "[1"
    assert keymap.keys("playAction") == ("Space",)


@pytest.mark.parametrize("preset", presets())
def test_a_preset_gives_no_key_twice(preset: str, keymap: Keymap) -> None:
    keymap.take_preset(preset)
    keys = [k for c in COMMANDS for k in keymap.keys(c.name)]
    assert len(keys) == len(set(keys))
    assert keymap.keys("newBoxAction")
    keymap.reset_all()
    assert all(keymap.keys(c.name) == c.keys for c in COMMANDS)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([c.name for c in COMMANDS]),
            st.lists(st.sampled_from(["A", "Space", "Ctrl+K", "F5", "Ctrl+Z", "Del"]), max_size=3),
        ),
        max_size=12,
    )
)
def test_no_key_ever_means_two_things(changes: list[tuple[str, list[str]]]) -> None:
    settings = Settings(Path("/nonexistent/settings.toml"))
    settings._write = lambda: None  # type: ignore[method-assign]
    keymap = Keymap(settings, COMMANDS)
    for name, keys in changes:
        keymap.set(name, keys)
        assert keymap.keys(name) == tuple(dict.fromkeys(map(normal, keys)))
    held = [normal(k) for c in COMMANDS for k in keymap.keys(c.name)]
    assert len(held) == len(set(held))
