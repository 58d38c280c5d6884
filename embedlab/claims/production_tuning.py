"""The claims of chapter 9 about preparing texts, fine-tuning, and running a service."""

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
from scipy.stats import spearmanr

from embedlab.claims.findings import Finding, claim, judged, unverifiable
from embedlab.directions import unit_rows
from embedlab.evaluation import wilson_interval
from embedlab.numerics import Array
from embedlab.pretrained import minilm, sentence_vectors
from embedlab.text import tokenize
from embedlab.two_towers import (
    SentenceEncoder,
    bags_of_words,
    descend,
    draw_view,
    simcse_loss,
    similar_sentences,
    start_sentence_encoder,
)
from embedlab.two_towers import sentence_vectors as trained_vectors
from embedlab.world import World, world

_DOMAIN = ("animal", "vehicle", "food")
_N_PAIRS = (25, 100, 400)
# What stays as it was before the fine-tuning; the layers from the bottom up are words, hidden,
# output.
_FROZEN = {"nothing": (), "the words": ("words",), "all but the top": ("words", "hidden")}


@cache
def _corpus() -> World:
    return world(np.random.default_rng(0), 3000)


@cache
def _heads() -> dict[int, str]:
    """Return the only word with attributes of each sentence that has just one."""
    corpus, heads = _corpus(), {}
    for i, sentence in enumerate(corpus.sentences):
        known = {word for word in sentence if word in corpus.attributes}
        if len(known) == 1:
            heads[i] = known.pop()
    return heads


@cache
def _split() -> tuple[list[int], list[int], list[int]]:
    """Return the sentences outside the domain, and those inside for training and for testing."""
    corpus, heads = _corpus(), _heads()
    inside = [i for i, word in heads.items() if corpus.attributes[word]["kind"] in _DOMAIN]
    order = np.random.default_rng(2).permutation(inside).tolist()
    half = len(order) // 2
    return [i for i in heads if i not in set(inside)], order[:half], order[half:]


@cache
def _partners() -> dict[int, int]:
    """Return for each training sentence one whose head has the same attributes."""
    corpus, heads, rng = _corpus(), _heads(), np.random.default_rng(4)
    groups: dict[tuple[tuple[str, str], ...], list[int]] = {}
    for i in _split()[1]:
        groups.setdefault(tuple(sorted(corpus.attributes[heads[i]].items())), []).append(i)
    return {i: int(rng.choice(rows)) for rows in groups.values() for i in rows}


@cache
def _words() -> tuple[str, ...]:
    return tuple(sorted({word for sentence in _corpus().sentences for word in sentence}))


def _tuned(
    parameters: Mapping[str, Array],
    first: Sequence[int],
    second: Sequence[int],
    *,
    frozen: Sequence[str] = (),
    n_steps: int = 60,
    seed: int = 0,
) -> dict[str, Array]:
    """Return parameters after contrastive training on pairs of sentences; the frozen stay."""
    rng, sentences = np.random.default_rng(seed), _corpus().sentences
    bags, others = (
        bags_of_words([sentences[i] for i in rows], _words()) for rows in (first, second)
    )

    def objective(current: Mapping[str, Array]) -> tuple[float, Mapping[str, Array]]:
        chosen = rng.choice(len(first), size=min(128, len(first)), replace=False)
        one, other = (draw_view(rows[chosen], 128, 0.5, 0.1, rng=rng) for rows in (bags, others))
        loss, gradients = simcse_loss(current, one, other)
        kept = {k: v for k, v in gradients.items() if k.removesuffix("_bias") not in frozen}
        return loss, kept

    return descend(objective, parameters, n_steps=n_steps, learning_rate=0.002)[0]


@cache
def _base() -> dict[str, Array]:
    """Return an encoder that has learned, by dropout alone, outside the domain."""
    general = _split()[0]
    start = start_sentence_encoder(_words(), rng=np.random.default_rng(3))
    return _tuned(start.parameters, general, general, n_steps=150)


@cache
def _test_pairs() -> tuple[list[list[str]], list[list[str]], Array]:
    corpus, test = _corpus(), set(_split()[2])
    first, second, truth = similar_sentences(corpus, rng=np.random.default_rng(1), n_per_score=300)
    kept = [k for k, pair in enumerate(zip(first, second, strict=True)) if test.issuperset(pair)]
    left, right = ([corpus.sentences[i] for i in rows[kept]] for rows in (first, second))
    return left, right, truth[kept]


def _correlation(parameters: dict[str, Array]) -> float:
    """Return how well cosines of new sentences of the domain follow their true similarity."""
    left, right, truth = _test_pairs()
    encoder = SentenceEncoder(_words(), parameters, np.empty(0))
    units = [unit_rows(trained_vectors(encoder, rows)) for rows in (left, right)]
    return float(spearmanr((units[0] * units[1]).sum(axis=1), truth).statistic)


@cache
def _with_pairs(n_pairs: int, frozen: str = "nothing") -> float:
    """Return the correlation after fine-tuning on some pairs of the domain, mean of two runs."""
    first = _split()[1][:n_pairs]
    second = [_partners()[i] for i in first]
    runs = (_tuned(_base(), first, second, frozen=_FROZEN[frozen], seed=seed) for seed in (0, 1))
    return float(np.mean([_correlation(run) for run in runs]))


@claim("empirical")
def c292() -> Finding:
    """The best batch size is 32 to 64."""
    lengths = np.random.default_rng(0).lognormal(3.0, 0.7, 6400).clip(2, 256).astype(int)
    shares = {}
    for size in (1, 32, 64):
        for name, rows in (("random", lengths), ("sorted", np.sort(lengths))):
            batches = rows.reshape(-1, size)
            shares[name, size] = 1 - rows.sum() / (size * batches.max(axis=1).sum())
    return unverifiable(
        "The best size depends on the machine, the model and the lengths of the texts, and only a "
        "measurement finds it (chapter 9 shows sizes from 1 to 128 of this course's encoder, "
        "measured once). Only padding can be counted: sort the texts by length first, and limit "
        "the tokens of a batch rather than its texts.",
        computed=f"padding in batches of 6,400 texts of random lengths (median "
        f"{np.median(lengths):.0f} tokens): {shares['random', 32]:.0%} with 32 texts, "
        f"{shares['random', 64]:.0%} with 64; with 64 sorted by length {shares['sorted', 64]:.0%}",
    )


@claim("opinion")
def c295() -> Finding:
    """Fine-tuning is due with 10,000 examples or more, or below 80% of a baseline."""
    before, found = _correlation(_base()), {n: _with_pairs(n) for n in _N_PAIRS}
    gains = [value - before > 0.1 for value in found.values()]
    return judged(
        not any(gains),
        found[_N_PAIRS[-1]] - before > 0.1,
        computed="an encoder that has not seen the domain (animals, vehicles and food of the "
        f"artificial world), correlation with the true similarity of new sentences: {before:.2f}; "
        "after fine-tuning on "
        + ", ".join(f"{n} pairs {value:.2f}" for n, value in found.items())
        + ". Contriever, as pre-training before fine-tuning on a few thousand examples of a "
        "domain, improves results on BEIR",
        correction="Many examples do help, but 10,000 are no threshold: how many are enough "
        f"depends on the task, and a few dozen can help ({found[25] - before:+.2f} with 25 pairs). "
        "And 80% of what? Without the measure and the baseline the other condition says nothing.",
        source="Izacard et al. 2022, arXiv:2112.09118, abstract",
    )


@claim("opinion")
def c296() -> Finding:
    """A good recipe: freeze the bottom layers, train with a contrastive loss, keep the best state.

    Best means best on validation data.
    """
    before = _correlation(_base())
    found = {name: [_with_pairs(n, name) for n in (25, 400)] for name in _FROZEN}
    best = found["nothing"]
    close = {
        name: all(b - v < 0.03 for b, v in zip(best, values, strict=True))
        for name, values in found.items()
    }
    return judged(
        all(close.values()),
        close["the words"] and all(v > before for v in found["all but the top"]),
        computed=f"correlation with the true similarity, before {before:.2f}; after contrastive "
        "fine-tuning on 25 and on 400 pairs of a new domain, frozen "
        + "; ".join(f"{name}: {values[0]:.2f}, {values[1]:.2f}" for name, values in found.items()),
        correction="The contrastive loss works, and choosing by held-out data is right. Freezing "
        f"is a choice that can cost: {best[1] - found['all but the top'][1]:.2f} here if only the "
        "top layer learns. It saves time and memory. For a domain with words of its own, which the "
        "deck names as the first reason to fine-tune, the vectors of those words are the very "
        "bottom.",
    )


# Two texts that mean different things, and two that mean the same.
_DIFFERENT = (
    ("US", "us"),
    ("May", "may"),
    ("Polish", "polish"),
    ("C++", "C#"),
    ("$5", "5%"),
    ("-5", "5"),
    (":)", ":("),
    ("It works!", "It works?"),
)
_SAME = (
    ("The cat", "the cat"),
    ("STOP", "stop"),
    ("<b>new</b>", "<B>new</B>"),
    ("e-mail", "E-mail"),
)


@claim("opinion")
def c298() -> Finding:
    """Before embedding, bring texts to lower case and remove special characters."""
    lost = [pair for pair in _DIFFERENT if len({tuple(tokenize(text)) for text in pair}) == 1]
    merged = [pair for pair in _SAME if len({tuple(tokenize(text)) for text in pair}) == 1]
    sentences = [f"I was asked about {word}." for word in ("US", "us", "C++", "C#")]
    units = sentence_vectors(minilm(), sentences)
    folded, signs = (float(units[i] @ units[i + 1]) for i in (0, 2))
    return judged(
        not lost,
        bool(merged),
        computed=f"of {len(_DIFFERENT)} pairs that mean different things {len(lost)} become the "
        "same tokens: "
        + ", ".join(f"{a} and {b}" for a, b in lost)
        + f"; so do {len(merged)} of {len(_SAME)} that mean the same. MiniLM lowers the case by "
        f"itself (a sentence with US and with us: cosine {folded:.2f}) and does read the signs "
        f"(with C++ and with C#: {signs:.2f})",
        correction="Prepare a text as the model's training texts were prepared, and no further: "
        "that is what its tokenizer does. For counts of words, lower case makes one word of two "
        "spellings; for an encoder, what is stripped is lost: signs, numbers and moods.",
    )


@claim("opinion")
def c299() -> Finding:
    """A rollout should begin with 1% of the traffic."""
    before, after = 0.01, 0.02
    n = 100
    while wilson_interval(round(before * n), n)[1] >= wilson_interval(round(after * n), n)[0]:
        n += 100
    hours = {rate: n / (0.01 * rate) / 3600 for rate in (10, 10_000)}
    return judged(
        all(value < 1 for value in hours.values()),
        any(value < 1 for value in hours.values()),
        computed=f"errors that rise from 1% to 2% stand out (95% intervals apart) after {n:,} "
        f"requests each; with 1% of the traffic that takes {hours[10]:.0f} hours at 10 requests a "
        f"second and {3600 * hours[10_000]:.0f} seconds at 10,000",
        correction="The share should follow from the traffic: as small as can be, yet large enough "
        "to show the harm one fears in the time one is willing to wait. For a busy service 1% is "
        "plenty, for a small one it is next to nothing.",
    )


@claim("opinion")
def c317() -> Finding:
    """Contrastive fine-tuning on pairs of a domain needs no labels."""
    inside, before = _split()[1], _correlation(_base())
    runs = (_tuned(_base(), inside, inside, seed=seed) for seed in (0, 1))
    dropout = float(np.mean([_correlation(run) for run in runs]))
    pairs = _with_pairs(_N_PAIRS[-1])
    return judged(
        dropout > pairs - 0.02,
        dropout > before + 0.05,
        computed="correlation with the true similarity of new sentences of a new domain: "
        f"{before:.2f} before, {dropout:.2f} after SimCSE's dropout on {len(inside)} sentences of "
        f"the domain without labels, {pairs:.2f} after {_N_PAIRS[-1]} pairs that belong together",
        correction="That two texts form a pair is the label. SimCSE without labels uses no pairs "
        "of texts: it pairs each sentence with itself under dropout, which helps, and less. Pairs "
        "that come for free (title and text, question and accepted answer) are the way between.",
    )
