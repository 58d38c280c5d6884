"""The claims of chapter 1: one-hot vectors."""

import numpy as np

from embedlab.claims.findings import (
    Finding,
    claim,
    compared,
    judged,
    unverifiable,
)
from embedlab.onehot import (
    bag_of_words,
    embedding_bytes,
    index_bytes,
    one_hot,
    one_hot_bytes,
    one_hot_matrix,
    sparsity,
)
from embedlab.optimizers import sgd
from embedlab.text import Vocabulary
from embedlab.vectors import similarity_matrix

_FIVE = Vocabulary(("cat", "dog", "mat", "sat", "hat"), np.ones(5, dtype=np.int64))
_ENGLISH = 170_000


def _distances(size: int) -> np.ndarray:
    """Return the distances of all pairs of different one-hot vectors."""
    rows = one_hot_matrix(range(size), size)
    gaps = np.linalg.norm(rows[:, None] - rows[None, :], axis=2)
    return np.asarray(gaps[~np.eye(size, dtype=bool)])


@claim("arithmetic")
def c006() -> Finding:
    """The one-hot vectors of cat, dog, mat, sat and hat are the rows of the 5 × 5 identity."""
    rows = one_hot_matrix(range(5), 5)
    n_different = int((rows != np.eye(5)).sum())
    return judged(
        n_different == 0,
        computed=f"the five rows differ from the identity in {n_different} places",
        correction="The rows are not the identity's.",
    )


@claim("formula")
def c007() -> Finding:
    """One-hot vectors of different words all have similarity 0, so all words are equally unlike."""
    cosines = similarity_matrix(one_hot_matrix(range(50), 50))[~np.eye(50, dtype=bool)]
    distances = _distances(50)
    return judged(
        not cosines.any() and np.ptp(distances) == 0,
        computed=f"50 words: every cosine {cosines.max():.0f}, every distance {distances[0]:.4f}",
        correction="Some pairs of words are nearer to each other than others.",
    )


@claim("arithmetic")
def c008() -> Finding:
    """The one-hot vectors of cat and kitten add up to [1, 1, 0, …]."""
    total = one_hot(0, 5) + one_hot(1, 5)
    return judged(
        total.tolist() == [1, 1, 0, 0, 0],
        computed=f"with V = 5: {total.astype(int).tolist()}",
        correction="The sum has a one for each of the two words.",
    )


@claim("opinion")
def c009() -> Finding:
    """A sum of one-hot vectors means nothing."""
    text = ["mat", "cat", "mat"]
    total = sum(one_hot(_FIVE.index[word], 5) for word in text)
    counted = bag_of_words(text, _FIVE)
    return judged(
        not np.array_equal(total, counted),
        computed=f"mat + cat + mat = {np.asarray(total, dtype=int).tolist()}, the word counts",
        correction="The sum is the text's bag of words: which words it has and how often, all but "
        "their order. Document search was built on it. It is no vector of a new word; that much "
        "is right.",
        source="Salton, Wong and Yang 1975, doi:10.1145/361219.361220",
    )


@claim("historical")
def c010() -> Finding:
    """English has more than 170,000 words, so one-hot vectors need 170,000 dimensions."""
    return unverifiable(
        "The number of words of a language depends on what counts as one (inflected forms, names, "
        "obsolete words), and no dictionary was at hand. The second half follows: a vocabulary of "
        f"{_ENGLISH:,} words needs vectors of {len(one_hot(0, _ENGLISH)):,} numbers."
    )


@claim("arithmetic")
def c011() -> Finding:
    """A one-hot vector of 170,000 dimensions is 99.999% zeros."""
    return compared(100 * sparsity(_ENGLISH), "99.999", unit="%")


@claim("arithmetic")
def c012() -> Finding:
    """One-hot vectors are 99.9% zeros."""
    exact = [size for size in range(2, 5_000) if round(100 * sparsity(size), 1) == 99.9]
    return judged(
        False,
        bool(exact),
        computed=f"V = 5: {sparsity(5):.1%}; V = 1,000: {sparsity(1000):.1%}; "
        f"V = 50,000: {sparsity(50_000):.3%}",
        correction=f"It depends on the vocabulary: the share of zeros is (V − 1)/V, which "
        f"rounds to 99.9% for {exact[0]:,} to {exact[-1]:,} words.",
    )


@claim("formula")
def c013() -> Finding:
    """The sparsity of a one-hot vector is (V − 1)/V; for V = 50,000 it is 99.998%."""
    share = float(np.mean(one_hot(3_741, 50_000) == 0))
    return compared(100 * share, "99.998", unit="%")


@claim("arithmetic")
def c014() -> Finding:
    """With ten words each vector is 90% zeros."""
    return compared(100 * float(np.mean(one_hot(0, 10) == 0)), "90", unit="%")


@claim("formula")
def c015() -> Finding:
    """As the vocabulary grows, sparsity tends to 100%."""
    gaps = [1 - sparsity(10**power) for power in range(1, 10)]
    return judged(
        bool(np.allclose(gaps, [10.0**-power for power in range(1, 10)], rtol=1e-6)),
        computed=f"what is missing to 100% is 1/V: {gaps[0]:.0e} for 10 words, "
        f"{gaps[-1]:.0e} for a thousand million",
        correction="What is missing to 100% does not vanish.",
    )


@claim("opinion")
def c016() -> Finding:
    """Every word needs V dimensions and uses one of them, which wastes computation."""
    words, d = 50_000, 300
    written, stored = one_hot_bytes(words, words), index_bytes(words)
    dense = embedding_bytes(words, d)
    return judged(
        stored > dense,
        written > dense,
        computed=f"{words:,} words: {written / 1e9:.0f} GB with the zeros written out, "
        f"{stored / 1e6:.1f} MB as indices; a dense table of {d} dimensions {dense / 1e6:.0f} MB",
        correction="Only if the zeros are written out. Stored as its index, a one-hot vector is "
        "the smallest of all, and its product with a matrix is a lookup. What it lacks is "
        "similarity, not economy.",
    )


@claim("formula")
def c017() -> Finding:
    """Different one-hot vectors are orthogonal, with cosine 0."""
    gram = one_hot_matrix(range(200), 200) @ one_hot_matrix(range(200), 200).T
    off = gram[~np.eye(200, dtype=bool)]
    return judged(
        not off.any(),
        computed=f"the {off.size:,} dot products of 200 words are all {off.max():.0f}",
        correction="Some dot products are not zero.",
    )


@claim("formula")
def c018() -> Finding:
    """Each word is a corner of a simplex, equally far from all unrelated corners."""
    distances = _distances(100)
    return judged(
        np.ptp(distances) == 0,
        computed=f"100 words: all {distances.size:,} distances are {distances[0]:.4f}, so a corner "
        "is equally far from every other one, related or not",
        correction="The distances differ.",
    )


@claim("opinion")
def c019() -> Finding:
    """With one-hot inputs no gradient pushes cat toward dog."""
    weights = np.zeros(5)
    # Logistic regression on "cat is an animal": the gradient at zero weights is (1/2 - 1) x.
    moved = sgd(weights, -0.5 * one_hot(0, 5), learning_rate=1.0)
    learned = np.random.default_rng(0).normal(size=(5, 3))
    shared = one_hot_matrix(range(5), 5) @ learned
    return judged(
        int((moved != 0).sum()) == 1 and np.array_equal(shared, learned),
        computed=f"one step on cat moves {int((moved != 0).sum())} of 5 weights, that of cat",
        correction="A step on cat moves weights of other words too.",
    )


@claim("arithmetic")
def c020() -> Finding:
    """In four dimensions cat, dog and pizza are [1,0,0,0], [0,1,0,0] and [0,0,1,0]."""
    rows = one_hot_matrix(range(3), 4).astype(int).tolist()
    return judged(
        rows == [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]],
        computed=f"{rows}; the fourth place is free for a fourth word",
        correction="The rows differ.",
    )


@claim("opinion")
def c021() -> Finding:
    """One-hot inputs make the parameters of a large first layer explode."""
    words, hidden = 50_000, 300
    first, dense = words * hidden, words * hidden
    return judged(
        first > dense,
        first == dense,
        computed=f"{words:,} words into {hidden} units: {first / 1e6:.0f} million weights; a table "
        f"of dense vectors of {hidden}: {dense / 1e6:.0f} million",
        correction="The first layer is large, and it is the embedding table: the same V · d "
        "numbers. An embedding does not save them, it gives them to all later layers to share.",
    )
