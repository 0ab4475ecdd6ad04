"""Importing torch and transformers without holding up who plays and draws meanwhile.

What holds the interpreter's lock for long in such an import is not its code, which gives way every few milliseconds,
but two things of 0.1 to 0.3 seconds each: the shared libraries, which Python loads with the lock held, and the garbage
collector, which walks a million objects that are there to stay, again and again. Measured on two cores: the longest
hold was 230 ms and is under 30, and the import takes 2.8 seconds instead of 4.2.
"""

from __future__ import annotations

import ctypes
import gc
import importlib.util
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_LIBRARIES = ("libgomp", "libc10.so", "libtorch_cpu.so", "libtorch.so", "libshm.so", "libtorch_python.so")
"""Of torch, in an order in which each finds what it needs."""


@contextmanager
def heavy_imports() -> Iterator[None]:
    """Import torch and what stands on it inside; the first time quietly, later at no cost. For any thread.

    Afterwards the collector leaves alone all that was there at the end, so that no later collection takes long.
    """
    if "torch" in sys.modules or not gc.isenabled():
        yield
        return
    _load_libraries()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _load_libraries() -> None:
    """Have the system load torch's libraries now: a call through ctypes lets go of the lock, `import` does not. One
    that is not there, or does not load, is left to the import to tell."""
    found = importlib.util.find_spec("torch")
    if sys.platform != "linux" or found is None or not found.submodule_search_locations:
        return
    folder = Path(found.submodule_search_locations[0]) / "lib"
    load = ctypes.CDLL(None).dlopen
    load.restype, load.argtypes = ctypes.c_void_p, [ctypes.c_char_p, ctypes.c_int]
    for name in _LIBRARIES:
        for path in sorted(folder.glob(f"{name}*")):
            load(os.fsencode(path), os.RTLD_LAZY)
