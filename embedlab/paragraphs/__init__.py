"""The book's own paragraphs: what a reader reads, without code, options and markup.

============ =========================================================================
``pieces``   a paragraph; long ones are split, short ones joined
``pages``    MyST becomes paragraphs with their page, headings and anchor
``formulas`` a formula in TeX becomes a line of text
============ =========================================================================
"""

from embedlab.paragraphs.formulas import readable_formula
from embedlab.paragraphs.pages import page_paragraphs, read_paragraphs, section_anchor
from embedlab.paragraphs.pieces import (
    MAX_CHARACTERS,
    MIN_CHARACTERS,
    Paragraph,
    content_version,
    split_text,
)

__all__ = [
    "MAX_CHARACTERS",
    "MIN_CHARACTERS",
    "Paragraph",
    "content_version",
    "page_paragraphs",
    "read_paragraphs",
    "readable_formula",
    "section_anchor",
    "split_text",
]
