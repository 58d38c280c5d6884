"""Dynamic batching: texts of requests that arrive close together are encoded together.

A matrix product with 32 rows costs far less than 32 products with one. So the first text that
arrives waits for company, a few milliseconds at most, and while a batch is being encoded the next
one gathers. One thread encodes; the event loop never waits for it.

A batch is bounded in texts and in bytes, and a larger request goes through in parts, so that it
holds up the others by one part at a time. Who has waited for too long before the first part is
refused, and costs the encoder nothing.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import accumulate
from math import inf
from typing import TypeAlias

import numpy as np

from embedlab.numerics import Array, as_integer, require
from embedlab.service.refusals import busy, closing, late

# What becomes of one job: its vectors, or why there are none.
Outcome: TypeAlias = Array | Exception


@dataclass(eq=False)
class _Job:
    """The texts of one request.

    Attributes:
        texts: At least one.
        answer: Where its vectors are awaited.
        arrived: When it came, by the loop's clock.
        edges: Bytes of the texts before each, and of all. The service knows no model's tokens, but
            they are about as many for so many bytes, in whichever script.
        n_taken: How many texts have gone into batches.
        parts: The vectors of those that came back.
    """

    texts: Sequence[str]
    answer: asyncio.Future[Array]
    arrived: float
    edges: Sequence[int] = field(init=False)
    n_taken: int = 0
    parts: list[Array] = field(default_factory=list)

    def __post_init__(self) -> None:
        sizes = (len(text.encode("utf-8", "replace")) for text in self.texts)
        self.edges = list(accumulate(sizes, initial=0))

    @property
    def n_left(self) -> int:
        return len(self.texts) - self.n_taken

    @property
    def bytes_left(self) -> int:
        return self.edges[-1] - self.edges[self.n_taken]

    def n_fitting(self, n_texts: int, n_bytes: int) -> int:
        """Return how many of the texts that are left fit into so much room."""
        n = min(self.n_left, n_texts)
        while n > 0 and self.edges[self.n_taken + n] - self.edges[self.n_taken] > n_bytes:
            n -= 1
        return n


class Batcher:
    """Gathers jobs into batches; start it inside an event loop, and close it there.

    Attributes:
        n_waiting: How many texts wait to be encoded, for a gauge.
    """

    def __init__(
        self,
        encode: Callable[[Sequence[str]], Array],
        *,
        max_batch: int = 32,
        max_wait: float = 0.002,
        max_queue: int = 512,
        max_batch_bytes: int = 4_096,
        max_delay: float = 10.0,
        on_batch: Callable[[int], None] = lambda n_texts: None,
    ) -> None:
        """Prepare a batcher.

        Args:
            encode: Texts to vectors (N, d), called in a thread of its own.
            max_batch: Most texts of a batch; 1: no batching.
            max_wait: Seconds that the first job of a batch waits for others.
            max_queue: More waiting texts than this are refused.
            max_batch_bytes: Most bytes of a batch, in UTF-8; a longer text goes alone.
            max_delay: Seconds after which a job is refused of which nothing was begun.
            on_batch: Is told the number of texts of each batch.

        Raises:
            ValueError: If a number is out of range.
        """
        self._encode, self._on_batch = encode, on_batch
        self._max_batch = as_integer("max_batch", max_batch, 1)
        require(0 <= max_wait <= 60, "max_wait", "be between 0 and 60 seconds", max_wait)
        self._max_wait = max_wait
        self._max_queue = as_integer("max_queue", max_queue, 1)
        self._max_batch_bytes = as_integer("max_batch_bytes", max_batch_bytes, 1)
        rule, remedy = f"be finite and above max_wait, {max_wait}", "or nobody would be served"
        require(max_wait < max_delay < inf, "max_delay", rule, max_delay, remedy)
        self._max_delay = max_delay
        self._jobs: deque[_Job] = deque()
        self._arrival = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, "encoder")
        self._loop_task: asyncio.Task[None] | None = None
        self._is_closing = self._is_shortest = False
        self.n_waiting = 0

    def start(self) -> None:
        """Begin to work."""
        self._loop_task = asyncio.get_running_loop().create_task(self._run())

    async def close(self) -> None:
        """Finish what waits, refuse what comes, and end the thread."""
        self._is_closing = True
        self._arrival.set()
        if self._loop_task is not None:
            await self._loop_task
        self._thread.shutdown()

    async def encode(self, texts: Sequence[str]) -> Array:
        """Return the vectors (N, d) of N texts, encoded together with those of others.

        Raises:
            RefusalError: If too many texts wait already, these have waited for too long, or the
                service is being stopped.
            Exception: What the encoder raised for these texts; others get their vectors.
        """
        if self._is_closing:
            raise closing()
        if self.n_waiting + len(texts) > self._max_queue:
            raise busy()
        loop = asyncio.get_running_loop()
        job = _Job(texts, loop.create_future(), loop.time())
        self._jobs.append(job)
        self.n_waiting += len(texts)
        self._arrival.set()
        deadline = loop.call_later(self._max_delay, self._give_up, job)
        try:
            return await job.answer
        finally:
            deadline.cancel()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while await self._has_work():
            await self._wait_for_company()
            batch = self._take()
            if not batch:
                continue
            texts = [part for _, part in batch]
            self._on_batch(sum(map(len, texts)))
            outcomes = await loop.run_in_executor(self._thread, encode_jobs, self._encode, texts)
            for (job, _), outcome in zip(batch, outcomes, strict=True):
                # Who has gone away while the batch was running gets no answer, and harms none.
                if job.answer.done():
                    continue
                if isinstance(outcome, Exception):
                    job.answer.set_exception(outcome)
                    continue
                job.parts.append(outcome)
                if job.n_left == 0:
                    whole = job.parts[0] if len(job.parts) == 1 else np.concatenate(job.parts)
                    job.answer.set_result(whole)

    async def _has_work(self) -> bool:
        """Wait for a job; return False once there will be none."""
        while not self._jobs:
            if self._is_closing:
                return False
            self._arrival.clear()
            await self._arrival.wait()
        return True

    async def _wait_for_company(self) -> None:
        """Wait until the batch is full, or its first job has waited long enough."""
        deadline = self._jobs[0].arrived + self._max_wait
        loop = asyncio.get_running_loop()
        while self.n_waiting < self._max_batch and not self._is_closing:
            seconds = deadline - loop.time()
            if seconds <= 0:
                return
            self._arrival.clear()
            try:
                await asyncio.wait_for(self._arrival.wait(), seconds)
            except TimeoutError:
                return

    def _give_up(self, job: _Job) -> None:
        """Refuse a job that nobody has begun in time; one that was begun is finished."""
        if job.n_taken == 0 and not job.answer.done():
            job.answer.set_exception(late(self._max_delay))
            self._jobs.remove(job)
            self.n_waiting -= len(job.texts)

    def _take(self) -> list[tuple[_Job, Sequence[str]]]:
        """Return the next batch: jobs in the order of their arrival, or the shortest first.

        The two take turns. A search has a single text and would otherwise wait for all the long
        requests that came before it; and whichever is the oldest is put off by one batch at most.
        Only the first job of a batch is divided, where it is too large; the others fit whole.
        """
        # A request that was cancelled while it waited takes no room.
        waiting = [job for job in self._jobs if not job.answer.done()]
        order = sorted(waiting, key=lambda job: job.bytes_left) if self._is_shortest else waiting
        self._is_shortest = not self._is_shortest
        room, bytes_room = self._max_batch, self._max_batch_bytes
        batch: list[tuple[_Job, Sequence[str]]] = []
        for job in order:
            n = job.n_fitting(room, bytes_room)
            if batch and n < job.n_left:
                break
            first, last = job.n_taken, job.n_taken + max(n, 1)
            room -= last - first
            bytes_room -= job.edges[last] - job.edges[first]
            batch.append((job, job.texts[first:last]))
            job.n_taken = last
        self._jobs = deque(job for job in waiting if job.n_left > 0)
        self.n_waiting = sum(job.n_left for job in self._jobs)
        return batch


def encode_jobs(
    encode: Callable[[Sequence[str]], Array], jobs: Sequence[Sequence[str]]
) -> list[Outcome]:
    r"""Return each job's vectors, or the error that its own texts raise.

    All texts go to the encoder at once. Where that fails, each job goes alone, so that a text that
    cannot be encoded costs nobody but its sender.

    >>> import numpy as np
    >>> lengths = lambda texts: np.array([[1 / len(text)] for text in texts])
    >>> [str(outcome) for outcome in encode_jobs(lengths, [["a"], [""], ["ab", "abcd"]])]
    ['[[1.]]', 'division by zero', '[[0.5 ]\n [0.25]]']
    """
    try:
        vectors = encode([text for texts in jobs for text in texts])
    except Exception as error:
        if len(jobs) == 1:
            return [error]
        return [encode_jobs(encode, [texts])[0] for texts in jobs]
    outcomes: list[Outcome] = []
    start = 0
    for texts in jobs:
        outcomes.append(vectors[start : start + len(texts)])
        start += len(texts)
    return outcomes
