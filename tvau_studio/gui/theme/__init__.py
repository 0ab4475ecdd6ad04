"""How the window looks: tokens (names of colours), one style sheet made from them, fonts and icons.

A widget that paints by itself takes the `Theme`, reads `theme.tokens` when it paints, and repaints on `changed`; all
others are coloured by the style sheet. Qt property ``role`` on a QLabel gives ``title``, ``muted``, ``small``,
``number``, ``ok``, ``warn`` or ``bad`` text; on a QPushButton ``primary``, ``accept``, ``quiet`` or ``chip``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory, QWidget

from tvau_studio.domain.paths import resource
from tvau_studio.gui.theme.icons import make_icon
from tvau_studio.gui.theme.stylesheet import stylesheet
from tvau_studio.gui.theme.tokens import BODY, DARK, LIGHT, Tokens

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon

    from tvau_studio.services.settings import Settings

_SANS = ["Inter", "Segoe UI", "Noto Sans", "DejaVu Sans"]
_CHINESE = ["PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "WenQuanYi Micro Hei"]
_MONO = ["JetBrains Mono", "Consolas", "DejaVu Sans Mono", *_CHINESE]
_SHIPPED = ("Inter-Regular.otf", "Inter-SemiBold.otf", "JetBrainsMono-Regular.ttf")


class Theme(QObject):
    """tokens: the colours in use. The setting ``theme`` (system, dark, light) decides, and is followed at once."""

    changed = Signal()

    def __init__(self, app: QApplication, settings: Settings) -> None:
        super().__init__()
        self._app = app
        self._settings = settings
        self.tokens: Tokens = DARK
        for name in _SHIPPED:
            QFontDatabase.addApplicationFont(str(resource(f"fonts/{name}")))
        app.setStyle(QStyleFactory.create("Fusion"))
        font = QFont()
        font.setFamilies(_SANS + _CHINESE)
        font.setPixelSize(BODY)
        app.setFont(font)
        settings.listen(lambda key: self._apply() if key == "theme" else None)
        app.styleHints().colorSchemeChanged.connect(lambda _: self._apply())
        self._apply()

    @property
    def mode(self) -> str:
        """system, dark or light: the setting."""
        return str(self._settings["theme"])

    def set_mode(self, mode: str) -> None:
        self._settings["theme"] = mode

    def icon(self, name: str, colour: str = "", on: str = "", filled: bool = False) -> QIcon:
        """An icon in the colours of the theme; make it again on `changed`."""
        t = self.tokens
        return make_icon(name, colour or t.text, t.faint, on or None, filled)

    def colour(self, name: str, alpha: float = 1.0) -> QColor:
        """A token as a QColor."""
        colour = QColor(getattr(self.tokens, name))
        colour.setAlphaF(alpha)
        return colour

    def _apply(self) -> None:
        scheme = self._app.styleHints().colorScheme()
        dark = self.mode == "dark" or (self.mode == "system" and scheme != Qt.ColorScheme.Light)
        self.tokens = DARK if dark else LIGHT
        self._app.setPalette(palette(self.tokens))
        self._app.setStyleSheet(stylesheet(self.tokens))
        self.changed.emit()


def mono_font(pixels: int = 12, bold: bool = False) -> QFont:
    """The monospaced face for numbers."""
    font = QFont()
    font.setFamilies(_MONO)
    font.setPixelSize(pixels)
    font.setBold(bold)
    return font


def set_role(widget: QWidget, role: str) -> None:
    """Give a widget one of the style sheet's roles, also after it was shown."""
    if widget.property("role") != role:
        widget.setProperty("role", role)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def palette(t: Tokens) -> QPalette:
    """Qt's roles in the colours of the theme, for what no style sheet reaches."""
    roles = QPalette.ColorRole
    made = QPalette()
    for role, colour in {
        roles.Window: t.window,
        roles.WindowText: t.text,
        roles.Base: t.raised,
        roles.AlternateBase: t.panel,
        roles.Text: t.text,
        roles.PlaceholderText: t.muted,
        roles.Button: t.raised,
        roles.ButtonText: t.text,
        roles.ToolTipBase: t.raised,
        roles.ToolTipText: t.text,
        roles.Highlight: t.accent,
        roles.HighlightedText: t.on_accent,
        roles.Link: t.accent,
        roles.LinkVisited: t.accent,
        roles.Mid: t.line,
        roles.Dark: t.line,
        roles.Light: t.raised,
        roles.Shadow: t.window,
        roles.Accent: t.accent,
    }.items():
        made.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(t.faint))
    return made
