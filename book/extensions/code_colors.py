"""Sphinx extension: in listings, an element of its own only for what has a color of its own.

Pygments wraps every name, bracket and space. In the theme's styles most of them look like the text
around them, and a chapter had thousands of such elements: half of what a phone has to lay out. The
theme paints operators too, down to the dot before an attribute; here they are text like brackets.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any, TextIO

from pygments.formatters import HtmlFormatter
from pygments.style import StyleMeta
from pygments.styles import get_style_by_name
from pygments.token import Operator, Text, _TokenType
from sphinx.application import Sphinx


class ColoredOnly(HtmlFormatter[str]):
    """Pygments' own formatter, told which tokens are mere text."""

    styles: tuple[StyleMeta, ...] = ()

    @classmethod
    @cache
    def is_plain(cls, kind: _TokenType) -> bool:
        """Whether a kind of token is an operator's sign, or looks like text in all styles."""
        return kind is Operator or all(
            style.style_for_token(kind) == style.style_for_token(Text) for style in cls.styles
        )

    def format(self, tokensource: Iterable[tuple[_TokenType, str]], outfile: TextIO) -> None:
        """Write the tokens."""
        kinds = ((Text if self.is_plain(kind) else kind, value) for kind, value in tokensource)
        super().format(kinds, outfile)


def use(app: Sphinx) -> None:
    """Let the builder format listings so, for the two styles between which a reader can choose."""
    if app.builder.format != "html":
        return
    options: dict[str, Any] = app.builder.theme.get_options()  # type: ignore[attr-defined]
    names = (options[f"pygments_{mode}_style"] for mode in ("light", "dark"))
    ColoredOnly.styles = tuple(map(get_style_by_name, names))
    ColoredOnly.is_plain.cache_clear()
    app.builder.highlighter.formatter = ColoredOnly  # type: ignore[attr-defined]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx."""
    app.connect("builder-inited", use)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
