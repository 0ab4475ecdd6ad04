"""A report as PDF, by fpdf2: fonts inside, the curve as lines; the same report gives the same bytes."""

from __future__ import annotations

import datetime
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.paths import resource
from tvau_studio.services.report_content import WORDS, Curve, Item, Report, clock
from tvau_studio.services.report_html import by, rows

_INK, _SOFT, _LINE, _HOT, _SHADE, _BLUE = (
    (28, 36, 48),
    (91, 102, 117),
    (217, 222, 229),
    (194, 65, 12),
    (252, 238, 230),
    (0, 114, 178),
)
_CARD = (246, 248, 250)
_EPOCH = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
"""The date inside the file's own facts: when the report was made stands on its first page."""

_FONTS = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJKsc-Regular.otf",
    "NotoSansSC-Regular.otf",
    "NotoSansSC-Regular.ttf",
    "SourceHanSansSC-Regular.otf",
    "SourceHanSansCN-Regular.otf",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "DroidSansFallbackFull.ttf",
    "DroidSansFallback.ttf",
    "Hiragino Sans GB.ttc",
    "STHeiti Light.ttc",
    "msyh.ttc",
    "simhei.ttf",
    "Arial Unicode.ttf",
)
"""Fonts that can write Chinese, the best first."""


def pdf(report: Report) -> bytes:
    """The whole file. Raises StudioError where it holds Chinese and this machine has no font for it."""
    from fpdf import FPDF
    from fpdf.enums import XPos, YPos

    words = WORDS[report.language]
    page = FPDF(format="A4")
    page.set_creation_date(_EPOCH)
    page.set_title(report.title)
    page.set_auto_page_break(True, 18)
    page.set_margin(16)
    page.c_margin = 0
    page.add_font("text", "", resource("fonts/Inter-Regular.otf"))
    page.add_font("text", "B", resource("fonts/Inter-SemiBold.otf"))
    if any(map(_is_chinese, _texts(report, words))):
        path, face = chinese_font()
        page.add_font("chinese", "", path, collection_font_number=face)
        page.set_fallback_fonts(["chinese"], exact_match=False)
    page.add_page()
    next_line: dict[str, Any] = {"new_x": XPos.LMARGIN, "new_y": YPos.NEXT}

    def write(text: str, size: float, colour: tuple[int, int, int], style: str = "", **more: Any) -> None:
        _font(page, size, style)
        page.set_text_color(*colour)
        page.multi_cell(0, size * 0.53, plain(text), align="L", **next_line, **more)

    def table(facts: list[tuple[str, str]]) -> None:
        _font(page, 9)
        first = max((page.get_string_width(plain(k)) for k, _ in facts), default=0) + 5
        for key, value in facts:
            page.set_text_color(*_SOFT)
            page.cell(first, 5, plain(key))
            page.set_text_color(*_INK)
            _font(page, 9)
            page.multi_cell(0, 5, plain(value), align="L", **next_line)

    write(report.title, 20, _INK, "B")
    write(f"{words['made']}: {report.made}", 9, _SOFT)
    page.ln(3)
    table(list(report.facts))
    if not report.items:
        page.ln(6)
        write(words["no events"], 11, _SOFT)
    for number, item in enumerate(report.items, start=1):
        if page.will_page_break(_height(item, page.epw)):
            page.add_page()
        else:
            page.ln(6)
            page.set_draw_color(*_LINE)
            page.line(page.l_margin, page.y, page.w - page.r_margin, page.y)
            page.ln(4)
        score = "" if item.score is None else f"   {item.score:.2f}"
        write(f"{number}   {item.title}{score}", 12.5, _INK, "B")
        page.ln(1.5)
        _pictures(page, item, words)
        if item.note:
            write(item.note, 9, _HOT)
            page.ln(1)
        if item.curve is not None:
            _curve(page, item.curve, item)
        table(rows(item, words))
        for said in item.said:
            page.ln(2)
            page.set_fill_color(*_CARD)
            page.c_margin = 2.5
            write(said.question, 9, _SOFT, fill=True, padding=(1.5, 0, 0, 0))
            write(said.answer, 10, _INK, fill=True)
            write(by(said.by, said.frames, words), 8, _SOFT, fill=True, padding=(0, 0, 1.5, 0))
            page.c_margin = 0
    return bytes(page.output())


def _font(page: Any, size: float, style: str = "") -> None:
    """Set the font, also where fpdf2 takes it for set: it forgets that a character of the other font changed it."""
    page.set_font("text", style, size + 1)
    page.set_font("text", style, size)


def plain(text: str) -> str:
    """A text without what a page cannot show: control characters but the line break."""
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text.replace("\t", " "))


def _height(item: Item, width: float) -> float:
    """About how high the head of an item is, mm: what should not be torn from its pictures."""
    height = 24.0
    if item.pictures:
        h, w = item.pictures[0].size
        height += (width - 4) / 2 * h / w + 8
    return height + (34 if item.curve is not None else 0)


def _pictures(page: Any, item: Item, words: dict[str, str]) -> None:
    """Two side by side."""
    width = (page.epw - 4) / 2
    for at in range(0, len(item.pictures), 2):
        top, lowest = page.y, page.y
        for column, picture in enumerate(item.pictures[at : at + 2]):
            h, w = picture.size
            left = page.l_margin + column * (width + 4)
            page.image(io.BytesIO(picture.jpeg), left, top, width)
            page.set_xy(left, top + width * h / w + 0.5)
            _font(page, 8)
            page.set_text_color(*_SOFT)
            caption = words["heat" if picture.heat else "plain"].format(frame=picture.frame)
            page.cell(width, 4.5, plain(f"{caption} · {clock(picture.seconds)}"))
            lowest = max(lowest, top + width * h / w + 5.5)
        page.set_xy(page.l_margin, lowest + 1)


def _curve(page: Any, curve: Curve, item: Item) -> None:
    left, top, width, height = page.l_margin + 8, page.y + 1, page.epw - 8, 24.0
    low, high = curve.frames[0], max(curve.frames[-1], curve.frames[0] + 1)

    def x(frame: float) -> float:
        return float(left + (min(max(frame, low), high) - low) / (high - low) * width)

    def y(score: float) -> float:
        return float(top + height - min(max(score, 0), 1) * height)

    a, b = (x(f) for f in item.frames)
    page.set_fill_color(*_SHADE)
    page.rect(a, top, max(b - a, 0.3), height, style="F")
    page.set_line_width(0.2)
    page.set_draw_color(*_LINE)
    page.line(left, top + height, left + width, top + height)
    page.set_draw_color(*_SOFT)
    page.set_dash_pattern(dash=1, gap=1)
    page.line(left, y(curve.threshold), left + width, y(curve.threshold))
    page.set_dash_pattern()
    page.set_draw_color(*_BLUE)
    page.set_line_width(0.4)
    page.polyline([(x(f), y(s)) for f, s in zip(curve.frames, curve.scores, strict=True)])
    if item.peak is not None and item.score is not None:
        page.set_fill_color(*_HOT)
        page.circle(x(item.peak), y(item.score), 0.9, style="F")
    page.set_line_width(0.2)
    _font(page, 7)
    page.set_text_color(*_SOFT)
    for value in (0.0, curve.threshold, 1.0):
        page.set_xy(page.l_margin, y(value) - 2)
        page.cell(7, 4, f"{value:g}", align="R")
    page.set_xy(left, top + height + 0.3)
    page.cell(width / 2, 4, str(low))
    page.cell(width / 2, 4, str(high), align="R")
    page.set_xy(page.l_margin, top + height + 6)


# -- fonts


def _is_chinese(text: str) -> bool:
    return any("\u2e80" <= c <= "\u9fff" or "\uf900" <= c <= "\ufaff" or "\uff00" <= c <= "\uffef" for c in text)


def _texts(report: Report, words: dict[str, str]) -> Iterator[str]:
    yield from words.values()
    yield report.title
    for pair in report.facts:
        yield from pair
    for item in report.items:
        yield from (item.title, item.note, *item.events)
        for said in item.said:
            yield from (said.question, said.answer)


def font_folders() -> list[Path]:
    """Where this system keeps fonts."""
    home = Path.home()
    if sys.platform == "win32":
        return [
            Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts",
            home / "AppData/Local/Microsoft/Windows/Fonts",
        ]
    if sys.platform == "darwin":
        return [home / "Library/Fonts", Path("/Library/Fonts"), Path("/System/Library/Fonts")]
    return [home / ".local/share/fonts", home / ".fonts", Path("/usr/local/share/fonts"), Path("/usr/share/fonts")]


def chinese_font() -> tuple[Path, int]:
    """A font of this machine that writes Chinese, and the number of the face in its file. Raises StudioError where
    there is none.
    """
    found: dict[str, Path] = {}
    for folder in font_folders():
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.name in _FONTS:
                found.setdefault(path.name, path)
    for name in _FONTS:
        if name in found:
            return found[name], _simplified(found[name])
    raise StudioError(
        "The report holds Chinese text, and no font for it was found; install one (on Debian and Ubuntu: "
        "apt install fonts-noto-cjk), or write HTML."
    )


def _simplified(path: Path) -> int:
    """Which face of a collection is the one for simplified Chinese."""
    if path.suffix.lower() != ".ttc":
        return 0
    from fontTools.ttLib import TTCollection

    with TTCollection(str(path), lazy=True) as faces:
        names = [str(face["name"].getDebugName(4) or "") for face in faces]
    return next((n for n, name in enumerate(names) if " SC" in name and "Mono" not in name), 0)
