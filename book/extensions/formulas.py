"""Sphinx extension: start the program that typesets formulas, in spite of a race in its starter.

sphinxcontrib-katex connects as soon as its server's socket exists, which on a busy machine is a
moment before the server listens there; the connection is then refused and the build breaks. Here
the server is started before the first formula, and started again when that happened.
"""

import time

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinxcontrib import katex

ATTEMPTS = 5
# The defaults are meant for an idle machine.
katex.STARTUP_TIMEOUT = 60.0
katex.RENDER_TIMEOUT = 60.0


def start(app: Sphinx) -> None:
    """Start KaTeX's server, which every later formula then uses."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            katex.KaTeXServer.get()
        except ConnectionRefusedError:
            time.sleep(0.3 * attempt)
        except (OSError, katex.KaTeXError) as error:
            raise ExtensionError(f"KaTeX did not start ({error}): is node in .venv/bin?") from error
        else:
            return
    raise ExtensionError(f"KaTeX did not start: its socket refused {ATTEMPTS} connections")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx."""
    app.connect("builder-inited", start)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
