"""Copied code: copies are shown with evidence, and what honest students have in common is not."""

import ast
import functools
import itertools
import json
import random
import re
from collections.abc import Mapping
from typing import Any

import nbformat
import pytest
from conventional_ways import WAYS
from grading_helpers import ROOT, SUBMISSIONS, builder, expected

from embedlab.grading import ASSIGNMENTS
from embedlab.grading.alike import outlines, similarity, syntax
from embedlab.grading.alike.likeness import Likeness, sentence
from embedlab.grading.alike.originals import Originals, originals, package_sources
from embedlab.grading.alike.similarity import copied_from_others, copies_of_reference
from embedlab.grading.alike.syntax import own_functions

NOTHING = Originals({})


@functools.cache
def _read(sources: tuple[tuple[str, str], ...]) -> dict[str, outlines.Reading]:
    return outlines.read(dict(sources))


@pytest.fixture(autouse=True)
def _works_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same works are compared again and again, and to read them takes most of the time."""
    monkeypatch.setattr(similarity, "read", lambda sources: dict(_read(tuple(sources.items()))))


@functools.cache
def code_cells(folder: str, assignment: str) -> list[str]:
    path = ROOT / folder / assignment / f"{assignment}.ipynb"
    cells = nbformat.read(path, as_version=4).cells
    return [cell.source for cell in cells if cell.cell_type == "code"]


def names(assignment: str) -> list[str]:
    return list(tasks(assignment))


def tasks(assignment: str) -> dict[str, Any]:
    return {check.task.name: check.task for check in ASSIGNMENTS[assignment].checks.values()}


@functools.cache
def known(assignment: str) -> Originals:
    return originals(
        names(assignment),
        tasks(assignment).values(),
        code_cells("solutions", assignment),
        code_cells("exercises", assignment),
    )


@functools.cache
def bank(assignment: str) -> dict[str, dict[str, str]]:
    """Return the functions of every submission of the bank."""
    released = code_cells("exercises", assignment)
    found = {}
    for name in builder().names(assignment):
        cells = builder().submission(assignment, name).cells
        sources = [cell.source for cell in cells if cell.cell_type == "code"]
        found[name] = own_functions(sources, released, names(assignment))
    return found


def base(assignment: str, name: str) -> str | None:
    text = (SUBMISSIONS / assignment / f"{name}.py").read_text(encoding="utf-8")
    found = re.search(r"^# based on: *(\S+)", text, flags=re.MULTILINE)
    return found.group(1) if found else None


def independent(assignment: str) -> list[str]:
    """Return the submissions, right and wrong, that are based on no other."""
    return [name for name in bank(assignment) if base(assignment, name) is None]


def right(assignment: str) -> list[str]:
    scores = {name: each.get("score", 0) for name, each in expected(assignment).items()}
    best = max(scores.values())
    return [name for name in independent(assignment) if scores[name] == best]


class Renaming(ast.NodeTransformer):
    """Gives every name of the student's own another."""

    def __init__(self, new: Mapping[str, str]) -> None:
        self.new = new

    def visit_Name(self, node: ast.Name) -> ast.AST:
        node.id = self.new.get(node.id, node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.arg = self.new.get(node.arg, node.arg)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.name = self.new.get(node.name, node.name)
        self.generic_visit(node)
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.name = self.new.get(node.name, node.name)
        self.generic_visit(node)
        return node


def disguised(work: Mapping[str, str]) -> dict[str, str]:
    """Rename all, reorder helpers, drop comments, add annotations, prints and dead code."""
    trees = {name: ast.parse(source) for name, source in work.items()}
    bound = set().union(*map(syntax.bound_names, trees.values())) - set(work)
    new = {name: f"x{i}" for i, name in enumerate(sorted(bound))}
    noise = "print('so far', 1)\nunused = 17\n'text'\nif False:\n    unused = 18"
    changed = {}
    for name, tree in trees.items():
        Renaming(new).visit(tree)
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.For, ast.If)):
                node.body = [each for old in node.body for each in (*ast.parse(noise).body, old)]
        for each in tree.body:
            if isinstance(each, ast.FunctionDef):
                each.returns = ast.Name("object")
        tree.body.reverse()
        changed[name] = ast.unparse(ast.fix_missing_locations(tree))
    return changed


def pairs(work: Mapping[str, Mapping[str, str]], given: Originals) -> set[tuple[str, str]]:
    return {(first, second) for first, second, _ in copied_from_others(work, given)}


# Honest work


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_independent_work_is_not_flagged_in_a_class(assignment):
    work = {name: bank(assignment)[name] for name in independent(assignment)}
    assert len(work) >= 15
    assert pairs(work, known(assignment)) == set()


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_independent_work_is_not_flagged_two_at_a_time(assignment):
    # Where nothing is known about what others write, more is demanded.
    for first, second in itertools.combinations(right(assignment), 2):
        two = {name: bank(assignment)[name] for name in (first, second)}
        assert pairs(two, known(assignment)) == set()


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_nobody_in_the_bank_pasted_the_reference(assignment):
    flagged = [
        name
        for name, functions in bank(assignment).items()
        if copies_of_reference(functions, known(assignment))
    ]
    assert flagged == []


@pytest.mark.parametrize("n", [20, 100, 300])
def test_conventional_work_is_not_flagged(n):
    rng = random.Random(n)
    work = {str(i): {name: rng.choice(ways) for name, ways in WAYS.items()} for i in range(n)}
    assert n < 100 or len({tuple(each.values()) for each in work.values()}) < n
    assert pairs(work, known("cosine")) == set()
    for functions in list(work.values())[:30]:
        assert copies_of_reference(functions, known("cosine")) == ()


def test_an_idea_that_many_have_carries_no_weight():
    work = {str(i): bank("cosine")["recursion"] for i in range(100)}
    assert pairs(work, known("cosine")) == set()


# Copies


@pytest.mark.parametrize("assignment", ["cosine", "cbow", "sentences"])
@pytest.mark.parametrize("name", ["plain_loops", "recursion"])
def test_a_disguised_copy_is_found_and_nothing_else(assignment, name):
    work = {name: bank(assignment)[name] for name in independent(assignment)}
    work["zz"] = disguised(work[name])
    assert "so far" in work["zz"]["cosine" if assignment == "cosine" else names(assignment)[1]]
    assert pairs(work, known(assignment)) == {(name, "zz")}


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_how_many_copies_are_found(assignment):
    # A copy of five one-liners cannot be told from honest work: then nothing must be said.
    verbatim, renamed = {
        "cosine": (12, 9), "ngrams": (6, 3), "cbow": (14, 7), "sentences": (13, 9),
    }[assignment]  # fmt: skip
    work = {name: bank(assignment)[name] for name in independent(assignment)}
    found = [0, 0]
    for name in right(assignment):
        for i, copy in enumerate((dict(work[name]), disguised(work[name]))):
            flagged = pairs({**work, "zz": copy}, known(assignment))
            assert flagged <= {(name, "zz")}
            found[i] += len(flagged)
    assert found[0] >= verbatim
    assert found[1] >= renamed


def test_a_ring_of_copies_is_found_in_a_large_class():
    rng = random.Random(1)
    work = {str(i): {name: rng.choice(ways) for name, ways in WAYS.items()} for i in range(300)}
    ring = {f"ring{i}": disguised(bank("cosine")["recursion"]) for i in range(8)}
    flagged = pairs(work | ring, known("cosine"))
    assert flagged == set(itertools.combinations(sorted(ring), 2))


def test_a_pair_shows_its_lines():
    original = bank("cosine")["plain_loops"]
    work = {name: bank("cosine")[name] for name in independent("cosine")}
    ((first, second, found),) = copied_from_others(
        {**work, "zz": disguised(original)}, known("cosine")
    )
    assert (first, second) == ("plain_loops", "zz")
    assert [each.function for each in found] == names("cosine")
    assert all(each.share == 1 and not each.names_too for each in found)
    for each in found:
        lines = original[each.function].split("\n")
        assert set(each.lines[0].split("\n")) <= {line.strip() for line in lines}
        assert "print" not in each.lines[1]
    verbatim = copied_from_others({**work, "zz": original}, known("cosine"))[0][2]
    assert any(each.names_too for each in verbatim)


# The reference


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_pasted_solution_is_found(assignment):
    pasted = {name: sources[0] for name, sources in known(assignment).sources.items()}
    found = copies_of_reference(pasted, known(assignment))
    assert len(found) >= 3
    assert all(each.share == 1 for each in found)


@pytest.mark.parametrize("assignment", ["cosine", "sentences"])
def test_the_disguised_solution_is_found(assignment):
    pasted = {name: sources[0] for name, sources in known(assignment).sources.items()}
    assert len(copies_of_reference(disguised(pasted), known(assignment))) >= 3


@pytest.mark.parametrize("assignment", ["ngrams", "cbow"])
def test_a_disguised_solution_of_small_functions_proves_nothing(assignment):
    pasted = {name: sources[0] for name, sources in known(assignment).sources.items()}
    assert copies_of_reference(disguised(pasted), known(assignment)) == ()


@pytest.mark.parametrize(
    ("assignment", "name"),
    [("cosine", "cosine"), ("sentences", "mean_vector"), ("sentences", "idf_table")],
)
def test_one_pasted_function_of_the_package_is_found(assignment, name):
    (source,) = package_sources(tasks(assignment)[name].reference)
    (found,) = copies_of_reference({name: source}, known(assignment))
    assert found.function == name
    renamed = copies_of_reference(disguised({name: source}), known(assignment))
    assert [each.function for each in renamed] == [name]


def test_one_function_of_the_solution_proves_nothing():
    functions = {
        "cosine": "def cosine(u, v):\n"
        "    u = np.asarray(u, dtype=float)\n"
        "    v = np.asarray(v, dtype=float)\n"
        "    lengths = np.sqrt(u @ u) * np.sqrt(v @ v)\n"
        "    if lengths == 0:\n"
        "        return 0.0\n"
        "    return float(u @ v / lengths)\n"
    }
    assert copies_of_reference(functions, known("cosine")) == ()


def test_names_of_the_release_are_no_evidence_and_others_are():
    line = "    {0} = shift_row(scale_row(load_row({0}), 2), [1, 2, {0}])\n"
    solution = "def f(x):\n" + line.format("x") + "    return x if x else None\n"
    released = ["from course import load_row, scale_row, shift_row"]
    student = {"f": solution.replace("x", "row").replace("f(row)", "f(row)")}
    assert copies_of_reference(student, originals(["f"], [], [solution], released)) == ()
    found = copies_of_reference(student, originals(["f"], [], [solution], []))
    assert [each.function for each in found] == ["f"]


def test_a_wrapper_of_a_declaration_is_followed_into_the_package():
    (source,) = package_sources(tasks("cosine")["nearest"].reference)
    assert "def nearest(" in source
    assert "def _search(" in source
    assert "reference." not in source


# What is the student's own

SUM = """def f(items):
    total = 0
    for item in items:
        total += abs(item)
    return total"""


def test_only_the_students_own_lines_are_taken():
    released = ["def given(x):\n    return x\n", "def f(x):\n    raise NotImplementedError\n"]
    cells = [
        released[0],
        "%%bash\ndef f(): no Python",
        "%matplotlib inline\nfiles = !ls\nnumbers = [1, 2]\nother = [3]",
        "# mine\n@decorate\ndef f(x):\n    # A remark.\n    return helper(given(x)) + LIMIT\r\n",
        "try:\n    def helper(y):\n        return numbers[y]\nexcept NameError:\n    pass",
        "def f(x:\n\nLIMIT = 3\n",
    ]
    own = own_functions(cells, released, ["f", "g"])
    assert list(own) == ["f"]
    assert own["f"].startswith("# mine\n@decorate\ndef f(x):\n    # A remark.\n")
    assert "def helper(y):\n    return numbers[y]" in own["f"]
    assert "LIMIT = 3" in own["f"]
    assert "numbers = [1, 2]" in own["f"]
    assert "given(x):" not in own["f"]
    assert "other" not in own["f"]
    assert own_functions(released, released, ["f"]) == {}


def test_comments_of_the_release_are_nobodys_own():
    released = ["def f(x):\n    # Write your own lines below this one.\n    raise ValueError\n"]
    cells = ["def f(x):\n    # Write your own lines below this one.\n    return x  # done\n"]
    assert own_functions(cells, released, ["f"]) == {"f": "def f(x):\n    return x  # done"}


def test_a_helper_belongs_to_the_first_function_that_calls_it():
    cells = ["h = lambda x: x", "def f(x):\n    return h(x)", "def g(x):\n    return h(f(x))"]
    own = own_functions(cells, [], ["f", "g"])
    assert own == {"f": "def f(x):\n    return h(x)\n\nh = lambda x: x", "g": cells[2]}


@pytest.mark.parametrize(
    "change",
    [
        lambda source: source.replace("total", "summe").replace("item", "stueck"),
        lambda source: source.replace("    ", "\t"),
        lambda source: source.replace("(items)", "(items: list[int]) -> int"),
        lambda source: source.replace("total = 0", "print(items)\n    total = 0  # a start"),
        lambda source: source.replace("total = 0", "'''Add.'''\n    spare = 1\n    total = 99"),
    ],
)
def test_what_a_disguise_does_not_change(change):
    source = SUM
    changed = change(source)
    assert changed != source
    assert outlines.read({"f": changed})["f"].runs == outlines.read({"f": source})["f"].runs


@pytest.mark.parametrize(
    ("old", "new"),
    [("abs", "float"), ("+=", "-="), ("total = 0", "total = []"), ("for", "async for")],
)
def test_negative_control_another_function_reads_otherwise(old, new):
    source = f"async {SUM}"
    changed = source.replace(old, new)
    assert outlines.read({"f": changed})["f"].runs != outlines.read({"f": source})["f"].runs


# Hostile sources


@pytest.mark.parametrize(
    "source",
    [
        "x = " + "(" * 3000 + ")" * 3000,
        "x = " + "-" * 100_000 + "1",
        "x = a" + ".b" * 90_000,
        "x = " + "1 + " * 40_000 + "1",
        "x = 1\0",
        "x = '\ud800'",
        "x = " + "9" * 5_000,
        "x = 1\n" * 100_000,
        "?" * 150_000,
        " " * 190_000 + "=",
        "def x(:\n" * 20_000,
    ],
    ids=lambda source: source[:12],
)
def test_hostile_sources_are_left_out(source):
    # Surrogates cannot be written to a report either.
    assert own_functions([source], [], ["x"]) == {}


def test_a_huge_number_and_repeated_lines_are_read():
    source = "def x():\n    y = 0x" + "f" * 50_000 + "\n" + "    y = y + 1\n" * 1_500
    own = own_functions([source], [], ["x"])
    assert list(own) == ["x"]
    assert pairs({"a": own, "b": own}, NOTHING) == set()


def test_nothing_is_executed(tmp_path):
    mark = tmp_path / "mark"
    source = f"def x():\n    pass\nopen({str(mark)!r}, 'w')\ny = open({str(mark)!r}, 'w')"
    copies_of_reference(own_functions([source], [], ["x"]), Originals({"x": [source]}))
    assert not mark.exists()


@pytest.mark.parametrize("work", [{}, {"a": {}}, {"a": {}, "b": {}}, {"a": {"f": "no ("}}])
def test_no_work_is_no_copy(work):
    assert copied_from_others(work, NOTHING) == []
    assert all(copies_of_reference(each, NOTHING) == () for each in work.values())


# The sentence


def test_the_sentence_names_functions_and_evidence():
    found = [
        Likeness("f", 1.0, ("a = 1\nb = 2", "x = 1\ny = 2"), names_too=False),
        Likeness("g", 0.75, ("c", "c"), names_too=True),
    ]
    told = sentence("the work of ada", found)
    assert told == (
        "A person should look: f (100%), g (75%) built as in the work of ada, in g with the same "
        "names or remarks; for example, f has 'a = 1 ⏎ b = 2' where that has 'x = 1 ⏎ y = 2'."
    )
    assert "\n" not in told
    json.dumps(told)


def test_the_cost_of_common_runs_is_bounded():
    readings = {str(i): outlines.read(bank("cosine")["recursion"]) for i in range(100)}
    weights = similarity._weights(readings, set())
    assert weights == {}
    assert similarity._candidates(readings, lambda what: weights.get(what, 0.0)) == []
