"""Look whether the links of the built site to other sites still lead somewhere (`make links`).

Each address is asked for once, as a reader's browser would, those of one host one after the other.
Not part of `make gates`: other people's servers decide the result. Run once a week. A link is dead
if its server says so, or if there is no such server. Of a server that does not talk to programs,
is overloaded or too slow one learns nothing: such links are named, and are no failure.
"""

import argparse
import html
import re
import sys
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

import requests

SITE = Path(__file__).parents[1] / "_build" / "html"
_LINK = re.compile(r'<a\b[^>]*?\shref="(https?://[^"]+)"')
HEADERS = {
    "User-Agent": "Mozilla/5.0 (compatible; linkcheck)",
    "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
    "Accept-Language": "en",
}
TIMEOUT = 20.0
PAUSE = 1.0
"""Seconds between two questions to one host."""
TRIES = 3
# Doors that are closed to programs, and no word on what is behind them.
CLOSED = frozenset({401, 403, 405, 406, 418, 429, 451, 999})
# A server that hangs up may do so with programs only.
HUNG_UP = ("reset by peer", "Connection aborted", "IncompleteRead")


def external(site: Path) -> dict[str, list[str]]:
    """Return each address of another site that a page links to, with the pages."""
    found = defaultdict(set)
    for path in site.rglob("*.html"):
        for link in _LINK.findall(path.read_text(encoding="utf-8")):
            found[html.unescape(link)].add(path.relative_to(site).as_posix())
    return {link: sorted(pages) for link, pages in sorted(found.items())}


def asked(link: str, timeout: float = TIMEOUT) -> tuple[str, str]:
    """Return "alive", "dead" or "unknown" for one link, and what was heard."""
    try:
        # One session for each link: some servers send a reader round once, for a cookie.
        with (
            requests.Session() as session,
            session.get(link, headers=HEADERS, timeout=timeout, stream=True) as answer,
        ):
            said = f"{answer.status_code} {answer.reason}".strip()
            if answer.status_code < 400:
                return "alive", said
            closed = answer.status_code in CLOSED or answer.status_code >= 500
            return ("unknown" if closed else "dead"), said
    except requests.Timeout:
        return "unknown", f"no answer within {timeout:g} seconds"
    except (requests.exceptions.SSLError, requests.TooManyRedirects) as error:
        return "dead", str(error)
    except (requests.RequestException, ValueError) as error:
        return ("unknown" if any(word in str(error) for word in HUNG_UP) else "dead"), str(error)


def judged(
    links: list[str], *, timeout: float = TIMEOUT, pause: float = PAUSE
) -> dict[str, tuple[str, str]]:
    """Return for each link "alive", "dead" or "unknown", and what its server said."""
    hosts = defaultdict(list)
    for address in sorted({urldefrag(link)[0] for link in links}):
        hosts[urlsplit(address).netloc].append(address)

    def ask_host(addresses: list[str]) -> dict[str, tuple[str, str]]:
        heard = {}
        for address in addresses:
            for i in range(TRIES):
                heard[address] = verdict, said = asked(address, timeout)
                # A refusal or a verdict stays the same; luck changes.
                if verdict == "alive" or said[:1] == "4":
                    break
                time.sleep(pause * (i + 1))
            time.sleep(pause)
        return heard

    with ThreadPoolExecutor(8) as pool:
        answers = [pair for heard in pool.map(ask_host, hosts.values()) for pair in heard.items()]
    by_address = dict(answers)
    return {link: by_address[urldefrag(link)[0]] for link in links}


def main() -> int:
    """Name the dead links with the pages that have them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--site", type=Path, default=SITE)
    parser.add_argument("--timeout", type=float, default=TIMEOUT, help="seconds for an answer")
    options = parser.parse_args()
    if not (options.site / "index.html").is_file():
        print(f"{options.site} has no built site: run `make book` first", file=sys.stderr)
        return 1
    links = external(options.site)
    found = judged(list(links), timeout=options.timeout)
    count = {"dead": 0, "unknown": 0, "alive": 0}
    for link, (verdict, said) in sorted(found.items(), key=lambda item: (item[1][0], item[0])):
        count[verdict] += 1
        if verdict != "alive":
            print(f"{verdict}: {link} ({said}) in {', '.join(links[link])}", file=sys.stderr)
    print(
        f"{len(links)} links to other sites, {count['dead']} of them dead, "
        f"{count['unknown']} that could not be judged"
    )
    return 1 if count["dead"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
