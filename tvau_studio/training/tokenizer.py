"""A byte-level BPE tokenizer of Qwen's kind, learned from the texts that the small network is to speak.

Any Unicode text comes back as it went in: every byte is a token, and nothing is normalised.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tvau_studio.tvau.families.qwen2_5_vl import FAMILY

VOCABULARY = 1200
"""Tokens by default: the words of scenes, events and prompts become one token each, the rest is spelled."""

SPECIAL = (
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<|object_ref_start|>",
    "<|object_ref_end|>",
    "<|box_start|>",
    "<|box_end|>",
    "<|quad_start|>",
    "<|quad_end|>",
    "<|vision_start|>",
    "<|vision_end|>",
    "<|vision_pad|>",
    "<|image_pad|>",
    "<|video_pad|>",
    *FAMILY.added_tokens,
)
"""Qwen2.5-VL's special tokens in its order, then the three anomaly tokens; their ids follow the words', as in Qwen."""

_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
"""How Qwen cuts text before merging: words with the space before them, single digits, punctuation."""

_ALONE = r"\p{Han}"
"""Each Han character stands alone, unlike Qwen's: few and fixed sentences would become tokens of half a sentence, and a
colour would be another token in each.
"""


def train_tokenizer(texts: Iterable[str], vocabulary: int = VOCABULARY) -> Any:
    """A Hugging Face fast tokenizer (PreTrainedTokenizerFast) learned from `texts`.

    vocabulary: at most so many tokens, special ones included; at least 256 + len(SPECIAL). The same texts in the same
    order give the same tokenizer.
    """
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_ALONE), "isolated"),
            pre_tokenizers.Split(Regex(_SPLIT), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary - len(SPECIAL),
        min_frequency=2,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.add_special_tokens(list(SPECIAL))
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=FAMILY.end_of_turn,
        pad_token="<|endoftext|>",
        additional_special_tokens=[t for t in SPECIAL if t not in (FAMILY.end_of_turn, "<|endoftext|>")],
        clean_up_tokenization_spaces=False,
    )
