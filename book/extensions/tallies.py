"""Sphinx extension: the role `tally`, a number counted in the repository while the book is built.

`{tally}`many <test functions>`` stands for how many there are. A page that says what is checked
must not say it from memory. Between the brackets stands a name of `COUNTS`, or `claims`, a verdict
and, if need be, a chapter of the ledger: `{tally}`some <claims wrong 8-training>``. What stands
before them is for programs that do not count, such as the book's search.
"""

import ast
import sys
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from code_cells import n_cells
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import ReferenceRole

from embedlab.claims.export import read_ledger
from embedlab.claims.ledger import CHAPTERS, Entry

ATTACKS = ("exhaustion", "files", "injection", "leftovers", "network", "outside", "tampering")


def _test_files(root: Path) -> Iterator[tuple[str, ast.Module]]:
    """Yield name and syntax of each test file; the bank's student work need not be Python."""
    for path in sorted((root / "tests").rglob("test_*.py")):
        name = path.relative_to(root / "tests").as_posix()
        yield name, ast.parse(path.read_text(encoding="utf-8"))


class Test(NamedTuple):
    """A test function: where it stands, its name, and the names that occur in it."""

    file: str
    name: str
    uses: frozenset[str]


@cache
def tests(root: Path) -> tuple[Test, ...]:
    """Return every test function below tests/; the decorators of one belong to it."""
    return tuple(
        Test(name, node.name, frozenset(p.id for p in ast.walk(node) if isinstance(p, ast.Name)))
        for name, tree in _test_files(root)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


def bank(root: Path) -> list[dict[str, object]]:
    """Return what is expected of each submission of the bank."""
    tables = sorted((root / "tests" / "submissions").glob("*/expected.toml"))
    return [row for path in tables for row in tomllib.loads(path.read_text("utf-8")).values()]


def n_hostile(root: Path) -> int:
    """Return how many hostile submissions there are; those tried on other assignments count once.

    They are modules, because some are made by a loop: reading them would not do.
    """
    sys.path.insert(0, str(root / "tests"))
    try:
        return sum(len(import_module(f"hostile.{name}").ATTACKS) for name in ATTACKS)
    finally:
        sys.path.remove(str(root / "tests"))


def oracle_numbers(root: Path) -> int:
    """Return how many files of another program's numbers the tests compare with."""
    return len(list((root / "tests" / "oracles").glob("*.npz")))


def cells(root: Path) -> int:
    """Return how many code cells the pages of the book have."""
    return sum(map(n_cells, (root / "book").rglob("*.md")))


def _is_right(row: dict[str, object]) -> bool:
    return not row.get("fails")


COUNTS: dict[str, Callable[[Path], int]] = {
    "test functions": lambda root: len(tests(root)),
    "test files": lambda root: len({test.file for test in tests(root)}),
    "negative controls": lambda root: sum("negative_control" in test.name for test in tests(root)),
    "gradient checks": lambda root: sum(
        # Those of the checker itself check no gradient of ours.
        "check_gradient" in test.uses and test.file != "test_gradcheck.py"
        for test in tests(root)
    ),
    "property tests": lambda root: sum("given" in test.uses for test in tests(root)),
    "site tests": lambda root: sum(test.file.startswith("site/") for test in tests(root)),
    "browser tests": lambda root: sum("browser" in test.uses for test in tests(root)),
    "oracles": oracle_numbers,
    "submissions": lambda root: len(bank(root)),
    "right submissions": lambda root: sum(map(_is_right, bank(root))),
    "wrong submissions": lambda root: sum(not _is_right(row) for row in bank(root)),
    "hostile submissions": n_hostile,
    "cells": cells,
}
VERDICTS = {
    "holding": "holds",
    "conditional": "holds_with_conditions",
    "wrong": "wrong",
    "open": "unverifiable_here",
}


@cache
def _ledger(root: Path) -> tuple[list[Entry], list[Entry]]:
    return read_ledger(root / "_build" / "claims")


def n_claims(root: Path, verdict: str = "", chapter: str = "") -> int:
    """Return how many claims of the ledger have a verdict and belong to a chapter."""
    listed, beyond = _ledger(root)
    if verdict == "beyond":
        return len(beyond)
    return sum(
        (not verdict or entry.verdict == VERDICTS[verdict])
        and (not chapter or entry.chapter == chapter)
        for entry in listed
    )


def tally(root: Path, asked: str) -> int:
    """Return the number that is asked for.

    Raises:
        ValueError: If it is none of those that can be counted.
    """
    kind, *rest = asked.split()
    if asked == "claims beyond":
        return n_claims(root, "beyond")
    if kind == "claims" and len(rest) <= 2 and {*rest[:1]} <= {*VERDICTS}:
        if {*rest[1:]} <= {*CHAPTERS}:
            return n_claims(root, *rest)
        raise ValueError(f"a chapter must be one of {', '.join(CHAPTERS)}, got {rest[1]!r}")
    if asked not in COUNTS:
        known = ", ".join([*COUNTS, *(f"claims {name}" for name in [*VERDICTS, "beyond"])])
        raise ValueError(f"a tally must be one of {known}, got {asked!r}")
    return COUNTS[asked](root)


class Tally(ReferenceRole):
    """A number, counted now."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return it as text, or the complaint."""
        try:
            found = tally(Path(self.env.srcdir), self.target)
        except ValueError as error:
            message = self.inliner.reporter.error(str(error), line=self.lineno)
            return [self.inliner.problematic(self.rawtext, self.rawtext, message)], [message]
        return [nodes.Text(f"{found:,}")], []


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx."""
    app.add_role("tally", Tally())
    return {"parallel_read_safe": True, "parallel_write_safe": True}
