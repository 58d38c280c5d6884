"""The claims of chapter 7 about how many dimensions and how many numbers vectors need."""

import math
from functools import cache

import numpy as np

from embedlab.angles import log_nearly_orthogonal
from embedlab.claims.findings import Finding, claim, compared, judged
from embedlab.claims.geometry_spaces import association, truth
from embedlab.evaluation.similarity import word_similarity
from embedlab.high_dimensions import log_covering_number
from embedlab.numerics import Array
from embedlab.onehot import embedding_bytes, one_hot_matrix
from embedlab.projections import distortions, gaussian_projection, jl_dimension, log_jl_capacity
from embedlab.vectors import Embeddings

_SIZES = (300, 768, 12_288)
# Sentences of two disjoint parts of the same text, from which the same vectors are learned.
_TEXTS = {1_000: (1_000, 2_000), 15_000: (15_000, 30_000)}
_KEPT = (2, 5, 10, 20, 50, 100, 200, 300, 400)
_ELMO = "AllenNLP, Pre-trained ELMo Models, https://allennlp.org/elmo"


@claim("formula")
def c213() -> Finding:
    """The capacity of d dimensions is proportional to d log d."""
    capacities: dict[str, dict[int, float]] = {
        "numbers of 32 bits": {d: 8 * embedding_bytes(1, d) for d in _SIZES},
        "log of the points that can be told apart at a resolution of 0.1": {
            d: log_covering_number(d, 0.1)[0] for d in _SIZES
        },
        "the same at a resolution of 1/d": {d: log_covering_number(d, 1 / d)[0] for d in _SIZES},
        "log of the directions with all |cosines| up to 0.3 (bound from below)": {
            d: log_nearly_orthogonal(d, 0.3)[0] for d in _SIZES
        },
        "log of the points that a random projection keeps within 50%": {
            d: log_jl_capacity(d, 0.5) for d in _SIZES
        },
    }
    first, last = _SIZES[0], _SIZES[-1]
    growth = {name: found[last] / found[first] for name, found in capacities.items()}
    law, straight = last * math.log(last) / (first * math.log(first)), last / first
    fits = {name: abs(value / law - 1) < 0.1 for name, value in growth.items()}
    return judged(
        all(fits.values()),
        any(fits.values()),
        computed=f"from d = {first} to {last:,}, d grows {straight:.0f} times and d log d "
        f"{law:.0f} times; "
        + "; ".join(f"{name}: {value:.0f} times" for name, value in growth.items()),
        correction="It depends on what capacity is, and the slide does not say. The logarithm of "
        "how many points can be told apart grows as d log d only if the resolution is refined as "
        "1/d; at a fixed resolution it is proportional to d, as the memory is. The number of "
        "points itself is exponential in d.",
    )


@cache
def _distortion(kind: str, n: int, epsilon: float) -> tuple[int, float]:
    """Return the dimension for n points, and the worst change of a squared distance."""
    rng = np.random.default_rng(0)
    match kind:
        case "one-hot vectors":
            points = one_hot_matrix(range(n), 2_000)
        case "Gaussian points":
            points = rng.standard_normal((n, 2_000))
        case _:
            points = np.repeat(rng.standard_normal((10, 2_000)), n // 10, axis=0)
            points += 0.01 * rng.standard_normal((n, 2_000))
    k = jl_dimension(n, epsilon)
    projected = points @ gaussian_projection(2_000, k, rng=rng)
    return k, float(np.abs(distortions(points, projected)).max())


@claim("formula")
def c214() -> Finding:
    """By Johnson and Lindenstrauss d = O(log n / ε²) dimensions preserve distances of n points."""
    kinds, n, epsilon = ("one-hot vectors", "Gaussian points", "ten tight clusters"), 300, 0.4
    worst = {kind: _distortion(kind, n, epsilon) for kind in kinds}
    k = jl_dimension(n, epsilon)
    in_n = [jl_dimension(10**power, 0.1) / power for power in range(2, 13)]
    in_epsilon = [jl_dimension(1000, 10.0**-power) * 10.0 ** (-2 * power) for power in (2, 3, 4)]
    bounded = max(in_n) / min(in_n) < 1.01 and max(in_epsilon) / min(in_epsilon) < 1.02
    return judged(
        bounded and all(error <= epsilon for _, error in worst.values()),
        bounded,
        computed=f"{n} points of 2,000 dimensions projected at random to {k}, which is enough for "
        f"ε = {epsilon}; largest change of a squared distance: "
        + ", ".join(f"{kind} {error:.2f}" for kind, (_, error) in worst.items())
        + f". Enough for 1,000 and 1,000,000 points at ε = 0.1: {jl_dimension(1000, 0.1):,} and "
        f"{jl_dimension(10**6, 0.1):,}, whatever d was",
        correction="The distances are not kept, or the bound grows in another way.",
        source="Dasgupta and Gupta 2003, An elementary proof of a theorem of Johnson and "
        "Lindenstrauss, Random Structures & Algorithms",
    )


@cache
def _decomposed(n_sentences: int) -> tuple[Array, Array, Array]:
    left, values, right = np.linalg.svd(association(0, n_sentences)[1])
    return left, values, right


@cache
def _quality(n_sentences: int) -> dict[int, float]:
    """Return how well vectors of d numbers agree with the world's known similarities."""
    words, matrix = association(0, n_sentences)
    _, values, right = _decomposed(n_sentences)
    # The left singular vectors, with exact zeros for words that the text does not have.
    left = matrix @ right[: _KEPT[-1]].T / values[: _KEPT[-1]]
    return {
        d: word_similarity(
            Embeddings(words, left[:, :d] * np.sqrt(values[:d])), truth().similarities
        ).correlation
        for d in _KEPT
    }


def _best(n_sentences: int) -> int:
    """Return the fewest dimensions whose agreement with the truth is within 0.01 of the best."""
    quality = _quality(n_sentences)
    return min(d for d, value in quality.items() if value > max(quality.values()) - 0.01)


@claim("formula")
def c215() -> Finding:
    """The optimal dimension of an embedding follows from the Johnson–Lindenstrauss lemma.

    The lemma's n is the size of the vocabulary.
    """
    n_words = len(association(0, 1_000)[0])
    best = {n: _best(n) for n in _TEXTS}
    stated = {epsilon: jl_dimension(n_words, epsilon) for epsilon in (0.1, 0.3, 0.5)}
    chosen = set(best.values())
    return judged(
        len(chosen) == 1 and any(0.8 < d / max(chosen) < 1.25 for d in stated.values()),
        computed=f"{n_words} words of the artificial world: the lemma's dimension is "
        + ", ".join(f"{d:,} for ε = {epsilon}" for epsilon, d in stated.items())
        + "; PPMI vectors come within 0.01 of their best agreement with the known similarities at "
        + ", ".join(f"{best[n]} dimensions after {n:,} sentences" for n in _TEXTS)
        + f". For 50,000 words and ε = 0.1 it is {jl_dimension(50_000, 0.1):,}; for 300 dimensions "
        f"it vouches for {math.exp(log_jl_capacity(300, 0.5)):.0f} words at ε = 0.5",
        correction="The lemma says how many dimensions are enough to keep given distances under a "
        "random projection. It does not know the text, nor what the vectors are for, and is no "
        "optimum: it can ask for more dimensions than there are words. The same words have other "
        "best dimensions in more text. They are found by trying.",
    )


@claim("arithmetic")
def c216() -> Finding:
    """Word2Vec's or GloVe's embeddings, 50,000 words of 300 numbers, are 15 million parameters."""
    return compared(50_000 * 300 / 1e6, "15", unit=" million")


@claim("arithmetic")
def c217() -> Finding:
    """The embeddings of BERT-base, 30,000 tokens of 768 dimensions, are 23 million parameters."""
    return compared(30_000 * 768 / 1e6, "23", unit=" million")


@claim("arithmetic")
def c218() -> Finding:
    """The embeddings of BERT-large, 30,000 tokens of 1,024 numbers, are 31 million parameters."""
    return compared(30_000 * 1024 / 1e6, "31", unit=" million")


@claim("arithmetic")
def c219() -> Finding:
    """The embeddings of GPT-3, 50,000 tokens of 12,288 dimensions, are 600 million parameters."""
    return compared(50_000 * 12_288 / 1e6, "6e2", unit=" million")


def _elmo_parameters() -> dict[str, int]:
    """Return the parameters of ELMo's parts, from the options in its authors' training script."""
    n_characters, character, hidden, projected = 261, 16, 4096, 512
    filters = ((1, 32), (2, 32), (3, 64), (4, 128), (5, 256), (6, 512), (7, 1024))
    width = sum(n for _, n in filters)
    convolution = sum(size * character * n + n for size, n in filters)
    # Each highway layer has two matrices, for the transform and for its gate.
    highways = 2 * 2 * (width * width + width)
    gates = 4 * (2 * projected * hidden + hidden)
    return {
        "characters": n_characters * character,
        "words": convolution + highways + width * projected + projected,
        "LSTMs": 2 * 2 * (gates + hidden * projected),
    }


@claim("benchmark")
def c220() -> Finding:
    """ELMo's embeddings alone, bidirectional, have 100 million parameters."""
    parts = _elmo_parameters()
    total, before = sum(parts.values()), parts["characters"] + parts["words"]
    return judged(
        round(before / 1e8, 1) == 1.0,
        computed=f"from the authors' settings: a table of 261 characters with 16 numbers each, "
        f"{parts['characters']:,}; convolutions, highway layers and projection that make a word's "
        f"vector of it, {parts['words'] / 1e6:.1f} million; two LSTM layers in both directions, "
        f"{parts['LSTMs'] / 1e6:.1f} million; all {total / 1e6:.1f} million. Published: 93.6 "
        "million",
        correction=f"About {total / 1e6:.0f} million is the whole model. ELMo reads characters and "
        f"has no table of words; all that comes before the LSTMs has {before / 1e6:.0f} million "
        "parameters. The other rows of the slide's table count embeddings only, so this one cannot "
        "be compared with them.",
        source=f"{_ELMO} (93.6 million); the authors' code, allenai/bilm-tf, bin/train_elmo.py "
        "(settings); Peters et al. 2018, arXiv:1802.05365",
    )


@cache
def _errors(n_sentences: int) -> dict[int, tuple[float, float]]:
    """Return what d dimensions lose of a text's PPMI, and of that of another text like it."""
    _, other = association(*_TEXTS[n_sentences])
    seen = association(0, n_sentences)[1]
    left, values, right = _decomposed(n_sentences)
    found = {}
    for d in _KEPT:
        learned = (left[:, :d] * values[:d]) @ right[:d]
        lost = (float(((text - learned) ** 2).sum() / (text**2).sum()) for text in (seen, other))
        found[d] = (next(lost), next(lost))
    return found


@claim("opinion")
def c231() -> Finding:
    """Few dimensions (50 to 300) overfit less, more dimensions can express more."""
    gaps = {n: {d: b - a for d, (a, b) in _errors(n).items()} for n in _TEXTS}
    small, large = _TEXTS
    expresses = all(bool((np.diff([a for a, _ in _errors(n).values()]) < 0).all()) for n in _TEXTS)
    shown, best = (50, 100, 400), max(_quality(large).values())
    return judged(
        expresses and all(gap[50] < gap[100] < gap[400] for gap in gaps.values()),
        expresses,
        computed=f"PPMI of {len(association(0, small)[0])} words at d = 50, 100, 400. Share of the "
        "text that d dimensions lose: "
        + "; ".join(
            f"{', '.join(f'{_errors(n)[d][0]:.2f}' for d in shown)} ({n:,} sentences)"
            for n in _TEXTS
        )
        + ". How much more they lose of another text of the same world: "
        + "; ".join(
            f"{', '.join(f'{gap[d]:.2f}' for d in shown)} ({n:,})" for n, gap in gaps.items()
        )
        + ". But less overfitting is no better vector: the agreement with the known similarities "
        f"is best at {_best(small)} dimensions after {small:,} sentences, and after {large:,} "
        f"d = 50 has {_quality(large)[50]:.2f}, the best {best:.2f}",
        correction="More dimensions always fit the text better, but they do not always overfit "
        "more.",
    )
