"""Courses for the tests of the instructor's report: from the bank, or invented."""

import functools
import json
import random
from datetime import UTC, datetime

from grading_helpers import SUBMISSIONS, in_environment

from embedlab.grading import ASSIGNMENTS
from embedlab.grading.batch.records import Record
from embedlab.grading.checks import STUB
from embedlab.grading.gradebook import Score
from embedlab.grading.report import Report, summary

WHEN = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
COSINE = ASSIGNMENTS["cosine"]
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'{{ 7 * 7 }}</style></script>"
# Some of the bank: the whole of it takes a minute.
BANK = (
    "absolute_value as_released brackets_forgotten correlation cosine_only dict_by_score "
    "everything_in_one_cell first_dropped numpy_lines plain_loops"
).split()
FAMILIES = (
    "Ahmadi Baker Chen Dubois Eriksen Fernandez García Haddad Ivanov Jung Kowalska Łukasik "
    "Müller Nguyen Okafor Petrov Quispe Rossi Şahin Tanaka Usman Vega Weber Xu Yılmaz Zhang"
).split()


@functools.cache
def bank() -> dict[str, dict[str, str]]:
    """Return what the checks say about some of the bank, judged with the public seed."""
    done = in_environment("python", SUBMISSIONS / "run.py", "cosine", *BANK)
    assert done.returncode == 0, done.stderr
    # The first line repeats the check's name and points.
    return {
        submission: {
            check: failed[check].partition("\n")[2] if check in failed else ""
            for check in COSINE.checks
        }
        for submission, failed in json.loads(done.stdout).items()
    }


def invented() -> dict[str, dict[str, str]]:
    """Return complaints like the bank's, which take no time: each function right, wrong, a stub."""
    complaints = {}
    for name in ("right", "wrong", "half", "stub"):
        said = dict.fromkeys(COSINE.checks, "")
        for index, check in enumerate(COSINE.checks.values()):
            mistakes = check.task.mistakes
            if name == "stub":
                said[check.name] = f"{check.task.name} {STUB}: put your own lines there."
            elif name == "wrong" or (name == "half" and index % 2):
                sentence = mistakes[index % len(mistakes)].sentence
                said[check.name] = f"{sentence}\nExample: {check.task.name}([1], [2])"
        complaints[name] = said
    return complaints


def marked(record: Record, by_hand: float | None = None) -> Score:
    """Return the score that belongs to a record; by_hand are the points of the answer in words."""
    points: dict[str, float | None] = {}
    for name, check in COSINE.checks.items():
        points[name] = 0.0 if record.complaints[name] else float(check.points)
    most = {name: 0.0 if c.is_bonus else float(c.points) for name, c in COSINE.checks.items()}
    words = dict.fromkeys(COSINE.manual_points, by_hand)
    return Score(record.student, {**points, **words}, {**most, **COSINE.manual_points})


def course(complaints: dict[str, dict[str, str]], n: int = 500) -> Report:
    """Return the report of n students who handed in one of these each, and what befell some."""
    numbers, records, scores = random.Random(5), [], []
    for index in range(n):
        student = f"{FAMILIES[index % len(FAMILIES)].lower()}{index:03}"
        if index % 83 == 11:
            problem = "cosine.ipynb is not a notebook: it is not valid JSON."
            records.append(Record(student, "cosine", "f", problem=problem))
            continue
        check = numbers.choice(list(COSINE.checks))
        records.append(
            Record(
                student,
                "cosine",
                "f",
                isolation="bubblewrap",
                complaints=complaints[numbers.choice(list(complaints))],
                repairs=(f"The check cell {check} was changed: the original is back.",)
                * (index % 9 == 0),
                limits=("The cell nearest ran for more than 10 s: it was interrupted.",)
                * (index % 61 == 7),
                suspicions=(f"Its cosine is that of dubois{index - 1:03}, but for the names.",)
                * (index % 37 == 5),
            )
        )
        scores.append(
            marked(records[-1], None if index % 5 == 0 else numbers.choice([0, 1, 1.5, 2]))
        )
    return summary("cosine", COSINE, records, scores, when=WHEN)
