"""Nothing that a student wrote or displayed is run by a browser that shows it."""

import functools

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbconvert.exporters import HTMLExporter

from embedlab.grading.batch.inert import make_inert

SCRIPTS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x]( javascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html,hi)",
    "[x]\n\n> [x]: JavaScript:alert(1)",
    "![a](https://example.org/x.png)",
    "![a][b]\n\n[b]: https://example.org/x.png",
    "<!--><script>alert(1)</script>-->",
    "`<b` onmouseover=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<style>@import 'https://example.org/x.css'</style>",
    "<meta http-equiv=refresh content='0;url=https://example.org'>",
    "text\n\n<form action=https://example.org><input>\n",
]


# To read its templates takes longer than to write a page.
exporter = functools.cache(lambda: HTMLExporter(exclude_input_prompt=True))


def page_of(cell, *, inert=True):
    notebook = nbformat.v4.new_notebook(cells=[cell])
    if inert:
        make_inert(notebook, trusted=())
    html, _ = exporter().from_notebook_node(notebook)
    return BeautifulSoup(html, "html.parser").find("main")


def harm(page):
    """Return what in a page a browser would run or fetch."""
    kinds = ["script", "iframe", "svg", "style", "meta", "form", "object", "link"]
    found = [tag.name for tag in page.find_all(kinds)]
    for tag in page.find_all(True):
        found += [name for name in tag.attrs if name.startswith("on")]
        if "src" in tag.attrs and not tag.attrs["src"].startswith(("data:image/", "attachment:")):
            found.append(tag.attrs["src"])
        # A link to a page is followed by who wants to; any other scheme can be a program.
        if ":" in str(tag.attrs.get("href", "")) and not tag.attrs["href"].startswith("http"):
            found.append(tag.attrs["href"])
    return found


CELLS = {
    "markdown": nbformat.v4.new_markdown_cell,
    "raw": nbformat.v4.new_raw_cell,
    "html display": lambda text: displayed("text/html", text),
    "markdown display": lambda text: displayed("text/markdown", text),
    "latex display": lambda text: displayed("text/latex", text),
    "print": lambda text: shown(nbformat.v4.new_output("stream", name="stdout", text=text)),
    "error": lambda text: shown(
        nbformat.v4.new_output("error", ename=text, evalue=text, traceback=[text])
    ),
    "code": nbformat.v4.new_code_cell,
}


def shown(output):
    return nbformat.v4.new_code_cell("1", outputs=[output])


def displayed(mime, text):
    return shown(nbformat.v4.new_output("display_data", data={mime: text}))


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("kind", CELLS)
def test_no_script_survives(kind, script):
    assert harm(page_of(CELLS[kind](script))) == []


@pytest.mark.parametrize("kind", ["markdown", "html display"])
def test_negative_control_scripts_are_found(kind):
    assert harm(page_of(CELLS[kind](SCRIPTS[0]), inert=False)) == ["script"]
    assert harm(page_of(CELLS[kind](SCRIPTS[1]), inert=False)) != []


def test_what_is_harmless_stays():
    table = "<table><tr><td>1</td></tr></table>"
    assert page_of(displayed("text/html", table)).find("td").text == "1"
    cell = nbformat.v4.new_markdown_cell("**bold**, $a < b$ and 1 < 2")
    page = page_of(cell)
    assert page.find("strong").text == "bold"
    assert "1 < 2" in page.text
    links = "[a](https://a.org) `f[i](x)` `d[a[0]:2]` [b](#c)"
    page = page_of(nbformat.v4.new_markdown_cell(links))
    assert [link["href"] for link in page.find_all("a")] == ["https://a.org", "#c"]
    assert [code.text for code in page.find_all("code")] == ["f[i](x)", "d[a[0]:2]"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("<b>x</b>", id="own")])
    make_inert(notebook, trusted={"own"})
    assert notebook.cells[0].source == "<b>x</b>"
