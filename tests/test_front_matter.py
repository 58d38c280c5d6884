"""What the front and back matter says of itself: paths, times, counts, symbols, answers."""

import csv
import importlib.metadata
import importlib.util
import io
import re
from collections import Counter

import pytest
import yaml
from book_pages import CHAPTERS, ROOT
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import docutils_namespace

import embedlab
from embedlab.claims.ledger import CHAPTERS as CLAIMED
from embedlab.claims.ledger import claims_of

BOOK = ROOT / "book"


def extension(name: str):
    path = BOOK / "extensions" / f"{name}.py"
    specification = importlib.util.spec_from_file_location(f"book_{name}", path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


reading, tallies, citation = map(extension, ("reading", "tallies", "citation"))


def page(name: str) -> str:
    return (BOOK / f"{name}.md").read_text(encoding="utf-8")


def part(text: str, start: str, end: str = r"\Z") -> str:
    """Return what stands between two headings, given as regular expressions."""
    return re.search(rf"(?ms){start}(.*?){end}", text)[1]


# Reading times.

SMALL = """---
a: b
---
# Title

Four words stand here. {term}`One <two>` $x = y$.

## The idea: *it*

```{code-cell}
# Not a heading
1 + 1
```

$$
x
$$

### Inside

Word.

## Exercises

:::{dropdown} Solution
Many words that nobody counts.
:::
"""


def test_sections_are_those_of_the_page_and_not_comments_in_cells():
    found = reading.sections(SMALL)
    assert [(s.level, s.title) for s in found] == [
        (1, "Title"), (2, "The idea: *it*"), (3, "Inside"), (2, "Exercises"),
    ]  # fmt: skip
    assert found[1].anchor == "the-idea-it"
    assert found[1].text.rstrip().endswith("Word.")


def test_time_is_words_cells_and_formulas():
    title, idea, _, exercises = reading.sections(SMALL)
    a_word = 60 / reading.WORDS_PER_MINUTE
    # "The idea: it", "Inside", "Word", a cell and a formula.
    expected = 5 * a_word + reading.SECONDS_PER_CELL + reading.SECONDS_PER_FORMULA
    assert reading.seconds(idea.text) == pytest.approx(expected, rel=1e-12)
    assert reading.seconds(exercises.text) == pytest.approx(a_word, rel=1e-12)
    # Besides: the title, four words, one term, an inline formula.
    whole = expected + (1 + 4 + 1 + 1 + 1) * a_word
    assert reading.seconds(title.text) == pytest.approx(whole, rel=1e-12)


def test_negative_control_more_words_take_longer():
    assert reading.seconds(SMALL + "\nMore words.") > reading.seconds(SMALL)


def test_stations_are_found_by_the_beginnings_of_their_headings(tmp_path):
    (tmp_path / "p.md").write_text(SMALL)
    stop = reading.stop(tmp_path, "Week 1 | p: opening; the idea + p")
    assert stop.label == "Week 1"
    assert stop.links == (("p", "", "Title"), ("p", "the-idea-it", "The idea"),
                          ("p", "", "Title"))  # fmt: skip
    with pytest.raises(ExtensionError, match="no heading that begins with 'Nothing'"):
        reading.stop(tmp_path, "p: Nothing")
    with pytest.raises(ExtensionError, match="page q"):
        reading.stop(tmp_path, "q")


def paths() -> dict[str, list]:
    """Return the stops of each reading path of the introduction."""
    text = part(page("introduction"), r"^## Three reading paths$", r"^### How the times")
    found = re.findall(r"(?ms)^### ([^\n]+)\n.*?^:::\{reading-path\}\n```\n(.*?)^```", text)
    return {name: [reading.stop(BOOK, line) for line in lines.splitlines()]
            for name, lines in found}  # fmt: skip


def test_the_introduction_states_the_rates_that_are_used():
    text = page("introduction")
    assert f"{reading.WORDS_PER_MINUTE} words a minute" in text
    assert f"{reading.SECONDS_PER_CELL} seconds for a cell" in text
    assert f"{reading.SECONDS_PER_FORMULA} seconds for a formula" in text


def test_the_paths_take_about_as_long_as_they_are_called():
    total = {name: sum(stop.minutes for stop in stops) for name, stops in paths().items()}
    assert list(total) == ["Two hours", "A weekend", "A term"]
    # What is left of the two hours is for the explorers.
    assert 75 <= total["Two hours"] <= 110, total
    assert total["A weekend"] <= 16 * 60, total


@pytest.mark.parametrize("name", ["Two hours", "A weekend", "A term"])
def test_each_path_leads_through_every_chapter(name):
    visited = {f"book/{link[0]}" for stop in paths()[name] for link in stop.links}
    assert set(CHAPTERS) <= visited


def test_a_term_is_the_same_fourteen_weeks_for_students_and_teachers():
    weeks = [stop.label for stop in paths()["A term"]]
    assert [re.match(r"Week (\d+)", week)[1] for week in weeks] == [str(i) for i in range(1, 15)]
    schedule = part(page("instructors"), r"^## A term in fourteen weeks$", r"^\(slides\)=$")
    told = dict(
        re.findall(r"^\*\*Week (\d+)[^\n]*?\(\{minutes\}`minutes <([^`>]*)>`\)", schedule, re.M)
    )
    lines = re.findall(r"^Week (\d+)[^|\n]*\| (.*)$", page("introduction"), re.M)
    assert told == {week: line for week, line in lines if week != "13"}


def test_all_chapters_are_linked_from_the_introduction():
    labels = {re.search(r"^\(([\w-]+)\)=$", (ROOT / f"{c}.md").read_text(), re.M)[1]
              for c in CHAPTERS}  # fmt: skip
    for name in ("introduction", "summary"):
        missing = {label for label in labels if f"<{label}>`" not in page(name)}
        assert missing == set(), name
    assert "first five are here" not in page("introduction")


# Counts.


def test_tallies_count_a_small_tree(tmp_path):
    folder = tmp_path / "tests" / "site"
    folder.mkdir(parents=True)
    (folder / "test_browser.py").write_text(
        "def test_a(): check_gradient\n@given(x)\ndef test_negative_control_b(): pass\n"
        "def helper(): pass\nclass T:\n    def test_c(self): browser.new_page()\n"
    )
    (tmp_path / "tests" / "student.py").write_text("def test_d(: not Python")
    counted = {name: tallies.tally(tmp_path, name) for name in
               ("test functions", "test files", "negative controls", "gradient checks",
                "property tests", "site tests", "browser tests")}  # fmt: skip
    assert list(counted.values()) == [3, 1, 1, 1, 1, 3, 1]


def test_claims_of_all_verdicts_are_all_claims():
    parts = [tallies.tally(ROOT, f"claims {verdict}") for verdict in tallies.VERDICTS]
    assert sum(parts) == tallies.tally(ROOT, "claims") == 318
    by_chapter = [tallies.tally(ROOT, f"claims wrong {chapter}") for chapter in CLAIMED]
    assert sum(by_chapter) == tallies.tally(ROOT, "claims wrong")


def test_the_bank_is_right_and_wrong():
    right, wrong = (tallies.tally(ROOT, f"{kind} submissions") for kind in ("right", "wrong"))
    assert right + wrong == tallies.tally(ROOT, "submissions")
    assert min(right, wrong, tallies.tally(ROOT, "hostile submissions")) > 50


@pytest.mark.parametrize(
    ("asked", "what"),
    [("cats", "tally"), ("claims cats", "tally"), ("claims wrong 8-training more", "tally"),
     ("claims beyond 8-training", "tally"), ("claims wrong 8-trainin", "chapter")],
)  # fmt: skip
def test_what_cannot_be_counted_is_named(asked, what):
    with pytest.raises(ValueError, match=f"a {what} must be one of"):
        tallies.tally(ROOT, asked)


def test_browser_tests_are_some_of_the_site_tests():
    drive = [test for test in tallies.tests(ROOT) if "browser" in test.uses]
    assert len(drive) == tallies.tally(ROOT, "browser tests")
    assert {test.file.split("/")[0] for test in drive} == {"site"}


def test_every_tally_of_the_book_can_be_counted():
    asked = {name for path in BOOK.glob("*.md")
             for name in re.findall(r"\{tally\}`[^`<]+<([^`>]+)>`", path.read_text())}  # fmt: skip
    assert len(asked) > 40
    assert all(tallies.tally(ROOT, name) >= 0 for name in asked)


PAGE = """# Page

{tally}`many <test files>` files, {minutes}`minutes <small>`, {station}`it <small: the idea>`.

:::{reading-path}
```
Day 1 | small: the idea + small
```
:::

```{citation} text
```

{tally}`many <cats>`
"""


def test_a_page_shows_numbers_links_and_the_citation(tmp_path):
    """One small build holds each role and directive, and one mistake."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_it.py").write_text("def test_a(): pass")
    (tmp_path / "CITATION.cff").write_text((ROOT / "CITATION.cff").read_text())
    (tmp_path / "conf.py").write_text(
        "extensions = ['myst_parser', 'reading', 'tallies', 'citation']\n"
        "myst_enable_extensions = ['colon_fence']\nexclude_patterns = ['book/small.md']\n"
        f"import sys; sys.path.insert(0, {str(BOOK / 'extensions')!r})\n"
    )
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "small.md").write_text(SMALL)
    (tmp_path / "index.md").write_text(PAGE)
    warnings = io.StringIO()
    with docutils_namespace():
        folders = (tmp_path, tmp_path, tmp_path / "out", tmp_path / "trees")
        Sphinx(*map(str, folders), "html", status=None, warning=warnings).build()
    page = (tmp_path / "out" / "index.html").read_text()
    assert '1 files, 2 min, <a href="small.html#the-idea-it">it</a>' in page
    assert '<b>Day 1</b>: <a href="small.html#the-idea-it">The idea</a>' in page
    assert "Together 3 min." in page
    assert "Word Embeddings, Computed" in page
    assert "a tally must be one of" in warnings.getvalue()
    assert warnings.getvalue().count("ERROR") == 1


# What the summary says of the ledger.


def approved() -> dict[str, str]:
    with (ROOT / "tests" / "approved_verdicts.csv").open(encoding="utf-8") as file:
        return {row["id"]: row["verdict"] for row in csv.DictReader(file)}


def test_the_summary_s_sentences_about_the_ledger_are_so():
    verdicts, kinds = approved(), Counter()
    for chapter in CLAIMED:
        for claim in claims_of(chapter):
            if claim.id.startswith("C"):
                kinds[claim.kind, verdicts[claim.id]] += 1
    training = Counter(verdicts[c.id] for c in claims_of("8-training") if c.id[0] == "C")
    assert "Nearly half of what training is said to do is wrong" in page("summary")
    assert 0.42 < training["wrong"] / training.total() < 0.5
    assert "so is the larger part of the benchmark numbers" in page("summary")
    benchmarks = {v: n for (kind, v), n in kinds.items() if kind == "benchmark"}
    assert benchmarks["wrong"] > sum(benchmarks.values()) / 2
    assert "Arithmetic and formulas hold more often than not" in page("summary")
    for kind in ("arithmetic", "formula"):
        found = {v: n for (k, v), n in kinds.items() if k == kind}
        assert found["holds"] > sum(found.values()) / 2


def test_misconceptions_lead_to_claims_that_do_not_simply_hold():
    text = part(
        page("instructors"), r"^## What students believe[^\n]*$", r"^\(assignment-tests\)=$"
    )
    named = re.findall(r'ledger\.html#([cx]\d+)">([CX]\d+)<', text)
    assert all(anchor.upper() == number for anchor, number in named)
    verdicts = approved()
    simply = {n for _, n in named if verdicts.get(n) == "holds"}
    # That a vector stays one vector is the correction itself.
    assert simply == {"C173"}
    chapters = set(re.findall(r"^\| (\d) \|", text, re.M))
    assert chapters == set("123456789")


@pytest.mark.parametrize("name", ["instructors", "interview", "notation", "summary"])
def test_lines_of_the_ledger_that_are_named_exist(name):
    known = {claim.id for chapter in CLAIMED for claim in claims_of(chapter)}
    named = {n.upper() for n in re.findall(r"ledger\.html#([cx]\d+)", page(name))}
    assert named <= known


# Slides and interview.


def test_each_chapter_fits_a_slide():
    text = part(page("instructors"), r"^## Each chapter on one slide$", r"^\(misconceptions\)=$")
    slides = re.split(r"^### ", text, flags=re.M)[1:]
    assert [slide[0] for slide in slides] == list("123456789")
    for slide in slides:
        lines = re.findall(r"^- (.*)$", slide, re.M)
        assert 5 <= len(lines) <= 7, slide
        assert all(len(reading.plain(line)) <= 90 for line in lines), slide
        assert slide.count("*Project:*") == 1
        (target,) = re.findall(r"\*Project:\* \{station\}`[^<`]+<([^>`]+)>`", slide)
        assert reading.stop(BOOK, target).links[0][1]


# What interviewers ask, by the words that an answer cannot do without.
ASKED = {
    1: "one-hot", 2: "CBOW", 3: "negative sampling", 4: "GloVe", 5: "out-of-vocabulary",
    6: "Euclidean", 7: "senses", 8: "arithmetic", 9: "hub", 10: "mean of word vectors",
    11: "3/4", 12: "hierarchical softmax", 13: "static embeddings", 14: "n-grams", 15: "t-SNE",
    16: "attention", 17: "layer normalization", 18: "causal", 19: "labels", 20: "768",
    21: "same few documents", 22: "Johnson", 23: "learning rate", 24: "stop", 25: "quantization",
    26: "two-stage", 27: "version",
}  # fmt: skip
HINTS = ("rare words", "$O(k)$", "frequency", "small corpora", "dot product against cosine",
         "held out")  # fmt: skip


def test_every_question_is_there_and_has_an_answer():
    text = page("interview")
    found = re.findall(r"(?ms)^### (\d+)\. ([^\n]+)\n(.*?)(?=^##)", text)
    assert [int(number) for number, _, _ in found] == list(ASKED)
    for number, question, answer in found:
        assert ASKED[int(number)].lower() in question.lower(), question
        assert len(answer.split()) > 40, question
    worked = [int(n) for n, _, answer in found if "{code-cell}" in answer]
    assert set(range(16, 28)) <= set(worked)
    assert all("*The trap:*" in answer for number, _, answer in found if int(number) > 15)
    assert [hint for hint in HINTS if hint not in text] == []
    phrases = part(text, r"^## Five phrases, and what they hide$", r"^## ")
    assert len(re.findall(r"^\*“.+?\.?”\*", phrases, re.M)) == 5


# Notation.


def formulas(text: str) -> list[str]:
    """Return the formulas of a page, code left out."""
    text = re.sub(r"(?ms)^(`{3,}).*?^\1`*$", "", text)
    return [a or b for a, b in re.findall(r"(?s)\$\$(.+?)\$\$|\$([^$\n]+?)\$", text)]


def letters(formula: str) -> set[str]:
    """Return the letters of a formula, Greek and decorated ones as their commands."""
    plain = re.sub(r"\\(text|operatorname\*?|mathrm|begin|end|mathbb)\{[^}]*\}", " ", formula)
    decorated = r"\\(?:tilde|bar|hat|mathcal) *(?:\{\\?[A-Za-z]+\}|\\?[A-Za-z])"
    found = {re.sub(r"[{ ]+(\\?\w+)\}?", r" \1", f) for f in re.findall(decorated, plain)}
    plain = re.sub(decorated, " ", plain)
    greek = {c for c in re.findall(r"\\[A-Za-z]+", plain) if c[1:].lower() in GREEK}
    return found | greek | set(re.findall(r"[A-Za-z]", re.sub(r"\\[A-Za-z]+", " ", plain)))


def commands(formula: str) -> set[str]:
    """Return what a formula does: norms, cosines, derivatives, named functions."""
    named = set(re.findall(r"\\operatorname\*?\{[a-z]+\}", formula))
    return named | set(re.findall(r"\\(?:lVert|cos|partial|nabla|mathcal|mid)\b", formula))


GREEK = {"alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "eta", "theta", "kappa",
         "lambda", "mu", "pi", "rho", "sigma", "tau", "phi", "omega", "ell", "nabla"}  # fmt: skip
# Indices, names of general numbers, the number e and functions: no symbols of their own.
FREE = {"i", "j", "a", "b", "c", "o", "x", "y", "q", "p", "\\pi", "O", "R", "F", "A", "B", "S"}


def rows() -> list[tuple[str, list[int]]]:
    """Return each symbol of the notation page with its chapters."""
    lines = re.findall(r"^\| (\$.*?) \|.*\| ([\d, ]+) \|$", page("notation"), re.M)
    return [(symbol, [int(n) for n in chapters.split(",")]) for symbol, chapters in lines]


def chapter(number: int) -> str:
    return "\n".join(path.read_text() for path in sorted(BOOK.glob(f"{number:02}-*.md")))


def parts(text: str) -> set[str]:
    return set().union(*(letters(f) | commands(f) for f in formulas(text)))


def test_every_symbol_of_the_table_occurs_in_its_chapters():
    used = {n: parts(chapter(n)) for n in range(1, 10)}
    missing = [
        (symbol, n, one)
        for symbol, chapters in rows()
        for n in chapters
        for one in parts(symbol) - {"i", "j"}
        if one not in used[n]
    ]
    assert len(rows()) > 60
    assert missing == []


def test_negative_control_a_norm_is_found_only_where_one_is():
    assert parts(r"$\lVert\cdot\rVert$") == {r"\lVert"}
    assert r"\lVert" in parts(chapter(8))
    assert r"\lVert" not in parts(chapter(3))


@pytest.mark.parametrize("number", range(1, 10))
def test_every_letter_of_a_chapter_is_in_the_table(number):
    known = set().union(*(letters(f) for symbol, _ in rows() for f in formulas(symbol)))
    new = set().union(*map(letters, formulas(chapter(number)))) - known - FREE
    assert new == set(), "enter them in book/notation.md"


def test_negative_control_a_letter_that_no_chapter_has_is_found():
    assert letters(r"\tilde w_i^\top \Gamma + v'") == {r"\tilde w", "i", r"\Gamma", "v"}
    assert r"\Gamma" not in set().union(*map(letters, formulas(chapter(1))))


def test_axis_letters_are_those_of_the_package():
    sentence = " ".join(re.search(r"Axis letters[^.]*\.", embedlab.__doc__)[0].split())
    table = dict(re.findall(r"^\| `(\w)` \| (.+?) \|$", page("notation"), re.M))
    spoken = dict(re.findall(r"\b([A-Za-z]) ((?:[a-z]+ ?)+)", sentence.split(":")[1]))
    assert {letter: meaning.strip() for letter, meaning in spoken.items()} == table


# License and citation.


def test_citation_is_that_of_the_file():
    cff = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    entry = citation.as_bibtex(cff)
    assert f"title = {{{{{cff['title']}}}}}" in entry
    assert f"version = {{{embedlab.__version__}}}" in entry
    assert f"year = {{{str(cff['date-released'])[:4]}}}" in entry
    assert entry.count("{") == entry.count("}")
    assert citation.as_text(cff).endswith(f"Version {embedlab.__version__}.")
    people = {**cff, "authors": [{"given-names": "Ada", "family-names": "L."}, {"name": "B"}]}
    assert "author = {{Ada L.} and {B}}" in citation.as_bibtex(people)


def test_licenses_are_those_of_the_repository():
    text = page("about")
    cff = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert cff["license"] == ["MIT", "CC-BY-4.0"]
    table = part(text, r"^## License$", r"^\*\*From others")
    assert re.search(r"^\| code.*\| MIT \|$", table, re.M)
    assert re.search(r"^\| text.*\(CC BY 4\.0\) \|$", table, re.M)
    assert "Creative\n   Commons Attribution 4.0" in (ROOT / "LICENSE").read_text()


def test_the_changelog_has_one_source():
    assert "```{include} ../CHANGELOG.md" in page("about")
    assert "## Unreleased" not in page("about")


SHIPPED = {
    "BSD-2-Clause": ["Sphinx", "Pygments"],
    "BSD-3-Clause": ["sphinx-book-theme", "pydata-sphinx-theme", "vl-convert-python", "MyST-NB"],
    "MIT": ["sphinx-copybutton", "sphinx-design", "sphinx-togglebutton", "sphinx-thebe"],
}


@pytest.mark.parametrize(("license", "package"), [(k, p) for k, v in SHIPPED.items() for p in v])
def test_what_the_site_ships_from_others_has_the_license_that_is_told(license, package):
    told = importlib.metadata.metadata(package)
    fields = ("License-Expression", "License", "Classifier")
    said = " ".join(text for field in fields for text in told.get_all(field) or [])
    assert re.search(rf"\b{license.split('-')[0]}\b", said)
    row = re.search(rf"^\|.*{package.removesuffix('-python')}.*$", page("about"), re.M)[0]
    assert license in row


def test_fonts_of_formulas_have_a_license_of_their_own():
    """KaTeX is under MIT, and each of its fonts says SIL OFL in itself."""
    assert "The MIT License" in (ROOT / "node_modules" / "katex" / "LICENSE").read_text()
    fonts = list((ROOT / "node_modules" / "katex" / "dist" / "fonts").glob("*.ttf"))
    # The names of a font are UTF-16.
    assert fonts
    assert all("scripts.sil.org/OFL".encode("utf-16-be") in f.read_bytes() for f in fonts)
    assert "| formulas: fonts | KaTeX | SIL OFL 1.1 |" in page("about")
