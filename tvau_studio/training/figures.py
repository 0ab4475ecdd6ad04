"""How good maps are while a training goes on."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def map_figures(margins: npt.NDArray[np.float32], wanted: npt.NDArray[np.float32]) -> dict[str, float]:
    """Over patches: ``ap`` and ``auroc`` of the margins where the wanted heat is 1 against all others; {} where one
    side is empty. Both arrays of one shape."""
    from sklearn.metrics import average_precision_score, roc_auc_score

    labels, values = wanted.ravel() >= 1, margins.ravel()
    if not labels.any() or labels.all():
        return {}
    return {
        "ap": float(average_precision_score(labels, values)),
        "auroc": float(roc_auc_score(labels, values)),
    }
