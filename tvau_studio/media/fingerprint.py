"""What a video file is known by when it moves: its size and bytes sampled over its whole length."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tvau_studio.domain.errors import StudioError

WHOLE = 8 << 20
"""Files up to this size, in bytes, are read whole."""
PIECE = 256 << 10
PIECES = 32


def fingerprint(path: str | Path) -> str:
    """32 hexadecimal digits that depend on the content alone: SHA-256 over the size and the whole file, or, of a file
    beyond `WHOLE` bytes, over `PIECES` evenly spread pieces, the first and the last bytes among them.

    Raises StudioError where the file cannot be read.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
        digest = hashlib.sha256(f"tvau-studio video {size}\n".encode())
        with path.open("rb") as file:
            if size <= WHOLE:
                digest.update(file.read())
            else:
                for i in range(PIECES):
                    file.seek((size - PIECE) * i // (PIECES - 1))
                    digest.update(file.read(PIECE))
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise StudioError("{path} cannot be read: {why}; choose another file.", path=path, why=why) from None
    return digest.hexdigest()[:32]
