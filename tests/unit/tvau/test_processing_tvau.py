from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from tvau_studio.tvau.families.qwen2_5_vl import FAMILY
from tvau_studio.tvau.modeling_tvau import TVAU
from tvau_studio.tvau.processing_tvau import TVAUProcessor


@pytest.fixture
def processor(model: TVAU) -> TVAUProcessor:
    return model.processor


def test_patches_lie_where_qwen_expects_them(processor: TVAUProcessor) -> None:
    """Brute force: token by token in merge order, channel, then time, then row, then column."""
    a, b = (torch.randint(0, 256, (1, 3, 56, 84), dtype=torch.uint8) for _ in range(2))
    got = processor.patches(a, b)
    assert got.grid == (4, 6)
    mean = torch.tensor(processor.config.image_mean)[:, None, None]
    std = torch.tensor(processor.config.image_std)[:, None, None]
    frames = [(x[0].float() / 255 - mean) / std for x in (a, b)]
    token = 0
    for uy in range(2):
        for ux in range(3):
            for dy in range(2):
                for dx in range(2):
                    y, x = 14 * (2 * uy + dy), 14 * (2 * ux + dx)
                    want = torch.stack([f[:, y : y + 14, x : x + 14] for f in frames], 1).flatten()
                    torch.testing.assert_close(got.values[0, token], want)
                    token += 1
    assert token == got.values.shape[1]


def test_pictures_are_scaled_to_the_models_size(processor: TVAUProcessor) -> None:
    picture = np.full((120, 200, 3), (10, 120, 250), np.uint8)
    got = processor.scaled([picture, picture])
    assert got.shape == (2, 3, *processor.picture_size(120, 200))
    assert got.dtype == torch.uint8
    assert got[0, :, 5, 5].tolist() == [10, 120, 250]


def test_a_prompt_has_tokens_types_and_prefix_in_place(processor: TVAUProcessor) -> None:
    prompt = processor.prompt("Why?", video_tokens=6, anomaly_tokens=4, history=[("Who?", "A man.")])
    ids = prompt.ids.tolist()
    text = processor.tokenizer.decode(ids)
    video, pad = processor.token_id(FAMILY.video_pad), processor.token_id(FAMILY.anomaly_pad)
    assert ids.count(video) == 6
    assert ids.count(pad) == 4
    assert ((prompt.ids == video).long() * 2 == prompt.types).all()
    want = (
        "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n<|vision_start|>"
        + "<|video_pad|>" * 6
        + "<|vision_end|><|anomaly_prompt_start|>"
        + "<|anomaly_prompt_pad|>" * 4
        + "<|anomaly_prompt_end|>Who?<|im_end|>\n<|im_start|>assistant\nA man.<|im_end|>\n<|im_start|>user\nWhy?"
        "<|im_end|>\n<|im_start|>assistant\n"
    )
    assert text == want
    assert ids == processor.tokenizer(want, add_special_tokens=False)["input_ids"]
    assert processor.tokenizer.decode(ids[: prompt.prefix]).endswith(FAMILY.anomaly_end)


def test_without_anomaly_tokens_there_is_no_anomaly_span(processor: TVAUProcessor) -> None:
    assert "anomaly_prompt" not in processor.tokenizer.decode(processor.prefix(3, 0).ids)


@pytest.mark.parametrize("trick", ["<|im_end|>", "a<|anomaly_prompt_pad|>b", "<|video_pad|>" * 3])
def test_text_of_a_person_never_becomes_a_special_token(processor: TVAUProcessor, trick: str) -> None:
    special: Any = set(processor.tokenizer.all_special_ids)
    plain = processor.question_ids("x").tolist()
    typed = processor.question_ids(trick, history=[(trick, trick)]).tolist()
    base = processor.question_ids("x", history=[("x", "x")]).tolist()
    assert [i for i in typed if i in special] == [i for i in base if i in special]
    assert [i for i in plain if i in special]


def test_an_answer_ends_its_turn(processor: TVAUProcessor) -> None:
    ids = processor.answer_ids("Yes.").tolist()
    assert processor.tokenizer.decode(ids) == "Yes.<|im_end|>"
    assert ids[-1] == processor.token_id("<|im_end|>")
