"""Every link of the site: internal ones lead somewhere, published ones still do."""

import http.server
import re
import socket
import struct
import threading
import time
from pathlib import Path
from typing import ClassVar
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
    record_property("figure", f"links: {n:,} internal, {len(broken)} broken")
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
    record_property("figure", f"published: {n:,} addresses, {len(lost)} gone")
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
    """Another site, on loopback, with the answers that real sites give."""

    asked: ClassVar[dict[str, int]] = {}

    def do_HEAD(self) -> None:
        self.send_error(405)

    def do_GET(self) -> None:
        name = self.path.strip("/").partition("?")[0]
        self.asked[name] = self.asked.get(name, 0) + 1
        if name == "slow":
            time.sleep(1.5)
        if name == "hangs-up":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            return
        stumbled = name == "stumbles" and self.asked[name] == 1
        status = 503 if stumbled else int(name) if name.isdigit() else 302
        target = {
            "moved": "200", "moved-away": "404", "round": "round",
            "cookie": "200" if "seen=1" in self.headers.get("Cookie", "") else "cookie",
        }.get(name)  # fmt: skip
        self.send_response(status if target or name.isdigit() or stumbled else 200)
        if target:
            self.send_header("Location", f"/{target}")
            self.send_header("Set-Cookie", "seen=1")
        # Nobody waits an hour for a check.
        self.send_header("Retry-After", "3600")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def elsewhere(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    Elsewhere.asked.clear()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_weekly_check_tells_dead_links_from_living_ones(elsewhere, tmp_path, monkeypatch, capsys):
    """Against loopback only: what other servers say must not decide about a change of ours."""
    (tmp_path / "index.html").write_text(
        f'<a href="{elsewhere}/200#place">x</a><a href="{elsewhere}/403">x</a>'
        f'<a href="{elsewhere}/404?a=&lt;b&gt;">x</a><a href="local.html">x</a>'
    )
    monkeypatch.setattr("sys.argv", ["external_links", "--site", str(tmp_path)])
    assert external_links.main() == 1
    said = capsys.readouterr()
    assert "3 links to other sites, 1 of them dead, 1 that could not be judged" in said.out
    dead, unknown = said.err.splitlines()
    assert dead == f"dead: {elsewhere}/404?a=<b> (404 Not Found) in index.html"
    assert unknown == f"unknown: {elsewhere}/403 (403 Forbidden) in index.html"


VERDICTS = {
    "alive": ["200", "moved", "cookie", "stumbles"],
    "dead": ["404", "410", "400", "moved-away", "round"],
    "unknown": ["401", "403", "405", "429", "500", "503", "slow", "hangs-up"],
}


def test_weekly_check_judges_as_a_reader_would(elsewhere):
    links = [f"{elsewhere}/{name}" for names in VERDICTS.values() for name in names]
    found = external_links.judged(links, timeout=0.5, pause=0.0)
    judged = {verdict: [] for verdict in VERDICTS}
    for link, (verdict, _) in found.items():
        judged[verdict].append(link.rpartition("/")[2])
    assert judged == VERDICTS
    # Refused once, asked once.
    assert Elsewhere.asked["429"] == Elsewhere.asked["403"] == 1


def test_weekly_check_takes_a_server_that_is_gone_for_dead(elsewhere):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}/"
    links = [nobody, "http://none.invalid/", "https://" + elsewhere.removeprefix("http://")]
    found = external_links.judged(links, timeout=5, pause=0.0)
    assert [found[link][0] for link in links] == ["dead"] * 3


def test_weekly_check_asks_once_for_the_places_of_one_page(elsewhere):
    links = [f"{elsewhere}/200", f"{elsewhere}/200#a", f"{elsewhere}/200#b"]
    found = external_links.judged(links, pause=0.0)
    assert found == dict.fromkeys(links, ("alive", "200 OK"))
    assert Elsewhere.asked == {"200": 1}
    assert external_links.judged([]) == {}


def test_weekly_check_sees_the_links_of_the_book(site):
    links = external_links.external(site)
    assert len(links) > 100
    assert any(link.startswith("https://arxiv.org/") for link in links)
    assert not any("127.0.0.1" in link or "localhost" in link for link in links)
