"""Files that appear whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from tvau_studio.domain.errors import StudioError


@contextlib.contextmanager
def whole_file(path: str | Path) -> Iterator[BinaryIO]:
    """A file to write to, beside `path` and moved in its place at the end; nothing is left behind where that fails.

    Raises StudioError where it cannot be written. A link is kept, and what it leads to is replaced.
    """
    path = Path(path)
    target = path.resolve() if path.is_symlink() else path
    if target.is_dir():
        raise StudioError("{path} is a folder; give the name of a file.", path=path)
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{target.stem[:40]}-", suffix=".part", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).chmod(0o644)
            Path(temporary).replace(target)
        finally:
            Path(temporary).unlink(missing_ok=True)
    except OSError as error:
        why = (error.strerror or str(error)).rstrip(".")
        raise StudioError("{path} cannot be written: {why}; choose another place.", path=path, why=why) from error
