"""Pictures -> normalised patches per frame pair; a dialogue -> token ids.

Patches are cut in the order of Qwen2-VL's processors (2x2 merge units, row by row), so that any Qwen2.5-VL weights fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from tvau_studio.tvau.configuration import TVAUConfig
from tvau_studio.tvau.families.qwen2_5_vl import FAMILY


@dataclass(frozen=True)
class Patches:
    """values: float32 [P, H' W', 3 * 2 * patch * patch] for P frame pairs. grid: (H', W')."""

    values: Tensor
    grid: tuple[int, int]


@dataclass(frozen=True)
class Prompt:
    """ids: int64 [L]. types: int64 [L], 0 text, 2 video (Qwen's mm_token_type_ids). prefix: how many leading ids do not
    depend on the
    dialogue (system turn, video, anomaly tokens)."""

    ids: Tensor
    types: Tensor
    prefix: int


class TVAUProcessor:
    """tokenizer: of the base model. vision: its vision configuration (patch, merge and temporal patch size are
    read).
    """

    def __init__(self, config: TVAUConfig, tokenizer: Any, vision: Any) -> None:
        self.config = config
        self.tokenizer = tokenizer
        self.patch, self.merge, self.temporal = vision.patch_size, vision.spatial_merge_size, vision.temporal_patch_size
        self._mean = torch.tensor(config.image_mean).view(3, 1) * 255
        self._std = torch.tensor(config.image_std).view(3, 1) * 255

    def picture_size(self, height: int, width: int) -> tuple[int, int]:
        """The size to which a picture is scaled, pixels."""
        return self.config.pictures.size(height, width, self.patch * self.merge)

    def grid(self, height: int, width: int) -> tuple[int, int]:
        """(H', W'): patches of a picture of height x width pixels."""
        h, w = self.picture_size(height, width)
        return h // self.patch, w // self.patch

    def scaled(self, pictures: Sequence[np.ndarray] | np.ndarray) -> Tensor:
        """Pictures uint8 [N][H, W, 3] RGB -> uint8 [N, 3, h, w] at the model's size (bicubic, antialiased)."""
        size = self.picture_size(*pictures[0].shape[:2])
        rows = []
        for picture in pictures:
            x = torch.from_numpy(np.ascontiguousarray(picture)).permute(2, 0, 1)[None]
            rows.append(functional.interpolate(x, size, mode="bicubic", antialias=True) if x.shape[2:] != size else x)
        return torch.cat(rows)

    def patches(self, first: Tensor, second: Tensor) -> Patches:
        """Patches of P pairs from their two scaled pictures, uint8 (or float 0..255) [P, 3, h, w] each."""
        both = torch.stack([first, second], 1)  # [P, 2, 3, h, w]
        p, m, h, w = self.patch, self.merge, both.shape[-2], both.shape[-1]
        x = both.view(len(both), 2, 3, h // (p * m), m, p, w // (p * m), m, p)
        x = x.permute(0, 3, 6, 4, 7, 2, 1, 5, 8)  # [P, h/28, w/28, m, m, 3, 2, p, p]
        # Cut first, as bytes, and scale then: a quarter of the memory goes through the reordering.
        x = x.reshape(len(both), (h // p) * (w // p), 3, 2 * p * p)
        x = (x.float() - self._mean.to(x.device)) / self._std.to(x.device)
        return Patches(x.flatten(2), (h // p, w // p))

    def prefix(self, video_tokens: int, anomaly_tokens: int) -> Prompt:
        """The ids before the first question: system turn, video and anomaly tokens."""
        ids = self.tokenizer(
            FAMILY.prefix(self.config.chat.system, video_tokens, anomaly_tokens), add_special_tokens=False
        )["input_ids"]
        flat = torch.tensor(ids)
        types = torch.where(flat == self.token_id(FAMILY.video_pad), 2, 0)
        return Prompt(flat, types, len(ids))

    def question_ids(self, question: str, history: Sequence[tuple[str, str]] = ()) -> Tensor:
        """The ids that follow `prefix`: earlier (question, answer) turns, the question, and the opening of the answer.
        int64 [L].
        """
        text = FAMILY.dialogue(question, history)
        return torch.tensor(self.tokenizer(text, add_special_tokens=False)["input_ids"])

    def shown(self, question: str, history: Sequence[tuple[str, str]], video_tokens: int, anomaly_tokens: int) -> str:
        """The whole prompt as text, to be read by a person: a run of pads is written once, with its number."""
        text = FAMILY.prefix(self.config.chat.system, video_tokens, anomaly_tokens)
        for pad, n in ((FAMILY.video_pad, video_tokens), (FAMILY.anomaly_pad, anomaly_tokens)):
            text = text.replace(pad * n, f"{pad}×{n}") if n else text
        return text + FAMILY.dialogue(question, history)

    def prompt(
        self, question: str, video_tokens: int, anomaly_tokens: int, history: Sequence[tuple[str, str]] = ()
    ) -> Prompt:
        """prefix + question_ids as one prompt."""
        head, tail = self.prefix(video_tokens, anomaly_tokens), self.question_ids(question, history)
        return Prompt(torch.cat([head.ids, tail]), torch.cat([head.types, torch.zeros_like(tail)]), head.prefix)

    def answer_ids(self, answer: str) -> Tensor:
        """The ids of an answer as training appends them, closed by the end-of-turn token. int64 [L]."""
        text = FAMILY.plain(answer) + FAMILY.end_of_turn
        return torch.tensor(self.tokenizer(text, add_special_tokens=False)["input_ids"])

    def token_id(self, token: str) -> int:
        """The id of a special token."""
        return int(self.tokenizer.convert_tokens_to_ids(token))
