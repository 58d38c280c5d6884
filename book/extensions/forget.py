"""Forget what a build has computed, so that the next one computes it again (``make twice``).

Run as a program, with folders that hold something computed besides the pages' cells. With
``--part 2/3`` it forgets the second of three parts: pages and folders are dealt out in turn, so
that the parts take about the same time, and together they are everything.
"""

import argparse
import shutil
from collections.abc import Sequence
from pathlib import Path

from code_cells import n_cells
from execution import read
from jupyter_cache import get_cache
from kept import CACHE, pages

from embedlab.files import FilePath


def forget(
    candidates: Sequence[Path],
    folders: Sequence[Sequence[Path]],
    cache_folder: FilePath,
    part: tuple[int, int] = (1, 1),
) -> list[str]:
    """Forget the outputs of pages, and remove folders.

    Args:
        candidates: Pages with cells.
        folders: Groups of folders that belong to one part.
        cache_folder: That of the cells' outputs.
        part: Which one, from 1, of how many.

    Returns:
        The names of the pages and folders that are forgotten.
    """
    number, n_parts = part
    # Pages with many cells take longest; dealt out first, they do not meet in one part.
    ordered = sorted(candidates, key=n_cells, reverse=True)
    chosen = [*ordered, *folders][number - 1 :: n_parts]
    cache, names = get_cache(cache_folder), []
    for each in chosen:
        if isinstance(each, Path):
            cache.remove_cache(cache.match_cache_notebook(read(each)).pk)
            names.append(each.stem)
            continue
        for folder in each:
            shutil.rmtree(folder, ignore_errors=True)
            names.append(folder.name)
    return names


def as_part(text: str) -> tuple[int, int]:
    """Return ``2/3`` as (2, 3)."""
    number, slash, n_parts = text.partition("/")
    if slash and number.isdecimal() and n_parts.isdecimal() and 1 <= int(number) <= int(n_parts):
        return int(number), int(n_parts)
    raise argparse.ArgumentTypeError(f"must be K/N with K from 1 to N, such as 2/3, got {text!r}")


def _folders(text: str) -> list[Path]:
    return [Path(name) for name in text.split(",")]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=_folders, nargs="*", help="joined by commas: of one part")
    parser.add_argument("--part", type=as_part, default=(1, 1))
    given = parser.parse_args()
    done = forget(pages(), given.folders, CACHE, given.part)
    print(f"To be computed again: {', '.join(done)}")
