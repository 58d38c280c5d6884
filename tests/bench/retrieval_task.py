"""Retrieval: bytes, recall and latency of each method, beside faiss on the same vectors.

One thread on each side. Both sides answer the same queries in turn; a time is the median of the
process's CPU time. Recall is the share of the ten best of exact search that a method finds.
"""

import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

# One thread everywhere; the libraries read this when they are loaded.
os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

import faiss
import numpy as np
from rich.console import Console
from rich.table import Table

from embedlab.directions import unit_rows
from embedlab.retrieval import (
    binary,
    exact,
    hashing,
    int8,
    late_interaction,
    lexical,
    product,
    sparse,
    two_stage,
)
from embedlab.retrieval.ranking import recall

PEER = f"faiss-cpu {faiss.__version__}"
K, BATCH = 10, 32

# Takes queries (Q, d) and returns positions (Q, 10).
Search = Callable[[Any], Any]


@dataclass(frozen=True)
class Side:
    """What one library needs for a method: a row of _build/retrieval.json.

    Attributes:
        name: Library and method.
        bytes_each: Memory for each vector or text, with tables and codebooks.
        recall: Of the ten best; None where nothing is approximated.
        build_seconds: CPU seconds to make the index.
        one_ms: CPU milliseconds of one query.
        batch_ms: CPU milliseconds of 32 queries at once.
    """

    name: str
    bytes_each: float
    recall: float | None
    build_seconds: float
    one_ms: float
    batch_ms: float


@dataclass(frozen=True)
class Comparison:
    """A method of the package, and what is nearest to it in faiss, if anything is."""

    method: str
    ours: Side | None
    peer: Side | None


@dataclass(frozen=True)
class Built:
    """An index of either side, ready to be asked."""

    name: str
    bytes_each: float
    build_seconds: float
    search: Search


def sample_vectors(n: int, d: int, n_queries: int) -> tuple[Any, Any]:
    """Return unit vectors (n, d) around centers, and further ones of the same kind as queries.

    As in the principal components of real embeddings, the first numbers are the largest.
    """
    rng = np.random.default_rng(0)
    sizes = np.arange(1, d + 1, dtype=np.float32) ** -0.4
    centers = rng.standard_normal((max(20, n // 100), d), dtype=np.float32)
    owners = rng.integers(len(centers), size=n + n_queries)
    noise = rng.standard_normal((n + n_queries, d), dtype=np.float32)
    rows = unit_rows((centers[owners] + 0.8 * noise) * sizes)
    return rows[:n], rows[n:]


def compare_retrieval(quick: bool, vectors: Any = None, queries: Any = None) -> list[Comparison]:
    """Return all comparisons, on vectors (N, d) and queries (Q, d), or on artificial ones.

    Methods that search texts are measured with the artificial ones only.
    """
    is_artificial = vectors is None or queries is None
    if is_artificial:
        vectors, queries = sample_vectors(*(2_000, 32, 64) if quick else (100_000, 384, 256))
    faiss.omp_set_num_threads(1)
    truth = exact.search(exact.build(vectors), queries, K).positions
    results = []
    for method, ours, peer in _methods(vectors):
        sides = [None if make is None else make() for make in (ours, peer)]
        times = _measure([side for side in sides if side is not None], queries, quick)
        measured = []
        for side in sides:
            if side is None:
                measured.append(None)
                continue
            one_ms, batch_ms = next(times)
            share = float(recall(_distinct(side.search(queries)), truth).mean())
            measured.append(
                Side(side.name, side.bytes_each, share, side.build_seconds, one_ms, batch_ms)
            )
        results.append(Comparison(method, *measured))
    return results + [
        Comparison(side.name, side, None) for side in (_texts(quick) if is_artificial else [])
    ]


def _measure(sides: list[Built], queries: Any, quick: bool) -> Any:
    """Return an iterator of the milliseconds of one query and of a batch, for each side in turn."""
    n_ones, n_batches = (3, 1) if quick else (41, 7)
    pieces = [queries[i : i + 1] for i in range(n_ones)]
    batches = [queries[: min(BATCH, len(queries))]] * n_batches
    times: list[tuple[list[float], list[float]]] = [([], []) for _ in sides]
    for which, some in enumerate((pieces, batches)):
        for side in sides:
            side.search(some[0])  # the first call prepares what later ones find ready
        for queried in some:
            for side, kept in zip(sides, times, strict=True):
                start = time.process_time()
                side.search(queried)
                kept[which].append(1000 * (time.process_time() - start))
    return iter([(median(ones), median(several)) for ones, several in times])


def _distinct(positions: Any) -> Any:
    """Return positions in which faiss's "nothing found" is -1, as it is here."""
    return np.where(np.asarray(positions) < 0, -1, positions).astype(np.int64)


def _timed(name: str, n: int, build: Callable[[], tuple[Any, float, Search]]) -> Built:
    start = time.process_time()
    _, n_bytes, search = build()
    return Built(name, n_bytes / n, time.process_time() - start, search)


def _ours(name: str, make: Callable[[], Any], search: Callable[[Any, Any], Any], n: int) -> Any:
    """Return a function that builds an index of the package."""

    def build() -> tuple[Any, float, Search]:
        index = make()
        n_bytes = index[-1] if isinstance(index, tuple) else index.n_bytes
        return index, n_bytes, lambda queries: search(index, queries).positions

    return lambda: _timed(name, n, build)


def _faiss(name: str, make: Callable[[], Any], vectors: Any, **search: Any) -> Any:
    """Return a function that trains and fills an index of faiss."""

    def build() -> tuple[Any, float, Search]:
        index = make()
        index.train(vectors)
        index.add(vectors)
        # What it would write to a file: codes, codebooks and lists.
        n_bytes = faiss.serialize_index(index).nbytes
        parameters = search.get("parameters")
        if parameters is None:
            return index, n_bytes, lambda queries: index.search(queries, K)[1]
        return index, n_bytes, lambda queries: index.search(queries, K, params=parameters)[1]

    return lambda: _timed(name, len(vectors), build)


def _faiss_binary(vectors: Any) -> Any:
    n, d = vectors.shape

    def packed(rows: Any) -> Any:
        return np.packbits(rows > 0, axis=1)

    def build() -> tuple[Any, float, Search]:
        index = faiss.IndexBinaryFlat(d)
        index.add(packed(vectors))
        return index, n * d / 8, lambda queries: index.search(packed(queries), K)[1]

    return lambda: _timed("IndexBinaryFlat", n, build)


def _methods(vectors: Any) -> list[tuple[str, Any, Any]]:
    """Return each method with functions that build it here and in faiss."""
    n, d = vectors.shape
    rng = np.random.default_rng(0)
    inner = faiss.METRIC_INNER_PRODUCT
    n_parts, n_codes, n_bits = d // 8, *((256, 8) if n >= 10_000 else (16, 4))
    n_short, n_candidates = max(8, d // 6), 100
    n_planes = max(4, round(np.log2(n)) - 3)
    n_lists = max(4, round(n**0.5))

    def staged(first: Any, propose: Callable[[Any, Any], Any]) -> tuple[Any, Any]:
        """Return a first stage with exact reranking, and how to search it."""
        full = exact.build(vectors)

        def make() -> tuple[Any, float]:
            index = first()
            return index, index.n_bytes + full.n_bytes

        def search(index: Any, queries: Any) -> Any:
            return two_stage.rerank(full, queries, propose(index[0], queries), K)

        return make, search

    def short(rows: Any) -> Any:
        return two_stage.prefixes(rows, n_short)

    signs = staged(lambda: binary.build(vectors), lambda i, q: binary.search(i, q, n_candidates))
    prefix = staged(
        lambda: exact.build(short(vectors)), lambda i, q: exact.search(i, short(q), n_candidates)
    )
    codes = staged(
        lambda: product.build(vectors, n_parts, n_codes=n_codes, rng=rng),
        lambda i, q: product.search(i, q, n_candidates),
    )

    def refined(first: Any) -> Any:
        index = faiss.IndexRefineFlat(first)
        index.k_factor = n_candidates / K
        return index

    def hashed() -> Any:
        # As many planes as all of our tables have; it compares the bits of every vector.
        return faiss.IndexLSH(d, 8 * n_planes)

    def nearest_lists() -> Any:
        return faiss.IndexIVFFlat(faiss.IndexFlatIP(d), d, n_lists, inner)

    return [
        (
            "exact, float32",
            _ours("exact", lambda: exact.build(vectors), lambda i, q: exact.search(i, q, K), n),
            _faiss("IndexFlatIP", lambda: faiss.IndexFlatIP(d), vectors),
        ),
        (
            "int8",
            _ours("int8", lambda: int8.build(vectors), lambda i, q: int8.search(i, q, K), n),
            _faiss(
                "IndexScalarQuantizer, 8 bit",
                lambda: faiss.IndexScalarQuantizer(d, faiss.ScalarQuantizer.QT_8bit, inner),
                vectors,
            ),
        ),
        (
            "signs",
            _ours("binary", lambda: binary.build(vectors), lambda i, q: binary.search(i, q, K), n),
            _faiss_binary(vectors),
        ),
        (
            f"product quantization, {n_parts} × {n_codes}",
            _ours(
                "product",
                lambda: product.build(vectors, n_parts, n_codes=n_codes, rng=rng),
                lambda i, q: product.search(i, q, K),
                n,
            ),
            _faiss("IndexPQ", lambda: faiss.IndexPQ(d, n_parts, n_bits, inner), vectors),
        ),
        (f"signs, {n_candidates} reranked", _ours("binary + exact", *signs, n), None),
        (
            f"product quantization, {n_candidates} reranked",
            _ours("product + exact", *codes, n),
            _faiss(
                "IndexRefineFlat of IndexPQ",
                lambda: refined(faiss.IndexPQ(d, n_parts, n_bits, inner)),
                vectors,
            ),
        ),
        (
            f"first {n_short} numbers, {n_candidates} reranked",
            _ours("prefixes + exact", *prefix, n),
            None,
        ),
        (
            f"hashing, 8 tables of {n_planes} planes, 8 probes",
            _ours(
                "hashing",
                lambda: hashing.build(vectors, n_planes=n_planes, n_tables=8, rng=rng),
                lambda i, q: hashing.search(i, q, K, n_probes=8),
                n,
            ),
            _faiss(f"IndexLSH, {8 * n_planes} bits, none reranked", hashed, vectors),
        ),
        (
            f"not here: planes without tables, {n_candidates} reranked",
            None,
            _faiss(
                f"IndexRefineFlat of IndexLSH, {8 * n_planes} bits",
                lambda: refined(hashed()),
                vectors,
            ),
        ),
        (
            "not here: inverted lists",
            None,
            _faiss(
                f"IndexIVFFlat, 8 of {n_lists} lists",
                nearest_lists,
                vectors,
                parameters=faiss.SearchParametersIVF(nprobe=8),
            ),
        ),
        (
            "not here: graph",
            None,
            _faiss(
                "IndexHNSWFlat, 16 neighbors",
                lambda: faiss.IndexHNSWFlat(d, 16, inner),
                vectors,
                parameters=faiss.SearchParametersHNSW(efSearch=64),
            ),
        ),
    ]


def _texts(quick: bool) -> list[Side]:
    """Return what the methods for texts need, on artificial texts; faiss has none of them."""
    rng = np.random.default_rng(0)
    n, n_words = (500, 300) if quick else (50_000, 30_000)
    shares = 1 / np.arange(1, n_words + 1)
    lengths = rng.integers(20, 60, n)
    ids = rng.choice(n_words, lengths.sum(), p=shares / shares.sum())
    texts = [[f"w{i}" for i in text] for text in np.split(ids, np.cumsum(lengths)[:-1])]
    # Six words of a text, the rarer the likelier, as people ask.
    asked = [sorted(text, key=lambda word: -int(word[1:]))[:6] for text in texts[:BATCH]]
    vectors = [
        sparse.Terms(np.unique(text), rng.random(len(np.unique(text))))
        for text in np.split(ids, np.cumsum(lengths)[:-1])
    ]
    few = max(200, n // 25)
    tokens = [unit_rows(rng.standard_normal((40, 128), dtype=np.float32)) for _ in range(few)]
    n_terms = n_words
    return [
        _text_side(
            f"BM25, {n:,} texts of 40 words",
            n,
            lambda: lexical.build(texts),
            lambda index, queries: lexical.search(index, queries, K),
            asked,
            quick,
        ),
        _text_side(
            f"sparse vectors, {n:,} texts",
            n,
            lambda: sparse.build(vectors, n_terms),
            lambda index, queries: sparse.search(index, queries, K),
            vectors[:BATCH],
            quick,
        ),
        _text_side(
            f"MaxSim, {few:,} texts of 40 tokens, d = 128",
            few,
            lambda: late_interaction.build(tokens),
            lambda index, queries: late_interaction.search(index, queries, K),
            [text[:16] for text in tokens[:BATCH]],
            quick,
        ),
    ]


def _text_side(
    name: str, n: int, make: Callable[[], Any], search: Any, queries: list[Any], quick: bool
) -> Side:
    start = time.process_time()
    index = make()
    seconds = time.process_time() - start
    built = Built(name, index.n_bytes / n, seconds, lambda some: search(index, some))
    one_ms, batch_ms = next(_measure([built], queries, quick))
    return Side(name, built.bytes_each, None, seconds, one_ms, batch_ms)


def retrieval_table(results: list[Comparison]) -> Table:
    """Return all sides as a table, ours above the peer's."""
    table = Table("method", "library", "bytes each", "recall@10", "build s", "1 ms", "32 ms")
    for result in results:
        for side, library in ((result.ours, "embedlab"), (result.peer, PEER)):
            if side is not None:
                table.add_row(
                    result.method,
                    f"{library}: {side.name}" if library == PEER else library,
                    f"{side.bytes_each:,.0f}",
                    "" if side.recall is None else f"{side.recall:.3f}",
                    f"{side.build_seconds:.2f}",
                    f"{side.one_ms:.2f}",
                    f"{side.batch_ms:.1f}",
                )
    return table


def where_faiss_wins(results: list[Comparison]) -> list[str]:
    """Return a sentence for each method of faiss: by how much who is faster or better."""
    lines = []
    for result in results:
        if result.peer is None:
            continue
        if result.ours is None:
            lines.append(f"{result.method}: {_nearest_of_ours(results, result.peer)}")
            continue
        parts = []
        for what, name in (("one_ms", "one query"), ("batch_ms", "32 queries")):
            ours, theirs = getattr(result.ours, what), getattr(result.peer, what)
            ratio = max(ours, theirs) / max(min(ours, theirs), 1e-6)
            if ratio < 1.1:
                parts.append(f"{name}: even")
            else:
                winner = "faiss" if theirs < ours else "embedlab"
                parts.append(f"{name}: {winner} {ratio:.1f} × as fast")
        difference = (result.peer.recall or 0) - (result.ours.recall or 0)
        parts.append(f"recall: faiss {difference:+.3f}")
        lines.append(f"{result.method}: {'; '.join(parts)}")
    return lines


def _nearest_of_ours(results: list[Comparison], peer: Side) -> str:
    """Return what the package needs to find as much as a method that only faiss has."""
    found = peer.recall or 0
    ours = [r.ours for r in results if r.ours is not None and (r.ours.recall or 0) >= found]
    theirs = f"faiss finds {found:.3f} in {peer.one_ms:.2f} ms"
    if not ours:
        return f"{theirs}, embedlab nowhere as much"
    best = min(ours, key=lambda side: side.one_ms)
    return f"{theirs}, embedlab as much in {best.one_ms:.2f} ms ({best.name})"


def bench_retrieval(
    console: Console,
    output: Path,
    quick: bool,
    vectors: Any = None,
    queries: Any = None,
    *,
    name: str = "retrieval",
) -> list[Comparison]:
    """Measure, print the table, and write it as JSON into a folder."""
    results = compare_retrieval(quick, vectors, queries)
    console.print(retrieval_table(results))
    for line in where_faiss_wins(results):
        console.print(line, highlight=False)
    output.mkdir(parents=True, exist_ok=True)
    rows = {
        "peer": PEER,
        "comparisons": [asdict(result) for result in results],
        "summary": where_faiss_wins(results),
    }
    (output / f"{name}.json").write_text(json.dumps(rows, indent=1))
    return results
