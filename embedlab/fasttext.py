"""FastText: a word's vector is the mean of vectors of its pieces, so unseen words have one too.

The pieces of a known word are the word itself and its character n-grams; those of an unknown
word are its n-grams alone. Skip-gram with negative sampling learns the pieces. N-grams share
rows of one table by their hash; only rows that some known word uses are kept.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_matrix

from embedlab.blocks import add_rows, add_to_rows, band, expected_weights
from embedlab.numerics import Array, IntArray, as_integer, log_sigmoid, require, sigmoid
from embedlab.objectives import Noise, Update, negative_sampling
from embedlab.passes import (
    BlockBatch,
    overlap,
    prepare,
    shuffled_blocks,
    steady_batch_size,
)
from embedlab.runs import History, Plan, Snapshot, Step, run
from embedlab.schedules import Schedule, linear
from embedlab.subwords import subword_ids
from embedlab.text import Vocabulary
from embedlab.vectors import Embeddings

# Centers in a block, and noise words they share; see ``word2vec``.
_BLOCK = (12, 12)


def subword_negative(pieces: Array, outputs: Array) -> tuple[float, Array, Array]:
    """Return one skip-gram pair's loss when the center is the mean of its pieces, and gradients.

    Args:
        pieces: (m, d) vectors of the center's pieces: the word and its n-grams.
        outputs: (1 + k, d) output vectors; row 0 of the context word, the rest of noise words.

    Returns:
        Loss in nats; its gradients for pieces (m, d) and outputs (1 + k, d).

    Source: Bojanowski et al. 2017, arXiv:1607.04606, section 3.2. The paper adds the pieces up;
        the released program, and this function, take their mean.
    """
    center = pieces.mean(axis=0)
    signs = np.where(np.arange(len(outputs)) == 0, 1.0, -1.0)
    margins = signs * (outputs @ center)
    d_scores = -signs * sigmoid(-margins)
    d_center = d_scores @ outputs
    d_pieces = np.tile(d_center / len(pieces), (len(pieces), 1))
    return float(-log_sigmoid(margins).sum()), d_pieces, np.outer(d_scores, center)


@dataclass(frozen=True, eq=False)
class FastText:
    """A trained model, which has a vector for every word that shares an n-gram with a known one.

    Attributes:
        embeddings: The vectors (V, d) of the known words, put together from their pieces.
        pieces: (V + B, d) vectors of the pieces: the V words first, then the B rows of n-grams.
        buckets: (B,) which hash bucket each row of n-grams belongs to.
        outputs: (V, d) output vectors.
        vocabulary: The words and their counts.
        n_min: Fewest characters of an n-gram, < and > included.
        n_max: Most characters.
        n_buckets: How many buckets the hash has.
        history: Loss in nats per pair, and learning rate.
    """

    embeddings: Embeddings
    pieces: Array
    buckets: IntArray
    outputs: Array
    vocabulary: Vocabulary
    n_min: int
    n_max: int
    n_buckets: int
    history: History

    def __getitem__(self, word: str) -> Array:
        """Return the vector (d,) of any word, known or not.

        Raises:
            ValueError: If an unknown word has no n-gram in common with the known ones.
        """
        if word in self.embeddings:
            return self.embeddings[word]
        _, wanted = subword_ids(
            [word], n_min=self.n_min, n_max=self.n_max, n_buckets=self.n_buckets
        )
        rows = [self._row_of[bucket] for bucket in wanted.tolist() if bucket in self._row_of]
        rule = f"be known or have an n-gram of {self.n_min} to {self.n_max} characters that is"
        require(len(rows) > 0, "word", rule, word, "train on more text, or lower n_min")
        vector: Array = self.pieces[rows].mean(axis=0)
        return vector

    @cached_property
    def _row_of(self) -> dict[int, int]:
        """Which of the pieces belongs to each bucket."""
        rows = range(len(self.vocabulary), len(self.pieces))
        return dict(zip(self.buckets.tolist(), rows, strict=True))

    def embed(self, words: Iterable[str]) -> Embeddings:
        """Return the vectors of any distinct words, known or not, as ``Embeddings``."""
        require(not isinstance(words, str), "words", "be a list of words", words)
        words = tuple(words)
        require(len(words) > 0, "words", "hold at least one word", "none")
        return Embeddings(words, np.stack([self[word] for word in words]))


def train(
    sentences: Iterable[Sequence[str]],
    *,
    rng: np.random.Generator,
    n_dimensions: int = 100,
    window: int = 5,
    n_negatives: int = 5,
    n_min: int = 3,
    n_max: int = 6,
    n_buckets: int = 2_000_000,
    vocabulary: Vocabulary | None = None,
    min_count: int = 5,
    sample: float | None = 1e-3,
    exponent: float = 0.75,
    epochs: int = 5,
    learning_rate: float = 0.05,
    final_learning_rate: float = 1e-4,
    schedule: Schedule = linear,
    batch_size: int | None = None,
    n_shared: int = _BLOCK[1],
    n_threads: int = 1,
    n_reports: int = 100,
    progress: bool = False,
    callback: Callable[[Snapshot], object] | None = None,
) -> FastText:
    """Train a skip-gram model with subwords on tokenized sentences.

    As in the released program, every piece takes the whole error of the mean, not its m-th
    part: the gradient of ``subword_negative`` times m.

    Args:
        sentences: Lists of tokens.
        rng: All randomness. With one thread the result depends on nothing else.
        n_dimensions: d.
        window: Largest distance of a context word; its random size is taken as its expectation.
        n_negatives: k, noise words for each pair.
        n_min: Fewest characters of an n-gram, < and > included.
        n_max: Most characters.
        n_buckets: Rows that n-grams can share; the model keeps those in use.
        vocabulary: The words to learn; counted if left out.
        min_count: Leave out words that occur fewer times.
        sample: Threshold of subsampling frequent words; None keeps every token.
        exponent: Of the noise distribution.
        epochs: Passes over the corpus.
        learning_rate: The highest.
        final_learning_rate: The lowest.
        schedule: The way from one to the other; see ``schedules``.
        batch_size: Centers that move together; left out, as many (up to 1536) as
            ``passes.steady_batch_size`` allows.
        n_shared: Noise words that a block of 12 centers shares.
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

    Source: Bojanowski et al. 2017, arXiv:1607.04606.
    """
    d, size = as_integer("n_dimensions", n_dimensions, 1), _BLOCK[0]
    plan = Plan(
        epochs=epochs,
        learning_rate=learning_rate,
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
    words = source.vocabulary.words
    noise = Noise(source.noise, n_negatives, n_shared)
    if batch_size is None:
        shared = overlap(source, n_negatives)
        batch_size = steady_batch_size(learning_rate, window + 1, shared, n_threads)
    size = min(size, as_integer("batch_size", batch_size, 1))
    n_blocks = -(-batch_size // size)
    membership, buckets = piece_matrix(words, n_min=n_min, n_max=n_max, n_buckets=n_buckets)
    pieces = rng.uniform(-1 / d, 1 / d, (membership.shape[1], d)).astype(np.float32)
    outputs = np.zeros((len(words), d), np.float32)
    targets = band(expected_weights(source.window, source.reach), size)

    def vectors() -> Array:
        return piece_means(membership, pieces)

    def new_step(seed: int) -> Step:
        own = np.random.default_rng(seed)
        update = negative_sampling(outputs, targets, noise, shape=(n_blocks, size), rng=own)
        return _step(pieces, membership, update, source.reach, size)

    history = run(
        plan,
        [new_step(int(rng.integers(2**63))) for _ in range(n_threads)],
        lambda: shuffled_blocks(
            source, size=size, blocks_per_batch=n_blocks, random_window=False, rng=rng
        ),
        vectors,
        starting_loss=float((1 + n_negatives) * np.log(2)),
        outputs=outputs.copy,
    )
    embeddings = Embeddings(words, vectors())
    settings = n_min, n_max, n_buckets, history
    return FastText(embeddings, pieces, buckets, outputs, source.vocabulary, *settings)


def piece_matrix(
    words: Sequence[str], *, n_min: int, n_max: int, n_buckets: int
) -> tuple[csr_matrix, IntArray]:
    """Return which pieces each word has, (V, V + B), and the buckets (B,) that occur, in order.

    An n-gram that a word has twice counts twice.
    """
    indptr, hashed = subword_ids(words, n_min=n_min, n_max=n_max, n_buckets=n_buckets)
    # In the order of the words, so that what a word has to itself lies side by side in memory.
    sorted_buckets, first, rank = np.unique(hashed, return_index=True, return_inverse=True)
    order = np.argsort(first)
    buckets, rows = sorted_buckets[order], np.argsort(order)[rank]
    n_words, n_pieces = len(words), np.diff(indptr)
    # Every row begins with the word itself.
    columns = np.insert(len(words) + rows, indptr[:-1], np.arange(n_words))
    starts = np.concatenate([[0], np.cumsum(n_pieces + 1)])
    shape = n_words, n_words + len(buckets)
    ones = np.ones(len(columns), np.float32)
    arrays = ones, columns.astype(np.int32), starts.astype(np.int32)
    return csr_matrix(arrays, shape=shape), buckets


def piece_means(membership: csr_matrix, pieces: Array) -> Array:
    """Return the vectors (V, d) of words, each the mean of its pieces; see ``piece_matrix``."""
    means = np.asarray(membership @ pieces)
    means /= np.diff(membership.indptr).astype(np.float32)[:, np.newaxis]
    return means


def _step(pieces: Array, membership: csr_matrix, update: Update, reach: int, size: int) -> Step:
    """Return a step that puts each different center of a batch together once."""

    def step(batch: BlockBatch, learning_rate: float) -> tuple[float, float]:
        blocks, rows = batch
        places = blocks.places[rows]
        centers = places[:, reach : reach + size]
        different, position = np.unique(centers, return_inverse=True)
        position = position.reshape(centers.shape).astype(np.int32)
        of_word = membership[different]
        means = piece_means(of_word, pieces)
        hidden = means.take(position, axis=0)
        d_hidden, loss, n = update(hidden, places, blocks.cases[rows], learning_rate)
        # Every piece takes the whole error of the mean, as in the released program.
        d_means = np.zeros_like(means)
        add_rows(d_means, position, d_hidden, 1.0)
        add_to_rows(pieces, of_word.indptr, of_word.indices, d_means, learning_rate)
        return loss, n

    return step
