"""The report as one HTML page that asks nothing of any network.

Whatever students wrote is escaped by the template, and the page's own policy lets nothing run or
load but its one style sheet and its one script, both known by their hashes.
"""

import base64
import hashlib
from collections.abc import Iterable
from importlib import resources
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from embedlab.grading.files import write_whole
from embedlab.grading.report.csv import number, students
from embedlab.grading.report.data import NO_ISOLATION, Part, Report, Row
from embedlab.grading.report.picture import histogram

# How many mistakes stand on the page unfolded.
_COMMON = 20
# How many students are named at once, and how many only when asked for.
_FEW = 6


def write_page(path: Path, report: Report) -> None:
    """Write a report as one HTML file, the whole page or nothing.

    Args:
        path: The file to write.
        report: What it says.
    """
    write_whole(path, render(report))


def render(report: Report) -> str:
    """Return a report as an HTML page."""
    style, script = _text("page.css"), _text("page.js")
    common = [each for each in report.mistakes[:_COMMON] if len(each.students) > 1]
    return (
        _environment()
        .from_string(_text("page.html.j2"))
        .render(
            report=report,
            style=Markup(style),
            script=Markup(script),
            policy=_policy(style, script),
            picture=histogram(report),
            unsafe=report.isolations.get(NO_ISOLATION, 0),
            common=common,
            few=_FEW,
            single=report.mistakes[len(common) :],
            number=number,
            percent=_percent,
            students=students,
        )
    )


def _text(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def _environment() -> Environment:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "breakable": _breakable,
        "groupby_in_order": _groups,
        "marks": _marks,
        "notes": _notes,
    }
    return environment


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _breakable(name: str) -> Markup:
    """Return a long name that may be broken after its underscores."""
    return escape(name).replace("_", Markup("_<wbr>"))


def _groups(checks: Iterable[Any], attribute: str) -> list[tuple[Any, list[Any]]]:
    """Return neighbors that share an attribute; Jinja's own filter would sort them by it."""
    return [(key, list(group)) for key, group in groupby(checks, key=attrgetter(attribute))]


def _marks(part: Part) -> str:
    if not part.is_open:
        return number(part.points)
    return f"{number(part.points)} + ?" if part.points else "?"


def _notes(row: Row) -> str:
    notes = ["not graded"] * bool(row.problem) + ["look at it"] * bool(row.suspicions)
    return ", ".join([*notes, *["to mark"] * row.is_open])


def _percent(part: int, whole: int) -> str:
    # Nobody and everybody must be true when the page says so.
    share = 100 * part / whole
    if 0 < share < 1:
        return "under 1%"
    return "over 99%" if 99 < share < 100 else f"{share:.0f}%"
