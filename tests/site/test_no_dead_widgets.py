"""No control waits for a Python that is not there: in sources and in pages.

That each one moves something when it is moved: test_chapters.py.
"""

import json
import re
from collections.abc import Iterator

import pytest
from book_pages import CHAPTERS, PAGES, ROOT
from code_cells import codes
from figure_rules import variables

pytestmark = pytest.mark.site

# What binds a control to a function of Python, or makes a control that needs one.
_CALLS = (
    r"\binteract(?:ive|_manual|ive_output)?\s*\(|@(?:\w+\.)?interact\b|\.observe\s*\(|"
    r"\.on_(?:click|submit|change|msg)\s*\(|\bipywidgets\b|\bIPython\.html\.widgets\b|\bjs(?:d)?link\b"
)
_EXPRESSIONS = {"calculate", "filter", "expr", "update", "test", "labelExpr"}
_MARKS = (
    "application/vnd.jupyter.widget-view+json",
    "application/vnd.jupyter.widget-state+json",
    "data-jupyter-widgets-cdn",
    "jupyter-widgets",
)


def dead_code(code: str) -> list[str]:
    """Return what in some code makes a control that only a kernel can answer."""
    return re.findall(_CALLS, code)


def dead_marks(page: str) -> list[str]:
    """Return what in a page is a notebook's widget, dead without a kernel."""
    return [mark for mark in _MARKS if mark in page]


def expressions(part: object) -> Iterator[str]:
    """Yield every expression of a chart."""
    if isinstance(part, list):
        for inner in part:
            yield from expressions(inner)
    elif isinstance(part, dict):
        for key, inner in part.items():
            if isinstance(inner, str) and key in _EXPRESSIONS:
                yield inner
            else:
                yield from expressions(inner)


def unlinked(specification: dict) -> list[str]:
    """Return the controls of a chart that no expression but their own mentions."""
    dead = []
    for variable in variables(specification):
        if "bind" not in variable:
            continue
        used = list(expressions(specification))
        for own in expressions(variable):
            used.remove(own)
        # "datum.k" is a column of that name.
        if not any(re.search(rf"(?<![\w.]){variable['name']}\b", text) for text in used):
            dead.append(variable["name"])
    return dead


@pytest.mark.parametrize("page", PAGES)
def test_no_cell_of_a_page_makes_a_control_for_a_kernel(page):
    """In the source: a cell whose code is hidden is not in the page."""
    source = ROOT / f"{page}.md"
    code = "\n".join(codes(source))
    assert code or page not in CHAPTERS
    assert dead_code(code) == []


@pytest.mark.parametrize("page", PAGES)
def test_no_page_holds_a_notebooks_widget(site, page):
    assert dead_marks((site / f"{page}.html").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("page", CHAPTERS)
def test_every_control_is_used_by_its_chart(site, page):
    text = (site / f"{page}.html").read_text(encoding="utf-8")
    scripts = re.findall(r'<script type="application/json">(.*?)</script></figure>', text)
    assert len(scripts) == text.count('<figure class="explorer"') > 0
    for script in scripts:
        specification = json.loads(script)
        assert [v for v in variables(specification) if "bind" in v]
        assert unlinked(specification) == []


@pytest.mark.parametrize(
    "code",
    [
        "interact(draw, k=(1, 10))",
        "@interact(k=5)\ndef draw(k): ...",
        "@widgets.interact\ndef draw(k=5): ...",
        "interactive_output(draw, {'k': slider})",
        "interact_manual (draw)",
        "import ipywidgets as w\nw.IntSlider()",
        "from ipywidgets import Button",
        "slider.observe(draw, names='value')",
        "button.on_click(draw)",
    ],
)
def test_negative_control_dead_code_is_found(code):
    assert dead_code(code)


def test_negative_control_dead_marks_and_unlinked_sliders_are_found():
    view = '<script type="application/vnd.jupyter.widget-view+json">{"model_id": "x"}</script>'
    assert dead_marks(view)
    assert not dead_marks("<p>Jupyter has widgets.</p>")
    slider = {"name": "k", "value": 1, "bind": {"input": "range", "name": "k "}}
    chart = {"params": [slider], "layer": [{"transform": [{"calculate": "2 * j", "as": "kk"}]}]}
    assert unlinked(chart) == ["k"]
    chart["layer"][0]["transform"][0]["calculate"] = "2 * datum.k"
    assert unlinked(chart) == ["k"]
    chart["layer"][0]["transform"][0]["calculate"] = "2 * k"
    assert unlinked(chart) == []
