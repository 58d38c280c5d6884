"""What a cell shows, noted as a notebook keeps it: streams, displays, results, errors.

A cell that shows too much keeps the beginning of its text, and the displays that fit.
"""

import base64
import contextlib
import io
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type

MAX_TEXT = 100_000
MAX_DISPLAYS = 2_000_000
"""Characters that one cell may show as text, and as pictures and other displays."""

_CUT = "\n... (the cell shows more than is kept)\n"


class Recorder:
    """The outputs of the cell that runs now."""

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Begin with a new cell."""
        self.outputs: list[dict[str, Any]] = []
        self._n_text = self._n_displays = 0

    def stream(self, name: str, text: str) -> None:
        """Note what was written to stdout or stderr."""
        left = MAX_TEXT - self._n_text
        self._n_text += len(text)
        if left <= 0:
            return
        if len(text) > left:
            text = text[:left] + _CUT
        last = self.outputs[-1] if self.outputs else {}
        if last.get("name") == name:
            last["text"] += text
        else:
            self.outputs.append({"output_type": "stream", "name": name, "text": text})

    def display(self, kind: str, data: Mapping[str, Any], **more: Any) -> None:
        """Note a display or a result, by MIME type."""
        shown = {str(mime): _as_text(value) for mime, value in data.items()}
        self._n_displays += sum(len(text) for text in shown.values())
        if self._n_displays > MAX_DISPLAYS:
            shown = {"text/plain": "(too large to keep)"}
        self.outputs.append({"output_type": kind, "data": shown, "metadata": {}, **more})

    def error(self, name: str, value: str, lines: list[str]) -> None:
        """Note an exception that ended the cell."""
        traceback = "\n".join(lines)[:MAX_TEXT].split("\n")
        self.outputs.append(
            {"output_type": "error", "ename": name, "evalue": value[:1000], "traceback": traceback}
        )


RECORDER = Recorder()


class _Publisher(DisplayPublisher):
    def publish(self, data: Mapping[str, Any], *_: Any, **more: Any) -> None:
        RECORDER.display("display_data", data)

    def clear_output(self, wait: bool = False) -> None:
        RECORDER.start()


class _Hook(DisplayHook):
    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: Mapping[str, Any], md_dict: Any = None) -> None:
        number = self.prompt_count
        RECORDER.display("execute_result", format_dict, execution_count=number)

    def finish_displayhook(self) -> None:
        self._is_active = False


class Shell(InteractiveShell):
    """IPython as in a kernel, without one."""

    display_pub_class = Type(_Publisher)
    displayhook_class = Type(_Hook)

    def enable_gui(self, gui: str | None = None) -> None:
        """Do nothing: %matplotlib asks for it, and a kernel has an answer."""

    def system(self, cmd: str) -> None:
        """Run a line like ``!ls`` and show what it prints."""
        self.system_piped(cmd)  # type: ignore[no-untyped-call]

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        try:
            words = str(evalue)
        except Exception:
            words = "(its message cannot be shown)"
        RECORDER.error(getattr(etype, "__name__", "Error"), words, list(map(str, stb)))


@contextlib.contextmanager
def recorded() -> Iterator[Recorder]:
    """Note all that is shown, in the order in which it is shown."""
    RECORDER.start()
    streams = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = _Stream("stdout"), _Stream("stderr")
    try:
        yield RECORDER
    finally:
        sys.stdout, sys.stderr = streams


class _Stream(io.StringIO):
    """A text stream that notes what is written to it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        RECORDER.stream(self._name, text)
        return len(text)


def _as_text(value: object) -> str:
    """Return a display's data as JSON can hold it: pictures in base 64."""
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)
