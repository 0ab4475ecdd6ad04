"""Rendered, labelled scenes for training and demonstration."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from tvau_studio.services.rendering import require_renderer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tvau_studio.domain.labels import Split


def synthesise(
    folder: str | Path,
    clips: int,
    seed: int,
    *,
    frames: int = 24,
    size: tuple[int, int] = (224, 392),
    fps: float = 24.0,
    split: Split | None = None,
    workers: int = 0,
    progress: Callable[[int, int], None] = lambda done, total: None,
    cancel: Callable[[], bool] = lambda: False,
) -> Path:
    """Render a labelled data set into `folder` (see `synth.dataset.write_dataset`); returns the path of its labels.

    size: [H, W]. split: of all clips; None: train, val and test, eight to one to one. workers: processes, 0 = one per
    core. Raises UsageError for what cannot be rendered, StudioError where the renderer is not installed or the folder
    cannot be written, Cancelled.
    """
    require_renderer()
    from tvau_studio.synth.dataset import Recipe, write_dataset

    recipe = Recipe(clips=clips, seed=seed, frames=frames, size=size, fps=fps, split=split)
    return write_dataset(Path(folder), recipe, workers or os.cpu_count() or 1, progress, cancel)
