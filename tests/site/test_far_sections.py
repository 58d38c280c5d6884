"""Sections that are far from the window, which a browser need not lay out before they come near.

They are found, reached, restored and printed all the same. Their heights are guesses until then, so
that a jump over many of them must still end where it should.
"""

import re

import pytest
from book_pages import CHAPTERS, SITE
from browsing import enliven, opened

pytestmark = [pytest.mark.site, pytest.mark.browser]

SOME = CHAPTERS[::4]
WIDE = {"viewport": {"width": 1300, "height": 900}}
# Until nothing has moved for a third of a second.
STILL = """() => new Promise((resolve, reject) => {
  let [since, before] = [performance.now(), ""];
  const start = since;
  const look = () => {
    const now = `${scrollY} ${document.documentElement.scrollHeight}`;
    if (now !== before) [since, before] = [performance.now(), now];
    if (performance.now() - since > 350) resolve();
    else if (performance.now() - start > 20_000) reject(new Error("the page does not settle"));
    else requestAnimationFrame(look);
  };
  look();
})"""
# Where the heading of a section stands in the window: 0 is its upper edge, 1 its lower one.
HEADING = """(id) => document.getElementById(id).querySelector("h1, h2, h3, h4")
  .getBoundingClientRect().top / innerHeight"""
# The first paragraph that begins in the window, and where. (What is skipped may lie beyond the end
# of its section, and so in the window, where nobody sees it.)
READING = """() => {
  const tops = [...document.querySelectorAll("article p")]
    .filter((p) => p.checkVisibility({ contentVisibilityAuto: true }))
    .map((p) => [p.textContent.slice(0, 60), p.getBoundingClientRect().top]);
  return tops.find(([, top]) => top > 0);
}"""


def contents(name: str) -> list[str]:
    """Return the anchors in a page's list of contents."""
    text = (SITE / f"{name}.html").read_text(encoding="utf-8")
    found = re.findall(r'<a class="reference internal nav-link" href="#([^"]+)"', text)
    assert len(found) > 5
    return found


@pytest.mark.parametrize(
    ("name", "motion"),
    [*((name, "no-preference") for name in CHAPTERS), *((name, "reduce") for name in SOME)],
)
def test_addresses_and_list_of_contents_lead_to_the_headings(browser, address, name, motion):
    anchors = contents(name)
    url = f"{address}/{name}.html#{anchors[-1]}"
    with opened(browser, url, reduced_motion=motion, **WIDE) as page:
        page.evaluate(STILL)
        assert 0 <= page.evaluate(HEADING, anchors[-1]) < 0.9
        for anchor in (anchors[0], anchors[len(anchors) // 2], anchors[-1]):
            page.locator(f".bd-sidebar-secondary a.nav-link[href='#{anchor}']").evaluate(
                "link => link.click()"
            )
            page.evaluate(STILL)
            assert 0 <= page.evaluate(HEADING, anchor) < 0.9, anchor


def test_negative_control_the_last_heading_is_far_away_at_first(browser, address):
    with opened(browser, f"{address}/{CHAPTERS[0]}.html", **WIDE) as page:
        page.evaluate(STILL)
        assert page.evaluate(HEADING, contents(CHAPTERS[0])[-1]) > 2


def read_on(page) -> list:
    """Scroll a little as a reader does, and return the first line that can be read, and where."""
    page.mouse.move(600, 500)
    start = page.evaluate("scrollY")
    page.mouse.wheel(0, 1_500)
    page.wait_for_function("start => scrollY > start + 500", arg=start)
    page.evaluate(STILL)
    return page.evaluate(READING)


def leave_and_return(page, address) -> list:
    """Read another page, come back, and return the first line that can be read, and where."""
    page.goto(f"{address}/book/about.html")
    page.go_back(wait_until="load")
    page.evaluate(STILL)
    return page.evaluate(READING)


def there(line) -> list:
    return [line[0], pytest.approx(line[1], abs=2)]


# Down a page, step by step: all sections on the way get their heights.
READ = """async () => {
  for (let i = 0; i < 30; i += 1) {
    scrollBy({ top: 700, behavior: "instant" });
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 20)));
  }
}"""
# To the middle of the page, over sections that keep their guessed heights.
JUMP = """() => {
  const links = document.querySelectorAll(".bd-sidebar-secondary a.nav-link");
  links[Math.floor(links.length / 2)].click();
}"""


@pytest.mark.parametrize(
    ("way", "slower"), [(READ, 1), (JUMP, 1), (JUMP, 4)], ids=["read", "jumped", "jumped-slowly"]
)
@pytest.mark.parametrize("name", CHAPTERS[1::6])
def test_back_and_forward_keep_the_place(browser, address, name, way, slower):
    with opened(browser, f"{address}/{name}.html", **WIDE) as page:
        # On a slow machine sections come near, and get their heights, in another order.
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
        page.evaluate(way)
        page.evaluate(STILL)
        line = read_on(page)
        assert leave_and_return(page, address) == there(line)
        for _ in range(2):
            page.go_forward(wait_until="load")
            page.go_back(wait_until="load")
            page.evaluate(STILL)
            assert page.evaluate(READING) == there(line)


@pytest.mark.parametrize("link", [False, True], ids=["scrolled", "after-a-link-within-the-page"])
def test_the_line_is_put_back_where_heights_have_changed(browser, address, link):
    """A link within the page makes an entry of its own in the history: the line belongs to it."""
    with opened(browser, f"{address}/{CHAPTERS[7]}.html", **WIDE) as page:
        page.evaluate(JUMP if link else READ)
        page.evaluate(STILL)
        line = read_on(page)
        page.goto(f"{address}/book/about.html")
        page.evaluate("""Object.keys(sessionStorage).filter((key) => key.startsWith("heights"))
            .forEach((key) => sessionStorage.setItem(key, "[900, 900, 900]"))""")
        page.go_back(wait_until="load")
        page.evaluate(STILL)
        assert page.evaluate(READING) == there(line)


# What Safari 26 lacks, where all is laid out (course.css) and entries of the history have no name.
LIKE_SAFARI = """
delete window.navigation;
addEventListener("DOMContentLoaded", () => document.head.insertAdjacentHTML("beforeend",
  "<style>* { content-visibility: visible !important; overflow-anchor: none; }</style>"));
"""


@pytest.mark.parametrize("script", ["", LIKE_SAFARI], ids=["chromium", "like-safari"])
def test_a_page_that_was_read_at_two_places_keeps_both(browser, address, script):
    name = CHAPTERS[1]
    anchors = contents(name)
    url = f"{address}/{name}.html#{anchors[-4]}"
    with opened(browser, url, script=script, **WIDE) as page:
        page.evaluate(STILL)
        late = read_on(page)
        page.goto(f"{address}/book/about.html")
        page.goto(f"{address}/{name}.html#{anchors[3]}")
        page.evaluate(STILL)
        early = read_on(page)
        assert leave_and_return(page, address) == there(early)
        page.go_back(wait_until="load")
        page.go_back(wait_until="load")
        page.evaluate(STILL)
        assert page.evaluate(READING) == there(late)


@pytest.mark.parametrize("script", ["", LIKE_SAFARI], ids=["chromium", "like-safari"])
def test_a_jump_within_a_page_does_not_move_the_place_before_it(browser, address, script):
    name = CHAPTERS[1]
    with opened(browser, f"{address}/{name}.html", script=script, **WIDE) as page:
        page.evaluate(STILL)
        early = read_on(page)
        page.evaluate(JUMP)
        page.evaluate(STILL)
        late = read_on(page)
        assert leave_and_return(page, address) == there(late)
        page.go_back()
        page.evaluate(STILL)
        assert page.evaluate(READING) == there(early)
        # Both at once, over the other page.
        page.go_forward()
        page.go_forward(wait_until="load")
        page.evaluate("history.go(-2)")
        page.wait_for_url(f"**/{name}.html")
        page.evaluate(STILL)
        assert page.evaluate(READING) == there(early)


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_place_is_read_before_sphinx_empties_the_state_of_the_history(name):
    text = (SITE / f"{name}.html").read_text(encoding="utf-8")
    assert 0 < text.index("/place.js") < text.index("/sphinx_highlight.js")


def test_a_reader_who_scrolls_is_not_held(browser, address):
    name = CHAPTERS[1]
    with opened(browser, f"{address}/{name}.html#{contents(name)[-4]}", **WIDE) as page:
        page.evaluate(STILL)
        line = read_on(page)
        page.goto(f"{address}/book/about.html")
        page.go_back(wait_until="commit")
        page.wait_for_function("scrollY > 1_000")
        page.keyboard.press("Home")
        page.evaluate(STILL)
        assert page.evaluate("scrollY") == 0
        assert page.evaluate(READING)[0] != line[0]


@pytest.mark.parametrize("end", ["0", "document.documentElement.scrollHeight"])
def test_a_place_at_either_end_of_a_page_is_kept_and_let_go(browser, address, end):
    with opened(browser, f"{address}/{CHAPTERS[1]}.html", **WIDE) as page:
        page.evaluate(f"scrollTo({{top: {end}, behavior: 'instant'}})")
        page.evaluate(STILL)
        page.evaluate(f"scrollTo({{top: {end}, behavior: 'instant'}})")
        page.evaluate(STILL)
        line = page.evaluate(READING)
        page.add_init_script("""{
          const scroll = scrollBy;
          window.moves = 0;
          window.scrollBy = (...how) => { moves += 1; scroll(...how); };
        }""")
        assert leave_and_return(page, address) == there(line)
        page.wait_for_timeout(1_500)
        moves = page.evaluate("moves")
        page.wait_for_timeout(500)
        assert page.evaluate("moves") == moves


def test_negative_control_without_the_script_the_line_is_another(browser, address):
    without = [("**/place.js*", lambda route: route.abort())]
    with opened(browser, f"{address}/{CHAPTERS[1]}.html", routes=without, **WIDE) as page:
        page.evaluate(READ)
        page.evaluate(STILL)
        line = read_on(page)
        assert leave_and_return(page, address) != there(line)


@pytest.mark.parametrize("name", SOME)
def test_the_browsers_search_finds_what_stands_far_down(browser, address, name):
    with opened(browser, f"{address}/{name}.html", **WIDE) as page:
        words = page.locator("article p").last.evaluate("p => p.textContent.trim().slice(0, 40)")
        assert not page.evaluate("words => window.find(words + ' and not this')", words)
        assert page.evaluate("words => window.find(words)", words)
        page.evaluate(STILL)
        top = page.evaluate("getSelection().getRangeAt(0).getBoundingClientRect().top")
        assert page.evaluate("getSelection().toString()").split() == words.split()
        assert 0 <= top < 900


SKIPPED = """() => [...document.querySelectorAll("article p")].filter((p) =>
  p.checkVisibility() && !p.checkVisibility({ contentVisibilityAuto: true })).length"""


@pytest.mark.parametrize("name", SOME)
def test_on_paper_nothing_is_skipped(browser, address, name):
    with opened(browser, f"{address}/{name}.html", **WIDE) as page:
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        page.emulate_media(media="print")
        assert page.evaluate(SKIPPED) == 0
        page.add_style_tag(content="article section section { content-visibility: auto; }")
        page.wait_for_timeout(100)
        assert page.evaluate(SKIPPED) > 5  # negative control


# On which the style sheet makes depend whether anything is skipped.
CONDITION = """() => {
  const rules = (parent) => [...parent.cssRules ?? []].flatMap((rule) => [rule, ...rules(rule)]);
  const all = [...document.styleSheets].flatMap(rules);
  return all.find((rule) => rule instanceof CSSSupportsRule
    && rule.cssText.includes("content-visibility: auto")).conditionText;
}"""


@pytest.mark.parametrize(
    ("known", "skips"),
    [
        ({"overflow-anchor"}, True),
        # Firefox does not find there what a link quotes (#:~:text=).
        ({"overflow-anchor", "-moz-appearance"}, False),
        # Safari does not hold the text still when heights change.
        (set(), False),
    ],
    ids=["Chromium", "Firefox", "Safari"],
)
def test_only_a_browser_that_reaches_skipped_text_skips_any(browser, address, known, skips):
    with opened(browser, f"{address}/{CHAPTERS[0]}.html", **WIDE) as page:
        condition = page.evaluate(CONDITION)
    answers = re.sub(r"\(([\w-]+):\s*\w+\)", lambda asked: str(asked[1] in known), condition)
    assert eval(answers) == skips, condition


def test_explorers_are_reached_one_by_one_though_sections_change_their_height(browser, address):
    """With heights that are quite wrong: `enliven` waits for each while it is in the window."""
    with opened(browser, f"{address}/book/05-fasttext.html", **WIDE) as page:
        page.add_style_tag(
            content="article > section > section "
            "{ content-visibility: auto; contain-intrinsic-size: auto 200px; }"
        )
        enliven(page)
        assert page.locator("figure.explorer:not([data-live])").count() == 0
