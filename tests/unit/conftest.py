"""For every unit test: a tiny random network of the real classes, and a video that is an array.

torch is imported by the fixtures that need it, so that tests of other packages stay light.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from tvau_studio.tvau.modeling_tvau import TVAU


def _tokenizer() -> Any:
    """Bytes as tokens, with Qwen's special tokens and ours."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    from tvau_studio.tvau.families.qwen2_5_vl import FAMILY

    special = ["<|im_start|>", "<|vision_start|>", "<|vision_end|>", "<|video_pad|>", "<|image_pad|>"]
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={c: i for i, c in enumerate(alphabet)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        additional_special_tokens=[*special, *FAMILY.added_tokens],
    )


def _base(tokenizer: Any) -> Any:
    """A Qwen2.5-VL of four small blocks, two of them windowed, with random weights from a fixed seed."""
    import torch
    from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration

    token = tokenizer.convert_tokens_to_ids
    config = Qwen2_5_VLConfig(
        vision_config={
            "depth": 4,
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_heads": 2,
            "fullatt_block_indexes": [1, 3],
            "out_hidden_size": 64,
            "tokens_per_second": 2,
        },
        text_config={
            "vocab_size": len(tokenizer),
            "hidden_size": 64,
            "intermediate_size": 128,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "rope_parameters": {"rope_type": "default", "mrope_section": [2, 3, 3], "rope_theta": 1e6},
            "eos_token_id": tokenizer.eos_token_id,
            "bos_token_id": None,
        },
        image_token_id=token("<|image_pad|>"),
        video_token_id=token("<|video_pad|>"),
        vision_start_token_id=token("<|vision_start|>"),
        vision_end_token_id=token("<|vision_end|>"),
        tie_word_embeddings=False,
    )
    torch.manual_seed(7)
    return Qwen2_5_VLForConditionalGeneration(config).eval()


@pytest.fixture(scope="session")
def tokenizer() -> Any:
    return _tokenizer()


def random_model(tokenizer: Any = None, **changes: Any) -> TVAU:
    """A fresh random TVAU, not prepared. changes: of its configuration."""
    import torch

    from tvau_studio.tvau.configuration import AHDConfig, ChatConfig, PictureRule, RAEConfig, TVAUConfig
    from tvau_studio.tvau.modeling_tvau import TVAU

    rae = RAEConfig(
        input="both", channels=(4, 6, 8), mlp=16, base_tokens=2, region_embedding=True, steps=4, visual=True
    )
    config = TVAUConfig(
        name="random",
        preset="custom",
        ahd=AHDConfig(taps=(0, 1, 3), hidden=48),
        rae=rae,
        pictures=PictureRule("shortest_edge", shortest_edge=112),
        chat=ChatConfig(max_frames=40, max_new_tokens=12, video_pairs=3),
    )
    tokenizer = tokenizer or _tokenizer()
    base = _base(tokenizer)
    torch.manual_seed(3)
    return TVAU(replace(config, **changes), base, tokenizer).eval()


@pytest.fixture(scope="session")
def make_model(tokenizer: Any) -> Callable[..., TVAU]:
    """make_model(**changes of the configuration): a fresh random TVAU, not prepared."""
    return lambda **changes: random_model(tokenizer, **changes)


@pytest.fixture(scope="session")
def model(make_model: Callable[..., TVAU]) -> TVAU:
    """One random TVAU, prepared for inference; tests do not change it."""
    model = make_model()
    model.prepare()
    return model


@pytest.fixture(scope="session")
def model_folder(make_model: Callable[..., TVAU], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound checkpoint folder of the random network; tests do not change it."""
    from tvau_studio.tvau import checkpoints

    folder = tmp_path_factory.mktemp("checkpoints") / "random"
    checkpoints.save(make_model(), folder)
    return folder


@dataclass(frozen=True)
class ArrayInfo:
    size: tuple[int, int]


class ArrayVideo:
    """A video of moving noise; `reads` lists the pictures that were asked for."""

    def __init__(self, frames: int = 11, size: tuple[int, int] = (120, 200), fps: float = 25.0, seed: int = 0) -> None:
        self.pictures = np.random.default_rng(seed).integers(0, 256, (frames, *size, 3), np.uint8)
        self.info = ArrayInfo(size)
        self.times = self.clock = [n / fps for n in range(frames)]
        self.fingerprint = f"array-{seed}-{frames}"
        self.path = f"array-{seed}.mp4"
        self.reads: list[int] = []

    def __len__(self) -> int:
        return len(self.pictures)

    def __getitem__(self, frame: int) -> np.ndarray:
        self.reads.append(frame)
        return self.pictures[frame]


@pytest.fixture
def video() -> ArrayVideo:
    return ArrayVideo()


@pytest.fixture(scope="session")
def random_edits(project_root: Path) -> ModuleType:
    """The module tests/random_edits.py: edits as people make them, at random."""
    spec = importlib.util.spec_from_file_location("random_edits", project_root / "tests" / "random_edits.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
