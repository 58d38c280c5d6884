"""Sphinx extension: the reference of embedlab, from its own source.

`{reference} embedlab.text` describes all public names of a module: those of its `__all__` and then
what its files have beside them, or all that it defines. `{modules}` is the table of all modules
with their layers, `{commands}` the command line. Autodoc and Napoleon do the work. What is here
keeps a docstring's characters as they are (its formulas are text), writes a signature as the source
has it, without the addresses that evaluated values would show, and links the types in it.
"""

import gc
from importlib import import_module
from typing import Any

import reference_source as source
from docutils import nodes
from docutils.parsers.rst import Parser
from docutils.utils import new_document
from sphinx.addnodes import desc_signature, pending_xref
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective


class FromSource(SphinxDirective):
    """A directive that writes reStructuredText, whatever the page is written in."""

    optional_arguments = 1

    def lines(self) -> list[str]:
        """Return what stands in the directive's place."""
        raise NotImplementedError

    def run(self) -> list[nodes.Node]:
        """Return the parsed lines."""
        document = new_document("<reference>", self.state.document.settings)
        document.reporter = self.state.document.reporter
        Parser().parse("\n".join(self.lines()), document)
        for field in document.findall(nodes.field_name):
            if field.astext() == "Variables":  # Napoleon's word, and Sphinx's, for attributes
                field.clear()
                field += nodes.Text("Attributes")
        return list(document.children)


class Reference(FromSource):
    """All public names of one module."""

    required_arguments = 1
    optional_arguments = 0

    def lines(self) -> list[str]:
        """Return the module's layer and docstring, then a directive of autodoc for each name."""
        module = self.arguments[0]
        try:
            parts = source.parts(module)
        except ModuleNotFoundError as error:
            raise self.error(f"reference must name a module, got {module!r}: {error}") from error
        # A test demands the layer of each module, so that a module in the making stops no build.
        layer = source.layers().get(module.split(".")[1])
        text = source.plain(import_module(module).__doc__ or "")
        found = [f".. py:module:: {module}", "", f"*Layer {layer}.*", "", *text, ""]
        for part, names in parts.items():
            if part != module:
                found += [f".. rubric:: In ``{part}``", ""]
            for name in names:
                found += self._entry(part, name)
        return found

    def _entry(self, module: str, name: str) -> list[str]:
        kind = source.kind(module, name)
        if kind != "data":
            members = ["   :members:"] if kind == "class" else []
            return [f".. auto{kind}:: {module}.{name}", *members, ""]
        value, comment = source.constant(module, name)
        shown = [f"   :value: {value}"] if value else []
        body = ["", *(f"   {line}" for line in source.plain(comment))]
        return [f".. py:data:: {name}", f"   :module: {module}", *shown, *body, ""]


class Modules(FromSource):
    """The table of all modules, layer by layer."""

    def lines(self) -> list[str]:
        """Return one definition list for each layer."""
        layers = source.layers()
        found = []
        for layer in sorted(set(layers.values())):
            found += [f".. rubric:: Layer {layer}", ""]
            for name in (name for name, number in layers.items() if number == layer):
                first = (import_module(f"embedlab.{name}").__doc__ or "").split("\n\n")[0]
                shown = f"``{name}``"
                if name not in source.TOOLS:
                    shown = f":py:mod:`{name} <embedlab.{name}>`"
                found += [shown, *(f"   {line}" for line in source.plain(first)), ""]
        return found


class Commands(FromSource):
    """Every command with its arguments and options, as ``--help`` shows them."""

    def lines(self) -> list[str]:
        """Return the sections of the commands."""
        return source.command_lines()


def signature(
    app: Sphinx, what: str, name: str, found: Any, options: Any, args: str | None, returned: Any
) -> tuple[str, str | None] | None:
    """Return the signature as it stands in the source."""
    if what not in ("function", "method", "class"):
        return None
    return source.signature(found)


def text(app: Sphinx, what: str, name: str, found: Any, options: Any, lines: list[str]) -> None:
    """Make a docstring safe: before Napoleon, which reads its sections."""
    lines[:] = source.with_fields(source.plain("\n".join(lines)))


def undo(app: Sphinx, what: str, name: str, found: Any, options: Any, lines: list[str]) -> None:
    """Take a property's docstring as it is: Napoleon takes what precedes a colon for a type."""
    if what == "property":
        lines[:] = [*source.plain(found.__doc__ or ""), ""]


def skip(app: Sphinx, what: str, name: str, found: Any, is_skipped: bool, options: Any) -> Any:
    """Leave out the fields of named tuples, which the class itself describes."""
    return True if "Alias for field number" in (getattr(found, "__doc__", "") or "") else None


def link(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, text: nodes.Node
) -> nodes.Node | None:
    """Link a type in a signature; one of another package, which has no page, stays plain text.

    Only in signatures: a name misspelled in a page's text is still an error.
    """
    parent: Any = node
    while parent is not None and not isinstance(parent, desc_signature):
        parent = parent.parent
    if parent is None or node.get("refdomain") != "py":
        return None
    domain = env.get_domain("py")
    full = source.defined_as(node.get("py:module") or "", node["reftarget"])
    entry = domain.objects.get(full) if full else None  # type: ignore[attr-defined]
    if entry is None or app.builder.format != "html":
        return text
    address = app.builder.get_relative_uri(node["refdoc"], entry.docname)
    return nodes.reference("", "", text, internal=True, refuri=f"{address}#{entry.node_id}")


def style(app: Sphinx, pagename: str, *_: object) -> None:
    """Give these pages, and no others, their style."""
    if pagename.startswith("book/reference/"):
        app.add_css_file("reference.css")


def configure(app: Sphinx, config: Config) -> None:
    """Set what these pages need: short lines for phones, one list of a class's attributes."""
    config.maximum_signature_line_length = 60
    config.toc_object_entries_show_parents = "hide"
    config.napoleon_use_ivar = True
    config.napoleon_attr_annotations = False


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx."""
    # A build keeps its trees of nodes to the end. Looking through them for garbage again and again
    # takes longer than all of autodoc.
    gc.set_threshold(100_000, 50, 100)
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("sphinx.ext.napoleon")
    app.connect("config-inited", configure)
    app.add_directive("reference", Reference)
    app.add_directive("modules", Modules)
    app.add_directive("commands", Commands)
    app.connect("autodoc-process-signature", signature)
    app.connect("autodoc-process-docstring", text, priority=400)
    app.connect("autodoc-process-docstring", undo, priority=600)
    app.connect("autodoc-skip-member", skip)
    app.connect("missing-reference", link)
    app.connect("html-page-context", style)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
