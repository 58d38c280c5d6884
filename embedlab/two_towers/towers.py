"""Two towers, one for pictures and one for captions, that end in the same space.

The picture tower is a network with one hidden layer on all pixels, the text tower the mean of the
words' vectors and a linear layer. Both return vectors of any length; they are compared by cosine.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from embedlab.contrastive.arguments import batches
from embedlab.directions import cosines, unit_rows
from embedlab.layers import gelu, gelu_gradient, linear, linear_gradients
from embedlab.numerics import Array, IntArray, as_integer, require
from embedlab.two_towers.bags import bags_of_words

# Cosines held at once (32 MB in double precision).
_MAX_COSINES = 1 << 22


@dataclass(frozen=True, eq=False)
class TwoTowers:
    """The two towers.

    Attributes:
        words: The V words that captions may hold.
        parameters: By name: ``pixels`` (p, h) and ``pixels_bias`` (h,), ``pictures`` (h, d) and
            ``pictures_bias`` (d,); ``words`` (V, h), ``captions`` (h, d) and ``captions_bias``
            (d,).
        settings: What the loss has learned of its own: log_scale, or log_scale and bias.
        losses: Loss before each step of the training; empty before any.
    """

    words: tuple[str, ...]
    parameters: dict[str, Array]
    settings: tuple[float, ...]
    losses: Array


def start_towers(
    words: Sequence[str],
    n_pixels: int,
    *,
    rng: np.random.Generator,
    n_dimensions: int = 32,
    n_hidden: int = 128,
    settings: Sequence[float] = (),
) -> TwoTowers:
    """Return untrained towers in single precision.

    Args:
        words: V distinct words.
        n_pixels: p, numbers in a picture: side · side · 3.
        rng: Draws the weights.
        n_dimensions: d of the common space.
        n_hidden: h.
        settings: What the loss has of its own.

    Raises:
        ValueError: If there are no words or one twice, or a number is below 1.
    """
    vocabulary = tuple(words)
    require(0 < len(set(vocabulary)) == len(vocabulary), "words", "be distinct words", vocabulary)
    p, d = as_integer("n_pixels", n_pixels, 1), as_integer("n_dimensions", n_dimensions, 1)
    h = as_integer("n_hidden", n_hidden, 1)
    shapes = {"pixels": (p, h), "pictures": (h, d)}
    shapes |= {"words": (len(vocabulary), h), "captions": (h, d)}
    parameters = {}
    for name, (n_in, n_out) in shapes.items():
        # Sums of n_in terms keep their size; a caption picks few rows of the words.
        spread = 1.0 if name == "words" else n_in**-0.5
        parameters[name] = spread * rng.standard_normal((n_in, n_out), dtype=np.float32)
        if name != "words":
            parameters[f"{name}_bias"] = np.zeros(n_out, dtype=np.float32)
    return TwoTowers(vocabulary, parameters, tuple(settings), np.empty(0))


def picture_vectors(towers: TwoTowers, pictures: Array) -> Array:
    """Return the vectors (N, d) of pictures (N, side, side, 3).

    Raises:
        ValueError: If there is no picture, or they have another number of pixels than the tower.
    """
    parameters = towers.parameters
    hidden = linear(_rows(towers, pictures), parameters["pixels"], parameters["pixels_bias"])
    return linear(gelu(hidden), parameters["pictures"], parameters["pictures_bias"])


def caption_vectors(towers: TwoTowers, captions: Sequence[str]) -> Array:
    """Return the vectors (N, d) of captions, words separated by spaces.

    Raises:
        ValueError: If captions are one string, there is none, one is no string or empty, or a
            word of one is unknown to the tower.
    """
    check_captions(captions)
    return bag_vectors(towers, bags_of_words([text.split() for text in captions], towers.words))


def bag_vectors(towers: TwoTowers, bags: csr_array) -> Array:
    """Return the vectors (N, d) of captions given as shares of words (N, V)."""
    parameters = towers.parameters
    return linear(bags @ parameters["words"], parameters["captions"], parameters["captions_bias"])


def picture_gradients(towers: TwoTowers, d_vectors: Array, pictures: Array) -> dict[str, Array]:
    """Return the gradients of the picture tower's parameters.

    Args:
        towers: The towers.
        d_vectors: (N, d) gradient of a loss for ``picture_vectors``.
        pictures: (N, side, side, 3).

    Raises:
        ValueError: As ``picture_vectors``, or if d_vectors does not fit.
    """
    parameters, rows = towers.parameters, _rows(towers, pictures)
    hidden = linear(rows, parameters["pixels"], parameters["pixels_bias"])
    d_active, d_weight, d_bias = linear_gradients(d_vectors, gelu(hidden), parameters["pictures"])
    d_hidden = gelu_gradient(d_active, hidden)
    # Pixels are no parameters: their gradient, which would double the cost, is left out.
    return {
        "pixels": rows.T @ d_hidden,
        "pixels_bias": d_hidden.sum(axis=0),
        "pictures": d_weight,
        "pictures_bias": d_bias,
    }


def caption_gradients(towers: TwoTowers, d_vectors: Array, bags: csr_array) -> dict[str, Array]:
    """Return the gradients of the text tower's parameters.

    Args:
        towers: The towers.
        d_vectors: (N, d) gradient of a loss for ``bag_vectors``.
        bags: (N, V) of the captions, from ``bags_of_words``.

    Raises:
        ValueError: If d_vectors does not fit.
    """
    parameters = towers.parameters
    means = bags @ parameters["words"]
    d_means, d_weight, d_bias = linear_gradients(d_vectors, means, parameters["captions"])
    return {"words": bags.T @ d_means, "captions": d_weight, "captions_bias": d_bias}


def classify(vectors: Array, prompts: Array) -> IntArray:
    """Return for each vector the prompt of highest cosine (N,): zero-shot classification.

    The classes need no examples, only a sentence each.

    Args:
        vectors: (N, d), such as ``picture_vectors``.
        prompts: (C, d), such as ``caption_vectors`` of a sentence for each class.

    Raises:
        ValueError: If an argument is not a finite matrix, there is no prompt, or they differ in d.

    Source: Radford et al. 2021, arXiv:2103.00020, the section on zero-shot transfer.

    >>> classify(np.array([[5.0, 1.0]]), np.array([[0.0, 9.0], [1.0, 0.0]])).tolist()
    [1]
    """
    vectors, prompts = batches("vectors", vectors, "prompts", prompts)
    require(len(prompts) > 0, "prompts", "have a row for each class", "none")
    return np.asarray((unit_rows(vectors) @ unit_rows(prompts).T).argmax(axis=1))


def recall_at(k: int, queries: Array, candidates: Array, own: Sequence[int] | IntArray) -> float:
    """Return the share of queries whose own candidate is among the k of highest cosine.

    Where another candidate scores the same as the own one, the other goes first.

    Args:
        k: At least 1, at most M.
        queries: (N, d).
        candidates: (M, d).
        own: (N,) the place of each query's candidate among the M.

    Raises:
        ValueError: If a matrix is not finite, they differ in d, own is not one place for each
            query, or k is out of range.

    >>> recall_at(1, np.eye(2), np.eye(2), [0, 1]), recall_at(1, np.eye(2), np.eye(2), [0, 0])
    (1.0, 0.5)
    """
    queries, candidates = batches("queries", queries, "candidates", candidates)
    places, M = np.asarray(own), len(candidates)
    k = as_integer("k", k, 1)
    require(k <= M, "k", f"be at most the number of candidates, {M}", k)
    fits = places.shape == (len(queries),) and np.issubdtype(places.dtype, np.integer)
    fits = fits and bool(((places >= 0) & (places < M)).all())
    require(fits, "own", f"hold a place below {M} for each of {len(queries)} queries", places)
    units, others = (unit_rows(rows.astype(np.float64)) for rows in (queries, candidates))
    # How far a product of matrices may put two equal cosines apart.
    slack = 2 * (units.shape[1] + 8) * float(np.finfo(np.float64).eps)
    n_found, size = 0, max(1, _MAX_COSINES // M)
    for start in range(0, len(units), size):
        scores = units[start : start + size] @ others.T
        inside, mine = np.arange(len(scores)), places[start : start + size]
        leads = scores - scores[inside, mine, np.newaxis]
        leads[inside, mine] = -np.inf
        n_ahead = (leads > slack).sum(axis=1)
        is_open = np.abs(leads) <= slack
        for row in np.flatnonzero(is_open.any(axis=1)):
            rivals = np.append(np.flatnonzero(is_open[row]), mine[row])
            *exact, own_score = cosines(candidates[rivals], queries[start + row, np.newaxis])
            n_ahead[row] += int((exact >= own_score).sum())
        n_found += int((n_ahead < k).sum())
    return n_found / len(units)


def check_captions(captions: Sequence[str]) -> None:
    """Raise ``ValueError`` unless captions are a list of strings."""
    is_list = not isinstance(captions, str)
    require(is_list, "captions", "be a list of strings", captions, "write [caption]")
    for i, text in enumerate(captions):
        require(isinstance(text, str), f"captions[{i}]", "be a string", text)


def _rows(towers: TwoTowers, pictures: Array) -> Array:
    """Return pictures as rows of pixels, after checking that they fit the tower."""
    p = len(towers.parameters["pixels"])
    require(len(pictures) > 0, "pictures", "hold at least one picture", "none")
    rows = pictures.reshape(len(pictures), -1)
    require(rows.shape[1] == p, "pictures", f"hold {p} numbers each", rows.shape[1])
    return rows
