"""The tokenizer keeps every text, knows Qwen's special tokens, and makes words of the words it was trained on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tvau_studio.training.tokenizer import SPECIAL, train_tokenizer
from tvau_studio.tvau.families.qwen2_5_vl import FAMILY

TEXTS = ["A man in a red shirt riding a blue bicycle.", "一名身穿红色衬衫的男子，骑着一辆蓝色自行车。"] * 4


@pytest.fixture(scope="module")
def learned() -> Any:
    return train_tokenizer(TEXTS, 400)


@given(st.text())
def test_any_text_comes_back_as_it_went_in(learned: Any, text: str) -> None:
    ids = learned(FAMILY.plain(text), add_special_tokens=False)["input_ids"]
    assert learned.decode(ids) == FAMILY.plain(text)


def test_words_and_characters_of_the_texts_are_one_token(learned: Any) -> None:
    for word in (" red", " blue", " bicycle", "红", "蓝"):
        assert len(learned(word, add_special_tokens=False)["input_ids"]) == 1
    assert len(learned("红色", add_special_tokens=False)["input_ids"]) == 2  # a colour is the same token everywhere


def test_special_tokens_stand_last_in_qwens_order_and_survive_saving(learned: Any, tmp_path: Path) -> None:
    from transformers import PreTrainedTokenizerFast

    learned.save_pretrained(tmp_path)
    again = PreTrainedTokenizerFast.from_pretrained(tmp_path)
    for tokenizer in (learned, again):
        ids = tokenizer.convert_tokens_to_ids(list(SPECIAL))
        assert ids == list(range(len(tokenizer) - len(SPECIAL), len(tokenizer)))
        assert tokenizer("x<|im_end|>", add_special_tokens=False)["input_ids"][-1] == tokenizer.eos_token_id
        assert tokenizer.add_tokens(list(FAMILY.added_tokens), special_tokens=True) == 0
    assert len(again) <= 400


def test_the_same_texts_give_the_same_tokenizer(learned: Any) -> None:
    assert train_tokenizer(TEXTS, 400).get_vocab() == learned.get_vocab()
