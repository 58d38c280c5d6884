"""What a hostile submission is, and the tools that its cells share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TOOLS = '''
import contextlib, ctypes, gc, inspect, json, os, resource, select, shutil, signal, socket
import stat, struct, subprocess, sys, tempfile, threading, time, types
LIBC = ctypes.CDLL(None, use_errno=True)

def must_fail(what, action):
    """Try what no sandbox may allow."""
    try:
        result = action()
    except BaseException as error:
        print("refused:", what, type(error).__name__)
    else:
        print("HARM:", what, repr(result)[:500])

def try_out(what, action):
    """Try what may work and harms nobody by itself; show what it gives."""
    try:
        print("tried:", what, str(action())[:20_000])
    except BaseException as error:
        print("refused:", what, type(error).__name__)

def read(path):
    """Show whatever lies at a path."""
    if os.path.isdir(path):
        try_out(path, lambda: sorted(os.listdir(path))[:50])
    else:
        try_out(path, lambda: open(path, "rb").read(20_000).decode("latin-1"))

def system_call(number, *arguments):
    """Call the kernel by number (x86-64; elsewhere it does nothing)."""
    if os.uname().machine != "x86_64":
        raise OSError("another machine")
    result = LIBC.syscall(ctypes.c_long(number), *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), "refused")
    return result

def pipes():
    """Return the descriptors of all open pipes."""
    found = []
    for number in range(256):
        with contextlib.suppress(OSError):
            if stat.S_ISFIFO(os.fstat(number).st_mode):
                found.append(number)
    return found

def tell(content):
    """Write to every open pipe, as the grader's own code writes what happens."""
    for number in pipes():
        with contextlib.suppress(OSError):
            left = memoryview(content)
            while left:
                left = left[os.write(number, left):]

def tell_events(*events):
    tell(b"".join(json.dumps(event).encode() + b"\\n" for event in events))
'''

FULL = 18
"""Points of honest work, the answer in words aside."""

NOT_GRADED = -1


@dataclass(frozen=True)
class Attack:
    """One hostile submission.

    Attributes:
        name: Of the student's folder.
        about: What it tries.
        before: Code in cells before the honest work.
        after: Code in cells after it.
        cells: Sources in place of those of the honest work, by the id of the cell.
        points: What it gets by the checks; ``NOT_GRADED`` if it cannot be graded.
        says: Words that must be in what its record says to the instructor.
        fails: For a check that it must not pass, words of what is said of it.
        change: Changes the notebook, as data.
        spoil: Does whatever is left to do in the folder of the submission.
        hole: Why this attack still succeeds, if it does.
    """

    name: str
    about: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    cells: Mapping[str, str] = field(default_factory=dict)
    points: int = FULL
    says: tuple[str, ...] = ()
    fails: Mapping[str, str] = field(default_factory=dict)
    change: Callable[[Any], Any] | None = None
    spoil: Callable[[Path, "Mapping[str, str]"], None] | None = None
    hole: str = ""
