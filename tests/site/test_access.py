"""Every page as those use it who do not see it, not by mouse, or not in motion.

Each page is loaded once. In the light, on a wide window with all that is folded open and all
explorers live, axe looks at it whole; then the colors turn and axe looks at their contrast again.
"""

import re
from collections import Counter

import pytest
from book_pages import CHAPTERS, PAGES, ROOT
from browsing import enliven, opened

pytestmark = [pytest.mark.site, pytest.mark.browser]

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SITE = ROOT / "_build" / "html"
# What Sphinx writes beside the pages of the table of contents; a page that only leads on to
# another is gone before anybody reads it.
GENERATED = sorted(
    page.stem
    for page in SITE.glob("*.html")
    if 'http-equiv="refresh"' not in page.read_text(encoding="utf-8")[:2000].lower()
)
NAMES = [*PAGES, *GENERATED]

UNFOLD = """() => {
  for (const box of document.querySelectorAll("details")) {
    box.removeAttribute("name");  // of those with one name, one alone can be open
    box.open = true;
  }
}"""
RUN = """async (rules) => {
  const options = rules ? { runOnly: rules } : {};
  const found = await axe.run(document, { ...options, resultTypes: ["violations"] });
  return {
    rules: found.passes.length,
    violations: found.violations.flatMap((rule) => rule.nodes.map(
      (node) => `${rule.id}: ${node.target.join(" ")}: ${node.html.slice(0, 120)}`)),
  };
}"""
LABELS = """() => {
  const drawn = [...document.querySelectorAll(".picture svg[role=img], figure.explorer")];
  return [
    ...drawn.map((figure) => figure.getAttribute("aria-label") ?? ""),
    ...[...document.querySelectorAll("article img")].map((image) => image.alt),
  ];
}"""


@pytest.fixture(scope="module")
def findings(browser, address):
    """What each page was found to be, and how to look at one that has not been looked at."""
    script = AXE.read_text(encoding="utf-8")
    kept: dict[str, dict] = {}

    def look(name: str) -> dict:
        if name not in kept:
            size = {"width": 1100, "height": 900}
            options = {"viewport": size, "reduced_motion": "reduce", "color_scheme": "light"}
            with opened(browser, f"{address}/{name}.html", **options) as page:
                if name in CHAPTERS:
                    enliven(page)
                page.evaluate(UNFOLD)
                page.evaluate(script)
                light = page.evaluate(RUN, None)
                page.emulate_media(color_scheme="dark")
                # A page without the theme (404) follows the browser by its style alone.
                page.wait_for_function(
                    "['dark', undefined].includes(document.documentElement.dataset.theme)"
                )
                dark = page.evaluate(RUN, ["color-contrast"])
                kept[name] = {"light": light, "dark": dark, "labels": page.evaluate(LABELS)}
        return kept[name]

    look.kept = kept
    return look


def faults(labels: list[str]) -> list[str]:
    """Return the labels of figures that do not say what is shown."""
    found = [label for label, times in Counter(labels).items() if times > 1]
    for label in labels:
        is_name = re.fullmatch(r"\S*|.*\.(png|svg|jpe?g|gif|webp)", label.strip(), re.IGNORECASE)
        is_empty = re.match(r"(an? )?(image|picture|figure|plot|chart)\b", label, re.IGNORECASE)
        # A shorter one can hardly name both what is drawn and what is to be seen.
        if is_name or is_empty or len(label) <= 30:
            found.append(label)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing(findings, name):
    found = findings(name)
    assert found["light"]["violations"] == []
    assert found["light"]["rules"] > 15
    assert found["dark"]["violations"] == []


@pytest.mark.parametrize("name", NAMES)
def test_figures_say_what_they_show(findings, name):
    assert faults(findings(name)["labels"]) == []


def test_negative_control_poor_descriptions_are_found():
    good = "Two arrows from the origin, 55 degrees apart, and the arc between them."
    assert faults([good]) == []
    for poor in ["", "loss.png", "output_3_0.svg", "Figure 3", "Plot of the loss over all steps"]:
        assert faults([good, poor]) == [poor]
    assert faults([good, good]) == [good]


def test_negative_control_axe_sees_what_is_wrong(browser, address):
    with opened(browser, f"{address}/{PAGES[-1]}.html", color_scheme="light") as page:
        page.evaluate(
            "document.querySelector('article').insertAdjacentHTML('beforeend', "
            "'<button></button><p style=\"color:#bbb;background:#fff\">pale</p>')"
        )
        page.evaluate(AXE.read_text(encoding="utf-8"))
        rules = {line.split(":")[0] for line in page.evaluate(RUN, None)["violations"]}
        assert {"button-name", "color-contrast"} <= rules


def test_figures_of_all_pages(findings, record_property):
    """The sum, for the summary of the run."""
    found = findings.kept.values()
    n_violations = sum(len(f["light"]["violations"] + f["dark"]["violations"]) for f in found)
    n_labels = sum(len(f["labels"]) for f in found)
    record_property(
        "figure", f"axe: {n_violations} violations on {len(found)} pages; {n_labels} descriptions"
    )
    assert n_violations == 0
