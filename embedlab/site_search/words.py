"""How a text is cut into words, and what an unknown word is taken for.

It is simpler than ``text.tokenize``, because a browser must do exactly the same: runs of letters
and digits, so that *skip-gram* is two words.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence

from embedlab.stopwords import STOPWORDS

_WORD = re.compile(r"[^\W_]+")
_SHORTEST_PREFIX = 4
"""Letters that an unknown word must share with a known one to be taken for it."""


def cut(text: str) -> list[str]:
    """Return the words of a text in lower-case letters.

    >>> cut("The Skip-gram model’s 3/4")
    ['the', 'skip', 'gram', 'model', 's', '3', '4']
    """
    return _WORD.findall(unicodedata.normalize("NFC", text.lower()))


def stem(word: str) -> str:
    """Return a word without the s of a plural.

    Source: Harman 1991, "How effective is suffixing?", its S stemmer, with fewer exceptions.

    >>> [stem(word) for word in ("vectors", "analogies", "losses", "loss", "bias", "is")]
    ['vector', 'analogy', 'loss', 'loss', 'bia', 'is']
    """
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("ches", "shes", "sses", "xes")) else word[:-1]


def terms(text: str) -> list[str]:
    """Return what BM25 counts: the stems of the words that are no stopwords.

    >>> terms("Which words are the nearest neighbors of cat?")
    ['word', 'nearest', 'neighbor', 'cat']
    """
    return [stem(word) for word in cut(text) if word not in STOPWORDS]


def resolve(word: str, known: Sequence[str]) -> str | None:
    """Return the word itself, or the known one that begins most like it, or None.

    Plurals, other endings and mistakes near the end of a word are caught, as FastText would catch
    them with n-grams, at no cost in bytes.

    Args:
        word: In lower-case letters.
        known: Sorted by code points; those with the longest common beginning stand side by side.

    >>> resolve("embeding", ["cat", "embedding", "word"])
    'embedding'
    >>> resolve("catalog", ["cat", "embedding", "word"])
    """
    place = bisect_left(known, word)
    if place < len(known) and known[place] == word:
        return word
    near = [known[i] for i in (place - 1, place) if 0 <= i < len(known)]
    lengths = [_common(word, other) for other in near]
    longest = max(lengths, default=0)
    if longest < _SHORTEST_PREFIX:
        return None
    # Of several that begin so, the shortest says least that was not asked.
    alike = [other for other, length in zip(near, lengths, strict=True) if length == longest]
    return min(alike, key=len)


def _common(one: str, other: str) -> int:
    """Return how many letters two words have in common from their beginning."""
    n = 0
    while n < min(len(one), len(other)) and one[n] == other[n]:
        n += 1
    return n
