"""From a Matplotlib figure to a picture for the page: inline SVG, one style, one palette.

A ``Picture`` takes on the text color of the page it stands on (so it is legible in dark mode),
scales to the width of a phone, and carries the sentence that says what it shows.
"""

import hashlib
import html
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from embedlab.numerics import require

# Okabe & Ito's color-blind-safe hues, those with a contrast of 3:1 on white and on near-black.
BLUE, ORANGE, GREEN, PINK = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
PALETTE = (BLUE, ORANGE, GREEN, PINK)
# What a color means wherever a figure has these roles: the word asked about and what is learned;
# its company, that is contexts and observed pairs; the truth or the target; noise and controls.
CENTER, CONTEXT, TRUTH, NOISE = PALETTE
MUTED = "#808890"
# Drawn in this color, replaced by the page's own text color in the SVG.
INK = "#010203"

STYLE: dict[Any, Any] = {
    "axes.edgecolor": INK,
    "axes.facecolor": "none",
    "axes.labelcolor": INK,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 13,
    "figure.constrained_layout.use": True,
    "figure.facecolor": "none",
    "font.family": ["DejaVu Sans"],
    "font.size": 12,
    "grid.color": MUTED,
    "grid.alpha": 0.35,
    "svg.fonttype": "none",
    "svg.hashsalt": "embedlab",
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}


# What comes after the second decimal.
_DECIMALS = re.compile(r"(\d\.\d\d)\d+")


@dataclass(frozen=True)
class Picture:
    """A finished figure: SVG markup and the sentence that says what it shows."""

    svg: str
    alt: str

    def _repr_html_(self) -> str:
        return f'<div class="picture">{self.svg}</div>'


@contextmanager
def new_figure(width: float, height: float) -> Iterator[Figure]:
    """Yield an empty figure in the house style (inches; 4.8 wide fills a phone at 12 pt)."""
    with mpl.rc_context(STYLE):
        yield Figure(figsize=(width, height))


def picture(figure: Figure, alt: str) -> Picture:
    """Return a Matplotlib figure as inline SVG that takes on the page's color and width.

    Args:
        figure: Any Matplotlib figure; what is drawn in ``INK`` becomes the page's text color.
        alt: What the figure shows, as a sentence for someone who cannot see it.

    Raises:
        ValueError: If alt is empty.
    """
    require(bool(alt.strip()), "alt", "say what the figure shows", alt)
    buffer = io.StringIO()
    with mpl.rc_context(STYLE):
        # A date in the file would make two identical builds differ.
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = _slim(svg).replace(INK, "currentColor")
    # Several pictures share one page, and an id must be unique on a page.
    prefix = "p" + hashlib.sha256((alt + svg).encode()).hexdigest()[:8]
    svg = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{prefix}-", svg)
    width = figure.get_size_inches()[0] * 100
    # The page decides the width; the figure's own size is only an upper limit.
    tag, drawing = svg.split(">", 1)
    tag = re.sub(r'\s(?:width|height)="[^"]*"', "", tag)
    tag += (
        f' role="img" aria-label="{html.escape(alt, quote=True)}"'
        f' style="width:100%;max-width:{width:.0f}px;height:auto"'
    )
    return Picture(f"{tag}>{drawing}", alt)


def _slim(svg: str) -> str:
    """Return a drawing without what nobody can see: hundredths of a pixel, and white space."""
    svg = re.sub(r' (?:d|x|y)="[^"]*"', lambda place: _DECIMALS.sub(r"\1", place[0]), svg)
    return re.sub(r">\s+<(?!tspan|/text)", "><", svg)


def number(value: float) -> str:
    """Return a number as a reader would write it: at most three decimals, no trailing zeros."""
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def listing(parts: Sequence[str]) -> str:
    """Return items as one reads them aloud: "a, b and c"."""
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


def quantity(value: float) -> str:
    """Return a number with thousands separators when large, three decimals when small."""
    return f"{value:,.0f}" if abs(value) >= 1000 else number(value)
