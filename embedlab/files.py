"""Writing a file so that it is whole or not there."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, TypeAlias

FilePath: TypeAlias = str | os.PathLike[str]


@contextmanager
def replacing(path: FilePath) -> Iterator[BinaryIO]:
    """Yield a new file beside a path, which takes its place once it is written whole."""
    target = os.path.realpath(path)  # a link goes on pointing at the file
    temporary = os.path.join(os.path.dirname(target), f".{secrets.token_hex(8)}.tmp")
    try:
        with open(temporary, "xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())  # or the name could outlive a power failure, and not the data
        os.replace(temporary, target)
    finally:
        if os.path.exists(temporary):
            os.remove(temporary)
