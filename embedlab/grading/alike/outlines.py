"""Functions in outline: what stays of them when names, values, layout and prints are changed.

Sources are parsed here, so it belongs into a worker process, as ``syntax`` says.
"""

import ast
import builtins
import contextlib
import io
import re
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from embedlab.grading.alike.syntax import FUNCTIONS, bound_names, defined_names, outline, parse

_BUILTINS = frozenset(dir(builtins))
# Calls whose result nobody uses: what they show or log is no part of how a function works.
_TALK = {"print", "display", "input", "warnings", "logging", "logger", "log", "sys", "time", "plt"}
# Shorter remarks occur to many.
_REMARK_WORDS = 4
# Nodes in a run: less than most statements have, so that one put in between spoils few runs.
RUN_LENGTH = 8

Run: TypeAlias = tuple[str | None, ...]


@dataclass(frozen=True)
class Reading:
    """A function in outline, node after node.

    Attributes:
        source: The function itself, with its helpers.
        runs: For each node the kinds of the nodes that follow from there; names of one's own and
            values of constants left out. None where that goes from one definition to the next.
        distinct: The runs, each once.
        lines: In which line of the source each node stands, from 0.
        names: The names that the author chose, parameters of the asked-for function aside.
        foreign: The names of two words and more that come from elsewhere.
        spelling: A number for all that is said, names and values too, without comments.
        remarks: The comments and texts of some words, in small letters; docstrings aside.
    """

    source: str
    runs: tuple[Run | None, ...]
    distinct: frozenset[Run]
    lines: tuple[int, ...]
    names: frozenset[str]
    foreign: frozenset[str]
    spelling: int
    remarks: frozenset[str]


Work: TypeAlias = Mapping[str, Reading]


def read(sources: Mapping[str, str]) -> dict[str, Reading]:
    """Return a student's functions in outline, by name; what cannot be parsed is left out.

    Args:
        sources: What ``own_functions`` returned.
    """
    trees = {name: parse(source) for name, source in sources.items()}
    known = {name: tree for name, tree in trees.items() if tree is not None}
    attributes: set[str] = set()
    for tree in known.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                attributes.add(node.attr)
            elif isinstance(node, (*FUNCTIONS, ast.arg)):
                attributes.add(node.arg if isinstance(node, ast.arg) else node.name)
    return {name: _reading(name, tree, sources[name], attributes) for name, tree in known.items()}


def _reading(name: str, tree: ast.Module, source: str, attributes: set[str]) -> Reading:
    """Return one function with its helpers in outline."""
    bound = bound_names(tree)
    loaded = {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Store)
    }
    shapes: list[str | None] = []
    lines: list[int] = []
    line = 0
    waiting: list[ast.AST | None] = []
    for statement in reversed(tree.body):
        waiting += [None, statement]
    while waiting:
        node = waiting.pop()
        if node is None:
            shape = None
        else:
            line = getattr(node, "lineno", line + 1) - 1
            shape = _shape(node, bound, attributes)
            waiting += reversed(_children(node, loaded))
        if shape != "":
            shapes.append(shape)
            lines.append(line)
    released = {node.arg for each in tree.body for node in _parameters(each, name)}
    names = frozenset(bound - released - {name})
    foreign = frozenset(each for each in loaded - bound - _BUILTINS if "_" in each)
    remarks = frozenset(_remarks(source, tree))
    # Definitions may stand in any order, so that no run goes from one to the next.
    windows = (tuple(shapes[i : i + RUN_LENGTH]) for i in range(len(shapes) - RUN_LENGTH + 1))
    runs = tuple(None if None in window else window for window in windows)
    distinct = frozenset(filter(None, runs))
    spelling = hash(outline(tree))
    return Reading(source, runs, distinct, tuple(lines), names, foreign, spelling, remarks)


def _shape(node: ast.AST, bound: set[str], attributes: set[str]) -> str:
    """Return the kind of a node as a copy with other names would still have it; "" for none."""
    if isinstance(node, ast.Name):
        return node.id if node.id in _BUILTINS - bound else "_"
    if isinstance(node, ast.Attribute):
        return "." if node.attr in attributes else f".{node.attr}"
    if isinstance(node, ast.keyword):
        return "=" if node.arg in attributes else f"{node.arg}="
    if isinstance(node, ast.Constant):
        return type(node.value).__name__
    if isinstance(node, (ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.AugAssign)):
        return f"{type(node).__name__} {type(node.op).__name__}"
    if isinstance(node, ast.Compare):
        return " ".join(type(op).__name__ for op in node.ops)
    if isinstance(node, ast.AnnAssign):
        return "Assign"
    # A copied expression is the same whether it stands by itself or is handed on.
    return "" if isinstance(node, (ast.Expr, ast.arguments)) else type(node).__name__


def _children(node: ast.AST, loaded: set[str]) -> list[ast.AST | None]:
    """Return what is below a node and does something."""
    found: list[ast.AST | None] = []
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "ctx", "op", "ops", "type_params"):
            continue
        if isinstance(value, ast.AST):
            found.append(value)
        elif isinstance(value, list):
            found += [
                each
                for each in value
                if isinstance(each, ast.AST)
                and not (isinstance(each, ast.stmt) and _is_idle(each, loaded))
            ]
    return found


def _is_idle(statement: ast.stmt, loaded: set[str]) -> bool:
    """Return whether leaving out a statement changes nothing but what is shown."""
    if isinstance(statement, (ast.Pass, ast.Import, ast.ImportFrom, ast.Assert, ast.Global)):
        return True
    if isinstance(statement, (ast.If, ast.While)):
        return isinstance(statement.test, ast.Constant) and not statement.test.value
    if isinstance(statement, ast.Expr):
        if isinstance(statement.value, ast.Call):
            called = statement.value.func
            while isinstance(called, ast.Attribute):
                called = called.value
            return isinstance(called, ast.Name) and called.id in _TALK
        return not isinstance(statement.value, (ast.Yield, ast.YieldFrom, ast.Await))
    if isinstance(statement, ast.AnnAssign) and statement.value is None:
        return True
    targets = defined_names(statement) if isinstance(statement, (ast.Assign, ast.AnnAssign)) else []
    return bool(targets) and loaded.isdisjoint(targets)


def _parameters(statement: ast.stmt, name: str) -> list[ast.arg]:
    if not isinstance(statement, FUNCTIONS) or statement.name != name:
        return []
    return [node for node in ast.walk(statement.args) if isinstance(node, ast.arg)]


def _remarks(source: str, tree: ast.Module) -> Iterator[str]:
    """Yield the comments and texts that say something, without marks and capitals."""
    said = []
    # Comments are no part of a tree.
    with contextlib.suppress(tokenize.TokenError, SyntaxError):
        tokens = tokenize.generate_tokens(io.StringIO(source).readline)
        said += [token.string for token in tokens if token.type == tokenize.COMMENT]
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        # A text that stands by itself is a docstring, and those came with the release.
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare:
            said.append(node.value)
    for each in said:
        words = re.findall(r"\w+", each.lower())
        if len(words) >= _REMARK_WORDS:
            yield " ".join(words)
