"""The panel of warnings: a list that follows the work; each line goes to its fault."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QAbstractItemView, QListView, QPushButton, QStyledItemDelegate, QWidget

from tvau_studio.domain.checks import KINDS, Finding
from tvau_studio.domain.labels import Object
from tvau_studio.gui.forms import column, label, paragraph, row
from tvau_studio.gui.showing import show_place
from tvau_studio.gui.theme.icons import paint_icon
from tvau_studio.gui.theme.rows import paint_ground
from tvau_studio.gui.theme.tokens import BODY, LABEL
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent
    from PySide6.QtWidgets import QStyleOptionViewItem

    from tvau_studio.gui.state import State

FindingRole = Qt.ItemDataRole.UserRole + 1
_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop

AnyIndex = QModelIndex | QPersistentModelIndex


def said(finding: Finding) -> str:
    """The fault as a sentence."""
    words = tr(KINDS[finding.kind]).format(field=tr(finding.field), **finding.values)
    return f"{words[:1].upper()}{words[1:]}."


class WarningsPanel(QWidget):
    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self.setObjectName("warningsPanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._model = _Model(state, self)
        self._build()
        state.warnings.changed.connect(self.read)
        state.warnings.moved.connect(self._point)
        state.document.loaded.connect(self.read)
        state.theme.changed.connect(self._list.viewport().update)
        self.read()

    def _build(self) -> None:
        self._title = label("", "title", "warningsTitle")
        self._only = QPushButton(tr("This clip"))
        self._only.setObjectName("warningsOfClip")
        self._only.setProperty("role", "chip")
        self._only.setCheckable(True)
        self._only.setToolTip(tr("List only what is seen in the open clip"))
        self._only.clicked.connect(lambda _: self.read())
        self._list = QListView()
        self._list.setObjectName("warningsList")
        self._list.setAccessibleName(tr("Warnings"))
        self._list.setResizeMode(QListView.ResizeMode.Adjust)
        self._list.setMouseTracking(True)
        self._list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._list.setModel(self._model)
        self._list.setItemDelegate(_Delegate(self._state, self._model, self._list))
        self._list.clicked.connect(self._go)
        self._list.activated.connect(self._go)
        self._empty = paragraph("muted", "warningsEmpty")
        self._empty.setContentsMargins(14, 2, 14, 8)
        whole = column(self, 0)
        head = column(None, 0, (14, 10, 12, 8))
        head.addLayout(row(self._title, None, self._only))
        whole.addLayout(head)
        whole.addWidget(self._empty)
        whole.addWidget(self._list, 1)
        whole.addStretch()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._point()

    def read(self) -> None:
        """Show what is known now."""
        clip = self._state.document.clip_row
        found = self._state.warnings.findings
        if self._only.isChecked() and clip is not None:
            found = [f for f in found if f.clip == clip.key or (f.frame is not None and f.frame in clip.range)]
        self._model.take(found)
        self._title.setText(tr("WARNINGS · {n}", n=len(found)) if found else tr("WARNINGS"))
        self._list.setVisible(bool(found))
        self._empty.setVisible(not found)
        if self._state.document.video_row is None:
            self._empty.setText(tr("Nothing is open."))
        else:
            self._empty.setText(tr("Nothing looks wrong. Jumps, gaps, empty texts and contradictions are listed here."))
        self._point()

    def _point(self) -> None:
        """The line that was gone to last."""
        shown = self._state.warnings.shown
        if shown is not None and shown in self._model.findings:
            index = self._model.index(self._model.findings.index(shown))
            self._list.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self._list.scrollTo(index)

    def _go(self, index: QModelIndex) -> None:
        finding: Finding | None = index.data(FindingRole)
        video = self._state.document.video_row
        if finding is None or video is None:
            return
        self._state.warnings.show(finding)
        clip = finding.clip if finding.frame is None or not finding.object else ""
        show_place(self._state, video.key, finding.frame, finding.object or None, clip)


class _Model(QAbstractListModel):
    def __init__(self, state: State, parent: QWidget) -> None:
        super().__init__(parent)
        self._state = state
        self.findings: list[Finding] = []

    def take(self, findings: list[Finding]) -> None:
        if findings != self.findings:
            self.beginResetModel()
            self.findings = list(findings)
            self.endResetModel()

    def where(self, finding: Finding) -> str:
        """Object, frame and clip, as far as they are known."""
        document = self._state.document.document
        thing = document.get("object", finding.object)
        parts = [tr("object {n}", n=thing.track)] if isinstance(thing, Object) else []
        if not parts and ("clip", finding.clip) in document:
            parts = [tr("clip {range}", range=document.clip(finding.clip).range)]
        parts += [tr("frame {n}", n=finding.frame)] if finding.frame is not None else []
        return " · ".join(parts)

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.findings)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.findings):
            return None
        finding = self.findings[index.row()]
        if role == FindingRole:
            return finding
        if role == Qt.ItemDataRole.DisplayRole:
            return said(finding)
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return f"{said(finding)}\n{self.where(finding)}"
        return None


class _Delegate(QStyledItemDelegate):
    """What is wrong, and under it where."""

    def __init__(self, state: State, model: _Model, parent: QWidget) -> None:
        super().__init__(parent)
        self._state = state
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return QSize(160, self._words(option.font, index, self.parent().viewport().width())[0] + 30)

    def _words(self, font: QFont, index: QModelIndex, width: int) -> tuple[int, QFont]:
        """The height of the sentence in as many lines as it needs, and its font."""
        sized = QFont(font)
        sized.setPixelSize(BODY)
        room = QRect(0, 0, max(60, width - 49), 1000)
        return QFontMetrics(sized).boundingRect(room, _WRAP, index.data()).height(), sized

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        finding: Finding | None = index.data(FindingRole)
        if finding is None:
            return
        look, place = self._state.theme.tokens, option.rect
        painter.save()
        paint_ground(painter, option, look)
        paint_icon(painter, "triangle-alert", QRectF(place.left() + 14, place.top() + 7, 15, 15), look.warn)
        left, width = place.left() + 37, place.width() - 49
        height, font = self._words(painter.font(), index, place.width())
        painter.setFont(font)
        painter.setPen(QColor(look.text))
        painter.drawText(QRect(left, place.top() + 6, width, height), _WRAP, said(finding))
        font.setPixelSize(LABEL)
        painter.setFont(font)
        painter.setPen(QColor(look.muted))
        where = QFontMetrics(font).elidedText(self._model.where(finding), Qt.TextElideMode.ElideRight, width)
        painter.drawText(left, place.top() + 7 + height, width, 17, Qt.AlignmentFlag.AlignVCenter, where)
        painter.restore()
