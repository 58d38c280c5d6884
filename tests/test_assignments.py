"""The assignments from end to end: source, release, sample students, gradebook, feedback.

The fast path runs every sample student's notebook in this process. The real path, marked
``nbgrader``, sends the same notebooks through ``embedlab grade`` and stock nbgrader with kernels.
Both must agree with the table that was reasoned out by hand.
"""

import csv
import filecmp
import html
import os
import re
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import nbformat
import numpy as np
import pytest

from embedlab import vectors
from embedlab.grading import ASSIGNMENTS

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
NAMES = sorted(ASSIGNMENTS)


def load_helpers():
    """Import the helpers by path: with importlib imports, tests are no package."""
    import importlib.util

    spec = importlib.util.spec_from_file_location("grading_helpers", HERE / "grading_helpers.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


helpers = load_helpers()
EXPECTED = {name: helpers.expected(name) for name in NAMES}
STUDENTS = [(name, student) for name in NAMES for student in EXPECTED[name]]


def read(folder, assignment):
    return nbformat.read(ROOT / folder / assignment / f"{assignment}.ipynb", as_version=4)


def graded_cells(notebook):
    """Return points by grade_id: of the checks, and of the answers in words."""
    checks, manual = {}, {}
    for cell in notebook.cells:
        settings = cell.metadata.get("nbgrader", {})
        if settings.get("grade"):
            kind = manual if settings["solution"] else checks
            kind[settings["grade_id"]] = settings["points"]
    return checks, manual


# --- source and release --------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("folder", ["solutions", "exercises"])
def test_a_notebook_and_its_declaration_agree(folder, name):
    checks, manual = graded_cells(read(folder, name))
    declared = ASSIGNMENTS[name]
    assert checks == {check.name: check.points for check in declared.checks.values()}
    assert list(checks) == list(declared.checks), "in the order of the notebook"
    assert manual == declared.manual_points
    assert declared.max_points == 20


@pytest.mark.parametrize("name", NAMES)
def test_each_check_cell_calls_its_own_check(name):
    for cell in read("solutions", name).cells:
        settings = cell.metadata.get("nbgrader", {})
        if settings:
            assert cell.id == settings["grade_id"]
        if settings.get("grade") and not settings["solution"]:
            assert f'check("{cell.id}", globals())' in cell.source
            # Each cell imports what it needs: a student may give the name `check` another value.
            assert "from embedlab.grading import check\n" in cell.source


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("folder", ["solutions", "exercises"])
def test_a_committed_notebook_is_clean(folder, name):
    path = ROOT / folder / name / f"{name}.ipynb"
    notebook = read(folder, name)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata.kernelspec.name == "python3"
    assert path.read_text(encoding="utf-8") == nbformat.writes(notebook).rstrip("\n") + "\n"
    ids = [cell.id for cell in notebook.cells]
    assert len(ids) == len(set(ids))
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert (cell.outputs, cell.execution_count) == ([], None)


SOLUTION = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.DOTALL)


def solution_lines(name):
    """Return what must not be in the release: lines of solutions, sentences of model answers."""
    lines = []
    for cell in read("solutions", name).cells:
        settings = cell.metadata.get("nbgrader", {})
        if not settings.get("solution"):
            continue
        text = cell.source
        if cell.cell_type == "code":
            regions = SOLUTION.findall(text)
            assert regions, f"{cell.id} marks no solution"
            text = "\n".join(regions)
        lines += [line.strip() for line in text.splitlines() if len(line.strip()) > 12]
    return lines


@pytest.mark.parametrize("name", NAMES)
def test_the_release_shows_no_solution(name):
    released = "\n".join(cell.source for cell in read("exercises", name).cells)
    lines = solution_lines(name)
    assert len(lines) > 10
    assert [line for line in lines if line in released] == []
    assert "SOLUTION" not in released
    # Negative control: the same search finds them in the source.
    source = "\n".join(cell.source for cell in read("solutions", name).cells)
    assert all(line in source for line in lines)


@pytest.mark.parametrize("name", NAMES)
def test_the_solution_passes_every_check_and_runs_without_an_error(name):
    _, errors = helpers.run(read("solutions", name))
    assert errors == {}


def test_the_numbers_in_the_text_of_cosine_are_right():
    """Every number in the prose, computed; the table is taken from the notebook itself."""
    notebook = read("solutions", "cosine")
    text = {cell.id: cell.source for cell in notebook.cells}
    names, _ = helpers.run(notebook)
    table, words, rows = names["table"], names["words"], names["vectors"]
    embeddings = vectors.Embeddings(tuple(words), np.array(rows))

    def cosine(first, second):
        return f"{vectors.cosine(table[first], table[second]):.4f}"

    assert (cosine("berlin", "madrid"), cosine("berlin", "barcelona")) == ("0.9965", "0.9570")
    assert all(number in text["by-hand"] for number in ("0.9965", "0.9570"))
    answers = text["practice-answers"]
    assert (
        f"*madrid*: {cosine('berlin', 'madrid')} against {cosine('berlin', 'barcelona')}" in answers
    )
    apart = np.linalg.norm(np.subtract(table["berlin"], table["barcelona"]))
    assert (
        f"{np.linalg.norm(np.subtract(table['berlin'], table['madrid']))} against {apart:.2f}"
        in answers
    )
    assert f"{cosine('berlin', 'germany')} for *germany*" in answers
    near = vectors.nearest(embeddings, "the", 3)
    shown = [f"*{word}* ({score:.4f})" for word, score in near[1:]]
    assert f"*{near[0][0]}* (1.0), {shown[0]} and {shown[1]}" in answers
    assert vectors.nearest(embeddings, "stream", 1) == [("current", 1.0)]
    pairs = [
        vectors.analogy(embeddings, *abc)[0][0]
        for abc in (("madrid", "spain", "germany"), ("barcelona", "spain", "germany"))
    ]
    assert pairs == ["berlin", "law"]
    assert "First *berlin*, as hoped; then *law*." in answers
    assert vectors.analogy(embeddings, "berlin", "germany", "spain")[0][0] == "madrid"
    assert f"{vectors.cosine([6, 4], [4, 6]):.2f}" == "0.92" in text["why-cosine-end"]


def test_the_notebook_says_plainly_that_the_package_is_missing():
    setup = next(cell for cell in read("exercises", "cosine").cells if cell.id == "setup")
    code = f"import sys; sys.modules['embedlab'] = None\n{setup.source}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("embedlab is missing. Install it as described above")


# --- sample students, without kernels ------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_table_of_expected_scores_is_complete(name):
    checks = ASSIGNMENTS[name].checks
    assert sorted(EXPECTED[name]) == helpers.builder().students(name)
    for row in EXPECTED[name].values():
        lost = sum(checks[check].points for check in row.get("fails", {}))
        assert row["score"] == sum(check.points for check in checks.values()) - lost


@pytest.mark.parametrize(("name", "student"), STUDENTS)
def test_a_sample_student_gets_the_expected_points_and_sentences(name, student):
    _, errors = helpers.run(helpers.builder().submission(name, student))
    checks = ASSIGNMENTS[name].checks
    expected = EXPECTED[name][student]
    fails = expected.get("fails", {})
    assert {check for check in checks if check in errors} == set(fails)
    assert sum(c.points for c in checks.values() if c.name not in errors) == expected["score"]
    assert {check: text for check, text in fails.items() if text not in errors[check]} == {}


def test_a_spliced_notebook_is_a_notebook_and_else_as_released():
    released = read("exercises", "cosine")
    notebook = helpers.builder().submission("cosine", "emil")
    nbformat.validate(notebook)
    own = [cell.id for cell in notebook.cells if cell.id not in {c.id for c in released.cells}]
    assert own == ["raises", "another"]
    changed = {"setup", "cosine", "nearest", "analogy", *own}
    kept = [cell for cell in notebook.cells if cell.id not in changed]
    assert kept == [cell for cell in released.cells if cell.id not in changed]
    untouched = helpers.builder().submission("cosine", "nils")
    assert untouched == released


# --- the real path -------------------------------------------------------------------------


def run(*command, cwd=ROOT, **variables):
    """Run a tool of the environment that runs the tests."""
    program = Path(sys.executable).with_name(command[0])
    environment = {key: value for key, value in os.environ.items() if "EMBEDLAB" not in key}
    return subprocess.run(
        [program, *map(str, command[1:])],
        cwd=cwd,
        env={**environment, "PYTHONIOENCODING": "utf-8", "COLUMNS": "120", **variables},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


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


@pytest.fixture
def course(tmp_path):
    """A copy of what the release is made of."""
    folder = tmp_path / "course"
    shutil.copytree(ROOT / "solutions", folder / "solutions", ignore=shutil.ignore_patterns(".*"))
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    return folder


@pytest.mark.nbgrader
def test_the_release_is_in_step_with_the_source(course):
    for name in NAMES:
        done = run("nbgrader", "generate_assignment", name, cwd=course)
        assert done.returncode == 0, done.stderr
    assert differing(course / "exercises", ROOT / "exercises") == []
    for name in NAMES:
        done = run("embedlab", "release", name, "--course", course)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == f"Released: exercises/{name}/{name}.ipynb\n"
    assert differing(course / "exercises", ROOT / "exercises") == [], "a second time"
    # Releasing is not grading: it leaves no gradebook behind where there was none.
    database = course / "grading" / "gradebook.db"
    database.unlink()
    assert run("embedlab", "release", "cosine", "--course", course).returncode == 0
    assert not database.exists()
    # Negative control: somebody edits the release.
    path = course / "exercises" / "cosine" / "cosine.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("Plan an hour", "Plan two hours"))
    assert differing(course / "exercises", ROOT / "exercises") == ["cosine/cosine.ipynb"]


@pytest.mark.nbgrader
@pytest.mark.parametrize("name", NAMES)
def test_stock_nbgrader_validates_the_solution(name):
    """The exit status says nothing, the output does."""
    done = run("nbgrader", "validate", f"solutions/{name}/{name}.ipynb")
    assert "Success! Your notebook passes all the tests." in done.stdout, done.stderr


BROKEN = {"xaver": "{", "yuri": None}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """All sample students and two broken submissions, graded by ``embedlab grade``."""
    folder = tmp_path_factory.mktemp("grading")
    submitted, output = folder / "submitted", folder / "output"
    done = run("python", "tests/submissions/build.py", submitted)
    assert done.returncode == 0, done.stderr
    for student, content in BROKEN.items():
        (submitted / student / "cosine").mkdir(parents=True)
        if content is not None:
            (submitted / student / "cosine" / "cosine.ipynb").write_text(content)
    done = run(
        "embedlab", "grade", "cosine", "--submitted", submitted, "--output", output, "--checks"
    )
    return done, output


def gradebook(output):
    """Return {student: {grade_id: points}} as the gradebook holds it."""
    with warnings.catch_warnings():
        # nbgrader's own imports and database code warn.
        warnings.simplefilter("ignore")
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{output / 'gradebook.db'}") as database:
            return {
                submission.student.id: {
                    grade.name: None if grade.needs_manual_grade else grade.score
                    for notebook in submission.notebooks
                    for grade in notebook.grades
                }
                for submission in database.assignment_submissions("cosine")
            }


@pytest.mark.nbgrader
def test_the_batch_finishes_and_reports(graded):
    done, output = graded
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "Not graded: xaver: cosine.ipynb is not a notebook: it is not valid JSON" in done.stdout
    assert "Not graded: yuri: no cosine.ipynb, found nothing" in done.stdout
    table = [[cell.strip() for cell in line.split("│")] for line in done.stdout.splitlines()]
    rows = {row[1]: row[2:-1] for row in table if len(row) > 2}
    assert rows["ada"] == ["18 + ? of 20", "6 of 6", "6 of 6", "6 of 6", "0 + ? of 2"]
    assert rows["leo"] == ["12 of 20", "1 of 6", "5 of 6", "6 of 6", "0 of 2"]
    # All but jonas, leo, nils, olga and rosa.
    assert rows["cosine_of_ordinary_vectors"] == ["2", "11 of 16"]
    assert rows["why_cosine_and_not_distance"] == ["2", "2 to be marked"]
    again = run("embedlab", "scores", "cosine", "--output", output, "--checks")
    assert (again.stdout, again.stderr) == (done.stdout[: done.stdout.index("Not graded")], "")
    short = run("embedlab", "scores", "cosine", "--output", output).stdout
    assert "18 + ? of 20" in short
    assert "cosine_of_ordinary_vectors" not in short


@pytest.mark.nbgrader
@pytest.mark.parametrize("student", EXPECTED["cosine"])
def test_the_gradebook_and_the_feedback_agree_with_the_table(graded, student):
    _, output = graded
    expected = EXPECTED["cosine"][student]
    checks = ASSIGNMENTS["cosine"].checks
    points = gradebook(output)[student]
    lost = {name for name, check in checks.items() if points[name] != check.points}
    assert lost == set(expected.get("fails", {}))
    assert sum(points[name] for name in checks) == expected["score"]
    answered = student in ("ada", "ines")
    assert points["why_cosine_and_not_distance"] == (None if answered else 0)

    page = (output / "feedback" / student / "cosine" / "cosine.html").read_text(encoding="utf-8")
    text = " ".join(html.unescape(re.sub(r"<[^>]+>", "", page)).split())
    assert [told for told in expected.get("fails", {}).values() if told not in text] == []
    # No frame of the checker, and not the secret.
    assert "embedlab/grading" not in text
    assert (output / "secret-seed").read_text() not in page


@pytest.mark.nbgrader
def test_the_exported_grades_have_a_row_for_each_student(graded):
    _, output = graded
    with (output / "grades.csv").open(encoding="utf-8") as file:
        scores = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    expected = {student: float(row["score"]) for student, row in EXPECTED["cosine"].items()}
    assert scores == {**expected, **dict.fromkeys(BROKEN, 0.0)}


@pytest.mark.nbgrader
def test_hidden_cases_are_others_than_the_visible_and_differ_between_students(graded):
    _, output = graded
    name = "cosine_accepts_any_sequence"

    def told(student):
        path = output / "autograded" / student / "cosine" / "cosine.ipynb"
        cell = next(c for c in nbformat.read(path, as_version=4).cells if c.id == name)
        return "\n".join(cell.outputs[0].traceback)

    _, errors = helpers.run(helpers.builder().submission("cosine", "jonas"))
    assert told("jonas").startswith(f"✗ {name}: 0 of 1 point\nYou left out the division")
    assert told("jonas") != errors[name]
    example = re.compile(r"cosine\(.*?\)")
    examples = [example.search(text).group() for text in (told("jonas"), told("leo"), errors[name])]
    assert len(set(examples)) == 3


@pytest.mark.nbgrader
def test_grading_one_student_again_changes_nothing(graded, tmp_path):
    _, output = graded
    before = gradebook(output)
    shutil.copytree(output.parent / "submitted" / "gita", tmp_path / "gita")
    done = run("embedlab", "grade", "cosine", "--submitted", tmp_path, "--output", output)
    assert (done.returncode, done.stderr) == (0, "")
    assert gradebook(output) == before


# --- a student on a machine of her own -----------------------------------------------------


@pytest.mark.nbgrader
def test_a_student_needs_the_notebook_and_the_wheel_only(tmp_path):
    """A fresh environment, the built wheel, one notebook, nothing else of the course."""
    done = run("python", "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path / "dist")
    assert done.returncode == 0, done.stderr
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    home, folder = tmp_path / "venv", tmp_path / "student"
    assert run("python", "-m", "venv", "--without-pip", home).returncode == 0
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    done = run(
        "python", "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", wheel
    )
    assert done.returncode == 0, done.stderr
    (site,) = home.glob("lib/python*/site-packages") if os.name != "nt" else [home / "Lib"]
    # NumPy and Jupyter come from here; the course does not, for its own hook is not read.
    (site / "others.pth").write_text(str(Path(np.__file__).parents[1]) + "\n")

    folder.mkdir()
    nbformat.write(helpers.builder().submission("cosine", "ada"), folder / "cosine.ipynb")
    where = [python, "-c", "import embedlab; print(embedlab.__file__)"]
    found = subprocess.run(where, cwd=folder, capture_output=True, text=True, check=True).stdout
    assert Path(found).is_relative_to(home)
    command = [python, "-m", "nbconvert", "--to", "notebook", "--execute", "--inplace"]
    environment = {key: value for key, value in os.environ.items() if "EMBEDLAB" not in key}
    done = subprocess.run(
        [*command, "cosine.ipynb"], cwd=folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    printed = [
        output.text
        for cell in nbformat.read(folder / "cosine.ipynb", as_version=4).cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "stream"
    ]
    assert printed[0].startswith("Ready: embedlab ")
    assert [text.split(":")[0] for text in printed if "✓" in text] == [
        f"✓ {name}" for name in ASSIGNMENTS["cosine"].checks
    ]
