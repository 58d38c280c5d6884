"""A Dask cluster as the place where submissions are graded."""

import contextlib
import logging
from collections.abc import Iterator
from concurrent.futures import Executor
from typing import Any

from embedlab.grading.batch.job import close_sandboxes
from embedlab.grading.batch.pools import Workers
from embedlab.grading.batch.sandbox import problem_with
from embedlab.grading.batch.versions import grader
from embedlab.grading.batch.walls import Kind
from embedlab.grading.course import CourseError

_SECONDS_TO_ANSWER = 15


@contextlib.contextmanager
def cluster(address: str, kind: Kind, image: str) -> Iterator[Workers]:
    """Have the workers of a Dask cluster, which must run this grader and have its wall.

    Args:
        address: Of the scheduler.
        kind: Which wall stands round the students' code there.
        image: What a container is made from.

    Raises:
        CourseError: If Dask is not installed, nobody answers, or workers lack something.
    """
    try:
        from distributed import Client
    except ModuleNotFoundError:
        raise CourseError(
            "distributed is not installed; run  pip install distributed  here and on the workers"
        ) from None
    # It writes tracebacks when somebody has gone; what matters of that is said elsewhere.
    log = logging.getLogger("distributed")
    log.setLevel(logging.CRITICAL)
    log.propagate = False
    try:
        client: Any = Client(address, timeout=_SECONDS_TO_ANSWER, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise CourseError(
            f"scheduler must be the address of a Dask scheduler, like tcp://host:8786, got "
            f"{address}: {str(error) or type(error).__name__}"
        ) from None

    def executor() -> Executor:
        if client.status != "running":
            raise CourseError(f"the scheduler at {address} has gone")
        made: Executor = client.get_executor(pure=False, retries=3)
        return made

    try:
        width = _require_workers(client, address, kind, image)
        yield Workers(width, executor, lambda: None)
        with contextlib.suppress(OSError, TimeoutError):
            client.run(close_sandboxes, on_error="ignore")
    finally:
        client.close(timeout=_SECONDS_TO_ANSWER)


def _require_workers(client: Any, address: str, kind: Kind, image: str) -> int:
    """Return how many submissions the workers can take at a time, if they are fit for it."""
    workers = client.scheduler_info(n_workers=-1)["workers"]
    if not workers:
        raise CourseError(
            f"the scheduler at {address} has no workers; start some:  dask worker {address}"
        )
    versions = client.run(grader, on_error="return")
    if others := sorted(name for name, version in versions.items() if version != grader()):
        raise CourseError(
            f"the workers must have this version of embedlab installed, got another or none at "
            f"{', '.join(others)}"
        )
    for name, problem in client.run(problem_with, kind, image, on_error="return").items():
        if problem:
            raise CourseError(
                f"on the worker {name}: {problem} Students' code does not run without a sandbox, "
                "unless you say --unsafe-no-sandbox."
            )
    return sum(worker["nthreads"] for worker in workers.values())
