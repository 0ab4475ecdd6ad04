"""The settings of a person, applied at once: pages of fields made from the table, and the keys of every command."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QGridLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from tvau_studio.domain.errors import StudioError
from tvau_studio.gui.dialogs._keys_page import KeysPage
from tvau_studio.gui.forms import button, label, link, paragraph, row
from tvau_studio.gui.words import LANGUAGES, tr
from tvau_studio.services.settings import TABLE, Setting, Settings

if TYPE_CHECKING:
    from tvau_studio.gui.keymap import Keymap

_KEYS = "Keys"


class SettingsDialog(QDialog):
    """page: the English name of the page that is shown first. restart(): starts the window again, in another
    language."""

    def __init__(self, parent: QWidget, settings: Settings, keymap: Keymap, page: str, restart: Callable[[], object]):
        super().__init__(parent)
        self.setObjectName("settingsDialog")
        self.setWindowTitle(tr("Settings"))
        self.setAccessibleName(self.windowTitle())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(860, 600)
        self._settings = settings
        self._fields: dict[str, _Field] = {}
        self._search = QLineEdit()
        self._search.setObjectName("settingsSearch")
        self._search.setPlaceholderText(tr("Search the settings"))
        self._search.setAccessibleName(tr("Search the settings"))
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self._filter)
        self._list = QListWidget()
        self._list.setObjectName("settingsPages")
        self._list.setAccessibleName(tr("Pages"))
        self._list.setFixedWidth(180)
        self._pages = QStackedWidget()
        names = list(dict.fromkeys(s.group for s in TABLE if s.group))
        for name in names:
            self._add(name, self._page([s for s in TABLE if s.group == name]))
        self._keys = KeysPage(keymap)
        self._add(_KEYS, self._keys)
        self._list.currentRowChanged.connect(self._pages.setCurrentIndex)
        self._list.setCurrentRow([*names, _KEYS].index(page))
        self._note = paragraph("muted", "settingsNote")
        self._restart = button(tr("Start again now"), restart, "restartButton", "primary")
        for widget in (self._note, self._restart):
            widget.hide()
        close = button(tr("Close"), self.close, "settingsClose")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self._search)
        column.addLayout(self._middle(), 1)
        foot = row(self._note, None, self._restart, close, spacing=8)
        foot.setStretch(0, 1000)  # the words take the room where there are any
        column.addLayout(foot)
        settings.listen(self._changed)

    def _middle(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.addWidget(self._list, 0, 0)
        grid.addWidget(self._pages, 0, 1)
        grid.setColumnStretch(1, 1)
        return grid

    def _add(self, name: str, page: QWidget) -> None:
        item = QListWidgetItem(tr(name))
        item.setSizeHint(QSize(0, 30))
        self._list.addItem(item)
        self._pages.addWidget(page)

    def _page(self, settings: list[Setting]) -> QScrollArea:
        page = QWidget()
        rows = QVBoxLayout(page)
        rows.setContentsMargins(0, 0, 8, 0)
        rows.setSpacing(14)
        for setting in settings:
            field = self._fields[setting.key] = _Field(self._settings, setting, self._say)
            rows.addWidget(field)
        rows.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(page)
        return area

    def _filter(self, text: str) -> None:
        """Show the fields that hold every word, and the first page that has one."""
        words = text.lower().split()
        hits = {key for key, f in self._fields.items() if all(w in f.words for w in words)}
        for key, field in self._fields.items():
            field.setVisible(key in hits)
        self._keys.filter(text)
        pages = list(dict.fromkeys(s.group for s in TABLE if s.key in hits and s.group))
        every = list(dict.fromkeys(s.group for s in TABLE if s.group))
        here = self._list.currentRow()
        if words and here < len(every) and every[here] not in pages:
            self._list.setCurrentRow(every.index(pages[0]) if pages else len(every))

    def _changed(self, key: str) -> None:
        if key == "language":
            self._note.setText(tr("The window speaks this language from its next start. Nothing is lost by it."))
            self._note.show()
            self._restart.show()

    def _say(self, text: str) -> None:
        self._note.setText(text)
        self._note.show()


class _Field(QWidget):
    """One setting: its words, what changes it, and the way back to the default."""

    def __init__(self, settings: Settings, setting: Setting, say: Callable[[str], None]) -> None:
        super().__init__()
        self._settings, self._setting, self._say = settings, setting, say
        text = tr(setting.label)
        self.words = f"{text} {setting.label} {setting.key}".lower()
        self._default = link(tr("default"), lambda: settings.reset(setting.key), f"{setting.key}Default")
        self._edit, self._put = self._make()
        self._edit.setObjectName(f"{setting.key}Setting")
        self._edit.setAccessibleName(text)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        if isinstance(self._edit, QCheckBox):
            self._edit.setText(text)
            rows.addLayout(row(self._edit, None, self._default))
        else:
            rows.addLayout(row(label(text, "muted"), None, self._default))
            rows.addWidget(self._edit)
        self._show(setting.key)
        settings.listen(self._show)

    def _make(self) -> tuple[QWidget, Callable[[object], None]]:
        setting = self._setting
        if setting.choices is not None:
            box = QComboBox()
            for value in setting.choices:
                box.addItem(_name(value), value)
            box.activated.connect(lambda n: self._set(box.itemData(n)))
            return box, lambda value: box.setCurrentIndex(box.findData(value))
        if isinstance(setting.default, bool):
            check = QCheckBox()
            check.toggled.connect(self._set)
            return check, lambda value: check.setChecked(bool(value))
        if isinstance(setting.default, int):
            spin = QSpinBox()
            spin.setRange(int(setting.least or 0), int(setting.most or 1 << 30))
            spin.setKeyboardTracking(False)
            spin.valueChanged.connect(self._set)
            return spin, lambda value: spin.setValue(int(str(value)))
        if isinstance(setting.default, float):
            real = QDoubleSpinBox()
            real.setRange(setting.least or 0.0, setting.most if setting.most is not None else 1e9)
            real.setSingleStep(0.05)
            real.setKeyboardTracking(False)
            real.valueChanged.connect(self._set)
            return real, lambda value: real.setValue(float(str(value)))
        line = QLineEdit()
        line.editingFinished.connect(lambda: self._set(line.text().strip()))
        return line, lambda value: line.setText(str(value))

    def _set(self, value: object) -> None:
        if value == "" and self._setting.default:
            self._settings.reset(self._setting.key)
            self._show(self._setting.key)
            return
        try:
            self._settings[self._setting.key] = value
        except StudioError as error:
            self._say(str(error))

    def _show(self, key: str) -> None:
        if key != self._setting.key:
            return
        value = self._settings[key]
        self._edit.blockSignals(True)
        self._put(value)
        self._edit.blockSignals(False)
        self._default.setVisible(value != self._setting.default)

    def sizeHint(self) -> QSize:
        return QSize(400, super().sizeHint().height())


def _name(value: str) -> str:
    """What a person reads for one of the choices."""
    return LANGUAGES.get(value) or tr(value)
