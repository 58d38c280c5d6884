"""What it takes to run embeddings: bytes, padding, waiting, and machines for many passages.

Counts are exact; times come in as arguments, since only a measurement knows them.
"""

import math
from collections import OrderedDict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from embedlab.numerics import (
    Array,
    IntArray,
    as_integer,
    as_vector,
    require,
    require_same_length,
)

Order: TypeAlias = Literal["as they come", "by length"]
ORDERS: tuple[Order, ...] = get_args(Order)
"""How texts are put into batches."""


# --- Memory -----------------------------------------------------------------------------------


def table_bytes(n_words: int, d: int, bytes_each: float = 4) -> float:
    """Return the memory V · D · P of a table of vectors; the batch has no part in it.

    >>> table_bytes(30_522, 384) / 1e6
    46.881792
    """
    return n_words * d * bytes_each


def layer_bytes(batch: int, n_tokens: int, d: int, bytes_each: float = 4) -> float:
    """Return the memory B · n · D · P of what one layer puts out; the vocabulary has no part in it.

    >>> layer_bytes(32, 128, 384) / 1e6
    6.291456
    """
    return batch * n_tokens * d * bytes_each


def attention_bytes(batch: int, n_heads: int, n_tokens: int, bytes_each: float = 4) -> float:
    """Return the memory B · H · n² · P of one layer's attention weights, where all are kept.

    >>> attention_bytes(32, 12, 128) / 1e6
    25.165824
    """
    return batch * n_heads * n_tokens**2 * bytes_each


# --- Batches ----------------------------------------------------------------------------------


def text_lengths(n: int) -> IntArray:
    """Return n lengths in tokens, always the same: many short texts, and a few long ones.

    Their logarithms are normal with mean 3 and deviation 0.7 (a median of 20 tokens), cut at 4 and
    at 128.
    """
    drawn = np.random.default_rng(0).lognormal(3.0, 0.7, as_integer("n", n, 1))
    return drawn.clip(4, 128).astype(np.intp)


def batches_of(lengths: IntArray, batch_size: int, order: Order = "by length") -> list[IntArray]:
    """Return the places of texts, batch by batch.

    Args:
        lengths: (N,) tokens of each text.
        batch_size: Texts in a batch; the last may have fewer.
        order: As the texts come, or bucketed: texts of similar length together.

    Raises:
        ValueError: If there is no text, a length or the size is below 1, or the order is another.

    >>> [b.tolist() for b in batches_of(np.array([9, 2, 8, 3]), 2)]
    [[1, 3], [2, 0]]
    """
    lengths, size = np.asarray(lengths), as_integer("batch_size", batch_size, 1)
    require(lengths.ndim == 1 and len(lengths) > 0, "lengths", "be numbers in a row", lengths.shape)
    shortest = lengths.min().item()
    require(shortest >= 1, "lengths", "be at least 1", shortest)
    require(order in ORDERS, "order", f"be one of {list(ORDERS)}", order)
    is_sorted = order == "by length"
    places = np.argsort(lengths, kind="stable") if is_sorted else np.arange(len(lengths))
    return [places[start : start + size] for start in range(0, len(places), size)]


def padding_share(lengths: IntArray, batches: Iterable[IntArray]) -> float:
    """Return the share of a batch's places that hold no token, over all batches.

    Each batch is a rectangle: a row for each text, as many columns as the longest has tokens.

    >>> lengths = np.array([9, 2, 8, 3])
    >>> [round(padding_share(lengths, batches_of(lengths, 2, order)), 3) for order in ORDERS]
    [0.353, 0.083]
    """
    n_tokens = n_places = 0
    for batch in batches:
        n_tokens += int(lengths[batch].sum())
        n_places += len(batch) * int(lengths[batch].max())
    return 1 - n_tokens / n_places


# --- A cache ----------------------------------------------------------------------------------


def zipf_stream(
    n_queries: int, n_requests: int, exponent: float, *, rng: np.random.Generator
) -> IntArray:
    """Return requests (n,) for queries 0 to Q - 1, of which number r has a weight of (r + 1)^-s."""
    weights = np.arange(1, as_integer("n_queries", n_queries, 1) + 1) ** -float(exponent)
    return rng.choice(n_queries, size=n_requests, p=weights / weights.sum())


def lru_hit_rate(requests: Iterable[Hashable], size: int) -> float:
    """Return the share of requests that a cache answers which forgets the least recently used.

    Args:
        requests: What is asked for, in order.
        size: How many answers are kept at most.

    Raises:
        ValueError: If the size is below 1, or there is no request.

    >>> lru_hit_rate("abaca", 2), lru_hit_rate("abcabc", 2)
    (0.4, 0.0)
    """
    kept: OrderedDict[Hashable, None] = OrderedDict()
    size, n_hits, n = as_integer("size", size, 1), 0, 0
    for request in requests:
        n += 1
        if request in kept:
            n_hits += 1
            kept.move_to_end(request)
        else:
            kept[request] = None
            if len(kept) > size:
                kept.popitem(last=False)
    require(n > 0, "requests", "hold at least one", "none")
    return n_hits / n


# --- Waiting ----------------------------------------------------------------------------------


def waits(arrivals: npt.ArrayLike, services: npt.ArrayLike) -> Array:
    """Return how long each request takes, from its arrival to its answer, at one server.

    The server takes one request at a time, in the order of arrival. A request begins when it has
    come and the one before is done.

    Args:
        arrivals: (n,) moments, ascending.
        services: (n,) how long the server works for each.

    Raises:
        ValueError: If the lengths differ, a number is not finite, the arrivals do not ascend, or a
            service is negative.

    Source: Lindley 1952, "The Theory of Queues with a Single Server", section 2.

    >>> waits([0, 1, 2], [5, 1, 1]).tolist()
    [5.0, 5.0, 5.0]
    """
    begins = as_vector("arrivals", arrivals).astype(float)
    works = as_vector("services", services).astype(float)
    require_same_length("arrivals", begins, "services", works)
    require(bool((np.diff(begins) >= 0).all()), "arrivals", "ascend", "moments out of order")
    require(bool((works >= 0).all()), "services", "be at least 0", works.min(initial=0).item())
    latencies, free = np.empty(len(begins)), -math.inf
    for i, (begin, work) in enumerate(zip(begins, works, strict=True)):
        free = max(begin, free) + work
        latencies[i] = free - begin
    return latencies


# --- Machines ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Machine:
    """A machine that one can rent.

    Attributes:
        gib: Memory.
        cores: Processor cores.
        price: For an hour, in any currency.
    """

    gib: float
    cores: int
    price: float


@dataclass(frozen=True)
class Plan:
    """What a number of passages takes.

    Attributes:
        n_bytes: Memory of one copy.
        n_shards: Machines that hold one copy between them.
        n_machines: Machines in all: whole copies.
        seconds: Of one query while nobody else asks.
        price_per_million: Of a million queries, if the rate stays as it is day and night.
        limit: What the number of machines comes from: "memory" (or the copies) or "processor".
    """

    n_bytes: float
    n_shards: int
    n_machines: int
    seconds: float
    price_per_million: float
    limit: str


FILLED, BUSY = 0.8, 0.6
"""The share of a machine's memory that is filled, and of its cores' time that is used, at most."""


def plan(
    n_passages: float,
    bytes_each: float,
    seconds_each: float,
    machine: Machine,
    *,
    rate: float,
    share: float = 1.0,
    encode_seconds: float = 0.0,
    n_copies: int = 2,
) -> Plan:
    """Return the machines that hold passages in memory and answer queries at a rate.

    Every query is encoded once, goes to all machines of one copy, and on each of them one core
    looks at a share of the vectors there. Time for the network and for merging is left out.

    Args:
        n_passages: How many vectors.
        bytes_each: Memory of one with all that belongs to it.
        seconds_each: Of one core for one vector, as measured.
        machine: What is rented.
        rate: Queries per second.
        share: Of the vectors, how many a query is compared with; 1: all.
        encode_seconds: Of one core, to make the query's vector.
        n_copies: Copies of everything at least, so that a machine may fail.

    Raises:
        ValueError: If a number is not positive and finite (encode_seconds may be 0), the share is
            above 1, or n_copies is no integer.
    """
    amounts = {"n_passages": n_passages, "bytes_each": bytes_each, "rate": rate, "share": share}
    amounts |= {"seconds_each": seconds_each, "gib": machine.gib, "cores": machine.cores}
    for name, value in amounts.items():
        require(value > 0, name, "be positive", value)
        require(math.isfinite(value), name, "be finite", value)
    n_copies = as_integer("n_copies", n_copies, 1)
    is_time = 0 <= encode_seconds < math.inf
    require(is_time, "encode_seconds", "be finite and at least 0", encode_seconds)
    require(share <= 1, "share", "be at most 1", share)
    n_bytes = n_passages * bytes_each
    n_shards = math.ceil(n_bytes / (FILLED * machine.gib * 2**30))
    scan_seconds = n_passages * share * seconds_each
    by_memory = n_copies * n_shards
    by_work = math.ceil(rate * (scan_seconds + encode_seconds) / (BUSY * machine.cores))
    # Each query goes to all machines of one copy, so there are whole copies only.
    n_machines = n_shards * max(n_copies, math.ceil(by_work / n_shards))
    return Plan(
        n_bytes=n_bytes,
        n_shards=n_shards,
        n_machines=n_machines,
        seconds=scan_seconds / n_shards + encode_seconds,
        price_per_million=1e6 * n_machines * machine.price / (3600 * rate),
        limit="memory" if by_memory >= by_work else "processor",
    )
