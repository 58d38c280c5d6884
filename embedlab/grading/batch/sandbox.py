"""One sandbox at work, seen from outside: started, fed, listened to, ended."""

import contextlib
import functools
import json
import pickle
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from embedlab.grading.batch.walls import IMAGE, Kind, wall
from embedlab.grading.inside import frames
from embedlab.grading.inside.frames import Limits

SECONDS_TO_START = 60
SECONDS_TO_END = 30
"""What a notebook may take beyond its own limit: for ending and for cleaning up."""

_LONGEST_LINE = 16 * 1024**2
_HELP = {
    "bubblewrap": (
        "On Debian and Ubuntu: sudo apt install bubblewrap. Where it is installed and not "
        "allowed (Ubuntu 24.04, inside a container), allow unprivileged user namespaces: "
        "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0, or use --sandbox podman."
    ),
    "docker": "Is the engine running, and the image built? The instructor's guide says how.",
    "podman": "Is it installed, and the image built? The instructor's guide says how.",
    "none": "",
}


class SandboxError(RuntimeError):
    """A sandbox that cannot be had, with the reason and what helps."""


class Sandbox:
    """A warm process behind a wall, which runs one notebook after the other.

    Use it as a context manager, or call ``close``.

    Attributes:
        limits: What each notebook may use.
        folder: Where it keeps what it needs, on this side of the wall.
    """

    def __init__(self, kind: Kind, limits: Limits, image: str = IMAGE) -> None:
        """Start it.

        Args:
            kind: Which wall.
            limits: What each notebook may use.
            image: What a container is made from.

        Raises:
            SandboxError: If it does not start.
        """
        self.limits = limits
        self.folder = Path(tempfile.mkdtemp(prefix="embedlab-"))
        with (self.folder / "errors").open("wb") as errors:
            try:
                command, environment = wall(kind, self.folder, limits, image)
                self._process = subprocess.Popen(
                    command,
                    env=environment,
                    cwd=self.folder,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    start_new_session=True,
                )
            except OSError as error:
                shutil.rmtree(self.folder, ignore_errors=True)
                raise SandboxError(f"{kind} did not start: {error}. {_HELP[kind]}") from None
        with self._deadline(SECONDS_TO_START):
            frame = self._read()
        if frame is None or frame.kind != frames.READY:
            said = (self.folder / "errors").read_text(errors="replace").strip().split("\n")[-1]
            self.close()
            raise SandboxError(f"{kind} did not start: {said or 'it ended'}. {_HELP[kind]}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def is_open(self) -> bool:
        """Whether it can take another notebook."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process outside that everything inside dies with."""
        return self._process.pid

    def close(self) -> None:
        """End it and all that runs in it."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                if stream is not None:
                    stream.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(
        self, cells: Sequence[tuple[int, str]], files: Mapping[str, bytes], questions: bytes
    ) -> Iterator[Mapping[str, Any]]:
        """Run a notebook and yield what it tells; the last thing told has a ``reason``.

        Nothing but that last thing can be trusted to be of any form.

        Args:
            cells: Number and source of each cell.
            files: What lies beside the notebook, by relative path.
            questions: What goes in after the last cell: a pickle of the cases.
        """
        end: Mapping[str, Any] = {"reason": "died", "leftovers": 0, "clean": False}
        rest = b""
        # Beside the listening, for who speaks may not listen; and once, whatever it asks for.
        asking = threading.Thread(target=self._write, args=(frames.CASES, questions), daemon=True)
        with self._deadline(self.limits.notebook_seconds + SECONDS_TO_END):
            self._write(frames.JOB, pickle.dumps({"cells": list(cells), "files": dict(files)}))
            while (frame := self._read()) is not None:
                if frame.kind == frames.END:
                    end = json.loads(frame.content)
                    break
                *lines, rest = (rest + frame.content).split(b"\n")
                for event in map(_event, lines):
                    if event.get("stage") == "asking" and asking.ident is None:
                        asking.start()
                    yield event
                if len(rest) > _LONGEST_LINE:
                    end = {**end, "reason": "output"}
                    break
        if not end["clean"]:
            self.close()
        if asking.ident is not None:
            asking.join()
        yield end

    def _write(self, kind: bytes, content: bytes) -> None:
        assert self._process.stdin is not None
        # Whoever has gone does not read; what comes next says so.
        with contextlib.suppress(BrokenPipeError):
            frames.write_frame(self._process.stdin.fileno(), kind, content)

    def _read(self) -> frames.Frame | None:
        assert self._process.stdout is not None
        return frames.read_frame(self._process.stdout.fileno())

    @contextlib.contextmanager
    def _deadline(self, seconds: float) -> Iterator[None]:
        """Kill it after so many seconds, whatever keeps it: then reading ends."""
        timer = threading.Timer(seconds, self._process.kill)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


@functools.cache
def problem_with(kind: Kind, image: str = IMAGE) -> str:
    """Return why a kind of sandbox does not work on this machine; "" if it does."""
    try:
        with Sandbox(kind, Limits(), image) as sandbox:
            return problem_in(sandbox, kind)
    except SandboxError as error:
        return str(error)


def problem_in(sandbox: Sandbox, kind: Kind) -> str:
    """Return why a sandbox must not be used; "" if a cell runs in it, and reaches nothing outside.

    Args:
        sandbox: The sandbox.
        kind: Which it is.
    """
    source = _PROBE.format(folder=str(sandbox.folder))
    told = list(sandbox.run([(0, source)], {}, pickle.dumps([])))
    said = [each for each in told if each.get("ran") == 0]
    if not said or not said[0].get("ok"):
        return f"{kind} started, but a cell in it did not run. {_HELP[kind]}"
    reached = said[0]["outputs"][0]["text"].strip()
    if kind != "none" and reached != "[]":
        return f"{kind} started, but what runs in it can reach {reached}."
    return ""


# What a wall must keep away, as the code behind it would find it.
_PROBE = """
import os, socket
import embedlab.onehot
found = [path for path in [getattr(embedlab.onehot.__spec__, "origin", None)] if path]
found += [name for _, name in socket.if_nameindex() if name != "lo"]
found += [path for path in [{folder!r}] if os.path.exists(path)]
print(found)
"""


def _event(line: bytes) -> Mapping[str, Any]:
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    # How a run ended is not for who ran in it to say.
    return event if isinstance(event, dict) and "reason" not in event else {}
