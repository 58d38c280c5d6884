"""Packages that stand in for those of Pyodide's address, which no registry has for WebAssembly."""

import hashlib
import io
import json
import zipfile
from pathlib import Path

ALLOWED = {"access-control-allow-origin": "*", "content-type": "x/wheel"}


def wheel(name="numpy", code="answer = 42\n") -> bytes:
    """Return a wheel of a NumPy that knows one number, or of another package."""
    contents = io.BytesIO()
    info = f"{name}-1.dist-info"
    with zipfile.ZipFile(contents, "w") as archive:
        archive.writestr(f"{name}/__init__.py", code)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n")
        archive.writestr(f"{info}/RECORD", "")
    return contents.getvalue()


def with_lock(folder: Path, contents, depends=None) -> tuple:
    """Return a route to a folder's lock file that names these contents as NumPy's, or by name."""
    lock = json.loads((folder / "pyodide-lock.json").read_text("utf-8"))
    wheels = contents if isinstance(contents, dict) else {"numpy": contents}
    for name, body in wheels.items():
        lock["packages"][name]["sha256"] = hashlib.sha256(body).hexdigest()
        lock["packages"][name]["depends"] = (depends or {}).get(name, [])
    return "**/pyodide-lock.json*", lambda asked: asked.fulfill(json=lock)


def served(contents: bytes, status: int = 200):
    """Return what answers every request with these contents."""
    return lambda asked: asked.fulfill(body=contents, headers=ALLOWED, status=status)
