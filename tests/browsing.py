"""How the tests open a page in the browser, and use and read its explorers."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

# A wide window in the light, for a reader who asks for less motion.
DESK = {
    "viewport": {"width": 1100, "height": 900},
    "reduced_motion": "reduce",
    "color_scheme": "light",
}
# What was counted since the test began, by the name of the gate (tests/site/conftest.py).
COUNTED: dict[str, list[str]] = {}


def count(gate: str, what: str) -> None:
    """Count something that a gate did, for the table at the end of the run."""
    COUNTED.setdefault(gate, []).append(what)


def listen(page) -> None:
    """Note what a page and its workers request, and all that it complains about."""
    page.requested, page.complaints = [], []

    def closed(dialog) -> None:
        page.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def failed(request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the page itself gave it up, or was left
            page.complaints.append(f"failed: {request.url}")

    page.context.on("request", lambda request: page.requested.append(request.url))
    page.on("requestfailed", failed)
    page.on("pageerror", lambda error: page.complaints.append(f"error: {error}"))
    page.on("dialog", closed)
    page.on(
        "console",
        lambda m: page.complaints.append(m.text) if m.type in ("error", "warning") else None,
    )


@contextmanager
def opened(
    browser, url: str, *, script: str = "", routes: Iterable[tuple] = (), **options
) -> Iterator:
    """Yield a page in a fresh profile, with what it requested and what it complained about.

    The script runs before those of the page; a route is an address and what answers it.
    """
    context = browser.new_context(**options)
    try:
        for pattern, answer in routes:
            context.route(pattern, answer)
        if script:
            context.add_init_script(script)
        page = context.new_page()
        listen(page)
        page.goto(url, wait_until="load")
        yield page
    finally:
        context.close()


def once(visit: Callable) -> Callable:
    """Let many checks look at one visit of each page; what is wrong with it fails all of them."""
    kept, problems = {}, {}

    def look(name: str):
        if name not in kept and name not in problems:
            try:
                kept[name] = visit(name)
            except Exception as problem:  # else each check would wait for it anew
                problems[name] = problem
        if name in problems:
            raise problems[name]
        return kept[name]

    look.kept = kept
    return look


def show_all(page) -> None:
    """Lay out what the browser has skipped because it is far from the window.

    Until then no width and no color there is known: a check of either would be blind.
    """
    page.add_style_tag(content="*, ::before { content-visibility: visible !important; }")


def sideways(page) -> int:
    """Return by how many pixels the page can be scrolled sideways."""
    show_all(page)
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


# A section that comes near gets its true height, which may push a figure out of the window again.
ENLIVEN = """async (figure) => {
  const end = performance.now() + 20_000;
  while (!figure.dataset.live) {
    if (performance.now() > end) throw new Error(`not alive: ${figure.ariaLabel}`);
    figure.scrollIntoView({ block: "nearest", behavior: "instant" });
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}"""


def enliven(page) -> None:
    """Scroll to each explorer and stay there until it is live."""
    for figure in page.locator("figure.explorer").all():
        figure.evaluate(ENLIVEN)


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
    label, texts = figure.evaluate(
        "f => [f.ariaLabel ?? '', [...f.querySelectorAll('svg text')]"
        ".map(t => [t.getBoundingClientRect().top, t.textContent])"
        ".sort((a, b) => a[0] - b[0]).map(t => t[1])]"
    )
    count("explorers", label)
    return [text.replace("−", "-") for text in texts]
