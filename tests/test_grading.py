"""The checks: fair to every correct style, exact about what is wrong, and never in the way."""

import _thread
import os
import re
import signal
import stat
import subprocess
import sys
import threading
import warnings
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from embedlab import vectors
from embedlab.grading import (
    ASSIGNMENTS,
    PUBLIC_SEED,
    SEED_VARIABLE,
    CheckFailed,
    check,
    state_version,
)
from embedlab.grading.answers import (
    NGRAMS,
    NUMBER_BY_WORD,
    SET_OF_STRINGS,
    STRINGS,
    VECTOR,
    WORD_OR_NONE,
    WORDS,
    alike,
    plain,
    show,
)
from embedlab.grading.batch.batch import students_of
from embedlab.grading.calls import Outcome, call, call_each
from embedlab.grading.checks import cases_of, complaint, judge, work_in
from embedlab.grading.course import CourseError, open_course, student_seed
from embedlab.grading.declaration import Check, Mistake, Task

ROOT = Path(__file__).resolve().parents[1]
COSINE = ASSIGNMENTS["cosine"]
CHECKS = list(COSINE.checks.values())
SEEDS = [PUBLIC_SEED, "a", "b", "c", "d"]


def outcomes(function, cases):
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return call_each(function, cases, {})


def said_of(declared, names, assignment, seed):
    """Return what is said of a check to a student whose notebook has these global names."""
    return complaint(declared, work_in(names, assignment, seed), assignment, seed)


def message(name, function, **others):
    """Return what a student with this function is told about one check."""
    task = COSINE.checks[name].task.name
    return said_of(COSINE.checks[name], {task: function, **others}, COSINE, PUBLIC_SEED)


def right(u, v):
    u, v = np.asarray(u, float), np.asarray(v, float)
    lengths = np.linalg.norm(u) * np.linalg.norm(v)
    return u @ v / lengths if lengths else 0.0


# --- right answers -------------------------------------------------------------------------


COSINES = {
    "a NumPy scalar": lambda u, v: np.float64(right(u, v)),
    "single precision": lambda u, v: np.float32(right(np.float32(u), np.float32(v))),
    "a 0-d array": lambda u, v: np.array(right(u, v)),
    "a Fraction": lambda u, v: Fraction(right(u, v)),
    "a Decimal": lambda u, v: Decimal(right(u, v)),
    "within the tolerance": lambda u, v: right(u, v) * (1 + 9e-5),
}


@pytest.mark.parametrize("style", COSINES)
def test_every_kind_of_number_passes(style):
    for declared in CHECKS:
        if declared.task.name == "cosine":
            assert message(declared.name, COSINES[style]) == ""


CHATTY = """
import logging, sys, warnings
import numpy as np
from embedlab.grading import check

logging.basicConfig()

def cosine(u, v):
    print("called with", u, v)
    print("on stderr", file=sys.stderr)
    warnings.warn("a warning of the student's")
    logging.error("a record")
    return np.dot(u, v) / (np.linalg.norm(u) * np.linalg.norm(v))
"""


def test_what_a_function_says_reaches_neither_stdout_nor_stderr():
    """Stock nbgrader gives 0 points for a word on stderr."""
    done = python(CHATTY + f"check({FIRST!r}, version=2)")
    assert done.stdout == f"✓ {FIRST}: 2 of 2 points\n"
    assert done.stderr == ""
    loud = python(CHATTY + "cosine([1], [1])")
    assert all(word in loud.stderr for word in ("on stderr", "a warning", "a record"))


def test_any_sequence_of_strings_is_a_list_of_words():
    def student(word, words, rows, k):
        found = vectors.nearest(vectors.Embeddings(tuple(words), np.array(rows)), word, k)
        return np.array([name for name, _ in found])

    declared = COSINE.checks["nearest_gives_k_other_words"]
    for form in (tuple, list, np.array):
        cases = cases_of(declared, PUBLIC_SEED)
        assert (
            judge(declared, cases, outcomes(lambda *a, form=form: form(student(*a)), cases)) == ""
        )


def test_a_function_may_rely_on_its_own_warning_filter():
    """The checker must not reset filters: this student turns nan into 0.0 by means of one."""

    def student(u, v):
        u, v = np.asarray(u, float), np.asarray(v, float)
        try:
            return np.dot(u, v) / (np.linalg.norm(u) * np.linalg.norm(v))
        except RuntimeWarning:
            return 0.0

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert message("cosine_of_a_zero_vector_is_zero", student) == ""


# --- what a student is told ----------------------------------------------------------------

FIRST = "cosine_of_ordinary_vectors"


def test_a_named_mistake_with_its_example():
    told = message(FIRST, lambda u, v: u @ v)
    assert told == (
        "You left out the division by the two lengths (norms).\n"
        "Example: cosine(np.array([2.5, -3.8]), np.array([5.1, 2.6]))\n"
        "    expected: 0.110221\n"
        "    received: 2.87"
    )
    # By hand: 2.5 * 5.1 - 3.8 * 2.6 = 2.87 and 2.87 / sqrt((6.25 + 14.44) (26.01 + 6.76)).
    assert f"{2.87 / (20.69 * 32.77) ** 0.5:.6f}" == "0.110221"


class AlwaysEqual:
    def __eq__(self, other):
        return True

    __hash__ = None


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (None, "cosine returned nothing (None)"),
        ("0.5", "cosine must return one number, not a string."),
        (np.array([[0.5]]), "cosine must return one number, not an array of shape (1, 1)."),
        ({"cosine": 0.5}, "cosine must return one number, not a dict."),
        ({0.5}, "cosine must return one number, not a set."),
        (0.5 + 0j, "cosine must return one number, not a complex number."),
        (AlwaysEqual(), "cosine must return one number, not an AlwaysEqual."),
        (float("nan"), 'cosine returned nan ("not a number")'),
        (0.9965, "cosine returns the same answer whatever the inputs are."),
    ],
)
def test_a_wrong_kind_of_answer(answer, sentence):
    assert message(FIRST, lambda u, v: answer).startswith(sentence)


def test_printing_instead_of_returning():
    assert "use return, print only shows a value" in message(FIRST, lambda u, v: print(right(u, v)))


def test_words_too_few_and_in_the_wrong_order():
    def swapped(word, words, rows, k):
        a, b, *rest = vectors.nearest(vectors.Embeddings(tuple(words), np.array(rows)), word, k)
        return [name for name, _ in (b, a, *rest)]

    declared = COSINE.checks["nearest_lists_the_best_first"]
    cases = cases_of(declared, PUBLIC_SEED)
    assert "the right words in the wrong order" in judge(declared, cases, outcomes(swapped, cases))
    short = judge(declared, cases, outcomes(lambda *a: swapped(*a)[2:], cases))
    assert re.search(r"nearest returns \d words? here instead of \d\.", short)


@pytest.mark.parametrize(
    ("kind", "expected", "received", "told"),
    [
        (SET_OF_STRINGS, {"<a", "b>"}, {"b>"}, 'f leaves out the string "<a".'),
        (SET_OF_STRINGS, {"<a"}, ["<a", "b"], 'f also gives the string "b".'),
        (NUMBER_BY_WORD, {"a": 1.0, "b": 2.0}, {"a": 1.0}, 'f leaves out the word "b".'),
        (NUMBER_BY_WORD, {"a": 1.0}, {"a": 2.0}, 'f gives a wrong number for the word "a".'),
        (
            NGRAMS,
            [("a",), ("b",)],
            [["b"], ["a"]],
            "f returns the right n-grams in the wrong order.",
        ),
        (NGRAMS, [("a",), ("b",)], [("a",)], "f returns 1 n-gram here instead of 2."),
        (VECTOR, [1.0, 2.0], [1.0, 2.0, 3.0], "f returns 3 numbers here instead of 2."),
        (VECTOR, [1.0, 2.0], [float("nan")] * 2, 'f returned nan ("not a number")'),
        (VECTOR, [1.0, 2.0], np.ones((1, 2)), "not an array of shape (1, 2)."),
        (VECTOR, [1.0, 2.0], [1.0, 2.5], "f does not give the right answer yet."),
        (NGRAMS, [("a",)], (x for x in [("a",)]), "not a generator: write list(...) around it."),
        (WORDS, ["a"], map(str, "a"), "not a map: write list(...) around it."),
        (NGRAMS, [("a",)], [("a",), "b"], 'not a list with "b" in it.'),
        (WORD_OR_NONE, None, "a", "f does not give the right answer yet."),
        (WORD_OR_NONE, "a", None, "f returned nothing (None)"),
    ],
)
def test_what_is_said_of_collections(kind, expected, received, told):
    declared = Check("f_is", 1, Task("f", kind, lambda x: expected, ()), lambda rng: [(1,), (2,)])
    said = judge(declared, [(1,), (2,)], outcomes(lambda x: received, [(1,), (2,)]))
    assert told in said.split("\n")[0]


def test_the_smallest_failing_case_is_shown():
    cases = [(np.arange(1.0, 9.0), np.ones(8)), ([1, 2], [3, 4]), ([1, 2, 3], [3, 4, 5])]
    said = judge(COSINE.checks[FIRST], cases, outcomes(lambda u, v: 7.0, cases))
    assert "Example: cosine([1, 2], [3, 4])\n" in said
    # After an interrupt nothing else was called, so the case that was running is shown.
    stopped = Outcome(error_type="KeyboardInterrupt", error="nothing")
    said = judge(COSINE.checks[FIRST], cases, [stopped] * 3)
    assert "Example: cosine(np.array([1.0, 2.0, 3.0" in said


def test_changed_inputs():
    def student(u, v):
        result = right(u, v)
        u[0] = 99
        return result

    told = message("cosine_leaves_its_inputs_unchanged", student)
    assert told.startswith("cosine changes its inputs")
    assert ", but afterwards u is [99, " in told
    assert message(FIRST, student) == "", "changing inputs costs its own check only"


def test_a_missing_a_misspelled_and_an_overwritten_function():
    declared = COSINE.checks[FIRST]
    assert "There is no function called cosine." in said_of(declared, {}, COSINE, PUBLIC_SEED)
    told = said_of(declared, {"cosin": right}, COSINE, PUBLIC_SEED)
    assert told.endswith('You have cosin: rename it to "cosine".')
    assert "cosine is a float here, not a function" in message(FIRST, 0.5)
    assert "cosine is an int here, not a function" in message(FIRST, 5)


def test_a_name_closer_to_another_function_is_meant_for_that_one():
    ngrams = ASSIGNMENTS["ngrams"]
    declared = ngrams.checks["char_ngrams_mark_both_ends"]
    for other in ("word_ngrams", "word_ngram"):
        told = said_of(declared, {other: right}, ngrams, PUBLIC_SEED)
        assert "You have" not in told
    told = said_of(declared, {"char_ngram": right, "word_ngrams": right}, ngrams, PUBLIC_SEED)
    assert told.endswith('You have char_ngram: rename it to "char_ngrams".')


STUDENT = """\
def helper(x):
    return x / 0

def cosine(u, v):
    # a comment

    return helper(1)

def stub(u, v):
    raise NotImplementedError()

def calls_stub(word, words, vectors, k):
    return cosine([1], [1])
"""


@pytest.fixture
def student():
    """Names as a notebook would define them, with the source where a traceback looks for it."""
    import linecache

    filename = "<cell>"
    linecache.cache[filename] = (len(STUDENT), None, STUDENT.splitlines(keepends=True), filename)
    names = {"__name__": "__main__"}
    exec(compile(STUDENT, filename, "exec"), names)
    return names


def test_an_exception_is_shown_at_the_students_own_line(student):
    told = said_of(COSINE.checks[FIRST], student, COSINE, PUBLIC_SEED)
    assert told.endswith(
        "received: an error in line 2 of its cell, `return x / 0`: "
        "ZeroDivisionError: division by zero"
    )
    assert "embedlab" not in told


def test_a_stub_is_called_unwritten_but_not_the_function_that_calls_it(student):
    student["cosine"] = student["stub"]
    student["nearest"] = student["calls_stub"]
    told = said_of(COSINE.checks[FIRST], student, COSINE, PUBLIC_SEED)
    assert told == "cosine is not written yet: put your own lines in place of the stub."
    name = "nearest_lists_the_best_first"
    told = said_of(COSINE.checks[name], student, COSINE, PUBLIC_SEED)
    assert "not written yet" not in told
    assert f"Your nearest calls your cosine, which does not pass {FIRST} yet." in told


def test_an_exception_that_cannot_be_shown_and_an_exit():
    class BadError(Exception):
        def __str__(self):
            raise ValueError

    def student(u, v):
        raise BadError

    assert "cosine stopped with an error." in message(FIRST, student)
    assert "SystemExit" in message(FIRST, lambda u, v: sys.exit())


def test_an_endless_loop_is_interrupted_once():
    calls = []

    def student(u, v):
        calls.append(1)
        while True:
            pass

    # A process started in the background ignores the interrupt; a kernel, never.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        threading.Timer(0.2, _thread.interrupt_main).start()
        told = message(FIRST, student)
    finally:
        signal.signal(signal.SIGINT, before)
    assert "it ran for too long and was stopped" in told
    assert len(calls) == 1, "a second endless loop would swallow the next cells' time"


@pytest.mark.parametrize(
    "source",
    [
        "from embedlab.vectors import cosine",
        "from embedlab.vectors import cosine as theirs\ndef cosine(u, v): return theirs(u, v)",
        "import embedlab.vectors\ndef cosine(u, v): return embedlab.vectors.cosine(u, v)",
        "def cosine(u, v):\n    from embedlab import vectors\n    return vectors.cosine(u, v)",
        "def cosine(*x):\n    from embedlab.grading import cosine as p\n    return p.reference(*x)",
        "import embedlab.grading as g\ndef cosine(*x): return g.ASSIGNMENTS['cosine'](*x)",
        "from embedlab.grading import cosine as p\ndef cosine(*x): return p.reference(*x)",
        "import embedlab.vectors as e\ndef h(u, v): return e.cosine(u, v)\n"
        "cosine = lambda u, v: [h(u, v) for _ in '1'][0]",
    ],
)
def test_the_package_earns_nothing(source):
    names = {"__name__": "__main__"}
    exec(source, names)
    told = said_of(COSINE.checks[FIRST], names, COSINE, PUBLIC_SEED)
    assert "cosine takes its answer from embedlab" in told


def test_data_of_the_package_and_names_that_only_look_like_it_are_no_theft():
    """Learned vectors in a global name, an attribute called like a module: both are fine."""
    source = """
from embedlab import learned
E = learned.skip_gram()
class Table:
    learned = 1.0
def cosine(u, v):
    assert Table.learned and E is not None
    return right(u, v)
"""
    names = {"__name__": "__main__", "right": right}
    exec(source, names)
    assert said_of(COSINE.checks[FIRST], names, COSINE, PUBLIC_SEED) == ""


def test_a_function_with_other_parameters_is_told_which_are_wanted():
    told = message(FIRST, lambda u: u)
    assert told == (
        "cosine must take 2 arguments in this order, whatever you call them: cosine(u, v). "
        "Yours is cosine(u)."
    )
    for fine in (lambda *given: right(*given), lambda a, b, c=3, *, d=4: right(a, b), max):
        assert "must take" not in message(FIRST, fine)


def test_a_notebook_that_turns_everything_into_errors():
    """The checker's own arithmetic must not stumble over the student's settings."""
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        for name, declared in COSINE.checks.items():
            if declared.task.name == "cosine":
                assert message(name, right) == ""


HOSTILE = """
class Answering(dict):
    __getattr__ = dict.__getitem__
C = Answering(one=1.0)
def cosine(u, v):
    import sys
    sys.stdout.close()
    return C.one * right(u, v)
cosine.__signature__ = "none"
"""


def test_odd_globals_and_a_closed_stream_are_no_fault():
    names = {"__name__": "__main__", "right": right}
    exec(HOSTILE, names)
    assert said_of(COSINE.checks[FIRST], names, COSINE, PUBLIC_SEED) == ""


def test_a_function_that_mentions_a_check_is_still_its_own():
    names = {"check": check, "right": right}
    exec("def cosine(u, v):\n    return right(u, v) if True else check('x')", names)
    assert said_of(COSINE.checks[FIRST], names, COSINE, PUBLIC_SEED) == ""


def test_something_kept_between_calls_is_found():
    def student(u, v, sums=[]):  # noqa: B006 - the mistake in question
        sums.append(right(u, v))
        return sum(sums)

    assert "A second call of cosine with the same inputs gives another answer" in message(
        FIRST, student
    )
    assert "A second call" not in message(FIRST, lambda u, v: u @ v)


def test_a_mistake_that_fits_one_check_by_chance_is_not_named():
    """Only here is the result that of a mistake; in the other checks it is not."""
    declared = COSINE.checks["cosine_of_a_zero_vector_is_zero"]
    cases = cases_of(declared, PUBLIC_SEED)
    done = outcomes(lambda u, v: right(u, v) if np.any(u) and np.any(v) else 1.0, cases)
    sentence = "You return 1.0 for a zero vector"
    assert sentence in judge(declared, cases, done)
    ordinary = cases_of(COSINE.checks[FIRST], PUBLIC_SEED)
    others = list(zip(ordinary, outcomes(right, ordinary), strict=True))
    assert sentence in judge(declared, cases, done, others)
    others = list(zip(ordinary, outcomes(lambda u, v: 7.0, ordinary), strict=True))
    assert sentence not in judge(declared, cases, done, others)


def adding_in_place(rows):
    total = rows[0]
    for row in rows[1:]:
        total += row
    return total


def first_row_twice(rows):
    """Return the same as adding_in_place where the rows are equal, and change nothing."""
    return 2 * rows[0]


def test_a_mistake_that_changes_its_inputs_is_named_only_where_they_are_changed():
    sentence = "You add into the first row."
    task = Task("mean_row", VECTOR, lambda rows: rows[0], (Mistake(sentence, adding_in_place),))
    declared = Check("mean_row_of_equal_rows", 1, task, lambda rng: [])
    rows = np.array([[1.0, 2.0], [1.0, 2.0]])
    # The second table has one row only, which nobody changes.
    given = [(rows,), (rows[:1] * 3,)]
    for function, is_named in ((adding_in_place, True), (first_row_twice, False)):
        done = call_each(lambda x, f=function: f(x) if len(x) > 1 else x[0], given, {})
        assert (sentence in judge(declared, given, done)) == is_named
    assert rows.tolist() == [[1.0, 2.0], [1.0, 2.0]]


def test_a_huge_answer_is_cut_short():
    for answer in (["x"] * 1_000_000, "x" * 1_000_000, [0.5] * 1000):
        assert len(message(FIRST, lambda u, v, answer=answer: answer)) < 2000


# --- check, as a notebook calls it ---------------------------------------------------------


def test_check_prints_one_line(capsys):
    check(FIRST, {"cosine": right}, version=2)
    assert capsys.readouterr() == (f"✓ {FIRST}: 2 of 2 points\n", "")


def test_check_raises_a_sentence_that_jupyter_shows_without_traceback():
    with pytest.raises(CheckFailed) as raised:
        check(FIRST, {}, version=2)
    assert raised.value._render_traceback_() == [str(raised.value)]
    assert str(raised.value).startswith(f"✗ {FIRST}: 0 of 2 points\nThere is no function")


def test_a_long_message_is_shown_in_lines_that_fit_the_page():
    with pytest.raises(CheckFailed) as raised:
        check("analogy_finds_the_word", {"analogy": lambda a, b, c, words, rows: [c]}, version=2)
    (shown,) = raised.value._render_traceback_()
    assert max(map(len, shown.splitlines())) <= 92
    assert shown.split() == str(raised.value).split(), "nothing but line breaks is added"
    words, rest = shown.split("words = ")[1].split("vectors = np.array(")
    vectors_shown = rest[: rest.index(")")]
    assert len(eval(" ".join(vectors_shown.split()))) == len(eval(" ".join(words.split())))


def test_check_looks_at_the_names_of_its_caller():
    """So a notebook that reuses the name globals is checked as any other."""
    source = "import embedlab.grading\nglobals = 0\nembedlab.grading.check(name, version=2)"
    exec(source, {"name": FIRST, "cosine": right})
    with pytest.raises(CheckFailed, match="no function called cosine"):
        exec(source, {"name": FIRST})


@pytest.mark.parametrize(
    ("version", "remedy"),
    [
        (1, "Take the notebook from the course page once more and copy your functions into it."),
        (3, "Take the package from the course page once more, install it"),
    ],
)
def test_notebook_and_package_of_different_versions(version, remedy, capsys):
    with pytest.raises(CheckFailed) as raised:
        check(FIRST, {"cosine": right}, version=version)
    told = str(raised.value)
    assert told.startswith(f"This notebook is version {version} of the assignment cosine, but")
    assert remedy in told
    state_version("cosine", version)
    assert capsys.readouterr().out == f"{told}\n"


def test_the_first_notebooks_stated_no_version():
    with pytest.raises(CheckFailed, match="This notebook is version 1 of the assignment cosine"):
        check(FIRST, {"cosine": right})


def test_an_assignment_that_the_package_does_not_know(capsys):
    state_version("quaternions", 1)
    assert "has no assignment called quaternions. Take the package" in capsys.readouterr().out


def test_a_fault_of_the_checker_is_not_shown_as_the_students(monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("embedlab.grading.complaint", broken)
    with pytest.raises(CheckFailed, match=r"The check itself failed, with ZeroDivisionError.*Show"):
        check(FIRST, {"cosine": right}, version=2)


def test_an_unknown_check_says_that_the_package_is_too_old():
    with pytest.raises(
        CheckFailed, match=r"has no check called cosine_of_quaternions.*pip install"
    ):
        check("cosine_of_quaternions", {})


def test_the_secret_seed_decides_the_cases(monkeypatch):
    seen = []

    def student(u, v):
        seen.append(plain((u, v)))
        return right(u, v)

    check(FIRST, {"cosine": student}, version=2)
    public = seen.copy()
    seen.clear()
    monkeypatch.setenv(SEED_VARIABLE, "secret")
    check(FIRST, {"cosine": student}, version=2)
    assert len(seen) == len(public)
    assert not [case for case in seen if case in public]


# --- the course folder and the seed --------------------------------------------------------


@pytest.fixture
def course(tmp_path):
    (tmp_path / "nbgrader_config.py").touch()
    for name in ("cosine", "ngrams"):
        (tmp_path / "solutions" / name).mkdir(parents=True)
        (tmp_path / "solutions" / name / f"{name}.ipynb").touch()
    return open_course(tmp_path)


def test_each_student_has_a_seed_that_stays(course):
    first, second = (student_seed(course.secret_file, name, {}, "SEED") for name in ("ada", "bela"))
    assert first != second
    assert first == student_seed(course.secret_file, "ada", {}, "SEED")
    assert first != student_seed(course.secret_file, "ada", {"SEED": "other"}, "SEED")
    assert course.secret_file.read_text() not in first


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_the_seed_is_readable_by_its_owner_only(course):
    student_seed(course.secret_file, "ada", {}, "SEED")
    assert stat.S_IMODE(course.secret_file.stat().st_mode) == 0o600


def test_folders_that_are_not_as_they_should_be(course, tmp_path):
    with pytest.raises(CourseError, match=r"must be the course folder, with nbgrader_config\.py"):
        open_course(tmp_path / "solutions")
    with pytest.raises(CourseError, match="must be one of: cosine, ngrams; got 'cosin'"):
        course.require_assignment("cosin")
    with pytest.raises(CourseError, match="submitted must be an existing folder, got"):
        students_of(course, "cosine")
    course.submitted.mkdir(parents=True)
    with pytest.raises(CourseError, match="must hold submissions of cosine, got none"):
        students_of(course, "cosine")
    for student in ("ada", "bela"):
        (course.submitted / student / "cosine").mkdir(parents=True)
    assert students_of(course, "cosine", ["bela"]) == ["bela"]
    with pytest.raises(CourseError, match="must have handed in cosine, got emil; found 2 others"):
        students_of(course, "cosine", ["ada", "emil"])


# --- the command line ----------------------------------------------------------------------

BLOCK = """
import sys
for name in {blocked!r}:
    sys.modules[name] = None
"""


def python(code, *arguments, blocked=(), cwd=None):
    """Run Python in a process of its own, where some packages cannot be imported."""
    return subprocess.run(
        [sys.executable, "-c", BLOCK.format(blocked=blocked) + code, *arguments],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        cwd=cwd,
        check=False,
    )


MAIN = "from embedlab.cli import main; main()"


def test_a_notebook_needs_numpy_only():
    optional = ("nbgrader", "nbformat", "typer", "rich", "matplotlib", "altair", "pooch", "sklearn")
    done = python("from embedlab.grading import check; print(check)", blocked=optional)
    assert done.stdout.startswith("<function check"), done.stderr


@pytest.mark.parametrize(
    ("missing", "package"),
    [
        ("typer", "typer rich nbclient ipykernel"),
        ("rich", "typer rich nbclient ipykernel"),
        ("nbgrader", "nbgrader"),
    ],
)
def test_a_missing_package_is_one_line(missing, package, course):
    (course.submitted / "ada" / "cosine").mkdir(parents=True)
    done = python(MAIN, "grade", "cosine", blocked=(missing,), cwd=course.root)
    assert done.returncode == 2
    assert done.stderr == f"embedlab: {missing} is not installed; run  pip install {package}\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["grade", "cosin"], "assignment must be one of: cosine, ngrams; got 'cosin'"),
        (["grade", "cosine"], "submitted must be an existing folder"),
        (["grade", "cosine", "--submitted", "nowhere"], "submitted must be an existing folder"),
        (["grade", "cosine", "--submitted", "solutions"], "got none in"),
        (["grade", "cosine", "--course", "solutions"], "must be the course folder"),
        (["release", "cosin"], "assignment must be one of"),
        (["scores"], "output must hold a gradebook"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_mistaken_command_is_one_line_and_status_2(arguments, words, course, monkeypatch, capsys):
    from embedlab.cli import main

    monkeypatch.chdir(course.root)
    monkeypatch.setattr(sys, "argv", ["embedlab", *arguments])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2
    printed = capsys.readouterr().err
    assert printed.count("\n") == 1
    assert words in printed


# --- plain data ----------------------------------------------------------------------------


def test_nothing_of_the_students_is_compared():
    """An object that claims to equal everything is only a type name to the judge."""
    outcome = call(lambda: AlwaysEqual(), (), {})
    assert not alike(0.5, outcome.value)
    assert alike(float("nan"), float("nan"))
    assert not alike([1.0, 2.0], [1.0])
    assert not alike("1", 1)
    assert plain(10**400) == float("inf")


def test_sets_and_dicts_are_plain_data():
    assert alike(plain({"b", "a"}), plain(frozenset("ab")))
    assert alike(plain({"a", "b"}), ["b", "a", "b"]), "where a set is expected, a list will do"
    assert alike(plain({"a"}), plain({"a": 1})), "and the keys of a dict"
    assert not alike(plain({"a", "b"}), ["a"])
    assert not alike(plain({"a"}), "a")
    assert alike(plain({"x": 1.0, "y": 2}), plain({"y": 2.00001, "x": 1}))
    assert not alike(plain({"x": 1.0}), plain({"x": 1.1}))
    assert not alike(plain({"x": 1.0}), plain({"x": 1.0, "y": 1.0}))
    assert not alike(plain({"x": 1.0}), plain({("x",): 1.0})), "a key that no dict could hold"
    shown = '{"x": 1.0, "y": [1, 2]}'
    assert show({"x": 1.0, "y": (1, 2)}) == shown.replace("[", "(").replace("]", ")")
    assert show(plain({"x": 1.0, "y": (1, 2)})) == shown
    assert show({"b", "a"}) == show(plain({"b", "a"})) == '{"a", "b"}'
    assert show(set()) == "set()"


def test_kinds_of_answers():
    fits = {
        NGRAMS: [[("a", "b")], [["a"]], []],
        SET_OF_STRINGS: [{"a"}, ["a", "a"], (), {"a": 1}],
        VECTOR: [[1, 2.0], (1,), np.ones(2, np.float32)],
        NUMBER_BY_WORD: [{"a": 1}, {}, {"a": np.float32(1)}],
        WORD_OR_NONE: ["a", None, np.str_("a")],
        STRINGS: [["a"], ("a", "b"), []],
    }
    misfits = {
        NGRAMS: [["a b"], "ab", {("a",)}, iter([])],
        SET_OF_STRINGS: ["ab", [("a",)], None],
        VECTOR: [1.0, np.ones((1, 2)), ["1"], {1.0}],
        NUMBER_BY_WORD: [[("a", 1)], {"a": "1"}, {1: 1.0}],
        WORD_OR_NONE: [["a"], 1],
        STRINGS: ["ab", [("a",)], {"a"}],
    }
    for kind, values in fits.items():
        assert [value for value in values if not kind.fits(plain(value))] == []
    for kind, values in misfits.items():
        assert [value for value in values if kind.fits(plain(value))] == []
