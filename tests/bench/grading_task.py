"""Grading: submissions per second of the clock, against nbgrader's own autograder.

Both sides grade the same notebooks of the bank, right and wrong ones, into a new gradebook: ours
behind bubblewrap and with feedback and report, nbgrader without any of it (its own command for
feedback would come on top). The quality is the share of submissions that get the points of the
bank's tables.
"""

import atexit
import functools
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from importlib.metadata import version
from itertools import cycle, islice
from pathlib import Path

import nbformat
from harness import Quality, Task

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests"))
from grading_helpers import builder, expected, in_environment  # noqa: E402

ASSIGNMENT = "ngrams"


def grading_tasks(quick: bool) -> list[Task]:
    """Return the comparison of the graders, where there is a sandbox."""
    if shutil.which("bwrap") is None:
        return []
    n_submissions = 1 if quick else 200
    table = expected(ASSIGNMENT)
    # What waits on purpose says nothing about a grader.
    names = [name for name in table if "slow" not in name and "endless" not in name]
    work = dict(enumerate(islice(cycle(names), n_submissions)))

    @functools.cache
    def kept() -> Path:
        """A course folder with all submissions, released and registered."""
        folder = Path(tempfile.mkdtemp(prefix="embedlab-bench-"))
        atexit.register(shutil.rmtree, folder)
        shutil.copytree(ROOT / "solutions", folder / "solutions")
        shutil.copy(ROOT / "nbgrader_config.py", folder)
        for number, name in work.items():
            path = folder / "grading" / "submitted" / f"student{number:03}" / ASSIGNMENT
            path.mkdir(parents=True)
            notebook = builder().submission(ASSIGNMENT, name)
            nbformat.write(notebook, path / f"{ASSIGNMENT}.ipynb")
        done = in_environment("nbgrader", "generate_assignment", ASSIGNMENT, cwd=folder)
        assert done.returncode == 0, done.stderr
        return folder

    def course() -> Path:
        """A new course folder."""
        folder = Path(tempfile.mkdtemp(prefix="embedlab-bench-"))
        return shutil.copytree(kept(), folder, dirs_exist_ok=True)

    def with_command(*command: str) -> Callable[[int], Callable[[], Path]]:
        def prepare(seed: int) -> Callable[[], Path]:
            folder = course()

            def run() -> Path:
                done: subprocess.CompletedProcess[str] = in_environment(*command, cwd=folder)
                assert done.returncode == 0, done.stderr
                return folder

            return run

        return prepare

    def quality(folder: Path) -> Quality:
        points = _points(folder / "grading" / "gradebook.db")
        right = sum(
            points.get(f"student{number:03}") == table[name]["score"]
            for number, name in work.items()
        )
        shutil.rmtree(folder)
        return {"submissions with the right points": right / len(work)}

    return [
        Task(
            "autograding",
            f"nbgrader {version('nbgrader')}",
            "submissions",
            n_submissions,
            4,
            10,
            with_command("embedlab", "grade", ASSIGNMENT, "--quiet"),
            with_command("nbgrader", "autograde", ASSIGNMENT),
            quality,
            clock=time.perf_counter,
            repetitions=1,
        )
    ]


def _points(database: Path) -> dict[str, float]:
    """Return each student's automatic points."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{database}") as gradebook:
            return {
                submission.student.id: sum(
                    grade.auto_score or 0
                    for notebook in submission.notebooks
                    for grade in notebook.grades
                )
                for submission in gradebook.assignment_submissions(ASSIGNMENT)
            }
