"""The built book, served on loopback, and a browser: what every site test starts from."""

import http.server
import socketserver
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import chromium
import pytest
from book_pages import ROOT
from browsing import COUNTED

SITE = ROOT / "_build" / "html"


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing: pytest shows what matters."""


class QuietServer(http.server.ThreadingHTTPServer):
    def handle_error(self, *args: object) -> None:
        """Say nothing of browsers that hang up in the middle of an answer."""


class Refusing(socketserver.StreamRequestHandler):
    """Everything outside of this machine: notes what is asked of it, and hangs up."""

    timeout = 5

    def handle(self) -> None:
        asked = "a connection"  # a preconnect says nothing
        try:
            asked = self.rfile.readline().decode("latin-1").strip() or asked
        finally:
            self.server.asked.append(asked)


class Outside(socketserver.ThreadingTCPServer):
    daemon_threads = True
    asked: list[str]
    address: str


@pytest.fixture(autouse=True)
def counted(request: pytest.FixtureRequest) -> Iterator[None]:
    """Hand what a test has counted to the table at the end of the run (tests/conftest.py)."""
    yield
    for gate, things in COUNTED.items():
        request.node.user_properties.append(("counted", [gate, *things]))
    COUNTED.clear()


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


@pytest.fixture(scope="session")
def outside() -> Iterator[Outside]:
    """Stand between the browsers and all other machines, and note what is asked of those."""
    with Outside(("127.0.0.1", 0), Refusing) as server:
        server.asked = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        server.address = f"http://127.0.0.1:{server.server_address[1]}"
        yield server
        server.shutdown()


# Not for the session: as long as Playwright is there, so is its event loop, and tests of other
# files could have none.
@pytest.fixture(scope="module")
def browser(outside):
    if (executable := chromium.find()) is None:
        pytest.skip(chromium.MISSING)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # To the loopback interface it goes past the proxy that is named here.
        started = playwright.chromium.launch(
            executable_path=executable,
            args=[*chromium.FLAGS, f"--proxy-server={outside.address}"],
            env=chromium.environment(),
        )
        started.outside = outside.asked
        yield started
        started.close()
