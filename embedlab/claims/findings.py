"""What a check of a claim finds, and how a verdict follows from it.

A claim of the source slides is a function: its name is the claim's number, its docstring the
claim in our words, its result a ``Finding``. Nobody writes a verdict down. It follows from what
was computed: from two truth values (``judged``), from a number and the digits that were printed
(``compared``), or from a primary source that was looked up (``recorded``).
"""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from embedlab.numerics import require

Verdict = Literal["holds", "holds_with_conditions", "wrong", "unverifiable_here"]
Kind = Literal[
    "arithmetic", "formula", "statistical", "empirical", "historical", "benchmark", "opinion"
]
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
# A number as a program writes it, such as 7e-08; not the 14 of ViT-e-14.
_POWER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?e[+-]\d+(?!\w)")
# From the best to the worst; a claim of several parts is as good as its worst part.
_ORDER: tuple[Verdict, ...] = ("holds", "holds_with_conditions", "unverifiable_here", "wrong")


@dataclass(frozen=True)
class Finding:
    """What was computed or looked up about a claim, and the verdict that follows.

    Attributes:
        computed: The value, in words and digits that a reader understands.
        verdict: One of the four verdicts.
        correction: The correct statement and why; empty if the claim simply holds.
        source: The primary source with DOI, arXiv id or page; empty where computing is enough.
    """

    computed: str
    verdict: Verdict
    correction: str = ""
    source: str = ""


@dataclass(frozen=True)
class Fact:
    """What a primary source that was looked up says, and where.

    Attributes:
        value: The fact, in the form in which the claim states it (a year, a digit string, a name).
        source: Authors, year and DOI, arXiv id or page, with the table or section.
    """

    value: str
    source: str


@dataclass(frozen=True)
class Claim:
    """A checkable claim: number, kind, our wording, and the function that checks it."""

    id: str
    kind: Kind
    says: str
    check: Callable[[], Finding]


def claim(kind: Kind) -> Callable[[Callable[[], Finding]], Claim]:
    """Turn a function into a claim: its name is the number, its docstring the wording.

    Example:
        >>> @claim("arithmetic")
        ... def c000() -> Finding:
        ...     '''Two and two are four.'''
        ...     return compared(2 + 2, "4")
        >>> c000.id, c000.says, c000.check().verdict
        ('C000', 'Two and two are four.', 'holds')
    """

    def wrap(check: Callable[[], Finding]) -> Claim:
        says = " ".join((inspect.getdoc(check) or "").split())
        name = getattr(check, "__name__", "")
        require(bool(says), name, "state the claim in its docstring", says)
        return Claim(name.upper(), kind, says, check)

    return wrap


def judged(
    holds: bool,
    sometimes: bool = False,
    *,
    computed: str,
    correction: str,
    source: str = "",
) -> Finding:
    """Return the finding for a claim that a computation decides.

    Args:
        holds: Whether the claim is true as it stands.
        sometimes: Whether it is true under conditions, which the correction names.
        computed: What was computed.
        correction: The correct statement and why. It is left out if the claim holds, so that a
            function states it in any case and the computation decides.
        source: A primary source, where computing is not enough.
    """
    verdict: Verdict = "holds" if holds else "holds_with_conditions" if sometimes else "wrong"
    return _finding(computed, verdict, correction, source)


def compared(
    value: float,
    printed: str,
    *,
    unit: str = "",
    remark: str = "",
    correction: str = "",
    source: str = "",
) -> Finding:
    """Return the finding for a number that the slides print.

    A printed number holds if the computed one rounds to its digits; if the digits were only cut
    off it holds with that condition; otherwise it is wrong. Rounding is no error.

    Args:
        value: The computed number.
        printed: The digits as printed: "0.941", "1e-46".
        unit: Written behind both numbers: "%", " GB".
        remark: What else is worth knowing, put behind the computed number.
        correction: What is to be added to "printed …, computed …".
        source: A primary source, where computing is not enough.

    Example:
        >>> compared(14 / 221**0.5, "0.942").verdict
        'holds'
        >>> compared(14 / 221**0.5, "0.941").correction
        'Digits cut off: 0.94174 rounds to 0.942.'
        >>> compared(2.0, "3").verdict
        'wrong'
        >>> compared(-1.4143, "-1.416").correction
        'Printed −1.416, computed −1.41430.'
    """
    return several(
        {"": (value, printed)}, unit=unit, remark=remark, correction=correction, source=source
    )


def several(
    parts: Mapping[str, tuple[float, str]],
    *,
    unit: str = "",
    remark: str = "",
    correction: str = "",
    source: str = "",
) -> Finding:
    """Return the finding for several printed numbers: as good as the worst of them.

    Args:
        parts: Name of each number to the computed value and the printed digits.
        unit: Written behind every number.
        remark: What else is worth knowing, put behind the list of computed numbers.
        correction: What is to be added to the list of numbers that do not hold.
        source: A primary source, where computing is not enough.
    """
    verdicts = {name: _rounding(value, printed) for name, (value, printed) in parts.items()}
    shown = [
        f"{name} {_shown(value, printed)}{unit}".strip() for name, (value, printed) in parts.items()
    ]
    computed = "; ".join([*shown, *([remark] if remark else [])])
    amendments = [
        _amendment(name, *parts[name], unit, verdict)
        for name, verdict in verdicts.items()
        if verdict != "holds"
    ]
    worst = max(verdicts.values(), key=_ORDER.index)
    return _finding(computed, worst, " ".join([*amendments, correction]).strip(), source)


def recorded(stated: str, fact: Fact, *, correction: str = "") -> Finding:
    """Return the finding for something that only a primary source can decide.

    Args:
        stated: What the slides say, in the form in which the fact is given.
        fact: What the source says. It was looked up: a fact from memory is none.
        correction: The correct statement; by default what the source says.
    """
    return _finding(
        fact.value,
        "holds" if stated == fact.value else "wrong",
        correction or f"The source says {fact.value}, the slides say {stated}.",
        fact.source,
    )


def unverifiable(reason: str, *, computed: str = "nothing to compute", source: str = "") -> Finding:
    """Return the finding for a claim that cannot be checked here.

    Args:
        reason: What a check would need, or why no computation can decide.
        computed: What could be computed all the same.
        source: Where a reader could look.
    """
    return Finding(_powers(computed), "unverifiable_here", _powers(reason), source)


def typeset(number: str) -> str:
    """Return a formatted number as a reader expects it: true minus sign, powers of ten.

    Example:
        >>> typeset("-0.31"), typeset("1e-09"), typeset("1.70e-46"), typeset("2E+7")
        ('−0.31', '10⁻⁹', '1.70 · 10⁻⁴⁶', '2 · 10⁷')
    """
    mantissa, _, exponent = number.lower().partition("e")
    if exponent:
        power = f"10{str(int(exponent)).translate(_SUPERSCRIPTS)}"
        number = power if mantissa == "1" else f"{mantissa} · {power}"
    return number.replace("-", "−")


def listed(values: Mapping[str, float], form: str = ".1f") -> str:
    """Return "name value, name value" for a reader.

    Args:
        values: Name to number.
        form: How a number is formatted: ".2f", ".0%".

    Example:
        >>> listed({"up": 0.25, "down": -0.5}, ".2f")
        'up 0.25, down −0.50'
    """
    # Adding zero turns -0.0 into 0.0.
    shown = {name: typeset(f"{round(value, 6) + 0.0:{form}}") for name, value in values.items()}
    return ", ".join(f"{name} {number}" for name, number in shown.items())


def any_rounds_to(values: Mapping[str, float], printed: str) -> bool:
    """Return whether one of the numbers rounds to the printed digits, as in ``compared``."""
    return any(_rounding(value, printed) == "holds" for value in values.values())


def _finding(computed: str, verdict: Verdict, correction: str, source: str) -> Finding:
    if verdict == "holds":
        return Finding(_powers(computed), verdict, "", source)
    require(bool(correction), "correction", f"be given for the verdict {verdict}", correction)
    return Finding(_powers(computed), verdict, _powers(correction), source)


def _powers(text: str) -> str:
    return _POWER.sub(lambda found: typeset(found[0]), text)


def _last_digit(printed: str) -> float:
    exponent = Decimal(printed).as_tuple().exponent
    require(isinstance(exponent, int), "printed", "be a finite decimal number", printed)
    return float(10.0 ** int(exponent))


def _rounding(value: float, printed: str) -> Verdict:
    off = abs(value - float(printed)) / _last_digit(printed)
    # A millionth more than half, so that a tie such as 0.125 may be rounded either way.
    if off <= 0.5 + 1e-6:
        return "holds"
    return "holds_with_conditions" if off < 1 and abs(value) > abs(float(printed)) else "wrong"


def _shown(value: float, printed: str) -> str:
    """Return the value with two digits more than were printed."""
    exponent = Decimal(printed).adjusted()
    n_printed = len(Decimal(printed).as_tuple().digits)
    if value == int(value) and abs(value) < 1e15:
        return typeset(f"{int(value):,}")
    if -4 <= exponent < 15:
        digits = max(0, n_printed - exponent + 1)
        return typeset(f"{value:,.{digits}f}")
    return typeset(f"{value:.{n_printed + 1}e}")


def _amendment(name: str, value: float, printed: str, unit: str, verdict: Verdict) -> str:
    shown = _shown(value, printed)
    if verdict == "wrong":
        told = f"printed {typeset(printed)}{unit}, computed {shown}{unit}."
    else:
        rounded = typeset(str(Decimal(value).quantize(Decimal(printed))))
        told = f"digits cut off: {shown}{unit} rounds to {rounded}{unit}."
    return f"{name}: {told}" if name else told[0].upper() + told[1:]
