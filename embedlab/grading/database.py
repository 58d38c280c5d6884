"""The database behind nbgrader's gradebook: opened with clear words, written in one piece."""

import contextlib
import functools
import importlib.util
import re
import sys
import warnings
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

import nbgrader.api
from nbgrader.api import Gradebook, InvalidEntry
from nbgrader.dbutil import ALEMBIC_DIR
from nbgrader.preprocessors import NbGraderPreprocessor
from sqlalchemy import Engine, create_engine, inspect, make_url, text
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    NoSuchModuleError,
    SAWarning,
    SQLAlchemyError,
)
from sqlalchemy.util import immutabledict
from tornado.log import app_log
from traitlets.config import Config

from embedlab.grading.course import Course, CourseError

_DRIVERS = ("psycopg2", "psycopg")
_PATIENCE = "60"
"""Seconds to wait while another program, like formgrader, writes to a file of grades."""


class GradebookError(CourseError):
    """The database cannot be had, or has failed."""


def address(course: Course) -> str:
    """Return the address of the gradebook's database, with a driver that is installed.

    Raises:
        CourseError: If it is no address of a database.
    """
    try:
        url = make_url(course.db_url)
    except (ArgumentError, ValueError):
        # It is not repeated: it may hold a password.
        raise CourseError(
            "db must be the address of a database, like postgresql://user@host/name"
        ) from None
    if "@" in (url.host or ""):
        raise CourseError("db must not hold an @ in its password; there it is written %40")
    if url.drivername == "postgresql":
        # Which driver is meant when none is named depends on the version of SQLAlchemy.
        installed = [name for name in _DRIVERS if importlib.util.find_spec(name)]
        url = url.set(drivername=f"postgresql+{(installed or _DRIVERS)[0]}")
    elif url.drivername == "sqlite":
        url = url.update_query_dict({"timeout": _PATIENCE})
    return url.render_as_string(hide_password=False)


@contextlib.contextmanager
def opened(course: Course) -> Iterator[Any]:
    """Open the gradebook.

    Raises:
        GradebookError: If the database cannot be had, or fails in between.
    """
    course.output.mkdir(parents=True, exist_ok=True)
    url = address(course)
    with quiet():
        try:
            _enter_version(url)
            with Gradebook(url) as gradebook:
                yield gradebook
        except Exception as error:
            if sentence := _sentence(error, url):
                raise GradebookError(sentence) from None
            raise


def _enter_version(url: str) -> None:
    """Enter the version of the tables, first of all, as nbgrader does last of all.

    nbgrader starts a program for that, which takes a second, and a database whose making was
    ended before that never gets a version, so that it cannot be upgraded.
    """
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            if "alembic_version" not in inspect(connection).get_table_names():
                words = "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"
                connection.execute(text(words))
            if not connection.execute(text("SELECT * FROM alembic_version")).first():
                words = "INSERT INTO alembic_version (version_num) VALUES (:version)"
                connection.execute(text(words), {"version": _newest_version()})
    finally:
        engine.dispose()


def _newest_version() -> str | None:
    from alembic.script import ScriptDirectory

    return ScriptDirectory(ALEMBIC_DIR).get_current_head()


class Together(Gradebook):  # type: ignore[misc]
    """A gradebook that keeps everything back until ``finish``, and stays open until then.

    nbgrader commits after each cell; a submission takes a quarter of the time when that is done
    once, and is saved whole or not at all.
    """

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._commit = self.db.commit
        self.db.commit = self.db.flush

    def __exit__(self, *_: object) -> None:
        """Stay open: each preprocessor closes the gradebook that it has used."""

    def finish(self) -> None:
        """Write everything."""
        self._commit()


@contextlib.contextmanager
def together(course: Course) -> Iterator[Together]:
    """Open the gradebook; what is written is kept if the block comes to its end.

    Raises:
        GradebookError: If the database cannot be had, or fails in between.
    """
    url = address(course)
    with quiet():
        try:
            with contextlib.closing(Together(url)) as gradebook:
                yield gradebook
                gradebook.finish()
        except Exception as error:
            if sentence := _sentence(error, url):
                raise GradebookError(sentence) from None
            raise


def preprocess(
    kind: type[NbGraderPreprocessor],
    config: Config,
    notebook: Any,
    about: Mapping[str, str],
    gradebook: Together,
) -> None:
    """Let one of nbgrader's preprocessors look at a notebook, with a gradebook that is open."""
    # They open their own by this name, and know no other way.
    module: Any = sys.modules[kind.__module__]
    original = module.Gradebook
    module.Gradebook = lambda *_: gradebook
    # As after a commit: sums over what the one before has written are made anew.
    gradebook.db.expire_all()
    try:
        kind(config=config).preprocess(notebook, {"nbgrader": dict(about)})
    finally:
        module.Gradebook = original


@functools.cache
def _engine(url: str, **options: Any) -> Engine:
    """Return the one engine for a database, which keeps the statements that it has compiled.

    nbgrader makes a new one whenever it opens a gradebook, and compiles them all again.
    """
    return create_engine(url, **options)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Say nothing of nbgrader's own database code, and let it use one engine.

    Nobody here can do anything about what it says.
    """
    before = app_log.disabled, nbgrader.api.create_engine
    app_log.disabled, nbgrader.api.create_engine = True, _engine
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)
            yield
    finally:
        app_log.disabled, nbgrader.api.create_engine = before


def _sentence(error: Exception, url: str) -> str:
    """Return what to say of an error of the database; "" if it is another."""
    where = make_url(url)._replace(password=None, query=immutabledict()).render_as_string()
    if isinstance(error, NoSuchModuleError):
        name = make_url(url).drivername
        return f"db must begin with postgresql:// or sqlite:///, got {name}"
    if isinstance(error, ModuleNotFoundError) and error.name in {*_DRIVERS, "asyncpg", "pg8000"}:
        return f"{error.name} is not installed; run  pip install psycopg2-binary"
    original: BaseException = error
    if isinstance(error, InvalidEntry) and error.__context__:
        # nbgrader's, in the place of the database's own.
        original = error.__context__
    if not isinstance(original, SQLAlchemyError):
        return ""
    cause = original.orig if isinstance(original, DBAPIError) else original
    said = " ".join(str(cause or original).split("\n\t")[0].split("\n")[0].split())
    return f"the gradebook {where} failed: {_without_password(said, url)}"


def _without_password(words: str, url: str) -> str:
    """Take out what may be a part of the password."""
    written = re.search(r"://[^:/@]*:([^/]*)@", url)
    for part in {written[1], unquote(written[1])} if written else ():
        words = words.replace(part, "***") if part else words
    return words
