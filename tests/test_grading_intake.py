"""A student's folder is read without following a link, waiting for anything, or filling memory."""

import os
import socket
import subprocess
import sys

import pytest
from grading_helpers import ROOT

from embedlab.grading.handed_in import folders
from embedlab.grading.handed_in.intake import NotGraded, Submission, collect, students_in

pytestmark = pytest.mark.skipif(os.name != "posix", reason="grading needs a POSIX system")

NAME = "cosine.ipynb"


@pytest.fixture
def folder(tmp_path):
    """The folder of one submission, with a notebook."""
    path = tmp_path / "submitted" / "ada" / "cosine"
    path.mkdir(parents=True)
    (path / NAME).write_bytes(b"{}")
    return path


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "secret"
    path.mkdir()
    (path / NAME).write_text("secret")
    return path


def taken(folder):
    return collect(folder.parents[1], "ada", "cosine")


def refusal(folder):
    with pytest.raises(NotGraded) as raised:
        taken(folder)
    sentence = str(raised.value)
    assert sentence.isprintable()
    assert sentence.endswith(".")
    return sentence


def write(folder, *paths, content=b"x"):
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


# Who handed in


def test_students_are_those_who_have_something_under_the_name(folder, tmp_path):
    submitted = folder.parents[1]
    for place in ("bela/cosine", ".git/cosine", "emil/ngrams"):
        (submitted / place).mkdir(parents=True)
    write(submitted, "README", "gita/cosine")
    (submitted / "dana").mkdir()
    (submitted / "dana" / "cosine").symlink_to(tmp_path / "nowhere")
    assert students_in(submitted, "cosine") == ["ada", "bela", "dana", "gita"]


@pytest.mark.parametrize("student", ["", ".", "..", "ada/../ada", "a\nb", "\udcff", "a\0"])
def test_what_is_no_name_of_a_student_is_refused(folder, student):
    with pytest.raises(NotGraded, match="cannot be the name of a student"):
        collect(folder.parents[1], student, "cosine")


def test_a_missing_student_is_told(folder):
    with pytest.raises(NotGraded, match=r"^The folder bela was not read \(not there\)\.$"):
        collect(folder.parents[1], "bela", "cosine")


# Which file is the notebook


def test_a_notebook_and_the_files_beside_it_are_taken(folder):
    write(folder, "helper.py", "data/words.txt")
    files = {"helper.py": b"x", "data/words.txt": b"x"}
    assert taken(folder) == Submission("ada", b"{}", files, ())


@pytest.mark.parametrize(
    "name",
    [
        "Cosine.ipynb",
        "cosine (1).ipynb",
        "cosine_final.ipynb",
        "COSINE .IPYNB",
        "cosine.ipynb.txt",
        "cosien.ipynb",
        "Untitled.ipynb",
        "cosine/cosine.ipynb",
        "ada/work/cosine (2).ipynb",
        "cosine.ipynb/cosine.ipynb",
    ],
)
def test_one_notebook_with_another_name_or_further_down_is_taken(folder, name):
    (folder / NAME).unlink()
    write(folder, name, content=b"[]")
    found = taken(folder)
    assert found.notebook == b"[]"
    assert found.files == {}
    assert found.repairs == (f"There is no {NAME}: {name} was taken.",)


@pytest.mark.parametrize(
    ("near", "far"),
    [
        ("Cosine.ipynb", "cosine_old.ipynb"),
        ("cosine (1).ipynb", "notes.ipynb"),
        ("my cosine.ipynb", "cosien.ipynb"),
        ("cosin.ipynb", "Untitled.ipynb"),
        ("Untitled.ipynb", "below/cosine.ipynb"),
    ],
)
def test_of_several_notebooks_the_nearest_name_is_taken(folder, near, far):
    (folder / NAME).unlink()
    write(folder, near, content=b"[1]")
    write(folder, far, content=b"[2]")
    assert taken(folder).notebook == b"[1]"


def test_beside_the_right_name_no_other_counts(folder):
    write(folder, "cosine (1).ipynb", "below/cosine.ipynb")
    assert taken(folder).notebook == b"{}"
    assert taken(folder).repairs == ()


@pytest.mark.parametrize(
    "names",
    [
        ("cosine (1).ipynb", "cosine_final.ipynb"),
        ("a.ipynb", "b.ipynb"),
        ("a/cosine.ipynb", "b/cosine.ipynb"),
    ],
)
def test_equally_near_notebooks_are_not_graded(folder, names):
    (folder / NAME).unlink()
    write(folder, *names)
    assert refusal(folder) == (
        f"There is no {NAME}, and which of these is meant is not clear: {', '.join(names)}."
    )


def test_of_very_many_notebooks_none_is_taken(folder):
    write(folder, *(f"{n:02}.ipynb" for n in range(20)))
    (folder / NAME).rename(folder / "Cosine.ipynb")
    assert refusal(folder).endswith(
        "is not clear: 00.ipynb, 01.ipynb, 02.ipynb, 03.ipynb, 04.ipynb, 05.ipynb and 15 more."
    )


@pytest.mark.parametrize(
    ("names", "found"),
    [((), "nothing"), (("a.pdf", "b/c.docx"), "a.pdf, b/c.docx")],
)
def test_without_a_notebook_what_there_is_is_told(folder, names, found):
    (folder / NAME).unlink()
    write(folder, ".ipynb_checkpoints/cosine-checkpoint.ipynb", "__MACOSX/cosine.ipynb", *names)
    assert refusal(folder) == f"There is no notebook; found: {found}."


def test_files_are_relative_to_a_notebook_further_down(folder):
    (folder / NAME).unlink()
    write(folder, "up/cosine.ipynb", "up/data.csv", "up/in/a", "other.csv", "timestamp.txt")
    found = taken(folder)
    assert found.files == {"data.csv": b"x", "in/a": b"x"}
    assert found.repairs[1:] == ("Left out: other.csv (not in the notebook's folder up/).",)


# Links, pipes and other traps


def test_no_link_is_followed(folder, secret):
    (folder / "a.txt").symlink_to(secret / NAME)
    (folder / "data").symlink_to(secret)
    (folder / "dangling").symlink_to("nowhere")
    (folder / "round").symlink_to(".")
    found = taken(folder)
    assert found.files == {}
    assert found.repairs == ("Left out: a.txt, dangling, data, round (symbolic link).",)


@pytest.mark.parametrize("level", ["ada/cosine/cosine.ipynb", "ada/cosine", "ada"])
def test_a_link_on_the_way_to_the_notebook_is_not_graded(folder, secret, level):
    place = folder.parents[1] / level
    place.rename(place.with_name("real"))
    place.symlink_to(place.with_name("real"))
    what = "notebook cosine.ipynb" if level.endswith("ipynb") else f"folder {level}"
    assert refusal(folder) == f"The {what} was not read (symbolic link)."


def test_the_folder_of_all_submissions_may_be_a_link(folder, tmp_path):
    (tmp_path / "link").symlink_to(folder.parents[1])
    assert collect(tmp_path / "link", "ada", "cosine").notebook == b"{}"


def test_a_file_that_becomes_a_link_after_it_was_seen_is_not_followed(folder, secret, monkeypatch):
    write(folder, "a.txt", "data/b.txt")

    def look_and_swap(descriptor):
        found = folders_look(descriptor)
        (folder / "a.txt").unlink()
        (folder / "a.txt").symlink_to(secret / NAME)
        (folder / "data").rename(folder / "was")
        (folder / "data").symlink_to(secret)
        return found

    folders_look = folders.look_through
    monkeypatch.setattr(folders, "look_through", look_and_swap)
    found = taken(folder)
    assert found.files == {}
    assert found.repairs == ("Left out: a.txt, data/b.txt (symbolic link).",)


@pytest.mark.timeout(20)
def test_pipes_sockets_and_folders_in_the_place_of_files_do_not_block(folder):
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        here = os.getcwd()
        os.chdir(folder)  # the path of a socket must be short
        try:
            server.bind("sock")
        finally:
            os.chdir(here)
        found = taken(folder)
    assert found.files == {}
    assert found.repairs == ("Left out: pipe, sock (no regular file).",)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("level", ["ada/cosine/cosine.ipynb", "ada/cosine", "ada"])
def test_a_pipe_on_the_way_to_the_notebook_is_not_graded(folder, level):
    place = folder.parents[1] / level
    place.rename(folder.parents[2] / "away")
    os.mkfifo(place)
    assert "was not read (no " in refusal(folder)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (os.mkfifo, "no regular file"),
        (lambda path: path.symlink_to("../../../secret/cosine.ipynb"), "symbolic link"),
    ],
)
def test_what_takes_the_place_of_a_file_at_the_last_moment_is_not_read(
    folder, secret, monkeypatch, make, reason
):
    write(folder, "a.txt")
    look = os.stat
    is_swapped = False

    def look_and_swap(name, **how):
        nonlocal is_swapped
        status = look(name, **how)
        if name == "a.txt" and not is_swapped:
            is_swapped = True
            (folder / "a.txt").unlink()
            make(folder / "a.txt")
        return status

    monkeypatch.setattr(os, "stat", look_and_swap)
    found = taken(folder)
    assert is_swapped
    assert found.files == {}
    assert found.repairs == (f"Left out: a.txt ({reason}).",)


def test_what_may_not_be_read_is_told(folder, monkeypatch):
    # Whoever runs the tests may be allowed to read everything.
    write(folder, "a.txt", "data/b.txt")
    open_it = os.open

    def refuse(name, *how, **more):
        if name in {"a.txt", "data"}:
            raise PermissionError(13, "Permission denied")
        return open_it(name, *how, **more)

    monkeypatch.setattr(os, "open", refuse)
    found = taken(folder)
    assert found.files == {}
    assert found.repairs == ("Left out: data, a.txt (not readable).",)


@pytest.mark.parametrize("name", [b"a\nb", b"a\xff", b"\x1b[31m", b"x" * 240, "a\u2028b".encode()])
def test_a_name_that_cannot_be_used_is_left_out(folder, name):
    try:
        (folder / os.fsdecode(name)).write_bytes(b"x")
    except OSError:
        pytest.skip("this file system has no such names")
    found = taken(folder)
    assert found.files == {}
    (sentence,) = found.repairs
    assert sentence.endswith("(unusable name).")
    assert sentence.isprintable()
    assert len(sentence) < 100


def test_unusual_names_are_kept(folder):
    write(folder, "Größe 1.txt", "数据.csv", "a'b$(c).txt", "می‌روم.txt")
    assert set(taken(folder).files) == {"Größe 1.txt", "数据.csv", "a'b$(c).txt", "می‌روم.txt"}


def test_hidden_files_and_what_tools_leave_behind_need_no_word(folder):
    write(
        folder,
        ".ipynb_checkpoints/cosine-checkpoint.ipynb",
        ".DS_Store",
        "__pycache__/helper.cpython-311.pyc",
        "data/.hidden/a",
        "__MACOSX/a",
        "timestamp.txt",
    )
    (folder / ".link").symlink_to("/etc")
    assert taken(folder) == Submission("ada", b"{}", {})


# Limits


def test_a_notebook_has_a_limit(folder):
    os.truncate(folder / NAME, 20_000_000)
    assert len(taken(folder).notebook) == 20_000_000
    os.truncate(folder / NAME, 20_000_001)
    assert refusal(folder) == "The notebook cosine.ipynb was not read (larger than 20 MB)."


def test_each_file_and_all_together_have_a_limit(folder):
    write(folder, "a", "b", "c", "d", "e")
    for name, size in {"a": 10_000_000, "b": 10_000_001, "c": 10_000_000, "d": 10_000_000}.items():
        os.truncate(folder / name, size)
    found = taken(folder)
    assert {name: len(content) for name, content in found.files.items()} == {
        "a": 10_000_000,
        "c": 10_000_000,
        "d": 10_000_000,
    }
    assert found.repairs == (
        "Left out: b (larger than 10 MB).",
        "Left out: e (beyond 30 MB in all).",
    )


def test_a_file_that_grows_while_it_is_read_has_the_same_limit(folder, monkeypatch):
    os.truncate(folder / NAME, 20_000_001)
    monkeypatch.setattr(folders, "_require_regular", lambda status, limit: None)
    assert refusal(folder) == "The notebook cosine.ipynb was not read (larger than 20 MB)."


def test_after_too_much_nothing_more_is_read(folder, monkeypatch):
    write(folder, *"abcdefgh")
    for name in "abcdefgh":
        os.truncate(folder / name, 9_000_000)
    read = []
    read_file = folders.read_file

    def note_and_read(descriptor, path, limit):
        read.append(path)
        return read_file(descriptor, path, limit)

    monkeypatch.setattr(folders, "read_file", note_and_read)
    assert list(taken(folder).files) == ["a", "b", "c"]
    assert read == [NAME, "a", "b", "c", "d"]


def test_there_are_at_most_500_files(folder):
    write(folder, *(f"{n:03}" for n in range(502)))
    found = taken(folder)
    assert list(found.files) == [f"{n:03}" for n in range(500)]
    assert found.repairs == ("Left out: 500, 501 (beyond 500 files).",)


def test_files_are_looked_for_five_folders_deep(folder):
    write(folder, "1/2/3/4/5/a", "1/2/3/4/5/6/b")
    found = taken(folder)
    assert found.files == {"1/2/3/4/5/a": b"x"}
    assert found.repairs == ("Left out: 1/2/3/4/5/6 (more than 5 folders deep).",)


def test_of_thousands_of_files_not_all_are_looked_at_and_the_notebook_is_found(folder, monkeypatch):
    monkeypatch.setattr(folders, "_MOST_ENTRIES", 50)
    write(folder, *(f"{inside}/{n}" for inside in ("a", "b", "c") for n in range(60)))
    found = taken(folder)
    assert found.notebook == b"{}"
    assert len(found.files) < 50
    assert found.repairs == (
        "Left out: a/, b/, c/ (more than 50 files, not all of them looked at).",
    )


def test_hidden_files_count_as_well(folder, monkeypatch):
    monkeypatch.setattr(folders, "_MOST_ENTRIES", 50)
    write(folder, *(f"a/.{n}" for n in range(60)), "b/c")
    assert taken(folder).files == {}


def test_files_further_up_are_taken_first(folder):
    write(folder, "z", "a/b", "a/a/a")
    assert list(taken(folder).files) == ["z", "a/b", "a/a/a"]


def test_no_descriptor_stays_open(folder):
    write(folder, "a/b/c")
    (folder / "link").symlink_to("a")
    before = len(os.listdir("/dev/fd"))
    taken(folder)
    (folder / NAME).unlink()
    refusal(folder)
    assert len(os.listdir("/dev/fd")) == before


# Modules


@pytest.mark.parametrize(
    "path",
    [
        "numpy.py",
        "random/__init__.py",
        "random/deep/er.py",
        "numpy.so",
        "json.cpython-311-x86_64-linux-gnu.so",
        "re.pyc",
        "embedlab.py",
        "embedlab/grading/__init__.py",
        "sitecustomize.py",
    ],
)
def test_what_would_take_the_place_of_a_module_is_left_out(folder, path):
    write(folder, path)
    found = taken(folder)
    assert found.files == {}
    assert found.repairs == (f"Left out: {path} (would take the place of a module).",)


@pytest.mark.parametrize(
    "path", ["helper.py", "my/numpy.py", "numpy.txt", "random/data.csv", "my_numpy.py", "numpy2.py"]
)
def test_a_students_own_modules_and_data_stay(folder, path):
    write(folder, path)
    assert taken(folder).files == {path: b"x"}


def test_a_folder_without_code_does_not_take_the_place_of_a_module(tmp_path):
    # What the rule about random/data.csv rests on.
    (tmp_path / "random").mkdir()
    (tmp_path / "numpy").mkdir()
    code = "import numpy, random; numpy.zeros, random.random"
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)


def test_intake_needs_nothing_but_the_standard_library():
    code = (
        "import sys, embedlab.grading; before = set(sys.modules); "
        "import embedlab.grading.handed_in.intake; "
        "print({name.split('.')[0] for name in set(sys.modules) - before} "
        "- sys.stdlib_module_names)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert done.stdout == "{'embedlab'}\n"
