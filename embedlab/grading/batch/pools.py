"""Where submissions are graded: processes of this machine, or the workers of a Dask cluster."""

import contextlib
import ctypes
import multiprocessing
import os
import signal
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from dataclasses import dataclass
from multiprocessing.connection import wait as wait_for_one
from multiprocessing.context import ForkServerContext
from multiprocessing.forkserver import ensure_running
from pathlib import Path
from typing import Any, TypeVar

from embedlab.grading.batch.interrupts import heed, ignored
from embedlab.grading.files import FULL

_PR_SET_PDEATHSIG = 1
_MOST_DEATHS = 2
"""How often something may lose its worker, with nothing beside it, before it is given up."""

_WAITING_PER_WORKER = 3
"""What is read and waits, so that no worker is ever idle; more would cost memory."""

_SECONDS_TO_END = 20
_TICK = 0.2
_ENDED = "The program that graded it was ended from outside, or never came to an end, twice."

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


@dataclass(frozen=True)
class Workers:
    """Those who work.

    Attributes:
        width: How many work at a time.
        executor: Makes an executor; asked again when one breaks.
        end: Ends those of an executor that does not answer, or is broken.
        begin: Lets each of those of the next executor do something first: takes a function and its
            arguments, and returns what will come of it. Nothing where that is not possible.
    """

    width: int
    executor: Callable[[], Executor]
    end: Callable[[], None]
    begin: Callable[..., Sequence[Future[Any]]] = lambda *_: ()


@dataclass(frozen=True)
class Lost:
    """Stands for the outcome of something that could not be done.

    Attributes:
        reason: Why, in one sentence.
    """

    reason: str


def begin_loading() -> ForkServerContext:
    """Start the process that all workers are forked from: it loads everything, and no more.

    That takes seconds; whoever calls this early can do something else meanwhile.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["embedlab.grading.batch.job", "embedlab.grading.gradebook"])
    # Whatever it forks inherits that: an interrupt is for the program that tells workers what to
    # do.
    with ignored():
        ensure_running()
    return context


@contextlib.contextmanager
def local(width: int, scratch: Path) -> Iterator[Workers]:
    """Have processes on this machine, all of which have ended afterwards.

    Args:
        width: How many.
        scratch: An empty folder for whatever they need.
    """
    context = begin_loading()
    others = set(multiprocessing.active_children())

    begun: list[Executor] = []

    def executor() -> Executor:
        if begun:
            return begun.pop()
        return ProcessPoolExecutor(
            width, mp_context=context, initializer=_begin, initargs=(str(scratch),)
        )

    def begin(work: Callable[..., Any], *arguments: object) -> list[Future[Any]]:
        first = executor()
        begun.append(first)
        return [first.submit(work, *arguments) for _ in range(width)]

    def end() -> None:
        # A process that was stopped does not heed anything milder.
        for process in set(multiprocessing.active_children()) - others:
            process.kill()

    try:
        yield Workers(width, executor, end, begin)
        for process in set(multiprocessing.active_children()) - others:
            process.join(_SECONDS_TO_END)
    finally:
        for unused in begun:
            unused.shutdown(wait=False)
        end()


def each(
    items: Iterable[Item],
    work: Callable[[Item], Outcome],
    workers: Workers,
    seconds: float,
) -> Generator[tuple[Item, Outcome | Lost], None, None]:
    """Yield each item with what the work on it comes to, as it comes; one for each, always.

    When a worker dies, whatever was at work is tried again alone, one after the other: so it
    shows which of them is to blame, and the others come to no harm.

    Args:
        items: What to work on; read only as workers become free.
        work: What to do, a function that can be imported.
        workers: Who does it.
        seconds: How long one item may take; then its worker is ended.
    """
    source = iter(items)
    suspects = deque[tuple[Item, int]]()
    running: dict[Future[Outcome], tuple[Item, int]] = {}
    executor = workers.executor()
    try:
        while True:
            lost = list(_fill(executor, work, _next(source, suspects, running, workers), running))
            if not running and not lost:
                return
            done = _first(running, seconds)
            for future in done:
                item, n_deaths = running.pop(future)
                outcome = _outcome(future)
                if outcome is None:
                    lost.append((item, n_deaths))
                else:
                    yield item, outcome
                    heed()
            if lost or not done:
                is_alone = len(lost) + len(running) == 1
                for item, n_deaths in [*lost, *running.values()]:
                    if n_deaths + is_alone >= _MOST_DEATHS:
                        yield item, Lost(_ENDED)
                    else:
                        suspects.append((item, n_deaths + is_alone))
                running.clear()
                workers.end()
                executor.shutdown(wait=False)
                executor = workers.executor()
    finally:
        executor.shutdown(wait=False)


def _first(running: Collection[Future[Outcome]], seconds: float) -> set[Future[Outcome]]:
    """Return what is done as soon as something is; nothing if that takes too long."""
    deadline = time.monotonic() + seconds
    done: set[Future[Outcome]] = set()
    while running and not done and time.monotonic() < deadline:
        heed()
        done, _ = wait(running, _TICK, FIRST_COMPLETED)
    return done


def _next(
    source: Iterator[Item],
    suspects: deque[tuple[Item, int]],
    running: dict[Future[Outcome], tuple[Item, int]],
    workers: Workers,
) -> Iterator[tuple[Item, int]]:
    """Yield what is to be begun now."""
    if suspects:
        if not running:
            yield suspects.popleft()
        return
    while len(running) < _WAITING_PER_WORKER * workers.width:
        try:
            yield next(source), 0
        except StopIteration:
            return


def _fill(
    executor: Executor,
    work: Callable[[Item], Outcome],
    items: Iterator[tuple[Item, int]],
    running: dict[Future[Outcome], tuple[Item, int]],
) -> Iterator[tuple[Item, int]]:
    """Begin; yield what could not be begun, because the executor is broken."""
    for item, n_deaths in items:
        try:
            running[executor.submit(work, item)] = item, n_deaths
        except (BrokenExecutor, ConnectionError, EOFError):
            # The last two when it is the fork server that was killed.
            yield item, n_deaths
            return


def _outcome(future: Future[Outcome]) -> Outcome | Lost | None:
    """Return what a piece of work came to; None if its worker died.

    Raises:
        OSError: If a disk is full, and so nothing else would come to a better end.
    """
    try:
        return future.result()
    except (BrokenExecutor, CancelledError):
        return None
    except Exception as error:
        if isinstance(error, OSError) and error.errno in FULL:
            raise
        return Lost(f"The grader failed with {type(error).__name__}: {error}")


def _follow() -> None:
    """End when the program that started it all has ended."""
    if grader := multiprocessing.parent_process():
        wait_for_one([grader.sentinel])
        os.kill(os.getpid(), signal.SIGKILL)


def _begin(scratch: str) -> None:
    """Begin a worker: end when whoever started it ends, be it killed."""
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # The fork server, which is the parent, lives for as long as one of its children: so the
    # program that started the server is looked at, too.
    threading.Thread(target=_follow, daemon=True).start()
    # What is left here is cleared away when the batch is over, also if this process is killed.
    tempfile.tempdir = scratch
