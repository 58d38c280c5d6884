"""Pyodide's lock file, extended: what Python packages a browser may load, from where, which bytes.

What no package registry carries (NumPy's build for WebAssembly and the like) keeps the checksum
that Pyodide's own lock file states and gets an absolute address of Pyodide's distribution. A
browser refuses whatever does not match its checksum.
"""

import email
import hashlib
import json
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

NAME = "pyodide-lock.json"
CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
"""What every page that runs Python needs of Pyodide's npm package."""


def version(pyodide: Path) -> str:
    """Return the release of Pyodide that its npm package belongs to."""
    return str(json.loads((pyodide / "package.json").read_text(encoding="utf-8"))["version"])


def core_folder(pyodide: Path) -> str:
    """Return the name of the folder of Pyodide's core, another one for each release.

    The core's files fetch each other by names that stay the same; in one folder for all releases a
    browser could mix those that it has kept with new ones.
    """
    return f"pyodide-{version(pyodide)}"


def distribution(pyodide: Path) -> str:
    """Return the public address of the release that Pyodide's npm package belongs to."""
    return f"https://cdn.jsdelivr.net/pyodide/v{version(pyodide)}/full/"


def digest(path: Path) -> str:
    """Return a file's SHA-256 in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def entry(wheel: Path, address: str, depends: Iterable[str] = ()) -> dict[str, Any]:
    """Return what the lock file says of a wheel of pure Python.

    Args:
        wheel: The wheel.
        address: Where the browser finds it, relative to the lock file.
        depends: The packages to be loaded with it.
    """
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        about = next(name for name in names if re.fullmatch(r"[^/]+\.dist-info/METADATA", name))
        metadata = email.message_from_bytes(archive.read(about))
    tops = {name.split("/")[0].removesuffix(".py") for name in names}
    return {
        "name": re.sub(r"[-_.]+", "-", metadata["Name"]).lower(),
        "version": metadata["Version"],
        "file_name": address,
        "install_dir": "site",
        "sha256": digest(wheel),
        "package_type": "package",
        "imports": sorted(top for top in tops if top.isidentifier()),
        "depends": list(depends),
        "unvendored_tests": False,
    }


def extended(pyodide: Path, entries: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Return Pyodide's lock file with absolute addresses, and with entries of one's own.

    Args:
        pyodide: The folder of Pyodide's npm package.
        entries: Packages that are added, or take the place of those of the same name.
    """
    lock: dict[str, Any] = json.loads((pyodide / NAME).read_text(encoding="utf-8"))
    base = distribution(pyodide)
    for package in lock["packages"].values():
        package["file_name"] = base + package["file_name"]
    for package in entries:
        lock["packages"][package["name"]] = package
    return lock
