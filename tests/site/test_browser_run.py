"""Code cells that run in the page: buttons, editor, outputs, faults; and nothing before a press."""

import gzip
import os
import re
from contextlib import contextmanager
from pathlib import Path

import browser_packages
import pytest
from book_pages import ROOT
from browsing import count, opened, show_all
from playwright.sync_api import expect
from wheels import served, wheel, with_lock

pytestmark = [pytest.mark.site, pytest.mark.browser]

PAGE = "book/01-one-hot.html"
CDN = re.compile(r"https://cdn\.jsdelivr\.net/")
NPM = ROOT / "node_modules" / "pyodide"
CORE = f"_static/{browser_packages.core_folder(NPM)}"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
START = 60_000  # milliseconds for Python to start on a busy machine; it takes three seconds
FETCHED = ("run-worker.js", "pyodide", ".whl", "run.py")


def cell(page, number):
    return page.locator("div.cell:has(.run-tools)").nth(number - 1)


def button(page, number, name):
    label = f"{name} cell {number}" if name != "Try again" else f"Try again to run cell {number}"
    return cell(page, number).get_by_role("button", name=label, exact=True)


def status(page, number):
    return cell(page, number).get_by_role("status")


def output(page, number):
    return cell(page, number).locator(".run-output")


def write(page, number, code):
    if button(page, number, "Edit").is_visible():
        button(page, number, "Edit").click()
    cell(page, number).get_by_role("textbox").fill(code)


def run(page, number, code=None):
    """Run a cell, wait for its end, and return what its line says then."""
    if code is not None:
        write(page, number, code)
    button(page, number, "Run").click()
    return ended(page, number)


def ended(page, number):
    expect(button(page, number, "Stop")).to_be_hidden(timeout=START)
    count("runs", f"cell {number}")
    return status(page, number).text_content()


@contextmanager
def fresh(browser, address, *routes, name=PAGE, script="", **options):
    """Yield a page in a fresh profile; each route is an address and what answers it."""
    context = browser.new_context(**options)
    for pattern, answer in routes:
        context.route(pattern, answer)
    page = context.new_page()
    if script:
        page.add_init_script(script)
    page.requested = []
    context.on("request", lambda request: page.requested.append(request.url))
    page.goto(f"{address}/{name}", wait_until="load")
    yield page
    context.close()


@pytest.fixture(scope="module")
def live(browser, address):
    """A page on which Python runs already; the tests share it and reset what they edit."""
    with fresh(browser, address) as page:
        page.before = list(page.requested)
        assert run(page, 1, "6 * 7") == "Done."
        button(page, 1, "Reset").click()
        yield page


@pytest.fixture
def clean(live):
    yield live
    for reset in live.get_by_role("button", name=re.compile("^Reset")).all():
        if reset.is_visible():
            reset.click()


def test_nothing_is_fetched_before_the_first_press_and_all_of_it_from_this_site(live, address):
    def fetched(urls):
        return [
            url for url in urls if any(part in url.rpartition("_static")[2] for part in FETCHED)
        ]

    assert fetched(live.before) == []
    # Negative control: these names are what a press fetches.
    after = fetched(live.requested)
    assert all(any(part in url for url in after) for part in FETCHED), after
    assert [url for url in live.requested if not url.startswith((address, "data:"))] == []


def test_the_script_of_every_page_is_light(site, record_property):
    weight = len(gzip.compress((site / "_static" / "run.js").read_bytes()))
    record_property("figure", f"run.js: {weight:,} bytes, gzipped")
    assert weight < 10_000, f"run.js weighs {weight:,} bytes"


def test_output_replaces_the_page_s_and_reset_brings_it_back(clean):
    before = cell(clean, 1).locator(".cell_input, .cell_output").all_inner_texts()
    assert run(clean, 1, "print('one', end=' ')\nprint('two')\n'last'") == "Done."
    assert output(clean, 1).locator(".output").all_inner_texts() == ["one two\n", "'last'"]
    assert cell(clean, 1).locator(".cell_output").count() == 1
    button(clean, 1, "Reset").click()
    assert cell(clean, 1).locator(".cell_input, .cell_output").all_inner_texts() == before
    expect(cell(clean, 1).get_by_role("textbox")).to_have_count(0)
    # Nothing is left of it for who cannot see it.
    assert status(clean, 1).text_content() == ""


def test_traceback_names_the_reader_s_lines_only(clean):
    said = run(clean, 1, "import json\n\ndef read(text):\n    return json.loads(text)\n\nread('{')")
    assert said == "Ended with JSONDecodeError."
    text = output(clean, 1).locator(".traceback").inner_text()
    assert re.findall(r'File "(.*?)", line (\d+)', text) == [("<cell 1>", "6"), ("<cell 1>", "4")]
    assert "return json.loads(text)" in text
    assert "Expecting property name" in text


def test_earlier_cells_run_first_and_only_what_has_changed_runs_again(clean):
    for number, code in [(1, "seen = ['one']"), (2, "seen.append('two')")]:
        write(clean, number, code)
    write(clean, 3, "seen.append('three'); print(*seen)")
    plans = clean.evaluate_handle(
        """cell => { const line = cell.querySelector('[role=status]'); const texts = [];
        new MutationObserver(() => texts.push(line.textContent)).observe(line, {childList: true});
        return texts; }""",
        cell(clean, 3).element_handle(),
    )
    assert run(clean, 3) == "Done."
    assert "Running 2 earlier cells first: 1 of 2." in plans.json_value()
    expect(output(clean, 3)).to_have_text("one two three\n")
    assert run(clean, 3) == "Done."
    expect(output(clean, 3)).to_have_text("one two three three\n")
    # An error above ends it, as it would in a notebook.
    write(clean, 2, "1 / 0")
    said = run(clean, 3)
    assert said == "Not run: cell 2, which comes first, ended with ZeroDivisionError."
    expect(output(clean, 3)).to_have_text("one two three three\n")


def test_what_a_browser_lacks_is_named_and_what_follows_still_runs(clean, site):
    write(clean, 1, "import gensim\nmodel = gensim")
    assert run(clean, 2, "print('on')") == "Done."
    expect(output(clean, 2)).to_have_text("on\n")
    said = status(clean, 1).text_content()
    assert said.startswith("This cell needs the Python package gensim, which a browser does not")
    link = status(clean, 1).get_by_role("link").get_attribute("href")
    assert ((site / PAGE).parent / link).resolve().is_file()
    said = run(clean, 2, "model")
    assert said.startswith("This cell needs cell 1, and that one the Python package gensim, which")
    # Negative control: a name that no such cell makes is an error like any other.
    assert run(clean, 2, "modell_") == "Ended with NameError."


def test_a_file_that_such_a_cell_would_have_written_is_named_and_what_follows_runs(clean):
    write(clean, 1, "import gensim\ngensim.save('/tmp/made.npz')")
    write(clean, 2, "made = open('/tmp/made.npz')")
    assert run(clean, 3, "print('on')") == "Done."
    expect(output(clean, 3)).to_have_text("on\n")
    said = status(clean, 2).text_content()
    assert said.startswith("This cell needs cell 1, and that one the Python package gensim, which")
    # Negative control: a file that no such cell writes is an error like any other.
    assert run(clean, 2, "open('/tmp/other.npz')") == "Ended with FileNotFoundError."


@pytest.mark.parametrize(
    ("code", "lack"),
    [
        ("open('measured/models.json')", "the course's file measured/models.json"),
        ("import subprocess\nsubprocess.run(['ls'])", "other processes"),
        ("import threading\nthreading.Thread(target=print).start()", "threads"),
    ],
)
def test_other_things_that_a_browser_lacks(clean, code, lack):
    assert run(clean, 1, code).startswith(f"This cell needs {lack}, which a browser does not have")


def test_display_html_and_a_live_explorer(clean):
    figure = (
        '<figure class="explorer" role="group" aria-label="A point">'
        '<div class="explorer-stage"></div><p class="explorer-note">Still</p>'
        '<script type="application/json">{"mark": "point", "data": {"values": [{"a": 1}]}}</script>'
        "</figure>"
    )
    code = f"from IPython.display import HTML\ndisplay(1)\nHTML({figure!r})"
    assert run(clean, 1, code) == "Done."
    assert output(clean, 1).locator(".text_plain").inner_text().strip() == "1"
    output(clean, 1).scroll_into_view_if_needed()
    expect(output(clean, 1).locator("figure[data-live] svg")).to_be_visible(timeout=10_000)


def test_embedlab_of_the_same_build_is_there(clean):
    import embedlab

    run(clean, 1, "import embedlab.stopwords\nembedlab.__version__")
    expect(output(clean, 1)).to_have_text(f"'{embedlab.__version__}'")


def test_page_shows_as_a_static_one_to_the_explorers(clean):
    run(clean, 1, "import os\nos.environ['EMBEDLAB_STATIC_PAGE'], os.environ['MPLBACKEND']")
    expect(output(clean, 1)).to_have_text("('1', 'agg')")


def test_endless_printing_is_cut_and_endless_loop_stopped(clean):
    assert run(clean, 1, "for i in range(10**5): print(i)") == "Done."
    text = output(clean, 1).inner_text()
    assert 200_000 < len(text) < 200_100
    assert "left out" in text[-80:]
    write(clean, 1, "kept = 1\nprint('early')\nwhile True: pass")
    button(clean, 1, "Run").click()
    # What is printed appears while the cell runs.
    expect(output(clean, 1)).to_have_text("early\n", timeout=START)
    write(clean, 2, "print('never')")
    button(clean, 2, "Run").click()
    # To stop what only waits stops nothing else.
    button(clean, 2, "Stop").click()
    assert status(clean, 2).text_content() == "Not run."
    button(clean, 2, "Run").click()
    button(clean, 1, "Stop").click()
    assert ended(clean, 1).startswith("Stopped: all variables are lost")
    assert ended(clean, 2) == "Stopped before it ran."
    # The focus is not lost with the button, and Python is new.
    assert clean.evaluate("document.activeElement.getAttribute('aria-label')") == "Run cell 1"
    assert run(clean, 1, "kept") == "Ended with NameError."


def test_a_crash_of_python_is_told_and_the_next_run_starts_anew(clean):
    said = run(clean, 1, "import ctypes\nctypes.string_at(0xfffffff0, 10)")
    assert said.startswith("Python ended")
    write(clean, 1, "'alive'")
    button(clean, 1, "Try again").click()
    assert ended(clean, 1) == "Done."
    expect(output(clean, 1)).to_have_text("'alive'")


def test_everything_by_keyboard(clean):
    button(clean, 1, "Run").focus()
    clean.keyboard.press("Tab")
    clean.keyboard.press("Enter")  # Edit
    expect(cell(clean, 1).get_by_role("textbox")).to_be_focused()
    clean.keyboard.press("Control+a")
    clean.keyboard.type("for i in range(2):\nprint(i)")
    clean.keyboard.press("Shift+Enter")
    assert ended(clean, 1) == "Done."
    # Enter kept the indentation that the colon asks for.
    expect(output(clean, 1)).to_have_text("0\n1\n")
    # Tab leaves the editor for the buttons; the outline is there to be seen.
    clean.keyboard.press("Tab")
    assert clean.evaluate("document.activeElement.textContent") == "Run"
    style = clean.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert style == "solid"
    for _ in range(5):
        clean.keyboard.press("Tab")
        if clean.evaluate("document.activeElement.textContent") == "Reset":
            break
    clean.keyboard.press("Enter")
    expect(cell(clean, 1).get_by_role("textbox")).to_have_count(0)
    expect(button(clean, 1, "Run")).to_be_focused()


def test_a_hidden_cell_has_its_buttons_and_opens_to_be_edited(browser, address):
    with fresh(browser, address, name="book/07-geometry.html") as page:
        box = page.locator("div.cell.tag_hide-input:has(.run-tools)").first
        assert not box.locator(".cell_input pre").is_visible()
        assert box.get_by_role("button", name="Run").is_visible()
        box.get_by_role("button", name="Edit").click()
        expect(box.get_by_role("textbox")).to_be_focused()


def test_every_cell_of_a_page_has_its_buttons_unless_there_is_no_script(browser, address):
    for name in (PAGE, "book/07-geometry.html"):
        with fresh(browser, address, name=name) as page:
            n_cells = page.locator("div.cell .cell_input").count()
            assert n_cells == page.locator(".run-tools").count() > 10
    with opened(browser, f"{address}/{PAGE}", java_script_enabled=False) as page:
        assert page.locator(".run-tools").count() == 0
    with fresh(browser, address, name="book/about.html") as page:
        assert not any("run.js" in url for url in page.requested)


@pytest.mark.parametrize("name", [PAGE, "book/07-geometry.html"])
def test_the_page_does_not_jump_when_the_buttons_come(browser, address, name):
    heights = {}
    for kind, routes in [("without", [("**/run.js*", lambda asked: asked.abort())]), ("with", [])]:
        with fresh(browser, address, *routes, name=name) as page:
            show_all(page)
            heights[kind] = page.evaluate("document.body.scrollHeight")
            assert bool(page.locator(".run-tools").count()) == (kind == "with")
            if kind == "with":  # negative control: the buttons do take room
                page.add_style_tag(content=".run-tools { display: none !important; }")
                heights["hidden"] = page.evaluate("document.body.scrollHeight")
    assert heights["without"] == heights["with"] > heights["hidden"] + 300


def violations(page, part):
    page.add_script_tag(path=str(AXE))
    found = page.evaluate("part => axe.run({include: part}).then(r => r.violations)", part)
    return [(rule["id"], rule["nodes"][0]["html"]) for rule in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_buttons_editor_and_outputs(clean, scheme):
    clean.evaluate("theme => { document.documentElement.dataset.theme = theme; }", scheme)
    run(clean, 1, "print('text')\n1 / 0")
    run(clean, 1, "import gensim")
    assert violations(clean, [".run-tools", ".run-editor", ".run-help", ".run-output"]) == []
    # Negative control: a button without a name is found.
    clean.evaluate("document.querySelector('.run-tools').append(document.createElement('button'))")
    assert [rule for rule, _ in violations(clean, [".run-tools"])] == ["button-name"]
    clean.evaluate("document.querySelector('.run-tools').lastChild.remove()")


LAYOUT = """cell => {
  const box = (e) => e.getBoundingClientRect();
  const seen = [...cell.querySelectorAll(".run-tools button, .run-status, .run-editor, .run-help")]
    .filter((e) => box(e).width && box(e).height);
  const overlaps = (a, b) => box(a).left < box(b).right - 1 && box(b).left < box(a).right - 1
    && box(a).top < box(b).bottom - 1 && box(b).top < box(a).bottom - 1;
  const others = [...seen, ...cell.querySelectorAll(".highlight pre, .cell_output")]
    .filter((e) => box(e).width);
  return {
    small: seen.filter((e) => e.tagName === "BUTTON" && Math.min(box(e).width, box(e).height) < 24)
      .map((e) => e.textContent),
    overlapping: seen.flatMap((a) => others.filter((b) => a !== b && overlaps(a, b))
      .map((b) => `${a.className || a.textContent} over ${b.className || b.tagName}`)),
    sideways: Math.max(document.documentElement.scrollWidth, ...seen.map((e) => box(e).right))
      - screen.width,
    letters: Math.min(99, ...[...cell.querySelectorAll(".run-editor")]
      .map((e) => parseFloat(getComputedStyle(e).fontSize))),
  };
}"""
SOUND = {"small": [], "overlapping": [], "sideways": 0}


def test_on_a_phone_everything_has_its_place_in_every_state(browser, address):
    def layout(number):
        found = cell(page, number).evaluate(LAYOUT)
        # Into letters smaller than 16 pixels, a phone zooms.
        assert found.pop("letters") >= 16
        return found

    with fresh(browser, address, **PHONE) as page:
        assert layout(1) == SOUND
        write(page, 1, "print('early ' + 'long ' * 99)\nwhile True: pass")
        assert layout(1) == SOUND
        page.context.set_offline(True)
        button(page, 1, "Run").tap()
        expect(button(page, 1, "Try again")).to_be_visible(timeout=START)
        assert layout(1) == SOUND
        page.context.set_offline(False)
        button(page, 1, "Try again").tap()
        expect(status(page, 1)).to_contain_text("Loading Python", timeout=START)
        assert layout(1) == SOUND
        expect(output(page, 1)).to_contain_text("early", timeout=START)
        assert layout(1) == SOUND
        button(page, 1, "Stop").tap()
        ended(page, 1)
        run(page, 1, "import gensim")
        assert layout(1) == SOUND
        run(page, 1, f"print('{'y' * 3000}')\nlen('🐈', '{'y' * 3000}')")
        assert layout(1) == SOUND
        # Negative control: what lies over the code is found, and what is wider than the page.
        page.add_style_tag(content=".run-tools { margin-top: -3rem; min-width: 120vw; }")
        found = layout(1)
        assert found["overlapping"]
        assert found["sideways"] > 0


def test_two_cells_pressed_at_once_run_one_after_the_other(clean):
    run(clean, 1, "order = []")
    write(clean, 1, "import time\norder = ['one']\ntime.sleep(5)")
    write(clean, 2, "order.append('two'); print(*order)")
    button(clean, 1, "Run").click()
    button(clean, 2, "Run").click()
    assert status(clean, 2).text_content() == "Waiting for the cell that runs now."
    # By force, since Playwright waits until a button is enabled. It still waits for one turn.
    button(clean, 2, "Run").click(force=True)
    # What runs cannot be taken back under its feet.
    assert button(clean, 1, "Reset").get_attribute("aria-disabled") == "true"
    button(clean, 1, "Reset").click(force=True)
    assert cell(clean, 1).get_by_role("textbox").input_value().startswith("import time")
    assert ended(clean, 2) == "Done."
    assert status(clean, 1).text_content() == "Done."
    expect(output(clean, 2)).to_have_text("one two\n")


def test_the_seventh_cell_runs_after_the_six_above_it(clean):
    for number in range(1, 7):
        write(clean, number, f"seen = [*globals().get('seen', []), {number}]")
    run(clean, 1, "seen = [1]")
    assert run(clean, 7, "print(seen)") == "Done."
    expect(output(clean, 7)).to_have_text("[1, 2, 3, 4, 5, 6]\n")
    assert all(status(clean, number).text_content() == "Done." for number in range(1, 7))


def test_tabs_emoji_and_a_million_lines(clean):
    assert run(clean, 1, "if True:\n\tcat = '🐈'\n\tprint(cat, len(cat))") == "Done."
    expect(output(clean, 1)).to_have_text("🐈 1\n")
    assert run(clean, 1, f"'{'y' * 5000}' + 1") == "Ended with TypeError."
    assert 'File "<cell 1>", line 1' in output(clean, 1).inner_text()
    assert run(clean, 1, "for i in range(10**6): print(i)") == "Done."
    assert len(output(clean, 1).inner_text()) < 200_100


def test_the_page_works_after_it_was_left_and_come_back_to(browser, address):
    with fresh(browser, address) as page:
        assert run(page, 1, "kept = 1") == "Done."
        page.goto(f"{address}/book/about.html")
        page.go_back()
        assert run(page, 1, "'again'") == "Done."
        expect(output(page, 1)).to_have_text("'again'")


# Faults.


@pytest.mark.parametrize("storage", ["localStorage", "sessionStorage", "indexedDB", "caches"])
def test_a_browser_that_keeps_nothing_runs_cells_too(browser, address, storage):
    denied = f"Object.defineProperty(window, '{storage}', {{get() {{ throw Error('denied'); }}}})"
    with fresh(browser, address, script=denied) as page:
        if storage == "localStorage":
            assert run(page, 1, "6 * 7") == "Done."
        else:  # the buttons are there, as they are without any of the three
            assert button(page, 1, "Run").is_visible()


def test_a_browser_without_webassembly_is_told_so(browser, address):
    with fresh(browser, address, script="delete window.WebAssembly") as page:
        said = run(page, 1)
        assert said.startswith("Running code needs WebAssembly and module workers")
        assert not any("run-worker" in url for url in page.requested)


def test_a_browser_without_module_workers_is_told_so(browser, address):
    old = "window.Worker = class { terminate() {} }"
    with fresh(browser, address, script=old) as page:
        assert run(page, 1).startswith("Running code needs WebAssembly and module workers")


def once(answer):
    """Answer the first request in a way, and let the others through."""
    answered = []

    def route(asked):
        if answered:
            asked.continue_()
        else:
            answered.append(asked.request.url)
            answer(asked)

    return route


@pytest.mark.parametrize(
    ("file", "named"),
    [("asm.wasm", "pyodide.asm.wasm"), ("asm.mjs", "Python"), (".whl", "embedlab")],
)
def test_a_connection_lost_while_python_loads_can_be_tried_again(browser, address, file, named):
    lost = once(lambda asked: asked.abort("connectionreset"))
    with fresh(browser, address, (re.compile(re.escape(file)), lost)) as page:
        said = run(page, 1, "'here'")
        # The browser does not say which script did not come.
        assert said.startswith(f"{named} could not be")
        assert "check the connection" in said
        button(page, 1, "Try again").click()
        assert ended(page, 1) == "Done."
        expect(output(page, 1)).to_have_text("'here'")
        expect(button(page, 1, "Try again")).to_be_hidden()


def impatient(site):
    """A route to a worker that waits half a second for a byte."""
    worker = (site / "_static" / "run-worker.js").read_text("utf-8")
    assert worker.count("30_000") == 1
    body = worker.replace("30_000", "500")
    return "**/run-worker.js*", lambda asked: asked.fulfill(
        body=body, content_type="text/javascript"
    )


def test_a_stalled_connection_is_given_up(browser, address, site):
    stalled = (re.compile("asm.wasm"), lambda asked: None)
    with fresh(browser, address, impatient(site), stalled) as page:
        assert run(page, 1).startswith("pyodide.asm.wasm could not be loaded")


def test_what_the_build_measured_is_there_to_be_read(browser, address):
    with fresh(browser, address, name="book/09-serving.html") as page:
        code = "import json\nprint(len(json.load(open('measured/service.json'))['rows']) > 0)"
        assert run(page, 1, code) == "Done."
        expect(output(page, 1)).to_have_text("True")


def test_a_page_of_an_older_site_is_told_to_be_loaded_anew(browser, address, site):
    """Another release of Pyodide lies in another folder, which this page does not know."""
    gone = (f"**/{CORE}/**", lambda asked: asked.fulfill(status=404, body="not found"))
    with fresh(browser, address, gone) as page:
        said = run(page, 1)
        assert said.startswith("pyodide-lock.json is no longer on this site")
        assert said.endswith("reload the page.")


def test_no_browser_mixes_two_builds(site):
    """What a page fetches has its build in the address: a version, or the release of Pyodide."""
    (script,) = re.findall(r"<script[^>]*run\.js[^>]*>", (site / PAGE).read_text("utf-8"))
    (core,) = re.findall(r'data-core="(.*?)"', script)
    assert f"_static/{core}" == CORE
    assert [path.name for path in site.glob("_static/pyodide*")] == [core]
    assert re.search(r'src="[^"]*run\.js\?v=\w+"', script)
    assert re.search(r'data-version="[0-9a-f]{8}"', script)


def test_a_core_that_comes_half_is_told_and_can_be_tried_again(browser, address, site):
    core = (site / CORE / "pyodide.asm.wasm").read_bytes()
    half = once(
        lambda asked: asked.fulfill(body=core[: len(core) // 2], content_type="application/wasm")
    )
    with fresh(browser, address, (re.compile("asm.wasm"), half)) as page:
        assert run(page, 1, "1").startswith("Python could not be started")
        button(page, 1, "Try again").click()
        assert ended(page, 1) == "Done."


# A package that is fetched from Pyodide's address: here a stand-in for NumPy, since no registry has
# the real one for WebAssembly.


def test_packages_come_from_pyodide_s_address_blocked_then_tampered_then_whole(
    browser, address, site
):
    contents = wheel()
    with fresh(browser, address, with_lock(site / CORE, contents)) as page:
        page.context.route(CDN, lambda asked: asked.abort("blockedbyclient"))
        said = run(page, 1, "import numpy\nnumpy.answer")
        assert said.startswith("numpy (from cdn.jsdelivr.net) could not be loaded: ")
        # What needs no package still runs: Python was not lost.
        assert run(page, 1, "kept = 1\n'plain'") == "Done."
        expect(output(page, 1)).to_have_text("'plain'")
        # Other contents than the lock file promises are refused, and what was there stays.
        page.context.unroute(CDN)
        page.context.route(CDN, served(contents + b"more"))
        said = run(page, 1, "import numpy\nnumpy.answer + kept")
        assert said.startswith("numpy (from cdn.jsdelivr.net) was not used, because it is not the")
        expect(output(page, 1)).to_have_text("'plain'")
        page.context.unroute(CDN)
        page.context.route(CDN, served(contents))
        button(page, 1, "Try again").click()
        assert ended(page, 1) == "Done."
        expect(output(page, 1)).to_have_text("43")
        asked = [url for url in page.requested if CDN.match(url)]
        assert asked
        place = f"{browser_packages.distribution(NPM)}numpy-"
        assert [url for url in asked if not url.startswith(place)] == []


@pytest.mark.parametrize(("status", "told"), [(404, "status 404"), (503, "status 503")])
def test_a_server_that_refuses_is_told_with_its_answer(browser, address, site, status, told):
    refused = (CDN, served(b"", status))
    with fresh(browser, address, with_lock(site / CORE, wheel()), refused) as page:
        said = run(page, 1, "import numpy")
        assert said.startswith(f"numpy (from cdn.jsdelivr.net, {told}) could not be loaded: ")


def test_a_package_that_stalls_is_given_up_and_python_is_not_lost(browser, address, site):
    stalled = (CDN, lambda asked: None)
    with fresh(browser, address, impatient(site), with_lock(site / CORE, wheel()), stalled) as page:
        run(page, 1, "kept = 1")
        assert run(page, 1, "import numpy").startswith("numpy (from cdn.jsdelivr.net) could not be")
        assert run(page, 1, "kept") == "Done."


def test_what_a_package_depends_on_is_asked_for_again(browser, address, site):
    """Pyodide takes a package for loaded even if what it depends on has not come."""
    wheels = {"pandas": wheel("pandas", "from pytz import answer\n"), "pytz": wheel("pytz")}
    lock = with_lock(site / CORE, wheels, {"pandas": ["pytz"]})

    def answer(asked):
        name = asked.request.url.rpartition("/")[2].partition("-")[0]
        served(wheels[name])(asked)

    lost = (re.compile("/pytz-"), lambda asked: asked.abort("connectionreset"))
    with fresh(browser, address, lock, (CDN, answer), lost) as page:
        said = run(page, 1, "import pandas\npandas.answer")
        assert said.startswith("pytz (from cdn.jsdelivr.net) could not be loaded: ")
        page.context.unroute(lost[0])
        button(page, 1, "Try again").click()
        assert ended(page, 1) == "Done."
        expect(output(page, 1)).to_have_text("42")


def test_an_offline_site_takes_packages_from_its_own_folder(browser, address, site):
    contents = wheel()
    text = (site / PAGE).read_text("utf-8")
    text = text.replace("<script data-bytes=", '<script data-packages="here" data-bytes=')
    assert text.count('data-packages="here"') == 1
    routes = [
        with_lock(site / CORE, contents),
        ("**/01-one-hot.html", lambda asked: asked.fulfill(body=text, content_type="text/html")),
        (f"{address}/{CORE}/numpy-*.whl", served(contents)),
    ]
    with fresh(browser, address, *routes) as page:
        assert run(page, 1, "import numpy\nnumpy.answer") == "Done."
        expect(output(page, 1)).to_have_text("42")
        said = run(page, 1, "import pytz")
        assert said.startswith("This site does not hold the Python package pytz, and asks no other")
        assert [url for url in page.requested if not url.startswith((address, "data:"))] == []


def test_offline_is_told(browser, address):
    with fresh(browser, address) as page:
        page.context.set_offline(True)
        assert run(page, 1).startswith("You are offline, and run-worker.js could not be loaded")
        expect(button(page, 1, "Try again")).to_be_visible()


@pytest.mark.wasm_wheels
def test_a_chapter_runs_with_the_real_packages(browser, address):
    # Without the variable this is left out: see conftest.py.
    folder = os.environ["EMBEDLAB_WASM_WHEELS"]

    def answer(asked):
        file = Path(folder) / asked.request.url.rpartition("/")[2]
        served(file.read_bytes())(asked) if file.is_file() else asked.abort()

    with fresh(browser, address, (CDN, answer)) as page:
        printed = [cell(page, n).locator(".output.stream").all_inner_texts() for n in range(1, 7)]
        pictures = [cell(page, n).locator(".picture svg").count() for n in range(1, 7)]
        assert any(printed)
        assert any(pictures)
        assert run(page, 6) == "Done."
        for n in range(1, 7):
            assert output(page, n).locator(".output.stream").all_inner_texts() == printed[n - 1]
            assert output(page, n).locator(".picture svg").count() == pictures[n - 1]
