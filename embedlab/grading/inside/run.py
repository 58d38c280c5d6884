"""One notebook, in a process of its own: its cells, and then calls of its functions.

Everything is told at once, as a line of JSON, so that whoever listens knows how far it came when
the process dies. What a function is asked comes only after the last cell has run.
"""

import contextlib
import json
import os
import pickle
import select
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from traitlets.config import Config

from embedlab import learned
from embedlab.grading.calls import Facts, answers_of, facts
from embedlab.grading.declaration import Arguments
from embedlab.grading.inside.absent import install
from embedlab.grading.inside.frames import Limits, read_frame, write_all
from embedlab.grading.inside.outputs import Shell, recorded
from embedlab.grading.inside.wire import encode, encode_facts
from embedlab.grading.unattended import answer_questions

GRACE = 2.0
"""Seconds from an interrupt to the end of who does not heed it."""

_MOST_LOST = 3
"""Checks of one function that may be lost to endless loops before the rest is not tried."""


def prepare() -> None:
    """Do once what every notebook needs: import, read, make a shell."""
    install()
    settings = Config()
    settings.HistoryManager.enabled = False
    shell: Shell = Shell.instance(config=settings)
    # Here, for it makes folders; and loaded for whoever imports it later.
    import matplotlib.pyplot

    matplotlib.use("agg")
    learned.sentences(1)
    learned.skip_gram()
    # IPython imports half of itself when it runs its first cell, and more at the first error.
    for source in ("%matplotlib inline", "1", "1 / 0"):
        with recorded():
            shell.run_cell(source, store_history=True)  # type: ignore[no-untyped-call]
    shell.reset()  # type: ignore[no-untyped-call]


def run(job: Mapping[str, Any], limits: Limits, asks: int, tells: int) -> None:
    """Run a notebook's cells, then ask its functions.

    Args:
        job: The ``files`` beside the notebook by path, the ``cells`` as pairs of a number and
            the source.
        limits: How long a cell, and a check, may take.
        asks: The file descriptor from which to read what to ask.
        tells: The file descriptor to which to tell what happens.
    """

    def tell(**event: Any) -> None:
        write_all(tells, json.dumps(event).encode() + b"\n")

    for name, content in job["files"].items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    # As in a kernel: a notebook can import what lies beside it.
    sys.path.insert(0, "")
    answer_questions()
    shell = Shell.instance()
    for number, source in job["cells"]:
        tell(cell=number)
        tell(ran=number, **_cell(shell, source, limits.cell_seconds))
    tell(stage="asking")
    frame = read_frame(asks)
    if frame is not None:
        for name, checks in pickle.loads(frame.content):
            n_arguments = len(checks[0][1][0])
            known = _facts(name, shell.user_ns, n_arguments)
            tell(function=name, facts=encode_facts(known))
            if known.is_callable and known.fits:
                _ask(shell.user_ns, name, checks, limits.check_seconds, tell)
    tell(stage="done")


def _cell(shell: Shell, source: str, seconds: float) -> dict[str, Any]:
    """Run a cell and return what it shows."""
    with recorded() as recorder:
        try:
            with _interrupted_after(seconds):
                result = shell.run_cell(source, store_history=True)  # type: ignore[no-untyped-call]
            is_ok, number = bool(result.success), result.execution_count
        except KeyboardInterrupt:
            # The interrupt came when the cell was just over.
            is_ok, number = False, None
        return {"ok": is_ok, "count": number, "outputs": recorder.outputs}


def _facts(name: str, namespace: Mapping[str, Any], n_arguments: int) -> Facts:
    try:
        return facts(name, namespace, n_arguments)
    except Exception:
        # An object that answers every question with an error is no function either.
        return Facts(is_defined=True, type_name="an object that cannot be looked at")


def _ask(
    namespace: Mapping[str, Any],
    name: str,
    checks: Sequence[tuple[str, Sequence[Arguments]]],
    seconds: float,
    tell: Callable[..., None],
) -> None:
    """Call a function with the cases of its checks, in processes of their own.

    What kills such a process, or never ends, costs the check that it happens in; the next process
    goes on with the next check.
    """
    waiting, n_lost, here = list(checks), 0, os.getpid()
    while waiting and n_lost < _MOST_LOST:
        reading, writing = os.pipe()
        try:
            process = os.fork()
        except OSError:
            # Its cells have left so much running that there is no room for one more.
            process = 0
        if not process:
            for check, cases in waiting:
                tell(asked=check)
                tell(check=check, outcomes=_outcomes(namespace[name], cases, namespace, seconds))
                os.write(writing, b".")
            if os.getpid() == here:
                return
            os._exit(0)
        os.close(writing)
        n_done = _count(reading, seconds + GRACE)
        os.close(reading)
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
        _, status = os.waitpid(process, 0)
        if n_done < len(waiting):
            n_lost += 1
            # Killed from here it ran for too long; otherwise it ended by itself.
            hung = os.waitstatus_to_exitcode(status) == -signal.SIGKILL
            tell(check=waiting[n_done][0], lost="hung" if hung else "died")
        waiting = waiting[n_done + 1 :]
    for check, _ in waiting:
        tell(check=check, lost="left")


def _outcomes(
    function: Callable[..., Any],
    cases: Sequence[Arguments],
    namespace: Mapping[str, Any],
    seconds: float,
) -> list[dict[str, Any]]:
    """Return what a function does in each case, and in the first once more."""
    with _interrupted_after(seconds):
        outcomes = answers_of(function, cases, namespace)
    return [encode(outcome) for outcome in outcomes]


def _count(stream: int, seconds: float) -> int:
    """Return how many bytes come before the stream ends, or stays silent for too long."""
    n_read = 0
    while select.select([stream], [], [], seconds)[0]:
        part = os.read(stream, 4096)
        if not part:
            break
        n_read += len(part)
    return n_read


@contextlib.contextmanager
def _interrupted_after(seconds: float) -> Iterator[None]:
    """Raise KeyboardInterrupt in what takes too long, as a kernel does when it is interrupted."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
