"""A tiny network of the real classes with random weights from a fixed seed; see the fixtures of tests/conftest.py.

torch is imported by what makes it, so that tests of other packages stay light.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tvau_studio.tvau.modeling_tvau import TVAU


def make_tokenizer() -> Any:
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


def make_base(tokenizer: Any) -> Any:
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
    tokenizer = tokenizer or make_tokenizer()
    base = make_base(tokenizer)
    torch.manual_seed(3)
    return TVAU(replace(config, **changes), base, tokenizer).eval()
