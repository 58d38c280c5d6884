import itertools
import re
import unicodedata
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedlab.numerics import require_tokens
from embedlab.text import (
    Vocabulary,
    build_vocabulary,
    context,
    decode,
    encode,
    keep_probabilities,
    n_training_pairs,
    n_word_ngrams,
    noise_distribution,
    subsample,
    tokenize,
    training_pairs,
    word_ngrams,
)

NINE_WORDS = "the quick brown fox jumps over the lazy dog".split()
words = st.text("abc", min_size=1, max_size=2)
sentences = st.lists(words, max_size=12)
# Arbitrary text, and text made of what a tokenizer stumbles over.
tricky = list("aÉxİΣß3 '’-_.,!\n\u0301\u0323\u0316\u0345\u200d\u200b\ufe0f\u00ad❤👍🏽🇨🇭मैं\ud800")
texts = st.text() | st.text(st.sampled_from(tricky))
counts_lists = st.lists(st.integers(1, 10**9), min_size=1, max_size=20)


# Tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The cat sat.", ["the", "cat", "sat"]),
        ("", []),
        ("?! … —", []),
        ("don't l’eau O'Brien's", ["don't", "l’eau", "o'brien's"]),
        ("the dogs' 'quoted' rock 'n' roll", ["the", "dogs", "quoted", "rock", "n", "roll"]),
        ("state-of-the-art -- well-known- -x", ["state-of-the-art", "well-known", "x"]),
        ("yes--no", ["yes", "no"]),
        ("3.14 1,000,000.50 12. ,5 v2.0", ["3.14", "1,000,000.50", "12", "5", "v2.0"]),
        ("cats,dogs end.Start", ["cats", "dogs", "end", "start"]),
        ("new_york _emphasis_", ["new_york", "emphasis"]),
        ("Straße ΟΔΟΣ", ["straße", "οδο\u03c2"]),  # final sigma
        ("हिन्दी में किताब", ["हिन्दी", "में", "किताब"]),
        ("می‌خواهم", ["می‌خواهم"]),
        ("Donau\u00addampf", ["donaudampf"]),
        ("I ❤️ NY 👩‍💻 1️⃣", ["i", "ny", "1️⃣"]),
        ("a\u200bb\ufeffc", ["a", "b", "c"]),
    ],
)
def test_words(text, expected):
    assert tokenize(text) == expected


def test_lowercase_is_lower_and_not_casefold():
    assert tokenize("STRASSE Straße") == ["strasse", "straße"]
    assert "Straße".casefold() == "strasse", "negative control: casefold would merge the two"
    assert tokenize("The CAT", lowercase=False) == ["The", "CAT"]


def test_decomposed_accents_are_composed_and_stay_whole():
    decomposed = unicodedata.normalize("NFD", "Café Ångström")
    assert len(decomposed) > len("Café Ångström")
    assert tokenize(decomposed) == ["café", "ångström"]
    # x with a ring has no composed form, so the mark must be kept by the pattern.
    assert tokenize("ax\u030ab") == ["ax\u030ab"]


def test_negative_control_python_words_break_at_marks():
    assert re.findall(r"\w+", "हिन्दी") != ["हिन्दी"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Wait... what?!", ["wait", ".", ".", ".", "what", "?", "!"]),
        ("(3.14)", ["(", "3.14", ")"]),
        ("'don't'", ["'", "don't", "'"]),
        ("_x_", ["_", "x", "_"]),
        ("hi👩‍💻👍🏽❤️!", ["hi", "👩‍💻", "👍🏽", "❤️", "!"]),
        ("🇨🇭🇫🇷", ["🇨🇭", "🇫🇷"]),
        ("🏴󠁧󠁢󠁳󠁣󠁴󠁿", ["🏴󠁧󠁢󠁳󠁣󠁴󠁿"]),
        ("👨‍👩‍👧‍👦", ["👨‍👩‍👧‍👦"]),
        ("\u200d\u0301\x00 a\u200d", ["a"]),
    ],
)
def test_punctuation_and_emoji(text, expected):
    assert tokenize(text, keep_punctuation=True) == expected


@given(texts)
def test_tokens_are_non_empty_without_spaces_and_stable(text):
    for keep in (False, True):
        tokens = tokenize(text, keep_punctuation=keep)
        assert all(token and not any(c.isspace() for c in token) for token in tokens)
        assert tokenize(" ".join(tokens), keep_punctuation=keep) == tokens


@given(texts)
def test_punctuation_only_adds_tokens(text):
    kept = tokenize(text, keep_punctuation=True)
    assert [token for token in kept if token[0].isalnum()] == tokenize(text)


@given(texts)
def test_canonically_equal_texts_have_equal_tokens(text):
    assert tokenize(unicodedata.normalize("NFD", text)) == tokenize(text)


def test_long_runs_take_linear_time():
    # A pattern with two ways to read a run would need 2**n steps here.
    assert len(tokenize("a\u0301x\u0323" * 5000 + "'" * 5000)) == 1


def test_tokenize_refuses_bytes():
    with pytest.raises(ValueError, match=r"^text must be a string, got b'cat'; decode bytes"):
        tokenize(b"cat")


# Vocabulary


def test_vocabulary_by_falling_count_ties_by_first_occurrence():
    vocabulary = build_vocabulary([["b", "a", "c"], ["c", "a", "d"]])
    assert vocabulary.words == ("a", "c", "b", "d")
    assert vocabulary.counts.tolist() == [2, 2, 1, 1]
    assert vocabulary.index == {"a": 0, "c": 1, "b": 2, "d": 3}
    assert len(vocabulary) == 4
    assert "d" in vocabulary
    assert "e" not in vocabulary
    assert list(vocabulary) == ["a", "c", "b", "d"]


@given(st.lists(sentences, min_size=1, max_size=5).filter(any), st.integers(1, 4))
def test_vocabulary_against_a_slow_count(corpus, size):
    vocabulary = build_vocabulary(corpus, max_size=size)
    everything = [word for sentence in corpus for word in sentence]
    order = sorted(set(everything), key=lambda w: (-everything.count(w), everything.index(w)))
    assert list(vocabulary) == order[:size]
    assert vocabulary.counts.tolist() == [everything.count(word) for word in order[:size]]


def test_min_count():
    corpus = iter([["a", "a", "b"], ["a", "b", "c"]])
    assert build_vocabulary(corpus, min_count=2).words == ("a", "b")


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ([], {}, "sentences must hold at least one token, got 'none'"),
        ([[], []], {}, "sentences must hold at least one token"),
        ([["a", "a", "b"]], {"min_count": 3}, r"at most 2, the largest count \(of 'a'\), got 3"),
        ([["a"]], {"min_count": 0}, "min_count must be at least 1, got 0"),
        ([["a"]], {"max_size": 0}, "max_size must be at least 1, got 0"),
        ("a cat", {}, "sentences must be lists of tokens, got 'a cat'"),
        (["a cat"], {}, "each sentence must be a list of tokens, got 'a cat'"),
    ],
)
def test_build_vocabulary_errors(arguments, options, message):
    with pytest.raises(ValueError, match=message):
        build_vocabulary(arguments, **options)


@pytest.mark.parametrize(
    ("names", "counts", "message"),
    [
        (("a", "b", "a"), [1, 1, 1], "words must be distinct, got 'a'; it occurs 2 times"),
        (("a", ""), [1, 1], "words must be non-empty strings, got ''"),
        ((), [], "words must hold at least one word"),
        ("ab", [1, 1], "words must be a list of tokens"),
        (("a", "b"), [1], r"counts must hold one number for each of the 2 words"),
        (("a",), [0], "counts must be at least 1, got 0"),
        (("a",), [1.5], "counts must be integers, got 'dtype float64'"),
    ],
)
def test_vocabulary_errors(names, counts, message):
    with pytest.raises(ValueError, match=message):
        Vocabulary(names, np.array(counts))


def test_vocabulary_does_not_follow_its_argument():
    counts = np.array([2, 1])
    vocabulary = Vocabulary(("a", "b"), counts)
    counts[0] = 99
    assert vocabulary.counts.tolist() == [2, 1]
    with pytest.raises(ValueError, match="read-only"):
        vocabulary.counts[0] = 5


@given(sentences.filter(bool))
def test_decode_inverts_encode(tokens):
    vocabulary = build_vocabulary([tokens])
    ids = encode(tokens, vocabulary)
    assert ids.shape == (len(tokens),)
    assert np.issubdtype(ids.dtype, np.integer)
    assert decode(ids, vocabulary) == tokens


def test_unknown_words():
    vocabulary = Vocabulary(("kitten", "cat"), np.array([1, 1]))
    assert encode(["cat", "dog", "kitten"], vocabulary, unknown="skip").tolist() == [1, 0]
    assert encode([], vocabulary).dtype == np.int64
    with pytest.raises(ValueError, match="got 'kiten'; did you mean 'kitten'"):
        encode(["kiten"], vocabulary)
    with pytest.raises(ValueError, match="got 'zzz'; unknown='skip'"):
        encode(["cat", "zzz"], vocabulary)
    with pytest.raises(ValueError, match="unknown must be 'error' or 'skip', got 'drop'"):
        encode(["cat"], vocabulary, unknown="drop")


@pytest.mark.parametrize("bad", [-1, 2, 0.0, True])
def test_decode_refuses_what_is_no_id(bad):
    with pytest.raises(ValueError, match="ids must be"):
        decode([bad], Vocabulary(("a", "b"), np.array([1, 1])))


@pytest.mark.parametrize("wrong", ["cat", b"cat", [["a"], ["b"]]])
def test_text_and_nested_lists_are_no_tokens(wrong):
    for function in (
        lambda t: context(t, 0, 1),
        lambda t: training_pairs(t, 1),
        lambda t: word_ngrams(t, 2),
        lambda t: encode(t, Vocabulary(("a",), np.array([1]))),
        lambda t: require_tokens("tokens", t),
    ):
        with pytest.raises(ValueError, match="tokens must be a list of tokens"):
            function(wrong)


# Windows


def test_context_clips_at_both_ends_and_keeps_repeats():
    assert context(NINE_WORDS, 0, 2) == ["quick", "brown"]
    assert context(NINE_WORDS, 8, 2) == ["the", "lazy"]
    assert context(["a", "b", "a", "a"], 1, 9) == ["a", "a", "a"]
    assert context(NINE_WORDS, 4, 0) == []
    assert context((5, 6, 7), 1, 1) == [5, 7]


@given(sentences.filter(bool), st.integers(0, 14), st.data())
def test_context_against_a_slow_loop(tokens, window, data):
    i = data.draw(st.integers(0, len(tokens) - 1))
    near = [w for j, w in enumerate(tokens) if j != i and abs(j - i) <= window]
    assert context(tokens, i, window) == near


@given(sentences, st.integers(0, 14))
def test_pairs_against_a_slow_loop_and_the_closed_form(tokens, window):
    n = len(tokens)
    slow = [
        (tokens[i], tokens[j])
        for i in range(n)
        for j in range(n)
        if i != j and abs(i - j) <= window
    ]
    assert training_pairs(tokens, window) == slow
    assert n_training_pairs(n, window) == len(slow)


@given(sentences, st.integers(0, 14))
def test_pairs_are_symmetric(tokens, window):
    pairs = Counter(training_pairs(tokens, window))
    assert pairs == Counter({(b, a): count for (a, b), count in pairs.items()})


@pytest.mark.parametrize(("window", "n_pairs"), [(0, 0), (1, 16), (2, 30), (3, 42), (5, 60)])
def test_pairs_of_the_nine_words(window, n_pairs):
    assert len(training_pairs(NINE_WORDS, window)) == n_pairs == n_training_pairs(9, window)


def test_negative_control_counting_without_clipping_is_wrong():
    for window in (1, 2, 3, 5):
        assert n_training_pairs(9, window) != 2 * 9 * window


def test_pairs_do_not_cross_sentences():
    one, two = ["a", "b"], ["c", "d"]
    apart = training_pairs(one, 3) + training_pairs(two, 3)
    assert not {("b", "c"), ("c", "b")} & set(apart)
    assert ("b", "c") in training_pairs(one + two, 3), "negative control: joined, they would"


@pytest.mark.parametrize(
    "call",
    [
        lambda: context(["a"], 0, -1),
        lambda: context(["a"], 1, 1),
        lambda: context(["a"], -1, 1),
        lambda: training_pairs([], -1),
        lambda: training_pairs(["a"], 1.0),
        lambda: n_training_pairs(-1, 1),
        lambda: n_training_pairs(1, -1),
    ],
)
def test_window_errors(call):
    with pytest.raises(ValueError, match=r"^(i|n|window) must be "):
        call()


# Word n-grams


def test_word_ngrams_by_hand():
    assert word_ngrams(["a", "b"], 1) == [("a",), ("b",), ("</S>",)]
    assert word_ngrams(["a"], 3) == [("<S>", "<S>", "a"), ("<S>", "a", "</S>")]
    assert word_ngrams([], 3) == [("<S>", "<S>", "</S>")]
    assert word_ngrams(["a", "a"], 2, start="^", end="$") == [("^", "a"), ("a", "a"), ("a", "$")]


@given(sentences, st.integers(1, 6))
def test_word_ngrams_laws(tokens, n):
    grams = word_ngrams(tokens, n)
    assert all(len(gram) == n for gram in grams)
    # Each token and the end mark closes one n-gram; neighbors overlap in n - 1 places.
    assert [gram[-1] for gram in grams] == [*tokens, "</S>"]
    assert all(a[1:] == b[:-1] for a, b in itertools.pairwise(grams))
    assert n_word_ngrams(len(tokens), n) == len(grams)


def test_negative_control_unpadded_count_is_wrong():
    assert n_word_ngrams(5, 3) == 6 != 5 - 3 + 1


@pytest.mark.parametrize("call", [lambda: word_ngrams(["a"], 0), lambda: n_word_ngrams(3, 0)])
def test_ngrams_need_n_of_at_least_one(call):
    with pytest.raises(ValueError, match="n must be at least 1, got 0"):
        call()


def test_n_word_ngrams_refuses_negative_lengths():
    with pytest.raises(ValueError, match="length must be at least 0, got -1"):
        n_word_ngrams(-1, 2)


# Subsampling and noise


def test_keep_probabilities_by_hand():
    # f = 0.8 and 0.2, t = 0.05: r = 1/16 and 1/4, √r + r = 5/16 and 3/4.
    kept = keep_probabilities([8, 2], sample=0.05)
    np.testing.assert_allclose(kept, [5 / 16, 3 / 4], rtol=1e-15)


def test_negative_control_the_paper_keeps_less():
    f, t = 0.8, 0.05
    paper = np.sqrt(t / f)
    assert paper == 0.25
    assert keep_probabilities([8, 2], sample=t)[0] - paper == pytest.approx(t / f, rel=1e-12)


def test_everything_is_kept_up_to_the_golden_ratio_squared():
    limit = (3 + np.sqrt(5)) / 2
    just_below, just_above = limit * (1 - 1e-9), limit * (1 + 1e-9)
    for share, keeps_all in ((just_below, True), (just_above, False)):
        f = share * 0.1
        assert (keep_probabilities([f, 1 - f], sample=0.1)[0] == 1.0) == keeps_all


@given(counts_lists, st.floats(1e-9, 1.0))
def test_keep_probabilities_against_a_slow_loop(counts, sample):
    slow = []
    for count in counts:
        f = count / sum(counts)
        slow.append(min(1.0, (np.sqrt(f / sample) + 1) * sample / f))
    # rtol: a handful of roundings.
    np.testing.assert_allclose(keep_probabilities(counts, sample=sample), slow, rtol=1e-14)


@given(counts_lists, st.floats(1e-9, 1.0))
def test_frequent_words_are_kept_less(counts, sample):
    kept = keep_probabilities(sorted(counts), sample=sample)
    assert ((kept > 0) & (kept <= 1)).all()
    assert (np.diff(kept) <= 0).all()


@pytest.mark.peer
@pytest.mark.parametrize("sample", [1e-1, 1e-2, 1e-3])
def test_keep_probabilities_are_gensims(sample):
    from gensim.models import Word2Vec

    counts = {"the": 5000, "cat": 700, "sat": 90, "on": 800, "mat": 5, "rare": 1}
    model = Word2Vec(vector_size=2, min_count=1, sample=sample)
    model.build_vocab_from_freq(counts)
    ours = keep_probabilities(list(counts.values()), sample=sample)
    theirs = [model.wv.get_vecattr(word, "sample_int") for word in counts]
    assert (ours < 1).any()
    # gensim stores the probability as a share of 2³² - 1, rounded down: half a unit either way,
    # and one more for its other order of operations.
    np.testing.assert_allclose(ours * (2**32 - 1), theirs, rtol=0, atol=2)


def test_subsample_keeps_each_word_at_its_rate():
    tokens = ["the"] * 8000 + ["cat"] * 2000
    vocabulary = build_vocabulary([tokens])
    kept = Counter(subsample(tokens, vocabulary, sample=0.05, rng=np.random.default_rng(1)))
    expected = {"the": 8000 * 5 / 16, "cat": 2000 * 3 / 4}
    for word, mean in expected.items():
        p = mean / vocabulary.counts[vocabulary.index[word]]
        five_deviations = 5 * np.sqrt(mean * (1 - p))
        assert abs(kept[word] - mean) < five_deviations
        # Negative control: the paper's rate is far outside.
        paper = np.sqrt(0.05 / (vocabulary.counts[vocabulary.index[word]] / 10000))
        assert abs(kept[word] - paper * len([t for t in tokens if t == word])) > five_deviations


@given(sentences.filter(bool), st.integers(0, 99))
def test_subsample_keeps_order_drops_unknown_and_repeats_with_its_seed(tokens, seed):
    vocabulary = build_vocabulary([tokens])
    mixed = [word for token in tokens for word in (token, "unknown")]
    draw = [
        subsample(mixed, vocabulary, sample=0.01, rng=np.random.default_rng(seed)) for _ in "ab"
    ]
    assert draw[0] == draw[1]
    rest = iter(tokens)
    assert all(word in rest for word in draw[0]), "a subsequence of the known tokens"
    everything = subsample(mixed, vocabulary, sample=1.0, rng=np.random.default_rng(seed))
    assert everything == tokens


def test_noise_distribution_by_hand():
    # 16 ** 0.75 = 8, 1 ** 0.75 = 1.
    np.testing.assert_allclose(noise_distribution([16, 1]), [8 / 9, 1 / 9], rtol=1e-14)


@given(counts_lists, st.floats(-2, 2))
def test_noise_distribution_laws(counts, exponent):
    noise = noise_distribution(counts, exponent=exponent)
    slow = [count**exponent for count in counts]
    # rtol: exp and log of numbers up to 40 lose up to 40 units in the last place.
    np.testing.assert_allclose(noise, np.array(slow) / sum(slow), rtol=1e-13)
    assert noise.sum() == pytest.approx(1.0, rel=1e-14)


def test_noise_distribution_between_uniform_and_unigram():
    counts = np.array([7, 2, 1])
    np.testing.assert_allclose(noise_distribution(counts, exponent=0), 1 / 3, rtol=1e-15)
    np.testing.assert_allclose(noise_distribution(counts, exponent=1), counts / 10, rtol=1e-14)
    tempered = noise_distribution(counts)
    assert 1 / 3 < tempered[0] < 0.7
    assert tempered[2] > 0.1, "negative control: the unigram distribution would give 0.1"
    assert noise_distribution([10**9, 1], exponent=1000.0).tolist() == [1.0, 0.0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: keep_probabilities([], sample=0.1), "counts must hold at least one number"),
        (lambda: keep_probabilities([1, 0], sample=0.1), r"counts must be positive, got 0\.0"),
        (lambda: keep_probabilities([1], sample=0), "sample must be above 0 and at most 1, got 0"),
        (lambda: keep_probabilities([1], sample=float("nan")), "sample must be above 0"),
        (lambda: keep_probabilities([1], sample=2), "sample must be above 0"),
        (lambda: noise_distribution([1, -1]), r"counts must be positive, got -1\.0"),
        (lambda: noise_distribution([1], exponent=float("inf")), "exponent must be finite"),
    ],
)
def test_frequency_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()
