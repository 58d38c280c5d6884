"""Common mistakes in ``nearest``, each an implementation and its sentence."""

import numpy as np

from embedlab.grading.cosine.nearest_rankings import (
    above,
    ascending,
    best_k_times,
    cut_by,
    first_k,
    from_dict_by_score,
    from_dict_with_the_word,
    nan_scores_of,
    other_rows,
    others_of,
    pairs,
    partitioned,
    ranked,
    ranked_by,
    scored,
    scores_of,
    shifted,
    sorted_by_nan,
    turned_round,
    with_minus_infinity,
    words_at,
)
from embedlab.grading.declaration import Mistake
from embedlab.grading.scores import closeness, dot
from embedlab.vectors import cosine

_TOO_LARGE = (
    "k may be larger than the number of other words; then return them all. A slice like "
    "ranked[:k] does that by itself."
)
_NEGATIVE = (
    "You leave out words whose cosine is 0 or negative: they belong into the list as well, after "
    "the others."
)
_RETURN = (
    "Your return stands inside the loop, which then ends in its first round: move it to the left, "
    "below the loop."
)
_WHOLE = (
    "You cut numbers to whole ones, and what stood behind the point is lost: divide with /, and "
    "leave out int() and dtype=int."
)
_PAIRS = "You return pairs of a word and its cosine: return the words only."
_WORST = "Your list starts with the worst: sort from the highest cosine down."
_TIES = (
    "Exactly equal rows must keep their order in words: use sorted(..., reverse=True) or "
    'np.argsort(-scores, kind="stable").'
)
_TIES_AT_THE_CUT = (
    "Where exactly equal rows do not all fit into the list, the first of them in words belong "
    "there: sort all the words, then take the first k."
)
_BY_WORD = (
    "Sorting pairs (score, word) puts equal scores in alphabetical order: sort by the score only."
)
_BY_SCORE = (
    "A dict from cosines to words keeps one word for each cosine, so of equal rows only the last "
    "is left: make it a dict from words to cosines."
)
_NAN = "A zero row gives nan, which cannot be sorted: its cosine with everything is 0.0."

NEAREST = (
    Mistake(
        "The word itself is in your list: it is always nearest to itself, leave it out.",
        lambda word, words, vectors, k: ranked(word, words, vectors)[:k],
    ),
    Mistake(
        "The word itself is in your list: it is always nearest to itself, leave it out.",
        lambda word, words, vectors, k: ranked(word, words, vectors)[: k + 1],
    ),
    Mistake(
        "When k is large, the word itself is the last of your list: leave it out whatever k is.",
        lambda word, words, vectors, k: [*others_of(word, words, vectors), word][:k],
    ),
    Mistake(
        "You drop the first of the sorted list, but with equal rows that need not be the word "
        "itself: leave out the word by its name or position.",
        lambda word, words, vectors, k: ranked(word, words, vectors)[1 : k + 1],
    ),
    Mistake(
        "You leave out every word whose row equals the row of word, or whose cosine is 1: leave "
        "out the word itself only.",
        other_rows,
    ),
    Mistake(_WORST, cut_by(lambda others, k: others[::-1][:k])),
    Mistake(_WORST, ascending),
    Mistake(
        "You return the right words, but the worst of them first: the highest cosine comes first.",
        cut_by(lambda others, k: others[:k][::-1]),
    ),
    Mistake(
        "You return the right words in alphabetical order: the highest cosine comes first.",
        cut_by(lambda others, k: sorted(others[:k])),
    ),
    Mistake("You rank by Euclidean distance: rank by cosine.", ranked_by(closeness)),
    Mistake(
        "You rank by the dot product, which favors long vectors: rank by cosine.", ranked_by(dot)
    ),
    Mistake(
        "You rank by the absolute value of the cosine: opposite directions come last.",
        ranked_by(lambda u, v: abs(cosine(u, v))),
    ),
    Mistake(
        "You use the first two numbers of each row only: rows may have any length.",
        ranked_by(lambda u, v: cosine(u[:2], v[:2])),
    ),
    Mistake(_NEGATIVE, above(lambda score: score > 0)),
    Mistake(_NEGATIVE, above(lambda score: score >= 0)),
    Mistake(
        "You left word out of a list, so a position in it is no position in words any more.",
        shifted,
    ),
    Mistake(_RETURN, cut_by(lambda others, k: others[:1])),
    Mistake(_RETURN, lambda word, words, vectors, k: [w for w in words[:1] if w != word][:k]),
    Mistake(
        _WHOLE,
        lambda word, words, vectors, k: others_of(word, words, np.trunc(vectors))[:k],
    ),
    Mistake(_WHOLE, ranked_by(lambda u, v: cosine(np.trunc(u), v))),
    Mistake(_WHOLE, ranked_by(lambda u, v: np.trunc(cosine(u, v)))),
    Mistake(_WHOLE, ranked_by(lambda u, v: np.floor(cosine(u, v)))),
    Mistake("You return one word too few.", cut_by(lambda others, k: others[: k - 1])),
    Mistake("You return one word too many.", cut_by(lambda others, k: others[: k + 1])),
    Mistake("You return all words: stop after the first k.", cut_by(lambda others, k: others)),
    Mistake(
        "You return three words whatever k is: stop after the first k.",
        cut_by(lambda others, k: others[:3]),
    ),
    Mistake(_TOO_LARGE, cut_by(first_k)),
    Mistake(_TOO_LARGE, best_k_times),
    Mistake(_PAIRS, pairs),
    Mistake(
        _PAIRS,
        lambda word, words, vectors, k: [(s, w) for w, s in pairs(word, words, vectors, k)],
    ),
    Mistake(
        "You return positions: return the words at these positions.",
        lambda word, words, vectors, k: [
            words.index(other) for other in others_of(word, words, vectors)[:k]
        ],
    ),
    Mistake(
        "You return the cosines: return the words they belong to.",
        lambda word, words, vectors, k: [score for _, score in pairs(word, words, vectors, k)],
    ),
    Mistake(
        _TIES,
        lambda word, words, vectors, k: words_at(
            turned_round(word, words, vectors), word, words, k
        ),
    ),
    Mistake(
        _TIES,
        lambda word, words, vectors, k: [
            words[i] for i in turned_round(word, words, vectors)[1 : k + 1]
        ],
    ),
    # In which order these leave equal scores depends on the processor.
    Mistake(
        _TIES,
        lambda word, words, vectors, k: words_at(
            np.argsort(np.negative(scores_of(word, words, vectors))), word, words, k
        ),
    ),
    Mistake(
        _TIES,
        lambda word, words, vectors, k: words_at(
            np.argsort(scores_of(word, words, vectors))[::-1], word, words, k
        ),
    ),
    Mistake(_TIES, with_minus_infinity),
    Mistake(_TIES_AT_THE_CUT, partitioned),
    Mistake(
        _TIES_AT_THE_CUT,
        lambda word, words, vectors, k: sorted(
            others_of(word, words, vectors, lambda u, v: -cosine(u, v))[-k:],
            key=ranked(word, words, vectors).index,
        ),
    ),
    Mistake(
        _BY_WORD,
        lambda word, words, vectors, k: [
            w for _, w in sorted(scored(word, words, vectors), reverse=True)
        ][:k],
    ),
    Mistake(
        _BY_WORD,
        lambda word, words, vectors, k: [
            w for _, w in sorted((-s, w) for s, w in scored(word, words, vectors))
        ][:k],
    ),
    Mistake(_BY_SCORE, from_dict_by_score),
    Mistake(_BY_SCORE, from_dict_with_the_word),
    Mistake(
        _NAN,
        lambda word, words, vectors, k: words_at(
            np.argsort(-nan_scores_of(word, words, vectors), kind="stable"), word, words, k
        ),
    ),
    Mistake(
        _NAN,
        lambda word, words, vectors, k: words_at(
            np.argsort(nan_scores_of(word, words, vectors), kind="stable")[::-1], word, words, k
        ),
    ),
    Mistake(_NAN, sorted_by_nan),
)
