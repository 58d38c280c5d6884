"""Files that are there whole or not at all, whatever ends the program that writes them."""

import contextlib
import errno
from pathlib import Path

FULL = {errno.ENOSPC, errno.EDQUOT}
"""What the system says of a disk that is full: no fault of any single submission."""


def write_whole(path: Path, text: str) -> None:
    """Write text to a file, in place of what was there.

    Args:
        path: The file; folders above it are made. Only one process may write it at a time.
        text: All of its content.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.tmp")
    try:
        draft.write_text(text, encoding="utf-8", newline="")
        draft.replace(path)
    except OSError:
        # What a full disk holds of it is of no use, and takes room.
        with contextlib.suppress(OSError):
            draft.unlink()
        raise
