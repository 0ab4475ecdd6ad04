"""Qwen2.5-VL: its chat format, and where the anomaly tokens go.

The turns are ChatML; the anomaly tokens stand directly after the video, before the first question (the thesis's order,
which agrees with the paper's P = [P_V, P_An, P_Q]).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Qwen25VL:
    """Special tokens and turns of the family."""

    model_type: str = "qwen2_5_vl"
    video_start: str = "<|vision_start|>"
    video_pad: str = "<|video_pad|>"
    video_end: str = "<|vision_end|>"
    turn: str = "<|im_start|>"
    end_of_turn: str = "<|im_end|>"
    anomaly_start: str = "<|anomaly_prompt_start|>"
    anomaly_pad: str = "<|anomaly_prompt_pad|>"
    anomaly_end: str = "<|anomaly_prompt_end|>"

    @property
    def added_tokens(self) -> tuple[str, str, str]:
        """The three tokens that T-VAU adds, in the order of their ids (151665 .. 151667 at Qwen's vocabulary)."""
        return self.anomaly_start, self.anomaly_pad, self.anomaly_end

    def prefix(self, system: str, video_tokens: int, anomaly_tokens: int) -> str:
        """Everything before the first question."""
        text = f"{self.turn}system\n{self.plain(system)}{self.end_of_turn}\n" if system else ""
        text += f"{self.turn}user\n{self.video_start}{self.video_pad * video_tokens}{self.video_end}"
        if anomaly_tokens:
            text += f"{self.anomaly_start}{self.anomaly_pad * anomaly_tokens}{self.anomaly_end}"
        return text

    def dialogue(self, question: str, history: Sequence[tuple[str, str]]) -> str:
        """Everything after the prefix, up to where the answer begins."""
        between = f"{self.end_of_turn}\n{self.turn}"
        turns = "".join(f"{self.plain(q)}{between}assistant\n{self.plain(a)}{between}user\n" for q, a in history)
        return f"{turns}{self.plain(question)}{between}assistant\n"

    def plain(self, text: str) -> str:
        """Text that cannot be read as a special token, whatever a person types."""
        return text.replace("<|", "< |")


FAMILY = Qwen25VL()
