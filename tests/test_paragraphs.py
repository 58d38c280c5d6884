"""The book's paragraphs: by hand, by laws, and against the built pages."""

import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

pytest.importorskip("markdown_it")

from embedlab.paragraphs import (
    MAX_CHARACTERS,
    Paragraph,
    content_version,
    page_paragraphs,
    read_paragraphs,
    readable_formula,
    section_anchor,
    split_text,
)

ROOT = Path(__file__).parents[1]
BOOK = ROOT / "book"

PAGE = """---
myst:
  html_meta:
    description: "never read"
---

(start)=
# 1. Cats and *dogs*

**The question.** What is a {term}`kitten <cat>`? See {ref}`the dogs <dogs>`, `code()`
and {cite:t}`firth1957`.

```{code-cell}
:tags: [hide-cell]
print("never read")
```

Its length is

$$
\\lVert u \\rVert = \\sqrt{u^\\top u} .
$$

## Dogs

- They bark, which every one of their neighbors has heard a thousand times before.
- They fetch $n^2$ sticks.

:::{dropdown} A. They sleep
:class: never-read
No. {cite}`harris1954,levy2015` say that they lie awake all night, and listen to the cat.
:::

| animal | legs |
|---|---|
| cat | 4 |
| hen | 2 |

```
make never-read
```

## Dogs

Again, with a title that the page has had before, as it happens every now and then.
"""


def test_a_page_by_hand():
    found = page_paragraphs(PAGE, "cats")
    title, dogs = ("1. Cats and dogs",), ("1. Cats and dogs", "Dogs")
    assert found == [
        Paragraph(
            "cats", title, "start",
            "The question. What is a kitten? See the dogs, code() and Firth 1957.\n"
            "Its length is\n‖u‖ = √(uᵀ u).",
            "text",
        ),
        Paragraph(
            "cats", dogs, "dogs",
            "They bark, which every one of their neighbors has heard a thousand times before.\n"
            "They fetch n² sticks.",
            "list",
        ),
        Paragraph(
            "cats", dogs, "dogs",
            "A. They sleep. No. Harris 1954; Levy 2015 say that they lie awake all night, and "
            "listen to the cat.\nanimal: cat; legs: 4\nanimal: hen; legs: 2",
            "text",
        ),
        # What Sphinx calls a repeated title depends on the whole page: the section above is safe.
        Paragraph(
            "cats", dogs, "start",
            "Again, with a title that the page has had before, as it happens every now and then.",
            "text",
        ),
    ]  # fmt: skip
    assert "never" not in str(found)


def only(source, **options):
    [paragraph] = page_paragraphs(source, "page", **options)
    return paragraph


def test_glossary_entries_are_paragraphs_of_their_own():
    source = (
        ":::{glossary}\ncat\n  An animal, {term}`not <dog>` a dog.\n\n"
        "dense vector\n  Many *numbers*,\n  in a row.\n:::\n"
    )
    cat, dense = page_paragraphs(f"# Glossary\n{source}", "glossary")
    assert cat == Paragraph(
        "glossary", ("Glossary", "cat"), "term-cat", "cat: An animal, not a dog.", "definition"
    )
    assert (dense.anchor, dense.text) == (
        "term-dense-vector", "dense vector: Many numbers, in a row."
    )  # fmt: skip


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("> To be\n> quoted.", "To be quoted."),
        ("One  \ntwo\nthree", "One two three"),
        ("A [link](https://example.org/never) and ![a cat](never.png).", "A link and a cat."),
        ("{download}`the notebook <../never.ipynb>`", "the notebook"),
        ("{ref}`one-hot`", "one-hot"),
        ("{math}`a_1 \\le b`", "a_1 ≤ b"),
        ("```{note}\n---\nclass: never\n---\nBe careful.\n```", "Be careful."),
        ("````{note} Title!\n```{tip}\nNested.\n```\n````", "Title! Nested."),
        ("```{figure} never.png\n:alt: never\nThe caption.\n```", "The caption."),
        ("```{math}\n:label: never\nE = m c^2\n```", "E = m c²"),
        ("\\begin{align}\na &= b\n\\end{align}", "a = b"),
        ("% never\nText.", "Text."),
        ("<b>bold</b> &amp; plain", "bold & plain"),
        ("Costs \\$5 and \\*stars\\*.", "Costs $5 and *stars*."),
        ("$w_1, \\dots, w_n$ and $x_{*}$ and *w*", "w_1, …, w_n and x_(*) and w"),
        ("1. one\n2. two\n   - inner", "one\ntwo inner"),
    ],
)
def test_markup_becomes_what_a_reader_sees(source, text):
    assert only(source).text == text


@pytest.mark.parametrize(
    "source",
    [
        "", "---\na: b\n---\n", "```{code-cell}\n1\n```", "```\ncode\n```", "    indented code",
        "```{bibliography}\n```", "% comment", "<!-- comment -->", "(target)=", "***",
        "```{literalinclude} a.py\n```", "```{image} a.png\n:alt: text\n```",
    ],
)  # fmt: skip
def test_what_is_not_read_is_left_out(source):
    assert page_paragraphs(source, "page") == []


def test_a_target_belongs_to_the_heading_right_behind_it():
    first, second = page_paragraphs("(mine)=\n# A\none\n\n(text)=\ntwo\n\n## B\nthree", "page")
    assert (first.anchor, first.text) == ("mine", "one\ntwo")
    assert (second.anchor, second.headings) == ("b", ("A", "B"))


def test_short_pieces_join_their_neighbors_of_the_same_section():
    long = "A sentence that is long enough to stand alone, " * 2
    source = f"# A\nShort.\n\n{long}\n\nWhy?\n\n{long}\n\n## B\nEnd."
    assert [paragraph.text.split(" ")[0] for paragraph in page_paragraphs(source, "p")] == [
        "Short.\nA", "Why?\nA", "End.",
    ]  # fmt: skip
    assert len(page_paragraphs(source, "p", n_min=0)) == 5
    with pytest.raises(ValueError, match="n_max must be larger than n_min, 80, got 80"):
        page_paragraphs(source, "p", n_max=80)


@given(st.text(st.sampled_from("ab .!?\n”A1"), max_size=300), st.integers(1, 40))
@example("x" * 100, 7)
@example("One. Two. Three.", 9)
def test_splitting_loses_nothing_but_spaces(text, n_max):
    parts = split_text(text, n_max)
    assert all(0 < len(part) <= n_max for part in parts if text.strip() or part)
    assert re.sub(r"\s", "", "".join(parts)) == re.sub(r"\s", "", text)


def split_oracle(text, n_max):
    """Split by looking at every place of the whole text for each part."""
    kinds = (r"\n", r"(?<=[.!?])[”\"’')]*\s+(?=[“\"(]?[A-Z0-9])", r"\s+")
    ends = [[match.end() for match in re.finditer(kind, text)] for kind in kinds]
    parts, start = [], 0
    while len(text) - start > n_max:
        fitting = [start + n_max]
        for kind in reversed(ends):
            after = (end for end in kind if end > start)
            fitting = [end for end in after if len(text[start:end].rstrip()) <= n_max] or fitting
        parts.append(text[start : max(fitting)].strip())
        start = max(fitting)
    return [part for part in [*parts, text[start:].strip()] if part]


@given(st.text(st.sampled_from("ab .!?\n”A1"), max_size=60), st.integers(1, 12))
@example("a        b\n\n   \n  c", 3)
@example("abc.” B cd ef", 4)
def test_splitting_equals_the_slow_search(text, n_max):
    expected = split_oracle(text, n_max) if len(text) > n_max else [text]
    assert split_text(text, n_max) == expected


def test_a_long_text_is_split_in_a_moment():
    # Not timed, but minutes if every part looks at the whole text.
    assert len(split_text("a " * 100_000, 9)) == 20_000


def test_a_mark_at_the_beginning_of_a_file_hides_no_heading(tmp_path):
    (tmp_path / "cats.md").write_text("# Cats\nThey purr.", encoding="utf-8-sig")
    [found] = read_paragraphs(tmp_path)
    assert (found.headings, found.anchor, found.text) == (("Cats",), "cats", "They purr.")


def test_splitting_prefers_rows_then_sentences_then_words():
    assert split_text("a: 1. B: 2\nc: 3. D: 4", 12) == ["a: 1. B: 2", "c: 3. D: 4"]
    assert split_text("He said “no.” She left. It is 3.5 m.", 24) == [
        "He said “no.” She left.", "It is 3.5 m.",
    ]  # fmt: skip
    assert split_text("one two three", 9) == ["one two", "three"]
    assert split_text("abcdefgh", 3) == ["abc", "def", "gh"]


@pytest.mark.parametrize(
    ("tex", "line"),
    [
        (r"\frac{1 + N}{1 + \operatorname{df}(t)}", "(1 + N)/(1 + df(t))"),
        (r"\frac1n \sum_{i=1}^{n} v_{w_i}", "1/n ∑_(i=1)^n v_w_i"),
        (r"\sqrt 2 \approx 1{,}41", "√2 ≈ 1,41"),
        (r"\{a, b\}", "{a, b}"),
        (r"\text{if } x \in \mathbb{R}^{d}", "if x ∈ R^d"),
        (r"\left( \frac{\frac{a}{b}}{c} \right)", "((a/b)/c)"),
        (r"x^{-1} + 10^{20}", "x⁻¹ + 10²⁰"),
        (r"2 \cos\theta \times 3", "2 cos θ × 3"),
        (r"\unknown{x}", "unknownx"),
        (r"{", "{"),
        (r"\ ", ""),
    ],
)
def test_formulas_by_hand(tex, line):
    assert readable_formula(tex) == line


@given(st.text(st.sampled_from(r"\{}_^ab1frc$&~ "), max_size=40))
def test_no_formula_stops_the_reader(tex):
    assert "\n" not in readable_formula(tex)


@given(st.text(max_size=200))
@example("```{note}")
@example(":::{glossary}\n:::")
@example("```{figure}\n:alt:\n```")
@example("|a|\n|-|")
@example("{cite}` , `")
@example("# \n(x)=\n## $x$")
def test_no_page_stops_the_reader(source):
    for paragraph in page_paragraphs(source, "page"):
        assert paragraph.text.strip() == paragraph.text != ""
        assert len(paragraph.text) <= MAX_CHARACTERS


# The book itself.


def test_the_book():
    found = read_paragraphs(BOOK)
    assert len(found) > 200
    assert {paragraph.page for paragraph in found} >= {"01-one-hot", "02-dense", "glossary"}
    for paragraph in found:
        assert 0 < len(paragraph.text) <= MAX_CHARACTERS
        # Left-overs of markup: directives, roles, front matter, options, TeX.
        assert not re.search(r"\{[a-z:-]+\}`|^:\w+:|```|:::|\$\$|\\[a-z]+\{", paragraph.text)
        assert "import numpy" not in paragraph.text
    assert found == read_paragraphs(BOOK)
    [antonym] = [p for p in found if p.anchor == "term-antonym"]
    assert antonym.headings == ("Glossary", "antonym")


def test_a_question_reads_as_its_options_and_their_reasons():
    options = "- [ ] A mile\n\n  It has 1.6 km.\n- [x] Two km.\n\n  Yes.\n"
    [paragraph] = page_paragraphs(f"# P\n:::{{quiz}} Which is longer?\n{options}:::", "p")
    assert paragraph.text == "Which is longer? A mile: It has 1.6 km.\nTwo km: Yes."


def test_the_version_changes_with_the_content():
    found = read_paragraphs(BOOK)
    assert re.fullmatch("[0-9a-f]{16}", content_version(found))
    assert content_version(found) == content_version(list(found))
    assert content_version(found[::-1]) != content_version(found) != content_version(found[1:])
    # Computed once; it must not depend on machine or process.
    cat = Paragraph("cats", ("Cats",), "cats", "É", "text")
    assert content_version([cat]) == "39b6e086bc50165c"


@pytest.mark.site
def test_every_anchor_leads_somewhere_in_the_built_book():
    if not (ROOT / "_build" / "html" / "book").is_dir():
        pytest.skip("needs the built book: run  make book")
    for paragraph in read_paragraphs(BOOK):
        page = ROOT / "_build" / "html" / "book" / f"{paragraph.page}.html"
        if paragraph.anchor and page.exists():
            assert f'id="{paragraph.anchor}"' in page.read_text(), paragraph


def test_anchors_by_hand():
    assert section_anchor("2. Déjà vu: what's *new*?") == "deja-vu-what-s-new"
    assert section_anchor("42") == section_anchor("日本") == ""


def test_what_is_no_book(tmp_path):
    with pytest.raises(ValueError, match=r"book must be the folder of the book's pages, got"):
        read_paragraphs(tmp_path / "no")
    with pytest.raises(ValueError, match=r"book must hold pages \(\*\.md\) with text"):
        read_paragraphs(tmp_path)
    (tmp_path / "_build").mkdir()
    (tmp_path / "_build" / "page.md").write_text("Built.")
    (tmp_path / ".hidden.md").write_text("Hidden.")
    with pytest.raises(ValueError, match="book must hold pages"):
        read_paragraphs(tmp_path)
    (tmp_path / "part").mkdir()
    (tmp_path / "part" / "page.md").write_text("Text.")
    assert [paragraph.page for paragraph in read_paragraphs(tmp_path)] == ["part/page"]
    (tmp_path / "bad.md").write_bytes(b"\xff")
    with pytest.raises(ValueError, match=r"bad\.md must be text in UTF-8"):
        read_paragraphs(tmp_path)
