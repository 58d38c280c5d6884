"""Student code as syntax trees: which lines are the student's own.

Nothing here executes anything. But a hostile source can make the parser slow, or end the process
in spite of the limits, so all of it belongs into a worker process, never into the one that writes
the gradebook.
"""

import ast
import re
import warnings
from collections.abc import Collection, Iterable, Iterator
from typing import TypeAlias

# Far more than anybody writes; what is longer or deeper is not compared.
MAX_CHARACTERS = 200_000
MAX_NESTING = 60
MAX_NODES = 20_000
MAX_PARTS = 1_000

Definition: TypeAlias = tuple[str, ast.stmt]

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_BLOCKS = (ast.If, ast.Try, ast.With, ast.For, ast.While)
# A line of IPython's own: %magic, !command, x = !command, name?
_MAGIC = re.compile(r"[%!?].*|[\w, ]+=\s*[%!].*|.*\w\?{1,2}")
_CELL_MAGIC = re.compile(r"%%(?!time|timeit|capture|prun)")


def own_functions(
    sources: Iterable[str], released: Iterable[str], names: Collection[str]
) -> dict[str, str]:
    """Return the student's lines for each function asked for, with the helpers it calls.

    Magics are left out, and so are the parts of a cell that are no Python. What stands in the
    release in the same way, comments too, is nobody's own. A helper counts with the first function
    that needs it.

    Args:
        sources: The code cells of the notebook, in order.
        released: The code cells as released.
        names: The functions asked for, in order.
    """
    released = list(released)
    lines_given = {line.strip() for source in released for line in source.splitlines()}
    given = {outline(statement) for _, statement in _definitions(released)}
    own: dict[str, list[Definition]] = {}
    for text, statement in _definitions(sources):
        if outline(statement) not in given:
            for name in defined_names(statement):
                own.setdefault(name, []).append((text, statement))
    found: dict[str, str] = {}
    taken: set[str] = set()
    for asked in names:
        waiting, texts = [asked], []
        while waiting:
            name = waiting.pop(0)
            # One statement may define several names.
            new = [each for each in own.get(name, []) if each[0] not in taken]
            taken |= {text for text, _ in new}
            texts += [text for text, _ in new]
            used = sorted({free for _, statement in new for free in free_names(statement)})
            waiting += [free for free in used if free in own and free not in names]
        if texts:
            found[asked] = _without_comments("\n\n".join(texts), lines_given)
    return found


def _without_comments(source: str, given: Collection[str]) -> str:
    lines = source.split("\n")
    return "\n".join(
        line for line in lines if not (line.lstrip().startswith("#") and line.strip() in given)
    )


def parse(source: str) -> ast.Module | None:
    """Return the tree of a source; None if it is no Python, or too long or too deep."""
    if len(source) > MAX_CHARACTERS or _nesting(source) > MAX_NESTING:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return tree if sum(1 for _ in ast.walk(tree)) <= MAX_NODES else None


def _nesting(source: str) -> int:
    """Return how many brackets are open at once, at most; those in texts count too."""
    depth = deepest = 0
    for bracket in re.findall(r"[(\[{)\]}]", source):
        depth = depth + 1 if bracket in "([{" else max(0, depth - 1)
        deepest = max(deepest, depth)
    return deepest


def _definitions(sources: Iterable[str]) -> Iterator[Definition]:
    """Yield what is defined at the top of the cells: its lines, its node."""
    left = MAX_CHARACTERS
    for source in sources:
        left -= len(source)
        if left < 0:
            return
        for text, tree in _parts(source.replace("\r\n", "\n").replace("\r", "\n")):
            lines = text.split("\n")
            waiting = list(reversed(tree.body))
            while waiting:
                statement = waiting.pop()
                if isinstance(statement, _BLOCKS):
                    inner = list(ast.iter_child_nodes(statement))
                    inner += [
                        each for h in inner if isinstance(h, ast.ExceptHandler) for each in h.body
                    ]
                    waiting += [each for each in reversed(inner) if isinstance(each, ast.stmt)]
                elif defined_names(statement):
                    yield _lines_of(statement, lines), statement


def _parts(source: str) -> list[tuple[str, ast.Module]]:
    """Return a cell as it parses: whole, without magics, or the parts that are Python."""
    if _CELL_MAGIC.match(source.lstrip()):
        return []
    plain = "\n".join("" if _MAGIC.fullmatch(line.strip()) else line for line in source.split("\n"))
    for text in (source, plain):
        if tree := parse(text):
            return [(text, tree)]
    # A part starts at each line that could start a statement at the top.
    parts = re.split(r"\n(?=[\w@])(?!else\b|elif\b|except\b|finally\b)", plain)
    return [(text, tree) for text in parts[:MAX_PARTS] if (tree := parse(text))]


def _lines_of(statement: ast.stmt, lines: list[str]) -> str:
    """Return the lines of a statement with its decorators and the comment above it."""
    decorators = getattr(statement, "decorator_list", [])
    first = min(node.lineno for node in (statement, *decorators)) - 1
    while first > 0 and lines[first - 1].startswith("#"):
        first -= 1
    own = lines[first : statement.end_lineno]
    indent = len(own[-1]) if not own[0].strip() else len(own[0]) - len(own[0].lstrip())
    return "\n".join(line[min(indent, len(line) - len(line.lstrip())) :] for line in own)


def defined_names(statement: ast.stmt) -> list[str]:
    """Return the names that a statement itself defines."""
    if isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
        return [statement.name]
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    else:
        return []
    nodes = [node for target in targets for node in getattr(target, "elts", [target])]
    return [node.id for node in nodes if isinstance(node, ast.Name)]


def bound_names(tree: ast.AST) -> set[str]:
    """Return the names that a tree gives a meaning to, imports aside."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return names


def free_names(statement: ast.stmt) -> set[str]:
    """Return the names that a definition uses and does not define."""
    used = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
    return used - bound_names(statement)


def outline(tree: ast.AST) -> tuple[object, ...]:
    """Return all that a tree says, without comments and layout."""
    return tuple(
        (type(node).__name__, *(v for _, v in ast.iter_fields(node) if _is_plain(v)))
        for node in ast.walk(tree)
    )


def _is_plain(value: object) -> bool:
    return not isinstance(value, (ast.AST, list))
