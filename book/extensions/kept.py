"""Sphinx extension: outputs that are kept with the source, for machines without published weights.

Some pages run a published language model. Where its weights are not installed, such a page takes
the outputs of the last build that had them, if its cells are still the same, and says so; all other
pages are executed as ever. Run as a program, after a build that had the weights, it keeps what that
build computed (`make keep`); with `--ledger FOLDER` it gives the kept ledger back.
"""

import argparse
import contextlib
import lzma
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from code_cells import n_cells
from docutils import nodes
from execution import execute_pages, read
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.cache.db import NbProjectRecord
from nbconvert.preprocessors import CoalesceStreamsPreprocessor
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx_external_toc.parsing import parse_toc_yaml

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "book" / "kept"
CACHE = ROOT / "_build" / ".jupyter_cache"
LEDGER = ROOT / "_build" / "claims"
MISSING = "embedlab[pretrained]"
"""What the error of missing weights says, and no other."""

_NOTE = (
    "This copy of the book was built on a machine without the published weights that this page "
    "runs. Its outputs come from a build that had them, and are kept with the source."
)
logger = logging.getLogger(__name__)


def kept_outputs(page: Path) -> Any:
    """Return a page's executed cells as they were kept; None if there are none, or other cells."""
    archive = KEPT / f"{page.stem}.ipynb.xz"
    if not archive.is_file():
        return None
    executed = nbformat.reads(lzma.decompress(archive.read_bytes()).decode(), as_version=4)
    now = [cell.source for cell in read(page).cells if cell.cell_type == "code"]
    return executed if now == [cell.source for cell in executed.cells] else None


def restore(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Put the kept outputs of pages that lack the weights into the cache."""
    cache = get_cache(env.mystnb_config.execution_cache_path)
    env.kept_pages = set()
    for name in docnames:
        page = Path(env.doc2path(name))
        if MISSING not in _traceback(cache, page):
            continue
        if name not in env.run_pages:
            # What an earlier build has put into the cache is kept all the same.
            env.kept_pages.add(name)
            continue
        executed = kept_outputs(page)
        if executed is None:
            logger.warning(
                "%s needs the published weights, and no outputs of these cells are kept: install "
                "the extra %s, or run `make keep` where it is installed",
                name,
                MISSING,
            )
            continue
        bundle = CacheBundleIn(executed, str(page))
        cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
        env.kept_pages.add(name)


def _traceback(cache: Any, page: Path) -> str:
    """Return how the last execution of a page failed; "" if it did not."""
    with contextlib.suppress(KeyError):
        return NbProjectRecord.record_from_uri(str(page), cache.db).traceback or ""
    return ""


def tell(app: Sphinx, doctree: nodes.document) -> None:
    """Say on a page that its outputs are kept ones."""
    if app.env.docname in getattr(app.env, "kept_pages", ()):
        title = next(iter(doctree.findall(nodes.title)))
        note = nodes.note("", nodes.paragraph("", _NOTE))
        title.parent.insert(title.parent.index(title) + 1, note)


def pages() -> list[Path]:
    """Return the pages of the table of contents that have cells."""
    found = [ROOT / f"{name}.md" for name in parse_toc_yaml(ROOT / "_toc.yml")]
    return [page for page in found if page.is_file() and n_cells(page)]


def keep() -> None:
    """Keep what the last build has computed on the pages that run the model, and the ledger."""
    cache = get_cache(CACHE)
    KEPT.mkdir(exist_ok=True)
    for archive in KEPT.iterdir():
        archive.unlink()
    for page in _in_need(pages()):
        executed = cache.get_cache_bundle(cache.match_cache_notebook(read(page)).pk).nb
        # What a cell prints comes in one piece or in several, as the kernel's clock has it.
        executed, _ = CoalesceStreamsPreprocessor().preprocess(executed, {})
        for number, cell in enumerate(executed.cells):
            cell.id = f"cell-{number}"  # instead of a random one
            cell.metadata.pop("execution", None)  # the hours at which it ran
        _write(KEPT / f"{page.stem}.ipynb.xz", nbformat.writes(executed).encode())
    for path in sorted(LEDGER.iterdir()):
        _write(KEPT / f"{path.name}.xz", path.read_bytes())


def _in_need(candidates: list[Path]) -> list[Path]:
    """Return the pages that cannot be executed without the weights: those that fail."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["EMBEDLAB_MINILM"] = f"{folder}/nothing"
        run = execute_pages(candidates, folder, seconds=300)
        cache = get_cache(folder)
        return [page for page in run if MISSING in _traceback(cache, page)]


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(lzma.compress(content, preset=9 | lzma.PRESET_EXTREME))
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes")


def give_back_ledger(folder: Path) -> None:
    """Write the kept ledger into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for archive in [*KEPT.glob("*.json.xz"), *KEPT.glob("*.csv.xz")]:
        (folder / archive.stem).write_bytes(lzma.decompress(archive.read_bytes()))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx; it comes after the pages were executed."""
    app.connect("env-before-read-docs", restore, priority=600)
    app.connect("doctree-read", tell)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Keep what the last build computed.")
    parser.add_argument("--ledger", type=Path, help="give the kept ledger back into this folder")
    chosen = parser.parse_args().ledger
    sys.exit(give_back_ledger(chosen) if chosen else keep())
