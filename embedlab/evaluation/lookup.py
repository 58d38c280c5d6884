"""Where the words of a test set stand in a vocabulary, and what to do about those that do not."""

from collections.abc import Sequence

import numpy as np

from embedlab.numerics import IntArray, require


def fold(word: str, fold_case: bool) -> str:
    """Return the form in which a word is compared: without case, on request."""
    require(isinstance(word, str), "each word", "be a string", word)
    return word.casefold() if fold_case else word


def first_rows(words: Sequence[str], fold_case: bool) -> tuple[dict[str, int], IntArray]:
    """Return the first row of each form, and for each row (V,) the first of its form.

    >>> rows, first_of = first_rows(["us", "the", "US"], True)
    >>> rows, first_of.tolist()
    ({'us': 0, 'the': 1}, [0, 1, 0])
    """
    rows: dict[str, int] = {}
    first_of = [rows.setdefault(fold(word, fold_case), row) for row, word in enumerate(words)]
    return rows, np.array(first_of, dtype=np.int64)


def require_policy(unknown: str, policies: tuple[str, ...]) -> None:
    """Raise ``ValueError`` unless a policy for words without a vector is one of those known."""
    require(unknown in policies, "unknown", f"be one of {policies}", unknown)


def require_known(name: str, strangers: Sequence[object], unknown: str) -> None:
    """Raise ``ValueError`` if words without a vector are an error, and there are some."""
    is_allowed = unknown != "error" or not strangers
    first = next(iter(strangers), None)
    remedy = f"{len(strangers)} lack one; unknown='skip' leaves them out"
    require(is_allowed, name, "have a vector for each word", first, remedy)
