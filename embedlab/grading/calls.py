"""Calling a student's function safely and noting what happened, as plain data.

A call never lets anything of the student's reach the checker: exceptions are noted with the
student's own line, output and warnings are swallowed, arguments are copies.
"""

import copy
import dis
import inspect
import io
import linecache
import logging
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from types import BuiltinFunctionType, CodeType, FrameType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from embedlab.grading.answers import Plain, plain, shorten
from embedlab.grading.declaration import Arguments

# What a type is called where its own name is no English.
_WORDS: Mapping[type, str] = {
    str: "string",
    bool: "truth value",
    complex: "complex number",
    bytes: "bytes object",
    np.ndarray: "array of no dimension",
}
_KINDS = {"LOAD_GLOBAL": "global", "LOAD_NAME": "global", "IMPORT_NAME": "import"}


@dataclass(frozen=True)
class Outcome:
    """What one call came to.

    Attributes:
        value: What was returned; None as well after an error.
        type_name: The type of what was returned, in words.
        is_iterator: Whether that only runs through something, as a generator does.
        printed: Whether anything was printed.
        changed: Position and new value of the first argument that was changed.
        error_type: Name of the exception, or "".
        error: What came instead of an answer and where, in words, or "".
        is_stub: Whether the function itself raised ``NotImplementedError``, as it is released.
    """

    value: Plain = None
    type_name: str = "None"
    is_iterator: bool = False
    printed: bool = False
    changed: tuple[int, Plain] | None = None
    error_type: str = ""
    error: str = ""
    is_stub: bool = False

    @property
    def is_interrupted(self) -> bool:
        """Whether the call was ended from outside, as a kernel ends an endless loop."""
        return self.error_type == "KeyboardInterrupt"


@dataclass(frozen=True)
class Facts:
    """What is known of a function before it is called, as plain data.

    Attributes:
        is_defined: Whether the notebook has the name at all.
        is_callable: Whether it means something that can be called.
        type_name: What it means, in words.
        fits: Whether it can be called with so many arguments as will be given.
        signature: Its parameters in parentheses, as written.
        uses_package: Whether it takes its answer from the reference package.
        names_used: The global names that it uses, also through the notebook's functions.
        callables: All names of the notebook that mean something that can be called.
    """

    is_defined: bool = False
    is_callable: bool = False
    type_name: str = "None"
    fits: bool = False
    signature: str = "(...)"
    uses_package: bool = False
    names_used: frozenset[str] = frozenset()
    callables: frozenset[str] = frozenset()


def facts(name: str, namespace: Mapping[str, Any], n_arguments: int) -> Facts:
    """Return what is known of a function of the student's.

    Args:
        name: What it should be called.
        namespace: The global names of the student's notebook.
        n_arguments: How many arguments it will be given, by position.
    """
    callables = frozenset(other for other, value in namespace.items() if callable(value))
    function: Any = namespace.get(name)
    if name not in callables:
        return Facts(name in namespace, False, type_name(function), callables=callables)
    fits = accepts(function, n_arguments)
    return Facts(
        is_defined=True,
        is_callable=True,
        type_name=type_name(function),
        fits=fits,
        signature="(...)" if fits else str(inspect.signature(function)),
        uses_package=uses_package(function, namespace, "embedlab"),
        names_used=frozenset(names_used(function, namespace)),
        callables=callables,
    )


def call(
    function: Callable[..., Any], arguments: Arguments, namespace: Mapping[str, Any]
) -> Outcome:
    """Call a student's function on copies of the arguments.

    Args:
        function: The student's function, or any callable.
        arguments: Passed by position.
        namespace: The global names of the student's notebook, by which the student's own lines
            are recognized in a traceback.

    Returns:
        What happened.
    """
    given = copy.deepcopy(arguments)
    with _quiet() as printed:
        try:
            answer = function(*given)
            value, kind = plain(answer), type_name(answer)
            is_iterator = isinstance(answer, Iterator)
            changed = _first_change(arguments, given)
        # All of them: a student's exit() is a SystemExit, an interrupted loop a KeyboardInterrupt.
        except BaseException as error:
            frames = [
                (frame, line)
                for frame, line in traceback.walk_tb(error.__traceback__)
                if frame.f_globals is namespace
            ]
            is_own = bool(frames) and frames[-1][0].f_code is _code(function)
            return Outcome(
                printed=_has_text(printed),
                error_type=type(error).__name__,
                error=_describe(error, frames),
                is_stub=is_own and isinstance(error, NotImplementedError),
            )
    return Outcome(value, kind, is_iterator, _has_text(printed), changed)


def call_each(
    function: Callable[..., Any], cases: Sequence[Arguments], namespace: Mapping[str, Any]
) -> list[Outcome]:
    """Call a student's function on each case; see ``call``.

    After an interrupted call there is no other: a kernel interrupts once and then goes on to
    the next cell, which must not wait for a second endless loop.
    """
    outcomes: list[Outcome] = []
    for arguments in cases:
        is_over = bool(outcomes) and outcomes[-1].is_interrupted
        outcomes.append(outcomes[-1] if is_over else call(function, arguments, namespace))
    return outcomes


def answers_of(
    function: Callable[..., Any], cases: Sequence[Arguments], namespace: Mapping[str, Any]
) -> list[Outcome]:
    """Call a student's function on each case, and on the first once more; see ``call_each``."""
    return call_each(function, [*cases, cases[0]], namespace)


def type_name(answer: object) -> str:
    """Return what kind of thing something is, in words with an article."""
    if isinstance(answer, np.ndarray) and answer.ndim:
        return f"an array of shape {answer.shape}"
    if answer is None:
        return "None"
    name = _WORDS.get(type(answer), type(answer).__name__)
    return f"{'an' if name[:1].lower() in set('aeiou') else 'a'} {name}"


def names_used(function: object, namespace: Mapping[str, Any]) -> set[str]:
    """Return the global names that a function uses, also through the notebook's functions."""
    return {name for kind, name in _references(function, namespace) if kind == "global"}


def uses_package(function: object, namespace: Mapping[str, Any], package: str) -> bool:
    """Return whether a function, or one it calls, belongs to a package or imports it.

    Data made by the package is none of its functions: word vectors, say.
    """
    found = _references(function, namespace)
    values = [function, *(namespace.get(name) for kind, name in found if kind == "global")]
    # Whoever calls a check inside a function takes no answer from it.
    homes = {_home(value) for value in values if not _is_check(value)}
    homes |= {name for kind, name in found if kind == "import"}
    return any(home.split(".")[0] == package for home in homes)


def accepts(function: Callable[..., Any], n_arguments: int) -> bool:
    """Return whether a function can be called with so many arguments by position."""
    try:
        signature = inspect.signature(function)
    except Exception:
        return True  # written in C, without a signature that could be read; or with a false one
    try:
        signature.bind(*range(n_arguments))
    except TypeError:
        return False
    return True


def _references(function: object, namespace: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Return ("global" or "import", name) pairs of a function and of all that it calls."""
    found: set[tuple[str, str]] = set()
    waiting = [_code(function)]
    while waiting:
        code = waiting.pop()
        if code is None:
            continue
        # A lambda or a comprehension inside a function is a code object among its constants.
        waiting += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
        for step in dis.get_instructions(code):
            kind = _KINDS.get(step.opname)
            if kind and (kind, step.argval) not in found:
                found.add((kind, step.argval))
                waiting.append(_code(namespace.get(step.argval)))
    return found


def _code(value: object) -> CodeType | None:
    """Return the code of a function; an object of the student's may answer to any attribute."""
    if issubclass(type(value), FunctionType | MethodType):
        code: CodeType = value.__code__  # type: ignore[attr-defined]
        return code
    return None


def _home(value: object) -> str:
    """Return the module that a module, class or function belongs to; "" for data."""
    if issubclass(type(value), ModuleType):
        return str(vars(value).get("__name__", ""))
    if not callable(value):
        return ""
    has_own = issubclass(type(value), FunctionType | MethodType | BuiltinFunctionType | type)
    return str((value if has_own else type(value)).__module__)


def _is_check(value: object) -> bool:
    """Return whether a value is the function that the check cells call."""
    return (
        _home(value) == __package__
        and _code(value) is not None
        and (
            value.__name__ == "check"  # type: ignore[attr-defined]
        )
    )


def _has_text(printed: io.StringIO) -> bool:
    """Return whether anything was printed; a student's function may have closed the stream."""
    return not printed.closed and bool(printed.getvalue())


@contextmanager
def _quiet() -> Iterator[io.StringIO]:
    """Swallow output, warnings and log records; stock nbgrader gives 0 for a word on stderr.

    Filters and ``np.errstate`` stay as the student set them, for a function may rely on them.
    """
    printed = io.StringIO()
    disabled = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with redirect_stdout(printed), redirect_stderr(io.StringIO()):
            yield printed
    finally:
        logging.disable(disabled)


def _first_change(before: Arguments, after: Arguments) -> tuple[int, Plain] | None:
    for i, (old, new) in enumerate(zip(before, after, strict=True)):
        if not _is_same_array(old, new) and plain(old) != plain(new):
            return i, plain(new)
    return None


def _is_same_array(old: object, new: object) -> bool:
    """Return whether both are arrays of the same bytes, which is quickly seen."""
    return (
        type(old) is type(new) is np.ndarray
        and old.dtype == new.dtype
        and old.shape == new.shape
        and old.tobytes() == new.tobytes()
    )


def _describe(error: BaseException, frames: Sequence[tuple[FrameType, int]]) -> str:
    """Return where a student's code stopped, and why; never a frame of the checker."""
    if isinstance(error, KeyboardInterrupt):
        return "nothing, it ran for too long and was stopped; look for a loop that never ends"
    # The standard library's words: they never raise, whatever the exception's own str() does.
    words = traceback.format_exception_only(error)
    reason = shorten(words[-1 if isinstance(error, SyntaxError) else 0].strip().split("\n")[0])
    if not frames:
        return f"an error, {reason}"
    frame, line = frames[-1]
    text = linecache.getline(frame.f_code.co_filename, line).strip()
    place = f"line {line} of its cell" + (f", `{text}`" if text else "")
    return f"an error in {place}: {reason}"
