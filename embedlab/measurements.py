"""Recorded measurements: what a clock said once, with the day and the kind of machine.

A page that is built again must not change because the machine is busy. So whatever has a clock in
it is measured by a command, written down here, and only read by the pages.
"""

import json
import os
import platform
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, TypeAlias

from embedlab import __version__
from embedlab.files import FilePath, replacing
from embedlab.numerics import require

Row: TypeAlias = dict[str, Any]

# A processor calls itself by a name that its maker sells; anything else could name one machine.
_MAKERS = re.compile(r"\b(AMD|Intel|Apple|ARM|Cortex|Neoverse|POWER\d*|Ampere)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Record:
    """Measurements as they were written down.

    Attributes:
        about: What was measured, in a sentence.
        made: The day, as YYYY-MM-DD.
        machine: Its kind, as ``describe_machine`` returns it.
        versions: Of Python and the packages that matter, by name.
        rows: The measurements; each row says itself what its numbers are.
    """

    about: str
    made: str
    machine: dict[str, Any]
    versions: dict[str, str]
    rows: tuple[Row, ...]


def write_record(
    path: FilePath, about: str, rows: Iterable[Mapping[str, Any]], packages: Sequence[str] = ()
) -> Record:
    """Write measurements with today's date, this kind of machine and the versions, as JSON.

    Args:
        path: The file; its folder is made where it is missing.
        about: What was measured, in a sentence.
        rows: The measurements: names with numbers, texts, lists or None.
        packages: Further packages whose versions matter, beside NumPy and this one.

    Returns:
        The record, as ``read_record`` would return it.

    Raises:
        ValueError: If a row holds what JSON cannot (NaN and infinity among it), there is no row,
            or a package is not installed.
    """
    record = Record(
        about=about,
        made=date.today().isoformat(),
        machine=describe_machine(),
        versions=describe_versions(packages),
        rows=tuple(dict(row) for row in rows),
    )
    require(len(record.rows) > 0, "rows", "hold a measurement", "none")
    try:
        text = json.dumps(asdict(record), indent=1, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ValueError(f"rows must hold what JSON can, got: {error}") from error
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as file:
        file.write(text.encode() + b"\n")
    return read_record(path)


def read_record(path: FilePath) -> Record:
    """Return the measurements of a file.

    Raises:
        ValueError: If the file is missing or no such record.
    """
    try:
        fields = json.loads(Path(path).read_text(encoding="utf-8"))
        record = Record(**{**fields, "rows": tuple(fields["rows"])})
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError) as error:
        name = Path(path).name
        raise ValueError(f"{name} must be a record of measurements, got: {error}") from error
    texts, tables = (record.about, record.made), (record.machine, record.versions, *record.rows)
    fits = all(isinstance(text, str) for text in texts)
    fits = fits and all(isinstance(table, dict) for table in tables)
    rule = "be a record of measurements, whose rows, machine and versions are objects"
    require(fits, Path(path).name, rule, "something else")
    return record


def describe_machine() -> dict[str, Any]:
    """Return the kind of machine: nothing that tells one machine from others of its kind.

    Returns:
        ``processor`` (architecture), ``model`` (as its maker sells it, or None), ``cores`` (that
        this program may use), ``memory_gib`` (rounded, or None) and ``system``.
    """
    return {
        "processor": platform.machine(),
        "model": _model(),
        "cores": _cores(),
        "memory_gib": _memory(),
        "system": platform.system(),
    }


def describe_versions(packages: Sequence[str] = ()) -> dict[str, str]:
    """Return the versions of Python, NumPy, this package and others, by name.

    Raises:
        ValueError: If one of the others is not installed.
    """
    found = {"python": platform.python_version(), "embedlab": __version__}
    for name in dict.fromkeys(["numpy", *packages]):
        try:
            found[name] = version(name)
        except PackageNotFoundError as error:
            raise ValueError(f"packages must be installed, got {name!r}") from error
    return found


def provenance(record: Record) -> str:
    """Return when and on what a record was made, for a page.

    >>> machine = {"processor": "x86_64", "model": None, "cores": 2, "memory_gib": 8}
    >>> machine["system"] = "Linux"
    >>> print(provenance(Record("queries", "2026-01-31", machine, {"numpy": "2"}, ())))
    measured on 2026-01-31: x86_64, 2 cores, 8 GiB of memory, Linux; numpy 2
    """
    machine = record.machine
    kind = machine["processor"] + (f" ({machine['model']})" if machine["model"] else "")
    memory = f", {machine['memory_gib']} GiB of memory" if machine["memory_gib"] else ""
    versions = ", ".join(f"{name} {number}" for name, number in record.versions.items())
    place = f"{kind}, {machine['cores']} cores{memory}, {machine['system']}"
    return f"measured on {record.made}: {place}; {versions}"


def _model() -> str | None:
    """Return the name under which the processor is sold, where the system tells it."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    name = " ".join(found[1].split()) if found else ""
    return name if _MAKERS.search(name) else None


def _cores() -> int:
    """Return how many cores this program may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _memory() -> int | None:
    """Return the memory in GiB, where the system tells it."""
    try:
        n_bytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None
    return round(n_bytes / 2**30)
