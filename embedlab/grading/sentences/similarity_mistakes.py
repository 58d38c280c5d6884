"""Common mistakes in ``sentence_similarity`` and ``best_match``."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from embedlab.grading.declaration import Mistake
from embedlab.grading.scores import closeness, distance, dot, length, without_zero_case
from embedlab.grading.sentences.shared_mistakes import Vectors, Words, rows_of
from embedlab.grading.sentences.weighted_mistakes import Idf
from embedlab.sentences import mean_vector, sentence_similarity, sentence_vector
from embedlab.vectors import cosine

Sentence = Sequence[str]

# --- sentence_similarity -------------------------------------------------------------------


def _of_vectors(score: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """Return another score of the two right sentence vectors."""

    def function(s1: Sentence, s2: Sentence, vectors: Vectors, idf: Idf, stopwords: Words) -> Any:
        return score(*(sentence_vector(s, vectors, idf, stopwords) for s in (s1, s2)))

    return function


def _by_one_length(u: Any, v: Any) -> float:
    return dot(u, v) / (length(u) or 1)


def _bare(u: Any, v: Any) -> float:
    return dot(u, v) / (length(u) * length(v))


def _correlation(u: Any, v: Any) -> float:
    return cosine(np.asarray(u) - np.mean(u), np.asarray(v) - np.mean(v))


def _rounded_cosine(digits: int) -> Callable[[Any, Any], float]:
    return lambda u, v: round(cosine(u, v), digits)


def _of_means(s1: Sentence, s2: Sentence, vectors: Vectors, idf: Idf, stopwords: Words) -> float:
    return cosine(*(mean_vector(s, vectors, stopwords) for s in (s1, s2)))


def _overlap(s1: Sentence, s2: Sentence, vectors: Vectors, idf: Idf, stopwords: Words) -> float:
    first, second = ({*s} - stopwords for s in (s1, s2))
    return len(first & second) / (len(first | second) or 1)


def _of_pairs(s1: Sentence, s2: Sentence, vectors: Vectors, idf: Idf, stopwords: Words) -> float:
    rows = [rows_of(s, vectors, stopwords) for s in (s1, s2)]
    scores = [cosine(u, v) for u in rows[0] for v in rows[1]]
    return sum(scores) / (len(scores) or 1)


def _stopwords_forgotten(
    s1: Sentence, s2: Sentence, vectors: Vectors, idf: Idf, stopwords: Words
) -> float:
    return sentence_similarity(s1, s2, vectors, idf)


_ZERO = "A zero vector has length 0, and 0/0 gives nan: return 0.0 before you divide."
SIMILARITY = (
    Mistake("You left out the division by the two lengths (norms).", _of_vectors(dot)),
    Mistake("You compare the plain means: compare the weighted sentence vectors.", _of_means),
    Mistake(_ZERO, _of_vectors(without_zero_case)),
    # Plain Python raises where NumPy returns nan.
    Mistake(_ZERO, _of_vectors(_bare)),
    Mistake(
        "A zero vector has no direction, so its similarity is 0.0, also with another zero vector.",
        _of_vectors(lambda u, v: cosine(u, v) if np.any(u) or np.any(v) else 1.0),
    ),
    Mistake(
        "A zero vector has no direction, so its similarity is 0.0, a number: you return None.",
        _of_vectors(lambda u, v: cosine(u, v) if np.any(u) and np.any(v) else None),
    ),
    Mistake("You divide by one of the two lengths only.", _of_vectors(_by_one_length)),
    Mistake(
        "You divide by one of the two lengths only.", _of_vectors(lambda u, v: _by_one_length(v, u))
    ),
    Mistake(
        "You divide by the squared lengths: take the square roots first.",
        _of_vectors(lambda u, v: dot(u, v) / ((length(u) * length(v)) ** 2 or 1)),
    ),
    *(
        Mistake(
            "That is the correlation, which subtracts the mean of the numbers first: take the "
            "cosine of the vectors as they are.",
            _of_vectors(score),
        )
        for score in (
            _correlation,
            lambda u, v: _correlation(u, v) if np.any(u) and np.any(v) else np.nan,
        )
    ),
    Mistake("That is the Euclidean distance, not the cosine.", _of_vectors(distance)),
    Mistake(
        "That is a similarity made from the Euclidean distance, not the cosine.",
        _of_vectors(lambda u, v: 1 / (1 + distance(u, v))),
    ),
    Mistake("That is 1 minus the cosine: a distance.", _of_vectors(lambda u, v: 1 - cosine(u, v))),
    Mistake(
        "That is the angle itself; the cosine of it is wanted.",
        _of_vectors(lambda u, v: float(np.arccos(cosine(u, v)))),
    ),
    Mistake(
        "You take the absolute value: opposite directions have a negative cosine.",
        _of_vectors(lambda u, v: abs(cosine(u, v))),
    ),
    Mistake(
        "A negative cosine is an answer as well: you turn it into 0.",
        _of_vectors(lambda u, v: max(0.0, cosine(u, v))),
    ),
    Mistake(
        "Stopwords count in your comparison: pass them on to sentence_vector, and leave them out "
        "there.",
        _stopwords_forgotten,
    ),
    Mistake("You compare which words the sentences share: compare their vectors.", _overlap),
    Mistake(
        "You average the cosines of all pairs of words: build the two sentence vectors first, and "
        "take one cosine.",
        _of_pairs,
    ),
    Mistake(
        "You return a table with one number: return the number itself.",
        _of_vectors(lambda u, v: [[cosine(u, v)]]),
    ),
    *(
        Mistake("You round the result: return it as it is.", _of_vectors(_rounded_cosine(digits)))
        for digits in (1, 2, 3)
    ),
)


# --- best_match ----------------------------------------------------------------------------


def _scores(
    query: Sentence,
    sentences: Sequence[Sentence],
    vectors: Vectors,
    idf: Idf,
    stopwords: Words,
    score: Callable[[Any, Any], float] = cosine,
) -> list[float]:
    asked = sentence_vector(query, vectors, idf, stopwords)
    return [score(asked, sentence_vector(s, vectors, idf, stopwords)) for s in sentences]


def _found(choose: Callable[[list[float]], Any], **how: Any) -> Callable[..., Any]:
    """Return a search that chooses in another way, or by another score."""

    def function(query: Sentence, sentences: Sequence[Sentence], *others: Any) -> Any:
        return choose(_scores(query, sentences, *others, **how)) if sentences else None

    return function


def _first_best(scores: list[float]) -> int:
    return scores.index(max(scores))


def _last_best(scores: list[float]) -> int:
    return len(scores) - 1 - scores[::-1].index(max(scores))


def _above_zero(scores: list[float]) -> int | None:
    return _first_best(scores) if max(scores) > 0 else None


def _by_means(
    query: Sentence, sentences: Sequence[Sentence], vectors: Vectors, idf: Idf, stopwords: Words
) -> Any:
    return _found(_first_best)(query, sentences, vectors, {}, stopwords)


def _without_sentences(make: Callable[[], Any]) -> Callable[..., Any]:
    def function(query: Sentence, sentences: Sequence[Sentence], *others: Any) -> Any:
        return _found(_first_best)(query, sentences, *others) if sentences else make()

    return function


def _stopping(error: type[Exception]) -> Callable[[], Any]:
    def make() -> Any:
        raise error

    return make


def _sentence_itself(query: Sentence, sentences: Sequence[Sentence], *others: Any) -> Any:
    best = _found(_first_best)(query, sentences, *others)
    return None if best is None else sentences[best]


_NO_SENTENCES = "With no sentences there is no best one: return None"
BEST_MATCH = (
    Mistake("You return the sentence: return its position.", _sentence_itself),
    Mistake("You return the similarity: return the position of the best sentence.", _found(max)),
    Mistake(
        "Of equally similar sentences the first must win: use > where you use >=.",
        _found(_last_best),
    ),
    Mistake(
        "Your search starts at 0, but the best similarity may be 0 or less: start at minus "
        "infinity.",
        _found(_above_zero),
    ),
    Mistake(
        "Your search starts at 0, but the best similarity may be 0 or less: start at minus "
        "infinity.",
        _found(lambda scores: _above_zero(scores) or 0),
    ),
    *(
        Mistake(f"{_NO_SENTENCES}. Your function stops with an error.", _without_sentences(make))
        for make in map(_stopping, (ValueError, IndexError, UnboundLocalError))
    ),
    Mistake(f"{_NO_SENTENCES}, not -1.", _without_sentences(lambda: -1)),
    Mistake(f"{_NO_SENTENCES}, not 0.", _without_sentences(lambda: 0)),
    Mistake(
        "You return the least similar sentence.",
        _found(lambda scores: scores.index(min(scores))),
    ),
    Mistake("Positions start at 0, not at 1.", _found(lambda scores: _first_best(scores) + 1)),
    Mistake(
        "You return a pair: return the position alone.",
        _found(lambda scores: (_first_best(scores), max(scores))),
    ),
    Mistake("You compare the plain means: compare the weighted sentence vectors.", _by_means),
    Mistake(
        "Stopwords count in your comparison: pass them on, and leave them out there.",
        lambda query, sentences, vectors, idf, stopwords: _found(_first_best)(
            query, sentences, vectors, idf, frozenset()
        ),
    ),
    Mistake(
        "You compare by the dot product: take the highest cosine.", _found(_first_best, score=dot)
    ),
    Mistake(
        "You compare by Euclidean distance: take the highest cosine.",
        _found(_first_best, score=closeness),
    ),
)
