"""The entry point of ``embedlab``: one line and exit status 2 when something is missing."""

import sys

from embedlab.errors import CommandError

# What only the extras `check`, `grading` and `serve` install, and what brings it.
_FOR_STUDENTS = "typer rich nbclient ipykernel"
_FOR_SERVICE = "fastapi uvicorn prometheus-client limits cachetools mdit-py-plugins"
_SERVICE = "fastapi uvicorn prometheus_client limits cachetools markdown_it mdit_py_plugins".split()
_INSTALLED_BY = {
    **dict.fromkeys(_SERVICE, _FOR_SERVICE),
    "nbgrader": "nbgrader",
    **{name: name for name in ("jinja2", "nh3", "psutil")},
    **dict.fromkeys(("typer", "rich", "nbclient", "nbformat", "jupyter_client"), _FOR_STUDENTS),
}


def main() -> None:
    """Run the command line.

    Raises:
        SystemExit: With status 2 if the folders or the installed packages do not allow it.
    """
    try:
        # Imported here, so that a missing package is a sentence and no traceback.
        import typer

        from embedlab.claims import commands as claims
        from embedlab.grading import commands as grading
        from embedlab.service import commands as service
        from embedlab.site_search import commands as site_search

        app = typer.Typer(
            help="Check your notebook; release and grade the assignments; serve the search.",
            no_args_is_help=True,
            add_completion=False,
            pretty_exceptions_enable=False,
        )
        app.add_typer(grading.app)
        app.add_typer(service.app)
        app.add_typer(claims.app)
        app.add_typer(site_search.app)
        try:
            app()
        except CommandError as error:
            _stop(str(error))
    except ModuleNotFoundError as error:
        package = (error.name or "").split(".")[0]
        if package not in _INSTALLED_BY:
            raise
        _stop(f"{package} is not installed; run  pip install {_INSTALLED_BY[package]}")


def _stop(message: str) -> None:
    print(f"embedlab: {message}", file=sys.stderr)
    raise SystemExit(2)
