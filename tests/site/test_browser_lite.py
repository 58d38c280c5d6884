"""The exercises in the browser: Python starts, asks nobody else before it must, and is honest."""

import ast
import hashlib
import importlib
import json
import os
from pathlib import Path
from types import SimpleNamespace

import browser_packages
import lite
import nbformat
import pytest
from book_pages import SITE
from grading_helpers import ROOT, builder
from wheels import served, wheel, with_lock

from embedlab import __version__
from embedlab.grading import ASSIGNMENTS
from embedlab.grading.batch.job import Job, Terms, close_sandboxes, grade
from embedlab.grading.handed_in.intake import Submission
from embedlab.grading.inside.frames import Limits

pytestmark = [pytest.mark.site, pytest.mark.browser]

PUBLIC = "https://cdn.jsdelivr.net/**"
CHECKS = ASSIGNMENTS["cosine"].checks
CELL = ".jp-Notebook .jp-CodeCell"
PATIENCE = 60_000
LAST = "import embedlab.world"  # what is typed last
TRY_NUMPY = """
try:
    import numpy
except ImportError as problem:
    print("without", problem.name)
"""


def solved() -> str:
    """Return the exercise with right answers in it and a cell to try things, for the browser."""
    notebook = lite.adapt(builder().submission("cosine", "numpy_lines"))
    notebook.cells.insert(0, nbformat.v4.new_code_cell("", id="scratch"))
    return nbformat.writes(notebook)


def released_file(page, content: str) -> None:
    """Let the site hand out another notebook than the released one."""
    page.context.route("**/lite/files/cosine.ipynb*", lambda route: route.fulfill(body=content))


def open_notebook(browser, address, *routes, script=""):
    """Follow the link of the assignments' page; return the notebook's page."""
    # A service worker hands on what the kernel asks for, past what is arranged here.
    context = browser.new_context(viewport={"width": 1100, "height": 800}, service_workers="block")
    for pattern, answer in routes:
        context.route(pattern, answer)
    page = context.new_page()
    if script:
        page.add_init_script(script)
    page.asked = []
    context.on("request", lambda request: page.asked.append(request.url))
    released_file(page, solved())
    page.goto(f"{address}/book/assignments.html")
    page.get_by_role("link", name="cosine in the browser").click()
    page.locator(CELL).first.wait_for(timeout=PATIENCE)
    page.get_by_text("Python (Pyodide)").first.wait_for(timeout=PATIENCE)
    return page


def run(page, code: str) -> str:
    """Write code into the first cell of code, run it, and return what it printed."""
    cell = page.locator(CELL).first
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(code)
    page.keyboard.press("Control+Enter")
    prompt = cell.locator(".jp-InputPrompt")
    done = "p => /\\d/.test(p.textContent) && p.textContent !== p.dataset.before"
    page.wait_for_function(done, arg=prompt.element_handle(), timeout=PATIENCE)
    prompt.evaluate("p => { p.dataset.before = p.textContent; }")
    return cell.locator(".jp-OutputArea").inner_text().strip()


def setup() -> str:
    """Return the first cell of code of an exercise, as it is in the browser."""
    (cell,) = (c for c in nbformat.reads(solved(), as_version=4).cells if c.id == "setup")
    return cell.source


def notice(page) -> str:
    alert = page.get_by_role("alert")
    return alert.inner_text() if alert.count() else ""


def download(page, folder: Path) -> Path:
    page.get_by_role("menuitem", name="File").click()
    with page.expect_download() as started:
        page.locator(".lm-Menu-item", has_text="Download").first.click()
    path = folder / started.value.suggested_filename
    started.value.save_as(path)
    return path


@pytest.fixture(scope="module")
def visit(browser, address, tmp_path_factory):
    """One visit of one exercise, and all that was seen: to start Python takes seconds."""
    contents = wheel(code="__version__ = 'a fake'\n")
    # Before the notebook is opened: its kernel reads the lock file as soon as it can.
    routes = with_lock(SITE / "lite" / "pyodide", contents), (PUBLIC, lambda route: route.abort())
    page = open_notebook(browser, address, *routes)
    seen = SimpleNamespace()

    def public(body, status=200):
        page.context.unroute(PUBLIC)
        page.context.route(PUBLIC, served(body, status))

    seen.plain = run(page, "print(6 * 7)")
    seen.asked = list(page.asked)
    seen.without = run(page, f"{TRY_NUMPY}\nimport embedlab\nprint(embedlab.__version__)")
    seen.notice = notice(page)
    seen.set_up = run(page, setup())
    public(b"", status=404)
    seen.not_found = run(page, setup())
    seen.notice_of_not_found = notice(page)
    public(contents + b"more")
    seen.altered = run(page, TRY_NUMPY)
    seen.notice_of_altered = notice(page)
    public(contents)
    seen.loaded = run(page, "import numpy\nprint(numpy.__version__)")
    seen.notice_of_loaded = notice(page)
    # SciPy is fetched by what needs it, and by nothing else.
    seen.without_scipy = list(page.asked)
    run(page, LAST)
    seen.with_scipy = list(page.asked)
    seen.file = download(page, tmp_path_factory.mktemp("downloads"))
    page.context.close()
    return seen


def test_python_starts_and_asks_only_its_own_server(visit, address):
    assert visit.plain == "42"
    assert [url for url in visit.asked if not url.startswith((address, "data:", "blob:"))] == []
    assert any("pyodide.asm.wasm" in url for url in visit.asked)


def test_the_package_of_this_build_is_there_and_what_does_not_come_is_said(visit):
    assert visit.without == f"without numpy\n{__version__}"
    assert "numpy-" in visit.notice
    assert "did not come from cdn.jsdelivr.net" in visit.notice
    assert "Check your connection and run the cell again." in visit.notice


def test_the_first_cell_says_what_to_do_in_one_sentence(visit):
    told = f"numpy is missing. {lite.REMEDY_IN_BROWSER}"
    assert visit.set_up == visit.not_found == told
    assert "numpy-" in visit.notice_of_not_found
    assert "did not come from cdn.jsdelivr.net" in visit.notice_of_not_found


def test_a_package_comes_once_the_server_is_back_and_only_the_expected_one(visit):
    assert visit.altered == "without numpy"
    assert "is not the expected file" in visit.notice_of_altered
    assert visit.loaded == "a fake", visit.notice_of_loaded


def test_scipy_is_asked_for_by_the_cell_that_needs_it_and_no_other(visit):
    """The kernel looks for imports in a cell only: the lock file says where this one leads."""

    def asks(urls):
        return [url for url in urls if "/scipy-" in url]

    assert asks(visit.without_scipy) == []
    (url,) = set(asks(visit.with_scipy))
    assert url.startswith(browser_packages.distribution(lite.PYODIDE))


def test_every_cell_that_needs_scipy_names_what_leads_to_it(monkeypatch):
    """The imports of each cell, followed through embedlab, and those that the kernel sees."""
    monkeypatch.syspath_prepend(str(ROOT / "book" / "assets"))
    needs = importlib.import_module("run_needs")
    lock = json.loads((lite.SITE / "pyodide" / browser_packages.NAME).read_text("utf-8"))
    known = {name: one["name"] for one in lock["packages"].values() for name in one["imports"]}
    followed = {name: package for name, package in known.items() if "." not in name}
    found, read = [], {}
    for path in sorted(ROOT.glob("exercises/*/*.ipynb")):
        for one in nbformat.read(path, as_version=4).cells:
            if one.cell_type == "code" and "scipy" in needs.packages(one.source, followed, read):
                seen = needs.imports(ast.parse(one.source), inside_functions=True)
                found.append("scipy" in {known.get(name) for name in seen})
    assert found
    assert all(found)


def graded(content: bytes) -> dict[str, str]:
    """Grade natively, and return what there is to complain of, by check."""
    released = (ROOT / "exercises" / "cosine" / "cosine.ipynb").read_text("utf-8")
    terms = Terms("cosine", released, "bubblewrap", "", Limits())
    try:
        record = grade(Job(Submission("ada", content, {}), "a secret", "", terms)).record
    finally:
        close_sandboxes()
    assert record.problem == ""
    return {check: words for check, words in record.complaints.items() if words}


@pytest.mark.sandbox
def test_what_is_downloaded_has_its_name_and_gets_full_marks(visit):
    assert visit.file.name == "cosine.ipynb"
    content = visit.file.read_text("utf-8")
    written = json.loads(content)
    assert written["metadata"]["kernelspec"]["name"] == "python"
    assert [one["source"] for one in written["cells"] if one["id"] == "scratch"] == [LAST]
    assert graded(content.encode()) == {}
    line = "np.linalg.norm"
    assert line in content  # negative control: another function gets other marks
    assert graded(content.replace(line, "np.max").encode())


DENIED = """for (const name of ["localStorage", "indexedDB"]) {
  Object.defineProperty(window, name, {configurable: true, get() { throw Error("denied"); }});
}"""


def test_where_nothing_is_kept_the_notebook_opens_and_says_so(browser, address):
    page = open_notebook(browser, address, script=DENIED)
    assert "so your work is lost when you leave or reload the page" in notice(page)
    assert "menu File, Download" in notice(page)
    page.context.close()


def test_work_is_kept_over_a_reload_and_python_that_does_not_come_is_told(browser, address, site):
    """Without its first script the kernel waits in silence."""
    script = (site / "lite" / "notice.js").read_text("utf-8")
    assert script.count("60_000") == 1
    hasty = {"body": script.replace("60_000", "3000"), "content_type": "text/javascript"}
    page = open_notebook(
        browser,
        address,
        ("**/lite/notice.js", lambda route: route.fulfill(**hasty)),
        ("**/lite/pyodide/pyodide.mjs*", lambda route: route.abort()),
    )
    page.get_by_role("alert").wait_for(timeout=PATIENCE)
    assert "Check your connection and reload the page." in notice(page)
    first = page.locator(CELL).first.locator(".cm-content")
    first.click()
    page.keyboard.insert_text("mine = 1")
    page.keyboard.press("Control+s")
    page.wait_for_timeout(2000)
    page.reload()
    first.get_by_text("mine = 1").wait_for(timeout=PATIENCE)
    page.context.close()


def test_another_build_has_other_addresses(site):
    """A browser that has kept the kernel's files of one build takes none of them for another."""
    folder = site / "lite" / "pyodide"
    config = json.loads((site / "lite" / "jupyter-lite.json").read_text("utf-8"))
    settings = config["jupyter-config-data"]["litePluginSettings"][f"{lite.KERNEL}:kernel"]
    assert (site / "_static" / settings["loadPyodideOptions"]["core"]).is_dir()
    digest = hashlib.sha256((folder / "pyodide.mjs").read_bytes())
    digest.update((lite.SITE / "pyodide" / browser_packages.NAME).read_bytes())
    assert settings["pyodideUrl"] == f"./pyodide/pyodide.mjs?v={digest.hexdigest()[:8]}"
    wheels = list(folder.rglob("*.whl"))
    assert len(wheels) > 10
    assert [w for w in wheels if w.parent.name != browser_packages.digest(w)[:8]] == []


def test_two_builds_give_the_same_files(tmp_path, monkeypatch):
    """Their inputs are of another age the second time, and are made in another order."""
    monkeypatch.setattr(lite, "MADE", tmp_path)
    monkeypatch.setattr(lite, "SITE", tmp_path / "site")
    write = nbformat.write

    def late(notebook, path):
        write(notebook, path)
        os.utime(path, (10**9 + len(path.name), 10**9))

    monkeypatch.setattr(nbformat, "write", late)
    settle = lite.settle_listing
    monkeypatch.setattr(
        lite, "settle_listing", lambda site: (ages.extend(listed(site)), settle(site))
    )
    ages: list[str] = []
    lite.build()
    kept = ROOT / "_build" / "lite" / "site"
    names = [path.relative_to(kept) for path in sorted(kept.rglob("*")) if path.is_file()]
    made = [p.relative_to(lite.SITE) for p in sorted(lite.SITE.rglob("*")) if p.is_file()]
    assert made == names
    assert [n for n in names if (kept / n).read_bytes() != (lite.SITE / n).read_bytes()] == []
    # Negative control: what JupyterLite lists has the age of each file.
    assert set(ages).isdisjoint(listed(kept))


def listed(site: Path) -> list[str]:
    """Return how old the list of notebooks says that they are."""
    text = (site / "api" / "contents" / "all.json").read_text("utf-8")
    return [file["last_modified"] for file in json.loads(text)["content"]]


def test_what_is_offered_is_the_release(site):
    paths = sorted(ROOT.glob("exercises/*/*.ipynb"))
    assert len(paths) == 4
    for path in paths:
        offered = nbformat.read(site / "lite" / "files" / path.name, as_version=4)
        released = nbformat.read(path, as_version=4)
        changed = [
            new.id
            for old, new in zip(released.cells, offered.cells, strict=True)
            if (old.source, old.metadata) != (new.source, new.metadata)
        ]
        assert changed == ["setup-text", "setup"]


def test_weight_of_the_notebooks_site(site, record_property):
    sizes = [path.stat().st_size for path in (site / "lite").rglob("*") if path.is_file()]
    assert not list((site / "lite").rglob("*.map"))
    record_property("figure", f"notebooks: {sum(sizes) / 1e6:.1f} MB in the site")
    assert sum(sizes) < 24e6, f"the notebooks' site has {sum(sizes) / 1e6:.1f} MB"


# Otherwise left out, and not skipped, which CI forbids.
if os.environ.get("EMBEDLAB_WASM_WHEELS"):

    @pytest.mark.wasm_wheels
    def test_an_exercise_is_solved_in_the_browser(browser, address):
        """With the true NumPy: all visible checks pass, and one of a wrong function does not."""
        page = open_notebook(browser, address)
        folder = Path(os.environ["EMBEDLAB_WASM_WHEELS"])
        headers = {"Access-Control-Allow-Origin": "*"}
        page.context.route(
            PUBLIC,
            lambda route: route.fulfill(
                path=folder / Path(route.request.url).name, headers=headers
            ),
        )
        page.get_by_role("menuitem", name="Run").click()
        page.locator(".lm-Menu-item", has_text="Run All Cells").first.click()
        last = page.locator(CELL).last.locator(".jp-InputPrompt")
        page.wait_for_function(
            "p => /\\d/.test(p.textContent)", arg=last.element_handle(), timeout=2 * PATIENCE
        )
        printed = page.locator(f"{CELL} .jp-OutputArea").all_inner_texts()
        passed = {text.split()[1].rstrip(":") for text in printed if text.startswith("✓")}
        assert passed == set(CHECKS)
        wrong = "import embedlab.grading\ncosine = lambda u, v: 0.5\n"
        check = 'embedlab.grading.check("cosine_of_ordinary_vectors", version=2)'
        assert "✗ cosine_of_ordinary_vectors" in run(page, wrong + check)
        page.context.close()
