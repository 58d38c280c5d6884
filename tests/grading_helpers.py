"""What the tests of the grading part share: the bank, and tools run as a user runs them."""

import functools
import importlib.util
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from embedlab.grading import checks
from embedlab.grading.calls import Outcome
from embedlab.grading.declaration import Arguments, Check
from embedlab.grading.known import outcome_of

ROOT = Path(__file__).resolve().parents[1]
SUBMISSIONS = ROOT / "tests" / "submissions"


def expected(assignment: str) -> dict[str, dict[str, Any]]:
    """Return the table of what each submission of the bank gets."""
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


def is_passed(check: Check, cases: Sequence[Arguments], outcomes: Sequence[Outcome]) -> bool:
    """Return whether ``judge`` has nothing to say; to find its words takes ten times as long."""
    right = [outcome_of(check.task.reference, arguments).value for arguments in cases]
    return all(map(functools.partial(checks._is_right, check), cases, right, outcomes))


def in_environment(
    *command: str | Path, cwd: Path = ROOT, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a tool of the environment that runs the tests, with a student's or teacher's settings."""
    program = Path(sys.executable).with_name(str(command[0]))
    environment = {key: value for key, value in os.environ.items() if "EMBEDLAB" not in key}
    return subprocess.run(
        [program, *map(str, command[1:])],
        cwd=cwd,
        env={**environment, "PYTHONIOENCODING": "utf-8", "COLUMNS": "120", **variables},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


# nbgrader takes seconds to begin; so one process runs several of its commands, each as if alone.
_NBGRADER = """
import json, sys
from jupyter_core.application import NoStart
from nbgrader.apps.nbgraderapp import NbGraderApp

for arguments in json.loads(sys.argv[1]):
    app = NbGraderApp.instance()
    app.initialize(arguments)
    try:
        app.start()
    except NoStart:
        pass  # its subcommand did
    app.subapp.clear_instance()
    app.clear_instance()
"""


def nbgrader(*commands: Sequence[str], cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run stock nbgrader's commands, one after the other, up to the first that fails."""
    program = ("python", "-W", "ignore", "-c", _NBGRADER)
    return in_environment(*program, json.dumps(commands), cwd=cwd)


def failures(assignment: str, submission: str) -> dict[str, str]:
    """Return what each failed cell of a submission raised, by id; "solution" is the solution."""
    errors: dict[str, str] = _all_failures(assignment)[submission]
    return errors


@functools.cache
def _all_failures(assignment: str) -> dict[str, dict[str, str]]:
    """Run the whole bank of an assignment once, without kernels."""
    return failures_of(assignment, [*builder().names(assignment), "solution"])


def failures_of(assignment: str, names: Sequence[str]) -> dict[str, dict[str, str]]:
    """Run some submissions without kernels; return what each failed cell raised, by id."""
    done = in_environment("python", SUBMISSIONS / "run.py", assignment, *names)
    assert done.returncode == 0, done.stderr
    found: dict[str, dict[str, str]] = json.loads(done.stdout)
    return found
