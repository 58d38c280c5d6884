"""The claims of chapter 3 on windows, the objective, the softmax and the network."""

from functools import cache
from itertools import pairwise

import numpy as np

from embedlab.claims.findings import Finding, claim, compared, judged, several, unverifiable
from embedlab.corpus import Corpus
from embedlab.counts import cooccurrences
from embedlab.numerics import Array, log_sigmoid, softmax
from embedlab.onehot import one_hot
from embedlab.text import build_vocabulary, context, n_training_pairs, tokenize, training_pairs
from embedlab.training.skipgram import softmax_objective
from embedlab.word2vec import cbow_softmax, skipgram_negative, skipgram_softmax

# The deck's sentence: nine tokens, eight words, because "the" occurs twice.
_FOX = tokenize("The quick brown fox jumps over the lazy dog")
_WORDS = build_vocabulary([_FOX])
_PRINTED_PAIRS = {1: 16, 2: 30, 3: 42, 5: 60}


@cache
def _tables(seed: int = 0, n_words: int = len(_WORDS), d: int = 4) -> Array:
    """Return random input and output vectors (2, V, d)."""
    return np.random.default_rng(seed).normal(size=(2, n_words, d))


def _fox_counts(window: int) -> Array:
    """Return the pairs of the deck's sentence, (V, V)."""
    ids = np.array([_WORDS.index[token] for token in _FOX])
    corpus = Corpus(ids, np.zeros(len(ids), dtype=np.int64))
    return np.asarray(cooccurrences(corpus, len(_WORDS), window=window).toarray())


def _fox_loss(inputs: Array, outputs: Array, window: int) -> float:
    """Return J: the losses of all pairs, position by position, divided by the T positions."""
    losses = [
        skipgram_softmax(inputs[_WORDS.index[center]], outputs, _WORDS.index[near])[0]
        for center, near in training_pairs(_FOX, window)
    ]
    return sum(losses) / len(_FOX)


def _fox_slopes(word: str, window: int) -> tuple[Array, Array, Array]:
    """Return a word's gradient of J by finite differences, exactly, and by the deck's formula."""
    inputs, outputs = _tables()
    row, step = _WORDS.index[word], 1e-5
    differences = np.zeros(inputs.shape[1])
    for i in range(len(differences)):
        moved = np.zeros_like(inputs)
        moved[row, i] = step
        up = _fox_loss(inputs + moved, outputs, window)
        differences[i] = (up - _fox_loss(inputs - moved, outputs, window)) / (2 * step)
    # With the term j = 0, for one position t, and without the factor 1/T.
    t = _FOX.index(word)
    printed = sum(
        skipgram_softmax(inputs[row], outputs, _WORDS.index[near])[1]
        for near in [*context(_FOX, t, window), word]
    )
    pairs = _fox_counts(window)
    _, gradient = softmax_objective(pairs)(_tables())
    return differences, gradient[0, row] * pairs.sum() / len(_FOX), np.asarray(printed)


def _pairs_finding(window: int, printed: str) -> Finding:
    listed, counted = len(training_pairs(_FOX, window)), n_training_pairs(len(_FOX), window)
    return compared(listed if listed == counted else np.nan, printed, unit=" pairs")


@claim("arithmetic")
def c071() -> Finding:
    """A sentence of nine words has 16 pairs of center and context in a window of ±1."""
    return _pairs_finding(1, "16")


@claim("arithmetic")
def c072() -> Finding:
    """A sentence of nine words has 30 pairs of center and context in a window of ±2."""
    return _pairs_finding(2, "30")


@claim("arithmetic")
def c073() -> Finding:
    """A sentence of nine words has 42 pairs of center and context in a window of ±3."""
    return _pairs_finding(3, "42")


@claim("arithmetic")
def c074() -> Finding:
    """A sentence of nine words has 60 pairs of center and context in a window of ±5."""
    return _pairs_finding(5, "60")


@claim("formula")
def c075() -> Finding:
    """A sentence of n words has Σ min(2w, n − 1) pairs in a window of ±w, summed over its words."""
    n = len(_FOX)
    by_formula = {window: n * min(2 * window, n - 1) for window in _PRINTED_PAIRS}
    exact = {window: n_training_pairs(n, window) for window in _PRINTED_PAIRS}
    right = [w for w in range(1, 20) if n * min(2 * w, n - 1) == n_training_pairs(n, w)]
    closed = all(
        n_training_pairs(m, w) == w * (2 * m - w - 1) for m in range(2, 30) for w in range(1, m)
    )
    return judged(
        by_formula == exact,
        any(by_formula[window] == exact[window] for window in _PRINTED_PAIRS),
        computed=f"n = 9, w = 1, 2, 3, 5: the formula gives {list(by_formula.values())}, counting "
        f"gives {list(exact.values())}",
        correction="Words near the ends of a sentence have fewer neighbors. "
        + ("Exact for w < n: w (2n − w − 1). " if closed else "")
        + f"The printed formula is right only once the window holds the whole sentence, here from "
        f"w = {right[0]} on, and contradicts all four totals in the figure above it.",
    )


@claim("arithmetic")
def c077() -> Finding:
    """A larger window gives more pairs, so training takes longer."""
    n = len(_FOX)
    totals = [n_training_pairs(n, window) for window in range(1, 12)]
    growing = [later > earlier for earlier, later in pairwise(totals)]
    return judged(
        all(growing[: n - 2]) and not any(growing[n - 2 :]),
        computed=f"nine words, w = 1 … 11: {', '.join(map(str, totals))} pairs; every pair is "
        f"scored, until at w = {n - 1} the window holds the sentence",
        correction="The number of pairs does not grow with the window.",
    )


@claim("formula")
def c078() -> Finding:
    """Skip-gram maximizes Σ log P(w at t + j | w at t) over all t and all j from −c to c."""
    n_terms = sum(len(context(_FOX, t, 2)) + 1 for t in range(len(_FOX)))
    n_pairs = n_training_pairs(len(_FOX), 2)
    return judged(
        n_terms == n_pairs,
        computed=f"nine words, c = 2: the sum has {n_terms} terms, the figure counts {n_pairs} "
        "pairs",
        correction=f"j = 0 has to be left out. As printed every word must predict itself as well, "
        f"{n_terms - n_pairs} terms too many here; the slide with the full derivation has j ≠ 0.",
    )


@claim("formula")
def c079() -> Finding:
    """Skip-gram's loss is J = −(1/T) Σ Σ log p(w at t + j | w at t), over t and over j ≠ 0."""
    inputs, outputs = _tables()
    pairs = _fox_counts(2)
    by_counts = softmax_objective(pairs)(_tables())[0] * pairs.sum() / len(_FOX)
    by_formula = _fox_loss(inputs, outputs, 2)
    untrained = _fox_loss(inputs, np.zeros_like(outputs), 2)
    return judged(
        bool(np.isclose(by_formula, by_counts, rtol=1e-12)),
        computed=f"deck's sentence, c = 2, random vectors: summed over positions {by_formula:.4f}, "
        f"from the matrix of counts {by_counts:.4f} nats per position; with outputs 0 it is "
        f"30/9 · ln 8 = {untrained:.4f}",
        correction="The sum over positions differs from the sum over pairs.",
        source="Mikolov et al. 2013, arXiv:1310.4546, eq. 1",
    )


@claim("formula")
def c080() -> Finding:
    """The probability of an output word is exp of its score, divided by the sum over all words."""
    worst = 0.0
    for seed in range(50):
        inputs, outputs = _tables(seed)
        weights = np.exp(outputs @ inputs[0])
        losses = [skipgram_softmax(inputs[0], outputs, word)[0] for word in range(len(outputs))]
        worst = max(worst, float(np.abs(np.exp(-np.array(losses)) - weights / weights.sum()).max()))
    return judged(
        worst < 1e-12,
        computed="50 random tables of 8 words: the formula is the exp of minus the loss, and the "
        f"probabilities sum to {float(softmax(outputs @ inputs[0]).sum()):.6f}",
        correction="The formula is not the exp of minus the loss.",
        source="Mikolov et al. 2013, arXiv:1310.4546, eq. 2",
    )


@claim("formula")
def c081() -> Finding:
    """The short deck: the softmax divides by the sum over w of exp(v′ of the target · v)."""
    inputs, outputs = _tables()
    scores = outputs @ inputs[0]
    printed = np.exp(scores) / (len(scores) * np.exp(scores))
    right = softmax(scores)
    return judged(
        bool(np.allclose(printed, right)),
        computed=f"8 words with random vectors: as printed every word has {printed[0]:.3f}; the "
        f"softmax gives {right.min():.3f} to {right.max():.3f}",
        correction="The summand must contain the running word w, not the target w_O. As printed "
        f"all terms are equal and every probability is 1/W = {printed.max():.3f}, whatever the "
        "vectors. The longer decks print it correctly.",
    )


@claim("formula")
def c082() -> Finding:
    """The architecture figure: P(w_c | w_t) is exp(v_c v_t) over the sum of exp(v_w v_t)."""
    inputs, outputs = _tables()
    two_tables = np.exp(outputs @ inputs[0]) / np.exp(outputs @ inputs[0]).sum()
    losses = [skipgram_softmax(inputs[0], outputs, word)[0] for word in range(len(outputs))]
    n_itself = 0
    for seed in range(1000):
        units = _tables(seed)[0]
        units = units / np.linalg.norm(units, axis=1, keepdims=True)
        n_itself += int((units @ units[0]).argmax() == 0)
    return judged(
        n_itself == 0,
        bool(np.allclose(two_tables, np.exp(-np.array(losses)))),
        computed="with v_c and v_w from W′ and v_t from W it is the softmax; with one table of "
        f"unit vectors the center itself is the likeliest context word in {n_itself:,} of 1,000 "
        "random tables",
        correction="v_c and v_w must be output vectors, columns of W′, and v_t a row of W. Read "
        "with one letter for one table, a word of unit length would predict itself above all, "
        "though words rarely stand beside themselves.",
    )


@claim("formula")
def c083() -> Finding:
    """With W of shape V × D and W′ of shape D × V, P = softmax(W′ᵀ W x) for a one-hot x.

    The figure's steps are W times x, then W′ times the embedding.
    """
    V, d = 8, 4
    W, W_out, x = _tables()[0], _tables()[1].T, one_hot(2, V)

    def shape(*factors: Array) -> str:
        try:
            result = factors[-1]
            for factor in factors[-2::-1]:
                result = factor @ result
        except ValueError:
            return "undefined"
        return f"{len(result)} numbers"

    steps = {
        "W x": shape(W, x),
        "W′ᵀ W x": shape(W_out.T, W, x),
        "W′ times embedding": shape(W_out, W[2]),
        "W′ᵀ Wᵀ x": shape(W_out.T, W.T, x),
    }
    right = np.allclose(W_out.T @ W.T @ x, W_out.T @ W[2])
    return judged(
        "undefined" not in list(steps.values())[:3],
        computed=f"V = {V}, D = {d}: "
        + "; ".join(f"{product} {size}" for product, size in steps.items()),
        correction="Both factors must be transposed: softmax(W′ᵀ Wᵀ x)."
        + (" Wᵀ x is the row of W that x selects, and W′ᵀ times it the scores." if right else "")
        + " The formula transposes W′ only, the figure's steps neither.",
    )


@claim("formula")
def c084() -> Finding:
    """∂J/∂v of the input word is Σ over j from −c to c of (Σ p(w | w_I) v′_w − v′ at t + j)."""
    differences, exact, printed = _fox_slopes("brown", 2)
    of_the = _fox_slopes("the", 2)
    ratio = float(np.linalg.norm(printed) / np.linalg.norm(exact))
    is_exact = np.allclose(differences, exact, atol=1e-7) and np.allclose(
        of_the[0], of_the[1], atol=1e-7
    )
    return judged(
        bool(np.allclose(differences, printed, atol=1e-7)),
        computed=f"deck's sentence, c = 2, random vectors: the printed gradient of brown is "
        f"{ratio:.1f} times as long as the measured one",
        correction="Three corrections: j = 0 does not belong to the sum, the factor 1/T of J is "
        'missing, and all positions t where the word occurs have to be summed (the word "the" has '
        "two)." + (" So corrected it agrees with finite differences." if is_exact else ""),
    )


@claim("formula")
def c085() -> Finding:
    """The full softmax costs O(W) for each word, with W words in the vocabulary."""
    moved = {}
    for size in (10, 100, 1000, 10_000):
        inputs, outputs = _tables(1, size)
        _, _, d_outputs = skipgram_softmax(inputs[0], outputs, 3)
        moved[size] = int((d_outputs != 0).any(axis=1).sum())
    return judged(
        all(size == n for size, n in moved.items()),
        computed="output vectors that one pair scores and moves: "
        + ", ".join(f"{n:,} of {size:,}" for size, n in moved.items()),
        correction="Not every output vector is needed.",
    )


@claim("arithmetic")
def c092() -> Finding:
    """Scores 0.5, 0.4 and 0.1 have the exponentials 1.649, 1.492 and 1.105, in sum 4.246."""
    outputs = np.array([[0.5, 0.1], [0.4, 0.2], [0.1, 0.0]])
    exponentials = np.exp(outputs @ np.array([1.0, 0.0]))
    return several(
        {
            "king": (exponentials[0], "1.649"),
            "queen": (exponentials[1], "1.492"),
            "child": (exponentials[2], "1.105"),
            "sum": (exponentials.sum(), "4.246"),
        }
    )


@claim("arithmetic")
def c093() -> Finding:
    """In that example P(queen | king) is 0.35, and its logarithm −1.05."""
    outputs = np.array([[0.5, 0.1], [0.4, 0.2], [0.1, 0.0]])
    loss, _, _ = skipgram_softmax(np.array([1.0, 0.0]), outputs, 1)
    return several({"P": (float(np.exp(-loss)), "0.35"), "log P": (-loss, "-1.05")})


@claim("arithmetic")
def c108() -> Finding:
    """With a window of ±2, sat in "The cat sat on the" has the context The, cat, on, the."""
    found = context("The cat sat on the".split(), 2, 2)
    return judged(
        found == ["The", "cat", "on", "the"],
        computed=f"{', '.join(found)}: one example for CBOW, {len(found)} for skip-gram",
        correction=f"The context is {', '.join(found)}.",
    )


@claim("formula")
def c113() -> Finding:
    """CBOW averages the vectors of the context words and maximizes log P(center | average)."""
    worst = 0.0
    for seed in range(50):
        inputs, outputs = _tables(seed)
        loss, d_contexts, _ = cbow_softmax(inputs[1:5], outputs, 0)
        direct = -np.log(softmax(outputs @ inputs[1:5].mean(axis=0))[0])
        spread = float(np.ptp(d_contexts, axis=0).max())
        worst = max(worst, abs(loss - float(direct)), spread)
    return judged(
        worst < 1e-12,
        computed="50 random tables, four context words: the loss is −log P of the softmax at the "
        "mean, and all four words get the same gradient, a quarter of the mean's. So in the paper; "
        "the first version of the released program adds the vectors up and does not divide",
        correction="The loss is not that of the mean.",
        source="Mikolov et al. 2013, arXiv:1301.3781, section 3.1; word2vec.c of "
        "github.com/tmikolov/word2vec, version 0.1b",
    )


@claim("arithmetic")
def c114() -> Finding:
    """The architecture figure: ten input units, four hidden units, ten output units."""
    inputs, outputs = _tables(0, 10, 4)
    scores = outputs @ (one_hot(2, 10) @ inputs)
    return judged(
        len(scores) == 10 and inputs.size == outputs.size == 40,
        computed=f"W is 10 × 4 and W′ 4 × 10, in all {inputs.size + outputs.size} weights; a "
        f"one-hot of 10 gives 4 hidden values and {len(scores)} scores. The deck's sentence has "
        f"only {len(_WORDS)} words, and the forward pass two slides later has {len(_WORDS)} units",
        correction="The shapes do not fit.",
    )


@claim("arithmetic")
def c115() -> Finding:
    """In a window of ±2 brown is paired with The, quick, fox and jumps."""
    found = context("The quick brown fox jumps over the lazy dog".split(), 2, 2)
    return judged(
        found == ["The", "quick", "fox", "jumps"],
        computed=", ".join(found),
        correction=f"The context is {', '.join(found)}.",
    )


@claim("arithmetic")
def c116() -> Finding:
    """The forward pass gives four context words the probabilities 0.019, 0.019, 0.138 and 0.012."""
    printed = np.array([0.019, 0.019, 0.138, 0.012])
    top = 0.7  # The highest mark of the axis of probabilities.
    apart = float(np.log(top / printed.min()))
    return unverifiable(
        "The figure prints the embedding but not W′, so the probabilities cannot be recomputed.",
        computed=f"the four sum to {printed.sum():.3f}, so the other four of the eight words share "
        f"{1 - printed.sum():.3f}; 0.012 and a bar at {top} need scores {apart:.2f} apart, about "
        "the length of the axis of scores, from −1 to 3",
    )


@claim("formula")
def c117() -> Finding:
    """The gradient of a positive sample is (y_i − 1) v_j, that of a negative one y_i v_j."""
    inputs, outputs = _tables()
    center = inputs[0]
    _, _, by_softmax = skipgram_softmax(center, outputs, 2)
    predicted = softmax(outputs @ center)
    label = (np.arange(len(outputs)) == 2).astype(float)
    _, _, by_negative = skipgram_negative(center, outputs[[2, 4, 5]])
    likely = np.exp(log_sigmoid(outputs[[2, 4, 5]] @ center))

    def fits(y: Array, is_positive: Array, gradient: Array) -> bool:
        return bool(np.allclose(np.outer(y - is_positive, center), gradient))

    first = np.array([1.0, 0.0, 0.0])
    as_prediction = fits(predicted, label, by_softmax) and fits(likely, first, by_negative)
    as_label = fits(label, label, by_softmax)
    return judged(
        as_prediction and as_label,
        as_prediction,
        computed="8 words, random vectors, against the exact gradients: right with y the predicted "
        f"probability and v_j the center's input vector; with y the label every gradient is "
        f"{np.abs(np.outer(label - label, center)).max():.0f}",
        correction="y must be the prediction ŷ (softmax or sigmoid), not the label, for which the "
        "letter usually stands. The result is the gradient of output vector i, and v_j the "
        "center's vector. The center's own gradient is a sum: Σ (ŷ_i − y_i) v′_i.",
    )


@claim("formula")
def c119() -> Finding:
    """The hidden layer is linear: multiplying a one-hot vector by W looks up a row of W."""
    inputs, _ = _tables()
    rows = np.array([one_hot(word, len(inputs)) @ inputs for word in range(len(inputs))])
    return judged(
        np.array_equal(rows, inputs),
        computed=f"{len(inputs)} one-hot vectors times W differ from its rows in "
        f"{int((rows != inputs).sum())} numbers",
        correction="The product is not a row of W.",
    )
