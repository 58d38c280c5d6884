"""Small books, built with some of the book's own extensions: what its site does not show."""

import io
import shutil
from pathlib import Path

from book_pages import ROOT
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

TEMPLATES = ROOT / "book" / "templates"


def build(folder: Path, extensions: list[str], pages: dict[str, str], **settings) -> tuple:
    """Return the folder of the built pages, and what the build complained about."""
    source, out = folder / "source", folder / "html"
    for name, text in pages.items():
        path = source / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "templates").mkdir(exist_ok=True)
    for template in ("404.html", "moved.html"):  # those that need nothing of the book's theme
        shutil.copy(TEMPLATES / template, folder / "templates")
    overrides = {
        "extensions": ["myst_parser", *extensions],
        "html_theme": "basic",
        "html_title": "Tiny",
        "templates_path": [str(folder / "templates")],
        "myst_enable_extensions": ["dollarmath", "colon_fence"],
        "language": "en",
        **settings,
    }
    complaints = io.StringIO()
    with docutils_namespace():
        app = Sphinx(
            source, None, out, folder / "trees", "html", overrides,
            status=None, warning=complaints, freshenv=True,
        )  # fmt: skip
        app.build()
    return out, complaints.getvalue()
