"""The claims of chapter 2 about why arithmetic with words works, and what an offset is."""

import math
from collections.abc import Sequence
from itertools import combinations

import numpy as np

from embedlab.claims.dense_spaces import (
    REAL,
    compressed,
    control,
    control_counts,
    counts,
    input_table,
    offset,
    plane,
    real,
    share_right,
    signed,
    skip_gram,
    truth,
)
from embedlab.claims.findings import Finding, claim, judged
from embedlab.counts import ppmi
from embedlab.numerics import Array
from embedlab.vectors import Embeddings, cosine, similarity_matrix

_GENDER = ("man woman", "king queen", "actor actress", "boy girl", "uncle aunt", "father mother")


@claim("formula")
def c049() -> Finding:
    """The vector king − man is the royal gender offset."""
    flat = cosine(plane()["king"] - plane()["man"], plane()["woman"] - plane()["man"])
    found = {}
    for name, vectors in (("artificial world", compressed()), (REAL, real())):
        step = offset(vectors, "man", "king")
        # Pairs without king and man: offsets that share a word are similar for that alone.
        gender = _mean_offset(vectors, ("boy girl", "actor actress", "uncle aunt", "father mother"))
        royal = _mean_offset(vectors, ("woman queen", "girl princess", "boy prince"))
        found[name] = (cosine(step, gender), cosine(step, royal))
    return judged(
        all(gender > royal for gender, royal in found.values()) and flat > 0.5,
        computed="cosine with gender offsets and with royalty offsets of other words: "
        + "; ".join(f"{name} {signed(g)} and {signed(r)}" for name, (g, r) in found.items())
        + f"; in the page's own two dimensions its cosine with woman − man is {flat:.0f}",
        correction="It is the royalty offset; king and man do not differ in gender. The gender "
        "offset is woman − man or queen − king.",
    )


@claim("formula")
def c050() -> Finding:
    """That king = man + r and queen = woman + r is a mathematical proof of the analogy."""
    rng = np.random.default_rng(0)
    first, second, conclusion = [], [], []
    for _ in range(1_000):
        king, man, woman, queen = rng.normal(size=(4, 100))
        r = king - man
        first.append(np.linalg.norm(king - man - r))
        second.append(np.linalg.norm(queen - woman - r))
        conclusion.append(np.linalg.norm(queen - (king - man + woman)))
    same = np.allclose(second, conclusion)
    return judged(
        bool(max(conclusion) < 1e-9),
        computed=f"1,000 times four random vectors in 100 dimensions: the first equation is off by "
        f"{np.mean(first):.0f}, the second by {np.mean(second):.0f}, the conclusion by "
        f"{np.mean(conclusion):.0f}, in each case {'the same' if same else 'not the same'} as the "
        "second",
        correction="The second equation is the conclusion with the terms moved. Only the first "
        "follows from what r means. That r leads from woman to queen too is what had to be shown, "
        "and only the text can show it.",
    )


@claim("formula")
def c051() -> Finding:
    """Embeddings form a linear subspace."""
    vectors = real()
    d = vectors.n_dimensions
    rank = int(np.linalg.matrix_rank(vectors.matrix.astype(np.float64)))
    rng = np.random.default_rng(0)
    gaps = []
    for i, j in rng.choice(len(vectors), size=(300, 2)):
        total = vectors.matrix[i].astype(np.float64) + vectors.matrix[j]
        gaps.append(np.linalg.norm(vectors.matrix - total, axis=1).min())
    closed = int(np.sum(np.array(gaps) < 0.01))
    return judged(
        closed == len(gaps),
        rank < d,
        computed=f"{REAL}, {len(vectors):,} words in {d} dimensions: they span {rank} dimensions; "
        f"of 300 sums of two words {closed} are a word; the nearest word is {np.median(gaps):.1f} "
        "away, where each word has length 1",
        correction="A vocabulary is a finite set of points. It holds no sums and no multiples, and "
        "what it spans is the whole space.",
    )


@claim("formula")
def c052() -> Finding:
    """High-dimensional spaces tend toward linear relations, by concentration of measure."""
    rng = np.random.default_rng(0)
    angles, defects = {}, {}
    for d in (3, 30, 300, 3_000):
        a, b, c, e = rng.normal(size=(4, 300, d))
        angles[d] = float(np.mean([abs(cosine(u, v)) for u, v in zip(b - a, e - c, strict=True)]))
        gap = np.linalg.norm(b - a - (e - c), axis=1) / np.linalg.norm(b - a, axis=1)
        defects[d] = float(np.median(gap))
    return judged(
        angles[3_000] > angles[3] or defects[3_000] < defects[3] / 2,
        computed="size of the cosine of two independent offsets: "
        + ", ".join(f"d = {d:,} {value:.2f}" for d, value in angles.items())
        + f"; what is missing to a parallelogram is {defects[3_000]:.1f} times the offset for "
        f"d = 3,000, {defects[3]:.1f} times for d = 3",
        correction="Concentration makes independent offsets orthogonal, not parallel. That leaves "
        "room for many relations at once; that one relation has one offset comes from the text.",
    )


@claim("formula")
def c053() -> Finding:
    """Co-occurrence patterns are approximately linear."""
    vocabulary, matrix = counts()
    vocabulary_too, shuffled = control_counts()
    spaces = {
        "counts": Embeddings(vocabulary.words, matrix),
        "PPMI": Embeddings(vocabulary.words, ppmi(matrix).toarray()),
        "PPMI of the shuffled text": Embeddings(vocabulary_too.words, ppmi(shuffled).toarray()),
        REAL: real(),
    }
    parallel = {name: _consistency(vectors) for name, vectors in spaces.items()}
    return judged(
        min(parallel.values()) > 0.9,
        parallel["PPMI"] > 0.9 > parallel["counts"],
        computed="mean cosine of two offsets of one relation, over the relations of the artificial "
        "world: " + ", ".join(f"{name} {signed(value)}" for name, value in parallel.items()),
        correction="Nearly so in the world, whose grammar lets each attribute leave its own "
        "traces, and there for the logarithm of observed over expected counts more than for "
        "counts. In real vectors the offsets of the same words are far from parallel.",
    )


@claim("opinion")
def c054() -> Finding:
    """Linear relations were never programmed; they emerge from the text."""
    learned, chance = share_right(compressed()), share_right(control())
    trained = share_right(skip_gram())
    return judged(
        learned > 0.5 and chance < 0.05,
        computed=f"analogies of the artificial world answered right: SVD {learned:.0%}, skip-gram "
        f"{trained:.0%}, the same SVD after the words of the text were "
        f"shuffled {chance:.0%}; the world's grammar has the relations, neither method is told one",
        correction="Shuffling the text does not remove them.",
    )


@claim("empirical")
def c066() -> Finding:
    """The steps from man to woman and from king to queen are parallel: gender has one direction."""
    spaces = {
        "artificial world, SVD": compressed(),
        "the same, skip-gram": skip_gram(),
        REAL: real(),
        "its input table": input_table(),
    }
    found = {}
    for name, vectors in spaces.items():
        table = similarity_matrix([offset(vectors, *pair.split()) for pair in _GENDER])
        upper = np.triu_indices(len(table), 1)
        found[name] = (float(table[0, 1]), float(table[upper].mean()))
    degrees = math.degrees(math.acos(found[REAL][0]))
    return judged(
        min(pair for pair, _ in found.values()) > 0.85,
        max(pair for pair, _ in found.values()) > 0.85,
        computed=f"cosine of these two steps, and mean over the steps of {len(_GENDER)} pairs: "
        + "; ".join(f"{name} {pair:.2f} and {mean:.2f}" for name, (pair, mean) in found.items()),
        correction="Nearly parallel where gender leaves the same traces with every word, as in the "
        "artificial world. In real vectors the steps have a common part, and much that belongs to "
        f"the single words: there the two steps stand at {degrees:.0f}°.",
    )


@claim("formula")
def x203() -> Finding:
    """The deck and the study page see the training objective as a reason for linear relations."""
    vocabulary, matrix = counts()
    untrained = share_right(Embeddings(vocabulary.words, ppmi(matrix).toarray()))
    compressed_share, chance = share_right(compressed()), share_right(control())
    trained = share_right(skip_gram())
    return judged(
        untrained < 0.5,
        trained > 0.5,
        computed=f"analogies of the artificial world answered right: rows of PPMI, no training and "
        f"no hidden layer, {untrained:.0%}; compressed to 100 numbers {compressed_share:.0%}; "
        f"skip-gram {trained:.0%}; shuffled text {chance:.0%}",
        correction="The relations are in the co-occurrence statistics already. Training keeps "
        "them; it does not make them.",
    )


@claim("formula")
def x204() -> Finding:
    """The deck counts arithmetic with words among the things that dense vectors make possible."""
    vocabulary, matrix = counts()
    rows = ppmi(matrix).toarray()
    sparse, dense = share_right(Embeddings(vocabulary.words, rows)), share_right(compressed())
    zeros = float(np.mean(rows == 0))
    return judged(
        sparse < 0.5 * dense,
        dense > 0.5,
        computed=f"analogies of the artificial world: rows of PPMI, {rows.shape[1]} numbers each "
        f"and {zeros:.0%} of them zero, {sparse:.0%} right; compressed to 100 dense numbers "
        f"{dense:.0%}",
        correction="Compared with one-hot vectors. But sparse rows of co-occurrence statistics do "
        "it as well, and compression loses some of it. What one-hot vectors lack is the "
        "co-occurrence, not the density.",
    )


def _mean_offset(vectors: Embeddings, pairs: Sequence[str]) -> Array:
    return np.asarray(np.mean([offset(vectors, *pair.split()) for pair in pairs], axis=0))


def _consistency(vectors: Embeddings) -> float:
    """Return the mean cosine of two offsets of one relation, over the world's relations."""
    means = []
    for questions in truth().analogies.values():
        pairs = dict.fromkeys((a, b) for a, b, _, _ in questions if a in vectors and b in vectors)
        if len(pairs) > 1:
            steps = similarity_matrix([offset(vectors, a, b) for a, b in pairs])
            means.append(np.mean([steps[i, j] for i, j in combinations(range(len(pairs)), 2)]))
    return float(np.mean(means))
