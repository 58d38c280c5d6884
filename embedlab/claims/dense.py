"""The claims of chapter 2 about dense vectors and their dimensions.

The others are in ``dense_similarity``, ``dense_analogies``, ``dense_reasons`` (why analogies work)
and ``dense_means``; ``dense_spaces`` has the vectors.
"""

from itertools import permutations

import numpy as np

from embedlab.claims.dense_spaces import (
    bound,
    compressed,
    offset,
    rotated,
    signed,
    skip_gram,
    truth,
)
from embedlab.claims.findings import Finding, claim, judged
from embedlab.numerics import Array
from embedlab.onehot import embedding_bytes, index_bytes, one_hot_matrix
from embedlab.vectors import Embeddings, cosine, similarity_matrix


@claim("arithmetic")
def c022() -> Finding:
    """Dense vectors of 100 to 300 dimensions are 100 times smaller than one-hot ones of 50,000."""
    factors = [50_000 / d for d in (100, 300)]
    one_word, index = embedding_bytes(1, 100), index_bytes(1)
    return judged(
        min(factors) <= 100 <= max(factors),
        computed=f"{factors[0]:.0f} times fewer numbers with 100 dimensions, {factors[1]:.0f} with "
        f"300; in memory one vector of 100 takes {one_word} bytes, a one-hot vector stored as its "
        f"index takes {index}",
        correction=f"{factors[1]:.0f} to {factors[0]:.0f} times fewer dimensions; a factor of 100 "
        f"would be {50_000 / 100:.0f} dimensions. In memory a dense vector is the larger one.",
    )


@claim("empirical")
def c023() -> Finding:
    """Each dimension of a dense vector captures some aspect of meaning."""
    spaces = {
        "SVD": compressed(),
        "SVD, turned": rotated(compressed()),
        "skip-gram": skip_gram(),
    }
    shares = {name: _attributes_on_axes(space) for name, space in spaces.items()}
    n_telling = {name: int((best > 0.5).sum()) for name, best in shares.items()}
    turned = spaces["SVD, turned"].matrix
    change = np.abs(similarity_matrix(turned) - similarity_matrix(compressed().matrix)).max()
    return judged(
        all((best > 0.5).all() for best in shares.values()),
        bool((shares["SVD, turned"] > 0.5).any()),
        computed="coordinates of which more than half is explained by one known attribute: "
        + ", ".join(f"{name} {n_telling[name]} of {len(best)}" for name, best in shares.items())
        + f"; the turn changes no cosine by more than {bound(change)}",
        correction="Directions carry meaning; the axes need not. A rotation changes every number "
        "and no similarity or analogy, and training leaves the rotation open. An SVD puts its axes "
        "along the strongest directions, so some of them can be read.",
    )


@claim("empirical")
def c024() -> Finding:
    """The vectors learn gender and royalty as separate dimensions."""
    parts, angles = [], []
    for vectors in (compressed(), skip_gram()):
        gender, royal = offset(vectors, "man", "woman"), offset(vectors, "man", "king")
        parts += [float((step**2).max() / (step**2).sum()) for step in (gender, royal)]
        angles.append(cosine(offset(vectors, "king", "queen"), offset(vectors, "man", "king")))
        angles.append(cosine(gender, offset(vectors, "woman", "queen")))
    apart = max(abs(angle) for angle in angles)
    return judged(
        min(parts) > 0.9,
        apart < 0.2,
        computed=f"artificial world, SVD and skip-gram: cosine of the gender and the royalty "
        f"offset at most {apart:.2f} in absolute value; the largest coordinate holds "
        f"{min(parts):.0%} to {max(parts):.0%} of an offset's squared length",
        correction="As separate directions, nearly at a right angle, where the text keeps the two "
        "apart. Neither lies along one coordinate.",
    )


@claim("arithmetic")
def c312() -> Finding:
    """The vector of cat begins 0.2, −0.4, 0.7 on one slide and 0.21, −0.43, 0.67 on another."""
    short, long = [0.2, -0.4, 0.7], [0.21, -0.43, 0.67]
    return judged(
        np.round(long, 1).tolist() == short,
        computed="the longer one rounds to " + ", ".join(signed(value, 1) for value in long),
        correction="The two do not agree.",
    )


@claim("arithmetic")
def x201() -> Finding:
    """The summary of the deck gives cat the one-hot vector (0, 1, 0, …)."""
    words = ("cat", "dog", "mat", "sat", "hat")
    rows = one_hot_matrix(range(5), 5).astype(int).tolist()
    orders = [dict(zip(order, rows, strict=True)) for order in permutations(words)]
    n_fitting = sum(vectors["cat"] == [0, 1, 0, 0, 0] for vectors in orders)
    first = orders[0]
    [shown] = [word for word in words if first[word] == [0, 1, 0, 0, 0]]
    return judged(
        shown == "cat",
        n_fitting > 0,
        computed=f"in the deck's table of five words (0, 1, 0, 0, 0) is {shown}, and cat is "
        f"({', '.join(map(str, first['cat']))}); cat has the summary's vector in {n_fitting} of "
        f"the {len(orders)} ways to number the five words",
        correction=f"With a numbering of its own: in the table it is {shown} that has this vector. "
        "Any numbering will do, but a deck should keep to one.",
    )


def _attributes_on_axes(vectors: Embeddings) -> Array:
    """Return for each coordinate how much of it one attribute explains at best, r² from 0 to 1."""
    known = truth().attributes
    words = [word for word in known if word in vectors]
    values = sorted({item for word in words for item in known[word].items()})
    has = np.array([[known[w].get(name) == value for w in words] for name, value in values], float)
    has = has[(has.sum(axis=1) >= 6) & (has.sum(axis=1) <= len(words) - 6)]
    rows = np.array([vectors[word] for word in words], dtype=np.float64)
    columns = (rows - rows.mean(axis=0)) / rows.std(axis=0)
    has = (has - has.mean(axis=1, keepdims=True)) / has.std(axis=1, keepdims=True)
    return np.asarray(((has @ columns / len(words)) ** 2).max(axis=0))
