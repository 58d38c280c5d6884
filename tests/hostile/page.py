"""What of a page of HTML does something in a browser, by itself or when it is clicked."""

import functools
from collections import Counter

from bs4 import BeautifulSoup

_TAGS = {"script", "iframe", "frame", "object", "embed", "applet", "base", "link", "form", "svg",
         "style", "math", "video", "audio", "portal", "template", "noscript"}  # fmt: skip
_SCHEMES = ("javascript:", "vbscript:", "file:", "data:")
_ADDRESSES = {"href", "src", "action", "formaction", "background", "poster", "data", "srcdoc",
              "xlink:href", "content"}  # fmt: skip


@functools.cache
def active_parts(html):
    """Return what is active in a page, counted."""
    found = Counter()
    for tag in BeautifulSoup(html, "html.parser").find_all(True):
        if tag.name in _TAGS or (tag.name == "meta" and tag.has_attr("http-equiv")):
            found[str(tag)] += 1
        for name, value in tag.attrs.items():
            value = "".join(value) if isinstance(value, list) else str(value)
            packed = "".join(value.split()).lower().lstrip("\x00\x01\x02\ufeff")
            if (
                name.lower().startswith("on")
                or (
                    name.lower() in _ADDRESSES
                    and packed.startswith(_SCHEMES)
                    # A picture runs no scripts, whatever it says it is.
                    and not (tag.name == "img" and packed.startswith("data:"))
                )
                or (name.lower() == "style" and "url(" in packed)
            ):
                found[f"{tag.name} {name}={value[:200]}"] += 1
    return found
