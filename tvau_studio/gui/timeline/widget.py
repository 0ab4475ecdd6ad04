"""The timeline: what is drawn when, and what mouse, wheel and keys do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPixmap
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from tvau_studio.gui.theme import mono_font
from tvau_studio.gui.theme.tokens import LABEL, SMALL
from tvau_studio.gui.timeline import keys
from tvau_studio.gui.timeline import painter as drawing
from tvau_studio.gui.timeline.clip_bars import ClipBars, length_of
from tvau_studio.gui.timeline.density import Density
from tvau_studio.gui.timeline.drags import ClipEdge, MoveEdge, MoveKeyframe, OverviewPan, Pan, Scrub
from tvau_studio.gui.timeline.filmstrip import Filmstrip
from tvau_studio.gui.timeline.hand import Hand
from tvau_studio.gui.timeline.hover_card import HoverCard
from tvau_studio.gui.timeline.lanes import Lanes
from tvau_studio.gui.timeline.layout import FILM, LANE, Hit, Layout, hit
from tvau_studio.gui.timeline.marks import Mark, mark_at, marks_of
from tvau_studio.gui.timeline.menu import menu_for, tip_for
from tvau_studio.gui.timeline.scale import Scale
from tvau_studio.gui.timeline.scene import Look, Scene
from tvau_studio.gui.timeline.scores import Scores
from tvau_studio.gui.timeline.snapping import snapped

if TYPE_CHECKING:
    from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent, QWheelEvent

    from tvau_studio.domain.edits import Edit
    from tvau_studio.gui.state import State


class Timeline(QWidget):
    """The time of the open video. It reads the states; each drag that changes labels is one Edit when let go.

    What stays while a video plays is kept as a picture, so that a frame costs the playhead alone.
    """

    def __init__(self, state: State, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = state
        self.setObjectName("timeline")
        self.setAccessibleName(self.tr("Timeline"))
        self.setAccessibleDescription(
            self.tr(
                "Scores, objects and clips over the frames. Plus and minus zoom, Alt+Shift+arrow moves the keyframe."
            )
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.scale = Scale(0, 1.0)
        self._video = ""
        self._scroll = 0
        self._look = Look(state.theme.tokens)
        self.lanes = Lanes(state.document.document, "", 0)
        self._clips = ClipBars()
        self._scores = Scores(state)
        self.film = Filmstrip(state)
        self.hand = Hand(self)
        self._card = HoverCard(state, self)
        self._marks: tuple[Mark, ...] = ()
        self._frame = -1
        self._picture: QPixmap | None = None
        self._density = Density()
        self._drawn_heat = (-1.0, "", 0.0)
        self._read()
        state.document.loaded.connect(self._loaded)
        state.document.changed.connect(self._edited)
        state.playback.videoChanged.connect(self._loaded)
        state.playback.frameShown.connect(self._frame_shown)
        state.playback.rangeChanged.connect(self.redraw)
        state.workspace.opened.connect(self._opened)
        state.selection.changed.connect(self._selected)
        state.remarks.changed.connect(self._remarked)
        state.sight.changed.connect(self.redraw)
        state.heat.scoresChanged.connect(self._scored)
        state.heat.changed.connect(self._heat_changed)
        state.compare.scoresChanged.connect(self._compared)
        state.theme.changed.connect(self._themed)
        state.playback.smallReady.connect(self._film_changed)
        state.look.changed.connect(self._film_changed)
        state.studio.settings.listen(lambda key: self.redraw() if key == "filmstrip" else None)

    def sizeHint(self) -> QSize:
        return QSize(800, min(320, max(226, self.layout_now().natural_height)))

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 168)

    # -- what is shown

    def layout_now(self) -> Layout:
        film = FILM if self.state.studio.settings["filmstrip"] else 0
        return Layout(self.width(), self.height(), len(self.lanes), self._scroll, film)

    def _body(self) -> float:
        return float(max(1, self.width() - self.layout_now().gutter))

    def _read(self) -> None:
        """Take everything anew from the states."""
        document, row = self.state.document.document, self.state.document.video_row
        frames = length_of(self.state)
        self.lanes = Lanes(document, row.key if row else "", frames, self.state.studio.settings["text_language"])
        self._read_clips()
        if frames != self.scale.frames or (row.key if row else "") != self._video:
            self._video = row.key if row else ""
            self.scale = Scale.fitted(frames, self._body())
            self._scroll = 0
        self._frame = self.state.playback.frame
        self._scores.read()
        self.redraw()

    def _read_clips(self) -> None:
        row = self.state.document.video_row
        self._clips = ClipBars(self.state.document.document.clips(row.key) if row else ())

    def _clips_title(self) -> str:
        if self._clips.grid is not None:
            length, step = self._clips.grid
            return self.tr("Clips {length}/{step}").format(length=length, step=step)
        return self.tr("Clips")

    def _scene(self) -> Scene:
        drag, heat, selection = self.hand.drag, self.state.heat, self.state.selection
        font = QFont(self.font())
        font.setPixelSize(LABEL)
        return Scene(
            layout=self.layout_now(),
            scale=self.scale,
            lanes=self.lanes,
            clips=self._clips.drawn(self.scale, self.state.workspace.clip),
            scores=self._scores.pyramid,
            density=self._density,
            film=self.film,
            threshold=heat.threshold,
            colormap=heat.colormap,
            top=heat.top,
            others=self._scores.others,
            range=self.state.playback.range,
            clip=self.state.workspace.clip,
            selected=selection.objects,
            selected_segment=selection.segment,
            moved=(drag.object, drag.frame, drag.to) if isinstance(drag, MoveKeyframe) else None,
            edges=(drag.segment, *drag.range) if isinstance(drag, MoveEdge) else None,
            clip_edges=drag.range if isinstance(drag, ClipEdge) else None,
            hover=self.hand.hover.what,
            look=self._look,
            font=font,
            mono=mono_font(SMALL),
            marks=self._marks,
            words={"score": self.tr("Anomaly score"), "clips": self._clips_title()},
            colours=lambda key: self.state.sight.colour(self.state.document.document.object(key)),
        )

    def redraw(self) -> None:
        """Something else than the playhead changed."""
        self._picture = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        scene = self._scene()
        if self._picture is None:
            ratio = self.devicePixelRatioF()
            self._picture = QPixmap(self.size() * ratio)
            self._picture.setDevicePixelRatio(ratio)
            painter = QPainter(self._picture)
            drawing.still(painter, scene)
            painter.end()
        painter = QPainter(self)
        ratio = self._picture.devicePixelRatio()
        for rect in event.region():
            source = QRectF(rect.x() * ratio, rect.y() * ratio, rect.width() * ratio, rect.height() * ratio)
            painter.drawPixmap(QRectF(rect), self._picture, source)
        drawing.moving(painter, scene, self._frame)
        if self.hand.pointer is not None and self.hand.drag is None and self.scale.frames:
            frame = self.scale.frame(self.hand.pointer.x() - scene.layout.gutter)
            drawing.pointer(painter, scene, frame, None if self._card.isVisible() else self._scores.at(frame))

    def tell_pointer(self) -> None:
        """What is said of the frame under the pointer: a card over the ruler and the scores."""
        pointer = self.hand.pointer
        over = pointer is not None and pointer.y() < self.layout_now().lanes_top and self.hand.drag is None
        if pointer is None or not self.scale.frames or not (over or isinstance(self.hand.drag, Scrub)):
            self._card.leave()
            return
        frame = self.scale.frame(pointer.x() - self.layout_now().gutter)
        self._card.show_at(pointer.x(), frame, self._scores.at(frame))

    # -- what the states tell

    def _loaded(self) -> None:
        self.hand.let_go()
        self._read()

    def _opened(self) -> None:
        """A clip is open: bring it into sight, if it is not; the zoom stays where the clip can be seen in it."""
        clip = self.state.document.clip_row
        if clip is None or not self.scale.frames:
            return
        wide = self.scale.per_frame * len(clip.range)
        if wide < 0.08 * self.scale.width or self.scale.x(clip.start) < 0 or self.scale.x(clip.stop) > self.scale.width:
            self.scale = Scale.fitted(self.scale.frames, self._body(), clip.start, clip.stop, margin=1.5)
        self.redraw()

    def _edited(self, edit: Edit) -> None:
        self.lanes.touched(edit)
        if any(change.table in ("clip", "video") for change in edit.changes):
            self._read_clips()
        self._scroll = max(0, min(self._scroll, self.layout_now().furthest))
        self.redraw()

    def _remarked(self) -> None:
        self._marks = marks_of(self.state.remarks.threads(whole_video=True))
        self.redraw()

    def _selected(self) -> None:
        key = self.state.selection.object
        if key is not None and key in self.lanes.keys:
            self._scroll_to(self.lanes.keys.index(key))
        self.redraw()

    def _scroll_to(self, index: int) -> None:
        top, bottom = index * LANE, (index + 1) * LANE
        height = self.layout_now().lanes_height
        if top < self._scroll:
            self._scroll = top
        elif height and bottom > self._scroll + height:
            self._scroll = bottom - height

    def _scored(self, a: int, b: int) -> None:
        self._scores.update(a, b)
        self.redraw()
        if self._card.isVisible():
            self.tell_pointer()

    def _compared(self) -> None:
        self._scores.compare(self._look)
        self.redraw()

    def _heat_changed(self) -> None:
        drawn = (self.state.heat.threshold, self.state.heat.colormap, self.state.heat.top)
        if drawn != self._drawn_heat:
            self._drawn_heat = drawn
            self.redraw()

    def _film_changed(self, *_: object) -> None:
        if self.layout_now().film:
            self.redraw()

    def _themed(self) -> None:
        self._look = Look(self.state.theme.tokens)
        self._compared()

    def _frame_shown(self, frame: int) -> None:
        if not isinstance(self.hand.drag, (Pan, OverviewPan)):
            followed = self.scale.showing(frame)
            if followed != self.scale:
                self.scale = followed
                self.redraw()
        scene = self._scene()
        self.update(drawing.playhead_rect(scene, self._frame))
        self._frame = frame
        self.update(drawing.playhead_rect(scene, frame))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.scale = self.scale.resized(self._body())
        self._scroll = max(0, min(self._scroll, self.layout_now().furthest))
        self.redraw()

    # -- looking around

    def fit(self) -> None:
        """Show the whole video."""
        self.scale = Scale.fitted(self.scale.frames, self._body())
        self.redraw()

    def fit_range(self) -> None:
        """Show the range, with some room on both sides."""
        if self.state.playback.range is not None:
            self.scale = Scale.fitted(self.scale.frames, self._body(), *self.state.playback.range, margin=0.2)
            self.redraw()

    def zoom(self, factor: float, x: float | None = None) -> None:
        """Closer (factor > 1), at x from the left edge of the drawing, by default at the playhead."""
        if x is None:
            x = min(max(0.0, self.scale.x(self._frame + 0.5)), self.scale.width)
        self.scale = self.scale.zoomed(factor, x)
        self.redraw()

    def pan(self, dx: float, dy: float = 0.0) -> None:
        """What is drawn moves by so many pixels."""
        self.scale = self.scale.panned(dx)
        self._scroll = max(0, min(self.layout_now().furthest, int(self._scroll - dy)))
        self.redraw()

    def centre_on_overview(self, x: float) -> None:
        """x: in the overview, from its left edge."""
        centre = x / self._body() * self.scale.frames
        self.scale = self.scale.panned(self.scale.x((self.scale.left + self.scale.right) / 2) - self.scale.x(centre))
        self.redraw()

    def snapped(self, x: float, free: bool) -> int:
        """The edge between two frames at x: of what lies near, else the nearest. free: the nearest."""
        if free:
            return self.scale.edge(x)
        clips = self._clips.in_sight(self.scale)
        return snapped(self.scale, self.layout_now(), self.lanes, clips, self._frame, x)[0]

    # -- mouse

    def hit(self, position: QPointF) -> Hit:
        """What lies at a place of the widget."""
        if not self.scale.frames:
            return Hit()
        mark = mark_at(self._marks, self.scale, position.x() - self.layout_now().gutter, position.y())
        if mark is not None:
            return Hit("comment", frame=mark.frame, comment=mark.key)
        return hit(
            self.layout_now(),
            self.scale,
            self.lanes,
            self._clips.in_sight(self.scale),
            self._frame,
            self.state.playback.range,
            self.state.selection.segment,
            position.x(),
            position.y(),
            self.state.heat.threshold,
            self.state.workspace.clip,
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.scale.frames:
            self.hand.press(event)
            self.tell_pointer()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.hand.move(event)
        self.tell_pointer()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.hand.release()
        self.tell_pointer()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.hand.double_click(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.hand.leave()
        self._card.leave()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.hand.wheel(event)
        event.accept()

    def event(self, event: QEvent) -> bool:
        override = event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape
        if override and self.hand.drag is not None:
            event.accept()  # while something is dragged Esc is ours, not the window's
            return True
        if event.type() == QEvent.Type.ToolTip:
            text = tip_for(self, self.lanes, self.hit(QPointF(event.pos())))
            if text:
                QToolTip.showText(event.globalPos(), text, self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    # -- keys and menu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.hand.cancel():
            return
        if not keys.pressed(self, event):
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        found = self.hit(QPointF(event.pos()))
        if found.object is not None:
            self.state.selection.select(found.object, found.segment)
        x = event.pos().x() - self.layout_now().gutter
        menu = menu_for(self, self, found, self.scale.frame(x) if self.scale.frames else 0)
        by_mouse = event.reason() == event.Reason.Mouse
        menu.popup(event.globalPos() if by_mouse else self._menu_place())

    def _menu_place(self) -> QPoint:
        """Where the menu opens that was asked for with the keyboard."""
        return self.mapToGlobal(QPoint(self.width() // 2, self.layout_now().lanes_top))
