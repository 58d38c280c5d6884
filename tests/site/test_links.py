"""Every link of the site: internal ones lead somewhere, published ones still do."""

import http.server
import re
import threading
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

import external_links
import published
import pytest

pytestmark = pytest.mark.site

LINK = re.compile(r'<(?:a|img|link|script|source|form)\b[^>]*?\s(?:href|src|action)="([^"]*)"')
ANCHOR = re.compile(r'\s(?:id|name)="([^"]*)"')


def texts(site: Path) -> dict[Path, str]:
    """Return every page of the site, the generated ones too; nothing from folders like _static."""
    pages = (
        path for path in sorted(site.rglob("*.html")) if "/_" not in f"/{path.relative_to(site)}"
    )
    return {path.resolve(): path.read_text(encoding="utf-8") for path in pages}


def internal(pages: dict[Path, str]) -> tuple[int, list[str]]:
    """Return how many internal links there are, and those that lead nowhere."""
    anchors = {path: set(ANCHOR.findall(text)) for path, text in pages.items()}
    n, broken = 0, []
    for path, text in pages.items():
        for link in LINK.findall(text):
            parts = urlsplit(link.replace("&amp;", "&"))
            if parts.scheme or parts.netloc:
                continue
            n += 1
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            place = unquote(parts.fragment)
            if not target.exists() or (
                place and target in anchors and place not in anchors[target]
            ):
                broken.append(f"{path.name} -> {link}")
    return n, broken


def test_every_internal_link_leads_to_a_file_and_a_place_in_it(site, record_property):
    pages = texts(site)
    n, broken = internal(pages)
    record_property("internal links", n)
    assert n > 8_000
    assert broken == [], f"{len(broken)} of {n} internal links on {len(pages)} pages lead nowhere"


def test_negative_control_dead_links_are_found(tmp_path):
    (tmp_path / "a.html").write_text(
        '<p id="here"></p><a href="#here">x</a><a href="b.html">x</a><a href="#there">x</a>'
        '<a class="x" href="b.html#here">x</a><img src="none.png"><a href="c.html">x</a>'
        '<a href="https://example.org/none">x</a>'
    )
    (tmp_path / "b.html").write_text("")
    n, broken = internal(texts(tmp_path))
    assert n == 6
    dead = ["#there", "b.html#here", "none.png", "c.html"]
    assert broken == [f"a.html -> {link}" for link in dead]


@pytest.fixture(scope="module")
def now(site) -> published.Addresses:
    return published.built(site)


def test_every_published_address_still_leads_somewhere(now, record_property):
    listed = published.read(published.LIST.read_text(encoding="utf-8"))
    lost = published.gone(listed, now)
    n = len(listed) + sum(map(len, listed.values()))
    record_property("published addresses", n)
    assert lost == [], f"{len(lost)} of {n} published addresses are gone:\n" + "\n".join(lost)


def test_list_of_published_addresses_keeps_up(now):
    """It may lag behind a few headings that are being written, and no page."""
    listed = published.read(published.LIST.read_text(encoding="utf-8"))
    added = published.new(listed, now)
    n = sum(map(len, added.values()))
    assert not added.keys() - listed.keys(), f"run `make publish`: new pages {sorted(added)}"
    assert n <= 100, f"run `make publish`: {n} anchors are not in book/published.txt"


def test_negative_control_a_removed_section_is_missed(now):
    listed = published.read(published.LIST.read_text(encoding="utf-8"))
    listed["book/02-dense"].add("a-heading-that-is-gone")
    (sentence,) = published.gone(listed, now)
    assert sentence.startswith("book/02-dense#a-heading-that-is-gone was published and is gone")


class Elsewhere(http.server.BaseHTTPRequestHandler):
    """Another site, on loopback: one page, one door closed to programs."""

    def do_GET(self) -> None:
        status = {"/living": 200, "/closed": 403}.get(self.path, 404)
        self.send_response(status)
        self.end_headers()

    do_HEAD = do_GET  # noqa: N815 (the name is the library's)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def elsewhere(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Elsewhere)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_weekly_check_tells_dead_links_from_living_ones(elsewhere, tmp_path, monkeypatch, capsys):
    """Against loopback only: what other servers say must not decide about a change of ours."""
    (tmp_path / "index.html").write_text(
        f'<a href="{elsewhere}/living">x</a><a href="{elsewhere}/closed">x</a>'
        f'<a href="{elsewhere}/dead?a=&lt;b&gt;">x</a><a href="local.html">x</a>'
    )
    monkeypatch.setattr("sys.argv", ["external_links", "--site", str(tmp_path)])
    assert external_links.main() == 1
    said = capsys.readouterr()
    assert "3 links to other sites, 1 of them dead" in said.out
    assert said.err.startswith(f"{elsewhere}/dead?a=<b> (404 Client Error")
    assert "in index.html" in said.err


def test_weekly_check_is_content_with_a_living_site(elsewhere):
    assert external_links.dead([f"{elsewhere}/living"]) == {}
    assert external_links.dead([]) == {}


def test_weekly_check_sees_the_links_of_the_book(site):
    links = external_links.external(site)
    assert len(links) > 100
    assert any(link.startswith("https://arxiv.org/") for link in links)
    assert not any("127.0.0.1" in link or "localhost" in link for link in links)
