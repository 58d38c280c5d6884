"""The claims of chapter 6 about attention, positions, BERT, layer norm and ELMo.

Senses are in ``contextual_senses``, contrastive training and published results in
``contextual_benchmarks``.
"""

from itertools import product
from math import cos, sin, sqrt

import numpy as np

from embedlab.attention import (
    Projections,
    attention,
    attention_gradients,
    multi_head_attention,
    position_shift,
    sinusoidal_positions,
)
from embedlab.claims.findings import Fact, Finding, claim, judged
from embedlab.elmo import elmo_vectors
from embedlab.gradcheck import check_gradient
from embedlab.language_models import masked_batch, next_sentence_loss, word_loss
from embedlab.layers import gelu, layer_norm, layer_norm_gradients, linear
from embedlab.numerics import Array, sigmoid, softmax
from embedlab.sequences import CLS, MARKS, MASK, SEP

_BERT = "Devlin, Chang, Lee and Toutanova 2019, arXiv:1810.04805"
_BERT_CODE = f"{_BERT}; the authors' code, run_pretraining.py, get_masked_lm_output"
_EXACT = 1e-10


def _small(difference: float) -> str:
    """Return a bound that hides rounding errors, which differ between machines."""
    return f"below {_EXACT:.0e}" if difference < _EXACT else f"{difference:.2g}"


@claim("formula")
def c156() -> Finding:
    """Attention is softmax(Q Kᵀ / √d_k) V with Q of n × d_k, K of m × d_k and V of m × d_v."""
    rng = np.random.default_rng(0)
    n, m, d_k, d_v = 4, 6, 3, 5
    q, k, v = (rng.standard_normal(shape) for shape in ((n, d_k), (m, d_k), (m, d_v)))
    output, weights = attention(q, k, v)
    by_hand = np.zeros((n, d_v))
    for i in range(n):
        shares = np.exp([q[i] @ k[j] / sqrt(d_k) for j in range(m)])
        by_hand[i] = sum(shares[j] / shares.sum() * v[j] for j in range(m))
    gap = float(np.abs(output - by_hand).max())
    return judged(
        gap < _EXACT and output.shape == (n, d_v) and weights.shape == (n, m),
        computed=f"n = {n}, m = {m}, d_k = {d_k}, d_v = {d_v}: weights of "
        f"{n} × {m}, output of {n} × {d_v}; differences from loops over single numbers "
        f"{_small(gap)}",
        correction="The shapes or the values differ.",
    )


def _query_gradient(d: int, *, scaled: bool, spread: float = 1.0) -> tuple[float, float]:
    """Return median and mean length of the gradient for a query, over 200 random heads."""
    rng = np.random.default_rng(d)
    queries = rng.standard_normal((200, 1, d))
    keys, values = spread * rng.standard_normal((200, 16, d)), rng.standard_normal((200, 16, d))
    d_output = rng.standard_normal((200, 1, d)) / sqrt(d)
    factor = 1.0 if scaled else sqrt(d)
    d_queries, _, _ = attention_gradients(d_output, factor * queries, keys, values)
    lengths = np.linalg.norm(factor * d_queries, axis=(1, 2))
    return float(np.median(lengths)), float(lengths.mean())


@claim("statistical")
def c157() -> Finding:
    """Dividing the scores by √d_k keeps the gradient from vanishing."""
    sizes = (16, 64, 256, 1024)
    with_root = [_query_gradient(d, scaled=True)[0] for d in sizes]
    without = [_query_gradient(d, scaled=False)[0] for d in sizes]
    mean = _query_gradient(sizes[-1], scaled=False)[1]
    long_keys = _query_gradient(sizes[-1], scaled=True, spread=40.0)[0]
    steady = min(with_root) > 0.5 * max(with_root) and without[-1] < 0.01 * with_root[-1]
    return judged(
        steady and long_keys > 0.5 * with_root[-1],
        steady,
        computed=f"16 keys, components of mean 0 and variance 1, typical (median) gradient for a "
        f"query at d_k = {sizes[0]}, {sizes[1]}, {sizes[2]}, {sizes[3]}: "
        f"{', '.join(f'{x:.2f}' for x in with_root)} with the root, "
        f"{', '.join(f'{x:.1g}' for x in without)} without; keys 40 times as long, with the root: "
        f"{long_keys:.0e}",
        correction="It removes what d_k does, and that is all: scores of independent components of "
        "mean 0 and variance 1 keep the variance 1. Longer queries or keys saturate the softmax "
        "all the same. And without the root only the typical gradient vanishes; the mean stays at "
        f"{mean:.1f}, because the few queries that hesitate between two keys get huge ones.",
        source="Vaswani et al. 2017, arXiv:1706.03762, section 3.2.1 (there as a suspicion)",
    )


@claim("formula")
def c158() -> Finding:
    """Head i of multi-head attention is the attention of Q Wᵢ^Q, K Wᵢ^K and V Wᵢ^V.

    Here Wᵢ^Q is of d_model × d_k; the same slide introduces Q as n × d_k.
    """
    rng = np.random.default_rng(0)
    n, d, n_heads = 5, 12, 3
    d_k = d // n_heads
    x, weights = rng.standard_normal((n, d)), [rng.standard_normal((d, d)) for _ in range(4)]
    projections = Projections(*weights, *(np.zeros(d) for _ in range(4)))
    heads = []
    for i in range(n_heads):
        part = slice(i * d_k, (i + 1) * d_k)
        q, k, v = (x @ w[:, part] for w in weights[:3])
        heads.append(attention(q, k, v)[0])
    joined = np.concatenate(heads, axis=1) @ weights[3]
    gap = float(np.abs(joined - multi_head_attention(x, projections, n_heads)[0]).max())
    w = weights[0][:, :d_k]
    fits = {width: _has_product(np.zeros((n, width)), w) for width in (d_k, d)}
    return judged(
        gap < _EXACT and all(fits.values()),
        gap < _EXACT and fits[d],
        computed=f"d_model = {d}, {n_heads} heads, d_k = {d_k}: with inputs of {n} × {d} the "
        "heads joined and projected agree with the package's layer (differences "
        f"{_small(gap)}); a Q of {n} × {d_k} {'can' if fits[d_k] else 'cannot'} be multiplied by "
        f"a W^Q of {d} × {d_k}",
        correction="Right if Q, K and V are the layer's inputs with d_model columns. The letters "
        "change their meaning between two lines of the slide: only the product Q Wᵢ^Q has the d_k "
        "columns that Q has in the line before. With a Q of n × d_k the product does not exist "
        "unless d_k = d_model.",
    )


def _has_product(a: Array, b: Array) -> bool:
    """Return whether two matrices can be multiplied."""
    try:
        a @ b
    except ValueError:
        return False
    return True


@claim("formula")
def c159() -> Finding:
    """Position p is encoded by sin(p / 10000^(2i/d)) in place 2i and by the cosine in 2i + 1."""
    n, d = 300, 64
    table = sinusoidal_positions(n, d)
    by_hand = np.array(
        [
            [(cos if j % 2 else sin)(p / 10000 ** (2 * (j // 2) / d)) for j in range(d)]
            for p in range(n)
        ]
    )
    gap = float(np.abs(table - by_hand).max())
    waves = 2 * np.pi, 2 * np.pi * 10000 ** ((d - 2) / d)
    return judged(
        gap < _EXACT,
        computed=f"{n} positions, d = {d}: differences from the formula {_small(gap)}; wavelengths "
        f"from {waves[0]:.2f} to {waves[1]:,.0f} positions. The i counts pairs of places, 0 to "
        f"{d // 2 - 1}, not dimensions",
        correction="The table differs from the formula.",
    )


@claim("formula")
def c160() -> Finding:
    """For any fixed offset k the encoding of position p + k is a linear function of that of p."""
    n, d = 400, 64
    table = sinusoidal_positions(n, d)
    gaps = [
        float(np.abs(table[100 + k : 300 + k] - table[100:300] @ position_shift(k, d)).max())
        for k in (-100, -7, 1, 50, 100)
    ]
    drawn = np.random.default_rng(0).standard_normal((n, d))
    # Fitted on the moves from even positions, judged on those from odd ones.
    fit = np.linalg.lstsq(drawn[:-1:2], drawn[1::2])[0]
    rest = float(((drawn[2::2] - drawn[1:-1:2] @ fit) ** 2).mean() / drawn.var())
    return judged(
        max(gaps) < _EXACT,
        computed=f"d = {d}: one matrix of rotations per offset moves 200 positions by −100, −7, 1, "
        f"50 and 100 with errors {_small(max(gaps))}. In a table of random numbers the matrix "
        f"for k = 1 that is best for half of the moves misses the others by {rest:.0%} of the "
        "variance, where no guess at all misses 100%",
        correction="No matrix does it for all positions.",
    )


@claim("formula")
def c161() -> Finding:
    """No two positions have the same sinusoidal encoding."""
    # By c160 the distance of two positions depends on their offset alone.
    found = {}
    for d in (2, 4, 64, 512):
        table = sinusoidal_positions(10_000, d)
        gaps = np.linalg.norm(table[1:] - table[0], axis=1)
        found[d] = float(gaps.min()), int(gaps.argmin()) + 1
    return judged(
        all(gap > 0 for gap, _ in found.values()),
        computed="10,000 positions, smallest distance of any two: "
        + "; ".join(f"d = {d}: {gap:.2g}, {offset:,} apart" for d, (gap, offset) in found.items())
        + ". 2π is irrational, so not even a single frequency (d = 2) ever repeats exactly",
        correction="Some positions coincide.",
    )


@claim("historical")
def c162() -> Finding:
    """BERT masks 15% of the tokens at random."""
    rng = np.random.default_rng(0)
    n_words = 1000
    ids = rng.integers(len(MARKS), n_words, size=(2000, 102))
    ids[:, 0], ids[:, -1] = CLS, SEP
    inputs, targets = masked_batch(ids, n_words, rng=rng)
    n_tokens = int((ids >= len(MARKS)).sum())
    chosen = targets >= 0
    asked = chosen.sum() / n_tokens
    masked = (inputs == MASK).sum() / n_tokens
    changed = ((inputs != ids) & (inputs != MASK)).sum() / n_tokens
    kept = asked - masked - changed
    share = Fact("15%", f"{_BERT}; the authors' README of google-research/bert (What is BERT?)")
    return judged(
        share.value == "15%" and abs(asked - 0.15) < 0.005,
        computed=f"the authors: {share.value} of the words are masked out. {n_tokens:,} words "
        f"drawn by the rule of their code: {asked:.1%} are to be predicted; of these "
        f"{masked / asked:.0%} become [MASK] ({masked:.0%} of all words), {changed / asked:.0%} "
        f"another word, and {kept / asked:.0%} stay as they are",
        correction="Another share is masked.",
        source=f"{share.source}, and create_pretraining_data.py",
    )


@claim("formula")
def c163() -> Finding:
    """BERT's loss sums −log P over the masked tokens and adds that of the next sentence.

    The loss of next-sentence prediction is a binary cross-entropy.
    """
    rng = np.random.default_rng(0)
    words, bias = rng.standard_normal((50, 8)), np.zeros(50)
    next_weight, follows = rng.standard_normal((8, 2)), np.array([1, 0, 1])
    cls = rng.standard_normal((3, 8))
    scores = cls @ next_weight
    p_next = sigmoid(scores[:, 1] - scores[:, 0])
    binary = -np.mean(follows * np.log(p_next) + (1 - follows) * np.log(1 - p_next))
    same = abs(binary - next_sentence_loss(cls, follows, next_weight, np.zeros(2))[0])
    ratios = {}
    for n in (1, 19, 77):  # 15% of 7, 128 and 512 tokens
        hidden, targets = rng.standard_normal((1, n, 8)), rng.integers(50, size=(1, n))
        log_p = np.log(softmax(hidden @ words.T))[0, np.arange(n), targets[0]]
        ratios[n] = -log_p.sum() / word_loss(hidden, targets, words, bias)[0]
    return judged(
        same < _EXACT and bool(np.allclose(list(ratios.values()), 1)),
        same < _EXACT and bool(np.isclose(ratios[1], 1)),
        computed=f"the next-sentence loss agrees ({_small(same)}); the sum over masked tokens is "
        + ", ".join(f"{ratio:.0f} × BERT's for {n}" for n, ratio in ratios.items())
        + " masked tokens",
        correction="BERT adds two means, not a sum and a mean: the masked-word loss is divided by "
        f"the number of masked tokens. As printed it would weigh {ratios[77]:.0f} times as much in "
        "a text of 512 tokens. And the model is given the whole corrupted text, in which a tenth "
        "of the chosen tokens still stand.",
        source=f"{_BERT}, appendix A.2; the authors' code, run_pretraining.py",
    )


@claim("formula")
def c164() -> Finding:
    """BERT predicts a masked token by softmax(W h + b) of the final hidden state h."""
    rng = np.random.default_rng(0)
    d, V = 16, 40
    h, words, bias = (rng.standard_normal(shape) for shape in ((1, 30, d), (V, d), V))
    targets = rng.integers(V, size=(1, 30))
    log_p = np.log(softmax(h @ words.T + bias))[0, np.arange(30), targets[0]]
    gap = abs(-log_p.mean() - word_loss(h, targets, words, bias)[0])
    dense = rng.standard_normal((d, d)) / sqrt(d)

    def transform(x: Array) -> Array:
        return layer_norm(gelu(linear(x, dense, np.zeros(d))), np.ones(d), np.zeros(d))

    # An affine map would satisfy f(x) + f(-x) = 2 f(0).
    bent = np.abs(transform(h) + transform(-h) - 2 * transform(np.zeros_like(h))).mean()
    return judged(
        gap < _EXACT and bent < _EXACT,
        gap < _EXACT,
        computed=f"without a layer in between the formula gives the loss (difference {_small(gap)})"
        f"; the published code first applies a dense layer, GELU and a layer norm, which no W and "
        f"b can absorb (mean departure from an affine map {bent:.1f})",
        correction="It holds for the paper's description. The published BERT puts one more layer "
        "(dense, GELU, layer norm) between h and the softmax, and W is the table of word vectors "
        "itself, not a matrix of its own.",
        source=_BERT_CODE,
    )


@claim("formula")
def c165() -> Finding:
    """Layer norm is γ (h − μ)/√(σ² + ε) + β with mean and variance (over d) of the d numbers."""
    rng = np.random.default_rng(0)
    d, epsilon = 24, 1e-5
    rows, gain, bias = (rng.standard_normal(shape) for shape in ((50, d), d, d))
    gaps = []
    for h in rows:
        mean = sum(h) / d
        variance = sum((x - mean) ** 2 for x in h) / d
        by_hand = gain * (h - mean) / sqrt(variance + epsilon) + bias
        gaps.append(np.abs(layer_norm(h, gain, bias, epsilon) - by_hand).max())
    plain = layer_norm(rows, np.ones(d), np.zeros(d))
    return judged(
        max(gaps) < _EXACT,
        computed=f"50 rows, d = {d}: differences from the formula {_small(max(gaps))}; with γ = 1, "
        f"β = 0 every row has mean 0 and variance {plain.var(axis=1).mean():.4f}",
        correction="The values differ.",
    )


def _printed_norm_gradient(d_hat: Array, h: Array, gain: Array) -> Array:
    deviation = h.std(axis=1, keepdims=True)
    hat = (h - h.mean(axis=1, keepdims=True)) / deviation
    along = (hat * d_hat).mean(axis=1, keepdims=True)
    bracket = d_hat - d_hat.mean(axis=1, keepdims=True) - hat * along
    return np.asarray(gain / deviation * bracket)


def _checked_norm_gradient(d_y: Array, h: Array, gain: Array) -> Array:
    """Return the gradient for h of Σ d_y · layer norm, after comparing it with the slope."""
    zero = np.zeros(h.shape[1])
    check_gradient(
        lambda x: (d_y * layer_norm(x, gain, zero)).sum(),
        lambda x: layer_norm_gradients(d_y, x, gain)[0],
        h,
        rng=np.random.default_rng(1),
        n_directions=2,
    )
    return layer_norm_gradients(d_y, h, gain)[0]


@claim("formula")
def c166() -> Finding:
    """Layer norm's gradient for hᵢ is γᵢ/√(σ² + ε) times a bracket of gradients for ĥ.

    The bracket: the gradient for ĥᵢ, less its mean, less ĥᵢ times the mean of its products with ĥ.
    """
    rng = np.random.default_rng(0)
    h, d_y = rng.standard_normal((100, 64)), rng.standard_normal((100, 64))
    gains = {"γ = 1": np.ones(64), "γ = 2": np.full(64, 2.0), "γ drawn": rng.uniform(0.5, 1.5, 64)}
    errors = {}
    for name, gain in gains.items():
        right = _checked_norm_gradient(d_y, h, gain)
        errors[name] = [
            float(np.linalg.norm(_printed_norm_gradient(d, h, gain) - right))
            / float(np.linalg.norm(right))
            for d in (gain * d_y, d_y)
        ]
    return judged(
        max(error for error, _ in errors.values()) < _EXACT,
        computed="relative error, 100 rows, d = 64 (the right gradient confirmed by central "
        "differences): "
        + ", ".join(f"{name}: {error:.0%}" for name, (error, _) in errors.items())
        + "; with the gradient for the output in place of that for ĥ: "
        + ", ".join(f"{name}: {error:.0%}" for name, (_, error) in errors.items()),
        correction="The γᵢ in front is one too many: the gradient for ĥᵢ is γᵢ times that for the "
        "output, so γ is already inside. It must stay inside, because both means run over all d "
        "components. As printed the formula is right for γ = 1 only (or for any constant γ, if "
        "the gradients in the bracket are those for the output). Right: the bracket divided by "
        "√(σ² + ε), nothing in front.",
    )


def _stack_gradient(n_layers: int, scale: float, *, norm: bool) -> float:
    """Return how much longer a gradient is below a stack of linear layers than above it."""
    rng, d = np.random.default_rng(0), 64
    weights = [scale * rng.standard_normal((d, d)) / sqrt(d) for _ in range(n_layers)]
    x: Array = rng.standard_normal((8, d))
    one, zero = np.ones(d), np.zeros(d)
    sums: list[Array] = []
    for weight in weights:
        sums.append(x @ weight)
        x = layer_norm(sums[-1], one, zero) if norm else sums[-1]
    top = rng.standard_normal(x.shape)
    gradient: Array = top
    for weight in weights[::-1]:
        before = sums.pop()
        gradient = layer_norm_gradients(gradient, before, one)[0] if norm else gradient
        gradient = gradient @ weight.T
    return float(np.linalg.norm(gradient) / np.linalg.norm(top))


@claim("opinion")
def c167() -> Finding:
    """Layer normalization ensures stable gradients across layers."""
    scales = (0.5, 1.0, 2.0)
    without = [_stack_gradient(24, scale, norm=False) for scale in scales]
    normed = [_stack_gradient(24, scale, norm=True) for scale in scales]
    rng = np.random.default_rng(0)
    small, d_y = 0.02 * rng.standard_normal((100, 64)), rng.standard_normal((100, 64))
    d_x = layer_norm_gradients(d_y, small, np.ones(64))[0]
    grows = float(np.linalg.norm(d_x) / np.linalg.norm(d_y))
    steady = min(normed) > 0.5 and max(normed) < 2
    return judged(
        steady and grows < 2,
        steady,
        computed="24 linear layers with weights at ½, 1 and 2 times the usual scale change a "
        f"gradient by {', '.join(f'{x:.1g}' for x in without)}; with layer norms by "
        f"{', '.join(f'{x:.2f}' for x in normed)}. One layer norm above numbers of deviation 0.02 "
        f"multiplies it by {grows:.0f}",
        correction="It makes the gradient independent of the weights' scale, which is much; but it "
        "divides by the deviation of its input, so small inputs get large gradients, and where it "
        "stands matters. In the first Transformers it comes after a layer's input has been added "
        "back to its output; there the gradients near the output are so large at the start that "
        "training needs a warm-up. Where it comes first in a layer, they are not.",
        source="Xiong et al. 2020, arXiv:2002.04745, abstract",
    )


@claim("formula")
def c168() -> Finding:
    """ELMo's vector of a token is γ Σⱼ sⱼ hⱼ over layers j = 0 to L, with softmax weights s."""
    rng = np.random.default_rng(0)
    layers, weights, scale = rng.standard_normal((3, 5, 8)), rng.standard_normal(3), 1.7
    shares = np.exp(weights) / np.exp(weights).sum()
    by_hand = scale * sum(share * layer for share, layer in zip(shares, layers, strict=True))
    gap = float(np.abs(elmo_vectors(layers, weights, scale) - by_hand).max())
    return judged(
        gap < _EXACT,
        computed=f"L = 2, so {len(layers)} layers with the word layer: differences {_small(gap)}; "
        f"the shares {', '.join(f'{x:.2f}' for x in shares)} add up to {shares.sum():.2f}",
        correction="The values differ.",
    )


@claim("formula")
def c169() -> Finding:
    """A text's probability is the product of each token's, given those before it.

    Just as well it is the product of each token's, given those after it.
    """
    V, n = 3, 4
    joint = np.random.default_rng(0).dirichlet(np.ones(V**n)).reshape((V,) * n)
    gaps = []
    for text in product(range(V), repeat=n):
        forward = backward = 1.0
        for k in range(n):
            forward *= joint[text[: k + 1]].sum() / joint[text[:k]].sum()
            after = joint[(slice(None),) * k + text[k:]].sum()
            backward *= after / joint[(slice(None),) * (k + 1) + text[k + 1 :]].sum()
        gaps.append(max(abs(forward - joint[text]), abs(backward - joint[text])))
    return judged(
        max(gaps) < _EXACT,
        computed=f"a random distribution over all {V**n} texts of {n} tokens out of {V}: both "
        f"products give every probability (errors {_small(max(gaps))}). ELMo's two networks are "
        "trained apart and need not agree with each other",
        correction="A product differs from the probability.",
    )
