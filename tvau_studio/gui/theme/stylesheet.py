"""The style sheet, made from the tokens."""

from __future__ import annotations

from tvau_studio.domain.paths import resource
from tvau_studio.gui.theme.tokens import LABEL, RADIUS, SMALL, Tokens

_SHEET = """
* { outline: 0; }
QMainWindow, QDialog { background: @window; color: @text; }
QMainWindow::separator { background: @line; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: @accent; }
QSplitter::handle { background: @line; }
QSplitter::handle:vertical { height: 1px; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:hover { background: @accent; }
QDockWidget { color: @muted; }
QDockWidget > QWidget { background: @panel; }
QWidget[panel="true"] { background: @panel; }
QFrame[line="true"] { background: @line; border: 0; max-height: 1px; min-height: 1px; }

QLabel { background: transparent; color: @text; }
QLabel[role="title"] { color: @muted; font-size: @small; font-weight: 600; letter-spacing: 0.5px; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="muted"] { color: @muted; font-size: @label; }
QLabel[role="small"] { color: @muted; font-size: @small; }
QLabel[role="number"] { font-family: "JetBrains Mono", "DejaVu Sans Mono", monospace; font-size: @label; }
QLabel[role="ok"] { color: @ok; font-size: @label; font-weight: 600; }
QLabel[role="warn"] { color: @warn; font-size: @label; font-weight: 600; }
QLabel[role="bad"] { color: @bad; font-size: @label; font-weight: 600; }

QPushButton, QToolButton {
  background: @raised; color: @text; border: 1px solid @line; border-radius: @radius; padding: 4px 10px;
  min-height: 18px;
}
QPushButton:hover, QToolButton:hover { background: @hover; }
QPushButton:pressed, QToolButton:pressed { background: @line; }
QPushButton:focus, QToolButton:focus { border-color: @accent; }
QPushButton:disabled, QToolButton:disabled { color: @faint; }
QPushButton::menu-indicator { image: none; width: 0; }
QToolButton::menu-indicator { image: none; width: 0; }
QPushButton[role="primary"], QToolButton[role="primary"] {
  background: @accent; color: @on_accent; border-color: @accent; font-weight: 600;
}
QPushButton[role="primary"]:hover, QToolButton[role="primary"]:hover { border-color: @text; }
QPushButton[role="primary"]:disabled, QToolButton[role="primary"]:disabled {
  background: @raised; color: @faint; border-color: @line;
}
QPushButton[role="accept"] { background: @ok; color: @on_accent; border-color: @ok; font-weight: 600; }
QPushButton[role="accept"]:hover { border-color: @text; }
QPushButton[role="accept"]:disabled { background: @raised; color: @faint; border-color: @line; }
QPushButton[role="stop"], QToolButton[role="stop"] { color: @bad; background: transparent; border-color: transparent; }
QPushButton[role="quiet"], QToolButton[role="quiet"] { background: transparent; border-color: transparent; }
QPushButton[role="quiet"]:hover, QToolButton[role="quiet"]:hover { background: @hover; }
QPushButton[role="quiet"]:focus, QToolButton[role="quiet"]:focus { border-color: @accent; }
QToolButton[role="quiet"]:checked { background: @raised; border-color: @line; color: @accent; }
QToolButton[role="bare"] { background: transparent; border: 0; padding: 0; min-height: 0; }
QToolButton[role="bare"]:hover { background: @hover; }
QPushButton[role="chip"] { font-size: @label; padding: 2px 8px; }
QToolButton[role="bare"] { background: transparent; border: 0; padding: 0; min-height: 0; }
QToolButton[role="bare"]:hover { background: @hover; }
QPushButton[role="chip"]:checked { background: @selected; border-color: @accent; }
QPushButton[role="link"] {
  background: transparent; border: 0; color: @accent; padding: 0; font-size: @label; text-align: left;
}

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox {
  background: @raised; color: @text; border: 1px solid @line; border-radius: @radius; padding: 4px 8px;
  selection-background-color: @accent; selection-color: @on_accent;
}
QLineEdit:hover, QPlainTextEdit:hover, QTextEdit:hover, QSpinBox:hover, QDoubleSpinBox:hover, QComboBox:hover {
  border-color: @faint;
}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus {
  border-color: @accent;
}
QLineEdit:disabled, QPlainTextEdit:disabled, QTextEdit:disabled, QSpinBox:disabled, QComboBox:disabled {
  color: @faint;
}
QLineEdit { padding: 0 8px; min-height: 26px; }
QLineEdit > QToolButton { background: transparent; border: 0; padding: 0; min-height: 0; }
QAbstractSpinBox, QComboBox { padding: 0 8px; min-height: 26px; }
QAbstractSpinBox > QLineEdit, QComboBox > QLineEdit {
  background: transparent; border: 0; padding: 0 7px; min-height: 0;
}
QSpinBox, QDoubleSpinBox { font-family: "JetBrains Mono", "DejaVu Sans Mono", monospace; font-size: @label; }
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button, QDoubleSpinBox::down-button {
  width: 0; border: 0;
}
QComboBox::drop-down { border: 0; width: 20px; }
QComboBox::down-arrow { image: url("@arrow"); width: 12px; height: 12px; }
QComboBox QAbstractItemView {
  background: @raised; color: @text; border: 1px solid @line; border-radius: @radius; padding: 4px;
  selection-background-color: @selected; selection-color: @text;
}

QMenu { background: @raised; color: @text; border: 1px solid @line; border-radius: @radius; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 12px; border-radius: 4px; }
QMenu::item:selected { background: @selected; }
QMenu::item:disabled { color: @faint; }
QMenu::separator { background: @line; height: 1px; margin: 4px 8px; }
QMenu::icon { padding-left: 8px; }
QToolTip { background: @raised; color: @text; border: 1px solid @line; padding: 4px 6px; }

QAbstractItemView { background: @panel; color: @text; border: 0; }
QListWidget#settingsPages::item { padding: 0 8px; }
QTreeWidget::item { padding: 3px 4px; }
QHeaderView { background: @panel; }
QHeaderView::section {
  background: @panel; color: @muted; border: 0; border-bottom: 1px solid @line; padding: 4px 6px; font-size: @small;
}
QTableView, QTreeView { gridline-color: @line; selection-background-color: @selected; selection-color: @text; }
QTableView::item:selected, QTreeView::item:selected, QListView::item:selected { background: @selected; color: @text; }

QScrollArea { background: transparent; border: 0; }
QScrollBar { background: transparent; border: 0; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: @line; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: @faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QProgressBar { background: @line; border: 0; border-radius: 1px; max-height: 3px; min-height: 3px; }
QProgressBar::chunk { background: @accent; border-radius: 1px; }
QCheckBox { color: @text; spacing: 6px; background: transparent; }
QCheckBox:focus { color: @accent; }
QCheckBox::indicator { width: 13px; height: 13px; border: 1px solid @faint; border-radius: 3px; background: @raised; }
QCheckBox::indicator:hover, QCheckBox::indicator:focus { border-color: @accent; }
QCheckBox::indicator:checked { background: @accent; border-color: @accent; image: url("@check"); }
QCheckBox::indicator:disabled { border-color: @line; }
QStatusBar { background: @panel; color: @muted; border-top: 1px solid @line; font-size: @label; }
QStatusBar::item { border: 0; }
QStatusBar QLabel { color: @muted; font-size: @label; padding: 0 6px; }
QTabWidget::pane { border: 0; }
QTabBar { border-bottom: 1px solid @line; }
QTabBar::tab { background: transparent; color: @muted; padding: 4px 10px; border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: @text; border-bottom-color: @accent; }

QWidget#topBar { background: @panel; border-bottom: 1px solid @line; }
QLabel#brand { font-weight: 600; }
QWidget#transport { background: @panel; border-top: 1px solid @line; border-bottom: 1px solid @line; }
QToolButton#playButton { background: @accent; border-color: @accent; padding: 3px; }
QToolButton#playButton:hover { border-color: @text; }
QToolButton#playButton:disabled { background: @raised; border-color: @line; }
QWidget#messageBar { background: @raised; border-bottom: 1px solid @line; }
QFrame[role="card"] { background: @raised; border: 1px solid @line; border-radius: @radius; }
QFrame[role="card"][chosen="true"] { border-color: @accent; }
QFrame[card="true"] { background: @card_glass; border: 1px solid @line; border-radius: @radius; }
QFrame#tourCard { background: @raised; border: 1px solid @line; border-radius: 8px; }
QFrame#hoverCard { background: @raised; }
"""


def stylesheet(t: Tokens) -> str:
    """Qt's style sheet in the colours of the theme."""
    r, g, b = (int(t.card[i : i + 2], 16) for i in (1, 3, 5))
    shade = "dark" if t.dark else "light"
    values = {
        **{name: str(getattr(t, name)) for name in t.__dataclass_fields__ if name != "dark"},
        "card_glass": f"rgba({r}, {g}, {b}, 240)",
        "check": resource(f"icons/check-{shade}.svg").as_posix(),
        "arrow": resource(f"icons/chevron-down-{shade}.svg").as_posix(),
        "radius": f"{RADIUS}px",
        "label": f"{LABEL}px",
        "small": f"{SMALL}px",
    }
    text = _SHEET
    for name in sorted(values, key=len, reverse=True):
        text = text.replace(f"@{name}", values[name])
    return text
