"""Common mistakes in ``analogy``, each an implementation and its sentence."""

from itertools import combinations

import numpy as np

from embedlab.grading.cosine.analogy_choices import (
    best,
    by,
    by_other_rows,
    chosen_from,
    dropped,
    from_zero,
    last_best,
    nan_loses,
    nan_wins,
    rows_of,
    unbound,
    with_nan,
)
from embedlab.grading.cosine.analogy_scores import (
    RIGHT,
    closenesses,
    dots,
    in_the_plane,
    of_products,
    of_quotients,
    of_steps,
    of_unit_vectors,
    of_whole_inputs,
    of_whole_rows,
    of_whole_targets,
    with_sum,
)
from embedlab.grading.declaration import Mistake

_ORDER = "the wanted vector is A - B + C, because a is to b as ? is to c."
_FIRST = (
    "Of exactly equal rows the first in words must win, as with np.argmax and max(): >=, "
    "np.argsort(...)[-1] and a dict by cosine take the last."
)
_COSINES = "You combine three cosines: compute the vector A - B + C first, then one cosine with it."
_START = (
    "The best cosine may be 0 or less: a search that starts at 0 misses it. Start at minus "
    "infinity, and give that value to words that you leave out."
)
_WHOLE = (
    "You cut numbers to whole ones, and what stood behind the point is lost: divide with /, and "
    "leave out int() and dtype=int."
)
_NAN = "A zero row gives nan, and nan wins or loses every comparison: its cosine is 0.0."

ANALOGY = (
    *(
        Mistake(
            "Leave out a, b and c, all three: one of them is often nearest to A - B + C.",
            by(RIGHT, "".join(letters)),
        )
        for n in range(3)
        for letters in combinations("abc", n)
    ),
    Mistake(
        "Leave out the words a, b and c only: another word with the same row may be the answer.",
        by_other_rows,
    ),
    *(
        Mistake(
            "You drop the first of the sorted words, but a, b and c need not come first: leave "
            "them out by name.",
            dropped(n),
        )
        for n in (3, 1)
    ),
    Mistake(f"You compute B - A + C: {_ORDER}", by(with_sum(-1, 1, 1))),
    Mistake(f"You compute A + B - C: {_ORDER}", by(with_sum(1, 1, -1))),
    Mistake(f"You compute A - (B + C): {_ORDER}", by(with_sum(1, -1, -1))),
    Mistake(f"You add up all three: {_ORDER}", by(with_sum(1, 1, 1))),
    Mistake(f"You compute A - B and leave out C: {_ORDER}", by(with_sum(1, -1, 0))),
    Mistake(f"You look for the word nearest to c: {_ORDER}", by(with_sum(0, 0, 1))),
    Mistake(f"You look for the word nearest to a: {_ORDER}", by(with_sum(1, 0, 0))),
    Mistake(f"You look for the word nearest to b: {_ORDER}", by(with_sum(0, 1, 0))),
    Mistake(
        "You return the first word that is not a, b or c: put the return below the loop, not "
        "into it.",
        chosen_from(lambda found, _: found[0][1]),
    ),
    Mistake(
        "You compare by Euclidean distance: take the highest cosine.",
        by(with_sum(1, -1, 1, score=closenesses)),
    ),
    Mistake(
        "You compare by the dot product, which favors long vectors: take the highest cosine.",
        by(with_sum(1, -1, 1, score=dots)),
    ),
    Mistake(
        "You return the word with the lowest cosine: take the highest.",
        chosen_from(lambda found, _: min(found, key=lambda pair: pair[0])[1]),
    ),
    Mistake(
        "You take the absolute value of the cosine: opposite directions are the least alike.",
        chosen_from(lambda found, _: max(found, key=lambda pair: abs(pair[0]))[1]),
    ),
    Mistake(
        "You return the vector A - B + C: return the word nearest to it.",
        lambda a, b, c, words, vectors: np.dot([1, -1, 1], rows_of(words, vectors, a, b, c)),
    ),
    Mistake(
        "You return a list: return the word alone.", chosen_from(lambda found, _: [best(found)])
    ),
    Mistake(
        "You return a pair of the word and its cosine: return the word alone.",
        chosen_from(lambda found, _: max((pair[::-1] for pair in found), key=lambda pair: pair[1])),
    ),
    Mistake(
        "You return a pair of the cosine and the word: return the word alone.",
        chosen_from(lambda found, _: max(found, key=lambda pair: pair[0])),
    ),
    Mistake(
        "You return a position: return the word at it.",
        chosen_from(lambda found, words: words.index(best(found))),
    ),
    Mistake(
        "You left a, b and c out of a list, so a position in it is no position in words any more.",
        chosen_from(lambda found, words: words[[word for _, word in found].index(best(found))]),
    ),
    Mistake(
        "You divide A, B and C by their lengths first: the wanted vector is A - B + C as it is.",
        by(of_unit_vectors),
    ),
    Mistake(
        "You compare the step from c to each word with A - B: compare the word itself with "
        "A - B + C.",
        by(of_steps),
    ),
    Mistake(_COSINES, by(of_products)),
    Mistake(_COSINES, by(of_quotients)),
    Mistake(
        "You use the first two numbers of each row only: rows may have any length.",
        by(in_the_plane),
    ),
    Mistake(_WHOLE, by(of_whole_targets)),
    Mistake(_WHOLE, by(of_whole_inputs)),
    Mistake(_WHOLE, by(of_whole_rows)),
    Mistake(_FIRST, chosen_from(lambda found, _: last_best(found))),
    Mistake(
        "Comparing pairs (cosine, word) decides between equal cosines by the alphabet: compare "
        "the cosines only.",
        chosen_from(lambda found, _: max(found)[1]),
    ),
    Mistake(
        "Comparing pairs (cosine, word) decides between equal cosines by the alphabet: compare "
        "the cosines only.",
        chosen_from(lambda found, _: min((-score, word) for score, word in found)[1]),
    ),
    Mistake(_START, from_zero(lambda words: None)),
    Mistake(_START, from_zero(lambda words: "")),
    Mistake(_START, from_zero(lambda words: words[0])),
    Mistake(_START, from_zero(unbound)),
    Mistake(_NAN, with_nan(nan_wins)),
    Mistake(_NAN, with_nan(nan_loses)),
    Mistake(_NAN, with_nan(best)),
    Mistake(_WHOLE, by(lambda *given: np.trunc(RIGHT(*given)))),
    Mistake(_WHOLE, by(lambda *given: np.floor(RIGHT(*given)))),
)
