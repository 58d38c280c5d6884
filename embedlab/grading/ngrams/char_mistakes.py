"""Common mistakes in ``char_ngrams``, each an implementation and its sentence."""

from collections import Counter
from collections.abc import Callable
from itertools import groupby

from embedlab.grading.declaration import Mistake
from embedlab.grading.ngrams.slices import every_start, one_missing, one_too_many, windows
from embedlab.subwords import padded_ngrams


def _between(left: str, right: str) -> Callable[[str, int], list[str]]:
    """Return a function that puts other marks round the word."""
    return lambda word, n: windows(left + word + right, n)


def _with_cut(cut: Callable[[str, int], list[str]]) -> Callable[[str, int], list[str]]:
    """Return a function that pads rightly and cuts otherwise."""
    return lambda word, n: cut(f"<{word}>", n)


def _of_bytes(errors: str) -> Callable[[str, int], list[str]]:
    """Return a function that cuts the UTF-8 bytes, and decodes the pieces."""
    return lambda word, n: [
        piece.decode(errors=errors) for piece in _pieces_of_bytes(f"<{word}>".encode(), n)
    ]


def _pieces_of_bytes(padded: bytes, n: int) -> list[bytes]:
    return [padded[i : i + n] for i in range(len(padded) - n + 1)]


_LAZY = (
    "You return something that makes its items only when somebody asks for them (a generator or "
    "map): return list(...) of it."
)
_SHORT = (
    "When n is longer than the padded word there is no n-gram: return an empty list. "
    "Do not return a piece that is shorter than n."
)
_BYTES = "You cut bytes: é is one character, but two bytes. Cut the string itself."
_ORDER = "A set or dict does not keep every occurrence in its place: collect the n-grams in a list."
CHAR_NGRAMS = (
    Mistake("You forgot the marks < and > round the word.", _between("", "")),
    # To forget the mark and to stop one piece too early is the same, seen from outside.
    Mistake(
        "The last n-gram is missing, which ends with >: see that the mark is there, and that a "
        "piece starts at each of len(padded) - n + 1 places.",
        _with_cut(one_missing),
    ),
    Mistake("You forgot the mark < in front of the word.", _between("", ">")),
    Mistake(
        "You put n - 1 marks < in front, as for words: here it is one, whatever n is.",
        lambda word, n: windows("<" * (n - 1) + word + ">", n),
    ),
    Mistake(
        "You write <S> and </S> round the word: for characters the marks are < and >.",
        _between("<S>", "</S>"),
    ),
    Mistake(
        "You put the marks round each n-gram: put them round the word, then cut.",
        lambda word, n: [f"<{piece}>" for piece in windows(word, n)],
    ),
    Mistake(
        "Your last n-gram is too short: there are len(padded) - n + 1 places where one can start.",
        _with_cut(one_too_many),
    ),
    Mistake(
        "The last pieces are shorter than n: stop where no n characters are left, which is after "
        "len(padded) - n + 1 pieces.",
        _with_cut(every_start),
    ),
    Mistake(_SHORT, lambda word, n: padded_ngrams(word, n) or [f"<{word}>"]),
    Mistake(_SHORT, lambda word, n: padded_ngrams(word, n) or [""]),
    Mistake(
        "When n is longer than the padded word, return an empty list, [], and not None.",
        lambda word, n: padded_ngrams(word, n) or None,
    ),
    Mistake(
        "Compare n with the length of the padded word, which is two more than that of the word.",
        lambda word, n: padded_ngrams(word, n) if n <= len(word) else [],
    ),
    Mistake(
        "An empty word still has its marks, which make <>: it is no special case.",
        lambda word, n: padded_ngrams(word, n) if word else [],
    ),
    Mistake("You return the padded word: return its n-grams.", lambda word, n: [f"<{word}>"]),
    Mistake("You return the word: return its n-grams.", lambda word, n: [word]),
    Mistake(
        "You add the whole padded word: that belongs in subwords; here are n-grams only.",
        lambda word, n: [*padded_ngrams(word, n), f"<{word}>"],
    ),
    Mistake(
        "You add the whole word: that belongs in subwords; here are n-grams only.",
        lambda word, n: [*padded_ngrams(word, n), word],
    ),
    Mistake(
        "Your pieces do not overlap: the next n-gram starts one character later, not n.",
        lambda word, n: padded_ngrams(word, n)[::n],
    ),
    Mistake(
        "You list the n-grams of every length up to n: those of length n only are wanted.",
        lambda word, n: [piece for m in range(1, n + 1) for piece in padded_ngrams(word, m)],
    ),
    Mistake(
        "You drop n-grams that occur again: each occurrence counts.",
        lambda word, n: list(dict.fromkeys(padded_ngrams(word, n))),
    ),
    Mistake(
        "You drop an n-gram that equals the one before it: each occurrence counts.",
        lambda word, n: [piece for piece, _ in groupby(padded_ngrams(word, n))],
    ),
    Mistake(
        "You sort the n-grams: leave them in the order of the word.",
        lambda word, n: sorted(padded_ngrams(word, n)),
    ),
    Mistake(
        "Your list is turned round: begin with the n-gram that starts with <.",
        lambda word, n: padded_ngrams(word, n)[::-1],
    ),
    Mistake(
        "Each of your n-grams is turned round: its characters stand as in the word.",
        lambda word, n: [piece[::-1] for piece in padded_ngrams(word, n)],
    ),
    Mistake(_ORDER, lambda word, n: sorted(set(padded_ngrams(word, n)))),
    Mistake(_ORDER, lambda word, n: set(padded_ngrams(word, n))),
    Mistake(_ORDER, lambda word, n: Counter(padded_ngrams(word, n))),
    Mistake(
        "Your n-grams are tuples or lists of characters: return strings, which "
        "padded[i : i + n] of a string are.",
        lambda word, n: [tuple(piece) for piece in padded_ngrams(word, n)],
    ),
    Mistake(
        "You change capital letters to small ones: leave the characters as they are.",
        lambda word, n: padded_ngrams(word.lower(), n),
    ),
    *(Mistake(_BYTES, _of_bytes(errors)) for errors in ("replace", "ignore")),
    Mistake(_BYTES, lambda word, n: _pieces_of_bytes(f"<{word}>".encode(), n)),
    Mistake(_LAZY, lambda word, n: (piece for piece in padded_ngrams(word, n))),
    Mistake(_LAZY, lambda word, n: map(str, padded_ngrams(word, n))),
    Mistake(
        "You return the n-grams joined into one string: return a list of strings.",
        lambda word, n: " ".join(padded_ngrams(word, n)),
    ),
)
