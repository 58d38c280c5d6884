"""What a cell needs: the packages that its imports lead to, and why it fails without others."""

import ast
import errno
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

NO_NETWORK = (errno.ENOSYS, errno.EAFNOSUPPORT, errno.EHOSTUNREACH)


def packages(code: str, known: dict[str, str], read: dict[str, list[str]]) -> list[str]:
    """Return the packages that a cell's imports lead to, through embedlab's own files.

    Args:
        code: The cell.
        known: The package that each import belongs to, of those that can be had.
        read: What embedlab's modules import, as far as earlier cells led there; more is added.
    """
    try:
        todo = list(imports(ast.parse(code), inside_functions=True))
    except SyntaxError:
        return []
    seen = set[str]()
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        if name not in read:
            read[name] = own_imports(name)
        # The import of a module runs the packages that it is in.
        todo += [*read[name], name.rpartition(".")[0]]
    return sorted({known[name] for name in seen if name in known})


def imports(tree: ast.AST, inside_functions: bool) -> Iterator[str]:
    """Yield the modules that code imports, each with its package's name before it."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif not _is_left_out(node, inside_functions):
            yield from imports(node, inside_functions)


def _is_left_out(node: ast.AST, inside_functions: bool) -> bool:
    """Return whether a part of the code does not run when the module is imported."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return not inside_functions
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def own_imports(module: str) -> list[str]:
    """Return what a module of embedlab imports; nothing for other modules and for mere names."""
    first, *rest = module.split(".")
    if first != "embedlab" or (spec := importlib.util.find_spec("embedlab")) is None:
        return []
    place = Path(str(spec.origin)).parent.joinpath(*rest)
    files = [place / "__init__.py"] + ([place.with_suffix(".py")] if rest else [])
    trees = [ast.parse(file.read_text("utf-8")) for file in files if file.is_file()]
    return [name for tree in trees for name in imports(tree, inside_functions=False)]


def lacks(error: BaseException) -> dict[str, str]:
    """Return what a cell needed that a browser does not have, if that is why it failed.

    Returns:
        "missing": what that is, "" for nothing; "module": its module, if it is one; "variable":
        the variable that does not exist, or the name of the file, if that is the error.
    """
    missing = module = variable = ""
    if isinstance(error, ModuleNotFoundError) and not (error.name or "").startswith("embedlab"):
        module = (error.name or "").partition(".")[0]
        # embedlab itself names no module: "the weights of ... are missing: install ..."
        said = re.split(r" (?:is|are) (?:missing|not installed)|:", str(error))[0]
        missing = f"the Python package {module}" if module else said
    elif isinstance(error, FileNotFoundError) and str(error.filename).startswith("/"):
        variable = Path(error.filename).name  # a cell writes it
    elif isinstance(error, FileNotFoundError):
        missing = f"the course's file {error.filename}"
    elif isinstance(error, OSError) and "emscripten" in str(error):
        missing = "other processes"
    elif isinstance(error, OSError) and error.errno in NO_NETWORK:
        missing = "a network of its own"
    elif isinstance(error, RuntimeError) and "start new thread" in str(error):
        missing = "threads"
    elif isinstance(error, NameError):
        variable = error.name or ""
    return {"missing": missing, "module": module, "variable": variable}
