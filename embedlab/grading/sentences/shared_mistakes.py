"""What goes wrong in plain and in weighted means alike."""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, TypeAlias

import numpy as np

from embedlab.grading.declaration import Mistake
from embedlab.numerics import Array

Vectors: TypeAlias = Mapping[str, Any]
Words: TypeAlias = AbstractSet[str]

NO_VECTOR = (
    "A word without a vector stops your function: ask `token in vectors` before you look it up."
)
STOPWORDS_KEPT = "You average the stopwords as well: leave them out."
LISTS_JOINED = (
    "The vectors may be lists, and + joins lists: turn each into an array with "
    "np.asarray(vector, dtype=float)."
)
REMOVED = (
    "You remove words from a list while a loop goes over it, which overlooks the next word: "
    "build a new list of the words to keep."
)
INSIDE = (
    "You look for a word inside other words, as in a joined text, where he is in the and law in "
    "lawn: ask `token in stopwords` and `token in vectors` of the set and the dict themselves."
)
ROUNDED = "You round the result: return it as it is."
SHAPE = "You return a table with one row: return the row itself, a sequence of numbers."


def rows_of(tokens: Sequence[str], vectors: Vectors, stopwords: Words = frozenset()) -> Array:
    """Return the vectors (n, d) of the tokens that are left."""
    kept = [vectors[t] for t in tokens if t in vectors and t not in stopwords]
    return np.reshape(np.asarray(kept, dtype=float), (len(kept), dimension(vectors)))


def dimension(vectors: Vectors) -> int:
    """Return the number of dimensions of some word vectors."""
    return len(next(iter(vectors.values())))


def removed(tokens: Sequence[str], vectors: Vectors, stopwords: Words) -> list[str]:
    """Return the tokens left after removing some from a list that a loop goes over."""
    left = list(tokens)
    for token in left:
        if token in stopwords or token not in vectors:
            left.remove(token)
    return [token for token in left if token in vectors]


def looking_inside(right: Callable[..., Any]) -> tuple[Mistake, ...]:
    """Return what comes of looking for words in joined texts, for any kind of average."""

    def in_stopwords(tokens: Sequence[str], *others: Any) -> Any:
        text = " ".join(others[-1])
        return right([token for token in tokens if token not in text], *others)

    def around_stopwords(tokens: Sequence[str], *others: Any) -> Any:
        kept = [token for token in tokens if not any(word in token for word in others[-1])]
        return right(kept, *others)

    def in_vectors(tokens: Sequence[str], vectors: Vectors, *others: Any) -> Any:
        text = " ".join(vectors)
        for token in tokens:
            if token not in others[-1] and token in text:
                vectors[token]
        return right(tokens, vectors, *others)

    return tuple(Mistake(INSIDE, each) for each in (in_stopwords, around_stopwords, in_vectors))


def stops_at_lists(right: Callable[..., Any]) -> Callable[..., Any]:
    """Return an average that adds the vectors up as they are, which Python refuses for lists."""

    def function(tokens: Sequence[str], vectors: Vectors, *others: Any) -> Any:
        kept = [vectors[t] for t in tokens if t in vectors and t not in others[-1]]
        if any(isinstance(vector, list | tuple) for vector in kept):
            raise TypeError
        return right(tokens, vectors, *others)

    return function


def nothing_left(right: Callable[..., Any]) -> tuple[Mistake, ...]:
    """Return what goes wrong when no word is left, for any kind of average."""

    def giving(sentence: str, make: Callable[..., Any]) -> Mistake:
        def function(tokens: Sequence[str], vectors: Vectors, *others: Any) -> Any:
            answer = right(tokens, vectors, *others)
            return answer if np.any(answer) else make(vectors)

        return Mistake(sentence, function)

    def stopping(error: type[Exception]) -> Callable[..., Any]:
        def make(vectors: Vectors) -> Any:
            raise error

        return make

    zero_by_zero = "When no word is left you divide 0 by 0: return a zero vector before you divide."
    with_zeros = "When no word is left, return a zero vector: as many zeros as a vector has numbers"
    as_long = (
        "The zero vector must be as long as the vectors are, which differs from case to case: "
        "len(next(iter(vectors.values())))."
    )
    return (
        giving(zero_by_zero, lambda vectors: [np.nan] * dimension(vectors)),
        giving(zero_by_zero, lambda vectors: np.nan),
        giving(zero_by_zero, stopping(ZeroDivisionError)),
        *(
            giving(f"{with_zeros}. Your function stops there with an error.", stopping(error))
            for error in (IndexError, ValueError, TypeError, StopIteration, UnboundLocalError)
        ),
        giving(f"{with_zeros}, not an empty list.", lambda vectors: []),
        giving(f"{with_zeros}, not None.", lambda vectors: None),
        giving(f"{with_zeros}, not the number 0.", lambda vectors: 0.0),
        *(giving(as_long, lambda vectors, n=n: [0.0] * n) for n in (2, 3, 50, 100, 300)),
        giving(as_long, lambda vectors: [0.0] * len(vectors)),
        giving(SHAPE, lambda vectors: [[0.0] * dimension(vectors)]),
    )


def rounding(right: Callable[..., Any]) -> tuple[Mistake, ...]:
    """Return a vector rounded to a few digits."""

    def to(digits: int) -> Mistake:
        return Mistake(ROUNDED, lambda *arguments: np.round(right(*arguments), digits))

    return to(2), to(3)
