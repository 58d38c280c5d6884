"""Sphinx extension: what search engines, and places where a link is shared, read of a page.

Each page gets a short title, the tags of its preview (Open Graph, which others read too), and the
color of the browser's bar. Addresses in such tags must be complete. Only who publishes the site
knows its address: `html: {baseurl: https://...}` in _config.yml, or the environment variable
EMBEDLAB_SITE, which wins. Without one the tags that need it are left out (the picture, the page's
own address, the map of the site), because a wrong address is worse than none.
"""

import html
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import cards
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError

VARIABLE = "EMBEDLAB_SITE"
LONGEST_TITLE = 70
# The theme's own backgrounds.
COLORS = {"light": "#ffffff", "dark": "#121212"}
# Title and description of the pages that Sphinx makes: they have no front matter.
GENERATED = {
    "genindex": (
        "Index",
        "Index of the course: terms of the glossary, functions and modules of embedlab, options of "
        "its commands, and where each is described.",
    ),
    "search": (
        "Search",
        "Search all pages of the course by words, names of formulas and names of functions.",
    ),
    "404": (
        "No such page",
        "There is no page at this address: search the course, or choose a page of its contents.",
    ),
}
NOT_TO_BE_FOUND = ("search", "404")


def checked(address: str) -> str:
    """Return the site's address with a slash at its end, or "" if there is none.

    Raises:
        ExtensionError: If it is not the address of a site.
    """
    parts = urlsplit(address.strip())
    if not address.strip():
        return ""
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise ExtensionError(
            f"the site's address must look like https://example.org/course/, got {address!r}: "
            f"mend html.baseurl in _config.yml or the variable {VARIABLE}"
        )
    return address.strip().rstrip("/") + "/"


def configure(app: Sphinx, config: Config) -> None:
    """Take the site's address, from which Sphinx makes the canonical links."""
    config.html_baseurl = checked(os.environ.get(VARIABLE) or config.html_baseurl or "")


def short_title(title: str, site: str) -> str:
    """Return a page's title with the site's, or alone where both would be cut off."""
    both = f"{title} — {site}"
    return both if title != site and len(both) <= LONGEST_TITLE else title


def described(doctree: nodes.document) -> str:
    """Return what a page is about, as its front matter says."""
    found = (n["content"] for n in doctree.findall(nodes.meta) if n.get("name") == "description")
    return next(found, "")


def preview(title: str, about: str, site: str, address: str, pagename: str) -> dict[str, str]:
    """Return the tags of a page's preview; without the site's address, those that need none."""
    tags = {
        "og:type": "article",
        "og:site_name": site,
        "og:locale": "en_US",
        "og:title": title,
        "og:description": about,
    }
    if not address:
        return {**tags, "twitter:card": "summary"}
    return {
        **tags,
        "og:url": f"{address}{pagename}.html",
        "og:image": f"{address}{cards.address(pagename)}",
        "og:image:type": "image/png",
        "og:image:width": str(cards.WIDTH),
        "og:image:height": str(cards.HEIGHT),
        "og:image:alt": cards.alternative(title),
        "twitter:card": "summary_large_image",
    }


def tag(name: str, content: str, **more: str) -> str:
    """Return a meta tag; Open Graph's have a `property` where others have a `name`."""
    kind = "property" if name.startswith("og:") else "name"
    rest = "".join(f' {key}="{html.escape(value)}"' for key, value in more.items())
    return f'<meta {kind}="{name}" content="{html.escape(content)}"{rest}>\n'


def describe(
    app: Sphinx,
    pagename: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Write a page's tags and its title, which the layout shows."""
    site, root, address = app.config.html_title, app.config.root_doc, app.config.html_baseurl
    title, about = GENERATED.get(pagename, (context.get("title") or site, ""))
    title, tags, page = html.unescape(re.sub(r"<[^>]+>", "", title)), [], pagename
    if pagename == "index" and doctree is None:  # it leads to the first page, and stands for it
        page, doctree = root, app.env.get_doctree(root)
        about = described(doctree)
    if about:
        tags.append(tag("description", about))
    if pagename in NOT_TO_BE_FOUND:
        tags.append(tag("robots", "noindex"))
        context["pageurl"] = None
    elif doctree is not None:
        shown = preview(title, about or described(doctree), site, address, page)
        tags += [tag(name, content) for name, content in shown.items()]
    tags += [
        tag("theme-color", color, media=f"(prefers-color-scheme: {scheme})")
        for scheme, color in COLORS.items()
    ]
    context["html_baseurl"], context["page_title"] = address, short_title(title, site)
    context["metatags"] = (context.get("metatags") or "") + "\n" + "".join(tags)


def sitemap(address: str, pages: list[str]) -> str:
    """Return the map of the site."""
    lines = "".join(
        f"  <url><loc>{html.escape(address)}{page}.html</loc></url>\n" for page in pages
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{lines}</urlset>\n'
    )


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Write what crawlers ask for first."""
    if exception is not None or app.builder.format != "html":
        return
    target, address = Path(app.outdir), app.config.html_baseurl
    robots = "User-agent: *\nAllow: /\n"
    if address:
        pages = sorted(app.env.found_docs)
        (target / "sitemap.xml").write_text(sitemap(address, pages), encoding="utf-8")
        robots += f"Sitemap: {address}sitemap.xml\n"
    (target / "robots.txt").write_text(robots, encoding="utf-8")


def lost(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield the page that a server shows in the place of one that does not exist."""
    root = app.config.root_doc
    pages = [root, *app.env.toctree_includes.get(root, [])]
    entries = [(page, app.env.titles[page].astext()) for page in pages]
    yield "404", {"entries": entries}, "404.html"


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx; its tags come after those of the page's front matter."""
    app.setup_extension("cards")
    app.connect("config-inited", configure)
    app.connect("html-collect-pages", lost)
    app.connect("html-page-context", describe, priority=800)
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
