"""The ledger: complete, judged by rule, and in step with what the functions compute."""

import ast
import csv
import json
import re
from dataclasses import asdict
from itertools import chain
from pathlib import Path

import pytest
from book_pages import ROOT

from embedlab.claims import commands, export, findings, one_hot
from embedlab.claims.contradictions import CONTRADICTIONS
from embedlab.claims.export import read_ledger
from embedlab.claims.findings import (
    Fact,
    compared,
    judged,
    recorded,
    several,
    typeset,
    unverifiable,
)
from embedlab.claims.ledger import CHAPTERS, Entry, claims_of, entries
from embedlab.claims.page import VERDICTS, as_list, show
from embedlab.errors import CommandError

# Which chapter the list of claims gives each number to.
NUMBERS = {
    "front-matter": [*range(1, 6), 318],
    "1-one-hot": range(6, 22),
    "2-dense": [*range(22, 71), 312],
    "3-word2vec": [*range(71, 123), 313, 314, 315],
    "4-glove": range(123, 143),
    "5-fasttext": range(143, 156),
    "6-contextual": range(156, 188),
    "7-geometry": range(188, 232),
    "8-training": range(232, 261),
    "9-production": [*range(261, 300), 316, 317],
    "exercises-interview": range(300, 312),
}
APPROVED = Path(__file__).with_name("approved_verdicts.csv")


@pytest.fixture(scope="module")
def ledger() -> tuple[list[Entry], list[Entry]]:
    """What `make book` has computed, listed claims and errors beyond them."""
    folder = ROOT / "_build" / "claims"
    if not (folder / "claims.json").is_file():
        pytest.skip("the ledger is not computed: run 'make book'")
    return read_ledger(folder)


def _typed_verdicts(source: str) -> list[str]:
    """Return what in a module of claims decides without computing: a literal, or a bare Finding."""
    typed = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            decide = [*node.args[:2], *(k.value for k in node.keywords if k.arg in _DECIDE)]
            if node.func.id == "Finding" or (
                node.func.id == "judged" and any(isinstance(x, ast.Constant) for x in decide)
            ):
                typed.append(ast.unparse(node)[:60])
    return typed


_DECIDE = {"holds", "sometimes"}


def test_no_verdict_is_typed():
    for module in chain.from_iterable(CHAPTERS.values()):
        assert _typed_verdicts(Path(str(module.__file__)).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "typed",
    [
        "judged(False, bool(exact), computed='', correction='')",
        "judged(n > 3, True, computed='', correction='')",
        "judged(holds=True, computed='', correction='')",
        "Finding('computed', 'holds')",
    ],
)
def test_a_typed_verdict_would_be_found(typed):
    assert _typed_verdicts(typed)
    assert not _typed_verdicts("judged(n > 3, n > 2, computed='', correction='')")


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_claim_of_a_chapter_is_checked(chapter):
    listed = [item.id for item in claims_of(chapter) if item.id[0] == "C"]
    assert listed == [f"C{number:03}" for number in NUMBERS[chapter]]


def test_there_are_318_claims():
    numbers = sorted(number for part in NUMBERS.values() for number in part)
    assert numbers == list(range(1, 319))


def test_what_goes_beyond_has_numbers_of_its_own():
    beyond = [item.id for chapter in CHAPTERS for item in claims_of(chapter) if item.id[0] != "C"]
    assert len(set(beyond)) == len(beyond)
    assert all(re.fullmatch(r"X\d{3}", number) for number in beyond)


def test_file_and_functions_say_the_same(ledger):
    """One chapter is computed again; `make twice` does so with all."""
    again = entries(*(f"C{number:03}" for number in NUMBERS["1-one-hot"]))
    assert [entry for entry in ledger[0] if entry.chapter == "1-one-hot"] == again


def test_kind_and_wording_in_the_file_are_those_of_the_functions(ledger):
    claims = {item.id: item for chapter in CHAPTERS for item in claims_of(chapter)}
    for entry in [*ledger[0], *ledger[1]]:
        assert (entry.kind, entry.claim) == (claims[entry.id].kind, claims[entry.id].says)


def test_every_line_can_be_read(ledger):
    for entry in [*ledger[0], *ledger[1]]:
        assert 20 <= len(entry.claim) <= 400, entry
        assert entry.claim[-1] in ".?", entry
        assert entry.computed, entry
        assert entry.verdict in VERDICTS, entry
        assert bool(entry.correction) == (entry.verdict != "holds"), entry
        # Markup of any kind would be printed as it is.
        text = f"{entry.claim} {entry.computed} {entry.correction} {entry.source}"
        assert not re.search(
            r"\\[a-z]+|\$\w+\$|</?(b|i|p|a|sub|sup|br|div|span|code)>|\bnan\b|np\.|array\(", text
        ), entry


def test_a_sum_is_told_apart_from_what_the_table_beside_it_would_give():
    """The deck adds cat and kitten beside a table whose second word is dog."""
    [found] = entries("C008")
    assert found.verdict == "holds"
    assert found.computed.endswith("this is cat + dog")


def test_facts_have_a_source_that_one_can_find(ledger):
    for entry in ledger[0]:
        decided = entry.verdict != "unverifiable_here"
        if entry.kind in {"historical", "benchmark"} and decided and entry.source:
            place = r"arXiv:\d{4}\.\d{4,5}|doi:10\.|\d{4}|\w+/\w+|documentation of|the deck"
            assert re.search(place, entry.source), entry


def test_powers_in_a_finding_are_written_as_a_reader_expects_them():
    told = "errors below 1e-10, from 7e-08 to 2e+07; ViT-e-14 has 0.003, 0.9^1000 = 1.7e-46."
    written = "errors below 10⁻¹⁰, from 7 · 10⁻⁸ to 2 · 10⁷; ViT-e-14 has 0.003, 0.9^1000 = "
    for found in (
        judged(False, computed=told, correction=told),
        unverifiable(told, computed=told),
    ):
        assert found.computed == found.correction == written + "1.7 · 10⁻⁴⁶."


def test_no_two_claims_have_the_same_wording(ledger):
    wordings = [entry.claim for entry in [*ledger[0], *ledger[1]]]
    assert len(set(wordings)) == len(wordings)


def test_verdicts_are_those_that_were_read_and_approved(ledger):
    """A changed verdict is news: read the line, then approve it as CONTRIBUTING.md says."""
    with APPROVED.open(encoding="utf-8", newline="") as file:
        approved = {row["id"]: row["verdict"] for row in csv.DictReader(file)}
    assert {entry.id: entry.verdict for entry in [*ledger[0], *ledger[1]]} == approved


def test_downloads_are_at_the_site_s_root_and_say_the_same(ledger):
    site = ROOT / "_build" / "html"
    published = json.loads((site / "claims.json").read_text(encoding="utf-8"))
    assert published == [asdict(entry) for entry in ledger[0]]
    assert list(published[0]) == [
        *("id", "chapter", "claim", "kind", "computed", "verdict", "correction", "source")
    ]
    with (site / "claims.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == published


def test_contradictions_name_claims_that_there_are():
    known = {claim.id for chapter in CHAPTERS for claim in claims_of(chapter)}
    assert len(CONTRADICTIONS) >= 10
    for found in CONTRADICTIONS:
        assert set(found.ids) <= known, found
        assert len(found.says) > 30
    named = [frozenset(found.ids) for found in CONTRADICTIONS]
    assert len(set(named)) == len(named)
    assert len({found.says for found in CONTRADICTIONS}) == len(named)


def test_missing_weights_end_the_command_with_what_to_do(monkeypatch, tmp_path):
    def without_weights(folder, processes):
        raise ModuleNotFoundError("the weights are missing: install them")

    monkeypatch.setattr(export, "write_ledger", without_weights)
    with pytest.raises(CommandError, match="the weights are missing: install them"):
        commands.claims(tmp_path, 1)


# The rules of judgment.


@pytest.mark.parametrize(
    ("value", "printed", "verdict"),
    [
        (0.94174, "0.942", "holds"),
        (0.94174, "0.94", "holds"),
        (0.94174, "0.941", "holds_with_conditions"),  # cut off, not rounded
        (0.94174, "0.943", "wrong"),
        (0.94126, "0.942", "wrong"),  # rounded up where it must go down
        (-0.94174, "-0.941", "holds_with_conditions"),
        (0.1250, "0.12", "holds"),  # a tie may go either way
        (0.1250, "0.13", "holds"),
        (99.99941, "99.999", "holds"),
        (1.7e-46, "1e-46", "holds_with_conditions"),
        (1.4e-46, "1e-46", "holds"),
        (3.0, "3", "holds"),
        (2.0, "3", "wrong"),
    ],
)
def test_a_printed_number_holds_if_it_is_the_computed_one_rounded(value, printed, verdict):
    assert compared(value, printed, correction="Why.").verdict == verdict


def test_a_claim_of_several_numbers_is_as_good_as_its_worst():
    found = several({"a": (0.5, "0.5"), "b": (2.0, "3"), "c": (0.94174, "0.941")})
    assert found.verdict == "wrong"
    assert found.computed.startswith("a ")
    assert "b: printed 3, computed 2." in found.correction
    assert "c: digits cut off: 0.94174 rounds to 0.942." in found.correction
    assert "a:" not in found.correction


@pytest.mark.parametrize(
    ("value", "printed", "computed", "correction"),
    [
        (-1.0459, "-1.05", "−1.0459", ""),
        (-1.41427, "-1.416", "−1.41427", "Printed −1.416, computed −1.41427."),
        (-0.94174, "-0.941", "−0.94174", "Digits cut off: −0.94174 rounds to −0.942."),
        (-3.0, "-3", "−3", ""),
        (1.7e-46, "1e-46", "1.70 · 10⁻⁴⁶", "Digits cut off: 1.70 · 10⁻⁴⁶ rounds to 2 · 10⁻⁴⁶."),
        (5e-46, "1e-46", "5.00 · 10⁻⁴⁶", "Printed 10⁻⁴⁶, computed 5.00 · 10⁻⁴⁶."),
    ],
)
def test_numbers_are_written_as_a_reader_expects_them(value, printed, computed, correction):
    found = compared(value, printed)
    assert (found.computed, found.correction) == (computed, correction)


@pytest.mark.parametrize(
    ("number", "written"),
    [("-5", "−5"), ("1e-09", "10⁻⁹"), ("1e+06", "10⁶"), ("-2.5e-6", "−2.5 · 10⁻⁶"), ("7", "7")],
)
def test_a_number_in_print_has_a_true_minus_sign_and_powers_of_ten(number, written):
    assert typeset(number) == written


def test_a_remark_stands_behind_the_computed_numbers():
    found = several({"a": (0.5, "0.5"), "b": (2.0, "2")}, remark="both by hand")
    assert found.computed == "a 0.500; b 2; both by hand"
    assert compared(2.0, "2").computed == "2"


@pytest.mark.parametrize(
    ("holds", "sometimes", "verdict"),
    [
        (True, False, "holds"),
        (True, True, "holds"),
        (False, True, "holds_with_conditions"),
        (False, False, "wrong"),
    ],
)
def test_a_verdict_follows_from_two_truth_values(holds, sometimes, verdict):
    found = judged(holds, sometimes, computed="x", correction="Why.")
    assert found.verdict == verdict
    assert found.correction == ("" if verdict == "holds" else "Why.")


def test_a_verdict_that_does_not_hold_must_say_what_is_right():
    with pytest.raises(ValueError, match="correction must be given for the verdict wrong"):
        judged(False, computed="x", correction="")


def test_a_fact_decides_by_what_its_source_says():
    fact = Fact("2017", "Somebody 2017, arXiv:1701.00001")
    assert recorded("2017", fact).verdict == "holds"
    found = recorded("2016", fact)
    assert found.verdict == "wrong"
    assert found.correction == "The source says 2017, the slides say 2016."
    assert found.source == fact.source


def test_what_nothing_can_decide_says_what_a_check_would_need():
    assert unverifiable("It needs a corpus.").verdict == "unverifiable_here"


def test_negative_control_a_wrong_computation_changes_the_verdict(monkeypatch):
    assert one_hot.c011.check().verdict == "holds"
    monkeypatch.setattr(one_hot, "sparsity", lambda size: 1 / size)
    assert one_hot.c011.check().verdict == "wrong"


def test_a_claim_must_be_worded():
    with pytest.raises(ValueError, match="c999 must state the claim in its docstring"):

        @findings.claim("arithmetic")
        def c999():
            return compared(1, "1")


# How lines are shown.


def test_unknown_numbers_are_named_with_near_ones():
    with pytest.raises(ValueError, match=r"got 'C12': is it one of C\d+"):
        show("C012", "C12")


def test_shown_line_links_to_the_ledger_and_escapes_what_it_says():
    entry = Entry("C001", "1-one-hot", "a < b & c", "formula", "1", "wrong", "No.", "")
    inside, alone = as_list([entry]), as_list([entry], link="ledger.html")
    assert "a &lt; b &amp; c" in inside
    assert 'id="c001"' in inside
    assert 'id="c001"' not in alone
    assert 'href="ledger.html#c001"' in alone
    assert "Source:" not in inside
    shown = show("C012")
    assert "99.9%" in shown._repr_html_()
    assert repr(shown).startswith("C012, holds with conditions")
