"""Work that must not keep a person waiting: jobs in lanes.

A lane has its own threads, and the lane is the lock: what runs in a lane of one thread never runs beside another job
of it. A job ends exactly once: with a result, an error, or cancelled; "cancelled" is said only when the work has
stopped. Whoever makes `Jobs` says how its callbacks reach their thread (`post`): a window gives its event loop, a
script nothing.
"""

from __future__ import annotations

import contextlib
import heapq
import itertools
import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from tvau_studio.domain.errors import Cancelled, StudioError

_log = logging.getLogger(__name__)

LANES = {"store": 1, "lists": 1, "model": 1, "media": 2, "process": 1}
"""Lane -> threads. ``store``: the project's database; ``lists``: what is read from it for lists and counts, and must
not hold up an edit; ``model``: the loaded network; ``media``: files and pictures;
``process``: children that we watch."""

YIELDING = {"model": 10}
"""Lane -> by how much its threads, and those that they start, are nicer than the others: a network that computes takes
what playing and drawing leave."""

T = TypeVar("T")
Post = Callable[[Callable[[], None]], None]


def _yield_to_others(by: int) -> None:
    """Make this thread nicer, where the system knows niceness of threads (Linux does)."""
    if by and sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), by)


class Context:
    """What a running job is given."""

    def __init__(self, job: Job[Any]) -> None:
        self._job = job

    @property
    def cancelled(self) -> bool:
        return self._job._cancel.is_set()

    def check(self) -> None:
        """Raises Cancelled once the job was asked to stop; call it wherever work can stop."""
        if self.cancelled:
            raise Cancelled

    def progress(self, done: int, total: int) -> None:
        self._job._report(done, total)

    def post(self, call: Callable[[], None]) -> None:
        """Have `call` run where the job's callbacks run, unless the job was cancelled by then."""
        job = self._job
        job._jobs._post(lambda: None if job._cancel.is_set() else call())


class Job(Generic[T]):
    """One piece of work; made by `Jobs.submit`. state: waiting, running, done, failed or cancelled."""

    def __init__(
        self,
        jobs: Jobs,
        lane: str,
        name: str,
        run: Callable[[Context], T],
        *,
        done: Callable[[T], None] | None,
        failed: Callable[[Exception], None] | None,
        cancelled: Callable[[], None] | None,
        progress: Callable[[int, int], None] | None,
        keep: bool,
    ) -> None:
        self.lane = lane
        self.name = name
        self.state = "waiting"
        self.amount: tuple[int, int] | None = None
        self.started: float | None = None
        self.keep = keep
        self._jobs = jobs
        self._run = run
        self._done, self._failed, self._cancelled, self._progress = done, failed, cancelled, progress
        self._cancel = threading.Event()

    @property
    def ended(self) -> bool:
        return self.state in ("done", "failed", "cancelled")

    def cancel(self) -> None:
        """Ask it to stop. A job that waits ends at once, one that runs when it next checks, one that has to be kept
        does its work."""
        if not self.keep:
            self._cancel.set()
            self._jobs._forget(self)

    def _report(self, done: int, total: int) -> None:
        self.amount = (done, total)
        if self._progress is not None and not self._cancel.is_set():
            report = self._progress
            self._jobs._post(lambda: None if self._cancel.is_set() else report(done, total))

    def _work(self) -> None:
        try:
            if self._cancel.is_set():
                raise Cancelled
            result = self._run(Context(self))
        except Cancelled:
            self._end("cancelled", self._cancelled)
        except Exception as error:
            problem = error
            if self._failed is None:
                _log.error("%s failed", self.name, exc_info=not isinstance(error, StudioError))
            self._end("failed", None if self._failed is None else lambda: self._failed and self._failed(problem))
        else:
            self._end("done", None if self._done is None else lambda: self._done and self._done(result))

    def _end(self, state: str, call: Callable[[], None] | None) -> None:
        """A result that comes after the request to stop counts as cancelled: nobody waits for it any more."""
        if self._cancel.is_set():
            state, call = "cancelled", self._cancelled
        jobs = self._jobs

        def tell() -> None:
            # Asked to stop between the end of the work and this moment: still nobody's result.
            final = self._cancelled if self._cancel.is_set() else call
            self.state = "cancelled" if self._cancel.is_set() else state
            if final is not None:
                final()
            jobs._told(self)

        jobs._post(tell)


class Jobs:
    """The lanes of one program. post(call): has `call` run on the thread of the callbacks; by default at once, on the
    lane's thread."""

    def __init__(self, post: Post | None = None, lanes: dict[str, int] | None = None) -> None:
        self._post: Post = post or (lambda call: call())
        self._sizes = dict(lanes or LANES)
        self._lock = threading.Condition()
        self._queues: dict[str, list[tuple[int, int, Job[Any]]]] = {lane: [] for lane in self._sizes}
        self._threads: dict[str, list[threading.Thread]] = {lane: [] for lane in self._sizes}
        self._idle = dict.fromkeys(self._sizes, 0)
        self._running: set[Job[Any]] = set()
        self._order = itertools.count()
        self._closed = False
        self.yielding = dict(YIELDING)
        """As `YIELDING`; for lanes that have not begun yet."""
        self.on_change: Callable[[], None] = lambda: None
        """Called (through `post`) when a job begins or has ended."""

    def submit(
        self,
        lane: str,
        name: str,
        run: Callable[[Context], T],
        *,
        done: Callable[[T], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        cancelled: Callable[[], None] | None = None,
        progress: Callable[[int, int], None] | None = None,
        priority: int = 0,
        keep: bool = False,
    ) -> Job[T]:
        """Have `run(context)` run in a lane; higher priority first, then in order. Exactly one of done, failed and
        cancelled is called, unless the program closes first.

        name: for people, in the list of what runs. keep: it cannot be cancelled and closing waits for it (what a person
        typed is being written). Without `failed` an error is logged.
        """
        job = Job(self, lane, name, run, done=done, failed=failed, cancelled=cancelled, progress=progress, keep=keep)
        with self._lock:
            if self._closed:
                job._cancel.set()
                job.state = "cancelled"
                return job
            heapq.heappush(self._queues[lane], (-priority, next(self._order), job))
            if self._idle[lane] < len(self._queues[lane]) and len(self._threads[lane]) < self._sizes[lane]:
                thread = threading.Thread(target=self._serve, args=(lane,), name=f"tvau-{lane}", daemon=True)
                self._threads[lane].append(thread)
                thread.start()
            self._lock.notify_all()
        return job

    def active(self) -> list[Job[Any]]:
        """What runs or waits, in the order of its lanes."""
        with self._lock:
            waiting = [job for lane in self._queues.values() for _, _, job in sorted(lane, key=lambda q: q[:2])]
            return sorted(self._running, key=lambda job: job.started or 0.0) + waiting

    def close(self, timeout: float = 30.0) -> bool:
        """Cancel everything that may be cancelled and wait for what runs; False where something still runs after
        `timeout` seconds.

        What has to be kept is finished first. Callbacks may still be posted while this waits.
        """
        with self._lock:
            self._closed = True
            for lane, queue in self._queues.items():
                self._queues[lane] = [entry for entry in queue if entry[2].keep]
                heapq.heapify(self._queues[lane])
                for _, _, job in queue:
                    if not job.keep:
                        job._cancel.set()
                        job.state = "cancelled"
            for job in self._running:
                if not job.keep:
                    job._cancel.set()
            self._lock.notify_all()
        end = time.monotonic() + timeout
        for threads in self._threads.values():
            for thread in threads:
                thread.join(max(0.0, end - time.monotonic()))
        return not any(t.is_alive() for threads in self._threads.values() for t in threads)

    def _serve(self, lane: str) -> None:
        _yield_to_others(self.yielding.get(lane, 0))
        while True:
            with self._lock:
                while not self._queues[lane]:
                    if self._closed:
                        return
                    self._idle[lane] += 1
                    self._lock.wait()
                    self._idle[lane] -= 1
                job = heapq.heappop(self._queues[lane])[2]
                job.state = "running"
                job.started = time.monotonic()
                self._running.add(job)
            self._post(lambda: self.on_change())
            job._work()
            with self._lock:
                self._running.discard(job)
            del job  # an idle lane keeps nothing of its last job alive

    def _forget(self, job: Job[Any]) -> None:
        """A cancelled job that still waits ends here."""
        with self._lock:
            queue = self._queues[job.lane]
            rest = [entry for entry in queue if entry[2] is not job]
            found = len(rest) < len(queue)
            if found:
                heapq.heapify(rest)
                self._queues[job.lane] = rest
        if found:
            job._end("cancelled", job._cancelled)

    def _told(self, job: Job[Any]) -> None:
        self.on_change()
