"""Real text that every reader already has: the documentation inside installed Python packages.

The files are read, never imported, so the text depends on the installed versions and on nothing
else. It is technical English: *mean* stands near *median* in it, and there are no kings.
"""

import ast
import re
import warnings
from collections import deque
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

from embedlab.numerics import require
from embedlab.text import tokenize

# Packages that embedlab and its figures need in any case.
PACKAGES = ("matplotlib", "numpy", "scipy")

# A line of code or its output, a heading's underline, a parameter's name and type, a table's rule,
# a label or comment of the markup: none of them is a sentence.
_NO_PROSE = re.compile(r">>>|\.\.\.|[-=~^*+#]{3,}\s*$|[\w*, ]+ : |[+|=]|\.\. |:[\w ]+:\s*$|@|%")
_FORMULA = re.compile(r":math:`[^`]*`|``[^`]*``|\[[\w ]*\]_|<[^>]*>|https?://\S+")
_ROLE = re.compile(r":[\w:]+:`~?([^`]*)`")
_SENTENCE_END = re.compile(r"(?<=[.!?;:])\s+")
_MIN_TOKENS = 4
_BLOCKS = ("body", "handlers", "orelse", "finalbody", "cases")


def docstring_sentences(packages: Sequence[str] = PACKAGES) -> list[list[str]]:
    """Return the sentences of the packages' docstrings as token lists, each sentence once.

    Code, formulas, tables and lists of parameters' types are left out, tests and vendored copies
    are not read. Sentences stand in the order of packages, files and lines.

    Args:
        packages: Names of installed packages, as one imports them.

    Raises:
        ValueError: If a package is not installed or has no Python source.

    >>> sentences = docstring_sentences(["json"])
    >>> len(sentences) > 20, "json" in {token for s in sentences for token in s}
    (True, True)
    """
    require(not isinstance(packages, str), "packages", "be a list of names", packages)
    found = {
        tuple(tokens): None
        for package in packages
        for path in _sources(package)
        for docstring in _docstrings(path)
        for sentence in _prose(docstring)
        if len(tokens := tokenize(sentence)) >= _MIN_TOKENS
    }
    return [list(tokens) for tokens in found]


def _sources(package: str) -> list[Path]:
    spec = find_spec(package)
    is_there = spec is not None and (spec.origin or "").endswith("__init__.py")
    require(is_there, "packages", "be installed Python packages", package, "install it first")
    assert spec is not None
    root = Path(str(spec.origin)).parent
    skipped = {"tests", "testing", "_vendor", "extern", "external", "externals"}
    paths = (path.relative_to(root) for path in root.rglob("*.py"))
    return [root / path for path in sorted(paths) if not skipped.intersection(path.parts)]


def _docstrings(path: Path) -> Iterator[str]:
    with warnings.catch_warnings():
        # Old escapes in other people's strings.
        warnings.simplefilter("ignore")
        tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in _statements(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = ast.get_docstring(node)
            if docstring:
                yield docstring


def _statements(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield what ``ast.walk`` does, in its order, but no expressions: they hold no docstrings."""
    waiting = deque[ast.AST]([tree])
    while waiting:
        node = waiting.popleft()
        yield node
        for block in _BLOCKS:
            waiting.extend(getattr(node, block, ()))


def _prose(docstring: str) -> Iterator[str]:
    """Yield sentences: paragraphs without what is no prose, cut at their full stops."""
    kept = [
        "" if _NO_PROSE.match(line.strip()) else line.strip() for line in docstring.splitlines()
    ]
    for paragraph in re.split(r"\n\s*\n", "\n".join(kept)):
        text = _ROLE.sub(lambda role: role[1].split(".")[-1], _FORMULA.sub(" ", paragraph))
        yield from _SENTENCE_END.split(" ".join(text.split()))
