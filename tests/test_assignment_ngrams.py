"""The assignment ``ngrams``: fair cases, no way round them, and true sentences in its notebook."""

import unicodedata
import warnings
from collections import Counter, deque
from functools import cache
from itertools import chain, groupby, pairwise

import nbformat
import numpy as np
import pytest
from grading_helpers import ROOT
from numpy.lib.stride_tricks import sliding_window_view

from embedlab import learned
from embedlab.grading import ASSIGNMENTS
from embedlab.grading.answers import alike
from embedlab.grading.calls import call_each
from embedlab.grading.checks import cases_of, judge
from embedlab.subwords import bucket, character_ngrams, subwords
from embedlab.text import n_word_ngrams, word_ngrams
from embedlab.world import world

NGRAMS = ASSIGNMENTS["ngrams"]
CHECKS = NGRAMS.checks
SEEDS = ["public", *map(str, range(30))]


def failed(name, function, seed="public"):
    """Return the checks of a function that somebody with this one fails."""
    found = []
    for check in CHECKS.values():
        if check.task.name == name:
            cases = cases_of(check, seed)
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                outcomes = call_each(function, cases, {})
            if judge(check, cases, outcomes):
                found.append(check.name)
    return found


# --- the cases -----------------------------------------------------------------------------


def cases_about(name, seed):
    """Return all cases of the checks of a function."""
    checks = [check for check in CHECKS.values() if check.task.name == name]
    return list(chain.from_iterable(cases_of(check, seed) for check in checks))


def is_repeated(ngrams):
    return len(set(ngrams)) < len(ngrams)


def has_several_bytes(texts):
    return any(len(text) < len(text.encode()) for text in texts)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_edge_cases_of_sentences_are_always_there(seed):
    cases = cases_about("word_ngrams", seed)
    assert {1, 2, 3, 4, 5} <= {n for _, n in cases}
    assert {1, 2, 3} <= {n for tokens, n in cases if not tokens}
    assert any(len(tokens) == 1 for tokens, _ in cases)
    assert any(0 < len(tokens) < n for tokens, n in cases)
    assert any(len(tokens) == n for tokens, n in cases)
    repeating = cases_of(CHECKS["word_ngrams_are_in_order_with_repeats"], seed)
    assert sum(is_repeated(word_ngrams(tokens, n)) for tokens, n in repeating) >= 4
    assert has_several_bytes(token for tokens, _ in cases for token in tokens)
    assert any(token != token.lower() for tokens, _ in repeating for token in tokens)
    assert all(type(tokens) is list for tokens, _ in cases)
    # Marks and separators as tokens are never asked, nor is anything that could look like one.
    assert not any({"<", ">", " ", "\n"} & set(token) for tokens, _ in cases for token in tokens)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_edge_cases_of_lengths_are_always_there(seed):
    cases = cases_about("count_word_ngrams", seed)
    assert {0, 1} <= {length for length, _ in cases}
    assert any(0 < length < n for length, n in cases)
    assert any(length > 99 for length, _ in cases)
    assert all(n >= 1 for _, n in cases)
    # One more or less must show above the tolerance for numbers.
    longest = max(length for length, _ in cases)
    assert not alike(longest, longest + 1)
    assert alike(20_000, 20_001), "negative control: in a long sentence it would not"


@pytest.mark.parametrize("seed", SEEDS)
def test_the_edge_cases_of_words_are_always_there(seed):
    cases = cases_about("char_ngrams", seed)
    differences = {len(word) + 2 - n for word, n in cases}
    assert {-1, 0, 1} <= differences, "n one longer than the padded word, as long, one shorter"
    assert 1 in {n for _, n in cases}
    assert any(word == "" for word, _ in cases)
    assert has_several_bytes(word for word, _ in cases)
    assert any(word != word.lower() for word, _ in cases)
    assert not any({"<", ">"} & set(word) for word, _ in cases)
    repeating = cases_of(CHECKS["char_ngrams_are_in_order_with_repeats"], seed)
    marked = [[f"<{word}>"[i : i + n] for i in range(len(word))] for word, n in repeating]
    assert sum(map(is_repeated, marked)) >= 3


@pytest.mark.parametrize("seed", SEEDS)
def test_the_edge_cases_of_units_are_always_there(seed):
    cases = cases_about("subwords", seed)
    places = {
        "longer" if len(word) + 2 > high else "shorter" if len(word) + 2 < low else "within"
        for word, low, high in cases
    }
    assert places == {"longer", "shorter", "within"}
    assert any(low == high for _, low, high in cases)
    assert any(high - low > 1 for _, low, high in cases)
    assert any(high > len(word) + 2 for word, _, high in cases)
    assert 1 in {low for _, low, _ in cases}
    assert all(1 <= low <= high for _, low, high in cases)
    assert has_several_bytes(word for word, _, _ in cases)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_edge_cases_of_the_challenge_are_always_there(seed):
    cases = cases_about("next_word_probabilities", seed)
    right = [CHECKS["next_word_probabilities_are_shares"].task.reference(*case) for case in cases]
    assert any(sentences == [] for sentences, _ in cases)
    assert any([] in sentences for sentences, _ in cases)
    assert "<S>" in {previous for _, previous in cases}
    assert "</S>" not in {previous for _, previous in cases}, "what follows the end is never asked"
    assert any("</S>" in table for table in right)
    assert {} in right
    assert any(len(set(table.values())) > 1 for table in right)


# --- right answers in many styles ----------------------------------------------------------


def in_loops(tokens, n):
    padded = []
    for _ in range(n - 1):
        padded.append("<S>")
    padded.extend(tokens)
    padded.append("</S>")
    result = []
    start = 0
    while start + n <= len(padded):
        result.append([padded[start + j] for j in range(n)])
        start += 1
    return result


def in_a_deque(tokens, n):
    window = deque(["<S>"] * (n - 1), maxlen=n)
    result = []
    for token in [*tokens, "</S>"]:
        window.append(token)
        result.append(tuple(window))
    return tuple(result)


def in_an_array(tokens, n):
    return sliding_window_view(np.array(["<S>"] * (n - 1) + tokens + ["</S>"]), n)


def letters_by_zip(word, n):
    padded = f"<{word}>"
    return list(map("".join, zip(*(padded[i:] for i in range(n)), strict=False)))


def letters_by_looking_at_all_pieces(word, n):
    padded = "<" + word + ">"
    pairs = [(i, j) for i in range(len(padded)) for j in range(i + 1, len(padded) + 1)]
    return tuple(padded[i:j] for i, j in pairs if j - i == n)


def units_in_a_list(word, low, high):
    units = [f"<{word}>"]
    for n in range(low, high + 1):
        units += letters_by_zip(word, n)
    return units


def units_without_the_lengths_nobody_needs(word, low, high):
    longest = min(high, len(word) + 2)
    units = (letters_by_zip(word, n) for n in range(low, longest + 1))
    return frozenset(chain(*units)) | {f"<{word}>"}


def shares_in_single_precision(sentences, previous):
    bigrams = chain.from_iterable(pairwise(["<S>", *tokens, "</S>"]) for tokens in sentences)
    counts = Counter(second for first, second in bigrams if first == previous)
    values = np.fromiter(counts.values(), dtype=np.float32)
    return dict(zip(counts, values / values.sum(dtype=np.float32), strict=True)) if counts else {}


def shares_in_plain_python(sentences, previous):
    table = {}
    for tokens in sentences:
        bigrams = in_loops(tokens, 2)
        for first, second in bigrams:
            if first == previous:
                table[second] = table.get(second, 0) + 1
    return {word: table[word] / sum(table.values()) for word in table}


RIGHT = [
    ("word_ngrams", in_loops),
    ("word_ngrams", in_a_deque),
    ("word_ngrams", in_an_array),
    ("count_word_ngrams", lambda length, n: np.float32(length) + np.float32(1)),
    ("count_word_ngrams", lambda length, n: np.array(length + 1.0)),
    ("count_word_ngrams", lambda length, n: len(in_loops(["x"] * length, n))),
    ("char_ngrams", letters_by_zip),
    ("char_ngrams", letters_by_looking_at_all_pieces),
    ("subwords", units_in_a_list),
    ("subwords", units_without_the_lengths_nobody_needs),
    ("subwords", lambda *given: np.array(units_in_a_list(*given))),
    ("subwords", lambda *given: dict.fromkeys(units_in_a_list(*given))),
    ("next_word_probabilities", shares_in_single_precision),
    ("next_word_probabilities", shares_in_plain_python),
]


@pytest.mark.parametrize(("name", "function"), RIGHT)
def test_every_style_passes_whatever_the_seed(name, function):
    assert {
        seed: failed(name, function, seed) for seed in SEEDS if failed(name, function, seed)
    } == {}


# --- no way to be wrong and pass -----------------------------------------------------------

# Each check looks at one property; together they must look at everything.


def changed(change, i):
    """Return a function that changes one item of a list, if there is one at position i."""

    def apply(items):
        items = list(items)
        if -len(items) <= i < len(items):
            change(items, i)
        return items

    return apply


def swap(items, i):
    j = (i + 1) % len(items)
    items[i], items[j] = items[j], items[i]


CHANGES = [
    pytest.param(changed(change, i), id=f"{name} {i}")
    for name, change in {
        "drop": lambda items, i: items.pop(i),
        "repeat": lambda items, i: items.insert(i, items[i]),
        "swap": swap,
    }.items()
    for i in range(-4, 4)
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", ["word_ngrams", "char_ngrams"])
def test_each_ngram_and_its_place_is_looked_at(name, change):
    task = next(check.task for check in CHECKS.values() if check.task.name == name)
    for seed in SEEDS[:4]:
        assert failed(name, lambda *given: change(task.reference(*given)), seed)


@pytest.mark.parametrize("i", range(-6, 6))
def test_each_unit_is_looked_at(i):
    def by_length(*given):
        return sorted(subwords(*given), key=lambda unit: (len(unit), unit))

    dropped = changed(lambda items, i: items.pop(i), i)
    for seed in SEEDS[:4]:
        assert failed("subwords", lambda *given: dropped(by_length(*given)), seed)
        assert failed("subwords", lambda *given: [*by_length(*given), by_length(*given)[i % 2] * 2])
    assert failed("subwords", by_length) == []


def test_the_marks_must_stand_where_they_belong():
    def marks_last(*given):
        return sorted(word_ngrams(*given), key=lambda ngram: bool({"<S>", "</S>"} & set(ngram)))

    assert failed("word_ngrams", marks_last) == ["word_ngrams_are_in_order_with_repeats"]


def test_a_mistake_costs_its_own_property():
    """The points that somebody keeps who forgets the marks, or one of them."""

    def bare(tokens, n):
        return [tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)]

    kept = {check.name for check in CHECKS.values() if check.task.name == "word_ngrams"}
    kept -= set(failed("word_ngrams", bare))
    assert kept == {
        "word_ngrams_are_in_order_with_repeats",
        "word_ngrams_of_single_words",
        "word_ngrams_leaves_its_inputs_unchanged",
    }
    assert failed(
        "subwords", lambda word, low, high: {*subwords(word, low, high)} - {f"<{word}>"}
    ) == ["subwords_include_the_whole_word"]


# --- wrong functions that once passed, or lost too much ------------------------------------


def bare_if_shorter(word, low, high):
    return {f"<{word}>"} if len(word) < low else set(subwords(word, low, high))


def bare_if_not_longer(word, low, high):
    return {f"<{word}>"} if len(word) <= low else set(subwords(word, low, high))


def without_lone_marks(word, low, high):
    return set(subwords(word, low, high)) - {"<", ">"}


def one_length_too_many(word, low, high):
    return set(subwords(word, low, high + 1))


def none_of_an_empty_word(word, n):
    return letters_by_zip(word, n) if word else []


def none_twice_in_a_row(word, n):
    return [piece for piece, _ in groupby(letters_by_zip(word, n))]


def decomposed(word, n):
    return letters_by_zip(unicodedata.normalize("NFD", word), n)


def letters_only(tokens, n):
    return in_loops([token for token in tokens if token.isalpha()], n)


def in_one_byte(length, n):
    return (length + 1) % 256


def cut_between(left, right, whole):
    return lambda word, low, high: {
        whole.format(word),
        *(
            (left + word + right)[i : i + n]
            for n in range(low, high + 1)
            for i in range(len(left + word + right) - n + 1)
        ),
    }


def of_one_length(which):
    return lambda word, *lengths: {f"<{word}>", *letters_by_zip(word, lengths[which])}


def counted_in_texts(sentences, previous):
    texts = [" ".join(["<S>", *tokens, "</S>"]) for tokens in sentences]
    counts = {}
    for after in {word for text in texts for word in text.split()}:
        n = sum(text.count(f"{previous} {after}") for text in texts)
        if n:
            counts[after] = n
    return {word: n / sum(counts.values()) for word, n in counts.items()}


def after_a_word_around(sentences, previous):
    pairs = [pair for tokens in sentences for pair in word_ngrams(tokens, 2)]
    found = [after for before, after in pairs if previous in before]
    return {after: found.count(after) / len(found) for after in found}


HOLES = [
    (bare_if_shorter, "subwords", {"mark_both_ends"}),
    (bare_if_not_longer, "subwords", {"mark_both_ends"}),
    (without_lone_marks, "subwords", {"mark_both_ends"}),
    (one_length_too_many, "subwords", {"have_every_length"}),
    (none_of_an_empty_word, "char_ngrams", {"mark_both_ends"}),
    (none_twice_in_a_row, "char_ngrams", {"are_in_order_with_repeats"}),
    (decomposed, "char_ngrams", {"keep_every_character"}),
    (letters_only, "word_ngrams", {"are_in_order_with_repeats"}),
    (in_one_byte, "count_word_ngrams", {"of_ordinary_sentences"}),
    (cut_between("<", "", "<{}"), "subwords", {"mark_both_ends", "include_the_whole_word"}),
    (cut_between("", ">", "{}>"), "subwords", {"mark_both_ends", "include_the_whole_word"}),
    (
        cut_between("<S>", "</S>", "<S>{}</S>"),
        "subwords",
        {"mark_both_ends", "include_the_whole_word"},
    ),
    (counted_in_texts, "next_word_probabilities", {"are_shares"}),
    (after_a_word_around, "next_word_probabilities", {"are_shares"}),
    (of_one_length(0), "subwords", {"have_every_length"}),
    (of_one_length(1), "subwords", {"have_every_length", "mark_both_ends"}),
    (
        lambda tokens, n: in_loops(tokens, n)[::-1],
        "word_ngrams",
        {"are_in_order_with_repeats", "of_short_sentences"},
    ),
]


@pytest.mark.parametrize("seed", SEEDS[:12])
@pytest.mark.parametrize(("function", "name", "properties"), HOLES)
def test_a_wrong_function_loses_the_same_whatever_the_seed(function, name, properties, seed):
    assert set(failed(name, function, seed)) == {f"{name}_{each}" for each in properties}


@pytest.mark.parametrize("seed", SEEDS[:12])
def test_a_list_kept_from_call_to_call_passes_nothing(seed):
    def words(tokens, n, kept=[]):  # noqa: B006 - the mistake meant
        kept.extend(in_loops(tokens, n))
        return kept

    def letters(word, n, kept=[]):  # noqa: B006
        kept.extend(letters_by_zip(word, n))
        return kept

    for name, make in (("word_ngrams", words), ("char_ngrams", letters)):
        for check in (check for check in CHECKS.values() if check.task.name == name):
            make.__defaults__ = ([],)
            cases = cases_of(check, seed)
            assert judge(check, cases, call_each(make, cases, {})), check.name


def test_what_was_made_of_the_tokens_is_enough_to_look_at_the_inputs():
    name = "word_ngrams_leaves_its_inputs_unchanged"

    def passes(function):
        return name not in failed("word_ngrams", function)

    assert passes(lambda tokens, n: in_loops(tokens, n)[::n])
    assert passes(lambda tokens, n: in_loops(tokens, n)[::-1])
    assert passes(lambda tokens, n: [gram for m in range(1, n + 1) for gram in in_loops(tokens, m)])
    assert not passes(lambda tokens, n: [tokens])
    assert not passes(lambda tokens, n: [])
    assert not passes(lambda tokens, n: [["<S>"] * n])
    assert not passes(lambda tokens, n: [["never", "seen", "here", "!"][:n]])


# --- the sentences of the notebook ---------------------------------------------------------


@pytest.fixture(scope="module")
def text():
    notebook = nbformat.read(ROOT / "solutions" / "ngrams" / "ngrams.ipynb", as_version=4)
    return {cell.id: cell.source for cell in notebook.cells}


def test_the_examples_by_hand(text):
    tokens = ["we", "met", "there"]
    for n in (1, 2, 3):
        ngrams = [" ".join(ngram) for ngram in word_ngrams(tokens, n)]
        shown = " ".join(f"({ngram})" for ngram in ngrams)
        row = next(line for line in text["by-hand"].splitlines() if line.startswith(f"| n = {n} "))
        assert row.replace("`", "").split("|")[3].strip() == shown
        padded = " ".join(["<S>"] * (n - 1) + tokens + ["</S>"])
        assert row.replace("`", "").split("|")[2].strip() == padded
    assert "3 + 2 + 1 = 6" in text["count_word_ngrams-text"]
    assert f"6 − 2 = {n_word_ngrams(3, 3)}" in text["count_word_ngrams-text"]
    units = [unit for unit in subwords("where", 3, 3) if len(unit) == 3]
    assert f"7 − 3 + 1 = {len(units)} of them" in text["by-hand-characters"]
    assert ", ".join(f"`{unit}`" for unit in units) in text["by-hand-characters"]
    assert "`<he`, `her` and `er>`" in text["by-hand-characters"]
    assert subwords("her", 3, 3) == ["<he", "her", "er>", "<her>"]
    for n in (3, 4):
        shown = " ".join(f"`{unit}`" for unit in subwords("where", n, n)[:-1])
        assert f"| {n} | {shown} |" in text["subwords-text"]
    assert len(subwords("where", 3, 4)) == 10
    assert "the ten units of the table" in text["subwords-try-text"]


def test_the_nine_words(text):
    sentence = "the quick brown fox jumps over the lazy dog".split()
    answers = text["nine-words-answers"]
    sizes = (1, 2, 3, 5)
    assert [n_word_ngrams(9, n) for n in sizes] == [10] * 4
    assert "1. 10 each time." in answers
    bare = [len(sentence) - n + 1 for n in sizes]
    both = [len(sentence) + 2 * (n - 1) - n + 1 for n in sizes]
    assert "Without marks {}, {}, {} and {}: that is 9 − n + 1.".format(*bare) in answers
    assert "both ends {}, {}, {} and {}: that is 9 + n − 1.".format(*both) in answers
    different = [len(set(word_ngrams(sentence, n))) for n in (1, 2)]
    assert different == [9, 10]
    assert "9 different unigrams of 10" in answers
    assert "All 10 bigrams are different" in answers
    marked = [ngram for ngram in word_ngrams(sentence, 3) if "<S>" in ngram]
    assert marked == [("<S>", "<S>", "the"), ("<S>", "the", "quick")]
    assert "4. Two:" in answers
    long = word_ngrams(sentence, 20)
    assert (len(long), {ngram[0] for ngram in long}) == (10, {"<S>"})
    assert (long[-1].count("<S>"), long[-1][10:]) == (10, (*sentence, "</S>"))
    assert "the last one is made of 10 marks `<S>`, the nine words, and `</S>`" in answers


def test_the_units_of_playing(text):
    answers = text["playing-answers"]
    listed = text["playing"].split('"""')[1].split()
    units = subwords("playing", 3, 6)
    impossible = [unit for unit in listed if unit not in "<playing>"]
    assert impossible == ["<la", "<ay", "<yi", "<in"]
    assert "1. `<la`, `<ay`, `<yi` and `<in`." in answers
    too_long = [unit for unit in listed if unit in "<playing>" and unit not in units]
    assert {unit: len(unit) for unit in too_long} == {"playing>": 8, "laying>": 7}
    assert "`playing>` has 8 characters and `laying>` has 7" in answers
    assert {"<playin", "<playing"} <= set(subwords("playing", 3, 8)) - set(listed)
    missing = set(units) - set(listed)
    assert len(missing) == 9
    assert {"ing", "ng>", "<playing>"} <= missing
    assert "nine are missing from it: eight n-grams" in answers
    # No choice of the lengths gives the list.
    ranges = [(low, high) for low in range(1, 10) for high in range(low, 10)]
    assert all(set(subwords("playing", *both)) != set(listed) for both in ranges)

    def at_most(word):
        return [len(word) + 3 - n for n in range(3, 7)]

    assert (at_most("playing"), len(units)) == ([7, 6, 5, 4], 23)
    assert "7 + 6 + 5 + 4 + 1 = 23" in answers
    assert (at_most("banana"), len(subwords("banana", 3, 6))) == ([6, 5, 4, 3], 18)
    assert "6 + 5 + 4 + 3 + 1 = 19" in answers
    assert "it counts once: 18" in answers
    lengths = Counter(map(len, subwords("cat", 3, 6)))
    assert lengths == {3: 3, 4: 2, 5: 1}
    assert "5. Six: three 3-grams, two 4-grams, and `<cat>`" in answers


def test_the_probabilities_of_the_challenge(text):
    three = [["we", "met"], ["we", "ran"], ["we", "met", "again"]]
    after = CHECKS["next_word_probabilities_are_shares"].task.reference
    assert after(three, "we") == {"met": 2 / 3, "ran": 1 / 3}
    assert after(three, "met") == {"</S>": 1 / 2, "again": 1 / 2}
    assert after(three, "<S>") == {"we": 1.0}
    told = text["challenge-text"]
    assert "*met* follows with probability 2/3 and *ran* with 1/3" in told
    assert "the sentence ends with probability 1/2, and *again* follows with 1/2" in told


# --- the claims about learned vectors ------------------------------------------------------


@pytest.fixture(scope="module")
def language():
    """The corpus that the vectors were learned from: how often each word occurs."""
    corpus = world(np.random.default_rng(learned.TRAINING_SEED), learned.N_SENTENCES)
    return Counter(chain.from_iterable(corpus.sentences))


unit_vectors = cache(learned.ngram_vectors)


def known_units(word):
    units = subwords(word, learned.N_MIN, learned.N_MAX)
    return units, [unit for unit in units if unit in unit_vectors()]


@cache
def vector(word):
    return np.mean([unit_vectors()[unit] for unit in known_units(word)[1]], axis=0)


def neighbors(word):
    """Return all other known words with their cosines, best first."""
    query = vector(word)
    found = []
    for other in learned.skip_gram().words:
        row = vector(other)
        found.append((other, row @ query / np.linalg.norm(row) / np.linalg.norm(query)))
    return sorted((pair for pair in found if pair[0] != word), key=lambda pair: -pair[1])


def words_ending(letters):
    return {word for word in learned.skip_gram().words if word.endswith(letters)}


def test_what_the_language_is_said_to_be(text, language):
    words = learned.skip_gram().words
    assert learned.N_SENTENCES == 20_000
    assert 490 <= len(words) <= 510, "about 500"
    assert (learned.N_MIN, learned.N_MAX) == (3, 5)
    assert 0 < language["elefant"] < language["swiming"]
    assert "elefant" not in words
    assert language["princes"] == language["unhappily"] == language["tigers"] == 0
    assert "swiming" in words
    for each in ("20,000 sentences", "about 500 words", "3 to 5 characters"):
        assert each in text["learned-text"]


def test_the_words_that_come_out_right(text):
    for word, *expected in (
        ("elefant", "elephant"),
        ("princes", "princess", "prince"),
        ("swiming", "swimming"),
    ):
        assert [name for name, _ in neighbors(word)][: len(expected)] == expected
    known = known_units("elefant")[1]
    assert not any("f" in unit for unit in known)
    assert {"<el", "ele", "ant"} <= set(known)
    assert "(`<el`, `ele`, `ant`, ...)" in text["learned-worked"]


def test_the_words_that_come_out_wrong(text):
    answers = text["learned-answers"]
    first, second = neighbors("unhappily")[:2]
    assert (first[0], second[0]) == ("happily", "eagerly")
    assert f"units of *happily* (cosine {first[1]:.2f})" in answers
    known = known_units("unhappily")[1]
    other = set(known) - set(subwords("happily", 3, 5))
    assert other == {"<un"}
    assert f"{len(known) - 1} of its {len(known)} known units" in answers
    assert [word for word in learned.skip_gram().words if word.startswith("un")] == ["uncle"]
    ranked = neighbors("unhappily")
    place, similarity = next((i, s) for i, (name, s) in enumerate(ranked, 1) if name == "sadly")
    assert f"place {place} of {len(ranked)}, with a cosine of {similarity:.2f}" in answers

    assert {name for name, _ in neighbors("tigers")[:2]} == {"travelers", "passengers"}
    units = known_units("tigers")[1]
    assert {"ers>", "gers>"} <= set(units)
    assert {"travelers", "passengers"} <= words_ending("ers")
    assert words_ending("gers") == {"passengers"}
    for word in ("elefant", "tigers", "beautifull"):
        all_units, known = known_units(word)
        best = neighbors(word)[0]
        assert f"{len(known)} of {len(all_units)}" in answers
        assert f"{best[1]:.2f}" in answers
    assert neighbors("beautifull")[0][0] == "than"
    # Neither number warns: fewer of its units are known, and the cosine is about as high.
    right, wrong = neighbors("elefant")[0][1], neighbors("tigers")[0][1]
    assert abs(right - wrong) < 0.05
    assert known_units("qwrtz")[1] == []


def test_what_the_text_suggests_to_try():
    # 1,000 numbers cannot be enough for all units; and the program's list lacks the bare marks.
    assert len(unit_vectors()) > 1000
    numbers = Counter(bucket(unit, 1000) for unit in unit_vectors())
    assert max(numbers.values()) > 1
    assert set(subwords("a", 1, 3)) - set(character_ngrams("a", 1, 3)) == {"<", ">"}
    # The mean is the sum by a positive factor, which no cosine notices.
    first, second = vector("king"), vector("queen")
    n = len(known_units("king")[1])

    def cosine(u, v):
        return u @ v / np.linalg.norm(u) / np.linalg.norm(v)

    assert cosine(n * first, second) == pytest.approx(cosine(first, second), rel=1e-5)
