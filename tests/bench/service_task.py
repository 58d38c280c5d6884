"""The search service under load on loopback: latencies, throughput and errors.

The real command runs in a process of its own, once with dynamic batching and once without; both get
the same requests in turn, from this process (httpx, asyncio): from clients that each wait for their
answer, and at fixed rates (``open_load``). On a machine with few processors the clients take their
share of the time: compare rows, not machines.

``make bench BENCH_ARGS="--only service"`` also replaces the two records that chapter 9 reads, in
book/measured; it takes some seven minutes, and asks for a machine that does nothing else. What the
chapter says about them is checked in tests/test_measured.py.
"""

import asyncio
import contextlib
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from batching_task import batching_rows
from open_load import OpenLoad, arrivals, others_busy, send_at, summary
from rich.console import Console
from rich.table import Table

from embedlab.measurements import write_record

ROOT = Path(__file__).resolve().parents[2]
SERVE = [sys.executable, "-c", "from embedlab.cli import main; main()", "serve"]
SERVERS = {
    "batches of 32": ("--max-batch", "32", "--max-wait", "2"),
    "one by one": ("--max-batch", "1", "--max-wait", "0"),
}
SUBJECTS = "rotation antonyms stopwords analogies sparsity cosine grading sandbox".split()
# A warm-up asks at least so often, and the warm cache holds half as many queries.
WARM = 16
KEY = "bench-0123456789abcdef"
# Requests per second at which the service is asked, and for how long. At the highest rate both
# servers must be overloaded: the chapter shows what happens then.
RATES, OPEN_SECONDS = (20, 50, 80, 120, 200, 400), 4.0
# How often each load is measured; the run during which other programs did least is kept.
REPETITIONS = 2
OPEN = "/search, new queries"
ABOUT = """\
The search service of embedlab (all-MiniLM-L6-v2, the book's paragraphs, exact search) on \
loopback, asked by one process on the same machine. Rows of kind "closed": clients that wait for \
an answer before they ask again. Rows of kind "open": requests at a fixed mean rate (Poisson), \
latency counted from the moment at which each was due. Of two runs of each row the one during \
which other programs were least busy (others: the cores that they used). Latencies in \
milliseconds, quantiles at 0.5, 0.75, 0.9, 0.95, 0.99, 0.995 and 1. One thread for linear \
algebra."""
ABOUT_BATCHING = """\
Rows of kind "encode": all-MiniLM-L6-v2 in NumPy on one thread, 256 texts of random pieces whose \
numbers of tokens are embedlab.capacity.text_lengths(256), or of 20 tokens each (equal), in \
batches of a number of texts, filled up to the longest of each batch; CPU seconds, the less of \
two runs. Rows of kind "scan": an exact search of one query among n random unit vectors of 384 \
numbers, milliseconds of the clock, the least of 29."""

# Makes the options of request number n.
Request = Callable[[int], dict[str, Any]]


@dataclass(frozen=True)
class Load:
    """What one load measured; the fields of service.json. Latencies in milliseconds.

    Attributes:
        encoder: The model.
        server: How it batches.
        load: What was asked.
        concurrency: How many clients asked at a time, each waiting for its answer.
        requests: How many were answered, or failed.
        errors: How many of them not with 200.
        per_second: Requests answered per second of the clock.
        p50: Half of the answers took no longer; p95 and p99 likewise.
        p95: See p50.
        p99: See p50.
        texts_per_batch: Mean; None where nothing was encoded.
        others: Cores that other programs kept busy meanwhile, on average; None if unknown.
    """

    encoder: str
    server: str
    load: str
    concurrency: int
    requests: int
    errors: int
    per_second: float
    p50: float
    p95: float
    p99: float
    texts_per_batch: float | None
    others: float | None = None


def _query(n: int) -> str:
    """Return a question that has not been asked before."""
    return f"what does the book say about {SUBJECTS[n % len(SUBJECTS)]}, in example {n}?"


LOADS: dict[str, Request] = {
    "/search, new queries": lambda n: {"url": "/search", "json": {"query": _query(n), "k": 5}},
    "/search, warm cache": lambda n: {
        "url": "/search",
        "json": {"query": _query(n % (WARM // 2)), "k": 5},
    },
    "/embed, one text": lambda n: {"url": "/embed", "json": {"texts": [_query(n)]}},
}


def serve_under_load(quick: bool) -> tuple[list[Load], list[OpenLoad]]:
    """Return what waiting clients measure, and what fixed rates do.

    Quick measurements take seconds, use the hashed encoder, and leave out the fixed rates.
    """
    encoder = "hashed" if quick or not _has_weights() else "minilm"
    levels, seconds, repetitions = ((4,), 0.2, 1) if quick else ((1, 8), 2.0, REPETITIONS)
    with (
        tempfile.TemporaryDirectory(prefix="embedlab-bench-") as folder,
        _serving(Path(folder), encoder) as addresses,
    ):
        closed = closed_loads(addresses, levels, seconds, repetitions)
        if quick or encoder == "hashed":
            return closed, []
        return closed, open_loads(addresses, RATES, OPEN_SECONDS, REPETITIONS)


def closed_loads(
    addresses: dict[str, str], levels: tuple[int, ...], seconds: float, repetitions: int
) -> list[Load]:
    """Return measurements of each load, number of clients and server: the least disturbed runs."""
    runs: dict[tuple[str, int, str], list[Load]] = {}
    for repetition, *what in itertools.product(range(repetitions), LOADS, levels, SERVERS):
        load, level, server = what
        run = _measure(addresses[server], server, load, level, seconds, repetition)
        runs.setdefault((load, level, server), []).append(asyncio.run(run))
    return [min(several, key=lambda load: load.others or 0.0) for several in runs.values()]


def load_table(loads: list[Load]) -> Table:
    """Return the measurements as a table, what is to be compared below each other."""
    columns = ("load", "clients", "server", "requests", "errors", "per s", "p50", "p95", "p99 ms")
    table = Table(*columns, "texts/batch", title=f"service on loopback, {loads[0].encoder}")
    for row in loads:
        numbers = (f"{value:.1f}" for value in (row.p50, row.p95, row.p99))
        batch = "" if row.texts_per_batch is None else f"{row.texts_per_batch:.1f}"
        counts = str(row.requests), str(row.errors), f"{row.per_second:,.0f}"
        table.add_row(row.load, str(row.concurrency), row.server, *counts, *numbers, batch)
    return table


async def _measure(
    address: str, server: str, load: str, concurrency: int, seconds: float, repetition: int
) -> Load:
    """Return what a number of clients measure in some seconds, after a warm-up of the same kind."""
    # Everything that is to be new differs from what was asked before, here and at other levels.
    first = 100_000_000 * repetition + 10_000_000 * list(LOADS).index(load)
    numbers = itertools.count(first + 100_000 * concurrency)
    async with contextlib.AsyncExitStack() as stack:
        # A pool of many connections costs httpx more than the service takes to answer: one each.
        clients = [await stack.enter_async_context(_client(address)) for _ in range(concurrency)]
        await _ask(clients, LOADS[load], numbers, seconds / 4, at_least=WARM)
        before = await _batches(clients[0])
        start = time.perf_counter()
        with others_busy() as others:
            answers = await _ask(clients, LOADS[load], numbers, seconds)
        total = time.perf_counter() - start
        after = await _batches(clients[0])
        model = (await clients[0].get("/healthz")).json()["model"]
    texts, batches = after[0] - before[0], after[1] - before[1]
    latencies = [latency for _, latency in answers]
    p50, p95, p99 = (round(float(value), 2) for value in _percentiles(latencies))
    return Load(
        encoder=model,
        server=server,
        load=load,
        concurrency=concurrency,
        requests=len(answers),
        errors=sum(status != 200 for status, _ in answers),
        per_second=round(len(answers) / total, 1),
        p50=p50,
        p95=p95,
        p99=p99,
        texts_per_batch=round(texts / batches, 2) if batches else None,
        others=others[0] if others else None,
    )


def _client(address: str) -> httpx.AsyncClient:
    # There is nothing to verify without TLS, and loading certificates takes time.
    return httpx.AsyncClient(
        base_url=address, headers={"X-API-Key": KEY}, timeout=60, verify=False, trust_env=False
    )


async def _ask(
    clients: list[httpx.AsyncClient],
    request: Request,
    numbers: Iterator[int],
    seconds: float,
    at_least: int = 1,
) -> list[tuple[int, float]]:
    """Return status (0: no answer) and latency of the requests that the clients send."""
    answers: list[tuple[int, float]] = []
    end = time.perf_counter() + seconds

    async def work(client: httpx.AsyncClient) -> None:
        while (start := time.perf_counter()) < end or len(answers) < at_least:
            try:
                status = (await client.post(**request(next(numbers)))).status_code
            except httpx.HTTPError:
                status = 0
            answers.append((status, time.perf_counter() - start))

    await asyncio.gather(*map(work, clients))
    return answers


def _percentiles(seconds: list[float]) -> list[float]:
    """Return the 50th, 95th and 99th percentile in milliseconds: latencies that did occur."""
    return list(1000 * np.percentile(seconds, [50, 95, 99], method="inverted_cdf"))


async def _batches(client: httpx.AsyncClient) -> tuple[float, float]:
    """Return how many texts the service has encoded so far, and in how many batches."""
    metrics = (await client.get("/metrics")).text
    found = dict(re.findall(r"^embedlab_batch_texts_(sum|count) (\S+)$", metrics, re.MULTILINE))
    return float(found["sum"]), float(found["count"])


def open_loads(
    addresses: dict[str, str], rates: tuple[float, ...], seconds: float, repetitions: int
) -> list[OpenLoad]:
    """Return measurements of each server at each rate, of the run that was disturbed least."""
    runs: dict[tuple[float, str], list[OpenLoad]] = {}
    for repetition, rate, server in itertools.product(range(repetitions), rates, SERVERS):
        run = _open(addresses[server], server, rate, seconds, repetition)
        runs.setdefault((rate, server), []).append(asyncio.run(run))
    return [min(several, key=lambda load: load.others or 0.0) for several in runs.values()]


async def _open(
    address: str, server: str, rate: float, seconds: float, repetition: int
) -> OpenLoad:
    """Return what requests at one rate measure, after a warm-up."""
    numbers = itertools.count(int(1e6 * rate) + 10**9 * (1 + repetition))
    async with _client(address) as client:
        await _ask([client], LOADS[OPEN], numbers, seconds / 12, at_least=WARM)
        before = await _batches(client)
        moments = arrivals(rate, seconds, np.random.default_rng(repetition))
        with others_busy() as others:
            answers, total = await send_at(moments, lambda: _client(address), LOADS[OPEN], numbers)
        after = await _batches(client)
    texts, batches = after[0] - before[0], after[1] - before[1]
    mean = round(texts / batches, 2) if batches else None
    return summary(server, rate, answers, total, mean, others[0] if others else None)


def record_service(folder: Path, closed: list[Load], opened: list[OpenLoad]) -> None:
    """Measure beside the service, and write both records into a folder."""
    rows = [{"kind": "closed", **asdict(load)} for load in closed]
    rows += [{"kind": "open", **asdict(load)} for load in opened]
    packages = ["fastapi", "uvicorn", "tokenizers"]
    write_record(folder / "service.json", ABOUT, rows, packages)
    packages = ["tokenizers", "faiss-cpu"]
    write_record(folder / "batching.json", ABOUT_BATCHING, batching_rows(), packages)


@contextlib.contextmanager
def _serving(folder: Path, encoder: str) -> Iterator[dict[str, str]]:
    """Start a service of each kind, yield their addresses, and end them."""
    processes = {
        name: _start(folder / f"{number}.npz", encoder, options)
        for number, (name, options) in enumerate(SERVERS.items())
    }
    try:
        yield {name: _address(process) for name, process in processes.items()}
    finally:
        for process in processes.values():
            process.terminate()
        for process in processes.values():
            process.communicate(timeout=30)


def _start(index: Path, encoder: str, options: tuple[str, ...]) -> subprocess.Popen[str]:
    environment = os.environ | {"EMBEDLAB_KEYS": f"bench {KEY}"}
    command = [*SERVE, "--book", str(ROOT / "book"), "--index", str(index), "--port", "0"]
    command += ["--encoder", encoder, "--rate", "1000000/second", *options]
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )


def _address(process: subprocess.Popen[str]) -> str:
    """Return where a service listens, once it says so."""
    assert process.stdout is not None
    for line in iter(process.stdout.readline, ""):
        if line.startswith("Serving"):
            return line.split(" at ")[1].split(" ")[0]
    raise RuntimeError("the service did not start; run  embedlab serve  to see why")


def _has_weights() -> bool:
    from embedlab.service.encoders import minilm_encoder

    try:
        minilm_encoder()
    except (ImportError, ValueError, OSError):
        return False
    return True


def bench_service(console: Console, output: Path, quick: bool, keep: bool = False) -> None:
    """Measure, print the table, and write service.json into a folder.

    With the weights, write the records of chapter 9 too: where the book reads them if they are to
    be kept, otherwise into the folder.
    """
    closed, opened = serve_under_load(quick)
    console.print(load_table(closed))
    output.mkdir(parents=True, exist_ok=True)
    (output / "service.json").write_text(json.dumps([asdict(load) for load in closed], indent=1))
    if opened:
        folder = (ROOT / "book" if keep else output) / "measured"
        record_service(folder, closed, opened)
        console.print(f"records for chapter 9: {folder}")
