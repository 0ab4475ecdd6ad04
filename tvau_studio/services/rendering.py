"""Rendered training pairs from a seed: small functions that worker processes can be handed.

Each gives pictures uint8 [2, H, W, 3] and classes uint8 [H, W] (0 normal or nothing, 1 + the index of the event).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tvau_studio.domain.errors import StudioError

Pair = tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]


def require_renderer() -> None:
    """Raises StudioError where numba, of the extra [train], is not installed."""
    from importlib.util import find_spec

    if find_spec("numba") is None:
        raise StudioError("Rendering needs numba, which is not installed; run `pip install 'tvau-studio[train]'`.")


def crop_pair(seed: int) -> Pair:
    """A crop of 112x112 pixels around one object."""
    from tvau_studio.synth.crops import render_pair

    pictures, _, classes = render_pair(seed)
    return pictures, classes


def frame_pair(seed: int) -> Pair:
    """A whole picture of 224x392 pixels, one of four with an event."""
    from tvau_studio.synth.crops import render_full_pair

    pictures, _, classes = render_full_pair(seed)
    return pictures, classes


def quiet_pair(seed: int) -> Pair:
    """A whole picture in which nothing unusual happens."""
    from tvau_studio.synth.crops import render_full_pair

    pictures, _, classes = render_full_pair(seed, normal=1.0)
    return pictures, classes
