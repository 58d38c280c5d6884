"""What stock nbgrader does not do by itself, as preprocessors of its autograder.

``nbgrader_config.py`` enters them with ``autograde_preprocessors``, so nbgrader's own commands
and ``embedlab grade`` use the same hidden cases and give the same points.
"""

import os
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.preprocessors import Execute, NbGraderPreprocessor, SaveAutoGrades
from nbgrader.utils import is_grade, setenv
from traitlets import Unicode

from embedlab.grading import SEED_VARIABLE, checks_of
from embedlab.grading.course import student_seed


class ExecuteOnHiddenCases(Execute):  # type: ignore[misc]
    """Execute a notebook with a seed of the student's own, from which the cases are made."""

    secret_file = Unicode(help="File of the secret that the seeds are made from.").tag(config=True)

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """Execute all cells; the kernel inherits the seed, but not the secret."""
        student = resources["nbgrader"]["student"]
        seed = student_seed(Path(self.secret_file), student, os.environ, SEED_VARIABLE)
        with setenv(**{SEED_VARIABLE: seed}):
            nb, resources = super().preprocess(nb, resources)
        declared = checks_of(resources["nbgrader"]["assignment"])
        for cell in nb.cells:
            if is_grade(cell) and cell.metadata.nbgrader["grade_id"] in declared:
                # nbgrader gives 0 points for a word on stderr, such as somebody's warning.
                cell.outputs = [each for each in cell.outputs if each.get("name") != "stderr"]
        return nb, resources


class SaveBonus(NbGraderPreprocessor):  # type: ignore[misc]
    """Give the points of the optional challenge as nbgrader's extra credit.

    Its check cells are worth 0 points, so that whoever leaves it out still has full marks.
    """

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """Write the extra credit of every bonus check."""
        names = {key: resources["nbgrader"][key] for key in ("notebook", "assignment", "student")}
        checks = checks_of(names["assignment"])
        with Gradebook(resources["nbgrader"]["db_url"]) as gradebook:
            for cell in nb.cells:
                check = checks.get(cell.metadata.nbgrader["grade_id"]) if is_grade(cell) else None
                if check and check.is_bonus:
                    grade = gradebook.find_grade(check.name, **names)
                    grade.extra_credit = float(check.points) if _is_passed(cell) else None
            gradebook.db.commit()
        return nb, resources


def autograde_preprocessors() -> list[type[Any]]:
    """Return nbgrader's own preprocessors for autograding, with ours in their places."""
    places = {Execute: [ExecuteOnHiddenCases], SaveAutoGrades: [SaveAutoGrades, SaveBonus]}
    stock = Autograde.class_traits()["autograde_preprocessors"].default()
    return [each for original in stock for each in places.get(original, [original])]


def _is_passed(cell: Any) -> bool:
    """Return whether a check cell ran to its end."""
    failed = any(output.output_type == "error" for output in cell.outputs)
    return cell.execution_count is not None and not failed
