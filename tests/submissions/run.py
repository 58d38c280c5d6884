"""Execute notebooks of the bank without kernels, each in a forked process; print what failed.

``python tests/submissions/run.py ASSIGNMENT [NAME ...]`` prints a JSON object: for each submission
(all of the bank if none is named) the cells that raised, by id, and what was raised. The name
``solution`` means the notebook in solutions/. Cells run in IPython, as in a kernel, so that
magics work; a cell that runs for long is interrupted, as a kernel does it.
"""

import json
import multiprocessing
import os
import signal
import sys
import tempfile

import build
import matplotlib.pyplot
import nbformat
from traitlets.config import Config

from embedlab import learned
from embedlab.grading import PUBLIC_SEED, checks_of, unattended
from embedlab.grading.checks import cases_of
from embedlab.grading.inside.outputs import Shell, recorded
from embedlab.grading.known import outcome_of

SECONDS_PER_CELL = 5
# For so few notebooks it is not worth while to reckon in advance.
FEW = 2
ROOT = build.HERE.parents[1]


def load(assignment, name):
    """Return a submission's notebook, or the solution."""
    if name == "solution":
        path = ROOT / "solutions" / assignment / f"{assignment}.ipynb"
        return nbformat.read(path, as_version=4)
    notebook = build.shortened(build.submission(assignment, name))
    restore(notebook, assignment)
    return notebook


def interrupt(signal_number, frame):
    raise KeyboardInterrupt


def restore(notebook, assignment):
    """Bring back the check cells as they were released, as grading does."""
    path = build.EXERCISES / assignment / f"{assignment}.ipynb"
    cells = {cell.id: cell for cell in notebook.cells}
    for released in nbformat.read(path, as_version=4).cells:
        if not released.metadata.get("nbgrader", {}).get("locked"):
            continue
        if released.id in cells:
            cells[released.id].source = released.source
        else:
            notebook.cells.append(released)


def execute(notebook):
    """Return what each failed cell raised, by id."""
    settings = Config()
    settings.HistoryManager.enabled = False
    errors = {}
    signal.signal(signal.SIGALRM, interrupt)
    unattended.answer_questions()
    with recorded():
        shell = Shell(config=settings)
        for cell in notebook.cells:
            if cell.cell_type != "code":
                continue
            signal.alarm(SECONDS_PER_CELL)
            result = shell.run_cell(cell.source)
            signal.alarm(0)
            error = result.error_before_exec or result.error_in_exec
            if error is not None:
                errors[cell.id] = f"{error}"
    return errors


def main(assignment, names):
    """Execute submissions and print what failed in each."""
    names = names or build.names(assignment)
    matplotlib.pyplot.switch_backend("agg")
    notebooks = [load(assignment, name) for name in names]
    # Whatever is imported, read and reckoned here, the forked processes need not repeat.
    learned.sentences(1)
    for check in checks_of(assignment).values() if len(notebooks) > FEW else ():
        for arguments in cases_of(check, PUBLIC_SEED):
            for function in (check.task.reference, *(m.function for m in check.task.mistakes)):
                outcome_of(function, arguments)
    # What one notebook does to the process (filters, settings) must not reach the next.
    fork = multiprocessing.get_context("fork")
    with tempfile.TemporaryDirectory() as home:
        os.environ["IPYTHONDIR"] = home
        # IPython imports half of itself when it runs its first cell, and more at the first error.
        cells = map(nbformat.v4.new_code_cell, ("%matplotlib inline", "1", "1 / 0"))
        own = sys.modules["__main__"]
        execute(nbformat.v4.new_notebook(cells=[*cells]))
        sys.modules["__main__"] = own  # a shell puts another in its place
        with fork.Pool(os.cpu_count(), maxtasksperchild=1) as pool:
            failed = pool.map(execute, notebooks, chunksize=1)
    print(json.dumps(dict(zip(names, failed, strict=True))))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
