"""The rules that every figure and every explorer of the course keeps, for all of their tests."""

import html
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable

from embedlab.pictures import Picture
from embedlab.widgets import Explorer


def texts(svg: str) -> list[str]:
    """Return what is written in a picture."""
    nodes = ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    return ["".join(node.itertext()).strip() for node in nodes]


def check_picture(make: Callable[[], Picture]) -> None:
    """Assert that a figure describes itself, follows the page, and is the same each time."""
    shown = make()
    assert len(shown.alt) > 20
    assert not re.search(r"(fill|stroke): ?(#000000|black)", shown.svg)
    assert make().svg == shown.svg


def specification_in(page: str) -> dict:
    """Return the specification that stands in an explorer's HTML."""
    return json.loads(re.search(r"<script type=\"application/json\">(.*?)</script>", page)[1])


def variables(specification: dict) -> list[dict]:
    """Return a chart's parameters, and the signals that stand in their place."""
    patches = specification.get("usermeta", {}).get("embedOptions", {}).get("patch", [])
    return specification.get("params", []) + [signal for p in patches for signal in p["value"]]


def check_explorer(make: Callable[[], Explorer]) -> None:
    """Assert that an explorer stands alone in its page, can be read, and is the same each time."""
    explorer = make()
    page = explorer.to_html()
    assert html.escape(explorer.alt) in page
    assert "<svg" in page
    # The schema's name is an identifier that nobody fetches, and SVG's namespaces are too.
    addresses = set(re.findall(r"https?://[^\"' )]+", page))
    assert all("vega.github.io/schema" in a or "w3.org" in a for a in addresses), addresses
    controls = {v["name"]: v["bind"] for v in variables(specification_in(page)) if "bind" in v}
    assert controls
    assert all(control["name"].strip() for control in controls.values())
    if explorer.play:
        assert controls[explorer.play]["input"] == "range"
    assert make().to_html() == page
