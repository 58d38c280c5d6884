"""Sphinx extension: what every page gets, or must not get.

Jupyter Book registers sphinx-thebe, whose loader is fetched from a CDN although this book has no
server to run cells on: its scripts are taken out. Each page must say in its front matter what it
is about; that sentence becomes its meta description.
"""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)


def _is_thebe(file: Any) -> bool:
    """Whether a script or style sheet, by its address or its inline text, is thebe's."""
    inline = getattr(file, "attributes", {}).get("body", "")
    return "thebe" in f"{getattr(file, 'filename', file)} {inline}".lower()


def adapt(
    app: Sphinx,
    pagename: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Remove thebe's scripts and styles, and demand a description."""
    for kind in ("script_files", "css_files"):
        context[kind] = [file for file in context.get(kind, []) if not _is_thebe(file)]
    if doctree is not None:  # the index and the search page are generated and have none
        described = any(node.get("name") == "description" for node in doctree.findall(nodes.meta))
        if not described:
            logger.warning(
                "%s has no description: add `myst: {html_meta: {description: ...}}` at its top",
                pagename,
                type="course",
                subtype="description",
            )


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx; late, so that thebe has added its files by then."""
    app.connect("html-page-context", adapt, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
