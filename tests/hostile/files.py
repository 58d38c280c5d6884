# ruff: noqa: E501 - code of students, as they write it
"""What lies in the folder that is handed in: links, pipes, bombs, modules, and names."""

import json
import os
import shutil
import socket

from hostile.attack import NOT_GRADED, Attack
from hostile.injection import SCRIPTS


def _linked_to(name):
    """Return what puts a link in place of the notebook."""

    def spoil(folder, world):
        (folder / "ngrams.ipynb").unlink()
        (folder / "ngrams.ipynb").symlink_to(world[name])

    return spoil


def _replaced(make):
    """Return what puts something else in place of the notebook."""

    def spoil(folder, world):
        path = folder / "ngrams.ipynb"
        path.unlink()
        make(path)

    return spoil


def _socket(path):
    here = os.getcwd()
    # The path of a socket must be short.
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


def _sparse(path):
    with path.open("wb") as file:
        file.truncate(5 * 2**30)


def _nested(path):
    path.write_text('{"cells": ' + "[" * 200_000 + "]" * 200_000 + "}")


def _numbers(path):
    path.write_text('{"nbformat": 4, "nbformat_minor": ' + "9" * 100_000 + ', "cells": []}')


def _many_cells(path):
    cell = {"cell_type": "code", "source": "x", "metadata": {}, "outputs": [],
            "execution_count": None}  # fmt: skip
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell] * 60_000}
    path.write_text(json.dumps(notebook))


def _whole_folder_linked(folder, world):
    student = folder.parent
    shutil.rmtree(student)
    student.symlink_to(world["SUBMITTED"] + "/a_witness")


def _assignment_linked(folder, world):
    shutil.rmtree(folder)
    folder.symlink_to(world["SUBMITTED"] + "/a_witness/ngrams")


def _modules(folder, world):
    harm = "raise SystemExit('PWNED')\n"
    for name in ["numpy.py", "json.py", "os.py", "embedlab.py", "IPython.py", "psutil.py", "pickle.py",
                 "sitecustomize.py", "usercustomize.py", "conftest.py", "evil.pth", "__init__.py",
                 "ast.so", "select.pyc", "matplotlib.py", "encodings.py"]:  # fmt: skip
        (folder / name).write_text(harm)
    for name in ["embedlab", "embedlab/grading", "numpy", "profile_default/startup", "numpy.libs"]:
        (folder / name).mkdir(parents=True)
        (folder / name / "__init__.py").write_text(harm)
        (folder / name / "00-start.py").write_text(harm)
    (folder / "nbgrader_config.py").write_text(harm)
    (folder / "ipython_config.py").write_text(harm)
    (folder / "matplotlibrc").write_text("backend: PWNED\n")


def _others(folder, world):
    (folder / "link").symlink_to(world["CANARY"])
    (folder / "data").symlink_to(world["HOME"])
    os.mkfifo(folder / "pipe.csv")
    _sparse(folder / "sparse.csv")
    _socket(folder / "socket")
    for name in ["new\nline.csv", "\x1b[31mPWNED.csv", "[red]PWNED[bold].csv",
                 "<img src=x onerror=alert('PWNED')>.csv", "..csv", "*.csv", "x" * 240, "C:\\x.csv",
                 "=cmd|PWNED.csv"]:  # fmt: skip
        (folder / name).write_text(SCRIPTS)
    with open(os.fsencode(folder) + b"/\xff\xfe.csv", "w") as file:
        file.write("x")
    deep = folder
    for _ in range(30):
        deep = deep / "deep"
        deep.mkdir()
    (folder / "locked").mkdir(mode=0)


def _thousands(folder, world):
    (folder / "many").mkdir()
    for k in range(10_000):
        (folder / "many" / str(k)).touch()


def _time(content):
    def spoil(folder, world):
        (folder / "timestamp.txt").write_bytes(content)

    return spoil


def _time_linked(folder, world):
    (folder / "timestamp.txt").symlink_to(world["CANARY"])


def _reads_files(*names):
    return f"for name in {names!r}:\n    read(name)\nprint('over')"


def _refused(name, about, make, says=""):
    return Attack(name, about, points=NOT_GRADED, spoil=make, says=(says,) if says else ())


ATTACKS = [
    _refused("files_link_to_system", "the notebook is a link to /etc/passwd",
             _linked_to("PASSWORDS"), "symbolic link"),
    _refused("files_link_to_witness", "the notebook is a link to another student's",
             _linked_to("WITNESS"), "symbolic link"),
    _refused("files_link_to_secret", "the notebook is a link to the secret seed",
             _linked_to("SECRET"), "symbolic link"),
    _refused("files_link_to_itself", "the notebook is a link to itself",
             _replaced(lambda path: path.symlink_to(path.name)), "symbolic link"),
    _refused("files_linked_folder", "the student's folder is a link to another student's",
             _whole_folder_linked, "symbolic link"),
    _refused("files_linked_assignment", "the assignment's folder is a link to another student's",
             _assignment_linked, "symbolic link"),
    _refused("files_pipe", "the notebook is a pipe", _replaced(os.mkfifo), "no regular file"),
    _refused("files_socket", "the notebook is a socket", _replaced(_socket), "no regular file"),
    _refused("files_folder", "the notebook is a folder", _replaced(os.mkdir)),
    _refused("files_sparse", "the notebook has 5 GB, none of it written", _replaced(_sparse), "larger"),
    _refused("files_nested", "JSON in 200 000 brackets", _replaced(_nested)),
    _refused("files_garbage", "the notebook is no text",
             _replaced(lambda path: path.write_bytes(bytes(range(256)) * 100))),
    _refused("files_empty", "the notebook is empty", _replaced(lambda path: path.write_bytes(b""))),
    Attack("files_numbers", "a version number of 100 000 digits", points=NOT_GRADED,
           spoil=_replaced(_numbers)),
    Attack("files_many_cells", "60 000 cells", points=NOT_GRADED, spoil=_replaced(_many_cells)),
    Attack(
        "files_modules",
        "modules that take the place of NumPy, the course, the standard library, and start files",
        before=("import numpy, json, pandas\n" + _reads_files("numpy.py", "sitecustomize.py"),),
        spoil=_modules,
        says=("would take the place of a module",),
    ),
    Attack(
        "files_odd",
        "links, pipes, sparse files, locked folders and odd names beside the notebook",
        before=(_reads_files("link", "data", "pipe.csv", "data/.ssh/id_ed25519"),),
        spoil=_others,
        says=("symbolic link", "unusable name"),
    ),
    Attack("files_thousands", "ten thousand files", spoil=_thousands, says=("10,000", "beyond")[1:]),
    Attack("files_time_garbage", "a time that is none",
           spoil=_time(b"\xff\x00[red]PWNED[/red]\x1b[31m"), says=("timestamp.txt",)),
    Attack("files_time_far", "a time outside the calendar",
           spoil=_time(b"0001-01-01 00:00:00 +14:00")),
    Attack("files_time_long", "a time of a megabyte", spoil=_time(b"2" * 10**6)),
    Attack("files_time_linked", "a time that is a link to a secret", spoil=_time_linked),
    # Names of folders.
    _refused("files_[red]PWNED[link=x]", "a name that is markup for the terminal",
             lambda folder, world: None, "name"),
    Attack("files_<img src=x onerror=alert('PWNED')>", "a name that is a script"),
    Attack("=cmd|' C calc'!A0 PWNED", "a name that is a formula for a spreadsheet"),
    _refused("files_*", "a name that means every name that begins like it",
             lambda folder, world: None, "name"),
    _refused("*", "a name that means every name",
             lambda folder, world: None, "name"),
    _refused("+", "the name by which nbgrader means everybody",
             lambda folder, world: None, "name"),
    Attack("files_a'; drop table grade; --", "a name that is a command for a database"),
    Attack("files_{student_id} %s {0} $HOME ${x} `id`", "a name that is filled in by formatting"),
    Attack("-rf --help", "a name that is an option"),
    _refused("files_" + "x" * 235, "a name with 241 letters", lambda folder, world: None, "name"),
    _refused("files_new\nline PWNED", "a name in two lines", lambda folder, world: None, "name"),
    _refused("files_\x1b]0;PWNED\x07\x1b[31m", "a name that is a command for the terminal",
             lambda folder, world: None, "name"),
]  # fmt: skip
