"""Networks that can be trained from nothing: their shapes, and how long each stage takes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from tvau_studio.domain.errors import UsageError
from tvau_studio.training.language_base import LanguageSize
from tvau_studio.training.tokenizer import VOCABULARY
from tvau_studio.tvau.configuration import AHDConfig, ChatConfig, PictureRule, RAEConfig, TVAUConfig, default_taps


@dataclass(frozen=True)
class VisionPhase:
    """steps, batch: of the training. lr: peak rate of AdamW; muon: of Muon on the blocks' matrices. warmup, decay: see
    `loop.Plan`. share: of the micro-batches that come from the labelled export where there is a stream of rendered
    scenes beside it. crops: of those of the phase on whole pictures that are crops all the same."""

    steps: int
    batch: int
    lr: float
    muon: float
    warmup: float = 0.02
    decay: float = 0.3
    share: float = 0.2
    crops: float = 0.25


@dataclass(frozen=True)
class Recipe:
    """vision: the tower's configuration in Qwen2.5-VL's terms. language: of the language model. model: all else.
    vocabulary: tokens. words: steps of the language model on text alone. crops: the tower on pictures of `crop` pixels
    around one object. frames: on whole pictures. kinds: event classes."""

    vision: dict[str, Any]
    language: LanguageSize
    model: TVAUConfig
    vocabulary: int
    words: int
    crops: VisionPhase
    frames: VisionPhase
    crop: int = 112

    def shortened(self, steps: int) -> Recipe:
        """The same with at most so many steps in each stage."""
        crops, frames = (replace(p, steps=min(p.steps, steps)) for p in (self.crops, self.frames))
        return replace(self, words=min(self.words, steps), crops=crops, frames=frames)


_DEPTH = 6

TINY = Recipe(
    # Windows of 112 pixels are what a crop is: the tower learns on single windows, many a second, and only the blocks
    # with full attention meet anything new in a whole picture.
    vision={
        "depth": _DEPTH,
        "hidden_size": 160,
        "intermediate_size": 320,
        "num_heads": 5,
        "fullatt_block_indexes": [2, 5],
        "patch_size": 14,
        "temporal_patch_size": 2,
        "spatial_merge_size": 2,
        "window_size": 112,
        "tokens_per_second": 2,
    },
    language=LanguageSize(),
    model=TVAUConfig(
        name="tvau-tiny",
        preset="custom",
        ahd=AHDConfig(taps=default_taps(_DEPTH), hidden=256),
        rae=RAEConfig(
            input="both",
            channels=(16, 32, 64),
            mlp=256,
            base_tokens=1,
            region_embedding=True,
            steps=48,
            visual=True,
            pointer=True,
        ),
        pictures=PictureRule("shortest_edge", shortest_edge=224, longest_edge=672),
        chat=ChatConfig(system="", video_pairs=1, max_frames=96, max_new_tokens=200),
        pair_distance=3,
    ),
    vocabulary=VOCABULARY,
    words=3000,
    # Muon at .015, as others use it with larger batches, kept a tower a foreground detector: AP .56 against .64.
    crops=VisionPhase(steps=6000, batch=48, lr=7e-4, muon=0.006),
    frames=VisionPhase(steps=2000, batch=8, lr=4e-4, muon=0.003, decay=0.5, share=0.5),
)

RECIPES = {"tiny": TINY}


def recipe(name: str) -> Recipe:
    """Raises UsageError where there is none of that name."""
    if name not in RECIPES:
        raise UsageError("There is no recipe {name}; there are: {known}.", name=name, known=", ".join(RECIPES))
    return RECIPES[name]
