"""The theme's icons as a font of those that are used.

The theme brings all of Font Awesome: a script of 1.5 MB that draws them, three fonts, and a rule
for each of two thousand icons. The rules draw the icons without the script too; `styles` leaves
out those of icons that no page shows, and the font gets the signs of the rest.
"""

import logging
import re
import shutil
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from sphinx.errors import ExtensionError

_VENDOR = Path("vendor") / "fontawesome"
_FONT = Path("fonts") / "icons.woff"
_SIGN = re.compile(r'"\\([ef][0-9a-f]{3})"')
_FACE = re.compile(r"@font-face\{[^}]*/fontawesome/webfonts/fa-(\w+)-[^}]*\}")


def is_drawing(script: Path) -> bool:
    """Whether a script is the one that draws the icons, and names them all."""
    return script.name.startswith("fontawesome.js")


def with_one_font(css: str) -> str:
    """Return a style sheet that shows all icons in one font, ours."""

    def face(found: re.Match[str]) -> str:
        if found[1] != "solid":
            return ""
        return re.sub(r"src:[^}]*", f'src:url({_FONT.as_posix()}) format("woff")', found[0])

    return _FACE.sub(face, css)


def signs(css: str) -> set[int]:
    """Return the characters of the icons' font that a style sheet shows."""
    return {int(sign, 16) for sign in _SIGN.findall(css)}


def write_font(static: Path, characters: set[int]) -> None:
    """Write the font with some characters of the theme's, and remove what the theme brings.

    Raises:
        ExtensionError: If the theme's lacks one of them.
    """
    source = static / _VENDOR / "webfonts" / "fa-solid-900.ttf"
    font = TTFont(source, recalcTimestamp=False)
    if missing := characters - set(font.getBestCmap()):
        raise ExtensionError(f"{source.name} has no icon {', '.join(map(hex, sorted(missing)))}")
    logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells of each table
    subsetter = subset.Subsetter(subset.Options(layout_features=[], hinting=False))
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    font.flavor = "woff"
    (static / _FONT).parent.mkdir(parents=True, exist_ok=True)
    font.save(static / _FONT)
    shutil.rmtree(static / _VENDOR)
    for script in filter(is_drawing, sorted((static / "scripts").iterdir())):
        script.unlink()
