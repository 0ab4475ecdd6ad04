"""T-VAU: an unforked Qwen2.5-VL with the Anomaly Heatmap Decoder and the Region-aware Anomaly Encoder beside it.

taps, P_V = vision tower(frame pairs)          features.vision_features
H         = AHD(taps, S)                       ahd.AnomalyHeatmapDecoder
P_An      = RAE(H)                             rae.RegionAwareEncoder
answer    = LLM([P_V, P_An, P_Q])              generate
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn
from transformers import Qwen2_5_VLForConditionalGeneration
from transformers.cache_utils import Cache

from tvau_studio.domain.errors import UsageError
from tvau_studio.tvau.ahd import AnomalyHeatmapDecoder, FactoredDecoder, class_heat, heat
from tvau_studio.tvau.attention import use_batched_windows
from tvau_studio.tvau.configuration import TVAUConfig
from tvau_studio.tvau.families.qwen2_5_vl import FAMILY
from tvau_studio.tvau.features import Features, merge_tokens, vision_features
from tvau_studio.tvau.kv_cache import roomy_cache
from tvau_studio.tvau.processing_tvau import Patches, Prompt, TVAUProcessor
from tvau_studio.tvau.prompts import PromptSet, TextVectors, load_prompts, text_vectors
from tvau_studio.tvau.rae import make_rae


@dataclass
class Prefix:
    """The language model's state after system turn, video and anomaly tokens: what all questions on a range share.

    cache: keys and values of the prefix. next_position: where the first question's positions begin. length: tokens.
    """

    cache: Cache
    next_position: int
    length: int


class TVAU(nn.Module):
    """base: Qwen2_5_VLForConditionalGeneration. ahd, rae: None where the configuration has none.

    Text vectors are no parameters: they follow from embedding table and prompts (`set_prompts`).
    """

    prompts: PromptSet
    text: TextVectors
    adapter: Any = None
    """The peft model around `base` where an adapter was loaded to be trained on; no submodule, its weights are in
    `base`.
    """

    def __init__(self, config: TVAUConfig, base: Qwen2_5_VLForConditionalGeneration, tokenizer: Any) -> None:
        super().__init__()
        self.config = config
        self.base = base
        self.processor = TVAUProcessor(config, tokenizer, base.config.vision_config)
        vision_width, text_width = base.config.vision_config.hidden_size, base.config.text_config.hidden_size
        self.ahd = AnomalyHeatmapDecoder(config.ahd, vision_width, text_width) if config.ahd else None
        self.rae = make_rae(config.rae, text_width) if config.rae else None
        self._factored: FactoredDecoder | None = None
        use_batched_windows(base.model.visual)
        self.set_prompts(PromptSet.from_dict(config.prompts) if config.prompts else load_prompts())

    # -- text vectors

    def set_prompts(self, prompts: PromptSet) -> None:
        """Make the text vectors anew from the embedding table; needed after the table or the prompts changed."""
        self.prompts = prompts
        self.text = text_vectors(prompts, self.processor.tokenizer, self.embedding.weight)
        self._factored = None

    def phrase_vector(self, phrase: str) -> Tensor:
        """float32 [D]: S_abnormal of a phrase, as if it were an event class's word. Raises UsageError where it is
        empty."""
        words = " ".join(phrase.split())
        if not words:
            raise UsageError("An empty phrase has no heat; write what to look for.")
        alone = replace(self.prompts, classes={words: words}, own={})
        return text_vectors(alone, self.processor.tokenizer, self.embedding.weight).classes[0]

    def prompt_vectors(self, prompts: dict[str, Any]) -> Tensor:
        """float32 [2, D]: S_normal and S_abnormal of another set of prompts. Raises StudioError where it is none."""
        return text_vectors(PromptSet.from_dict(prompts), self.processor.tokenizer, self.embedding.weight).states

    @property
    def embedding(self) -> nn.Embedding:
        """The language model's input embedding table."""
        return self.base.get_input_embeddings()  # type: ignore[no-any-return]

    @property
    def visual(self) -> Any:
        """The vision tower."""
        return self.base.model.visual

    @property
    def device(self) -> torch.device:
        return self.embedding.weight.device

    def prepare(self) -> None:
        """Factor the AHD for inference; call after loading, and again after its weights changed."""
        self.eval()
        self._factored = None
        if self.ahd is not None and self.ahd.config.normalisation == "cosine":
            vectors = torch.cat([self.text.states, self.text.classes])
            self._factored = FactoredDecoder(self.ahd, vectors)

    # -- heat

    def features(self, patches: Patches, *, last: bool = True, merged: bool = True) -> Features:
        """One pass of the vision tower over P frame pairs (see `vision_features`). Without an AHD there are no taps."""
        taps = self.config.ahd.taps if self.config.ahd else ()
        values = patches.values.to(self.device)
        return vision_features(self.visual, values, patches.grid, taps, last=last or not taps, merged=merged)

    def merge(self, last: Tensor) -> Tensor:
        """Vision tokens [P, H'/m, W'/m, D] from the last block's output [P, H', W', C]."""
        return merge_tokens(self.visual, last)

    def cosines(self, features: Features, vectors: Tensor | None = None) -> Tensor:
        """H [P, M, H', W'] against `vectors` [M, D]; by default against S_normal, S_abnormal."""
        assert self.ahd is not None
        text = self.text.states if vectors is None else vectors
        return self.ahd(features.taps, text.to(features.taps[0].device))  # type: ignore[no-any-return]

    def all_cosines(self, features: Features) -> Tensor:
        """H of S_normal, S_abnormal and then each class's S_abnormal: [P, 2 + K, H', W']; factored after `prepare`."""
        if self._factored is not None and not self.training:
            return self._factored(features.taps)
        return self.cosines(features, torch.cat([self.text.states, self.text.classes]))

    def directions(self, features: Features) -> Tensor:
        """What any phrase's vector is compared with, float32 [P, H', W', D] (see `AnomalyHeatmapDecoder.direction`)."""
        assert self.ahd is not None
        return self.ahd.direction(features.taps)

    def heat(self, cosines: Tensor) -> Tensor:
        """Heat map float32 [P, H', W'] in 0..1 from H [P, 2 or more, H', W']."""
        assert self.config.ahd is not None
        return heat(cosines, self.config.ahd)

    def class_heat(self, cosines: Tensor) -> Tensor:
        """Per-class maps float32 [P, K, H', W'] in 0..1 from `all_cosines`."""
        assert self.config.ahd is not None
        return class_heat(cosines[:, :1], cosines[:, 2:], self.config.ahd)

    # -- language

    def anomaly_tokens(self, cosines: Tensor, merged: Tensor | None = None) -> Tensor:
        """P_An flattened to [tokens, D] from H [T', 2 or more, H', W'] and (where the RAE reads them) merged tokens."""
        if self.rae is None:
            return self.embedding.weight.new_zeros(0, self.embedding.embedding_dim)
        states = cosines[:, :2]
        return self.rae(states, self.heat(states), merged).flatten(0, 1)  # type: ignore[no-any-return]

    def embed(self, ids: Tensor, video: Tensor | None = None, anomaly: Tensor | None = None) -> Tensor:
        """Input embeddings [L, D] of ids [L], with video tokens [n, D] and anomaly tokens [m, D] put over their
        pads.
        """
        out = self.embedding(ids)
        for token, values in ((FAMILY.video_pad, video), (FAMILY.anomaly_pad, anomaly)):
            if values is not None and len(values):
                mask = (ids == self.processor.token_id(token))[:, None]
                out = out.masked_scatter(mask, values.to(out.dtype))
        return out  # type: ignore[no-any-return]

    def positions(self, prompt: Prompt, pairs: int, grid: tuple[int, int], seconds: float) -> Tensor:
        """Rotary positions [3, L] (time, height, width) of a prompt with one video of `pairs` frame pairs, `seconds`
        apart.

        As transformers computes them, but text after a long, slow video starts behind the video's last instant, as in
        Qwen's own
        code: transformers 5 lets it fall back among the video's times.
        """
        thw = torch.tensor([[pairs, *grid]])
        step = torch.tensor([seconds if self.config.chat.clock else 0.0])
        positions: Tensor
        positions, _ = self.base.model.get_rope_index(
            prompt.ids[None].cpu(), prompt.types[None].cpu(), video_grid_thw=thw, second_per_grid_ts=step
        )
        positions = positions[:, 0]
        video = prompt.types.cpu().nonzero()[:, 0]
        if len(video) and (after := int(video[-1]) + 1) < positions.shape[1]:
            lag = int(positions[:, : int(video[-1]) + 1].max()) + 1 - int(positions[0, after])
            positions[:, after:] += max(0, lag)
        return positions.to(self.device)

    @torch.inference_mode()
    def prefill(self, prefix: Prompt, embeds: Tensor, positions: Tensor) -> Prefix:
        """Run the language model over the prefix: embeds [L, D], positions [3, L]."""
        cache = roomy_cache()
        self.base.model.language_model(
            inputs_embeds=embeds[None], position_ids=positions[:, None], past_key_values=cache, use_cache=True
        )
        return Prefix(cache, int(positions.max()) + 1, len(prefix.ids))

    @torch.inference_mode()
    def generate(
        self,
        prefix: Prefix,
        ids: Tensor,
        limit: int,
        stop: Callable[[], bool] = lambda: False,
        first: Callable[[Tensor], None] = lambda logits: None,
    ) -> Generator[int, None, None]:
        """Greedy decoding of what follows `ids` [L] behind `prefix`: yields token ids until end of turn, `limit`, or
        `stop()`. first: is given the logits [vocabulary] of the first token.

        The prefix keeps its length: what this call appends to the cache is cut off again, also when the iteration is
        abandoned.
        """
        ends = self._ends()
        position = prefix.next_position
        step = ids.to(self.device)
        try:
            for n in range(limit):
                if stop():
                    return
                where = torch.arange(position, position + len(step), device=self.device)
                logits = self.base.lm_head(self._run(prefix, step, where))
                if n == 0:
                    first(logits)
                token = int(logits.argmax())
                if token in ends:
                    return
                yield token
                position += len(step)
                step = torch.tensor([token], device=self.device)
        finally:
            self._cut(prefix)

    @torch.inference_mode()
    def first_logits(self, prefix: Prefix, ids: Tensor) -> Tensor:
        """Logits [vocabulary] of the token that would follow `ids` behind `prefix`; the prefix stays as it is."""
        where = torch.arange(prefix.next_position, prefix.next_position + len(ids), device=self.device)
        hidden = self._run(prefix, ids.to(self.device), where)
        self._cut(prefix)
        return self.base.lm_head(hidden)  # type: ignore[no-any-return]

    def _run(self, prefix: Prefix, ids: Tensor, where: Tensor) -> Tensor:
        """Last hidden state [D] after appending `ids` [L] at text positions `where` [L]; the cache grows."""
        out = self.base.model.language_model(
            inputs_embeds=self.embedding(ids)[None],
            position_ids=where.expand(3, 1, -1),
            past_key_values=prefix.cache,
            use_cache=True,
        )
        return out.last_hidden_state[0, -1]  # type: ignore[no-any-return]

    @staticmethod
    def _cut(prefix: Prefix) -> None:
        if (grown := prefix.cache.get_seq_length() - prefix.length) > 0:
            prefix.cache.crop(-grown)

    def _ends(self) -> set[int]:
        eos = self.base.generation_config.eos_token_id
        listed = eos if isinstance(eos, list) else [eos]
        return {int(e) for e in listed if e is not None} | {self.processor.token_id(FAMILY.end_of_turn)}
