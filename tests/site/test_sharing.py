"""What search engines and shared links show of the built pages; the page of lost addresses."""

import http.server
import io
import re
import threading
from functools import partial
from pathlib import Path

import pytest
import redirects
from book_pages import PAGES
from browsing import opened
from bs4 import BeautifulSoup, SoupStrainer
from PIL import Image

pytestmark = pytest.mark.site

GENERATED = ["genindex", "search", "404", "index"]


def head(text: str) -> BeautifulSoup:
    return BeautifulSoup(text[: text.index("<body")], "html.parser")


@pytest.fixture(scope="module")
def heads(site: Path) -> dict[str, BeautifulSoup]:
    pages = [*PAGES, *GENERATED]
    return {page: head((site / f"{page}.html").read_text(encoding="utf-8")) for page in pages}


@pytest.fixture(scope="module")
def published_at(site: Path) -> str:
    """The address for which the site was built, or ""."""
    found = re.search(r"Sitemap: (.*)sitemap\.xml", (site / "robots.txt").read_text())
    return found[1] if found else ""


def meta(soup: BeautifulSoup, name: str) -> list[str]:
    return [m["content"] for m in soup.select(f'meta[name="{name}"], meta[property="{name}"]')]


@pytest.mark.parametrize("page", [*PAGES, *GENERATED])
def test_head_says_what_a_search_engine_shows(heads, page):
    soup = heads[page]
    assert soup.html["lang"] == "en"
    (title,) = soup.select("title")
    assert 5 <= len(title.text.strip()) <= 70, title.text
    (about,) = meta(soup, "description")
    assert 40 <= len(about) <= 200
    assert len(meta(soup, "theme-color")) == 2
    assert len(soup.select("link[rel=icon]")) == 1


def test_titles_and_descriptions_are_distinct(heads):
    shown = {page: soup for page, soup in heads.items() if page != "index"}
    assert len({soup.title.text for soup in shown.values()}) == len(shown)
    assert len({meta(soup, "description")[0] for soup in shown.values()}) == len(shown)


@pytest.mark.parametrize("page", [*PAGES, "index"])
def test_preview_is_complete_and_never_relative(heads, page, site, published_at):
    soup = heads[page]
    (about,) = meta(soup, "description")
    assert meta(soup, "og:description") == [about]
    assert len(meta(soup, "og:title")[0]) <= 70
    assert meta(soup, "og:type") == ["article"]
    addresses = meta(soup, "og:url") + meta(soup, "og:image")
    assert len(addresses) == (2 if published_at else 0)
    assert all(address.startswith(published_at) for address in addresses)
    for address in meta(soup, "og:image"):
        assert (site / address.removeprefix(published_at)).is_file()


def test_pages_that_are_not_to_be_found_say_so(heads):
    hidden = {page for page, soup in heads.items() if meta(soup, "robots") == ["noindex"]}
    assert hidden == {"search", "404"}


def test_negative_control_a_page_without_tags_fails():
    soup = head("<html><head><title>x</title></head><body></body></html>")
    assert soup.html.get("lang") is None
    assert meta(soup, "description") == []


def test_each_page_has_a_card_of_its_own(site):
    found = {path.stem: path.read_bytes() for path in (site / "_static" / "cards").iterdir()}
    assert set(found) == {page.replace("/", "-") for page in PAGES}
    assert len(set(found.values())) == len(found)
    largest = max(map(len, found.values()))
    assert largest < 40_000, f"the largest card has {largest} bytes"
    for name, data in found.items():
        with Image.open(io.BytesIO(data)) as image:
            assert (image.size, image.format) == ((1200, 630), "PNG"), name
            # More than paper and a title.
            assert len(image.convert("RGB").getcolors(1200 * 630)) > 8


@pytest.mark.parametrize("page", ["genindex", "search", *PAGES[:2]])
def test_icon_is_there(site, heads, page):
    icon = heads[page].select_one("link[rel=icon]")["href"]
    assert (site / page).parent.joinpath(icon).resolve().is_file()


def test_every_move_of_the_book_has_its_page(site):
    moves = redirects.read(redirects.MOVES.read_text(encoding="utf-8"))
    for old in ("index", *moves.pages):
        text = (site / f"{old}.html").read_text(encoding="utf-8")
        links = BeautifulSoup(text, "html.parser", parse_only=SoupStrainer("a"))
        assert 'http-equiv="refresh"' in text
        assert links.a["href"] in text.split("refresh", 1)[1]


class Host(http.server.SimpleHTTPRequestHandler):
    """A host that serves the site from a folder, and 404.html for all that does not exist."""

    def translate_path(self, path: str) -> str:
        inside = path.removeprefix("/some/course")
        return super().translate_path(inside if inside != path else "/no such folder")

    def send_error(self, code: int, *args: object) -> None:
        page = Path(self.directory, "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(page)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def host(site):
    handler = partial(Host, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/some/course/"
        server.shutdown()


@pytest.mark.browser
@pytest.mark.parametrize("lost", ["none.html", "book/07-geomtry.html", "a/b/attention-heads/"])
def test_lost_reader_finds_back_from_any_depth(browser, host, lost, published_at):
    if published_at:
        pytest.skip("the links of this build lead to the address where it will be published")
    with opened(browser, host + lost, viewport={"width": 360, "height": 700}) as page:
        page.wait_for_function(f"document.baseURI === {host!r}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        outside = [url for url in page.requested if not url.startswith(host.split("/some")[0])]
        assert outside == []
        page.get_by_role("link", name="Glossary", exact=True).click()
        page.wait_for_url(host + "book/glossary.html")


@pytest.mark.browser
@pytest.mark.parametrize(
    ("lost", "words"),
    [
        ("old/layer_normalization.html", "layer normalization"),
        ("book/03-word2vec-and-more", "word2vec and more"),
        ("caf%C3%A9.html", "café"),
        ("broken/%E0%A4%A.html", ""),
    ],
)
def test_lost_reader_searches_for_the_words_of_the_address(
    browser, host, published_at, lost, words
):
    if published_at:
        pytest.skip("the form of this build leads to the address where it will be published")
    with opened(browser, host + lost) as page:
        page.wait_for_function(f"document.baseURI === {host!r}")
        assert page.get_by_role("searchbox").input_value() == words
        page.get_by_role("searchbox").fill("layer normalization")
        page.get_by_role("button", name="Search").click()
        page.wait_for_url(host + "search.html?q=layer+normalization")


@pytest.mark.browser
def test_without_a_script_the_lost_page_tells_what_to_do(browser, host, published_at):
    with opened(browser, host + "a/b/c.html", java_script_enabled=False) as page:
        assert page.get_by_role("heading").inner_text() == "There is no page at this address"
        told = "shorten it in the address bar" in page.inner_text("body")
        assert told == (not published_at)


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["book/01-one-hot", "404"])
def test_bar_of_the_browser_has_the_color_of_the_page(browser, address, name, scheme):
    with opened(browser, f"{address}/{name}.html", color_scheme=scheme) as page:
        asked = page.locator(f'meta[name=theme-color][media*="{scheme}"]').get_attribute("content")
        rgb = [int(asked[i : i + 2], 16) for i in (1, 3, 5)]
        shown = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert [int(part) for part in re.findall(r"\d+", shown)] == rgb
