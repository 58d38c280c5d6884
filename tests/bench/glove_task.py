"""GloVe: nonzero counts per second, against the best peer that can be had.

It is bicleaner-ai-glove, a fork of glove-python in Cython, where pip has a build of it (Linux on
x86, Python 3.11 and 3.12). Where GLOVE_PROGRAM names the compiled file of the C program of
GloVe's authors, that is the peer. mittens installs everywhere, but works on dense matrices, of
which a whole vocabulary's do not fit into memory.
"""

import os
import subprocess
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from harness import Task
from scipy.sparse import coo_matrix
from texts import Text

from embedlab import counts, glove
from embedlab.corpus import encode_sentences
from embedlab.vectors import Embeddings

DIMENSIONS, WINDOW, X_MAX, RATE = 100, 10, 100.0, 0.05
PACKAGE = "bicleaner-ai-glove"


def glove_tasks(text: Text, quick: bool) -> list[Task]:
    """Return the comparison of GloVe trainers over some epochs of the same counts, if any."""
    program = os.environ.get("GLOVE_PROGRAM")
    if program is None and find_spec("glove") is None:
        return []
    corpus, n_words = encode_sentences(text.sentences, text.vocabulary.index), len(text.vocabulary)
    X = counts.cooccurrences(corpus, n_words, window=WINDOW, weighting="inverse")
    words, epochs = text.vocabulary.words, 2 if quick else 8

    def ours(seed: int) -> Callable[[], Embeddings]:
        rng = np.random.default_rng(seed)
        return lambda: glove.train(X, words, rng=rng, epochs=epochs).embeddings

    def theirs(seed: int) -> Callable[[], Embeddings]:
        return _program(program, X, words, epochs) if program else _package(X, words, epochs, seed)

    peer = "GloVe's C program" if program else f"{PACKAGE} {version(PACKAGE)}"
    amount = X.nnz * epochs
    unit = "nonzero counts"
    return [
        Task(
            "GloVe", f"{peer}, one thread", unit, amount, 5, 10, ours, theirs, quality=text.quality
        )
    ]


def _package(X: Any, words: tuple[str, ...], epochs: int, seed: int) -> Callable[[], Embeddings]:
    from glove import Glove

    cells = coo_matrix(X)  # it refuses sparse arrays
    model = Glove(no_components=DIMENSIONS, learning_rate=RATE, max_count=X_MAX, random_state=seed)

    def run() -> Embeddings:
        model.fit(cells, epochs=epochs, no_threads=1)
        return Embeddings(words, model.word_vectors)

    return run


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
