"""Files of text as a person or another tool may have left them: UTF-8, with or without a byte order mark, LF or
CRLF.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tvau_studio.domain.errors import StudioError
from tvau_studio.formats.base import Malformed

_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def read_bytes(path: Path) -> bytes:
    """Raises StudioError where there is no such file or it cannot be read."""
    try:
        return path.read_bytes()
    except IsADirectoryError:
        raise Malformed(path, "", "this is a folder; give the file in it") from None
    except FileNotFoundError:
        raise StudioError("There is no file {path}.", path=path) from None
    except OSError as error:
        raise StudioError("{path} cannot be read: {why}.", path=path, why=error.strerror or error) from error


def decode(path: Path, data: bytes) -> str:
    """The text of a file, without byte order mark. Raises Malformed where it is not UTF-8, with the line."""
    if data[:2] in _UTF16 or (len(data) >= 4 and 0 in data[:4]):
        raise Malformed(path, "line 1", "this is UTF-16 or binary, not UTF-8 text; save it as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        why = f"byte 0x{data[error.start]:02X} is not UTF-8; save the file as UTF-8"
        raise Malformed(path, f"line {line}", why) from None
    if (nul := text.find("\0")) >= 0:
        raise Malformed(path, f"line {text.count(chr(10), 0, nul) + 1}", "a NUL byte: this is no text file")
    return text


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """(number from 1, line) of those that are not blank; only LF and CRLF end a line."""
    for number, line in enumerate(decode(path, read_bytes(path)).split("\n"), start=1):
        if line.strip():
            yield number, line.removesuffix("\r")


def real(field: str) -> float:
    """A number as files write it: ASCII, and nothing that Python alone reads. Raises ValueError; it may be infinite."""
    if not field.isascii() or "_" in field:
        raise ValueError(field)
    return float(field)


def whole(field: str) -> int:
    """A whole number as files write it, see `real`. Raises ValueError."""
    if not field.isascii() or "_" in field:
        raise ValueError(field)
    return int(field)


class BadJson(ValueError):  # noqa: N818 - a value on its way to Malformed
    """Text that is no JSON that may be taken; the message says why. line: of the text, from 1; None where unknown."""

    def __init__(self, why: str, line: int | None = None) -> None:
        super().__init__(why)
        self.line = line


def json_file(path: Path) -> Any:
    """A whole file of JSON, as strictly as `load_json`. Raises Malformed, with the line where it is known."""
    content = decode(path, read_bytes(path))
    if not content.strip():
        raise Malformed(path, "line 1", "the file is empty")
    try:
        return load_json(content)
    except BadJson as error:
        line = error.line
        if line is None and (odd := re.search(r"[:\[,]\s*-?(NaN|Infinity)\b", content)):
            line = content.count("\n", 0, odd.end()) + 1
        raise Malformed(path, f"line {line}" if line else "", str(error)) from None


def load_json(text: str) -> Any:
    """JSON, strictly: no NaN and no infinity, no number too large, no key twice, no half character. Raises BadJson."""
    try:
        value = json.loads(text, parse_constant=_constant, parse_float=_float, object_pairs_hook=_object)
    except RecursionError:
        raise BadJson("it is nested too deeply", 1) from None
    except json.JSONDecodeError as error:
        at_end = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated")
        why = "the JSON is not closed" if at_end else f"no JSON: {error.msg}, column {error.colno}"
        raise BadJson(why, error.lineno) from None
    except BadJson:
        raise
    except ValueError:  # an integer of more digits than Python reads
        raise BadJson("a number is too large") from None
    if "\\u" in text:
        _check_text(value)
    return value


def _constant(name: str) -> float:
    raise BadJson(f"{name} is not JSON")


def _float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise BadJson(f"the number {text} is too large")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BadJson(f"the key {twice!r} stands twice")
    return found


def _check_text(value: Any) -> None:
    """Escapes can spell what no text file can hold."""
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= c <= "\udfff" for c in value):
            raise BadJson(f"the text {value[:40]!r} holds a NUL or half a character")
    elif isinstance(value, dict):
        for name, item in value.items():
            _check_text(name)
            _check_text(item)
    elif isinstance(value, list):
        for item in value:
            _check_text(item)


def csv_rows(path: Path, *, comment: str = "") -> Iterator[tuple[int, list[str]]]:
    """(number of its first line from 1, fields) of each row that is not blank; those that begin with `comment` are left
    out. Raises Malformed where a quote is not closed.
    """
    content = decode(path, read_bytes(path))
    # A quoted field may hold a line break: the reader counts lines, and LF alone ends one.
    reader = csv.reader((line + "\n" for line in content.split("\n")), strict=True)
    start = 1
    try:
        for row in reader:
            if row and any(field.strip() for field in row) and not (comment and row[0].startswith(comment)):
                yield start, [field.rstrip("\r") for field in row]
            start = reader.line_num + 1
    except csv.Error as error:
        why = "a quote is not closed" if "unexpected end" in str(error) else str(error)
        raise Malformed(path, f"line {start}", why) from None


def csv_line(fields: Iterable[str]) -> bytes:
    """One row, LF at its end, quotes where they are needed."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow(fields)
    return buffer.getvalue().encode("utf-8")
