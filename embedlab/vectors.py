"""Word vectors: ``Embeddings``, cosine similarity, nearest words and analogies.

Every function compares directions only, so the scale of a vector never matters: 1e-300 and
1e300 are as good as 1. A zero vector has no direction; its similarity with everything is
defined as 0.0.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice

import numpy as np
import numpy.typing as npt

from embedlab.directions import Directions, cosines, directions, nearest_rows, unit_rows
from embedlab.numerics import Array, as_integer, as_matrix, as_vector, require, require_same_length


@dataclass(frozen=True, eq=False, repr=False)
class Embeddings:
    """Words and their vectors: row i of the matrix belongs to word i.

    A floating matrix in single precision is not copied: ``matrix`` is a read-only view of it.
    Hand over a copy if you go on changing the original, because the row lengths are computed
    once. From the first call of ``nearest`` on, a matrix of more than four million numbers is
    kept a second time in 16 bits: most of a query's time is reading it.

    Attributes:
        words: V distinct, non-empty strings.
        matrix: (V, d) finite numbers, float32 or float64, read-only.
        index: Position of each word.

    Raises:
        ValueError: If a word is empty, repeated or no string, or if the matrix is not a finite
            one with one row per word and at least one column.

    >>> embeddings = Embeddings(("king", "queen"), np.array([[1.0, 0.0], [0.5, 0.5]]))
    >>> embeddings
    Embeddings(2 words, 2 dimensions, float64)
    >>> embeddings["queen"].tolist()
    [0.5, 0.5]
    """

    words: tuple[str, ...]
    matrix: Array
    index: Mapping[str, int] = field(init=False)
    _directions: Directions = field(init=False)

    def __post_init__(self) -> None:
        require(not isinstance(self.words, str), "words", "be a sequence of strings", self.words)
        words = tuple(self.words)
        matrix = as_matrix("matrix", self.matrix).view()
        matrix.flags.writeable = False
        require_same_length("words", words, "matrix", matrix)
        require(matrix.size > 0, "matrix", "have at least one row and column", matrix.shape)
        for name, value in {
            "words": words,
            "matrix": matrix,
            "index": _index(words),
            "_directions": directions(matrix),
        }.items():
            # A frozen dataclass can be filled in only this way.
            object.__setattr__(self, name, value)

    @property
    def n_dimensions(self) -> int:
        """The length d of each vector."""
        return int(self.matrix.shape[1])

    def __len__(self) -> int:
        return len(self.words)

    def __iter__(self) -> Iterator[str]:
        return iter(self.words)

    def __contains__(self, word: object) -> bool:
        return word in self.index

    def __getitem__(self, word: str) -> Array:
        known = word in self.index
        hint = "" if known else _spelling_hint(word, self.words)
        require(known, "word", f"be in the vocabulary of {len(self)} words", word, hint)
        row: Array = self.matrix[self.index[word]]
        return row

    def __repr__(self) -> str:
        V, d = self.matrix.shape
        return f"Embeddings({V} words, {d} dimensions, {self.matrix.dtype})"


def cosine(u: npt.ArrayLike, v: npt.ArrayLike) -> float:
    """Return the cosine of the angle between two vectors, u·v / (|u| |v|).

    Args:
        u: (d,) any real numbers, at any scale.
        v: (d,) likewise.

    Returns:
        A number in [-1, 1]; 0.0 if either vector is zero.

    Raises:
        ValueError: If a vector is empty, not finite, or not as long as the other.

    >>> cosine([3, 4], [4, 3])
    0.96
    >>> cosine([1e300, 0.0], [1e-300, 0.0])
    1.0
    >>> cosine([0.0, 0.0], [1.0, 2.0])
    0.0
    """
    first, second = as_vector("u", u), as_vector("v", v)
    require_same_length("u", first, "v", second)
    require(len(first) > 0, "u and v", "have at least one dimension", "two empty vectors")
    return float(cosines(first[np.newaxis], second[np.newaxis])[0])


def similarity_matrix(rows: npt.ArrayLike, columns: npt.ArrayLike | None = None) -> Array:
    """Return the cosine of every row of one matrix with every row of another.

    Args:
        rows: (V, d) vectors.
        columns: (W, d) vectors; the rows themselves if left out.

    Returns:
        (V, W) cosines in [-1, 1]; 0.0 wherever a zero vector takes part. Single precision if
        both arguments have it.

    Raises:
        ValueError: If an argument is not a finite matrix, or their widths differ.

    >>> similarity_matrix([[2.0, 0.0], [0.0, 0.0]], [[3.0, 4.0], [-1.0, 0.0]]).tolist()
    [[0.6, -1.0], [0.0, 0.0]]
    """
    first = as_matrix("rows", rows)
    second = first if columns is None else as_matrix("columns", columns)
    widths = first.shape[1], second.shape[1]
    require(widths[0] == widths[1] > 0, "rows and columns", "have one width above 0", widths)
    units = unit_rows(first)
    others = units if columns is None else unit_rows(second)
    return np.asarray(np.clip(units @ others.T, -1.0, 1.0))


def nearest(
    embeddings: Embeddings,
    query: str | npt.ArrayLike,
    k: int = 10,
    *,
    exclude: Collection[str] = (),
) -> list[tuple[str, float]]:
    """Return the k words whose vectors have the highest cosine with a query.

    Words whose vectors point in exactly the same direction score exactly the same and keep
    their order in the vocabulary. With a zero query every score is 0.0.

    Args:
        embeddings: The words to choose from.
        query: A word, which is then left out itself, or a (d,) vector.
        k: How many words, at least 1; all of them when there are fewer.
        exclude: Words to leave out as well; those not in the vocabulary do not matter.

    Returns:
        (word, cosine) pairs, best first.

    Raises:
        ValueError: If the query is an unknown word or not a finite (d,) vector, or k < 1.

    >>> points = Embeddings(("a", "b", "c"), np.array([[1.0, 0.0], [3.0, 4.0], [0.0, 1.0]]))
    >>> nearest(points, "b", k=1)
    [('c', 0.8)]
    >>> nearest(points, [-1.0, 0.0])
    [('c', 0.0), ('b', -0.6), ('a', -1.0)]
    """
    vector = as_vector("query", embeddings[query] if isinstance(query, str) else query)
    d = embeddings.n_dimensions
    require(len(vector) == d, "query", f"have the {d} dimensions of the embeddings", len(vector))
    itself = query if isinstance(query, str) else None
    return _search(embeddings, vector[np.newaxis], k, [itself], exclude)[0]


def nearest_many(
    embeddings: Embeddings,
    queries: Sequence[str] | npt.ArrayLike,
    k: int = 10,
    *,
    exclude: Collection[str] = (),
) -> list[list[tuple[str, float]]]:
    """Return for each of many queries what ``nearest`` returns, in a fraction of the time.

    One product of matrices serves all queries, where each alone would read all vectors again.

    Args:
        embeddings: The words to choose from.
        queries: q words, each of which is left out of its own answer, or (q, d) vectors.
        k: How many words for each query, at least 1; all of them when there are fewer.
        exclude: Words to leave out of every answer; those not in the vocabulary do not matter.

    Returns:
        One list of (word, cosine) pairs for each query, best first.

    Raises:
        ValueError: If a query is an unknown word, the queries are not a finite (q, d) matrix, or
            k < 1.

    >>> points = Embeddings(("a", "b", "c"), np.array([[1.0, 0.0], [3.0, 4.0], [0.0, 1.0]]))
    >>> nearest_many(points, ["a", "b"], k=1)
    [[('b', 0.6)], [('c', 0.8)]]
    """
    rule = "be a list of words or a matrix (q, d)"
    require(not isinstance(queries, str), "queries", rule, queries, "call nearest for one word")
    listed = list(queries) if isinstance(queries, Sequence) else []
    words = [query for query in listed if isinstance(query, str)]
    d = embeddings.n_dimensions
    if len(words) == len(listed) and isinstance(queries, Sequence):
        rows = [embeddings[word] for word in words]
        vectors = np.array(rows, dtype=embeddings.matrix.dtype).reshape(-1, d)
        return _search(embeddings, vectors, k, words, exclude)
    vectors = as_matrix("queries", queries)
    width = vectors.shape[1]
    require(width == d, "queries", f"have the {d} dimensions of the embeddings", width)
    return _search(embeddings, vectors, k, [None] * len(vectors), exclude)


def analogy(
    embeddings: Embeddings,
    a: str,
    b: str,
    c: str,
    k: int = 1,
    *,
    exclude_inputs: bool = True,
    normalize: bool = False,
) -> list[tuple[str, float]]:
    """Return the k words nearest to the vector A - B + C: "a is to b as ? is to c".

    The course defines the analogy on the vectors as they are, so a long vector weighs more than
    a short one. ``normalize=True`` first divides each of the three by its length, so that all
    weigh the same: this is 3CosAdd, what gensim's ``most_similar`` computes. The two can name
    different words.

    Args:
        embeddings: The words and vectors.
        a: The word that stands to b ...
        b: ... as the answer ...
        c: ... stands to c.
        k: How many answers, at least 1.
        exclude_inputs: Whether to leave out a, b and c, one of which is otherwise often the
            nearest word.
        normalize: Whether to divide A, B and C by their lengths first.

    Returns:
        (word, cosine with A - B + C) pairs, best first.

    Raises:
        ValueError: If a word is not in the vocabulary, or k < 1.

    Source: Mikolov, Yih and Zweig 2013, "Linguistic Regularities in Continuous Space Word
        Representations"; Levy and Goldberg 2014, "Linguistic Regularities in Sparse and
        Explicit Word Representations" (3CosAdd).

    >>> words = ("king", "man", "woman", "queen")
    >>> points = Embeddings(words, np.array([[5.0, 1.0], [1.0, 1.0], [1.0, 3.0], [5.0, 3.0]]))
    >>> analogy(points, "king", "man", "woman")
    [('queen', 1.0)]
    """
    inputs = np.stack([embeddings[word] for word in (a, b, c)]).astype(np.float64)
    # A quarter of each, which is exact in binary, cannot overflow and has the same direction.
    first, second, third = unit_rows(inputs) if normalize else 0.25 * inputs
    exclude = {a, b, c} if exclude_inputs else set()
    return nearest(embeddings, first - second + third, k, exclude=exclude)


def _search(
    embeddings: Embeddings,
    vectors: Array,
    k: int,
    themselves: Sequence[str | None],
    exclude: Collection[str],
) -> list[list[tuple[str, float]]]:
    """Return the k best of each query (q, d), without the query itself and the excluded words."""
    require(not isinstance(exclude, str), "exclude", "be a collection of words", exclude)
    k, index = as_integer("k", k, 1), embeddings.index
    always = {index[word] for word in exclude if word in index}
    left_out = [always if word is None else {*always, index[word]} for word in themselves]
    found = nearest_rows(embeddings._directions, vectors, k, left_out)
    return [
        [(embeddings.words[i], score) for i, score in zip(rows, scores, strict=True)]
        for rows, scores in ((rows.tolist(), scores.tolist()) for rows, scores in found)
    ]


def _index(words: tuple[str, ...]) -> dict[str, int]:
    """Return the position of each word; raise ``ValueError`` unless all are distinct."""
    index: dict[str, int] = {}
    for i, word in enumerate(words):
        if not isinstance(word, str) or not word:
            raise ValueError(f"words must be non-empty strings, got {word!r} at position {i}")
        if index.setdefault(word, i) != i:
            raise ValueError(
                f"words must be distinct, got {word!r} at positions {index[word]} and {i}; "
                "keep one of the two rows"
            )
    return index


def _spelling_hint(word: object, words: tuple[str, ...]) -> str:
    """Return what to do about an unknown word, with a word of similar spelling if there is one."""
    if not isinstance(word, str):
        return "give a string"
    remedy = "only a FastText model composes vectors for unseen words"
    # Comparing spellings is slow; files list frequent words first, and those are worth a guess.
    similar_length = (other for other in words if abs(len(other) - len(word)) <= 2)
    matches = get_close_matches(word.lower(), islice(similar_length, 20_000), n=1)
    return f"did you mean {matches[0]!r}? If not, {remedy}" if matches else remedy
