"""The commands of the Makefile, as someone meets them on a machine where something is missing.

And the promise of `make book`: a raising cell, a Python warning or a broken reference fails the
build, the second time too, when caches would have everything to hand.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from book_pages import ROOT

MAKE = shutil.which("make")
pytestmark = pytest.mark.skipif(MAKE is None, reason="make is not installed")


def make(*arguments: str, folder: Path = ROOT, **environment: str) -> subprocess.CompletedProcess:
    """Run make without what a surrounding make hands down."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(
        [MAKE, "--no-print-directory", *arguments],
        cwd=folder,
        env=inherited | environment,
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_help_lists_the_commands():
    shown = make("help").stdout
    for command in "course test book exercises fmt lint types lock serve clean".split():
        assert f"make {command}" in shown


@pytest.mark.parametrize(
    ("command", "tool"), [("lint", "ruff"), ("types", "mypy"), ("book", "npm"), ("lock", "uv")]
)
def test_a_missing_tool_is_named_with_its_remedy(tmp_path, command, tool):
    environment = tmp_path / "venv"
    (environment / "bin").mkdir(parents=True)
    (environment / ".installed").touch()
    done = make(
        "-o",
        f"{environment}/.installed",
        "-o",
        "_build/dist/.built",
        "-W",
        "package.json",
        command,
        f"VENV={environment}",
    )
    assert done.returncode != 0
    assert f"{tool} is missing from {environment}: run 'rm -rf {environment}'" in done.stderr


def test_a_missing_python_is_named(tmp_path):
    done = make(f"{tmp_path}/venv/.installed", f"VENV={tmp_path}/venv", "PYTHON=no-such-python")
    assert done.returncode != 0
    assert "no-such-python is missing: install Python 3.11 or newer" in done.stderr
    assert not (tmp_path / "venv").exists()


def test_an_old_python_is_refused(tmp_path):
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\ncase "$1" in --version) echo Python 3.9.2;; *) exit 1;; esac\n')
    old.chmod(0o755)
    done = make(f"{tmp_path}/venv/.installed", f"VENV={tmp_path}/venv", f"PYTHON={old}")
    assert done.returncode != 0
    assert "is Python 3.9.2: Python 3.11 or newer is needed" in done.stderr


def test_serving_a_book_that_is_not_built(tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    done = make("serve", folder=tmp_path)
    assert done.returncode != 0
    assert "the book is not built: run 'make book' first" in done.stderr


PAGE = """---
file_format: mystnb
kernelspec: {{name: python3, display_name: Python 3}}
myst: {{html_meta: {{description: "A page that exists for one test only, with one cell in it."}}}}
---

# A page

{text}

```{{code-cell}}
{cell}
```
"""

FAULTS = {
    "a raising cell": ("Some text.", "1 / 0", ("ZeroDivisionError",)),
    "a Python warning": ("Text.", "import warnings; warnings.warn('careful')", ("stderr",)),
    "a broken reference and a broken link": (
        "See {ref}`nowhere` and [this](no-such-page.md).",
        "1 + 1",
        ("undefined label", "cross-reference target not found"),
    ),
}


@pytest.fixture(scope="module")
def small_book(tmp_path_factory) -> Path:
    """A copy of the course's book with one page, using what was built in this checkout."""
    folder = tmp_path_factory.mktemp("course")
    for name in (
        "_config.yml",
        "Makefile",
        "package.json",
        "package-lock.json",
        "requirements.lock",
        "requirements-uv.lock",
        "pyproject.toml",
    ):
        shutil.copy2(ROOT / name, folder)
    for name in ("book/extensions", "book/assets", "book/templates"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "book" / "references.bib").touch()
    (folder / "_toc.yml").write_text("format: jb-book\nroot: book/page\n")
    for name in ("claims", "dist", "search", "stdlib"):
        shutil.copytree(ROOT / "_build" / name, folder / "_build" / name)
    (folder / "embedlab").symlink_to(ROOT / "embedlab")
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


def build(folder: Path, text: str, cell: str) -> subprocess.CompletedProcess:
    (folder / "book" / "page.md").write_text(PAGE.format(text=text, cell=cell))
    return build_again(folder)


def build_again(folder: Path) -> subprocess.CompletedProcess:
    done = (".venv/.installed", "node_modules/.installed", "_build/dist/.built",
            "_build/lite/.built", "_build/claims/claims.json", "_build/search/ask-report.json",
            "_build/stdlib/python_stdlib.zip", "embedlab/learned.npz")  # fmt: skip
    options = (word for path in done for word in ("-o", path))
    return make(*options, "_build/.book-built", folder=folder)


def typesetters() -> set[int]:
    """Return the process numbers of KaTeX servers."""
    return {p.pid for p in psutil.process_iter(["cmdline"]) if "katex-server" in str(p.info)}


@pytest.mark.site
def test_negative_control_a_sound_page_builds_and_leaves_no_process_behind(small_book):
    before = typesetters()
    source = small_book / "book" / "references.bib"
    edit = f"import pathlib; pathlib.Path({str(source)!r}).touch()"
    done = build(small_book, "A formula, $x^2$.", edit)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    page = (small_book / "_build/html/book/page.html").read_text(encoding="utf-8")
    assert "katex-mathml" in page
    assert typesetters() <= before
    # What has changed is built again, even if it has changed while the book was built (the cell's
    # output is kept, so that it edits nothing now); what has not changed is not.
    assert "Book: executing" in done.stdout
    again = build_again(small_book)
    assert (again.returncode, again.stdout.count("Book: executing")) == (0, 1)
    third = build_again(small_book)
    assert (third.returncode, third.stdout.count("Book: executing")) == (0, 0)


@pytest.mark.site
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_fails_the_build_and_fails_it_again(small_book, fault):
    text, cell, reasons = FAULTS[fault]
    # The outputs of cells are kept; what Sphinx itself finds, it looks for each time.
    for _ in range(1 if "reference" in fault else 2):
        done = build(small_book, text, cell)
        assert done.returncode != 0
        assert [reason for reason in reasons if reason not in done.stdout + done.stderr] == []
        assert "the book has errors or warnings" in done.stderr
