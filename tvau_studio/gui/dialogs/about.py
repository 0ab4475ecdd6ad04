"""What the program is, what it is built on, and what a report of a fault needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QDialog, QHeaderView, QTreeWidget, QTreeWidgetItem

import tvau_studio
from tvau_studio.gui.forms import button, column, label, paragraph, row
from tvau_studio.gui.theme import mono_font
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from tvau_studio.gui.state import State


def copy_report(state: State) -> None:
    """Put versions, what is open and the end of the log onto the clipboard."""
    from tvau_studio.services import diagnostics

    QApplication.clipboard().setText(diagnostics.report(facts(state)))


def facts(state: State) -> dict[str, str]:
    """What the window knows of itself."""
    app, models, video = QApplication.instance(), state.studio.models, state.playback.video
    assert isinstance(app, QApplication)
    screen = app.primaryScreen()
    size = screen.size()
    found = {
        "Screen": f"{size.width()}x{size.height()} at {screen.devicePixelRatio():g}, {app.platformName()}",
        "Model": " ".join(filter(None, (models.name, models.state, models.device, models.error))),
        "Settings": f"theme {state.theme.mode}, language {state.studio.settings['language']}",
    }
    if video is not None:
        info = video.info
        found["Video"] = f"{info.codec} in {info.container}, {info.size[1]}x{info.size[0]}, {len(video)} frames"
    return found


class AboutDialog(QDialog):
    def __init__(self, parent: QWidget, state: State) -> None:
        super().__init__(parent)
        from tvau_studio.services import diagnostics

        self.setObjectName("aboutDialog")
        self.setWindowTitle(tr("About tvau-studio"))
        self.setAccessibleName(self.windowTitle())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(560, 520)
        name = label(f"tvau-studio {tvau_studio.__version__}", "")
        font = name.font()
        font.setPixelSize(18)
        font.setBold(True)
        name.setFont(font)
        what = paragraph("muted")
        what.setText(
            tr(
                "Fine-grained video anomaly understanding: heatmaps, labels and a dialogue on one clip. Licence "
                "Apache-2.0. Nothing leaves this machine unless you take it out."
            )
        )
        table = QTreeWidget()
        table.setObjectName("aboutLibraries")
        table.setAccessibleName(tr("Libraries"))
        table.setRootIsDecorated(False)
        table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        table.setHeaderLabels([tr("Built on"), tr("Version"), tr("Licence")])
        fonts = [("Inter, JetBrains Mono", "", "OFL-1.1"), ("Lucide", "", "ISC")]
        for library, version, licence in [*diagnostics.versions(), *fonts]:
            item = QTreeWidgetItem([library, version, licence])
            item.setFont(1, mono_font(12))
            table.addTopLevelItem(item)
        table.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        table.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self._told = label("", "ok")
        copy = button(tr("Copy diagnostics"), self._copy, "copyDiagnostics")
        copy.setToolTip(tr("Versions, the model's state and the end of the log, for a report"))
        close = button(tr("Close"), self.close, "aboutClose")
        close.setDefault(True)
        rows = column(self, spacing=12, margins=(20, 20, 20, 16))
        rows.addWidget(name)
        rows.addWidget(what)
        rows.addWidget(table, 1)
        rows.addLayout(row(copy, self._told, None, close, spacing=10))
        self._state = state

    def _copy(self) -> None:
        copy_report(self._state)
        self._told.setText(tr("Copied"))
