"""One question about many clips: a line for each, and the table of them as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tvau_studio.domain.errors import StudioError
from tvau_studio.services.files import whole_file

if TYPE_CHECKING:
    from tvau_studio.domain.summaries import ClipHead
    from tvau_studio.services.models import Cancel, Model
    from tvau_studio.services.projects import Project

COLUMNS = ("clip", "video", "frames", "question", "answer", "anomaly", "p_yes", "heat_max", "model", "error")


@dataclass(frozen=True)
class Line:
    """What was answered about one clip. clip: its id. video: path as the project keeps it. error: why there is no
    answer, "" where there is one.
    """

    clip: str
    video: str
    frames: tuple[int, int]
    question: str
    answer: str = ""
    anomaly: bool | None = None
    p_yes: float | None = None
    heat_max: float | None = None
    model: str = ""
    error: str = ""


def ask_clip(
    project: Project,
    model: Model,
    clip: ClipHead,
    question: str,
    language: str | None = None,
    cancel: Cancel | None = None,
) -> Line:
    """Ask about one clip; what goes wrong with it is in the line. Raises Cancelled."""
    from tvau_studio.media.video import Video
    from tvau_studio.services import asking

    video = project.video(clip.video)
    line = Line(clip.id, video.path if video is not None else "", (clip.start, clip.stop), question, model=model.name)
    try:
        path = project.find_video(video) if video is not None else None
        if path is None:
            raise StudioError("{path} is missing; put it back, or link the video to where it is now.", path=line.video)
        with Video(path) as film:
            reply = asking.ask(model, film, question, clip.start, clip.stop, language, cancel=cancel)
    except StudioError as error:
        return replace(line, error=str(error))
    return replace(line, answer=reply.answer, anomaly=reply.anomaly, p_yes=reply.p_yes, heat_max=reply.heat_max)


def write_csv(lines: Iterable[Line], path: str | Path) -> None:
    """Write the table, UTF-8 with a mark that spreadsheets know it by. Text that a spreadsheet would compute gets an
    apostrophe in front: an answer is data. Raises StudioError where nothing can be written; then nothing is.
    """
    with whole_file(path) as raw:
        file = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
        out = csv.writer(file)
        out.writerow(COLUMNS)
        for line in lines:
            a, b = line.frames
            known = {True: "yes", False: "no", None: ""}[line.anomaly]
            numbers = ["" if n is None else f"{n:.4f}" for n in (line.p_yes, line.heat_max)]
            texts = [line.clip, line.video, f"{a}:{b}", line.question, line.answer, known]
            out.writerow([*map(_safe, texts), *numbers, _safe(line.model), _safe(line.error)])
        file.detach()


def _safe(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
