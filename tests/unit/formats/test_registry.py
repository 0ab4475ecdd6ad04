"""What holds for every format, the moment that its file exists."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from tests.unit.formats.generated import documents, parts_of
from tvau_studio.domain.document import Document
from tvau_studio.domain.errors import StudioError, UsageError
from tvau_studio.formats import formats, get
from tvau_studio.formats.base import Malformed, ReadOptions, WriteOptions
from tvau_studio.formats.losses import FEATURES, count, sentences

NAMES = sorted(formats())


def test_formats_are_found() -> None:
    assert "jsonl" in NAMES
    with pytest.raises(UsageError, match="jsonl"):
        get("docx")


@pytest.mark.parametrize("name", NAMES)
def test_a_format_says_what_it_is(name: str) -> None:
    format = get(name)
    assert format.name == name
    assert format.title
    assert format.is_folder == (format.suffixes == ())
    assert all(s.startswith(".") for s in format.suffixes)
    assert format.holds <= set(FEATURES)
    assert format.read or format.write


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "data", [b"\0\1\2\3" * 9, b"\xff\xfe{\0}\0", b"[" * 100_000, b'{"a": ', b"\x80\x81", b"<html/>", b'"text"']
)
def test_rubbish_is_refused_in_one_sentence(name: str, data: bytes, tmp_path: Path) -> None:
    format = get(name)
    if format.read is None:
        return
    path = tmp_path / f"rubbish{''.join(format.suffixes[:1])}"
    path.write_bytes(data)
    with pytest.raises(Malformed) as refusal:
        format.read(path, ReadOptions())
    assert str(path) in str(refusal.value)
    assert "\n" not in str(refusal.value)
    with pytest.raises(StudioError):
        format.read(tmp_path / "missing", ReadOptions())


@pytest.mark.parametrize("name", NAMES)
def test_everything_can_be_written_or_is_named(name: str) -> None:
    format = get(name)

    @settings(max_examples=5)
    @given(document=documents())
    def check(document: Document) -> None:
        options = WriteOptions(drafts=True)
        parts = parts_of(document, Path("/p"), Path("/p"))
        groups = {"project": [parts], "video": [[p] for p in parts]}.get(format.unit)
        groups = groups or [[replace(p, clips=[c])] for p in parts for c in p.clips]
        assert format.write is not None
        first = [b"".join(format.write(group, options)) for group in groups]
        assert first == [b"".join(format.write(group, options)) for group in groups]
        assert all(format.name in line for p in parts for line in sentences(count(p, format, options), format))

    if format.write is not None:
        check()
