"""Turn the bank of students' work into notebooks, as they would be handed in.

A submission is one file, ``<assignment>/<name>.py``, cut into cells by lines like ``# %% cosine``.
A cell with the id of a cell of the released notebook replaces that cell's source (the text of a
Markdown cell is written as comments); any other cell is inserted as a code cell where it stands.
``# %% -cosine`` deletes a cell. Before the first cell, ``# based on: name`` takes the cells of
another file first. All else is as released.

Who hands in what in the sample course is said in ``students.toml``. Run as a script, this builds
that course: ``python tests/submissions/build.py OUTPUT_DIR``.
"""

import re
import sys
import tomllib
from pathlib import Path

import nbformat

HERE = Path(__file__).resolve().parent
EXERCISES = HERE.parents[1] / "exercises"


def names(assignment):
    """Return the names of all submissions of an assignment."""
    return sorted(path.stem for path in (HERE / assignment).glob("*.py"))


def students():
    """Return which submission each student of the sample course hands in, by assignment."""
    return tomllib.loads((HERE / "students.toml").read_text(encoding="utf-8"))


def read_cells(assignment, name):
    """Return the (id, source) pairs of a submission, those of the one it is based on first."""
    text = (HERE / assignment / f"{name}.py").read_text(encoding="utf-8")
    head, *parts = re.split(r"^# %% *(\S+) *\n", text, flags=re.MULTILINE)
    base = re.search(r"^# based on: *(\S+) *$", head, flags=re.MULTILINE)
    cells = dict(read_cells(assignment, base.group(1))) if base else {}
    own = dict(zip(parts[::2], parts[1::2], strict=True))
    cells |= {cell_id: source.strip("\n") for cell_id, source in own.items()}
    return list(cells.items())


def splice(notebook, cells):
    """Put a student's cells into a released notebook."""
    place = 0
    for cell_id, source in cells:
        ids = [cell.id for cell in notebook.cells]
        if cell_id.startswith("-"):
            place = ids.index(cell_id[1:]) - 1
            del notebook.cells[place + 1]
        elif cell_id in ids:
            place = ids.index(cell_id)
            cell = notebook.cells[place]
            is_text = cell.cell_type == "markdown"
            cell.source = re.sub(r"^# ?", "", source, flags=re.MULTILINE) if is_text else source
        else:
            place += 1
            notebook.cells.insert(place, nbformat.v4.new_code_cell(source, id=cell_id))


def submission(assignment, name):
    """Return one submission's notebook."""
    released = EXERCISES / assignment / f"{assignment}.ipynb"
    notebook = nbformat.read(released, as_version=4)
    splice(notebook, read_cells(assignment, name))
    return notebook


def shortened(notebook):
    """Return a notebook whose walks over sentences of the package are short.

    They are there to be looked at, give no points, and take most of the time.
    """
    for cell in notebook.cells:
        if not cell.metadata.get("nbgrader", {}).get("locked"):
            cell.source = re.sub(r"(learned\.sentences\()\d+\)", r"\g<1>10)", cell.source)
            cell.source = cell.source.replace(" 20_000).sentences", " 1_000).sentences")
    return notebook


def build(folder, finish=lambda notebook: notebook):
    """Write the sample course to folder/<student>/<assignment>/<assignment>.ipynb."""
    for student, work in students().items():
        for assignment, name in work.items():
            path = folder / student / assignment / f"{assignment}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            nbformat.write(finish(submission(assignment, name)), path)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python tests/submissions/build.py OUTPUT_DIR")
    build(Path(sys.argv[1]))
