"""Common mistakes in ``idf_table``, each an implementation and its sentence."""

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any, TypeAlias

import numpy as np

from embedlab.grading.declaration import Mistake
from embedlab.sentences import idf_table

Docs: TypeAlias = Sequence[Sequence[str]]

_LN = "natural logarithm (math.log or np.log)"
_FORMULA = "ln((1 + N) / (1 + df)) + 1"


def _words(docs: Docs) -> list[str]:
    return list(dict.fromkeys(chain.from_iterable(docs)))


def _df(docs: Docs, word: str) -> int:
    return sum(word in doc for doc in docs)


def _by(formula: Callable[[int, int], float]) -> Callable[..., Any]:
    """Return an idf table by another formula of N and df."""

    def function(docs: Docs) -> dict[str, float]:
        return {word: float(formula(len(docs), _df(docs, word))) for word in _words(docs)}

    return function


def _idf(n: int, df: int) -> float:
    return float(np.log((1 + n) / (1 + df)) + 1)


def _counting(count: Callable[[Docs, str], int]) -> Callable[..., Any]:
    """Return an idf table by the right formula of another count than that of the documents."""
    return lambda docs: {word: _idf(len(docs), count(docs, word)) for word in _words(docs)}


def _of_n(count: Callable[[Docs], int]) -> Callable[..., Any]:
    """Return an idf table by the right formula with another N."""
    return lambda docs: {word: _idf(count(docs), _df(docs, word)) for word in _words(docs)}


def _of_one(docs: Docs, position: int) -> dict[str, float]:
    table = idf_table(docs)
    return {word: table[word] for word in docs[position]}


def _first_then_return(docs: Docs) -> dict[str, float] | None:
    return _of_one(docs, 0) if docs else None


def _stopping(error: type[Exception]) -> Callable[..., Any]:
    def function(docs: Docs) -> dict[str, float]:
        if not docs:
            raise error
        return idf_table(docs)

    return function


def _for_no_documents(answer: Any) -> Callable[..., Any]:
    return lambda docs: idf_table(docs) if docs else answer


def _lowercase(docs: Docs) -> dict[str, float]:
    return idf_table([[token.lower() for token in doc] for doc in docs])


_OUTSIDE = f"The 1 that is added after the logarithm is missing: {_FORMULA}."
_SMOOTH = f"The two 1s inside the logarithm are missing: {_FORMULA}."
_ERROR = "With no documents your function stops with an error: return an empty dict, {}."
_WRONG_LOG = f"You take another logarithm: the {_LN} is wanted."
_FIRST_ONLY = (
    "The words of the first document only are in your table: go through all documents, and return "
    "after the loop."
)
IDF = (
    Mistake(
        "You count how often a word occurs: count the documents that have it, each once however "
        "often it occurs there.",
        _counting(lambda docs, word: sum(doc.count(word) for doc in docs)),
    ),
    Mistake(_OUTSIDE, _by(lambda n, df: np.log((1 + n) / (1 + df)))),
    Mistake(_SMOOTH, _by(lambda n, df: np.log(n / df) + 1)),
    Mistake(
        f"All three 1s of the formula are missing: {_FORMULA}.",
        _by(lambda n, df: np.log(n / df)),
    ),
    Mistake(_WRONG_LOG, _by(lambda n, df: np.log10((1 + n) / (1 + df)) + 1)),
    Mistake(_WRONG_LOG, _by(lambda n, df: np.log2((1 + n) / (1 + df)) + 1)),
    Mistake(
        f"The 1 that is added to N is missing: {_FORMULA}.",
        _by(lambda n, df: np.log(n / (1 + df)) + 1),
    ),
    Mistake(
        f"The 1 that is added to df is missing: {_FORMULA}.",
        _by(lambda n, df: np.log((1 + n) / df) + 1),
    ),
    Mistake(
        f"The last 1 belongs outside the logarithm: {_FORMULA}.",
        _by(lambda n, df: np.log((1 + n) / (1 + df) + 1)),
    ),
    Mistake(
        f"Brackets are missing round one of the sums: {_FORMULA}.",
        _by(lambda n, df: np.log(1 + n / (1 + df)) + 1),
    ),
    Mistake(
        f"Brackets are missing round one of the sums: {_FORMULA}.",
        _by(lambda n, df: np.log((1 + n) / 1 + df) + 1),
    ),
    Mistake(
        "You divide whole numbers with //, which cuts off the decimals: use /.",
        _by(lambda n, df: np.log((1 + n) // (1 + df)) + 1),
    ),
    Mistake(
        f"The fraction is upside down: {_FORMULA}.",
        _by(lambda n, df: np.log((1 + df) / (1 + n)) + 1),
    ),
    Mistake(f"The logarithm is missing: {_FORMULA}.", _by(lambda n, df: (1 + n) / (1 + df) + 1)),
    Mistake(f"The logarithm is missing: {_FORMULA}.", _by(lambda n, df: (1 + n) / (1 + df))),
    Mistake(
        "You return the document frequencies: put them into the formula.", _by(lambda n, df: df)
    ),
    Mistake(
        "Your N is the number of different words: it is the number of documents.",
        _of_n(lambda docs: len(_words(docs))),
    ),
    Mistake(
        "Your N is the number of all tokens: it is the number of documents.",
        _of_n(lambda docs: sum(map(len, docs))),
    ),
    Mistake(
        "An empty document counts as well: N is len(docs).",
        _of_n(lambda docs: sum(len(doc) > 0 for doc in docs)),
    ),
    Mistake(
        "You look for a word inside other words: law is not in a document that only has lawyer. "
        "Ask `word in doc` where doc is a list or a set.",
        _counting(lambda docs, word: sum(word in " ".join(doc) for doc in docs)),
    ),
    Mistake(
        _FIRST_ONLY,
        _first_then_return,
    ),
    Mistake(
        _FIRST_ONLY,
        lambda docs: _of_one(docs, 0),
    ),
    Mistake(
        "The words of the last document only are in your table: make it once, before the loop.",
        lambda docs: _of_one(docs, -1) if docs else {},
    ),
    Mistake(
        "You change capital letters: take the tokens as they are, Berlin and berlin are two words.",
        _lowercase,
    ),
    *(
        Mistake(_ERROR, _stopping(error))
        for error in (IndexError, TypeError, ValueError, ZeroDivisionError)
    ),
    Mistake("With no documents, return an empty dict, not None.", _for_no_documents(None)),
    Mistake("With no documents, return an empty dict, not a number.", _for_no_documents(0.0)),
    Mistake("With no documents, return an empty dict, not a list.", _for_no_documents([])),
    Mistake(
        "You return a list of pairs: make a dict of it with dict(...).",
        lambda docs: list(idf_table(docs).items()),
    ),
    Mistake(
        "You return the numbers alone: return a dict from words to numbers.",
        lambda docs: list(idf_table(docs).values()),
    ),
    Mistake(
        "You return a list of tables, one per document: one table for all documents is wanted.",
        lambda docs: [idf_table([doc]) for doc in docs],
    ),
    *(
        Mistake(
            "You round the numbers: return them as they are.",
            lambda docs, digits=digits: {w: round(x, digits) for w, x in idf_table(docs).items()},
        )
        for digits in (2, 3)
    ),
)
