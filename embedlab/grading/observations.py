"""What can be said about a wrong outcome without knowing the mistake behind it."""

import inspect
import math
from collections.abc import Sequence
from dataclasses import dataclass

from embedlab.grading.answers import Plain, Table, Unordered, alike, members, shorten, show
from embedlab.grading.calls import Outcome
from embedlab.grading.declaration import Arguments, Check

# Arguments longer than this are written below the call instead of inside it.
_SHORT = 60


@dataclass(frozen=True)
class Trial:
    """One case of a check: what was asked, what is right, what the student's function did."""

    arguments: Arguments
    expected: Plain
    outcome: Outcome
    is_right: bool


def silence(
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


def observation(check: Check, wrong: Trial, trials: Sequence[Trial]) -> str:
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


def example(check: Check, wrong: Trial) -> str:
    """Return the call that went wrong, what was expected and what came instead."""
    names = parameters(check)
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


def parameters(check: Check) -> list[str]:
    """Return the names of a function's parameters, as the reference calls them."""
    return list(inspect.signature(check.task.reference).parameters)
