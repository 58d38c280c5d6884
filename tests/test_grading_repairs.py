"""Whatever a student hands in, the notebook that is graded has the released cells and her work."""

import copy
import functools
import itertools
import json
import re
from collections import Counter

import nbformat
import pytest
from grading_helpers import ROOT, builder
from hypothesis import given
from hypothesis import strategies as st

from embedlab.grading import ASSIGNMENTS
from embedlab.grading.handed_in.intake import NotGraded
from embedlab.grading.handed_in.notes import Note, sentences
from embedlab.grading.handed_in.order import longest_rise
from embedlab.grading.handed_in.repairs import repair

OWN_LINE = re.compile(r"^own_\d+ = 1$", re.MULTILINE)

every_assignment = pytest.mark.parametrize("assignment", ASSIGNMENTS)


@functools.cache
def _released(assignment):
    return nbformat.read(ROOT / "exercises" / assignment / f"{assignment}.ipynb", as_version=4)


def release(assignment="cosine"):
    return copy.deepcopy(_released(assignment))


def as_bytes(notebook):
    return json.dumps(notebook).encode()


def repaired(notebook, assignment="cosine"):
    """Return the repaired notebook and the sentences, having looked at what always holds."""
    content = notebook if isinstance(notebook, bytes) else as_bytes(notebook)
    result = repair(content, release(assignment))
    require_laws(result.notebook, release(assignment))
    again = repair(as_bytes(result.notebook), release(assignment))
    assert again.notebook == result.notebook
    assert again.repairs == ()
    assert len(result.repairs) <= 10
    return result.notebook, result.repairs


def require_laws(notebook, released):
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata == released.metadata
    assert max(Counter(cell.id for cell in notebook.cells).values()) == 1
    assert locked(notebook) == locked(released)
    assert by_hand(released) <= set(names(notebook)) <= set(names(released))
    assert len(names(notebook)) == len(set(names(notebook)))
    metadata = {cell.id: cell.metadata for cell in released.cells}
    for cell in notebook.cells:
        assert cell.metadata == metadata.get(cell.id, {})
        assert cell.get("outputs", []) == []
        assert cell.get("execution_count") is None
        assert "\r" not in cell.source
    nbformat.validate(notebook)


def names(notebook):
    return [c.metadata.nbgrader.grade_id for c in notebook.cells if "nbgrader" in c.metadata]


def locked(notebook):
    return [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("locked")]


def by_hand(notebook):
    marks = [cell.metadata.get("nbgrader", {}) for cell in notebook.cells]
    return {each["grade_id"] for each in marks if each.get("grade") and each["solution"]}


def place(notebook, cell_id):
    return [cell.id for cell in notebook.cells].index(cell_id)


def cell_of(notebook, cell_id):
    return notebook.cells[place(notebook, cell_id)]


def own(source, **fields):
    return nbformat.v4.new_code_cell(source, **fields)


FIRST, SECOND = "cosine_of_ordinary_vectors", "cosine_is_scale_invariant"
WORK = "def cosine(u, v):\n    return 0.5"
ANSWER = "why_cosine_and_not_distance"


@pytest.fixture
def notebook():
    return release()


# What needs no repair


@every_assignment
def test_a_release_stays_as_it_is(assignment):
    assert repaired(release(assignment), assignment) == (release(assignment), ())


@every_assignment
def test_the_bank_keeps_all_that_students_wrote(assignment):
    bank = builder()
    for name in bank.names(assignment):
        work = bank.submission(assignment, name)
        result, _ = repaired(work, assignment)
        lock = {cell.id for cell in locked(release(assignment))}
        before = [(c.cell_type, c.source) for c in work.cells if c.id not in lock]
        after = [(c.cell_type, c.source) for c in result.cells if c.id not in lock]
        # A check cell with lines of the student's own adds a cell; no other cell is different.
        assert [each for each in after if each in before] == before, name
        assert len(after) - len(before) <= sum(cell.id in lock for cell in work.cells), name


def test_outputs_and_tags_go_without_a_word(notebook):
    cell_of(notebook, "cosine").metadata.update(tags=["raises-exception"], jupyter={"a": 1})
    cell_of(notebook, "cosine").outputs = [nbformat.v4.new_output("stream", text="x")]
    cell_of(notebook, "cosine-try").update(execution_count=7)
    notebook.metadata.update(widgets={"a": 1}, kernelspec={"name": "conda-x", "display_name": "x"})
    assert repaired(notebook) == (release(), ())


def test_attachments_of_answers_and_texts_stay(notebook):
    picture = {"a.png": {"image/png": "aGVsbG8="}}
    cell_of(notebook, ANSWER).update(source="![](attachment:a.png)", attachments=picture)
    cell_of(notebook, "title").attachments = picture | {"b": 5, "c": {"text/plain": [1]}}
    result, repairs = repaired(notebook)
    assert cell_of(result, ANSWER).attachments == picture
    assert cell_of(result, "title").attachments == picture
    assert repairs == ()


# Files


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_encodings_of_json_are_read(notebook, encoding):
    cell_of(notebook, "cosine").source = "# Größe 🎈"
    content = json.dumps(notebook, ensure_ascii=False).replace("\n", "\r\n").encode(encoding)
    assert repaired(content) == (notebook, ())


def test_line_ends_are_made_plain(notebook):
    cell_of(notebook, "cosine").source = WORK.replace("\n", "\r\n")
    for cell in locked(notebook):
        cell.source = cell.source.replace("\n", "\r\n") + "\r\n"
    result, repairs = repaired(notebook)
    assert cell_of(result, "cosine").source == WORK
    assert repairs == ()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"\n\0\n", "is empty"),
        (b"PK\x03\x04", "is not valid JSON (Expecting value), at line 1, column 1"),
        (b'{"cells":\n [}', "is not valid JSON (Expecting value), at line 2, column 3"),
        (b'{"cells": [{"source": "x', "breaks off, at line 1, column 23"),
        (b'{"cells": [', "breaks off, at line 1, column 12"),
        (b'{"a": "\xff"}', "is not text in Unicode, at byte 7"),
        (b"[" * 100_000, "is nested too deeply"),
        (b"[" + b"9" * 5_000 + b"]", "holds a number that is far too long"),
        (b"[1]", "has no list of cells"),
        (b'{"cells": {"a": 1}}', "has no list of cells"),
        (b'{"cells": [' + b"{}," * 2_000 + b"{}]}", "has 2,001 cells; 2,000 are allowed"),
    ],
)
def test_what_is_no_notebook_is_not_graded_and_the_sentence_says_why(content, sentence):
    with pytest.raises(NotGraded, match=re.escape(sentence)) as raised:
        repair(content, release())
    assert str(raised.value).endswith(".")


def test_a_file_that_fills_the_memory_is_not_graded(monkeypatch):
    def fill(*_, **__):
        raise MemoryError

    monkeypatch.setattr(json, "loads", fill)
    with pytest.raises(NotGraded, match="needs more memory than there is"):
        repair(b"{}", release())


def test_two_thousand_cells_are_graded():
    result = repair(as_bytes({"cells": [{"cell_type": "raw", "source": ""}] * 2_000}), release())
    require_laws(result.notebook, release())
    assert len(result.notebook.cells) == 2_000 + len(locked(release())) + len(by_hand(release()))


def test_format_3_is_converted(notebook):
    cells = [
        {"cell_type": "heading", "level": 2, "source": ["Hello"]},
        {"cell_type": "code", "language": "python", "input": [WORK], "prompt_number": 3},
    ]
    result, repairs = repaired({"nbformat": 3, "worksheets": [{"cells": cells}, 5]})
    assert {"## Hello", WORK} <= {cell.source for cell in result.cells}
    assert "The notebook had an old format, and was converted." in repairs


@pytest.mark.parametrize("minor", [0, 4, 9, "x"])
def test_other_versions_of_format_4_need_no_word(notebook, minor):
    notebook.nbformat_minor = minor
    for cell in notebook.cells:
        del cell["id"]
    result, repairs = repaired(notebook)
    assert [cell.source for cell in result.cells] == [cell.source for cell in release().cells]
    assert names(result) == names(release())
    assert repairs == ()


def test_a_notebook_in_another_language_is_told(notebook):
    notebook.metadata.kernelspec = {"name": "ir", "display_name": "R", "language": "R"}
    assert repaired(notebook) == (
        release(),
        ("The notebook names the language R: it is run as Python.",),
    )


def test_another_notebook_is_told():
    result, repairs = repaired({"cells": [own(WORK)]})
    assert repairs[0] == "None of the released cells was found: it may be another notebook."
    assert WORK in [cell.source for cell in result.cells]


# Cells that are not as they should be


@pytest.mark.parametrize(
    ("cell", "source", "repair_made"),
    [
        (5, None, "Cell 1 was not a cell at all and left out."),
        ({"cell_type": "poem", "source": "a"}, "a", "Cell 1 was of an unknown type and made raw"),
        ({"cell_type": ["code"], "source": "a"}, "a", "Cell 1 was of an unknown type and made raw"),
        ({"cell_type": "code", "source": ["a\n", "b"]}, "a\nb", ""),
        ({"cell_type": "code", "source": ["a", 5, "b"]}, "ab", "Cell 1 was rid of what is no text"),
        ({"cell_type": "code", "source": {"a": 1}}, "", "Cell 1 was rid of what is no text in it."),
        ({"cell_type": "code"}, "", "Cell 1 was rid of what is no text in it."),
        ({"cell_type": "code", "source": "a\0b", "id": "me"}, "ab", "Cell 1 (me) was rid of char"),
        ({"cell_type": "code", "source": "a\ud800"}, "a\ufffd", "Cell 1 was rid of characters"),
        ({"cell_type": "code", "source": "a\ud83d\ude00"}, "a😀", ""),
        ({"cell_type": "code", "source": "a", "id": "no id!", "metadata": 5}, "a", ""),
        ({"cell_type": "code", "source": "a", "metadata": {"nbgrader": 5}}, "a", "Cell 1 was mark"),
        ({"cell_type": "raw", "source": "a", "attachments": {"b": []}}, "a", ""),
    ],
)
def test_an_odd_cell_is_made_a_plain_one(notebook, cell, source, repair_made):
    n_released = len(notebook.cells)
    notebook.cells.insert(0, cell)
    result, repairs = repaired(notebook)
    assert result.cells[-n_released:] == release().cells
    assert [each.source for each in result.cells[:-n_released]] == [source] * (source is not None)
    assert len(repairs) == bool(repair_made)
    assert "".join(repairs).startswith(repair_made)


def test_a_new_id_is_not_one_that_is_there(notebook):
    notebook.cells += [own("a", id="student-1"), own("b", id="student-1"), own("c", id="student-2")]
    result, repairs = repaired(notebook)
    assert [cell.id for cell in result.cells[-3:]] == ["student-1", "student-3", "student-2"]
    assert repairs == ()


@given(st.data())
def test_any_json_is_repaired_or_not_graded(data):
    text = st.text(st.characters(codec=None), max_size=6)
    leaf = st.none() | st.booleans() | st.integers() | st.floats() | text
    junk = st.recursive(leaf, lambda x: st.lists(x, max_size=3) | st.dictionaries(text, x))
    marks = st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(["grade", "solution", "locked", "points"], junk)
        | {"grade_id": st.sampled_from([FIRST, "cosine", ANSWER, "x"]) | junk},
    )
    metadata = st.fixed_dictionaries({}, optional={"nbgrader": marks | junk, "tags": junk}) | junk
    types = st.sampled_from(["code", "markdown", "raw", "heading"])
    cell = st.fixed_dictionaries(
        {"cell_type": types | junk, "source": text | junk},
        optional={
            "id": st.sampled_from(["cosine", SECOND, "title"]) | junk,
            "metadata": metadata,
            "level": junk,
            "attachments": junk | st.dictionaries(text, st.dictionaries(text, text | junk)),
        },
    )
    notebook = st.fixed_dictionaries(
        {"cells": st.lists(cell | junk, max_size=8)},
        optional={"metadata": junk, "nbformat": junk, "worksheets": junk},
    )
    repaired(data.draw(notebook))


# Cells of the release


def test_a_deleted_check_cell_comes_back_after_the_one_before_it(notebook):
    notebook.cells.insert(place(notebook, FIRST), own("own_1 = 1", id="me"))
    del notebook.cells[place(notebook, SECOND)]
    result, repairs = repaired(notebook)
    assert place(result, SECOND) == place(result, FIRST) + 1 == place(result, "me") + 2
    assert repairs == (f"The check cell {SECOND} was missing and put back as released.",)


@every_assignment
def test_without_any_locked_cell_all_come_back_and_that_is_one_sentence(assignment):
    notebook = release(assignment)
    n = len(locked(notebook))
    notebook.cells = [cell for cell in notebook.cells if cell not in locked(notebook)]
    result, repairs = repaired(notebook, assignment)
    assert result == release(assignment)
    assert len(repairs) == 1
    assert repairs[0].startswith(f"{n} check cells were missing and put back as released: ")
    assert repairs[0].endswith(f" and {n - 6} more.")


def test_a_lost_answer_comes_back_as_released(notebook):
    del notebook.cells[place(notebook, ANSWER)]
    assert repaired(notebook) == (
        release(),
        (f"The answer cell {ANSWER} was missing and put back as released.",),
    )


def test_a_deleted_solution_cell_stays_deleted(notebook):
    # Merged with the cell before it, in an editor that keeps the metadata of the first.
    del notebook.cells[place(notebook, "cosine")]
    cell_of(notebook, "table").source += f"\n\n{WORK}"
    result, repairs = repaired(notebook)
    assert "cosine" not in names(result)
    assert cell_of(result, "table").source.endswith(WORK)
    assert repairs == ()


@pytest.mark.parametrize(
    "source",
    [
        "pass",
        "",
        "# no check\n...",
        f'import embedlab.grading\nembedlab.grading.check("{FIRST}", version=1)',
        f'# embedlab.grading.check("{FIRST}", version=2)',
    ],
)
def test_an_edited_check_cell_is_restored(notebook, source):
    cell_of(notebook, FIRST).source = source
    assert repaired(notebook) == (
        release(),
        (f"The check cell {FIRST} was changed and restored.",),
    )


@pytest.mark.parametrize("after", [True, False])
def test_a_function_merged_into_a_check_cell_survives(notebook, after):
    check = cell_of(notebook, FIRST)
    merged = f"{WORK}\n\n{check.source}" if after else f"{check.source}\n\n{WORK}"
    check.source = merged
    del notebook.cells[place(notebook, "cosine")]
    result, repairs = repaired(notebook)
    assert result.cells[place(result, FIRST) - 1].source == merged
    assert repairs == (
        f"The check cell {FIRST} was changed and restored, with the student's own lines kept in "
        "a cell of their own.",
    )


def test_a_check_merged_into_the_function_comes_back(notebook):
    check = cell_of(notebook, FIRST)
    cell_of(notebook, "cosine").source = merged = f"{WORK}\n\n{check.source}"
    notebook.cells.remove(check)
    result, repairs = repaired(notebook)
    assert cell_of(result, "cosine").source == merged
    assert repairs == (f"The check cell {FIRST} was missing and put back as released.",)


def test_merged_check_cells_are_two_again(notebook):
    second = cell_of(notebook, SECOND)
    cell_of(notebook, FIRST).source += f"\n\n{second.source}"
    notebook.cells.remove(second)
    assert repaired(notebook) == (
        release(),
        (
            f"The check cell {FIRST} was changed and restored.",
            f"The check cell {SECOND} was missing and put back as released.",
        ),
    )


@pytest.mark.parametrize("keeps", [0, 1])
def test_a_check_cell_that_was_split_is_one_again(notebook, keeps):
    check = cell_of(notebook, FIRST)
    halves = check.source.split("\n\n")
    check.source = halves[keeps]
    notebook.cells.insert(place(notebook, FIRST) + 1 - keeps, own(halves[1 - keeps]))
    result, repairs = repaired(notebook)
    assert result == release()
    assert set(repairs) == {
        f"The check cell {FIRST} was changed and restored.",
        f"The check cell {FIRST} was torn apart and made whole again.",
    }


def test_a_line_that_many_cells_have_is_no_part_of_a_check_cell(notebook):
    cell_of(notebook, FIRST).source = "pass"
    notebook.cells.append(own("import embedlab.grading", id="me"))
    result, _ = repaired(notebook)
    assert result.cells == [*release().cells, notebook.cells[-1]]


def test_negative_control_a_students_own_check_call_is_no_torn_cell(notebook):
    call = f'embedlab.grading.check("{FIRST}", version=2)'
    assert call in cell_of(notebook, FIRST).source
    notebook.cells.insert(place(notebook, FIRST), own(call, id="me"))
    assert repaired(notebook) == (notebook, ())


@pytest.mark.parametrize(
    ("sources", "graded"),
    [
        ((None, WORK), 1),
        ((WORK, None), 0),
        ((WORK, "own_1 = 1"), 1),
        ((WORK, ""), 0),
        ((None, None), 0),
        ((WORK, None, "own_1 = 1", None), 2),
    ],
)
@pytest.mark.parametrize("name", ["cosine", ANSWER])
def test_of_copies_the_last_one_worked_on_counts(notebook, name, sources, graded):
    at = place(notebook, name)
    stub = notebook.cells[at]
    sources = [stub.source if source is None else source for source in sources]
    notebook.cells[at : at + 1] = [copy.deepcopy(stub) | {"source": each} for each in sources]
    result, (told,) = repaired(notebook)
    copies = result.cells[at : at + len(sources)]
    assert [cell.source for cell in copies] == sources
    assert [cell.id for cell in copies].index(name) == graded
    assert {cell.cell_type for cell in copies} == {stub.cell_type}
    assert told.endswith(f"{name} was there more than once, and the last one worked on counts.")


def test_a_copy_made_into_a_note_does_not_count(notebook):
    cell_of(notebook, "cosine").source = WORK
    note = copy.deepcopy(cell_of(notebook, "cosine")) | {"cell_type": "markdown", "source": "Why"}
    notebook.cells.append(note)
    result, _ = repaired(notebook)
    assert cell_of(result, "cosine").source == WORK
    assert (result.cells[-1].cell_type, result.cells[-1].source) == ("markdown", "Why")


def test_copies_of_a_check_cell_go_but_not_what_was_written_in_them(notebook):
    check = cell_of(notebook, FIRST)
    notebook.cells += [copy.deepcopy(check), copy.deepcopy(check) | {"source": "own_1 = 1"}]
    result, repairs = repaired(notebook)
    assert result.cells[:-1] == release().cells
    assert result.cells[-1].source == "own_1 = 1"
    assert repairs == (
        f"The check cell {FIRST} was there more than once, and the copies were removed.",
        f"The check cell {FIRST} was copied and worked on, and the copy made a plain cell.",
    )


@pytest.mark.parametrize("name", ["cosine", FIRST, ANSWER])
def test_a_changed_type_is_changed_back(notebook, name):
    cell = cell_of(notebook, name)
    other = "code" if cell.cell_type == "markdown" else "markdown"
    cell.cell_type, was = other, cell.cell_type
    result, (told,) = repaired(notebook)
    assert result == release()
    assert told.endswith(f"{name} was of the type {other} and made {was} again.")


@pytest.mark.parametrize("name", ["cosine", FIRST, ANSWER])
@pytest.mark.parametrize(
    "change",
    [
        {"points": 100},
        {"grade_id": "x"},
        {"grade_id": ["x"]},
        {"grade_id": ""},
        {"locked": "x", "solution": None},
        5,
        None,
        {},
    ],
)
@pytest.mark.parametrize("by", ["id", "source"])
def test_marks_for_grading_that_were_changed_are_as_released(notebook, name, change, by):
    cell = cell_of(notebook, name)
    if change:
        both = isinstance(change, dict)
        cell.metadata.nbgrader = {**cell.metadata.nbgrader, **change} if both else change
    else:
        cell.metadata = {}
    if by == "source":
        cell.id = "other"
    result, repairs = repaired(notebook)
    assert result == release()
    assert f"{name} was marked for grading otherwise than in the release" in "".join(repairs)


def test_work_is_found_by_the_id_alone(notebook):
    cell_of(notebook, "cosine").update(source=WORK, metadata={})
    result, _ = repaired(notebook)
    assert cell_of(result, "cosine").metadata == cell_of(release(), "cosine").metadata


def test_check_cells_that_swapped_their_marks_are_told_by_their_text(notebook):
    first, second = cell_of(notebook, FIRST), cell_of(notebook, SECOND)
    first.metadata, second.metadata = second.metadata, first.metadata
    first.id, second.id = second.id, first.id
    result, repairs = repaired(notebook)
    assert result == release()
    assert repairs[0].startswith("2 check cells were marked for grading otherwise than in the")


def test_invented_marks_are_removed_and_told(notebook):
    marks = dict(cell_of(notebook, FIRST).metadata.nbgrader, grade_id="mine", points=99)
    notebook.cells.append(own("own_1 = 1", metadata={"nbgrader": marks}, id="me"))
    cell_of(notebook, "table").metadata = {"nbgrader": marks}
    n = place(notebook, "table") + 1
    result, repairs = repaired(notebook)
    assert result.cells[:-1] == release().cells
    assert result.cells[-1].source == "own_1 = 1"
    assert repairs == (
        f"2 cells were marked for grading, and the marks were removed: {n} (table), "
        f"{len(notebook.cells)} (me).",
    )


@pytest.mark.parametrize("tag", ["skip-execution", "raises-exception", "remove-cell"])
def test_tags_of_a_check_cell_are_removed_and_told(notebook, tag):
    cell_of(notebook, FIRST).metadata.tags = [tag]
    assert repaired(notebook) == (
        release(),
        (f"The check cell {FIRST} was tagged, and the tags were removed.",),
    )


def test_one_moved_check_cell_is_the_only_one_moved_back(notebook):
    notebook.cells.append(notebook.cells.pop(place(notebook, FIRST)))
    assert repaired(notebook) == (
        release(),
        (f"The check cell {FIRST} was out of order and moved back.",),
    )


def test_student_cells_keep_their_order_when_all_is_turned_around(notebook):
    notebook.cells.reverse()
    result, _ = repaired(notebook)
    lock = {cell.id for cell in locked(notebook)}
    assert [cell.id for cell in result.cells if cell.id not in lock] == [
        cell.id for cell in notebook.cells if cell.id not in lock
    ]


@given(st.lists(st.integers(0, 9), max_size=8))
def test_the_longest_rise_is_as_long_as_that_of_a_slow_search(values):
    rise = longest_rise(values)
    assert all(a < b for a, b in itertools.pairwise(rise))
    rest = iter(values)
    assert all(value in rest for value in rise), "it is a subsequence"
    longest = [1] * len(values)
    for i, value in enumerate(values):
        longest[i] += max((longest[j] for j in range(i) if values[j] < value), default=0)
    assert len(rise) == max(longest, default=0)


def test_there_are_at_most_ten_sentences():
    told = sentences([Note(f"kind {n}", "cell", "1") for n in range(12)])
    assert len(told) == 10
    assert told[-1] == "There were 3 more kinds of repairs."


# Anything that can happen in an editor


def mutate(data, notebook):
    """Do one thing to a notebook that students, editors or cheats do."""
    cells = notebook.cells
    at = data.draw(st.integers(0, len(cells) - 1))
    other = cells[data.draw(st.integers(0, len(cells) - 1))]
    cell = cells[at]
    own_line = f"own_{data.draw(st.integers(0, 99))} = 1"
    match data.draw(st.integers(0, 13)):
        case 0 if len(cells) > 1:
            del cells[at]
        case 1:
            cells.insert(data.draw(st.integers(0, len(cells))), copy.deepcopy(cell))
        case 2:
            cells.insert(data.draw(st.integers(0, len(cells) - 1)), cells.pop(at))
        case 3:
            cell.source += f"\n{own_line}"
        case 4:
            cell.source = own_line
        case 5:
            cell.source += f"\n\n{other.source}"
        case 6:
            lines = cell.source.split("\n")
            cut = data.draw(st.integers(0, len(lines)))
            rest = copy.deepcopy(cell)
            rest.source = "\n".join(lines[cut:])
            if data.draw(st.booleans()):
                rest.metadata = {}
            cell.source = "\n".join(lines[:cut])
            cells.insert(at + 1, rest)
        case 7:
            cell.source = other.source
        case 8:
            cell.metadata = copy.deepcopy(other.metadata)
        case 9:
            cell.metadata = {}
        case 10:
            cell.metadata["nbgrader"] = data.draw(st.sampled_from([5, [], {"grade_id": "x"}]))
        case 11:
            cell.id = other.id
        case 12:
            cell.cell_type = data.draw(st.sampled_from(["code", "markdown", "raw", "x"]))
        case 13:
            cells.insert(at, own(own_line))


@given(st.data())
def test_any_mutation_is_repaired_and_no_line_of_the_student_is_lost(data):
    assignment = data.draw(st.sampled_from(list(ASSIGNMENTS)))
    notebook = release(assignment)
    for _ in range(data.draw(st.integers(1, 12))):
        mutate(data, notebook)
    result, _ = repaired(notebook, assignment)
    before, after = (
        Counter(OWN_LINE.findall("\n".join(cell.source for cell in each.cells)))
        for each in (notebook, result)
    )
    assert before == after


@pytest.mark.parametrize(
    "spoil",
    [
        lambda cells: cells.remove(next(c for c in cells if c.id == FIRST)),
        lambda cells: cells.append(copy.deepcopy(cells[0])),
        lambda cells: cells[0].metadata.update(tags=["hide"]),
        lambda cells: next(c for c in cells if c.id == FIRST).update(source="pass"),
        lambda cells: cells.reverse(),
        lambda cells: cells.remove(next(c for c in cells if c.id == ANSWER)),
    ],
)
def test_negative_control_the_laws_do_not_hold_of_a_notebook_as_handed_in(notebook, spoil):
    require_laws(notebook, release())
    spoil(notebook.cells)
    with pytest.raises(AssertionError):
        require_laws(notebook, release())
