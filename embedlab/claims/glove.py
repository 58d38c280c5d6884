"""The claims of chapter 4 about GloVe: its counts, their ratios and its objective."""

from collections.abc import Iterable
from functools import cache

import numpy as np

from embedlab import glove, learned
from embedlab.claims.findings import (
    Fact,
    Finding,
    claim,
    compared,
    judged,
    recorded,
    several,
    typeset,
)
from embedlab.corpus import Corpus, encode_sentences
from embedlab.counts import cooccurrences, pmi, probability_ratios
from embedlab.evaluation import word_similarity
from embedlab.grammar import CUES
from embedlab.numerics import Array, log_sigmoid
from embedlab.text import Vocabulary, build_vocabulary, training_pairs
from embedlab.vectors import similarity_matrix
from embedlab.world import World, world

_PROGRAM = "the authors' program, github.com/stanfordnlp/GloVe"
_PAPER = "Pennington, Socher and Manning 2014, doi:10.3115/v1/D14-1162"
_TOY = ("river bank water", "bank money loan", "river water bank")
_TOY_WORDS = {word: i for i, word in enumerate("river bank money water loan".split())}


def _toy(window: int = 1) -> Array:
    """Return the counts (5, 5) of the study page's example."""
    corpus = encode_sentences([line.split() for line in _TOY], _TOY_WORDS)
    counts: Array = cooccurrences(corpus, len(_TOY_WORDS), window=window).toarray()
    return counts


def _together(first: str, second: str, window: int = 1) -> float:
    return float(_toy(window)[_TOY_WORDS[first], _TOY_WORDS[second]])


@cache
def _text() -> tuple[World, Vocabulary, Corpus]:
    """Return 20,000 sentences of the artificial world, also as numbers."""
    drawn = world(np.random.default_rng(0), 20_000)
    vocabulary = build_vocabulary(drawn.sentences, min_count=5)
    return drawn, vocabulary, encode_sentences(drawn.sentences, vocabulary.index)


@cache
def _counts(*, shuffled: bool = False) -> Array:
    """Return the counts of a window of 10, of the world or of its tokens in random order."""
    _, vocabulary, corpus = _text()
    if shuffled:
        ids = np.random.default_rng(1).permutation(corpus.ids)
        corpus = Corpus(ids, corpus.sentence_of)
    counts: Array = cooccurrences(corpus, len(vocabulary), window=10).toarray()
    return counts


@cache
def _model() -> glove.GloVe:
    """Return GloVe of 20 dimensions, trained on the world."""
    _, vocabulary, corpus = _text()
    counts = cooccurrences(corpus, len(vocabulary), window=10, weighting="inverse")
    rng = np.random.default_rng(1)
    return glove.train(counts, vocabulary.words, rng=rng, n_dimensions=20, epochs=25, x_max=10)


def _correlation(first: Array, second: Array) -> float:
    return float(np.corrcoef(first, second)[0, 1])


@claim("formula")
def c123() -> Finding:
    """GloVe minimizes Σ f(X_ij) (w_i·w̃_j + b_i + b̃_j − log X_ij)², summed over all pairs."""
    rng = np.random.default_rng(0)
    w, c, b, bt = (rng.normal(size=shape) for shape in ((5, 3), (5, 3), 5, 5))
    X = _toy()
    met = X > 0
    scores = w @ c.T + b[:, np.newaxis] + bt
    written = (np.minimum(X[met] / 100, 1) ** 0.75 * (scores[met] - np.log(X[met])) ** 2).sum()
    cells = [(i, j) for i, j in np.argwhere(met)]
    ours = sum(glove.cell_loss(w[i], c[j], b[i], bt[j], X[i, j])[0] for i, j in cells)
    near_zero = [float(glove.weight(x)) * np.log(x) ** 2 for x in (1e-4, 1e-8, 1e-16)]
    shown = ", ".join(typeset(f"{value:.0e}") for value in near_zero)
    return judged(
        bool(np.isclose(written, ours)) and near_zero[-1] < 1e-9,
        computed=f"study page's five words: {ours:.4f}, whether written out or added up from the "
        f"cells. {int((~met).sum())} of 25 cells are 0, where log X is not defined; f·log² X "
        f"tends to 0 there ({shown} at X = 10⁻⁴, 10⁻⁸, 10⁻¹⁶), so they count as 0 and are left out",
        correction="The cells do not add up to the formula, or those without a count matter.",
        source=f"{_PROGRAM}, glove.c (which reports half of the sum)",
    )


@claim("formula")
def c124() -> Finding:
    """f(x) is (x/x_max)^α below x_max and 1 from there on; usual are α = 0.75 and x_max = 100."""
    x = np.concatenate([np.linspace(0, 99.9, 1000), [100, 100.1, 1e6]])
    printed = np.where(x < 100, (x / 100) ** 0.75, 1.0)
    shown = ", ".join(f"f({value}) = {float(glove.weight(value)):.3g}" for value in (1, 10, 100))
    return judged(
        bool(np.allclose(glove.weight(x), printed)),
        computed=f"{shown}; continuous at 100. The program's own demonstration takes x_max = 10 "
        "for the first 100 million characters of Wikipedia",
        correction="The weights of the released program differ.",
        source=f"{_PROGRAM}, glove.c and demo.sh",
    )


@claim("formula")
def c125() -> Finding:
    """The ratio P(k|i) / P(k|j) = (X_ik/X_i) / (X_jk/X_j) says which of two words k belongs to."""
    drawn, vocabulary, _ = _text()
    cues = {
        gender: [vocabulary.index[word] for word in _words(CUES[gender].values())]
        for gender in ("male", "female")
    }
    pairs = _gender_pairs(drawn)
    right = {}
    for shuffled in (False, True):
        sides = []
        for man, woman in pairs:
            ratios = probability_ratios(
                _counts(shuffled=shuffled), vocabulary.index[man], vocabulary.index[woman]
            )
            sides += [*(ratios[cues["male"]] > 1), *(ratios[cues["female"]] < 1)]
        right[shuffled] = float(np.mean(sides))
    return judged(
        right[False] > 0.95 > right[True],
        computed=f"world, {len(pairs)} pairs such as king and queen, words that go with one "
        f"gender (his, necklace): {right[False]:.0%} of the ratios lie on the right side of 1; "
        f"with the tokens shuffled {right[True]:.0%}",
        correction="The ratios do not tell the words apart.",
        source=f"{_PAPER}, Table 1",
    )


def _words(texts: Iterable[str]) -> list[str]:
    return " ".join(texts).replace("|", " ").split()


def _gender_pairs(drawn: World) -> list[tuple[str, str]]:
    """Return king and queen, man and woman, and so on."""
    forms: dict[tuple[str, str], dict[str, str]] = {}
    for word, values in drawn.attributes.items():
        if values["kind"] == "person" and "gender" in values:
            key = values["age"], values["status"]
            forms.setdefault(key, {})[values["gender"]] = word
    return [(form["male"], form["female"]) for form in forms.values() if len(form) == 2]


@claim("formula")
def c126() -> Finding:
    """The ratio P(j|i) / P(k|i), two contexts of one word, cancels how frequent words are."""
    _, vocabulary, _ = _text()
    # No word means anything here, so a ratio that cancels frequency must be near 1.
    P = _counts(shuffled=True) / _counts(shuffled=True).sum(axis=1, keepdims=True)
    frequency = np.log(vocabulary.counts)
    first, second, third = np.random.default_rng(2).integers(100, size=(3, 4000))
    use = (P[first, second] > 0) & (P[first, third] > 0) & (P[second, third] > 0)
    use &= (first != second) & (second != third) & (first != third)
    i, j, k = first[use], second[use], third[use]
    page = _correlation(np.log(P[i, j] / P[i, k]), frequency[j] - frequency[k])
    paper = _correlation(np.log(P[i, k] / P[j, k]), frequency[k])
    return judged(
        abs(page) < 0.3,
        computed=f"world with shuffled tokens, so that no word has a meaning, {use.sum():,} "
        f"triples of frequent words: log P(j|i)/P(k|i) correlates {page:.2f} with the log of "
        f"how much more frequent j is than k; log P(k|i)/P(k|j) correlates "
        f"{abs(round(paper, 1)):.1f} with the frequency of k",
        correction="The indices are in the wrong place. P(j|i)/P(k|i) cancels only the frequency "
        "of i; what is left is P(j)/P(k) times the exponential of a difference of PMIs. GloVe's "
        "ratio has one context and two words, P(k|i)/P(k|j): there P(k) cancels.",
        source=f"{_PAPER}, Table 1",
    )


@claim("formula")
def c127() -> Finding:
    """The vector that GloVe gives a word is the sum w + w̃ of its two vectors."""
    fact = Fact("w + w̃, without the biases", f"{_PROGRAM}, glove.c: -model 2, the default")
    return recorded("w + w̃, without the biases", fact)


@claim("formula")
def c128() -> Finding:
    """Words that occur together often, such as cat and purr, get vectors close to each other."""
    drawn, vocabulary, _ = _text()
    model = _model()
    above = np.triu_indices(len(vocabulary), 1)
    X, cosines = _counts()[above], similarity_matrix(model.embeddings.matrix)
    crossed = (model.word_vectors @ model.context_vectors.T)[above]
    most = np.argsort(-X, kind="stable")[:1000]
    ids = [
        [vocabulary.index[w] for w in group if w in vocabulary] for group in drawn.groups.values()
    ]
    alike = [cosines[i, j] for g in ids for i in g for j in g if i < j and _counts()[i, j] == 0]
    upper = cosines[above]
    together, meeting, never = (float(upper[use].mean()) for use in (most, X > 0, X == 0))
    dot, dot_meeting, dot_never = (float(crossed[use].mean()) for use in (most, X > 0, X == 0))
    at = vocabulary.index
    pairs = {other: (at["king"], at[other]) for other in ("queen", "throne")}
    n_met = {other: int(_counts()[pair]) for other, pair in pairs.items()}
    return judged(
        together > float(np.mean(alike)),
        dot > dot_never and together > never,
        computed=f"GloVe on the world, mean cosines: all pairs that meet {meeting:.2f}, the 1,000 "
        f"that meet most often {together:.2f}, all pairs that never meet {never:.2f}, but "
        f"{len(alike):,} pairs of one kind that never meet {np.mean(alike):.2f}. King and queen "
        f"meet {n_met['queen']} times: over {int(10 * cosines[pairs['queen']]) / 10}; king and "
        f"throne {n_met['throne']} times: {cosines[pairs['throne']]:.1f}. Mean w·w̃: "
        f"{dot_meeting:.1f} for pairs that meet, {dot:.1f} for the 1,000, {dot_never:.1f} for "
        "pairs that never do",
        correction="Often so, since words that meet share contexts too. But what is fitted to "
        "log X is the product of the word vector of cat and the context vector of purr. The "
        "vectors of two words come close when they occur with the same other words, even if they "
        "never meet.",
    )


@claim("arithmetic")
def c129() -> Finding:
    """In river bank water, bank money loan, river water bank, window 1: river–bank occurs once."""
    return compared(_together("river", "bank"), "1")


@claim("arithmetic")
def c130() -> Finding:
    """In the same three sentences bank and water are neighbors twice."""
    return compared(_together("bank", "water"), "2")


@claim("arithmetic")
def c131() -> Finding:
    """In the same three sentences bank–money and money–loan are neighbors once each."""
    return several(
        {
            "bank–money": (_together("bank", "money"), "1"),
            "money–loan": (_together("money", "loan"), "1"),
        }
    )


@claim("arithmetic")
def c132() -> Finding:
    """In the same three sentences river and water are neighbors twice."""
    return compared(
        _together("river", "water"),
        "2",
        correction="They are neighbors in the third sentence only. No window gives the page's "
        f"table: at window 2 river–water is {_together('river', 'water', 2):.0f}, but then "
        f"river–bank is {_together('river', 'bank', 2):.0f} too, not 1.",
    )


@claim("arithmetic")
def c133() -> Finding:
    """The row of bank adds up to 1 + 2 + 1 = 4."""
    return compared(float(_toy()[_TOY_WORDS["bank"]].sum()), "4")


@claim("formula")
def c134() -> Finding:
    """GloVe's biases take up how frequent a word is overall."""
    _, vocabulary, corpus = _text()
    counts = cooccurrences(corpus, len(vocabulary), window=10, weighting="inverse")
    totals = np.asarray(counts.sum(axis=1)).ravel()
    model = _model()
    slope = float(np.polyfit(np.log(totals), model.word_biases, 1)[0])
    lengths = np.linalg.norm(model.embeddings.matrix, axis=1)
    # Independent words: biases alone, with all vectors 0, fit log X exactly.
    independent = np.log(np.outer(totals, totals) / totals.sum())
    biases = np.log(totals) - np.log(totals.sum()) / 2
    miss = float(np.abs(biases[:, np.newaxis] + biases - independent).max())
    return judged(
        slope > 0.9,
        miss < 1e-9,
        computed=f"words that meet by chance alone: b = log X_i − ½ log X fits with all vectors 0. "
        f"Trained on the world: b correlates {_correlation(model.word_biases, np.log(totals)):.1f} "
        f"with log X_i but grows only by {slope:.1f} per unit; the length of w + w̃ correlates "
        f"{_correlation(lengths, np.log(totals)):.1f} with it",
        correction="They can, and for words without any meaning they could do all of it. In "
        "training the vectors take their part of the frequency as well, so frequent words get "
        "long vectors; how much is left to the biases depends on the optimizer.",
    )


@claim("arithmetic")
def c135() -> Finding:
    """The ratio P(solid|ice) / P(solid|steam) is 265/30, which is 8.9."""
    return compared(
        265 / 30,
        "8.9",
        correction=f"265/30 rounds to {265 / 30:.1f}. 8.9 is the ratio of the probabilities in "
        "GloVe's Table 1; the counts 265 and 30 are not from there.",
        source=f"{_PAPER}, Table 1",
    )


@claim("formula")
def c136() -> Finding:
    """The counts of solid near ice and steam have the ratio of P(solid|ice) and P(solid|steam)."""
    totals = _counts().sum(axis=1)
    i, j = np.random.default_rng(3).integers(len(totals), size=(2, 2000))
    factors = np.exp(np.abs(np.log(totals[j] / totals[i])))[i != j]
    equal = float((factors < 1.05).mean())
    return judged(
        bool((factors == 1).all()),
        bool((factors == 1).any()),
        computed=f"world, {len(factors):,} random pairs of words: ratio of counts and ratio of "
        f"probabilities differ by a factor of {np.median(factors):.1f} in the median and up to "
        f"{factors.max():,.0f}; {equal:.0%} of the pairs differ by less than 5%",
        correction="Only if both words have the same total: P(k|i)/P(k|j) = (X_ik/X_jk)·(X_j/X_i). "
        "For 265/30 to be the ratio of probabilities, ice and steam must have equal totals; in "
        f"GloVe's Table 1 the ratio of probabilities is 8.9, 265/30 is {265 / 30:.1f}.",
        source=f"{_PAPER}, Table 1",
    )


@claim("historical")
def c137() -> Finding:
    """GloVe was trained on counts of a window of 10 words."""
    fact = Fact("a symmetric window of 10 words", f"{_PAPER}, caption of Figure 4")
    return recorded("a symmetric window of 10 words", fact)


@claim("opinion")
def c142() -> Finding:
    """GloVe factorizes the log counts of the whole text, Word2Vec predicts local windows.

    Both learn geometric structure.
    """
    drawn, vocabulary, _ = _text()
    sentences = [
        [word for word in sentence if word in vocabulary] for sentence in drawn.sentences[:500]
    ]
    V, k = len(vocabulary), 5
    rng = np.random.default_rng(4)
    scores = rng.normal(size=(V, 10)) @ rng.normal(size=(10, V))
    noise = log_sigmoid(-scores).mean(axis=1)
    seen = [
        (vocabulary.index[center], vocabulary.index[near])
        for sentence in sentences
        for center, near in training_pairs(sentence, 5)
    ]
    by_window = sum(float(log_sigmoid(scores[i, j]) + k * noise[i]) for i, j in seen)
    X = cooccurrences(encode_sentences(sentences, vocabulary.index), V, window=5).toarray()
    by_count = float((X * (log_sigmoid(scores) + k * noise[:, np.newaxis])).sum())
    fitted = _explained()
    agreement = {
        "GloVe": word_similarity(_model().embeddings, drawn.similarities).correlation,
        "skip-gram": word_similarity(learned.skip_gram(), drawn.similarities).correlation,
    }
    return judged(
        fitted > 0.5 and min(agreement.values()) > 0.5,
        fitted > 0.5,
        computed=f"GloVe on the world: its scores explain {fitted:.0%} of the variance of log X "
        "(each cell weighted by f). Rank correlation of the cosines with the true similarities: "
        + ", ".join(f"{name} {value:.1f}" for name, value in agreement.items())
        + ". As ways to train the two differ, as objectives less: on 500 sentences the expected "
        f"loss of skip-gram with negative samples is {-by_window:,.0f} nats added up window by "
        f"window, and {-by_count:,.0f} from the table of counts alone",
        correction="One of the two does not fit what it is said to fit.",
        source=f"{_PAPER}, abstract; Levy and Goldberg 2014, Neural Word Embedding as Implicit "
        "Matrix Factorization, NeurIPS 27, abstract",
    )


def _explained() -> float:
    """Return the weighted share of the variance of log X that the model explains."""
    _, vocabulary, corpus = _text()
    X = cooccurrences(corpus, len(vocabulary), window=10, weighting="inverse").tocoo()
    model = _model()
    products = np.einsum("ij,ij->i", model.word_vectors[X.row], model.context_vectors[X.col])
    scores = products + model.word_biases[X.row] + model.context_biases[X.col]
    logs, weights = np.log(X.data), glove.weight(X.data, x_max=10)
    spread = weights @ (logs - np.average(logs, weights=weights)) ** 2
    return float(1 - weights @ (scores - logs) ** 2 / spread)


@claim("formula")
def x401() -> Finding:
    """The study page and the note say that X_ij counts how often j lies in the window of i."""
    _, vocabulary, corpus = _text()
    flat, weighted = (
        cooccurrences(corpus, len(vocabulary), window=10, weighting=how)
        for how in ("flat", "inverse")
    )
    near = [
        cooccurrences(corpus, len(vocabulary), window=1, weighting=how).sum()
        for how in ("flat", "inverse")
    ]
    return judged(
        bool(flat.sum() == weighted.sum()),
        bool(near[0] == near[1]),
        computed=f"world, window 10: {flat.sum():,.0f} pairs make counts of {weighted.sum():,.0f} "
        "in GloVe, which adds 1/d for a pair d words apart; at window 1 both are "
        f"{near[0]:,.0f}",
        correction="By definition, and at window 1. The released program adds 1/d for a neighbor d "
        "words away, so a near neighbor counts more than a far one and X_ij is no whole number.",
        source=f"{_PROGRAM}, cooccur.c",
    )


@claim("formula")
def x402() -> Finding:
    """The note says that a large ratio P(k|i) / P(k|j) shows that k goes strongly with i."""
    X = _counts()
    information, P = pmi(X), X / X.sum(axis=1, keepdims=True)
    n_large = n_repelled = 0
    for i, j in np.random.default_rng(5).integers(len(X), size=(3000, 2)):
        both = (X[i] > 0) & (X[j] > 0)
        large = both & (P[i] >= 5 * P[j])
        n_large += int(large.sum())
        n_repelled += int((large & (information[i] < 0)).sum())
    return judged(
        n_repelled == 0,
        n_repelled < n_large,
        computed=f"world: of {n_large:,} ratios of 5 and more, {n_repelled / n_large:.0%} belong "
        "to a k that meets i less often than chance would have it",
        correction="Mostly. The ratio only compares i with j: k can be rare near both, and rarer "
        "still near j. Whether k goes with i at all is what PMI says.",
    )
