"""The scan of many videos on a Dask cluster: a video is a task, and every worker does what one process would.

Nothing of a scheduler is written here: Dask hands tasks out, and gives those of a worker that died to another, which
goes on from the maps in the cache folder where both see it.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.events import Event, Rule, ranked
from tvau_studio.services.scanning import Options, Result

if TYPE_CHECKING:
    from tvau_studio.services.models import Model, Progress

GPU = "GPU"
"""The resource that a worker with a GPU offers: ``dask worker --resources GPU=1``."""

_PATIENCE = 20
"""Seconds in which the scheduler has to answer."""


def scan(
    paths: Sequence[str | Path],
    address: str,
    cache: Path,
    options: Options,
    *,
    model: str = "tvau-tiny",
    device: str = "auto",
    progress: Progress | None = None,
) -> Result:
    """As `scanning.scan`, on the workers of the scheduler at `address`, who see paths, model and cache as we do.

    device ``cuda`` asks for workers that offer `GPU`. progress(done, total) counts videos. Raises StudioError where
    Dask is not installed, nobody answers, no worker fits, or no video can be scanned.
    """
    try:
        from distributed import Client, as_completed
    except ImportError:
        raise StudioError(
            "A cluster needs the package distributed; install it with `pip install 'tvau-studio[cluster]'`."
        ) from None
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise StudioError(
            "No Dask scheduler answers at {address}: {why}; start one with `dask scheduler`.",
            address=address,
            why=str(error).strip().splitlines()[-1][:200] if str(error).strip() else type(error).__name__,
        ) from None
    with client:
        wanted = {GPU: 1} if device == "cuda" else None
        _check_workers(client.scheduler_info(n_workers=-1)["workers"], address, wanted)
        absolute = [str(Path(p).absolute()) for p in paths]
        tasks = [
            client.submit(_scan_one, path, model, device, str(Path(cache).absolute()), asdict(options), pure=False,
                          resources=wanted)
            for path in absolute
        ]  # fmt: skip
        given = dict(zip(absolute, map(str, paths), strict=True))
        rows: list[Event] = []
        refused: list[str] = []
        try:
            for done, task in enumerate(as_completed(tasks, loop=client.loop), start=1):
                found, why = task.result()
                rows += [Event.from_dict({**row, "video": given[row["video"]]}) for row in found]
                refused += [why] if why else []
                if progress is not None:
                    progress(done, len(tasks))
        except Exception as error:
            if type(error).__name__ == "KilledWorker":
                raise StudioError(
                    "Workers of {address} died again and again; look at their logs, then scan again: what was computed "
                    "is kept.",
                    address=address,
                ) from None
            raise
        finally:
            client.cancel(tasks)
    if refused and len(refused) == len(paths):
        raise StudioError("{why}", why=refused[0])
    return Result(ranked(rows), refused)


def _check_workers(workers: dict[str, Any], address: str, wanted: dict[str, int] | None) -> None:
    if not workers:
        raise StudioError(
            "The scheduler {address} has no workers; start some with `dask worker {address}`.", address=address
        )
    if wanted and not any(GPU in (w.get("resources") or {}) for w in workers.values()):
        raise StudioError(
            "No worker of {address} offers a GPU; start one with `dask worker {address} --resources GPU=1`, or leave "
            "--device out.",
            address=address,
        )


def _scan_one(
    path: str, model: str, device: str, cache: str, options: dict[str, Any]
) -> tuple[list[dict[str, Any]], str]:
    """On a worker: the events of one video as plain values, and why it could not be scanned, else ""."""
    from tvau_studio.services import scanning

    chosen = Options(Rule(**options["rule"]), options["ask"], options["language"])
    try:
        found = scanning.scan([path], _loaded(model, device), scanning.heat_cache(Path(cache)), chosen)
    except StudioError as error:
        return [], str(error)
    return [e.to_dict() for e in found.events], ""


@functools.lru_cache(maxsize=1)
def _loaded(model: str, device: str) -> Model:
    """One model per worker process, whatever number of videos it is given."""
    from tvau_studio.services.models import load_model

    return load_model(model, device)
