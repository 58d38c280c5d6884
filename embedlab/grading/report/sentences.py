"""What is said in many submissions, counted once for each sentence."""

import re
from collections.abc import Collection, Iterable

from embedlab.grading.batch.records import Record
from embedlab.grading.declaration import Assignment
from embedlab.grading.report.data import Finding

# What can forge or hide text on a terminal or a page, or cannot be written to a file at all.
_UNPRINTABLE = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
# What may follow the sentence that says what is wrong.
_EXAMPLE = re.compile(r"\n(?:Example: |A second call of |Your \w+ calls your )")
_LONG = 240
# By the values of single cases alone two sentences about one mistake may differ.
_VALUE = re.compile(r'"[^"]*"|(?<![\w<>/.])-?\d+(?:\.\d+)?(?![\w/>])')
_SEVERAL = re.compile(r"…(?:(?:, |: )…)+|[\[({]…,?[\])}]")


def clean(text: str) -> str:
    """Return a text with a sign in place of what can forge or hide others, or not be written."""
    return _UNPRINTABLE.sub("\ufffd", text)


def mistake_in(complaint: str) -> str:
    r"""Return what a check said is wrong, in one line, without the example.

    >>> mistake_in("You take the sum: take\nthe mean.\nExample: mean([1, 2])")
    'You take the sum: take the mean.'
    """
    line = " ".join(_EXAMPLE.split(complaint)[0].split())
    return line if len(line) <= _LONG else f"{line[:_LONG]}…"


def without_values(sentence: str) -> str:
    """Return a sentence with … for the numbers and strings of its case.

    >>> without_values('subwords leaves out the n-gram "<wh".')
    'subwords leaves out the n-gram ….'
    """
    masked, before = _VALUE.sub("…", sentence), ""
    while masked != before:
        before, masked = masked, _SEVERAL.sub("…", masked)
    return masked


def declared_sentences(assignment: Assignment | None) -> set[str]:
    """Return the sentences of the declared mistakes, in which every number matters."""
    checks = assignment.checks.values() if assignment else ()
    return {mistake.sentence for check in checks for mistake in check.task.mistakes}


def mistakes(records: Iterable[Record], named: Collection[str]) -> tuple[Finding, ...]:
    """Return what all complaints say, the commonest first."""
    students: dict[str, dict[str, None]] = {}
    checks: dict[str, dict[str, None]] = {}
    wordings: dict[str, set[str]] = {}
    for record in records:
        for cell, complaint in record.complaints.items():
            if not complaint:
                continue
            sentence = mistake_in(complaint)
            key = sentence if sentence in named else without_values(sentence)
            students.setdefault(key, {})[record.student] = None
            checks.setdefault(key, {})[cell] = None
            wordings.setdefault(key, set()).add(sentence)
    found = [
        Finding(
            clean(key if len(wordings[key]) > 1 else next(iter(wordings[key]))),
            tuple(map(clean, sorted(who))),
            tuple(map(clean, checks[key])),
        )
        for key, who in students.items()
    ]
    return tuple(sorted(found, key=_commonest))


def findings(said: Iterable[tuple[str, str]]) -> tuple[Finding, ...]:
    """Return who belongs to each sentence, the commonest first."""
    students: dict[str, dict[str, None]] = {}
    for student, sentence in said:
        students.setdefault(clean(sentence), {})[clean(student)] = None
    found = [Finding(sentence, tuple(sorted(who))) for sentence, who in students.items()]
    return tuple(sorted(found, key=_commonest))


def _commonest(finding: Finding) -> tuple[int, str]:
    return -len(finding.students), finding.sentence
