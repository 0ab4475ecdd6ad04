"""Which models there are and what they say about themselves, read from their files without torch.

A window shows cached heat maps, and so needs a model's identity, long before anything heavy is loaded.
"""

from __future__ import annotations

import hashlib
import json
import struct
from pathlib import Path
from typing import Any

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.paths import resource
from tvau_studio.tvau.configuration import TVAUConfig
from tvau_studio.tvau.families.qwen2_5_vl import FAMILY

CONFIG, AHD, RAE, ADAPTER = "tvau.json", "ahd.safetensors", "rae.safetensors", "adapter"
_LONGEST_CARD = 100_000
"""Characters of a card that are read."""
SHIPPED = ("tvau-tiny",)
"""Models under resources/."""

_SAMPLE = 1 << 22
"""Bytes hashed at the start and at the end of each file; smaller files are hashed whole."""


def locate(name_or_path: str | Path) -> Path | str:
    """The file or folder of a model, or the hub id itself. Raises StudioError where it is none of these."""
    text = str(name_or_path)
    if text in SHIPPED:
        return resource(text)
    path = Path(text).expanduser()
    if path.exists():
        return path
    if text.count("/") == 1 and not text.startswith((".", "/", "~")) and not path.parent.exists():
        return text
    raise StudioError(
        "There is no model {name}; give a shipped name ({shipped}), a checkpoint folder, or a hub id such as "
        "Qwen/Qwen2.5-VL-3B-Instruct.",
        name=text,
        shipped=", ".join(SHIPPED),
    )


def read_config(folder: Path) -> TVAUConfig | None:
    """``tvau.json`` of a folder, or None where it has none (a plain base model)."""
    path = folder / CONFIG
    if not path.exists():
        return None
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise StudioError("{path} cannot be read: {why}.", path=path, why=error) from None
    return TVAUConfig.from_json(text, str(path))


def base_source(where: Path, config: TVAUConfig) -> Path | str:
    """Where the base's Hugging Face files of a checkpoint folder lie: the folder itself, the one that it names, or a
    hub id.
    """
    if not config.base:
        return where
    local = where / config.base
    return local if local.exists() else locate(config.base)


def model_id(name_or_path: str | Path) -> str:
    """16 hex digits that change when a model's heat could: from its configuration and weight files. A hub id: from its
    name.
    """
    where = locate(name_or_path)
    digest = hashlib.blake2b(digest_size=8)
    if isinstance(where, str):
        digest.update(where.encode())
        return digest.hexdigest()
    for file in _files(where):
        digest.update(file.name.encode())
        size = file.stat().st_size
        with file.open("rb") as f:
            digest.update(struct.pack("<Q", size))
            digest.update(f.read(_SAMPLE))
            if size > _SAMPLE:
                f.seek(max(_SAMPLE, size - _SAMPLE))
                digest.update(f.read(_SAMPLE))
    return digest.hexdigest()


def stamp(name_or_path: str | Path) -> tuple[tuple[str, int, int], ...]:
    """(path, bytes, time of change in ns) of each file of a model: other ones mean that it may have been replaced. ()
    for a hub id. Quick; raises StudioError where the model is gone.
    """
    where = locate(name_or_path)
    if isinstance(where, str):
        return ()
    found = []
    for file in _files(where):
        try:
            facts = file.stat()
        except OSError as error:
            raise StudioError("{path} cannot be read: {why}.", path=file, why=error.strerror or error) from None
        found.append((str(file), facts.st_size, facts.st_mtime_ns))
    return tuple(found)


def card(name_or_path: str | Path) -> str:
    """The model card (README.md, Markdown) of a local model; "" where it has none or it cannot be read."""
    where = locate(name_or_path)
    if isinstance(where, str) or where.is_file():
        return ""
    try:
        return (where / "README.md").read_text(encoding="utf-8", errors="replace")[:_LONGEST_CARD]
    except OSError:
        return ""


def _files(where: Path) -> list[Path]:
    if where.is_file():
        return [where]
    config = read_config(where)
    base = base_source(where, config) if config else where
    folders = {where, base} if isinstance(base, Path) else {where}
    names = ("config.json", CONFIG)
    files = [
        f
        for folder in folders
        for f in (*folder.glob("*.safetensors"), *(folder / n for n in names if (folder / n).exists()))
    ]
    return sorted(files)


def shipped() -> list[str]:
    """The shipped models that this installation holds."""
    found = []
    for name in SHIPPED:
        try:
            resource(name)
        except StudioError:
            continue
        found.append(name)
    return found


def describe(name_or_path: str | Path) -> dict[str, Any]:
    """What a local checkpoint folder says about itself, JSON-ready. Raises StudioError where it is none.

    Keys: name, path, kind (``tvau`` or ``base``), heatmap, chat, preset, taps, vision [depth, width], text [layers,
    width], parameters, size_mb, pair_distance, max_frames, prompts (of the text vectors, hex digits), id.
    """
    where = locate(name_or_path)
    if isinstance(where, str):
        raise StudioError("{name} is not on this machine; its facts are known once it is loaded.", name=where)
    if where.is_file():
        raise StudioError("{path} is a single file; `tvau-studio model check` reads it.", path=where)
    own = read_config(where)
    config = own or TVAUConfig(name=where.name, ahd=None, rae=None)
    source = base_source(where, config)
    facts: dict[str, Any] = {
        "name": config.name,
        "path": str(where),
        "kind": "tvau" if own else "base",
        "heatmap": config.ahd is not None,
        "chat": True,
        "preset": config.preset if own else "",
        "taps": list(config.ahd.taps) if config.ahd else [],
    }
    if isinstance(source, Path):
        base = check_kind(source)
        vision, text = base.get("vision_config", {}), base.get("text_config", base)
        facts["vision"] = [vision.get("depth"), vision.get("hidden_size")]
        facts["text"] = [text.get("num_hidden_layers"), text.get("hidden_size")]
    weights = [f for f in _files(where) if f.suffix == ".safetensors"]
    weights += sorted((where / ADAPTER).glob("*.safetensors"))
    facts["parameters"] = sum(_count(file) for file in weights)
    facts["size_mb"] = round(sum(f.stat().st_size for f in weights) / 1e6, 2)
    facts["pair_distance"] = config.pair_distance
    facts["max_frames"] = config.chat.max_frames
    facts["prompts"] = config.text_hash[:16]
    facts["id"] = model_id(where)
    return facts


def check_kind(folder: Path) -> dict[str, Any]:
    """``config.json`` of a base. Raises StudioError where it is missing, broken, or of another family."""
    path = folder / "config.json"
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        kind = data.get("model_type")
    except FileNotFoundError:
        raise StudioError(
            "{folder} is no model: it holds no config.json; give the folder of a checkpoint.", folder=folder
        ) from None
    except (OSError, ValueError, AttributeError) as error:
        raise StudioError("{path} cannot be read: {why}.", path=path, why=error) from None
    if kind != FAMILY.model_type:
        raise StudioError("{folder} is a {kind} model; give a Qwen2.5-VL checkpoint.", folder=folder, kind=kind)
    return data


def _count(file: Path) -> int:
    """Numbers in a safetensors file, from its header."""
    try:
        with file.open("rb") as f:
            (length,) = struct.unpack("<Q", f.read(8))
            if length > 1 << 28:
                raise ValueError("its header is too long")
            header = json.loads(f.read(length))
        total = 0
        for key, entry in header.items():
            if key != "__metadata__":
                n = 1
                for side in entry["shape"]:
                    n *= int(side)
                total += n
    except (OSError, ValueError, KeyError, TypeError, AttributeError, struct.error) as error:
        raise StudioError("{path} is no sound safetensors file ({why}).", path=file, why=error) from None
    return total
