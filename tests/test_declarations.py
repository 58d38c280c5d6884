"""Laws that hold for every assignment's declaration: its cases, its reference, its mistakes."""

import functools
import inspect
import warnings

import numpy as np
import pytest

from embedlab.grading import ASSIGNMENTS, PUBLIC_SEED
from embedlab.grading.answers import alike, plain
from embedlab.grading.calls import call_each
from embedlab.grading.checks import cases_of, judge

CHECKS = {
    check.name: check for assignment in ASSIGNMENTS.values() for check in assignment.checks.values()
}
TASKS = list(dict.fromkeys(check.task for check in CHECKS.values()))
SEEDS = [PUBLIC_SEED, "a", "b"]
MANY_SEEDS = [*SEEDS, *map(str, range(25))]

each_check = pytest.mark.parametrize("check", CHECKS.values(), ids=lambda check: check.name)


def outcomes(function, cases):
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return call_each(function, cases, {})


@functools.cache
def kept_cases(check_name, seed):
    """Return the cases, made once: every call gets copies of them."""
    return cases_of(CHECKS[check_name], seed)


def verdict(check, function, seed=PUBLIC_SEED):
    """Return what somebody with this function is told; "" if the check is passed."""
    cases = kept_cases(check.name, seed)
    return judge(check, cases, outcomes(function, cases))


# --- assignments ---------------------------------------------------------------------------


def test_the_four_assignments_ask_for_what_the_contract_names():
    functions = {
        name: list(dict.fromkeys(c.task.name for c in each.checks.values() if not c.is_bonus))
        for name, each in ASSIGNMENTS.items()
    }
    assert functions == {
        "cosine": ["cosine", "nearest", "analogy"],
        "ngrams": ["word_ngrams", "count_word_ngrams", "char_ngrams", "subwords"],
        "cbow": ["context", "cbow_predict", "closer"],
        "sentences": ["mean_vector", "idf_table", "sentence_vector", "sentence_similarity"],
    }


@pytest.mark.parametrize("assignment", ASSIGNMENTS.values(), ids=lambda each: each.name)
def test_points(assignment):
    assert (assignment.auto_points, assignment.max_points, assignment.bonus_points) == (18, 20, 2)
    assert all(check.points > 0 for check in assignment.checks.values())


def test_names_are_unique_and_say_the_property():
    assert len(CHECKS) == sum(len(each.checks) for each in ASSIGNMENTS.values())
    for name, check in CHECKS.items():
        assert name.startswith(f"{check.task.name}_"), name


def test_a_function_with_inputs_that_can_change_is_asked_to_leave_them():
    for task in TASKS:
        checks = [check for check in CHECKS.values() if check.task is task]
        mutable = any(
            isinstance(argument, list | dict | set | np.ndarray)
            for check in checks
            for case in kept_cases(check.name, PUBLIC_SEED)
            for argument in case
        )
        if mutable and not checks[0].is_bonus:
            assert any(check.keeps_inputs for check in checks), task.name


# --- cases ---------------------------------------------------------------------------------


@each_check
def test_the_cases_depend_on_the_seed_alone(check):
    first, again = (plain(cases_of(check, "one")) for _ in range(2))
    assert first == again
    # Some properties have no more than a few cases in all; two seeds may then meet.
    assert any(plain(cases_of(check, seed)) != first for seed in MANY_SEEDS)


@each_check
def test_the_reference_passes_whatever_the_seed(check):
    # A case that is rarely made must not stop the checker: with many more seeds, right work in
    # several styles is compared with the reference in the tests of each assignment.
    for seed in MANY_SEEDS[:8]:
        assert verdict(check, check.task.reference, seed) == ""


@each_check
def test_the_cases_fit_the_reference(check):
    n_parameters = len(inspect.signature(check.task.reference).parameters)
    assert all(len(case) == n_parameters for case in kept_cases(check.name, PUBLIC_SEED))


# --- wrong answers -------------------------------------------------------------------------

MISTAKES = [
    pytest.param(task, mistake, id=f"{task.name}-{i}")
    for task in TASKS
    for i, mistake in enumerate(task.mistakes)
]


@pytest.mark.parametrize(("task", "mistake"), MISTAKES)
def test_a_mistake_costs_the_same_whatever_the_seed_and_is_named(task, mistake):
    verdicts = set()
    named = []
    checks = [check for check in CHECKS.values() if check.task is task]
    for seed in SEEDS:
        found = {c.name: (c, kept_cases(c.name, seed)) for c in checks}
        did = {name: outcomes(mistake.function, cases) for name, (_, cases) in found.items()}
        told = {}
        for name, (check, cases) in found.items():
            others = [
                pair
                for other in did
                if other != name
                for pair in zip(found[other][1], did[other], strict=True)
            ]
            told[name] = judge(check, cases, did[name], others)
        verdicts.add(tuple(name for name, sentences in told.items() if sentences))
        named += [mistake.sentence in sentences for sentences in told.values() if sentences]
    assert len(verdicts) == 1
    assert verdicts != {()}
    # One mistake can look like another in one check; it is named in most, if it fails several.
    assert sum(named) >= len(named) / 2


@each_check
def test_a_check_is_failed_by_some_mistake_of_its_own(check):
    """Negative control of the declaration: a check that nothing fails would be idle."""
    assert any(verdict(check, mistake.function) for mistake in check.task.mistakes)


@each_check
@pytest.mark.parametrize("answer", [0, 0.0, 1, "", [], None, {}, set()], ids=repr)
def test_a_constant_never_earns_a_point(check, answer):
    assert verdict(check, lambda *_: answer)


@each_check
def test_echoing_an_argument_never_earns_a_point(check):
    for position in range(len(kept_cases(check.name, PUBLIC_SEED)[0])):
        assert verdict(check, lambda *given, position=position: given[position])


def altered(answer, how):
    """Return an answer made wrong in one way, or None where that way does not apply."""
    if isinstance(answer, set):
        answer = sorted(answer)
    if isinstance(answer, dict):
        items = list(answer.items())
        ways = {
            "drop the first": lambda: dict(items[1:]),
            "drop the last": lambda: dict(items[:-1]),
            "repeat the last": lambda: {**answer, "x": items[-1][1]},
            "one percent more": lambda: {**answer, items[0][0]: 1.01 * items[0][1]},
        }
    elif isinstance(answer, list | np.ndarray):
        items = list(answer)
        ways = {
            "drop the first": lambda: items[1:],
            "drop the last": lambda: items[:-1],
            "repeat the last": lambda: [*items, items[-1]],
            "turn round": lambda: items[::-1],
            "one percent more": lambda: [1.01 * x for x in items],
            "minus": lambda: [-x for x in items],
        }
    else:
        ways = {
            "one percent more": lambda: 1.01 * answer,
            "minus": lambda: -answer,
            "repeat the last": lambda: answer + answer[-1],
        }
    try:
        return ways[how]()
    except (KeyError, IndexError, TypeError):
        return None


WAYS = ["drop the first", "drop the last", "repeat the last", "turn round", "one percent more"]


@pytest.mark.parametrize("how", [*WAYS, "minus"])
@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_what_one_check_overlooks_another_sees(task, how):
    """Each check looks at one property; together they must leave no way to be wrong."""
    is_altered = False

    def student(*given):
        nonlocal is_altered
        answer = task.reference(*given)
        other = altered(answer, how)
        is_set_again = isinstance(answer, set) and other is not None and set(other) == answer
        if other is None or is_set_again or alike(plain(answer), plain(other)):
            return answer
        is_altered = True
        return other

    failed = [c.name for c in CHECKS.values() if c.task is task and verdict(c, student)]
    assert bool(failed) == is_altered


@each_check
def test_changing_the_inputs_costs_its_own_check_only(check):
    """Whoever empties the lists after the work is done has done the work."""

    def student(*given):
        answer = check.task.reference(*given)
        for argument in given:
            if isinstance(argument, list | dict | set):
                argument.clear()
            elif isinstance(argument, np.ndarray):
                argument[...] = 99
        return answer

    has_inputs = any(
        isinstance(argument, list | dict | set | np.ndarray)
        for case in kept_cases(check.name, PUBLIC_SEED)
        for argument in case
    )
    assert bool(verdict(check, student)) == (check.keeps_inputs and has_inputs)


def test_no_sentence_is_given_to_two_functions_by_accident():
    """A sentence names no function, but it must fit: those of one task never name another's."""
    names = {task.name for task in TASKS}
    for task in TASKS:
        for mistake in task.mistakes:
            assert mistake.sentence.rstrip().endswith((".", ":", ")")), mistake.sentence
            words = set(mistake.sentence.replace("(", " ").replace(":", " ").split())
            foreign = {name for name in words & names if "_" in name} - {task.name, *task.builds_on}
            assert not foreign, mistake.sentence
