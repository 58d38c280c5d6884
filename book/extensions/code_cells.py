"""The code cells of a page, counted in its source: three programs ask, and must not disagree."""

import re
from pathlib import Path

_CELL = re.compile(r"^`{3,}\{code-cell\}", re.MULTILINE)


def n_cells(page: Path) -> int:
    """Return how many code cells a page has, those in solutions too; one with none does not run."""
    return len(_CELL.findall(page.read_text(encoding="utf-8")))
