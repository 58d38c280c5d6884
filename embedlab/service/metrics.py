"""Numbers for Prometheus. Each application counts for itself, so that two do not mix."""

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from embedlab.service.snapshots import Snapshot

if TYPE_CHECKING:
    from embedlab.service.batching import Batcher

# Seconds: a cached search takes about one thousandth, a batch of a large model tenths.
_LATENCIES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
_SIZES = (1, 2, 4, 8, 16, 32, 64, 128)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """What is counted and measured.

    Attributes:
        requests: By route, method and status.
        latencies: Seconds from the request's head to the end of the answer, by route.
        batch_sizes: Texts in a batch.
        cache: Queries whose vector was there ("hit"), or was not ("miss").
        refusals: Requests that were not encoded because too much waited ("busy"), they had waited
            for too long ("late"), or the service ends ("closing").
        reloads: Attempts to put a new index in place, "done" or "refused".
    """

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        labels = ["route", "method", "status"]
        self.requests = Counter(
            "embedlab_requests", "Requests answered.", labels, registry=registry
        )
        self.latencies = Histogram(
            "embedlab_request_seconds",
            "Time from a request's head to the end of its answer.",
            ["route"],
            buckets=_LATENCIES,
            registry=registry,
        )
        self.batch_sizes = Histogram(
            "embedlab_batch_texts", "Texts encoded together.", buckets=_SIZES, registry=registry
        )
        self.cache = Counter(
            "embedlab_query_cache", "Look-ups of query vectors.", ["result"], registry=registry
        )
        self.refusals = Counter(
            "embedlab_refusals", "Requests refused by the queue.", ["reason"], registry=registry
        )
        self.reloads = Counter(
            "embedlab_reloads", "Attempts to load a new index.", ["result"], registry=registry
        )
        self._queue = Gauge(
            "embedlab_queue_texts", "Texts that wait to be encoded.", registry=registry
        )
        self._index = Gauge(
            "embedlab_index_paragraphs",
            "Paragraphs in the index that serves.",
            ["version", "model", "dimension"],
            registry=registry,
        )

    def show_queue(self, batcher: "Batcher") -> None:
        """Read the queue's length from a batcher whenever it is asked for."""
        self._queue.set_function(lambda: batcher.n_waiting)

    def show_index(self, snapshot: Snapshot) -> None:
        """Show the index that serves now, and no older one."""
        index = snapshot.index
        self._index.clear()
        self._index.labels(snapshot.version, index.model, index.n_dimensions).set(len(index))

    def text(self) -> bytes:
        """Return all numbers in Prometheus' text format."""
        return generate_latest(self._registry)
