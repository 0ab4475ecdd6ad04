from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
import torch

from tvau_studio.domain.errors import StudioError
from tvau_studio.tvau.prompts import PromptSet, load_prompts, text_vectors

EVENTS = (
    "person running",
    "people fighting",
    "person loitering",
    "person jumping",
    "object being thrown",
    "crowd gathering",
    "person riding bicycle",
    "person skateboarding",
    "person falling down",
    "abandoned object",
    "vehicle on walkway",
    "anomaly",
)


def test_the_shipped_set_is_the_papers_size() -> None:
    prompts = load_prompts()
    assert tuple(prompts.classes) == EVENTS
    for state in ("normal", "abnormal"):
        sentences = [s for event in EVENTS for s in prompts.sentences(state, event)]
        assert len(sentences) == 12 * 7 * 5 == len(set(sentences))
        assert not any("{}" in s for s in sentences)


def test_vectors_are_masked_means_of_embedding_rows(tokenizer: Any) -> None:
    prompts = PromptSet({"a": "x", "b": "yyyy"}, ("no {}",), ("{}!",), ("See {}.", "{}"), {})
    table = torch.randn(len(tokenizer), 16)
    got = text_vectors(prompts, tokenizer, table)

    def mean(*sentences: str) -> torch.Tensor:
        rows = [table[tokenizer(s, add_special_tokens=False)["input_ids"]].mean(0) for s in sentences]
        return torch.stack(rows).mean(0)

    torch.testing.assert_close(got.states[0], mean("See no x.", "no x", "See no yyyy.", "no yyyy"))
    torch.testing.assert_close(got.states[1], mean("See x!.", "x!", "See yyyy!.", "yyyy!"))
    torch.testing.assert_close(got.classes[1], mean("See yyyy!.", "yyyy!"))
    assert got.names == ("a", "b")


def test_own_phrases_replace_the_common_ones_and_weigh_by_sentence(tokenizer: Any) -> None:
    own = {"a": {"normal": ["quiet", "empty"]}}
    prompts = PromptSet({"a": "x", "b": "y"}, ("no {}",), ("{}!",), ("{}",), own)
    table = torch.randn(len(tokenizer), 8)
    assert prompts.sentences("normal", "a") == ["quiet", "empty"]
    rows = [table[tokenizer(s, add_special_tokens=False)["input_ids"]].mean(0) for s in ("quiet", "empty", "no y")]
    torch.testing.assert_close(text_vectors(prompts, tokenizer, table).states[0], torch.stack(rows).mean(0))


def test_the_hash_follows_prompts_and_used_rows_only(tokenizer: Any) -> None:
    prompts = load_prompts()
    table = torch.randn(len(tokenizer), 8)
    want = text_vectors(prompts, tokenizer, table).hash
    assert text_vectors(prompts, tokenizer, table.bfloat16()).hash == want
    other = table.clone()
    other[tokenizer.convert_tokens_to_ids("<|im_end|>")] += 1
    assert text_vectors(prompts, tokenizer, other).hash == want
    other[tokenizer("e", add_special_tokens=False)["input_ids"][0]] += 1
    assert text_vectors(prompts, tokenizer, other).hash != want
    changed = dataclasses.replace(prompts, frames=(*prompts.frames[:-1], "Now {}."))
    assert text_vectors(changed, tokenizer, table).hash != want


def test_round_trip_and_refusals(tmp_path: Path) -> None:
    prompts = load_prompts()
    assert PromptSet.from_dict(json.loads(json.dumps(prompts.to_dict()))) == prompts
    good = prompts.to_dict()
    for bad in (
        {**good, "classes": {}},
        {**good, "frames": ["no slot"]},
        {k: v for k, v in good.items() if k != "normal"},
        {**good, "own": {"unknown": {"normal": ["x"]}}},
        {**good, "classes": []},
    ):
        with pytest.raises(StudioError, match="no set of prompts"):
            PromptSet.from_dict(bad)
    file = tmp_path / "p.json"
    file.write_text("{")
    with pytest.raises(StudioError, match=r"p\.json cannot be read"):
        load_prompts(file)
