"""What goes over the pipe between the sandbox's first process and the world outside.

A frame is a letter, the number of bytes, the bytes. Inwards the bytes are a pickle, for the
sandbox has nothing to fear from outside; outwards they are JSON or lines of JSON, never a pickle.
"""

import os
import struct
from typing import NamedTuple

JOB, CASES = b"J", b"C"
READY, DATA, END = b"R", b"D", b"E"

_HEAD = struct.Struct(">cI")


class Frame(NamedTuple):
    """A letter that says what it is, and its content."""

    kind: bytes
    content: bytes


class Limits(NamedTuple):
    """What one notebook may use.

    Attributes:
        cell_seconds: For one cell; then it is interrupted, and killed if it does not heed that.
        check_seconds: For all calls of one check, likewise.
        notebook_seconds: For everything, both on the clock and of the processor.
        memory: Bytes for each of its processes, and twice as many for all together.
        processes: How many at a time, threads included.
        file_bytes: For one file, and for all files together.
        output_bytes: For all that it hands back.
    """

    cell_seconds: int = 30
    check_seconds: int = 10
    notebook_seconds: int = 180
    memory: int = 2 * 1024**3
    processes: int = 64
    file_bytes: int = 64 * 1024**2
    output_bytes: int = 32 * 1024**2


class Settings(NamedTuple):
    """How a sandbox is made.

    Attributes:
        limits: What one notebook may use.
        places: The folders that it can write to; the first is the one it runs in.
        user: The number of the user to become for each notebook; None to stay who it is.
    """

    limits: Limits
    places: tuple[str, ...]
    user: int | None


def pack(frame: Frame) -> bytes:
    """Return a frame as bytes."""
    return _HEAD.pack(frame.kind, len(frame.content)) + frame.content


def write_frame(stream: int, kind: bytes, content: bytes) -> None:
    """Write a frame to a file descriptor."""
    write_all(stream, pack(Frame(kind, content)))


def write_all(stream: int, content: bytes) -> None:
    """Write bytes to a file descriptor, all of them."""
    left = memoryview(content)
    while left:
        left = left[os.write(stream, left) :]


def read_frame(stream: int) -> Frame | None:
    """Read a frame from a file descriptor; None if the other side has gone."""
    head = _read(stream, _HEAD.size)
    if head is None:
        return None
    kind, length = _HEAD.unpack(head)
    content = _read(stream, length)
    return None if content is None else Frame(kind, content)


def _read(stream: int, length: int) -> bytes | None:
    parts = []
    while length:
        part = os.read(stream, min(length, 1 << 20))
        if not part:
            return None
        parts.append(part)
        length -= len(part)
    return b"".join(parts)
