"""The assignment ``cbow``: fair cases, exact verdicts, and a text whose numbers are right."""

import functools
import math
import re
import warnings

import nbformat
import numpy as np
import pytest
from grading_helpers import ROOT, is_passed

from embedlab import learned, word2vec
from embedlab.datasets import city_vectors
from embedlab.grading import ASSIGNMENTS, PUBLIC_SEED, cbow
from embedlab.grading.calls import call_each
from embedlab.grading.cases import MARGIN
from embedlab.grading.cbow.scorings import SCORINGS
from embedlab.grading.checks import cases_of as make_cases
from embedlab.grading.checks import judge
from embedlab.grammar import CUES
from embedlab.numerics import softmax
from embedlab.prediction import context_mean, predict_center
from embedlab.text import context
from embedlab.vectors import Embeddings, cosine, nearest
from embedlab.world import world

CHECKS = ASSIGNMENTS["cbow"].checks
SEEDS = [PUBLIC_SEED, *map(str, range(30))]
each_seed = pytest.mark.parametrize("seed", SEEDS)
S1 = ["trade", "law", "and", "the", "court", "berlin", "germany"]
NINE = "the quick brown fox jumps over the lazy dog".split()
CITY = city_vectors()
CLOSER = "closer_compares_with_the_context"
N_SCORINGS = len(SCORINGS)


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
    """Return what of a task a function does not pass, without the task's name."""
    checks = [check for check in CHECKS.values() if check.task.name == task]
    return {c.name.removeprefix(f"{task}_") for c in checks if is_lost(c, function, seed)}


def cases(task, seed, *words):
    """Return the cases of a task, of the checks only that have a word in their names."""
    return [
        case
        for check in CHECKS.values()
        if check.task.name == task and (not words or any(word in check.name for word in words))
        for case in cases_of(check, seed)
    ]


def known(case):
    """Return the rows of a case's known context words."""
    tokens, i, w, vocab, E = case[:5]
    return np.array([E[vocab.index(t)] for t in context(tokens, i, w) if t in vocab], float)


# --- the cases -----------------------------------------------------------------------------


@each_seed
def test_the_edge_cases_of_context_are_always_there(seed):
    asked = cases("context", seed)
    assert any(w == 0 for _, _, w in asked)
    assert any(i == 0 < w for _, i, w in asked)
    assert any(i == len(tokens) - 1 and w > 0 for tokens, i, w in asked)
    assert any(i < w and i + w >= len(tokens) > 1 for tokens, i, w in asked), "over both ends"
    assert any(len(tokens) == 1 for tokens, _, _ in asked)
    assert any(tokens.count(tokens[i]) > 1 for tokens, i, _ in asked), "the target repeated"
    words = {word for tokens, _, _ in asked for word in tokens}
    assert not all(word.isascii() for word in words)
    assert all(0 <= i < len(tokens) and w >= 0 for tokens, i, w in asked)


@each_seed
@pytest.mark.parametrize("task", ["cbow_predict", "closer"])
def test_the_edge_cases_of_a_prediction_are_always_there(task, seed):
    asked = cases(task, seed)
    matrices = [E for _, _, _, _, E, *_ in asked]
    # Whoever needs an array of floating numbers is right as well: the contract says matrix.
    assert {E.dtype for E in matrices} == {np.dtype("float32"), np.dtype("float64")}
    assert any(not np.any(row) for E in matrices for row in E), "a zero row"
    around = [(context(tokens, i, w), vocab) for tokens, i, w, vocab, *_ in asked]
    assert any(len(set(words)) < len(words) for words, _ in around), "repeats"
    assert any(word not in vocab for words, vocab in around for word in words), "unknown words"
    assert any(i < w for _, i, w, *_ in asked)
    assert any(i + w >= len(tokens) for tokens, i, w, *_ in asked)
    assert any(tokens[i] in context(tokens, i, w) for tokens, i, w, *_ in asked)


@each_seed
def test_scales_and_empty_contexts_of_cbow_predict(seed):
    asked = cases("cbow_predict", seed)
    sizes = [np.abs(np.array(E)).max() for _, _, _, _, E in asked]
    assert min(sizes) < 1e-4
    assert max(sizes) > 1e5
    assert any(w == 0 for _, _, w, _, _ in asked)
    nothing = [case for case in asked if not len(known(case))]
    assert {len(tokens) == 1 for tokens, *_ in nothing} == {True, False}
    assert all(
        len(known(case)) for case in cases("closer", seed) + cases("cbow_probabilities", seed)
    )


@each_seed
def test_every_kind_of_answer_is_asked_for(seed):
    found = set()
    for tokens, i, w, vocab, E in cases("cbow_predict", seed):
        answer = cbow.cbow_predict(tokens, i, w, vocab, E)
        found |= {
            "none" if answer is None else "other",
            "target" * (answer == tokens[i]),
            "context" * (answer in context(tokens, i, w)),
        }
    assert {"none", "other", "target", "context"} <= found
    firsts = {cbow.closer(*case) == case[5] for case in cases("closer", seed)}
    assert firsts == {True, False}


def near_ties(E, mean, among=None):
    """Return the rows that rounding could put in the place of the best one, equal rows aside."""
    rows = [tuple(map(float, row)) for row in (E if among is None else [E[k] for k in among])]
    scores = [cosine(row, mean) for row in rows]
    best = int(np.argmax(scores))
    return [
        row
        for row, score in zip(rows, scores, strict=True)
        if row != rows[best] and scores[best] - score < MARGIN
    ]


@each_seed
def test_no_case_has_a_near_tie(seed):
    for task in ("cbow_predict", "closer"):
        for case in cases(task, seed):
            rows = known(case)
            if not len(rows):
                continue
            mean = rows.mean(axis=0)
            among = [case[3].index(word) for word in case[5:]] or None
            assert near_ties(case[4], mean, among) == []
            # No cancellation either: single precision keeps three digits of the direction.
            assert np.linalg.norm(mean) > 0.1 * np.linalg.norm(rows, axis=1).max()


def test_a_near_tie_would_be_found():
    E = [[1.0, 1.0], [0.0, 1.0], [1.0, 1.001], [1.0, 1.0]]
    assert near_ties(E, [1.0, 1.0]) == [(1.0, 1.001)]
    assert near_ties(E, [1.0, 1.0], [0, 1]) == []


@each_seed
def test_equal_rows_tie_exactly_in_every_order_of_summation(seed):
    for case in cases("cbow_predict", seed, "equal_rows"):
        vocab, E = case[3:]
        mean = known(case).mean(axis=0)
        best = [k for k, row in enumerate(E) if cosine(row, mean) == 1.0]
        assert len(best) > 1
        assert all(np.array_equal(E[k], E[best[0]]) for k in best)
        # Powers of 2 only: products, sums and the divisions by the lengths are exact.
        assert set(np.abs(E).ravel()) <= {0.0, 2.0, 4.0}
        assert (E**2).sum(axis=1).tolist() == [16.0] * len(vocab)
        assert mean @ mean == 4.0
    answers = [cbow.cbow_predict(*case) for case in cases("cbow_predict", seed, "equal_rows")]
    alphabetical = [
        min(word for word, row in zip(case[3], case[4], strict=True) if cosine(row, mean) == 1.0)
        for case in cases("cbow_predict", seed, "equal_rows")
        for mean in [known(case).mean(axis=0)]
    ]
    assert {a == b for a, b in zip(answers, alphabetical, strict=True)} == {True, False}


@each_seed
def test_large_scores_are_exact_in_single_precision(seed):
    for *case, U in cases("cbow_probabilities", seed, "large"):
        mean = known(case).mean(axis=0)
        scores = np.asarray(U) @ mean
        assert np.array_equal(np.float32(U) @ np.float32(mean), np.float32(scores))
        assert np.array_equal(np.float32(scores), scores)
        assert np.abs(scores).max() > 710, "exp overflows, or gives 0"
        assert 0.01 < sorted(softmax(scores))[-2] < 0.5, "something to compute"


# --- right answers -------------------------------------------------------------------------


def right_context(tokens, i, w):
    return [tokens[j] for j in range(len(tokens)) if 0 < abs(i - j) <= w]


def in_precision(dtype, *, total=False, over=None):
    """Return the functions of somebody who computes with NumPy in one precision throughout.

    Args:
        dtype: The precision.
        total: Whether the sum takes the place of the mean.
        over: What the sum is divided by, given the window and the number of known words.
    """

    def unit(x):
        x = np.asarray(x, dtype)
        length = np.sqrt((x * x).sum(-1, keepdims=True, dtype=dtype))
        return x / np.where(length == 0, dtype(1), length)

    def mean(tokens, i, w, vocab, E):
        rows = [E[vocab.index(t)] for t in right_context(tokens, i, w) if t in vocab]
        if not rows:
            return None
        rows = np.array(rows, dtype)
        if total:
            return rows.sum(0, dtype=dtype)
        return rows.sum(0, dtype=dtype) / dtype(over(w, len(rows)) if over else len(rows))

    def cbow_predict(tokens, i, w, vocab, E):
        m = mean(tokens, i, w, vocab, E)
        return None if m is None else vocab[int(np.argmax(unit(E) @ unit(m)))]

    def closer(tokens, i, w, vocab, E, first, second):
        rows = unit([E[vocab.index(first)], E[vocab.index(second)]])
        return (first, second)[int(np.argmax(rows @ unit(mean(tokens, i, w, vocab, E))))]

    def cbow_probabilities(tokens, i, w, vocab, E, U):
        scores = np.asarray(U, dtype) @ mean(tokens, i, w, vocab, E)
        weights = np.exp(scores - scores.max(), dtype=dtype)
        return weights / weights.sum(dtype=dtype)

    return {
        "context": right_context,
        "cbow_predict": cbow_predict,
        "closer": closer,
        "cbow_probabilities": cbow_probabilities,
    }


def in_plain_python():
    """Return the functions of somebody without NumPy, who adds up from the other end."""

    def cosine(u, v):
        product, uu, vv = (sum(a * b for a, b in zip(x, y, strict=True)) for x, y in
                           ((u, v), (u, u), (v, v)))  # fmt: skip
        return product / math.sqrt(uu) / math.sqrt(vv) if uu and vv else 0.0

    def mean(tokens, i, w, vocab, E):
        rows = [
            [float(x) for x in E[vocab.index(t)]]
            for t in reversed(right_context(tokens, i, w))
            if t in vocab
        ]
        return [sum(column) / len(rows) for column in zip(*rows, strict=True)]

    def cbow_predict(tokens, i, w, vocab, E):
        m = mean(tokens, i, w, vocab, E)
        best, best_score = None, -math.inf
        for word, row in zip(vocab, E, strict=True):
            if m and cosine([float(x) for x in row], m) > best_score:
                best, best_score = word, cosine([float(x) for x in row], m)
        return best

    def closer(tokens, i, w, vocab, E, first, second):
        m = mean(tokens, i, w, vocab, E)
        a, b = (cosine([float(x) for x in E[vocab.index(word)]], m) for word in (first, second))
        return first if a > b else second

    def cbow_probabilities(tokens, i, w, vocab, E, U):
        m = mean(tokens, i, w, vocab, E)
        scores = [sum(float(a) * b for a, b in zip(row, m, strict=True)) for row in U]
        weights = [math.exp(score - max(scores)) for score in scores]
        return tuple(weight / sum(weights) for weight in weights)

    return {
        "context": lambda *given: tuple(right_context(*given)),
        "cbow_predict": cbow_predict,
        "closer": closer,
        "cbow_probabilities": cbow_probabilities,
    }


STYLES = {
    "double precision": in_precision(np.float64),
    "single precision": in_precision(np.float32),
    "plain Python": in_plain_python(),
}


@pytest.mark.parametrize("style", STYLES)
@each_seed
def test_every_right_style_passes_whatever_the_seed(style, seed):
    for check in CHECKS.values():
        assert verdict(check, STYLES[style][check.task.name], seed) == ""


@pytest.mark.parametrize(
    "functions",
    [
        in_precision(np.float64, total=True),
        in_precision(np.float64, over=lambda w, n: 2 * w),
        in_precision(np.float64, over=lambda w, n: n + 3),
    ],
    ids=["the sum", "over 2w", "unknown words as zeros"],
)
@each_seed
def test_the_length_of_the_mean_costs_nothing_where_it_does_not_matter(functions, seed):
    assert lost(functions["cbow_predict"], "cbow_predict", seed) == set()
    assert lost(functions["closer"], "closer", seed) == set()
    # Negative control: a softmax minds.
    both = {"of_small_scores", "of_large_scores"}
    assert lost(functions["cbow_probabilities"], "cbow_probabilities", seed) == both


# --- what a mistake costs ------------------------------------------------------------------

COSTS = [
    (
        "context",
        "You include the target word",
        "takes_both_sides_in_order of_a_zero_window_is_empty",
    ),
    ("context", "Near the start i - w is negative", "is_clipped_at_both_ends"),
    ("context", "The window reaches over an end", "is_clipped_at_both_ends"),
    ("context", "At the right end the last word", "is_clipped_at_both_ends"),
    ("context", "At the left end the first word", "is_clipped_at_both_ends"),
    ("context", "Where the window reaches over an end", "is_clipped_at_both_ends"),
    ("context", "The window runs on from one end", "is_clipped_at_both_ends"),
    ("context", "You sort the words:", "takes_both_sides_in_order keeps_repeated_words"),
    ("context", "You drop repeated words", "keeps_repeated_words"),
    ("context", "You remove the target word wherever", "keeps_repeated_words"),
    ("context", "For w = 0 your slice", "of_a_zero_window_is_empty"),
    ("context", "You fill the window up", "is_clipped_at_both_ends"),
    ("cbow_predict", "You compare by the dot product", "finds_the_word"),
    ("cbow_predict", "You compare by Euclidean distance", "finds_the_word"),
    ("cbow_predict", "You include the target word", "finds_the_word"),
    ("cbow_predict", "At the right end the last word", "finds_the_word"),
    ("cbow_predict", "You divide by the squared length", "finds_the_word"),
    (
        "cbow_predict",
        "You take the words on the left only",
        "finds_the_word lets_every_word_be_the_answer",
    ),
    ("cbow_predict", "You take the words on the right only", "finds_the_word"),
    ("cbow_predict", "You drop repeated words", "counts_repeated_words"),
    ("cbow_predict", "The context words may be the answer", "lets_every_word_be_the_answer"),
    ("cbow_predict", "The target word may be the answer", "lets_every_word_be_the_answer"),
    ("cbow_predict", "You give up when one context word", "skips_unknown_words"),
    ("cbow_predict", "When no context word is known", "returns_none_without_known_words"),
    ("cbow_predict", "Of exactly equal rows", "prefers_the_first_of_equal_rows"),
    ("cbow_predict", "A zero row gives nan", "copes_with_a_zero_row"),
    ("closer", "You compare by the dot product", "compares_with_the_context"),
    ("closer", "You include the target word", "compares_with_the_context"),
    ("closer", "You drop repeated words", "averages_known_and_repeated_words"),
    ("closer", "A context word that is not in vocab", "averages_known_and_repeated_words"),
    ("closer", "A zero row gives nan", "compares_with_the_context"),
    ("closer", "At the right end the last word", "compares_with_the_context"),
    ("closer", "You divide by the squared length", "compares_with_the_context"),
]


@pytest.mark.parametrize(("task", "sentence", "costs"), COSTS)
def test_a_mistake_costs_its_own_property_only(task, sentence, costs):
    mistakes = next(c.task.mistakes for c in CHECKS.values() if c.task.name == task)
    mistake = next(m for m in mistakes if m.sentence.startswith(sentence))
    assert lost(mistake.function, task) == set(costs.split())


@each_seed
def test_the_window_touches_the_ends_in_the_check_of_the_ends_only(seed):
    def touches(case):
        tokens, i, w = case
        return i - w <= 0 or i + w >= len(tokens) - 1

    for name in ("takes_both_sides", "keeps_repeated", "leaves_its_inputs"):
        asked = cases("context", seed, name)
        assert not any(map(touches, asked))
        # One word too many on each side is not yet the whole sentence.
        assert any(len(tokens) > 2 * w + 3 for tokens, _, w in asked)
    assert not any(touches(case) for case in cases("context", seed, "zero_window") if case[2])
    assert all(map(touches, cases("context", seed, "both_ends")))


def test_who_sorts_is_told_so_and_not_that_words_are_dropped():
    for function, sentence in (
        (lambda *given: sorted(context(*given)), "You sort the words: leave them"),
        (lambda *given: sorted(set(context(*given))), "You sort the words and drop repeated"),
    ):
        told = verdict(CHECKS["context_keeps_repeated_words"], function)
        assert told.startswith(sentence)


# Ways to choose one of two words that look at no vector.
BLIND = {
    "first": lambda first, second, vocab: first,
    "second": lambda first, second, vocab: second,
    "earlier in the alphabet": lambda first, second, vocab: min(first, second),
    "later in the alphabet": lambda first, second, vocab: max(first, second),
    "earlier in vocab": lambda first, second, vocab: min(first, second, key=vocab.index),
    "later in vocab": lambda first, second, vocab: max(first, second, key=vocab.index),
}


@each_seed
@pytest.mark.parametrize("choose", BLIND.values(), ids=BLIND)
def test_no_order_of_the_two_words_gives_closer_away(choose, seed):
    def student(tokens, i, w, vocab, E, first, second):
        return choose(first, second, vocab)

    everything = {check.name for check in CHECKS.values() if check.task.name == "closer"}
    assert {f"closer_{name}" for name in lost(student, "closer", seed)} == everything


@each_seed
def test_the_mistakes_of_closer_differ_in_several_cases(seed):
    """Otherwise a mistake of another kind is taken for one of these by chance."""
    asked = cases("closer", seed, "compares")
    functions = [cbow.closer, *(m.function for m in CHECKS[CLOSER].task.mistakes[:N_SCORINGS])]
    given = np.array(
        [[outcome.value or outcome.error_type for outcome in call_each(function, asked, {})]
         for function in functions]
    )  # fmt: skip
    different = (given[:, np.newaxis] != given).sum(axis=2)
    np.fill_diagonal(different, 99)
    assert different.min() >= 3


def test_whoever_takes_one_context_word_is_not_told_of_changed_rows():
    def takes_one(tokens, i, w, vocab, E):
        return next((word for word in context(tokens, i, w) if word in vocab), None)

    def adds_into_row(tokens, i, w, vocab, E):
        places = [vocab.index(word) for word in context(tokens, i, w) if word in vocab]
        for place in places[1:]:
            E[places[0]] += E[place]
        scores = [cosine(row, E[places[0]]) for row in E] if places else []
        return vocab[int(np.argmax(scores))] if places else None

    for function, sentence in (
        (takes_one, "A single context word makes your mean"),
        (adds_into_row, "Adding to a row of E with +="),
    ):
        told = verdict(CHECKS["cbow_predict_copes_with_a_zero_row"], function)
        assert told.startswith(sentence)


def test_who_changes_the_matrix_is_told_so():
    def student(tokens, i, w, vocab, E):
        answer = cbow.cbow_predict(tokens, i, w, vocab, E)
        E /= np.linalg.norm(E, axis=1, keepdims=True)
        return answer

    told = verdict(CHECKS["cbow_predict_leaves_its_inputs_unchanged"], student)
    assert told.startswith("cbow_predict changes its inputs")


@pytest.mark.parametrize(
    ("received", "is_right"),
    [
        (["a", "b", "d"], (True, True)),
        (["d", "b", "a"], (True, True)),
        (["b", "a", "d"], (True, False)),
        (["a", "b", "c", "d"], (True, True)),
        (["d", "c", "b", "a"], (True, True)),
        (["a", "b"], (False, False)),
        (["a", "b", "d", "e"], (False, False)),
        (["a", "b", "d", "d"], (False, False)),
        ([], (False, False)),
    ],
)
def test_what_the_checks_of_context_leave_aside(received, is_right):
    asked = (["a", "b", "c", "d"], 2, 2), ["a", "b", "d"], received
    assert (cbow.same_words(*asked), cbow.same_words_in_a_row(*asked)) == is_right


def test_the_wrapped_references():
    rows = CITY.matrix
    assert cbow.cbow_predict(S1, 3, 2, list(CITY.words), rows) == "barcelona"
    assert cbow.closer(S1, 3, 2, list(CITY.words), rows, "court", "law") == "law"
    # By hand: the mean of "law" and "court" is (2.5, 1.5); scores 2.5 and 1.5, and e / (e + 1).
    p = cbow.cbow_probabilities(
        ["law", "?", "court"], 1, 1, ["law", "court"], [[2, 3], [3, 0]], [[1, 0], [0, 1]]
    )
    np.testing.assert_allclose(p, [math.e / (math.e + 1), 1 / (math.e + 1)], rtol=1e-12)


# --- the text ------------------------------------------------------------------------------

NOTEBOOK = nbformat.read(ROOT / "solutions" / "cbow" / "cbow.ipynb", as_version=4)
TEXT = {cell.id: cell.source for cell in NOTEBOOK.cells}


def table(cell_id, rows_with):
    """Return the cells of those rows of a table in the text that hold some text."""
    lines = [line.strip() for line in TEXT[cell_id].splitlines() if line.strip().startswith("|")]
    return [
        [part.strip() for part in line.strip("|").split("|")] for line in lines if rows_with in line
    ]


def plain_row(vector):
    return "(" + ", ".join(f"{x:.4g}" for x in vector) + ")"


def test_the_contexts_in_the_text():
    assert len(NINE) == 9
    for i, name in ((0, "*the*, position 0"), (4, "*jumps*, position 4"), (8, "*dog*, position 8")):
        ((_, *columns),) = table("context-by-hand", name)
        assert columns == [", ".join(context(NINE, i, w)) for w in (1, 2, 5)]
    assert context(NINE, 4, 5).count("the") == 2


def test_the_table_of_the_text_is_the_course_s():
    names = {}
    exec("import numpy as np\n" + TEXT["table"].split("print(")[0], names)
    assert tuple(names["vocab"]) == CITY.words
    np.testing.assert_array_equal(names["E"], CITY.matrix)
    assert names["cosine"]([3, 4], [4, 3]) == pytest.approx(cosine([3, 4], [4, 3]), rel=1e-12)
    assert names["cosine"]([0, 0], [4, 3]) == 0.0


def test_the_prediction_by_hand():
    mean = context_mean(["law", "?", "court"], 1, 1, CITY)
    assert mean.tolist() == [2.5, 1.5]
    assert predict_center(["law", "?", "court"], 1, 1, CITY) == "trade"
    for word in ("trade", "the", "law", "germany"):
        ((_, product, lengths, score, distance),) = table("prediction-by-hand", f"{word} (")
        row = CITY[word]
        assert product.replace("*", "").split("= ")[1] == f"{row @ mean:g}"
        assert lengths == rf"$\sqrt{{{row @ row:g}}}$ and $\sqrt{{{mean @ mean:g}}}$"
        assert score.strip("*") == f"{cosine(row, mean):.4f}"
        assert distance == f"{np.linalg.norm(row - mean):.2f}"
    assert max(CITY.words, key=lambda word: CITY[word] @ mean) == "germany"


def test_the_practice_problem_for_every_target():
    for i, target in enumerate(S1):
        ((_, *columns),) = table("practice-answers", f"| {target} |")[:1]
        mean = context_mean(S1, i, 2, CITY)
        scores = [f"{cosine(mean, CITY[word]):.4f}" for word in ("court", "law")]
        assert columns == [", ".join(context(S1, i, 2)), plain_row(mean), *scores]
    full = [target for i, target in enumerate(S1) if len(context(S1, i, 2)) == 4]
    assert full == ["and", "the", "court"]


@pytest.mark.parametrize(("window", "targets"), [(1, ["law", "the"]), (2, []), (3, ["law"])])
def test_where_court_wins(window, targets):
    means = [context_mean(S1, i, window, CITY) for i in range(len(S1))]
    found = [
        target
        for target, mean in zip(S1, means, strict=True)
        if cosine(mean, CITY["court"]) > cosine(mean, CITY["law"])
    ]
    assert found == targets


def test_the_other_answers_to_the_practice_problems():
    answers = [predict_center(S1, i, 2, CITY) for i in range(len(S1))]
    assert f"*{', '.join(answers)}*: never the word that stands there" in TEXT["practice-answers"]
    assert not any(a == b for a, b in zip(answers, S1, strict=True))
    assert CITY["current"].tolist() == CITY["stream"].tolist()
    # Between (0, 3) and (3, 0): the cosine of 45 degrees.
    assert f"cosine of {cosine([1, 1], [0, 3]):.4f} with both" in TEXT["practice-answers"]
    assert cosine([1, 1], [0, 3]) == cosine([1, 1], [3, 0])


def test_the_question_in_words_is_as_it_says():
    first, second = "the dog bites the man".split(), "the man bites the dog".split()
    assert sorted(context(first, 2, 2)) == sorted(context(second, 2, 2))
    assert context(first, 2, 2) != context(second, 2, 2)


# --- learned vectors -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def learned_cbow():
    return learned.cbow()


def gaps(n):
    return [(tokens, i) for tokens in learned.sentences(n) for i in range(len(tokens))]


@pytest.mark.parametrize("n", [30, 200])
def test_the_classroom_prediction_fails_on_learned_vectors(learned_cbow, n):
    found = [(t, i, predict_center(t, i, 5, learned_cbow)) for t, i in gaps(n)]
    right = np.mean([answer == tokens[i] for tokens, i, answer in found])
    always_the = np.mean([tokens[i] == "the" for tokens, i, _ in found])
    beside = np.mean([answer in context(tokens, i, 5) for tokens, i, answer in found])
    assert right < 0.02, "next to none"
    assert always_the > 0.1, "far better"
    assert 0.6 < beside < 0.75, "about two times in three"
    assert "about two times in three" in TEXT["learned-gaps-text"].lower()
    assert "learned.sentences(30)" in TEXT["learned-gaps"]


def test_words_that_replace_each_other_are_similar_and_words_side_by_side_are_not(learned_cbow):
    assert cosine(learned_cbow["dog"], learned_cbow["horse"]) > 0.7
    assert abs(cosine(learned_cbow["dog"], learned_cbow["hungry"])) < 0.2


SENSES = {
    "current": {"river": "stream", "electricity": "voltage"},
    "bank": {"river": "stream", "finance": "treasury"},
}


def right_senses(embeddings, window, n):
    """Return for each occurrence of a word with two senses whether its context tells which."""
    verdicts = []
    for tokens in learned.sentences(n):
        for word in SENSES.keys() & set(tokens):
            topics = {
                topic: set(re.findall(r"\w{4,}", " ".join(CUES[topic].values())))
                for topic in SENSES[word]
            }
            (topic,) = (topic for topic, cues in topics.items() if cues & set(tokens))
            mean = context_mean(tokens, tokens.index(word), window, embeddings)
            senses = SENSES[word].values()
            found = max(senses, key=lambda sense: cosine(mean, embeddings[sense]))
            verdicts.append(found == SENSES[word][topic])
    return verdicts


def test_the_context_tells_the_sense_of_a_word_with_two(learned_cbow):
    verdicts = right_senses(learned_cbow, 5, 1500)
    assert len(verdicts) > 10
    assert all(verdicts)
    # As the text hints: one neighbor on each side is not enough.
    assert not all(right_senses(learned_cbow, 1, 1500))
    shown = {word: tuple(senses.values()) for word, senses in SENSES.items()}
    assert f"two_senses = {shown}".replace("'", '"') in TEXT["learned-senses"]


def test_the_vector_of_a_word_with_two_senses_is_a_mixture(learned_cbow):
    stream, voltage, current = (learned_cbow[word] for word in ("stream", "voltage", "current"))
    halfway = cosine(current, (stream + voltage) / 2)
    assert halfway > 0.9 > max(cosine(current, stream), cosine(current, voltage))
    assert cosine(stream, voltage) < 0.7
    # Negative control: words of one sense are no such mixture.
    dog, hungry = learned_cbow["dog"], learned_cbow["hungry"]
    assert cosine(current, (dog + hungry) / 2) < 0.5


def test_output_vectors_play_the_game_well():
    """What the last cell prints: the same gaps, the same kind of model, its output vectors."""
    corpus = world(np.random.default_rng(7), 20_000).sentences
    assert {tuple(tokens) for tokens in learned.sentences(30)}.isdisjoint(map(tuple, corpus))
    model = word2vec.train(
        corpus,
        rng=np.random.default_rng(7),
        architecture="CBOW",
        n_dimensions=50,
        epochs=10,
        learning_rate=0.1,
    )
    by_outputs, by_inputs = [], []
    outputs = Embeddings(model.embeddings.words, model.outputs)
    for tokens, i in gaps(30):
        mean = context_mean(tokens, i, 5, model.embeddings)
        by_outputs.append(outputs.words[int(np.argmax(model.outputs @ mean))] == tokens[i])
        by_inputs.append(nearest(model.embeddings, mean, 1)[0][0] == tokens[i])
    assert np.mean(by_outputs) > 0.3
    assert np.mean(by_inputs) < 0.02
