"""All that a T-VAU checkpoint fixes beside the base model's own configuration; stored as ``tvau.json``.

Widths and depths of the base come from its Hugging Face configuration: nothing here knows "3B" or "7B".
"""

from __future__ import annotations

import dataclasses
import json
import math
from dataclasses import dataclass, field
from typing import Any, Literal

from tvau_studio.domain.errors import StudioError

FORMAT = 1
"""Version of ``tvau.json``."""


@dataclass(frozen=True)
class AHDConfig:
    """Anomaly Heatmap Decoder.

    taps: indices of vision blocks whose *output* is read, ascending. hidden: width of each tap's MLP.
    normalisation: ``cosine`` over channels (the paper), or ``compat``: L2 along the height axis, as the thesis's
    weights were trained.
    temperature: factor on the cosines before the softmax.
    bias, calibration: p = sigmoid((temperature * (H_abnormal - H_normal) + bias) / calibration); 0 and 1 = as trained.
    """

    taps: tuple[int, ...] = (0, 7, 15, 31)
    hidden: int = 1024
    normalisation: Literal["cosine", "compat"] = "cosine"
    temperature: float = 100.0
    bias: float = 0.0
    calibration: float = 1.0


@dataclass(frozen=True)
class RAEConfig:
    """Region-aware Anomaly Encoder.

    preset: ``paper`` (base, region and global tokens per step) or ``thesis`` (attention-pooled regions, base added).
    input: ``difference`` H[t+1] - H[t] (the paper); ``map`` H[t+1]; ``both`` stacked. Our deviation where not
    ``difference``.
    channels: of the three convolutions. mlp: width of the region and global branch. base_tokens: learned tokens per
    step.
    region_embedding, steps, visual, pointer: off in the paper. A learned vector per region; a learned vector per step
    for up to `steps` steps (0 = off, later steps share the last); heat-weighted merged vision features added to region
    and global tokens; the learned vector of the region where the target seems to be added to the global token.
    """

    preset: Literal["paper", "thesis"] = "paper"
    input: Literal["difference", "map", "both"] = "difference"
    channels: tuple[int, int, int] = (16, 32, 64)
    mlp: int = 1024
    base_tokens: int = 10
    region_embedding: bool = False
    steps: int = 0
    visual: bool = False
    pointer: bool = False


@dataclass(frozen=True)
class PictureRule:
    """To which size a picture is scaled before it is cut into patches; both sides become multiples of patch * merge.

    kind ``budget``: Qwen's rule, H * W kept within min_pixels .. max_pixels. kind ``shortest_edge``: the shorter side
    becomes `shortest_edge` pixels (rounded), the other keeps the aspect, at most `longest_edge`.
    """

    kind: Literal["budget", "shortest_edge"] = "budget"
    min_pixels: int = 100_352
    max_pixels: int = 602_112
    shortest_edge: int = 224
    longest_edge: int = 672

    def size(self, height: int, width: int, factor: int) -> tuple[int, int]:
        """The scaled height and width, multiples of `factor`, for a picture of height x width pixels."""
        if self.kind == "shortest_edge":
            scale = min(self.shortest_edge / min(height, width), self.longest_edge / max(height, width))
            return tuple(max(factor, round(side * scale / factor) * factor) for side in (height, width))  # type: ignore[return-value]
        h, w = (max(factor, round(side / factor) * factor) for side in (height, width))
        if h * w > self.max_pixels:
            beta = math.sqrt(height * width / self.max_pixels)
            h, w = (max(factor, math.floor(side / beta / factor) * factor) for side in (height, width))
        elif h * w < self.min_pixels:
            beta = math.sqrt(self.min_pixels / (height * width))
            h, w = (math.ceil(side * beta / factor) * factor for side in (height, width))
        return h, w


@dataclass(frozen=True)
class ChatConfig:
    """How the language part is asked.

    system: the system turn ("" = none). max_frames: longest range that `ask` takes. video_pairs: at most so many frame
    pairs, evenly chosen, give vision tokens (anomaly tokens come from all pairs). max_new_tokens: longest answer.
    clock: temporal positions follow the video's clock; False keeps them at 0, as the thesis's weights were trained.
    """

    system: str = "You are a helpful assistant."
    max_frames: int = 96
    video_pairs: int = 48
    max_new_tokens: int = 256
    clock: bool = True


@dataclass(frozen=True)
class TVAUConfig:
    """One T-VAU model.

    preset: ``paper``, ``thesis`` or ``custom``. ahd, rae: None where the model has none (a plain Qwen2.5-VL).
    pair_distance: pair k joins pictures 2k and min(2k + pair_distance, N - 1). prompts: the prompt set (see `prompts`);
    {} = shipped.
    text_hash: of the embedding rows and prompts that made the text vectors; "" = not yet known. base: where the Hugging
    Face files lie if not in the same folder. image_mean, image_std: picture mean and standard deviation, RGB, on 0..1.
    """

    name: str = "unnamed"
    preset: str = "paper"
    ahd: AHDConfig | None = field(default_factory=AHDConfig)
    rae: RAEConfig | None = field(default_factory=RAEConfig)
    pictures: PictureRule = field(default_factory=PictureRule)
    chat: ChatConfig = field(default_factory=ChatConfig)
    pair_distance: int = 1
    image_mean: tuple[float, float, float] = (0.48145466, 0.4578275, 0.40821073)
    image_std: tuple[float, float, float] = (0.26862954, 0.26130258, 0.27577711)
    prompts: dict[str, Any] = field(default_factory=dict)
    text_hash: str = ""
    base: str = ""

    def to_json(self) -> str:
        """The text of ``tvau.json``."""
        return json.dumps({"format": FORMAT, **dataclasses.asdict(self)}, indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str, where: str = "tvau.json") -> TVAUConfig:
        """Read ``tvau.json``. Raises StudioError (naming `where`) for another format, unknown keys or values out of
        range.
        """
        try:
            data = json.loads(text)
            if data.pop("format", None) != FORMAT:
                raise ValueError(f"its format is not {FORMAT}")
            config: TVAUConfig = _build(cls, data)
            config._check()
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            raise StudioError(
                "{where} is no description of a T-VAU model ({why}); take the folder from where it was made again.",
                where=where,
                why=str(error),
            ) from None
        return config

    def _check(self) -> None:
        ahd, rae = self.ahd, self.rae
        if ahd is not None:
            if not ahd.taps or list(ahd.taps) != sorted(set(ahd.taps)) or ahd.taps[0] < 0:
                raise ValueError("taps must be ascending block indices")
            if ahd.normalisation not in ("cosine", "compat") or ahd.hidden < 1:
                raise ValueError("ahd holds an unknown normalisation or width")
            if not (ahd.temperature > 0 and ahd.calibration > 0 and math.isfinite(ahd.bias)):
                raise ValueError("temperature and calibration must be above 0")
        if rae is not None:
            if ahd is None:
                raise ValueError("a RAE needs an AHD")
            if rae.preset not in ("paper", "thesis") or rae.input not in ("difference", "map", "both"):
                raise ValueError("rae holds an unknown preset or input")
            if len(rae.channels) != 3 or min(*rae.channels, rae.mlp) < 1 or min(rae.base_tokens, rae.steps) < 0:
                raise ValueError("rae holds a wrong width")
            if rae.pointer and not (rae.preset == "paper" and rae.region_embedding):
                raise ValueError("a rae's pointer needs region_embedding")
        if self.pictures.kind not in ("budget", "shortest_edge"):
            raise ValueError("unknown rule for the size of pictures")
        if self.pair_distance < 0 or min(self.chat.max_frames, self.chat.video_pairs, self.chat.max_new_tokens) < 1:
            raise ValueError("pair_distance or a limit of the chat is out of range")


_NESTED: dict[str, type] = {"ahd": AHDConfig, "rae": RAEConfig, "pictures": PictureRule, "chat": ChatConfig}


def _build(cls: type, data: dict[str, Any]) -> Any:
    fields = {f.name: f for f in dataclasses.fields(cls)}
    if unknown := sorted(set(data) - set(fields)):
        raise ValueError(f"unknown key {unknown[0]!r}")
    values: dict[str, Any] = {}
    for key, value in data.items():
        if cls is TVAUConfig and key in _NESTED and value is not None:
            value = _build(_NESTED[key], value)
        elif isinstance(value, list):
            value = tuple(value)
        values[key] = value
    return cls(**values)


def default_taps(depth: int) -> tuple[int, ...]:
    """Taps at the places of the paper's (0, 7, 15, 31 of 32), for a vision tower of `depth` blocks."""
    return tuple(sorted({0, max(0, depth // 4 - 1), max(0, depth // 2 - 1), depth - 1}))


def thesis_config(**changes: Any) -> TVAUConfig:
    """The first author's thesis: five taps, height-axis normalisation, attention-pooled regions, temporal positions at
    0.
    """
    base = TVAUConfig(
        preset="thesis",
        ahd=AHDConfig(taps=(0, 7, 15, 23, 31), normalisation="compat"),
        rae=RAEConfig(preset="thesis", channels=(32, 48, 96), base_tokens=1),
        chat=ChatConfig(clock=False),
    )
    return dataclasses.replace(base, **changes)
