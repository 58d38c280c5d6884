"""Grading on a Dask cluster: real schedulers and workers, some of which are killed."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest
from grading_batches import (
    SEED,
    course_of,
    everything,
    grade,
    no_process_left,
    records,
    undisturbed,
    wait_for,
)

from embedlab.grading import SEED_VARIABLE
from embedlab.grading.course import CourseError

pytest.importorskip("distributed")


@pytest.fixture(autouse=True)
def _secret(monkeypatch):
    monkeypatch.setenv(SEED_VARIABLE, SEED)


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    """What was graded on this machine."""
    return undisturbed(tmp_path_factory.getbasetemp())[0]


@pytest.fixture
def course(local, tmp_path):
    return course_of(local.submitted, tmp_path / "output")


class Cluster:
    """A scheduler and its workers, each a process on this machine."""

    def __init__(self, folder):
        self.folder, self.workers = folder, []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        place = self.address.removeprefix("tcp://").split(":")
        self.scheduler = self._start(
            "scheduler", "--host", place[0], "--port", place[1], "--no-dashboard"
        )

    def add(self, n_threads=1, path=None):
        worker = self._start(
            *("worker", self.address, "--nthreads", str(n_threads), "--no-nanny"),
            *("--no-dashboard", "--local-directory", str(self.folder)),
            path=path,
        )
        self.workers.append(worker)

    def _start(self, *words, path=None):
        environment = {**os.environ, "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "30s"}
        # The secret stays where the gradebook is.
        environment.pop(SEED_VARIABLE, None)
        if path is not None:
            environment["PATH"] = path
        return subprocess.Popen(
            [Path(sys.executable).with_name("dask"), *words],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def stop(self):
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path):
    with no_process_left():
        made = Cluster(tmp_path)
        try:
            yield made
        finally:
            made.stop()


def _later(condition, deed):
    def run():
        wait_for(condition)
        deed()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_a_killed_worker_costs_no_grade(course, local, cluster):
    """Two workers, one with two threads, of which each needs a sandbox of its own."""
    cluster.add(n_threads=2)
    cluster.add()
    _wait_for_workers(cluster, 2)
    thread = _later(lambda: records(course), cluster.workers[1].kill)
    assert grade(course, scheduler=cluster.address).summary == "Graded 6 of 6 submissions"
    thread.join()
    assert cluster.workers[1].wait() == -signal.SIGKILL
    assert everything(course) == everything(local)
    # When the batch is over, the worker that is left has no sandbox any more.
    assert not psutil.Process(cluster.workers[0].pid).children(recursive=True)


def test_a_killed_scheduler_is_one_sentence_and_the_next_run_goes_on(course, local, cluster):
    cluster.add()
    _wait_for_workers(cluster, 1)
    thread = _later(lambda: records(course), cluster.scheduler.kill)
    with pytest.raises(CourseError) as said:
        grade(course, scheduler=cluster.address)
    thread.join()
    assert re.fullmatch(
        rf"the scheduler at {cluster.address} has gone; \d graded now are kept, and the same "
        "command goes on from there",
        str(said.value),
    )
    kept = set(records(course))
    assert kept
    assert grade(course).summary.endswith(f"; {len(kept)} had not changed")
    assert everything(course) == everything(local)


def test_a_cluster_without_workers(course, cluster):
    wait_for(lambda: _answers(cluster))
    with pytest.raises(CourseError, match=f"the scheduler at {cluster.address} has no workers"):
        grade(course, scheduler=cluster.address)


def test_a_worker_without_a_wall_grades_nothing(course, cluster, tmp_path):
    cluster.add(path=str(tmp_path))
    _wait_for_workers(cluster, 1)
    with pytest.raises(CourseError) as said:
        grade(course, scheduler=cluster.address)
    sentence = str(said.value)
    assert sentence.startswith("on the worker tcp://127.0.0.1:")
    assert "bubblewrap did not start" in sentence
    assert "Students' code does not run without a sandbox" in sentence
    assert not records(course)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "127.0.0.1:9", "nonsense://a", "tcp:/x"])
def test_nobody_at_the_address(course, address, monkeypatch):
    from embedlab.grading.batch import cluster as module

    monkeypatch.setattr(module, "_SECONDS_TO_ANSWER", 1)
    with pytest.raises(CourseError, match="scheduler must be the address of a Dask scheduler"):
        grade(course, scheduler=address)


def _answers(cluster):
    host, port = cluster.address.removeprefix("tcp://").split(":")
    with contextlib.suppress(OSError), socket.create_connection((host, int(port)), 1):
        return True
    return False


def _wait_for_workers(cluster, n):
    from distributed import Client

    wait_for(lambda: _answers(cluster))
    with Client(cluster.address, set_as_default=False) as client:
        client.wait_for_workers(n, timeout=60)
