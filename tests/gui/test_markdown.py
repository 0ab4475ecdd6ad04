"""What of an answer is emphasis and what stays characters; no Qt in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tvau_studio.gui.markdown import blocks, plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Yes, **a man** in `white`.", "Yes, a man in white."),
        ("# Scene\nA yard.", "Scene\nA yard."),
        ("- one\n  - two\n3. three", "• one\n• two\n3. three"),
        ("> said", "said"),
        ("```python\nx = *y*\n```\nend", "x = *y*\nend"),
        ("*lean* and _slant_ and snake_case_name", "lean and slant and snake_case_name"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("**open", "**open"),
        (
            "[here](https://example.org) ![x](file:///etc/passwd)",
            "[here](https://example.org) ![x](file:///etc/passwd)",
        ),
        ("<b>bold</b> &amp; <img src=x onerror=y>", "<b>bold</b> &amp; <img src=x onerror=y>"),
        ("", ""),
    ],
)
def test_marks_are_taken_away_and_everything_else_stays(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_what_runs_look_like() -> None:
    text = "a **b *c* d** `e*f*`"
    (line,) = blocks(text)
    assert [(text[r.start : r.stop], r.bold, r.italic, r.code) for r in line.runs] == [
        ("a ", False, False, False),
        ("b ", True, False, False),
        ("c", True, True, False),
        (" d", True, False, False),
        (" ", False, False, False),
        ("e*f*", False, False, True),
    ]
    heading, item, code = blocks("## Head\n    7) deep\n~~~\nraw\n~~~")
    assert (heading.kind, heading.level, heading.runs[0].bold) == ("heading", 2, True)
    assert (item.kind, item.level, item.number) == ("item", 2, 7)
    assert code.kind == "code"


@given(st.text(st.sampled_from("*_`#->~1.) \nab<中"), max_size=60))
def test_runs_lie_in_the_text_and_ascend(text: str) -> None:
    runs = [run for block in blocks(text) for run in block.runs]
    at = 0
    for run in runs:
        assert at <= run.start <= run.stop <= len(text)
        at = run.stop
    # Nothing but marks is left out.
    edges = [0, *(edge for run in runs for edge in (run.start, run.stop)), len(text)]
    left = set("".join(text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True)))
    assert left <= set("*_`#->~1.) \n") or "```" in text or "~~~" in text


def test_long_lines_of_marks_are_no_trap() -> None:
    for evil in ("*" * 20_000, "**a" * 5_000, "`" * 20_000, "_a" * 10_000, "[" * 20_000):
        assert plain(f"x{evil}").startswith("x")
