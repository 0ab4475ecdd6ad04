from __future__ import annotations

import os
import queue
import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from tvau_studio.domain.errors import Cancelled, StudioError
from tvau_studio.services.jobs import Context, Job, Jobs


class Loop:
    """A thread's event loop: what is posted waits until `run` takes it."""

    def __init__(self) -> None:
        self._calls: queue.Queue[Callable[[], None]] = queue.Queue()

    def post(self, call: Callable[[], None]) -> None:
        self._calls.put(call)

    def run_until(self, ready: Callable[[], bool]) -> None:
        while not ready():
            self._calls.get(timeout=10)()

    def drain(self) -> None:
        while not self._calls.empty():
            self._calls.get()()


@pytest.fixture
def loop() -> Loop:
    return Loop()


@pytest.fixture
def jobs(loop: Loop) -> Iterator[Jobs]:
    made = Jobs(loop.post)
    yield made
    assert made.close(10)


class Ends:
    """What a job was told at its end."""

    def __init__(self) -> None:
        self.told: list[object] = []

    def kwargs(self) -> dict[str, Callable[..., None]]:
        return {
            "done": lambda result: self.told.append(("done", result)),
            "failed": lambda error: self.told.append(("failed", str(error))),
            "cancelled": lambda: self.told.append("cancelled"),
        }


def test_a_result_comes_on_the_posting_thread(jobs: Jobs, loop: Loop) -> None:
    threads: list[threading.Thread] = []
    job = jobs.submit(
        "media",
        "x",
        lambda _: threading.current_thread(),
        done=lambda worker: threads.extend([worker, threading.current_thread()]),
    )
    loop.run_until(lambda: len(threads) == 2)
    assert threads[0] is not threads[1]
    assert threads[1] is threading.current_thread()
    assert job.state == "done"
    assert job.ended


def test_an_error_comes_as_an_error(jobs: Jobs, loop: Loop) -> None:
    ends = Ends()

    def run(_: Context) -> None:
        raise StudioError("{path} is gone.", path="a")

    jobs.submit("media", "x", run, **ends.kwargs())
    loop.run_until(lambda: bool(ends.told))
    assert ends.told == [("failed", "a is gone.")]


@pytest.mark.expects_log("x failed")
def test_an_error_that_nobody_takes_is_logged(jobs: Jobs, loop: Loop) -> None:
    job = jobs.submit("media", "x", lambda _: 1 / 0)
    loop.run_until(lambda: job.ended)
    assert job.state == "failed"


def test_cancelled_is_said_only_when_it_has_stopped(jobs: Jobs, loop: Loop) -> None:
    ends, began, may_check = Ends(), threading.Event(), threading.Event()

    def run(context: Context) -> None:
        began.set()
        assert may_check.wait(10)
        context.check()

    job = jobs.submit("model", "x", run, **ends.kwargs())
    assert began.wait(10)
    job.cancel()
    loop.drain()
    assert not job.ended
    assert ends.told == []
    may_check.set()
    loop.run_until(lambda: job.ended)
    assert ends.told == ["cancelled"]


def test_one_that_waits_ends_at_once_and_never_runs(jobs: Jobs, loop: Loop) -> None:
    ends, hold, ran = Ends(), threading.Event(), []
    first = jobs.submit("model", "first", lambda _: hold.wait(10))
    second = jobs.submit("model", "second", lambda _: ran.append(1), **ends.kwargs())
    second.cancel()
    loop.run_until(lambda: second.ended)
    assert ends.told == ["cancelled"]
    hold.set()
    loop.run_until(lambda: first.ended)
    assert not ran


def test_a_result_that_comes_after_the_wish_to_stop_is_nobodys(jobs: Jobs, loop: Loop) -> None:
    """Also where it was already posted."""
    ends, began, go = Ends(), threading.Event(), threading.Event()

    def run(_: Context) -> int:
        began.set()
        go.wait(10)
        return 1

    job = jobs.submit("media", "x", run, **ends.kwargs())
    assert began.wait(10)
    go.set()
    while any(j is job for j in jobs.active()):
        pass
    job.cancel()  # its end is posted and not yet taken
    loop.run_until(lambda: job.ended)
    assert ends.told == ["cancelled"]


def test_a_lane_is_a_lock_and_keeps_its_order(jobs: Jobs, loop: Loop) -> None:
    order: list[int] = []
    inside = threading.Lock()

    def run(n: int) -> None:
        assert inside.acquire(blocking=False)
        order.append(n)
        inside.release()

    hold = threading.Event()
    jobs.submit("store", "hold", lambda _: hold.wait(10))
    all_jobs = [jobs.submit("store", str(n), lambda _, n=n: run(n), priority=5 * (n == 7)) for n in range(10)]
    hold.set()
    loop.run_until(lambda: all(j.ended for j in all_jobs))
    assert order == [7, 0, 1, 2, 3, 4, 5, 6, 8, 9]


def test_lanes_run_beside_each_other(jobs: Jobs, loop: Loop) -> None:
    meet = threading.Barrier(3)
    both = [jobs.submit(lane, lane, lambda _: meet.wait(10)) for lane in ("media", "media", "model")]
    loop.run_until(lambda: all(j.ended for j in both))
    assert all(j.state == "done" for j in both)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems know no niceness of single threads")
def test_a_network_leaves_playing_and_drawing_their_share(jobs: Jobs, loop: Loop) -> None:
    def niceness(_: Context) -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    found: dict[str, int] = {}
    for lane in ("model", "media"):
        jobs.submit(lane, lane, niceness, done=lambda n, lane=lane: found.update({lane: n}))
    loop.run_until(lambda: len(found) == 2)
    assert found["model"] > found["media"]


def test_progress_and_pieces_are_told_until_it_is_cancelled(jobs: Jobs, loop: Loop) -> None:
    seen: list[object] = []
    stop = threading.Event()

    def run(context: Context) -> None:
        context.progress(1, 3)
        context.post(lambda: seen.append("piece"))
        stop.wait(10)
        context.progress(2, 3)
        context.post(lambda: seen.append("late"))
        context.check()

    job = jobs.submit("model", "x", run, progress=lambda a, b: seen.append((a, b)))
    loop.run_until(lambda: len(seen) == 2)
    assert job.amount == (1, 3)
    job.cancel()
    stop.set()
    loop.run_until(lambda: job.ended)
    assert seen == [(1, 3), "piece"]


def test_what_is_kept_is_done_at_closing_and_the_rest_is_not(loop: Loop) -> None:
    jobs = Jobs(loop.post)
    done: list[str] = []
    began = threading.Event()

    def long(context: Context) -> None:
        began.set()
        while True:
            context.check()

    running = jobs.submit("media", "long", long)
    kept = jobs.submit("store", "kept", lambda _: done.append("kept"), keep=True)
    kept.cancel()
    assert began.wait(10)
    assert jobs.close(10)
    loop.drain()
    assert done == ["kept"]
    assert running.state == "cancelled"
    late: Job[None] = jobs.submit("store", "late", lambda _: done.append("late"))
    assert late.state == "cancelled"
    assert done == ["kept"]


def test_closing_waits_no_longer_than_it_is_told(loop: Loop) -> None:
    jobs, hold, began = Jobs(loop.post), threading.Event(), threading.Event()
    jobs.submit("media", "deaf", lambda _: (began.set(), hold.wait(10)))
    assert began.wait(10)
    assert not jobs.close(0.05)
    hold.set()
    assert jobs.close(10)


def test_without_a_loop_callbacks_come_on_the_lane() -> None:
    jobs, told = Jobs(), threading.Event()
    jobs.submit("media", "x", lambda _: None, done=lambda _: told.set())
    assert told.wait(10)
    assert jobs.close(10)


def test_a_job_that_raises_cancelled_by_itself_is_cancelled(jobs: Jobs, loop: Loop) -> None:
    ends = Ends()

    def run(_: Context) -> None:
        raise Cancelled

    jobs.submit("media", "x", run, **ends.kwargs())
    loop.run_until(lambda: bool(ends.told))
    assert ends.told == ["cancelled"]
