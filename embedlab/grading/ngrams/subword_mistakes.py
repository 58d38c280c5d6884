"""Common mistakes in ``subwords``, each an implementation and its sentence."""

from collections.abc import Callable, Iterable

from embedlab.grading.declaration import Mistake
from embedlab.grading.ngrams.slices import every_start, one_missing, one_too_many, windows
from embedlab.subwords import padded_ngrams, subwords


def _of_lengths(word: str, lengths: Iterable[int]) -> set[str]:
    return {unit for n in lengths for unit in padded_ngrams(word, n)}


def _ngrams(word: str, n_min: int, n_max: int) -> set[str]:
    """Return the units without the whole word, unless it is an n-gram."""
    return _of_lengths(word, range(n_min, n_max + 1))


def _with_other_lengths(lengths: Callable[[int, int], Iterable[int]]) -> Callable[..., set[str]]:
    return lambda word, n_min, n_max: _of_lengths(word, lengths(n_min, n_max)) | {f"<{word}>"}


def _cut_otherwise(
    cut: Callable[[str, int], list[str]], marks: tuple[str, str] = ("<", ">"), whole: str = "<{}>"
) -> Callable[..., set[str]]:
    """Return a function with another way to cut or to pad, and another whole word, or none."""
    return lambda word, n_min, n_max: {
        *([whole.format(word)] if whole else []),
        *(unit for n in range(n_min, n_max + 1) for unit in cut(word.join(marks), n)),
    }


def _marked_at_every_start(word: str, n_min: int, n_max: int) -> set[str]:
    """Return units as if the word began anew at each of its letters."""
    return {
        unit
        for i in range(len(word))
        for n in range(n_min, n_max + 1)
        for unit in (f"<{word[i:]}"[:n], f"{word[i:]}>"[:n])
        if len(unit) == n
    } | {f"<{word}>"}


_LAZY = (
    "You return something that makes its items only when somebody asks for them (a generator or "
    "map): return list(...) of it."
)
_WHOLE = "The whole word between its marks is a unit as well, whatever its length: add <word>."
_ALL_LENGTHS = "range(n_min, n_max) ends before n_max: write range(n_min, n_max + 1)."
_CHARACTERS = (
    "You add the characters of a string one by one, as set and update do: to put in the whole "
    "string, use add."
)
# To forget the mark and to stop one piece too early is the same, seen from outside.
_LAST = (
    "Your last n-grams are missing, which end with >: see that the mark is there, and that a piece "
    "starts at each of len(padded) - n + 1 places."
)
SUBWORDS = (
    Mistake(_WHOLE, _ngrams),
    Mistake(
        "The whole word stands between its marks: add <word>, and not the bare word.",
        lambda word, n_min, n_max: _ngrams(word, n_min, n_max) | {word},
    ),
    Mistake(
        "The bare word is no unit of its own: add only the one between the marks.",
        lambda word, n_min, n_max: _ngrams(word, n_min, n_max) | {word, f"<{word}>"},
    ),
    Mistake(
        "A word that is shorter than n_min is a unit as well: add <word> in every case.",
        lambda word, n_min, n_max: (
            _ngrams(word, n_min, n_max) | ({f"<{word}>"} if len(word) + 2 > n_max else set())
        ),
    ),
    Mistake(
        "The whole word is a unit also when its length lies in the range: add it in every case.",
        lambda word, n_min, n_max: (
            _ngrams(word, n_min, n_max) - {f"<{word}>"}
            | (set() if n_min <= len(word) + 2 <= n_max else {f"<{word}>"})
        ),
    ),
    Mistake(_ALL_LENGTHS, _with_other_lengths(range)),
    Mistake(
        "range(n_min, n_max) ends before n_max, and the whole word <word> is missing.",
        lambda word, n_min, n_max: _of_lengths(word, range(n_min, n_max)),
    ),
    Mistake(
        "You start after n_min: it is the first length.",
        _with_other_lengths(lambda n_min, n_max: range(n_min + 1, n_max + 1)),
    ),
    Mistake(
        "You take n_min and n_max only: take the lengths between them as well.",
        _with_other_lengths(lambda n_min, n_max: (n_min, n_max)),
    ),
    Mistake(
        "You start with length 1: start with n_min.",
        _with_other_lengths(lambda n_min, n_max: range(1, n_max + 1)),
    ),
    Mistake(
        "You take one length only: take every length from n_min to n_max.",
        _with_other_lengths(lambda n_min, n_max: (n_max,)),
    ),
    Mistake(
        "You take one length only: take every length from n_min to n_max.",
        _with_other_lengths(lambda n_min, n_max: (n_min,)),
    ),
    Mistake(
        "An n-gram may be longer than the bare word: it is cut from the padded one.",
        lambda word, n_min, n_max: _ngrams(word, n_min, min(n_max, len(word))) | {f"<{word}>"},
    ),
    Mistake(
        "You forgot the marks < and > round the word.", _cut_otherwise(windows, ("", ""), "{}")
    ),
    Mistake(
        "The mark > is missing: both go round the word, before you cut.",
        _cut_otherwise(windows, ("<", ""), "<{}"),
    ),
    *(
        Mistake(
            "The mark < is missing: both go round the word, before you cut.",
            _cut_otherwise(windows, ("", ">"), whole),
        )
        for whole in ("{}>", "<{}>")
    ),
    Mistake(
        "You write <S> and </S> round the word: for characters the marks are < and >.",
        _cut_otherwise(windows, ("<S>", "</S>"), "<S>{}</S>"),
    ),
    Mistake(
        "For n = 1 the marks alone are n-grams as well: keep < and >.",
        lambda word, n_min, n_max: set(subwords(word, n_min, n_max)) - {"<", ">"},
    ),
    Mistake(
        "A word that is shorter than n_min can have n-grams all the same, because the marks make "
        "it longer: it is no special case.",
        lambda word, n_min, n_max: (
            set(subwords(word, n_min, n_max)) if len(word) >= n_min else {f"<{word}>"}
        ),
    ),
    Mistake("Cut the n-grams from <word>, with the marks.", _cut_otherwise(windows, ("", ""))),
    Mistake(
        "The word has its marks twice: char_ngrams already puts < and > round it.",
        _cut_otherwise(windows, ("<<", ">>")),
    ),
    Mistake(
        "Only the n-grams at the start of the word begin with <: put the mark there once, then "
        "cut.",
        _marked_at_every_start,
    ),
    Mistake(
        _LAST,
        _cut_otherwise(one_missing),
    ),
    Mistake(
        _LAST,
        _cut_otherwise(one_missing, whole=""),
    ),
    Mistake(
        "Your last pieces are shorter than n: stop after len(padded) - n + 1 of them.",
        _cut_otherwise(every_start),
    ),
    Mistake(
        "Your last pieces are shorter than n: stop after len(padded) - n + 1 of them.",
        _cut_otherwise(one_too_many),
    ),
    Mistake(
        "Your n-grams run on from the end of the word to its start: stop at >.",
        _cut_otherwise(lambda padded, n: windows(padded + padded[: n - 1], n)),
    ),
    Mistake(
        "You list the beginnings of the word only: an n-gram may start at every character.",
        _cut_otherwise(lambda padded, n: windows(padded, n)[:1]),
    ),
    Mistake(
        _CHARACTERS,
        lambda word, n_min, n_max: _ngrams(word, n_min, n_max) | set(f"<{word}>"),
    ),
    Mistake(_CHARACTERS, lambda word, n_min, n_max: _ngrams(word, n_min, n_max) | set(word)),
    Mistake(_CHARACTERS, lambda word, n_min, n_max: {*f"<{word}>", f"<{word}>"}),
    Mistake(
        "Your n-grams are tuples or lists of characters: put strings into the set.",
        lambda word, n_min, n_max: {
            f"<{word}>",
            *(tuple(unit) for unit in _ngrams(word, n_min, n_max)),
        },
    ),
    Mistake(
        "You return one list for each length: put all units into one collection.",
        lambda word, n_min, n_max: [
            *(padded_ngrams(word, n) for n in range(n_min, n_max + 1)),
            [f"<{word}>"],
        ],
    ),
    Mistake(
        "You change capital letters to small ones: leave the characters as they are.",
        lambda word, n_min, n_max: set(subwords(word.lower(), n_min, n_max)),
    ),
    Mistake(_LAZY, lambda word, n_min, n_max: (unit for unit in _ngrams(word, n_min, n_max))),
    Mistake(_LAZY, lambda word, n_min, n_max: map(str, _ngrams(word, n_min, n_max))),
)
