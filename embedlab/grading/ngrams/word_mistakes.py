"""Common mistakes in ``word_ngrams`` and ``count_word_ngrams``, and what to say about each."""

from collections import Counter
from collections.abc import Callable
from typing import TypeAlias

from embedlab.grading.declaration import Mistake
from embedlab.grading.ngrams.slices import every_start, one_missing, one_too_many, windows
from embedlab.text import word_ngrams

Tokens: TypeAlias = list[str]
Ngram: TypeAlias = tuple[str, ...]
Cut: TypeAlias = Callable[[Tokens, int], list[Tokens]]


def _padded(tokens: Tokens, start: int, end: int = 1, marks: Ngram = ("<S>", "</S>")) -> Tokens:
    return [marks[0]] * start + tokens + [marks[1]] * end


def _with_marks(
    start: Callable[[int], int],
    end: Callable[[int], int] = lambda n: 1,
    marks: Ngram = ("<S>", "</S>"),
) -> Callable[[Tokens, int], list[Ngram]]:
    """Return a function that pads with other marks, or other numbers of them."""
    return lambda tokens, n: [
        tuple(each) for each in windows(_padded(tokens, start(n), end(n), marks), n)
    ]


def _with_cut(cut: Cut) -> Callable[[Tokens, int], list[Ngram]]:
    """Return a function that pads rightly and cuts otherwise."""
    return lambda tokens, n: [tuple(each) for each in cut(_padded(tokens, n - 1), n)]


def _joined(separator: str) -> Callable[[Tokens, int], list[str]]:
    return lambda tokens, n: [separator.join(ngram) for ngram in word_ngrams(tokens, n)]


def _bare_single_words(tokens: Tokens, n: int) -> list[Ngram] | list[str]:
    return word_ngrams(tokens, n) if n > 1 else [*tokens, "</S>"]


def _of_characters(separator: str) -> Callable[[Tokens, int], list[str]]:
    return lambda tokens, n: windows(separator.join(tokens), n)


def _failing_without_tokens(tokens: Tokens, n: int) -> list[Ngram]:
    first = tokens[0]
    return word_ngrams([first, *tokens[1:]], n)


_START = "Put n - 1 marks <S> in front: how many depends on n."
_END = "There is one </S> at the end, whatever n is: you put n - 1 of them, as in front."
_SPELLING = "Write the marks as they are: <S> in front, with a capital S, and </S> at the end."
_ORDER = "A set or dict does not keep every occurrence in its place: collect the n-grams in a list."
_JOINED = (
    "You join the words of an n-gram into one string: keep them apart, "
    'as in ("the", "cat"), which is tuple(padded[i : i + n]).'
)
_EMPTY = (
    "A sentence without tokens still has its marks: n - 1 times <S>, then </S>, "
    "which is one n-gram. It is no special case."
)
_LAZY = (
    "You return something that makes its items only when somebody asks for them (a generator, "
    "zip or map): return list(...) of it."
)

WORD_NGRAMS = (
    Mistake(
        "You forgot the marks: n - 1 times <S> in front and one </S> at the end.",
        _with_marks(lambda n: 0, lambda n: 0),
    ),
    Mistake(_START, _with_marks(lambda n: 1)),
    Mistake(_START, _with_marks(lambda n: min(1, n - 1))),
    # To forget the mark and to stop one piece too early is the same, seen from outside.
    Mistake(
        "The last n-gram is missing, which ends with </S>: see that the mark is there, and that a "
        "piece starts at each of len(padded) - n + 1 places.",
        _with_cut(one_missing),
    ),
    Mistake(
        "You put one mark <S> in front, whatever n is, and none at the end: n - 1 times <S>, "
        "and one </S>.",
        _with_marks(lambda n: 1, lambda n: 0),
    ),
    Mistake("You forgot the marks <S> in front: n - 1 of them.", _with_marks(lambda n: 0)),
    Mistake(_END, _with_marks(lambda n: n - 1, lambda n: n - 1)),
    Mistake(_END, _with_marks(lambda n: n - 1, lambda n: max(1, n - 1))),
    Mistake(
        "You put n marks <S> in front: n - 1 are enough for an n-gram that ends with the first "
        "token.",
        _with_marks(lambda n: n),
    ),
    Mistake(_SPELLING, _with_marks(lambda n: n - 1, marks=("<s>", "</s>"))),
    Mistake(_SPELLING, _with_marks(lambda n: n - 1, marks=("<s>", "</S>"))),
    Mistake(
        "You write <S> at the end as well: the mark there is </S>.",
        _with_marks(lambda n: n - 1, marks=("<S>", "<S>")),
    ),
    Mistake(
        "Your last n-gram is too short: there are len(padded) - n + 1 places where one can start.",
        _with_cut(one_too_many),
    ),
    Mistake(
        "The last pieces are shorter than n: stop where no n tokens are left, which is after "
        "len(padded) - n + 1 pieces.",
        _with_cut(every_start),
    ),
    Mistake(
        "You lose the first n-gram: the first piece starts at position 0.",
        lambda tokens, n: word_ngrams(tokens, n)[1:],
    ),
    Mistake(
        "Your pieces do not overlap: the next n-gram starts one token later, not n.",
        _with_cut(lambda padded, n: windows(padded, n)[::n]),
    ),
    Mistake(
        "You list the n-grams of every length up to n: those of length n only are wanted.",
        lambda tokens, n: [
            tuple(each) for m in range(1, n + 1) for each in windows(_padded(tokens, n - 1), m)
        ],
    ),
    Mistake("You make bigrams whatever n is.", lambda tokens, n: word_ngrams(tokens, 2)),
    Mistake("You make bigrams whatever n is.", _with_cut(lambda padded, n: windows(padded, 2))),
    Mistake(
        "You drop n-grams that occur again: each occurrence counts.",
        lambda tokens, n: list(dict.fromkeys(word_ngrams(tokens, n))),
    ),
    Mistake(
        "You sort the n-grams: leave them in the order of the sentence.",
        lambda tokens, n: sorted(word_ngrams(tokens, n)),
    ),
    Mistake(
        "Your list is turned round: begin with the n-gram at the start of the sentence.",
        lambda tokens, n: word_ngrams(tokens, n)[::-1],
    ),
    Mistake(
        "Each of your n-grams is turned round: its words stand as in the sentence.",
        lambda tokens, n: [ngram[::-1] for ngram in word_ngrams(tokens, n)],
    ),
    Mistake(_ORDER, lambda tokens, n: sorted(set(word_ngrams(tokens, n)))),
    Mistake(_ORDER, lambda tokens, n: set(word_ngrams(tokens, n))),
    Mistake(_ORDER, lambda tokens, n: Counter(word_ngrams(tokens, n))),
    # Before the next: for n = 1 they are the same.
    Mistake(
        "For n = 1 you return bare strings: an n-gram of one word is a tuple of one word, "
        'as in ("the",).',
        _bare_single_words,
    ),
    *(Mistake(_JOINED, _joined(separator)) for separator in (" ", "_", "", "-")),
    *(
        Mistake(
            "These are n-grams of characters: n-grams of tokens are wanted.",
            _of_characters(separator),
        )
        for separator in (" ", "")
    ),
    Mistake(
        "You change capital letters to small ones: leave the tokens as they are.",
        lambda tokens, n: word_ngrams([token.lower() for token in tokens], n),
    ),
    Mistake(
        "You drop tokens that are not made of letters alone: keep all, whatever is in them.",
        lambda tokens, n: word_ngrams([token for token in tokens if token.isalpha()], n),
    ),
    Mistake(_EMPTY, lambda tokens, n: word_ngrams(tokens, n) if tokens else []),
    Mistake(
        "A sentence with fewer than n tokens has n-grams as well, because the marks fill it up.",
        lambda tokens, n: word_ngrams(tokens, n) if len(tokens) >= n else [],
    ),
    Mistake(_EMPTY, _failing_without_tokens),
    Mistake(_LAZY, lambda tokens, n: (ngram for ngram in word_ngrams(tokens, n))),
    Mistake(_LAZY, lambda tokens, n: zip(*[word_ngrams(tokens, n)], strict=True)),
    Mistake(_LAZY, lambda tokens, n: map(tuple, word_ngrams(tokens, n))),
)


# --- count_word_ngrams -----------------------------------------------------------------------


_NO_MARKS = "length - n + 1 counts the n-grams without any mark: the marks make room for more."
COUNT_WORD_NGRAMS = (
    Mistake(_NO_MARKS, lambda length, n: length - n + 1),
    Mistake(_NO_MARKS, lambda length, n: max(0, length - n + 1)),
    Mistake(
        "You count the n-grams with the mark at the end and without those in front.",
        lambda length, n: length - n + 2,
    ),
    Mistake(
        "You count the n-grams with the mark at the end and without those in front.",
        lambda length, n: max(0, length - n + 2),
    ),
    Mistake(
        "One too few: each token ends one n-gram, and so does the mark </S>.",
        lambda length, n: length,
    ),
    Mistake(
        "One too many: each token ends one n-gram, so does the mark </S>, and that is all.",
        lambda length, n: length + 2,
    ),
    Mistake(
        "length + n - 1 is right for n - 1 marks </S> at the end: there is only one.",
        lambda length, n: length + n - 1,
    ),
    Mistake(
        "length + n is the number of tokens with all the marks: the last n - 1 of them start no "
        "n-gram.",
        lambda length, n: length + n,
    ),
    Mistake(
        "You count with one mark in front whatever n is: there are n - 1 marks <S>.",
        lambda length, n: length + 2 - n + 1,
    ),
    Mistake(
        "You count with one mark in front whatever n is: there are n - 1 marks <S>.",
        lambda length, n: max(0, length + 2 - n + 1),
    ),
    Mistake(
        "You multiply by n: an n-gram counts once, however long it is.",
        lambda length, n: (length + 1) * n,
    ),
    Mistake(
        "n-grams overlap: the next one starts one token later, not n.",
        lambda length, n: -(-(length + 1) // n),
    ),
    Mistake(
        "A sentence without tokens has one n-gram as well, the marks alone: it is no special case.",
        lambda length, n: length + 1 if length else 0,
    ),
    Mistake(
        "A sentence shorter than n has n-grams as well, because the marks fill it up.",
        lambda length, n: length + 1 if length >= n else 0,
    ),
    Mistake(
        "You return the n-grams: return how many there are.",
        lambda length, n: word_ngrams(["a"] * length, n),
    ),
)
