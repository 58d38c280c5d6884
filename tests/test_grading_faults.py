"""A batch comes to its end, and to the same grades, whatever is killed, stopped or full."""

import contextlib
import json
import os
import pickle
import re
import shutil
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path

import nbformat
import psutil
import pytest
from filelock import FileLock
from grading_batches import (
    SEED,
    WORK,
    command,
    course_of,
    double,
    everything,
    grade,
    hand_in,
    mark,
    marks,
    no_process_left,
    records,
    run,
    start,
    undisturbed,
    wait_for,
    without_sandboxes,
)
from grading_helpers import ROOT

from embedlab.grading import SEED_VARIABLE, gradebook
from embedlab.grading.batch import batch, pools
from embedlab.grading.batch import command as grading
from embedlab.grading.course import CourseError, open_course

HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def _secret(monkeypatch):
    monkeypatch.setenv(SEED_VARIABLE, SEED)


@pytest.fixture(scope="module")
def reference_run(tmp_path_factory):
    return undisturbed(tmp_path_factory.getbasetemp())


@pytest.fixture
def reference(reference_run):
    return reference_run[0]


@pytest.fixture
def results(reference_run):
    return reference_run[1]


@pytest.fixture
def submitted(reference):
    return reference.submitted


@pytest.fixture
def course(submitted, tmp_path):
    return course_of(submitted, tmp_path / "output")


def _assert_no_scratch(course):
    assert not grading._scratch(course).exists()
    assert not course.scratch.exists()


def test_killed_at_any_step_it_goes_on_and_comes_to_the_same(
    submitted, reference, results, tmp_path
):
    known = tmp_path / "results"
    known.write_bytes(pickle.dumps(results))
    course = course_of(submitted, tmp_path / "output")
    told = run([sys.executable, str(HERE / "grading_killed.py"), str(submitted),
                str(course.output), str(known)])  # fmt: skip
    assert told.returncode == 0, told.stderr
    n = json.loads(told.stdout)
    # It was killed often, and in the end went through far more than the last kill reached.
    assert n["killed"] > 20
    assert marks(course) == [("ada", 1.5)]

    with_mark = course_of(submitted, tmp_path / "with_mark")
    shutil.copytree(reference.output, with_mark.output)
    mark(with_mark, "ada")
    with without_sandboxes(results) as asked:
        grade(with_mark)
    assert not asked
    _assert_same(course, with_mark, but="feedback/ada")


def _assert_same(course, reference, but="-"):
    found, expected = everything(course), everything(reference)
    for each in (found, expected):
        each["files"] = {path: text for path, text in each["files"].items() if but not in path}
    assert list(found["files"]) == list(expected["files"])
    for part, value in expected.items():
        assert found[part] == value, part


@pytest.fixture
def temporary(monkeypatch):
    """Where the programs that are started here have their temporary files."""
    # The path of a socket in it must be short.
    with tempfile.TemporaryDirectory(prefix="t", dir="/tmp", ignore_cleanup_errors=True) as folder:
        monkeypatch.setenv("TMPDIR", folder)
        yield Path(folder)


def test_killed_and_interrupted_it_leaves_no_process_and_goes_on(course, reference, temporary):
    """The real program, a real kill -9 and a real Ctrl-C."""
    how = command(course.submitted, course.output)
    with no_process_left():
        program = start(how)
        wait_for(lambda: len(records(course)) >= 1)
        program.kill()
        program.communicate()
    first = _times(course)
    assert len(first) < len(WORK)

    with no_process_left():
        program = start(how)
        wait_for(lambda: len(records(course)) > len(first))
        begun = time.monotonic()
        os.killpg(program.pid, signal.SIGINT)
        out, errors = program.communicate()
        assert time.monotonic() < begun + 5
    assert (program.returncode, out) == (2, "")
    assert re.fullmatch(
        r"embedlab: interrupted; \d graded now are kept, and the same command goes on from there\n",
        errors,
    )
    second = _times(course)
    assert not any(temporary.glob("embedlab-*"))

    n_kept = len(second)
    summary = f"Graded {6 - n_kept} of 6 submissions; {n_kept} had not changed"
    assert grade(course).summary == summary
    third = _times(course)
    assert third == {**third, **second}
    assert second == {**second, **first}
    _assert_same(course, reference)


def _times(course):
    paths = (course.records / "ngrams").glob("*.json")
    return {path.stem: path.stat().st_mtime_ns for path in paths}


def _processes(words):
    """Return this process's descendants whose command lines hold some words."""
    found = []
    for each in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if words in " ".join(each.cmdline()) and each.status() != psutil.STATUS_ZOMBIE:
                found.append(each)
    return found


def _workers():
    """Return the processes forked from the fork server."""
    servers = _processes("multiprocessing.forkserver")
    inner = {each.pid for each in servers}
    return [each for each in servers if each.ppid() in inner]


def _is_below(process, word):
    """Return whether a process's parent has a word in its name or command line."""
    with contextlib.suppress(psutil.Error):  # it may have ended a moment ago
        parent = process.parent()
        return word in " ".join([parent.name(), *parent.cmdline()])
    return False


def _victim(kind):
    """Return a process of a kind; None while there is none."""
    found = {
        "worker": _workers,
        "forkserver": lambda: [
            each for each in _processes("multiprocessing.forkserver") if each.children()
        ][:1],
        "bwrap": lambda: _processes("bwrap --unshare"),
        "first process": lambda: [
            each for each in _processes("inside.zygote") if _is_below(each, "bwrap --unshare")
        ],
        "notebook": lambda: [
            each
            for each in _processes("inside.zygote")
            if _is_below(each, "inside.zygote")
            and each.name() != "bwrap"
            and not _is_below(each, "bwrap --unshare")
        ],
    }[kind]()
    return found[-1] if found else None


def _sabotage(monkeypatch, *deeds):
    """Do something to a process each time that another record is written."""
    save, left = batch._save, list(deeds)

    def saving(*words):
        record = save(*words)
        if left and (victim := _victim(left[0][0])):
            victim.send_signal(left.pop(0)[1])
        return record

    monkeypatch.setattr(batch, "_save", saving)
    return left


def test_whatever_helper_is_killed_the_grades_are_the_same(course, reference, monkeypatch):
    kinds = ("worker", "forkserver", "bwrap", "first process")
    left = _sabotage(monkeypatch, *((kind, signal.SIGKILL) for kind in kinds))
    for _ in range(4):
        # Right after one has been killed there may be none of another kind.
        grade(course, again=True)
        if not left:
            break
    assert not left
    # A notebook that was hit twice is not graded, and the next run takes it up.
    grade(course)
    _assert_no_scratch(course)
    assert not _workers()
    # What lost its parent is killed by the kernel, which may be a moment later.
    wait_for(lambda: not _processes("bwrap"), seconds=10)
    _assert_same(course, reference)


def test_a_notebook_that_somebody_kills_runs_once_more(reference, tmp_path):
    submitted = hand_in(tmp_path / "submitted", {"ada": WORK["ada"]})
    path = submitted / "ada" / "ngrams" / "ngrams.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell("import time; time.sleep(2)"))
    nbformat.write(notebook, path)
    course = course_of(submitted, tmp_path / "output")
    done = []

    def kill():
        victim = wait_for(sleeping)
        with contextlib.suppress(psutil.Error):
            victim.kill()
            done.append(victim)

    def sleeping():
        """Return the notebook's process when it is in its last cell; the probe is over sooner."""
        found = _victim("notebook")
        with contextlib.suppress(psutil.Error):
            return found if found and time.time() - found.create_time() > 1 else None

    gradebook.register(course, "ngrams")
    thread = threading.Thread(target=kill)
    thread.start()
    grade(course)
    thread.join()
    assert done
    found = records(course)["ada"]
    assert found["complaints"] == records(reference)["ada"]["complaints"]
    assert found["limits"] == []
    assert found["suspicions"] == []


def test_a_worker_that_is_stopped_does_not_stop_the_batch(course, reference, monkeypatch):
    monkeypatch.setattr(batch, "_longest", lambda _: 4)
    left = _sabotage(monkeypatch, ("worker", signal.SIGSTOP))
    grade(course)
    assert not left
    assert not _workers()
    _assert_same(course, reference)


def test_what_kills_or_stops_its_worker_harms_no_other(tmp_path):
    with pools.local(2, tmp_path) as workers:
        found = dict(pools.each(range(10), double, workers, 2))
    for number, outcome in found.items():
        if number in (3, 4):
            assert "ended from outside, or never came to an end" in outcome.reason
        elif number == 5:
            assert outcome.reason == "The grader failed with RuntimeError: five"
        else:
            assert outcome == 2 * number
    assert sorted(found) == list(range(10))
    assert not _workers()


def test_without_changes_nothing_is_graded_or_written(submitted, reference, results, tmp_path):
    course = course_of(submitted, tmp_path / "output")
    shutil.copytree(reference.output, course.output)
    before = _times(course)
    pages = {path: path.stat().st_mtime_ns for path in course.output.rglob("*.html")}
    with without_sandboxes(results) as asked:
        graded = grade(course)
    assert asked == []
    assert graded.summary == "Graded 0 of 6 submissions; 6 had not changed"
    assert _times(course) == before
    for path in (course.output / "feedback").rglob("*.html"):
        assert path.stat().st_mtime_ns == pages[path]
    _assert_same(course, reference)

    mark(course, "ada")
    with without_sandboxes(results) as asked:
        assert grade(course, again=True).summary == "Graded 6 of 6 submissions"
    assert sorted(asked) == list(WORK)
    assert marks(course) == [("ada", 1.5)]


@pytest.mark.parametrize("lost", ["record", "notebook", "feedback", "half a record"])
def test_what_is_lost_is_made_again(lost, submitted, reference, results, tmp_path):
    course = course_of(submitted, tmp_path / "output")
    shutil.copytree(reference.output, course.output)
    record = course.records / "ngrams" / "bela.json"
    if lost == "record":
        record.unlink()
    elif lost == "half a record":
        record.write_text(record.read_text()[:100])
    elif lost == "notebook":
        course.graded_notebook("ngrams", "bela").unlink()
    else:
        shutil.rmtree(course.output / "feedback" / "bela")
    with without_sandboxes(results) as asked:
        grade(course)
    assert asked == ([] if lost == "feedback" else ["bela"])
    _assert_same(course, reference)


def test_a_page_older_than_the_grades_is_written_again(submitted, reference, results, tmp_path):
    """As it is when a run was ended between the grades and the feedback on them."""
    course = course_of(submitted, tmp_path / "output")
    shutil.copytree(reference.output, course.output)
    page = course.output / "feedback" / "dana" / "ngrams" / "ngrams.html"
    page.write_text("the page of an older submission")
    os.utime(page, (1, 1))
    with without_sandboxes(results) as asked:
        grade(course)
    assert not asked
    _assert_same(course, reference)


def test_only_what_has_changed_is_graded(submitted, reference, results, tmp_path, monkeypatch):
    work = {**WORK, "gita": WORK["ada"]}
    changed = course_of(hand_in(tmp_path / "submitted", work), tmp_path / "output")
    shutil.copytree(reference.output, changed.output)
    with without_sandboxes(results) as asked:
        grade(changed)
        assert asked == ["gita"]
        # Back to what it was, it is graded again.
        hand_in(changed.submitted)
        grade(changed)
        assert asked == ["gita", "gita"]
        _assert_same(changed, reference)
        # A grader with other lines may come to other points.
        monkeypatch.setattr(batch, "grader", lambda: "another")
        grade(changed)
        assert sorted(asked[2:]) == list(WORK)


def test_two_graders_do_not_share_an_output(course, results):
    course.output.mkdir()
    with (
        FileLock(course.output / ".grading.lock"),
        without_sandboxes(results) as asked,
        pytest.raises(CourseError, match=r"another  embedlab grade  is at work on .*output; wait"),
    ):
        grade(course)
    assert not asked
    assert not course.gradebook.exists()
    # Whoever was killed keeps nobody away.
    with without_sandboxes(results):
        grade(course)


# What a full disk may be met at, and whether grades are kept by then.
FULL = {
    "gradebook": ("sqlalchemy.engine.default.DefaultDialect.do_commit", False),
    "notebook": ("embedlab.grading.gradebook.write_whole", False),
    "record": ("embedlab.grading.batch.records.write_whole", False),
    "export": ("embedlab.grading.gradebook.export", True),
    "report": ("embedlab.grading.batch.results.write_page", True),
}


@pytest.mark.parametrize("place", FULL)
def test_a_full_disk_is_one_sentence(place, course, reference, results, monkeypatch):
    name, is_over = FULL[place]

    def full(*_, **__):
        raise OSError(28, "No space left on device", "somewhere")

    with monkeypatch.context() as patch, without_sandboxes(results):
        patch.setattr(name, full)
        with pytest.raises(CourseError) as said:
            grade(course)
    sentence = "No space left on device: somewhere"
    if is_over:
        sentence += "; 6 graded now are kept, and the same command goes on from there"
    assert str(said.value) == sentence
    with without_sandboxes(results) as asked:
        grade(course)
    assert (asked == []) == is_over
    _assert_same(course, reference)


def test_a_disk_that_is_really_full(course, reference, results):
    """The output on a small disk of its own, which is full after the first grades."""
    course.output.mkdir()
    inside = " ".join(map(str, command(course.submitted, course.output)))
    out, copy = course.output, f"{course.output}.copy"
    script = f"{inside}; code=$?; rm -rf {out}/.at-work; cp -a {out} {copy}; exit $code"
    done = run(
        [*_in_its_own_mounts(), "--size", "500000", "--tmpfs", str(out), "--", "sh", "-c", script]
    )
    assert done.returncode == 2, (done.stdout, done.stderr)
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert re.match("embedlab: .*(full|No space left on device)", done.stderr)
    out.rmdir()
    Path(copy).rename(out)
    with without_sandboxes(results):
        grade(course)
    _assert_same(course, reference)


def _in_its_own_mounts():
    caps = ["--cap-add", "ALL"] if os.geteuid() == 0 else ["--unshare-user"]
    return ["bwrap", *caps, "--dev-bind", "/", "/"]


def test_late_penalties_are_those_of_nbgrader(submitted, results, tmp_path):
    """nbgrader's own plugin takes all points of who is late by timestamp.txt."""
    root = tmp_path / "course"
    root.mkdir()
    for name in ("solutions", "exercises"):
        (root / name).symlink_to(ROOT / name)
    settings = (ROOT / "nbgrader_config.py").read_text()
    settings += '\nc.LateSubmissionPlugin.penalty_method = "zero"\n'
    (root / "nbgrader_config.py").write_text(settings)
    submitted = hand_in(tmp_path / "submitted")
    course = open_course(root, submitted=submitted, output=tmp_path / "output")
    times = {
        "ada": "2026-03-01 11:59:59 UTC\n",
        "bela": "2026-03-01 14:00:00 +0100",
        "dana": "2026-03-01 12:00:01 UTC",
        "emil": "the day before yesterday",
        "gita": "x" * 300,
    }
    for student, words in times.items():
        (submitted / student / "ngrams" / "timestamp.txt").write_text(words)
    gradebook.register(course, "ngrams")
    _set_due(course, "2026-03-01 12:00:00 UTC")
    with without_sandboxes(results) as asked:
        grade(course)
        penalties = _penalties(course)
        # Late by a second and by an hour (in another zone); what cannot be read counts as on time.
        assert penalties["ada"] == 0
        assert penalties["bela"] > 0
        assert penalties["dana"] > 0
        assert penalties["emil"] == penalties["gita"] == penalties["ines"] == 0
        said = {name: record["suspicions"] for name, record in records(course).items()}
        assert said["emil"] == [
            "Whether it was late is not known: timestamp.txt must hold a date and a time, "
            "got 'the day before yesterday'."
        ]
        assert said["gita"][0].startswith("Whether it was late is not known: timestamp.txt must")
        assert not said["ada"]
        assert not any(record["problem"] for record in records(course).values())

        # Another date, and another time, are changes.
        assert len(asked) == 6
        (submitted / "dana" / "ngrams" / "timestamp.txt").write_text("2026-03-01 11:00:00 UTC")
        grade(course)
        assert asked[6:] == ["dana"]
        assert _penalties(course)["dana"] == 0
        _set_due(course, "2026-03-02 12:00:00 UTC")
        grade(course)
        assert not any(_penalties(course).values())


def _set_due(course, when):
    from nbgrader.api import Gradebook

    with Gradebook(course.db_url) as database:
        database.update_or_create_assignment("ngrams", duedate=when)


def _penalties(course):
    lines = (course.output / "grades.csv").read_text().splitlines()
    names = lines[0].split(",")
    table = [dict(zip(names, line.split(","), strict=True)) for line in lines[1:]]
    return {row["student_id"]: float(row["late_submission_penalty"]) for row in table}


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("nonsense", "db must be the address of a database, like postgresql://user@host/name"),
        ("oracel://u:geheim@h/d", "db must begin with postgresql:// or sqlite:///, got oracel"),
        (
            "postgresql://u:ge@heim@h/d",
            "db must not hold an @ in its password; there it is written %40",
        ),
        ("postgresql+pg8000://u:geheim@h/d", "pg8000 is not installed; run  pip install psycopg2"),
        ("sqlite:////proc/none/grades.db", "unable to open database file"),
    ],
)
def test_an_address_that_is_none_is_one_sentence(address, sentence, submitted, tmp_path):
    course = course_of(submitted, tmp_path / "output", address)
    with pytest.raises(CourseError) as said:
        gradebook.scores(course, "ngrams")
    words = str(said.value)
    assert sentence in words
    assert "heim" not in words
    assert "\n" not in words
