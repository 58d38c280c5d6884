"""``embedlab grade``, but a cell has less time, so that endless ones do not keep the tests waiting.

``python tests/hostile/grade.py ASSIGNMENT --submitted ... --output ...``
"""

import contextlib
import ctypes
import functools
import os

from embedlab.cli import main
from embedlab.grading.batch import command
from embedlab.grading.inside.frames import Limits

LIMITS = Limits(cell_seconds=4, check_seconds=2, notebook_seconds=40, memory=1024**3)


def keep_a_key(secret):
    """Put a secret into a keyring of this session alone, as programs do with passwords (x86-64)."""
    libc = ctypes.CDLL(None)
    if os.uname().machine == "x86_64":
        libc.syscall(250, 1, None)
        libc.syscall(248, b"user", b"canary", secret, len(secret), -3)


if __name__ == "__main__":
    with contextlib.suppress(OSError):
        keep_a_key(os.environ.pop("CANARY_KEY", "").encode())
    command.Options = functools.partial(command.Options, limits=LIMITS)
    main()
