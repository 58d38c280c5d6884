import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedlab.corpus import Corpus, encode_sentences, keep_tokens
from embedlab.text import build_vocabulary

some_sentences = st.lists(st.lists(st.sampled_from("abcdef"), max_size=6), max_size=8)
some_corpora = st.lists(st.tuples(st.integers(0, 4), st.integers(-9, 9)), max_size=30).map(
    lambda tokens: corpus([i for i, _ in tokens], sorted(number for _, number in tokens))
)


def corpus(ids, sentence_of):
    return Corpus(np.array(ids, np.int64), np.array(sentence_of, np.int64))


def rows(tokens):
    return list(zip(tokens.ids.tolist(), tokens.sentence_of.tolist(), strict=True))


# Encoding


def slow_encode(sentences, index):
    found = []
    for number, sentence in enumerate(sentences):
        for token in sentence:
            if token in index:
                found.append((index[token], number))
    return found


def test_encode_by_hand():
    index = {"the": 0, "cat": 1, "sat": 2}
    tokens = encode_sentences([["the", "big", "cat"], [], ["big"], ["sat", "the"]], index)
    assert tokens.ids.tolist() == [0, 1, 2, 0]
    assert tokens.sentence_of.tolist() == [0, 0, 3, 3]
    assert (tokens.ids.dtype, tokens.sentence_of.dtype) == (np.int32, np.int32)
    assert len(tokens) == 4


@given(some_sentences, st.sets(st.sampled_from("abcdef")))
def test_encode_against_a_slow_loop(sentences, known):
    index = {word: i for i, word in enumerate(sorted(known))}
    assert rows(encode_sentences(sentences, index)) == slow_encode(sentences, index)
    assert rows(encode_sentences(map(tuple, sentences), index)) == slow_encode(sentences, index)


def test_an_unknown_word_is_no_gap_between_its_neighbors():
    tokens = encode_sentences([["the", "unknown", "cat"]], {"the": 0, "cat": 1})
    assert rows(tokens) == [(0, 0), (1, 0)], "neighbors now"
    # Negative control: where a mark stands for the unknown word, they are two places apart.
    marked = encode_sentences([["the", "unknown", "cat"]], {"the": 0, "cat": 1, "unknown": 2})
    assert np.diff(np.flatnonzero(marked.ids < 2)).tolist() == [2]


@given(some_sentences.filter(any))
def test_all_known_words_come_back_in_order(sentences):
    vocabulary = build_vocabulary(sentences)
    tokens = encode_sentences(sentences, vocabulary.index)
    words = [vocabulary.words[i] for i in tokens.ids]
    assert words == [word for sentence in sentences for word in sentence]
    assert np.bincount(tokens.ids).tolist() == vocabulary.counts.tolist()
    lengths = np.bincount(tokens.sentence_of, minlength=len(sentences))
    assert lengths.tolist() == [len(sentence) for sentence in sentences]


@pytest.mark.parametrize("sentences", [[], [[]], [["unknown"], []]])
def test_nothing_known_is_an_empty_corpus(sentences):
    tokens = encode_sentences(sentences, {"cat": 0})
    assert len(tokens) == 0
    assert (tokens.ids.dtype, tokens.sentence_of.dtype) == (np.int32, np.int32)


@pytest.mark.parametrize(
    ("sentences", "message"),
    [
        ("the cat", r"^sentences must be lists of tokens, got 'the cat'; call tokenize first$"),
        (b"the cat", "sentences must be lists of tokens, got b'the cat'"),
        ([["cat"], "the cat"], "each sentence must be a list of tokens, got 'the cat'; call"),
        ([[["cat"], ["sat"]]], "each sentence must be a list of tokens, got 'a list of lists'"),
    ],
)
def test_what_is_no_list_of_lists_of_tokens(sentences, message):
    with pytest.raises(ValueError, match=message):
        encode_sentences(sentences, {"cat": 0, "c": 1})


def test_negative_control_a_string_would_be_encoded_by_its_letters():
    assert slow_encode(["cat"], {"c": 0, "a": 1, "t": 2}) == [(0, 0), (1, 0), (2, 0)]


# Validation


@pytest.mark.parametrize(
    ("ids", "sentence_of", "message"),
    [
        ([0, 1], [0], r"ids and sentence_of must have the same length, got \(2, 1\)"),
        ([0, -1], [0, 0], "ids must be at least 0, got -1; leave unknown words out"),
        ([0, 1, 2], [0, 1, 0], "sentence_of must never decrease, got 'sentences out of order'"),
        # Their difference does not fit into 32 bits.
        ([0, 1], [2_000_000_000, -2_000_000_000], "sentence_of must never decrease"),
        ([0.0, 1.0], [0, 0], r"ids must be a row of integers, got 'float64 \(2,\)'"),
        ([0, 1], [0.0, 0.5], "sentence_of must be a row of integers, got 'float64"),
        ([[0, 1]], [[0, 0]], r"ids must be a row of integers, got 'int64 \(1, 2\)'"),
        ([True], [0], "ids must be a row of integers, got 'bool"),
        (["cat"], [0], "ids must be a row of integers"),
    ],
)
def test_corpus_errors(ids, sentence_of, message):
    with pytest.raises(ValueError, match=message):
        Corpus(np.array(ids), np.array(sentence_of))


@pytest.mark.parametrize("sentence_of", [[0, 0, 0], [-7, 3, 3], [-2_000_000_000, 0, 2_000_000_000]])
def test_gaps_and_any_first_number_are_allowed(sentence_of):
    assert corpus([3, 0, 3], sentence_of).sentence_of.tolist() == sentence_of


def test_where():
    tokens = corpus([5, 6, 7, 8], [0, 0, 2, 9])
    kept = tokens.where(np.array([True, False, False, True]))
    assert rows(kept) == [(5, 0), (8, 9)]
    assert len(tokens.where(np.zeros(4, bool))) == 0
    assert len(tokens) == 4


# Subsampling


def slow_keep(tokens, probabilities, rng):
    draws = rng.random(len(tokens), dtype=np.float32)
    return [row for row, u in zip(rows(tokens), draws, strict=True) if u < probabilities[row[0]]]


@given(
    some_corpora,
    # Single precision, so that rounding decides nothing.
    st.lists(st.floats(0, 1, width=32), min_size=5, max_size=5),
    st.integers(0, 99),
)
def test_keep_against_a_slow_loop(tokens, probabilities, seed):
    kept = keep_tokens(tokens, probabilities, rng=np.random.default_rng(seed))
    assert rows(kept) == slow_keep(tokens, probabilities, np.random.default_rng(seed))


def within_five_deviations(n_kept, n, p):
    return abs(n_kept - n * p) <= 5 * np.sqrt(n * p * (1 - p))


def test_words_survive_at_their_rates():
    probabilities, n = np.array([0.0, 0.05, 0.5, 0.9, 1.0]), 20_000
    tokens = corpus(np.tile(np.arange(5), n), np.arange(5 * n))
    kept = np.bincount(
        keep_tokens(tokens, probabilities, rng=np.random.default_rng(7)).ids, minlength=5
    )
    assert [kept[0], kept[4]] == [0, n]
    # Five standard deviations: a right implementation fails once in a million seeds.
    assert all(map(within_five_deviations, kept, [n] * 5, probabilities))
    # Negative control: each of these mistakes is seen.
    for bug in (1 - probabilities, np.sqrt(probabilities), np.roll(probabilities, 1)):
        assert not all(map(within_five_deviations, kept, [n] * 5, bug))


def test_each_occurrence_is_drawn_on_its_own():
    n = 20_000
    tokens = corpus(np.zeros(2 * n, int), np.repeat(np.arange(n), 2))
    rng = np.random.default_rng(3)

    def survive_alone(kept):
        n_survivors = np.bincount(np.bincount(kept.sentence_of, minlength=n), minlength=3)
        return all(map(within_five_deviations, n_survivors, [n] * 3, [0.25, 0.5, 0.25]))

    assert survive_alone(keep_tokens(tokens, [0.5], rng=rng))
    # Negative control: one draw for both tokens of a sentence.
    assert not survive_alone(tokens.where(np.repeat(rng.random(n) < 0.5, 2)))


def test_the_same_seed_keeps_the_same_tokens():
    tokens = corpus(np.arange(200) % 5, np.arange(200))
    draws = [
        rows(keep_tokens(tokens, np.full(5, 0.5), rng=np.random.default_rng(seed)))
        for seed in (1, 1, 2)
    ]
    assert draws[0] == draws[1]
    assert draws[0] != draws[2]


def test_what_is_left_keeps_its_sentence_and_an_empty_corpus_stays_empty():
    rng = np.random.default_rng(0)
    tokens = corpus([0, 1, 0, 1, 1], [0, 0, 1, 1, 2])
    assert rows(keep_tokens(tokens, [0.0, 1.0], rng=rng)) == [(1, 0), (1, 1), (1, 2)]
    assert len(keep_tokens(corpus([], []), [0.5], rng=rng)) == 0


@pytest.mark.parametrize(
    ("probabilities", "message"),
    [
        ([0.5, 1.5, 1.0], r"probabilities must lie between 0 and 1, got array\("),
        ([0.5, -0.1, 1.0], "probabilities must lie between 0 and 1"),
        ([0.5, float("nan"), 1.0], "probabilities must be finite, got nan at index 1"),
        ([[0.5, 0.5, 0.5]], r"probabilities must be a vector \(d,\)"),
        ([0.5, 0.5], "corpus must have ids below 2, got 2"),
        ([], "corpus must have ids below 0, got 2"),
    ],
)
def test_keep_errors(probabilities, message):
    with pytest.raises(ValueError, match=message):
        keep_tokens(corpus([0, 1, 2], [0, 0, 0]), probabilities, rng=np.random.default_rng(0))


@pytest.mark.parametrize("name", ["ids", "sentence_of"])
def test_numbers_that_32_bits_cannot_hold_are_refused(name):
    rows = {"ids": np.array([0]), "sentence_of": np.array([0])} | {name: np.array([2**32])}
    with pytest.raises(ValueError, match=f"{name} must be at most 2147483647, got 4294967296"):
        Corpus(**rows)


@pytest.mark.parametrize(
    ("sentence_of", "longest"),
    [([], 0), ([7], 1), ([0, 0, 1, 1, 1, 5], 3), ([-4, -4, 2**31 - 1], 2)],
)
def test_the_longest_sentence(sentence_of, longest):
    ids = np.zeros(len(sentence_of), np.int64)
    assert Corpus(ids, np.array(sentence_of, np.int64)).longest == longest
