"""Where this machine's Chromium is, and how it is started: to print the book, and to test it."""

import os
import shutil

# The first is Chromium without windows: the same engine, which opens a page in a third of the time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
MISSING = "no Chromium found: install Debian's package chromium, or use .ci/run"


def find() -> str | None:
    """Return the path of the browser, or nothing if there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def environment() -> dict[str, str | float | bool]:
    """Return the environment that the browser gets.

    The machine's own proxy, if any, must not carry requests to the loopback interface.
    """
    return {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
