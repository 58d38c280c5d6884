"""What the extension `reference` reads: the source of embedlab's modules, and its command line.

Signatures and values are taken from the source text, where they are as short as somebody wrote
them; what they evaluate to can be long, or an address that differs from run to run.
"""

import ast
import inspect
import pkgutil
import re
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import embedlab

# Programs and not a library: the page of commands, the instructors' page and the ledger show them.
TOOLS = ("grading", "service", "claims", "site_search")

Definition = ast.FunctionDef | ast.ClassDef
# In a docstring none of these is markup, outside of what stands in double backticks.
_MARKUP = re.compile(r"[\\*|`]|(?<=\w)_(?!\w)|::(?=\s|$)|(?<!http)(?<!https):(?=//)")
# "V." alone would be the beginning of a list.
_LETTER = re.compile(r"(?m)(^\s*|: )(\w{1,2})([.)])(?=\s|$)")
_LITERAL = re.compile(r"(``.+?``)", re.DOTALL)
_FIELD = re.compile(r"(Returns|Source|Sources):(?: |$)(.*)")
_ROW = re.compile(r"``(\w+)``")
_MAX_VALUE = 70


@cache
def layers() -> dict[str, int]:
    """Return the layer of each module, as the docstring of the package lists them."""
    found: dict[str, int] = {}
    rows, layer = (embedlab.__doc__ or "").split("=\nlayer")[-1].split("\nAxis")[0], -1
    for line in rows.splitlines():
        layer = int(line[0]) if line[:1].isdigit() else layer
        for name in _ROW.findall(line) if layer >= 0 else ():
            # A name in passing, before its own row, does not count.
            found.pop(name, None)
            found[name] = layer
    return {name: found[name] for name in found if find_spec(f"embedlab.{name}")}


@cache
def tree(module: str) -> tuple[ast.Module, tuple[str, ...]]:
    """Return a module's syntax and its lines."""
    spec = find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    text = Path(spec.origin).read_text(encoding="utf-8")
    return ast.parse(text), tuple(text.splitlines())


def _assigned(node: ast.stmt) -> tuple[str, ast.expr] | None:
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
        return node.target.id, node.value
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id, node.value
    return None


@cache
def defined(module: str) -> dict[str, ast.stmt]:
    """Return the public names that a module defines, in the order of its source."""
    found: dict[str, ast.stmt] = {}
    for node in tree(module)[0].body:
        pair = _assigned(node)
        name = node.name if isinstance(node, Definition) else pair[0] if pair else "_"
        if not name.startswith("_"):
            found[name] = node
    return found


def parts(module: str) -> dict[str, list[str]]:
    """Return the public names that a module's description must hold, by the module to name first.

    A package lists in `__all__` what it offers. What its files have beside that follows under
    their own names. A package without `__all__` has a description for each of its files.
    """
    package = import_module(module)
    if not (hasattr(package, "__path__") and hasattr(package, "__all__")):
        return {module: list(defined(module))}
    files = [module, *_files(module)]
    offered = {(_home(module, name), name) for name in package.__all__}
    ordered = [name for file in files for name in defined(file) if (file, name) in offered]
    found = {module: ordered}
    for file in files[1:]:
        rest = [name for name in defined(file) if (file, name) not in offered]
        found |= {file: rest} if rest else {}
    return found


def _files(module: str) -> list[str]:
    """Return the files of a package, those first from which it imports first."""
    nodes = tree(module)[0].body
    imported = [str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)]
    paths = import_module(module).__path__
    named = sorted(f"{module}.{file.name}" for file in pkgutil.iter_modules(paths))
    return sorted(named, key=lambda name: imported.index(name) if name in imported else 99)


def _home(module: str, name: str) -> str:
    """Return the module in which a name that a package offers is defined."""
    for node in tree(module)[0].body:
        if isinstance(node, ast.ImportFrom) and name in {alias.name for alias in node.names}:
            return str(node.module)
    return module


def kind(module: str, name: str) -> str:
    """Return what autodoc calls a name: function, class, exception or data."""
    home = _home(module, name)
    node = defined(home)[name]
    if isinstance(node, ast.FunctionDef):
        return "function"
    if not isinstance(node, ast.ClassDef):
        return "data"
    found = getattr(import_module(module), name)
    return "exception" if issubclass(found, BaseException) else "class"


def constant(module: str, name: str) -> tuple[str, str]:
    """Return a constant's value, if it is short, and the comment above it."""
    home = _home(module, name)
    node, lines = defined(home)[name], tree(home)[1]
    pair = _assigned(node)
    assert pair is not None
    value, row = ast.unparse(pair[1]), node.lineno - 2
    comment: list[str] = []
    while lines[row].startswith("# "):
        comment.insert(0, lines[row].removeprefix("# "))
        row -= 1
    return value if len(value) <= _MAX_VALUE else "", "\n".join(comment)


def signature(found: Any) -> tuple[str, str | None] | None:
    """Return the arguments and the result of a function or class as the source has them."""
    found = inspect.unwrap(getattr(found, "__func__", found))
    node: Any = tree(found.__module__)[0]
    for name in found.__qualname__.split("."):
        node = next((n for n in node.body if getattr(n, "name", None) == name), None)
    if isinstance(node, ast.ClassDef):
        return _class_signature(node)
    if not isinstance(node, ast.FunctionDef):
        return None
    arguments = node.args
    if "." in found.__qualname__:
        arguments = ast.arguments(**{**vars(arguments), "args": arguments.args[1:]})
    returned = ast.unparse(node.returns) if node.returns else None
    return f"({ast.unparse(arguments)})", returned


def _class_signature(node: ast.ClassDef) -> tuple[str, str | None]:
    """Return the fields of a dataclass or named tuple, or the arguments of the constructor."""
    made = next((n for n in node.body if getattr(n, "name", None) == "__init__"), None)
    if isinstance(made, ast.FunctionDef):
        rest = ast.arguments(**{**vars(made.args), "args": made.args.args[1:]})
        return f"({ast.unparse(rest)})", None
    fields = []
    for field in node.body:
        if isinstance(field, ast.AnnAssign):
            value = ast.unparse(field.value) if field.value else ""
            made_with = re.fullmatch(r"field\(default_factory=(.*)\)", value)
            value = f"{made_with[1]}()" if made_with else value
            if "init=False" not in value:
                fields.append(ast.unparse(field).split(" = ")[0] + (value and f" = {value}"))
    return (f"({', '.join(fields)})" if fields else ""), None


def defined_as(module: str, name: str) -> str | None:
    """Return the module and name under which a type in a module's signature was defined."""
    if not module.startswith("embedlab"):
        return None
    for node in tree(module)[0].body:
        if isinstance(node, ast.ImportFrom) and name in {alias.name for alias in node.names}:
            return f"{node.module}.{name}"
    return f"{module}.{name}"


def plain(docstring: str) -> list[str]:
    """Return a docstring's lines with nothing in them that reStructuredText would read as markup.

    What stands in double backticks stays code; examples stay as they are.
    """
    found = _LITERAL.split(inspect.cleandoc(docstring))
    # Every second piece is code.
    found[::2] = [_LETTER.sub(r"\1\2\\\3", _escaped(piece)) for piece in found[::2]]
    safe, raw = "".join(found).splitlines(), inspect.cleandoc(docstring).splitlines()
    is_example, lines = False, []
    for one, original in zip(safe, raw, strict=True):
        is_example = original.lstrip().startswith(">>>") or (is_example and bool(original.strip()))
        lines.append(original if is_example else one)
    return lines


def _escaped(text: str) -> str:
    return _MARKUP.sub(lambda m: ":\\:" if m[0] == "::" else f"\\{m[0]}", text)


def with_fields(lines: list[str]) -> list[str]:
    """Return the lines with fields for what is returned and its source.

    Napoleon would take the first words of ``Returns:`` for a type where a colon follows later,
    and does not know ``Source:``.
    """
    found: list[str] = []
    inside = False
    for line in lines:
        field = _FIELD.match(line)
        inside = bool(field) or (inside and (line.startswith(" ") or bool(line.strip())))
        if field:
            found.append(
                f":{'returns' if field[1] == 'Returns' else 'Source'}: {field[2]}".rstrip()
            )
        else:
            # A field goes on as long as its lines are indented.
            is_flush = inside and not line.startswith(" ")
            found.append(f"    {line}" if is_flush else line)
    return found


def command_lines() -> list[str]:
    """Return the description of the commands: usage, help, then arguments and options."""
    import typer

    from embedlab.claims import commands as claims
    from embedlab.grading import commands as grading
    from embedlab.service import commands as service
    from embedlab.site_search import commands as site_search

    app = typer.Typer()
    for part in (grading, service, claims, site_search):
        app.add_typer(part.app)
    group: Any = typer.main.get_command(app)
    found: list[str] = []
    for name, command in group.commands.items():
        context = command.make_context(name, [], resilient_parsing=True)
        usage = " ".join(["embedlab", name, *command.collect_usage_pieces(context)])
        found += [f".. rubric:: embedlab {name}", f"   :name: command-{name}", ""]
        said = re.sub(r"`([^`]+)`", r"``\1``", command.help or "")
        found += [f"``{usage}``", "", *plain(said), ""]
        found += [f".. program:: embedlab {name}", ""]
        for parameter in command.get_params(context):
            record = parameter.get_help_record(context)
            if record is not None and record[0] != "--help":
                found += [f".. option:: {record[0]}", "", f"   {plain(record[1])[0]}", ""]
    return found
