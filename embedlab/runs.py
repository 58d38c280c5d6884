"""What every trainer shares: the plan of a run, its history, and ways to stop that lose nothing."""

import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeAlias

import numpy as np
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from embedlab.numerics import Array, as_integer, require
from embedlab.schedules import Schedule, linear

# One piece of an epoch, in the form that the trainer's own step understands.
Batch: TypeAlias = Any
# Takes a batch and the learning rate, changes the parameters, and returns the sum of the
# losses in it and how many there were.
Step: TypeAlias = Callable[[Batch, float], tuple[float, float]]

# Moments at which a new plan looks at its schedule.
_N_PROBES = 21

# A loss this many times that of a model which has learned nothing has left every slope behind.
_DIVERGED = 4.0


class DivergenceError(ArithmeticError):
    """The loss of a run grew beyond all bounds; ``history`` tells how far it had come.

    Attributes:
        history: The reports up to the stop.
    """

    def __init__(self, message: str, history: "History") -> None:
        super().__init__(message)
        self.history = history


class InterruptedWarning(UserWarning):
    """A run was stopped by Ctrl-C; what it had learned until then was returned."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A look at a run while it stands still.

    Attributes:
        progress: Share of the run that is done, 0 before the first step and 1 at the end.
        loss: Mean loss since the snapshot before, in the trainer's unit.
        learning_rate: That of the next step.
        vectors: Call it inside the callback for a copy (V, d) of the word vectors as they are.
        outputs: Likewise for the vectors against which they are scored; None if the trainer has
            none.
    """

    progress: float
    loss: float
    learning_rate: float
    vectors: Callable[[], Array]
    outputs: Callable[[], Array] | None = None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How long, how fast and with how many threads to train, and what to report meanwhile.

    Attributes:
        epochs: Passes over the corpus, at least 1.
        learning_rate: The highest, where the schedule is 1; positive and finite.
        final_learning_rate: The lowest, where the schedule is 0; a constant schedule never gets
            there.
        schedule: From the progress of the run to a share between 0 and 1; see ``schedules``.
        n_threads: Threads that change the same parameters without locks (Recht et al. 2011,
            arXiv:1106.5730). With 1 the result depends on the random generator alone.
        n_reports: Entries of the history and calls of the callback, spread evenly; at least one
            for every epoch.
        progress: Whether to show a progress bar.
        callback: Called with a ``Snapshot`` before the first step and at every report; a true
            answer ends the run.

    Raises:
        ValueError: If a number is out of range, the schedule is no such function, or there are
            more threads than cores.
    """

    epochs: int
    learning_rate: float
    final_learning_rate: float
    schedule: Schedule = linear
    n_threads: int = 1
    n_reports: int = 100
    progress: bool = False
    callback: Callable[[Snapshot], object] | None = None

    def __post_init__(self) -> None:
        as_integer("epochs", self.epochs, 1)
        remedy = "take one of embedlab.schedules, such as schedules.cosine"
        require(callable(self.schedule), "schedule", "be a function", self.schedule, remedy)
        rate, final = self.learning_rate, self.final_learning_rate
        require(0 < rate < np.inf, "learning_rate", "be positive and finite", rate)
        rule = f"be at least 0 and at most the learning_rate {rate}"
        require(0 <= final <= rate, "final_learning_rate", rule, final)
        # A schedule that is wrong at the end of the run must not be found out there.
        for progress in np.linspace(0.0, 1.0, _N_PROBES):
            rate_at(self, float(progress))
        n_threads, n_cores = as_integer("n_threads", self.n_threads, 1), _n_cores()
        rule = f"be at most {n_cores}, the cores of this machine"
        require(n_threads <= n_cores, "n_threads", rule, n_threads, "more would slow it down")
        as_integer("n_reports", self.n_reports, 1)


def rate_at(plan: Plan, progress: float) -> float:
    """Return the learning rate of a plan where a share of the run is done.

    With the schedule's share s it is s · learning_rate + (1 - s) · final_learning_rate.

    Raises:
        ValueError: If the schedule does not give one number between 0 and 1 there.

    >>> plan = Plan(epochs=1, learning_rate=0.5, final_learning_rate=0.1)
    >>> round(rate_at(plan, 0.25), 12)
    0.4
    """
    share = np.asarray(plan.schedule(progress))
    rule = f"give one number between 0 and 1 at progress {progress:g}"
    remedy = "rates are set by learning_rate and final_learning_rate"
    is_number = share.shape == () and np.issubdtype(share.dtype, np.number)
    is_share = is_number and bool(0 <= share <= 1)
    require(is_share, "schedule", rule, share.tolist(), remedy)
    return float(share * plan.learning_rate + (1 - share) * plan.final_learning_rate)


@dataclass(frozen=True, eq=False)
class History:
    """What a run reported, one entry per report.

    Attributes:
        progress: (r,) share of the run done.
        loss: (r,) mean loss since the report before.
        learning_rate: (r,) that of the next step.
        stopped: Why the run ended early ("interrupted", "callback", "diverged"), or "".
    """

    progress: Array
    loss: Array
    learning_rate: Array
    stopped: str


def run(
    plan: Plan,
    steps: Sequence[Step],
    batches: Callable[[], Sequence[Batch]],
    vectors: Callable[[], Array],
    *,
    starting_loss: float,
    outputs: Callable[[], Array] | None = None,
) -> History:
    """Train until the plan is fulfilled, the callback or Ctrl-C ends it, or the loss diverges.

    Args:
        plan: Length, speed and reports.
        steps: One for each thread, so that each can have buffers and random numbers of its own.
        batches: Called at the start of every epoch.
        vectors: Returns a copy of the word vectors as they are.
        starting_loss: The loss of a model that has learned nothing.
        outputs: Returns a copy of the output vectors as they are, for the callback.

    Raises:
        DivergenceError: If the loss is not finite any more, or several times the starting one.
    """
    reports: list[tuple[float, float, float]] = []
    stopped = ""

    def report(progress: float, loss: float) -> None:
        nonlocal stopped
        snapshot = Snapshot(progress, loss, rate_at(plan, progress), vectors, outputs)
        if progress > 0:
            reports.append((progress, loss, snapshot.learning_rate))
        if not loss < _DIVERGED * starting_loss:
            stopped = "diverged"
        elif plan.callback is not None and plan.callback(snapshot) and progress < 1:
            stopped = "callback"

    # Small products gain nothing from threads of their own, and would fight ours for the cores.
    with threadpool_limits(1, "blas"), _Workers(steps) as workers:
        try:
            report(0.0, starting_loss)
            for queue, progress in () if stopped else _rounds(plan, batches):
                report(progress, workers.work(queue))
                if stopped:
                    break
        except KeyboardInterrupt:
            stopped = "interrupted"
            workers.stop()
    if not np.isfinite(vectors()).all():
        stopped = "diverged"
    shares, losses, rates = np.array(reports, dtype=np.float64).reshape(-1, 3).T
    history = History(shares, losses, rates, stopped)
    if stopped == "diverged":
        done, last = (shares[-1], losses[-1]) if reports else (0.0, starting_loss)
        raise DivergenceError(
            f"training diverged after {done:.0%} of the run: the loss was {last:.4g}; lower the "
            f"learning_rate (it was {plan.learning_rate:g}) and train again",
            history,
        )
    if stopped == "interrupted":
        share = f"{shares[-1]:.0%}" if reports else "0%"
        message = f"training was interrupted after {share} of the run; what it learned is returned"
        warnings.warn(message, InterruptedWarning, stacklevel=3)
    return history


def _rounds(
    plan: Plan, batches: Callable[[], Sequence[Batch]]
) -> Iterator[tuple[Iterator[tuple[Batch, float]], float]]:
    """Yield, for every report, its batches with their learning rates, and the progress after."""
    per_epoch = max(1, round(plan.n_reports / plan.epochs))
    # Even a hidden bar starts a thread to watch over it.
    with _bar(plan.epochs) if plan.progress else nullcontext() as bar:
        for epoch in range(plan.epochs):
            work = batches()
            shares = (epoch + np.arange(len(work) + 1) / len(work)) / plan.epochs
            rates = [rate_at(plan, float(share)) for share in shares]
            edges = np.unique(np.linspace(0, len(work), per_epoch + 1).round().astype(int))
            for first, last in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
                queue = ((work[i], rates[i]) for i in range(first, last))
                yield iter(list(queue)), float(shares[last])
                if bar is not None:
                    bar.update((last - first) / len(work))


def _bar(epochs: int) -> Any:
    text = "{percentage:3.0f}%|{bar}| epoch {n:.1f} of {total} [{elapsed}<{remaining}]"
    return tqdm(total=epochs, bar_format=text)


class _Workers:
    """Threads that take batches from one queue; with a single step no thread is started.

    Ctrl-C can break off any line of Python, also one that has just closed a lock of a ``Future``
    or an executor, and then their threads wait for ever. A ``SimpleQueue`` has no such lines.
    """

    def __init__(self, steps: Sequence[Step]) -> None:
        self._steps = steps
        self._stopped = False
        self._threads: list[Thread] = []
        self._tasks: SimpleQueue[Iterator[tuple[Batch, float]] | None] = SimpleQueue()
        self._results: SimpleQueue[tuple[float, float]] = SimpleQueue()
        self._errors: list[BaseException] = []

    def __enter__(self) -> "_Workers":
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Let every thread finish the batch it is in, and take no other."""
        self._stopped = True
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    def work(self, queue: Iterator[tuple[Batch, float]]) -> float:
        """Return the mean loss over a queue of batches."""
        if len(self._steps) == 1:
            results = [self._empty(self._steps[0], queue)]
        else:
            for step in self._steps[len(self._threads) :]:
                self._threads.append(Thread(target=self._serve, args=(step,), daemon=True))
                self._threads[-1].start()
            for _ in self._steps:
                self._tasks.put(queue)
            results = [self._results.get() for _ in self._steps]
            if self._errors:
                raise self._errors[0]
        loss, n = np.sum(results, axis=0)
        return float(loss / n) if n > 0 else float("nan")

    def _serve(self, step: Step) -> None:
        while (queue := self._tasks.get()) is not None:
            result = 0.0, 0.0
            try:
                result = self._empty(step, queue)
            except BaseException as error:  # of whatever kind: it is raised where it is read
                self._stopped = True
                self._errors.append(error)
            self._results.put(result)

    def _empty(self, step: Step, queue: Iterator[tuple[Batch, float]]) -> tuple[float, float]:
        loss = n = 0.0
        # A run that diverges overflows first; the report after this round says so in words.
        with np.errstate(over="ignore", invalid="ignore"):
            # Two threads can share a list's iterator: taking the next item cannot be divided.
            for batch, learning_rate in queue:
                if self._stopped:
                    break
                batch_loss, batch_n = step(batch, learning_rate)
                loss, n = loss + batch_loss, n + batch_n
        return loss, n


def _n_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
