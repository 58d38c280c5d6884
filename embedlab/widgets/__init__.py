"""Explorers: small Altair charts with sliders and menus that work with no Python behind them.

On the book's static page an ``Explorer`` is a still picture plus its specification, which the
page's script turns into a live chart. In a notebook it is Altair's own widget, and needs no
network there either.
"""

from embedlab.widgets.dense import analogy_explorer, cosine_explorer
from embedlab.widgets.explorer import STATIC_PAGE, Explorer
from embedlab.widgets.one_hot import vocabulary_explorer

__all__ = [
    "STATIC_PAGE",
    "Explorer",
    "analogy_explorer",
    "cosine_explorer",
    "vocabulary_explorer",
]
