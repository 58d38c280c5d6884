"""The course folder as the grading tool sees it: settings, assignments, submissions, the seed."""

import hmac
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from embedlab.errors import CommandError

CONFIG_NAME = "nbgrader_config.py"


class CourseError(CommandError, ValueError):
    """Something about the folders that whoever runs the tool can put right."""


@dataclass(frozen=True)
class Course:
    """Where everything lies.

    Attributes:
        root: The course folder, which holds ``nbgrader_config.py``.
        source: One folder per assignment, with solutions.
        release: One folder per assignment, generated from the source.
        submitted: One folder per student, with one folder per assignment.
        output: Gradebook, autograded notebooks, feedback, records, and the secret seed.
        database: The address of the gradebook's database, where it is no file in ``output``.
    """

    root: Path
    source: Path
    release: Path
    submitted: Path
    output: Path
    database: str = ""

    @property
    def gradebook(self) -> Path:
        """The sqlite database of grades."""
        return self.output / "gradebook.db"

    @property
    def db_url(self) -> str:
        """The address of the database of grades."""
        return self.database or f"sqlite:///{self.gradebook}"

    @property
    def records(self) -> Path:
        """What is known of each graded submission besides its grades."""
        return self.output / "records"

    @property
    def scratch(self) -> Path:
        """What a run needs while it lasts; emptied by the next if it was ended from outside."""
        return self.output / ".at-work"

    def graded_notebook(self, assignment: str, student: str) -> Path:
        """Return where a submission's executed notebook lies."""
        return self.output / "autograded" / student / assignment / f"{assignment}.ipynb"

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


def open_course(
    root: Path, *, submitted: Path | None = None, output: Path | None = None, database: str = ""
) -> Course:
    """Return the course in a folder.

    Args:
        root: The course folder.
        submitted: Where the submissions lie; ``submitted`` in the output folder if left out.
        output: Where results go; ``grading`` in the course folder if left out.
        database: The address of the gradebook's database; a file in ``output`` if left out.

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
        database=database,
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
