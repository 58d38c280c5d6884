"""Sphinx extension: what a cell prints looks the same in every build.

A kernel sends printed text in pieces whose borders depend on the clock, and a border can fall
between a line and its end. MyST-NB ends each piece with a line break of its own, so that now and
then an empty line appears. Here the pieces are joined as they came before MyST-NB sees them.
"""

from myst_nb.core import render
from nbformat import NotebookNode
from sphinx.application import Sphinx

_finish = render.coalesce_streams


def join(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Join neighboring pieces of one stream, then leave the rest to MyST-NB."""
    joined: list[NotebookNode] = []
    for output in outputs:
        last = joined[-1] if joined else NotebookNode()
        if output.output_type == "stream" and output.name == last.get("name"):
            last.text += output.text
        else:
            joined.append(NotebookNode(output))
    return list(_finish(joined))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx."""
    render.coalesce_streams = join
    return {"parallel_read_safe": True, "parallel_write_safe": True}
