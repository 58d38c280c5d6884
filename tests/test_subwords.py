import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from embedlab.subwords import (
    bucket,
    character_ngrams,
    fnv1a,
    padded_ngrams,
    subword_ids,
    subwords,
)

# Characters of one to four bytes, combining marks, joiners, the marks themselves, a null byte.
LETTERS = "abé ß\u0301日मैं👩‍💻🇨🇭<>\x00\U0010ffff"
texts = st.text(st.sampled_from(LETTERS), max_size=9) | st.text(max_size=9)
text_lists = st.lists(texts, max_size=8)
ranges = st.tuples(st.integers(1, 6), st.integers(0, 8)).map(lambda r: (r[0], r[0] + r[1]))
MIXED = [
    *("where", "a", "I", "banana", "straße", "naïve", "мир", "日本語", "हिन्दी", "می‌خواهم"),
    *(
        "🙂",
        "👩‍💻",
        "e\u0301",
        "é",
        "don't",
        "state-of-the-art",
        "<",
        ">",
        "<>",
        "x" * 40,
        "\U0010ffff",
    ),
]


# N-grams


def test_padded_ngrams_by_hand():
    assert padded_ngrams("cat", 1) == ["<", "c", "a", "t", ">"]
    assert padded_ngrams("cat", 4) == ["<cat", "cat>"]
    assert padded_ngrams("cat", 5) == ["<cat>"]
    assert padded_ngrams("cat", 6) == []
    assert padded_ngrams("banana", 3) == ["<ba", "ban", "ana", "nan", "ana", "na>"]
    assert padded_ngrams("", 2) == ["<>"]


@given(texts, st.integers(1, 12))
def test_padded_ngrams_laws(word, n):
    grams = padded_ngrams(word, n)
    assert len(grams) == max(0, len(word) + 3 - n)
    assert all(len(gram) == n for gram in grams)
    if grams:
        assert grams[0] + "".join(gram[-1] for gram in grams[1:]) == f"<{word}>"


def test_subwords_by_hand():
    # The example of Bojanowski et al., section 3.2.
    assert subwords("where", 3, 3) == ["<wh", "whe", "her", "ere", "re>", "<where>"]
    assert subwords("at", 3, 5) == ["<at", "at>", "<at>"], "once, though its length is in range"
    assert subwords("banana", 3, 3).count("ana") == 1
    assert subwords("a", 1, 2) == ["<", "a", ">", "<a", "a>", "<a>"]
    assert subwords("a", 4, 9) == ["<a>"]
    assert subwords("", 1, 3) == ["<", ">", "<>"]


@given(texts, ranges)
def test_subwords_are_the_set_of_the_definition(word, lengths):
    n_min, n_max = lengths
    padded = f"<{word}>"
    cuts = [(i, j) for i in range(len(padded)) for j in range(i + 1, len(padded) + 1)]
    slow = {padded[i:j] for i, j in cuts if n_min <= j - i <= n_max} | {padded}
    units = subwords(word, n_min, n_max)
    assert set(units) == slow
    assert len(units) == len(slow)


def test_character_ngrams_by_hand():
    assert character_ngrams("cat", 3, 4) == ["<ca", "<cat", "cat", "cat>", "at>"]
    assert character_ngrams("cat", 1, 1) == ["c", "a", "t"], "the marks alone are left out"
    assert character_ngrams("cat", 5, 9) == ["<cat>"], "the whole word is an n-gram of its length"
    assert character_ngrams("cat", 6, 9) == []
    assert character_ngrams("banana", 3, 3).count("ana") == 2
    assert character_ngrams("", 1, 3) == ["<>"]
    assert character_ngrams("<", 1, 1) == ["<"], "a mark inside the word is a letter"


@given(texts, ranges)
def test_where_the_conventions_differ(word, lengths):
    n_min, n_max = lengths
    marks = {"<", ">"} if n_min == 1 else set()
    program = set(character_ngrams(word, n_min, n_max))
    assert program | marks | {f"<{word}>"} == set(subwords(word, n_min, n_max))
    by_length = [gram for n in range(n_min, n_max + 1) for gram in padded_ngrams(word, n)]
    n_left_out = 2 if n_min == 1 else 0
    assert len(character_ngrams(word, n_min, n_max)) == len(by_length) - n_left_out


def test_characters_are_code_points():
    assert padded_ngrams("é", 3) == ["<é>"]
    assert padded_ngrams("e\u0301", 3) == ["<e\u0301", "e\u0301>"]
    assert padded_ngrams("👩‍💻", 3)[1] == "👩‍💻"


def test_a_long_range_costs_nothing():
    assert len(subwords("a", 1, 10**12)) == 6
    assert len(character_ngrams("a", 1, 10**12)) == 4
    assert len(subword_ids(["a"], n_min=1, n_max=10**12, n_buckets=5)[1]) == 4


# Hashes


@pytest.mark.parametrize(
    ("text", "value"),
    # Published values of 32-bit FNV-1a; ASCII has no byte that signs could change.
    [("", 0x811C9DC5), ("a", 0xE40C292C), ("b", 0xE70C2DE5), ("foobar", 0xBF9CF968)],
)
def test_published_hashes(text, value):
    assert fnv1a(text) == value


def plain_fnv1a(text):
    """Return the hash as it is defined, with bytes that are not signed."""
    value = 0x811C9DC5
    for byte in text.encode():
        value = (value ^ byte) * 0x01000193 % 2**32
    return value


def test_outside_ascii_by_hand():
    # ÿ is the bytes C3 BF, signed -3D and -41: the first is FFFFFFC3.
    first = ((0x811C9DC5 ^ 0xFFFFFFC3) * 0x01000193) % 2**32
    assert fnv1a("ÿ") == ((first ^ 0xFFFFFFBF) * 0x01000193) % 2**32


@given(texts)
def test_negative_control_only_in_ascii_it_is_plain_fnv1a(text):
    assert (fnv1a(text) == plain_fnv1a(text)) or not text.isascii()
    assert fnv1a("é") != plain_fnv1a("é")


@given(texts, st.integers(1, 2**31 - 1))
def test_bucket_is_the_remainder(text, n_buckets):
    assert bucket(text, n_buckets) == fnv1a(text) % n_buckets


def test_buckets_are_evenly_filled():
    grams = {gram for i in range(4000) for gram in character_ngrams(f"{i:04d}é", 3, 5)}
    n_buckets = 64
    filled = np.bincount([bucket(gram, n_buckets) for gram in grams], minlength=n_buckets)
    expected = len(grams) / n_buckets
    chi_squared = ((filled - expected) ** 2 / expected).sum()
    # 63 degrees of freedom: mean 63, deviation √126; six deviations either way.
    assert abs(chi_squared - 63) < 6 * np.sqrt(126)


# Many words at once


def rows(words, n_min, n_max, n_buckets):
    """Return the buckets of each word as lists."""
    indptr, buckets = subword_ids(words, n_min=n_min, n_max=n_max, n_buckets=n_buckets)
    assert (indptr.dtype, buckets.dtype) == (np.int64, np.int32)
    assert indptr[0] == 0
    assert indptr[-1] == len(buckets)
    assert len(indptr) == len(words) + 1
    return [row.tolist() for row in np.split(buckets, indptr[1:-1])] if words else []


def slow_rows(words, n_min, n_max, n_buckets):
    return [[bucket(g, n_buckets) for g in character_ngrams(w, n_min, n_max)] for w in words]


@given(text_lists, ranges, st.sampled_from([1, 7, 1000, 2_000_000, 2**31 - 1]))
def test_rows_against_a_slow_loop(words, lengths, n_buckets):
    assert rows(words, *lengths, n_buckets) == slow_rows(words, *lengths, n_buckets)


@pytest.mark.parametrize("lengths", [(1, 1), (1, 3), (2, 2), (3, 6), (5, 5), (7, 9), (3, 50)])
def test_rows_of_many_scripts(lengths):
    assert rows(MIXED, *lengths, 2**31 - 1) == slow_rows(MIXED, *lengths, 2**31 - 1)


@given(text_lists, text_lists, ranges)
def test_a_row_does_not_depend_on_its_neighbors(some, others, lengths):
    together = rows([*some, *others], *lengths, 1000)
    assert together == rows(some, *lengths, 1000) + rows(others, *lengths, 1000)


def test_negative_control_unsigned_bytes_give_other_rows():
    plain = [[plain_fnv1a(g) % 1000 for g in character_ngrams(w, 3, 6)] for w in ("where", "naïve")]
    ours = rows(["where", "naïve"], 3, 6, 1000)
    assert ours[0] == plain[0]
    assert ours[1] != plain[1]


def test_words_without_ngrams_have_empty_rows():
    assert rows(["a", "abcd", "", "b"], 6, 6, 100) == [[], [bucket("<abcd>", 100)], [], []]
    assert rows(["a", "b"], 9, 9, 100) == [[], []]
    assert rows([], 3, 6, 100) == []


def test_scipy_takes_the_rows_and_adds_repeated_buckets():
    words = ["banana", "a", ""]
    indptr, buckets = subword_ids(words, n_min=3, n_max=3, n_buckets=50)
    matrix = sparse.csr_matrix((np.ones(len(buckets)), buckets, indptr), shape=(3, 50))
    slow = np.zeros((3, 50))
    for i, row in enumerate(slow_rows(words, 3, 3, 50)):
        for column in row:
            slow[i, column] += 1
    assert matrix.toarray().tolist() == slow.tolist()
    assert matrix[0, bucket("ana", 50)] >= 2


# Parity


@pytest.mark.peer
@pytest.mark.parametrize("lengths", [(1, 1), (1, 4), (2, 2), (3, 6), (4, 40), (9, 9)])
def test_ngrams_and_buckets_are_gensims(lengths):
    from gensim.models.fasttext import ft_ngram_hashes
    from gensim.models.fasttext_inner import compute_ngrams_bytes, ft_hash_bytes

    for word, row in zip(MIXED, rows(MIXED, *lengths, 20_011), strict=True):
        ngrams = character_ngrams(word, *lengths)
        assert [gram.encode() for gram in ngrams] == compute_ngrams_bytes(word, *lengths)
        assert [fnv1a(gram) for gram in ngrams] == [ft_hash_bytes(g.encode()) for g in ngrams]
        assert row == ft_ngram_hashes(word, *lengths, 20_011)


@pytest.mark.peer
@given(texts, ranges)
def test_ngrams_are_gensims_for_any_text(word, lengths):
    inner = pytest.importorskip("gensim.models.fasttext_inner")
    ngrams = [gram.encode() for gram in character_ngrams(word, *lengths)]
    assert ngrams == inner.compute_ngrams_bytes(word, *lengths)
    assert fnv1a(word) == inner.ft_hash_bytes(word.encode())


@pytest.mark.peer
@pytest.mark.parametrize("lengths", [(1, 3), (3, 6), (5, 5)])
def test_ngrams_and_buckets_are_those_of_fasttext_itself(lengths, tmp_path):
    fasttext = pytest.importorskip("fasttext")
    n_min, n_max = lengths
    corpus = tmp_path / "corpus.txt"
    corpus.write_text(" ".join(MIXED) + "\n", encoding="utf-8")
    # No epoch: only the dictionary is compared, and nothing depends on chance or on threads.
    model = fasttext.train_unsupervised(
        str(corpus), dim=2, minCount=1, minn=n_min, maxn=n_max, bucket=20_011, epoch=0, thread=1,
        verbose=0,
    )  # fmt: skip
    known = model.words
    assert set(MIXED) < set(known)
    unseen = ["unseen", "größte", "подъезд", "🙂🙂", "東京"]
    for word, row in zip([*MIXED, *unseen], rows([*MIXED, *unseen], *lengths, 20_011), strict=True):
        units, ids = model.get_subwords(word)
        # A word it knows comes first, by its own number; buckets are numbered behind the words.
        n_own = 1 if word in known else 0
        assert units[:n_own] == [word][:n_own]
        assert units[n_own:] == character_ngrams(word, *lengths)
        assert (ids[n_own:] - len(known)).tolist() == row
    assert model.get_subword_id("日本") - len(known) == bucket("日本", 20_011)
    assert model.get_subwords("</s>")[0] == ["</s>"], "its mark of a line's end has no n-grams"


@pytest.mark.peer
@pytest.mark.local_data
def test_buckets_of_a_vocabulary_are_gensims():
    from gensim.models.fasttext import ft_ngram_hashes

    folder = os.environ.get("EMBEDLAB_DATA")
    if not folder:
        pytest.skip("EMBEDLAB_DATA is not set")
    text = (Path(folder) / "novels.txt").read_text(encoding="utf-8")[:400_000]
    words = sorted(set(text.split()))
    assert len(words) > 3000
    for lengths in ((1, 2), (3, 6)):
        theirs = [ft_ngram_hashes(word, *lengths, 2_000_000) for word in words]
        assert rows(words, *lengths, 2_000_000) == theirs


# Bad input


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: padded_ngrams("a", 0), "n must be at least 1, got 0"),
        (lambda: padded_ngrams(b"a", 1), "word must be a string, got b'a'"),
        (lambda: subwords("a", 0, 3), "n_min must be at least 1, got 0"),
        (lambda: subwords("a", 3, 2), "n_max must be at least n_min, which is 3, got 2"),
        (lambda: subwords(None, 3, 6), "word must be a string, got None"),
        (lambda: character_ngrams("a", 3, 2), "n_max must be at least n_min, which is 3, got 2"),
        (lambda: character_ngrams(7, 3, 6), "word must be a string, got 7"),
        (lambda: character_ngrams("a", 2.0, 3), r"n_min must be an integer, got 2\.0"),
        (lambda: fnv1a(b"a"), "text must be a string, got b'a'"),
        (lambda: fnv1a("a\ud83d"), r"text must be free of lone surrogates, got 'a\\ud83d'; read"),
        (lambda: bucket("a", 0), "n_buckets must be at least 1, got 0"),
        (lambda: subword_ids("a", n_min=3, n_max=6, n_buckets=9), "words must be a sequence of"),
        (
            lambda: subword_ids(["a", 3], n_min=3, n_max=6, n_buckets=9),
            r"words\[1\] must be a string, got 3",
        ),
        (
            lambda: subword_ids(["a", "b\udc80"], n_min=3, n_max=6, n_buckets=9),
            r"words\[1\] must be free of lone surrogates, got '<b\\udc80>'",
        ),
        (lambda: subword_ids(["a"], n_min=3, n_max=6, n_buckets=0), "n_buckets must be at least 1"),
        (lambda: subword_ids(["a"], n_min=3, n_max=6, n_buckets=2**31), "n_buckets must be below"),
        (lambda: subword_ids(["a"], n_min=4, n_max=3, n_buckets=9), "n_max must be at least n_min"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()
