"""The built book, served on loopback, and a browser: what every site test starts from."""

import http.server
import os
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from book_pages import ROOT

SITE = ROOT / "_build" / "html"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
).split()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing: pytest shows what matters."""


class QuietServer(http.server.ThreadingHTTPServer):
    def handle_error(self, *args: object) -> None:
        """Say nothing of browsers that hang up in the middle of an answer."""


@pytest.fixture(scope="session")
def site() -> Path:
    if not (SITE / "index.html").is_file():
        pytest.skip("the book is not built: run 'make book'")
    return SITE


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """The address of the built book on this machine's loopback interface."""
    handler = partial(QuietHandler, directory=str(site))
    with QuietServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


# Not for the session: as long as Playwright is there, so is its event loop, and tests of other
# files could have none.
@pytest.fixture(scope="module")
def browser():
    executable = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if executable is None:
        pytest.skip("no Chromium found: install Debian's package chromium, or use .ci/run")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # The machine's own proxy, if any, must not carry requests to the loopback interface.
        environment = {k: v for k, v in os.environ.items() if "proxy" not in k.lower()}
        started = playwright.chromium.launch(
            executable_path=executable, args=FLAGS, env=environment
        )
        yield started
        started.close()
