"""Word vectors by counting: co-occurrence, pointwise mutual information, truncated SVD.

Rows of a matrix of counts are words, its columns their contexts. A dot stands for a sum over an
index: X_i· is the sum of row i. Logarithms are natural, so information comes in nats; divide by
log 2 for bits.
"""

from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array
from scipy.sparse.linalg import svds

from embedlab.corpus import Corpus
from embedlab.numerics import (
    Array,
    as_integer,
    as_vector,
    first_not_finite,
    require,
    require_tokens,
)
from embedlab.vectors import Embeddings

Matrix: TypeAlias = npt.ArrayLike | csr_array


def cooccurrences(
    corpus: Corpus,
    n_words: int,
    *,
    window: int,
    weighting: Literal["flat", "inverse"] = "flat",
    side: Literal["both", "left", "right"] = "both",
) -> csr_array:
    """Return how often each word stands near each other word, summed over all sentences.

    Args:
        corpus: The tokens.
        n_words: V, the size of the vocabulary.
        window: How many places away a neighbor may be, at least 1. A window longer than a
            sentence holds the whole sentence.
        weighting: Whether a neighbor k places away counts 1 ("flat") or 1/k ("inverse", as in
            GloVe).
        side: Count the neighbors on both sides, or only those to the left or to the right of
            word i. The left counts are the right ones transposed; both is their sum.

    Returns:
        (V, V) float64: X[i, j] counts word j near word i. Flat counts are whole numbers.

    Raises:
        ValueError: If an argument is out of range, an id is V or more, or no sentence has two
            tokens.

    Source: Pennington, Socher and Manning 2014, "GloVe: Global Vectors for Word
        Representation", section 4.2 (1/k).

    >>> corpus = Corpus(np.array([0, 1, 0, 2]), np.array([0, 0, 0, 1]))
    >>> cooccurrences(corpus, 3, window=1).toarray().tolist()
    [[0.0, 2.0, 0.0], [2.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    """
    V, window = as_integer("n_words", n_words, 1), as_integer("window", window, 1)
    require(weighting in ("flat", "inverse"), "weighting", "be 'flat' or 'inverse'", weighting)
    require(side in ("both", "left", "right"), "side", "be 'both', 'left' or 'right'", side)
    highest = int(corpus.ids.max(initial=-1))
    require(highest < V, "corpus", f"have ids below n_words = {V}", highest)
    right = csr_array((V, V))
    for distance in range(1, min(window, len(corpus) - 1) + 1):
        pairs = _pairs_at(corpus, distance, V)
        if pairs.nnz == 0:
            break  # No sentence is that long.
        right = right + (pairs / distance if weighting == "inverse" else pairs)
    rule = "have a sentence with two known words"
    require(right.nnz > 0, "corpus", rule, f"{len(corpus)} tokens without a neighbor")
    if side == "right":
        return right
    left = right.T.tocsr()
    return left if side == "left" else left + right


def _pairs_at(corpus: Corpus, distance: int, V: int) -> csr_array:
    """Return how often word j stands exactly so many places to the right of word i, (V, V)."""
    same_sentence = corpus.sentence_of[distance:] == corpus.sentence_of[:-distance]
    # A pair as one number: to sort these is the fastest way to count equal ones.
    codes = corpus.ids[:-distance][same_sentence].astype(np.int64) * V
    codes += corpus.ids[distance:][same_sentence]
    pairs, n_times = np.unique(codes, return_counts=True)
    rows, columns = (half.astype(np.int32) for half in np.divmod(pairs, V))
    return coo_array((n_times.astype(np.float64), (rows, columns)), shape=(V, V)).tocsr()


def probability_ratios(counts: Matrix, i: int, j: int) -> Array:
    """Return P(k | i) / P(k | j) for every context k, (V,), where P(k | i) = X_ik / X_i·.

    Large where k belongs to word i, small where it belongs to j, and near 1 where it tells the
    two apart no better than any other word. Infinite where only i was seen with k, NaN where
    neither was.

    Raises:
        ValueError: If counts are not finite numbers of at least 0, or row i or j is empty.

    Source: Pennington, Socher and Manning 2014, section 3.

    >>> probability_ratios([[0, 3, 1], [1, 1, 2]], 0, 1).tolist()
    [0.0, 3.0, 0.5]
    """
    X = _checked(counts)
    rows = []
    for name, position in {"i": i, "j": j}.items():
        row = as_integer(name, position, 0)
        require(row < X.shape[0], name, f"be below the {X.shape[0]} rows of counts", row)
        values = X[[row]].toarray()[0]
        require(values.sum() > 0, name, "be a word with neighbors", row)
        rows.append(values / values.sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(rows[0] / rows[1])


def pmi(counts: Matrix, *, smoothing: float = 1.0) -> Array:
    """Return the pointwise mutual information of each word and context, dense, in nats.

    log of observed over expected: log (X_ij X_·· / (X_i· X_·j)); 0 where the two meet as often
    as chance would have it, -inf where they never meet.

    Args:
        counts: (V, W) at least 0, sparse or dense. The result has V · W numbers: for a large
            vocabulary take ``ppmi``.
        smoothing: Exponent on the context counts X_·j, in (0, 1]. Below 1 (0.75 is usual) a
            rare context becomes likelier by chance, and its PMI smaller.

    Raises:
        ValueError: If counts are not finite numbers of at least 0, some above, or smoothing is
            out of range.

    Source: Church and Hanks 1990, "Word Association Norms, Mutual Information, and
        Lexicography"; Levy, Goldberg and Dagan 2015, "Improving Distributional Similarity with
        Lessons Learned from Word Embeddings", section 3.2 (smoothing).

    >>> pmi([[6, 2], [0, 4]]).round(3).tolist()
    [[0.405, -0.693], [-inf, 0.693]]
    """
    log_ratios = _log_ratios(_checked(counts), smoothing).tocoo()
    dense = np.full(log_ratios.shape, -np.inf)
    dense[log_ratios.row, log_ratios.col] = log_ratios.data
    return dense


def ppmi(counts: Matrix, *, shift: float = 0.0, smoothing: float = 1.0) -> csr_array:
    """Return the positive pointwise mutual information max(PMI - shift, 0), sparse, in nats.

    Args:
        counts: (V, W) at least 0, sparse or dense.
        shift: At least 0. With log k it is shifted PPMI, which belongs to skip-gram with k
            negative samples.
        smoothing: As in ``pmi``.

    Raises:
        ValueError: As ``pmi``, and if shift is negative or not finite.

    Source: Levy and Goldberg 2014, "Neural Word Embedding as Implicit Matrix Factorization";
        Levy, Goldberg and Dagan 2015, section 3.2.
    """
    require(0 <= shift < np.inf, "shift", "be at least 0 and finite", shift)
    positive = _log_ratios(_checked(counts), smoothing)
    positive.data = np.maximum(positive.data - shift, 0.0)
    positive.eliminate_zeros()
    return positive


def mutual_information(counts: Matrix) -> float:
    """Return the mutual information of word and context, Σ p_ij log (p_ij / (p_i· p_·j)), in nats.

    It is the mean PMI of an observed pair, and 0 only where contexts do not depend on words.

    Raises:
        ValueError: If counts are not finite numbers of at least 0, some above.

    >>> round(mutual_information([[1, 0], [0, 1]]), 4)
    0.6931
    """
    X = _checked(counts)
    return float(X.data @ _log_ratios(X, 1.0).data / X.sum())


def entropy(weights: npt.ArrayLike) -> float:
    """Return the entropy -Σ p log p of counts or probabilities (V,), in nats.

    exp of it is how many equally likely words would be as hard to guess.

    Args:
        weights: At least 0, some above; divided by their sum first.

    Raises:
        ValueError: If a weight is negative or not finite, or all are 0.

    Source: Shannon 1948, "A Mathematical Theory of Communication", section 6.

    >>> round(entropy([5, 5, 5, 5]), 4), round(float(np.log(4)), 4)
    (1.3863, 1.3863)
    """
    values = _not_negative("weights", weights)
    shares = values[values > 0] / values.sum()
    # Adding 0.0 makes the -0.0 of a single word a 0.0.
    return float(-(shares * np.log(shares)).sum() + 0.0)


def truncated_svd(
    matrix: Matrix, k: int, *, rng: np.random.Generator
) -> tuple[Array, Array, Array]:
    """Return the k largest singular values of a matrix with their vectors: U (V, k), σ, Vᵀ (k, W).

    U diag(σ) Vᵀ is the best approximation of rank k in squared error. The σ descend. Singular
    vectors are defined up to their sign; here the largest number of each column of U is positive.

    Args:
        matrix: (V, W) finite numbers, sparse or dense. Single precision halves time and memory.
        k: From 1 to the smaller side.
        rng: Draws the vector from which the search starts; the result depends on it by rounding
            errors only.

    Raises:
        ValueError: If the matrix is not finite or all zero, or k is out of range.

    Source: Eckart and Young 1936, "The approximation of one matrix by another of lower rank".
    """
    M = _as_sparse("matrix", matrix)
    k, smaller_side = as_integer("k", k, 1), min(M.shape)
    require(k <= smaller_side, "k", f"be at most the smaller side of the matrix, {smaller_side}", k)
    require(M.nnz > 0, "matrix", "hold a number other than 0", f"zeros of shape {M.shape}")
    if 2 * k >= smaller_side:
        # The iteration below is made for few of many, and cannot find them all.
        U, sigma, Vt = (part for part in np.linalg.svd(M.toarray(), full_matrices=False))
    else:
        start = rng.standard_normal(smaller_side).astype(M.dtype)
        U, sigma, Vt = svds(M, k, v0=start)
    largest_first = np.argsort(-sigma, kind="stable")[:k]
    U, sigma, Vt = U[:, largest_first], sigma[largest_first], Vt[largest_first]
    signs = np.sign(U[np.abs(U).argmax(axis=0), np.arange(k)])
    return U * signs, sigma, Vt * signs[:, np.newaxis]


def svd_embeddings(
    words: Sequence[str],
    matrix: Matrix,
    d: int,
    *,
    rng: np.random.Generator,
    weighting: float = 0.5,
) -> Embeddings:
    """Return the words with the rows of U_d Σ_d^p as their vectors.

    Args:
        words: V words.
        matrix: (V, W), such as a PPMI matrix.
        d: Dimensions. Those beyond the rank of the matrix are zero.
        rng: As in ``truncated_svd``.
        weighting: p, at least 0. With 1 dot products are those of the matrix's rows as far as
            rank d allows; 0.5 and 0 give less weight to the strongest directions, and do better
            on many tests.

    Raises:
        ValueError: As ``truncated_svd``, if weighting is out of range, or words and rows differ
            in number.

    Source: Levy, Goldberg and Dagan 2015, section 3.3 (eigenvalue weighting).
    """
    require_tokens("words", words)
    require(0 <= weighting < np.inf, "weighting", "be at least 0 and finite", weighting)
    U, sigma, _ = truncated_svd(matrix, d, rng=rng)
    # Directions that the matrix does not have come out as noise, which the power 0 would keep.
    noise = sigma[0] * max(np.shape(matrix)) * np.finfo(sigma.dtype).eps
    return Embeddings(tuple(words), U * np.where(sigma > noise, sigma**weighting, 0.0))


def effective_rank(spectrum: npt.ArrayLike) -> float:
    """Return exp of the entropy of a spectrum divided by its sum: how many directions count.

    n equal values give n, one value far above the rest nearly 1.

    Args:
        spectrum: At least 0, some above, in any order. Roy and Vetterli take the singular
            values σ of a matrix M, the course's deck the eigenvalues λ; those of MᵀM are σ²,
            which gives a smaller number. Say which one you used.

    Raises:
        ValueError: If a value is negative or not finite, or all are 0.

    Source: Roy and Vetterli 2007, "The effective rank: a measure of effective dimensionality".

    >>> round(effective_rank([1, 1, 1, 0]), 12)
    3.0
    """
    return float(np.exp(entropy(_not_negative("spectrum", spectrum))))


def power_law(spectrum: npt.ArrayLike) -> tuple[float, float]:
    """Return the exponent α of λ_i ∝ i^-α, and how well the law fits.

    A straight line through log λ_i over log i by least squares; -α is its slope.

    Args:
        spectrum: At least two positive values; the largest counts as λ_1. Hand over eigenvalues
            λ for the α of the course's deck. Singular values are their roots, so they give α/2.

    Returns:
        α, and R², the share of the variance of log λ that the line explains, at most 1.

    Raises:
        ValueError: If a value is not positive and finite, or there are fewer than two.

    >>> exponent, fit = power_law([1, 1 / 2**1.5, 1 / 3**1.5])
    >>> round(exponent, 12), round(fit, 12)
    (1.5, 1.0)
    """
    values = np.sort(_not_negative("spectrum", spectrum))[::-1]
    require(len(values) > 1, "spectrum", "hold at least two values", len(values))
    remedy = "cut the spectrum off before the zeros"
    require(values[-1] > 0, "spectrum", "be positive", float(values[-1]), remedy)
    x, y = np.log(np.arange(1, len(values) + 1)), np.log(values)
    x, y = x - x.mean(), y - y.mean()
    slope = float(x @ y / (x @ x))
    total = float(y @ y)
    # A flat spectrum is fitted exactly by the exponent 0, and has no variance to explain.
    residual = y - slope * x
    return 0.0 - slope, 1.0 - float(residual @ residual) / total if total > 0 else 1.0


def _log_ratios(X: csr_array, smoothing: float) -> csr_array:
    """Return log (observed over expected) of the cells that are not 0, as ``pmi`` defines it."""
    require(0 < smoothing <= 1, "smoothing", "be above 0 and at most 1", smoothing)
    require(X.nnz > 0, "counts", "hold a count above 0", f"zeros of shape {X.shape}")
    cells = X.tocoo()
    of_word, of_context = X.sum(axis=1), X.sum(axis=0) ** smoothing
    with np.errstate(divide="ignore"):  # A word without neighbors has no cell either.
        log_word = np.log(of_word / of_word.sum())
        log_context = np.log(of_context / of_context.sum())
    values = np.log(X.data / X.sum()) - log_word[cells.row] - log_context[cells.col]
    return csr_array((values, X.indices, X.indptr), shape=X.shape)


def _checked(counts: Matrix) -> csr_array:
    """Return counts as rows of a sparse matrix in double precision, all at least 0."""
    X = _as_sparse("counts", counts).astype(np.float64, copy=False)
    lowest = float(X.data.min(initial=0.0))
    require(lowest >= 0, "counts", "be at least 0", lowest)
    return X


def _as_sparse(name: str, matrix: Matrix) -> csr_array:
    """Return a copy of a finite matrix as rows of a sparse one; single precision stays single."""
    rows = csr_array(matrix)
    rule = "be a matrix with rows and columns"
    require(rows.ndim == 2 and 0 not in rows.shape, name, rule, f"shape {rows.shape}")
    rows = rows.astype(np.float32 if rows.dtype == np.float32 else np.float64)
    rows.sum_duplicates()
    where = first_not_finite(rows.data)
    require(where is None, name, "be finite", float(rows.data[where]) if where else "")
    rows.eliminate_zeros()
    return rows


def _not_negative(name: str, values: npt.ArrayLike) -> Array:
    """Return a vector in double precision after checking that it is at least 0, some above."""
    vector = as_vector(name, values).astype(np.float64)
    require(bool((vector >= 0).all()), name, "be at least 0", float(vector.min(initial=0.0)))
    require(bool((vector > 0).any()), name, "hold a number above 0", vector)
    return vector
