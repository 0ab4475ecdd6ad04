"""JSON lines, the training export: one clip a line, with boxes of every frame, texts and the dialogue.

It keeps labels whole but for a curve's being a curve, scores, comments, and the dialogue of the other language:
written, read into an empty project and written again, it is the same to the byte. `jsonl_lines` checks a line, for
whoever wants no more than lines; `jsonl_read` joins lines into rows, `jsonl_write` writes them.
"""

from __future__ import annotations

from tvau_studio.formats.base import Format
from tvau_studio.formats.jsonl_read import read
from tvau_studio.formats.jsonl_write import write
from tvau_studio.formats.losses import ALL

FORMAT = Format(
    name="jsonl",
    title="JSON lines, to train on",
    suffixes=(".jsonl", ".json"),
    read=read,
    write=write,
    holds=ALL - {"smooth", "other dialogue", "score", "comments"},
    dialogues=True,
)
