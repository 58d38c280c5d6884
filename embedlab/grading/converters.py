"""nbgrader's own converters, with the folders and the gradebook of this run."""

import io
import logging
import os
import re
from pathlib import Path
from typing import Any

from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from embedlab.grading.course import CONFIG_NAME, Course
from embedlab.grading.database import address, quiet
from embedlab.grading.files import FULL


def settings(course: Course, release: Path, feedback: Path | None = None) -> Config:
    """Return the settings of ``nbgrader_config.py`` with the folders of this run.

    Args:
        course: The course.
        release: Where the release lies.
        feedback: Where the feedback goes; the course's own folder if left out.
    """
    config = PyFileConfigLoader(CONFIG_NAME, path=str(course.root)).load_config()
    config.CourseDirectory.update(
        root=str(course.root),
        source_directory=str(course.source),
        release_directory=str(release),
        submitted_directory=str(course.submitted),
        autograded_directory=str(course.output / "autograded"),
        feedback_directory=str(feedback or course.output / "feedback"),
        db_url=address(course),
    )
    config.ExecuteOnHiddenCases.secret_file = str(course.secret_file)
    return config


def converter(
    kind: type[Any],
    course: Course,
    assignment: str,
    student: str = "*",
    *,
    release: Path | None = None,
    feedback: Path | None = None,
    save: bool = True,
) -> Any:
    """Return a converter that does not ask whether something is there already.

    Args:
        kind: Its class.
        course: The course.
        assignment: The assignment.
        student: The student; "*" for all.
        release: Where the release goes; the course's own folder if left out.
        feedback: Where the feedback goes, likewise.
        save: Whether cells are entered in the gradebook.
    """
    config = settings(course, release or course.release, feedback)
    config.SaveCells.enabled = save
    directory = CourseDirectory(config=config, assignment_id=assignment, student_id=student)
    made = kind(coursedir=directory, config=config)
    made.force = True
    return made


def run(made: Any) -> str:
    """Run one of nbgrader's converters; return the reason if it failed.

    nbgrader logs the true reason and then raises an exception that points to the log.

    Raises:
        OSError: If a disk is full.
    """
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    handler.setLevel(logging.ERROR)
    made.log.addHandler(handler)
    try:
        with quiet():
            made.start()
    except Exception as error:
        # The last line of a logged traceback starts with the name of an exception.
        reasons = re.findall(r"^(?:\w+\.)*\w*(?:Error|Exception)\b.*$", log.getvalue(), re.M)
        if full := [code for code in FULL if reasons and f"[Errno {code}]" in reasons[-1]]:
            raise OSError(full[0], os.strerror(full[0])) from None
        return reasons[-1] if reasons else f"{type(error).__name__}: {error}"
    finally:
        made.log.removeHandler(handler)
    return ""
