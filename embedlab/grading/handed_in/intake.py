"""Submissions as handed in: read from folders that students filled, into memory.

What is read here goes to a worker as bytes; nothing else of the folder is ever looked at again.
"""

import difflib
import functools
import importlib.metadata
import os
import re
import sys
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from embedlab.grading.handed_in import folders
from embedlab.grading.handed_in.folders import MEGABYTE, Found, UnreadError
from embedlab.grading.handed_in.wording import listed, printable

_NOTEBOOK_BYTES = 20 * MEGABYTE
_FILE_BYTES = 10 * MEGABYTE
_ALL_BYTES = 30 * MEGABYTE
_MOST_FILES = 500

# Browsers and mail programs put an ending of their own after that of the notebook.
_NOTEBOOK = re.compile(r"\.ipynb(\.txt|\.json)?$", re.IGNORECASE)
_IMPORTABLE = {".py", ".pyc", ".pyd", ".so"}
# Python runs the last two by itself, wherever it finds them.
_OUR_MODULES = {"embedlab", "sitecustomize", "usercustomize"}
_MOST_CANDIDATES = 20
_FAR = 4
# The gradebook holds 128 characters, a file's name 255 bytes, endings included.
_LONGEST_NAME = 120


class NotGraded(Exception):  # noqa: N818 - an outcome, no fault of the program
    """Why a submission cannot be graded, in one sentence."""


@dataclass(frozen=True)
class Submission:
    """What a student handed in.

    Attributes:
        student: The student.
        notebook: The content of the notebook, which may be anything.
        files: Other files by their POSIX paths, relative to the notebook's folder.
        repairs: What was left out or matched, a sentence each.
    """

    student: str
    notebook: bytes
    files: Mapping[str, bytes]
    repairs: tuple[str, ...] = ()


def students_in(submitted: Path, assignment: str) -> list[str]:
    """Return the students who handed in something under the name of an assignment.

    Also those whose folder is a link or a file: ``collect`` says why it is not graded. Folders
    with hidden names are no students.
    """
    return sorted(
        name
        for name in os.listdir(submitted)
        if not name.startswith(".") and os.path.lexists(submitted / name / assignment)
    )


def is_name(student: str) -> bool:
    """Return whether a folder's name can be a student's in gradebook, files and reports."""
    return (
        student.isprintable()
        # nbgrader reads a name as a pattern, and + as everybody.
        and not set("/*?[") & set(student)
        and student not in {"", ".", "..", "+"}
        and len(os.fsencode(student)) <= _LONGEST_NAME
    )


def collect(submitted: Path, student: str, assignment: str) -> Submission:
    """Read what a student handed in.

    Args:
        submitted: The folder of all submissions.
        student: The student, whose folder lies in it.
        assignment: The assignment, whose folder lies in the student's.

    Raises:
        NotGraded: If there is no notebook that can be told to be the one.
    """
    if not is_name(student):
        raise NotGraded(
            f"{printable(student)!r} cannot be the name of a student: it must be printable, with "
            f"at most {_LONGEST_NAME} bytes and none of / * ? [."
        )
    with ExitStack() as stack:
        place = student
        try:
            # Where all submissions lie is the instructor's choice, so that may be a link.
            folder = folders.open_folder(stack, submitted.resolve())
            folder = folders.open_folder(stack, student, folder)
            place = f"{student}/{assignment}"
            folder = folders.open_folder(stack, assignment, folder)
        except UnreadError as unread:
            raise NotGraded(f"The folder {printable(place)} was not read ({unread}).") from None
        found = folders.look_through(folder)
        path, choice = _choose(found, assignment)
        try:
            notebook = folders.read_file(folder, path, _NOTEBOOK_BYTES)
        except UnreadError as unread:
            raise NotGraded(f"The notebook {printable(path)} was not read ({unread}).") from None
        files, left_out = _read_others(folder, found, path)
    return Submission(student, notebook, files, (*choice, *_sentences(left_out)))


def _choose(found: Found, assignment: str) -> tuple[str, tuple[str, ...]]:
    """Return which file is the notebook, and what there is to say about it."""
    wanted = f"{assignment}.ipynb"
    if wanted in found.files:
        return wanted, ()
    if reason := dict(found.left_out).get(wanted):
        raise NotGraded(f"The notebook {wanted} was not read ({reason}).")
    candidates = [path for path in found.files if _NOTEBOOK.search(path)]
    if not candidates:
        seen = [*found.files, *(path for path, _ in found.left_out)]
        raise NotGraded(f"There is no notebook; found: {listed(seen) or 'nothing'}.")
    # A notebook further down is an older copy, unless there is none further up.
    level = min(path.count("/") for path in candidates)
    candidates = [path for path in candidates if path.count("/") == level]
    # Comparing names takes time, and nobody needs so many.
    names = [PurePosixPath(path).name for path in candidates[:_MOST_CANDIDATES]]
    distances = [_distance(name, wanted) for name in names]
    nearest = min(distances)
    is_clear = distances.count(nearest) == 1 and nearest < _FAR
    if len(candidates) > 1 and not (is_clear and len(candidates) <= _MOST_CANDIDATES):
        raise NotGraded(
            f"There is no {wanted}, and which of these is meant is not clear: {listed(candidates)}."
        )
    path = candidates[distances.index(nearest)]
    return path, (f"There is no {wanted}: {printable(path)} was taken.",)


def _distance(name: str, wanted: str) -> int:
    """Return how far a file name is from the wanted one, from 0 to _FAR."""
    if name == wanted:
        return 0
    own, other = (_letters(_NOTEBOOK.sub("", each)) for each in (name, wanted))
    if own == other:
        return 1
    if other in own:
        return 2
    return 3 if difflib.SequenceMatcher(None, own, other).ratio() >= 0.8 else _FAR


def _letters(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _read_others(
    folder: int, found: Found, notebook: str
) -> tuple[dict[str, bytes], list[tuple[str, str]]]:
    """Read the files beside a notebook; return them and, with reasons, what was left out."""
    base = notebook.rpartition("/")[0]
    base = f"{base}/" if base else ""
    files: dict[str, bytes] = {}
    left_out = list(found.left_out)
    hiding = _hiding(path.removeprefix(base) for path in found.files if path.startswith(base))
    room = _ALL_BYTES
    for path in found.files:
        name = path.removeprefix(base)
        if path == notebook or path == "timestamp.txt":
            continue
        reason = ""
        if not path.startswith(base):
            reason = f"not in the notebook's folder {printable(base)}"
        elif name.split("/")[0] in hiding:
            reason = "would take the place of a module"
        elif len(files) == _MOST_FILES:
            reason = f"beyond {_MOST_FILES} files"
        elif room >= 0:
            try:
                content = folders.read_file(folder, path, _FILE_BYTES)
            except UnreadError as unread:
                reason = str(unread)
            else:
                room -= len(content)
                files[name] = content
        if room < 0:
            # From here on nothing is read: there may be thousands of large files.
            files.pop(name, None)
            reason = reason or f"beyond {_ALL_BYTES // MEGABYTE} MB in all"
        if reason:
            left_out.append((path, reason))
    return files, left_out


def _hiding(paths: Iterable[str]) -> set[str]:
    """Return the files and folders, at the top, that an import of something else would find.

    A folder without code hides nothing: Python prefers a module elsewhere to it.
    """
    return {
        path.split("/")[0]
        for path in paths
        if PurePosixPath(path).suffix in _IMPORTABLE
        and path.split("/")[0].split(".")[0] in _modules()
    }


@functools.cache
def _modules() -> frozenset[str]:
    """Return the names that student work may import and must not bring along."""
    installed = importlib.metadata.packages_distributions()
    return frozenset({*sys.stdlib_module_names, *installed, *_OUR_MODULES})


def _sentences(left_out: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return a sentence for each reason."""
    by_reason: dict[str, list[str]] = {}
    for path, reason in left_out:
        by_reason.setdefault(reason, []).append(path)
    return tuple(f"Left out: {listed(paths)} ({reason})." for reason, paths in by_reason.items())
