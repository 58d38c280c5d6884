"""The entry point of ``embedlab``: one line and exit status 2 when something is missing."""

import sys

# What the extra `grading` installs and a student need not have.
_OPTIONAL = ("nbgrader", "rich", "typer")


def main() -> None:
    """Run the command line.

    Raises:
        SystemExit: With status 2 if the folders or the installed packages do not allow it.
    """
    try:
        # Imported here, so that a missing package is a sentence and no traceback.
        from embedlab.grading.commands import app
        from embedlab.grading.course import CourseError

        try:
            app()
        except CourseError as error:
            _stop(str(error))
    except ModuleNotFoundError as error:
        package = (error.name or "").split(".")[0]
        if package not in _OPTIONAL:
            raise
        _stop(f"{package} is not installed; run  pip install {' '.join(_OPTIONAL)}")


def _stop(message: str) -> None:
    print(f"embedlab: {message}", file=sys.stderr)
    raise SystemExit(2)
