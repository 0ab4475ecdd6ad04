"""The names of the colours and measures of the window. Data keeps its colours in both themes; chrome has two sets."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tokens:
    """Colours of one theme, ``#rrggbb``.

    window: behind everything. panel: docks. raised: fields and bubbles. hover: under the pointer. line: one-pixel
    separators. text, muted: to be read (at least 4.5:1 on panel and raised). faint: ticks, never text. accent:
    selection and the primary action; on_accent: text on it; selected: behind a selected row. ok, warn, bad: accepted,
    to review, returned and errors; a word stands beside. stage: around the picture. card: panels over the picture.
    """

    dark: bool
    window: str
    panel: str
    raised: str
    hover: str
    line: str
    text: str
    muted: str
    faint: str
    accent: str
    on_accent: str
    selected: str
    ok: str
    warn: str
    bad: str
    stage: str
    card: str


DARK = Tokens(
    dark=True,
    window="#14161a",
    panel="#1a1d23",
    raised="#21252d",
    hover="#2a2f39",
    line="#2b303a",
    text="#e7e9ee",
    muted="#8d95a5",
    faint="#5c6474",
    accent="#5aa2ff",
    on_accent="#0b1220",
    selected="#1a2e4c",
    ok="#4cc38a",
    warn="#f2b84b",
    bad="#ff6b6b",
    stage="#0b0c0e",
    card="#1a1d23",
)

LIGHT = Tokens(
    dark=False,
    window="#f3f4f6",
    panel="#ffffff",
    raised="#f0f2f5",
    hover="#e4e8ee",
    line="#dfe3e9",
    text="#1a1d23",
    muted="#5f6878",
    faint="#9aa3b2",
    accent="#1a63d6",
    on_accent="#ffffff",
    selected="#dbe9ff",
    ok="#17794c",
    warn="#8f5a0b",
    bad="#c93434",
    stage="#e4e7eb",
    card="#ffffff",
)

OBJECT_COLOURS = (
    "#5aa2ff",  # blue
    "#e69f00",  # orange
    "#2fc08f",  # bluish green
    "#d889c0",  # reddish purple
    "#f0e442",  # yellow
    "#ff7a59",  # vermilion
    "#66d9f0",  # sky
    "#b3a2ff",  # lavender
    "#a6d854",  # lime
    "#e8c1a0",  # sand
)
"""After Okabe and Ito, lightened to carry dark text: told apart also by those who do not see red and green apart."""

ON_OBJECT = "#0b0d10"
"""Text on an object's colour."""

STATE_TOKENS = {"new": "muted", "in work": "accent", "to review": "warn", "returned": "bad", "accepted": "ok"}
"""Review state of a clip -> the token of its colour."""

NO_CLASS = "#b4bcc9"
"""Of an object without an event, where colours tell classes."""
VERDICT_COLOURS = {"undecided": "#e69f00", "accepted": "#2fc08f", "rejected": "#ff7a59"}
"""Where colours tell drafts from what a person made or accepted."""

SPACE = (4, 8, 12, 16)
RADIUS = 6
BODY, LABEL, SMALL = 13, 12, 11
"""Sizes of text in pixels."""


def object_colour(track: int) -> str:
    """The colour of the object with that track number (1 and up), everywhere and always."""
    return OBJECT_COLOURS[(track - 1) % len(OBJECT_COLOURS)]


def contrast(a: str, b: str) -> float:
    """The contrast ratio of two colours ``#rrggbb``, 1..21 (WCAG 2.2)."""

    def luminance(colour: str) -> float:
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)
