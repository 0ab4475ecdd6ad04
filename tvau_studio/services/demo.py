"""The demo: a project of rendered clips with labels, made once in the person's data folder."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.paths import data_folder, resource
from tvau_studio.services.projects import SUFFIX, Project

NAME = "demo"
_AUTHOR = "tvau-studio"
"""Who made its labels: nobody's undo takes them away."""


def ensure() -> Path:
    """The path of the demo project, made now where it is not there yet. Raises StudioError where it cannot be."""
    folder = data_folder() / NAME
    project = folder / (NAME + SUFFIX)
    return project if project.exists() else make(folder)


def make(folder: Path) -> Path:
    """Make the demo in `folder`, which appears whole or not at all; the path of its project.

    Its clips are copied beside it, so that it lives on when the program is updated or moved.
    """
    source = resource(NAME)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise _unwritable(folder, error) from None
    try:
        path = made / (NAME + SUFFIX)
        for clip in sorted(source.glob("*.mp4")):
            shutil.copy(clip, made)
        with Project.create(path, person=_AUTHOR) as project:
            project.import_("jsonl", _beside(source / "labels.jsonl", made))
            project.add_videos([made], "none")  # looked at now, so that nothing is missing
            if (source / "heat").is_dir():
                shutil.copytree(source / "heat", project.cache.folder / "heat")
        (made / "labels.jsonl").unlink()
        made.chmod(0o755)
        _into_place(made, folder)
    except OSError as error:
        raise _unwritable(folder, error) from None
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return folder / (NAME + SUFFIX)


def _beside(labels: Path, folder: Path) -> Path:
    """The labels in the folder of their clips: a file names videos relative to itself."""
    return Path(shutil.copy(labels, folder))


def _into_place(made: Path, folder: Path) -> None:
    with contextlib.suppress(OSError):
        folder.rmdir()  # an empty one may stand there
    try:
        made.rename(folder)
    except OSError:
        # Another start of the program was faster; or what stands there is not ours to remove.
        if not (folder / (NAME + SUFFIX)).exists():
            raise


def _unwritable(folder: Path, error: OSError) -> StudioError:
    return StudioError(
        "The demo cannot be made in {folder} ({reason}); make room there, or set TVAU_STUDIO_HOME to another folder.",
        folder=folder,
        reason=error.strerror or os.strerror(error.errno or 0),
    )
