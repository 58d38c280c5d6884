"""The assignment ``sentences``: fair cases, exact verdicts, and a text whose numbers are right."""

import functools
import math
import warnings
from collections import Counter
from itertools import chain

import nbformat
import numpy as np
import pytest
from grading_helpers import ROOT, is_passed

from embedlab import learned, sentences
from embedlab.datasets import city_vectors
from embedlab.grading import ASSIGNMENTS, PUBLIC_SEED
from embedlab.grading.calls import call_each
from embedlab.grading.cases import MARGIN
from embedlab.grading.checks import cases_of as make_cases
from embedlab.grading.checks import judge
from embedlab.grading.sentences import sameness
from embedlab.vectors import cosine

CHECKS = ASSIGNMENTS["sentences"].checks
SEEDS = [PUBLIC_SEED, *map(str, range(30))]
each_seed = pytest.mark.parametrize("seed", SEEDS)
each_check = pytest.mark.parametrize("check", CHECKS.values(), ids=lambda check: check.name)


@functools.cache
def cases_of(check, seed):
    return make_cases(check, seed)


def verdict(check, function, seed=PUBLIC_SEED, judge=judge):
    """Return what somebody with this function is told; "" if the check is passed."""
    cases = cases_of(check, seed)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return judge(check, cases, call_each(function, cases, {}))


def is_lost(check, function, seed):
    """Return whether a function does not pass a check; with some seeds it is told why, too."""
    if seed in SEEDS[:4]:
        return bool(verdict(check, function, seed))
    return not verdict(check, function, seed, is_passed)


def lost(function, task, seed=PUBLIC_SEED):
    """Return the checks of a task that a function does not pass."""
    checks = [check for check in CHECKS.values() if check.task.name == task]
    return {check.name for check in checks if is_lost(check, function, seed)}


# --- the cases -----------------------------------------------------------------------------


def cases(task, seed):
    return [
        case
        for check in CHECKS.values()
        if check.task.name == task
        for case in cases_of(check, seed)
    ]


def known(tokens, vectors, stopwords):
    return [token for token in tokens if token in vectors and token not in stopwords]


@each_seed
def test_the_edge_cases_of_mean_vector_are_always_there(seed):
    asked = cases("mean_vector", seed)
    vectors = [vector for _, table, _ in asked for vector in table.values()]
    assert {list, tuple, np.ndarray} <= {type(vector) for vector in vectors}
    assert {np.dtype("float32"), np.dtype("float64")} <= {
        vector.dtype for vector in vectors if isinstance(vector, np.ndarray)
    }
    assert any(isinstance(x, int) for vector in vectors for x in vector)
    assert min(map(len, vectors)) == 1
    largest = [max(abs(x) for vector in table.values() for x in vector) for _, table, _ in asked]
    assert min(largest) < 0.01
    assert max(largest) > 1e5
    tokens = [tokens for tokens, _, _ in asked]
    assert [] in tokens
    assert any(len(each) > len({*each}) for each in tokens)
    assert any(len(each) > 20 for each in tokens)
    words = {*chain.from_iterable(tokens)}
    assert not all(word.isascii() for word in words)
    assert {"Berlin", "berlin", "The", "the"} <= words
    assert any(stopwords == set() for _, _, stopwords in asked)
    skipped = [
        {(token in stopwords, token in table) for token in tokens}
        for tokens, table, stopwords in asked
    ]
    every_kind = {(True, True), (False, False), (True, False), (False, True)}
    assert every_kind in skipped
    assert {(True, False)} in skipped


@each_seed
def test_the_edge_cases_of_idf_table_are_always_there(seed):
    asked = [docs for (docs,) in cases("idf_table", seed)]
    assert [] in asked
    assert [[]] in asked
    assert any([] in docs and any(docs) for docs in asked)
    assert any(len(docs) == 1 and docs[0] for docs in asked)
    assert any(len(docs) == 40 for docs in asked)
    assert any(max(Counter(doc).values(), default=0) > 1 for docs in asked for doc in docs)
    words = {word for docs in asked for doc in docs for word in doc}
    assert {"Berlin", "berlin", "law", "lawyer"} <= words
    assert not all(word.isascii() for word in words)


@each_seed
def test_the_edge_cases_of_sentence_vector_are_always_there(seed):
    asked = cases("sentence_vector", seed)
    assert any(idf == {} for _, _, idf, _ in asked)
    assert any(tokens == [] for tokens, _, _, _ in asked)
    types = {type(vector) for _, table, _, _ in asked for vector in table.values()}
    assert {list, tuple, np.ndarray} <= types
    left = [known(tokens, table, stopwords) for tokens, table, _, stopwords in asked]
    assert any(len(each) > len({*each}) for each in left)
    assert any(
        token not in table and token in idf for tokens, table, idf, _ in asked for token in tokens
    )


@each_seed
def test_the_edge_cases_of_sentence_similarity_and_best_match_are_always_there(seed):
    asked = cases("sentence_similarity", seed)
    scores = [sentences.sentence_similarity(*case) for case in asked]
    assert any(score < -0.1 for score in scores)
    assert any(score == pytest.approx(1, abs=1e-12) for score in scores)
    assert any(s1 == [] == s2 for s1, s2, *_ in asked)
    assert any(
        known(s1, table, stopwords) and not any(any(table[word]) for word in s1)
        for s1, _, table, _, stopwords in asked
    ), "a zero vector although words are left"
    searches = cases("best_match", seed)
    assert any(collection == [] for _, collection, *_ in searches)
    assert any([] in collection for _, collection, *_ in searches)
    rankings = [ranking(case) for case in searches if case[1]]
    assert any(max(scores) < 0 for scores in rankings)
    assert any(scores.count(max(scores)) > 1 for scores in rankings)


@each_seed
def test_nothing_is_asked_that_the_contract_rules_out(seed):
    for task in ("mean_vector", "sentence_vector", "sentence_similarity", "best_match"):
        for case in cases(task, seed):
            dicts = [argument for argument in case if isinstance(argument, dict)]
            assert dicts[0], "vectors is never empty"
            assert len({len(vector) for vector in dicts[0].values()}) == 1
            # No weight is 0 or nearly so: 0/0 has no right answer.
            assert all(weight >= 1 / 2 for table in dicts[1:] for weight in table.values())
            assert isinstance(case[-1], set)


def ranking(case):
    query, collection, *others = case
    return [sentences.sentence_similarity(query, each, *others) for each in collection]


def near_ties(case):
    """Return the sentences that are nearly as similar as the best one, equal vectors aside."""
    vectors = [sentences.sentence_vector(each, *case[2:]).tolist() for each in case[1]]
    scores = ranking(case)
    best = int(np.argmax(scores))
    return [
        case[1][i]
        for i in range(len(scores))
        if vectors[i] != vectors[best] and scores[best] - scores[i] < MARGIN
    ]


@each_seed
def test_no_search_has_a_near_tie(seed):
    assert [near_ties(case) for case in cases("best_match", seed) if case[1]] == [[]] * 7


def test_a_near_tie_would_be_found():
    vectors = {"a": [1.0, 0.0], "b": [1.0, 1.0], "c": [1.0, 1.0001], "d": [2.0, 2.0]}
    assert near_ties((["a"], [["c"], ["b"]], vectors, {}, set())) == [["c"]]
    tied = near_ties((["a"], [["b"], ["d"], ["c"]], vectors, {}, set()))
    # Parallel vectors tie as well, and which of the two is best is decided by rounding.
    assert tied in ([["d"], ["c"]], [["b"], ["c"]])
    assert near_ties((["a"], [["b"], ["b"]], vectors, {}, set())) == []


@each_seed
def test_equal_sentences_tie_exactly_in_every_order_of_summation(seed):
    check = CHECKS["best_match_without_a_clear_winner"]
    for _, collection, vectors, idf, _ in cases_of(check, seed):
        # Powers of 2 only, also as counts of words and as sums of weights: all steps are exact.
        numbers = [*chain.from_iterable(vectors.values()), *idf.values(), *map(len, collection)]
        assert {abs(x) for x in numbers} <= {0, 0.5, 1, 2}


# --- right answers -------------------------------------------------------------------------


def python_mean(tokens, vectors, stopwords):
    total, n = [0.0] * len(next(iter(vectors.values()))), 0
    for token in tokens:
        if token in vectors and token not in stopwords:
            total = [a + float(b) for a, b in zip(total, vectors[token], strict=True)]
            n += 1
    return [x / n for x in total] if n else total


def python_idf(docs):
    df = Counter(chain.from_iterable(map(set, docs)))
    return {word: math.log(1 + len(docs)) - math.log(1 + n) + 1 for word, n in df.items()}


def python_vector(tokens, vectors, idf, stopwords):
    counts = Counter(known(tokens, vectors, stopwords))
    # tf as a share of the sentence and not as a count: the division takes it out again.
    weights = {word: n / len(tokens) * idf.get(word, 1) for word, n in counts.items()}
    total = [0.0] * len(next(iter(vectors.values())))
    for word, weight in weights.items():
        total = [a + weight * float(b) for a, b in zip(total, vectors[word], strict=True)]
    return tuple(x / sum(weights.values()) for x in total) if weights else tuple(total)


def python_similarity(s1, s2, vectors, idf, stopwords):
    u, v = (python_vector(s, vectors, idf, stopwords) for s in (s1, s2))
    lengths = math.hypot(*u) * math.hypot(*v)
    return sum(a * b for a, b in zip(u, v, strict=True)) / lengths if lengths else 0


def python_match(query, collection, vectors, idf, stopwords):
    best = None
    for i, each in enumerate(collection):
        score = python_similarity(query, each, vectors, idf, stopwords)
        if best is None or score > best[0]:
            best = score, i
    return best and best[1]


def numpy_functions(dtype):
    """Return the five functions in matrix notation, everything in one precision."""

    def counted(tokens, words, stopwords):
        return np.array([tokens.count(w) * (w not in stopwords) for w in words], dtype=dtype)

    def weighted(tokens, vectors, idf, stopwords):
        matrix = np.array(list(vectors.values()), dtype=dtype)
        weights = counted(tokens, vectors, stopwords) * np.array(
            [idf.get(word, 1) for word in vectors], dtype=dtype
        )
        total = weights.sum()
        return weights @ matrix / total if total else np.zeros(matrix.shape[1], dtype)

    def mean(tokens, vectors, stopwords):
        return weighted(tokens, vectors, {}, stopwords)

    def idf(docs):
        words = sorted({*chain.from_iterable(docs)})
        df = np.array([sum(word in doc for doc in docs) for word in words], dtype=dtype)
        values = np.log(dtype(1 + len(docs)) / (1 + df)) + dtype(1)
        return dict(zip(words, values, strict=True))

    def unit_rows(collection, *others):
        rows = np.array([weighted(each, *others) for each in collection], dtype=dtype)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return rows / np.where(lengths == 0, dtype(1), lengths)

    def similarity(s1, s2, *others):
        u, v = unit_rows([s1, s2], *others)
        return np.dot(u, v)

    def match(query, collection, *others):
        if not collection:
            return None
        return np.argmax(unit_rows(collection, *others) @ unit_rows([query], *others)[0])

    return [mean, idf, weighted, similarity, match]


TASKS = ["mean_vector", "idf_table", "sentence_vector", "sentence_similarity", "best_match"]
STYLES = {
    "plain Python": [python_mean, python_idf, python_vector, python_similarity, python_match],
    "double precision": numpy_functions(np.float64),
    "single precision": numpy_functions(np.float32),
}


@each_seed
@pytest.mark.parametrize("style", STYLES)
def test_right_work_passes_every_check(style, seed):
    for task, function in zip(TASKS, STYLES[style], strict=True):
        assert lost(function, task, seed) == set()


def test_half_precision_would_be_noticed():
    """Negative control: the cases do tell a precision that is too low."""
    mean, idf, weighted, similarity, _ = numpy_functions(np.float16)
    assert lost(mean, "mean_vector") == {"mean_vector_averages_every_occurrence"}
    assert lost(idf, "idf_table") == {"idf_table_follows_the_formula"}
    assert "sentence_vector_divides_by_the_weights_used" in lost(weighted, "sentence_vector")
    assert lost(similarity, "sentence_similarity") == {"sentence_similarity_is_the_cosine"}


@pytest.mark.parametrize(("error", "is_noticed"), [(5e-5, False), (-5e-5, False), (1e-3, True)])
def test_the_tolerance_holds_for_vectors(error, is_noticed):
    def student(*given):
        return (1 + error) * sentences.mean_vector(*given)

    assert bool(lost(student, "mean_vector")) == is_noticed


# --- what a mistake costs ------------------------------------------------------------------


@each_seed
def test_the_same_mistake_in_both_means_costs_a_point_each_and_no_point_of_the_cosine(seed):
    def total(tokens, vectors, stopwords):
        return len(known(tokens, vectors, stopwords)) * sentences.mean_vector(
            tokens, vectors, stopwords
        )

    def weighted_total(tokens, vectors, idf, stopwords):
        kept = known(tokens, vectors, stopwords)
        weights = sum(idf.get(word, 1) for word in kept)
        return weights * sentences.sentence_vector(tokens, vectors, idf, stopwords)

    def similarity(s1, s2, *others):
        return cosine(weighted_total(s1, *others), weighted_total(s2, *others))

    assert lost(total, "mean_vector", seed) == {"mean_vector_averages_every_occurrence"}
    assert lost(weighted_total, "sentence_vector", seed) == {
        "sentence_vector_divides_by_the_weights_used"
    }
    assert lost(similarity, "sentence_similarity", seed) == set()


def pop_tokens(function):
    def student(tokens, vectors, *others):
        stopwords = others[-1]
        for i in reversed(range(len(tokens))):
            if tokens[i] in stopwords or tokens[i] not in vectors:
                tokens.pop(i)
        return function(tokens, vectors, *others)

    return student


def sort_tokens(function):
    def student(tokens, *others):
        tokens.sort()
        return function(tokens, *others)

    return student


def drop_vectors(function):
    def student(tokens, vectors, *others):
        for word in others[-1] & vectors.keys():
            del vectors[word]
        return function(tokens, vectors, *others)

    return student


def extend_stopwords(function):
    def student(tokens, vectors, *others):
        others[-1].add("")
        return function(tokens, vectors, *others)

    return student


def fill_idf(tokens, vectors, idf, stopwords):
    for word in known(tokens, vectors, stopwords):
        idf.setdefault(word, 1.0)
    return sentences.sentence_vector(tokens, vectors, idf, stopwords)


def scale_vectors(tokens, vectors, idf, stopwords):
    right = sentences.sentence_vector(tokens, vectors, idf, stopwords)
    for word in {*known(tokens, vectors, stopwords)}:
        if isinstance(vectors[word], np.ndarray):
            vectors[word] *= idf.get(word, 2.0)
    return right


def in_both(change):
    return [
        (change(sentences.mean_vector), "mean_vector"),
        (change(sentences.sentence_vector), "sentence_vector"),
    ]


def sort_docs(docs):
    for doc in docs:
        doc.sort(reverse=True)
    return sentences.idf_table(docs)


def make_sets(docs):
    docs[:] = map(set, docs)
    return sentences.idf_table([list(doc) for doc in docs])


def empty_docs(docs):
    right = sentences.idf_table(docs)
    while docs:
        docs.pop()
    return right


def add_sentence(s1, s2, *others):
    right = sentences.sentence_similarity(s1, s2, *others)
    s1 += s2
    return right


CHANGES = [
    *chain(*map(in_both, (pop_tokens, sort_tokens, drop_vectors, extend_stopwords))),
    (fill_idf, "sentence_vector"),
    (scale_vectors, "sentence_vector"),
    (sort_docs, "idf_table"),
    (make_sets, "idf_table"),
    (empty_docs, "idf_table"),
    (add_sentence, "sentence_similarity"),
]


@pytest.mark.parametrize(("student", "task"), CHANGES)
@pytest.mark.parametrize("seed", SEEDS[:5])
def test_changing_an_input_costs_its_own_check_only(student, task, seed):
    name = f"{task}_leaves_its_inputs_unchanged"
    assert lost(student, task, seed) == {name}
    assert verdict(CHECKS[name], student, seed).startswith(f"{task} changes its inputs")


@pytest.mark.parametrize("answer", [[0.0, 0.0], [1.0, 2.0], [1, 1], [math.nan, math.nan], [5.0]])
@pytest.mark.parametrize("seed", SEEDS[:5])
def test_a_constant_vector_earns_nothing(answer, seed):
    for task in ("mean_vector", "sentence_vector"):
        all_checks = {check.name for check in CHECKS.values() if check.task.name == task}
        assert lost(lambda *_: answer, task, seed) == all_checks


def test_the_vector_of_the_first_word_earns_next_to_nothing():
    def first_vector(tokens, vectors, *others):
        return vectors.get(tokens[0] if tokens else "", [0.0])

    for task in ("mean_vector", "sentence_vector"):
        passed = {name for name, c in CHECKS.items() if c.task.name == task} - lost(
            first_vector, task
        )
        # It does leave its inputs unchanged, and points roughly where the mean points.
        assert passed == {f"{task}_leaves_its_inputs_unchanged"}


def of_vectors(score):
    def student(s1, s2, *others):
        return score(*(sentences.sentence_vector(s, *others) for s in (s1, s2)))

    return student


def of_sentences(change):
    def student(s1, s2, vectors, idf, stopwords):
        pair = [change(s, vectors, idf, stopwords) for s in (s1, s2)]
        return sentences.sentence_similarity(*pair, vectors, idf, stopwords)

    return student


def once_in(*positions):
    def student(*given):
        pair = [sorted({*s}) if i in positions else s for i, s in enumerate(given[:2])]
        return sentences.sentence_similarity(*pair, *given[2:])

    return student


def zero_if_unknown(s, vectors, idf, stopwords):
    return s if all(t in vectors or t in stopwords for t in s) else []


def looked_up(table):
    def change(s, vectors, idf, stopwords):
        for t in s:
            if t not in stopwords and (table == 0 or t in vectors):
                (vectors, idf)[table][t]
        return s

    return of_sentences(change)


def setdefault(s, vectors, idf, stopwords):
    for t in known(s, vectors, stopwords):
        idf.setdefault(t, 1.0)
    return s


def weighing_counts(weight):
    def student(tokens, vectors, idf, stopwords):
        kept = known(tokens, vectors, stopwords)
        weights = {t: weight(kept.count(t), idf.get(t)) for t in kept}
        total = sum((w * np.array(vectors[t]) for t, w in weights.items()), 0)
        return total / sum(weights.values()) if kept else sentences.mean_vector([], vectors)

    return student


def filtering(change):
    """Return both means of what a change leaves of the tokens."""

    def mean(tokens, vectors, *others):
        return sentences.mean_vector(change(tokens, vectors, others[-1]), vectors)

    def weighted(tokens, vectors, idf, stopwords):
        return sentences.sentence_vector(change(tokens, vectors, stopwords), vectors, idf)

    return mean, weighted


def removed_in_a_loop(tokens, vectors, stopwords):
    left = list(tokens)
    for t in left:
        if t in stopwords:
            left.remove(t)
    return left


ZERO_SKIPPED = filtering(
    lambda ts, vectors, stop: [t for t in known(ts, vectors, stop) if any(vectors[t])]
)
IN_JOINED_TEXT = filtering(lambda ts, vectors, stop: [t for t in ts if t not in " ".join(stop)])
STOPWORD_INSIDE = filtering(
    lambda ts, vectors, stop: [t for t in ts if not any(s in t for s in stop)]
)
REMOVED = filtering(removed_in_a_loop)


def known_in_joined_text(tokens, vectors, stop):
    found = [t for t in tokens if t in " ".join(vectors) and t not in stop]
    assert all(len(vectors[t]) for t in found)
    return found


KNOWN_IN_JOINED_TEXT = filtering(known_in_joined_text)


def counted_in_joined_text(tokens, vectors, idf, stopwords):
    kept = {t for t in tokens if t in vectors and t not in stopwords}
    again = [t for t in kept for _ in range(" ".join(tokens).count(t))]
    return sentences.sentence_vector(again, vectors, idf, stopwords)


def unlike_the_one_before(docs):
    df = Counter(w for doc in docs for i, w in enumerate(doc) if i == 0 or doc[i - 1] != w)
    return {word: math.log((1 + len(docs)) / (1 + n)) + 1 for word, n in df.items()}


def leaving_out(is_out):
    def student(docs):
        table = sentences.idf_table(docs)
        df = Counter(chain.from_iterable(map(set, docs)))
        return {w: x for w, x in table.items() if not is_out(w, df[w], len(docs))}

    return student


IS_COSINE = {"sentence_similarity_is_the_cosine"}
OF_ZERO = {"sentence_similarity_of_a_zero_vector_is_zero"}
SIMILARITY_KEEPS = {"sentence_similarity_leaves_its_inputs_unchanged"}
REPEATS = {"mean_vector_averages_every_occurrence"}
SKIPS = {"mean_vector_skips_stopwords_and_unknown_words"}
DIVIDES = {"sentence_vector_divides_by_the_weights_used"}
FORMULA, COUNTS = {"idf_table_follows_the_formula"}, {"idf_table_counts_documents"}
COSTS = {
    "repeats lost in both": (once_in(0, 1), IS_COSINE),
    "repeats lost in the first": (once_in(0), IS_COSINE),
    "repeats lost in the second": (once_in(1), IS_COSINE),
    "words without idf dropped": (
        of_sentences(lambda s, vectors, idf, stop: [t for t in s if t in idf]), IS_COSINE),
    "zero if a word is unknown": (of_sentences(zero_if_unknown), IS_COSINE),
    "unknown words looked up": (looked_up(0), IS_COSINE),
    "missing idf looked up": (looked_up(1), IS_COSINE | SIMILARITY_KEEPS),
    "all components": (
        of_vectors(lambda a, b: cosine(a, b) if a.all() and b.all() else 0.0), OF_ZERO),
    "all of the second": (of_vectors(lambda a, b: cosine(a, b) if b.all() else 0.0), OF_ZERO),
    "sum of components": (
        of_vectors(lambda a, b: cosine(a, b) if a.sum() and b.sum() else 0.0), OF_ZERO),
    "threshold": (
        of_vectors(lambda a, b: cosine(a, b) if math.hypot(*a) * math.hypot(*b) > 0.01 else 0.0),
        IS_COSINE),
    "setdefault": (of_sentences(setdefault), SIMILARITY_KEEPS),
    "Pearson": (
        of_vectors(lambda a, b: cosine(a - a.mean(), b - b.mean())), IS_COSINE | SIMILARITY_KEEPS),
    "absolute": (of_vectors(lambda a, b: abs(cosine(a, b))), IS_COSINE),
    "not negative": (of_vectors(lambda a, b: max(0, cosine(a, b))), IS_COSINE),
    "1 - cosine": (of_vectors(lambda a, b: 1 - cosine(a, b)), IS_COSINE | OF_ZERO),
    "angle": (of_vectors(lambda a, b: math.acos(cosine(a, b))), IS_COSINE | OF_ZERO),
    "count lost without idf": (
        weighing_counts(lambda n, idf: 1 if idf is None else n * idf),
        {"sentence_vector_takes_1_where_idf_is_missing"}),
    "divided by the count without idf": (
        weighing_counts(lambda n, idf: 1 / n if idf is None else n * idf),
        {"sentence_vector_takes_1_where_idf_is_missing"}),
    "zero vectors skipped in the mean": (ZERO_SKIPPED[0], REPEATS),
    "zero vectors skipped": (ZERO_SKIPPED[1], DIVIDES),
    "looked for in joined stopwords in the mean": (IN_JOINED_TEXT[0], SKIPS),
    "looked for in joined stopwords": (IN_JOINED_TEXT[1], DIVIDES),
    "stopwords looked for in tokens in the mean": (STOPWORD_INSIDE[0], SKIPS),
    "stopwords looked for in tokens": (STOPWORD_INSIDE[1], DIVIDES),
    "looked for in joined vectors in the mean": (KNOWN_IN_JOINED_TEXT[0], SKIPS),
    "looked for in joined vectors": (KNOWN_IN_JOINED_TEXT[1], DIVIDES),
    "counted in joined text": (
        counted_in_joined_text, {"sentence_vector_weighs_words_by_their_count"}),
    "removed in a loop in the mean": (REMOVED[0], SKIPS),
    "removed in a loop": (REMOVED[1], DIVIDES),
    "little words left out": (leaving_out(lambda w, n, n_docs: w in ("the", "and")), FORMULA),
    "unlike the one before": (unlike_the_one_before, COUNTS),
    "words of all documents left out": (
        leaving_out(lambda w, n, n_docs: n == n_docs), FORMULA | COUNTS),
    "words of one document left out": (leaving_out(lambda w, n, n_docs: n == 1), FORMULA | COUNTS),
}  # fmt: skip


@pytest.mark.parametrize("name", COSTS)
@pytest.mark.parametrize("seed", SEEDS[:8])
def test_a_hidden_mistake_costs_its_own_checks_whatever_the_seed(name, seed):
    student, costs = COSTS[name]
    task = next(check.task.name for check in CHECKS.values() if check.name in costs)
    assert lost(student, task, seed) == costs


@pytest.mark.parametrize(
    ("student", "name"),
    [
        (IN_JOINED_TEXT[0], *SKIPS),
        (STOPWORD_INSIDE[0], *SKIPS),
        (KNOWN_IN_JOINED_TEXT[0], *SKIPS),
        (IN_JOINED_TEXT[1], *DIVIDES),
        (STOPWORD_INSIDE[1], *DIVIDES),
        (KNOWN_IN_JOINED_TEXT[1], *DIVIDES),
        (counted_in_joined_text, "sentence_vector_weighs_words_by_their_count"),
    ],
)
def test_who_looks_inside_words_is_told_so(student, name):
    assert "inside other words" in verdict(CHECKS[name], student)


@pytest.mark.parametrize("answer", [0, 0.5, 1, -1, 2, math.pi, 90])
def test_a_constant_is_no_similarity(answer):
    for seed in SEEDS:
        n_checks = sum(check.task.name == "sentence_similarity" for check in CHECKS.values())
        assert len(lost(lambda *_: answer, "sentence_similarity", seed)) == n_checks


def test_a_constant_is_not_taken_for_a_count_of_shared_words():
    for check in CHECKS.values():
        if check.task.name == "sentence_similarity":
            assert "which words the sentences share" not in verdict(check, lambda *_: 0.0)


# --- what counts as the same ----------------------------------------------------------------


def test_a_direction_is_right_within_what_rounding_does_and_no_more():
    def turned(degrees):
        return [10 * math.cos(math.radians(degrees)), 10 * math.sin(math.radians(degrees))]

    for same, right, wrong in (
        (sameness.same_direction, (0, 2, -2), (5, -5, 90, 180)),
        (sameness.roughly_same_direction, (0, 20, -20), (45, 90, 180)),
    ):
        assert all(same((), [1.0, 0.0], turned(degrees)) for degrees in right)
        assert not any(same((), [1.0, 0.0], turned(degrees)) for degrees in wrong)
        for broken in ([], [1.0], [1.0, 0.0, 0.0], [0.0, 0.0], [math.nan] * 2, [math.inf, 0.0]):
            assert not same((), [1.0, 0.0], broken)


def test_zero_is_right_where_it_is_right_only():
    same = sameness.zero_for_zero_only
    assert same((), [0.0, 0.0], [0, 0])
    assert not same((), [0.0, 0.0], [0.0])
    assert not same((), [0.0, 0.0], [math.nan, 0.0])
    assert same((), [1.0, 0.0], [7.0, -3.0]), "another check looks at the values"
    assert not same((), [1.0, 0.0], [0.0, 0.0])
    assert not same((), [1.0, 0.0], [7.0])
    assert not same((), [1.0, 0.0], [math.inf, 0.0])
    assert same((), 0.0, 0)
    assert not same((), 0.5, 0.0)
    assert not same((), 0.5, math.nan)


# --- the notebook --------------------------------------------------------------------------

NOTEBOOK = nbformat.read(ROOT / "solutions" / "sentences" / "sentences.ipynb", as_version=4)
TEXT = {cell.id: cell.source for cell in NOTEBOOK.cells}
TABLE = {word: city_vectors()[word].tolist() for word in city_vectors().words}
S1 = ["trade", "law", "and", "the", "court", "berlin", "germany"]
S2 = ["the", "stream", "and", "the", "current"]
LITTLE = {"the", "and"}
DOCS = [
    "the quick brown fox jumps over the lazy dog".split(),
    "the lazy dog sleeps".split(),
    "the fox sleeps".split(),
]


def test_the_table_and_the_sentences_are_those_of_the_notebook():
    names = {}
    exec(TEXT["table"], names)
    assert names["table"] == TABLE
    assert (names["s1"], names["s2"]) == (S1, S2)
    assert f"S1 = {' '.join(S1)} | S2 = {' '.join(S2)}" in TEXT["by-hand"]
    for i, doc in enumerate(DOCS, 1):
        assert f"{i}. *{' '.join(doc)}*" in TEXT["idf_table-text"]


def sums(tokens, stopwords=frozenset()):
    rows = [TABLE[token] for token in tokens if token not in stopwords]
    return [round(x) for x in np.sum(rows, axis=0)]


def test_the_numbers_of_the_means_are_right():
    text = TEXT["by-hand"]
    for i, name in enumerate(("first", "second")):
        columns = [" + ".join(f"{TABLE[token][i]:.0f}" for token in s) for s in (S1, S2)]
        cells = " | ".join(
            f"${column} = {sums(s)[i]}$" for column, s in zip(columns, (S1, S2), strict=True)
        )
        assert f"| {name} components | {cells} |" in text
    first, second = sentences.mean_vector(S1, TABLE), sentences.mean_vector(S2, TABLE)
    assert f"$(15/7,\\ 16/7) \\approx ({first[0]:.2f},\\ {first[1]:.2f})$" in text
    assert f"$(3/5,\\ 9/5) = ({second[0]:g},\\ {second[1]:g})$" in text
    first, second = (sentences.mean_vector(s, TABLE, LITTLE) for s in (S1, S2))
    assert (sums(S1, LITTLE), sums(S2, LITTLE)) == ([13, 14], [0, 6])
    assert f"$(13/5,\\ 14/5) = ({first[0]:g},\\ {first[1]:g})$" in text
    assert f"$(0/2,\\ 6/2) = ({second[0]:g},\\ {second[1]:g})$" in text
    similar = [sentences.sentence_similarity(S1, S2, TABLE, {}, words) for words in ((), LITTLE)]
    assert [f"{x:.4f}" for x in similar] == ["0.9084", "0.7328"]
    assert "\\approx 0.9084$$" in text
    assert "\\approx 0.7328$$" in text
    assert math.isclose(189 / math.sqrt(481 * 90), similar[0], rel_tol=1e-12)
    assert math.isclose(84 / (math.sqrt(365) * 6), similar[1], rel_tol=1e-12)
    assert "the 0.9084 and the 0.7328 from above" in TEXT["sentence_similarity-try-text"]


def test_the_numbers_of_the_weights_are_right():
    idf = sentences.idf_table(DOCS)
    by_value = {}
    for word, value in idf.items():
        by_value.setdefault(f"{value:.4f}", set()).add(word)
    assert by_value == {
        "1.0000": {"the"},
        "1.2877": {"fox", "lazy", "dog", "sleeps"},
        "1.6931": {"quick", "brown", "jumps", "over"},
    }
    assert (
        "| fox, lazy, dog, sleeps | 2 | $\\ln(4/3) + 1 \\approx 1.2877$ |" in TEXT["idf_table-text"]
    )
    assert (
        "| quick, brown, jumps, over | 1 | $\\ln(4/2) + 1 \\approx 1.6931$ |"
        in TEXT["idf_table-text"]
    )
    text = TEXT["sentence_vector-text"]
    total = sum(idf[word] for word in DOCS[0])
    assert f"2 + 4 \\cdot 1.6931 + 3 \\cdot 1.2877 \\approx {total:.3f}$" in text
    assert f"$2 / {total:.3f} \\approx {200 / total:.1f}\\,\\%$" in text
    assert f"$2/9 \\approx {200 / 9:.1f}\\,\\%$" in text
    two = sentences.idf_table([S1, S2])
    assert {f"{x:.4f}" for x in two.values()} == {"1.0000", "1.4055"}
    assert {word for word, x in two.items() if x == 1} == LITTLE
    weights = sum(two[word] for word in S2)
    assert f"their sum is ${weights:.4f}$" in text
    vector = sentences.sentence_vector(S2, TABLE, two)
    assert f"\\approx ({weights * vector[0]:g},\\ {weights * vector[1]:.3f})$" in text
    assert f"divided: $({vector[0]:.3f},\\ {vector[1]:.3f})$" in text


def test_the_answers_of_the_practice_are_right():
    text = TEXT["practice-answers"]
    two = sentences.idf_table([S1, S2])
    assert f"1. At {sentences.sentence_similarity(S1, S2, TABLE, two):.4f}." in text
    assert f"\\approx {max(two.values()):.4f}$" in text
    idf = sentences.idf_table(DOCS)
    weights = {word: DOCS[0].count(word) * idf[word] for word in DOCS[0]}
    first, second, *_ = sorted(weights, key=weights.get, reverse=True)
    assert f"2. Still *{first}*, with {weights[first]:g} against {weights[second]:.4f}" in text
    many = sentences.idf_table([*DOCS, *[["the"]] * 97])
    total = sum(many[word] for word in DOCS[0])
    assert f"3. $2 / {total:.3f} \\approx {200 / total:.1f}\\,\\%$" in text
    assert f"$\\ln(101/2) + 1 \\approx {many['quick']:.3f}$" in text
    assert f"$\\ln(101/3) + 1 \\approx {many['fox']:.3f}$" in text
    assert many["the"] == 1
    assert sentences.sentence_similarity(S1, S1[::-1], TABLE, {}) == pytest.approx(1, rel=1e-12)
    assert sentences.sentence_similarity(["stream"], ["current"] * 3, TABLE, {}) == 1
    phrase = ["the", "and", "the"]
    assert f"6. First {sentences.sentence_similarity(phrase, S1, TABLE, {}):.4f}:" in text
    assert sentences.sentence_similarity(phrase, S1, TABLE, {}, LITTLE) == 0.0


def test_the_example_of_the_challenge_is_right():
    assert "The answers should be 1, 0 and None." in TEXT["challenge-try-text"]
    best_match = CHECKS["best_match_without_a_clear_winner"].task.reference
    found = [
        best_match(["court"], collection, TABLE, {}, set())
        for collection in ([["stream"], ["trade"], ["berlin"]], [["trade"], ["trade"]], [])
    ]
    assert found == [1, 0, None]


# --- what the notebook says about learned vectors ------------------------------------------


@pytest.fixture(scope="module")
def collection():
    return learned.sentences(1000)


@pytest.fixture(scope="module")
def vectors():
    return learned.skip_gram()


ROYAL = {"king", "queen", "prince", "princess", "throne", "crown", "palace", "kingdom"}


def test_the_plain_mean_misses_the_king_and_the_weights_find_him(collection, vectors):
    query = "we say that the king is on the throne".split()
    assert f"*{' '.join(query)}*" in TEXT["learned-text"]
    assert f"It takes {len(collection):,} sentences as the collection" in TEXT["learned-text"]
    assert len(query) == 9

    def found(idf):
        scores = [sentences.sentence_similarity(query, each, vectors, idf) for each in collection]
        best = sorted(range(len(scores)), key=lambda i: -scores[i])[:3]
        return [set(collection[i]) for i in best]

    plain, weighted = found({}), found(sentences.idf_table(collection))
    assert [words & ROYAL for words in plain] == [set()] * 3
    assert all(words & ROYAL for words in weighted)
    # "built like the query, with words such as say, that, is and on in them"
    assert all(words & {"say", "that", "is", "on"} for words in plain)
    idf = sentences.idf_table(collection)
    assert min(idf["king"], idf["throne"]) > max(idf.get(w, 1) for w in {*query} - ROYAL)


def test_the_four_pairs_are_as_the_text_says(collection, vectors):
    idf = sentences.idf_table(collection)
    first, second = {"bank": "treasury", "lends": "protects", "money": "savings",
                     "customers": "investors"}, ("slowest", "fastest")  # fmt: skip
    for one, other in [*first.items(), second]:
        assert cosine(vectors[one], vectors[other]) > 0.5

    def similarity(pair):
        return sentences.sentence_similarity(*(s.split() for s in pair), vectors, idf)

    names = {}
    exec(TEXT["learned-failures"].split("for first")[0], names)
    paraphrase, opposites, swapped, banks = map(similarity, names["pairs"])
    assert min(paraphrase, opposites) > 0.9
    assert swapped == pytest.approx(1, abs=1e-6)  # single precision
    assert banks < paraphrase - 0.1
    one, other = (set(s.split()) for s in names["pairs"][0])
    assert one & other == {"the"}
    assert Counter(names["pairs"][2][0].split()) == Counter(names["pairs"][2][1].split())
    # The vector of bank lies between those of money and water.
    money = cosine(vectors["money"], vectors["water"])
    assert min(cosine(vectors["bank"], vectors[w]) for w in ("money", "water")) > money


def test_sentence_vectors_have_a_common_part(collection, vectors):
    """The first of the ideas to go on with."""
    idf = sentences.idf_table(collection)
    rows = np.array([sentences.sentence_vector(each, vectors, idf) for each in collection])
    units = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    assert np.linalg.norm(units.mean(axis=0)) ** 2 > 0.3, "the mean of all cosines"
