"""Judging outcomes: is a check passed, and if not, which sentence helps most?"""

import hashlib
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, lru_cache
from typing import Any

import numpy as np

from embedlab.grading.answers import Plain, Unordered, alike, show
from embedlab.grading.calls import Facts, Outcome, answers_of, facts
from embedlab.grading.declaration import Arguments, Assignment, Check, Mistake
from embedlab.grading.known import outcome_of, own_settings
from embedlab.grading.observations import Trial, example, observation, parameters, silence

_WIDTH = 92
# In what share of the other checks' cases a mistake must agree with the student's results.
_AGREEMENT = 0.5

# How a sentence about a function as released begins.
STUB = "is not written yet"


class CheckFailed(AssertionError):  # noqa: N818 - a check fails, it has no error itself
    """A check that was not passed; Jupyter shows its sentence and no traceback."""

    def _render_traceback_(self) -> list[str]:
        return [wrapped(str(self))]


def cases_of(check: Check, seed: str) -> list[Arguments]:
    """Return a check's cases for a seed, the same on every machine."""
    return list(_cases_of(check, seed))


# To judge one check, those of the function's other checks are needed too. Whoever calls a function
# with a case hands it a copy.
@lru_cache(maxsize=256)
def _cases_of(check: Check, seed: str) -> list[Arguments]:
    digest = hashlib.sha256(f"{seed}:{check.name}".encode()).digest()
    with own_settings():
        return check.cases(np.random.default_rng(list(digest)))


@dataclass(frozen=True)
class Work:
    """A student's functions, as far as judging needs them: plain data.

    Attributes:
        facts: What is known of the function of a check's task, by the name of the check.
        answers: What the function did in each of a check's cases, and in the first once more
            (unless it did not come to an end), by the name of the check.
    """

    facts: Callable[[str], Facts]
    answers: Callable[[str], Sequence[Outcome]]


def work_in(functions: Mapping[str, Any], assignment: Assignment, seed: str) -> Work:
    """Return the work of a student whose functions are here, called when they are asked for.

    Args:
        functions: The global names of the student's notebook.
        assignment: The assignment.
        seed: Where the cases come from.
    """

    @cache
    def answers(name: str) -> Sequence[Outcome]:
        check = assignment.checks[name]
        return answers_of(functions[check.task.name], cases_of(check, seed), functions)

    def facts_of(name: str) -> Facts:
        check = assignment.checks[name]
        return facts(check.task.name, functions, len(parameters(check)))

    return Work(cache(facts_of), answers)


def complaint(check: Check, work: Work, assignment: Assignment, seed: str) -> str:
    """Return why a check is not passed, in plain sentences; "" if it is passed.

    Args:
        check: The check.
        work: The student's functions.
        assignment: The assignment that the check belongs to.
        seed: Where the cases come from.
    """
    task, known = check.task, work.facts(check.name)
    if not known.is_callable:
        return _missing(task.name, known, assignment)
    if known.uses_package:
        return f"{task.name} takes its answer from embedlab. Write the formula with your own lines."
    if not known.fits:
        wanted = parameters(check)
        return (
            f"{task.name} must take {len(wanted)} arguments in this order, whatever you call "
            f"them: {task.name}({', '.join(wanted)}). Yours is {task.name}{known.signature}."
        )
    cases = cases_of(check, seed)
    *outcomes, again = work.answers(check.name)
    sentences = judge(check, cases, outcomes)
    if not sentences or again.is_interrupted:
        return sentences
    sentences = judge(check, cases, outcomes, _elsewhere(check, work, assignment, seed))
    if not alike(outcomes[0].value, again.value):
        sentences += (
            f"\nA second call of {task.name} with the same inputs gives another answer: does a "
            "list outside the function, or a default argument, keep something between calls?"
        )
    for name in task.builds_on:
        other = _first_failed(name, work, assignment, seed) if name in known.names_used else None
        if other:
            sentences += (
                f"\nYour {task.name} calls your {name}, which does not pass {other} yet. "
                f"Mend {name} first: this may come right by itself."
            )
    return sentences


def judge(
    check: Check,
    cases: Sequence[Arguments],
    outcomes: Sequence[Outcome],
    elsewhere: Sequence[tuple[Arguments, Outcome]] = (),
) -> str:
    """Return why the outcomes of a check's cases are not right; "" if they are.

    Only plain data is compared: nothing of the student's is called here.

    Args:
        check: The check.
        cases: Its cases.
        outcomes: What the student's function did in each.
        elsewhere: Cases of the function's other checks, and what it did there. A mistake that
            agrees with the student here and seldom there is not the student's mistake.
    """
    expected = [outcome_of(check.task.reference, arguments).value for arguments in cases]
    trials = [
        Trial(arguments, right, outcome, _is_right(check, arguments, right, outcome))
        for arguments, right, outcome in zip(cases, expected, outcomes, strict=True)
    ]
    failed = [trial for trial in trials if not trial.is_right]
    if not failed:
        return ""
    # After an interrupt no other case was tried.
    wrong = failed[0] if failed[0].outcome.is_interrupted else min(failed, key=_size)
    if wrong.outcome.is_stub:
        return f"{check.task.name} {STUB}: put your own lines in place of the stub."
    sentence = (
        silence(check, trials, elsewhere)
        or _named_mistake(check, trials, elsewhere)
        or observation(check, wrong, trials)
    )
    return f"{sentence}\n{example(check, wrong)}"


def _elsewhere(
    check: Check, work: Work, assignment: Assignment, seed: str
) -> list[tuple[Arguments, Outcome]]:
    """Return the cases of the function's other checks and what the function does there."""
    found: list[tuple[Arguments, Outcome]] = []
    for other in assignment.checks.values():
        is_over = bool(found) and found[-1][1].is_interrupted
        if other.task is check.task and other is not check and not is_over:
            found += zip(cases_of(other, seed), work.answers(other.name), strict=False)
    return found


def _size(trial: Trial) -> tuple[bool, int]:
    """Return how much there is to read in a case; what ran at all comes first."""
    return trial.outcome.is_interrupted, sum(len(show(argument)) for argument in trial.arguments)


def _is_right(check: Check, arguments: Arguments, expected: Plain, outcome: Outcome) -> bool:
    if outcome.error or not check.task.answer.fits(outcome.value):
        return False
    if check.keeps_inputs and outcome.changed:
        return False
    return check.same(arguments, expected, outcome.value)


def _missing(name: str, known: Facts, assignment: Assignment) -> str:
    if known.is_defined:
        return (
            f"{name} is {known.type_name} here, not a function: a later line gives that "
            "name another value. Choose another name there and run the cell of the function again."
        )
    tasks = {check.task.name for check in assignment.checks.values()}
    # A name that looks even more like another function asked for is meant for that one.
    defined = {other for other in known.callables if get_close_matches(other, tasks, n=1) == [name]}
    close = get_close_matches(name, sorted(defined - tasks), n=1)
    hint = f' You have {close[0]}: rename it to "{name}".' if close else ""
    return (
        f"There is no function called {name}. Run its cell first, and look for an error "
        f"there.{hint}"
    )


def _first_failed(name: str, work: Work, assignment: Assignment, seed: str) -> str | None:
    """Return the first check that another function of the student's does not pass."""
    for check in assignment.checks.values():
        if check.task.name == name and work.facts(check.name).is_callable:
            cases = cases_of(check, seed)
            if judge(check, cases, work.answers(check.name)[: len(cases)]):
                return check.name
    return None


def _named_mistake(
    check: Check, trials: Sequence[Trial], elsewhere: Sequence[tuple[Arguments, Outcome]]
) -> str:
    """Return the sentence of the common mistake that gives the student's very results."""
    if any(trial.outcome.changed for trial in trials) and check.keeps_inputs:
        return ""
    here = [(trial.arguments, trial.outcome) for trial in trials]
    wants_set = isinstance(trials[0].expected, Unordered)
    matching = [
        mistake
        for mistake in check.task.mistakes
        if all(_explains(mistake, *each, wants_set) for each in here)
    ]
    if not matching:
        return ""
    shares = [
        sum(_explains(mistake, *each, wants_set) for each in elsewhere) / (len(elsewhere) or 1)
        for mistake in matching
    ]
    best = max(shares)
    if elsewhere and best < _AGREEMENT:
        return ""
    return matching[shares.index(best)].sentence


def _explains(mistake: Mistake, arguments: Arguments, outcome: Outcome, wants_set: bool) -> bool:
    """Return whether a mistake leads to the student's very result in one case."""
    result = outcome_of(mistake.function, arguments)
    if result.error_type != outcome.error_type or not alike(result.value, outcome.value):
        return False
    # Who leaves the inputs as they are has not made a mistake that changes them.
    if result.changed and not outcome.changed:
        return False
    # Where no set is wanted, a list is another mistake than a set.
    return wants_set or isinstance(result.value, Unordered) == isinstance(outcome.value, Unordered)


def heading(check: Check, given: int) -> str:
    """Return a check's name with the points that it gave."""
    unit = ("bonus " if check.is_bonus else "") + ("point" if check.points == 1 else "points")
    return f"{check.name}: {given} of {check.points} {unit}"


def wrapped(text: str) -> str:
    """Return the text in lines that fit a notebook; what is broken goes on further to the right."""
    # A placeholder for the spaces between numbers, so that a row of a table stays whole.
    lines = [re.sub(r", (?=[-\d])", ",\ue000", line) for line in text.splitlines()]
    wrapped = "\n".join(
        textwrap.fill(
            line,
            _WIDTH,
            subsequent_indent=" " * 8 if line.startswith(" ") else "",
            break_long_words=False,
            break_on_hyphens=False,
        )
        for line in lines
    )
    return wrapped.replace("\ue000", " ")
