"""Sphinx extension: offer each page with code cells as a notebook too, ready to be run.

MyST-NB leaves each page's notebook in a folder of its own; the theme has a button for it if the
page says that there is one. It is offered without outputs, the same in every build.
"""

from pathlib import Path
from typing import Any

import nbformat
from docutils import nodes
from sphinx.application import Sphinx


def _notebooks(app: Sphinx) -> Path:
    return Path(app.outdir).parent / "jupyter_execute"


def announce(
    app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Tell the theme that the page has a notebook."""
    if (_notebooks(app) / f"{pagename}.ipynb").is_file():
        context["ipynb_source"] = f"{pagename}.ipynb"


def copy(app: Sphinx, exception: Exception | None) -> None:
    """Copy the notebooks of the pages that exist to where the theme's button points."""
    if exception is not None or app.builder.format != "html":
        return
    for page in app.env.found_docs:
        notebook = _notebooks(app) / f"{page}.ipynb"
        if notebook.is_file():
            target = Path(app.outdir) / "_sources" / f"{page}.ipynb"
            target.parent.mkdir(parents=True, exist_ok=True)
            content = nbformat.read(notebook, as_version=4)
            for i, cell in enumerate(content.cells):
                cell.id = f"cell-{i}"  # instead of a random one, which differs in each build
                if cell.cell_type == "code":
                    # They are there after an execution and not when the cache had them.
                    cell.outputs, cell.execution_count = [], None
            # Likewise; Jupyter fills it in.
            content.metadata.pop("language_info", None)
            nbformat.write(content, target)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx; early, because the theme asks for the notebook later."""
    app.connect("html-page-context", announce, priority=100)
    app.connect("build-finished", copy)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
