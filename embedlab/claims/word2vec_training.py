"""The claims of chapter 3 that a trained model decides, and those about the study page's listing.

The models are trained on ``embedlab.world``, where it is known which words belong together.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np

from embedlab.blocks import expected_weights
from embedlab.claims.findings import Finding, claim, judged, typeset
from embedlab.corpus import encode_sentences
from embedlab.counts import cooccurrences, entropy, mutual_information
from embedlab.datasets import toy_corpus
from embedlab.evaluation import word_similarity
from embedlab.numerics import Array
from embedlab.onehot import one_hot
from embedlab.passes import starting_vectors
from embedlab.prediction import predict_center
from embedlab.runs import Plan, rate_at
from embedlab.text import (
    build_vocabulary,
    context,
    keep_probabilities,
    noise_distribution,
    subsample,
    training_pairs,
)
from embedlab.vectors import Embeddings, nearest, similarity_matrix
from embedlab.word2vec import Word2Vec, skipgram_negative, skipgram_softmax, train
from embedlab.word2vec.training import Architecture
from embedlab.world import World, world

_SENTENCES = 10_000
_WINDOW, _NEGATIVES = 5, 5
_SAMPLE = 1e-3  # The usual threshold of subsampling.
_GENSIM = "gensim 4.4.0, documentation of models.word2vec.Word2Vec"
_PROJECT_PAGE = "Mikolov et al. 2013, project page of word2vec, code.google.com/archive/p/word2vec"
_PROGRAM = "word2vec.c of github.com/tmikolov/word2vec"


@cache
def _world() -> World:
    return world(np.random.default_rng(0), _SENTENCES)


@cache
def _model(architecture: Architecture) -> Word2Vec:
    """Return a model of the world, trained for 20 epochs on all tokens."""
    return _trained(_world().sentences, 0, architecture=architecture, epochs=20)


def _trained(
    sentences: Sequence[Sequence[str]],
    seed: int,
    *,
    architecture: Architecture = "skip-gram",
    window: int = _WINDOW,
    epochs: int = 5,
    sample: float | None = None,
) -> Word2Vec:
    return train(
        sentences,
        rng=np.random.default_rng(seed),
        architecture=architecture,
        n_dimensions=50,
        window=window,
        n_negatives=_NEGATIVES,
        min_count=1,
        sample=sample,
        epochs=epochs,
        n_reports=1,
    )


@cache
def _counts(window: int) -> Array:
    """Return how often the world's words stand near each other, in the order of the models."""
    words = _model("skip-gram").vocabulary
    corpus = encode_sentences(_world().sentences, words.index)
    return np.asarray(cooccurrences(corpus, len(words), window=window).toarray())


def _neighbors_of_places(window: int, epochs: int) -> tuple[float, float]:
    """Return how many places have a nearest place of the same kind, and of the same country."""
    truth = _world().attributes
    places = [word for word in truth if "country" in truth[word]]
    vectors = _trained(
        _world().sentences, 0, window=window, epochs=epochs, sample=_SAMPLE
    ).embeddings
    cosines = similarity_matrix(np.array([vectors[place] for place in places]))
    np.fill_diagonal(cosines, -2)
    best = [truth[places[row]] for row in cosines.argmax(axis=1)]
    pairs = list(zip((truth[place] for place in places), best, strict=True))
    kind, country = (
        float(np.mean([a[key] == b[key] for a, b in pairs])) for key in ("kind", "country")
    )
    return kind, country


def _ranks_of_twins(vectors: Embeddings) -> Array:
    """Return the place of each rare word's frequent twin among its nearest frequent words."""
    cosines = similarity_matrix(vectors.matrix)
    rare = [vectors.index[word] for word in _world().rare]
    cosines[:, rare] = -2
    twins = [vectors.index[twin] for twin in _world().rare.values()]
    own = cosines[rare, twins]
    return np.asarray(1 + (cosines[rare] > own[:, np.newaxis]).sum(axis=1))


def _tens(share: float) -> int:
    """Return a share as a percentage, rounded down to tens: the last digits are chance."""
    return 10 * int(10 * share + 1e-9)


@claim("empirical")
def c076() -> Finding:
    """Windows of 1–2 words give syntactic relations, 3–5 local semantics, 5–10 topics."""
    measured = {window: _neighbors_of_places(window, 10) for window in (2, 5, 10)}
    kinds, countries = np.array(list(measured.values())).T
    is_trend = bool(kinds[0] > kinds[-1] and countries[0] < countries[-1])
    early, _ = _neighbors_of_places(5, 5)
    return judged(
        is_trend and bool(np.all(np.diff(kinds) < -0.1)) and abs(early - kinds[1]) < 0.1,
        is_trend,
        computed="world, 24 names of capitals, countries and nationalities, ten passes: the "
        "nearest of them has the same role (capital to capital) or the same topic (Paris to "
        "France), shares rounded down to tens: "
        + "; ".join(
            f"window {window} role {_tens(kind)}%, topic {_tens(country)}%"
            for window, (kind, country) in measured.items()
        )
        + f". After five passes window 5 still has role {_tens(early)}%",
        correction="The direction is right: narrow windows group words that can replace each "
        "other, wide ones words of one topic. The limits are no law, and the slide's own ranges "
        "meet at 5. They depend on how far apart a text puts what belongs together, and on how "
        "long one trains.",
    )


@claim("empirical")
def c098() -> Finding:
    """Training drives the scores of negative samples below zero."""
    counts, model = _counts(_WINDOW), _model("skip-gram")
    noise = noise_distribution(model.vocabulary.counts)
    drawn = _NEGATIVES * counts.sum(axis=1, keepdims=True) * noise
    ideal = float(drawn[counts > drawn].sum() / drawn.sum())
    scores = model.embeddings.matrix @ model.outputs.T
    learned = float(drawn[scores > 0].sum() / drawn.sum())
    return judged(
        ideal == 0 and learned == 0,
        ideal < 0.5 and learned < 0.5,
        computed=f"world, skip-gram, k = {_NEGATIVES}: of the noise words drawn, {learned:.0%} "
        f"have a positive score after training, and {ideal:.0%} would have one at the optimum",
        correction="Each step lowers the score of a negative, but a noise word can be a true "
        "neighbor. The score settles at log(P(c | w) / (k P_n(c))), below zero only for words "
        "seen together less than k times as often as the noise would have it. (The page puts the "
        "minus sign into the sigmoid and calls the result below zero; with that sign it is above "
        "zero.)",
    )


@claim("empirical")
def c101() -> Finding:
    """Skip-gram is better for rare words, CBOW is faster."""
    names: tuple[Architecture, ...] = ("skip-gram", "CBOW")
    sentences = _world().sentences
    thinned = [
        _trained(sentences, 0, architecture=name, epochs=20, sample=_SAMPLE) for name in names
    ]
    all_tokens, subsampled = (
        [int((_ranks_of_twins(model.embeddings) <= 5).sum()) for model in models]
        for models in (map(_model, names), thinned)
    )
    fit = [
        word_similarity(_model(name).embeddings, _world().similarities).correlation
        for name in names
    ]
    per_token = float(_counts(_WINDOW).sum()) / sum(map(len, sentences))
    is_better = all_tokens[0] > all_tokens[1]
    return judged(
        is_better and subsampled[0] > subsampled[1] and per_token > 1,
        is_better and per_token > 1,
        computed="world, ten words that occur up to 5 times, 20 epochs. The frequent synonym is "
        f"among the five nearest for {all_tokens[0]} with skip-gram, {all_tokens[1]} with CBOW if "
        f"every token is kept; with subsampling for {subsampled[0]} and {subsampled[1]}. For all "
        f"words, every token kept, skip-gram is ahead: rank correlation with the truth "
        f"{fit[0]:.1f} to {fit[1]:.1f}. In a window of ±{_WINDOW}, cut at the ends of sentences, "
        f"CBOW makes 1 prediction per token, skip-gram {per_token:.1f}: a count of predictions, no "
        "measured time",
        correction="CBOW needs fewer predictions. Skip-gram is better for the rare words here "
        "only as long as every token is kept; with subsampling, the usual setting, it has no "
        "lead. Ten words of one artificial text make no law either way.",
        source=_PROJECT_PAGE,
    )


@claim("formula")
def c109() -> Finding:
    """The loss is −log P of the correct word, and an early model is hardly better than guessing."""
    words, d = _model("skip-gram").vocabulary, 50
    guess = float(np.log(len(words)))
    inputs = starting_vectors(len(words), d, rng=np.random.default_rng(0))
    start = skipgram_softmax(inputs[0], np.zeros((len(words), d)), 1)[0]
    sampled = skipgram_negative(inputs[0], np.zeros((1 + _NEGATIVES, d)))[0]
    losses = train(
        _world().sentences[:2000],
        rng=np.random.default_rng(0),
        objective="softmax",
        n_dimensions=d,
        vocabulary=words,
        sample=None,
        epochs=1,
        n_reports=20,
    ).history.loss
    return judged(
        bool(np.isclose(start, guess)) and 0.95 * guess < losses[0] <= 1.01 * guess,
        computed=f"{len(words)} words, full softmax: the loss starts at {start:.2f} = "
        f"ln {len(words)} nats, that of guessing blindly. In the first 20th of a pass over 2,000 "
        f"sentences it is {losses[0]:.2f} on average, in the last {losses[-1]:.2f}. Negative "
        f"sampling has another loss, {sampled:.2f} = 6 ln 2 at the start",
        correction=f"The early loss is not near {guess:.2f}, that of guessing blindly.",
    )


@claim("empirical")
def c110() -> Finding:
    """Words that never occur together drift apart."""
    model = _model("skip-gram")
    rows = [model.vocabulary.index[word] for word in _world().attributes]
    is_pair = ~np.eye(len(rows), dtype=bool)
    never = (_counts(20)[np.ix_(rows, rows)] == 0) & is_pair
    start = starting_vectors(len(model.vocabulary), 50, rng=np.random.default_rng(0))[rows]
    before = float(similarity_matrix(start)[never].mean())
    cosines = similarity_matrix(model.embeddings.matrix[rows])
    after = float(cosines[never].mean())
    np.fill_diagonal(cosines, -2)
    best = cosines.argmax(axis=1)
    apart = float(never[np.arange(len(rows)), best].mean())
    share = "all" if apart == 1 else f"at least {_tens(apart)}% of"
    scores = (model.embeddings.matrix @ model.outputs.T)[rows][:, rows]
    king_queen = float(
        similarity_matrix([model.embeddings["king"]], [model.embeddings["queen"]])[0, 0]
    )
    return judged(
        after < before and apart == 0,
        computed=f"world, {len(rows)} words of known meaning: {never.sum() / is_pair.sum():.1%} of "
        f"the pairs never share a sentence, and their mean cosine rises from {before:.1f} to "
        f"{after:.1f}. For {share} the words the nearest neighbor is one they never occur with, "
        f"as king and queen here (cosine {king_queen:.1f})",
        correction="Words come close because they share contexts, not because they meet: words "
        "that can replace each other need not stand side by side. What sinks for words that never "
        f"meet is the score of one's input vector with the other's output vector (negative for "
        f"{int(100 * (scores[never] < 0).mean())}% of these pairs).",
    )


@claim("formula")
def c111() -> Finding:
    """The embeddings are the weight matrix W of the network."""
    model = _model("CBOW")
    size = len(model.vocabulary)
    row = model.vocabulary.index["queen"]
    hidden = one_hot(row, size) @ model.embeddings.matrix
    return judged(
        np.array_equal(hidden.astype(np.float32), model.embeddings["queen"]),
        computed=f"trained CBOW, {size} words: the hidden layer for queen alone is row {row} of "
        f"W, {model.embeddings.matrix.shape[0]} × {model.embeddings.matrix.shape[1]}. There is a "
        f"second matrix of the same size, W′ with the output vectors, which is usually dropped",
        correction="The hidden layer is not a row of W.",
    )


@claim("formula")
def c112() -> Finding:
    """CBOW predicts the word whose vector has the highest cosine with the averaged context."""
    model, sentences = _model("CBOW"), _world().sentences
    vectors, rng = model.embeddings, np.random.default_rng(5)
    n, same, right, by_cosine, echoed = 500, 0, 0, 0, 0
    for number in rng.integers(len(sentences), size=n):
        sentence = sentences[number]
        i = int(rng.integers(len(sentence)))
        around = context(sentence, i, _WINDOW)
        hidden = np.mean([vectors[word] for word in around], axis=0)
        predicted = vectors.words[int((model.outputs @ hidden).argmax())]
        likest = predict_center(sentence, i, _WINDOW, vectors)
        same += likest == predicted
        right += predicted == sentence[i]
        by_cosine += likest == sentence[i]
        echoed += likest in around
    return judged(
        same == n,
        computed=f"trained CBOW, {n} gaps in the world's sentences: the two rules name the same "
        f"word in {same / n:.0%}; the model's own rule finds the missing word in {right / n:.0%}, "
        f"the cosine rule in {by_cosine / n:.0%}, and it names a word of the context in "
        f"{echoed / n:.0%}",
        correction="CBOW scores the averaged input vectors with the OUTPUT vectors, by dot "
        "product. The cosine with input vectors asks another question, which word is like the "
        "context, and context words win it. The note's recipe is a simplification for work by "
        "hand.",
    )


@claim("historical")
def c118() -> Finding:
    """The learning rate falls from 0.025 to 0 during training."""
    # The released program: linear, but never below 0.0001 of the start.
    start, floor = 0.025, 0.025 * 0.0001
    plan = Plan(epochs=1, learning_rate=start, final_learning_rate=floor)
    rates = [rate_at(plan, progress) for progress in (0.0, 0.5, 1.0)]
    return judged(
        rates[0] == 0.025 and rates[-1] < 1e-5,
        computed="skip-gram in the released program, at the start, halfway and at the end: "
        + ", ".join(typeset(f"{rate:.3g}") for rate in rates)
        + "; the paper lets it approach zero. CBOW starts at 0.05",
        correction="The program's rates are others.",
        source=f"Mikolov et al. 2013, arXiv:1301.3781, section 4.2; {_PROGRAM}, version 0.1c",
    )


@claim("formula")
def c120() -> Finding:
    """In the listing, window=3 is the radius c of the skip-gram sum."""
    weights = expected_weights(3, reach=3)[-1]
    whole = (weights > 0).astype(float)
    return judged(
        np.array_equal(weights, whole),
        len(weights) == 2 * 3 + 1 and weights[3] == 0 and bool((weights[[0, -1]] > 0).all()),
        computed="gensim draws the radius anew for each center, 1, 2 or 3: neighbors at distance "
        f"1, 2, 3 count {weights[4]:.2f}, {weights[5]:.2f}, {weights[6]:.2f} on average; "
        f"{weights.sum():.0f} pairs per center instead of {whole.sum():.0f}",
        correction="It is the largest radius. The sum with a fixed c belongs to "
        "shrink_windows=False; the default weighs near neighbors more, as the original program "
        "does. Subsampling comes first, so the window also reaches across dropped words.",
        source=f"{_GENSIM} (window, shrink_windows); {_PROGRAM} (b = next_random % window)",
    )


@claim("formula")
def c121() -> Finding:
    """Setting a seed, 42 in the listing, makes training reproducible."""
    batch_words = 10_000  # gensim hands out text in pieces of this size, by default to 3 threads.
    sizes = {"listing": sum(map(len, toy_corpus())), "world": sum(map(len, _world().sentences))}
    pieces = {name: -(-size // batch_words) for name, size in sizes.items()}
    runs = [_trained(toy_corpus(), seed).embeddings.matrix for seed in (42, 42, 43)]
    is_determined = np.array_equal(runs[0], runs[1]) and not np.array_equal(runs[0], runs[2])
    return judged(
        is_determined and all(n == 1 for n in pieces.values()),
        is_determined and pieces["listing"] == 1,
        computed=f"the listing's {sizes['listing']} tokens are one piece of work, so its three "
        f"threads cannot get out of order; the {sizes['world']:,} tokens of a small artificial "
        f"corpus are {pieces['world']} pieces. This course's program, one thread: the same "
        "seed gives the same numbers, another seed others",
        correction="The seed is enough with one thread, or, as in the listing, where all text fits "
        "into one piece of work. With more text gensim needs workers=1 as well, because threads "
        "finish in varying order. gensim's documentation also asks for PYTHONHASHSEED; in version "
        "4.4.0 it makes no difference to the listing.",
        source=f"{_GENSIM} (seed, workers, batch_words)",
    )


@claim("arithmetic")
def c122() -> Finding:
    """The listing's toy corpus has ten sentences."""
    sentences = toy_corpus()
    words = build_vocabulary(sentences)
    return judged(
        len(sentences) == 10,
        computed=f"{len(sentences)} sentences, {words.counts.sum()} tokens, {len(words)} words",
        correction=f"It has {len(sentences)}.",
    )


@claim("historical")
def c313() -> Finding:
    """Word2Vec is trained on billions of words."""
    corpora = {"the first paper": 1.6e9, "the published Google News vectors": 100e9}
    return judged(
        all(size >= 1e9 for size in corpora.values()),
        computed="; ".join(f"{name}: {size / 1e9:g} billion" for name, size in corpora.items())
        + ". The method does not need so many: the models of this chapter's checks read "
        f"{sum(map(len, _world().sentences)):,} words of an artificial language",
        correction="The original models had less text.",
        source=f"Mikolov et al. 2013, arXiv:1301.3781, abstract; {_PROJECT_PAGE}",
    )


@claim("arithmetic")
def c314() -> Finding:
    """The listing sets t-SNE's perplexity to min(5, number of words − 1)."""
    size = len(build_vocabulary(toy_corpus()))
    chosen = min(5, size - 1)
    return judged(
        chosen == 5 and all(0 < min(5, n - 1) < n for n in range(2, 100)),
        computed=f"{size} words: min(5, {size - 1}) = {chosen}; for 2 words or more it is always "
        "below their number, as scikit-learn demands",
        correction=f"It is {chosen}, not below the number of words.",
    )


@claim("empirical")
def x301() -> Finding:
    """The study page's listing takes 200 passes because its corpus is tiny.

    It expects sensible neighbors of king then.
    """
    sentences, epochs, sample = toy_corpus(), 200, 1e-3
    words = build_vocabulary(sentences)
    kept = (
        float(keep_probabilities(words.counts, sample=sample) @ words.counts) / words.counts.sum()
    )
    rng = np.random.default_rng(42)
    # What 200 epochs see, written out one after the other; then one epoch.
    thinned = [
        subsample(s, words, sample=sample, rng=rng) for _ in range(epochs) for s in sentences
    ]
    usable = [tokens for tokens in thinned if len(tokens) > 1]
    ranks, best = {}, {}
    for name, text in {"default": usable, "sample=0": sentences * epochs}.items():
        found = [_trained(text, seed, window=3, epochs=1).embeddings for seed in range(5)]
        order = [[word for word, _ in nearest(v, v["king"], len(v.words))] for v in found]
        ranks[name] = [others.index("queen") for others in order]
        best[name] = sum(rank == 1 for rank in ranks[name])
    return judged(
        best["default"] == 5,
        best["sample=0"] == 5 and best["default"] > 2,
        computed=f"gensim's default sample=0.001 keeps {kept:.0%} of the 53 tokens in a pass. "
        f"Five runs of this course's program on what it keeps in {epochs} passes: queen is nearest "
        f"to king in {best['default']}; with sample=0, so with all tokens, in {best['sample=0']}",
        correction="In so small a corpus every word is frequent: even 1 of 53 tokens is "
        f"{1 / 53 / sample:.0f} times the threshold. So subsampling throws most of the text away. "
        "The listing needs sample=0.",
        source=f"{_GENSIM} (sample)",
    )


@claim("empirical")
def x302() -> Finding:
    """The note: after billions of examples the model is very confident which words are neighbors.

    So the probability of the correct word comes near 1.
    """
    counts = _counts(_WINDOW)
    least = entropy(counts.sum(axis=0)) - mutual_information(counts)
    right = float(counts.max(axis=1).sum() / counts.sum())
    noise = noise_distribution(_model("skip-gram").vocabulary.counts)
    drawn = _NEGATIVES * counts.sum(axis=1, keepdims=True) * noise
    classifier = counts / (counts + drawn)
    believed = float((counts * classifier).sum() / counts.sum())
    excluded = float((classifier < 0.1).mean())
    return judged(
        right > 0.9,
        right > 0.5,
        computed=f"world, {len(counts)} words, window {_WINDOW}: even the true frequencies leave "
        f"{least:.2f} nats, as much as choosing among {np.exp(least):.0f} words; the best single "
        f"guess is right in {right:.0%}. With negative sampling the best possible "
        f"classifier gives a true pair {believed:.0%} on average. It is surer of what does not "
        f"belong together: it gives less than 10% to {excluded:.0%} of all pairs of words",
        correction="No amount of text brings the loss below the entropy of the context given the "
        "word: many words can stand beside a word, and a good model leaves its probability "
        "spread over them.",
    )


@claim("empirical")
def x304() -> Finding:
    """The study page: skip-gram spends more of its work on centers of low frequency."""
    words = _model("skip-gram").vocabulary
    per_word = _counts(_WINDOW).sum(axis=1)
    rare = words.counts <= 5
    pairs = {
        "rare": float(per_word[rare].sum() / words.counts[rare].sum()),
        "other": float(per_word[~rare].sum() / words.counts[~rare].sum()),
    }
    shares = per_word[rare].sum() / per_word.sum(), words.counts[rare].sum() / words.counts.sum()
    return judged(
        pairs["rare"] > 1.2 * pairs["other"],
        min(pairs.values()) > 1,
        computed=f"world, window ±{_WINDOW}: {pairs['rare']:.1f} pairs for each occurrence of a "
        f"word seen up to 5 times, {pairs['other']:.1f} for the others; the rare words are centers "
        f"of {shares[0]:.3%} of the pairs and make up {shares[1]:.3%} of the tokens",
        correction="Skip-gram makes several predictions per occurrence where CBOW makes one, but "
        "for frequent centers just as for rare ones. Their share of the work is about their share "
        "of the text; only subsampling the frequent words raises it.",
    )


@claim("arithmetic")
def x305() -> Finding:
    """The note: with a window of 2 there are four context words, two on each side."""
    sizes = np.concatenate(
        [[len(context(tokens, i, 2)) for i in range(len(tokens))] for tokens in _world().sentences]
    )
    n_pairs = len(training_pairs(toy_corpus()[0], 2))
    share = float((sizes == 4).mean())
    return judged(
        share == 1,
        share > 0,
        computed=f"sentences of the world: four in {share:.0%} of the positions, fewer in the "
        f"rest; a sentence of {len(toy_corpus()[0])} words has {n_pairs} pairs, not "
        f"{4 * len(toy_corpus()[0])}",
        correction="Only two places or more from either end. The two words at each end of a "
        "sentence have two or three context words, and CBOW divides by that number.",
    )
