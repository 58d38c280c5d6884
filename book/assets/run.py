"""What runs a page's cells inside Pyodide, in the reader's browser; run-worker.js calls it.

A cell ends as in a notebook: the value of its last expression is shown in the richest form that it
has, what it prints appears while it runs, and of a traceback remain the lines the reader can see.
Nothing here needs Pyodide: the tests run the book's cells through it in ordinary Python.
"""

import ast
import base64
import builtins
import inspect
import io
import json
import linecache
import pprint
import sys
import time
import traceback
import types
import warnings
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

from run_needs import lacks, packages

REPRESENTATIONS = {
    "text/html": "_repr_html_",
    "image/svg+xml": "_repr_svg_",
    "image/png": "_repr_png_",
    "image/jpeg": "_repr_jpeg_",
    "text/markdown": "_repr_markdown_",
    "text/latex": "_repr_latex_",
}
"""The forms of a value, the one that a page prefers first, as the book's build prefers them."""

# A page with more of these would freeze.
MOST = 200_000  # characters that one cell may print, and that stand for one value
MOST_SHOWN = 500  # values that one cell may display
LINES_AT_ONCE = 200  # lines of a cell that are sent as they come; more are sent in batches
PAUSE = 0.05  # seconds between batches


class Stream(io.TextIOBase):
    """A cell's standard output or error, sent to the page while the cell runs."""

    def __init__(self, send: Callable[[str], None]) -> None:
        self.send, self.waiting, self.left, self.cut = send, "", MOST, False
        self.lines, self.sent, self.other = 0, 0.0, self

    def write(self, text: str) -> int:
        """Take text, and send it if its turn has come."""
        self.other.flush()  # what was printed first is sent first
        kept = text[: self.left]
        self.left -= len(kept)
        if len(kept) < len(text) and not self.cut:
            self.cut = True
            kept += f"\n[what is printed beyond {MOST:,} characters is left out]\n"
        self.waiting += kept
        now = time.monotonic()
        if ("\n" in kept and self.lines < LINES_AT_ONCE) or now - self.sent > PAUSE:
            self.lines, self.sent = self.lines + 1, now
            self.flush()
        return len(text)

    def flush(self) -> None:
        """Send what waits."""
        if self.waiting:
            self.send(self.waiting)
            self.waiting = ""


class Session:
    """One Python that the cells of a page share.

    Args:
        send: Called with the kind of an output ("stdout", "stderr", "display", "clear") and its
            text; what is displayed is JSON of its forms.
        namespace: Where the cells' variables live.
    """

    def __init__(self, send: Callable[[str, str], None], namespace: dict[str, Any]) -> None:
        self.send, self.namespace = send, namespace
        self.n_shown = 0
        self.read: dict[str, list[str]] = {}

    def show(self, value: object) -> None:
        """Send a value in all its forms; the page takes the first that it prefers."""
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        self.n_shown += 1
        if self.n_shown <= MOST_SHOWN:
            self.send("display", json.dumps(forms(value)))
        elif self.n_shown == MOST_SHOWN + 1:
            print(f"[what is displayed beyond {MOST_SHOWN} values is left out]")

    def needed(self, code: str, known: str) -> list[str]:
        """Return the packages that a cell needs; known is JSON of each import's package."""
        had = json.loads(known)
        had.pop("IPython", None)  # a small one is here
        return packages(code, had, self.read)

    async def run(self, code: str, number: int) -> str:
        """Run a cell and return as JSON how it ended.

        Returns:
            "error": the error with its traceback, "" if there was none; "name": the error's name;
            and what ``lacks`` says of it.
        """
        out = Stream(lambda text: self.send("stdout", text))
        err = Stream(lambda text: self.send("stderr", text))
        out.other, err.other = err, out
        end = {"error": "", "name": ""}
        self.n_shown = 0
        with redirect_stdout(out), redirect_stderr(err):
            try:
                await self._execute(code, f"<cell {number}>")
            except BaseException as error:
                end = {"error": shortened(error), "name": type(error).__name__, **lacks(error)}
            out.flush()
            err.flush()
        return json.dumps(end)

    async def _execute(self, code: str, file: str) -> None:
        if "IPython" in code:  # and not before: libraries take it for the sign of a notebook
            sys.modules.update(stand_ins(self))
        linecache.cache[file] = (len(code), None, code.splitlines(keepends=True), file)
        body = ast.parse(code, file).body
        parts: list[tuple[ast.AST, str]] = [(ast.Module(body, []), "exec")]
        if body and isinstance(last := body[-1], ast.Expr) and not code.rstrip().endswith(";"):
            parts = [(ast.Module(body[:-1], []), "exec"), (ast.Expression(last.value), "eval")]
        value = None
        for part, mode in parts:
            compiled = compile(part, file, mode, ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
            value = eval(compiled, self.namespace)
            if compiled.co_flags & inspect.CO_COROUTINE:
                value = await value
        if value is not None:
            self.namespace["_"] = value
            self.show(value)
        self._show_open_figures()

    def _show_open_figures(self) -> None:
        """Show what was drawn with pyplot, and close it, as a notebook does."""
        if pyplot := sys.modules.get("matplotlib.pyplot"):
            for number in pyplot.get_fignums():
                self.show(pyplot.figure(number))
            pyplot.close("all")


def forms(value: Any) -> dict[str, str]:
    """Return a value in each form it has, pictures in base 64; always as plain text too."""
    found: dict[str, Any] = {}
    if not isinstance(value, type):
        if callable(method := getattr(value, "_repr_mimebundle_", None)):
            bundle = method(include=None, exclude=None)
            found |= (bundle[0] if isinstance(bundle, tuple) else bundle) or {}
        for mime, name in REPRESENTATIONS.items():
            method = getattr(value, name, None)
            # None says that the value has no such form after all.
            if mime not in found and callable(method) and (data := method()) is not None:
                found[mime] = data
        if not found and type(value).__module__ == "matplotlib.figure":
            found["image/svg+xml"] = drawn(value)
    found.setdefault("text/plain", plain(value))
    return {
        mime: base64.b64encode(data).decode() if isinstance(data, bytes) else str(data)
        for mime, data in found.items()
    }


def plain(value: object) -> str:
    """Return a value as text: containers that are too long for a line get a line per item."""
    if isinstance(value, (list, tuple, dict, set, frozenset)):
        text = pprint.pformat(value, width=79, sort_dicts=False)
    else:
        text = repr(value)
    left_out = f"\n[what follows after {MOST:,} characters is left out]"
    return text if len(text) <= MOST else text[:MOST] + left_out


def drawn(figure: Any) -> str:
    """Return a Matplotlib figure as SVG."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", bbox_inches="tight")
    return buffer.getvalue()


def shortened(error: BaseException) -> str:
    """Return an error with those lines of its traceback that stand in cells."""
    whole = traceback.TracebackException.from_exception(error)
    todo, seen = [whole], set[int]()
    while todo:
        part = todo.pop()
        if part is None or id(part) in seen:
            continue
        seen.add(id(part))
        lines = [line for line in part.stack if line.filename.startswith("<cell ")]
        # None, and not an empty list, leaves out the line "Traceback" too.
        part.stack = traceback.StackSummary.from_list(lines) if lines else None
        todo += [part.__cause__, part.__context__]
    return "".join(whole.format())


def stand_ins(session: Session) -> dict[str, types.ModuleType]:
    """Return a small IPython in place of a large one: its ``display`` and what goes with it."""
    package, shown = types.ModuleType("IPython"), types.ModuleType("IPython.display")

    def display(*values: object) -> None:
        for value in values:
            session.show(value)

    def clear_output(wait: bool = False) -> None:
        session.n_shown = 0
        session.send("clear", "")

    def form(name: str, method: str) -> type:
        return type(
            name, (), {"__init__": lambda self, data: setattr(self, "data", data), method: _data}
        )

    kinds = {"HTML": "_repr_html_", "SVG": "_repr_svg_", "Markdown": "_repr_markdown_"}
    vars(shown).update({name: form(name, method) for name, method in kinds.items()})
    vars(shown).update(display=display, clear_output=clear_output)
    # Matplotlib looks at the first, others at the second, to learn whether this is a notebook.
    vars(package).update(version_info=(9, 0, 0), get_ipython=lambda: None, display=shown)
    return {"IPython": package, "IPython.display": shown}


def _data(self: Any) -> str:
    return str(self.data)


def _no_input(prompt: object = "") -> str:
    raise RuntimeError("input() does not work on this page: write the value into the cell")


def start(send: Callable[[str, str], None]) -> Session:
    """Return the session of a page, ready for its cells."""
    session = Session(send, vars(sys.modules["__main__"]))
    builtins.display = stand_ins(session)["IPython.display"].display
    builtins.input = _no_input
    # Said by threadpoolctl, which asks Pyodide in a way that will change.
    warnings.filterwarnings("ignore", r"JsProxy\.as_object_map", RuntimeWarning)
    return session
