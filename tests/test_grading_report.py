"""The instructor's report: what is counted, the CSV files, the page, the terminal's tables."""

import base64
import csv
import hashlib
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from report_samples import COSINE, EVIL, WHEN, bank, course, invented, marked
from rich.console import Console

from embedlab.grading import ASSIGNMENTS
from embedlab.grading.batch.records import Record
from embedlab.grading.gradebook import Score
from embedlab.grading.report import render, summary, tables, write_csv, write_page
from embedlab.grading.report.csv import inert
from embedlab.grading.report.sentences import declared_sentences, mistake_in, mistakes
from embedlab.grading.report.summary import NO_POINTS, bars


def record(student, *, failed=(), said="You take the sum: take the mean.", **fields):
    """A record in which some checks of cosine are failed."""
    complaints = {name: said if name in failed else "" for name in COSINE.checks}
    return Record(student, "cosine", "f", complaints=complaints, isolation="bubblewrap", **fields)


def own(points, **fields):
    """The report of an instructor's own assignment with one cell of 10 points."""
    scores = [Score(f"s{i}", {"q": value}, {"q": 10.0}) for i, value in enumerate(points)]
    records = [Record(score.student, "own", "f", **fields) for score in scores]
    return summary("own", None, records, scores, when=WHEN)


def with_names(*names, **fields):
    records = [record(name, **fields) for name in names]
    return summary("cosine", COSINE, records, [marked(each, 2.0) for each in records], when=WHEN)


def rows(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def parsed(report) -> BeautifulSoup:
    return BeautifulSoup(render(report), "html.parser")


def printed(report, width=80) -> str:
    console = Console(width=width, color_system=None, force_terminal=False)
    with console.capture() as capture:
        for table in tables(report):
            console.print(table)
    return capture.get()


# What is counted.


def test_spread_of_points_computed_by_hand():
    spread = own([1.0, 2.0, 4.0, 10.0]).spread
    # Inclusive quartiles: positions 0.75, 1.5 and 2.25 of 0 … 3.
    assert (spread.mean, spread.lower, spread.median, spread.upper) == (4.25, 1.75, 3.0, 5.5)
    assert (spread.least, spread.most) == (1.0, 10.0)


def test_one_submission_has_all_quartiles_and_none_has_none():
    assert {own([7.0]).spread.lower, own([7.0]).spread.upper} == {7.0}
    assert own([]).spread is None
    assert own([]).bars == ()


def test_every_submission_stands_in_one_bar_and_points_above_the_best_too():
    found = bars([0.0, 1.5, 9.99, 12.0], 10.0, 24)
    assert [bar.n for bar in found] == [1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1]
    assert [bar.label for bar in bars([3.0], 22.0, 8)] == [
        "0–2", "3–5", "6–8", "9–11", "12–14", "15–17", "18–20", "21–22",
    ]  # fmt: skip


def test_checks_are_in_the_order_of_the_notebook_with_passes():
    first, second = list(COSINE.checks)[:2]
    records = [record("a", failed=[first]), record("b", failed=[first, second]), record("c")]
    report = summary("cosine", COSINE, records, [marked(each) for each in records], when=WHEN)
    assert [check.name for check in report.checks] == list(COSINE.checks)
    assert [(check.passed, check.judged) for check in report.checks[:3]] == [(1, 3), (2, 3), (3, 3)]
    assert {check.name for check in report.checks if check.is_bonus} == {
        name for name, check in COSINE.checks.items() if check.is_bonus
    }


def test_a_check_that_almost_nobody_passes_is_marked_and_a_bonus_is_not():
    ordinary, *_, bonus = COSINE.checks
    records = [record(f"s{i}", failed=[ordinary, bonus]) for i in range(10)]
    report = summary("cosine", COSINE, records, [marked(each) for each in records], when=WHEN)
    assert [check.name for check in report.checks if check.is_rare] == [ordinary]
    few = summary("cosine", COSINE, records[:3], [marked(each) for each in records[:3]])
    assert not any(check.is_rare for check in few.checks)


def test_part_of_the_points_is_no_pass_and_no_reason_to_suspect_the_check():
    (essay,) = own([5.0] * 10).checks
    assert (essay.passed, essay.judged, essay.is_rare) == (0, 10, False)
    (broken,) = own([0.0] * 10).checks
    assert broken.is_rare


def test_what_a_check_said_counts_and_not_what_a_person_gave_all_the_same():
    first, *_ = COSINE.checks
    said = record("a", failed=[first])
    score = marked(record("a"))
    assert summary("cosine", COSINE, [said], [score], when=WHEN).checks[0].passed == 0
    assert summary("cosine", COSINE, [said], [score], when=WHEN).rows[0].points == 20.0


def test_a_mistake_counts_a_student_once_over_all_checks():
    first, second, third = list(COSINE.checks)[:3]
    records = [record("a", failed=[first, second]), record("b", failed=[third]), record("c")]
    report = summary("cosine", COSINE, records, [marked(each) for each in records], when=WHEN)
    (found,) = report.mistakes
    assert (found.sentence, found.students) == ("You take the sum: take the mean.", ("a", "b"))
    assert found.checks == (first, second, third)


def test_the_commonest_mistake_comes_first():
    said = [("a", "Second."), ("b", "First."), ("c", "First.")]
    found = mistakes([Record(s, "x", "f", complaints={"q": text}) for s, text in said], ())
    assert [each.sentence for each in found] == ["First.", "Second."]


def test_sentences_that_differ_in_the_values_of_a_case_are_one_mistake():
    said = ('subwords leaves out the n-gram "<wh".', 'subwords leaves out the n-gram "re>".')
    records = [Record(s, "x", "f", complaints={"q": s}) for s in said]
    (found,) = mistakes(records, ())
    assert found.sentence == "subwords leaves out the n-gram …."
    # Negative control: alone, a sentence stays as it is.
    assert mistakes(records[:1], ())[0].sentence == said[0]


@pytest.mark.parametrize("assignment", ASSIGNMENTS.values(), ids=lambda each: each.name)
def test_no_two_declared_mistakes_are_taken_for_one(assignment):
    named = declared_sentences(assignment)
    records = [Record(each, "x", "f", complaints={"q": f"{each}\nExample: f(1)"}) for each in named]
    assert {found.sentence for found in mistakes(records, named)} == named


def test_the_example_is_no_part_of_a_mistake_and_a_novel_is_cut():
    assert mistake_in("It is\nwrong. Mend it.\nExample: f(1)\n    received: 2") == (
        "It is wrong. Mend it."
    )
    assert mistake_in("Wrong.\nYour nearest calls your cosine, which does not pass x.") == "Wrong."
    assert len(mistake_in("x" * 10_000)) < 300


def test_what_is_not_written_is_no_mistake_and_the_challenge_may_stay_so():
    report = course({"stub": invented()["stub"]}, 10)
    assert report.mistakes == ()
    assert {each.sentence.split()[0] for each in report.unwritten} == {
        "cosine",
        "nearest",
        "analogy",
    }


def test_a_submission_that_could_not_be_graded_has_no_points_whatever_the_gradebook_holds():
    broken = Record("a", "cosine", "f", problem="It is empty.")
    report = summary("cosine", COSINE, [broken], [marked(record("a"))], when=WHEN)
    assert (report.n_graded, report.spread, report.mistakes) == (0, None, ())
    assert [(each.sentence, each.students) for each in report.not_graded] == [
        ("It is empty.", ("a",))
    ]


def test_a_submission_without_points_in_the_gradebook_is_reported():
    report = summary("cosine", COSINE, [record("a")], [], when=WHEN)
    assert [each.sentence for each in report.not_graded] == [NO_POINTS]


def test_what_a_person_has_yet_to_mark_is_open_and_not_zero():
    report = summary("cosine", COSINE, [record("a")], [marked(record("a"), None)], when=WHEN)
    (row,) = report.rows
    assert (row.points, row.is_open) == (20.0, True)
    assert [each.sentence for each in report.to_mark] == list(COSINE.manual_points)
    assert (report.max_points, report.bonus_points) == (COSINE.max_points, COSINE.bonus_points)


def test_groups_are_the_functions_and_the_rest():
    assert with_names("a").groups == (
        ("cosine", 6), ("nearest", 6), ("analogy", 6), ("bonus", 2), ("in words", 2),
    )  # fmt: skip


def test_an_instructors_own_assignment_needs_no_declaration():
    report = own([10.0, 4.0, None])
    assert (report.groups, report.max_points, report.version) == ((("q", 10.0),), 10.0, None)
    assert [(check.passed, check.judged) for check in report.checks] == [(1, 2)]
    assert "own: report" in render(report)


def test_the_bank_is_told_by_its_mistakes():
    report = course(bank(), 60)
    sentences = {each.sentence for each in report.mistakes}
    assert "You take the absolute value: opposite directions have a negative cosine." in sentences
    assert any(sentence.startswith("dot / a * b divides by a") for sentence in sentences)
    assert len(render(report)) > 10_000


# The files for other programs.


def test_plain_csv_has_every_student(tmp_path):
    broken = Record("b", "cosine", "f", problem="It is empty.")
    records = [record("a", failed=["cosine_of_ordinary_vectors"]), broken]
    report = summary("cosine", COSINE, records, [marked(records[0], None)], when=WHEN)
    assert write_csv(tmp_path / "g.csv", report, "plain") == ()
    head, *body = rows(tmp_path / "g.csv")
    assert head == [
        "student", "points", "of", "cosine", "nearest", "analogy", "bonus", "in words",
        "to be marked", "not graded because", "look at",
    ]  # fmt: skip
    assert body[0] == ["a", "18", "20", "4", "6", "6", "2", "0", "yes", "", ""]
    assert body[1] == ["b", "", "20", "", "", "", "", "", "", "It is empty.", ""]


def test_canvas_csv_is_what_its_importer_reads(tmp_path):
    write_csv(tmp_path / "g.csv", with_names("anna", "bo"), "canvas", title="Homework 1")
    head, possible, *body = rows(tmp_path / "g.csv")
    assert head == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Homework 1"]
    assert possible[0].strip() == "Points Possible"
    assert possible[5] == "20"
    assert body == [["anna", "", "", "anna", "", "22"], ["bo", "", "", "bo", "", "22"]]


def test_moodle_csv_and_what_to_know_before_its_import(tmp_path):
    notes = write_csv(tmp_path / "g.csv", with_names("anna"), "moodle")
    assert rows(tmp_path / "g.csv") == [["ID number", "cosine"], ["anna", "22"]]
    assert any("22 points: Moodle refuses" in note for note in notes)


@pytest.mark.parametrize("lms", ["canvas", "moodle"])
def test_an_import_deletes_no_grade_of_a_student_who_could_not_be_graded(tmp_path, lms):
    report = summary("cosine", COSINE, [Record("b", "cosine", "f", problem="Empty.")], [])
    notes = write_csv(tmp_path / "g.csv", report, lms)
    assert "b" not in (tmp_path / "g.csv").read_text().replace("ID number", "").split(",")
    assert any("could not be graded: 1 student." in note for note in notes)


def test_points_still_to_come_are_announced(tmp_path):
    report = summary("cosine", COSINE, [record("a")], [marked(record("a"), None)], when=WHEN)
    (note, *_) = write_csv(tmp_path / "g.csv", report, "canvas")
    assert "yet to mark: 1 student." in note


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\n=1", "＝1", "\u00a0@x"])
@pytest.mark.parametrize("lms", ["plain", "canvas", "moodle"])
def test_no_cell_is_a_formula(tmp_path, lms, name):
    report = with_names(name, suspicions=("=HYPERLINK(1)",))
    notes = write_csv(tmp_path / "g.csv", report, lms, title="=cosine")
    cells = [cell for row in rows(tmp_path / "g.csv") for cell in row]
    assert not [cell for cell in cells if cell.lstrip().startswith(tuple("=+-@＝"))]
    assert lms == "plain" or any("formula: 1 student." in note for note in notes)


def test_negative_control_ordinary_names_are_left_alone():
    assert [inert(text) for text in ("anna", "o'hara", "a=b", "x-1", "", "007")] == [
        "anna", "o'hara", "a=b", "x-1", "", "007",
    ]  # fmt: skip


def test_an_unknown_system_is_refused(tmp_path):
    with pytest.raises(ValueError, match="one of plain, canvas, moodle, got 'excel'"):
        write_csv(tmp_path / "g.csv", own([1.0]), "excel")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("write", [write_csv, write_page])
def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, write):
    path = tmp_path / "report"
    path.write_text("old")

    def full(self, data, **_):
        self.open("wb").close()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space"):
        write(path, own([1.0]))
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


# The page.


def test_the_page_asks_nothing_of_any_network_and_runs_its_own_script_only():
    soup = parsed(course(invented()))
    policy = soup.find("meta", {"http-equiv": "Content-Security-Policy"})["content"]
    for kind in ("script", "style"):
        (element,) = soup.find_all(kind)
        digest = base64.b64encode(hashlib.sha256(element.string.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none';")
    names = {name for element in soup.find_all(True) for name in element.attrs}
    assert not [name for name in names if name.startswith("on") or name in ("style", "src")]
    links = {element["href"] for element in soup.find_all(href=True)}
    assert links == {f"#{section['id']}" for section in soup.find_all("section")}
    assert "url(" not in soup.style.string
    assert "@import" not in soup.style.string


def test_whatever_comes_from_students_stays_text():
    evil = [
        Record(EVIL, "cosine", "f", isolation=EVIL, complaints=dict.fromkeys(COSINE.checks, EVIL),
               repairs=(EVIL,), limits=(EVIL,), suspicions=(EVIL, EVIL)),
        Record(f"broken {EVIL}", "cosine", "f", problem=EVIL),
    ]  # fmt: skip
    plain = parsed(summary(EVIL, COSINE, evil, [marked(evil[0])], when=WHEN))
    assert len(plain.find_all("script")) == len(plain.find_all("style")) == 1
    assert plain.find_all("img") == []
    for section in ("mistakes", "look", "not-graded", "repairs", "students"):
        assert EVIL in plain.find(id=section).get_text()
    assert plain.title.string == f"{EVIL}: report"


def test_negative_control_unescaped_text_would_be_seen():
    page = render(with_names("anna")).replace("anna", EVIL)
    assert BeautifulSoup(page, "html.parser").find_all("img") != []


def test_text_that_no_file_or_terminal_can_hold_is_replaced(tmp_path):
    report = with_names("a\udc80\x1b[2J\u202eb", suspicions=("\ud800\x00",))
    write_page(tmp_path / "r.html", report)
    for lms in ("plain", "canvas", "moodle"):
        write_csv(tmp_path / "g.csv", report, lms)
    for text in ((tmp_path / "r.html").read_text("utf-8"), printed(report)):
        assert "a\ufffd\ufffd[2J\ufffdb" in text
        assert not set("\x1b\x00\u202e") & set(text)


@pytest.mark.parametrize("kind", ["none", "bubblewrap", ""])
def test_missing_isolation_is_told_loudly_and_nothing_else_is(kind):
    report = own([1.0, 2.0], isolation=kind)
    warnings = parsed(report).find_all(class_="loud")
    assert [("2 students" in each.get_text()) for each in warnings] == [True] * (kind == "none")
    assert ("NOT ISOLATED" in printed(report)) == (kind == "none")


def test_the_histogram_says_in_words_what_it_shows():
    picture = parsed(own([1.0, 2.0, 4.0, 4.5, 10.0])).find("svg", role="img")
    assert picture["aria-label"] == (
        "Histogram of points, 5 submissions, 10 points possible. The middle half has 2 to 4.5 "
        "points; the highest bar stands at 4 points, with 2 submissions."
    )
    heights = [float(bar["height"]) for bar in picture.find_all("rect")]
    assert [round(height / max(heights), 2) for height in heights] == [
        0, 0.5, 0.5, 0, 1, 0, 0, 0, 0, 0, 0.5,
    ]  # fmt: skip


def test_bars_are_as_long_as_the_share_that_passes():
    soup = parsed(own([10.0, 10.0, 10.0, 0.0]))
    (row,) = soup.select(".checks tbody tr")
    assert row.rect["width"] == "75.0"
    assert "3 of 4 (75%)" in row.get_text()


def test_bonus_and_suspect_checks_are_marked_on_the_page():
    first, *_ = COSINE.checks
    records = [record(f"s{i}", failed=[first]) for i in range(10)]
    report = summary("cosine", COSINE, records, [marked(each) for each in records], when=WHEN)
    lines = [row.get_text() for row in parsed(report).select(".checks tbody tr")]
    assert [first in line for line in lines if "Almost nobody" in line] == [True]
    assert sum("bonus" in line for line in lines) == 2


def test_few_students_are_named_at_once_and_many_when_asked_for():
    def names_in(n):
        item = parsed(with_names(*(f"s{i}" for i in range(n)), repairs=("Mended.",))).select_one(
            "#repairs li"
        )
        return [each.get_text() for each in item.find_all("bdi")], item.details is not None

    assert names_in(2) == (["s0", "s1"], False)
    assert names_in(7) == ([f"s{i}" for i in range(7)], True)


def test_five_hundred_students_are_all_there_in_less_than_300_kb():
    report = course(invented())
    page = render(report)
    assert len(page.encode()) < 300_000
    names = [
        th.get_text() for th in BeautifulSoup(page, "html.parser").select("#students tbody th")
    ]
    assert names == [row.student for row in report.rows]
    assert len(names) == 500


def test_a_page_about_nothing_is_a_page():
    text = parsed(summary("own", None, [], [], when=WHEN)).get_text()
    assert "Nothing has been graded yet." in text
    assert "Nobody has handed in anything yet." in text


def test_the_page_is_the_same_each_time():
    assert render(course(invented(), 50)) == render(course(invented(), 50))


# The terminal.


def test_tables_fit_80_columns_and_say_what_matters():
    lines = printed(course(invented())).splitlines()
    assert max(map(len, lines)) <= 80
    text = re.sub(r"[\s│]+", " ", "\n".join(lines))
    parts = (
        "mean",
        "odd_one_out_leaves_its_inputs_unchanged (bonus)",
        "commonest mistakes",
        "for a person to look at",
        "repairs made",
        "not graded",
        "more, see the page",
    )
    for part in parts:
        assert part in text


def test_nothing_to_say_is_not_said():
    assert "repairs" not in printed(with_names("anna"))
    assert printed(summary("own", None, [], [], when=WHEN)) == ""


def test_markup_in_a_name_is_no_markup():
    assert "[red]x[/red][/]" in printed(with_names("[red]x[/red][/]", suspicions=("[/b] s",)))
