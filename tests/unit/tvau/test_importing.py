from __future__ import annotations

import gc
import subprocess
import sys

import pytest

from tvau_studio.tvau import importing

SCRIPT = """
import gc, sys
from tvau_studio.tvau.importing import heavy_imports
frozen, collections = gc.get_freeze_count(), gc.get_stats()[2]["collections"]
with heavy_imports():
    # The libraries are there before anything of torch was imported.
    maps = open("/proc/self/maps").read() if sys.platform == "linux" else "libtorch_cpu.so"
    assert "libtorch_cpu.so" in maps and "torch" not in sys.modules
    assert not gc.isenabled()
    import torch
assert gc.isenabled() and gc.get_freeze_count() > frozen + 100_000
assert gc.get_stats()[2]["collections"] == collections
assert float(torch.ones(3).sum()) == 3.0
count = gc.get_freeze_count()
with heavy_imports():
    assert gc.isenabled()
assert gc.get_freeze_count() == count
"""


def test_torch_comes_without_a_collection_and_is_left_alone_afterwards() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


def test_an_import_that_fails_leaves_the_collector_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    monkeypatch.setattr(importing, "_load_libraries", lambda: None)
    monkeypatch.setattr(gc, "freeze", lambda: None)
    on: list[bool] = []

    def fail() -> None:
        with importing.heavy_imports():
            on.append(gc.isenabled())
            raise ImportError("no such library")

    with pytest.raises(ImportError, match="no such"):
        fail()
    assert [*on, gc.isenabled()] == [False, True]
