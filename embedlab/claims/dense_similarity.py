"""The claims of chapter 2 about cosines and angles, and what they say about meaning."""

import math
from itertools import combinations

import numpy as np

from embedlab.angles import log_cosine_tail
from embedlab.claims.dense_spaces import (
    REAL,
    bound,
    compressed,
    counts,
    input_table,
    offset,
    pair_cosine,
    plane,
    real,
    signed,
    skip_gram,
    truth,
)
from embedlab.claims.findings import Finding, claim, compared, judged, several, typeset
from embedlab.datasets import city_vectors
from embedlab.directions import unit_rows
from embedlab.evaluation import analogy_accuracy
from embedlab.numerics import Array
from embedlab.pretrained import minilm, sentence_vectors
from embedlab.vectors import Embeddings, cosine, nearest, similarity_matrix

_ANTONYMS = ("big small", "good bad", "fast slow")
_TOY = {"cat": (1.0, 0.2), "dog": (0.9, 0.3), "rocket": (0.1, 1.0)}


@claim("formula")
def c025() -> Finding:
    """Similarity is the dot product divided by both norms, and that is the cosine of the angle."""
    rng = np.random.default_rng(0)
    worst = 0.0
    for angle in rng.uniform(0, math.pi, 500):
        d = int(rng.integers(2, 400))
        plane, _ = np.linalg.qr(rng.normal(size=(d, 2)))
        a, b = plane @ [1, 0], plane @ [math.cos(angle), math.sin(angle)]
        lengths = rng.uniform(0.1, 10, 2)
        worst = max(worst, abs(cosine(lengths[0] * a, lengths[1] * b) - math.cos(angle)))
    return judged(
        worst < 1e-12,
        computed=f"500 pairs with a known angle, d = 2 to 399, of any length: largest error "
        f"below {bound(worst)}; a zero vector has no angle",
        correction="The quotient differs from the cosine of the angle.",
    )


@claim("arithmetic")
def c026() -> Finding:
    """The cosine of cat and kitten is 0.95, that of cat and computer 0.1."""
    printed = {"kitten": 0.95, "computer": 0.1}
    found = {
        name: {word: pair_cosine(vectors, f"cat {word}") for word in printed}
        for name, vectors in {REAL: real(), "its input table": input_table()}.items()
    }
    angles = {word: math.degrees(math.acos(value)) for word, value in printed.items()}
    in_order = [name for name, some in found.items() if some["kitten"] > some["computer"]]
    return judged(
        all(abs(some[word] - printed[word]) < 0.05 for some in found.values() for word in printed),
        len(in_order) == len(found),
        computed="; ".join(
            f"{name}: kitten {some['kitten']:.2f}, computer {some['computer']:.2f}"
            for name, some in found.items()
        )
        + f"; the printed cosines are angles of {angles['kitten']:.0f}° and "
        f"{angles['computer']:.0f}°",
        correction=f"As an order: kitten is the nearer one in {len(in_order)} of {len(found)} "
        "tables. The numbers belong to no model; another slide gives the same two pairs 15° and "
        "85°.",
    )


@claim("arithmetic")
def c027() -> Finding:
    """An angle of 15° has the cosine 0.97, one of 85° the cosine 0.09."""
    return several(
        {
            "cos 15°:": (math.cos(math.radians(15)), "0.97"),
            "cos 85°:": (math.cos(math.radians(85)), "0.09"),
        }
    )


@claim("formula")
def c028() -> Finding:
    """A table of cosines of cat, dog, car and truck has 0.8 and 0.85 within the two kinds.

    Across the kinds it has 0.05 to 0.15.
    """
    printed = np.array(
        [[1, 0.8, 0.1, 0.05], [0.8, 1, 0.15, 0.1], [0.1, 0.15, 1, 0.85], [0.05, 0.1, 0.85, 1]]
    )
    smallest = float(np.linalg.eigvalsh(printed)[0])
    rebuilt = similarity_matrix(np.linalg.cholesky(printed)) if smallest > 0 else None
    found = {pair: pair_cosine(real(), pair) for pair in ("cat dog", "car truck", "cat truck")}
    return judged(
        rebuilt is not None and np.allclose(rebuilt, printed),
        computed=f"smallest eigenvalue {smallest:.2f}: not negative, so there are vectors with "
        f"exactly these cosines. It is an example, so no more is checked; {REAL}: "
        + ", ".join(f"{pair.replace(' ', '–')} {value:.2f}" for pair, value in found.items()),
        correction="No vectors have these cosines.",
    )


@claim("empirical")
def c029() -> Finding:
    """An angle of 0° means identical meaning."""
    cities = city_vectors()
    toy = Embeddings(tuple(plane()), np.array(list(plane().values())))
    parallel = [pair for space in (cities, toy) for pair in _pairs_above(space, 1 - 1e-12)]
    close = [pair for pair in ("movie idea", "zoo cage", "wire lamp") if _angle(pair) < 2]
    return judged(
        not parallel and not close,
        computed="at 0° in the sources' own tables: "
        + ", ".join(f"{a} and {b}" for a, b in parallel)
        + "; within 2° in the artificial world: "
        + ", ".join(pair.replace(" ", " and ") for pair in close),
        correction="It means identical direction: the same company in the text. The world's movie "
        "and idea stand in the same sentences and mean different things.",
    )


@claim("arithmetic")
def c030() -> Finding:
    """An angle of 30° means very similar."""
    edge = math.cos(math.radians(30))
    flat, hundred = (log_cosine_tail(edge, d) / math.log(10) for d in (2, 100))
    pairs = _pairs_above(real(), edge)
    one_in = len(real()) * (len(real()) - 1) / 2 / len(pairs)
    # Most are two forms of one word, which says less.
    examples = [f"{a}–{b}" for a, b in pairs if a[0] != b[0]]
    return judged(
        10**flat < 0.01,
        hundred < -6,
        computed=f"cosine {edge:.3f}; share of random pairs within 30°: {10**flat:.1%} in the "
        f"plane, {typeset(f'1e{hundred:.0f}')} in 100 dimensions; {REAL}: one pair of words in "
        f"some {round(one_in, -4):,.0f}, forms of one word or such as {', '.join(examples[:3])}",
        correction="In many dimensions only. In the plane one random pair in six is within 30°.",
    )


@claim("statistical")
def c031() -> Finding:
    """An angle of 90° means unrelated."""
    model_words = real().words[:300]
    raw = similarity_matrix(sentence_vectors(minilm(), model_words))
    centered = similarity_matrix(real().matrix[:300])
    upper = np.triu_indices(300, 1)
    skip = np.mean([cosine(skip_gram()[a], skip_gram()[b]) for a, b in _unrelated()])
    related = pair_cosine(compressed(), "cat horse")
    plain, shifted = float(centered[upper].mean()), float(raw[upper].mean())
    angle = math.degrees(math.acos(shifted))
    return judged(
        max(abs(plain), abs(shifted), abs(float(skip))) < 0.1,
        abs(plain) < 0.1,
        computed=f"mean cosine of two words: {shifted:.2f} in MiniLM's vectors as they are, "
        f"{signed(plain)} after centering; words of the artificial world that share no attribute, "
        f"skip-gram: {skip:.2f}; cat and horse, which share several, SVD: {related:.2f}",
        correction="Only in vectors without a common direction. Many trained vectors share "
        f"one; in MiniLM the mean cosine of two words is that of {angle:.0f}°. And a right angle "
        "does not make words unrelated.",
    )


@claim("empirical")
def c032() -> Finding:
    """An angle of 180° means opposite meaning."""
    spaces = {"artificial world": compressed(), REAL: real()}
    found = {
        name: {pair: pair_cosine(space, pair) for pair in _ANTONYMS}
        for name, space in spaces.items()
    }
    lowest = {name: float(similarity_matrix(space.matrix).min()) for name, space in spaces.items()}
    return judged(
        any(value < 0 for cosines in found.values() for value in cosines.values()),
        computed="; ".join(
            f"{name}: "
            + ", ".join(f"{pair.replace(' ', '–')} {value:.2f}" for pair, value in cosines.items())
            + f", lowest cosine of any two words {signed(lowest[name], 1)}"
            for name, cosines in found.items()
        ),
        correction="Antonyms fit into the same sentences and point in similar directions. Here "
        "no two words come near 180°.",
    )


@claim("formula")
def c033() -> Finding:
    """Multiplying a vector by a number k does not change its cosine with another."""
    rng = np.random.default_rng(0)
    factors = (1000.0, 0.001, -1.0, -5.0, 0.0)
    kept = dict.fromkeys(factors, 0)
    for _ in range(200):
        a, b = rng.normal(size=(2, int(rng.integers(2, 300))))
        for k in factors:
            kept[k] += abs(cosine(k * a, b) - cosine(a, b)) < 1e-12
    return judged(
        all(n == 200 for n in kept.values()),
        all(n == 200 for k, n in kept.items() if k > 0),
        computed="200 random pairs; cosine unchanged: "
        + ", ".join(f"k = {k:g} in {n}".replace("-", "−") for k, n in kept.items()),
        correction="For k > 0. A negative k turns the sign round, and k = 0 leaves no direction.",
    )


@claim("formula")
def c034() -> Finding:
    """The cosine lies in [−1, 1], is symmetric, and works in any dimension."""
    rng = np.random.default_rng(0)
    values = []
    for d in range(1, 801):
        a, b = rng.normal(size=(2, d)) * 10.0 ** rng.integers(-200, 200, size=(2, 1))
        values.append((cosine(a, b), cosine(b, a), cosine(a, a)))
    table = np.array(values)
    return judged(
        bool((np.abs(table) <= 1).all() and np.array_equal(table[:, 0], table[:, 1])),
        computed="one random pair in each of 800 dimensions, lengths from 10⁻²⁰⁰ to 10²⁰⁰: cosines "
        f"from {signed(table.min(), 0)} to {table.max():.0f}, the same in both orders; only a zero "
        "vector has none",
        correction="Some values leave the range or change with the order.",
    )


@claim("opinion")
def c035() -> Finding:
    """On the slide about the cosine: magnitude does not matter, only direction counts."""
    same = np.array([cosine(3 * compressed()[w], compressed()["cat"]) for w in truth().attributes])
    plain = np.array([cosine(compressed()[w], compressed()["cat"]) for w in truth().attributes])
    answers = [
        analogy_accuracy(compressed(), truth().analogies, normalize=normalize).answers
        for normalize in (False, True)
    ]
    changed = np.mean([a != b for a, b in zip(*answers, strict=True)])
    lengths = np.linalg.norm(compressed().matrix, axis=1)
    r = np.corrcoef(lengths, np.log(counts()[0].counts))[0, 1]
    return judged(
        bool(np.allclose(same, plain)) and changed == 0,
        bool(np.allclose(same, plain)),
        computed=f"artificial world: no cosine with cat changes when the other word's vector is "
        f"three times as long; {changed:.1%} of the answers to analogies change when all vectors "
        f"get one length; length and log frequency correlate with {r:.2f}",
        correction="To a cosine it does not matter. To dot products, distances, means and word "
        "arithmetic it does: there a long vector weighs more.",
    )


@claim("opinion")
def c036() -> Finding:
    """Similarity of embeddings is computed with the cosine, not the Euclidean distance."""
    raw, unit = (_same_nearest(rows) for rows in (skip_gram().matrix, _units(skip_gram())))
    scores = _agreement(skip_gram())
    return judged(
        unit < 1,
        raw < 1,
        computed=f"skip-gram vectors: cosine and distance name the same nearest word for "
        f"{unit:.0%} of the words if all vectors have length 1, for {raw:.0%} as they are; "
        f"correlation with the known similarity: cosine {scores[0]:.3f}, distance {scores[1]:.3f}",
        correction="For vectors of length 1 the two rank alike, since the squared distance is "
        "2 − 2 cos. They differ only for vectors of different lengths, and here not by much.",
    )


@claim("statistical")
def c037() -> Finding:
    """Texts of 100 and of 1,000 words on one topic are far apart; the cosine ignores the length."""
    rng = np.random.default_rng(0)
    shares = 1 / np.arange(1, 1001)
    distances, cosines, by_length = [], [], []
    for _ in range(200):
        topic, other = (rng.permutation(shares) / shares.sum() for _ in range(2))
        short, second, long, longer = (rng.multinomial(n, topic) for n in (100, 100, 1000, 1000))
        foreign = rng.multinomial(100, other)
        distances.append([np.linalg.norm(short - text) for text in (long, foreign)])
        cosines.append([cosine(short, text) for text in (long, foreign)])
        by_length.append([cosine(short, second), cosine(long, longer), cosine(short, 10 * short)])
    (far, near), (alike, unlike) = np.mean(distances, axis=0), np.mean(cosines, axis=0)
    two_short, two_long, proportional = np.mean(by_length, axis=0)
    misled = np.mean([a > b for a, b in distances])
    in_order = all(a > b for a, b in cosines)
    return judged(
        bool(misled == 1 and in_order and abs(proportional - 1) < 1e-9),
        bool(misled == 1 and in_order),
        computed=f"200 draws of texts, 1,000 words with Zipf frequencies: distance {far:.0f} "
        f"between the two, {near:.0f} from the short one to 100 words on another topic; cosine "
        f"{alike:.2f} and {unlike:.2f}; a text and ten copies of it in a row: cosine "
        f"{proportional:.2f}. A short text has its topic's proportions only roughly: two of 100 "
        f"words on one topic have cosine {two_short:.2f}, two of 1,000 words {two_long:.2f}",
        correction="The cosine depends on the length too.",
    )


@claim("arithmetic")
def c038() -> Finding:
    """The cosine of (1, 4) and (2, 3) is 14/√221 = 0.941."""
    return compared(cosine([1, 4], [2, 3]), "0.941")


@claim("arithmetic")
def c039() -> Finding:
    """With cat (1, 0.2) and dog (0.9, 0.3): dot product 0.96, norms 1.02 and 0.95, cosine 0.99."""
    cat, dog = (np.array(_TOY[word]) for word in ("cat", "dog"))
    return several(
        {
            "dot product": (float(cat @ dog), "0.96"),
            "norm of cat": (float(np.linalg.norm(cat)), "1.02"),
            "norm of dog": (float(np.linalg.norm(dog)), "0.95"),
            "cosine": (cosine(cat, dog), "0.99"),
        }
    )


@claim("arithmetic")
def c040() -> Finding:
    """With rocket (0.1, 1): dot product with cat 0.3, norm 1.005, cosine 0.29."""
    cat, rocket = (np.array(_TOY[word]) for word in ("cat", "rocket"))
    return several(
        {
            "dot product": (float(cat @ rocket), "0.3"),
            "norm": (float(np.linalg.norm(rocket)), "1.005"),
            "cosine": (cosine(cat, rocket), "0.29"),
        }
    )


@claim("empirical")
def c067() -> Finding:
    """Words that share contexts behave like synonyms, antonyms, or words related in some way."""
    known = truth().attributes
    words = [word for word in known if word in compressed()]
    cosines = similarity_matrix([compressed()[word] for word in words])
    np.fill_diagonal(cosines, -2)
    close = [
        (word, words[best])
        for word, best, row in zip(words, cosines.argmax(axis=1), cosines, strict=True)
        if row[best] > 0.9
    ]
    n_related = sum(bool(known[a].items() & known[b].items()) for a, b in close)
    pairs = list(combinations(words, 2))
    chance = float(np.mean([bool(known[a].items() & known[b].items()) for a, b in pairs]))
    found = {word: [w for w, _ in nearest(real(), word, 3)] for word in ("big", "cat", "king")}
    synonym = pair_cosine(compressed(), "cat tomcat")
    antonym = pair_cosine(compressed(), "big small")
    alike = pair_cosine(compressed(), "movie idea")
    return judged(
        n_related > 0.95 * len(close) and bool(close) and antonym > 0.5,
        n_related > chance * len(close),
        computed=f"artificial world, {len(words)} words of known meaning: {len(close)} have a "
        f"nearest neighbor of cosine above 0.9, and {n_related} of these share an attribute with "
        f"it, of two words taken at random {chance:.0%}. The synonyms cat and tomcat have "
        f"{synonym:.2f}, the antonyms big and small {antonym:.2f}. The limit: movie and idea stand "
        f"in the same sentences and so have {alike:.2f}, whatever they mean. {REAL}, nearest: "
        + "; ".join(f"{word}: {', '.join(near)}" for word, near in found.items()),
        correction="Words that share contexts are related no more often than others.",
    )


def _pairs_above(vectors: Embeddings, edge: float) -> list[tuple[str, str]]:
    """Return the pairs of different words whose cosine is above the edge."""
    cosines = np.triu(similarity_matrix(vectors.matrix), 1)
    return [
        (vectors.words[i], vectors.words[j])
        for i, j in zip(*np.nonzero(cosines > edge), strict=True)
    ]


def _angle(pair: str) -> float:
    """Return the angle of two of the world's words in degrees."""
    return math.degrees(math.acos(pair_cosine(compressed(), pair)))


def _unrelated() -> list[tuple[str, str]]:
    """Return pairs of the world's words that share no attribute."""
    return [(a, b) for a, b, score in truth().similarities if score == 0 and a in skip_gram()]


def _units(vectors: Embeddings) -> Array:
    return unit_rows(vectors.matrix.astype(np.float64))


def _same_nearest(rows: Array) -> float:
    """Return the share of rows whose nearest other row is the same by cosine and by distance."""
    cosines = similarity_matrix(rows) - 4 * np.eye(len(rows))
    products = rows.astype(np.float64) @ rows.T
    squares = np.diag(products)
    distances = squares[:, None] + squares - 2 * products + 1e9 * np.eye(len(rows))
    return float(np.mean(cosines.argmax(axis=1) == distances.argmin(axis=1)))


def _agreement(vectors: Embeddings) -> tuple[float, float]:
    """Return how cosine and distance, taken negative, correlate with the known similarities."""
    pairs = [(a, b, s) for a, b, s in truth().similarities if a in vectors and b in vectors]
    known = [score for *_, score in pairs]
    cosines = [cosine(vectors[a], vectors[b]) for a, b, _ in pairs]
    nearness = [-np.linalg.norm(offset(vectors, a, b)) for a, b, _ in pairs]
    first, second = (float(np.corrcoef(found, known)[0, 1]) for found in (cosines, nearness))
    return first, second
