"""Reading a folder that a stranger filled: no link is followed, nothing blocks, all has a limit."""

import os
import stat
import unicodedata
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

MOST_LEVELS = 5
"""How many folders deep files are looked for."""

MEGABYTE = 1_000_000

_MOST_ENTRIES = 20_000
_LONGEST_PATH = 200
# Not worth a word: other systems' and tools' own.
_CLUTTER = {"__pycache__", "__MACOSX", "Thumbs.db", "desktop.ini"}
_UNUSABLE = {"Cc", "Cs", "Zl", "Zp"}


class UnreadError(Exception):
    """Why a file or folder was not read, in a few words."""


@dataclass(frozen=True)
class Found:
    """What lies in a folder.

    Attributes:
        files: Regular files by their relative POSIX paths, those further up first in each folder.
        left_out: What else there is, with the reason in a few words; hidden files are not told.
    """

    files: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]


def open_folder(stack: ExitStack, name: str | Path, parent: int | None = None) -> int:
    """Return the descriptor of a folder, which is closed together with a stack.

    Args:
        stack: What closes it.
        name: The folder; a link to one is refused.
        parent: The descriptor of the folder in which it lies.

    Raises:
        UnreadError: If it is no folder, or may not be read.
    """
    # Not to wait is for systems that open a pipe before they see that it is no folder.
    how = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        descriptor = os.open(name, how, dir_fd=parent)
    except OSError as error:
        raise UnreadError(_reason(name, parent, error)) from None
    stack.callback(os.close, descriptor)
    return descriptor


def look_through(folder: int) -> Found:
    """Return what lies in an open folder and the folders below it, without reading files."""
    files, left_out = [], []
    for path, reason in _entries(folder, "", 0, iter(range(_MOST_ENTRIES))):
        if reason:
            left_out.append((path, reason))
        else:
            files.append(path)
    return Found(tuple(files), tuple(left_out))


def read_file(folder: int, path: str, limit: int) -> bytes:
    """Return the content of a regular file.

    Args:
        folder: The descriptor of a folder.
        path: A relative POSIX path in it, of which no part may be a link.
        limit: How many bytes it may have.

    Raises:
        UnreadError: If it is anything else, or larger, or cannot be read.
    """
    *inner, name = path.split("/")
    with ExitStack() as stack:
        for part in inner:
            folder = open_folder(stack, part, folder)
        try:
            # Opening a device can already do something, so it is looked at before and after.
            _require_regular(os.stat(name, dir_fd=folder, follow_symlinks=False), limit)
            descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
            with os.fdopen(descriptor, "rb") as file:
                _require_regular(os.fstat(descriptor), limit)
                content = file.read(limit + 1)
        except OSError as error:
            raise UnreadError(_reason(name, folder, error)) from None
    if len(content) > limit:
        raise UnreadError(_too_large(limit))
    return content


def _entries(
    folder: int, inside: str, level: int, tickets: Iterator[int]
) -> Iterator[tuple[str, str]]:
    """Yield paths, each with the reason why it is left out or ""; every entry takes a ticket."""
    with os.scandir(folder) as found:
        # The ticket comes first: without one nothing more is read.
        entries = sorted((entry for _, entry in zip(tickets, found, strict=False)), key=_name)
        if next(tickets, None) is None:
            yield inside or ".", f"more than {_MOST_ENTRIES:,} files, not all of them looked at"
    below = []
    for entry in entries:
        path = inside + entry.name
        if entry.name.startswith(".") or entry.name in _CLUTTER:
            continue
        try:
            mode = entry.stat(follow_symlinks=False).st_mode
        except OSError as error:
            yield path, _reason(entry.name, folder, error)
            continue
        if len(path) > _LONGEST_PATH or _UNUSABLE.intersection(map(unicodedata.category, path)):
            yield path, "unusable name"
        elif not stat.S_ISDIR(mode):
            yield path, _unlike_a_file(mode)
        elif level == MOST_LEVELS:
            yield path, f"more than {MOST_LEVELS} folders deep"
        else:
            below.append(path)
    for path in below:
        yield from _inner(folder, path, level, tickets)


def _inner(folder: int, path: str, level: int, tickets: Iterator[int]) -> Iterator[tuple[str, str]]:
    with ExitStack() as stack:
        try:
            below = open_folder(stack, path.rpartition("/")[2], folder)
        except UnreadError as unread:
            yield path, str(unread)
        else:
            yield from _entries(below, f"{path}/", level + 1, tickets)


def _name(entry: os.DirEntry[str]) -> str:
    return entry.name


def _require_regular(status: os.stat_result, limit: int) -> None:
    if reason := _unlike_a_file(status.st_mode):
        raise UnreadError(reason)
    if status.st_size > limit:
        raise UnreadError(_too_large(limit))


def _unlike_a_file(mode: int) -> str:
    """Return what something is that is no regular file, "" if it is one."""
    if stat.S_ISLNK(mode):
        return "symbolic link"
    return "" if stat.S_ISREG(mode) else "no regular file"


def _too_large(limit: int) -> str:
    return f"larger than {limit // MEGABYTE} MB"


def _reason(name: str | Path, parent: int | None, error: OSError) -> str:
    """Return why something could not be opened; the system says too little about links."""
    try:
        mode = os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode
    except FileNotFoundError:
        return "not there"
    except OSError:
        mode = stat.S_IFREG
    if stat.S_ISLNK(mode):
        return "symbolic link"
    return "no folder" if isinstance(error, NotADirectoryError) else "not readable"
