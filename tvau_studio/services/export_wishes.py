"""What a person asked of an export."""

from __future__ import annotations

from dataclasses import dataclass

from tvau_studio.formats.base import STYLES
from tvau_studio.services.cutting import MEDIA

ALL = "all"
"""In place of a state: every clip, with its drafts; in place of a split: every one."""


@dataclass(frozen=True)
class ExportWishes:
    """What a person asked for.

    state: of the clips, or `ALL`: every clip, with its drafts. language: of the plain texts, ``en`` or ``zh``. split:
    of the videos, or `ALL`. style: of the dialogues, one of `formats.base.STYLES`. media: one of `cutting.MEDIA`: the
    dialogues name the videos with a window in seconds, or files cut out of them, written beside. card: a README.md
    beside says what the data are. snapshot: the name of one of the project's, "" for the labels as they are.
    """

    state: str = "accepted"
    language: str = "en"
    split: str = ALL
    style: str = STYLES[0]
    media: str = MEDIA[0]
    card: bool = False
    snapshot: str = ""
