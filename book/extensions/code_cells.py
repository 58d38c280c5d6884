"""The code cells of a page, found in its source: several programs ask, and must not disagree."""

import re
from pathlib import Path

_CELL = re.compile(r"^(`{3,})\{code-cell\}.*\n((?:.*\n)*?)\1`*$", re.MULTILINE)
_OPTIONS = re.compile(r"\A(?::[\w-]+:.*\n)+\n*|\A---\n(?:.*\n)*?---\n+")


def codes(page: Path) -> list[str]:
    """Return the code of each cell of a page, those in solutions too, without its options."""
    return [_OPTIONS.sub("", body) for _, body in _CELL.findall(page.read_text(encoding="utf-8"))]


def n_cells(page: Path) -> int:
    """Return how many code cells a page has; one with none does not run."""
    return len(codes(page))
