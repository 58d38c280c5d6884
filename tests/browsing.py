"""How the tests open a page in the browser, and use and read its explorers."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def opened(browser, url: str, **options) -> Iterator:
    """Yield a page in a fresh profile, with what it requested and what it complained about."""
    context = browser.new_context(**options)
    page = context.new_page()
    page.requested, page.complaints = [], []
    page.on("request", lambda request: page.requested.append(request.url))
    page.on("requestfailed", lambda request: page.complaints.append(f"failed: {request.url}"))
    page.on("pageerror", lambda error: page.complaints.append(f"error: {error}"))
    page.on(
        "console",
        lambda m: page.complaints.append(m.text) if m.type in ("error", "warning") else None,
    )
    page.goto(url, wait_until="load")
    yield page
    context.close()


def enliven(page) -> None:
    """Scroll to each explorer and wait until it is live."""
    for figure in page.locator("figure.explorer").all():
        figure.scroll_into_view_if_needed()
    page.wait_for_function(
        "[...document.querySelectorAll('figure.explorer')].every(f => f.dataset.live)",
        timeout=20_000,
    )


def explorer(page, word: str):
    """The live explorer whose description holds a word."""
    return page.locator(f"figure.explorer[aria-label*='{word}']")


def settle(page) -> None:
    """Let Vega draw: it answers an input within two frames."""
    page.evaluate(
        "() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => "
        "setTimeout(r, 60))))"
    )


def slide(figure, label: str, value: float) -> None:
    control = figure.locator(".vega-bind", has_text=label).locator("input[type=range]")
    control.fill(str(value))


def shown(figure) -> list[str]:
    """Return the texts of a chart from top to bottom, whatever their order in the document."""
    texts = figure.evaluate(
        "f => [...f.querySelectorAll('svg text')]"
        ".map(t => [t.getBoundingClientRect().top, t.textContent])"
        ".sort((a, b) => a[0] - b[0]).map(t => t[1])"
    )
    return [text.replace("−", "-") for text in texts]
