"""Tokens per second by batch size and order, and the time of a scan: rows of batching.json."""

import itertools
import math
import os
import time
from collections.abc import Callable
from typing import Any

os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

import numpy as np

from embedlab.capacity import ORDERS, batches_of, text_lengths

SIZES, N_TEXTS, N_EQUAL = (1, 2, 4, 8, 16, 32, 64, 128), 256, 20
N_VECTORS, N_QUERIES, D = (50_000, 200_000, 800_000), 30, 384


def batching_rows() -> list[dict[str, Any]]:
    """Return all rows."""
    return [*encode_rows(), *scan_rows()]


def encode_rows(n_texts: int = N_TEXTS, repetitions: int = 2) -> list[dict[str, Any]]:
    """Return tokens per second for each batch size, in each order and for texts of one length."""
    lengths = {order: text_lengths(n_texts) for order in ORDERS}
    lengths["equal"] = np.full(n_texts, N_EQUAL)
    rows = {}
    # Everything once, then everything again: a disturbance should not hit one row only.
    for _, order, size in itertools.product(range(repetitions), lengths, SIZES):
        sizes = lengths[order]
        batches = batches_of(sizes, size, order if order in ORDERS else ORDERS[0])
        ids, masks = zip(*(_filled(sizes[batch]) for batch in batches), strict=True)
        row = {"kind": "encode", "order": order, "batch_size": size}
        row |= {"tokens": int(sizes.sum()), "places": sum(block.size for block in ids)}
        before = rows.get((order, size), {"cpu_seconds": math.inf})["cpu_seconds"]
        seconds = min(before, round(_encode_all(ids, masks), 4))
        rows[order, size] = row | {"cpu_seconds": seconds}
    return list(rows.values())


def _filled(lengths: Any) -> tuple[Any, Any]:
    """Return token ids of some texts, filled up to the longest, and the mask of the filling."""
    from embedlab.attention import padding_mask
    from embedlab.pretrained import minilm

    n = int(lengths.max())
    rng = np.random.default_rng(int(lengths.sum()))
    ids = rng.integers(2000, len(minilm().encoder.words), size=(len(lengths), n))
    ids[np.arange(n) >= lengths[:, np.newaxis]] = 0
    return ids, None if (lengths == n).all() else padding_mask(lengths, n)


def _encode_all(ids: Any, masks: Any) -> float:
    from embedlab.contextual import encode
    from embedlab.pretrained import minilm

    encoder = minilm().encoder
    start = time.process_time()
    for block, mask in zip(ids, masks, strict=True):
        encode(encoder, block, mask)
    return time.process_time() - start


def scan_rows(n_vectors: tuple[int, ...] = N_VECTORS) -> list[dict[str, Any]]:
    """Return milliseconds of one query's exact search, by library, kind of vectors and number."""
    import faiss

    faiss.omp_set_num_threads(1)
    rows = []
    for n in n_vectors:
        rng = np.random.default_rng(0)
        matrix = rng.standard_normal((n, D), dtype=np.float32)
        matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
        queries = matrix[rng.integers(n, size=N_QUERIES)] + 0.02 * rng.standard_normal(
            (N_QUERIES, D)
        )
        queries = queries.astype(np.float32)
        for (library, kind), (make, bytes_each) in _searches().items():
            times = _times(make(matrix), queries)
            row = {"kind": "scan", "library": library, "vectors": kind, "n": n, "d": D}
            rows.append(row | {"bytes_each": bytes_each, "ms": round(1000 * min(times), 4)})
    return rows


def _searches() -> dict[tuple[str, str], tuple[Callable[[Any], Callable[[Any], Any]], int]]:
    """Return what makes each search from vectors, and the bytes that a vector takes in it."""
    import faiss

    from embedlab.retrieval import binary, exact, int8

    def ours(module: Any) -> Callable[[Any], Callable[[Any], Any]]:
        def make(matrix: Any) -> Callable[[Any], Any]:
            index = module.build(matrix)
            return lambda query: module.search(index, query, 10)

        return make

    def flat(matrix: Any) -> Callable[[Any], Any]:
        index = faiss.IndexFlatIP(D)
        index.add(matrix)
        return lambda query: index.search(query, 10)

    def scalar(matrix: Any) -> Callable[[Any], Any]:
        kind = faiss.ScalarQuantizer.QT_8bit
        index = faiss.IndexScalarQuantizer(D, kind, faiss.METRIC_INNER_PRODUCT)
        index.train(matrix[:50_000])
        index.add(matrix)
        return lambda query: index.search(query, 10)

    def bits(matrix: Any) -> Callable[[Any], Any]:
        index = faiss.IndexBinaryFlat(D)
        index.add(np.packbits(matrix > 0, axis=1))
        return lambda query: index.search(np.packbits(query > 0, axis=1), 10)

    return {
        ("embedlab", "float32"): (ours(exact), 4 * D),
        ("embedlab", "int8"): (ours(int8), D + 4),
        ("embedlab", "one bit"): (ours(binary), D // 8),
        ("faiss", "float32"): (flat, 4 * D),
        ("faiss", "int8"): (scalar, D),
        ("faiss", "one bit"): (bits, D // 8),
    }


def _times(search: Callable[[Any], Any], queries: Any) -> list[float]:
    """Return the seconds of each query but the first, which finds nothing prepared."""
    search(queries[:1])
    times = []
    for i in range(1, len(queries)):
        start = time.perf_counter()
        search(queries[i : i + 1])
        times.append(time.perf_counter() - start)
    return times
