"""Dynamic batching: texts of requests that arrive close together are encoded together.

A matrix product with 32 rows costs far less than 32 products with one. So the first text that
arrives waits for company, a few milliseconds at most, and while a batch is being encoded the next
one gathers. One thread encodes; the event loop never waits for it.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeAlias

from embedlab.numerics import Array, as_integer, require
from embedlab.service.refusals import busy, closing

# What becomes of one job: its vectors, or why there are none.
Outcome: TypeAlias = Array | Exception


@dataclass(frozen=True, eq=False)
class _Job:
    """The texts of one request.

    Attributes:
        texts: At least one.
        answer: Where its vectors are awaited.
        arrived: When it came, by the loop's clock.
    """

    texts: Sequence[str]
    answer: asyncio.Future[Array]
    arrived: float


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
        on_batch: Callable[[int], None] = lambda n_texts: None,
    ) -> None:
        """Prepare a batcher.

        Args:
            encode: Texts to vectors (N, d), called in a thread of its own.
            max_batch: A batch takes no further job that would make it longer; 1: no batching.
            max_wait: Seconds that the first job of a batch waits for others.
            max_queue: More waiting texts than this are refused.
            on_batch: Is told the number of texts of each batch.

        Raises:
            ValueError: If a number is out of range.
        """
        self._encode, self._on_batch = encode, on_batch
        self._max_batch = as_integer("max_batch", max_batch, 1)
        require(0 <= max_wait <= 60, "max_wait", "be between 0 and 60 seconds", max_wait)
        self._max_wait = max_wait
        self._max_queue = as_integer("max_queue", max_queue, 1)
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
            RefusalError: If too many texts wait already, or the service is being stopped.
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
        return await job.answer

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while await self._has_work():
            await self._wait_for_company()
            batch = self._take()
            if not batch:
                continue
            self._on_batch(sum(len(job.texts) for job in batch))
            texts = [job.texts for job in batch]
            outcomes = await loop.run_in_executor(self._thread, encode_jobs, self._encode, texts)
            for job, outcome in zip(batch, outcomes, strict=True):
                # Who has gone away while the batch was running gets no answer, and harms none.
                if job.answer.done():
                    continue
                if isinstance(outcome, Exception):
                    job.answer.set_exception(outcome)
                else:
                    job.answer.set_result(outcome)

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

    def _take(self) -> list[_Job]:
        """Return the jobs of the next batch: in the order of their arrival, or the shortest first.

        The two take turns. A search has a single text and would otherwise wait for all the long
        requests that came before it; and whichever is the oldest is put off by one batch at most.
        """
        # A request that was cancelled while it waited takes no room.
        waiting = [job for job in self._jobs if not job.answer.done()]
        order = sorted(waiting, key=lambda job: len(job.texts)) if self._is_shortest else waiting
        self._is_shortest = not self._is_shortest
        n_taken, room = 0, self._max_batch
        while n_taken < len(order) and (n_taken == 0 or len(order[n_taken].texts) <= room):
            room -= len(order[n_taken].texts)
            n_taken += 1
        batch, taken = order[:n_taken], set(map(id, order[:n_taken]))
        self._jobs = deque(job for job in waiting if id(job) not in taken)
        self.n_waiting = sum(len(job.texts) for job in self._jobs)
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
