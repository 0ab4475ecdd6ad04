"""Errors that a person can act on.

A package that owns a library turns that library's exceptions into a `StudioError`: one sentence that says what went
wrong with which file, and what to do next. Everything else that is raised is a bug and is reported as one.
"""

from __future__ import annotations


class StudioError(Exception):
    """One clear sentence for a person: what, which file, what to do next.

    template: English text with ``{name}`` fields, e.g. ``"{path} holds no video stream; choose a video file."``
    fields: the values. `str(error)` is the filled sentence; a window may translate the template first.
    """

    exit_code = 1

    def __init__(self, template: str, **fields: object) -> None:
        super().__init__(template, fields)
        self.template = template
        self.fields = fields

    def __str__(self) -> str:
        return self.template.format(**self.fields) if self.fields else self.template


class UsageError(StudioError):
    """The request itself is wrong (an empty range, an unknown format): exit code 2 on the command line."""

    exit_code = 2


class Cancelled(Exception):  # noqa: N818 - not an error: the person asked for it
    """Raised inside work that was cancelled, once it has stopped."""
