"""The claims of chapter 2 about means of word vectors as vectors of sentences."""

import math

import numpy as np

from embedlab.claims.dense_spaces import (
    REAL,
    bound,
    compressed,
    pair_cosine,
    real,
    skip_gram,
    truth,
)
from embedlab.claims.findings import Finding, claim, judged
from embedlab.sentences import STOPWORDS, idf_table, mean_vector, sentence_similarity
from embedlab.sentences import sentence_vector as weighted_mean
from embedlab.vectors import Embeddings, cosine, similarity_matrix


@claim("formula")
def c068() -> Finding:
    """A sentence's vector is the mean of its words' vectors, or their mean weighted by tf-idf."""
    idf = idf_table(truth().sentences)
    worst = repeated = 0.0
    for sentence in truth().sentences[:300]:
        words = [word for word in sentence if word in compressed()]
        table = np.array([compressed()[word] for word in words], dtype=np.float64)
        weights = np.array([idf[word] for word in words])
        by_hand = weights @ table / weights.sum()
        worst = max(worst, np.abs(by_hand - weighted_mean(words, compressed(), idf)).max())
        worst = max(worst, np.abs(table.mean(axis=0) - mean_vector(words, compressed())).max())
        twice = weights * [words.count(word) for word in words]
        repeated = max(repeated, 1 - cosine(twice @ table, by_hand))
    return judged(
        worst < 1e-6,
        computed=f"both formulas on 300 sentences against the package: largest difference "
        f"below {bound(worst)}. The sum over the tokens takes idf as the weight; with tf · idf it "
        f"would count a repeated word twice over (cosine with the right vector down to "
        f"{1 - repeated:.2f})",
        correction="The package's means differ from the formulas.",
    )


@claim("formula")
def c069() -> Finding:
    """To compare two sentences, give the words that occur in both a lower weight, as idf does."""
    pair = [
        ["the", "king", "lost", "his", "crown", "in", "the", "palace"],
        ["the", "king", "found", "his", "crown", "in", "the", "palace"],
    ]
    words = dict.fromkeys(pair[0] + pair[1])
    classic = {word: math.log(2 / sum(word in s for s in pair)) for word in words}
    smooth, wide = idf_table(pair), idf_table(truth().sentences)
    unseen = [word for word in words if classic[word] == 0]
    seen = {
        name: sentence_similarity(pair[0], pair[1], compressed(), weights)
        for name, weights in (("pair", classic), ("corpus", wide))
    }
    lowered = smooth["king"] < smooth["lost"] and wide["the"] < wide["crown"]
    return judged(
        lowered and not unseen,
        lowered,
        computed=f"two sentences that differ in one verb; idf of these two alone: ln(2/2) = 0 for "
        f"{len(unseen)} of {len(words)} words, smoothed {smooth['king']:.0f} against "
        f"{smooth['lost']:.2f}; similarity {seen['pair']:.2f}, from the one verb that differs. idf "
        f"of 30,000 sentences: the {wide['the']:.1f}, crown {wide['crown']:.1f}, similarity "
        f"{seen['corpus']:.2f}",
        correction="idf has to come from many documents. Taken from the two sentences alone it "
        "takes away what they have in common, and that is just what a comparison needs.",
    )


@claim("empirical")
def c070() -> Finding:
    """A mean of Word2Vec vectors ignores order and senses, and function words dominate it."""
    one, two = ["many", "dogs", "eat", "meat"], ["meat", "eat", "many", "dogs"]
    order = sentence_similarity(one, two, skip_gram(), {})
    sentences = truth().sentences[:500]
    n_shared, own = _function_words(sentences, skip_gram())
    _, real_share = _function_words(sentences, real())
    means = [
        np.array([mean_vector(s, skip_gram(), left) for s in sentences]) for left in ((), STOPWORDS)
    ]
    bank = [pair_cosine(skip_gram(), f"bank {word}") for word in ("treasury", "stream")]
    upper = np.triu_indices(len(sentences), 1)
    with_them, without = (float(similarity_matrix(rows)[upper].mean()) for rows in means)
    return judged(
        order > 1 - 1e-9 and own > 0.5,
        order > 1 - 1e-9,
        computed=f"same words in another order: cosine {order:.3f}; the one vector of bank has "
        f"{bank[0]:.2f} with treasury and {bank[1]:.2f} with stream; 500 sentences of the "
        f"artificial world: function words are {n_shared:.0%} of the tokens and {own:.0%} of the "
        f"mean's length (with {REAL}: {real_share:.0%}); mean cosine of two sentences "
        f"{with_them:.2f} with them, {without:.2f} without",
        correction="Order and senses are lost. Whether function words dominate depends on the "
        f"vectors: they make {own:.0%} of the mean in one case and {real_share:.0%} in the other. "
        "They make all sentences more alike.",
    )


def _function_words(sentences: list[list[str]], vectors: Embeddings) -> tuple[float, float]:
    """Return the share of function words among the tokens, and in the length of the mean."""
    among, within = [], []
    for sentence in sentences:
        words = [word for word in sentence if word in vectors]
        total = np.sum([vectors[word] for word in words], axis=0)
        part = np.sum([(word in STOPWORDS) * vectors[word] for word in words], axis=0)
        among.append(np.mean([word in STOPWORDS for word in words]))
        within.append(part @ total / (total @ total))
    return float(np.mean(among)), float(np.mean(within))
