"""FastText's units: the character n-grams of a word, and the buckets they are hashed into.

A word is written between the marks < and >, so that the prefix <un and the suffix ing> are units
of their own. A character is a Unicode code point: é is one or two, depending on how it is
written (``text.tokenize`` makes it one), and many an emoji is several.

Three conventions are in use, and they differ at the edges:

================== ============================= ============================ ==============
function           follows                       the whole <word>             < and > alone
================== ============================= ============================ ==============
padded_ngrams      the definition of an n-gram   if it has n characters       kept (n = 1)
subwords           Bojanowski et al. 2017        always, once                 kept (n_min = 1)
character_ngrams   the program fastText          if its length is in range    left out
================== ============================= ============================ ==============

What fastText adds for a word that it knows, one vector of the word's own, is none of the hashed
units; it belongs to the model.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from embedlab.numerics import IntArray, as_integer, require

# Start and factor of the 32-bit FNV-1a hash.
_OFFSET_BASIS = 2166136261
_PRIME = 16777619


def padded_ngrams(word: str, n: int) -> list[str]:
    """Return all n-grams of <word>, in order, with repeats; none if it is shorter than n.

    Raises:
        ValueError: If word is no string, or n is below 1.

    >>> padded_ngrams("where", 3)
    ['<wh', 'whe', 'her', 'ere', 're>']
    """
    require(isinstance(word, str), "word", "be a string", word)
    n = as_integer("n", n, 1)
    padded = f"<{word}>"
    return [padded[i : i + n] for i in range(len(padded) - n + 1)]


def subwords(word: str, n_min: int, n_max: int) -> list[str]:
    """Return a word's units as the paper defines them: a set, here in order of length.

    They are the n-grams of <word> of every length from n_min to n_max, each once, and <word>
    itself, once, also when its length lies in the range.

    Raises:
        ValueError: If word is no string, n_min is below 1, or n_max below n_min.

    Source: Bojanowski et al. 2017, arXiv:1607.04606, section 3.2.

    >>> subwords("where", 3, 3)
    ['<wh', 'whe', 'her', 'ere', 're>', '<where>']
    """
    require(isinstance(word, str), "word", "be a string", word)
    n_min, n_max = _lengths(n_min, n_max)
    # No n-gram is longer than the padded word, however large n_max.
    longest = min(n_max, len(word) + 2)
    units = [unit for n in range(n_min, longest + 1) for unit in padded_ngrams(word, n)]
    return list(dict.fromkeys([*units, f"<{word}>"]))


def character_ngrams(word: str, n_min: int, n_max: int) -> list[str]:
    """Return the n-grams that fastText hashes for a word, in its order and with repeats.

    Start by start, the n-grams of <word> of n_min to n_max characters. The two marks alone are
    left out, and <word> itself is one of them only if its length lies in the range. A word
    without any gets an empty list. (To fastText "</s>", its end of a line, is such a word; here
    it is a word as any other.)

    Raises:
        ValueError: If word is no string, n_min is below 1, or n_max below n_min.

    Source: fastText, ``Dictionary::computeSubwords``.

    >>> character_ngrams("a", 1, 3)
    ['<a', '<a>', 'a', 'a>']
    """
    require(isinstance(word, str), "word", "be a string", word)
    n_min, n_max = _lengths(n_min, n_max)
    padded = f"<{word}>"
    end = len(padded)
    return [
        padded[i : i + n]
        for i in range(end)
        for n in range(n_min, min(n_max, end - i) + 1)
        if not (n == 1 and i in (0, end - 1))
    ]


def fnv1a(text: str) -> int:
    """Return fastText's 32-bit hash of the UTF-8 bytes of a text.

    It is FNV-1a except for bytes from 128 up, which occur outside ASCII: fastText reads them as
    signed, so that the 24 bits above each are filled with ones before it enters the hash.

    Raises:
        ValueError: If text is no string, or has a lone surrogate, which UTF-8 cannot write.

    Source: Fowler, Noll and Vo, FNV-1a; fastText, ``Dictionary::hash``.

    >>> f"{fnv1a('a'):08x} {fnv1a('é'):08x}"
    'e40c292c 3cfa68c1'
    """
    value = _OFFSET_BASIS
    for byte in _utf8("text", text):
        signed = byte if byte < 128 else byte - 256
        value = ((value ^ (signed & 0xFFFFFFFF)) * _PRIME) & 0xFFFFFFFF
    return value


def bucket(ngram: str, n_buckets: int) -> int:
    """Return the bucket 0 … n_buckets - 1 of an n-gram, its hash modulo their number.

    Raises:
        ValueError: As ``fnv1a``, and if n_buckets is below 1.

    >>> bucket("<wh", 2_000_000) == fnv1a("<wh") % 2_000_000
    True
    """
    return fnv1a(ngram) % as_integer("n_buckets", n_buckets, 1)


def subword_ids(
    words: Sequence[str], *, n_min: int, n_max: int, n_buckets: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
    """Return the buckets of the ``character_ngrams`` of many words, in compressed rows.

    Row i belongs to words[i] and is ``buckets[indptr[i] : indptr[i + 1]]``, in the order of
    ``character_ngrams``; a bucket occurs as often as n-grams of the word fall into it. SciPy
    takes it as ``csr_matrix((np.ones(len(buckets)), buckets, indptr), (V, n_buckets))``.

    Args:
        words: V strings.
        n_min: Fewest characters of an n-gram, the marks included; 3 by default in fastText.
        n_max: Most characters; 6 by default in fastText.
        n_buckets: How many buckets there are, below 2³¹; 2,000,000 by default in fastText.

    Returns:
        indptr (V + 1,) and buckets (nnz,).

    Raises:
        ValueError: If words is a string or holds something else than strings, a word has a lone
            surrogate, or a number is out of range.

    >>> indptr, buckets = subword_ids(["a", "at"], n_min=3, n_max=3, n_buckets=100)
    >>> indptr.tolist(), buckets.tolist() == [bucket(unit, 100) for unit in ("<a>", "<at", "at>")]
    ([0, 1, 3], True)
    """
    n_min, n_max = _lengths(n_min, n_max)
    n_buckets = as_integer("n_buckets", n_buckets, 1)
    require(n_buckets < 2**31, "n_buckets", "be below 2**31", n_buckets)
    encoded = _encode_padded(words)
    sizes = np.array([len(word) + 2 for word in words], dtype=np.intp)
    ends = np.cumsum(sizes)
    n_max = min(n_max, int(np.max(sizes, initial=n_min)))

    # Row c of each array belongs to character c of all words in one row.
    room = np.repeat(ends, sizes) - np.arange(sizes.sum())
    has_ngram = room[:, np.newaxis] >= np.arange(n_min, n_max + 1)
    if n_min == 1:
        has_ngram[ends - sizes, 0] = False
        has_ngram[ends - 1, 0] = False
    n_before = np.concatenate([[0], np.cumsum(has_ngram.sum(axis=1))])
    indptr = n_before[np.concatenate([[0], ends])]
    hashes = _hash_from_each_character(encoded, room, n_min, n_max)[has_ngram]
    return indptr, (hashes % np.uint32(n_buckets)).astype(np.int32)


def _hash_from_each_character(
    encoded: bytes, room: IntArray, n_min: int, n_max: int
) -> npt.NDArray[np.uint32]:
    """Return ``fnv1a`` of the n characters from each on, for n = n_min … n_max, in columns.

    Args:
        encoded: The UTF-8 bytes of all words in one row.
        room: How many characters there are from each one to the end of its word. Where an
            n-gram would reach further, its column means nothing.
        n_min: Length of the n-grams in the first column.
        n_max: Length of those in the last.
    """
    # Widened with its sign, and then read as unsigned: what fastText does to each byte.
    signed = np.frombuffer(encoded, dtype=np.int8).astype(np.int32).view(np.uint32)
    # In UTF-8 a byte 10xxxxxx continues the character before it.
    first_byte = np.flatnonzero((signed & np.uint32(0xC0)) != 0x80)
    n_bytes = np.diff(first_byte, append=len(signed))
    widest = int(np.max(n_bytes, initial=1))

    value = np.full(len(room), _OFFSET_BASIS, dtype=np.uint32)
    table = np.empty((len(room), n_max - n_min + 1), dtype=np.uint32)
    for n in range(1, n_max + 1):
        # The hash of n characters is that of n - 1, carried on over the bytes of the last.
        start = np.flatnonzero(room >= n)
        last = start + n - 1
        for i in range(widest):
            if i > 0:
                goes_on = n_bytes[last] > i
                start, last = start[goes_on], last[goes_on]
            # Unsigned numbers of 32 bits wrap around, which is the modulus of the hash.
            value[start] = (value[start] ^ signed[first_byte[last] + i]) * np.uint32(_PRIME)
        if n >= n_min:
            table[:, n - n_min] = value
    return table


def _lengths(n_min: int, n_max: int) -> tuple[int, int]:
    """Return the two lengths after checking 1 ≤ n_min ≤ n_max."""
    n_min, n_max = as_integer("n_min", n_min, 1), as_integer("n_max", n_max, 1)
    require(n_min <= n_max, "n_max", f"be at least n_min, which is {n_min}", n_max)
    return n_min, n_max


def _encode_padded(words: Sequence[str]) -> bytes:
    """Return the UTF-8 bytes of all words between their marks, one after the other."""
    require(not isinstance(words, str), "words", "be a sequence of strings", words)
    for i, word in enumerate(words):
        require(isinstance(word, str), f"words[{i}]", "be a string", word)
    try:
        return "".join(f"<{word}>" for word in words).encode()
    except UnicodeEncodeError:
        # Once more, word by word, so that the message can name the one.
        return b"".join(_utf8(f"words[{i}]", f"<{word}>") for i, word in enumerate(words))


def _utf8(name: str, text: str) -> bytes:
    """Return the UTF-8 bytes of a text."""
    require(isinstance(text, str), name, "be a string", text)
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise ValueError(
            f"{name} must be free of lone surrogates, got {text!r}; "
            "read the file as UTF-8 with errors='replace'"
        ) from error
