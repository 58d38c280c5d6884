"""Sphinx extension: boxes that scroll are reached by Tab, and the page need not wait for that.

The theme asks each listing and output of a page for its width while the page loads, which makes the
browser lay out everything, a hundred times over on a long page. That is taken out of its script;
scrolling.js does the same work box by box, when each one is laid out anyway.
"""

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

THEME = Path("_static") / "scripts" / "pydata-sphinx-theme.js"
ASKED = '["pre",".nboutput > .output_area",".cell_output > .output"'
"""How the list of the boxes begins, in the theme's script."""


def unasked(script: str) -> str:
    """Return the theme's script with a list that no box is on.

    Raises:
        ExtensionError: If the list is not there as it was.
    """
    before, found, rest = script.partition(ASKED)
    if not found or ASKED in rest:
        raise ExtensionError(f"{THEME} has another list of boxes: mend ASKED in scrolling.py")
    _, _, after = rest.partition("]")
    return f'{before}[":not(*)"]{after}'


def adapt(app: Sphinx, exception: Exception | None) -> None:
    """Rewrite the theme's script."""
    if exception is None and app.builder.format == "html":
        script = Path(app.outdir) / THEME
        script.write_text(unasked(script.read_text(encoding="utf-8")), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx."""
    app.add_js_file("scrolling.js", loading_method="defer")
    app.connect("build-finished", adapt)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
