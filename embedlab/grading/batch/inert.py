"""What students wrote and their code displayed, made so that no browser runs any of it.

A grader opens hundreds of strangers' notebooks in formgrader, and students open feedback pages;
neither must execute a script that somebody put there.
"""

import re
import textwrap
from collections.abc import Collection
from typing import Any

import nh3
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

_TAGS = frozenset(
    "b br caption code col colgroup div em h1 h2 h3 h4 h5 h6 hr i li ol p pre s small span strong "
    "sub sup table tbody td tfoot th thead tr u ul".split()
)
_ATTRIBUTES = {"td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
# What could begin a tag, a comment or a processing instruction.
_TAG = re.compile(r"<(?=[a-zA-Z/!?])")
# Where a link leads, in place or further below, if that is neither a web page nor a place in the
# notebook; an entity or a backslash could hide what it is.
_LINK = re.compile(r"\]\((?!\s*<?(?:https?://|attachment:|#))(?=\s*<?[^)\s]*[:&\\])")
_REFERENCE = re.compile(r"\]:(?=\s*<?\S*[:&\\])")
# A picture that is fetched tells its server who looks when.
_PICTURE = re.compile(r"!\[(?![^\]\n]*\]\(attachment:)")


def make_inert(notebook: Any, trusted: Collection[str]) -> None:
    """Change a notebook in place.

    In texts every ``<`` that could begin a tag becomes a character like any other, and links lead
    to web pages only; displays keep what is safe of their HTML (tables, say).

    Args:
        notebook: An executed notebook, whose outputs are streams, errors, and displays of texts.
        trusted: The ids of the cells that are as the course released them.
    """
    for cell in notebook.cells:
        if cell.cell_type != "code":
            if cell.id not in trusted:
                cell.source = _inert(cell.source)
                if not _can_be_rendered(cell):
                    # As code: else there would be no page of feedback at all.
                    cell.source = textwrap.indent(cell.source, "    ")
            continue
        for output in cell.outputs:
            data = output.get("data", {})
            if "text/html" in data:
                data["text/html"] = nh3.clean(
                    data["text/html"], tags=set(_TAGS), attributes=_ATTRIBUTES, url_schemes=set()
                )
            # It would be turned into HTML after all.
            if "text/markdown" in data:
                data.setdefault("text/plain", data.pop("text/markdown"))


def _can_be_rendered(cell: Any) -> bool:
    """Return whether a text becomes HTML; one with a picture that is missing does not."""
    renderer = IPythonRenderer(escape=False, attachments=cell.get("attachments", {}))
    try:
        MarkdownWithMath(renderer=renderer).render(cell.source)
    except Exception:
        return False
    return True


def _inert(text: str) -> str:
    """Return Markdown without tags, dangerous links and pictures from elsewhere."""
    text = _PICTURE.sub("! [", _TAG.sub("&lt;", text))
    return _REFERENCE.sub("]\\\\:", _LINK.sub("]\\\\(", text))
