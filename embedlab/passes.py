"""What a trainer reads: the known words of a corpus, thinned, cut into blocks and shuffled."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from embedlab.blocks import Blocks, cut, reach
from embedlab.corpus import Corpus, encode_sentences, keep_tokens
from embedlab.numerics import Array, IntArray, as_integer, require
from embedlab.text import Vocabulary, build_vocabulary, keep_probabilities, noise_distribution

# A center's weights are looked up by how far its sentence reaches: (w + 1)² cases.
_LARGEST_REACH = 50

# All changes of a batch start from the same vectors. While these still point one way, a batch that
# is too large stretches them far beyond where they belong, and the next one even farther. What
# counts is learning rate · pairs · (1 + k) · |shares| · |noise|, where |·| is the Euclidean length:
# in 233 combinations of corpus, window, subsampling and k no run diverged below 1.4.
_LARGEST_STEP = 1.3
_LARGEST_BATCH = 1536

# All blocks of an epoch, and the numbers of those that make one step.
BlockBatch: TypeAlias = tuple[Blocks, IntArray]


@dataclass(frozen=True, eq=False)
class Source:
    """A corpus ready for training.

    Attributes:
        vocabulary: The V words to be learned.
        corpus: Their occurrences.
        keep: (V,) probability that an occurrence survives subsampling.
        noise: (V,) noise distribution.
        window: Largest distance of a neighbor.
        reach: The window, or less if no sentence is as long.
    """

    vocabulary: Vocabulary
    corpus: Corpus
    keep: Array
    noise: Array
    window: int
    reach: int


def prepare(
    sentences: Iterable[Sequence[str]],
    *,
    vocabulary: Vocabulary | None,
    min_count: int,
    window: int,
    sample: float | None,
    exponent: float,
) -> Source:
    """Count and encode a corpus, and check that there is something to learn from.

    Args:
        sentences: Lists of tokens.
        vocabulary: The words to learn; None counts them.
        min_count: Leave out words that occur fewer times; not used with a vocabulary.
        window: Largest distance of a neighbor.
        sample: Threshold of subsampling; None keeps every token.
        exponent: Of the noise distribution.

    Raises:
        ValueError: If a number is out of range, fewer than two words are left, or no two of
            them ever stand in one sentence.
    """
    # No sentence is longer than the largest number that a drawn window can be.
    window = min(as_integer("window", window, 1), np.iinfo(np.int32).max - 1)
    sentences = sentences if isinstance(sentences, str | bytes) else list(sentences)
    if vocabulary is None:
        vocabulary = build_vocabulary(sentences, min_count=min_count)
    n_words = len(vocabulary)
    remedy = f"lower min_count ({min_count}) or add text"
    require(n_words >= 2, "vocabulary", "hold at least 2 words", n_words, remedy)
    corpus = encode_sentences(sentences, vocabulary.index)
    longest = corpus.longest
    rule = "have two known words in at least one of them"
    require(longest >= 2, "sentences", rule, f"{longest} at most", "join lines or add text")
    width = min(window, longest - 1)
    remedy = "word2vec's windows have 2 to 10 words on either side"
    require(width <= _LARGEST_REACH, "window", f"be at most {_LARGEST_REACH}", window, remedy)
    counts = vocabulary.counts
    keep = np.ones(n_words) if sample is None else keep_probabilities(counts, sample=sample)
    noise = noise_distribution(counts, exponent=exponent)
    return Source(vocabulary, corpus, keep, noise, window, width)


def steady_batch_size(
    learning_rate: float, pairs_per_center: float, overlap: float, n_threads: int = 1
) -> int:
    """Return how many centers can move together without training being the worse for it.

    Args:
        learning_rate: The largest of the run.
        pairs_per_center: Predictions made for each center on average; for CBOW, whose w + 1
            context words take the error of one prediction, the square root of w + 1.
        overlap: See ``overlap``.
        n_threads: Batches that start from the same vectors.
    """
    size = _LARGEST_STEP / (learning_rate * pairs_per_center * overlap * n_threads)
    return int(np.clip(size, 1, _LARGEST_BATCH))


def overlap(source: Source, n_negatives: int | None) -> float:
    """Return how much two pairs have in common on average, in their words and their noise.

    Args:
        source: The corpus.
        n_negatives: k; None for the softmax, full or hierarchical, where all pairs meet the same
            outputs.
    """
    kept = source.vocabulary.counts * source.keep
    shares = float(np.linalg.norm(kept / kept.sum()))
    if n_negatives is None:
        return shares
    return (1 + n_negatives) * shares * float(np.linalg.norm(source.noise))


def shuffled_blocks(
    source: Source,
    *,
    size: int,
    blocks_per_batch: int,
    random_window: bool,
    rng: np.random.Generator,
) -> list[BlockBatch]:
    """Return one epoch's blocks in random order, as batches.

    Args:
        source: The corpus.
        size: T, centers in a block.
        blocks_per_batch: Blocks that make one step; the last batch can be smaller.
        random_window: Whether each center draws its window from 1 … w, as word2vec does;
            otherwise it has the whole one.
        rng: Draws what is kept, the windows and the order.

    Raises:
        ValueError: If subsampling left no two neighbors.
    """
    kept = keep_tokens(source.corpus, source.keep, rng=rng)
    left, right = reach(kept.sentence_of, source.reach)
    # A token alone in its sentence teaches nothing, and a batch of such tokens has no loss.
    paired = np.flatnonzero(left + right)
    rule, remedy = "leave neighbors in the corpus", "raise it, or keep every token with None"
    require(len(paired) > 0, "sample", rule, f"{len(kept)} tokens without any", remedy)
    ids, left, right = kept.ids.take(paired), left.take(paired), right.take(paired)
    if random_window:
        drawn = rng.integers(1, source.window + 1, len(ids), dtype=np.int32)
        left, right = np.minimum(left, drawn), np.minimum(right, drawn)
    blocks = cut(ids, left, right, window=source.reach, size=size)
    order = rng.permutation(len(blocks))
    starts = range(0, len(order), blocks_per_batch)
    return [(blocks, order[start : start + blocks_per_batch]) for start in starts]


def starting_vectors(n_rows: int, n_dimensions: int, *, rng: np.random.Generator) -> Array:
    """Return input vectors (n_rows, d) before training: uniform in ±1 / 2d, single precision.

    Output vectors start at zero, so that all scores do.
    """
    draws = rng.random((n_rows, n_dimensions), dtype=np.float32)
    return np.asarray((draws - 0.5) / n_dimensions, dtype=np.float32)
