"""Sphinx extension: execute the pages that need it before they are read, several at a time.

MyST-NB executes one page after the other, while most processors wait. What this leaves in the
cache, MyST-NB takes from there; a page whose execution failed it tries once more itself, and its
message says where.
"""

import logging
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from code_cells import n_cells
from jupyter_cache import get_cache
from jupyter_cache.executors import load_executor
from jupyter_cache.readers import get_reader
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from embedlab.files import FilePath

READER = {"name": "myst_nb_md", "type": "plugin"}
"""How jupyter-cache reads a page."""

# Of what fails MyST-NB tells, which tries it again.
_quiet = logging.getLogger("book.execution")
_quiet.setLevel(logging.CRITICAL)


def read(page: Path) -> Any:
    """Return a page as the notebook that is executed."""
    return get_reader(READER)(str(page))


def execute(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Execute what is not in the cache, and put it there; ``env.run_pages`` says which it was."""
    config = env.mystnb_config
    pages = {Path(env.doc2path(name)): name for name in docnames}
    run = execute_pages(pages, config.execution_cache_path, config.execution_timeout)
    env.run_pages = {pages[page] for page in run}


def execute_pages(pages: Iterable[Path], folder: FilePath, seconds: int) -> list[Path]:
    """Execute those pages that are not in a cache yet, as many at a time as there are processors.

    Args:
        pages: The pages, with cells or without.
        folder: The cache's.
        seconds: How long one cell may take.

    Returns:
        Those that were executed.
    """
    cache = get_cache(folder)
    counts = {page: n for page in pages if (n := n_cells(page)) and not _is_in(cache, page)}
    # The longest first, so that the last ones end together.
    ordered = sorted(counts, key=counts.__getitem__, reverse=True)
    records = [cache.add_nb_to_project(str(page), read_data=READER) for page in ordered]

    def run(key: int) -> None:
        executor = load_executor("local-serial", get_cache(folder), logger=_quiet)
        executor.run_and_cache(filter_pks=[key], timeout=seconds)

    # Threads, for each only waits for the process that runs its page's cells.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(run, [record.pk for record in records]))
    return ordered


def _is_in(cache: Any, page: Path) -> bool:
    try:
        cache.match_cache_notebook(read(page))
    except KeyError:
        return False
    return True


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx."""
    app.connect("env-before-read-docs", execute)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
