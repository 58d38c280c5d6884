"""The fast face: the mathematics of ``examples`` on blocks of centers."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np

from embedlab.blocks import add_rows, band, expected_weights, within_reach
from embedlab.huffman import huffman_codes, mean_code_length
from embedlab.numerics import Array, as_integer, require
from embedlab.objectives import (
    Noise,
    Update,
    full_softmax,
    hierarchical_softmax,
    negative_sampling,
    negative_sampling_of_centers,
)
from embedlab.passes import (
    BlockBatch,
    overlap,
    prepare,
    shuffled_blocks,
    starting_vectors,
    steady_batch_size,
)
from embedlab.runs import History, Plan, Snapshot, Step, run
from embedlab.schedules import Schedule, linear
from embedlab.text import Vocabulary
from embedlab.vectors import Embeddings

Architecture: TypeAlias = Literal["skip-gram", "CBOW"]
Objective: TypeAlias = Literal["negative", "hierarchical", "softmax"]

# Centers in a block and noise words they share. With w = 5 a center of skip-gram meets 32
# vectors, a size at which small matrix products are fast; CBOW's blocks may be longer.
_SKIPGRAM_BLOCK, _CBOW_BLOCK = (12, 12), (24, 16)
# As in the released program.
_SKIPGRAM_RATE, _CBOW_RATE = 0.025, 0.05


@dataclass(frozen=True, eq=False)
class Word2Vec:
    """A trained model.

    Attributes:
        embeddings: The input vectors (V, d).
        outputs: The output vectors (V, d); with hierarchical softmax those of the V - 1 inner
            nodes of the tree.
        vocabulary: The words and their counts.
        history: Loss in nats per pair (skip-gram) or center (CBOW), and learning rate.
    """

    embeddings: Embeddings
    outputs: Array
    vocabulary: Vocabulary
    history: History


def train(
    sentences: Iterable[Sequence[str]],
    *,
    rng: np.random.Generator,
    architecture: Architecture = "skip-gram",
    objective: Objective = "negative",
    n_dimensions: int = 100,
    window: int = 5,
    n_negatives: int = 5,
    vocabulary: Vocabulary | None = None,
    min_count: int = 5,
    sample: float | None = 1e-3,
    exponent: float = 0.75,
    epochs: int = 5,
    learning_rate: float | None = None,
    final_learning_rate: float = 1e-4,
    schedule: Schedule = linear,
    batch_size: int | None = None,
    n_shared: int | None = None,
    n_threads: int = 1,
    n_reports: int = 100,
    progress: bool = False,
    callback: Callable[[Snapshot], object] | None = None,
) -> Word2Vec:
    """Train a model on tokenized sentences.

    As in the released programs, a context word of CBOW takes the whole error of the mean, not
    its m-th part: the gradient of ``cbow_negative`` times m. Skip-gram takes the random window
    as its expectation, CBOW draws it.

    Args:
        sentences: Lists of tokens.
        rng: All randomness. With one thread the result depends on nothing else.
        architecture: What predicts what.
        objective: How a prediction is scored. The softmax takes V products for each center: for
            small vocabularies.
        n_dimensions: d.
        window: Largest distance of a context word.
        n_negatives: k, noise words for each pair.
        vocabulary: The words to learn; counted if left out.
        min_count: Leave out words that occur fewer times.
        sample: Threshold of subsampling frequent words; None keeps every token.
        exponent: Of the noise distribution.
        epochs: Passes over the corpus.
        learning_rate: The highest. Left out, it is 0.025 for skip-gram and 0.05 for CBOW.
        final_learning_rate: The lowest.
        schedule: The way from one to the other; see ``schedules``.
        batch_size: Centers that move together; left out, as many (up to 1536) as
            ``passes.steady_batch_size`` allows.
        n_shared: Noise words that stand for the negatives of a whole block; left out, 12 for
            12 centers of skip-gram and 16 for 24 of CBOW.
        n_threads: Threads that train at the same time; with more than one, results vary.
        n_reports: Entries of the history and calls of the callback.
        progress: Show a progress bar.
        callback: Called with a ``runs.Snapshot`` at every report; a true answer ends training.

    Returns:
        The model. If Ctrl-C ended training early, it holds what was learned until then, and an
        ``InterruptedWarning`` and ``history.stopped`` say so.

    Raises:
        ValueError: If an argument is out of range, or there is nothing to learn from.
        DivergenceError: If the loss grows beyond bounds.

    Source: Mikolov et al. 2013, arXiv:1301.3781 and arXiv:1310.4546.
    """
    known, rule = get_args(Architecture), "be 'skip-gram' or 'CBOW'"
    require(architecture in known, "architecture", rule, architecture)
    known, rule = get_args(Objective), "be 'negative', 'hierarchical' or 'softmax'"
    require(objective in known, "objective", rule, objective)
    is_skipgram = architecture == "skip-gram"
    d = as_integer("n_dimensions", n_dimensions, 1)
    size, default_shared = _SKIPGRAM_BLOCK if is_skipgram else _CBOW_BLOCK
    default_rate = _SKIPGRAM_RATE if is_skipgram else _CBOW_RATE
    rate = default_rate if learning_rate is None else learning_rate
    plan = Plan(
        epochs=epochs,
        learning_rate=rate,
        final_learning_rate=final_learning_rate,
        schedule=schedule,
        n_threads=n_threads,
        n_reports=n_reports,
        progress=progress,
        callback=callback,
    )
    source = prepare(
        sentences,
        vocabulary=vocabulary,
        min_count=min_count,
        window=window,
        sample=sample,
        exponent=exponent,
    )
    n_words = len(source.vocabulary)
    inputs = starting_vectors(n_words, d, rng=rng)
    outputs = np.zeros((n_words - (objective == "hierarchical"), d), np.float32)
    n_shared = default_shared if n_shared is None else n_shared
    noise = Noise(source.noise, n_negatives, n_shared)
    if batch_size is None:
        shared = overlap(source, n_negatives if objective == "negative" else None)
        pairs_per_center = window + 1 if is_skipgram else (window + 1) ** 0.5
        batch_size = steady_batch_size(rate, pairs_per_center, shared, n_threads)
    size = min(size, as_integer("batch_size", batch_size, 1))
    n_blocks = -(-batch_size // size)

    if is_skipgram:
        targets = band(expected_weights(source.window, source.reach), size)
    else:
        targets = _own_center(source.reach, size)

    # One tree serves all threads and the starting loss.
    counts = source.vocabulary.counts
    tree = huffman_codes(counts) if objective == "hierarchical" else None

    def new_step(seed: int) -> Step:
        shape, own = (n_blocks, size), np.random.default_rng(seed)
        if objective == "softmax":
            update = full_softmax(outputs, targets)
        elif tree is not None:
            update = hierarchical_softmax(outputs, targets, tree, shape=shape)
        elif is_skipgram:
            update = negative_sampling(outputs, targets, noise, shape=shape, rng=own)
        else:
            update = negative_sampling_of_centers(outputs, targets, noise, shape=shape, rng=own)
        step = _skipgram_step if is_skipgram else _cbow_step
        return step(inputs, update, source.reach, shape)

    if tree is not None:
        # Subsampling leaves fewer of the frequent words, whose codes are short.
        starting_loss = mean_code_length(tree, counts * source.keep) * np.log(2)
    else:
        starting_loss = np.log(n_words) if objective == "softmax" else (1 + n_negatives) * np.log(2)
    history = run(
        plan,
        [new_step(int(rng.integers(2**63))) for _ in range(n_threads)],
        lambda: shuffled_blocks(
            source, size=size, blocks_per_batch=n_blocks, random_window=not is_skipgram, rng=rng
        ),
        inputs.copy,
        starting_loss=float(starting_loss),
        outputs=outputs.copy,
    )
    embeddings = Embeddings(source.vocabulary.words, inputs)
    return Word2Vec(embeddings, outputs, source.vocabulary, history)


def _own_center(reach: int, size: int) -> Array:
    """Return CBOW's weights (n_cases, T): a center with a context is predicted once."""
    has_context = within_reach(reach).any(axis=1)
    return np.asarray(np.kron(np.eye(size), np.expand_dims(has_context, 1)))


def _skipgram_step(inputs: Array, update: Update, reach: int, shape: tuple[int, int]) -> Step:
    """Return a step of skip-gram: the hidden vector is the center's own."""
    hidden = np.empty((*shape, inputs.shape[1]), np.float32)

    def step(batch: BlockBatch, learning_rate: float) -> tuple[float, float]:
        blocks, rows = batch
        places, b = blocks.places[rows], len(rows)
        centers = places[:, reach : reach + shape[1]]
        inputs.take(centers, axis=0, out=hidden[:b], mode="clip")
        d_hidden, loss, n = update(hidden[:b], places, blocks.cases[rows], learning_rate)
        add_rows(inputs, centers, d_hidden, learning_rate)
        return loss, n

    return step


def _cbow_step(inputs: Array, update: Update, reach: int, shape: tuple[int, int]) -> Step:
    """Return a step of CBOW: the hidden vector is the mean of the context."""
    (n_blocks, size), d = shape, inputs.shape[1]
    members = band(within_reach(reach), size)
    means = members / np.maximum(members.sum(axis=1, keepdims=True), 1)
    contexts = np.empty((n_blocks, size + 2 * reach, d), np.float32)
    hidden = np.empty((n_blocks, size, d), np.float32)

    def step(batch: BlockBatch, learning_rate: float) -> tuple[float, float]:
        blocks, rows = batch
        places, cases, b = blocks.places[rows], blocks.cases[rows], len(rows)
        centers = np.ascontiguousarray(places[:, reach : reach + size])
        inputs.take(places, axis=0, out=contexts[:b], mode="clip")
        np.matmul(means.take(cases, axis=0), contexts[:b], out=hidden[:b])
        d_hidden, loss, n = update(hidden[:b], centers, cases, learning_rate)
        # Every context word takes the whole error of the mean, as in the released programs.
        whole = members.take(cases, axis=0).transpose(0, 2, 1)
        np.matmul(whole, d_hidden, out=contexts[:b])
        add_rows(inputs, places, contexts[:b], learning_rate)
        return loss, n

    return step
