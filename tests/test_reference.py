"""The reference: every public name of the package stands in it once, as the source has it."""

import ast
import functools
import importlib
import importlib.util
import inspect
import re
import sys
from collections import Counter
from pathlib import Path

import pytest
from book_pages import ROOT
from bs4 import BeautifulSoup

import embedlab
from embedlab.runs import Plan
from embedlab.vectors import Embeddings, analogy

PAGES = sorted((ROOT / "book" / "reference").glob("*.md"))
SITE = ROOT / "_build" / "html" / "book" / "reference"
# Programs: other pages show what they do.
TOOLS = ("grading", "service", "claims", "site_search")
PARTS = ("Args:", "Returns:", "Raises:", "Attributes:", "Source:")
LABELS = ("Parameters", "Returns", "Raises", "Attributes", "Source")


@pytest.fixture(scope="module")
def source():
    path = ROOT / "book" / "extensions" / "reference_source.py"
    specification = importlib.util.spec_from_file_location("book_reference_source", path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def entries() -> dict[str, BeautifulSoup]:
    """What the built pages say of each name: its description, by its anchor."""
    if not (SITE / "index.html").is_file():
        pytest.skip("the reference is not built: run 'make book'")
    found = {}
    for page in SITE.glob("*.html"):
        soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
        for term in soup.select("article dl.py > dt.sig[id]"):
            assert term["id"] not in found, f"{term['id']} is described twice"
            found[term["id"]] = term.parent
    return found


@functools.cache
def modules() -> dict[str, ast.Module]:
    """Return the syntax of every module that the reference must have."""
    root, found = Path(embedlab.__file__).parent, {}
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        name = ".".join(("embedlab", *parts)).removesuffix(".__init__")
        if parts[0] not in TOOLS and name != "embedlab":
            found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def public(tree: ast.Module) -> set[str]:
    """Return the names that a module defines for others."""
    found = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign):
            found.add(node.target.id)
    return {name for name in found if not name.startswith("_")}


def described(name: str, anchors: Counter[str]) -> int:
    """Return how often a name is described: where it is defined, or where a package offers it."""
    module, _, last = name.rpartition(".")
    places, package = {name}, module
    while package.count("."):
        if last in getattr(importlib.import_module(package), "__all__", ()):
            places.add(f"{package}.{last}")
        package = package.rpartition(".")[0]
    return sum(anchors[place] for place in places)


def test_every_module_is_on_one_page(source):
    listed = Counter(
        match
        for page in PAGES
        for match in re.findall(r"^```\{reference\} (\S+)$", page.read_text(), re.MULTILINE)
    )
    needed = set()
    for name in modules():
        package = name if name.count(".") == 1 else name.rpartition(".")[0]
        # The files of a package with `__all__` stand with it, those of another by themselves.
        has_list = hasattr(importlib.import_module(package), "__all__")
        needed.add(package if has_list else name)
    assert dict(listed) == dict.fromkeys(needed, 1)


def test_every_public_name_is_asked_for_once(source):
    """The same for the names, from the pages' sources, so that no build is needed."""
    asked: Counter[str] = Counter()
    for page in PAGES:
        for module in re.findall(r"^```\{reference\} (\S+)$", page.read_text(), re.MULTILINE):
            for part, names in source.parts(module).items():
                asked.update(f"{part}.{name}" for name in names)
    needed = {f"{name}.{one}" for name, tree in modules().items() for one in public(tree)}
    assert {name: described(name, asked) for name in needed} == dict.fromkeys(needed, 1)
    assert asked.total() == len(needed)


@pytest.mark.site
def test_every_public_name_is_described_once(entries):
    anchors = Counter(entries.keys())
    needed = {f"{name}.{one}" for name, tree in modules().items() for one in public(tree)}
    assert {name: described(name, anchors) for name in needed} == dict.fromkeys(needed, 1)


def test_negative_control_a_name_left_out_or_repeated_is_found():
    assert described("embedlab.vectors.cosine", Counter()) == 0
    both = Counter(["embedlab.plots.word_map", "embedlab.plots.spaces.word_map"])
    assert described("embedlab.plots.spaces.word_map", both) == 2
    assert "cosine" in public(ast.parse("def cosine(): ...\n_x = 1"))


def missing(docstring: str, entry: BeautifulSoup) -> list[str]:
    """Return the sections of a docstring that its description lacks, and examples."""
    said = {term.get_text().strip(": \n") for term in entry.select("dl.field-list > dt")}
    pairs = zip(PARTS, LABELS, strict=True)
    lacks = [
        label
        for part, label in pairs
        if re.search(rf"^{part}", docstring, re.MULTILINE) and label not in said
    ]
    first = re.search(r"^>>> (\w+)", docstring, re.MULTILINE)
    shown = "".join(block.get_text() for block in entry.select(".doctest"))
    return lacks + (["example"] if first and f">>> {first[1]}" not in shown else [])


@pytest.mark.site
def test_descriptions_have_what_the_docstrings_have(entries):
    lacking = {}
    for name, entry in entries.items():
        found = embedlab
        for part in name.split(".")[1:]:
            found = getattr(found, part, None) or importlib.import_module(name.rpartition(".")[0])
        if inspect.isfunction(found) or inspect.isclass(found):
            lacks = missing(inspect.getdoc(found) or "", entry)
            lacking |= {name: lacks} if lacks else {}
    assert lacking == {}


def test_negative_control_a_lost_section_is_found():
    entry = BeautifulSoup("<dl><dt>f()</dt><dd>Return one.</dd></dl>", "html.parser")
    docstring = "Return one.\n\nArgs:\n    x: It.\n\nSource: nobody.\n\n>>> f(1)\n1"
    assert missing(docstring, entry) == ["Parameters", "Source", "example"]


@pytest.mark.site
def test_nothing_depends_on_the_run(entries):
    for name, entry in entries.items():
        terms = " ".join(term.get_text() for term in entry.find_all("dt"))
        assert not re.search(r"0x[0-9a-f]{6}|<factory>| object at |<lambda>", terms), name


@pytest.mark.site
def test_formulas_and_literals_are_not_taken_for_markup(entries):
    assert "u·v / (|u| |v|)" in entries["embedlab.vectors.cosine"].get_text()
    for name, entry in entries.items():
        assert not entry.select(".problematic, .system-message"), name
        text = " ".join(p.get_text() for p in entry.select("dd p"))
        assert "``" not in text, name
        assert not re.search(r"\\[*|`_:\\]", text), name
        assert not entry.select("ol"), name


@pytest.mark.site
def test_types_of_the_package_are_links(entries):
    links = entries["embedlab.vectors.nearest"].select("dt.sig a:not(.headerlink)")
    assert {a["href"] for a in links} == {"#embedlab.vectors.Embeddings"}
    # Another module's, by the short name that the source has; NumPy's have no page.
    links = entries["embedlab.word2vec.Word2Vec"].select("dt.sig a:not(.headerlink)")
    assert "vectors.html#embedlab.vectors.Embeddings" in {a["href"] for a in links}


@pytest.mark.site
def test_every_command_and_option_is_described():
    if not (SITE / "commands.html").is_file():
        pytest.skip("the reference is not built: run 'make book'")
    import typer.main

    from embedlab.claims import commands as claims
    from embedlab.grading import commands as grading
    from embedlab.service import commands as service
    from embedlab.site_search import commands as site_search

    page = BeautifulSoup((SITE / "commands.html").read_text(encoding="utf-8"), "html.parser")
    anchors = {tag["id"] for tag in page.select("[id]")}
    for part in (grading, service, claims, site_search):
        for command in part.app.registered_commands:
            name = command.name or command.callback.__name__.replace("_", "-")
            assert f"command-{name}" in anchors
            for parameter in typer.main.get_command_from_info(
                command, pretty_exceptions_short=True, rich_markup_mode=None
            ).params:
                option = max(parameter.opts, key=len)
                if option.startswith("--"):
                    assert f"cmdoption-embedlab-{name}-{option[2:]}" in anchors


def test_all_commands_of_the_program_are_there(source, capsys, monkeypatch):
    from embedlab.cli import main

    monkeypatch.setattr(sys, "argv", ["embedlab", "--help"])
    with pytest.raises(SystemExit):
        main()
    listed = set(re.findall(r"^\W*([a-z-]+)  +[A-Z]", capsys.readouterr().out, re.MULTILINE))
    shown = {line.split()[-1] for line in source.command_lines() if ".. rubric::" in line}
    assert listed == shown
    assert "check" in shown


def test_signatures_stand_as_in_the_source(source):
    assert source.signature(Embeddings) == ("(words: tuple[str, ...], matrix: Array)", None)
    arguments, returned = source.signature(analogy)
    assert arguments.startswith("(embeddings: Embeddings, a: str, b: str, c: str, k: int=1, *, ")
    assert returned == "list[tuple[str, float]]"
    assert "schedule: Schedule = linear" in source.signature(Plan)[0]


def test_docstrings_are_made_safe(source):
    text = "A * b, |u| and x_ of ``f(*a)``:\n\n>>> f(*a)\n|u|\n\nMore |v|."
    assert source.plain(text) == [
        r"A \* b, \|u\| and x\_ of ``f(*a)``:",
        *("", ">>> f(*a)", "|u|", "", r"More \|v\|."),
    ]
    assert source.plain("n: V.\n    of tcp://HOST") == ["n: V\\.", r"of tcp\://HOST"]
    assert source.plain("see https://x.org") == ["see https://x.org"]
    lines = ["Returns:", "    Loss: a number.", "", "Source: A 2013,", "eq. 4.", "", "End."]
    assert source.with_fields(lines) == [
        *(":returns:", "    Loss: a number.", "", ":Source: A 2013,", "    eq. 4.", "", "End."),
    ]


def test_every_module_has_its_layer(source):
    layers = source.layers()
    names = {name.split(".")[1] for name in modules()}
    assert names | set(TOOLS) == set(layers)
    assert layers["numerics"] == 0
    assert layers["world"] > layers["grammar"]
