"""What a report says, gathered once and written as HTML, PDF or JSON: plain values, nothing of how they look."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Picture:
    """One picture of an item. jpeg: its bytes, with what is drawn on it. size: (H, W) pixels. heat: with the heat over
    it.
    """

    frame: int
    seconds: float
    jpeg: bytes
    size: tuple[int, int]
    heat: bool


@dataclass(frozen=True)
class Curve:
    """frames, scores: the points of the score over the item and what is around it, ascending. threshold: above which
    it is hot.
    """

    frames: tuple[int, ...]
    scores: tuple[float, ...]
    threshold: float


@dataclass(frozen=True)
class Said:
    """A question and its answer; by: the model that answered, "" = people's labels."""

    question: str
    answer: str
    by: str
    frames: tuple[int, int]


@dataclass(frozen=True)
class Item:
    """One event or clip. video: its path as the project or the file names it. seconds: of its first frame and of the
    end of its last. kind: ``event`` (a scan's) or ``clip`` (accepted labels). note: why something is not shown, "" =
    nothing is missing.
    """

    kind: str
    title: str
    video: str
    frames: tuple[int, int]
    seconds: tuple[float, float] | None
    score: float | None
    peak: int | None
    region: str | None
    events: tuple[str, ...]
    box: tuple[float, float, float, float] | None
    pictures: tuple[Picture, ...]
    curve: Curve | None
    said: tuple[Said, ...]
    note: str = ""


@dataclass(frozen=True)
class Report:
    """made: when, as it is to be shown. facts: (label, value) of project, model and rule, in order. language: of its
    headings, ``en`` or ``zh``.
    """

    title: str
    made: str
    language: str
    facts: tuple[tuple[str, str], ...]
    items: tuple[Item, ...]


def clock(seconds: float) -> str:
    """Seconds as people read them: ``1:02.5``, ``1:00:00.0``."""
    tenths = round(seconds * 10)
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    tail = f"{rest // 10:02d}.{rest % 10}"
    return f"{hours}:{minutes:02d}:{tail}" if hours else f"{minutes}:{tail}"


WORDS = {
    "en": {
        "report": "Anomaly report",
        "made": "Made",
        "project": "Project",
        "source": "Source",
        "labels": "Accepted labels of the project",
        "count": "Entries",
        "model": "Model",
        "parameters": "Parameters",
        "model id": "Model id",
        "threshold": "Threshold of the heat",
        "program": "Program",
        "frames": "Frames",
        "time": "Time",
        "score": "Score",
        "region": "Region",
        "event": "Event",
        "box": "Box",
        "peak": "Peak",
        "plain": "Frame {frame}",
        "heat": "Frame {frame} with heat",
        "curve": "Score over frames",
        "question": "Question",
        "answer": "Answer",
        "of labels": "from the labels",
        "of model": "answer of {model}",
        "no events": "No entries.",
        "missing video": "{path} is missing: its pictures are not shown.",
        "no heat": "No heat is known of this range; scan the video first.",
    },
    "zh": {
        "report": "异常报告",
        "made": "生成时间",
        "project": "项目",
        "source": "来源",
        "labels": "项目中已接受的标注",
        "count": "条目",
        "model": "模型",
        "parameters": "参数量",
        "model id": "模型标识",
        "threshold": "热度阈值",
        "program": "程序",
        "frames": "帧",
        "time": "时间",
        "score": "得分",
        "region": "区域",
        "event": "事件",
        "box": "边框",
        "peak": "峰值",
        "plain": "第 {frame} 帧",
        "heat": "第 {frame} 帧（叠加热图）",
        "curve": "得分曲线",
        "question": "问题",
        "answer": "回答",
        "of labels": "来自标注",
        "of model": "{model} 的回答",
        "no events": "没有条目。",
        "missing video": "找不到 {path}：不显示其画面。",
        "no heat": "该范围没有热图；请先扫描视频。",
    },
}
"""The words of a report per language."""
