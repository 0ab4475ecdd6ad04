from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLabel

from tvau_studio.domain.paths import resource
from tvau_studio.gui.theme import Theme, set_role
from tvau_studio.gui.theme.stylesheet import stylesheet
from tvau_studio.gui.theme.tokens import DARK, LIGHT, OBJECT_COLOURS, ON_OBJECT, Tokens, contrast, object_colour
from tvau_studio.services.settings import Settings

THEMES = pytest.mark.parametrize("t", [DARK, LIGHT], ids=["dark", "light"])


def test_contrast_as_published() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@THEMES
@pytest.mark.parametrize("text", ["text", "muted", "accent", "ok", "warn", "bad"])
@pytest.mark.parametrize("on", ["panel", "raised", "window"])
def test_what_has_to_be_read_stands_out(t: Tokens, text: str, on: str) -> None:
    assert contrast(getattr(t, text), getattr(t, on)) >= 4.5


@THEMES
def test_text_on_colour_stands_out(t: Tokens) -> None:
    assert contrast(t.on_accent, t.accent) >= 4.5
    assert contrast(t.on_accent, t.ok) >= 4.5
    assert contrast(t.text, t.selected) >= 4.5
    assert contrast(t.muted, t.selected) >= 4.5
    assert all(contrast(ON_OBJECT, c) >= 4.5 for c in OBJECT_COLOURS)


def test_object_colours_are_ten_and_stable() -> None:
    assert len(set(OBJECT_COLOURS)) == 10
    assert object_colour(1) == object_colour(11) == OBJECT_COLOURS[0]


@THEMES
def test_the_style_sheet_names_no_unknown_token(t: Tokens) -> None:
    sheet = stylesheet(t)
    assert "@" not in sheet
    assert all(Path(path).is_file() for path in re.findall(r'url\("([^"]+)"\)', sheet))


@pytest.mark.parametrize("path", sorted(resource("icons").glob("*.svg")), ids=lambda p: p.stem)
def test_every_icon_draws_in_its_colour(path: Path, qapp: QApplication) -> None:
    from tvau_studio.gui.theme.icons import make_icon

    image = make_icon(path.stem, "#ff0000", "#00ff00").pixmap(24, 24).toImage()
    seen = {image.pixelColor(x, y).name() for x in range(24) for y in range(24) if image.pixelColor(x, y).alpha() > 250}
    assert seen
    if not path.stem.endswith(("-dark", "-light")):  # those are coloured for the style sheet
        assert seen == {"#ff0000"}


def test_the_setting_switches_at_once(qapp: QApplication, qtbot, tmp_path: Path) -> None:
    settings = Settings(tmp_path / "s.toml")
    theme = Theme(qapp, settings)
    with qtbot.waitSignal(theme.changed):
        theme.set_mode("light")
    assert theme.tokens is LIGHT
    assert qapp.palette().window().color() == QColor(LIGHT.window)
    theme.set_mode("dark")
    assert theme.tokens is DARK
    assert Settings(tmp_path / "s.toml")["theme"] == "dark"
    label = QLabel("x")
    qtbot.addWidget(label)
    set_role(label, "bad")
    label.ensurePolished()
    assert label.palette().windowText().color() == QColor(DARK.bad)
