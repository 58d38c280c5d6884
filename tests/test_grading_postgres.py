"""The gradebook in PostgreSQL: a real server, thrown away afterwards."""

import contextlib
import glob
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from uuid import uuid4

import pytest
from grading_batches import (
    SEED,
    command,
    course_of,
    everything,
    grade,
    run,
    undisturbed,
    wait_for,
    without_sandboxes,
)
from sqlalchemy import create_engine, make_url, text

from embedlab.grading import SEED_VARIABLE, gradebook
from embedlab.grading.course import CourseError

pytest.importorskip("psycopg2")
pytestmark = pytest.mark.postgres

SERVER = "EMBEDLAB_POSTGRES"
"""The variable that may hold the address of a server on which databases can be made."""

PASSWORD = "p:w/w+0"


@pytest.fixture(autouse=True)
def _secret(monkeypatch):
    monkeypatch.setenv(SEED_VARIABLE, SEED)


@pytest.fixture(scope="session")
def server():
    """The address of a server."""
    if address := os.environ.get(SERVER):
        yield make_url(address)
        return
    programs = _programs()
    if programs is None:
        pytest.skip(f"no PostgreSQL: install the package postgresql, or set {SERVER}")
    with contextlib.ExitStack() as stack:
        yield _start(programs, stack)


def _programs():
    """Return where the server's programs lie, the newest ones; None if there are none."""
    folders = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: _number(path))
    found = shutil.which("initdb")
    folders = [*folders, *([str(Path(found).resolve().parent)] if found else [])]
    return Path(folders[-1]) if folders else None


def _number(path):
    return float(path.split("/")[-2])


def _start(programs, stack):
    # It refuses to be root.
    user = None
    if os.geteuid() == 0:
        names = {each.pw_name for each in pwd.getpwall()}
        user = "postgres" if "postgres" in names else "nobody"
    # The path of a socket must be short, and its folder open to the user.
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pg", dir="/tmp")))
    if user:
        shutil.chown(folder, user)
    (secret := folder / "password").write_text(PASSWORD)
    secret.chmod(0o644)
    data = folder / "data"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    how = {"user": user, "cwd": folder, "stdout": subprocess.DEVNULL}
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "teacher", "-A", "scram-sha-256",
         "--pwfile", secret, "-E", "UTF8", "--no-sync"],
        check=True, **how,
    )  # fmt: skip
    process = subprocess.Popen(
        [programs / "postgres", "-D", data, "-p", str(port), "-k", str(folder), "-h", "127.0.0.1",
         "-F"],
        stderr=subprocess.DEVNULL, **how,
    )  # fmt: skip
    stack.callback(process.wait)
    stack.callback(process.terminate)
    url = make_url("postgresql+psycopg2://teacher@127.0.0.1/postgres")
    url = url.set(password=PASSWORD, port=port)
    wait_for(lambda: _answers(url))
    return url


def _answers(url):
    engine = create_engine(url)
    try:
        with contextlib.suppress(Exception), engine.connect():
            return True
    finally:
        engine.dispose()
    return False


@pytest.fixture
def database(server):
    """The address of an empty database, as an instructor writes it."""
    name = f"grades_{uuid4().hex}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        yield server.set(drivername="postgresql", database=name).render_as_string(False)
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A gradebook in sqlite, and the results that it was made from."""
    return undisturbed(tmp_path_factory.getbasetemp())


def test_the_gradebook_is_the_same_as_in_sqlite(graded, database, tmp_path):
    reference, results = graded
    course = course_of(reference.submitted, tmp_path / "output", database)
    address = gradebook.address(course)
    with without_sandboxes(results) as asked:
        first = grade(course)
        assert len(asked) == 6
        assert everything(course, address) == everything(reference)
        assert "Gradebook" not in first.files
        assert not course.gradebook.exists()

        # Nothing is graded twice, and what a person has given stays.
        names = "why_unseen_words_have_vectors", "ngrams", "ngrams", "ada"
        from nbgrader.api import Gradebook

        with Gradebook(address) as opened:
            opened.find_grade(*names).manual_score = 1.5
            opened.find_comment(*names).manual_comment = "Well said."
            opened.db.commit()
        assert grade(course).summary == "Graded 0 of 6 submissions; 6 had not changed"
        assert grade(course, again=True).summary == "Graded 6 of 6 submissions"
        with Gradebook(address) as opened:
            assert opened.find_grade(*names).manual_score == 1.5
            assert opened.find_comment(*names).manual_comment == "Well said."
            assert len(opened.assignment_submissions("ngrams")) == 6
    rows = (course.output / "grades.csv").read_text().splitlines()
    assert len(rows) == 7
    _assert_no_password(course)


def _assert_no_password(course):
    words = make_url(course.database).password
    for path in course.output.rglob("*"):
        if path.is_file():
            assert words.encode() not in path.read_bytes(), path


def test_with_workers_and_from_the_command_line(graded, database, tmp_path):
    """Feedback is written by processes, which open the database themselves."""
    reference, _ = graded
    course = course_of(reference.submitted, tmp_path / "output", database)
    assert grade(course, students=["ada", "dana"]).summary == "Graded 2 of 2 submissions"
    for student in ("ada", "dana"):
        page = Path("feedback", student, "ngrams", "ngrams.html")
        assert (course.output / page).read_bytes() == (reference.output / page).read_bytes()
    program = command(course.submitted, course.output)[0]
    told = run([program, "scores", "ngrams", "--output", str(course.output), "--db", database])
    assert told.returncode == 0, told.stderr
    assert "ada" in told.stdout
    assert "bela" not in told.stdout
    assert PASSWORD not in told.stdout + told.stderr
    _assert_no_password(course)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"password": "p@ss w"}, "password authentication failed"),
        ({"username": "nobody"}, "password authentication failed"),
        ({"database": "elsewhere"}, 'database "elsewhere" does not exist'),
        ({"port": 9}, "Connection refused"),
    ],
)
def test_a_database_that_cannot_be_had_is_one_sentence(
    changes, sentence, graded, database, tmp_path
):
    reference, results = graded
    url = make_url(database).set(**changes)
    course = course_of(reference.submitted, tmp_path / "output", url.render_as_string(False))
    with without_sandboxes(results), pytest.raises(CourseError) as said:
        grade(course)
    words = str(said.value)
    assert words.startswith(f"the gradebook postgresql+psycopg2://{url.username}@127.0.0.1:")
    assert sentence in words
    assert "\n" not in words
    assert url.password not in words
    assert "***" not in words


def test_a_server_that_goes_away_is_one_sentence(graded, server, database, tmp_path):
    reference, results = graded
    course = course_of(reference.submitted, tmp_path / "output", database)
    save, n = gradebook.save, []

    def cut_off(*words):
        n.append(words)
        if len(n) == 3:
            with gradebook.together(course) as opened:
                words = "SELECT pg_terminate_backend(pg_backend_pid())"
                opened.db.execute(text(words))
        return save(*words)

    with pytest.MonkeyPatch.context() as patch, without_sandboxes(results):
        patch.setattr(gradebook, "save", cut_off)
        with pytest.raises(CourseError) as said:
            grade(course)
    words = str(said.value)
    assert "server closed the connection" in words or "terminating connection" in words
    assert words.endswith("; 2 graded now are kept, and the same command goes on from there")
    with without_sandboxes(results) as asked:
        grade(course)
    assert len(asked) == 4
    assert everything(course, gradebook.address(course)) == everything(reference)
