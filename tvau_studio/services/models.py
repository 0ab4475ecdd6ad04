"""Models: which there are, and one loaded for heat maps and questions.

Importing this module loads no torch; `load_model` does.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.frames import FrameRange, pair_frames
from tvau_studio.domain.heatmap import Heatmap
from tvau_studio.domain.paths import data_folder
from tvau_studio.tvau import inventory
from tvau_studio.tvau.importing import heavy_imports

if TYPE_CHECKING:
    from tvau_studio.media.video import Video
    from tvau_studio.services.asking import Reply
    from tvau_studio.tvau.host import ModelHost

DEFAULT = "tvau-tiny"
Progress = Callable[[int, int], None]
Cancel = Callable[[], bool]
Ready = Callable[[Sequence[int], npt.NDArray[np.float32]], None]


class Model:
    """One loaded model. Safe to call from any thread; one call computes at a time.

    Every method takes frames a:b (0-based, half-open), `progress(done, total)` and `cancel() -> bool`; it raises
    UsageError for a range that the video does not hold and Cancelled once `cancel()` was true.
    """

    def __init__(self, host: ModelHost) -> None:
        self.host = host

    @property
    def name(self) -> str:
        return self.host.name

    @property
    def id(self) -> str:
        """16 hex digits that change when the model's heat could."""
        return self.host.id

    @property
    def has_heat(self) -> bool:
        """False for a plain Qwen2.5-VL, which only answers."""
        return self.host.has_heat

    @property
    def max_frames(self) -> int:
        """How many frames one question may be about."""
        return self.host.max_frames

    @property
    def classes(self) -> tuple[str, ...]:
        """Event classes, in the order of `class_heatmaps`."""
        return self.host.classes

    def heatmap(
        self,
        video: Video,
        a: int = 0,
        b: int | None = None,
        step: int = 1,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> Heatmap:
        """The heat of frames a:b, of every `step`-th pair. A pair's map is the same whatever the range."""
        pairs = pairs_of(video, a, b, step)
        values = self.host.heat(video, pairs, progress, cancel)
        return as_heatmap(values, pairs, video, self.host.pair_distance, self.name)

    def class_heatmaps(
        self,
        video: Video,
        a: int = 0,
        b: int | None = None,
        step: int = 1,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> dict[str, npt.NDArray[np.float32]]:
        """Each event class's own map of the same pairs: class -> float32 [T', H', W'] in 0..1."""
        pairs = pairs_of(video, a, b, step)
        values = self.host.class_heat(video, pairs, progress, cancel)
        return {name: np.ascontiguousarray(values[:, i]) for i, name in enumerate(self.classes)}

    def ask(
        self,
        video: Video,
        question: str,
        a: int = 0,
        b: int | None = None,
        language: str | None = None,
        history: Sequence[tuple[str, str]] = (),
        cancel: Cancel | None = None,
    ) -> Reply:
        """One whole answer, with the places in the picture that support it. language: ``en`` or ``zh``; None = the
        question's own.

        history: earlier (question, answer) turns on this range. Raises StudioError where a:b is longer than
        `max_frames`.
        """
        from tvau_studio.services import asking

        return asking.ask(self, video, question, a, b, language, history, cancel=cancel)

    def stream(
        self,
        video: Video,
        question: str,
        a: int = 0,
        b: int | None = None,
        language: str | None = None,
        history: Sequence[tuple[str, str]] = (),
        cancel: Cancel | None = None,
    ) -> Iterator[str]:
        """The answer as pieces of text; joined they are the answer. Arguments and errors as `ask`."""
        from tvau_studio.services import asking

        yield from asking.stream(self, video, question, a, b, language, history, cancel=cancel)

    def p_yes(
        self, video: Video, question: str, a: int = 0, b: int | None = None, cancel: Cancel | None = None
    ) -> float:
        """How strongly the answer leans to Yes against No, 0..1, from its first token alone."""
        return self.host.p_yes(video, question, a, len(video) if b is None else b, cancel)


def load_model(name_or_path: str | Path = DEFAULT, device: str = "auto", spare_core: bool = False) -> Model:
    """Load a model: a shipped name, a checkpoint folder, a thesis file, or a hub id of a Qwen2.5-VL.

    device: ``auto``, ``cpu``, ``cuda`` or ``mps``. spare_core: on a CPU it leaves one core to who plays and draws; it
    then has to compute on the thread that loads it. Raises StudioError where there is no such model or device, or the
    checkpoint is not sound.
    """
    with heavy_imports():
        from tvau_studio.tvau.host import ModelHost

    host = ModelHost.load(name_or_path, device)
    if spare_core:
        host.spare_core()
    return Model(host)


def model_id(name_or_path: str | Path = DEFAULT) -> str:
    """The `Model.id` that loading would give, without loading: the key under which heat maps are cached."""
    return inventory.model_id(name_or_path)


def stamp(name_or_path: str | Path) -> tuple[tuple[str, int, int], ...]:
    """What tells that a model's files were replaced (see `inventory.stamp`)."""
    return inventory.stamp(name_or_path)


def card(name_or_path: str | Path) -> str:
    """The model card, Markdown; "" where there is none. Raises StudioError where there is no such model."""
    return inventory.card(name_or_path)


@dataclass(frozen=True)
class Memory:
    """Bytes. process: of this program. used, total: of the machine. None where this system does not say."""

    process: int | None = None
    used: int | None = None
    total: int | None = None


def memory() -> Memory:
    """How much memory this program and the machine use now (Linux says so in /proc)."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        rows = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines())
        total, free = (int(rows[name].split()[0]) << 10 for name in ("MemTotal", "MemAvailable"))
        return Memory(pages * os.sysconf("SC_PAGE_SIZE"), total - free, total)
    except (OSError, ValueError, KeyError, IndexError):
        return Memory()


def check_model(name_or_path: str | Path) -> dict[str, Any]:
    """Load a model whole on the CPU and throw it away; its facts. Raises the StudioError that loading raises."""
    where = inventory.locate(name_or_path)
    if isinstance(where, Path) and where.is_file():
        from tvau_studio.tvau import thesis

        return thesis.describe_thesis(where)
    from tvau_studio.tvau import checkpoints

    model = checkpoints.load(name_or_path, "cpu")
    parameters = sum(p.numel() for p in model.parameters())
    return {**(describe_model(name_or_path) if isinstance(where, Path) else {"name": where}), "parameters": parameters}


def describe_model(name_or_path: str | Path) -> dict[str, Any]:
    """What a model on this machine says about itself, JSON-ready, without loading its weights (see
    `inventory.describe`).
    """
    return inventory.describe(name_or_path)


def known(name_or_path: str | Path) -> dict[str, Any]:
    """What is known of a model before it is loaded: as `describe_model`, of a hub id or a thesis file its name alone.
    Raises StudioError where there is no such model.
    """
    where = inventory.locate(name_or_path)
    return describe_model(where) if isinstance(where, Path) and where.is_dir() else {"name": str(name_or_path)}


def list_models() -> list[dict[str, Any]]:
    """The models on this machine that can be loaded: shipped, those in the user's ``models`` folder, and the hub
    cache's.

    Facts as `describe_model`; ``load`` is the name to load it by. A folder that is no sound model is left out.
    """
    names: list[str] = [*inventory.shipped()]
    own = data_folder() / "models"
    names += [str(p) for p in sorted(own.iterdir())] if own.is_dir() else []
    found = []
    for name in names:
        try:
            found.append({**describe_model(name), "load": name})
        except StudioError:
            continue
    return found + _hub_models()


def _hub_models() -> list[dict[str, Any]]:
    home = Path(os.environ.get("HF_HOME") or Path.home() / ".cache" / "huggingface")
    root = Path(os.environ.get("HF_HUB_CACHE") or home / "hub")
    found: dict[str, dict[str, Any]] = {}
    for config in sorted(root.glob("models--*--*/snapshots/*/config.json")):
        try:
            kind = json.loads(config.read_text(encoding="utf-8")).get("model_type")
            facts = describe_model(config.parent) if kind == "qwen2_5_vl" else None
        except (OSError, ValueError, AttributeError, StudioError):
            continue
        if facts is not None:
            name = config.parents[2].name.removeprefix("models--").replace("--", "/", 1)
            found[name] = {**facts, "name": name, "load": name}
    return list(found.values())


def pairs_of(video: Video, a: int = 0, b: int | None = None, step: int = 1) -> range:
    """The pairs that serve frames a:b, every `step`-th. Raises UsageError where the video does not hold the range."""
    if step < 1:
        raise StudioError("A step of {step} pairs is not possible; give 1 or more.", step=step)
    wanted = FrameRange(a, len(video) if b is None else b).within(len(video)).pairs
    return range(wanted.start, wanted.stop, step)


def as_heatmap(
    values: npt.NDArray[np.float32], pairs: Sequence[int], video: Video, distance: int, model: str
) -> Heatmap:
    """Maps float32 [len(pairs), H', W'] as a `Heatmap` of the video."""
    frames = np.array([pair_frames(k, len(video), distance) for k in pairs], np.int64)
    height, width = video.info.size
    return Heatmap(values, frames, (int(height), int(width)), model)
