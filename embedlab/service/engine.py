"""What the routes call: embed, search, reload; who asks, and over which protocol, is not known."""

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from cachetools import LRUCache

from embedlab.numerics import Array
from embedlab.paragraphs import Paragraph
from embedlab.retrieval import index as indexes
from embedlab.retrieval.hits import Hits
from embedlab.service.batching import Batcher
from embedlab.service.encoders import Encoder, checked_vectors
from embedlab.service.metrics import Metrics
from embedlab.service.refusals import RefusalError, invalid
from embedlab.service.snapshots import Snapshot

# What may be wrong with files, an encoder or the machine; anything else is a fault of the program.
_NO_SNAPSHOT = (ValueError, ArithmeticError, OSError, MemoryError)


@dataclass(frozen=True)
class Limits:
    """What a request may ask for, and how much work may wait.

    Attributes:
        max_bytes: Largest body of a request.
        body_seconds: Longest time that a client may take to send it.
        max_texts: Most texts of one request.
        max_characters: Longest text or query.
        rate: How often one key may ask, in the words of the library ``limits``.
        max_batch: Most texts that are encoded together; 1: no batching.
        max_wait: Seconds that a text waits for others at most.
        max_queue: Most texts that wait to be encoded.
        max_batch_bytes: Most bytes of text that are encoded together; a longer text goes alone.
        max_delay: Seconds after which a request is refused that nobody has begun to encode.
        cache_size: Vectors of queries that are kept; 0: none.
    """

    max_bytes: int = 262_144
    body_seconds: float = 10.0
    max_texts: int = 64
    max_characters: int = 4_000
    rate: str = "600/minute"
    max_batch: int = 32
    max_wait: float = 0.002
    max_queue: int = 512
    max_batch_bytes: int = 4_096
    max_delay: float = 10.0
    cache_size: int = 4_096


@dataclass(frozen=True)
class Hit:
    """A paragraph that was found, and the cosine of its vector with the query's."""

    paragraph: Paragraph
    score: float


class Engine:
    """An encoder, a snapshot and a queue between them; lives in one event loop.

    Attributes:
        encoder: The model; the same for as long as the service runs.
        snapshot: What is searched now. A search takes hold of it once, so that a reload in the
            middle changes nothing for it.
        limits: What requests may ask for.
        metrics: Where the engine counts.
        started: When it was made, by the clock that only goes forward.
    """

    def __init__(
        self,
        encoder: Encoder,
        load: Callable[[], Snapshot],
        *,
        limits: Limits | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        """Load the first snapshot, and encode a text: who is told to be ready must be warm.

        Args:
            encoder: The model.
            load: Returns the snapshot to be searched; it is called again at each reload.
            limits: What requests may ask for.
            metrics: Where to count.

        Raises:
            ValueError: If the snapshot does not belong to the encoder, and what load raises.
            ArithmeticError: If the encoder returns something else than it promised.
        """
        self.encoder, self._load = encoder, load
        self.limits, self.metrics = limits or Limits(), metrics or Metrics()
        self.started = time.monotonic()
        self.snapshot = self._loaded()
        checked_vectors(encoder, encoder.encode, ["warm-up"])
        self._cache: LRUCache[str, Array] = LRUCache(self.limits.cache_size)
        self._searcher = ThreadPoolExecutor(1, "search")
        self._reloading = asyncio.Lock()
        self._batcher: Batcher | None = None
        self.metrics.show_index(self.snapshot)

    @property
    def is_ready(self) -> bool:
        """Whether requests are served."""
        return self._batcher is not None

    def start(self) -> None:
        """Begin to serve, inside the event loop."""
        self._batcher = Batcher(
            lambda texts: checked_vectors(self.encoder, self.encoder.encode, texts),
            max_batch=self.limits.max_batch,
            max_wait=self.limits.max_wait,
            max_queue=self.limits.max_queue,
            max_batch_bytes=self.limits.max_batch_bytes,
            max_delay=self.limits.max_delay,
            on_batch=self.metrics.batch_sizes.observe,
        )
        self._batcher.start()
        self.metrics.show_queue(self._batcher)

    async def close(self) -> None:
        """Finish what runs, and end the threads."""
        if self._batcher is not None:
            batcher, self._batcher = self._batcher, None
            await batcher.close()
        self._searcher.shutdown()

    async def embed(self, texts: Sequence[str]) -> Array:
        """Return the vectors (N, d) of N texts.

        Raises:
            RefusalError: If the encoder refuses a text, too many wait, the request has waited for
                too long, or the service ends.
            ArithmeticError: If the encoder returns what it should not.
        """
        if self._batcher is None:
            raise RefusalError(503, "closing", "the service is not ready", "ask again later")
        try:
            return await self._batcher.encode(texts)
        except RefusalError as refusal:
            self.metrics.refusals.labels(refusal.error).inc()
            raise
        except ValueError as error:
            detail = f"{self.encoder.name} cannot embed a text of this request: {error}"
            raise invalid(detail[:500], "send another text") from error

    async def search(self, query: str, k: int) -> tuple[Snapshot, list[Hit]]:
        """Return the k paragraphs nearest to a query, and the snapshot that they come from.

        Raises:
            RefusalError: If k is larger than the index, or as ``embed``.
        """
        snapshot = self.snapshot
        if not 1 <= k <= len(snapshot):
            detail = f"k must lie between 1 and the size of the index, {len(snapshot)}, got {k}"
            raise invalid(detail, f"ask for at most {len(snapshot)} hits")
        vector = await self._query_vector(query)
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._searcher, _search, snapshot, vector, k)
        return snapshot, [
            Hit(snapshot.paragraphs[position], float(score))
            for position, score in zip(found.positions[0], found.scores[0], strict=True)
        ]

    async def reload(self) -> Snapshot:
        """Put a newly loaded snapshot in the old one's place.

        It is loaded beside the old one, which goes on serving, also where the new one is refused.

        Raises:
            RefusalError: If there is no new snapshot, or it belongs to another encoder.
        """
        async with self._reloading:
            try:
                snapshot = await asyncio.to_thread(self._loaded)
            except Exception as error:
                self.metrics.reloads.labels("refused").inc()
                if not isinstance(error, _NO_SNAPSHOT):
                    raise
                # Some errors, as of memory, come without a word.
                detail = f"{error}"[:1000] or type(error).__name__
                remedy = f"version {self.snapshot.version} still serves"
                raise RefusalError(409, "index_refused", detail, remedy) from error
            self.snapshot = snapshot
            self.metrics.reloads.labels("done").inc()
            self.metrics.show_index(snapshot)
            return snapshot

    def _loaded(self) -> Snapshot:
        """Return a snapshot of this encoder, whoever made it."""
        snapshot = self._load()
        found = snapshot.index.model, snapshot.index.n_dimensions
        expected = self.encoder.name, self.encoder.d
        if found != expected:
            raise ValueError(
                f"the index must be of model {expected[0]!r} with {expected[1]} dimensions, "
                f"got {found[0]!r} with {found[1]}; build it again"
            )
        return snapshot

    async def _query_vector(self, query: str) -> Array:
        """Return a query's vector (1, d), from the cache if it has been asked for before."""
        cached: Array | None = self._cache.get(query)
        self.metrics.cache.labels("miss" if cached is None else "hit").inc()
        if cached is not None:
            return cached
        vector = await self.embed([query])
        if self.limits.cache_size > 0:
            # A copy: a view would keep the whole batch that it was encoded in.
            self._cache[query] = np.array(vector)
        return vector


def _search(snapshot: Snapshot, vector: Array, k: int) -> Hits:
    return indexes.search(snapshot.index, vector, k)
