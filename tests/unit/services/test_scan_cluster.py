"""The cluster is real: a Dask scheduler and workers as processes of this machine."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.events import Rule
from tvau_studio.media.encoder import write_video
from tvau_studio.media.video import Video
from tvau_studio.services import scan_cluster, scanning
from tvau_studio.services.models import load_model
from tvau_studio.services.scanning import Options
from tvau_studio.store.heatmap_cache import HeatmapCache

distributed = pytest.importorskip("distributed", reason="Dask (the extra cluster) is not installed")

pytestmark = pytest.mark.leaves_threads("the client's event loop belongs to Dask")

PATIENCE = 90
RULE = Rule(0.2, 1, 0)


class Cluster:
    """A scheduler and its workers, each a process."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{port}"
        self.folder = folder
        self.processes: list[subprocess.Popen[bytes]] = []
        self._start("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")

    def worker(self, *more: str) -> subprocess.Popen[bytes]:
        where = ["--local-directory", str(self.folder / f"worker{len(self.processes)}")]
        plain = ["--no-nanny", "--nthreads", "1", "--no-dashboard"]
        return self._start("distributed.cli.dask_worker", self.address, *plain, *where, *more)

    def _start(self, module: str, *words: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"log{len(self.processes)}").open("wb") as log:
            # Every process in a session of its own: a key pressed for the tests does not reach it.
            made = subprocess.Popen(
                [sys.executable, "-m", module, *words], stdout=log, stderr=log, start_new_session=True
            )
        self.processes.append(made)
        return made

    def wait_for(self, workers: int) -> None:
        with distributed.Client(self.address, timeout=PATIENCE, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=PATIENCE)

    def close(self) -> None:
        for process in reversed(self.processes):
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    made = Cluster(tmp_path)
    yield made
    made.close()


@pytest.fixture
def make_film(tmp_path: Path) -> Callable[[str, int], Path]:
    def make(name: str, frames: int) -> Path:
        noise = np.random.default_rng(len(name)).integers(0, 256, (4, 60, 100, 3), np.uint8)
        write_video(tmp_path / name, ((n / 25, np.roll(noise[n // 9 % 4], 3 * n, 1)) for n in range(frames)))
        return tmp_path / name

    return make


@pytest.mark.slow
def test_a_worker_that_is_killed_half_way_loses_nothing(
    cluster: Cluster, make_film: Callable[[str, int], Path], model_folder: Path, tmp_path: Path
) -> None:
    films = [make_film(name, 1200) for name in ("a.mp4", "bb.mp4", "ccc.mp4")]
    workers = [cluster.worker(), cluster.worker()]
    cluster.wait_for(2)
    cache = tmp_path / "cache"
    killed = []

    def kill_one_half_way() -> None:
        """As soon as one worker has kept maps of its video while the other works too."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and not killed:
            if len({p.parent.parent.name for p in cache.rglob("*.npz")}) >= 2:
                os.kill(workers[0].pid, signal.SIGKILL)
                killed.append(workers[0].wait())
            time.sleep(0.01)

    killer = threading.Thread(target=kill_one_half_way)
    killer.start()
    options = Options(RULE, ask=True)
    told: list[tuple[int, int]] = []
    result = scan_cluster.scan(
        films, cluster.address, cache, options, model=str(model_folder), device="cpu",
        progress=lambda *n: told.append(n),
    )  # fmt: skip
    killer.join()
    assert killed == [-signal.SIGKILL]
    assert told == [(1, 3), (2, 3), (3, 3)]
    alone = scanning.scan(films, load_model(model_folder, "cpu"), HeatmapCache(tmp_path / "alone"), options)
    assert alone.events
    assert result == alone
    for film in films:
        with Video(film) as video:
            assert len(HeatmapCache(cache).read(video.fingerprint, _id(model_folder), range(600))) == 600


def _id(model: Path) -> str:
    from tvau_studio.services.models import model_id

    return model_id(model)


@pytest.mark.slow
def test_work_for_a_gpu_goes_to_workers_that_offer_one(
    cluster: Cluster, make_film: Callable[[str, int], Path], model_folder: Path, tmp_path: Path
) -> None:
    film = make_film("a.mp4", 20)
    with pytest.raises(StudioError, match="has no workers"):
        scan_cluster.scan([film], cluster.address, tmp_path / "cache", Options(RULE))
    cluster.worker()
    cluster.wait_for(1)
    with pytest.raises(StudioError, match="offers a GPU"):
        scan_cluster.scan([film], cluster.address, tmp_path / "cache", Options(RULE), device="cuda")
    cluster.worker("--resources", "GPU=1")
    cluster.wait_for(2)
    # A machine without a GPU says so; which worker was asked is what counts here.
    with contextlib.suppress(StudioError):
        scan_cluster.scan(
            [film], cluster.address, tmp_path / "cache", Options(RULE), model=str(model_folder), device="cuda"
        )
    with distributed.Client(cluster.address, timeout=PATIENCE, set_as_default=False) as client:
        loads = client.run(_loads)
        offers = {address: w["resources"] for address, w in client.scheduler_info(n_workers=-1)["workers"].items()}
    assert sorted(loads.values()) == [0, 1]
    assert all(bool(loads[address]) == ("GPU" in offers[address]) for address in loads)


def _loads() -> int:
    """On a worker: how often it was made to load a model."""
    from tvau_studio.services import scan_cluster

    return scan_cluster._loaded.cache_info().misses


def test_a_scheduler_that_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_cluster, "_PATIENCE", 0.2)
    with pytest.raises(StudioError, match="No Dask scheduler answers"):
        scan_cluster.scan([tmp_path / "a.mp4"], "tcp://127.0.0.1:9", tmp_path, Options())
    with pytest.raises(StudioError, match="No Dask scheduler answers"):
        scan_cluster.scan([tmp_path / "a.mp4"], "nonsense://x", tmp_path, Options())


def test_without_dask_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(StudioError, match="cluster"):
        scan_cluster.scan([tmp_path / "a.mp4"], "tcp://127.0.0.1:9", tmp_path, Options())
