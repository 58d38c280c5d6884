"""Sphinx extension: let readers run a page's code cells in their own browser.

Pages with code cells get run.js, which fetches nothing before a reader presses Run; then Python
comes from this site: Pyodide's core from npm, and embedlab's wheel from the same build. NumPy,
SciPy and Matplotlib for WebAssembly are in no registry: a reader's browser fetches them from
Pyodide's own address, unless the site has them too (`make site-offline` sets EMBEDLAB_OFFLINE).
"""

import hashlib
import os
import re
import shutil
from pathlib import Path
from typing import Any

import browser_packages
from code_cells import codes, n_cells
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError

OFFLINE = "EMBEDLAB_OFFLINE"
STDLIB = "python_stdlib.zip"
"""Python's library: `make` has compiled a part of it (compile_stdlib.py)."""
CORE = (*browser_packages.CORE, browser_packages.NAME)
# These are counted as they come; a browser loads the scripts by itself.
COUNTED = ("pyodide.asm.wasm", STDLIB, "pyodide-lock.json")
RECORDS = "measured"
"""The folder, beside the pages, of what their cells read."""


def records_read(page: Path) -> list[str]:
    """Return the files below a page's folder that its cells name, alone or with their folder."""
    pattern = rf'"(?:{RECORDS}/)?([\w-]+\.json)"'
    named = {name for code in codes(page) for name in re.findall(pattern, code)}
    held = {path.name for path in (page.parent / RECORDS).glob("*.json")}
    return [f"{RECORDS}/{name}" for name in sorted(named & held)]


def copy_core(npm: Path, stdlib: Path, target: Path) -> None:
    """Copy Pyodide's core: what it needs to start, without any package."""
    files = [stdlib if name == STDLIB else npm / name for name in CORE]
    if missing := [path for path in files if not path.is_file()]:
        raise ExtensionError(f"{missing[0]} is missing: run `make book`")
    target.mkdir(parents=True, exist_ok=True)
    for path in files:
        shutil.copy(path, target)


def wheel_of(build: Path) -> Path:
    """Return the wheel of embedlab that the same build made."""
    wheels = sorted((build / "dist").glob("embedlab-*.whl"))
    if len(wheels) != 1:
        raise ExtensionError(f"{build / 'dist'} must hold one wheel of embedlab: run `make book`")
    return wheels[0]


def prepare(app: Sphinx, config: Config) -> None:
    """Fill _build/assets, which html_static_path names, before Sphinx looks whether it exists."""
    root = Path(app.srcdir)
    assets = root / "_build" / "assets"
    for old in assets.glob("pyodide*"):
        shutil.rmtree(old)
    npm = root / "node_modules" / "pyodide"
    stdlib = root / "_build" / "stdlib" / STDLIB
    copy_core(npm, stdlib, assets / browser_packages.core_folder(npm))
    for old in assets.glob("embedlab-*.whl"):
        old.unlink()
    shutil.copy(wheel_of(root / "_build"), assets)
    if (records := root / "book" / RECORDS).is_dir():
        shutil.copytree(records, assets / RECORDS, dirs_exist_ok=True)


def settings(root: Path) -> dict[str, str]:
    """Return what run.js must know, as attributes of its element.

    Its version changes with what it fetches, so that no browser mixes files of two builds.
    """
    assets, own = root / "_build" / "assets", root / "book" / "assets"
    wheel = next(assets.glob("embedlab-*.whl"))
    digest = hashlib.sha256(wheel.read_bytes())
    fetched = [own / name for name in ("run-worker.js", "run.py", "run_needs.py")]
    for path in [*fetched, *sorted((assets / RECORDS).glob("*.json"))]:
        digest.update(path.read_bytes())
    (core,) = assets.glob("pyodide-*")
    size = sum((core / name).stat().st_size for name in COUNTED)
    offline = {"data-packages": "here"} if os.environ.get(OFFLINE) else {}
    return offline | {
        "data-core": core.name,
        "data-wheel": wheel.name,
        "data-version": digest.hexdigest()[:8],
        "data-bytes": str(size + wheel.stat().st_size),
    }


def offer(
    app: Sphinx,
    pagename: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Add the script to pages that have cells to run."""
    if doctree is None or not n_cells(page := Path(app.env.doc2path(pagename))):
        return
    notebook = context["pathto"](f"_sources/{pagename}.ipynb", 1)
    attributes = settings(Path(app.srcdir)) | {"data-notebook": notebook}
    if records := records_read(page):
        attributes["data-records"] = " ".join(records)
    app.add_css_file("run.css")
    app.add_js_file("run.js", loading_method="defer", **attributes)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx."""
    app.connect("config-inited", prepare, priority=100)
    app.connect("html-page-context", offer)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
