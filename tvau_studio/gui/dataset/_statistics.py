"""The page of the charts, and their way into a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QScrollArea, QWidget

from tvau_studio.gui.dataset._charts import ChartsView
from tvau_studio.gui.forms import button, column, label, row
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from tvau_studio.gui.theme import Theme


class StatisticsPage(QWidget):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.charts = ChartsView(theme)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(self.charts)
        self._note = label("", "muted", "chartsNote")
        write = button(tr("Save as a picture…"), self._write, "chartsSave")
        rows = column(self, spacing=10, margins=(14, 12, 14, 12))
        rows.addLayout(row(label(tr("A bar leads to the clips behind it.")), self._note, None, write))
        rows.addWidget(area, 1)

    def _write(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, tr("Save as a picture"), str(Path.home() / "statistics.png"), "PNG (*.png);;SVG (*.svg)"
        )
        if not name:
            return
        try:
            self.charts.write(Path(name))
            self._note.setText(tr("Saved"))
        except OSError as error:
            self._note.setText(str(error))
