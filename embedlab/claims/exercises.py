"""The claims of the exercises and of the interview material."""

from functools import cache

import numpy as np

from embedlab import learned
from embedlab.claims.findings import (
    Finding,
    claim,
    judged,
    several,
    unverifiable,
)
from embedlab.corpus import encode_sentences
from embedlab.counts import cooccurrences
from embedlab.datasets import city_vectors
from embedlab.evaluation import analogy_accuracy, word_similarity
from embedlab.numerics import Array, softmax
from embedlab.prediction import context_mean, predict_center
from embedlab.productions import heads, words_with_two_senses
from embedlab.sentences import mean_vector
from embedlab.text import build_vocabulary, context, noise_distribution
from embedlab.training.skipgram import softmax_objective
from embedlab.vectors import Embeddings, analogy, cosine, nearest, similarity_matrix
from embedlab.word2vec import skipgram_negative, skipgram_softmax
from embedlab.world import World, world

_SENTENCE = "trade law and the court berlin germany".split()


@cache
def _world() -> World:
    """Return the text on which the vectors of the package were trained."""
    return world(np.random.default_rng(learned.TRAINING_SEED), learned.N_SENTENCES)


@cache
def _counts() -> tuple[tuple[str, ...], Array]:
    """Return the words of the world and their counts in a window of 5."""
    vocabulary = build_vocabulary(_world().sentences, min_count=5)
    corpus = encode_sentences(_world().sentences, vocabulary.index)
    return vocabulary.words, cooccurrences(corpus, len(vocabulary), window=5).toarray()


def _context_cosines() -> dict[str, dict[str, float]]:
    """Return the cosines with court and law of the mean of every context of four words."""
    table = city_vectors()
    found = {}
    for i, target in enumerate(_SENTENCE):
        mean = context_mean(_SENTENCE, i, 2, table)
        if mean is not None and len(context(_SENTENCE, i, 2)) == 4:
            found[target] = {word: cosine(mean, table[word]) for word in ("court", "law")}
    return found


@claim("arithmetic")
def c300() -> Finding:
    """In the practice table Berlin and Madrid have cosine 24/√580 = 0.997."""
    table = city_vectors()
    berlin, madrid = table["berlin"], table["madrid"]
    return several(
        {
            "dot product": (float(berlin @ madrid), "24"),
            "product of the squared lengths": (float((berlin @ berlin) * (madrid @ madrid)), "580"),
            "cosine": (cosine(berlin, madrid), "0.997"),
        }
    )


@claim("arithmetic")
def c301() -> Finding:
    """In the practice table Berlin and Barcelona have cosine 26.4/27.585 = 0.957."""
    berlin, barcelona = city_vectors()["berlin"], city_vectors()["barcelona"]
    lengths = float(np.linalg.norm(berlin) * np.linalg.norm(barcelona))
    return several(
        {
            "dot product": (float(berlin @ barcelona), "26.4"),
            "cosine": (cosine(berlin, barcelona), "0.957"),
        },
        remark=f"product of the lengths {lengths:.4f}, of which the note cuts off the last digit",
    )


@claim("arithmetic")
def c302() -> Finding:
    """Berlin is more similar to Madrid than to Barcelona."""
    table = city_vectors()
    madrid, barcelona = (cosine(table["berlin"], table[name]) for name in ("madrid", "barcelona"))
    gaps = [
        float(np.linalg.norm(table["berlin"] - table[name])) for name in ("madrid", "barcelona")
    ]
    return judged(
        madrid > barcelona,
        computed=f"cosines {madrid:.3f} and {barcelona:.3f}; the distances agree: {gaps[0]:.2f} "
        f"and {gaps[1]:.2f}",
        correction="Barcelona is the more similar one.",
    )


@claim("arithmetic")
def c303() -> Finding:
    """In practice 8 a window of 2 gives the four context words that are to be averaged."""
    sizes = {word: len(context(_SENTENCE, i, 2)) for i, word in enumerate(_SENTENCE)}
    full = [word for word, n in sizes.items() if n == 4]
    return judged(
        len(full) == 1,
        bool(full),
        computed="number of context words of each target: "
        + ", ".join(f"{word} ({n})" for word, n in sizes.items()),
        correction=f"The exercise names no target, and {len(full)} of the {len(sizes)} words have "
        f"four context words: {', '.join(full)}. Near the ends of the sentence there are fewer.",
    )


@claim("arithmetic")
def c304() -> Finding:
    """Practice 8 has an answer: the mean of the context is nearer to one of court and law."""
    found = _context_cosines()
    nearer = {max(cosines, key=lambda word: cosines[word]) for cosines in found.values()}
    shown = "; ".join(
        f"{target}: law {cosines['law']:.3f}, court {cosines['court']:.3f}"
        for target, cosines in found.items()
    )
    best = [predict_center(_SENTENCE, _SENTENCE.index(word), 2, city_vectors()) for word in found]
    short = [
        max(("court", "law"), key=lambda word: cosine(mean, city_vectors()[word]))
        for i in range(len(_SENTENCE))
        if len(context(_SENTENCE, i, 2)) < 4
        and (mean := context_mean(_SENTENCE, i, 2, city_vectors())) is not None
    ]
    return judged(
        len(nearer) == 1,
        len(nearer) == 2,
        computed=f"cosines of the mean by target: {shown}. The answer is "
        f"{' or '.join(sorted(nearer))}; at the {len(short)} positions with a shorter context it "
        f"is {' or '.join(sorted(set(short)))} as well. Nearest in the whole table: "
        f"{', '.join(map(str, best))}",
        correction="It depends on the target, which the exercise does not name.",
    )


@claim("formula")
def c305() -> Finding:
    """A word used equally often with two groups of words, like current, lies between them."""
    vectors = learned.skip_gram()
    ambiguous = words_with_two_senses()
    topics = {
        word: [head.attributes["topic"] for head in heads() if head.word == word]
        for word in ambiguous
    }

    def near(word: str, topic: str) -> float:
        others = [
            vectors[other] / np.linalg.norm(vectors[other])
            for other in _world().groups[topic]
            if other in vectors and other != word and other not in ambiguous
        ]
        return cosine(vectors[word], np.mean(others, axis=0))

    to_first, to_second = np.array([[near(w, t) for t in topics[w]] for w in ambiguous]).T
    pure = [
        near(word, topic)
        for topic in {topic for pair in topics.values() for topic in pair}
        for word in _world().groups[topic]
        if word in vectors and word not in ambiguous
    ]
    uneven = float(np.abs(to_first - to_second).max())
    table = city_vectors()
    at = ambiguous.index("current")
    return judged(
        uneven < 0.1 and max(*to_first, *to_second) < np.median(pure),
        computed=f"skip-gram on the world, {len(ambiguous)} words with two equally frequent "
        f"senses, cosines with the means of the two groups: current {to_first[at]:.1f} (river) "
        f"and {to_second[at]:.1f} (electricity); none differs by more than 0.1. Words of one group "
        f"have {np.median(pure):.1f} with their own. The practice table is no example: it has no "
        f"words of time, and current is stream there (cosine "
        f"{cosine(table['current'], table['stream']):.3f})",
        correction="The vector lies nearer to one of the groups.",
    )


@claim("arithmetic")
def c306() -> Finding:
    """An exercise asks for the means of the sentences S1 and S2 and their cosine."""
    mean = mean_vector(_SENTENCE, city_vectors())
    return unverifiable(
        "The set-up is missing from the note, so S2 is unknown. If S1 is the sentence of practice "
        f"8, its mean is ({mean[0]:.2f}, {mean[1]:.2f})."
    )


@claim("arithmetic")
def c307() -> Finding:
    """In the practice table berlin − germany + spain is nearest to madrid."""
    table = city_vectors()
    point = table["berlin"] - table["germany"] + table["spain"]
    found = analogy(table, "berlin", "germany", "spain", 2, exclude_inputs=False)
    return judged(
        found[0][0] == "madrid",
        computed=f"({point[0]:.1f}, {point[1]:.1f}): {found[0][0]} {found[0][1]:.5f}, then "
        f"{found[1][0]} {found[1][1]:.3f}, even with the three words of the question allowed",
        correction=f"It is nearest to {found[0][0]}.",
    )


@claim("formula")
def c308() -> Finding:
    """With k negative samples an update costs O(k) instead of O(V)."""
    rng = np.random.default_rng(0)
    rows = {}
    for V in (100, 1_000, 10_000):
        center, outputs = rng.normal(size=20), rng.normal(size=(V, 20))
        full = skipgram_softmax(center, outputs, 0)[2]
        rows[V] = [int(np.abs(full).any(axis=1).sum())]
        for k in (5, 20):
            drawn = np.concatenate([[0], rng.integers(V, size=k)])
            rows[V].append(len(skipgram_negative(center, outputs[drawn])[2]))
    shown = "; ".join(f"V = {V:,}: {a:,}, {b} and {c}" for V, (a, b, c) in rows.items())
    return judged(
        all(row == [V, 6, 21] for V, row in rows.items()),
        computed=f"output vectors that one pair moves with the full softmax, k = 5 and k = 20: "
        f"{shown}. It is k + 1 products, which is O(k) for k ≥ 1",
        correction="The number of moved vectors depends on V.",
    )


@claim("formula")
def c309() -> Finding:
    """Skip-gram maximizes Σ log P(context | center)."""
    _, X = _counts()
    P = X / X.sum(axis=1, keepdims=True)
    noise = noise_distribution(build_vocabulary(_world().sentences, min_count=5).counts)
    k, met = 5, X > 0
    with np.errstate(divide="ignore"):
        # The optimum of negative sampling; where nothing meets the scores are -∞.
        scores = np.log(P / (k * noise))
    reached = (X[met] * np.log(softmax(np.maximum(scores, -50), axis=1)[met])).sum() / X.sum()
    best = (X[met] * np.log(P[met])).sum() / X.sum()
    # With the identity as input vectors any table of scores is possible.
    with np.errstate(divide="ignore"):
        ideal = np.stack([np.eye(len(P)), np.maximum(np.log(P), -50).T])
    loss, gradient = softmax_objective(X)(ideal)
    return judged(
        bool(np.isclose(loss, -best)) and float(np.abs(gradient[1]).max()) < 1e-9,
        computed=f"counts of the world, window 5, enough dimensions for any scores: where the "
        f"scores are log P, skip-gram with the full softmax has no slope left and a loss of "
        f"{loss:.2f} nats per pair, which is −Σ log P per pair. Negative sampling replaces this "
        f"objective; its optimum, read as a softmax, has {-reached:.2f} (k = {k})",
        correction="Its optimum is another one.",
        source="Mikolov et al. 2013, arXiv:1310.4546, eq. 1",
    )


@claim("historical")
def c310() -> Finding:
    """WordSim-353 and the Google and MSR analogies measure how good cosine neighborhoods are."""
    vectors = learned.skip_gram()
    rng = np.random.default_rng(0)
    jitter = 1e-3 * rng.normal(size=vectors.matrix.shape).astype(np.float32)
    twins = Embeddings(
        (*vectors.words, *(f"{word}-twin" for word in vectors.words)),
        np.vstack([vectors.matrix, vectors.matrix + jitter]),
    )
    pairs, questions = _world().similarities, _world().analogies
    rank = {table: word_similarity(table, pairs).correlation for table in (vectors, twins)}
    right = {table: analogy_accuracy(table, questions).accuracy for table in (vectors, twins)}
    spoiled = np.mean([nearest(twins, word, 1)[0][0].endswith("-twin") for word in vectors.words])
    return judged(
        rank[twins] < 0.9 * rank[vectors] and right[twins] < 0.9 * right[vectors],
        right[twins] < 0.9 * right[vectors],
        computed=f"skip-gram on the world, and a copy where a meaningless twin beside each word is "
        f"the nearest neighbor of {spoiled:.0%} of the words: rank correlation with the true "
        f"similarities {rank[vectors]:.2f} and {rank[twins]:.2f}, analogies right "
        f"{right[vectors]:.0%} and about {round(right[twins], 1):.0%}",
        correction="Analogies search the neighborhood of A − B + C. WordSim-353 does not: it "
        "compares the order of the cosines of 353 given pairs with that of ratings, and no other "
        "word is looked at. Its raters judged relatedness, not only similarity.",
        source="Finkelstein et al. 2002, WordSimilarity-353: gabrilovich.com/resources/data/"
        "wordsim353; Mikolov, Yih and Zweig 2013, NAACL (MSR)",
    )


@claim("opinion")
def c311() -> Finding:
    """Where the length of vectors reflects frequency, cosine is to be preferred to distance."""
    words, X = _counts()
    kinds = {word: kind for kind, group in _world().groups.items() for word in group}
    rows = [i for i, word in enumerate(words) if word in kinds]
    labels = np.array([kinds[words[i]] for i in rows])
    rng = np.random.default_rng(0)
    even = X[rows]
    # The same words, each seen in another part of the text: their meaning does not change.
    uneven = rng.binomial(even.astype(np.int64), rng.uniform(0.02, 1, (len(rows), 1))).astype(float)
    shares = {}
    for name, table in {"even": even, "uneven": uneven}.items():
        squares = (table**2).sum(axis=1)
        distances = squares[:, np.newaxis] + squares - 2 * table @ table.T
        for how, scores in {"cosine": similarity_matrix(table), "distance": -distances}.items():
            np.fill_diagonal(scores, -np.inf)
            shares[name, how] = float((labels[scores.argmax(axis=1)] == labels).mean())
    return judged(
        shares["uneven", "cosine"] > shares["uneven", "distance"],
        shares["even", "cosine"] > shares["even", "distance"],
        computed=f"count vectors of {len(rows)} words of the world, each seen a different number "
        f"of times: the nearest neighbor is of the same kind for {shares['uneven', 'cosine']:.0%} "
        f"by cosine, {shares['uneven', 'distance']:.0%} by distance. Where all words are about "
        f"equally frequent, {shares['even', 'cosine']:.0%} and {shares['even', 'distance']:.0%}: "
        "there length is no nuisance",
        correction="Distance finds the better neighbors here.",
    )
