"""The assignment ``cosine``: fair cases, exact verdicts, and a text whose numbers are right."""

import functools
import math
import warnings

import nbformat
import numpy as np
import pytest
from grading_helpers import ROOT, is_passed

from embedlab import learned, vectors
from embedlab.grading import ASSIGNMENTS, PUBLIC_SEED
from embedlab.grading.calls import call_each
from embedlab.grading.cases import MARGIN
from embedlab.grading.checks import cases_of, judge
from embedlab.grading.cosine.tables import has_ties
from embedlab.world import world

CHECKS = ASSIGNMENTS["cosine"].checks
SEEDS = [PUBLIC_SEED, *map(str, range(30))]
each_seed = pytest.mark.parametrize("seed", SEEDS)
some_seeds = pytest.mark.parametrize("seed", SEEDS[:12])
each_check = pytest.mark.parametrize("check", CHECKS.values(), ids=lambda check: check.name)


@functools.cache
def kept_cases(check_name, seed):
    """Return the cases, made once: every call gets copies of them."""
    return cases_of(CHECKS[check_name], seed)


def verdict(check, function, seed=PUBLIC_SEED, judge=judge):
    """Return what somebody with this function is told; "" if the check is passed."""
    cases = kept_cases(check.name, seed)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return judge(check, cases, call_each(function, cases, {}))


def is_lost(check, function, seed):
    """Return whether a function does not pass a check; with some seeds it is told why, too."""
    if seed in SEEDS[:4]:
        return bool(verdict(check, function, seed))
    return not verdict(check, function, seed, is_passed)


def lost(task, function, seed=PUBLIC_SEED):
    """Return the checks of a task that a function does not pass, without the task's name."""
    return {
        check.name.removeprefix(f"{task}_")
        for check in CHECKS.values()
        if check.task.name == task and is_lost(check, function, seed)
    }


def right(u, v):
    u, v = np.asarray(u, float), np.asarray(v, float)
    lengths = np.linalg.norm(u) * np.linalg.norm(v)
    return u @ v / lengths if lengths else 0.0


# --- the cases of cosine -------------------------------------------------------------------


@each_seed
def test_the_edge_cases_of_cosine_are_always_there(seed):
    cases = {name: kept_cases(name, seed) for name in CHECKS}
    sequences = [v for case in cases["cosine_accepts_any_sequence"] for v in case]
    assert {list, tuple, np.ndarray} <= {type(v) for v in sequences}
    assert {np.dtype(t) for t in ("int8", "int64", "float32", "float64")} <= {
        v.dtype for v in sequences if isinstance(v, np.ndarray)
    }
    assert any(isinstance(x, int) for v in sequences if isinstance(v, list) for x in v)
    assert any(len(v) == 1 for v in sequences)
    lengths = [np.linalg.norm(v) for case in cases["cosine_is_scale_invariant"] for v in case]
    assert min(lengths) < 1e-4
    assert max(lengths) > 1e6
    zeros = [[not np.any(v) for v in case] for case in cases["cosine_of_a_zero_vector_is_zero"]]
    assert {(True, False), (False, True), (True, True), (False, False)} == set(map(tuple, zeros))
    ordinary = cases["cosine_of_ordinary_vectors"]
    assert {2, 3, 12} <= {len(u) for u, _ in ordinary}
    assert {-1.0, 0.0, 1.0} <= {right(u, v) for u, v in ordinary}
    kept = [v for case in cases["cosine_leaves_its_inputs_unchanged"] for v in case]
    assert {list, np.ndarray} == {type(v) for v in kept}


def fits_int8(u, v):
    """Return whether whoever computes in int8 is right as well, in any order of the steps."""
    u, v = u.astype(int), v.astype(int)
    sums = [abs(x * y).sum() for x, y in ((u, v), (u, u), (v, v))]
    return max(sums) < 128 and sums[1] * sums[2] < 128


@each_seed
def test_small_integers_do_not_overflow(seed):
    pairs = [
        case
        for case in kept_cases("cosine_accepts_any_sequence", seed)
        if all(isinstance(v, np.ndarray) and v.dtype == np.int8 for v in case)
    ]
    assert pairs
    assert all(fits_int8(u, v) for u, v in pairs)


def test_an_overflow_would_be_found():
    assert fits_int8(np.int8([1, 2, 2]), np.int8([1, 2, 1]))
    # The sums fit, but their product does not: 17 * 14 = 238.
    assert not fits_int8(np.int8([2, 2, 3]), np.int8([1, 2, 3]))


@each_seed
def test_four_decimals_are_never_enough_and_five_always(seed):
    """Whoever rounds must not depend on luck: a relative error of 1e-4 is still right."""
    cosine_checks = [check for check in CHECKS.values() if check.task.name == "cosine"]
    for digits, is_right in ((2, False), (3, False), (4, False), (5, True), (6, True)):

        def student(u, v, digits=digits):
            return round(right(u, v), digits)

        failed = {check.name for check in cosine_checks if verdict(check, student, seed)}
        assert failed == (set() if is_right else {"cosine_of_ordinary_vectors"})


# --- the cases of the functions on tables --------------------------------------------------

TABLES = [check for check in CHECKS.values() if check.task.name != "cosine"]


def candidates(arguments):
    """Return the rows among which a case decides, and their scores, the best the highest."""
    rows = np.asarray(arguments[-1 if not isinstance(arguments[-1], int) else -2], float)
    if isinstance(arguments[0], list):
        group, words, _ = arguments
        chosen = rows[[words.index(word) for word in group]]
        scores = [
            -sum(right(u, v) for j, v in enumerate(chosen) if j != i) / (len(chosen) - 1)
            for i, u in enumerate(chosen)
        ]
        return list(map(tuple, chosen)), scores
    if isinstance(arguments[2], str):
        a, b, c, words, _ = arguments
        query = sum(sign * rows[words.index(w)] for sign, w in ((1, a), (-1, b), (1, c)))
        left_out = {a, b, c}
    else:
        word, words, *_ = arguments
        query, left_out = rows[words.index(word)], {word}
    kept = [row for word, row in zip(words, rows, strict=True) if word not in left_out]
    return list(map(tuple, kept)), [right(query, row) for row in kept]


def near_ties(arguments):
    """Return pairs of candidates that rounding could swap: all of them, or the two best."""
    rows, scores = candidates(arguments)
    ranks_all = isinstance(arguments[-1], int)
    best = max(scores, default=0.0)
    return [
        (rows[i], rows[j])
        for i in range(len(rows))
        for j in range(i)
        if (ranks_all or best in (scores[i], scores[j]))
        and rows[i] != rows[j]
        and abs(scores[i] - scores[j]) < MARGIN
    ]


@each_seed
def test_no_case_has_a_near_tie(seed):
    assert not [
        case for check in TABLES for case in kept_cases(check.name, seed) if near_ties(case)
    ]


def test_a_near_tie_would_be_found():
    words = ["a", "b", "c", "d"]
    close = np.array([[1.0, 0.0], [1.0, 1.0], [1.0001, 1.0], [0.0, 1.0]])
    equal = np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 1.0], [0.0, 1.0]])
    assert near_ties(("a", words, close, 2))
    assert not near_ties(("a", words, equal, 2))
    # Of an analogy and of a group only the best counts: here b and c, then a and b.
    assert near_ties(("a", "d", "d", words, close))
    assert not near_ties(("a", "d", "d", words, equal))
    flat = np.array([[1.0, 0.0], [1.0001, 0.001], [0.0, 1.0], [0.0, 2.0]])
    assert near_ties((["a", "b", "c", "d"], words, flat[[2, 3, 0, 1]]))
    assert not near_ties((["a", "c", "d"], words, flat))


@each_seed
def test_equal_rows_tie_exactly_in_every_order_of_summation(seed):
    """Powers of 2 only: products, sums and the division by the length are exact."""
    is_found = set()
    for check in TABLES:
        for case in kept_cases(check.name, seed):
            rows, scores = candidates(case)
            ranks_all = isinstance(case[-1], int)
            for row, score in zip(rows, scores, strict=True):
                if rows.count(row) > 1 and (ranks_all or score == max(scores)):
                    is_found.add(check.name)
                    assert {abs(x) for x in row} <= {0.0, 1.0, 2.0}
                    assert sum(x * x for x in row) == 4.0
    assert is_found == {
        "nearest_keeps_the_order_of_equal_rows",
        "analogy_prefers_the_first_of_equal_rows",
        "odd_one_out_finds_the_word",
    }


def ties_at_the_cut(arguments):
    """Return whether some, but not all, of equal rows belong to the k best."""
    rows, scores = candidates(arguments)
    k = arguments[-1]
    ranked = sorted(range(len(rows)), key=lambda i: -scores[i])
    return 0 < k < len(rows) and rows[ranked[k - 1]] == rows[ranked[k]]


def test_a_tie_at_the_cut_is_recognized():
    words = ["a", "b", "c", "d"]
    rows = np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 1.0], [0.0, 1.0]])
    assert [ties_at_the_cut(("a", words, rows, k)) for k in range(1, 5)] == [True, *[False] * 3]


@each_seed
def test_the_edge_cases_of_the_tables_are_always_there(seed):
    cases = {check.name: kept_cases(check.name, seed) for check in TABLES}
    counted = cases["nearest_gives_k_other_words"]
    assert any(k > len(words) > 1 for _, words, _, k in counted)
    assert any(len(words) == 1 for _, words, _, _ in counted)
    assert {k for _, _, _, k in counted} >= {1, 2, 3}
    ranked = cases["nearest_lists_the_best_first"]
    assert not all(word.isascii() for _, words, _, _ in ranked for word in words)
    # NumPy sorts up to 16 numbers in a stable way on some processors, whatever it is asked.
    tied = cases["nearest_keeps_the_order_of_equal_rows"]
    assert max(len(words) for _, words, _, _ in tied) > 17
    cut = [case for case in tied if ties_at_the_cut(case)]
    assert {len(words) > 17 for _, words, _, _ in cut} == {True, False}
    for word, words, rows, _ in tied[:1]:
        row = rows[words.index(word)].tolist()
        assert rows.tolist().count(row) == 2, "another word has the row of the one asked about"
    nearest_inputs = set()
    for a, b, c, words, rows in cases["analogy_leaves_out_its_inputs"]:
        A, B, C = (rows[words.index(word)] for word in (a, b, c))
        scores = [right(A - B + C, row) for row in (A, B, C)]
        _, others = candidates((a, b, c, words, rows))
        assert max(scores) >= max(others)
        nearest_inputs.add(int(np.argmax(scores)))
    assert nearest_inputs == {0, 1, 2}
    assert rows.tolist().count(C.tolist()) == 2, "in the last the answer has the row of an input"
    zero = [case for name in cases if "zero" in name for case in cases[name]]
    assert all(any(not np.any(row) for row in case[-1 if len(case) == 5 else 2]) for case in zero)
    groups = [group for group, _, _ in cases["odd_one_out_finds_the_word"]]
    assert {3, 4, 5, 6} == {len(group) for group in groups}


@each_seed
def test_a_b_and_c_are_always_three_different_words(seed):
    """No analogy that anybody asks repeats a word."""
    checks = [check for check in CHECKS.values() if check.task.name == "analogy"]
    assert checks
    for check in checks:
        for a, b, c, *_ in kept_cases(check.name, seed):
            assert len({a, b, c}) == 3


@each_seed
def test_vectors_are_always_a_floating_array(seed):
    tables = [
        case[-2 if isinstance(case[-1], int) else -1]
        for check in TABLES
        for case in kept_cases(check.name, seed)
    ]
    assert {type(table) for table in tables} == {np.ndarray}
    assert {table.dtype for table in tables} == {np.dtype(np.float64), np.dtype(np.float32)}
    assert {table.ndim for table in tables} == {2}


@each_seed
def test_no_cosine_is_within_rounding_of_1_unless_it_is_exact(seed):
    """Whoever computes angles must not meet a cosine of 1.0000000000000002."""
    for check in TABLES:
        for case in kept_cases(check.name, seed):
            _, scores = candidates(case)
            for score in scores:
                assert score in (-1.0, 1.0) or abs(score) < 1 - 1e-9


# --- right answers -------------------------------------------------------------------------


class NumPy:
    """Short solutions in one precision."""

    def __init__(self, dtype):
        self.dtype = dtype

    def units(self, rows):
        rows = np.array(rows, dtype=self.dtype)
        lengths = np.sqrt((rows * rows).sum(axis=-1, keepdims=True))
        return rows / np.where(lengths == 0, self.dtype(1), lengths)

    def cosine(self, u, v):
        return self.units(u) @ self.units(v)

    def nearest(self, word, words, rows, k):
        units = self.units(rows)
        order = np.argsort(-(units @ units[words.index(word)]), kind="stable")
        return [words[i] for i in order if words[i] != word][:k]

    def analogy(self, a, b, c, words, rows):
        rows = np.array(rows, dtype=self.dtype)
        places = [words.index(word) for word in (a, b, c)]
        scores = self.units(rows) @ self.units(rows[places[0]] - rows[places[1]] + rows[places[2]])
        scores[places] = -9
        return words[scores.argmax()]

    def odd_one_out(self, group, words, rows):
        units = self.units(rows)[[words.index(word) for word in group]]
        table = units @ units.T
        np.fill_diagonal(table, 0)
        return group[(table.sum(axis=1) / (len(group) - 1)).argmin()]


class Plain:
    """Solutions in plain Python, with the formulas written out."""

    @staticmethod
    def cosine(u, v):
        dot = sum(x * y for x, y in zip(u, v, strict=True))
        squares = sum(x * x for x in u) * sum(y * y for y in v)
        return dot / math.sqrt(squares) if squares else 0

    def nearest(self, word, words, rows, k):
        scores = {
            w: self.cosine(rows[words.index(word)], row) for w, row in zip(words, rows, strict=True)
        }
        del scores[word]
        return sorted(scores, key=scores.get, reverse=True)[:k]

    def analogy(self, a, b, c, words, rows):
        A, B, C = (rows[words.index(word)] for word in (a, b, c))
        target = [x - y + z for x, y, z in zip(A, B, C, strict=True)]
        others = [word for word in words if word not in (a, b, c)]
        return max(others, key=lambda word: self.cosine(target, rows[words.index(word)]))

    def odd_one_out(self, group, words, rows):
        row = {word: rows[words.index(word)] for word in group}
        means = {
            word: sum(self.cosine(row[word], row[x]) for x in group if x != word) / (len(group) - 1)
            for word in group
        }
        return min(means, key=means.get)


class Angles(Plain):
    """The same, ranked by the angle: bare arc cosines, which fail for a cosine above 1."""

    def nearest(self, word, words, rows, k):
        others = [other for other in words if other != word]
        query = rows[words.index(word)]
        return sorted(others, key=lambda w: math.acos(self.cosine(query, rows[words.index(w)])))[:k]

    def analogy(self, a, b, c, words, rows):
        A, B, C = (np.array(rows[words.index(word)]) for word in (a, b, c))
        others = [word for word in words if word not in (a, b, c)]
        return min(others, key=lambda w: math.acos(self.cosine(A - B + C, rows[words.index(w)])))


STYLES = {
    "double": NumPy(np.float64),
    "single": NumPy(np.float32),
    "plain": Plain(),
    "angles": Angles(),
}


@pytest.mark.parametrize("style", STYLES)
@each_check
def test_right_answers_pass_whatever_the_seed_and_the_style(check, style):
    for seed in SEEDS:
        assert verdict(check, getattr(STYLES[style], check.task.name), seed) == ""


def law_of_cosines(u, v):
    u, v = np.array(u, float), np.array(v, float)
    a, b, c = (np.linalg.norm(x) for x in (u, v, u - v))
    return (a * a + b * b - c * c) / (2 * a * b) if a * b else 0


def law_of_correlation(u, v):
    u, v = np.array(u, float), np.array(v, float)
    if not u.any() or not v.any():
        return 0.0
    return np.corrcoef([*u, *-u], [*v, *-v])[0, 1]


def in_its_own_type(u, v):
    u, v = np.array(u), np.array(v)
    squares = (u @ u) * (v @ v)
    return (u @ v) / np.sqrt(squares) if squares else 0


@pytest.mark.parametrize(
    "formula", [law_of_cosines, law_of_correlation, in_its_own_type], ids=lambda f: f.__name__
)
def test_unusual_formulas_pass(formula):
    assert [lost("cosine", formula, seed) for seed in SEEDS] == [set()] * len(SEEDS)


# --- wrong answers -------------------------------------------------------------------------


def with_cosine(function):
    """Return plain solutions that rest on another cosine."""
    changed = Plain()
    changed.cosine = function
    return changed


def bare(u, v):
    return np.dot(u, v)


def one_length(u, v):
    return np.dot(u, v) / (np.linalg.norm(u) or 1)


def absolute(u, v):
    return abs(right(u, v))


def distance(u, v):
    return -np.linalg.norm(np.subtract(u, v))


@each_seed
@pytest.mark.parametrize(
    ("function", "cosine", "nearest", "analogy"),
    [
        (
            bare,
            {"of_ordinary_vectors", "is_scale_invariant"},
            {"lists_the_best_first"},
            {"finds_the_word"},
        ),
        (
            one_length,
            {"of_ordinary_vectors", "is_scale_invariant", "leaves_its_inputs_unchanged"},
            # The length of the word asked about is the same for all others.
            {"lists_the_best_first"},
            {"finds_the_word"},
        ),
        (
            absolute,
            {"of_ordinary_vectors", "accepts_any_sequence", "leaves_its_inputs_unchanged"},
            {"lists_the_best_first", "ranks_a_zero_row"},
            {"finds_the_word", "copes_with_a_zero_row"},
        ),
        (
            lambda u, v: round(right(u, v), 2),
            {"of_ordinary_vectors"},
            set(),
            set(),
        ),
    ],
    ids=["norms forgotten", "one length", "absolute value", "rounded"],
)
def test_a_mistake_in_cosine_costs_its_property_also_where_it_is_called(
    function, cosine, nearest, analogy, seed
):
    student = with_cosine(function)
    assert lost("cosine", function, seed) == cosine
    assert lost("nearest", student.nearest, seed) == nearest
    assert lost("analogy", student.analogy, seed) == analogy


@each_seed
def test_ranking_by_distance_costs_the_ranking_only(seed):
    student = with_cosine(distance)
    assert lost("nearest", student.nearest, seed) == {"lists_the_best_first"}
    assert lost("analogy", student.analogy, seed) == {"finds_the_word"}
    assert lost("cosine", distance, seed) == {
        name.removeprefix("cosine_") for name, c in CHECKS.items() if c.task.name == "cosine"
    }


@each_seed
def test_rounding_never_decides_a_ranking_by_distance_or_dot_product(seed):
    # Or who ranks so in single precision could not be told what the mistake is.
    for word, words, rows, _ in cases_of(CHECKS["nearest_lists_the_best_first"], seed)[2:]:
        assert not has_ties(words.index(word), rows)


def test_a_ranking_that_rounding_decides_is_found():
    rows = np.array([[0.5, 1.0], [1.5, 1.0], [0.5, 2.0], [-3.1, 0.2]])
    assert has_ties(0, rows)  # both at distance 1
    assert has_ties(0, np.array([[1.0, 0.0], [2.0, 1.0], [2.0, 3.0]]))  # the same dot product
    assert not has_ties(0, rows[[0, 1, 3]])


def cut_analogy(of_rows=np.array, of_inputs=np.array, of_target=np.array, of_score=float):
    """Return an analogy that cuts or rounds the numbers of one step."""

    def analogy(a, b, c, words, rows):
        rows = of_rows(rows)
        A, B, C = (of_inputs(rows[words.index(word)]) for word in (a, b, c))
        found = [word for word in words if word not in (a, b, c)]
        target = of_target(A - B + C)
        return max(found, key=lambda word: of_score(right(target, rows[words.index(word)])))

    return analogy


def cut_nearest(of_rows=np.array, of_query=np.array):
    def nearest(word, words, rows, k):
        rows = of_rows(rows)
        query = of_query(rows[words.index(word)])
        found = [other for other in words if other != word]
        return sorted(found, key=lambda w: -right(query, rows[words.index(w)]))[:k]

    return nearest


def cut_odd_one_out(of_rows):
    return lambda group, words, rows: Plain().odd_one_out(group, words, of_rows(rows))


@some_seeds
def test_whoever_cuts_vectors_to_whole_numbers_loses_the_same_whatever_the_seed(seed):
    """All the numbers of the other checks are whole ones."""
    for cut in (np.trunc, np.floor, np.rint, lambda rows: np.asarray(rows).astype(int)):
        for student in (cut_analogy(cut), cut_analogy(of_inputs=cut), cut_analogy(of_target=cut)):
            assert lost("analogy", student, seed) == {"finds_the_word"}
        for student in (cut_nearest(cut), cut_nearest(of_query=cut)):
            assert lost("nearest", student, seed) == {"lists_the_best_first"}
        assert lost("odd_one_out", cut_odd_one_out(cut), seed) == {"finds_the_word"}
    for cut in (lambda x: np.round(x, 1), np.copy):
        for task, student in (
            ("analogy", cut_analogy(cut)),
            ("nearest", cut_nearest(of_query=cut)),
            ("odd_one_out", cut_odd_one_out(cut)),
        ):
            assert lost(task, student, seed) == set()


@some_seeds
@pytest.mark.parametrize(
    ("cut", "also"),
    [
        (int, {"leaves_out_its_inputs", "copes_with_a_zero_row", "leaves_its_inputs_unchanged"}),
        (math.floor, {"leaves_out_its_inputs", "copes_with_a_zero_row"}),
        (round, {"leaves_out_its_inputs", "copes_with_a_zero_row"}),
        (lambda score: round(score, 1), set()),
    ],
    ids=["int", "floor", "round", "one decimal"],
)
def test_whoever_cuts_cosines_loses_the_same_whatever_the_seed(cut, also, seed):
    assert lost("analogy", cut_analogy(of_score=cut), seed) == {"finds_the_word"} | also


def others(word, words):
    return [other for other in words if other != word]


UNRELATED = {
    "nearest": {
        "as they come": lambda word, words, rows, k: others(word, words)[:k],
        "from the end": lambda word, words, rows, k: others(word, words)[::-1][:k],
        "alphabet": lambda word, words, rows, k: sorted(others(word, words))[:k],
        "alphabet from the end": lambda word, words, rows, k: sorted(others(word, words))[::-1][:k],
        "longest first": lambda word, words, rows, k: sorted(
            others(word, words), key=lambda w: -np.linalg.norm(rows[words.index(w)])
        )[:k],
    },
    "analogy": {
        "first of the others": lambda a, b, c, words, rows: next(
            w for w in words if w not in (a, b, c)
        ),
        "last of the others": lambda a, b, c, words, rows: [w for w in words if w not in (a, b, c)][
            -1
        ],
        "an input": lambda a, b, c, words, rows: c,
    },
    "cosine": {
        "first numbers": lambda u, v: u[0] * v[0],
        "sums": lambda u, v: sum(u) * sum(v),
        "a number": lambda u, v: 0.5,
        "number of numbers": lambda u, v: 1 / len(u),
        "equal or not": lambda u, v: list(u) == list(v),
        "a huge number": lambda u, v: 2**999,
    },
    "odd_one_out": {
        "first": lambda group, words, rows: group[0],
        "last": lambda group, words, rows: group[-1],
        "longest": lambda group, words, rows: max(
            group, key=lambda w: np.linalg.norm(rows[words.index(w)])
        ),
    },
}


@pytest.mark.parametrize(
    ("task", "function"),
    [
        pytest.param(task, function, id=f"{task}: {name}")
        for task, functions in UNRELATED.items()
        for name, function in functions.items()
    ],
)
def test_an_unrelated_function_earns_nothing(task, function):
    for seed in SEEDS:
        kept = {name for name, check in CHECKS.items() if check.task.name == task}
        assert len(lost(task, function, seed)) == len(kept)


@each_seed
def test_only_the_k_best_sorted_costs_the_order_of_equal_rows_only(seed):
    def student(word, words, rows, k):
        scores = np.array([right(rows[words.index(word)], row) for row in rows])
        scores[words.index(word)] = -2
        k = min(k, len(words) - 1)
        best = sorted(np.argpartition(-scores, k - 1)[:k]) if k else []
        return [words[i] for i in sorted(best, key=lambda i: -scores[i])]

    assert lost("nearest", student, seed) == {"keeps_the_order_of_equal_rows"}


def analogy_by_remove(a, b, c, words, rows):
    A, B, C = (rows[words.index(word)] for word in (a, b, c))
    others = words.copy()
    for word in (a, b, c):
        others.remove(word)
    return max(others, key=lambda word: right(A - B + C, rows[words.index(word)]))


def analogy_by_del(a, b, c, words, rows):
    A, B, C = (rows[words.index(word)] for word in (a, b, c))
    others, their_rows = list(words), list(rows)
    for word in (a, b, c):
        position = others.index(word)
        del others[position], their_rows[position]
    return others[int(np.argmax([right(A - B + C, row) for row in their_rows]))]


def analogy_by_sorted_del(a, b, c, words, rows):
    A, B, C = (rows[words.index(word)] for word in (a, b, c))
    others = list(range(len(words)))
    for position in sorted((words.index(word) for word in (a, b, c)), reverse=True):
        del others[position]
    return words[max(others, key=lambda i: right(A - B + C, rows[i]))]


@some_seeds
@pytest.mark.parametrize("student", [analogy_by_remove, analogy_by_del, analogy_by_sorted_del])
def test_removing_a_b_and_c_one_after_the_other_costs_nothing(student, seed):
    """It would go wrong only if a word could be there twice."""
    assert lost("analogy", student, seed) == set()


@each_seed
def test_an_order_that_depends_on_the_processor_never_passes(seed):
    """Up to 16 words np.argsort(-scores) is stable on some machines and not on others."""

    def student(word, words, rows, k):
        scores = np.array([right(rows[words.index(word)], row) for row in rows])
        return [words[i] for i in np.argsort(-scores) if words[i] != word][:k]

    assert lost("nearest", student, seed) == {"keeps_the_order_of_equal_rows"}


# --- the notebook --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def text():
    path = ROOT / "solutions" / "cosine" / "cosine.ipynb"
    return {cell.id: cell.source for cell in nbformat.read(path, as_version=4).cells}


@pytest.fixture(scope="module")
def table(text):
    names = {"np": np}
    exec(text["table"], names)
    return names["table"]


def test_the_numbers_in_the_text_are_right(text, table):
    """Every number in the prose, computed; the table is taken from the notebook itself."""
    embeddings = vectors.Embeddings(tuple(table), np.array(list(table.values())))

    def cosine(first, second, digits=4):
        return f"{vectors.cosine(table[first], table[second]):.{digits}f}"

    assert (cosine("berlin", "madrid"), cosine("berlin", "barcelona")) == ("0.9965", "0.9570")
    assert all(number in text["by-hand"] for number in ("0.9965", "0.9570", "= 24$", "= 26.4$"))
    assert (2 * 2 + 5 * 4, 2 * 3.2 + 5 * 4) == (24, 26.4)
    assert (2**2 + 5**2, 2**2 + 4**2, round(3.2**2 + 4**2, 2)) == (29, 20, 26.24)
    answers = text["practice-answers"]
    assert (
        f"*madrid*: {cosine('berlin', 'madrid')} against {cosine('berlin', 'barcelona')}" in answers
    )
    apart = np.linalg.norm(np.subtract(table["berlin"], table["barcelona"]))
    near = np.linalg.norm(np.subtract(table["berlin"], table["madrid"]))
    assert near == np.linalg.norm(np.subtract(table["berlin"], table["germany"])) == 1
    assert f"{near} against {apart:.2f}" in answers
    assert f"{cosine('berlin', 'germany')} for *germany*" in answers
    (first, _), *others = vectors.nearest(embeddings, "the", 3)
    shown = [f"*{word}* ({score:.4f})" for word, score in others]
    assert f"*{first}* (1.0), {shown[0]} and {shown[1]}" in answers
    assert vectors.nearest(embeddings, "stream", 1) == [("current", 1.0)]
    pairs = [
        vectors.analogy(embeddings, *abc)[0][0]
        for abc in (("madrid", "spain", "germany"), ("barcelona", "spain", "germany"))
    ]
    assert pairs == ["berlin", "law"]
    assert "First *berlin*, as hoped; then *law*." in answers
    assert "(2, 5) - (3, 5) + (3, 4.1) = (2, 4.1)" in text["analogy-text"]
    assert np.allclose(np.array([2, 5]) - [3, 5] + [3, 4.1], [2, 4.1])
    assert vectors.analogy(embeddings, "berlin", "germany", "spain")[0][0] == "madrid"
    assert "48/52 ≈ 0.92" in text["why-cosine-end"]
    assert (6 * 4 + 4 * 6, 6 * 6 + 4 * 4) == (48, 52)
    assert f"{vectors.cosine([6, 4], [4, 6]):.2f}" == "0.92"


def test_the_table_of_the_challenge_is_right(text, table):
    group = ["trade", "court", "stream"]
    lines = text["challenge-text"].splitlines()
    for word in group:
        scores = [vectors.cosine(table[word], table[other]) for other in group if other != word]
        (line,) = (line for line in lines if line.startswith(f"| *{word}* |"))
        cells = [cell.strip() for cell in line.strip("| ").split("|")][1:]
        shown = [cell for cell in cells if cell]
        expected = [f"{score:.3f}" if score else "0" for score in scores]
        assert shown == [*expected, f"{sum(scores) / 2:.3f}"]
    words, rows = list(table), np.array(list(table.values()))
    assert Plain().odd_one_out(group, words, rows) == "stream"


@pytest.fixture(scope="module")
def skip_gram():
    return learned.skip_gram()


@pytest.fixture(scope="module")
def truth():
    return world(np.random.default_rng(0), 10_000)


def neighbors(embeddings, word, n=8):
    return [name for name, _ in vectors.nearest(embeddings, word, n)]


def test_what_the_text_says_about_learned_neighbors(text, skip_gram, truth):
    assert "learned_words, learned_vectors, 8)" in text["learned-nearest"]
    capitals = {w for w, known in truth.attributes.items() if known.get("kind") == "capital"}
    near = neighbors(skip_gram, "berlin")
    assert len(capitals) == 8
    assert capitals - {"berlin"} <= set(near)
    assert "germany" not in near
    together = [s for s in truth.sentences if "berlin" in s]
    assert sum("germany" in sentence for sentence in together) > len(together) / 4
    women = {w for w, known in truth.attributes.items() if known.get("gender") == "female"}
    near = neighbors(skip_gram, "queen")
    assert "king" in near
    assert len(women & set(near)) >= 5
    assert {"float", "run", "jump", "swam", "swimming"} <= set(neighbors(skip_gram, "swim"))
    assert neighbors(skip_gram, "good", 1) == ["bad"]


FINANCE = {"savings", "money", "customers", "protects", "lends", "investors", "treasury"}


def test_what_the_text_says_about_learned_analogies(text, skip_gram):
    def best(a, b, c, left_out):
        target = skip_gram[a] - skip_gram[b] + skip_gram[c]
        return vectors.nearest(skip_gram, target, 1, exclude=left_out)[0][0]

    def both(*abc):
        assert '("{}", "{}", "{}")'.format(*abc) in text["learned-analogies"]
        return best(*abc, abc), best(*abc, ())

    assert both("berlin", "germany", "spain") == ("madrid", "madrid")
    assert both("king", "man", "woman") == ("queen", "queen")
    assert both("walked", "walk", "sing") == ("sang", "sang")
    assert both("queen", "king", "wolf") == ("wolves", "wolf")
    answer, best_of_all = both("water", "stream", "bank")
    assert answer in FINANCE
    assert best_of_all == "water"


def test_what_the_text_says_about_words_with_two_meanings(skip_gram):
    def cosine(first, second):
        return vectors.cosine(skip_gram[first], skip_gram[second])

    near = set(neighbors(skip_gram, "bank"))
    assert near & FINANCE
    assert near & {"stream", "waterfall", "fish", "water"}
    near = set(neighbors(skip_gram, "current"))
    assert near & {"voltage", "lamp", "wire", "powers", "socket"}
    assert near & {"stream", "waterfall", "fish", "water"}
    assert cosine("stream", "treasury") < 0.55
    assert min(cosine("bank", "stream"), cosine("bank", "treasury")) > 0.65
    group = ["bank", "stream", "treasury"]
    rows = [skip_gram[word] for word in group]
    assert Plain().odd_one_out(group, group, rows) != "bank"
    group = ["berlin", "paris", "queen", "madrid"]
    assert Plain().odd_one_out(group, group, [skip_gram[word] for word in group]) == "queen"


def test_the_sentences_that_the_text_quotes_occur(text):
    sentences = {" ".join(sentence) for sentence in learned.sentences(5000)}
    quoted = "I think the idea is really good and everyone cheered"
    assert f"*{quoted}*" in text["learned-text"]
    assert quoted.lower() in sentences
    senses = text["learned-senses-text"].replace("*", "")
    for part in ("bank lends money", "bank has muddy water", "current powers the lamp"):
        assert f"a {part}" in senses
        assert any(part in sentence for sentence in sentences)
    assert "a current has muddy water" in senses
    assert any("current has muddy water" in sentence for sentence in sentences)
