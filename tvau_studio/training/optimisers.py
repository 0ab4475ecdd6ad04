"""Which optimiser trains which parameter."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import nn


def adamw(parameters: Iterable[nn.Parameter], lr: float, weight_decay: float = 0.01) -> torch.optim.Optimizer:
    """AdamW over all of them (the paper's choice for the AHD)."""
    return torch.optim.AdamW(list(parameters), lr=lr, weight_decay=weight_decay, betas=(0.9, 0.98))


def muon_and_adamw(
    matrices: Iterable[nn.Parameter], others: Iterable[nn.Parameter], lr: float, muon: float
) -> list[torch.optim.Optimizer]:
    """Muon (orthogonalised momentum) on the blocks' matrices at rate `muon`, AdamW at `lr` on everything else."""
    return [adamw(others, lr), torch.optim.Muon(list(matrices), lr=muon, weight_decay=0.01)]
