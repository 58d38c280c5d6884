"""The whole ledger as files: what the book's page shows and what readers download."""

import csv
import json
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, fields
from multiprocessing import get_context
from pathlib import Path

from embedlab.claims.ledger import CHAPTERS, Entry, beyond_of, entries_of


def write_ledger(folder: Path, processes: int) -> str:
    """Check every claim again and write claims.json, claims.csv and beyond.json.

    Args:
        folder: Where to; made if need be.
        processes: How many chapters are checked at the same time.

    Returns:
        How many claims have which verdict, as a sentence.
    """
    # A fresh process each: what one chapter imports or keeps must not reach another.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        listed, beyond = pool.map(entries_of, CHAPTERS), pool.map(beyond_of, CHAPTERS)
        found = sorted((entry for part in listed for entry in part), key=lambda entry: entry.id)
        further = [entry for part in beyond for entry in part]
    folder.mkdir(parents=True, exist_ok=True)
    _write_json(folder / "beyond.json", further)
    _write_csv(folder / "claims.csv", found)
    # The last one: the build looks at its date, and must not take half a ledger for a whole one.
    _write_json(folder / "claims.json", found)
    counted = Counter(entry.verdict for entry in found)
    told = ", ".join(f"{number} {verdict}" for verdict, number in counted.most_common())
    return f"{len(found)} claims: {told}; {len(further)} errors beyond them"


def read_ledger(folder: Path) -> tuple[list[Entry], list[Entry]]:
    """Return the claims and the errors beyond them that ``write_ledger`` has written."""
    listed, beyond = (
        [Entry(**entry) for entry in json.loads((folder / name).read_text(encoding="utf-8"))]
        for name in ("claims.json", "beyond.json")
    )
    return listed, beyond


def _write_json(path: Path, found: Iterable[Entry]) -> None:
    text = json.dumps([asdict(entry) for entry in found], ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def _write_csv(path: Path, found: Iterable[Entry]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Entry)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(entry) for entry in found)
