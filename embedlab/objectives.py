"""The three training objectives on blocks of centers, in single precision.

Each function prepares buffers and returns an ``Update``: it scores hidden vectors against
output vectors, moves the output vectors in place, and says how the hidden vectors should move.
The mathematics is that of one example in ``word2vec.examples``, summed over the pairs of a
batch with their weights. Buffers belong to one thread; the output vectors may be shared.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from embedlab.blocks import add_rows
from embedlab.huffman import HuffmanCodes
from embedlab.numerics import Array, IntArray, as_integer, logsumexp

# (hidden (b, T, d), targets (b, L) word ids, cases (b, T), learning rate) ->
# (minus the loss's gradient for hidden (b, T, d), sum of losses in nats, number of pairs).
# Case i of a center weighs the targets of its block by row i of a table (n_cases, L).
Update: TypeAlias = Callable[[Array, IntArray, IntArray, float], tuple[Array, float, float]]

# The history needs no more than a part of each batch, and logarithms are slow.
_SHARE_WITH_LOSS = 16


@dataclass(frozen=True, eq=False)
class Noise:
    """Where noise words come from, and how many.

    Attributes:
        distribution: (V,) probability of each word.
        n_negatives: k, noise words for each pair.
        n_shared: s, noise words that a block draws in their place.

    Raises:
        ValueError: If a number is below 1.
    """

    distribution: Array
    n_negatives: int
    n_shared: int

    def __post_init__(self) -> None:
        as_integer("n_negatives", self.n_negatives, 1)
        as_integer("n_shared", self.n_shared, 1)


def negative_sampling(
    outputs: Array,
    table: Array,
    noise: Noise,
    *,
    shape: tuple[int, int],
    rng: np.random.Generator,
) -> Update:
    """Return the update of negative sampling, every center against all targets of its block.

    The s noise words of a block stand for the k negatives of each of its pairs: a center whose
    pairs weigh p together meets every one of them with weight p k / s, so the expected gradient
    is that of k negatives drawn for each pair on its own.

    Args:
        outputs: (V, d) output vectors; moved by the update.
        table: (n_cases, L) weights of targets.
        noise: Where the noise words come from.
        shape: Blocks of a batch at most, and centers in a block, T.
        rng: Draws the noise words.
    """
    n_blocks, size = shape
    n_targets = table.shape[1]
    n_shared, d = noise.n_shared, outputs.shape[1]
    width = n_targets + n_shared
    per_noise_word = table.sum(axis=1, keepdims=True) * (noise.n_negatives / noise.n_shared)
    table = _halved(np.hstack([table, np.repeat(per_noise_word, n_shared, axis=1)]))
    signs = np.empty((n_blocks, size, width), np.float32)
    signs[..., :n_targets], signs[..., n_targets:] = 1, -1
    ids = np.empty((n_blocks, width), np.int32)
    weights = np.empty((n_blocks, size, width), np.float32)
    score = _logistic(outputs, (n_blocks, size, width, d))
    draw = _noise_words(noise.distribution, n_shared, rng)

    def update(
        hidden: Array, targets: IntArray, cases: IntArray, learning_rate: float
    ) -> tuple[Array, float, float]:
        b = len(targets)
        ids[:b, :n_targets] = targets
        draw(ids[:b, n_targets:])
        table.take(cases, axis=0, out=weights[:b], mode="clip")
        d_hidden, loss = score(hidden, ids[:b], weights[:b], signs[:b], learning_rate)
        return d_hidden, loss, 2 * float(weights[: _part(b), :, :n_targets].sum())

    return update


def negative_sampling_of_centers(
    outputs: Array,
    table: Array,
    noise: Noise,
    *,
    shape: tuple[int, int],
    rng: np.random.Generator,
) -> Update:
    """Return the update of negative sampling, every hidden vector against its own center alone.

    For CBOW, whose hidden vectors have one target each; the noise is as for skip-gram.

    Args:
        outputs: (V, d) output vectors; moved by the update.
        table: (n_cases, T) weights of targets, 0 except for the case's own center.
        noise: Where the noise words come from.
        shape: Blocks of a batch at most, and centers in a block, T.
        rng: Draws the noise words.
    """
    (n_blocks, size), n_shared, d = shape, noise.n_shared, outputs.shape[1]
    half_weights = _halved(table.sum(axis=1))
    per_noise_word = half_weights[:, np.newaxis] * np.float32(noise.n_negatives / n_shared)
    noise_weights = np.repeat(per_noise_word, n_shared, axis=1)
    against = -np.ones((n_blocks, size, n_shared), np.float32)
    ids = np.empty((n_blocks, n_shared), np.int32)
    vectors = np.empty((n_blocks, size, d), np.float32)
    d_vectors = np.empty((n_blocks, size, d), np.float32)
    score = _logistic(outputs, (n_blocks, size, n_shared, d))
    draw = _noise_words(noise.distribution, n_shared, rng)

    def update(
        hidden: Array, targets: IntArray, cases: IntArray, learning_rate: float
    ) -> tuple[Array, float, float]:
        b, part = len(targets), slice(_part(len(targets)))
        draw(ids[:b])
        outputs.take(targets, axis=0, out=vectors[:b], mode="clip")
        weights = half_weights.take(cases)
        of_noise = noise_weights.take(cases, axis=0)
        d_hidden, loss = score(hidden, ids[:b], of_noise, against[:b], learning_rate)
        tanh = np.tanh(np.einsum("btd,btd->bt", hidden, vectors[:b]) / 2)
        loss += _loss(tanh[part], weights[part], np.ones_like(tanh[part]))
        d_scores = (weights * (1 - tanh))[..., np.newaxis]
        np.multiply(d_scores, hidden, out=d_vectors[:b])
        d_hidden += np.multiply(d_scores, vectors[:b], out=vectors[:b])
        add_rows(outputs, targets, d_vectors[:b], learning_rate)
        return d_hidden, loss, 2 * float(weights[part].sum())

    return update


def _noise_words(
    distribution: Array, n_slices: int, rng: np.random.Generator
) -> Callable[[IntArray], None]:
    """Return a function that fills (b, n_slices) with noise words.

    The words of a row come from equal slices of the distribution, one from each, and so vary
    less than independent ones, with the same expectation. They are looked up in a long list,
    which takes a tenth of the time of a search in the distribution.
    """
    bits = max(16, int(np.ceil(np.log2(64 * len(distribution) / n_slices))))
    n = n_slices << bits
    # The random places give a word too rare for the list its chance to be in it.
    places = (np.arange(n) + rng.random(n)) / n * distribution.sum()
    found = np.searchsorted(np.cumsum(distribution), places)
    words = np.minimum(found, len(distribution) - 1).astype(np.int32)
    first_of_slice = np.arange(n_slices) << bits

    def draw(out: IntArray) -> None:
        places = rng.integers(0, 1 << bits, out.shape, dtype=np.uint32)
        words.take(places + first_of_slice, out=out, mode="clip")

    return draw


def hierarchical_softmax(
    outputs: Array, table: Array, tree: HuffmanCodes, *, shape: tuple[int, int]
) -> Update:
    """Return the update of hierarchical softmax: every target is its path through a tree.

    Args:
        outputs: (V - 1, d) vectors of the inner nodes; moved by the update.
        table: (n_cases, L) weights of targets.
        tree: Paths and codes of the words.
        shape: Blocks of a batch at most, and centers in a block, T.
    """
    n_blocks, size = shape
    n_targets, depth = table.shape[1], tree.paths.shape[1]
    width, d = n_targets * depth, outputs.shape[1]
    table = _halved(table)
    on_path = tree.mask.astype(np.float32)
    signs_of = (1 - 2 * tree.codes).astype(np.float32)
    weights = np.empty((n_blocks, size, n_targets, depth), np.float32)
    score = _logistic(outputs, (n_blocks, size, width, d))

    def update(
        hidden: Array, targets: IntArray, cases: IntArray, learning_rate: float
    ) -> tuple[Array, float, float]:
        b = len(targets)
        by_target = table[cases]
        np.multiply(by_target[..., np.newaxis], on_path[targets][:, np.newaxis], out=weights[:b])
        nodes, rows = tree.paths[targets].reshape(b, width), weights[:b].reshape(b, size, width)
        signs = signs_of[targets].reshape(b, 1, width)
        step = score(hidden, nodes, rows, signs, learning_rate)
        return *step, 2 * float(by_target[: _part(b)].sum())

    return update


def _halved(table: Array) -> Array:
    """Return half of the weights: the derivative of log σ is half of one minus a tanh."""
    return np.asarray(table / 2, dtype=np.float32)


def _part(n_blocks: int) -> int:
    """Return of how many of a batch's blocks the loss is computed, at least one."""
    return -(-n_blocks // _SHARE_WITH_LOSS)


def _logistic(
    outputs: Array, shape: tuple[int, int, int, int]
) -> Callable[[Array, IntArray, Array, Array, float], tuple[Array, float]]:
    """Return a step of weighted logistic regressions, Σ w · -log σ(sign · score), given w / 2.

    Args:
        outputs: (V, d) vectors; moved by the step.
        shape: Largest number of blocks, and T, scores of each center, d.
    """
    n_blocks, size, width, d = shape
    vectors = np.empty((n_blocks, width, d), np.float32)
    scores = np.empty((n_blocks, size, width), np.float32)
    d_hidden = np.empty((n_blocks, size, d), np.float32)
    d_vectors = np.empty((n_blocks, width, d), np.float32)

    def step(
        hidden: Array, ids: IntArray, weights: Array, signs: Array, learning_rate: float
    ) -> tuple[Array, float]:
        b = len(ids)
        rows, s = vectors[:b], scores[:b]
        outputs.take(ids, axis=0, out=rows, mode="clip")
        np.matmul(hidden, rows.transpose(0, 2, 1), out=s)
        # Minus the derivative of the loss: w (y - σ(s)) = w/2 (sign - tanh(s/2)).
        np.multiply(s, np.float32(0.5), out=s)
        np.tanh(s, out=s)
        part = slice(_part(b))
        loss = _loss(s[part], weights[part], signs[part])
        np.subtract(signs, s, out=s)
        np.multiply(s, weights, out=s)
        np.matmul(s, rows, out=d_hidden[:b])
        np.matmul(s.transpose(0, 2, 1), hidden, out=d_vectors[:b])
        add_rows(outputs, ids, d_vectors[:b], learning_rate)
        return d_hidden[:b], loss

    return step


def _loss(tanh: Array, half_weights: Array, signs: Array) -> float:
    """Return Σ w · -log σ(sign · score), given tanh(score / 2)."""
    # Single precision cannot tell a smaller probability from 0.
    logs = np.log(np.maximum(1 + signs * tanh, np.float32(1e-7)) / 2)
    return float(-2 * np.vdot(half_weights, logs))


def full_softmax(outputs: Array, table: Array) -> Update:
    """Return the update of the softmax over all words, V products for every center.

    Args:
        outputs: (V, d) output vectors; moved by the update.
        table: (n_cases, L) weights of targets.
    """
    table = table.astype(np.float32)

    def update(
        hidden: Array, targets: IntArray, cases: IntArray, learning_rate: float
    ) -> tuple[Array, float, float]:
        b, size, d = hidden.shape
        weights, centers = table[cases].reshape(b * size, -1), hidden.reshape(-1, d)
        words = np.repeat(targets, size, axis=0)
        row = np.arange(len(centers))[:, np.newaxis]
        scores = centers @ outputs.T
        normalizer = logsumexp(scores)
        loss = float((weights * (normalizer[:, np.newaxis] - scores[row, words])).sum())
        # Minus the gradient of the scores: observed weights minus expected ones.
        probabilities = np.exp(scores - normalizer[:, np.newaxis])
        d_scores = -weights.sum(axis=1, keepdims=True) * probabilities
        np.add.at(d_scores, (row, words), weights)
        d_hidden = (d_scores @ outputs).reshape(hidden.shape)
        np.add(outputs, learning_rate * (d_scores.T @ centers), out=outputs)
        return d_hidden, loss, float(weights.sum())

    return update
