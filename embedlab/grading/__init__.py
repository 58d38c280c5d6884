"""Grading: the checks that students see, and the instructor's tool.

A notebook needs ``check`` only, and ``check`` needs NumPy only; the runner and the command line
(``embedlab``) need the extra ``grading``.
"""

import os
from collections.abc import Mapping
from typing import Any

from embedlab import __version__
from embedlab.grading import cosine
from embedlab.grading.checks import CheckFailed, complaint

__all__ = ["ASSIGNMENTS", "PUBLIC_SEED", "SEED_VARIABLE", "CheckFailed", "check"]

ASSIGNMENTS = {assignment.name: assignment for assignment in (cosine.ASSIGNMENT,)}

# In a student's notebook the cases come from this seed; in grading from a secret one.
PUBLIC_SEED = "public"
SEED_VARIABLE = "EMBEDLAB_GRADING_SEED"


def check(name: str, functions: Mapping[str, Any]) -> None:
    """Check one property of a function and say what came of it.

    Prints one line if the property holds.

    Args:
        name: The name of the check, which is its property.
        functions: The global names of the notebook: ``globals()``.

    Raises:
        CheckFailed: If the property does not hold, with a plain sentence and an example.

    >>> check("cosine_of_ordinary_vectors", {})
    Traceback (most recent call last):
    ...
    embedlab.grading.checks.CheckFailed: ✗ cosine_of_ordinary_vectors: 0 of 2 points
    There is no function called cosine. Run its cell first, and look for an error there.
    """
    found = [
        (assignment, assignment.checks[name])
        for assignment in ASSIGNMENTS.values()
        if name in assignment.checks
    ]
    if not found:
        raise CheckFailed(
            f"embedlab {__version__} has no check called {name}. Notebook and package are of "
            "different versions: take both from the course page once more, and install the package "
            "with  pip install --upgrade  and the name of its file"
        )
    assignment, wanted = found[0]
    seed = os.environ.get(SEED_VARIABLE) or PUBLIC_SEED
    sentences = complaint(wanted, functions, assignment, seed)
    unit = "point" if wanted.points == 1 else "points"
    if sentences:
        raise CheckFailed(f"✗ {name}: 0 of {wanted.points} {unit}\n{sentences}")
    print(f"✓ {name}: {wanted.points} of {wanted.points} {unit}")
