"""Labels <-> files: one file per format, found by itself.

A module here that holds ``FORMAT`` (see `base.Format`) is a format. Reading gives plain rows, writing takes a document;
neither knows the store. What an import *means* (which video is meant, what is replaced) is decided in one place, in
`services.exchange`. A malformed file is refused whole, and what a format cannot hold is named. Begin with `jsonl`.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from tvau_studio.domain.errors import UsageError
from tvau_studio.formats.base import Format


@cache
def formats() -> dict[str, Format]:
    """Every format by its name, in alphabetical order."""
    modules = [importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__)]
    found: list[Format] = [module.FORMAT for module in modules if hasattr(module, "FORMAT")]
    return {f.name: f for f in sorted(found, key=lambda f: f.name)}


def get(name: str) -> Format:
    """Raises UsageError where there is no such format."""
    if name not in formats():
        raise UsageError("There is no format {name!r}; choose from {known}.", name=name, known=", ".join(formats()))
    return formats()[name]
