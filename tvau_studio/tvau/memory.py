"""What memory a device has, and what is said where it does not suffice."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from tvau_studio.domain.errors import StudioError

_REFUSED = re.compile(r"out of memory|can't allocate memory|not enough memory|alloc.*failed", re.IGNORECASE)


@contextlib.contextmanager
def enough(device: str, forget: Callable[[], None], way_out: str) -> Iterator[None]:
    """Turns running out of memory into a StudioError, after `forget()` gave back what can be given back, so that the
    model can be used again. way_out: what to do, a clause.
    """
    try:
        yield
        return
    except (MemoryError, RuntimeError) as error:  # torch.OutOfMemoryError is a RuntimeError
        if not isinstance(error, MemoryError) and not _REFUSED.search(str(error)):
            raise
    # Outside of the handler, whose traceback holds on to every tensor of the work that failed.
    forget()
    release(device)
    raise StudioError("The memory of {device} does not suffice for this; {way_out}.", device=device, way_out=way_out)


def release(device: str) -> None:
    """Give what is freed back to the device, for other programs too."""
    if device.startswith("cuda") and torch.cuda.is_available():
        torch.cuda.empty_cache()
    elif device.startswith("mps"):
        torch.mps.empty_cache()


@dataclass(frozen=True)
class Usage:
    """Bytes. weights, features: of a model. used, total: of its device; None for the CPU, whose memory is the
    machine's.
    """

    weights: int
    features: int
    used: int | None = None
    total: int | None = None


def usage(parameters: Iterable[Tensor], features: int, device: str) -> Usage:
    """What a model with these parameters takes, and its device has."""
    weights = sum(p.numel() * p.element_size() for p in parameters)
    if not device.startswith("cuda") or not torch.cuda.is_available():
        return Usage(weights, features)
    free, total = torch.cuda.mem_get_info(torch.device(device))
    return Usage(weights, features, total - free, total)
