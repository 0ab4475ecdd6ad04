"""A report as one HTML file that needs nothing else: pictures inside, no script, no address, every text escaped."""

from __future__ import annotations

import base64
from html import escape

from tvau_studio.services.report_content import WORDS, Curve, Item, Report, clock

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --line: #d9dee5; --paper: #ffffff; --card: #f6f8fa;
  --hot: #c2410c; --curve: #0072b2; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --soft: #9aa5b4; --line: #333c48; --paper: #14181d;
  --card: #1c2229; --hot: #fb923c; --curve: #56b4e9; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 32px 24px 64px; max-width: 1040px; color: var(--ink); background: var(--paper);
  font: 15px/1.5 Inter, "Noto Sans", "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", system-ui, sans-serif; }
h1 { font-size: 26px; line-height: 1.2; margin: 0 0 4px; }
.made { color: var(--soft); margin: 0 0 20px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 20px; margin: 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
article { margin-top: 32px; padding-top: 20px; border-top: 1px solid var(--line); }
h2 { font-size: 18px; margin: 0 0 12px; display: flex; gap: 12px; align-items: baseline; }
h2 .n { color: var(--soft); font-weight: 400; }
h2 .name { overflow-wrap: anywhere; flex: 1; }
h2 .score { color: var(--hot); font-variant-numeric: tabular-nums; }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(280px, 1fr)); gap: 12px; margin: 0 0 12px; }
figure { margin: 0; }
figure img { display: block; width: 100%; height: auto; border-radius: 6px; }
figcaption { color: var(--soft); font-size: 13px; margin-top: 4px; }
svg { display: block; width: 100%; height: auto; margin: 4px 0 12px; }
svg text { fill: var(--soft); font-size: 11px; }
.said { background: var(--card); border-radius: 8px; padding: 12px 16px; margin-top: 12px; }
.said p { margin: 0; overflow-wrap: anywhere; white-space: pre-wrap; }
.said .q { color: var(--soft); }
.said .by { color: var(--soft); font-size: 13px; }
.note { color: var(--hot); }
@media print { body { max-width: none; padding: 0; font-size: 11pt; } article { break-inside: avoid; }
  :root { --ink: #000; --soft: #444; --line: #bbb; --paper: #fff; --card: #f4f4f4; --hot: #9a3412; --curve: #0072b2; } }
"""

_WIDTH, _HEIGHT, _LEFT, _BOTTOM = 1000, 170, 34, 22


def html(report: Report) -> str:
    """The whole file."""
    words = WORDS[report.language]
    facts = "\n".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in report.facts)
    items = "\n".join(_item(n, item, words) for n, item in enumerate(report.items, start=1))
    return f"""<!DOCTYPE html>
<html lang="{"zh-Hans" if report.language == "zh" else "en"}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>{escape(report.title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
<h1>{escape(report.title)}</h1>
<p class="made">{escape(words["made"])}: {escape(report.made)}</p>
<dl>
{facts}
</dl>
{items or f"<p>{escape(words['no events'])}</p>"}
</main>
</body>
</html>
"""


def _item(number: int, item: Item, words: dict[str, str]) -> str:
    score = "" if item.score is None else f'<span class="score">{item.score:.2f}</span>'
    figures = []
    for picture in item.pictures:
        caption = escape(words["heat" if picture.heat else "plain"].format(frame=picture.frame))
        data = base64.b64encode(picture.jpeg).decode()
        height, width = picture.size
        figures.append(
            f'<figure><img alt="{caption}" width="{width}" height="{height}" src="data:image/jpeg;base64,{data}">'
            f"<figcaption>{caption} · {clock(picture.seconds)}</figcaption></figure>"
        )
    parts = [
        f'<article>\n<h2><span class="n">{number}</span><span class="name">{escape(item.title)}</span>{score}</h2>',
        f'<div class="pictures">\n{chr(10).join(figures)}\n</div>' if figures else "",
        f'<p class="note">{escape(item.note)}</p>' if item.note else "",
        "" if item.curve is None else _svg(item.curve, item, words),
        "<dl>" + "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in rows(item, words)) + "</dl>",
        *(
            f'<div class="said"><p class="q">{escape(said.question)}</p><p>{escape(said.answer)}</p>'
            f'<p class="by">{escape(by(said.by, said.frames, words))}</p></div>'
            for said in item.said
        ),
        "</article>",
    ]
    return "\n".join(p for p in parts if p)


def by(model: str, frames: tuple[int, int], words: dict[str, str]) -> str:
    """Who said it, of which frames."""
    who = words["of model"].format(model=model) if model else words["of labels"]
    return f"{who} · {words['frames']} {frames[0]}:{frames[1]}"


def rows(item: Item, words: dict[str, str]) -> list[tuple[str, str]]:
    """The facts of an item in words, in order."""
    found = [(words["frames"], f"{item.frames[0]}:{item.frames[1]}")]
    if item.seconds is not None:
        found.append((words["time"], f"{clock(item.seconds[0])} – {clock(item.seconds[1])}"))
    if item.events:
        found.append((words["event"], ", ".join(item.events)))
    if item.region:
        found.append((words["region"], item.region))
    if item.score is not None:
        peak = "" if item.peak is None else f" ({words['peak']}: {words['plain'].format(frame=item.peak)})"
        found.append((words["score"], f"{item.score:.3f}{peak}"))
    if item.box is not None:
        found.append((words["box"], "[" + ", ".join(f"{v:g}" for v in item.box) + "]"))
    return found


def _svg(curve: Curve, item: Item, words: dict[str, str]) -> str:
    """The score over frames: the item's range shaded, the threshold dashed, the peak a dot."""
    low, high = curve.frames[0], max(curve.frames[-1], curve.frames[0] + 1)
    plot = _HEIGHT - _BOTTOM

    def x(frame: float) -> float:
        return round(_LEFT + (min(max(frame, low), high) - low) / (high - low) * (_WIDTH - _LEFT - 8), 1)

    def y(score: float) -> float:
        return round(plot - min(max(score, 0), 1) * (plot - 10), 1)

    points = " ".join(f"{x(f)},{y(s)}" for f, s in zip(curve.frames, curve.scores, strict=True))
    a, b = (x(f) for f in item.frames)
    dot = ""
    if item.peak is not None and item.score is not None:
        dot = f'<circle cx="{x(item.peak)}" cy="{y(item.score)}" r="4" fill="var(--hot)"/>'
    marks = "".join(
        f'<text x="{_LEFT - 6}" y="{y(v) + 4}" text-anchor="end">{v:g}</text>' for v in (0, curve.threshold, 1)
    )
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(words["curve"])}">'
        f'<rect x="{a}" y="10" width="{round(max(b - a, 1), 1)}" height="{plot - 10}" fill="var(--hot)" '
        f'opacity="0.14"/>'
        f'<line x1="{_LEFT}" y1="{plot}" x2="{_WIDTH - 8}" y2="{plot}" stroke="var(--line)"/>'
        f'<line x1="{_LEFT}" y1="{y(curve.threshold)}" x2="{_WIDTH - 8}" y2="{y(curve.threshold)}" '
        f'stroke="var(--soft)" stroke-dasharray="4 4"/>'
        f'<polyline points="{points}" fill="none" stroke="var(--curve)" stroke-width="2" stroke-linejoin="round"/>'
        f"{dot}{marks}"
        f'<text x="{_LEFT}" y="{_HEIGHT - 5}">{low}</text>'
        f'<text x="{_WIDTH - 8}" y="{_HEIGHT - 5}" text-anchor="end">{high}</text></svg>'
    )
