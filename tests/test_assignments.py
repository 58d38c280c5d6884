"""The notebooks of the assignments, and the bank of right and wrong work, without kernels.

``test_stock_nbgrader.py`` sends a sample of the same work through nbgrader; both must agree with
the tables that were reasoned out by hand.
"""

import re
import subprocess
import sys

import nbformat
import pytest
from grading_helpers import ROOT, builder, expected, failures

from embedlab.grading import ASSIGNMENTS

NAMES = sorted(ASSIGNMENTS)
EXPECTED = {name: expected(name) for name in NAMES}
BANK = [(name, submission) for name in NAMES for submission in EXPECTED[name]]

each_assignment = pytest.mark.parametrize("name", NAMES)
source_and_release = pytest.mark.parametrize("folder", ["solutions", "exercises"])


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


@each_assignment
@source_and_release
def test_a_notebook_and_its_declaration_agree(folder, name):
    checks, manual = graded_cells(read(folder, name))
    declared = ASSIGNMENTS[name]
    # The bonus comes on top as extra credit, so its cells are worth nothing to stock nbgrader.
    worth = {
        check.name: 0 if check.is_bonus else check.points for check in declared.checks.values()
    }
    assert checks == worth
    assert list(checks) == list(declared.checks), "in the order of the notebook"
    assert manual == declared.manual_points


@each_assignment
def test_each_check_cell_calls_its_own_check(name):
    for cell in read("solutions", name).cells:
        settings = cell.metadata.get("nbgrader", {})
        if settings:
            assert cell.id == settings["grade_id"]
        if settings.get("grade") and not settings["solution"]:
            comment, *code = cell.source.splitlines()
            assert re.match(r"# [A-Z].*[.:]$", comment), comment
            version = ASSIGNMENTS[name].version
            call = f'embedlab.grading.check("{cell.id}", version={version})'
            # Each cell imports what it needs: a student may give a name another value.
            assert code == ["import embedlab.grading", "", call]


@each_assignment
@source_and_release
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


@each_assignment
def test_the_release_shows_no_solution(name):
    released = "\n".join(cell.source for cell in read("exercises", name).cells)
    lines = solution_lines(name)
    assert len(lines) > 10
    assert [line for line in lines if line in released] == []
    assert "SOLUTION" not in released
    # Negative control: the same search finds them in the source.
    source = "\n".join(cell.source for cell in read("solutions", name).cells)
    assert all(line in source for line in lines)


@each_assignment
def test_the_solution_passes_every_check_and_runs_without_an_error(name):
    assert failures(name, "solution") == {}


@each_assignment
def test_the_notebook_states_its_version(name):
    setup = next(cell for cell in read("exercises", name).cells if cell.id == "setup")
    done = subprocess.run(
        [sys.executable, "-c", setup.source], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("Ready: embedlab ")
    assert done.stdout.endswith(f", assignment {name}, version {ASSIGNMENTS[name].version}\n")


@each_assignment
def test_the_notebook_says_plainly_that_the_package_is_missing(name):
    setup = next(cell for cell in read("exercises", name).cells if cell.id == "setup")
    # Where it is not installed, the import fails at the package, not at its module.
    missing = 'raise ModuleNotFoundError("No module named embedlab", name="embedlab")'
    code = setup.source.replace("import embedlab.grading", missing)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("embedlab is missing. Install it as described above")


# --- the bank, without kernels --------------------------------------------------------------


@each_assignment
def test_the_table_of_expected_scores_is_complete(name):
    declared = ASSIGNMENTS[name]
    assert sorted(EXPECTED[name]) == builder().names(name)
    for row in EXPECTED[name].values():
        lost = sum(declared.checks[check].points for check in row.get("fails", {}))
        assert row["score"] == declared.auto_points - lost


def test_the_bank_is_large():
    rows = [row for table in EXPECTED.values() for row in table.values()]
    right = [row for row in rows if not row.get("fails")]
    wrong = [row for row in rows if row.get("fails")]
    named = [row for row in wrong if any(row["fails"].values())]
    assert len(right) >= 40
    assert len(wrong) >= 60
    assert len(named) >= 50


@pytest.mark.parametrize(("name", "submission"), BANK)
def test_a_submission_gets_the_expected_points_and_sentences(name, submission):
    errors = failures(name, submission)
    row = EXPECTED[name][submission]
    fails = row.get("fails", {})
    checks = ASSIGNMENTS[name].checks.values()
    assert {c.name for c in checks if c.name in errors and not c.is_bonus} == set(fails)
    assert {c.name for c in checks if c.name not in errors and c.is_bonus} == set(
        row.get("bonus", [])
    )
    assert {check: text for check, text in fails.items() if text not in errors[check]} == {}
    # Never a word about the inside of the checker, and each message begins with its verdict.
    told = {check: text for check, text in errors.items() if check in ASSIGNMENTS[name].checks}
    assert all(text.startswith(f"✗ {check}: 0 of ") for check, text in told.items())
    assert not any("embedlab/grading" in text for text in told.values())


def test_a_spliced_notebook_is_a_notebook_and_else_as_released(monkeypatch, tmp_path):
    build = builder()
    released = read("exercises", "cosine")
    work = tmp_path / "cosine"
    work.mkdir()
    (work / "first.py").write_text("# %% cosine\nx = 1\n# %% own\ny = 2\n", encoding="utf-8")
    (work / "second.py").write_text(
        "# based on: first\n# %% cosine\nx = 3\n# %% -nearest\n", encoding="utf-8"
    )
    (work / "empty.py").write_text("", encoding="utf-8")
    monkeypatch.setattr(build, "HERE", tmp_path)
    assert build.submission("cosine", "empty") == released
    notebook = build.submission("cosine", "second")
    nbformat.validate(notebook)
    ids = [cell.id for cell in released.cells if cell.id != "nearest"]
    ids.insert(ids.index("cosine") + 1, "own")
    assert [cell.id for cell in notebook.cells] == ids
    sources = {cell.id: cell.source for cell in notebook.cells}
    assert (sources["cosine"], sources["own"]) == ("x = 3", "y = 2")
    originals = {cell.id: cell for cell in released.cells}
    assert all(c == originals[c.id] for c in notebook.cells if c.id not in ("cosine", "own"))
