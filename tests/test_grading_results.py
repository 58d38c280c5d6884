"""What follows when all are graded: feedback with a person's marks in it, work that is alike."""

import shutil
from concurrent.futures import Future

import pytest
from grading_batches import SEED, course_of, grade, hand_in, undisturbed, without_sandboxes
from grading_helpers import SUBMISSIONS, builder, expected

from embedlab.grading import ASSIGNMENTS, SEED_VARIABLE
from embedlab.grading.alike.originals import Originals
from embedlab.grading.alike.syntax import own_functions
from embedlab.grading.batch import results
from embedlab.grading.batch.pools import Workers
from embedlab.grading.batch.records import Record, save
from embedlab.grading.database import opened

pytestmark = pytest.mark.sandbox

TWO = {"ada": "slices_and_comprehensions", "bela": "loops_only"}


def page(course, student):
    return course.output / "feedback" / student / "ngrams" / "ngrams.html"


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    return undisturbed(tmp_path_factory.getbasetemp())[1]


def test_a_persons_marks_come_into_the_feedback(known, tmp_path, monkeypatch):
    """With workers that know the results; others write feedback in a test of PostgreSQL."""
    monkeypatch.setenv(SEED_VARIABLE, SEED)
    course = course_of(hand_in(tmp_path / "submitted", TWO), tmp_path / "output")
    with without_sandboxes(known):
        _assert_marks_come_into_the_feedback(course)


def _assert_marks_come_into_the_feedback(course):
    assert grade(course).summary == "Graded 2 of 2 submissions"
    before = {student: page(course, student).stat().st_mtime_ns for student in TWO}
    (question,) = ASSIGNMENTS["ngrams"].manual_points
    with opened(course) as gradebook:
        mark = gradebook.find_grade(question, "ngrams", "ngrams", "ada")
        mark.manual_score, mark.needs_manual_grade = 1.5, False
        gradebook.find_comment(question, "ngrams", "ngrams", "ada").manual_comment = "Well put"
        gradebook.db.commit()
    again = grade(course)
    assert again.summary == "Graded 0 of 2 submissions; 2 had not changed"
    assert "Well put" in page(course, "ada").read_text(encoding="utf-8")
    assert page(course, "bela").stat().st_mtime_ns == before["bela"]
    (ada, _) = again.scores
    assert ada.points[question] == 1.5
    # A third time nothing is left to do; and a page that was lost is written once more.
    now = page(course, "ada").stat().st_mtime_ns
    grade(course)
    assert page(course, "ada").stat().st_mtime_ns == now
    shutil.rmtree(course.output / "feedback")
    grade(course)
    assert "Well put" in page(course, "ada").read_text(encoding="utf-8")


class Here:
    """An executor that works at once."""

    def submit(self, work, item):
        future = Future()
        future.set_result(work(item))
        return future

    def shutdown(self, **_):
        pass


def test_copied_work_is_said_of_both_with_the_lines(tmp_path):
    """One copy among independent work; nobody else is named."""
    course = course_of(tmp_path, tmp_path / "output")
    names = [
        name
        for name, row in expected("cosine").items()
        if not row.get("fails") and "# based on" not in _text(name)
    ]
    work = {f"student{number}": name for number, name in enumerate(names)}
    work["copier"] = "plain_loops"
    tasks = list(dict.fromkeys(c.task.name for c in ASSIGNMENTS["cosine"].checks.values()))
    for student, name in work.items():
        sources = [source for _, source in builder().read_cells("cosine", name)]
        own = own_functions(sources, [], tasks)
        save(Record(student, "cosine", "", sources=own), course.records)
    terms = results.Terms("cosine", "", "none", "", None, Originals({}))
    said = results.copied_from_each_other(course, terms, Workers(1, Here, lambda: None))
    original = next(student for student, name in work.items() if name == "plain_loops")
    assert set(said) == {original, "copier"}
    assert f"the work of {original}" in said["copier"][0]
    assert "for example" in said["copier"][0]


def _text(name):
    return (SUBMISSIONS / "cosine" / f"{name}.py").read_text(encoding="utf-8")
