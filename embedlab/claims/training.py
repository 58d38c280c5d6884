"""The claims of chapter 8 about the start of training and the landscape of its loss.

``training_curves`` has those about epochs.
"""

from collections.abc import Callable
from functools import cache
from math import log, sqrt

import numpy as np
from scipy.optimize import least_squares
from scipy.sparse import csr_array

from embedlab.claims.findings import Finding, claim, judged
from embedlab.corpus import encode_sentences
from embedlab.counts import cooccurrences
from embedlab.numerics import Array, log_sigmoid, softmax
from embedlab.optimizers import adam, adam_start, sgd
from embedlab.passes import starting_vectors
from embedlab.text import build_vocabulary, noise_distribution
from embedlab.training import (
    by_sgd,
    descend,
    gradient_noise,
    hessian,
    negative_objective,
    softmax_objective,
)
from embedlab.training.skipgram import Objective
from embedlab.word2vec import skipgram_negative, skipgram_softmax
from embedlab.world import world

_WORD2VEC = "word2vec.c of github.com/tmikolov/word2vec"
_GLOVE = "src/glove.c of github.com/stanfordnlp/GloVe"
_FASTTEXT = "src/fasttext.cc and src/args.cc of github.com/facebookresearch/fastText"
_SADDLES = "Dauphin et al. 2014, NeurIPS 27, arXiv:1406.2572, abstract"
_ADAM = "Kingma and Ba 2015, arXiv:1412.6980"

# The slides write N(0, 0.01), which is read as a variance or as a standard deviation.
_DEVIATIONS = {"variance 0.01": 0.1, "standard deviation 0.01": 0.01}
_SIZES = (10, 50, 100, 300)


@cache
def _world_counts() -> csr_array:
    """Return how often words of the artificial world stand within five places, (V, V)."""
    sentences = world(np.random.default_rng(0), 4000).sentences
    words = build_vocabulary(sentences, min_count=1)
    return cooccurrences(encode_sentences(sentences, words.index), len(words), window=5)


@cache
def _table(n_words: int) -> csr_array:
    """Return a small symmetric table of counts without zeros."""
    drawn = np.ceil(20 * np.exp(np.random.default_rng(0).normal(size=(n_words, n_words))))
    return csr_array(drawn + drawn.T)


def _objectives(counts: csr_array) -> dict[str, Objective]:
    noise = noise_distribution(np.asarray(counts.sum(axis=0)).ravel())
    return {
        "softmax": softmax_objective(counts),
        "negative sampling": negative_objective(counts, noise),
    }


def _normal_start(n_words: int, d: int, deviation: float, seed: int = 0) -> Array:
    return np.random.default_rng(seed).normal(0, deviation, (2, n_words, d))


def _program_start(n_words: int, d: int) -> Array:
    """Return input and output vectors as the word2vec program has them before training."""
    inputs = starting_vectors(n_words, d, rng=np.random.default_rng(0)).astype(np.float64)
    return np.stack([inputs, np.zeros_like(inputs)])


@cache
def _starting_norms(start: str, d: int) -> tuple[float, float]:
    """Return the gradient's norm for the whole world, and the typical one for a single pair."""
    counts = _world_counts()
    V = counts.shape[0]
    is_normal = start in _DEVIATIONS
    at = _normal_start(V, d, _DEVIATIONS[start]) if is_normal else _program_start(V, d)
    mean, spread = gradient_noise(at, counts)
    return mean, sqrt(mean**2 + spread**2)


@claim("historical")
def c232() -> Finding:
    """Word vectors start as draws from the normal distribution N(0, 0.01)."""
    deviations = {
        d: float(starting_vectors(5000, d, rng=np.random.default_rng(0)).std()) for d in _SIZES
    }
    draws = starting_vectors(5000, 100, rng=np.random.default_rng(0)).ravel() / deviations[100]
    farthest = float(np.abs(draws).max())
    near = [
        abs(found / stated - 1) < 0.1
        for found in deviations.values()
        for stated in _DEVIATIONS.values()
    ]
    return judged(
        all(near) and farthest > 3,
        computed="the word2vec program's start, 5,000 words: standard deviation "
        + ", ".join(f"{value:.4f} for d = {d}" for d, value in deviations.items())
        + f"; no draw beyond {farthest:.2f} standard deviations, so not normal",
        correction="Not in the programs. word2vec draws input vectors uniformly from ±1/(2d) and "
        "sets output vectors to zero; GloVe draws both uniformly from ±1/(2d); fastText draws from "
        f"±1/d, with outputs at zero. For d = 100 the deviation is {deviations[100]:.4f}, neither "
        "0.01 nor 0.1. None of the three draws from a normal distribution.",
        source=f"{_WORD2VEC}; {_GLOVE}; {_FASTTEXT}",
    )


@claim("statistical")
def c233() -> Finding:
    """At the start the gradient has a norm of about √d."""
    stated = [
        norm / sqrt(d)
        for start in _DEVIATIONS
        for d in _SIZES
        for norm in _starting_norms(start, d)
    ]
    wide, narrow, program = (_starting_norms(start, 100) for start in (*_DEVIATIONS, "program"))
    growth = _starting_norms("variance 0.01", 300)[1] / _starting_norms("variance 0.01", 10)[1]
    return judged(
        all(abs(share - 1) < 0.5 for share in stated),
        any(abs(share - 1) < 0.5 for share in stated),
        computed=f"world, softmax, d = 100, √d = 10: mean over all pairs {wide[0]:.2f} with "
        f"variance 0.01, {narrow[0]:.3f} with deviation 0.01, {program[0]:.4f} with word2vec's "
        f"start; a single pair {wide[1]:.1f}, {narrow[1]:.2f}, {program[1]:.2f}",
        correction="Far below. A vector's gradient is a sum of vectors of the other table, and "
        "these start near zero. With entries of standard deviation s one pair has about s √(2d): "
        f"it grows like √d (here {growth:.1f}-fold from d = 10 to 300, √30 = {sqrt(30):.1f}) but "
        f"is at most {max(stated):.0%} of √d. Over all pairs most of it cancels.",
    )


@claim("arithmetic")
def c234() -> Finding:
    """The first steps have length η‖∇L‖ ≈ 0.01 √d."""
    d, rate = 100, 0.01
    stated = rate * sqrt(d)
    steps = {start: rate * _starting_norms(start, d)[1] for start in _DEVIATIONS}
    gradient = np.random.default_rng(0).normal(size=d)
    by_adam = adam(np.zeros(d), gradient, adam_start(gradient), learning_rate=rate)[0]
    lengths = np.linalg.norm(_normal_start(1000, d, 0.01)[0], axis=1)
    return judged(
        all(abs(step / stated - 1) < 0.5 for step in steps.values()),
        any(abs(step / stated - 1) < 0.5 for step in steps.values()),
        computed=f"d = 100, η = 0.01, stated 0.1: a step on one pair has length "
        f"{steps['variance 0.01']:.3f} (start of variance 0.01) or "
        f"{steps['standard deviation 0.01']:.4f} (deviation 0.01)",
        correction="It multiplies η = 0.01 with a gradient norm of √d that is not there (C233). "
        f"0.01 √d = {stated:.1f} is something else: the length of a starting vector whose "
        f"entries have deviation 0.01 (mean of 1,000: {lengths.mean():.3f}), and the first step of "
        f"Adam, which moves each coordinate by η ({np.linalg.norm(by_adam):.3f}).",
    )


@claim("formula")
def c235() -> Finding:
    """At the start, where the model is most confused, the gradient is largest."""
    V, d = 12, 5
    objective = softmax_objective(_table(V))
    loss, gradient = objective(np.zeros((2, V, d)))
    run = descend(objective, _normal_start(V, d, 0.01), by_sgd, learning_rate=0.5, n_steps=1000)
    norms = run.gradient_norm
    loud = descend(objective, _normal_start(V, d, 1.0), by_sgd, learning_rate=0.5, n_steps=1000)
    shares = _table(V).toarray() / _table(V).sum()
    observed = shares / shares.sum(axis=1, keepdims=True)
    errors = [
        float(np.linalg.norm(softmax(inputs @ outputs.T) - observed))
        for inputs, outputs in (run.kept[0], run.kept[-1])
    ]
    return judged(
        bool(norms.argmax() == 0 and np.linalg.norm(gradient) >= norms.max()),
        computed=f"12 words, all vectors zero: loss {loss:.3f} = log 12, total ignorance, and "
        f"gradient {np.linalg.norm(gradient):.0f}; from N(0, 0.01²): norm {norms[0]:.4f} at the "
        f"start, at most {norms.max():.3f}, after {int(norms.argmax())} steps",
        correction="The opposite: with all vectors at zero every word is equally likely, and the "
        "gradient is exactly zero. Training starts beside this saddle, slowly. What is "
        f"large is the error of the predictions ({errors[0]:.2f}, {errors[1]:.2f} after training), "
        "but it reaches a vector only multiplied by the vectors of the other table. Large starting "
        "vectors (deviation 1) do have their largest gradient after "
        f"{int(loud.gradient_norm.argmax())} steps, but they are sure and wrong (loss "
        f"{loud.loss[0]:.1f}), not undecided.",
    )


@claim("empirical")
def c236() -> Finding:
    """In early training the variance of a batch's gradient is about 1."""
    pair = {
        start: {d: _starting_norms(start, d)[1] ** 2 for d in _SIZES}
        for start in (*_DEVIATIONS, "program")
    }
    values = [
        value / size for each in pair.values() for value in each.values() for size in (1, 64, 1024)
    ]
    wide = pair["variance 0.01"]
    return judged(
        all(round(value, 1) == 1.0 for value in values),
        any(round(value, 1) == 1.0 for value in values),
        computed="world, softmax, batches of one pair, start of variance 0.01: "
        + ", ".join(f"{value:.1f} for d = {d}" for d, value in wide.items())
        + f"; d = 100: {pair['standard deviation 0.01'][100]:.2f} with deviation 0.01, "
        f"{pair['program'][100]:.4f} with word2vec's start",
        correction="Only for one choice of what the slide leaves open. With entries of variance s² "
        "a batch of B pairs has about 2 d s² / B (all coordinates together): 1.0 for s² = 0.01, "
        f"d = 50 and B = 1, but {wide[50] / 1024:.4f} for batches of 1,024.",
    )


@claim("arithmetic")
def c237() -> Finding:
    """Before training the loss is typically 8 to 10 for a vocabulary of 10,000 words."""
    V, d = 10_000, 50
    center, outputs = _normal_start(V, d, 0.01)[0][0], _normal_start(V, d, 0.01, seed=1)[1]
    full = skipgram_softmax(center, outputs, 7)[0]
    negative = {k: skipgram_negative(center, outputs[: 1 + k])[0] for k in (5, 10, 15, 20)}
    loud = skipgram_softmax(100 * center, 100 * outputs, 7)[0]
    return judged(
        all(8 <= loss <= 10 for loss in (full, *negative.values())),
        8 <= full <= 10,
        computed=f"V = 10,000: full softmax {full:.2f} (log V = {log(V):.2f}); negative sampling "
        + ", ".join(f"{loss:.2f} with k = {k}" for k, loss in negative.items()),
        correction="For the full softmax: log V, the loss of a uniform guess, while vectors are "
        f"small (with entries of deviation 1 one pair has {loud:.0f}). Negative sampling "
        "starts at (1 + k) log 2, whatever the vocabulary: 4.16 with five negatives.",
    )


@claim("formula")
def c255() -> Finding:
    """SGNS minimizes Σ over pairs of −log σ(w·c) − Σ over noise words of log σ(−w·c′)."""
    rng = np.random.default_rng(0)
    W, C = rng.normal(size=(2, 20, 4))
    pairs, noise = rng.integers(20, size=(300, 2)), rng.integers(20, size=(300, 5))

    def printed(sign: float, noise_sign: float) -> float:
        return float(
            sum(
                sign * log_sigmoid(W[i] @ C[j]) + noise_sign * log_sigmoid(-C[drawn] @ W[i]).sum()
                for (i, j), drawn in zip(pairs, noise, strict=True)
            )
        )

    trained = sum(
        skipgram_negative(W[i], C[[j, *drawn]])[0]
        for (i, j), drawn in zip(pairs, noise, strict=True)
    )
    same = [(a, b) for a in (-1.0, 1.0) for b in (-1.0, 1.0) if abs(printed(a, b) - trained) < 1e-8]
    return judged(
        same == [(-1.0, -1.0)],
        computed=f"300 random pairs with 5 noise words: formula {printed(-1, -1):.4f}, the "
        f"trainer's loss {trained:.4f}; no other choice of the two signs gives it",
        correction="Both terms carry a minus sign.",
    )


def _critical_points(n_words: int, d: int, n_starts: int) -> list[int]:
    """Return the number of falling directions of each critical point found, by rising loss.

    Points of the same loss are one another's rotations, and count once.
    """
    objective = softmax_objective(_table(n_words))
    shape, rng = (2, n_words, d), np.random.default_rng(0)

    def curvature(x: Array) -> Array:
        return hessian(objective, x.reshape(shape))

    drawn = [rng.normal(0, rng.choice([0.1, 0.5, 1.0]), shape) for _ in range(n_starts)]
    # The way down leads past the saddles to a minimum, so that it is not missed.
    low = descend(objective, drawn[0], by_sgd, learning_rate=0.5, n_steps=2000).parameters
    found: dict[float, int] = {}
    for start in (low, *drawn):
        end = least_squares(
            lambda x: objective(x.reshape(shape))[1].ravel(),
            start.ravel(),
            jac=curvature,
            xtol=1e-15,
            gtol=1e-15,
            ftol=1e-15,
            max_nfev=100,
        ).x
        loss, gradient = objective(end.reshape(shape))
        if np.linalg.norm(gradient) < 1e-7 and np.abs(end).max() < 20:
            n_falling = int((np.linalg.eigvalsh(curvature(end)) < -1e-5).sum())
            found[round(loss, 5)] = n_falling
    return [found[loss] for loss in sorted(found)]


@claim("formula")
def c256() -> Finding:
    """In high dimensions most points where the gradient vanishes are saddles."""
    rng, saddles = np.random.default_rng(0), {}
    for n in (1, 2, 4, 8):
        drawn = rng.normal(size=(4000, n, n))
        values = np.linalg.eigvalsh(drawn + drawn.transpose(0, 2, 1))
        saddles[n] = float(((values[:, 0] < 0) & (values[:, -1] > 0)).mean())
    points = _critical_points(5, 2, 16)
    n_saddles = sum(n_falling > 0 for n_falling in points)
    return judged(
        list(saddles.values()) == sorted(saddles.values())
        and saddles[8] > 0.99
        and n_saddles > len(points) / 2,
        computed="4,000 random symmetric Hessians each: eigenvalues of both signs in "
        + ", ".join(f"{share:.0%} for n = {n}" for n, share in saddles.items())
        + f"; softmax skip-gram of 5 words, d = 2: {len(points)} critical points found (up to "
        f"rotations), {n_saddles} of them saddles",
        correction="Most critical points found are no saddles.",
        source=_SADDLES,
    )


def _signs(objective: Objective, at: Array) -> tuple[float, float]:
    """Return the shares of falling and of rising directions at a point."""
    values = np.linalg.eigvalsh(hessian(objective, at))
    least = 1e-4 * float(np.abs(values).max())
    return float((values < -least).mean()), float((values > least).mean())


@claim("statistical")
def c257() -> Finding:
    """The Hessian's eigenvalues are mostly negative, with few positive ones."""
    V, d, falling, ends = 6, 2, [], []
    starts: list[tuple[float, float]] = []
    for objective in _objectives(_table(V)).values():
        starts.append(_signs(objective, np.zeros((2, V, d))))
        for seed in range(10):
            for deviation in (0.1, 1.0, 3.0):
                falling.append(_signs(objective, _normal_start(V, d, deviation, seed))[0])
        run = descend(objective, _normal_start(V, d, 0.01), by_sgd, learning_rate=0.5, n_steps=3000)
        ends.append(_signs(objective, run.parameters))
    most = max(*falling, *(share for share, _ in (*starts, *ends)))
    return judged(
        all(down > up for down, up in (*starts, *ends)),
        most > 0.5,
        computed=f"6 words, d = 2, softmax and negative sampling: {starts[0][0]:.0%} negative and "
        f"{starts[0][1]:.0%} positive with all vectors zero; {ends[0][0]:.0%} and "
        f"{ends[0][1]:.0%} (negative sampling {ends[1][0]:.0%} and {ends[1][1]:.0%}) after "
        f"training; at {len(falling)} random points at most {max(falling):.0%} negative",
        correction="Never mostly negative. For fixed vectors of one table the loss is convex in "
        "the other, so at least half of all eigenvalues are at least zero at every point (Cauchy's "
        "interlacing). They balance at the start, the saddle; at the end the negative ones "
        "are gone, and some are zero, since both tables can be transformed together (turned, or "
        "one stretched while the other shrinks) without changing a score.",
    )


def _excess(curvature: float, step: float, start: float, t: int, *, average: bool) -> float:
    """Return the exact expected loss of SGD on curvature · w² / 2 with noise of variance 1.

    Args:
        curvature: The second derivative, L.
        step: Learning rate times curvature.
        start: w_0; the minimum is at 0.
        t: Steps.
        average: Whether of the mean of w_0 ... w_{t-1}, or of w_t.
    """
    rest, rate = 1 - step, step / curvature
    powers: Array = rest ** np.arange(t)
    mean: float = start * float(powers.mean() if average else rest**t)
    factors: Array = rate * ((1 - powers) / (step * t) if average else powers)
    return float(curvature / 2 * (mean**2 + (factors**2).sum()))


def _worst_ratio(bound: Callable[[float, float, float, int], float], *, average: bool) -> float:
    """Return the largest ratio of SGD's expected excess loss to a bound, over many cases."""
    return max(
        _excess(curvature, step, start, t, average=average)
        / bound(curvature, step / curvature, start, t)
        for curvature in (0.01, 0.1, 1.0, 10.0)
        for step in (0.01, 0.1, 0.5, 1.0)
        for start in (0.0, 1.0, 10.0)
        for t in (1, 2, 5, 10, 100, 1000)
    )


@claim("formula")
def c258() -> Finding:
    """SGD obeys E[L(w_t)] − L* ≤ ‖w_0 − w*‖² / (2ηt) + ηLσ² / 2, L being the Lipschitz constant."""
    ratios = {
        average: _worst_ratio(
            lambda L, rate, start, t: start**2 / (2 * rate * t) + rate * L / 2, average=average
        )
        for average in (False, True)
    }
    right = _worst_ratio(
        lambda L, rate, start, t: start**2 / (2 * rate * t) + rate / 2, average=True
    )
    V, d, rate, t = 6, 2, 0.5, 10_000
    objective, zero = softmax_objective(_table(V)), np.zeros((2, V, d))
    best = descend(objective, _normal_start(V, d, 0.01), by_sgd, learning_rate=rate, n_steps=3000)
    # At zero every pair's gradient is zero, so that SGD stays there for ever, without noise.
    moved = float(np.abs(sgd(zero, objective(zero)[1], learning_rate=rate)).max())
    noise = gradient_noise(zero, _table(V))[1]
    lost = objective(zero)[0] - float(best.loss[-1])
    bound = float((best.parameters**2).sum()) / (2 * rate * t)
    return judged(
        max(ratios.values()) <= 1 and (lost <= bound or moved + noise > 0),
        computed="one-dimensional convex quadratics, exact expectations: the excess loss is up "
        f"to {ratios[False]:.0f} times the bound for w_t, {ratios[True]:.0f} times for the mean of "
        f"all w, and at most {right:.2f} times the bound without L. Skip-gram of 6 words from "
        f"zero, {t:,} steps: excess {lost:.3f}, bound {bound:.4f}",
        correction="For convex losses with a gradient of Lipschitz constant L and η ≤ 1/L it holds "
        "for the mean of the iterates, with ησ²/2: no L. ηLσ² belongs to another theorem, the "
        "bound on the mean squared gradient norm of non-convex losses. For the non-convex loss on "
        "the same slide neither it nor the corrected bound applies: SGD can stay at a saddle.",
    )


@claim("formula")
def c259() -> Finding:
    """Adam steps by −η m̂ / (√v̂ + ε), with bias-corrected moments m̂ and v̂."""
    rng = np.random.default_rng(0)
    gradients = rng.normal(size=(50, 8)) * 10.0 ** rng.uniform(-9, 0, size=8)
    rate, beta1, beta2, epsilon = 0.01, 0.9, 0.999, 1e-8
    at: Array = np.zeros(8)
    state = adam_start(at)
    printed, inside, uncorrected, m, v = (np.zeros(8) for _ in range(5))
    for t, gradient in enumerate(gradients, start=1):
        at, state = adam(at, gradient, state, learning_rate=rate)
        m, v = beta1 * m + (1 - beta1) * gradient, beta2 * v + (1 - beta2) * gradient**2
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        printed = printed - rate * m_hat / (np.sqrt(v_hat) + epsilon)
        inside = inside - rate * m_hat / np.sqrt(v_hat + epsilon)
        uncorrected = uncorrected - rate * m / (np.sqrt(v) + epsilon)
    gaps = [float(np.abs(each - at).max()) for each in (printed, inside, uncorrected)]
    return judged(
        gaps[0] < 1e-12 < min(gaps[1:]),
        computed="50 steps on random gradients of sizes 1e−9 to 1: the formula and the package's "
        f"Adam end at the same point; with ε under the root they are {gaps[1]:.2f} apart, "
        f"without the correction {gaps[2]:.2f}",
        correction="The steps differ.",
        source=_ADAM,
    )


@claim("historical")
def c260() -> Finding:
    """The learning rate is 0.01 on the gradient slide and 0.025, falling, on another."""
    defaults = {
        "word2vec skip-gram": 0.025,
        "word2vec CBOW": 0.05,
        "GloVe": 0.05,
        "fastText": 0.05,
    }
    stated = (0.01, 0.025)
    return judged(
        all(rate in defaults.values() for rate in stated) and len(set(stated)) == 1,
        computed="defaults of the programs: "
        + ", ".join(f"{name} {rate}" for name, rate in defaults.items()),
        correction="The two slides disagree. 0.025, falling in a straight line, is word2vec's rate "
        "for skip-gram (0.05 for CBOW). 0.01 is the default of none of the three programs; it "
        "stands only in the product 0.01 √d (C234).",
        source=f"{_WORD2VEC}; {_GLOVE}; {_FASTTEXT}",
    )
