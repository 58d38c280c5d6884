"""What the tests of the grading part share: the sample students, and notebooks without kernels."""

import importlib.util
import linecache
import tomllib
import warnings
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat

ROOT = Path(__file__).resolve().parents[1]
SUBMISSIONS = ROOT / "tests" / "submissions"


def expected(assignment: str) -> dict[str, dict[str, Any]]:
    """Return the table of what each sample student gets."""
    with (SUBMISSIONS / assignment / "expected.toml").open("rb") as file:
        return tomllib.load(file)


def builder() -> ModuleType:
    """Return tests/submissions/build.py, which is a script and no module of a package."""
    spec = importlib.util.spec_from_file_location("build", SUBMISSIONS / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(notebook: nbformat.NotebookNode) -> tuple[dict[str, Any], dict[str, str]]:
    """Execute a notebook's code cells in this process, as a kernel would.

    Returns:
        The global names afterwards, and by cell id what each failed cell raised.
    """
    names: dict[str, Any] = {"__name__": "__main__"}
    errors: dict[str, str] = {}
    with warnings.catch_warnings(), redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        # In a kernel a warning is a line of output; pytest's own filter would raise it.
        warnings.simplefilter("ignore")
        for cell in notebook.cells:
            if cell.cell_type != "code":
                continue
            filename = f"<{cell.id}>"
            lines = cell.source.splitlines(keepends=True)
            linecache.cache[filename] = (len(cell.source), None, lines, filename)
            try:
                exec(compile(cell.source, filename, "exec"), names)
            except Exception as error:
                errors[cell.id] = f"{error}"
    return names, errors
