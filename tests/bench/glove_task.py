"""GloVe: nonzero counts per second, against the best peer that can be had.

The best is the C program of GloVe's authors, which the package glovpy fetches and compiles; where
GLOVE_PROGRAM names its compiled file, it is the peer. Without a compiler pip installs only
mittens: it works on dense matrices, so both sides then get the counts of the most frequent words.
"""

import os
import subprocess
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from harness import Task
from texts import Text

from embedlab import counts, glove
from embedlab.corpus import encode_sentences
from embedlab.vectors import Embeddings

DIMENSIONS, WINDOW, X_MAX, RATE = 100, 10, 100.0, 0.05
N_DENSE = 10_000


def glove_task(text: Text, quick: bool) -> Task:
    """Return the comparison of GloVe trainers over a few epochs of the same counts."""
    program = os.environ.get("GLOVE_PROGRAM")
    corpus = encode_sentences(text.sentences, text.vocabulary.index)
    X = counts.cooccurrences(corpus, len(text.vocabulary), window=WINDOW, weighting="inverse")
    if program is None:
        X = X[:N_DENSE][:, :N_DENSE]
    words, epochs = text.vocabulary.words[: X.shape[0]], 1 if quick else 10

    def ours(seed: int) -> Callable[[], Embeddings]:
        rng = np.random.default_rng(seed)
        return lambda: glove.train(X, words, rng=rng, epochs=epochs).embeddings

    peer = "Stanford's program, one thread" if program else f"mittens {version('mittens')}"
    return Task(
        "GloVe",
        f"{peer}, {X.shape[0]:,} words",
        "nonzero counts",
        X.nnz * epochs,
        5,
        10,
        ours,
        lambda seed: _program(program, X, words, epochs) if program else _mittens(X, words, epochs),
        quality=text.quality,
    )


def _mittens(X: Any, words: tuple[str, ...], epochs: int) -> Callable[[], Embeddings]:
    from mittens.np_mittens import GloVe

    dense = X.toarray()
    model = GloVe(n=DIMENSIONS, max_iter=epochs, xmax=X_MAX, learning_rate=RATE)
    # It prints its progress, a line for every iteration, through a function of its own.
    model.display_progress = epochs + 1
    return lambda: Embeddings(words, model.fit(dense))


def _program(program: str, X: Any, words: tuple[str, ...], epochs: int) -> Callable[[], Embeddings]:
    folder = tempfile.TemporaryDirectory()
    path = Path(folder.name)
    cells = X.tocoo()
    records = np.empty(X.nnz, np.dtype([("i", "<i4"), ("j", "<i4"), ("x", "<f8")]))
    records["i"], records["j"], records["x"] = cells.row + 1, cells.col + 1, cells.data
    np.random.default_rng(0).permutation(records).tofile(path / "counts.bin")
    (path / "words.txt").write_text("".join(f"{word} 1\n" for word in words), encoding="utf-8")
    files = f"-input-file {path}/counts.bin -vocab-file {path}/words.txt -save-file {path}/out"
    size = f"-vector-size {DIMENSIONS} -iter {epochs} -eta {RATE} -x-max {X_MAX}"
    options = f"{files} {size} -threads 1 -binary 0 -verbose 0 -model 2".split()

    def run() -> Embeddings:
        subprocess.run([program, *options], check=True, capture_output=True)
        lines = (path / "out.txt").read_text(encoding="utf-8").splitlines()
        rows = dict(line.split(" ", 1) for line in lines)
        matrix = np.array([rows[word].split() for word in words], dtype=np.float32)
        folder.cleanup()
        return Embeddings(words, matrix)

    return run
