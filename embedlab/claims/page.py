"""The ledger as HTML: the same lines on its own page and, a few at a time, in the chapters."""

import html
from collections.abc import Sequence
from dataclasses import dataclass

from embedlab.claims.findings import Verdict
from embedlab.claims.ledger import Entry, entries

VERDICTS: dict[Verdict, str] = {
    "holds": "holds",
    "holds_with_conditions": "holds with conditions",
    "wrong": "wrong",
    "unverifiable_here": "cannot be checked here",
}


@dataclass(frozen=True)
class Corrections:
    """A few lines of the ledger, shown where a chapter speaks of them."""

    entries: tuple[Entry, ...]

    def _repr_html_(self) -> str:
        return as_list(self.entries, link="ledger.html")

    def __repr__(self) -> str:
        return "\n\n".join(_as_text(entry) for entry in self.entries)


def show(*ids: str) -> Corrections:
    """Check these claims now and show what the slides say, what is computed, and what is right.

    Args:
        ids: Numbers of claims, such as "C075".

    Raises:
        ValueError: If there is no claim with such a number.
    """
    return Corrections(tuple(entries(*ids)))


def as_list(found: Sequence[Entry], *, link: str = "") -> str:
    """Return lines of the ledger as an HTML list.

    Args:
        found: The lines.
        link: The page that a claim's number leads to; "" on the ledger itself, whose lines carry
            the numbers as anchors.
    """
    return f'<ul class="claims">{"".join(_as_item(entry, link) for entry in found)}</ul>'


def _as_item(entry: Entry, link: str) -> str:
    number, verdict = entry.id.lower(), VERDICTS[entry.verdict]
    anchor = "" if link else f' id="{number}"'
    rows = [
        f'<p class="claim-head"><a href="{link}#{number}">{entry.id}</a> '
        f'<span class="claim-verdict">{verdict}</span></p>',
        _row("Slides", entry.claim),
        _row("Computed", entry.computed),
        _row("Correct", entry.correction),
        _row("Source", entry.source),
    ]
    return (
        f'<li class="claim" data-chapter="{entry.chapter}" data-verdict="{entry.verdict}"{anchor}>'
        f"{''.join(rows)}</li>"
    )


def _row(label: str, text: str) -> str:
    return f"<p><b>{label}:</b> {html.escape(text, quote=False)}</p>" if text else ""


def _as_text(entry: Entry) -> str:
    parts = {"slides": entry.claim, "computed": entry.computed, "correct": entry.correction}
    lines = [f"{label}: {text}" for label, text in parts.items() if text]
    return "\n  ".join([f"{entry.id}, {VERDICTS[entry.verdict]}", *lines])
