"""Judging outcomes: is a check passed, and if not, which sentence helps most?"""

import hashlib
import inspect
import math
import re
import textwrap
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any

import numpy as np

from embedlab.grading.answers import Plain, Table, Unordered, alike, members, shorten, show
from embedlab.grading.calls import Facts, Outcome, answers_of, call, call_each, facts
from embedlab.grading.declaration import Arguments, Assignment, Check, Mistake

# Arguments longer than this are written below the call instead of inside it.
_SHORT = 60
_WIDTH = 92
# In what share of the other checks' cases a mistake must agree with the student's results.
_AGREEMENT = 0.5

# How a sentence about a function as released begins.
STUB = "is not written yet"


class CheckFailed(AssertionError):  # noqa: N818 - a check fails, it has no error itself
    """A check that was not passed; Jupyter shows its sentence and no traceback."""

    def _render_traceback_(self) -> list[str]:
        return [wrapped(str(self))]


@dataclass(frozen=True)
class Trial:
    """One case of a check: what was asked, what is right, what the student's function did."""

    arguments: Arguments
    expected: Plain
    outcome: Outcome
    is_right: bool


def cases_of(check: Check, seed: str) -> list[Arguments]:
    """Return a check's cases for a seed, the same on every machine."""
    digest = hashlib.sha256(f"{seed}:{check.name}".encode()).digest()
    with _own_settings():
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
        return facts(check.task.name, functions, len(_parameters(check)))

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
        wanted = _parameters(check)
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
    expected = [outcome.value for outcome in _outcomes(check.task.reference, cases)]
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
        _silence(check, trials, elsewhere)
        or _named_mistake(check, trials, elsewhere)
        or _observation(check, wrong, trials)
    )
    return f"{sentence}\n{_example(check, wrong)}"


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


def _outcomes(function: Callable[..., Any], cases: Sequence[Arguments]) -> list[Outcome]:
    """Call a function of ours; a mistake may well divide by zero."""
    with _own_settings():
        return call_each(function, cases, {})


@contextmanager
def _own_settings() -> Iterator[None]:
    """Run our code as usual in a notebook that turns warnings into errors."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def _parameters(check: Check) -> list[str]:
    return list(inspect.signature(check.task.reference).parameters)


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
    defined = {
        other for other in known.callables if get_close_matches(other, tasks, n=1) == [name]
    }
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
    with _own_settings():
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
    result = call(mistake.function, arguments, {})
    if result.error_type != outcome.error_type or not alike(result.value, outcome.value):
        return False
    # Who leaves the inputs as they are has not made a mistake that changes them.
    if result.changed and not outcome.changed:
        return False
    # Where no set is wanted, a list is another mistake than a set.
    return wants_set or isinstance(result.value, Unordered) == isinstance(outcome.value, Unordered)


def _silence(
    check: Check, trials: Sequence[Trial], elsewhere: Sequence[tuple[Arguments, Outcome]]
) -> str:
    """Return what can be said where nothing was ever returned, and something was wanted."""
    outcomes = [*(trial.outcome for trial in trials), *(outcome for _, outcome in elsewhere)]
    if any(outcome.error or outcome.value is not None for outcome in outcomes):
        return ""
    if all(trial.expected is None for trial in trials):
        return ""
    name = check.task.name
    if any(outcome.printed for outcome in outcomes):
        return f"{name} prints something but returns nothing: use return, print only shows a value."
    return f"{name} returned nothing (None): does every way through it end in a return?"


def _observation(check: Check, wrong: Trial, trials: Sequence[Trial]) -> str:
    """Return what can be said about a wrong outcome without knowing the mistake."""
    name, outcome, value = check.task.name, wrong.outcome, wrong.outcome.value
    if outcome.is_interrupted:
        return f"{name} did not come to an end."
    if outcome.error_type == "SystemExit":
        return f"{name} calls exit(), which ends the whole program: leave a function by return."
    if outcome.error:
        return f"{name} stopped with an error."
    fits = check.task.answer.fits(value)
    if value is None and outcome.printed:
        return f"{name} prints something but returns nothing: use return, print only shows a value."
    if value is None and not fits:
        return f"{name} returned nothing (None): does every way through it end in a return?"
    if not fits:
        told = (
            f"{name} must return {check.task.answer.description}, not {_described(check, outcome)}"
        )
        return f"{told}: write list(...) around it." if outcome.is_iterator else f"{told}."
    if _has_nan(value):
        return f'{name} returned nan ("not a number"), which comes from dividing 0 by 0.'
    if outcome.changed and check.keeps_inputs:
        return f"{name} changes its inputs: work on a copy, or build something new."
    values = [trial.outcome.value for trial in trials]
    differ = any(not alike(trials[0].expected, trial.expected) for trial in trials)
    if differ and all(alike(values[0], other) for other in values):
        return f"{name} returns the same answer whatever the inputs are."
    difference = _difference(wrong.expected, value, check.task.answer.item)
    return f"{name} {difference or 'does not give the right answer yet'}."


def _described(check: Check, outcome: Outcome) -> str:
    """Return what came instead of the wanted kind of answer, and of a collection what is odd."""
    answer, value = check.task.answer, outcome.value
    if not answer.item or outcome.type_name.startswith("an array"):
        return outcome.type_name
    if isinstance(value, Table):
        odd = [pair for pair in value.items if not answer.fits(Table((pair,)))]
        return f"a dict with {show(odd[0][0])}: {show(odd[0][1])} in it" if odd else "a dict"
    odd_items = [item for item in members(value) or [] if not answer.fits([item])]
    return (
        f"{outcome.type_name} with {show(odd_items[0])} in it" if odd_items else outcome.type_name
    )


def _has_nan(value: Plain) -> bool:
    if isinstance(value, list):
        return any(map(_has_nan, value))
    if isinstance(value, Table):
        return any(_has_nan(number) for _, number in value.items)
    return isinstance(value, float) and math.isnan(value)


def _difference(expected: Plain, received: Plain, item: str) -> str:
    """Return in which way a collection is not the expected one, where words can say it."""
    if isinstance(expected, Unordered | Table):
        wanted, given = members(expected) or [], members(received) or []
        for here, there, verb in ((wanted, given, "leaves out"), (given, wanted, "also gives")):
            odd = [each for each in here if each not in there]
            if odd:
                return f"{verb} the {item} {show(odd[0])}"
    if isinstance(expected, Table) and isinstance(received, Table):
        right = dict(expected.items)
        odd = [key for key, number in received.items if not alike(right[key], number)]
        return f"gives a wrong number for the {item} {show(odd[0])}" if odd else ""
    if not isinstance(expected, list) or not isinstance(received, list):
        return ""
    if len(received) != len(expected):
        count = f"{len(received)} {item}{'s' * (len(received) != 1)}"
        return f"returns {count} here instead of {len(expected)}"
    if sorted(map(str, received)) == sorted(map(str, expected)):
        return f"returns the right {item}s in the wrong order"
    return ""


def _example(check: Check, wrong: Trial) -> str:
    """Return the call that went wrong, what was expected and what came instead."""
    names = _parameters(check)
    shown = {name: show(argument) for name, argument in zip(names, wrong.arguments, strict=True)}
    below = {name: text for name, text in shown.items() if len(text) > _SHORT}
    inside = ", ".join(name if name in below else text for name, text in shown.items())
    received = wrong.outcome.error or shorten(show(wrong.outcome.value))
    if wrong.outcome.changed and check.keeps_inputs and not wrong.outcome.error:
        position, value = wrong.outcome.changed
        received += f", but afterwards {names[position]} is {shorten(show(value))}"
    return "\n".join(
        [
            f"Example: {check.task.name}({inside})",
            *(f"    {name} = {text}" for name, text in below.items()),
            f"    expected: {show(wrong.expected)}",
            f"    received: {received}",
        ]
    )


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
