"""Cells that run in the page: what runs them, in ordinary Python, and what the build copies."""

import asyncio
import importlib
import json
import os
import re
import subprocess
import sys
import zipfile
from itertools import groupby
from types import SimpleNamespace

import matplotlib as mpl
import pytest
from book_pages import ROOT
from bs4 import BeautifulSoup
from code_cells import codes, n_cells
from execution import read
from offline import NEEDED, closure
from run_here import COUNTED, OFFLINE, STDLIB, copy_core, records_read, settings
from sphinx.errors import ExtensionError

ASSETS = ROOT / "book" / "assets"
LOCK = json.loads((ROOT / "node_modules" / "pyodide" / "pyodide-lock.json").read_text("utf-8"))
KNOWN = {name: entry["name"] for entry in LOCK["packages"].values() for name in entry["imports"]}


@pytest.fixture(scope="module")
def modules():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ASSETS))
        patch.setenv("EMBEDLAB_STATIC_PAGE", "1")
        yield SimpleNamespace(**{n: importlib.import_module(n) for n in ("run", "run_needs")})


@pytest.fixture
def execute(modules):
    """Run cells in one session: each call returns how it ended and what it sent."""
    sent = []
    session = modules.run.Session(lambda *output: sent.append(output), {"__name__": "__main__"})

    def run(code, number=1):
        sent.clear()
        end = json.loads(asyncio.run(session.run(code, number)))
        return SimpleNamespace(
            **end,
            printed="".join(text for kind, text in sent if kind == "stdout"),
            shown=[json.loads(text) for kind, text in sent if kind == "display"],
            sent=list(sent),
        )

    return run


@pytest.fixture
def no_ipython(monkeypatch):
    """No IPython but what a cell's mention of it puts in its place, for this test only."""
    for name in ("IPython", "IPython.display"):
        monkeypatch.setitem(sys.modules, name, None)
    yield
    assert sys.modules["IPython"].__spec__ is None  # the stand-in was there


def test_last_expression_is_shown_and_nothing_else(execute):
    assert execute("1\n2").shown == [{"text/plain": "2"}]
    for code in ("x = 3", "3;", "None", "", "# only a comment", "print('x')"):
        assert execute(code).shown == [], code
    assert execute("x, _").shown == [{"text/plain": "(3, 2)"}]


def test_cells_share_their_variables_and_may_await(execute):
    execute("import asyncio\nasync def later():\n    await asyncio.sleep(0)\n    return 'came'")
    assert execute("await later()").shown == [{"text/plain": "'came'"}]


def test_a_traceback_has_the_lines_of_cells_only(execute):
    execute("import json\ndef read(text):\n    return json.loads(text)", number=1)
    end = execute(
        "try:\n    read('{')\nexcept ValueError as error:\n    raise KeyError from error", 2
    )
    assert end.name == "KeyError"
    files = re.findall(r'File "(.*?)"', end.error)
    assert files == ["<cell 2>", "<cell 1>", "<cell 2>"]
    assert "json.loads(text)" in end.error
    # Negative control: json's own lines stand between.
    assert end.error.count("Traceback") == 2


def test_errors_before_a_cell_runs_and_exits_are_told_too(execute):
    end = execute("x = [")
    assert (end.name, "Traceback" in end.error) == ("SyntaxError", False)
    assert execute("import sys\nsys.exit(1)").name == "SystemExit"
    assert execute("class Bad:\n    def __repr__(self): 1 / 0\nBad()").name == "ZeroDivisionError"


def test_a_value_is_sent_in_the_forms_it_has(execute):
    code = (
        "class Both:\n"
        "    def _repr_html_(self): return '<b>1</b>'\n"
        "    def _repr_png_(self): return b'png'\n"
        "    def _repr_latex_(self): return None\n"
        "    def __repr__(self): return 'both'\n"
    )
    assert execute(f"{code}Both()").shown == [
        {"text/html": "<b>1</b>", "image/png": "cG5n", "text/plain": "both"}
    ]
    # A class is not one of its own objects.
    assert set(execute("Both").shown[0]) == {"text/plain"}


def test_open_figures_are_shown_and_closed(execute, no_ipython):
    with mpl.rc_context({"backend": "agg"}):
        # What stands for IPython must be one that Matplotlib can live with.
        patched = "from IPython.display import HTML\nHTML('x').data"
        assert execute(patched).shown == [{"text/plain": "'x'"}]
        end = execute("import matplotlib.pyplot as plt\nplt.plot([1, 2]);")
        assert ["image/svg+xml" in forms for forms in end.shown] == [True]
        assert execute("plt.get_fignums()").shown == [{"text/plain": "[]"}]
        assert "<svg" in execute("plt.figure()").shown[0]["image/svg+xml"]


def test_long_containers_get_a_line_per_item(execute):
    assert execute("list(range(3))").shown[0]["text/plain"] == "[0, 1, 2]"
    text = execute("{f'word {i}': i for i in range(20, 0, -1)}").shown[0]["text/plain"]
    assert text.splitlines()[0] == "{'word 20': 20,"
    assert len(text.splitlines()) == 20


def test_what_is_printed_keeps_its_order_and_has_an_end(execute, modules):
    end = execute("import sys\nprint('a')\nprint('b', file=sys.stderr)\nprint('c')")
    assert [kind for kind, _ in groupby(kind for kind, _ in end.sent)] == [
        *("stdout", "stderr", "stdout")
    ]
    long = execute("for i in range(10**5): print(i)")
    assert len(long.printed) == pytest.approx(modules.run.MOST, abs=100)
    assert long.printed.count("left out") == 1
    assert len(long.sent) < 2 * modules.run.LINES_AT_ONCE


def test_what_is_displayed_has_an_end_too(execute, modules, no_ipython):
    most = modules.run.MOST_SHOWN
    end = execute(f"from IPython.display import display\nfor i in range({most} + 9): display(i)")
    assert len(end.shown) == most
    assert end.printed.count("left out") == 1
    # The next cell begins anew, and so does what is cleared in between.
    assert len(execute(f"for i in range({most}): display(i)").shown) == most
    cleared = "from IPython.display import clear_output\n"
    cleared += f"for i in range({most} + 9):\n    clear_output()\n    display(i)"
    assert len(execute(cleared).shown) == most + 9
    (forms,) = execute("'x' * 10**6").shown
    assert len(forms["text/plain"]) == pytest.approx(modules.run.MOST, abs=100)
    assert "left out" in forms["text/plain"][-80:]


def test_tabs_emoji_and_long_lines_run_and_stand_in_the_traceback(execute):
    end = execute(f"if True:\n\tx = '🐈'\n\tx + '{'y' * 9000}' + 1")
    assert end.name == "TypeError"
    assert 'File "<cell 1>", line 3' in end.error
    assert execute("'🐈', '\\ud83d'").shown == [{"text/plain": "('🐈', '\\ud83d')"}]
    assert execute("print('🐈')").printed == "🐈\n"


@pytest.mark.parametrize(
    ("code", "missing"),
    [
        ("import no_such_package.part", "the Python package no_such_package"),
        ("open('measured/none.json')", "the course's file measured/none.json"),
        ("raise ModuleNotFoundError('the weights of X are missing: install')", "the weights of X"),
        ('raise RuntimeError("can\'t start new thread")', "threads"),
        ("raise OSError(138, 'emscripten does not support processes.')", "other processes"),
    ],
)
def test_what_a_browser_lacks_is_named(execute, code, missing):
    assert execute(code).missing == missing


@pytest.mark.parametrize(
    "code", ["import embedlab.no_such", "open('/no/such/file')", "raise RuntimeError('x')", "1 / 0"]
)
def test_negative_control_other_errors_are_the_reader_s(execute, code):
    assert execute(code).missing == ""


def test_a_cell_asks_for_the_packages_that_it_leads_to(modules):
    def needed(code):
        return modules.run_needs.packages(code, KNOWN, {})

    assert needed("import embedlab.stopwords\nprint(1)") == []
    assert needed("from embedlab.numerics import sigmoid") == ["numpy"]
    assert needed("from embedlab import plots") == ["matplotlib", "numpy"]
    assert "altair" in needed("from embedlab.widgets import cosine_explorer")
    assert needed("def f():\n    import scipy.stats") == ["scipy"]
    assert needed("import gensim\nx = [") == needed("import gensim") == []


def test_a_package_that_did_not_come_is_asked_for_again(modules):
    read = {}
    first = modules.run_needs.packages("import embedlab.numerics", KNOWN, read)
    assert first == modules.run_needs.packages("import embedlab.numerics", KNOWN, read) == ["numpy"]
    assert modules.run_needs.packages("import json", KNOWN, read) == []


def test_every_page_asks_only_for_what_an_offline_copy_holds(modules):
    read, asked = {}, set()
    for page in sorted((ROOT / "book").glob("*.md")):
        for code in codes(page):
            asked.update(modules.run_needs.packages(code, KNOWN, read))
    held = {package["file_name"] for package in closure(LOCK, NEEDED)}
    assert {"numpy", "matplotlib", "scipy", "altair"} <= asked
    assert [n for n in asked if LOCK["packages"][n.lower()]["file_name"] not in held] == []


PAGES_WITH_CELLS = [page for page in sorted((ROOT / "book").glob("*.md")) if n_cells(page)]


@pytest.mark.parametrize("page", PAGES_WITH_CELLS, ids=lambda page: page.stem)
def test_cells_are_found_as_jupyter_finds_them(page):
    found = [cell.source.rstrip() for cell in read(page).cells if cell.cell_type == "code"]
    assert [code.rstrip() for code in codes(page)] == found


def test_options_and_other_fences_are_no_code(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "````{code-cell}\n:tags: [hide-cell]\n:alt: a\n\nx = 1\n```\ny\n````\n"
        "```{code-cell}\n---\ntags: [a]\n---\nz\n```\n```python\nno\n```\n```{code-cell}\n```\n"
    )
    assert codes(page) == ["x = 1\n```\ny\n", "z\n", ""]
    assert n_cells(page) == 3


# In a process of its own: what other tests have imported has docstrings too, and the page counts
# words in docstrings.
ALL_CELLS = """
import asyncio, json, sys
import run
sent, ends = [], []
session = run.Session(lambda *output: sent.append(output), {"__name__": "__main__"})
for number, code in enumerate(json.load(sys.stdin), 1):
    sent.clear()
    ends.append([json.loads(asyncio.run(session.run(code, number))), list(sent)])
print(json.dumps(ends))
"""


@pytest.mark.site
def test_a_chapter_s_cells_show_what_the_page_shows(site_page):
    """IPython made the page, run.py repeats it: texts equal, and as many pictures."""
    cells = site_page.select("div.cell")
    codes = [cell.select_one(".cell_input pre").get_text() for cell in cells]
    done = subprocess.run(
        [sys.executable, "-c", ALL_CELLS], input=json.dumps(codes), capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ASSETS), "EMBEDLAB_STATIC_PAGE": "1"},
        text=True, check=True,
    )  # fmt: skip
    n_texts = 0
    for cell, (end, sent) in zip(cells, json.loads(done.stdout), strict=True):
        assert end["error"] == ""
        printed = "".join(part.get_text() for part in cell.select(".output.stream pre"))
        said = "".join(text for kind, text in sent if kind == "stdout")
        assert said.rstrip() == printed.rstrip()
        shown = [json.loads(text) for kind, text in sent if kind == "display"]
        texts = [part.get_text().rstrip() for part in cell.select(".output.text_plain pre")]
        assert [forms["text/plain"] for forms in shown if "text/html" not in forms] == texts
        pictures = [forms for forms in shown if "text/html" in forms]
        assert len(pictures) == len(cell.select(".output.text_html"))
        n_texts += bool(printed)
    assert n_texts > 10


@pytest.fixture
def site_page():
    page = ROOT / "_build" / "html" / "book" / "01-one-hot.html"
    if not page.is_file():
        pytest.skip("the book is not built: run 'make book'")
    return BeautifulSoup(page.read_text("utf-8"), "html.parser")


def test_core_is_copied_or_its_absence_told(tmp_path):
    npm, stdlib = ROOT / "node_modules" / "pyodide", ROOT / "_build" / "stdlib" / STDLIB
    copy_core(npm, stdlib, tmp_path / "core")
    assert all((tmp_path / "core" / name).is_file() for name in COUNTED)
    for parts in [(tmp_path, stdlib), (npm, tmp_path / STDLIB)]:
        with pytest.raises(ExtensionError, match="is missing: run `make book`"):
            copy_core(*parts, tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_what_a_start_of_python_imports_is_compiled_and_nothing_else_is_changed():
    """A browser would compile it at each start anew, which takes it most of the time."""

    def contents(path):
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    given = contents(ROOT / "node_modules" / "pyodide" / STDLIB)
    made = contents(ROOT / "_build" / "stdlib" / STDLIB)
    compiled = {name.removesuffix("c") for name in made.keys() - given.keys()}
    assert compiled == given.keys() - made.keys()
    assert {"ast.py", "asyncio/base_events.py", "inspect.py", "pprint.py"} <= compiled
    assert "turtle.py" not in compiled
    assert 100 < len(compiled) < len(given) / 2
    assert all(made[name] == given[name] for name in made.keys() & given.keys())
    # Without a look at the text, which is not there: flags 1 (checked by hash) and not 2.
    assert {made[f"{name}c"][4:8] for name in compiled} == {b"\x01\0\0\0"}


def test_records_that_cells_read_come_along():
    found = {page.stem: records_read(page) for page in PAGES_WITH_CELLS}
    assert "measured/models.json" in found["09-production"]  # named without its folder
    assert "measured/service.json" in found["09-serving"]
    assert all((ROOT / "book" / name).is_file() for names in found.values() for name in names)
    reading = {page.stem for page in PAGES_WITH_CELLS if "read_record(" in page.read_text("utf-8")}
    assert reading == {name for name, names in found.items() if names}


def test_negative_control_a_file_that_is_not_there_is_no_record(tmp_path):
    page = tmp_path / "page.md"
    page.write_text('```{code-cell}\nopen("measured/none.json"), open("a.json")\n```\n')
    assert records_read(page) == []
    (tmp_path / "measured").mkdir()
    (tmp_path / "measured" / "a.json").touch()
    assert records_read(page) == ["measured/a.json"]


def test_the_version_changes_with_what_is_fetched(tmp_path, monkeypatch):
    monkeypatch.delenv(OFFLINE, raising=False)
    assets, own = tmp_path / "_build" / "assets", tmp_path / "book" / "assets"
    (assets / "pyodide-9.8.7").mkdir(parents=True)
    own.mkdir(parents=True)
    for name in COUNTED:
        (assets / "pyodide-9.8.7" / name).write_bytes(b"12345")
    for name in ("run-worker.js", "run.py", "run_needs.py"):
        (own / name).write_text("1")
    (assets / "embedlab-1-py3-none-any.whl").write_bytes(b"123")
    before = settings(tmp_path)
    assert before["data-bytes"] == "18"
    assert before["data-core"] == "pyodide-9.8.7"
    assert settings(tmp_path) == before
    monkeypatch.setenv(OFFLINE, "1")
    assert settings(tmp_path) == before | {"data-packages": "here"}
    (own / "run.py").write_text("2")
    assert settings(tmp_path)["data-version"] != before["data-version"]
