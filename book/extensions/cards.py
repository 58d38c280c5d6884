"""Sphinx extension: a picture for each page, which is shown where a link to the page is shared.

A card bears the page's title and a figure of the page's own words: the words that it uses most,
and how much more often than by chance each pair stands near each other (PPMI, chapter 2). Cards
are kept in _build/cards and drawn again only when title, words, counts or this file have changed.
"""

import hashlib
import html
import io
import json
import re
import shutil
import textwrap
from collections import Counter
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from docutils import nodes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image
from sphinx.application import Sphinx

from embedlab.corpus import encode_sentences
from embedlab.counts import cooccurrences, ppmi
from embedlab.pictures import CENTER, MUTED
from embedlab.text import build_vocabulary

WIDTH, HEIGHT = 1200, 630
COLORS = 128
"""A card has few; so it needs a third of the bytes."""
N_WORDS = 9
WINDOW = 5
PAPER, TEXT = "#ffffff", "#14181e"
# Words that are frequent on every page, and say of none what it is about.
_COMMON = frozenset(
    "about above after again all also and any are because been before between both but can cannot "
    "come comes could does done each every few first for four from gives given had has have here "
    "how into its itself just less like made make makes many may more most much must near nor not "
    "nothing off one ones only other others our out over own page pages part per place said same "
    "says see she should since small some still such take takes than that the their them then "
    "there these they thing this those three through too two under until use used uses very was "
    "way well were what when where whether which while who whole whose why will with without "
    "would yes yet you your chapter chapters book course embedlab return returns none str int "
    "float array arrays bool dict list tuple numpy ndarray parameters raises valueerror source "
    "value values shape number numbers equation large end old new section below deck right "
    "slide slides ledger word words arxiv doi html https min org url www".split()
)


def address(page: str) -> str:
    """Return where a page's card lies in the site."""
    return f"_static/cards/{page.replace('/', '-')}.png"


def alternative(title: str) -> str:
    """Return what a card shows, for who cannot see it."""
    return f"The title “{title}”, beside a grid: which words of the page stand near each other."


def tokens(doctree: nodes.document) -> list[list[str]]:
    """Return the telling words of each paragraph, singular where the page has it."""
    found = []
    for paragraph in doctree.findall(nodes.paragraph):
        texts = [
            node.astext()
            for node in paragraph.findall(nodes.Text)
            if not isinstance(node.parent, nodes.math | nodes.literal | nodes.raw)
        ]
        words = re.findall(r"[^\W\d_]{3,}", " ".join(texts).lower())
        found.append([word for word in words if word not in _COMMON])
    known = {word for words in found for word in words}
    return [[w[:-1] if w[-1] == "s" and w[:-1] in known else w for w in words] for words in found]


def figures(sentences: list[list[str]]) -> tuple[list[str], list[list[int]]]:
    """Return a page's most frequent words and their PPMI with each other, in hundredths."""
    counts = Counter(word for words in sentences for word in words)
    words = [w for w, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:N_WORDS]]
    if max(map(len, sentences), default=0) < 2:  # nothing stands near anything
        return words, [[0] * len(words) for _ in words]
    vocabulary = build_vocabulary(sentences)
    ids = [vocabulary.index[word] for word in words]
    corpus = encode_sentences(sentences, vocabulary.index)
    table = ppmi(cooccurrences(corpus, len(vocabulary), window=WINDOW))
    chosen = np.asarray(table[ids][:, ids].todense())
    return words, np.rint(100 * chosen).astype(int).tolist()


def _draw_title(figure: Figure, title: str, site: str) -> None:
    number, dot, rest = title.partition(". ")
    is_chapter = bool(dot) and number.isdigit()
    head, shown = (f"Chapter {number}", rest) if is_chapter else ("", title)
    if title == site:
        head, site = "An open course", "Book, package and exercises"
    size, width = (40, 17) if len(shown) < 50 else (32, 21)
    lines = textwrap.wrap(shown, width)[:6]
    figure.text(0.06, 0.86, head or site, color=CENTER, size=24, weight="bold", va="center")
    figure.text(0.06, 0.77, "\n".join(lines), color=TEXT, size=size, va="top", linespacing=1.25)
    figure.text(0.06, 0.09, site if head else "An open course", color=TEXT, size=22, va="center")


def _draw_grid(figure: Figure, words: list[str], table: list[list[int]]) -> None:
    if not words:
        return
    side = 0.31
    axes = figure.add_axes((0.97 - side, 0.15, side, side * WIDTH / HEIGHT))
    axes.set_xlim(0, N_WORDS)
    axes.set_ylim(N_WORDS, 0)
    axes.axis("off")
    top = max((max(row) for row in table), default=0) or 1
    for i, word in enumerate(words):
        axes.text(-0.2, i + 0.5, word[:14], color=TEXT, size=16, ha="right", va="center")
        for j, value in enumerate(table[i]):
            # A pair that is never seen keeps a little color, so that the grid shows as a grid.
            alpha = 0.08 + 0.92 * min(value / top, 1.0)
            cell = Rectangle(
                (j + 0.05, i + 0.05), 0.9, 0.9, color=CENTER, alpha=min(alpha, 1), lw=0
            )
            axes.add_patch(cell)
    legend = "which of its words stand near each other (PPMI)"
    figure.text(0.97, 0.09, legend, color=MUTED, size=14, ha="right", va="center")


def draw(title: str, site: str, words: list[str], table: list[list[int]]) -> bytes:
    """Return a card as PNG; the same bytes for the same card."""
    with mpl.rc_context({"font.family": ["DejaVu Sans"], "text.parse_math": False}):
        figure = Figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100, facecolor=PAPER)
        canvas = FigureCanvasAgg(figure)
        figure.add_artist(
            Rectangle((0, 0), 0.02, 1, color=CENTER, lw=0, transform=figure.transFigure)
        )
        _draw_title(figure, title, site)
        _draw_grid(figure, words, table)
        canvas.draw()
        pixels = np.asarray(canvas.buffer_rgba())[..., :3]
    image = Image.fromarray(np.ascontiguousarray(pixels)).quantize(COLORS, dither=Image.Dither.NONE)
    stream = io.BytesIO()
    image.save(stream, "png", optimize=True)
    return stream.getvalue()


def kept(folder: Path, *card: Any) -> Path:
    """Return the file of a card, drawn if there is none yet."""
    drawn_by = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    inputs = json.dumps([drawn_by, mpl.__version__, *card])
    path = folder / f"{hashlib.sha256(inputs.encode()).hexdigest()[:24]}.png"
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished")
        unfinished.write_bytes(draw(*card))
        unfinished.replace(path)
    return path


def note(app: Sphinx, doctree: nodes.document) -> None:
    """Count a page's words while it is read; Sphinx keeps metadata, and passes it on."""
    if app.builder.format == "html":
        app.env.metadata[app.env.docname]["card"] = figures(tokens(doctree))


def write(app: Sphinx, exception: Exception | None) -> None:
    """Put all cards into the site, and throw away those that no page has any more."""
    if exception is not None or app.builder.format != "html":
        return
    folder = Path(app.srcdir) / "_build" / "cards"
    used = set()
    for page in sorted(app.env.found_docs):
        title = html.unescape(app.env.titles[page].astext())
        words, table = app.env.metadata[page]["card"]
        if not words:  # the references, which are filled in later
            resolved = app.env.get_and_resolve_doctree(page, app.builder)
            words, table = figures(tokens(resolved))
        card = kept(folder, title, app.config.html_title, words, table)
        target = Path(app.outdir) / address(page)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(card, target)
        used.add(card.name)
    for old in folder.glob("*.png"):
        if old.name not in used:
            old.unlink()


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx."""
    app.connect("doctree-read", note)
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
