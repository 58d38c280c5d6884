"""Sphinx extension: look up the plug-ins that write citations once, not for every citation.

sphinxcontrib-bibtex asks for them each time, and each time all installed packages are searched:
more than a second in a build of this book.
"""

import functools

import pybtex.plugin
from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx."""
    pybtex.plugin.find_plugin = functools.cache(pybtex.plugin.find_plugin)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
