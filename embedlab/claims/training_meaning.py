"""The claims of chapter 8 about what vectors mean at which epoch."""

from functools import cache
from math import ceil, exp, log, sqrt

import numpy as np

from embedlab.claims.findings import Finding, claim, judged
from embedlab.claims.training_runs import (
    CONSTANT,
    DECAY,
    FIRST_ANALOGIES,
    FIRST_LOSS,
    FIRST_SIMILARITY,
    LARGE,
    LOSS_AT_50,
    NEGATIVES,
    RUNS,
    SECOND_ANALOGIES,
    SECOND_SIMILARITY,
    SEEN,
    SPARE,
    WINDOW,
    analogy_share,
    at_least,
    at_most,
    cosines_among,
    in_tens,
    neighbor_agreement,
    neighbors_of_group,
    recorded_run,
    short_run,
    similarity_correlation,
    tenth,
)
from embedlab.corpus import encode_sentences
from embedlab.counts import cooccurrences
from embedlab.evaluation import cluster_purity
from embedlab.numerics import IntArray
from embedlab.stopwords import STOPWORDS
from embedlab.text import build_vocabulary, noise_distribution
from embedlab.training import negative_objective
from embedlab.vectors import Embeddings, similarity_matrix
from embedlab.word2vec import skipgram_negative


@claim("arithmetic")
def c242() -> Finding:
    """At epoch 20 analogy accuracy is 48% (first table) and 40% (second table)."""
    first, second = FIRST_ANALOGIES[20], SECOND_ANALOGIES[20]
    runs = {name: analogy_share(name, 20) for name in RUNS}
    # Both numbers have their chance, so the variances of the two add up.
    chance = 1.96 * sqrt((first * (1 - first) + second * (1 - second)) / 19_544)
    return judged(
        first == second,
        abs(first - second) <= chance,
        computed=f"{first:.0%} and {second:.0%} for the same epoch; measured at epoch 20 on the "
        f"world: {LARGE} have over {int(runs[LARGE] / runs['1,000 sentences'])} times the accuracy "
        "of 1,000",
        correction="One run has one accuracy at one epoch. Chance does not explain the difference: "
        f"with the 19,544 questions of the usual test it makes {100 * chance:.1f} points. Runs "
        "differ by far more, so a number without its text and settings says little.",
    )


@claim("arithmetic")
def c243() -> Finding:
    """At epoch 20 similarity is 0.72 (correlation) and 0.5 (semantic similarity)."""
    name = "1,000 sentences"
    related = [(a, b) for a, b, score in recorded_run(name).truth.similarities if score >= 0.5]
    vectors = recorded_run(name).inputs[1]
    cosine = np.mean([cosines_among(vectors, pair)[0, 1] for pair in related])
    return judged(
        FIRST_SIMILARITY[20] == SECOND_SIMILARITY[20],
        abs(float(cosine) - similarity_correlation(name, 1)) > 0.2,
        computed="two quantities can differ that much: after the first epoch on 1,000 sentences "
        f"the mean cosine of related words is {cosine:.2f}, the rank correlation with the truth "
        f"{similarity_correlation(name, 1):.1f}",
        correction="Only if they are two quantities: a rank correlation with human scores, and, "
        "say, a mean cosine of related words, which the slide does not define. Read as one, they "
        f"contradict each other: the first table has passed {SECOND_SIMILARITY[20]} by epoch 10 "
        f"({FIRST_SIMILARITY[10]}).",
    )


def _first_epoch(name: str, least: float) -> int:
    """Return the first epoch seen with at least this share of the analogies right."""
    return next(epoch for epoch in SEEN if analogy_share(name, epoch) >= least)


@claim("empirical")
def c247() -> Finding:
    """Analogies start to work at epochs 10–20, at 20–60, and at 100, on three slides."""
    stated = {"10–20": (10, 20), "20–60": (20, 60), "100": (100, 100)}
    first, last = max(low for low, _ in stated.values()), min(high for _, high in stated.values())
    starts = {name: _first_epoch(name, 0.25) for name in RUNS}
    agreed = [first <= epoch <= last for epoch in starts.values()]
    return judged(
        all(agreed),
        any(agreed),
        computed="a quarter of the analogies is right first at epoch "
        + "; ".join(f"{epoch} ({name})" for name, epoch in starts.items())
        + f", of those looked at; the deck's table has {FIRST_ANALOGIES[10]:.0%} at epoch 10",
        correction="The three slides exclude each other, and no epoch is right for all texts: what "
        "counts is the number of pairs seen. Nor is there a moment at which analogies "
        "begin: their share grows step by step.",
    )


@claim("empirical")
def c248() -> Finding:
    """At epoch 0 vectors are random, at 10 clusters form, at 50 groups, at 100 analogies work.

    The figure gives the loss at epoch 50 as 2.07.
    """
    formula = FIRST_LOSS[0] * exp(-DECAY * 20)
    neighbors = {epoch: [neighbors_of_group(name, epoch) for name in RUNS] for epoch in (0, 10, 50)}
    analogies = {epoch: [analogy_share(name, epoch) for name in RUNS] for epoch in (10, 100)}
    early = min(neighbors[10]) > 0.8 and max(neighbors[0]) < 0.2
    growth = min(late / soon for soon, late in zip(analogies[10], analogies[100], strict=True))
    is_ordered = early and growth > 1.5
    grown = max(after - before for before, after in zip(neighbors[10], neighbors[50], strict=True))
    return judged(
        is_ordered and formula >= LOSS_AT_50 and grown > 0.1,
        is_ordered,
        computed="three runs on the world: of a word's five nearest the same group have "
        f"{max(neighbors[0]):.0%} at epoch 0, {at_least(min(neighbors[10]))} at 10 and "
        f"{at_least(min(neighbors[50]))} at 50; analogies right at "
        f"epoch 10, at least, {in_tens(analogies[10])}, at 100 in each run over "
        f"{int(2 * growth) / 2:.1f} times as many",
        correction="The order is right, clusters before analogies; the epochs are not. Groups are "
        "there by epoch 10 and hardly change after. The loss of "
        f"{LOSS_AT_50} could follow the table's {FIRST_LOSS[20]} at epoch 20, but not the deck's "
        f"formula, which is at {formula:.2f} by then and falls further.",
    )


@claim("formula")
def c249() -> Finding:
    """In epochs 20–60 a static model begins to tell the senses of ambiguous words apart."""
    run = recorded_run(LARGE)
    topics_of: dict[str, set[str]] = {}
    for sentence, position, topic in run.truth.senses:
        topics_of.setdefault(run.truth.sentences[sentence][position], set()).add(topic)
    all_topics = set().union(*topics_of.values())
    weaker: dict[int, list[float]] = {}
    for epoch in (20, 60):
        vectors, found = run.inputs[epoch], []
        for word, own in topics_of.items():
            means = {
                topic: np.mean(cosines_among(vectors, [word, *run.truth.groups[topic]])[0, 1:])
                for topic in all_topics
            }
            others = np.mean([means[topic] for topic in all_topics - own])
            found.append(float(min(means[topic] for topic in own) - others))
        weaker[epoch] = found
    n_mixed = {epoch: sum(gap > 0.1 for gap in gaps) for epoch, gaps in weaker.items()}
    return judged(
        n_mixed[60] < n_mixed[20] / 2,
        n_mixed[60] < n_mixed[20],
        computed=f"world, {len(topics_of)} words with two senses ({', '.join(sorted(topics_of))}): "
        f"near the words of both senses at epoch 20 {n_mixed[20]} of them, at epoch 60 "
        f"{n_mixed[60]}; even the weaker sense has a cosine "
        f"at least {tenth(min(weaker[60]))} above that of other topics",
        correction="It cannot: the model has one row for a word, whatever the epoch, so "
        "all its occurrences get the same vector, a mixture of its senses. That takes vectors "
        "that depend on the sentence, or a row for each sense.",
    )


@cache
def _gradients(name: str) -> dict[int, tuple[float, float]]:
    """Return by epoch the norm of the mean gradient, and the typical one of a single pair."""
    run = recorded_run(name)
    words = build_vocabulary(run.truth.sentences, min_count=1)
    corpus = encode_sentences(run.truth.sentences, words.index)
    counts = cooccurrences(corpus, len(words), window=WINDOW)
    noise, pairs = noise_distribution(words.counts), counts.tocoo()
    objective = negative_objective(counts, noise, n_negatives=NEGATIVES)
    rng = np.random.default_rng(0)
    drawn = rng.choice(len(pairs.data), 200, p=pairs.data / pairs.data.sum())
    negatives = rng.choice(len(words), (200, NEGATIVES), p=noise)
    norms = {}
    for epoch in (0, 20, 40, 60, 80, 100):
        inputs = run.inputs[epoch].matrix.astype(np.float64)
        outputs = run.outputs[epoch].astype(np.float64)
        mean = float(np.linalg.norm(objective(np.stack([inputs, outputs]))[1]))
        squares = []
        for place, others in zip(drawn, negatives, strict=True):
            center, rows = inputs[pairs.row[place]], outputs[[pairs.col[place], *others]]
            _, d_center, d_outputs = skipgram_negative(center, rows)
            squares.append(float((d_center**2).sum() + (d_outputs**2).sum()))
        norms[epoch] = mean, sqrt(float(np.mean(squares)))
    return norms


@claim("empirical")
def c250() -> Finding:
    """The gradient's norm is about 1 in epochs 20–60, and below 0.1 after epoch 60."""
    norms = {name: np.array([*_gradients(name).values()]).T for name in (LARGE, CONSTANT)}
    middle = {name: both[:, 1:4].mean(axis=1) for name, both in norms.items()}
    late = {name: both[:, 4:].mean(axis=1) for name, both in norms.items()}
    fits = [0.5 <= middle[name][i] <= 2 and late[name][i] < 0.1 for name in norms for i in range(2)]
    return judged(
        all(fits),
        any(fits),
        computed="world, 4,000 sentences, epochs 20–60 and after 60: mean gradient over all pairs "
        f"about {middle[LARGE][0]:.1f} and {'below' if late[LARGE][0] < 0.1 else 'above'} 0.1, "
        "at a constant learning rate "
        f"{'below' if late[CONSTANT][0] < 0.1 else 'above'} 0.1 to the end; a single pair about "
        f"{middle[LARGE][1]:.0f} and {late[LARGE][1]:.0f}; before training the mean gradient is "
        f"{norms[LARGE][0, 0]:.3f}",
        correction="No reading gives both. A norm has a scale: mean, sum or single pair. The mean "
        "gradient is below 1 all along and shrinks only because the learning rate does; a "
        "single pair's stays large to the end, since a word has many contexts and each pulls "
        "its own way. And O(1) says that a quantity is bounded, not that it is near 1.",
    )


def _ranks_of_twins(epoch: int) -> float:
    """Return the median place of a rare word's frequent twin among its neighbors."""
    run = recorded_run(LARGE)
    vectors = run.inputs[epoch]
    cosines = similarity_matrix(vectors.matrix)
    places = []
    for word, twin in run.truth.rare.items():
        row = cosines[vectors.index[word]]
        # The word itself is always ahead of its twin.
        places.append(int((row > row[vectors.index[twin]]).sum()))
    return float(np.median(places))


@claim("empirical")
def c252() -> Finding:
    """90% of performance comes from the first 60 epochs; after that mainly rare words gain."""
    shares = {name: analogy_share(name, 60) / analogy_share(name, 100) for name in RUNS}
    quick = {
        name: similarity_correlation(name, 10) / similarity_correlation(name, 100) for name in RUNS
    }
    ranks = {epoch: _ranks_of_twins(epoch) for epoch in (0, 20, 60, 100)}
    rare_later = log(ranks[60] / ranks[100]) / log(ranks[0] / ranks[100])
    return judged(
        min(*shares.values(), *quick.values()) >= 0.9 and rare_later > 0.2,
        max(shares.values()) >= 0.9,
        computed="of what the analogies reach after 100 epochs they have at 60: "
        f"{at_least(min(shares.values()))} in three runs; of the similarity correlation at epoch "
        f"10 already {10 * int(10 * min(quick.values()))}%; a rare word's frequent twin is its "
        f"neighbor number {ranks[0]:.0f} at the start, {'below' if ranks[20] < 15 else 'above'} "
        f"15 at epoch 20, {'below' if ranks[60] < 5 else 'above'} 5 at 60",
        correction="Roughly, for analogies in runs of 100 epochs; other scores are there far "
        "earlier, and an epoch of a larger text counts for more. word2vec's own default is "
        "5 epochs. Rare words gain as early as others here: "
        f"at most {20 * ceil(5 * rare_later)}% of their way is left after epoch 60.",
        source="word2vec.c of github.com/tmikolov/word2vec (iter = 5)",
    )


def _mean_cosine(embeddings: Embeddings, some: slice) -> float:
    """Return the mean cosine of all pairs of some words."""
    cosines = cosines_among(embeddings, embeddings.words[some])
    return float(cosines[~np.eye(len(cosines), dtype=bool)].mean())


@claim("empirical")
def c253() -> Finding:
    """In epochs 0–5 the 100 most frequent words separate, and function from content words."""
    vectors = {name: recorded_run(name).inputs[5] for name in ("1,000 sentences", LARGE)}
    vectors["docstrings of NumPy"] = short_run("docstrings", "negative")[1]
    function: dict[str, tuple[float, float]] = {}
    top: dict[str, tuple[float, float]] = {}
    for name, embeddings in vectors.items():
        words = embeddings.words[:500]
        cosines = cosines_among(embeddings, words)
        is_function = np.array([int(word in STOPWORDS) for word in words])
        is_top: IntArray = (np.arange(len(words)) < 100).astype(np.int64)
        for found, labels in ((function, is_function), (top, is_top)):
            found[name] = neighbor_agreement(cosines, labels, 1), float(labels.mean())
    every, real = [*function.values(), *top.values()], "docstrings of NumPy"
    mean_cosines = {
        epoch: [
            _mean_cosine(recorded_run("1,000 sentences").inputs[epoch], some)
            for some in (slice(0, 100), slice(100, None))
        ]
        for epoch in (1, 3)
    }
    return judged(
        all(share > 0.5 for share, _ in every),
        all(share > chance for share, chance in every),
        computed="after epoch 5, neighbors of a function word that are function words: "
        f"docstrings of NumPy {at_least(function[real][0])} (chance {function[real][1]:.0%}), "
        f"worlds {at_most(max(function[name][0] for name in RUNS if name in function))} (chance "
        f"{function[LARGE][1]:.0%}); neighbors of the 100 most frequent that are among them: "
        f"{at_most(max(share for share, _ in top.values()))} (chance {top[real][1]:.0%}); "
        f"{'all' if all(share > chance for share, chance in every) else 'not all'} above chance",
        correction="A tendency, clearest in real text, and no separation: most neighbors are of "
        "the other kind. What is seen first is that all vectors lie in one direction, and that "
        "the frequent words spread from it first: 1,000 sentences, mean cosine among the 100 most "
        f"frequent {mean_cosines[1][0]:.1f} at epoch 1 and {mean_cosines[3][0]:.1f} at epoch 3, "
        f"among the others {mean_cosines[1][1]:.1f} and {mean_cosines[3][1]:.1f}.",
    )


@claim("empirical")
def c254() -> Finding:
    """A t-SNE picture is a cloud at epoch 1, blobs at 5, clear clusters at 10, fine at 20."""
    seen = {
        name: [neighbors_of_group(name, epoch) for epoch in (1, 5, 10, 20)]
        for name in ("1,000 sentences", LARGE)
    }
    fits = [
        shares[0] < 0.3 and shares[1] < shares[2] and shares[3] > 0.8 for shares in seen.values()
    ]
    return judged(
        all(fits),
        any(fits),
        computed="what such a picture draws, the neighbors: share of the five nearest in the "
        "word's own group, about that at epoch 1 and at least that at 5, 10 and 20: "
        + "; ".join(
            f"{name} {10 * round(10 * shares[0])}%, {in_tens(shares[1:])}"
            for name, shares in seen.items()
        ),
        correction="For one size of text. Four times the text has its clusters after the first "
        "epoch: count the pairs seen, not the epochs. Between epochs 5 and 20 little is "
        "left to see.",
    )


@claim("empirical")
def x801() -> Finding:
    """The deck says that the direction of the updates changes often in early training."""
    turns: dict[str, list[float]] = {}
    for name in ("1,000 sentences", LARGE):
        points = [
            recorded_run(name).inputs[epoch].matrix.ravel() for epoch in (0, 1, 2, 3, 40, 41, 42)
        ]
        steps = np.diff(np.stack(points).astype(np.float64), axis=0)
        cosines = similarity_matrix(steps)
        turns[name] = [float(cosines[0, 1]), float(cosines[1, 2]), float(cosines[4, 5])]
    early = [cosine for both in turns.values() for cosine in both[:2]]
    late = [both[2] for both in turns.values()]
    return judged(
        max(early) < min(late),
        min(early) < max(late),
        computed="cosine of what all vectors did in one epoch with what they did in the next, two "
        f"runs: at least {tenth(min(early) - SPARE)} in epochs 1 to 3, "
        f"{'negative' if max(late) < 0 else 'positive'} in epochs 41 and 42",
        correction="The other way round. Early steps lead off the saddle, each in much the "
        "same direction as the one before; late ones go back and forth, because what is left is "
        "the noise of the samples.",
    )


@claim("empirical")
def x802() -> Finding:
    """The deck says that clusters are 60%, 80% and 85% pure at epochs 20, 40 and 60."""
    stated = {20: 0.6, 40: 0.8, 60: 0.85}
    purity = np.array(
        [
            [
                cluster_purity(
                    recorded_run(name).inputs[epoch],
                    recorded_run(name).truth.groups,
                    rng=np.random.default_rng(0),
                ).purity
                for epoch in (10, 20, 60)
            ]
            for name in RUNS
        ]
    )
    gain = float((purity[:, 2] - purity[:, 1]).mean())
    return judged(
        gain > (stated[60] - stated[20]) / 2 and float(purity[:, 0].min()) < stated[20],
        gain > (stated[60] - stated[20]) / 2,
        computed="k-means on the world's 17 groups, three runs: purity "
        f"{at_least(float(purity[:, 0].min()) - 0.05)} at epoch 10 already; from epoch 20 to 60 "
        f"the mean changes by {'less' if abs(gain) < 0.1 else 'more'} than 0.1",
        correction="Clusters are no late achievement: they are as pure at epoch 10 as at 60, up "
        "to the several points by which k-means varies. The deck contradicts itself, too: "
        "it has clear clusters at epoch 10 (C254).",
    )
