"""Write the ledger's verdicts as they are computed now, for test_claims.py to compare with."""

import csv
from pathlib import Path

from embedlab.claims.export import read_ledger

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Write tests/approved_verdicts.csv."""
    listed, beyond = read_ledger(ROOT / "_build" / "claims")
    path = ROOT / "tests" / "approved_verdicts.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["id", "verdict"])
        writer.writerows((entry.id, entry.verdict) for entry in [*listed, *beyond])


if __name__ == "__main__":
    main()
