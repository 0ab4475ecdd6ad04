"""Words that the dialogs of exchange share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tvau_studio.gui.forms import counted
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from tvau_studio.services.exchange import FormatInfo

_MOST = 8
"""Sentences of a preview that are listed."""


def known_formats() -> list[FormatInfo]:
    from tvau_studio.services.exchange import known_formats as known

    return known()


def clips(n: int) -> str:
    return counted(n, tr("clip"), tr("clips"))


def objects(n: int) -> str:
    return counted(n, tr("object"), tr("objects"))


def listed(sentences: Sequence[str]) -> str:
    """One sentence a line; of many the first, and how many more there are."""
    lines = [f"• {s[:1].upper()}{s[1:]}" for s in sentences[:_MOST]]
    if len(sentences) > _MOST:
        lines.append(f"• … {len(sentences) - _MOST}")
    return "\n".join(lines)
