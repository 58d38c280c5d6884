"""The real path: release, kernels, gradebook, feedback, by nbgrader and by ``embedlab grade``.

The sample course of ``tests/submissions/students.toml`` must get what the tables say, that is,
what ``test_assignments.py`` finds without kernels.
"""

import csv
import filecmp
import html
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import warnings
from pathlib import Path

import nbformat
import numpy as np
import pytest
from grading_helpers import ROOT, builder, expected, failures_of, in_environment, nbgrader

from embedlab.grading import ASSIGNMENTS

# Whole courses are graded before the first test.
pytestmark = [pytest.mark.nbgrader, pytest.mark.sandbox, pytest.mark.timeout(600)]

NAMES = sorted(ASSIGNMENTS)
EXPECTED = {name: expected(name) for name in NAMES}
STUDENTS = builder().students()
WORK = [(student, name) for student, work in STUDENTS.items() for name in work]
each_assignment = pytest.mark.parametrize("name", NAMES)


def differing(first, second):
    """Return the files of two folders that are not byte for byte the same."""
    files = {
        path.relative_to(folder)
        for folder in (first, second)
        for path in folder.rglob("*")
        if path.is_file()
    }
    return [
        str(path)
        for path in sorted(files)
        if not (first / path).is_file()
        or not (second / path).is_file()
        or not filecmp.cmp(first / path, second / path, shallow=False)
    ]


def sources_of_a_course(folder):
    """Copy what the release is made of into a folder."""
    shutil.copytree(ROOT / "solutions", folder / "solutions", ignore=shutil.ignore_patterns(".*"))
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    return folder


def test_the_release_is_in_step_with_the_source(stock, tmp_path):
    course = sources_of_a_course(tmp_path)
    # As nbgrader's own command made it.
    shutil.copytree(stock.parent / "exercises", course / "exercises")
    (course / "grading").mkdir()
    shutil.copy(stock / "gradebook.db", course / "grading")
    assert differing(course / "exercises", ROOT / "exercises") == []
    done = in_environment("embedlab", "release", "--course", course)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        f"Released: exercises/{name}/{name}.ipynb" for name in NAMES
    ]
    assert differing(course / "exercises", ROOT / "exercises") == [], "a second time"
    # Releasing is not grading: it leaves no gradebook behind where there was none.
    database = course / "grading" / "gradebook.db"
    database.unlink()
    assert in_environment("embedlab", "release", "cosine", "--course", course).returncode == 0
    assert not database.exists()
    # Negative control: somebody edits the release.
    path = course / "exercises" / "cosine" / "cosine.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("Plan an hour", "Plan two hours"))
    assert differing(course / "exercises", ROOT / "exercises") == ["cosine/cosine.ipynb"]


# Neither can be graded, and neither may stop the batch.
BROKEN = {"xaver": "{", "yuri": None}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The sample course and two broken submissions, graded by ``embedlab grade``."""
    folder = tmp_path_factory.mktemp("grading")
    submitted, output = folder / "submitted", folder / "output"
    builder().build(submitted, builder().shortened)
    for student, content in BROKEN.items():
        (submitted / student / "cosine").mkdir(parents=True)
        if content is not None:
            (submitted / student / "cosine" / "cosine.ipynb").write_text(content)
    # What a second worker would import costs more than it would gain.
    where = ["--submitted", submitted, "--output", output, "--jobs", "1"]
    return {name: in_environment("embedlab", "grade", name, *where) for name in NAMES}, output


@pytest.fixture(scope="module")
def by_commands(tmp_path_factory):
    """The first two students' work in a course folder, graded by nbgrader's own commands.

    The folder, and what was printed.
    """
    course = sources_of_a_course(tmp_path_factory.mktemp("stock"))
    everybody = course / "grading" / "everybody"
    builder().build(everybody, builder().shortened)
    for student in list(STUDENTS)[:2]:
        shutil.move(everybody / student, course / "grading" / "submitted" / student)
    commands = ("generate_assignment", "autograde", "generate_feedback")
    steps = [[command, name] for command in commands for name in NAMES]
    steps += [["validate", f"solutions/{name}/{name}.ipynb"] for name in NAMES]
    done = nbgrader(*steps, cwd=course)
    assert done.returncode == 0, done.stdout + done.stderr
    return course / "grading", done.stdout + done.stderr


@pytest.fixture(scope="module")
def stock(by_commands):
    return by_commands[0]


def test_stock_nbgrader_validates_the_solutions(by_commands):
    """The exit status says nothing, the output does."""
    _, said = by_commands
    assert said.count("Success! Your notebook passes all the tests.") == len(NAMES), said


def gradebook(output, name):
    """Return {student: {grade_id: (automatic points, extra credit)}}."""
    with warnings.catch_warnings():
        # nbgrader's own imports and database code warn.
        warnings.simplefilter("ignore")
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{output / 'gradebook.db'}") as database:
            return {
                submission.student.id: {
                    grade.name: (
                        None if grade.needs_manual_grade else grade.auto_score,
                        grade.extra_credit or 0,
                    )
                    for notebook in submission.notebooks
                    for grade in notebook.grades
                }
                for submission in database.assignment_submissions(name)
            }


def lost_and_won(points, name):
    """Return the checks that earned nothing, and the bonus checks that earned something."""
    checks = ASSIGNMENTS[name].checks
    lost = {c.name for c in checks.values() if not c.is_bonus and points[c.name][0] != c.points}
    won = {c.name for c in checks.values() if c.is_bonus and points[c.name][1] == c.points}
    return lost, won


def row_of(student, name):
    return EXPECTED[name][STUDENTS[student][name]]


def answered(student, name):
    """Return whether the question in words was answered."""
    cells = dict(builder().read_cells(name, STUDENTS[student][name]))
    return any(grade_id in cells for grade_id in ASSIGNMENTS[name].manual_points)


def total(student, name):
    """Return what the exported grades must say before a person has marked."""
    row, checks = row_of(student, name), ASSIGNMENTS[name].checks
    return row["score"] + sum(checks[bonus].points for bonus in row.get("bonus", []))


@each_assignment
def test_the_batch_finishes(graded, name):
    runs, _ = graded
    done = runs[name]
    assert (done.returncode, done.stderr) == (0, "")
    problems = [line for line in done.stdout.splitlines() if line.startswith("Not graded")]
    assert problems == (
        [
            "Not graded: xaver: The notebook file breaks off, at line 1, column 2.",
            "Not graded: yuri: There is no notebook; found: nothing.",
        ]
        if name == "cosine"
        else []
    )


@pytest.fixture(scope="module")
def printed(graded):
    """What ``embedlab scores`` prints of each assignment, with its checks and without."""
    _, output = graded
    whole = in_environment("embedlab", "scores", "--output", output, "--checks")
    short = in_environment("embedlab", "scores", "--output", output)
    for done in (whole, short):
        assert (done.returncode, done.stderr) == (0, "")
    parts = [
        re.split(rf"^ *(\w+): {title} *$", done.stdout, flags=re.MULTILINE)[1:]
        for done, title in ((whole, "checks"), (short, "scores"))
    ]
    return [dict(zip(part[::2], part[1::2], strict=True)) for part in parts]


@each_assignment
def test_the_table_of_scores(printed, name):
    whole, short = (each[name] for each in printed)
    table = [[cell.strip() for cell in line.split("│")] for line in whole.splitlines()]
    rows = {row[1]: row[2:-1] for row in table if len(row) > 2}
    students = [student for student in STUDENTS if name in STUDENTS[student]]
    for student in students:
        open_question = " + ?" if answered(student, name) else ""
        assert rows[student][0] == f"{total(student, name)}{open_question} of 20"
    for check in ASSIGNMENTS[name].checks.values():
        key = "bonus" if check.is_bonus else "fails"
        having = sum(check.name in row_of(student, name).get(key, {}) for student in students)
        passed = having if check.is_bonus else len(students) - having
        assert rows[check.name] == [str(check.points), f"{passed} of {len(students)}"]
    assert " of 20" in short
    assert not any(check in short for check in ASSIGNMENTS[name].checks)


@pytest.mark.parametrize(("student", "name"), WORK)
def test_the_gradebook_and_the_feedback_agree_with_the_table(graded, student, name):
    _, output = graded
    row = row_of(student, name)
    points = gradebook(output, name)[student]
    assert lost_and_won(points, name) == (set(row.get("fails", {})), set(row.get("bonus", [])))
    for grade_id in ASSIGNMENTS[name].manual_points:
        assert points[grade_id][0] == (None if answered(student, name) else 0)

    page = (output / "feedback" / student / name / f"{name}.html").read_text(encoding="utf-8")
    text = " ".join(html.unescape(re.sub(r"<[^>]+>", "", page)).split())
    assert [told for told in row.get("fails", {}).values() if told not in text] == []
    # No frame of the checker, and not the secret.
    assert "embedlab/grading" not in text
    assert (output / "secret-seed").read_text() not in page


@pytest.mark.parametrize(("student", "name"), [w for w in WORK if w[0] in list(STUDENTS)[:2]])
def test_stock_nbgrader_gives_the_same_points_and_feedback(stock, graded, student, name):
    _, output = graded
    assert gradebook(stock, name)[student] == gradebook(output, name)[student]
    page = (stock / "feedback" / student / name / f"{name}.html").read_text(encoding="utf-8")
    text = " ".join(html.unescape(re.sub(r"<[^>]+>", "", page)).split())
    fails = row_of(student, name).get("fails", {})
    assert [told for told in fails.values() if told not in text] == []


def test_stock_nbgrader_uses_hidden_cases_too(stock, graded):
    """Negative control: other secrets, other cases; and neither shows the public ones."""
    _, output = graded
    # All together: the example of one check may by chance be the same for two secrets.
    failed = [
        (student, name, check)
        for student, name in WORK
        if student in list(STUDENTS)[:2]
        for check, sentence in row_of(student, name).get("fails", {}).items()
        if "not written" not in sentence
    ]
    assert {name for _, name, _ in failed} == set(NAMES)
    by_stock, by_us = ([told(folder, *each) for each in failed] for folder in (stock, output))
    assert by_stock != by_us
    # The public cases of one assignment, whose examples are full of random numbers.
    places = [i for i, (_, name, _) in enumerate(failed) if name == "cbow"]
    works = {STUDENTS[failed[i][0]]["cbow"] for i in places}
    found = failures_of("cbow", [*works])
    public = [found[STUDENTS[failed[i][0]]["cbow"]][failed[i][2]] for i in places]
    for hidden in (by_stock, by_us):
        # A notebook breaks the lines.
        assert [hidden[i].split() for i in places] != [text.split() for text in public]


@pytest.fixture
def formgrader(stock, tmp_path):
    """Ask nbgrader's formgrader, as served in the course folder, for a page."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = Path(sys.executable).with_name("jupyter-server")
    options = [f"--port={port}", "--ip=127.0.0.1", "--IdentityProvider.token=", "--allow-root"]
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen([program, *options], cwd=stock.parent, stdout=log, stderr=log)

    def get(page):
        address = f"http://127.0.0.1:{port}/formgrader/{page}"
        for _ in range(120):
            try:
                with urllib.request.urlopen(address, timeout=20) as answer:
                    return answer.read().decode()
            except ConnectionError as error:
                refused = error
            except urllib.error.URLError as error:
                if not isinstance(error.reason, ConnectionError):
                    raise
                refused = error
            assert server.poll() is None, (tmp_path / "log").read_text()
            time.sleep(0.25)
        raise refused

    yield get
    server.terminate()
    server.wait(timeout=30)


def test_formgrader_shows_all_assignments_and_submissions(formgrader, stock):
    listed = {each["name"] for each in json.loads(formgrader("api/assignments"))}
    assert listed == set(NAMES)
    for name in NAMES:
        scores = {
            s["student"]: s["score"] for s in json.loads(formgrader(f"api/submissions/{name}"))
        }
        graded = [student for student in list(STUDENTS)[:2] if name in STUDENTS[student]]
        assert {student: scores[student] for student in graded} == {
            student: total(student, name) for student in graded
        }
        assert name in formgrader(f"gradebook/{name}")
        first = json.loads(formgrader(f"api/submitted_notebooks/{name}/{name}"))[0]
        page = formgrader(f"submissions/{first['id']}/")
        assert next(iter(ASSIGNMENTS[name].checks)) in page


def told(output, student, name, check):
    """Return what a check said in grading."""
    path = output / "autograded" / student / name / f"{name}.ipynb"
    cell = next(c for c in nbformat.read(path, as_version=4).cells if c.id == check)
    return "\n".join(cell.outputs[0].traceback)


def test_the_exported_grades_have_a_row_for_each_student_and_assignment(graded):
    _, output = graded
    with (output / "grades.csv").open(encoding="utf-8") as file:
        scores = {
            (row["student_id"], row["assignment"]): float(row["score"])
            for row in csv.DictReader(file)
        }
    expected = {(student, name): float(total(student, name)) for student, name in WORK}
    nothing = {(student, name): 0.0 for student in (*STUDENTS, *BROKEN) for name in NAMES}
    assert scores == {**nothing, **expected}


def test_grading_one_student_again_changes_nothing(graded, tmp_path):
    _, output = graded
    student, name = WORK[-1]
    before = gradebook(output, name)
    shutil.copytree(output.parent / "submitted" / student, tmp_path / student)
    done = in_environment("embedlab", "grade", name, "--submitted", tmp_path, "--output", output)
    assert (done.returncode, done.stderr) == (0, "")
    assert gradebook(output, name) == before


# --- a student on a machine of her own -----------------------------------------------------


def test_a_student_needs_the_notebooks_and_the_wheel_only(tmp_path):
    """A fresh environment, the built wheel, the notebooks, nothing else of the course."""
    dist, home, folder = (tmp_path / name for name in ("dist", "venv", "student"))
    done = in_environment("python", "-m", "hatchling", "build", "-t", "wheel", "-d", dist)
    assert done.returncode == 0, done.stderr
    (wheel,) = dist.glob("*.whl")
    assert in_environment("python", "-m", "venv", "--without-pip", home).returncode == 0
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    install = ["-m", "pip", "--python", python, "install", "--no-deps", "--no-index", wheel]
    done = in_environment("python", *install)
    assert done.returncode == 0, done.stderr
    (site,) = home.glob("lib/python*/site-packages") if os.name != "nt" else [home / "Lib"]
    # NumPy and Jupyter come from here; the course does not, for its own hook is not read.
    (site / "others.pth").write_text(str(Path(np.__file__).parents[1]) + "\n")

    folder.mkdir()
    where = [python, "-c", "import embedlab; print(embedlab.__file__)"]
    found = subprocess.run(where, cwd=folder, capture_output=True, text=True, check=True).stdout
    assert Path(found).is_relative_to(home)
    environment = {key: value for key, value in os.environ.items() if "EMBEDLAB" not in key}
    # Nobody needs nbgrader to check what she wrote.
    code = "import sys; sys.modules['nbgrader'] = None;from embedlab.cli import main; main()"
    for name in NAMES:
        shutil.copy(ROOT / "solutions" / name / f"{name}.ipynb", folder)
        done = subprocess.run(
            [python, "-c", code, "check", f"{name}.ipynb"],
            cwd=folder,
            env={**environment, "PYTHONIOENCODING": "utf-8", "COLUMNS": "120"},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
        assert done.stdout.count("✓") == len(ASSIGNMENTS[name].checks)
        assert "Note:" not in done.stdout
