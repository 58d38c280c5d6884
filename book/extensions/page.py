"""Sphinx extension: what every page gets, or must not get.

Jupyter Book registers sphinx-thebe, whose loader is fetched from a CDN although this book has no
server to run cells on: its scripts are taken out. All others wait until the page is there. Each
page must say in its front matter what it is about; that sentence becomes its meta description.
"""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)

_OPTIONS = "DOCUMENTATION_OPTIONS."
"""How scripts in a page begin that set what nothing here reads, before that exists."""


def _is_thebe(file: Any) -> bool:
    """Whether a script or style sheet, by its address or its inline text, is thebe's."""
    return "thebe" in f"{getattr(file, 'filename', file)} {_inline(file)}".lower()


def _inline(file: Any) -> str:
    return str(getattr(file, "attributes", {}).get("body") or "")


def adapt(
    app: Sphinx,
    pagename: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Remove thebe's scripts and styles, defer the others, and demand a description."""
    for kind in ("script_files", "css_files"):
        context[kind] = [file for file in context.get(kind, []) if not _is_thebe(file)]
    context["script_files"] = [
        script for script in context["script_files"] if not _inline(script).startswith(_OPTIONS)
    ]
    for script in context["script_files"]:
        if getattr(script, "filename", None):
            script.attributes["defer"] = "defer"
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
