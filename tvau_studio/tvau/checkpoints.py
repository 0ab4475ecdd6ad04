"""Checkpoints: a folder with the Hugging Face files of the base, ``tvau.json``, ``ahd.safetensors``,
``rae.safetensors``, ``adapter/``.

A plain Qwen2.5-VL (folder or hub id) loads as a model without heat; the first author's thesis files load through
`thesis`. Nothing is
loaded that could run: safetensors, or pickles read with ``weights_only=True``. A checkpoint that does not fit is
refused whole, in one
sentence: a tensor that was never trained must not answer for one that was.
"""

from __future__ import annotations

import dataclasses
import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import PreTrainedTokenizerFast, Qwen2_5_VLForConditionalGeneration
from transformers.utils import logging as transformers_logging

from tvau_studio.domain.errors import StudioError
from tvau_studio.tvau.configuration import TVAUConfig
from tvau_studio.tvau.families.qwen2_5_vl import FAMILY
from tvau_studio.tvau.inventory import ADAPTER, AHD, CONFIG, RAE, base_source, check_kind, locate, read_config
from tvau_studio.tvau.modeling_tvau import TVAU

_UNWRITABLE = "The checkpoint {folder} cannot be written: {why}; choose another folder."

_LARGE = 1_000_000_000
"""Parameters from which a CPU keeps bfloat16 rather than float32, to halve the memory."""


def load(name_or_path: str | Path, device: str = "auto", *, merge_adapter: bool = True) -> TVAU:
    """A model, on its device, in eval mode, prepared for inference.

    name_or_path: a shipped name, a folder, a thesis file (.pt, .pth, .safetensors), or a hub id ("owner/name").
    device: ``auto``, ``cpu``, ``cuda`` or ``mps``. merge_adapter: fold ``adapter/`` into the base; False keeps it apart
    for training. Raises StudioError where the checkpoint is missing, incomplete, has extra or wrongly shaped tensors or
    numbers that are not finite, where its text vectors do not match, or where the device is not there.
    """
    target = pick_device(device)
    where = locate(name_or_path)
    if isinstance(where, Path) and where.is_file():
        from tvau_studio.tvau.thesis import load_thesis

        model = load_thesis(where)
    else:
        model = _load_folder(where, str(name_or_path), merge_adapter)
    check_finite(model, str(name_or_path))
    large = sum(p.numel() for p in model.base.parameters()) > _LARGE
    dtype = torch.float32 if target == "mps" or (target == "cpu" and not large) else torch.bfloat16
    model.base.to(dtype)
    model.to(target)
    model.prepare()
    return model


def pick_device(device: str) -> str:
    """``auto`` resolved; StudioError where the named device is not there."""
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if device == "auto":
        return next(name for name in ("cuda", "mps", "cpu") if there[name])
    if not there.get(device.partition(":")[0], False):
        raise StudioError("This machine has no device {device}; choose auto or cpu.", device=device)
    return device


def _load_folder(where: Path | str, name: str, merge_adapter: bool) -> TVAU:
    folder = where if isinstance(where, Path) else None
    config = read_config(folder) if folder else None
    if config is None:
        short = Path(name).name
        config = TVAUConfig(name=short, preset="paper", ahd=None, rae=None, **_picture_facts(folder))
    source: Path | str = where
    if config.base:
        assert folder is not None
        source = base_source(folder, config)
    base, tokenizer = load_base(source)
    ensure_tokens(tokenizer, base, str(source))
    if config.ahd and config.ahd.taps[-1] >= base.config.vision_config.depth:
        raise StudioError(
            "{name} taps vision block {tap}, but its base has {depth}; it belongs to another base model.",
            name=name,
            tap=config.ahd.taps[-1],
            depth=base.config.vision_config.depth,
        )
    adapter = None
    if folder is not None and (folder / ADAPTER).is_dir():
        adapter = _with_adapter(base, folder / ADAPTER, merge_adapter)
        base = adapter.merge_and_unload() if merge_adapter else adapter.get_base_model()
    model = TVAU(config, base, tokenizer)
    if adapter is not None and not merge_adapter:
        object.__setattr__(model, "adapter", adapter)
    for part, file in ((model.ahd, AHD), (model.rae, RAE)):
        if part is not None:
            assert folder is not None
            fill(part, read_tensors(folder / file), folder / file)
        elif folder is not None and (folder / file).exists():
            raise StudioError(
                "{path} is there, but {config} describes no such part; take the checkpoint from where it was made "
                "again.",
                path=folder / file,
                config=CONFIG,
            )
    if config.ahd and config.text_hash and config.text_hash != model.text.hash:
        raise StudioError(
            "The AHD of {name} was trained with other text vectors than its prompts and embedding table give now; "
            "restore the prompts and the base that belong to it, or train it again with `tvau-studio train heatmap`.",
            name=name,
        )
    return model


def load_base(source: Path | str) -> tuple[Qwen2_5_VLForConditionalGeneration, Any]:
    """A Qwen2.5-VL and its tokenizer from a folder or a hub id, on the CPU. Raises StudioError as `load` does."""
    _quiet()
    folder = source if isinstance(source, Path) else None
    if folder is not None:
        check_kind(folder)
    try:
        base, report = Qwen2_5_VLForConditionalGeneration.from_pretrained(
            source, dtype="auto", output_loading_info=True, trust_remote_code=False
        )
        tokenizer = PreTrainedTokenizerFast.from_pretrained(source, trust_remote_code=False)
    except Exception as error:  # each way of being broken has its own exception type in three libraries
        raise StudioError(
            "The base model {source} cannot be loaded ({why}); check the folder, or the network for a hub id.",
            source=source,
            why=_first_line(error),
        ) from error
    _refuse_misfit(
        source, report.get("missing_keys", ()), report.get("unexpected_keys", ()), report.get("mismatched_keys", ())
    )
    return base, tokenizer


def _quiet() -> None:
    """Errors of transformers reach people as StudioErrors; its own bars and warnings would write between our lines."""
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()


def ensure_tokens(tokenizer: Any, base: Any, name: str) -> None:
    """Add the three anomaly tokens where the tokenizer lacks them, and check that the embedding table has their
    rows.
    """
    tokenizer.add_tokens(list(FAMILY.added_tokens), special_tokens=True)
    highest = max(tokenizer.convert_tokens_to_ids(list(FAMILY.added_tokens)))
    if highest >= base.config.text_config.vocab_size:
        raise StudioError(
            "The embedding table of {name} has {rows} rows, too few for the anomaly tokens (ids up to {highest}).",
            name=name,
            rows=base.config.text_config.vocab_size,
            highest=highest,
        )


def _picture_facts(folder: Path | None) -> dict[str, Any]:
    """Mean and standard deviation of a plain base, where its preprocessor_config.json states them."""
    try:
        data = json.loads((folder / "preprocessor_config.json").read_text(encoding="utf-8")) if folder else {}
        return {key: tuple(float(x) for x in data[key]) for key in ("image_mean", "image_std") if key in data}
    except (OSError, ValueError, TypeError):
        return {}


def _with_adapter(base: Any, folder: Path, merge: bool) -> Any:
    from peft import PeftModel, get_peft_model_state_dict

    if not (folder / "adapter_model.safetensors").exists():
        raise StudioError("{folder} holds no adapter_model.safetensors; save the adapter again.", folder=folder)
    found = read_tensors(folder / "adapter_model.safetensors")
    try:
        wrapped = PeftModel.from_pretrained(base, str(folder), is_trainable=not merge)
    except Exception as error:
        raise StudioError(
            "The adapter {folder} does not fit its base ({why}).", folder=folder, why=_first_line(error)
        ) from error
    want = get_peft_model_state_dict(wrapped)
    _refuse_misfit(folder, set(want) - set(found), set(found) - set(want), ())
    return wrapped


def read_tensors(path: Path) -> dict[str, Tensor]:
    """All tensors of a safetensors file. Raises StudioError where it is missing or broken."""
    try:
        tensors: dict[str, Tensor] = load_file(path)
        return tensors
    except FileNotFoundError:
        raise StudioError("{path} is missing; the checkpoint is not complete.", path=path) from None
    except (OSError, SafetensorError, ValueError) as error:
        raise StudioError("{path} is no sound safetensors file ({why}).", path=path, why=_first_line(error)) from None


def fill(part: nn.Module, tensors: Mapping[str, Tensor], source: object) -> None:
    """Put the tensors into the module. Raises StudioError where one is missing, extra, wrongly shaped or not finite."""
    want = part.state_dict()
    wrong = [
        (key, tuple(tensors[key].shape), tuple(want[key].shape))
        for key in want.keys() & tensors.keys()
        if tensors[key].shape != want[key].shape
    ]
    _refuse_misfit(source, want.keys() - tensors.keys(), tensors.keys() - want.keys(), wrong)
    bad = next((k for k, t in tensors.items() if not t.is_floating_point() or not bool(t.isfinite().all())), None)
    if bad is not None:
        raise StudioError("{source}: tensor {key} holds values that are not finite numbers.", source=source, key=bad)
    part.load_state_dict(dict(tensors))


def _refuse_misfit(source: object, missing: Any, extra: Any, wrong: Any) -> None:
    kinds = (("lacks the tensor", missing), ("has an unknown tensor", extra), ("has a wrongly shaped tensor", wrong))
    for what, keys in kinds:
        if keys:
            first = min(keys, key=str)
            shown = first
            if not isinstance(first, str):
                shown = f"{first[0]} ({', not '.join(str(tuple(shape)) for shape in first[1:])})"
            more = f" and {len(keys) - 1} more" if len(keys) > 1 else ""
            raise StudioError(
                "{source} {what} {key}{more}; it belongs to another model or is damaged: take it from where it was "
                "made again.",
                source=source,
                what=what,
                key=shown,
                more=more,
            )


def check_finite(model: nn.Module, name: str) -> None:
    """Raises StudioError where a parameter holds NaN or infinity."""
    for key, value in model.named_parameters():
        if value.numel() and not bool(torch.isfinite(torch.stack(torch.aminmax(value.detach()))).all()):
            raise StudioError(
                "{name}: tensor {key} holds values that are not finite numbers; the checkpoint is damaged.",
                name=name,
                key=key,
            )


def save(model: TVAU, folder: Path, *, adapter: Any = None, keeps_maps: bool = False) -> None:
    """Write a complete checkpoint folder, all or nothing; a folder that is there is replaced once the new one is
    complete.

    adapter: a peft model whose adapter goes to ``adapter/``; its base must then be what `model.base` holds without it.
    Where `model.config.base` names another folder, the base's own files are not written. The text hash is brought up to
    date. keeps_maps: this training must not have moved the text vectors (region, language), which would move the heat
    maps in silence; StudioError where it has. Raises StudioError, too, where the folder cannot be written.
    """
    _quiet()
    model.set_prompts(model.prompts)
    if keeps_maps and model.config.text_hash not in ("", model.text.hash):
        raise StudioError(
            "The embedding table or the prompts of {name} changed during a training that must keep its heat maps; "
            "freeze the embedding table.",
            name=model.config.name,
        )
    folder = folder.resolve()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise StudioError(_UNWRITABLE, folder=folder, why=error.strerror) from None
    try:
        temporary.chmod(0o755)
        _write(model, temporary, adapter)
        if folder.exists():
            old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
            folder.rename(old / "old")
            temporary.rename(folder)
            shutil.rmtree(old)
        else:
            temporary.rename(folder)
    except OSError as error:
        raise StudioError(_UNWRITABLE, folder=folder, why=error.strerror) from None
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _write(model: TVAU, folder: Path, adapter: Any) -> None:
    config = dataclasses.replace(
        model.config,
        text_hash=model.text.hash if model.ahd else "",
        prompts=model.prompts.to_dict() if model.ahd else {},
    )
    model.config = config
    (folder / CONFIG).write_text(config.to_json(), encoding="utf-8", newline="\n")
    for part, file in ((model.ahd, AHD), (model.rae, RAE)):
        if part is not None:
            save_file({k: v.detach().float().contiguous().cpu() for k, v in part.state_dict().items()}, folder / file)
    if adapter is not None:
        adapter.save_pretrained(str(folder / ADAPTER))
    if not config.base:
        if adapter is not None:
            with adapter.disable_adapter():
                plain = adapter.get_base_model()
                state = {k.replace(".base_layer.", "."): v for k, v in plain.state_dict().items() if ".lora_" not in k}
                plain.save_pretrained(str(folder), state_dict=state)
        else:
            model.base.save_pretrained(str(folder))
        model.processor.tokenizer.save_pretrained(str(folder))


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__)[:200].rstrip(".")
