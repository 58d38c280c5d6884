"""The course folder as the grading tool sees it: settings, assignments, submissions, the seed."""

import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CONFIG_NAME = "nbgrader_config.py"


class CourseError(ValueError):
    """Something about the folders that whoever runs the tool can put right."""


@dataclass(frozen=True)
class Course:
    """Where everything lies.

    Attributes:
        root: The course folder, which holds ``nbgrader_config.py``.
        source: One folder per assignment, with solutions.
        release: One folder per assignment, generated from the source.
        submitted: One folder per student, with one folder per assignment.
        output: Gradebook, autograded notebooks, feedback, and the secret seed.
    """

    root: Path
    source: Path
    release: Path
    submitted: Path
    output: Path

    @property
    def gradebook(self) -> Path:
        """The sqlite database of grades."""
        return self.output / "gradebook.db"

    @property
    def secret_file(self) -> Path:
        """What the seeds of the hidden cases are made from."""
        return self.output / "secret-seed"

    def assignments(self) -> list[str]:
        """Return the names of all assignments that have a source notebook."""
        return sorted(path.parent.name for path in self.source.glob("*/*.ipynb"))

    def require_assignment(self, assignment: str) -> None:
        """Raise ``CourseError`` unless there is such an assignment."""
        known = self.assignments()
        if assignment not in known:
            listed = ", ".join(known) or f"none in {self.source}"
            raise CourseError(f"assignment must be one of: {listed}; got {assignment!r}")

    def students(self, assignment: str) -> list[str]:
        """Return the students who handed in an assignment.

        Raises:
            CourseError: If the folder does not exist, or nobody did.
        """
        if not self.submitted.is_dir():
            raise CourseError(
                f"submitted must be an existing folder, got {self.submitted}; it holds "
                f"STUDENT/{assignment}/{assignment}.ipynb"
            )
        found = sorted(
            path.parent.name for path in self.submitted.glob(f"*/{assignment}") if path.is_dir()
        )
        if not found:
            raise CourseError(
                f"submitted must hold submissions of {assignment}, got none in {self.submitted}; "
                f"each lies at STUDENT/{assignment}/{assignment}.ipynb"
            )
        return found

    def problem_with(self, assignment: str, student: str) -> str:
        """Return why a submission cannot be graded; "" if it looks like a notebook."""
        folder = self.submitted / student / assignment
        notebook = folder / f"{assignment}.ipynb"
        if not notebook.is_file():
            others = ", ".join(path.name for path in sorted(folder.iterdir())) or "nothing"
            return f"no {notebook.name}, found {others}"
        try:
            content = json.loads(notebook.read_bytes())
        except ValueError:
            return f"{notebook.name} is not a notebook: it is not valid JSON"
        if not isinstance(content, dict) or not isinstance(content.get("cells"), list):
            return f"{notebook.name} is not a notebook: it has no list of cells"
        return ""


def open_course(root: Path, *, submitted: Path | None = None, output: Path | None = None) -> Course:
    """Return the course in a folder.

    Args:
        root: The course folder.
        submitted: Where the submissions lie; ``submitted`` in the output folder if left out.
        output: Where results go; ``grading`` in the course folder if left out.

    Raises:
        CourseError: If the folder is no course folder.
    """
    root = root.resolve()
    if not (root / CONFIG_NAME).is_file():
        raise CourseError(
            f"the current folder must be the course folder, with {CONFIG_NAME} in it, got {root}"
        )
    output = (output or root / "grading").resolve()
    return Course(
        root=root,
        source=root / "solutions",
        release=root / "exercises",
        submitted=(submitted or output / "submitted").resolve(),
        output=output,
    )


def student_seed(secret_file: Path, student: str, environment: Mapping[str, str], name: str) -> str:
    """Return the seed of one student's hidden cases.

    The secret comes from the environment, or from a file beside the gradebook that only its
    owner can read, written at the first run. Mixed with the student's name it gives everyone
    other cases, so that values seen in one student's feedback help nobody else.

    Args:
        secret_file: Where the secret lies or will lie.
        student: The student.
        environment: The variables to look in.
        name: The variable that holds the secret.
    """
    secret = environment.get(name) or _secret(secret_file)
    return hmac.new(secret.encode(), student.encode(), "sha256").hexdigest()


def _secret(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        secret = secrets.token_hex(16)
        file.write(secret)
    return secret
