"""Pictures with what lies over them, at the size of the file: for a copy, a file, a film. Safe from any thread."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

from tvau_studio.domain import colormaps
from tvau_studio.domain.document import Document
from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.frames import FrameRange
from tvau_studio.gui.player.layers.boxes import BoxLayer, Seen, seen_in
from tvau_studio.gui.player.places import clock_text
from tvau_studio.gui.player.view import View
from tvau_studio.gui.theme import mono_font
from tvau_studio.services.overlays import Style, overlay

if TYPE_CHECKING:
    from tvau_studio.gui.state.sight import Sight
    from tvau_studio.media.video import Video

Picture = npt.NDArray[np.uint8]

_GROUND, _INK = QColor(12, 14, 18, 190), QColor("#f2f4f8")


@dataclass(frozen=True)
class Layers:
    """What is burnt in.

    style: of the heat; None = none. boxes: with their chips. legend: the colours, and the heat that has the last one.
    number: frame and time. title: what the heat is of.
    """

    style: Style | None = None
    boxes: bool = True
    legend: bool = False
    number: bool = False
    title: str = ""


@dataclass(frozen=True)
class Labels:
    """The objects as they were when the work began. video: its key in the document."""

    document: Document
    video: str
    language: str
    sight: Sight | None = None

    def at(self, frame: int) -> list[Seen]:
        return seen_in(self.document, self.video, frame, self.language, self.sight)


def labels_of(document: Document, video: str, language: str, sight: Sight | None) -> Labels:
    """A copy of the document's objects, which nobody changes."""
    tables = ("video", "object", "keyframe", "segment")
    return Labels(Document(row for table in tables for row in document.rows(table)), video, language, sight)


def drawn(
    picture: Picture, values: npt.NDArray[np.float32] | None, layers: Layers, seen: list[Seen], words: str = ""
) -> QImage:
    """The picture uint8 [H, W, 3] with its layers, an RGB32 image of its size. values: heat float [h, w], or None where
    it is not known. words: frame and time."""
    height, width = picture.shape[:2]
    if layers.style is not None and values is not None:
        picture = overlay(picture, values, layers.style)
    picture = np.ascontiguousarray(picture)
    image = QImage(picture.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    unit = max(11, round(height / 40))
    painter = QPainter(image)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if layers.boxes and seen:
            font = QFont()
            font.setPixelSize(unit)
            font.setWeight(QFont.Weight.DemiBold)
            BoxLayer(font).paint(painter, View(width, height, 1.0, width, height), seen, ())
        if layers.number and words:
            _chip(painter, words, QPointF(unit / 2, height - unit / 2), unit)
        if layers.legend and layers.style is not None:
            _legend(painter, layers, values is not None, width, height, unit)
    finally:
        painter.end()  # an image that goes while it is painted on takes the program with it
    return image


def _chip(painter: QPainter, words: str, corner: QPointF, unit: int, right: bool = False) -> QRectF:
    """Words on dark ground; corner: the lower left one, or the lower right."""
    font = mono_font(unit)
    painter.setFont(font)
    width, height = QFontMetricsF(font).horizontalAdvance(words) + unit, unit * 1.6
    place = QRectF(corner.x() - (width if right else 0), corner.y() - height, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_GROUND)
    painter.drawRoundedRect(place, 3, 3)
    painter.setPen(_INK)
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)
    return place


def _legend(painter: QPainter, layers: Layers, known: bool, width: int, height: int, unit: int) -> None:
    assert layers.style is not None
    top = f"{1 / layers.style.factor:.2f}" if known else "?"
    name = f"{layers.title}  " if layers.title else ""
    place = _chip(painter, f"{name}0{' ' * 14}{top}", QPointF(width - unit / 2, height - unit / 2), unit, right=True)
    letter = QFontMetricsF(mono_font(unit)).horizontalAdvance("0")
    right = place.right() - unit / 2 - letter * (len(top) + 1)
    bar = QRectF(right - 12 * letter, place.center().y() - unit * 0.3, 12 * letter, unit * 0.6)
    table = np.ascontiguousarray(colormaps.table(layers.style.colours)[None])
    painter.drawImage(bar, QImage(table.data, 256, 1, 768, QImage.Format.Format_RGB888))


def as_picture(image: QImage) -> Picture:
    """An RGB32 image as uint8 [H, W, 3]."""
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return np.ascontiguousarray(rows[:, : image.width(), 2::-1])


def write(
    path: Path,
    video: Video,
    frames: FrameRange,
    heat: Mapping[int, npt.NDArray[np.float32]],
    layers: Layers,
    labels: Labels | None,
    check: Callable[[], None],
    progress: Callable[[int, int], None],
) -> None:
    """Write frames of the video with their layers: an MP4, or where `path` has no ending a folder of PNGs.

    heat: pair -> map; a frame without one stays bare. check(): raises where it is to stop, and then nothing is left.
    Raises StudioError where the place cannot be written.
    """

    def pictures() -> Iterator[tuple[int, Picture]]:
        with video.clone() as reading:
            for n, frame in enumerate(frames):
                check()
                seen = labels.at(frame) if labels is not None and layers.boxes else []
                words = f"{frame}  {clock_text(float(video.times[frame]))}"
                yield frame, as_picture(drawn(reading[frame], heat.get(frame // 2), layers, seen, words))
                progress(n + 1, len(frames))

    if path.suffix:
        from tvau_studio.media.encoder import write_video

        write_video(path, ((float(video.clock[frame]), picture) for frame, picture in pictures()))
    else:
        _write_folder(path, pictures())


def _write_folder(path: Path, pictures: Iterator[tuple[int, Picture]]) -> None:
    from tvau_studio.media.imageops import write_png

    if path.exists():
        raise StudioError("{path} is there already; choose a new folder.", path=path)
    try:
        made = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
    except OSError as error:
        raise StudioError("{path} cannot be written: {why}.", path=path, why=error.strerror) from None
    try:
        for frame, picture in pictures:
            write_png(made / f"{frame:06d}.png", picture)
        made.chmod(0o755)
        made.rename(path)
    finally:
        shutil.rmtree(made, ignore_errors=True)
