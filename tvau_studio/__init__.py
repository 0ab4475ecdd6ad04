"""tvau-studio: fine-grained video anomaly understanding on the desktop.

`Video`, `Project` and `load_model` are what a notebook or script imports; they are resolved on first use, so that
``import tvau_studio`` loads no heavy library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tvau_studio.media.video import Video
    from tvau_studio.services.models import load_model
    from tvau_studio.services.projects import Project

__version__ = "0.1.0"
__all__ = ["Project", "Video", "__version__", "load_model"]

_WHERE = {
    "Video": "tvau_studio.media.video",
    "Project": "tvau_studio.services.projects",
    "load_model": "tvau_studio.services.models",
}


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        from importlib import import_module

        return getattr(import_module(_WHERE[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
