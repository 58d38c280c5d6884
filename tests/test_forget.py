"""What ``make twice`` computes again: everything, or in each part something else."""

import argparse
import subprocess
import sys

import forget
import pytest
from book_pages import ROOT
from execution import read
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn

PAGE = """---
file_format: mystnb
kernelspec: {name: python3, display_name: Python 3}
---

# A page

"""


@pytest.fixture
def book(tmp_path):
    """Return three executed pages, their cache, and two groups of folders."""
    pages = []
    for number in (1, 2, 3):
        page = tmp_path / f"page-{number}.md"
        cells = (f"```{{code-cell}}\n{number} * {k}\n```\n" for k in range(number))
        page.write_text(PAGE + "\n".join(cells))
        pages.append(page)
    cache = tmp_path / "cache"
    for page in pages:
        bundle = CacheBundleIn(read(page), str(page))
        get_cache(cache).cache_notebook_bundle(bundle, check_validity=False)
    groups = [[tmp_path / "claims"], [tmp_path / "search", tmp_path / "vectors"]]
    for folder in (folder for group in groups for folder in group):
        folder.mkdir()
        (folder / "computed").touch()
    return pages, groups, cache


def left(pages, groups, cache):
    """Return the names of what is still there."""
    database = get_cache(cache)
    known = {record.hashkey for record in database.list_cache_records()}
    hashes = {page.stem: database.create_hashed_notebook(read(page))[1] for page in pages}
    folders = {folder.name for group in groups for folder in group if folder.exists()}
    return {name for name, hashkey in hashes.items() if hashkey in known} | folders


def test_parts_are_disjoint_and_together_everything(book):
    everything = left(*book)
    assert everything == {"page-1", "page-2", "page-3", "claims", "search", "vectors"}
    gone = set()
    for part in (1, 2, 3):
        names = forget.forget(*book, (part, 3))
        assert names
        assert not gone & set(names)
        gone |= set(names)
        assert left(*book) == everything - gone
    assert gone == everything


def test_without_parts_everything_is_forgotten(book):
    forget.forget(*book)
    assert left(*book) == set()


@pytest.mark.parametrize("text", ["", "2", "0/3", "4/3", "a/b", "1/0", "-1/3", "1/3/5"])
def test_a_part_that_is_none_is_named(text):
    with pytest.raises(argparse.ArgumentTypeError, match="K from 1 to N"):
        forget.as_part(text)
    command = [sys.executable, ROOT / "book" / "extensions" / "forget.py", f"--part={text}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "such as 2/3" in done.stderr
