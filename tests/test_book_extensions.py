"""The book's own Sphinx extensions, as far as they can be tried without a build."""

import importlib.util
import io
import re
from html import unescape

import pytest
from book_pages import ROOT
from nbformat.v4 import new_output
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from pygments.styles import get_style_by_name
from pygments.token import STANDARD_TYPES, Name, Text
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import docutils_namespace


def extension(name: str):
    path = ROOT / "book" / "extensions" / f"{name}.py"
    specification = importlib.util.spec_from_file_location(f"book_{name}", path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def printed(*pieces: str):
    return [new_output("stream", name="stdout", text=piece) for piece in pieces]


@pytest.mark.parametrize(
    "pieces",
    [("one\ntwo\n",), ("one", "\ntwo\n"), ("one\n", "two\n"), ("o", "ne\ntw", "o", "\n")],
)
def test_printed_text_does_not_depend_on_how_it_arrived(pieces):
    (output,) = extension("streams").join(printed(*pieces))
    assert output.text == "one\ntwo\n"


def test_negative_control_myst_nb_alone_adds_an_empty_line():
    (output,) = extension("streams")._finish(printed("one", "\ntwo\n"))
    assert output.text == "one\n\ntwo\n"


def test_other_outputs_stay_where_they_are():
    shown = new_output("display_data", data={"text/plain": "42"})
    outputs = extension("streams").join([*printed("a\n"), shown, *printed("b\n")])
    assert [output.output_type for output in outputs] == ["stream", "display_data"]
    assert outputs[0].text == "a\nb\n"


GOOD = """
- [ ] A *mile*

  It has 1.6 kilometers.
- [x] Two kilometers

  A mile has 1.6.
"""
BAD = {
    "a quiz must be one list of options": "no list at all",
    "must begin with [ ] or [x], got 'a mile'": "- a mile\n\n  Why.",
    "must be explained, '[x] a mile' is not": "- [x] a mile\n- [ ] a meter\n\n  Why.",
    "one right option among several, got 0": GOOD.replace("[x]", "[ ]"),
    "one right option among several, got 2": GOOD.replace("[ ]", "[x]"),
}


def test_quiz_opens_each_option_and_refuses_what_is_none(tmp_path):
    """One small build holds a sound question and one of each mistake."""
    (tmp_path / "conf.py").write_text(
        "extensions = ['myst_parser', 'quiz']\nmyst_enable_extensions = ['colon_fence']\n"
        f"import sys; sys.path.insert(0, {str(ROOT / 'book' / 'extensions')!r})\n"
    )
    questions = [f":::{{quiz}} Which is *longer*?\n{body}\n:::\n" for body in (GOOD, *BAD.values())]
    (tmp_path / "index.md").write_text("# Page\n\n" + "\n".join(questions))
    warnings = io.StringIO()
    with docutils_namespace():
        folders = (tmp_path, tmp_path, tmp_path / "out", tmp_path / "trees")
        Sphinx(*map(str, folders), "html", status=None, warning=warnings).build()
    page = (tmp_path / "out" / "index.html").read_text()
    assert page.count('<details class="quiz-option') == 2
    assert page.count('<details class="quiz-option quiz-right" name="quiz-0">') == 1
    letter = '<span class="quiz-letter">A.</span>'
    assert f"<summary>{letter} A <em>mile</em></summary>" in page
    assert "[x]" not in page.split("System Message")[0]
    assert [complaint for complaint in BAD if complaint not in warnings.getvalue()] == []


LISTING = """def mean(rows: list[float], n=2) -> float:  # a comment
    return sum(rows) // max(n, 0x1F) if not rows else f"{n:.2f}"
"""
STYLES = ("a11y-high-contrast-light", "a11y-high-contrast-dark")


def seen(html: str, style) -> list[tuple[str, str]]:
    """Return each sign of a listing with the color that a style gives it."""
    colors = {
        name: style.style_for_token(kind)["color"] for kind, name in STANDARD_TYPES.items() if name
    }
    color = plain = style.style_for_token(Text)["color"]
    found = []
    for piece in re.split("(<[^>]*>)", html):
        if piece.startswith("<"):
            name = re.search(r'span class="(\w+)"', piece)
            color = colors[name[1]] if name else plain
        else:
            found += [(sign, color) for sign in unescape(piece) if not sign.isspace()]
    return found


@pytest.mark.parametrize("name", STYLES)
def test_listings_keep_all_colors_but_operators_without_an_element_for_plain_text(name):
    colored = extension("code_colors").ColoredOnly
    colored.styles = tuple(map(get_style_by_name, STYLES))
    style = get_style_by_name(name)
    full, fewer = (highlight(LISTING, PythonLexer(), f()) for f in (HtmlFormatter, colored))
    differing = {
        sign for (sign, was), (_, now) in zip(seen(full, style), seen(fewer, style), strict=True)
        if was != now
    }  # fmt: skip
    assert differing == set("->=/")
    for kind in ("n", "p", "w", "o"):
        assert f'class="{kind}"' in full
        assert f'class="{kind}"' not in fewer


def test_negative_control_a_color_of_one_style_alone_is_kept():
    colored = extension("code_colors").ColoredOnly
    # Names have no color of their own in the themes' two styles, but in this one they have.
    colored.styles = tuple(map(get_style_by_name, (*STYLES, "one-dark")))
    light, other = map(get_style_by_name, (STYLES[0], "one-dark"))
    assert light.style_for_token(Name) == light.style_for_token(Text)
    assert other.style_for_token(Name) != other.style_for_token(Text)
    assert '<span class="n">' in highlight(LISTING, PythonLexer(), colored())


def test_theme_asks_no_box_for_its_width_and_says_so_when_it_changes():
    scrolling = extension("scrolling")
    script = f'a([{scrolling.ASKED[1:]},".box"].join(", ")).forEach(b)'
    assert scrolling.unasked(script) == 'a([":not(*)"].join(", ")).forEach(b)'
    for other in [script.replace('"pre"', '"pre.x"'), script + script]:
        with pytest.raises(ExtensionError, match="mend ASKED in scrolling"):
            scrolling.unasked(other)
