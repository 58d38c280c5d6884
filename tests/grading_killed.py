"""Grade with workers that know the results, and be killed again and again until it is done.

``python tests/grading_killed.py SUBMITTED OUTPUT RESULTS`` prints, as JSON, how often it was
killed. Each time it goes a little further before the signal comes: at a statement to the database,
in the middle of a file, before a file takes its place. In between a person gives a score.
"""

import json
import os
import pickle
import shutil
import signal
import sys
from itertools import count
from pathlib import Path

from grading_batches import course_of, grade, mark, marks, records, without_sandboxes
from sqlalchemy import event
from sqlalchemy.engine import Engine

STUDENT = "ada"
"""Who is given a score by hand."""


def kill_after(n_steps: int) -> None:
    """Let the n-th thing that this process does to the output be its last."""
    steps = count(1)

    def step(*_: object) -> None:
        if next(steps) >= n_steps:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("before_cursor_execute", "commit"):
        event.listen(Engine, name, step)
    write = Path.write_text

    def write_text(path: Path, text: str, **how: str) -> int:
        write(path, text[: len(text) // 2], **how)
        step()
        return write(path, text, **how)

    Path.write_text = write_text
    for owner, name in ((Path, "replace"), (Path, "unlink"), (shutil, "rmtree")):
        setattr(owner, name, _after(step, getattr(owner, name)))


def _after(step, function):
    def stepping(*arguments, **named):
        step()
        return function(*arguments, **named)

    return stepping


def main(submitted: Path, output: Path, results: Path) -> None:
    course = course_of(submitted, output)
    known = pickle.loads(results.read_bytes())
    n_killed, n_steps, done = 0, 1.0, set()
    while True:
        child = os.fork()
        if not child:
            kill_after(int(n_steps))
            with without_sandboxes(known):
                grade(course)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if not status:
            break
        assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL, status
        n_killed += 1
        # What is done stays done.
        now = set(records(course))
        assert now >= done
        done = now
        if STUDENT in done and not marks(course):
            mark(course, STUDENT)
        n_steps = n_steps * 1.15 + 1
    print(json.dumps({"killed": n_killed, "steps": int(n_steps)}))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
