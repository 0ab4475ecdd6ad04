"""Packed questions are the same sums as one pass per question; prompts are read and not learned."""

from __future__ import annotations

from dataclasses import replace

import torch

from tvau_studio.training.clip_features import ClipFeatures
from tvau_studio.training.dialogues import Sample
from tvau_studio.training.language_base import IGNORE
from tvau_studio.training.packing import answer_loss, hidden_states, mask, pack, tail, word_weights
from tvau_studio.tvau.modeling_tvau import TVAU

SAMPLES = [
    Sample("Is there any anomaly in the video?", "Yes, a man.", ()),
    Sample("Where?", "From the left to the right.", (("Is there any anomaly?", "Yes."),)),
    Sample("环境？", "广场。"),
]


def test_packing_equals_one_pass_per_question(network: TVAU, features: ClipFeatures) -> None:
    seen = features.seen(0)
    tails = [tail(network.processor, s) for s in SAMPLES]
    with torch.no_grad():
        packed = hidden_states(network, seen, pack(tails))
        single = torch.cat([hidden_states(network, seen, pack([t])) for t in tails])
    torch.testing.assert_close(packed, single, atol=1e-4, rtol=1e-4)


def test_what_is_trained_is_what_is_asked_later(network: TVAU, features: ClipFeatures) -> None:
    """The logits of the first answer token are those of inference with its cached prefix."""
    from tvau_studio.tvau.pairs import chosen_pairs

    seen, one = features.seen(0), tail(network.processor, SAMPLES[0])
    asked = network.processor.question_ids(SAMPLES[0].question)
    with torch.no_grad():
        packed = hidden_states(network, seen, pack([one]))
        here = network.base.lm_head(packed[len(asked) - 1])
        merged = network.merge(seen.last)
        shown = chosen_pairs(len(seen.last), network.config.chat.video_pairs)
        anomaly, video = network.anomaly_tokens(seen.cosines, merged), merged[shown].flatten(0, 2)
        prompt = network.processor.prefix(len(video), len(anomaly))
        grid = (seen.last.shape[1], seen.last.shape[2])
        where = network.positions(prompt, len(shown), grid, seen.seconds)
        prefix = network.prefill(prompt, network.embed(prompt.ids, video, anomaly), where)
    torch.testing.assert_close(network.first_logits(prefix, asked), here, atol=1e-4, rtol=1e-4)


def test_vision_tokens_that_are_known_are_not_computed_again(network: TVAU, features: ClipFeatures) -> None:
    seen, packed = features.seen(0), pack([tail(network.processor, s) for s in SAMPLES])
    with torch.no_grad():
        known = replace(seen, merged=network.merge(seen.last), last=torch.full_like(seen.last, torch.nan))
        torch.testing.assert_close(hidden_states(network, known, packed), hidden_states(network, seen, packed))


def test_the_question_is_read_and_only_the_answer_learned(network: TVAU) -> None:
    for sample in SAMPLES:
        one = tail(network.processor, sample)
        answer = network.processor.answer_ids(sample.answer)
        asked = len(one.ids) - len(answer)
        assert (one.labels[:asked] == IGNORE).all()
        assert one.labels[asked:].tolist() == one.ids[asked:].tolist() == answer.tolist()
        assert one.ids[-1] == network.processor.token_id("<|im_end|>")


def test_the_mask_parts_the_questions(network: TVAU) -> None:
    packed = pack([tail(network.processor, s) for s in SAMPLES])
    seen = mask(5, packed)[0, 0]
    assert seen.shape == (5 + len(packed.ids), 5 + len(packed.ids))
    assert seen[:, :5].tril().equal(seen[:, :5])
    assert seen[5:, :5].all()
    second = 5 + packed.starts[1]
    assert not seen[second:, 5:second].any()
    assert seen[second, second]
    assert not seen[second, second + 1]


def test_no_vision_token_is_cut_however_many(features: ClipFeatures) -> None:
    seen, packed = features.seen(0), pack([tail(features.model.processor, SAMPLES[0])])
    lengths: list[int] = []
    language = features.model.base.model.language_model
    handle = language.register_forward_pre_hook(
        lambda _, __, kwargs: lengths.append(kwargs["inputs_embeds"].shape[1]), with_kwargs=True
    )
    try:
        with torch.no_grad():
            hidden_states(features.model, seen, packed)
    finally:
        handle.remove()
    rae = features.model.rae
    assert rae is not None
    shown = min(len(seen.last), features.model.config.chat.video_pairs)
    vision = shown * seen.last.shape[1] * seen.last.shape[2] // 4
    bare = len(features.model.processor.prefix(0, 1).ids) - 1
    assert lengths == [vision + rae.tokens(len(seen.last)) + bare + len(packed.ids)]


def test_colour_words_can_weigh_more(network: TVAU, features: ClipFeatures) -> None:
    tokenizer = network.processor.tokenizer
    weigh = word_weights(tokenizer, ["Y"], 5.0)
    packed = pack([tail(network.processor, SAMPLES[0])])
    weights = weigh(packed.ids)
    assert sorted(set(weights.tolist())) == [1.0, 5.0]
    with torch.no_grad():
        assert answer_loss(network, features.seen(0), packed, weigh) != answer_loss(network, features.seen(0), packed)
