"""How well do vectors predict the neighbors of words in text they were not trained on?"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from embedlab.corpus import Corpus
from embedlab.evaluation.intervals import mean_interval
from embedlab.numerics import (
    Array,
    IntArray,
    as_integer,
    as_matrix,
    as_vector,
    log_sigmoid,
    require,
)

# Pairs at once: their vectors and those of the negatives fit into a few megabytes.
_BLOCK = 2048


@dataclass(frozen=True)
class HeldOutLoss:
    """The mean negative-sampling loss of pairs drawn from a text.

    Attributes:
        loss: Mean loss of a (center, context) pair and its negatives, in nats.
        interval: Confidence interval of what more draws from the same text would give.
        n_pairs: Pairs drawn.
    """

    loss: float
    interval: tuple[float, float]
    n_pairs: int


def held_out_loss(
    inputs: npt.ArrayLike,
    outputs: npt.ArrayLike,
    corpus: Corpus,
    noise: npt.ArrayLike,
    *,
    window: int,
    n_negatives: int,
    n_pairs: int = 100_000,
    confidence: float = 0.95,
    rng: np.random.Generator,
) -> HeldOutLoss:
    """Return the mean skip-gram loss with negative sampling on a text, in nats per pair.

    A pair (center, context) loses -log σ(v·u) - Σ log σ(-v·u') over its n_negatives noise words
    u'. Pairs are drawn with the weights that word2vec's random window gives them: distance k
    counts window + 1 - k times. A noise word that happens to be the context is kept; word2vec
    skips it.

    Losses can be compared if window, n_negatives and noise are the same. Vectors that know
    nothing, all zero, lose (1 + n_negatives) log 2.

    Args:
        inputs: (V, d) vectors of the words as centers.
        outputs: (V, d) vectors of the words as contexts.
        corpus: The text, with ids below V; subsampled or not, as you want it measured.
        noise: (V,) probabilities of the noise words; see ``text.noise_distribution``.
        window: Largest distance of a pair, at least 1.
        n_negatives: Noise words for each pair, at least 1.
        n_pairs: Pairs to draw, at least 2; the error falls with the root of it.
        confidence: Of the interval.
        rng: Draws pairs and noise words.

    Raises:
        ValueError: If the arrays do not fit each other or are not finite, noise is no
            distribution, no sentence of the corpus has two words, or a number is out of range.

    Source: Mikolov et al. 2013, arXiv:1310.4546, eq. 4, sign flipped.

    >>> corpus = Corpus(np.array([0, 1, 0]), np.array([0, 0, 0]))
    >>> nothing, rng = np.zeros((2, 3)), np.random.default_rng(0)
    >>> result = held_out_loss(
    ...     nothing, nothing, corpus, [0.5, 0.5], window=2, n_negatives=1, rng=rng
    ... )
    >>> round(result.loss, 4)  # 2 log 2
    1.3863
    """
    first, second = as_matrix("inputs", inputs), as_matrix("outputs", outputs)
    shapes = first.shape, second.shape
    require(shapes[0] == shapes[1], "inputs and outputs", "have the same shape", shapes)
    highest = int(corpus.ids.max(initial=-1))
    require(highest < len(first), "corpus", f"have ids below {len(first)}", highest)
    probabilities = _distribution(noise, len(first))
    window, n_negatives = as_integer("window", window, 1), as_integer("n_negatives", n_negatives, 1)
    n_pairs = as_integer("n_pairs", n_pairs, 2)
    centers, contexts = _draw_pairs(corpus, window, n_pairs, rng)
    negatives = rng.choice(len(first), size=(n_pairs, n_negatives), p=probabilities)
    losses = np.concatenate(list(_losses(first, second, centers, contexts, negatives)))
    interval = mean_interval(losses, confidence=confidence)
    return HeldOutLoss(float(losses.mean()), interval, n_pairs)


def _distribution(noise: npt.ArrayLike, V: int) -> Array:
    probabilities = as_vector("noise", noise).astype(np.float64)
    require(
        len(probabilities) == V,
        "noise",
        f"have one number for each of {V} words",
        len(probabilities),
    )
    total = float(probabilities.sum())
    is_distribution = bool((probabilities >= 0).all()) and abs(total - 1) < 1e-5
    require(is_distribution, "noise", "be probabilities that sum to 1", f"a sum of {total:.6g}")
    return np.asarray(probabilities / total)


def _draw_pairs(
    corpus: Corpus, window: int, n_pairs: int, rng: np.random.Generator
) -> tuple[IntArray, IntArray]:
    """Return the ids of centers and contexts, (n_pairs,) each, drawn with replacement."""
    sentence_of = corpus.sentence_of
    distances = np.arange(1, min(window, corpus.longest - 1) + 1)
    n_places = [np.count_nonzero(sentence_of[k:] == sentence_of[:-k]) for k in distances]
    weights = np.array(n_places) * (window + 1.0 - distances)
    remedy = "a pair needs two words in one sentence"
    require(float(weights.sum()) > 0, "corpus", "hold a pair of words", "none", remedy)
    drawn = []
    for k, n in zip(distances, rng.multinomial(n_pairs, weights / weights.sum()), strict=True):
        places = np.flatnonzero(sentence_of[k:] == sentence_of[:-k])
        left = places[rng.integers(len(places), size=n)] if n else places[:0]
        drawn.append(corpus.ids[np.stack([left, left + k])])
    pairs = np.concatenate(drawn, axis=1)
    # Either word of a pair is the center as often as the other.
    is_turned = rng.random(n_pairs) < 0.5
    return np.where(is_turned, pairs[1], pairs[0]), np.where(is_turned, pairs[0], pairs[1])


def _losses(
    inputs: Array, outputs: Array, centers: IntArray, contexts: IntArray, negatives: IntArray
) -> Iterator[Array]:
    """Yield the losses of one block of pairs after the other."""
    for start in range(0, len(centers), _BLOCK):
        block = slice(start, start + _BLOCK)
        center = inputs[centers[block]].astype(np.float64)
        context = outputs[contexts[block]].astype(np.float64)
        noise = outputs[negatives[block]].astype(np.float64)
        observed = np.einsum("nd,nd->n", center, context)
        drawn = np.einsum("nd,nkd->nk", center, noise)
        yield -log_sigmoid(observed) - log_sigmoid(-drawn).sum(axis=1)
