"""The claims of chapter 4 about the spectrum of co-occurrence matrices."""

from functools import cache
from itertools import product

import numpy as np

from embedlab.claims.findings import Finding, claim, judged
from embedlab.corpus import encode_sentences
from embedlab.counts import (
    cooccurrences,
    effective_rank,
    ppmi,
    svd_embeddings,
    truncated_svd,
)
from embedlab.docstrings import docstring_sentences
from embedlab.evaluation.similarity import word_similarity
from embedlab.numerics import Array
from embedlab.text import build_vocabulary
from embedlab.world import world

# The artificial world, and real English: docstrings of these packages.
_TEXTS = ("world", "numpy", "matplotlib")
_SIZE = 500
_WINDOWS = (2, 5, 10)
_RANKS = ((1, 100), (11, 250))


@cache
def _counts(text: str, window: int) -> Array:
    """Return the counts of the most frequent words of a text, each word with each other."""
    sentences = _sentences(text)
    vocabulary = build_vocabulary(sentences, max_size=_SIZE)
    corpus = encode_sentences(sentences, vocabulary.index)
    counts: Array = cooccurrences(corpus, len(vocabulary), window=window).toarray()
    return counts


@cache
def _sentences(text: str) -> list[list[str]]:
    if text == "world":
        return world(np.random.default_rng(0), 20_000).sentences
    return docstring_sentences([text])


@cache
def _eigenvalues(text: str, window: int, matrix: str) -> Array:
    """Return the eigenvalues of the counts or of their PPMI, largest size first."""
    counts = _counts(text, window)
    symmetric = counts if matrix == "counts" else ppmi(counts).toarray()
    found: Array = np.linalg.eigvalsh(symmetric)
    return found[np.argsort(-np.abs(found), kind="stable")]


def _correlation(first: Array, second: Array) -> float:
    return float(np.corrcoef(first, second)[0, 1])


@claim("formula")
def c138() -> Finding:
    """With X = UΣVᵀ the rows of W = U_k Σ_k^½ are word vectors of k dimensions."""
    counts, k = _counts("world", 5), 50
    U, sigma, Vt = truncated_svd(counts, k, rng=np.random.default_rng(0))
    left, right = U * np.sqrt(sigma), np.sqrt(sigma)[:, np.newaxis] * Vt
    lost = np.linalg.norm(counts - left @ right) ** 2
    least = (np.linalg.svd(counts, compute_uv=False)[k:] ** 2).sum()
    drawn = world(np.random.default_rng(0), 20_000)
    words = build_vocabulary(drawn.sentences, max_size=_SIZE).words
    vectors = {
        name: svd_embeddings(words, matrix, k, rng=np.random.default_rng(0))
        for name, matrix in {"counts": counts, "PPMI": ppmi(counts)}.items()
    }
    quality = {
        name: word_similarity(table, drawn.similarities).correlation
        for name, table in vectors.items()
    }
    share = sigma[0] ** 2 / (counts**2).sum()
    return judged(
        bool(np.isclose(lost, least) and np.allclose(vectors["counts"].matrix, left)),
        computed=f"world, k = {k}: with contexts Σ_k^½ V_kᵀ the products lose "
        f"{lost / (counts**2).sum():.1%} of the squares of X, the least that rank {k} can. The "
        f"first direction of raw counts takes {share:.0%} of them. Rank correlation with the "
        f"world's true similarities: {quality['counts']:.2f} from counts, {quality['PPMI']:.2f} "
        "from PPMI",
        correction="The factors do not give back the best approximation.",
    )


@claim("empirical")
def c139() -> Finding:
    """The eigenvalues of word co-occurrence matrices fall as i^−α with α about 1.5."""
    found: dict[tuple[str, str, int], list[float]] = {}
    fits = []
    for matrix, power, (first, last) in product(("counts", "PPMI"), (1, 2), _RANKS):
        for text, window in product(_TEXTS, _WINDOWS):
            sizes = np.abs(_eigenvalues(text, window, matrix))
            logs = np.log(np.arange(first, last + 1)), np.log(sizes[first - 1 : last])
            slope, _ = np.polyfit(*logs, 1)
            found.setdefault((matrix, text, power), []).append(-power * float(slope))
            fits += [_correlation(*logs) ** 2] if matrix == "counts" else []
    near = {
        kind: [
            1.25 < alpha < 1.75
            for (_, text, _), some in found.items()
            if (text == "world") == (kind == "world")
            for alpha in some
        ]
        for kind in ("world", "English")
    }
    spans = {key: f"{min(some):.1f}–{max(some):.1f}" for key, some in found.items()}
    of_counts = [alpha for text in _TEXTS[1:] for alpha in found["counts", text, 1]]
    return judged(
        all(near["English"]),
        any(near["English"]),
        computed=f"docstrings of NumPy and of Matplotlib, {_SIZE} words, windows of 2, 5 and 10, "
        f"ranks 1–100 and 11–250. α of |λ| of the counts: {spans['counts', 'numpy', 1]} and "
        f"{spans['counts', 'matplotlib', 1]}; of their PPMI {spans['PPMI', 'numpy', 1]} and "
        f"{spans['PPMI', 'matplotlib', 1]}. λ², the eigenvalues of XᵀX, have twice that. Of these "
        f"{len(near['English'])} values {sum(near['English']) or 'none'} lie nearer to 1.5 than to "
        f"1 or 2; in the artificial world {sum(near['world'])} of {len(near['world'])} do. R² of "
        f"the straight lines for counts: {min(fits):.2f} and more",
        correction="A power law describes the counts well, but with α near "
        f"{np.mean(of_counts):.0f}, or {2 * np.mean(of_counts):.0f} for the eigenvalues of XᵀX; "
        "the deck does not say which it means. The exponent also depends on the text, on counts "
        "or PMI, and on the ranks that are fitted.",
    )


@claim("formula")
def c140() -> Finding:
    """The effective rank is the exponential of the entropy of p_i = λ_i / Σλ."""
    found = _eigenvalues("numpy", 5, "counts")
    rng = np.random.default_rng(0)
    bounds = [effective_rank(rng.exponential(size=n)) <= n for n in range(2, 100)]
    exact = [effective_rank(np.ones(n)) for n in range(1, 100)]
    sizes = np.abs(found)
    return judged(
        bool((found >= 0).all()),
        all(bounds) and bool(np.allclose(exact, np.arange(1, 100))),
        computed=f"NumPy's docstrings, window 5: {(found < 0).mean():.0%} of the {len(found)} "
        "eigenvalues of the counts are negative, so their p are no probabilities. With singular "
        f"values the effective rank is {effective_rank(sizes):.0f}, with their squares "
        f"{effective_rank(sizes**2):.0f}; n equal values give n",
        correction="It needs values of at least 0: singular values, or eigenvalues of XᵀX. Among "
        f"those of X the negative ones make up {-found[found < 0].sum() / sizes.sum():.0%} of the "
        "sum of sizes here, and where no word stands near itself, as in the study page's example, "
        "Σλ is 0. Say which values were used; the two ranks differ much.",
    )


@claim("formula")
def c141() -> Finding:
    """A penalty λ‖W‖₂ is one on the largest singular value, since ‖W‖₂ = σ_max."""
    rng = np.random.default_rng(0)
    gaps, beyond = [], 0.0
    for _ in range(100):
        W = rng.normal(size=tuple(rng.integers(2, 60, size=2)))
        _, sigma, Vt = np.linalg.svd(W, full_matrices=False)
        inputs = rng.normal(size=(W.shape[1], 200))
        stretch = np.linalg.norm(W @ inputs, axis=0) / np.linalg.norm(inputs, axis=0)
        beyond = max(beyond, float(stretch.max() / sigma[0]))
        gaps.append(abs(np.linalg.norm(W @ Vt[0]) - sigma[0]))
    return judged(
        beyond <= 1 and max(gaps) < 1e-9,
        computed=f"100 random matrices, 200 directions each: no vector is stretched by more than "
        f"{beyond:.2f} σ_max, and the first right singular vector by exactly σ_max",
        correction="Some vector is stretched more than σ_max.",
    )
