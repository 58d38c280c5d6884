"""The claims of chapter 1: one-hot vectors."""

import numpy as np

from embedlab.claims.findings import Finding, claim, compared, judged, typeset
from embedlab.corpus import encode_sentences
from embedlab.counts import cooccurrences
from embedlab.numerics import Array, sigmoid
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
from embedlab.training.descent import by_adam, descend
from embedlab.training.skipgram import softmax_objective
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
    own = Vocabulary(("cat", "kitten", "mat", "sat", "hat"), np.ones(5, dtype=np.int64))
    total = bag_of_words(["cat", "kitten"], own).astype(int).tolist()
    in_table = [word for word, n in zip(_FIVE.words, total, strict=True) if n]
    return judged(
        total == [1, 1, 0, 0, 0],
        computed=f"five words, cat the first and kitten the second: {total}. The table on the same "
        f"slide has no kitten, and there this is {' + '.join(in_table)}",
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
    in_use, obsolete = 171_476, 47_156
    length = len(one_hot(0, _ENGLISH))
    return judged(
        in_use > _ENGLISH and length == _ENGLISH,
        computed=f"the Oxford English Dictionary has full entries for {in_use:,} words in current "
        f"use, and for {obsolete:,} obsolete ones. How many words a language has depends on what "
        f"counts as one: forms, names, terms. A vocabulary of {_ENGLISH:,} needs vectors of "
        f"{length:,} numbers",
        correction="The dictionary has fewer.",
        source="Oxford Dictionaries on the second edition of the Oxford English Dictionary (1989), "
        "as quoted at qi.com/infocloud/dictionaries and in: Of words and dictionaries, "
        "yourtranscreator.com (2016)",
    )


@claim("arithmetic")
def c011() -> Finding:
    """A one-hot vector of 170,000 dimensions is 99.999% zeros."""
    return compared(100 * sparsity(_ENGLISH), "99.999", unit="%")


@claim("arithmetic")
def c012() -> Finding:
    """One-hot vectors are 99.9% zeros."""
    exact = [size for size in range(2, 5_000) if round(100 * sparsity(size), 1) == 99.9]
    # The sizes that the deck itself names.
    named = (5, 10, 50_000, _ENGLISH)
    return judged(
        set(named) <= set(exact),
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
        computed=f"what is missing to 100% is 1/V: {gaps[0]:.1g} for 10 words, "
        f"{typeset(f'{gaps[-1]:.0e}')} for a billion",
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
    # Logistic regression on the codes: cat is an animal, car and bus are none; dog is never shown.
    cat, dog, car, bus = range(4)
    weights: Array = np.zeros(4)
    for _ in range(100):
        for word, label in ((cat, 1), (car, 0), (bus, 0)):
            code = one_hot(word, 4)
            error = float(sigmoid(weights @ code)) - label
            weights = sgd(weights, error * code, learning_rate=1.0)
    rows = _rows_of_interchangeable_words()
    pulled, kept = (float(similarity_matrix(rows)[cat, other]) for other in (dog, car))
    return judged(
        weights[dog] == 0 and pulled < 0.5,
        weights[dog] == 0,
        computed=f"a linear model on the codes learns that cat is an animal and car and bus are "
        f"none: the weight of cat becomes {weights[cat]:.1f}, that of dog stays "
        f"{weights[dog]:.0f}. Skip-gram, a learned layer on the same codes, on 800 sentences where "
        f"cat and dog are interchangeable and car and bus too: cosine of the rows of cat and dog "
        f"{pulled:.1f}, of cat and car {typeset(f'{kept:.1f}')}",
        correction="The codes never move, and a model straight on them learns one weight per word. "
        "With a learned layer between, as in Word2Vec, the rows of interchangeable words do come "
        "together, though the inputs are one-hot.",
    )


def _rows_of_interchangeable_words() -> Array:
    """Return the rows (4, 5) that skip-gram learns for cat, dog, car and bus in a tiny text."""
    rng = np.random.default_rng(0)
    words = "cat dog car bus eats sleeps runs stops drives brakes".split()
    nouns = {"animal": words[:2], "vehicle": words[2:4]}
    verbs = {"animal": words[4:7], "vehicle": words[7:]}
    sentences = []
    for _ in range(800):
        kind = ("animal", "vehicle")[int(rng.integers(2))]
        sentences.append([str(rng.choice(nouns[kind])), *map(str, rng.choice(verbs[kind], 2))])
    corpus = encode_sentences(sentences, {word: i for i, word in enumerate(words)})
    found = descend(
        softmax_objective(cooccurrences(corpus, len(words), window=2)),
        rng.normal(scale=0.1, size=(2, len(words), 5)),
        by_adam,
        learning_rate=0.05,
        n_steps=200,
        n_reports=1,
    )
    return np.asarray(found.parameters[0][:4])


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
    """Without compression, one-hot inputs make the parameters of a large first layer explode."""
    words, d = 50_000, 300
    # Weights of a layer of h units straight on one-hot vectors, and behind a table of d numbers.
    layers = {h: (words * h, words * d + d * h) for h in (300, 1_000, 4_096)}
    direct, through = (weights / 1e6 for weights in layers[4_096])
    alone, behind = (weights / 1e6 for weights in layers[300])
    return judged(
        all(first > 2 * second for h, (first, second) in layers.items() if h > 2 * d),
        any(first > 2 * second for first, second in layers.values()),
        computed=f"{words:,} words straight into 4,096 units: {direct:.0f} million weights; "
        f"through a table of {d} numbers per word: {through:.0f} million. Into 300 units "
        f"{alone:.0f} million against {behind:.0f}: that layer is itself such a table",
        correction="A table of dense vectors does not make the layers smaller.",
    )
