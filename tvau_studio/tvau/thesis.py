"""The first author's thesis checkpoints: AHD and prompt learner in one torch file, without the base model.

Keys: AHD ``fuse_weights``, ``mlps.{i}.model.{0,2}.*`` under ``model.anomaly_maps_decoder.`` (also
``model.language_model.`` before it, or bare); RAE ``base_prompt``, ``backbone.*``, ... under ``model.prompt_learner.``
or in an entry ``prompt_learner``. They were trained with the authors' own prompts, which are not published with a
licence: whoever loads them brings these as a prompt file.
"""

from __future__ import annotations

import dataclasses
import pickle
import warnings
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from tvau_studio.domain.errors import StudioError
from tvau_studio.tvau import checkpoints
from tvau_studio.tvau.configuration import AHDConfig, TVAUConfig, thesis_config
from tvau_studio.tvau.modeling_tvau import TVAU

_BASES = {3584: "Qwen/Qwen2.5-VL-7B-Instruct", 2048: "Qwen/Qwen2.5-VL-3B-Instruct"}
"""Text width -> the base that such weights were made for."""

_TAPS = {5: (0, 7, 15, 23, 31), 4: (0, 7, 15, 31)}


def read(path: Path) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """(AHD, RAE) tensors under our names; an absent part is empty. Never runs code out of the file.

    Raises StudioError where the file is no torch file, holds objects other than tensors, or neither part.
    """
    if path.suffix == ".safetensors":
        raw: Any = checkpoints.read_tensors(path)
    else:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # torch's remarks on foreign pickles; what matters is raised
                raw = torch.load(path, map_location="cpu", weights_only=True)
        except (pickle.UnpicklingError, RuntimeError, EOFError, OSError, ValueError, KeyError, AttributeError):
            raise StudioError(
                "{path} is no file of plain tensors (it is damaged or holds code, which is never run); give a "
                "checkpoint folder, a .safetensors file, or a torch file of tensors.",
                path=path,
            ) from None
    tensors = dict(_flatten(raw))
    ahd = _under(tensors, "anomaly_maps_decoder.") or {
        k: v for k, v in tensors.items() if k.startswith(("fuse_", "mlps."))
    }
    rae = _under(tensors, "prompt_learner.") or {
        k: v for k, v in tensors.items() if k.startswith(("base_prompt", "backbone."))
    }
    if not ahd and not rae:
        raise StudioError(
            "{path} holds neither an anomaly heatmap decoder nor a prompt learner; give a T-VAU checkpoint.", path=path
        )
    return ahd, rae


def _flatten(raw: Any, prefix: str = "") -> list[tuple[str, Tensor]]:
    """Tensors of nested dictionaries; a ``state_dict`` level is transparent, as is the trainer's other state."""
    out: list[tuple[str, Tensor]] = []
    for key, value in raw.items() if isinstance(raw, dict) else ():
        if isinstance(value, Tensor):
            out.append((f"{prefix}{key}", value))
        elif isinstance(value, dict) and key not in ("optimizer", "scaler", "lr_scheduler"):
            out += _flatten(value, prefix if key in ("state_dict", "model_state_dict") else f"{prefix}{key}.")
    return out


def _under(tensors: dict[str, Tensor], part: str) -> dict[str, Tensor]:
    return {key.split(part, 1)[1]: value for key, value in tensors.items() if part in key}


def thesis_model_config(path: Path, ahd: dict[str, Tensor], rae: dict[str, Tensor]) -> TVAUConfig:
    """The configuration that such tensors imply. Raises StudioError for an unknown number of taps."""
    taps = len(ahd["fuse_weights"]) if "fuse_weights" in ahd else 0
    if ahd and taps not in _TAPS:
        raise StudioError("{path} holds an AHD with {taps} taps; 4 or 5 are known.", path=path, taps=taps)
    config = thesis_config(name=path.stem, base=_BASES.get(_text_width(ahd, rae), ""))
    hidden = len(ahd["mlps.0.model.0.bias"]) if "mlps.0.model.0.bias" in ahd else 1024
    return dataclasses.replace(
        config,
        ahd=AHDConfig(taps=_TAPS[taps], hidden=hidden, normalisation="compat") if ahd else None,
        rae=config.rae if rae and ahd else None,
    )


def load_thesis(path: Path, base: Path | str | None = None) -> TVAU:
    """The thesis's parts on their base (by default the hub's, by width). Raises StudioError where parts and base do not
    fit.
    """
    ahd, rae = read(path)
    config = thesis_model_config(path, ahd, rae)
    if config.ahd is None:
        raise StudioError("{path} holds a prompt learner alone; it needs the AHD that it was trained with.", path=path)
    source = base or config.base
    if not source:
        raise StudioError(
            "{path} has a text width of {width}, which fits no known base; put its parts into a folder with a base.",
            path=path,
            width=_text_width(ahd, rae),
        )
    model_base, tokenizer = checkpoints.load_base(source)
    checkpoints.ensure_tokens(tokenizer, model_base, str(source))
    model = TVAU(config, model_base, tokenizer)
    for part, tensors in ((model.ahd, ahd), (model.rae, rae)):
        if part is not None:
            checkpoints.fill(part, tensors, path)
    return model


def describe_thesis(path: Path) -> dict[str, Any]:
    """As `checkpoints.describe`."""
    ahd, rae = read(path)
    config = thesis_model_config(path, ahd, rae)
    return {
        "name": config.name,
        "path": str(path),
        "kind": "thesis",
        "heatmap": bool(ahd),
        "chat": True,
        "preset": config.preset,
        "taps": list(config.ahd.taps) if config.ahd else [],
        "parameters": sum(t.numel() for t in (*ahd.values(), *rae.values())),
        "base": config.base,
        "size_mb": round(path.stat().st_size / 1e6, 2),
    }


def _text_width(ahd: dict[str, Tensor], rae: dict[str, Tensor]) -> int:
    for tensors, key in ((ahd, "mlps.0.model.2.bias"), (rae, "region_fc.bias")):
        if key in tensors:
            return len(tensors[key])
    return 0
