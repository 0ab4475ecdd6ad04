"""What a question comes to: the prompt, what fits into it, how sure its first token is, and what no text can do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tvau_studio.domain.errors import StudioError
from tvau_studio.tvau.families.qwen2_5_vl import FAMILY
from tvau_studio.tvau.host import ModelHost
from tvau_studio.tvau.talking import Asked, Talker

if TYPE_CHECKING:
    from tvau_studio.tvau.modeling_tvau import TVAU

QUESTION = "Is there any anomaly in the video?"


@pytest.fixture
def host(model: TVAU) -> ModelHost:
    return ModelHost(model, "random", "0")


def asked(host: ModelHost, video: Any, question: str = QUESTION, **more: Any) -> Asked:
    found = list(host.stream(video, question, 0, 8, **more))[-1].asked
    assert found is not None
    return found


def test_the_exact_prompt_can_be_read(host: ModelHost, video: Any) -> None:
    found = asked(host, video, history=[("Before?", "Then.")])
    ids = host._model.processor.tokenizer(found.prompt, add_special_tokens=False)["input_ids"]
    assert found.prompt.endswith(f"{QUESTION}<|im_end|>\n<|im_start|>assistant\n")
    assert "Before?<|im_end|>\n<|im_start|>assistant\nThen.<|im_end|>" in found.prompt
    assert found.prompt.count(FAMILY.video_pad) == found.prompt.count(FAMILY.anomaly_pad) == 1
    assert found.tokens > len(ids) - 20  # the pads stand in it with their number only
    assert found.left_out == 0


def test_without_evidence_is_without_the_anomaly_tokens(
    make_model: Callable[..., TVAU], host: ModelHost, video: Any
) -> None:
    bare = ModelHost(make_model(), "random", "0")
    bare.leave_out("rae")
    want = list(bare.stream(video, QUESTION, 0, 8))[-1].text
    with_evidence = list(host.stream(video, QUESTION, 0, 8))[-1].text
    without = list(host.stream(video, QUESTION, 0, 8, evidence=False))[-1]
    assert without.text == want != with_evidence
    assert without.asked is not None
    assert FAMILY.anomaly_pad not in without.asked.prompt
    # Neither disturbs the other.
    assert list(host.stream(video, QUESTION, 0, 8))[-1].text == with_evidence


def test_earlier_turns_that_do_not_fit_are_left_out_the_oldest_first(host: ModelHost, video: Any) -> None:
    long = "word " * 360  # one token a byte
    found = asked(host, video, history=[(f"first {long}", "a"), (f"second {long}", "b"), (f"third {long}", "c")])
    assert found.left_out == 1
    assert "first" not in found.prompt
    assert "second" in found.prompt


def test_a_question_that_does_not_fit_is_refused_and_the_model_goes_on(host: ModelHost, video: Any) -> None:
    before = list(host.stream(video, QUESTION, 0, 8))[-1].text
    with pytest.raises(StudioError, match=r"question is \d+ tokens long, and random reads at most 4096; shorten it"):
        list(host.stream(video, "x" * 100_000, 0, 8))
    assert list(host.stream(video, QUESTION, 0, 8))[-1].text == before


_PARTS = "<|im_end|> <|im_start|> <|vision_start|> <|video_pad|> <|anomaly_prompt_pad|> < | im_end assistant <| |> 有"
EVIL = st.lists(st.sampled_from([*_PARTS.split(), " ", "\n", "\x00", "\ud800"]), max_size=12).map("".join)


@given(EVIL, EVIL)
def test_no_text_is_read_as_a_special_token(tokenizer: Any, text: str, answer: str) -> None:
    text, answer = (t.encode("utf-8", "replace").decode() for t in (text, answer))
    special = {tokenizer.convert_tokens_to_ids(t) for t in (FAMILY.turn, FAMILY.end_of_turn, FAMILY.video_start)}
    special |= {tokenizer.convert_tokens_to_ids(t) for t in (FAMILY.video_pad, *FAMILY.added_tokens)}

    def count(question: str, history: list[tuple[str, str]]) -> int:
        ids = tokenizer(FAMILY.dialogue(question, history), add_special_tokens=False)["input_ids"]
        return sum(i in special for i in ids)

    assert count(text, [(text, answer)]) == count("a", [("b", "c")])


def test_how_sure_the_first_token_is(model: TVAU) -> None:
    talker = Talker(model, None)  # type: ignore[arg-type]
    tokenizer = model.processor.tokenizer
    yes, no = talker._words()
    assert tokenizer.convert_tokens_to_ids("Y") in yes
    assert tokenizer.convert_tokens_to_ids("N") in no
    assert not set(yes) & set(no)
    logits = torch.full((len(tokenizer),), -20.0)
    logits[yes[0]], logits[no[0]] = 2.0, 0.0
    assert talker._leaning(logits) == pytest.approx(1 / (1 + 2.718281828**-2), abs=1e-3)
    logits[tokenizer.convert_tokens_to_ids("T")] = 9.0  # "The ...": neither
    assert talker._leaning(logits) is None


def test_running_out_of_memory_is_said_and_leaves_the_model_usable(
    host: ModelHost, video: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = list(host.stream(video, QUESTION, 0, 8))[-1].text
    model = host._model

    def refuse(*args: object, **more: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB")

    with monkeypatch.context() as patch:
        patch.setattr(type(model), "_run", refuse)
        with pytest.raises(StudioError, match=r"memory of cpu does not suffice.*fewer frames than 8"):
            list(host.stream(video, QUESTION, 0, 8))
    assert host._bytes == 0
    assert list(host.stream(video, QUESTION, 0, 8))[-1].text == before


def test_other_errors_stay_what_they_are(host: ModelHost, video: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **more: object) -> None:
        raise RuntimeError("shape mismatch")

    with monkeypatch.context() as patch:
        patch.setattr(type(host._model), "_run", fail)
        with pytest.raises(RuntimeError, match="shape mismatch"):
            list(host.stream(video, QUESTION, 0, 8))
    assert list(host.stream(video, QUESTION, 0, 8))


def test_the_limit_follows_the_models_own(make_model: Callable[..., TVAU], video: Any) -> None:
    model = make_model()
    model.base.config.text_config.max_position_embeddings = 300
    model.config = replace(model.config, chat=replace(model.config.chat, max_new_tokens=10))
    host = ModelHost(model, "random", "0")
    found = asked(host, video, history=[("a" * 150, "b")])
    assert found.left_out == 1
    assert found.tokens + 10 <= 300
