"""The distribution of the points as a picture inside a page."""

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from embedlab.grading.report.csv import number
from embedlab.grading.report.data import Bar, Report

# In the picture's own units, about one pixel each on a wide screen and less on a phone.
_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP = 480, 220, 40, 42, 8
_ROOM = _HEIGHT - _BOTTOM - _TOP
_LETTER = 9
_STEPS = tuple(factor * 10**power for power in range(7) for factor in (1, 2, 5))


def histogram(report: Report) -> Markup:
    """Return the picture as SVG, with the sentence that says what it shows; empty if of nothing."""
    if not report.spread:
        return Markup("")
    step = next(step for step in _STEPS if 4 * step >= max(bar.n for bar in report.bars))
    top = step * -(-max(bar.n for bar in report.bars) // step)
    shapes = "".join([*_grid(top, step), *_bars(report.bars, top)])
    return Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        _WIDTH, _HEIGHT, description(report), Markup(shapes)
    )


def description(report: Report) -> str:
    """Return what the picture shows in words."""
    spread = report.spread
    if not spread:
        return "Nothing has been graded yet."
    most = max(report.bars, key=lambda bar: bar.n)
    return (
        f"Histogram of points, {report.n_graded} submissions, {number(report.max_points)} points "
        f"possible. The middle half has {number(spread.lower)} to {number(spread.upper)} points; "
        f"the highest bar stands at {most.label} points, with {most.n} submissions."
    )


def _grid(top: int, step: int) -> Iterable[str]:
    for n in range(0, top + 1, step):
        y = _HEIGHT - _BOTTOM - _ROOM * n / top
        yield f'<path class="grid" d="M{_LEFT} {y:.1f}H{_WIDTH}"/>'
        yield _text(_LEFT - 6, y + 5, f"{n}", "end")


def _bars(bars: Sequence[Bar], top: int) -> Iterable[str]:
    slot = (_WIDTH - _LEFT) / len(bars)
    # A label at each bar, or at as many as have room.
    every = -(-max(len(bar.label) + 1 for bar in bars) * _LETTER // slot)
    for index, bar in enumerate(bars):
        x, height = _LEFT + index * slot, _ROOM * bar.n / top
        yield (
            f'<rect class="bar" x="{x + 1:.1f}" y="{_HEIGHT - _BOTTOM - height:.1f}" '
            f'width="{slot - 2:.1f}" height="{height:.1f}"/>'
        )
        if index % every == 0:
            yield _text(x + slot / 2, _HEIGHT - _BOTTOM + 17, bar.label, "middle")
    yield _text((_WIDTH + _LEFT) / 2, _HEIGHT - 5, "points", "middle")


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{text}</text>'
