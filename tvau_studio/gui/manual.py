"""The manual: pages of Markdown in the window's language, one for each panel."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QKeySequence, QShortcut, QTextBlockFormat, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QTextBrowser, QWidget

from tvau_studio.domain.paths import resource
from tvau_studio.gui.dialogs import to_front
from tvau_studio.gui.words import chosen, tr

if TYPE_CHECKING:
    from tvau_studio.gui.window import Window

PANELS = {
    "clips": "02-clips",
    "player": "03-player",
    "timeline": "04-timeline",
    "objects": "05-objects",
    "comments": "06-review",
    "history": "06-review",
    "warnings": "06-review",
    "chat": "07-ask",
    "events": "08-events",
    "dataset": "10-dataset",
    "models": "11-models",
}
"""Panel -> the page that explains it."""

_PATH = Qt.ItemDataRole.UserRole


def pages(language: str) -> list[Path]:
    """The pages in their order; of English where there is no manual in that language."""
    folder = resource("manual") / language
    return sorted((folder if folder.is_dir() else resource("manual") / "en").glob("*.md"))


def title(page: Path) -> str:
    """The first heading of a page."""
    return page.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")


def show(window: Window, panel: str = "") -> QWidget:
    """Open the manual at the page of a panel, "" = where it begins."""
    language = chosen(str(window.state.studio.settings["language"]))
    made = to_front(window, Manual, lambda above: Manual(above, language))
    made.open(PANELS.get(panel, ""))
    return made


class Manual(QWidget):
    """Pages at the left, the page at the right. Links between pages work; nothing else is ever loaded."""

    def __init__(self, parent: QWidget, language: str) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("manual")
        self.setWindowTitle(tr("Manual"))
        self.setAccessibleName(self.windowTitle())
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.resize(940, 680)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.close)
        self._list = QListWidget()
        self._list.setObjectName("settingsPages")
        self._list.setAccessibleName(tr("Pages"))
        self._list.setFixedWidth(200)
        for page in pages(language):
            item = QListWidgetItem(title(page))
            item.setData(_PATH, str(page))
            item.setSizeHint(QSize(0, 30))
            self._list.addItem(item)
        self.text = QTextBrowser()
        self.text.setObjectName("manualText")
        self.text.setAccessibleName(tr("Page"))
        self.text.setOpenLinks(False)
        self.text.anchorClicked.connect(self._follow)
        self.text.document().setDocumentMargin(20)
        self._list.currentItemChanged.connect(lambda item, _: self._read(Path(item.data(_PATH))) if item else None)
        beside = QHBoxLayout(self)
        beside.setContentsMargins(16, 16, 16, 16)
        beside.setSpacing(16)
        beside.addWidget(self._list)
        beside.addWidget(self.text, 1)

    def open(self, name: str) -> None:
        """A page by its file's name without suffix; the first where there is none of it."""
        for n in range(self._list.count()):
            if Path(self._list.item(n).data(_PATH)).stem == name:
                self._list.setCurrentRow(n)
                return
        self._list.setCurrentRow(0)

    def _read(self, page: Path) -> None:
        self.text.setSearchPaths([str(page.parent), str(page.parent.parent)])
        self.text.setMarkdown(page.read_text(encoding="utf-8"))
        self._air()

    def _air(self) -> None:
        """Room between paragraphs and lines, which Markdown does not ask for."""
        cursor, block = QTextCursor(self.text.document()), self.text.document().begin()
        while block.isValid():
            cursor.setPosition(block.position())
            shape = block.blockFormat()
            shape.setLineHeight(128, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
            if cursor.currentTable() is None:
                shape.setBottomMargin(6 if block.textList() else 10)
            cursor.setBlockFormat(shape)
            block = block.next()
        self.text.moveCursor(QTextCursor.MoveOperation.Start)

    def _follow(self, link: QUrl) -> None:
        self.open(Path(link.path()).stem)
