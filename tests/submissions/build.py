"""Turn the sample students' work into notebooks, as they would hand them in.

A student is one file, ``<assignment>/<student>.py``, cut into cells by lines like
``# %% cosine``. A cell with the id of a cell of the released notebook replaces that cell's
source (the text of a Markdown cell is written as comments); any other cell is inserted as a code
cell where it stands. All else is as released.

Run as a script: ``python tests/submissions/build.py OUTPUT_DIR``.
"""

import re
import sys
from pathlib import Path

import nbformat

HERE = Path(__file__).resolve().parent
EXERCISES = HERE.parents[1] / "exercises"


def students(assignment):
    """Return the names of the sample students of an assignment."""
    return sorted(path.stem for path in (HERE / assignment).glob("*.py"))


def read_cells(text):
    """Return the (id, source) pairs of a student's file, in order."""
    _, *parts = re.split(r"^# %% *(\S+) *\n", text, flags=re.MULTILINE)
    return [
        (cell_id, source.strip("\n"))
        for cell_id, source in zip(parts[::2], parts[1::2], strict=True)
    ]


def splice(notebook, cells):
    """Put a student's cells into a released notebook."""
    place = 0
    for cell_id, source in cells:
        ids = [cell.id for cell in notebook.cells]
        if cell_id in ids:
            place = ids.index(cell_id)
            cell = notebook.cells[place]
            is_text = cell.cell_type == "markdown"
            cell.source = re.sub(r"^# ?", "", source, flags=re.MULTILINE) if is_text else source
        else:
            place += 1
            notebook.cells.insert(place, nbformat.v4.new_code_cell(source, id=cell_id))


def submission(assignment, student):
    """Return one sample student's notebook."""
    released = EXERCISES / assignment / f"{assignment}.ipynb"
    notebook = nbformat.read(released, as_version=4)
    work = (HERE / assignment / f"{student}.py").read_text(encoding="utf-8")
    splice(notebook, read_cells(work))
    return notebook


def build(folder):
    """Write all sample submissions to folder/<student>/<assignment>/<assignment>.ipynb."""
    for assignment in sorted(
        path.name for path in HERE.iterdir() if (path / "expected.toml").exists()
    ):
        for student in students(assignment):
            path = folder / student / assignment / f"{assignment}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            nbformat.write(submission(assignment, student), path)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python tests/submissions/build.py OUTPUT_DIR")
    build(Path(sys.argv[1]))
