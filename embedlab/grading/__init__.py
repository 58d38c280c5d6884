"""Grading: the checks that students see, and the instructor's tool.

A notebook needs ``check`` only, and ``check`` needs only what the package itself needs; the runner
and the command line (``embedlab``) need the extra ``grading``, ``embedlab check`` the extra
``check``.

One package per assignment holds its declaration, cases and common mistakes; ``declaration``,
``cases``, ``answers``, ``calls`` and ``checks`` are what they share.
"""

import os
import sys
from collections.abc import Mapping
from typing import Any

from embedlab import __version__
from embedlab.grading import cbow, cosine, ngrams, sentences
from embedlab.grading.checks import CheckFailed, complaint, heading, work_in
from embedlab.grading.declaration import Assignment, Check

__all__ = [
    "ASSIGNMENTS",
    "PUBLIC_SEED",
    "SEED_VARIABLE",
    "CheckFailed",
    "check",
    "checks_of",
    "state_version",
    "version_problem",
]

ASSIGNMENTS: dict[str, Assignment] = {
    module.ASSIGNMENT.name: module.ASSIGNMENT for module in (cosine, ngrams, cbow, sentences)
}

# In a student's notebook the cases come from this seed; in grading from a secret one.
PUBLIC_SEED = "public"
SEED_VARIABLE = "EMBEDLAB_GRADING_SEED"

_UPGRADE = (
    "Take the package from the course page once more, install it with  pip install --upgrade  and "
    "the name of its file, and restart the kernel."
)


def checks_of(assignment: str) -> Mapping[str, Check]:
    """Return an assignment's declared checks by name; an instructor's own has none."""
    return ASSIGNMENTS[assignment].checks if assignment in ASSIGNMENTS else {}


def check(name: str, functions: Mapping[str, Any] | None = None, *, version: int = 1) -> None:
    """Check one property of a function and say what came of it.

    Prints one line if the property holds.

    Args:
        name: The name of the check, which is its property.
        functions: The global names of the notebook; those of the caller if left out.
        version: Of the assignment, as the notebook states it; the first ones stated none.

    Raises:
        CheckFailed: If the property does not hold, with a plain sentence and an example.

    >>> check("cosine_of_ordinary_vectors", {}, version=2)
    Traceback (most recent call last):
    ...
    embedlab.grading.checks.CheckFailed: ✗ cosine_of_ordinary_vectors: 0 of 2 points
    There is no function called cosine. Run its cell first, and look for an error there.
    """
    if functions is None:
        # Not asked for as globals(): that is a name like any other, which a student may reuse.
        functions = sys._getframe(1).f_globals
    assignment, wanted = _find(name)
    if problem := version_problem(assignment, version):
        raise CheckFailed(problem)
    seed = os.environ.get(SEED_VARIABLE) or PUBLIC_SEED
    try:
        sentences = complaint(wanted, work_in(functions, assignment, seed), assignment, seed)
    except KeyboardInterrupt:
        sentences = "The check was interrupted before it came to an end."
    except Exception as error:
        # Nobody should ever read this; if somebody does, it must not look like her own fault.
        sentences = (
            f"The check itself failed, with {type(error).__name__}: {error}. Show this to your "
            "instructor."
        )
    if sentences:
        raise CheckFailed(f"✗ {heading(wanted, 0)}\n{sentences}")
    print(f"✓ {heading(wanted, wanted.points)}")


def state_version(name: str, version: int) -> None:
    """Print what a notebook and this package are, and whether they belong together.

    >>> state_version("cosine", 1)
    This notebook is version 1 of the assignment cosine, but embedlab 0.1.0 checks version 2. Take
    the notebook from the course page once more and copy your functions into it.
    """
    if name not in ASSIGNMENTS:
        print(f"embedlab {__version__} has no assignment called {name}. {_UPGRADE}")
        return
    problem = version_problem(ASSIGNMENTS[name], version)
    print(problem or f"Ready: embedlab {__version__}, assignment {name}, version {version}")


def version_problem(assignment: Assignment, version: int) -> str:
    """Return why a notebook of some version cannot be checked; "" if it can."""
    if version == assignment.version:
        return ""
    stated = (
        f"This notebook is version {version} of the assignment {assignment.name}, but embedlab "
        f"{__version__} checks version {assignment.version}."
    )
    if version < assignment.version:
        return (
            f"{stated} Take the notebook from the course page once more and copy your functions "
            "into it."
        )
    return f"{stated} {_UPGRADE}"


def _find(name: str) -> tuple[Assignment, Check]:
    for assignment in ASSIGNMENTS.values():
        if name in assignment.checks:
            return assignment, assignment.checks[name]
    raise CheckFailed(
        f"embedlab {__version__} has no check called {name}: notebook and package are of different "
        f"versions, or the cell was changed. {_UPGRADE}"
    )
