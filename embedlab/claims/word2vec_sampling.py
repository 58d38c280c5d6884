"""The claims of chapter 3 on negative sampling, hierarchical softmax and information."""

from functools import cache

import numpy as np

from embedlab.claims.findings import Finding, claim, compared, judged, several
from embedlab.corpus import encode_sentences
from embedlab.counts import cooccurrences, entropy, mutual_information, pmi
from embedlab.gradcheck import GradientError, check_gradient
from embedlab.huffman import huffman_codes, mean_code_length
from embedlab.numerics import Array, log_sigmoid, sigmoid, softmax
from embedlab.optimizers import sgd
from embedlab.schedules import linear
from embedlab.text import build_vocabulary, noise_distribution
from embedlab.training.descent import by_adam, descend
from embedlab.training.skipgram import Objective, negative_objective, softmax_objective
from embedlab.word2vec import skipgram_hierarchical, skipgram_negative, skipgram_softmax
from embedlab.world import world

_NEGATIVE_SAMPLING = "Mikolov et al. 2013, arXiv:1310.4546, section 2.2"
_PROGRAM = "word2vec.c of github.com/tmikolov/word2vec"
_LEVY = "Levy and Goldberg 2014, Neural Word Embedding as Implicit Matrix Factorization, NIPS 27"


@cache
def _table() -> Array:
    """Return a table of counts (12, 12), symmetric and without zeros."""
    logarithms = np.random.default_rng(0).normal(scale=1.2, size=(12, 12))
    return np.asarray(np.ceil(20 * np.exp((logarithms + logarithms.T) / 2**0.5)))


def _lowest(objective: Objective, n_words: int, d: int) -> tuple[float, Array]:
    """Return the least loss that descent finds, and the scores (V, V) there."""
    start = np.random.default_rng(1).normal(scale=0.5, size=(2, n_words, d))
    found = descend(
        objective,
        start,
        by_adam,
        learning_rate=0.1,
        n_steps=1500,
        schedule=linear,
        n_reports=1,
    )
    inputs, outputs = found.parameters
    return float(found.loss[-1]), np.asarray(inputs @ outputs.T)


@cache
def _farthest_from_shifted_pmi(d: int, exponent: float, k: int) -> float:
    """Return how far SGNS's best scores are from PMI − log k, at the worst pair, in nats."""
    counts = _table()
    noise = noise_distribution(counts.sum(axis=0), exponent=exponent)
    objective = negative_objective(counts, noise, n_negatives=k)
    _, scores = _lowest(objective, len(counts), d)
    return float(np.abs(scores - (pmi(counts) - np.log(k))).max())


@cache
def _world_counts() -> Array:
    """Return how often words of the artificial world stand within five places, (V, V)."""
    sentences = world(np.random.default_rng(0), 10_000).sentences
    words = build_vocabulary(sentences)
    corpus = encode_sentences(sentences, words.index)
    return np.asarray(cooccurrences(corpus, len(words), window=5).toarray())


@claim("formula")
def c086() -> Finding:
    """Negative sampling maximizes log σ(score) of the pair plus k expectations of log σ(−score).

    The expectations run over noise words.
    """
    rng = np.random.default_rng(0)
    center, outputs = rng.normal(size=4), rng.normal(size=(20, 4))
    noise, k, n_draws = noise_distribution(rng.integers(1, 100, size=20)), 5, 4000
    scores = outputs @ center
    exact = float(log_sigmoid(scores[0]) + k * (noise @ log_sigmoid(-scores)))
    drawn = rng.choice(20, size=(n_draws, k), p=noise)
    values = np.array([-skipgram_negative(center, outputs[[0, *row]])[0] for row in drawn])
    error = float(values.std() / n_draws**0.5)
    return judged(
        abs(float(values.mean()) - exact) < 4 * error,
        computed=f"20 words, k = {k}: minus the formula is {-exact:.2f} nats; the loss of "
        f"{n_draws:,} steps with drawn noise words is {-values.mean():.2f} on average",
        correction="The average of the steps is not the formula.",
        source="Mikolov et al. 2013, arXiv:1310.4546, eq. 4",
    )


@claim("historical")
def c087() -> Finding:
    """Typically k is 5 to 20."""
    recommended = {"small": (5, 20), "large": (2, 5)}
    stated = (5, 20)
    return judged(
        all(span == stated for span in recommended.values()),
        any(span == stated for span in recommended.values()),
        computed="; ".join(f"{size} corpora {a} to {b}" for size, (a, b) in recommended.items())
        + "; the released program takes 5 and calls 3 to 10 common",
        correction=f"5 to 20 is the paper's advice for small training sets. For large ones it "
        f"found {recommended['large'][0]} to {recommended['large'][1]} enough.",
        source=f"{_NEGATIVE_SAMPLING}; {_PROGRAM}, version 0.1c, usage text of -negative",
    )


@claim("formula")
def c088() -> Finding:
    """Noise words are drawn with probability proportional to (share of all tokens)^(3/4)."""
    counts = np.array([10_000, 1_000, 100, 10, 1])
    shares = counts / counts.sum()
    printed = shares**0.75 / (shares**0.75).sum()
    ours = noise_distribution(counts)
    return judged(
        bool(np.allclose(ours, printed, rtol=1e-12)),
        computed=f"counts 10,000 … 1: the most frequent word is drawn {ours[0] / ours[-1]:,.0f} "
        f"times as often as the rarest, not {counts[0] / counts[-1]:,.0f} times",
        correction="The distribution is another one.",
        source=f"{_NEGATIVE_SAMPLING}; {_PROGRAM}, InitUnigramTable",
    )


def _one_step() -> tuple[Array, Array, Array]:
    """Return a center (d,), the outputs (1 + k, d) it meets, and the printed step times −1/η."""
    rng = np.random.default_rng(3)
    center, outputs = rng.normal(size=6), rng.normal(size=(6, 6))
    likely = sigmoid(outputs @ center)
    printed = (likely[0] - 1) * outputs[0] + likely[1:] @ outputs[1:]
    return center, outputs, printed


@claim("formula")
def c089() -> Finding:
    """A step changes v of the input word by −η [(σ(v′_O · v) − 1) v′_O + Σ σ(v′_i · v) v′_i]."""
    center, outputs, printed = _one_step()
    loss, d_center, _ = skipgram_negative(center, outputs)
    try:
        check_gradient(
            lambda v: skipgram_negative(v, outputs)[0],
            lambda v: skipgram_negative(v, outputs)[1],
            center,
            rng=np.random.default_rng(0),
        )
        is_slope = True
    except GradientError:
        is_slope = False
    after = skipgram_negative(sgd(center, printed, learning_rate=0.1), outputs)[0]
    return judged(
        is_slope and bool(np.allclose(printed, d_center)) and after < loss,
        computed=f"k = 5, random vectors: it is the slope by finite differences; with η = 0.1 the "
        f"loss falls from {loss:.3f} to {after:.3f}",
        correction="It is not the gradient.",
    )


@claim("formula")
def c090() -> Finding:
    """The short deck: that step changes v′ of the input word, with a prime, its output vector."""
    center, outputs, printed = _one_step()
    own_output = np.random.default_rng(4).normal(size=6)
    vocabulary = np.vstack([outputs, own_output])
    before = skipgram_negative(center, vocabulary[:6])[0]
    vocabulary[6] = sgd(own_output, printed, learning_rate=0.1)
    after = skipgram_negative(center, vocabulary[:6])[0]
    right = skipgram_negative(sgd(center, printed, learning_rate=0.1), outputs)[0]
    return judged(
        after < before,
        computed=f"loss of the pair {before:.3f}; after the step on v′ of the input word "
        f"{after:.3f}, after the step on v {right:.3f}",
        correction="The step belongs to the input vector v, without the prime. The input word's "
        "output vector does not even occur in the loss of this pair. The longer decks have it "
        "right.",
    )


@claim("formula")
def c091() -> Finding:
    """Negative sampling lowers the cost of a training example from O(W) to O(k + 1)."""
    k, size = 5, 50_000
    rng = np.random.default_rng(0)
    outputs = rng.normal(size=(size, 4))
    _, _, full = skipgram_softmax(rng.normal(size=4), outputs, 0)
    _, _, few = skipgram_negative(rng.normal(size=4), outputs[: k + 1])
    n_full, n_few = ((part != 0).any(axis=1).sum() for part in (full, few))
    return judged(
        n_full == size and n_few == k + 1,
        computed=f"W = {size:,}, k = {k}: {n_full:,} output vectors are scored and moved by the "
        f"softmax, {n_few} by negative sampling, {n_full / n_few:,.0f} times fewer",
        correction="The numbers of output vectors are others.",
    )


@claim("arithmetic")
def c094() -> Finding:
    """In the example σ(2.0) is 0.881, and its logarithm −0.127."""
    return several(
        {"σ": (float(sigmoid(2.0)), "0.881"), "log σ": (float(log_sigmoid(2.0)), "-0.127")}
    )


@claim("arithmetic")
def c095() -> Finding:
    """In the example σ(1.0) is 0.731, and its logarithm −0.314."""
    return several(
        {"σ": (float(sigmoid(1.0)), "0.731"), "log σ": (float(log_sigmoid(1.0)), "-0.314")},
        correction=f"Nor does the rounded 0.731 give it: its logarithm is −{-np.log(0.731):.4f}.",
    )


@claim("arithmetic")
def c096() -> Finding:
    """In the example σ(−0.5) is 0.378, and its logarithm −0.975."""
    return several(
        {"σ": (float(sigmoid(-0.5)), "0.378"), "log σ": (float(log_sigmoid(-0.5)), "-0.975")},
        correction=f"Nor does the rounded 0.378 give it: its logarithm is −{-np.log(0.378):.4f}.",
    )


@claim("arithmetic")
def c097() -> Finding:
    """The three terms of the negative-sampling example sum to −1.416."""
    terms = log_sigmoid(np.array([2.0, 1.0, -0.5]))
    return compared(
        float(terms.sum()),
        "-1.416",
        correction="The slip comes from two of the terms, −0.314 and −0.975, which are "
        f"−{-terms[1]:.3f} and −{-terms[2]:.3f}.",
    )


@claim("formula")
def c099() -> Finding:
    """Hierarchical softmax lowers the cost of a training step from O(V) to O(log V)."""
    means = {}
    for size in (100, 1_000, 10_000, 50_000):
        counts = 1e6 / np.arange(1, size + 1)
        means[size] = mean_code_length(huffman_codes(counts), counts)
    rng = np.random.default_rng(0)
    random_counts = [np.exp(rng.normal(scale=3, size=rng.integers(2, 200))) for _ in range(50)]
    tables = [*(1e6 / np.arange(1, size + 1) for size in (100, 1_000)), *random_counts]
    bounded = all(
        mean_code_length(huffman_codes(counts), counts) < np.log2(len(counts)) + 1
        for counts in tables
    )
    nodes = rng.normal(size=(5, 4))
    _, _, d_nodes = skipgram_hierarchical(rng.normal(size=4), nodes, np.array([0, 1, 1, 0, 1]))
    doubling = huffman_codes(2.0 ** np.arange(30))
    return judged(
        bounded
        and len(d_nodes) == 5
        and all(length < np.log2(size) + 1 for size, length in means.items()),
        computed="mean path of a Huffman tree where the r-th word has a count of 1/r: "
        + ", ".join(f"{length:.1f} nodes for V = {size:,}" for size, length in means.items())
        + "; always below log₂ V + 1. That is the mean: with 30 counts that double from word to "
        f"word the rarest has a path of {doubling.lengths.max()}",
        correction="The mean path is longer than log₂ V + 1.",
    )


@claim("formula")
def c100() -> Finding:
    """In the Huffman tree frequent words sit near the root and rare words have longer paths."""
    rng = np.random.default_rng(0)
    n_wrong = n_pairs = 0
    for _ in range(100):
        counts = np.ceil(np.exp(rng.normal(scale=2, size=60)))
        lengths = huffman_codes(counts).lengths
        more = counts[:, None] > counts[None, :]
        n_pairs += int(more.sum())
        n_wrong += int((more & (lengths[:, None] > lengths[None, :])).sum())
    zipf = huffman_codes(1e6 / np.arange(1, 10_001)).lengths
    flat = huffman_codes(np.arange(100, 164)).lengths
    return judged(
        n_wrong == 0 and zipf[0] < zipf[-1],
        computed=f"100 random tables: of {n_pairs:,} pairs of words with different counts "
        f"{n_wrong} have the longer path for the more frequent word; with 10,000 words of count "
        f"1/r the paths go from {zipf[0]} to {zipf[-1]} nodes. Counts within a factor of two, "
        f"100 to 163, give paths of {flat.min()} to {flat.max()}",
        correction="Some more frequent words have longer paths.",
    )


@claim("formula")
def c102() -> Finding:
    """Skip-gram with negative sampling is related to noise-contrastive estimation."""
    rng = np.random.default_rng(0)
    outputs, center, k = rng.normal(size=(30, 5)), rng.normal(size=5), 5
    scores = outputs @ center

    def contrastive(noise: Array, k: int) -> float:
        """Return NCE's expected loss of one pair: is it data, or one of k noise words?"""
        data = np.exp(scores) / (np.exp(scores) + k * noise)
        return float(-np.log(data[0]) - k * noise @ np.log(1 - data))

    def negative(values: Array, noise: Array, k: int) -> float:
        return float(-log_sigmoid(values[0]) - k * noise @ log_sigmoid(-values))

    noise, flat = noise_distribution(rng.integers(1, 99, size=30)), np.full(30, 1 / 30)
    shifted = negative(scores - np.log(k * noise), noise, k)
    same = abs(contrastive(flat, 30) - negative(scores, flat, 30))
    return judged(
        bool(np.isclose(contrastive(noise, k), shifted)) and same < 1e-9,
        computed=f"30 words, k = 5: NCE's loss {contrastive(noise, k):.4f} is that of negative "
        f"sampling with log(k P_noise) taken off each score, {shifted:.4f}; without that it is "
        f"{negative(scores, noise, k):.4f}. The two are equal only for uniform noise and k = V",
        correction="No such shift turns one loss into the other.",
        source="Dyer 2014, Notes on Noise Contrastive Estimation and Negative Sampling, "
        "arXiv:1410.8251",
    )


@claim("formula")
def c103() -> Finding:
    """Skip-gram with negative sampling factorizes shifted PMI: w · c ≈ PMI(w, c) − log k."""
    full = _farthest_from_shifted_pmi(12, 1.0, 5)
    narrow = _farthest_from_shifted_pmi(3, 1.0, 5)
    flattened = _farthest_from_shifted_pmi(12, 0.75, 5)
    counts = _world_counts()
    unseen = float((counts == 0).mean())
    return judged(
        max(full, narrow, flattened) < 0.01 and unseen == 0,
        full < 0.01,
        computed=f"12 words, k = 5, largest gap at the optimum: {full:.2f} nats with d = 12 "
        f"and unigram noise; {narrow:.1f} with d = 3; {flattened:.1f} with the usual noise, "
        f"exponent 3/4. In 10,000 sentences of the world {unseen:.0%} of all pairs never occur",
        correction="Exact if the vectors have as many dimensions as the matrix has rank, the noise "
        "is the contexts' own distribution, and every pair was seen. With other noise P_n the "
        "limit is log(P(c | w) / (k P_n(c))); with few dimensions it is a weighted compromise; "
        "for pairs never seen PMI is −∞, which no product of vectors reaches.",
        source=_LEVY,
    )


@claim("formula")
def c104() -> Finding:
    """PMI(w, c) = log p(w, c) / (p(w) p(c)) = log p(w | c) / p(w)."""
    counts = _table()
    joint = counts / counts.sum()
    of_word, of_context = joint.sum(axis=1, keepdims=True), joint.sum(axis=0, keepdims=True)
    first, second = np.log(joint / (of_word * of_context)), np.log(joint / of_context / of_word)
    worst = max(float(np.abs(form - pmi(counts)).max()) for form in (first, second))
    return judged(
        worst < 1e-12,
        computed=f"12 × 12 counts: both forms agree, from −{-first.min():.2f} to {first.max():.2f} "
        "nats; a pair never seen has −∞",
        correction="The two forms differ.",
    )


@claim("formula")
def c105() -> Finding:
    """The mutual information of words and contexts is Σ p(w, c) log p(w, c) / (p(w) p(c))."""
    counts = _table()
    joint = counts / counts.sum()
    of_word, of_context = joint.sum(axis=1), joint.sum(axis=0)
    printed = float((joint * np.log(joint / np.outer(of_word, of_context))).sum())
    by_entropies = entropy(of_word) + entropy(of_context) - entropy(joint.ravel())
    return judged(
        bool(np.isclose(printed, by_entropies))
        and bool(np.isclose(printed, mutual_information(counts))),
        computed=f"12 × 12 counts: {printed:.4f} nats, and H(W) + H(C) − H(W, C) = "
        f"{by_entropies:.4f}",
        correction="It differs from H(W) + H(C) − H(W, C).",
    )


@claim("formula")
def c106() -> Finding:
    """Embeddings maximize the mutual information I(W; C) between words and contexts."""
    counts = _table()
    total, of_contexts = mutual_information(counts), entropy(counts.sum(axis=0))
    objective = softmax_objective(counts)
    captured = {d: of_contexts - _lowest(objective, 12, d)[0] for d in (1, 3, 12)}
    reached = {d: bool(np.isclose(value, total, atol=1e-4)) for d, value in captured.items()}
    never_above = all(value <= total + 1e-6 for value in captured.values())
    return judged(
        not never_above,
        never_above and reached[12] and not reached[1],
        computed=f"12 words: the text has I(W; C) = {total:.2f} nats; H(C) minus the least loss of "
        "skip-gram with the full softmax is "
        + ", ".join(f"{value:.2f} with d = {d}" for d, value in captured.items()),
        correction="I(W; C) is a number of the text: training cannot change it. What skip-gram "
        "with the full softmax raises is a lower bound, H(C) − loss ≤ I(W; C), and it gets there "
        "only with enough dimensions. In that sense alone the claim is right.",
    )


@claim("opinion")
def c107() -> Finding:
    """The higher the entropy of the words, the more dimensions the embeddings need."""
    size = 50
    independent = np.full((size, size), 4.0)
    rng = np.random.default_rng(0)
    skewed = 1 / np.arange(1, size + 1) ** 2
    affinity = rng.uniform(0.5, 2.0, size=(size, size))
    tied = 1e6 * np.outer(skewed, skewed) * (affinity + affinity.T)
    measured = {
        name: (
            entropy(counts.sum(axis=1)),
            int(np.linalg.matrix_rank(pmi(counts), tol=1e-9)),
        )
        for name, counts in {"A": independent, "B": tied}.items()
    }
    (high, few), (low, many) = measured["A"], measured["B"]
    return judged(
        (high > low) == (few > many),
        computed=f"A: {size} equally frequent words, contexts independent of them: entropy "
        f"{high:.2f} nats, PMI of rank {few}. B: {size} words of very unequal frequency, each "
        f"pair with its own affinity: entropy {low:.2f}, rank {many}",
        correction="Entropy measures how many words there are and how evenly they are used; the "
        "dimensions needed depend on how many independent patterns the co-occurrences have. "
        f"A needs {few} dimensions, "
        f"B, with less entropy, up to {many}. How many pay off also depends on the noise in "
        "the counts.",
        source="Yin and Shen 2018, On the Dimensionality of Word Embedding, arXiv:1812.04224",
    )


@claim("arithmetic")
def c315() -> Finding:
    """The worked example of negative sampling uses k = 2 negatives, child and table."""
    center = np.array([1.0])
    outputs = np.array([[2.0], [-1.0], [0.5]])
    loss, _, _ = skipgram_negative(center, outputs)
    n_negatives = len(outputs) - 1
    return judged(
        n_negatives == 2 and bool(np.isclose(-loss, log_sigmoid([2.0, 1.0, -0.5]).sum())),
        computed=f"one positive score and {n_negatives} negative ones: {len(outputs)} terms, in "
        f"sum −{loss:.3f}",
        correction=f"The example has {n_negatives} negatives.",
    )


@claim("formula")
def x303() -> Finding:
    """The study page: negative sampling stands in for the softmax's denominator with few draws."""
    counts = _world_counts()
    rows = counts[counts.sum(axis=1) > 0]
    shares = rows / rows.sum(axis=1, keepdims=True)
    agreement = {}
    for exponent in (0.75, 0.0):
        noise = noise_distribution(counts.sum(axis=0), exponent=exponent)
        # The best scores are log(P(c | w) / (k P_n(c))); a constant k drops out of the softmax.
        with np.errstate(divide="ignore"):
            model = softmax(np.log(shares) - np.log(noise))
        agreement[exponent] = float((model.argmax(axis=1) == shares.argmax(axis=1)).mean())
    return judged(
        agreement[0.75] > 0.99,
        agreement[0.0] > 0.99,
        computed="world, 10,000 sentences: the context word of the highest ideal score is the most "
        f"probable one for {agreement[0.75]:.0%} of the words with the usual noise, for "
        f"{agreement[0.0]:.0%} with uniform noise",
        correction="It is another objective, not an estimate of the softmax: its best score is "
        "log(P(c | w) / (k P_n(c))), so frequent context words are held down. Only with uniform "
        "noise are the scores those of the softmax, up to a constant.",
        source=_LEVY,
    )
