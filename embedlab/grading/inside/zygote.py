"""The first process of a sandbox: imports once, then forks a process for each notebook.

Run as ``python -m embedlab.grading.inside.zygote SETTINGS`` (JSON). It is process 1 of its own
process space, where no signal of its children reaches it, and its memory cannot be read by them;
what they could still do to it (its limits, its priority) it looks at after each notebook, and ends
rather than go on if anything is not as it was. Then a new sandbox takes its place.
"""

import contextlib
import ctypes
import json
import os
import pickle
import resource
import select
import shutil
import stat
import sys
import time
import traceback
from collections.abc import Mapping
from pathlib import Path
from signal import SIGKILL
from typing import Any

import psutil

from embedlab.grading.inside import frames
from embedlab.grading.inside.frames import Limits, Settings
from embedlab.grading.inside.powers import give_up
from embedlab.grading.inside.run import GRACE, prepare, run

_TICK = 0.1
"""Seconds between two looks at what a notebook's processes use."""

_CHUNK = 1 << 20
_PR_SET_DUMPABLE, _PR_SET_CHILD_SUBREAPER = 4, 36
_KINDS_OF_LIMIT = [value for name, value in vars(resource).items() if name.startswith("RLIMIT_")]


def main(settings: Settings) -> None:
    """Serve notebooks until nobody sends any more, or something was tampered with."""
    source, sink = _own_streams()
    # Nobody may look into this process, and whoever loses a parent becomes its child.
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    give_up()
    # Python itself may lie below one of the places, as a folder mounted there.
    kept = {place: frozenset(os.listdir(place)) for place in settings.places}
    prepare()
    _clean(kept, None)
    before = _state()
    frames.write_frame(sink, frames.READY, b"")
    is_clean = True
    while is_clean and (frame := frames.read_frame(source)) is not None:
        if frame.kind != frames.JOB:
            # What a notebook asked for and did not wait for is not the next one's.
            continue
        end = _serve(pickle.loads(frame.content), settings, source, sink)
        is_clean = _clean(kept, settings.user) and _state() == before
        frames.write_frame(sink, frames.END, json.dumps({**end, "clean": is_clean}).encode())


def _serve(job: Mapping[str, Any], settings: Settings, source: int, sink: int) -> dict[str, Any]:
    """Run a notebook to its end, its own or the one that its limits set.

    Returns:
        ``reason`` (which limit it went over, or ""), ``status`` (exit status, negative for a
        signal), ``leftovers`` (how many other processes it left running).
    """
    asked, asking = os.pipe()
    told, telling = os.pipe()
    process = os.fork()
    if not process:
        for stream in (source, sink, asking, told):
            os.close(stream)
        _run(job, settings, asked, telling)
    os.close(asked)
    os.close(telling)
    os.set_blocking(asking, False)
    os.set_blocking(told, False)
    try:
        reason = _watch(process, settings.limits, (source, asking), (told, sink))
        leftovers = len(psutil.Process().children(recursive=True)) - psutil.pid_exists(process)
        status = _end(process)
        if not reason:
            while part := _read(told):
                frames.write_frame(sink, frames.DATA, part)
    finally:
        os.close(asking)
        os.close(told)
    return {"reason": reason, "status": status, "leftovers": leftovers}


def _run(job: Mapping[str, Any], settings: Settings, asked: int, telling: int) -> None:
    """Become the notebook's process; never return."""
    try:
        os.setsid()
        # The file of errors lies outside, and stays for the next notebook.
        os.dup2(1, 2)
        _become(settings.user)
        limits = settings.limits
        ours = psutil.Process().memory_info().vms
        for kind, value in {
            resource.RLIMIT_CPU: limits.notebook_seconds,
            resource.RLIMIT_AS: ours + limits.memory,
            resource.RLIMIT_NPROC: limits.processes,
            resource.RLIMIT_FSIZE: limits.file_bytes,
            resource.RLIMIT_NOFILE: 256,
            resource.RLIMIT_CORE: 0,
            resource.RLIMIT_MSGQUEUE: 0,
        }.items():
            resource.setrlimit(kind, (value, value))
        os.chdir(settings.places[0])
        run(job, limits, asked, telling)
        os._exit(0)
    except BaseException:
        # For whoever mends this program; the notebook's own errors never come here.
        frames.write_all(telling, json.dumps({"broken": traceback.format_exc()}).encode() + b"\n")
    finally:
        os._exit(70)


def _become(user: int | None) -> None:
    if user is not None:
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)


def _watch(process: int, limits: Limits, inward: tuple[int, int], outward: tuple[int, int]) -> str:
    """Pass on what goes in and out; return which limit was met, "" if the process ended."""
    source, asking = inward
    told, sink = outward
    handle = os.pidfd_open(process)
    waiting, n_told = b"", 0
    started = heard = looked = time.monotonic()
    reading = [handle, told, source]
    try:
        while True:
            ready, free, _ = select.select(reading, [asking] if waiting else [], [], _TICK)
            now = time.monotonic()
            part = _read(told) if told in ready else b""
            if part:
                frames.write_frame(sink, frames.DATA, part)
                heard, n_told = now, n_told + len(part)
            elif handle in ready:
                return ""
            elif told in ready:
                # It has closed its end, and will not say any more.
                reading.remove(told)
            if source in ready:
                frame = frames.read_frame(source)
                if frame is None:
                    return "abandoned"
                waiting += frames.pack(frame)
            if free:
                try:
                    waiting = waiting[os.write(asking, waiting) :]
                except BrokenPipeError:
                    waiting = b""
            if now > started + limits.notebook_seconds:
                return "time"
            if now > heard + limits.cell_seconds + 2 * GRACE:
                return "silence"
            if n_told > limits.output_bytes:
                return "output"
            # To look takes longer than most cells do.
            if now > looked + _TICK:
                looked = now
                if excess := _excess(limits):
                    return excess
    finally:
        os.close(handle)


def _read(stream: int) -> bytes:
    """Return what can be read now."""
    try:
        return os.read(stream, _CHUNK)
    except BlockingIOError:
        return b""


def _excess(limits: Limits) -> str:
    """Return what the processes of a notebook use too much of, all together."""
    # Until it is written to, a forked process shares the memory of this one.
    shared = psutil.Process().memory_info().rss
    used, children = 0, psutil.Process().children(recursive=True)
    for child in children:
        with contextlib.suppress(psutil.Error):
            used += max(0, child.memory_info().rss - shared)
    # What a process has a limit of its own for, all may have twice: the calls of a notebook's
    # functions are made by a copy of the process that ran its cells.
    if used > 2 * limits.memory:
        return "memory"
    return "processes" if len(children) > limits.processes else ""


def _end(process: int) -> int:
    """End a notebook's process and whatever it started; return its exit status."""
    status = 0
    while True:
        if os.getpid() == 1:
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, SIGKILL)
        for child in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                child.kill()
        try:
            ended, code = os.waitpid(-1, 0)
        except ChildProcessError:
            return status
        if ended == process:
            status = os.waitstatus_to_exitcode(code)


def _clean(kept: Mapping[str, frozenset[str]], user: int | None) -> bool:
    """Empty the folders that a notebook can write to; return whether nothing is left.

    Args:
        kept: The folders, and what was in each before anything ran.
        user: Whose files they are.
    """
    if _is_as_before(kept):
        return True
    helper = os.fork()
    if not helper:
        with contextlib.suppress(BaseException):
            _become(user)
            for place, names in kept.items():
                for name in set(os.listdir(place)) - names:
                    _remove(Path(place, name))
        os._exit(0)
    os.waitpid(helper, 0)
    return _is_as_before(kept)


def _is_as_before(kept: Mapping[str, frozenset[str]]) -> bool:
    return all(names == set(os.listdir(place)) for place, names in kept.items())


def _remove(path: Path) -> None:
    if path.is_symlink() or not path.is_dir():
        path.unlink()
        return
    path.chmod(stat.S_IRWXU)
    for folder, inner, _ in os.walk(path):
        for name in inner:
            if not (inside := Path(folder, name)).is_symlink():
                inside.chmod(stat.S_IRWXU)
    shutil.rmtree(path)


def _state() -> tuple[object, ...]:
    """Return what others could change of this process."""
    return (
        [resource.getrlimit(kind) for kind in _KINDS_OF_LIMIT],
        os.getpriority(os.PRIO_PROCESS, 0),
        os.sched_getaffinity(0),
        len(os.listdir("/proc/self/fd")),
        # Memory that outlives who made it.
        *(len(Path("/proc/sysvipc", kind).read_text()) for kind in ("shm", "msg", "sem")),
    )


def _own_streams() -> tuple[int, int]:
    """Take the standard streams away from whatever is started later."""
    source, sink = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):
        os.dup2(nothing, stream)
    os.close(nothing)
    return source, sink


if __name__ == "__main__":
    limits, places, user = json.loads(sys.argv[1])
    main(Settings(Limits(*limits), tuple(places), user))
