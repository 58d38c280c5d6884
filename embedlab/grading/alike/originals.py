"""Where a student could copy right answers from: the solution notebook and the package's source."""

import ast
import importlib
import inspect
import re
import textwrap
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import FunctionType
from typing import Any

from embedlab.grading.alike.syntax import own_functions
from embedlab.grading.declaration import Task

_PACKAGE, _DECLARATIONS = "embedlab.", "embedlab.grading."


@dataclass(frozen=True)
class Originals:
    """The right answers that can be copied, and what everybody was given.

    Attributes:
        sources: By the name of the function: the solution's, the package's; others that go round
            may be added.
        given: Names that tell nothing: those in the release, and those of the functions.
    """

    sources: Mapping[str, Sequence[str]]
    given: Collection[str] = ()


def originals(
    names: Collection[str],
    tasks: Iterable[Task],
    solution: Iterable[str],
    released: Iterable[str],
) -> Originals:
    """Return where the functions of an assignment could be copied from.

    Args:
        names: The functions asked for, in order.
        tasks: Those of them that are declared; none for an instructor's own assignment.
        solution: The code cells of the notebook with solutions.
        released: The code cells as released.
    """
    released = list(released)
    found = {name: [source] for name, source in own_functions(solution, released, names).items()}
    for task in tasks:
        found.setdefault(task.name, []).extend(package_sources(task.reference))
    words = {word for source in released for word in re.findall(r"\w+", source)}
    return Originals(found, frozenset(words | set(names)))


def package_sources(reference: Callable[..., Any]) -> list[str]:
    """Return what the package itself has behind a reference, each with its private helpers.

    The reference of a declaration often only puts the answer into the assignment's terms; that is
    nothing that anybody copies.
    """
    found, waiting, seen = [], [reference], set()
    while waiting:
        function = waiting.pop()
        if not isinstance(function, FunctionType) or function in seen:
            continue
        seen.add(function)
        if f"{function.__module__}.".startswith(_DECLARATIONS):
            waiting += _called(function)
        elif function.__module__.startswith(_PACKAGE):
            found.append(_with_helpers(function))
    return found


def _with_helpers(function: FunctionType) -> str:
    together = [function]
    # The list grows while it is read.
    for each in together:
        together += [
            called
            for called in _called(each)
            if called.__module__ == function.__module__
            and called.__name__.startswith("_")
            and called not in together
        ]
    return "\n\n".join(_source(each) for each in together)


def _called(function: FunctionType) -> Iterator[FunctionType]:
    """Yield the functions that a function names, as its module knows them."""
    known = dict(function.__globals__)
    for node in ast.walk(ast.parse(_source(function))):
        thing: Any = None
        if isinstance(node, ast.ImportFrom) and node.module:
            module = importlib.import_module(node.module)
            known |= {each.name: getattr(module, each.name, None) for each in node.names}
        elif isinstance(node, ast.Name):
            thing = known.get(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            thing = getattr(known.get(node.value.id), node.attr, None)
        if isinstance(thing, FunctionType) and thing is not function:
            yield thing


def _source(function: FunctionType) -> str:
    return textwrap.dedent(inspect.getsource(function))
