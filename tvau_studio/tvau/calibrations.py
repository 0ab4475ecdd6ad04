"""``calibration.json`` of a checkpoint folder: how its yes and no are read. Beside the weights and apart from them: it
moves no heat, and what was fitted to other weights counts for nothing.
"""

from __future__ import annotations

import json
import logging
import math
from pathlib import Path

from tvau_studio.domain.calibration import Calibration
from tvau_studio.domain.errors import StudioError

FILE = "calibration.json"

_log = logging.getLogger(__name__)


def read(where: Path | str, model: str) -> Calibration:
    """The calibration of the model with that id, one that changes nothing where there is none."""
    if isinstance(where, str) or not (where / FILE).is_file():
        return Calibration()
    try:
        data = json.loads((where / FILE).read_text(encoding="utf-8"))
        found = Calibration(float(data["scale"]), float(data["bias"]), int(data["clips"]))
        fits = data["model"] == model and math.isfinite(found.scale) and math.isfinite(found.bias) and found.scale >= 0
    except (OSError, ValueError, KeyError, TypeError) as error:
        _log.info("%s is not used: %s", where / FILE, error)
        return Calibration()
    if not fits:
        _log.info("%s was made for other weights and is not used", where / FILE)
    return found if fits else Calibration()


def write(folder: Path, model: str, found: Calibration) -> None:
    """Keep a calibration in a checkpoint folder. Raises StudioError where it cannot be written."""
    text = json.dumps({"model": model, "scale": found.scale, "bias": found.bias, "clips": found.clips}, indent=2) + "\n"
    try:
        (folder / FILE).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise StudioError(
            "{path} cannot be written ({why}); copy the model to a folder of your own.",
            path=folder / FILE,
            why=error.strerror or error,
        ) from None
