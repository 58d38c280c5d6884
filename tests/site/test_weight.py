"""What a page's first load brings, counted from what the browser asks for and packed as a server
packs it, before and after the explorers are live; and nothing that it could do without."""

import gzip
import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from book_pages import CHAPTERS, PAGES, ROOT
from browsing import enliven, opened
from fontTools.ttLib import TTFont

pytestmark = [pytest.mark.site, pytest.mark.browser]

SITE = ROOT / "_build" / "html"
FIRST, LIVE = 400_000, 1_200_000  # bytes
PACKED = {".woff", ".woff2", ".png", ".gz", ".xz"}
UNDEFERRED = """() => [...document.scripts].filter(
  (s) => s.src && !s.defer && !s.async && s.type !== "module").map((s) => s.src)"""
UNSIZED = """() => [...document.querySelectorAll("article img")].filter(
  (i) => i.loading !== "lazy" || !i.getAttribute("width") || !i.getAttribute("height"))
  .map((i) => i.src)"""


@cache
def weight(file: Path) -> int:
    """Return how many bytes a server sends for a file."""
    data = file.read_bytes()
    return len(data) if file.suffix in PACKED else len(gzip.compress(data, 6))


def total(requested: list[str], address: str) -> int:
    """Return the weight of all files that were asked for, each once."""
    files = {
        SITE / unquote(urlsplit(url).path).lstrip("/")
        for url in requested
        if url.startswith(address)
    }
    return sum(weight(file) for file in files)


@pytest.fixture(scope="module")
def weights() -> dict[str, tuple[int, int]]:
    return {}


@pytest.mark.parametrize("name", PAGES)
def test_page_is_light_and_waits_for_no_script(browser, address, name, weights):
    phone = {"viewport": {"width": 390, "height": 844}}
    with opened(browser, f"{address}/{name}.html", **phone) as page:
        page.wait_for_function("document.fonts.status === 'loaded'")
        first = total(page.requested, address)
        if name in CHAPTERS:
            enliven(page)
        live = total(page.requested, address)
        assert page.evaluate(UNDEFERRED) == []
        assert page.evaluate(UNSIZED) == []
    weights[name] = first, live
    assert first <= FIRST, f"{first / 1000:.0f} kB before any explorer"
    assert live <= LIVE, f"{live / 1000:.0f} kB with the explorers"
    assert (live > first + 200_000) == (name in CHAPTERS)


def test_heaviest_page(weights, record_property):
    """The extremes, for the summary of the run."""
    first = max(weights, key=lambda name: weights[name][0])
    live = max(weights, key=lambda name: weights[name][1])
    record_property(
        "figure",
        f"weight, gzipped: at most {weights[first][0] / 1000:.0f} kB at first ({first}), "
        f"{weights[live][1] / 1000:.0f} kB with explorers ({live})",
    )


def test_only_icons_that_are_used_are_sent(site):
    """Each character of the icons' font belongs to a rule, and each rule to a page or script."""
    style = "\n".join(sheet.read_text(encoding="utf-8") for sheet in site.rglob("_static/**/*.css"))
    rules = {
        int(sign, 16): set(re.findall(r"fa-[a-z0-9-]+", names))
        for names, sign in re.findall(
            r'((?:\.fa-[a-z0-9-]+:before,?)+)\{content:"\\([0-9a-f]+)"\}', style
        )
    }
    texts = [*site.glob("book/*.html"), *site.glob("*.html"), *site.rglob("_static/**/*.js")]
    shown = set(re.findall(r"fa-[a-z0-9-]+", "".join(map(Path.read_text, texts))))
    assert rules
    assert all(names & shown for names in rules.values())
    signs = {int(sign, 16) for sign in re.findall(r'"\\([ef][0-9a-f]{3})"', style)}
    font = TTFont(site / "_static" / "fonts" / "icons.woff")
    assert set(font.getBestCmap()) <= signs
    assert len(signs) < 60


def test_negative_control_weight_counts_every_file_once(site):
    page = site / f"{PAGES[0]}.html"
    url = f"http://here/{PAGES[0]}.html"
    assert total([url, url, "http://there/x.js"], "http://here") == weight(page)
    assert weight(page) < page.stat().st_size / 2
