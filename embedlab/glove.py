"""GloVe: word vectors whose dot products are the logarithms of co-occurrence counts.

Each word has two vectors and two biases: w and b as the word of a row of the counts X, w̃ and b̃
as the context of a column. They are to satisfy w_i·w̃_j + b_i + b̃_j = log X_ij wherever X_ij is
not 0, in the sense of least squares weighted by f(X_ij). Losses are squared nats.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from embedlab.numerics import Array, IntArray, as_integer, first_not_finite, require, require_tokens
from embedlab.runs import History, Plan, Snapshot, Step, run
from embedlab.schedules import Schedule, constant
from embedlab.vectors import Embeddings

# Words on each side of a tile: their vectors and those of the contexts fit into a core's cache.
_TILE = 1024
# A small vocabulary is cut finer, so that every word still takes many steps in an epoch.
_MIN_BLOCKS = 16
# Cells whose vectors are gathered at once.
_CELLS = 2048
# With fewer cells the mean loss of a report depends on which they are, and looks like a divergence.
_MIN_REPORT = 1000
# AdaGrad's first step is as long for a tiny gradient as for a large one. This first sum of squares
# makes it short where the gradient is far below 0.01, and is soon forgotten elsewhere.
_FIRST_SQUARES = 1e-4


def weight(counts: npt.ArrayLike, *, x_max: float = 100.0, alpha: float = 0.75) -> Array:
    """Return how much each cell counts in the loss, f(x) = (x / x_max)^α, at most 1.

    Args:
        counts: x, at least 0, of any shape.
        x_max: The count from which on all cells weigh the same, positive.
        alpha: α, at least 0. With 0 every cell weighs the same.

    Raises:
        ValueError: If a count is negative or not finite, or x_max or alpha is out of range.

    Source: Pennington, Socher and Manning 2014, "GloVe: Global Vectors for Word
        Representation", eq. 9.

    >>> weight([0, 1, 100, 500], x_max=100, alpha=0.75).round(4).tolist()
    [0.0, 0.0316, 1.0, 1.0]
    """
    require(0 < x_max < np.inf, "x_max", "be positive and finite", x_max)
    require(0 <= alpha < np.inf, "alpha", "be at least 0 and finite", alpha)
    x = np.asarray(counts, dtype=np.float64)
    in_range = bool(((x >= 0) & (x < np.inf)).all())
    require(in_range, "counts", "be at least 0 and finite", counts)
    return np.asarray(np.minimum(x / x_max, 1.0) ** alpha)


def cell_loss(
    word: Array,
    context: Array,
    word_bias: float,
    context_bias: float,
    count: float,
    *,
    x_max: float = 100.0,
    alpha: float = 0.75,
) -> tuple[float, Array, Array, float, float]:
    """Return the loss of one cell, f(x) (w·w̃ + b + b̃ - log x)², and its gradients.

    The paper has no factor before the sum. The program its authors published reports half of
    this loss and steps along half of these gradients.

    Args:
        word: w, (d,) vector of the row's word.
        context: w̃, (d,) vector of the column's word.
        word_bias: b.
        context_bias: b̃.
        count: x, positive; cells with the count 0 are no part of the loss.
        x_max: As in ``weight``.
        alpha: As in ``weight``.

    Returns:
        The loss; its gradients for word (d,), context (d,), word_bias and context_bias.

    Raises:
        ValueError: If count is not positive, or x_max or alpha is out of range.

    Source: Pennington, Socher and Manning 2014, eq. 8.
    """
    require(count > 0, "count", "be positive", count, "leave out the pairs that never met")
    residual = word @ context + word_bias + context_bias - np.log(count)
    f = float(weight(count, x_max=x_max, alpha=alpha))
    d_score = float(2.0 * f * residual)
    return f * float(residual) ** 2, d_score * context, d_score * word, d_score, d_score


@dataclass(frozen=True, eq=False)
class GloVe:
    """A trained model.

    Attributes:
        embeddings: The words with w + w̃ as their vectors.
        word_vectors: w, (V, d).
        context_vectors: w̃, (V, d).
        word_biases: b, (V,).
        context_biases: b̃, (V,).
        history: Mean loss per cell while it was trained.
    """

    embeddings: Embeddings
    word_vectors: Array
    context_vectors: Array
    word_biases: Array
    context_biases: Array
    history: History


@dataclass(frozen=True, eq=False)
class _Table:
    """Vectors of one role and their sums of squared gradients, (V, d + 2) each."""

    values: Array
    squares: Array
    # The column that stays 1, beside which the other role has its bias.
    constant: int


@dataclass(frozen=True, eq=False)
class _Tile:
    """The cells of some words with some contexts, in the form of compressed sparse rows."""

    words: slice
    contexts: slice
    starts: IntArray
    columns: IntArray
    logs: Array
    weights: Array


def train(
    counts: csr_array,
    words: Sequence[str],
    *,
    rng: np.random.Generator,
    n_dimensions: int = 100,
    epochs: int = 25,
    learning_rate: float = 0.1,
    schedule: Schedule = constant,
    x_max: float = 100.0,
    alpha: float = 0.75,
    n_threads: int = 1,
    n_reports: int = 100,
    progress: bool = False,
    callback: Callable[[Snapshot], object] | None = None,
) -> GloVe:
    """Return vectors fitted to co-occurrence counts by AdaGrad on tiles of the matrix.

    The words are dealt to blocks at random; a tile holds the cells of one block of words with
    one block of contexts, and the tiles of an epoch come in random order. A step adds up the
    gradients of ``cell_loss`` over a tile and moves each number as ``optimizers.adagrad`` does.
    A pair that never meets has no say: where that matters, as in a small closed vocabulary, hand
    over counts + 1. A word that meets no other keeps the random vector it started with.

    Args:
        counts: X, (V, V) sparse, such as ``counts.cooccurrences`` with inverse weighting. Not
            changed.
        words: The V words.
        rng: Deals the words, draws the first vectors, orders the tiles.
        n_dimensions: d.
        epochs: Passes over the cells; 15 to 50 are usual.
        learning_rate: η of AdaGrad, which makes its steps smaller by itself.
        schedule: What share of η is used when; see ``schedules``.
        x_max: As in ``weight``; a smaller corpus wants a smaller one.
        alpha: As in ``weight``.
        n_threads: As in ``runs.Plan``, and so the following.
        n_reports: Entries of the history; fewer where one would hold less than 1000 cells.
        progress: Whether to show a progress bar.
        callback: Called with a ``runs.Snapshot`` at every report.

    Raises:
        ValueError: If counts are not square, hold a negative or not finite number, or nothing
            but zeros; if there are fewer than two words, or not one for each row; if a number is
            out of range.
        DivergenceError: If the loss grows beyond all bounds.

    Source: Pennington, Socher and Manning 2014, section 4.2 (AdaGrad, w + w̃).
    """
    require_tokens("words", words)
    X = _checked(counts, len(words))
    d = as_integer("n_dimensions", n_dimensions, 1)
    plan = Plan(
        epochs=epochs,
        learning_rate=learning_rate,
        final_learning_rate=0.0,
        schedule=schedule,
        n_threads=n_threads,
        n_reports=n_reports,
        progress=progress,
        callback=callback,
    )
    plan = replace(plan, n_reports=min(n_reports, max(1, epochs * X.nnz // _MIN_REPORT)))
    order = rng.permutation(len(words))
    place = np.argsort(order)
    tiles = _tiles(X, order, x_max, alpha)
    word_table, context_table = (_table(len(words), d, constant, rng) for constant in (0, d + 1))

    def vectors() -> Array:
        return np.asarray((word_table.values + context_table.values)[place, 1:-1])

    Embeddings(tuple(words), vectors())  # A repeated word is no news for after the training.
    history = run(
        plan,
        [_step(word_table, context_table) for _ in range(n_threads)],
        lambda: [tiles[i] for i in rng.permutation(len(tiles))],
        vectors,
        starting_loss=_starting_loss(tiles),
        outputs=lambda: np.asarray(context_table.values[place, 1:-1]),
    )
    w, c = word_table.values[place], context_table.values[place]
    return GloVe(
        embeddings=Embeddings(tuple(words), vectors()),
        word_vectors=w[:, 1:-1],
        context_vectors=c[:, 1:-1],
        word_biases=w[:, -1],
        context_biases=c[:, 0],
        history=history,
    )


def _checked(counts: csr_array, n_words: int) -> csr_array:
    """Return counts as a copy in rows without zeros, after checking them."""
    require(n_words > 1, "words", "be two or more", n_words)
    X = csr_array(counts).astype(np.float64)
    rule = f"have one row and one column for each of the {n_words} words"
    require(X.shape == (n_words, n_words), "counts", rule, f"shape {X.shape}")
    X.sum_duplicates()
    where = first_not_finite(X.data)
    require(where is None, "counts", "be finite", float(X.data[where]) if where else "")
    X.eliminate_zeros()
    require(X.nnz > 0, "counts", "hold a count above 0", "none")
    require(bool(X.data.min() > 0), "counts", "be at least 0", float(X.data.min()))
    return X


def _tiles(X: csr_array, order: IntArray, x_max: float, alpha: float) -> list[_Tile]:
    """Return the tiles that have a cell, with the words in the given order."""
    V = len(order)
    side = min(_TILE, -(-V // _MIN_BLOCKS))
    blocks = [slice(start, min(start + side, V)) for start in range(0, V, side)]
    tiles = []
    for words in blocks:
        # Columns first: these are cut out without a look at the others.
        band = X[order[words]][:, order].tocsc()
        for contexts in blocks:
            cells = band[:, contexts].tocsr()
            if cells.nnz > 0:
                logs = np.log(cells.data).astype(np.float32)
                weights = weight(cells.data, x_max=x_max, alpha=alpha).astype(np.float32)
                tiles.append(_Tile(words, contexts, cells.indptr, cells.indices, logs, weights))
    return tiles


def _table(V: int, d: int, constant: int, rng: np.random.Generator) -> _Table:
    """Return small random vectors; a word's row is (1, w, b), a context's (b̃, w̃, 1).

    So w·w̃ + b + b̃ is the dot product of two rows.
    """
    values = (rng.random((V, d + 2), dtype=np.float32) - np.float32(0.5)) / np.float32(d)
    values[:, constant] = 1.0
    return _Table(values, np.full_like(values, _FIRST_SQUARES), constant)


def _starting_loss(tiles: list[_Tile]) -> float:
    """Return the mean loss if all vectors were 0, or if every score were off by 1 if that is more.

    Where all counts are 1 nothing is to be learned, and the first steps would look like a loss
    out of bounds.
    """
    n = sum(len(tile.logs) for tile in tiles)
    losses = [(tile.weights @ tile.logs**2, tile.weights.sum()) for tile in tiles]
    return float(np.max(np.sum(losses, axis=0, dtype=np.float64)) / n)


def _step(words: _Table, contexts: _Table) -> Step:
    """Return the function that takes one AdaGrad step on a tile, with buffers of its own."""
    buffers = np.empty((2, _CELLS, words.values.shape[1]), dtype=np.float32)

    def step(tile: _Tile, learning_rate: float) -> tuple[float, float]:
        w, c = words.values[tile.words], contexts.values[tile.contexts]
        residuals = _scores(w, c, tile, buffers) - tile.logs
        weighted = tile.weights * residuals
        loss = float(weighted @ residuals)
        weighted *= 2.0
        d_scores = csr_array((weighted, tile.columns, tile.starts), shape=(len(w), len(c)))
        # Both gradients before either step.
        d_words, d_contexts = d_scores @ c, d_scores.T @ w
        _adagrad(words, tile.words, d_words, learning_rate)
        _adagrad(contexts, tile.contexts, d_contexts, learning_rate)
        return loss, float(len(residuals))

    return step


def _scores(w: Array, c: Array, tile: _Tile, buffers: Array) -> Array:
    """Return the dot product of the two rows of each cell."""
    rows = np.repeat(np.arange(len(w)), np.diff(tile.starts))
    scores = np.empty(len(rows), dtype=np.float32)
    for start in range(0, len(rows), _CELLS):
        some = slice(start, start + _CELLS)
        n = len(rows[some])
        # In this mode take writes into the buffer directly.
        left = w.take(rows[some], axis=0, out=buffers[0, :n], mode="clip")
        right = c.take(tile.columns[some], axis=0, out=buffers[1, :n], mode="clip")
        np.einsum("ij,ij->i", left, right, out=scores[some])
    return scores


def _adagrad(table: _Table, rows: slice, gradient: Array, learning_rate: float) -> None:
    """Take the step of ``optimizers.adagrad`` in place; the gradient is used up."""
    gradient[:, table.constant] = 0.0
    values, squares = table.values[rows], table.squares[rows]
    scratch = gradient * gradient
    squares += scratch
    np.sqrt(squares, out=scratch)
    gradient /= scratch
    gradient *= learning_rate
    values -= gradient
