"""Each page as a reader on a phone meets it first: private, quiet, light and no wider than the
window; and as it is met without JavaScript.

Each page is visited once with scripts and once without; the checks look at what was seen then. The
weight is that of the files that the browser asks for, packed as a server packs them, before any
explorer is near and with all of them live.
"""

import gzip
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote, urlsplit

import pytest
from book_pages import CHAPTERS, GENERATED, MOVED, PAGES, SITE
from browsing import enliven, once, opened, sideways
from fontTools.ttLib import TTFont
from looking import inks

pytestmark = [pytest.mark.site, pytest.mark.browser]

FIRST, LIVE = 400_000, 1_200_000  # bytes
PACKED = {".woff", ".woff2", ".png", ".gz", ".xz"}
PHONE = {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"}
READ = [*PAGES, *GENERATED]
UNDEFERRED = """() => [...document.scripts].filter(
  (s) => s.src && !s.defer && !s.async && s.type !== "module").map((s) => s.src)"""
UNSIZED = """() => [...document.querySelectorAll("article img")].filter(
  (i) => i.loading !== "lazy" || !i.getAttribute("width") || !i.getAttribute("height"))
  .map((i) => i.src)"""
FONTS = "document.fonts.status === 'loaded'"
# What there is to read, but for explorers, forms and buttons, which are nothing without a script.
TEXTS = """() => {
  const article = (document.querySelector("article") ?? document.body).cloneNode(true);
  article.querySelectorAll(".explorer, form, noscript, .run-tools, button, style, script")
    .forEach((e) => e.remove());
  return article.textContent.trim().split(/\\s*\\n\\s*/);
}"""
# What cannot be seen of it, though it is in no box that the reader opens, and no answer of the
# guide (chapter 9), whose questions choose it.
UNSEEN = """() => [...document.querySelectorAll(
    "article :is(h1, h2, h3, h4, p, li, dt, dd, td, th, pre, summary, figcaption, .math .katex, "
    + ".picture svg, .explorer-stage svg)")]
  .filter((e) => !e.closest("[hidden], [class*=guide-], details:not([open]) > :not(summary)")
    && !e.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
  .map((e) => e.outerHTML.slice(0, 120))"""
# Chromium itself talks to its maker, whatever page is shown.
BROWSERS_OWN = re.compile(r"\b(google|googleapis|gstatic|gvt1|googleusercontent)\.com\b")


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


def foreign(requested: list[str], address: str) -> list[str]:
    """Return the requests that go to another server."""
    return [url for url in requested if not url.startswith((f"{address}/", "data:", "blob:"))]


@pytest.fixture(scope="module")
def visits(browser, address) -> Callable[[str], SimpleNamespace]:
    """Visits on a phone in the dark, with scripts."""

    @once
    def visit(name: str) -> SimpleNamespace:
        n_before = len(browser.outside)
        seen = SimpleNamespace()
        with opened(browser, f"{address}/{name}.html", **PHONE) as page:
            page.wait_for_function(FONTS)
            seen.first = total(page.requested, address)
            seen.undeferred, seen.unsized = page.evaluate(UNDEFERRED), page.evaluate(UNSIZED)
            seen.texts = page.evaluate(TEXTS)
            if name in CHAPTERS:
                enliven(page)
            seen.sideways = sideways(page)
            seen.inks = inks(page)
            page.wait_for_function(FONTS)
            seen.live = total(page.requested, address)
            seen.requested, seen.complaints = page.requested, page.complaints
        seen.outside = [s for s in browser.outside[n_before:] if not BROWSERS_OWN.search(s)]
        return seen

    return visit


@pytest.mark.parametrize("name", [*READ, *MOVED])
def test_page_asks_only_its_own_server(visits, address, name):
    seen = visits(name)
    assert len(seen.requested) > 1
    assert foreign(seen.requested, address) == []
    # The browser, too, was stopped from talking to anybody behind the page's back.
    assert seen.outside == []


@pytest.mark.parametrize("name", [*READ, *MOVED])
def test_page_is_quiet(visits, name):
    assert visits(name).complaints == []


@pytest.mark.parametrize("name", READ)
def test_page_is_no_wider_than_a_phone(visits, name):
    assert visits(name).sideways == 0


@pytest.mark.parametrize("name", READ)
def test_page_is_light(visits, name):
    seen = visits(name)
    assert seen.first <= FIRST, f"{seen.first / 1000:.0f} kB before any explorer"
    assert seen.live <= LIVE, f"{seen.live / 1000:.0f} kB with the explorers"
    assert (seen.live > seen.first + 200_000) == (name in CHAPTERS)


@pytest.mark.parametrize("name", PAGES)
def test_page_waits_for_no_script_and_gives_images_their_room(visits, name):
    assert visits(name).undeferred == []
    assert visits(name).unsized == []


@pytest.mark.parametrize("name", CHAPTERS)
def test_figures_have_the_color_of_the_page(visits, name):
    assert len(visits(name).inks) == 1


@pytest.mark.parametrize("name", PAGES)
def test_without_javascript_all_texts_formulas_and_figures_are_there(
    browser, address, visits, name
):
    with opened(browser, f"{address}/{name}.html", java_script_enabled=False) as page:
        assert page.evaluate(UNSEEN) == []
        texts = page.evaluate(TEXTS)
        assert len("".join(texts)) > 500
        # No script writes any of it.
        assert texts == visits(name).texts
        if name in CHAPTERS:
            for kind in (".math .katex", ".picture svg", ".explorer-stage svg"):
                assert page.locator(f"article {kind}").count() > 0
            answer = page.locator("details").last
            answer.locator("summary").click()
            assert answer.get_attribute("open") is not None


def test_figures_of_all_pages(visits, address, record_property):
    """The extremes and sums, for the table at the end of the run."""
    seen = {name: found for name, found in visits.kept.items() if name not in MOVED}
    first = max(seen, key=lambda name: seen[name].first)
    live = max(seen, key=lambda name: seen[name].live)
    record_property(
        "figure",
        f"page weight: gzipped, at most {seen[first].first / 1000:.0f} kB at first ({first}), "
        f"{seen[live].live / 1000:.0f} kB with explorers ({live})",
    )
    requested = [url for found in visits.kept.values() for url in found.requested]
    n_foreign = len(foreign(requested, address))
    record_property(
        "figure",
        f"private: {n_foreign} foreign among {len(requested):,} requests of "
        f"{len(visits.kept)} pages",
    )
    assert n_foreign == 0


def test_negative_control_what_is_wrong_is_seen(browser, address):
    """One page with every fault that the checks above look for."""
    with opened(browser, f"{address}/{PAGES[0]}.html", **PHONE) as page:
        page.wait_for_function(FONTS)
        before = page.evaluate(TEXTS), len(browser.outside)
        page.evaluate(
            """() => {
              document.querySelector("article").insertAdjacentHTML("beforeend",
                "<div style='content-visibility: auto'><div style='width: 500px'>wide</div></div>"
                + "<p style='opacity: 0'>unseen</p><img src='http://there.example/x.png'>"
                + "<div class='picture'><svg><text fill='#123456'>x</text></svg></div>");
              const worker = "fetch('http://from-a-worker.example/x')";
              new Worker(URL.createObjectURL(new Blob([worker])));
              const script = document.createElement("script");
              script.src = "http://script.example/x.js";
              script.async = false;
              document.head.append(script);
            }"""
        )
        page.wait_for_function("performance.getEntriesByType('resource').length > 0")
        page.wait_for_timeout(500)
        hosts = {"there.example", "from-a-worker.example", "script.example"}
        assert {urlsplit(url).hostname for url in foreign(page.requested, address)} == hosts
        asked = "".join(browser.outside[before[1] :])
        assert all(host in asked for host in hosts)
        assert any("there.example" in text for text in page.complaints)
        assert page.evaluate(UNSEEN)[0].startswith("<p style")
        assert page.evaluate(UNDEFERRED) == ["http://script.example/x.js"]
        assert page.evaluate(UNSIZED) == ["http://there.example/x.png"]
        assert page.evaluate(TEXTS) == [*before[0], "wideunseenx"]
        assert sideways(page) > 100
        assert len(inks(page)) == 2


def test_negative_control_weight_counts_every_file_once(site):
    page = site / f"{PAGES[0]}.html"
    url = f"http://here/{PAGES[0]}.html"
    assert total([url, url, "http://there/x.js"], "http://here") == weight(page)
    assert weight(page) < page.stat().st_size / 2


def test_the_notebooks_site_asks_nobody_else_either(browser, address):
    """With its service worker, which hands on what a notebook asks for."""
    n_before = len(browser.outside)
    url = f"{address}/lite/notebooks/index.html?path=cosine.ipynb"
    with opened(browser, url, viewport={"width": 1100, "height": 800}) as page:
        page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=60_000)
        page.wait_for_function(
            "navigator.serviceWorker.ready.then(r => Boolean(r.active))", timeout=60_000
        )
        assert len(page.requested) > 20
        assert foreign(page.requested, address) == []
    assert [s for s in browser.outside[n_before:] if not BROWSERS_OWN.search(s)] == []


FETCHED = {
    "script": ("src",), "img": ("src", "srcset"), "source": ("src", "srcset"), "iframe": ("src",),
    "video": ("src", "poster"), "audio": ("src",), "embed": ("src",), "object": ("data",),
    "input": ("src",), "form": ("action",), "base": ("href",), "link": ("href", "imagesrcset"),
    "a": ("ping",),
}  # fmt: skip
TAG = re.compile(r"<([a-z]+)\s([^>]*)>")
ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
SHEET = re.compile(r"""(?:url\(\s*["']?|@import\s+["'])((?:https?:)?//[^"')\s]+)""")
# A browser does not go there; the first two tell a search engine the page's address.
TOLD = {"canonical", "alternate", "author", "license", "next", "prev", "search", "index", "help"}


def fetched_elsewhere(text: str) -> list[str]:
    """Return what a page or style sheet names of other servers that a browser may turn to.

    This sees what no request shows: that a browser is only to look up a name (dns-prefetch) or to
    be ready for a connection (preconnect).
    """
    found = SHEET.findall(text)
    for tag, inside in TAG.findall(text):
        attributes = dict(ATTRIBUTE.findall(inside))
        if tag == "link" and set(attributes.get("rel", "").split()) <= TOLD:
            continue
        if tag == "meta" and attributes.get("http-equiv", "").lower() == "refresh":
            attributes = {"content": attributes["content"].partition("=")[2]}
        names = ("content",) if tag == "meta" and len(attributes) == 1 else FETCHED.get(tag, ())
        found += [
            value
            for name in names
            if re.match(r"(https?:)?//", value := attributes.get(name, "").strip())
        ]
    return found


def test_no_page_or_style_sheet_of_the_site_names_another_server(site):
    files = [file for kind in ("*.html", "*.css", "*.svg") for file in site.rglob(kind)]
    assert len(files) > 60
    assert any("lite" in file.parts for file in files)
    found = {
        str(file.relative_to(site)): elsewhere
        for file in files
        if (elsewhere := fetched_elsewhere(file.read_text(encoding="utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    "text",
    [
        '<link rel="preconnect" href="https://x.example">',
        '<link rel="dns-prefetch" href="//x.example">',
        '<link href="https://x.example/p" rel="prefetch" />',
        '<link rel="shortcut icon" href="https://x.example/i.png">',
        '<img alt="" srcset="https://x.example/i.png 2x">',
        '<meta http-equiv="refresh" content="0; url=https://x.example/">',
        "a { background: url( 'https://x.example/i.png') }",
        "<style>@font-face { src: url(//x.example/f.woff2) }</style>",
        '@import "https://x.example/s.css";',
    ],
)
def test_negative_control_other_servers_are_found_in_files(text):
    assert len(fetched_elsewhere(text)) == 1
    assert fetched_elsewhere(text.replace("https:", "").replace("//x.example", "here")) == []


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
