"""Sphinx extension: the theme's icons as a font of those that are used.

The theme brings all of Font Awesome: a script of 1.5 MB that draws them, three fonts, and a rule
for each of two thousand icons. The rules draw the icons without the script too; what no page shows
is taken out of rules and font once all pages are written.
"""

import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

_VENDOR = Path("vendor") / "fontawesome"
_FONT = Path("fonts") / "icons.woff"
_RULE = re.compile(r'((?:\.fa-[a-z0-9-]+:before,?)+)\{content:"\\([0-9a-f]+)"\}')
_SIGN = re.compile(r'"\\([ef][0-9a-f]{3})"')
_FACE = re.compile(r"@font-face\{[^}]*/fontawesome/webfonts/fa-(\w+)-[^}]*\}")


def names_used(texts: Iterable[str]) -> set[str]:
    """Return the names of icons in pages and scripts; some words that are none do no harm."""
    return {name for text in texts for name in re.findall(r"\bfa-[a-z0-9-]+", text)}


def fewer_rules(css: str, used: set[str]) -> str:
    """Return a style sheet with the rules of the icons that are used, and one font of icons."""

    def kept(rule: re.Match[str]) -> str:
        names = re.findall(r"\.(fa-[a-z0-9-]+)", rule[1])
        return rule[0] if used.intersection(names) else ""

    def face(found: re.Match[str]) -> str:
        if found[1] != "solid":
            return ""
        return re.sub(r"src:[^}]*", f'src:url(../{_FONT.as_posix()}) format("woff")', found[0])

    return _FACE.sub(face, _RULE.sub(kept, css))


def signs(css: str) -> set[int]:
    """Return the characters of the icons' font that a style sheet shows."""
    return {int(sign, 16) for sign in _SIGN.findall(css)}


def write_font(source: Path, target: Path, characters: set[int]) -> None:
    """Write a font with some characters of another.

    Raises:
        ExtensionError: If the other lacks one.
    """
    font = TTFont(source, recalcTimestamp=False)
    if missing := characters - set(font.getBestCmap()):
        raise ExtensionError(f"{source.name} has no icon {', '.join(map(hex, sorted(missing)))}")
    options = subset.Options(layout_features=[], hinting=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    font.flavor = "woff"
    target.parent.mkdir(parents=True, exist_ok=True)
    font.save(target)


def slim(app: Sphinx, exception: Exception | None) -> None:
    """Leave of the icons what the pages show."""
    if exception is not None or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    pages = [*Path(app.outdir).rglob("*.html"), *static.rglob("*theme.js")]
    used = names_used(page.read_text(encoding="utf-8") for page in pages)
    characters: set[int] = set()
    for sheet in static.rglob("*theme.css"):
        css = fewer_rules(sheet.read_text(encoding="utf-8"), used)
        sheet.write_text(css, encoding="utf-8")
        characters |= signs(css)
    write_font(static / _VENDOR / "webfonts" / "fa-solid-900.ttf", static / _FONT, characters)
    shutil.rmtree(static / _VENDOR)
    for script in (static / "scripts").glob("fontawesome.js*"):
        script.unlink()
    for table in static.rglob("*.map"):
        # For who debugs the theme; no reader's browser asks for it.
        table.unlink()


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx."""
    app.connect("build-finished", slim)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
