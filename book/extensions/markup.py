"""Sphinx extension: markup that readers of screens and checkers of pages understand.

Four things that the tools beneath write are written otherwise here: the parameters of a signature
are a definition list without terms, the line that opens a folded cell has a name that nobody sees
and paragraphs where none may stand, a bibliography has roles that are no longer used, and a column
of row names has an empty header.
"""

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator


def _rewrite(body: list[str], start: int, replaced: dict[str, str]) -> None:
    for i in range(start, len(body)):
        for old, new in replaced.items():
            body[i] = body[i].replace(old, new)


def visit_parameters(self: HTML5Translator, node: nodes.Element) -> None:
    """Open the parameters, each on its own line, without the list that has no terms."""
    start = len(self.body)
    HTML5Translator.visit_desc_parameterlist(self, node)
    _rewrite(self.body, start, {"<dl>": '<span class="sig-parameters">'})


def depart_parameters(self: HTML5Translator, node: nodes.Element) -> None:
    """Close them."""
    start = len(self.body)
    HTML5Translator.depart_desc_parameterlist(self, node)
    _rewrite(self.body, start, {"</dl>": "</span>"})


def visit_parameter(self: HTML5Translator, node: nodes.Element) -> None:
    """Open a parameter."""
    start = len(self.body)
    HTML5Translator.visit_desc_parameter(self, node)
    _rewrite(self.body, start, {"<dd>": '<span class="sig-line">'})


def depart_parameter(self: HTML5Translator, node: nodes.Element) -> None:
    """Close it."""
    start = len(self.body)
    HTML5Translator.depart_desc_parameter(self, node)
    _rewrite(self.body, start, {"</dd>": "</span>"})


def visit_folded(self: HTML5Translator, node: HideCodeCellNode) -> None:
    """Open a folded cell; the line that opens it is called what it says."""
    classes = " ".join(["admonition", "hide", *node["classes"]])
    prompts = "".join(
        f'<span class="{state} admonition-title">{self.encode(node[prompt])}</span>'
        for state, prompt in [("collapsed", "prompt_show"), ("expanded", "prompt_hide")]
    )
    self.body.append(f'<details class="{classes}"><summary>{prompts}</summary>\n')


def depart_folded(self: HTML5Translator, node: HideCodeCellNode) -> None:
    """Close it."""
    self.body.append("</details>\n")


def visit_citation(self: HTML5Translator, node: nodes.citation) -> None:
    """Open a work of the bibliography, without a role."""
    self.body.append(self.starttag(node, "div", classes=["citation"]))


def depart_citation(self: HTML5Translator, node: nodes.citation) -> None:
    """Close it."""
    self.body.append("</div>\n")


def visit_entry(self: HTML5Translator, node: nodes.entry) -> None:
    """Open a cell of a table; a head says of what, and without words it is an ordinary cell."""
    start = len(self.body)
    type(self).visit_entry(self, node)
    if not node.astext().strip():
        _rewrite(self.body, start, {"<th": "<td"})
        self.context[-1] = self.context[-1].replace("</th>", "</td>")
    elif isinstance(node.parent.parent, nodes.thead):
        _rewrite(self.body, start, {"<th": '<th scope="col"'})


def depart_entry(self: HTML5Translator, node: nodes.entry) -> None:
    """Close it."""
    type(self).depart_entry(self, node)


REPLACED = [
    (addnodes.desc_parameterlist, visit_parameters, depart_parameters),
    (addnodes.desc_parameter, visit_parameter, depart_parameter),
    (HideCodeCellNode, visit_folded, depart_folded),
    (nodes.citation, visit_citation, depart_citation),
    (nodes.entry, visit_entry, depart_entry),
]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx."""
    app.setup_extension("myst_nb")
    for node, visit, depart in REPLACED:
        app.add_node(node, override=True, html=(visit, depart))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
