"""``embedlab check``: what a student runs at home, with a real kernel and with bad input."""

import shutil
import sys

import nbformat
import pytest
from grading_helpers import ROOT, in_environment

from embedlab.cli import main
from embedlab.grading import ASSIGNMENTS

COSINE = ASSIGNMENTS["cosine"]
RIGHT = """
def cosine(u, v):
    u, v = np.asarray(u, float), np.asarray(v, float)
    lengths = np.linalg.norm(u) * np.linalg.norm(v)
    return u @ v / lengths if lengths else 0.0
"""
OF_COSINE = [name for name in COSINE.checks if name.startswith("cosine_")]


@pytest.fixture
def notebook(tmp_path):
    """Write the released notebook with some cells replaced, deleted (None) or appended."""

    def write(cells, name="cosine.ipynb"):
        path = ROOT / "exercises" / "cosine" / "cosine.ipynb"
        content = nbformat.read(path, as_version=4)
        content.cells = [cell for cell in content.cells if cells.get(cell.id, "") is not None]
        for cell_id, source in cells.items():
            ids = [cell.id for cell in content.cells]
            if cell_id in ids:
                content.cells[ids.index(cell_id)].source = source
            elif source is not None:
                content.cells.insert(3, nbformat.v4.new_code_cell(source, id=cell_id))
        nbformat.write(content, tmp_path / name)
        return tmp_path / name

    return write


def check(path, *options):
    """Return exit status, the marks by check, and everything printed."""
    done = in_environment("embedlab", "check", path, *options)
    rows = [[cell.strip() for cell in line.split("│")] for line in done.stdout.splitlines()]
    marks = {row[2].split()[0]: row[1] for row in rows if len(row) == 5}
    return done.returncode, marks, done.stdout + done.stderr


def passed(marks):
    return [name for name, mark in marks.items() if mark == "✓"]


def test_a_folder_with_work_that_is_half_done(notebook):
    path = notebook({"cosine": RIGHT})
    before = path.read_bytes()
    status, marks, printed = check(path.parent)
    assert status == 1
    assert list(marks) == list(COSINE.checks)
    assert passed(marks) == OF_COSINE
    assert printed.count("nearest is not written yet") == 1
    assert "6 of 18 points by the checks. A person gives up to 2 more" in printed
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == ["cosine.ipynb"]


def test_everything_right_is_status_0(tmp_path):
    shutil.copy(ROOT / "solutions" / "cosine" / "cosine.ipynb", tmp_path / "renamed.ipynb")
    status, marks, printed = check(tmp_path)
    assert status == 0
    assert passed(marks) == list(COSINE.checks)
    assert "18 of 18 points by the checks, and 2 bonus points." in printed


def test_what_must_cost_nothing(notebook):
    """Errors elsewhere, a syntax error in another cell, questions, magics, reused names."""
    cells = {
        "own": 'name = input("Who are you? ")\nglobals = check = sum = print = 0\n' + RIGHT,
        "cosine": "%matplotlib inline\nimport matplotlib.pyplot as plt\nn = int(input())\n" + RIGHT,
        "nearest": "def nearest(word, words vectors, k):\n    return []",
        "cosine-try": "undefined_name",
    }
    status, marks, printed = check(notebook(cells))
    assert status == 1
    assert passed(marks) == OF_COSINE
    assert "There is no function called nearest." in printed
    assert "(cosine-try) stopped: NameError: name 'undefined_name' is not defined" in printed
    assert "(nearest) stopped: SyntaxError" in printed


def test_check_cells_edited_and_lost(notebook):
    first, second, third = OF_COSINE[:3]
    cells = {"cosine": "cosine = max", first: "print('✓ all is well')", second: None}
    cells[third] = f'import embedlab.grading\nembedlab.grading.check("{third}", version=2)'
    status, marks, printed = check(notebook(cells))
    assert status == 1
    assert passed(marks) == []
    assert f"The check cell {first} was changed: the original ran instead." in printed
    assert f"The check cell {second} is missing: it ran at the end." in printed
    assert third not in printed.split("Note:", 1)[1], "a comment less is no change"


ENDLESS = "def cosine(u, v):\n    while True:\n        pass"
STUBBORN = """
def cosine(u, v):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
"""


def test_a_function_that_never_ends(notebook):
    """It is interrupted in each check of its own; the others still run."""
    nearest = "def nearest(word, words, vectors, k):\n    return None"
    cells = {"cosine": ENDLESS, "cosine-try": "", "nearest": nearest}
    _, marks, printed = check(notebook(cells), "--timeout", "1")
    assert passed(marks) == []
    assert "it ran for too long and was stopped; look for a loop that never ends" in printed
    assert "nearest returned nothing (None)" in printed


def test_a_function_that_ignores_the_interrupt(notebook):
    _, marks, printed = check(notebook({"cosine": STUBBORN, "cosine-try": ""}), "--timeout", "1")
    assert passed(marks) == []
    assert "ran for more than 1 s and did not heed the interrupt" in printed
    assert "The notebook stopped before this check could run." in printed


def test_a_cell_that_ends_the_process(notebook):
    cells = {"cosine": RIGHT, "nearest": "import os\nos._exit(1)"}
    status, marks, printed = check(notebook(cells))
    assert status == 1
    assert passed(marks) == OF_COSINE
    assert "The kernel died" in printed


# --- what cannot be checked ----------------------------------------------------------------


@pytest.fixture
def refused(monkeypatch, capsys):
    """Run the command here, since no kernel is started; return the one line that it says."""

    def run(argument):
        monkeypatch.setattr(sys, "argv", ["embedlab", "check", str(argument)])
        with pytest.raises(SystemExit) as end:
            main()
        out, errors = capsys.readouterr()
        assert (end.value.code, out, errors.count("\n")) == (2, "", 1)
        return errors

    return run


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            lambda name: f'from embedlab.grading import check\n\ncheck("{name}", globals())',
            "This notebook is version 1 of the assignment cosine",
        ),
        (
            lambda name: f'import embedlab.grading\n\nembedlab.grading.check("{name}", version=9)',
            "This notebook is version 9 of the assignment cosine",
        ),
    ],
    ids=["old", "new"],
)
def test_a_notebook_of_another_version(notebook, change, told, refused):
    said = refused(notebook({name: change(name) for name in COSINE.checks}))
    assert told in said
    assert "once more" in said


@pytest.mark.parametrize(
    ("files", "argument", "told"),
    [
        ({}, "nowhere.ipynb", "path must be a notebook or a folder with one, got"),
        ({}, ".", "must hold one notebook, got none"),
        ({"a.ipynb": "{}", "b.ipynb": "{}"}, ".", "must hold one notebook, got a.ipynb, b.ipynb"),
        ({"a.ipynb": "{"}, "a.ipynb", "is not a notebook that can be read"),
        ({"a.ipynb": "[1]"}, "a.ipynb", "is not a notebook that can be read"),
        ({"a.txt": "x"}, "a.txt", "is not a notebook that can be read"),
        (
            {"a.ipynb": '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'},
            "a.ipynb",
            "must be the notebook of an assignment (cosine, ngrams, cbow, sentences)",
        ),
    ],
)
def test_what_is_no_notebook_is_one_line(files, argument, told, tmp_path, refused, monkeypatch):
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert told in refused(argument)


def test_as_a_program_it_says_the_same(tmp_path, refused, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = in_environment("embedlab", "check", "nowhere.ipynb", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == refused("nowhere.ipynb")
