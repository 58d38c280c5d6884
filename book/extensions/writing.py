"""Sphinx extension: write the pages on all processors, though they are read on one.

The option ``--jobs`` asks for both, and the numbering of chapters cannot be read in parallel:
Sphinx would warn, and a warning is an error here. What is read once is written in any order.
"""

import os

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment


def share(app: Sphinx, env: BuildEnvironment) -> None:
    """Let as many processes write as there are processors, now that all is read."""
    # The main process, which prepares the pages for them, is one of Sphinx's count.
    app.parallel = 1 + (os.cpu_count() or 1)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx."""
    app.connect("env-updated", share)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
