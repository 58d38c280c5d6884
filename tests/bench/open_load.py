"""Requests that come when they come: load at a fixed rate, whether or not the service keeps up.

Clients that wait for an answer before they ask again (a closed loop) ask less as soon as the
service gets slow, and so hide how slow it is. Here the moments of all requests are drawn
beforehand, and the latency of each counts from its moment, not from when a client got round to it.
"""

import asyncio
import contextlib
import itertools
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np

LEVELS = (0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 1.0)


@dataclass(frozen=True)
class OpenLoad:
    """What one rate measured; latencies in milliseconds.

    Attributes:
        server: How the service batches.
        rate: Requests per second that came, on average.
        requests: How many came in the time of the measurement.
        errors: How many of them were not answered with 200.
        per_second: Answers with 200 per second of the clock, until the last one.
        p50: Of the requests answered with 200, half took no longer; p95 and p99 likewise.
        p95: See p50.
        p99: See p50.
        quantiles: Latencies at ``LEVELS``.
        texts_per_batch: Mean; None where nothing was encoded.
        others: Cores that other programs kept busy meanwhile, on average; None if unknown.
    """

    server: str
    rate: float
    requests: int
    errors: int
    per_second: float
    p50: float | None
    p95: float | None
    p99: float | None
    quantiles: list[float] | None
    texts_per_batch: float | None
    others: float | None


def arrivals(rate: float, seconds: float, rng: np.random.Generator) -> list[float]:
    """Return the moments, in seconds, of requests that know nothing of each other (Poisson)."""
    moments = np.cumsum(rng.exponential(1 / rate, size=int(2 * rate * seconds) + 20))
    return moments[moments < seconds].tolist()


async def send_at(
    moments: list[float], client: Any, request: Any, numbers: "itertools.count[int]"
) -> tuple[list[tuple[int, float]], float]:
    """Send a request at each moment; return status and latency of each, and the seconds of all."""
    idle: list[httpx.AsyncClient] = []
    answers: list[tuple[int, float]] = []
    start = time.perf_counter()

    async def one(moment: float) -> None:
        await asyncio.sleep(max(0.0, start + moment - time.perf_counter()))
        # A connection of its own for every request that is under way.
        mine = idle.pop() if idle else client()
        try:
            status = (await mine.post(**request(next(numbers)))).status_code
        except httpx.HTTPError:
            status = 0
        answers.append((status, time.perf_counter() - start - moment))
        idle.append(mine)

    await asyncio.gather(*map(one, moments))
    total = time.perf_counter() - start
    await asyncio.gather(*(mine.aclose() for mine in idle))
    return answers, total


def summary(
    server: str,
    rate: float,
    answers: list[tuple[int, float]],
    seconds: float,
    texts_per_batch: float | None,
    others: float | None,
) -> OpenLoad:
    """Return a row of the record."""
    good = [1000 * latency for status, latency in answers if status == 200]
    quantiles = None
    if good:
        found = np.percentile(good, [100 * level for level in LEVELS], method="inverted_cdf")
        quantiles = [round(float(value), 2) for value in found]
    p50, p95, p99 = (
        None if quantiles is None else quantiles[LEVELS.index(level)] for level in (0.5, 0.95, 0.99)
    )
    return OpenLoad(
        server=server,
        rate=rate,
        requests=len(answers),
        errors=len(answers) - len(good),
        per_second=round(len(good) / seconds, 1),
        p50=p50,
        p95=p95,
        p99=p99,
        quantiles=quantiles,
        texts_per_batch=texts_per_batch,
        others=others,
    )


@contextlib.contextmanager
def others_busy() -> Iterator[list[float]]:
    """Yield a list that will hold how many cores other programs kept busy on average (Linux)."""
    found: list[float] = []
    before, start = _ticks(), time.perf_counter()
    yield found
    after, seconds = _ticks(), time.perf_counter() - start
    if before is not None and after is not None:
        busy, own = (late - early for late, early in zip(after, before, strict=True))
        found.append(round(max(0.0, (busy - own) / os.sysconf("SC_CLK_TCK") / seconds), 2))


def _ticks() -> tuple[int, int] | None:
    """Return the clock ticks of all programs, and of this one with its children, so far."""
    try:
        fields = [
            int(field) for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
        ]
    except OSError:
        return None
    own = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # The name in parentheses may hold spaces.
            part = path.read_text().rsplit(")", 1)[1].split()
            if int(part[1]) == os.getpid() or path.parent.name == str(os.getpid()):
                own += int(part[11]) + int(part[12])
    return sum(fields[:3]) + sum(fields[5:8]), own
