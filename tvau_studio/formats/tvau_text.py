"""The sentences of the first author's thesis, ``dataset_track_zh_en.json``: clip -> sentences, Chinese and English
mixed.

An empty list says that the clip holds no anomaly. They come in as descriptions of the clip.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from tvau_studio.formats import text
from tvau_studio.formats.base import Format, Part, Reading, ReadOptions, WriteOptions
from tvau_studio.formats.build import Builder
from tvau_studio.formats.thesis import clip_name, video_name

_HAN = re.compile(r"[\u3400-\u9fff]")


def read(path: Path, options: ReadOptions) -> Reading:
    """One video with one clip for each clip of the file. Raises Malformed."""
    build = Builder(path)
    content = text.json_file(path)
    if not isinstance(content, dict):
        raise build.refuse("the root", "an object of clips is wanted")
    for name, sentences in content.items():
        if not isinstance(sentences, list) or not all(isinstance(s, str) for s in sentences):
            raise build.refuse(name, "a list of sentences is wanted")
        video = build.video(video_name(name), where=name)
        clip = build.clip(video, anomaly=bool(sentences), where=name)
        for position, sentence in enumerate(sentences):
            build.describe(clip, position, "zh" if _HAN.search(sentence) else "en", sentence)
    if not content:
        build.warn("the file holds no clip")
    return build.reading


def write(parts: Iterable[Part], options: WriteOptions) -> Iterator[bytes]:
    """The descriptions of every clip in their order. An anomalous clip without any is left out: its empty list would
    say that it is not.
    """
    lead = "{\n"
    for part in parts:
        for clip in part.clips:
            sentences = [d.text for d in part.document.descriptions(clip.key)]
            anomalous = part.document.anomalous(clip)
            if anomalous and not sentences:
                options.warn(f"{clip.id} was left out: it is anomalous, and nothing describes it")
                continue
            if sentences and not anomalous:
                options.warn(f"the descriptions of {clip.id} were left out: they would say that it is anomalous")
                sentences = []
            entry = json.dumps({clip_name(part, clip, ".npy"): sentences}, indent=2, ensure_ascii=False)
            yield (lead + entry[2:-2]).encode("utf-8")
            lead = ",\n"
    yield b"{}" if lead == "{\n" else b"\n}"


FORMAT = Format(
    name="tvau-text",
    title="Sentences of the thesis (dataset_track_zh_en.json)",
    suffixes=(".json",),
    read=read,
    write=write,
    holds=frozenset({"clips", "descriptions", "anomaly"}),
    thesis_names=True,
)
