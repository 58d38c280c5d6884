"""Let a site run Python without the public server: `make site-offline` puts packages into it.

`python book/extensions/offline.py FOLDER` looks whether a folder holds the packages that cells and
exercises import, each the file that Pyodide's lock file names, to the last byte, and says what to
fetch. With a built site as second argument they are put into it, once for the pages and for the
notebooks, whose lock file then names these copies.
"""

import json
import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import browser_packages
import lite

ROOT = Path(__file__).parents[2]
PYODIDE = ROOT / "node_modules" / "pyodide"
VARIABLE = "EMBEDLAB_WASM_WHEELS"
NEEDED = ("altair", "cachetools", "matplotlib", "numpy", "scipy", "threadpoolctl", "tqdm")
"""What the pages' cells and the exercises import, besides embedlab and the standard library."""


class NotReadyError(Exception):
    """Why nothing was put into the site, and what to do."""


def closure(lock: dict[str, Any], names: Iterable[str]) -> list[dict[str, Any]]:
    """Return packages and all that they depend on, in the order of their names."""
    found: dict[str, dict[str, Any]] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop().lower().replace("_", "-")
        if name not in found:
            found[name] = lock["packages"][name]
            waiting += found[name]["depends"]
    return [found[name] for name in sorted(found)]


def checked(folder: Path, pyodide: Path, names: Iterable[str] = NEEDED) -> list[Path]:
    """Return the packages' files in a folder.

    Args:
        folder: Where the maintainer has put them.
        pyodide: Pyodide's npm package, whose lock file says what they must be.
        names: The packages; what they depend on comes with them.

    Raises:
        NotReadyError: If files are missing or not the ones of this release of Pyodide.
    """
    if not folder.is_dir():
        raise NotReadyError(f"{folder} is no folder: name the one that holds the packages")
    lock = json.loads((pyodide / browser_packages.NAME).read_text("utf-8"))
    packages = closure(lock, names)
    base = browser_packages.distribution(pyodide)
    missing, wrong = [], []
    for package in packages:
        path = folder / package["file_name"]
        if not path.is_file():
            missing.append(base + package["file_name"])
        elif (found := browser_packages.digest(path)) != package["sha256"]:
            wrong.append(f"{path.name} has SHA-256 {found}, not {package['sha256']}")
    problems = []
    if wrong:
        problems += ["Not the files that this release of Pyodide names; fetch them again:", *wrong]
    if missing:
        problems += [f"{len(missing)} of {len(packages)} files are missing from {folder}; fetch:"]
        problems += missing
    if problems:
        raise NotReadyError("\n".join(problems))
    return [folder / package["file_name"] for package in packages]


def bundle(files: Iterable[Path], site: Path) -> list[Path]:
    """Put packages into a built site, name the copies in its notebooks' lock file, and say so.

    Args:
        files: The packages' files, as ``checked`` returns them.
        site: The site.

    Returns:
        The copies.

    Raises:
        NotReadyError: If there is no such site.
    """
    cores = list(site.glob("_static/pyodide-*"))
    lock_file = site / "lite" / "pyodide" / browser_packages.NAME
    if len(cores) != 1 or not lock_file.is_file():
        raise NotReadyError(f"{site} holds no built book with notebooks: run `make book` first")
    copies = [Path(shutil.copy(path, cores[0])) for path in files]
    here = {copy.name: os.path.relpath(copy, lock_file.parent) for copy in copies}
    lock = json.loads(lock_file.read_text("utf-8"))
    for package in lock["packages"].values():
        name = package["file_name"].rpartition("/")[2]
        # What embedlab's own build carries lies beside the lock file and stays there.
        if package["file_name"].startswith("https:") and name in here:
            package["file_name"] = here[name].replace(os.sep, "/")
    lock_file.write_text(json.dumps(lock), "utf-8")
    for notebook in site.glob("lite/files/*.ipynb"):
        text = notebook.read_text("utf-8").replace(lite.FROM_FAR, lite.FROM_HERE)
        notebook.write_text(text, "utf-8")
    return copies


def main(arguments: list[str]) -> str:
    """Check a folder, and put its packages into a site if one is named; return what was done.

    Raises:
        NotReadyError: If the folder or the site is not as it should be.
    """
    if not arguments or not arguments[0]:
        base = browser_packages.distribution(PYODIDE)
        raise NotReadyError(
            f"Name the folder that holds the packages: make site-offline {VARIABLE}=FOLDER. "
            f"With an empty folder this says which files of {base} belong there."
        )
    files = checked(Path(arguments[0]).expanduser(), PYODIDE)
    n_bytes = sum(path.stat().st_size for path in files)
    figure = f"{len(files)} packages, {n_bytes / 1e6:.0f} MB"
    if len(arguments) == 1:
        return f"{figure}: all are what this release of Pyodide names"
    bundle(files, Path(arguments[1]))
    return f"{figure}: now part of {arguments[1]}"


if __name__ == "__main__":
    try:
        print(main(sys.argv[1:]))
    except NotReadyError as problem:
        sys.exit(str(problem))
