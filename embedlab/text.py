"""From raw text to the numbers that training reads: tokens, ids, windows, n-grams, frequencies."""

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeVar

import numpy as np
import numpy.typing as npt

from embedlab.numerics import (
    Array,
    IntArray,
    as_integer,
    as_vector,
    require,
    require_tokens,
    softmax,
)

T = TypeVar("T")

# One symbol as a reader sees it: a flag is two letters, and an emoji carries its variation
# selector, skin tone and tags, and is glued to the next one by U+200D (zero-width joiner).
_MODIFIERS = "\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f"
_SYMBOL = (
    r"[\U0001f1e6-\U0001f1ff]{2}"
    rf"|(?:[^\w\s]|_)[{_MODIFIERS}]*(?:\u200d[^\w\s][{_MODIFIERS}]*)*"
)


def tokenize(text: str, *, lowercase: bool = True, keep_punctuation: bool = False) -> list[str]:
    """Split a text of any script into words, numbers and, on request, punctuation marks.

    A word is a run of letters and digits with their combining marks. One apostrophe (' or ’),
    hyphen, underscore or zero-width joiner between two of them stays inside the word, and so
    does a point or comma between two digits. Scripts that write no spaces (Chinese, Japanese,
    Thai) are not segmented: a whole run is one token.

    Args:
        text: Any text. It is brought to the Unicode form NFC (one way to write é, not two), and
            soft hyphens are removed. Apostrophes and hyphens stay as they are written.
        lowercase: Apply ``str.lower``. It keeps the spelling people write; ``str.casefold``,
            made for matching, would turn "straße" into "strasse", a word no table contains.
        keep_punctuation: Return each punctuation mark, symbol and emoji as a token of its own.

    Returns:
        The tokens in order.

    Raises:
        ValueError: If text is not a string.

    >>> tokenize("Don't panic: state-of-the-art costs 3.14!")
    ["don't", 'panic', 'state-of-the-art', 'costs', '3.14']
    >>> tokenize("Wait... what?", keep_punctuation=True)
    ['wait', '.', '.', '.', 'what', '?']
    """
    require(isinstance(text, str), "text", "be a string", text, "decode bytes, join lists first")
    text = text.replace("\u00ad", "")
    # Lowercasing can put combining marks out of order, so the normal form comes last.
    text = unicodedata.normalize("NFC", text.lower() if lowercase else text)
    pattern = _token_pattern(text)
    if not keep_punctuation:
        return [match[0] for match in pattern.finditer(text) if match["word"]]
    return [match[0] for match in pattern.finditer(text) if not _is_invisible(match[0][0])]


def _token_pattern(text: str) -> re.Pattern[str]:
    """Return the pattern of one token; group "word" is empty where the token is a symbol."""
    # Python's \w leaves out combining marks. The few that the text has are looked up, because
    # listing all of Unicode's takes longer than most texts.
    characters = set() if text.isascii() else set(text)
    marks = "".join(sorted(c for c in characters if unicodedata.category(c).startswith("M")))
    letters = rf"(?:[^\W_]++[{marks}]*+)++" if marks else r"[^\W_]++"
    joiner = r"['’\-‐‑_\u200c\u200d]|(?<=\d)[.,](?=\d)"
    return re.compile(rf"(?P<word>{letters}(?:(?:{joiner}){letters})*+)|{_SYMBOL}")


def _is_invisible(character: str) -> bool:
    """Return whether a character alone prints nothing: a control, format character or mark."""
    return unicodedata.category(character) in {"Cc", "Cf", "Mn", "Mc", "Me"}


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The words a model knows, with their counts; a word's id is its position.

    Attributes:
        words: V distinct non-empty strings.
        counts: (V,) how often each occurs, at least 1; read-only.

    Raises:
        ValueError: If a word is empty or occurs twice, or the counts do not fit the words.
    """

    words: tuple[str, ...]
    counts: IntArray

    def __post_init__(self) -> None:
        require_tokens("words", self.words)
        words, counts = tuple(self.words), np.array(self.counts)
        require(len(words) > 0, "words", "hold at least one word", "none")
        for word, n_times in Counter(words).items():
            require(isinstance(word, str) and word != "", "words", "be non-empty strings", word)
            require(n_times == 1, "words", "be distinct", word, f"it occurs {n_times} times")
        is_integer = np.issubdtype(counts.dtype, np.integer)
        require(is_integer, "counts", "be integers", f"dtype {counts.dtype}")
        rule = f"hold one number for each of the {len(words)} words"
        require(counts.shape == (len(words),), "counts", rule, f"shape {counts.shape}")
        smallest = int(np.min(counts))
        require(smallest >= 1, "counts", "be at least 1", smallest)
        counts = counts.astype(np.int64)
        counts.setflags(write=False)
        # A frozen dataclass can be filled in only this way.
        object.__setattr__(self, "words", words)
        object.__setattr__(self, "counts", counts)

    @cached_property
    def index(self) -> dict[str, int]:
        """The id of each word."""
        return {word: i for i, word in enumerate(self.words)}

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        return word in self.index

    def __iter__(self) -> Iterator[str]:
        return iter(self.words)


def build_vocabulary(
    sentences: Iterable[Sequence[str]], *, min_count: int = 1, max_size: int | None = None
) -> Vocabulary:
    """Count the words of tokenized sentences, most frequent first, ties by first occurrence.

    Args:
        sentences: Lists of tokens.
        min_count: Leave out words that occur fewer times.
        max_size: Keep at most so many words; None keeps all.

    Raises:
        ValueError: If there is no token, or min_count leaves no word.

    >>> build_vocabulary([["the", "cat"], ["the", "mat"]], max_size=2).words
    ('the', 'cat')
    """
    min_count = as_integer("min_count", min_count, 1)
    size = None if max_size is None else as_integer("max_size", max_size, 1)
    is_text = isinstance(sentences, str | bytes)
    require(not is_text, "sentences", "be lists of tokens", sentences, "call tokenize first")
    counter: Counter[str] = Counter()
    for sentence in sentences:
        require_tokens("each sentence", sentence)
        counter.update(sentence)
    require(bool(counter), "sentences", "hold at least one token", "none")
    # most_common is a stable sort, and a Counter remembers the order of first occurrence.
    ranked = counter.most_common()
    word, largest = ranked[0]
    rule = f"be at most {largest}, the largest count (of {word!r})"
    require(min_count <= largest, "min_count", rule, min_count)
    kept = [(word, count) for word, count in ranked if count >= min_count][:size]
    return Vocabulary(tuple(word for word, _ in kept), np.array([count for _, count in kept]))


def encode(
    tokens: Sequence[str], vocabulary: Vocabulary, *, unknown: Literal["error", "skip"] = "error"
) -> IntArray:
    """Return the ids of tokens, (n,); unknown tokens are an error or are left out.

    Raises:
        ValueError: If a token is unknown, with the closest spelling the vocabulary has.
    """
    require_tokens("tokens", tokens)
    require(unknown in ("error", "skip"), "unknown", "be 'error' or 'skip'", unknown)
    index = vocabulary.index
    known = [token for token in tokens if token in index]
    if unknown == "error" and len(known) < len(tokens):
        stranger = next(token for token in tokens if token not in index)
        # Comparing spellings is slow, and the frequent words are worth a guess.
        close = difflib.get_close_matches(str(stranger), vocabulary.words[:5000], n=1)
        guess = f"did you mean {close[0]!r}? If not, " if close else ""
        remedy = guess + "unknown='skip' leaves such tokens out"
        require(False, "tokens", "be words of the vocabulary", stranger, remedy)
    return np.array([index[token] for token in known], dtype=np.int64)


def decode(ids: Iterable[int], vocabulary: Vocabulary) -> list[str]:
    """Return the words of ids, the inverse of ``encode``.

    Raises:
        ValueError: If an id is not in 0 … V - 1.
    """
    words = []
    for i in ids:
        position = as_integer("ids", i, 0)
        require(position < len(vocabulary), "ids", f"be below {len(vocabulary)}", position)
        words.append(vocabulary.words[position])
    return words


def context(tokens: Sequence[T], i: int, window: int) -> list[T]:
    """Return the tokens at most window places from position i, in order, without position i.

    The window is clipped at both ends of the sentence.

    Raises:
        ValueError: If i is no position of tokens, or window is negative.

    >>> context(["the", "cat", "sat", "on", "the", "mat"], 1, 2)
    ['the', 'sat', 'on']
    """
    require_tokens("tokens", tokens)
    i, window = as_integer("i", i, 0), as_integer("window", window, 0)
    require(i < len(tokens), "i", f"be below {len(tokens)}, the number of tokens", i)
    return [*tokens[max(0, i - window) : i], *tokens[i + 1 : i + window + 1]]


def training_pairs(tokens: Sequence[T], window: int) -> list[tuple[T, T]]:
    """Return every (center, context) pair of one sentence, in order of the centers.

    Call it once per sentence: a window never reaches into the next one.

    Raises:
        ValueError: If window is negative.

    >>> training_pairs(["the", "cat", "sat"], 1)
    [('the', 'cat'), ('cat', 'the'), ('cat', 'sat'), ('sat', 'cat')]
    """
    require_tokens("tokens", tokens)
    window = as_integer("window", window, 0)
    return [(tokens[i], word) for i in range(len(tokens)) for word in context(tokens, i, window)]


def n_training_pairs(n: int, window: int) -> int:
    """Return how many pairs a sentence of n tokens has, without listing them.

    Distance k occurs n - k times, in both directions: 2 Σ (n - k) for k = 1 … window.

    >>> [n_training_pairs(9, window) for window in (1, 2, 3, 5)]
    [16, 30, 42, 60]
    """
    n, window = as_integer("n", n, 0), as_integer("window", window, 0)
    reach = min(window, max(n - 1, 0))
    return reach * (2 * n - reach - 1)


def word_ngrams(
    tokens: Sequence[str], n: int, *, start: str = "<S>", end: str = "</S>"
) -> list[tuple[str, ...]]:
    """Return the n-grams of one sentence, padded with n - 1 start marks and one end mark.

    Raises:
        ValueError: If n is below 1.

    >>> word_ngrams(["we", "met"], 2)
    [('<S>', 'we'), ('we', 'met'), ('met', '</S>')]
    """
    require_tokens("tokens", tokens)
    n = as_integer("n", n, 1)
    padded = [start] * (n - 1) + list(tokens) + [end]
    return [tuple(padded[i : i + n]) for i in range(len(padded) - n + 1)]


def n_word_ngrams(length: int, n: int) -> int:
    """Return how many n-grams a sentence of length tokens has: length + 1, whatever n.

    Each token and the end mark closes exactly one n-gram; the padding in front makes room.
    """
    as_integer("n", n, 1)
    return as_integer("length", length, 0) + 1


def keep_probabilities(counts: npt.ArrayLike, *, sample: float) -> Array:
    """Return the probability (V,) with which subsampling keeps an occurrence of each word.

    With f the word's share of all tokens and r = sample / f, the paper keeps √r. The program
    its authors released keeps √r + r, at most 1, and so does gensim, and so does this function.
    The program therefore keeps more of every word: everything up to f = 2.618 · sample, where
    the paper starts to drop at f = sample.

    Args:
        counts: (V,) positive occurrence counts.
        sample: The threshold t of the paper, in (0, 1]; 1e-3 to 1e-5 for large corpora.

    Source: Mikolov et al. 2013, arXiv:1310.4546, eq. 5, and word2vec.c.

    >>> keep_probabilities([90, 10], sample=0.1).round(3).tolist()
    [0.444, 1.0]
    """
    counts = _positive(counts)
    return _keep(counts / counts.sum(), sample)


def _positive(counts: npt.ArrayLike) -> Array:
    """Return counts as floats after checking that there are some and each is positive."""
    values = as_vector("counts", counts).astype(np.float64)
    require(len(values) > 0, "counts", "hold at least one number", "none")
    smallest = float(np.min(values))
    require(smallest > 0, "counts", "be positive", smallest, "drop words never seen")
    return values


def _keep(shares: Array, sample: float) -> Array:
    """Return √r + r, at most 1, for r = sample / share."""
    require(0 < sample <= 1, "sample", "be above 0 and at most 1", sample)
    ratio = sample / shares
    return np.asarray(np.minimum(np.sqrt(ratio) + ratio, 1.0))


def subsample(
    tokens: Sequence[str], vocabulary: Vocabulary, *, sample: float, rng: np.random.Generator
) -> list[str]:
    """Return the tokens that survive ``keep_probabilities``, each drawn on its own, in order.

    Tokens outside the vocabulary are dropped, as word2vec does before it counts positions.
    """
    known = encode(tokens, vocabulary, unknown="skip")
    keep = _keep(vocabulary.counts[known] / vocabulary.counts.sum(), sample)
    return [vocabulary.words[i] for i in known[rng.random(len(known)) < keep]]


def noise_distribution(counts: npt.ArrayLike, *, exponent: float = 0.75) -> Array:
    """Return the probabilities (V,), proportional to counts ** exponent, of negative samples.

    Exponent 1 is the unigram distribution, 0 the uniform one; 0.75 lifts rare words.

    Source: Mikolov et al. 2013, arXiv:1310.4546, section 2.2.

    >>> noise_distribution([16, 1]).round(3).tolist()
    [0.889, 0.111]
    """
    require(bool(np.isfinite(exponent)), "exponent", "be finite", exponent)
    # softmax(a log c) is c**a / Σ c**a, and cannot overflow.
    return softmax(exponent * np.log(_positive(counts)))
