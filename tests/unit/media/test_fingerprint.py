from __future__ import annotations

from pathlib import Path

import pytest

from tvau_studio.domain.errors import StudioError
from tvau_studio.media import fingerprint as module
from tvau_studio.media.fingerprint import fingerprint


def test_the_content_alone_counts(tmp_path: Path) -> None:
    a, b, c = (tmp_path / name for name in ("a.mp4", "b.avi", "c.mp4"))
    a.write_bytes(b"video" * 100)
    b.write_bytes(b"video" * 100)
    c.write_bytes(b"video" * 99 + b"Video")
    assert fingerprint(a) == fingerprint(b) != fingerprint(c)
    assert len(fingerprint(a)) == 32


def test_large_files_are_sampled_over_their_whole_length(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WHOLE", 1000)
    monkeypatch.setattr(module, "PIECE", 10)
    path = tmp_path / "a"
    seen = set()
    for place in (None, 0, 9, 5000 * 16 // 31 + 3, 9999):
        data = bytearray(10_000)
        if place is not None:
            data[place] = 1
        path.write_bytes(data)
        seen.add(fingerprint(path))
    path.write_bytes(bytes(10_001))
    seen.add(fingerprint(path))
    assert len(seen) >= 5


def test_what_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="cannot be read: No such file"):
        fingerprint(tmp_path / "missing")
