"""What a frozen vision tower says of clips, on disk: one file per clip, there whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from tvau_studio.domain.errors import StudioError
from tvau_studio.tvau.modeling_tvau import TVAU
from tvau_studio.tvau.pairs import Frames
from tvau_studio.tvau.processing_tvau import Patches

_CHUNK = 4
"""Pairs that go through the tower in one call."""


def pair_patches(model: TVAU, video: Frames, ends: Sequence[tuple[int, int]]) -> Iterator[Patches]:
    """The patches of pairs of pictures, a few pairs at a time; each picture is decoded and scaled once, in order."""
    scaled = {n: model.processor.scaled([video[n]])[0] for n in sorted({n for pair in ends for n in pair})}
    for at in range(0, len(ends), _CHUNK):
        some = ends[at : at + _CHUNK]
        first, second = (torch.stack([scaled[pair[side]] for pair in some]) for side in (0, 1))
        yield model.processor.patches(first, second)


def read(path: Path) -> dict[str, Tensor]:
    """Raises StudioError where the file is broken."""
    try:
        found: dict[str, Tensor] = load_file(path)
    except Exception as error:  # safetensors has exceptions of its own for each way of being broken
        raise StudioError("{path} is broken; delete it, it is computed anew.", path=path) from error
    return found


def write(path: Path, tensors: dict[str, Tensor]) -> None:
    """Raises StudioError where there is no room or no right to write."""
    temporary = path.with_suffix(".part")
    try:
        save_file(tensors, temporary)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise StudioError(
            "The features of the training clips cannot be written to {folder} ({why}); make room.",
            folder=path.parent,
            why=error.strerror,
        ) from None
