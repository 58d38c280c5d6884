"""Make the site in which the exercises run in a browser, and put it beside the book.

`python book/extensions/lite.py` makes it in _build/lite/site with JupyterLite; `make` does so when
something that goes into it has changed. As a Sphinx extension, this module copies it to where the
book is built; the core of Pyodide lies there in _static for all pages (run_here.py).
"""

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import browser_packages
import nbformat
import yaml
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

ROOT = Path(__file__).parents[2]
PYODIDE = ROOT / "node_modules" / "pyodide"
SETTINGS = ROOT / "book" / "lite"
MADE = ROOT / "_build" / "lite"
WHEELS = MADE / "wheels"
SITE = MADE / "site"
KERNEL = "@jupyterlite/pyodide-kernel-extension"
PAGE = "book/assignments"
"""The page that links to the notebooks; a book without it needs none of this."""
APPS = ["notebooks", "tree"]
LOCK = "pyodide"
"""The folder, in the lite site, of the lock file and of the wheels that it names."""

# What the kernel would ask its package manager for if it were not loaded with Pyodide itself.
OWN_WHEELS = ("piplite", "pyodide_kernel", "ipykernel")
ON_DEMAND = {"threadpoolctl", "tqdm"}

# Stubs of packages that nobody has here: two thirds of its wheel, and each is a file to unpack.
JEDI_LEFT_OUT = ("jedi/third_party/typeshed/stubs/", "jedi/third_party/django-stubs/")

# Formats of fonts for browsers that cannot run WebAssembly, and what only JupyterLite's makers use.
LEFT_OUT = ("fa-*.eot", "fa-*.ttf", "fa-*.woff", "fa-*.svg", "rspack.config*.js", "doc")

# What the first cell says of a package that is missing.
REMEDY = "Install it as described above, then restart the kernel."
REMEDY_IN_BROWSER = (
    "In a browser, check your connection and run this cell again; elsewhere, install it as "
    "described above and restart the kernel."
)

FROM_FAR = """The first run of the next cell fetches NumPy, a few megabytes, from Pyodide's public \
server, `cdn.jsdelivr.net`; all else comes from the course's own site. If the cell says that numpy \
is missing, that server could not be reached: check your connection and run the cell again."""
FROM_HERE = """Everything comes from the course's own site. If the next cell says that numpy is \
missing, the site could not be reached: check your connection and run the cell again."""
"""What stands in its place where `make site-offline` has put NumPy into the site."""

IN_BROWSER = f"""

**In a browser** there is nothing to install. {FROM_FAR} What you write is kept in this browser \
only. Download the notebook (*File*, *Download*) to hand it in, or to go on with it elsewhere."""


def adapt(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return an exercise for the browser: its kernel there, and what happens there."""
    notebook.metadata.kernelspec = {
        "display_name": "Python (Pyodide)",
        "language": "python",
        "name": "python",
    }
    cells = {cell.id: cell for cell in notebook.cells}
    cells["setup-text"].source += IN_BROWSER
    if REMEDY not in cells["setup"].source:
        raise ValueError(f"the cell 'setup' must say {REMEDY!r}, which is no help in a browser")
    cells["setup"].source = cells["setup"].source.replace(REMEDY, REMEDY_IN_BROWSER)
    return notebook


def configuration() -> dict[str, Any]:
    """Return the configuration of JupyterLite's builder."""
    extension = Path(sys.prefix) / "share" / "jupyter" / "labextensions" / KERNEL
    return {
        "LiteBuildConfig": {
            "apps": APPS,
            "contents": ["contents"],
            "output_dir": "site",
            "cache_dir": "cache",
            # Whatever else is installed on this machine stays out.
            "ignore_sys_prefix": ["federated_extensions"],
            "federated_extensions": [str(extension)],
            "no_sourcemaps": True,
            "no_unused_shared_packages": True,
        }
    }


def build() -> None:
    """Make the site anew, whole or not at all."""
    folder = MADE / "unfinished"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "contents").mkdir(parents=True)
    for path in sorted(ROOT.glob("exercises/*/*.ipynb")):
        notebook = adapt(nbformat.read(path, as_version=4))
        nbformat.write(notebook, folder / "contents" / path.name)
    for name in ("jupyter-lite.json", "overrides.json"):
        shutil.copy(SETTINGS / name, folder)
    (folder / "jupyter_lite_config.json").write_text(json.dumps(configuration()), "utf-8")
    made = subprocess.run(
        [sys.executable, "-m", "jupyterlite_core", "build"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if made.returncode:
        sys.exit(f"JupyterLite could not be built:\n{made.stdout}{made.stderr}")
    site = folder / "site"
    for pattern in LEFT_OUT:
        for path in site.rglob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    settle_listing(site)
    add_notices(site)
    tell_kernel(site, write_lock(site))
    shutil.rmtree(SITE, ignore_errors=True)
    site.rename(SITE)
    shutil.rmtree(folder)


def settle_listing(site: Path) -> None:
    """Date the notebooks by the course's release, since each build writes their files anew."""
    cff = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    day = f"{cff['date-released']}T00:00:00Z"
    for path in (site / "api" / "contents").rglob("all.json"):
        folder = json.loads(path.read_text("utf-8"))
        folder["content"].sort(key=lambda file: file["path"])
        for file in [folder, *folder["content"]]:
            file["created"] = file["last_modified"] = day
        path.write_text(json.dumps(folder, indent=1), "utf-8")


def add_notices(site: Path) -> None:
    """Let the pages say what their kernel waits for in vain, and that nothing is kept."""
    shutil.copy(SETTINGS / "notice.js", site)
    for app in APPS:
        page = site / app / "index.html"
        script = '<head><script src="../notice.js"></script>'
        page.write_text(page.read_text("utf-8").replace("<head>", script), "utf-8")


def write_lock(site: Path) -> list[str]:
    """Write the lock file and the wheels that it names; return the names of the packages."""
    target = site / LOCK
    target.mkdir()
    shutil.copy(SETTINGS / "pyodide.mjs", target)
    entries = []
    for wheel in [*sorted(WHEELS.glob("*.whl")), *(ROOT / "_build" / "dist").glob("*.whl")]:
        copy = target / wheel.name
        copy_lighter(wheel, copy) if wheel.name.startswith("jedi-") else shutil.copy(wheel, copy)
        # Other contents get another address, or a browser would offer what it has kept.
        address = f"{browser_packages.digest(copy)[:8]}/{copy.name}"
        (target / address).parent.mkdir()
        copy = copy.rename(target / address)
        # SciPy is five times as large as NumPy, and one optional cell needs it: see below.
        depends = ("numpy", *sorted(ON_DEMAND)) if wheel.name.startswith("embedlab-") else ()
        entries.append(browser_packages.entry(copy, address, depends))
    for name in OWN_WHEELS:
        (wheel,) = site.glob(f"extensions/{KERNEL}/static/pypi/{name}-*.whl")
        address = f"../{wheel.relative_to(site).as_posix()}"
        entries.append(browser_packages.entry(wheel, address))
    lock = browser_packages.extended(PYODIDE, entries)
    # What trains vectors of the `world` needs SciPy too; a cell is looked through for its imports.
    lock["packages"]["scipy"]["imports"].append("embedlab.world")
    (target / browser_packages.NAME).write_text(json.dumps(lock), "utf-8")
    return sorted(package["name"] for package in entries)


def tell_kernel(site: Path, packages: list[str]) -> None:
    """Write into the site's configuration what the kernel loads, and from where."""
    config = site / "jupyter-lite.json"
    content = json.loads(config.read_text("utf-8"))
    kernel = content["jupyter-config-data"]["litePluginSettings"][f"{KERNEL}:kernel"]
    both = [site / LOCK / name for name in ("pyodide.mjs", browser_packages.NAME)]
    version = hashlib.sha256(b"".join(path.read_bytes() for path in both)).hexdigest()[:8]
    kernel["pyodideUrl"] += f"?v={version}"
    kernel["loadPyodideOptions"] = {
        "packages": [name for name in packages if name not in {"embedlab", *ON_DEMAND}],
        "core": browser_packages.core_folder(PYODIDE),
    }
    config.write_text(json.dumps(content, indent=1), "utf-8")


def copy_lighter(wheel: Path, target: Path) -> None:
    """Copy jedi's wheel without the stubs that nothing here uses."""
    with zipfile.ZipFile(wheel) as source, zipfile.ZipFile(target, "w") as lighter:
        for member in source.infolist():
            if not member.filename.startswith(JEDI_LEFT_OUT):
                lighter.writestr(member, source.read(member), zipfile.ZIP_DEFLATED)


def copy(app: Sphinx, exception: Exception | None) -> None:
    """Put the site where the book is built, beside the core of Pyodide (see run_here.py)."""
    if exception is not None or PAGE not in app.env.found_docs or app.builder.format != "html":
        return
    if not (SITE / "index.html").is_file():
        raise ExtensionError(f"{SITE} is missing: run `make book`")
    shutil.copytree(SITE, Path(app.outdir) / "lite", dirs_exist_ok=True)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx; late, so that none looks through JupyterLite's pages."""
    app.connect("build-finished", copy, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


if __name__ == "__main__":
    build()
