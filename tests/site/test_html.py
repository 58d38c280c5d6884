"""The pages follow the HTML standard, and what follows from it for those who do not see them.

The rules that are off stand in htmlvalidate.json, each with its reason.
"""

import json
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest
from book_pages import ROOT

pytestmark = pytest.mark.site

VALIDATOR = ROOT / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"
CHOICES = json.loads(Path(__file__).with_name("htmlvalidate.json").read_text(encoding="utf-8"))


def validate(folder: Path, pages: list[Path]) -> list[str]:
    """Return what html-validate complains about; one process looks at all pages."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not on the path: run `make test`")
    elements = {
        name: {key: value for key, value in data.items() if key != "reason"}
        for name, data in CHOICES["elements"].items()
    }
    config = folder / "config.json"
    rules = dict.fromkeys(CHOICES["off"], "off")
    config.write_text(
        json.dumps(
            {
                "root": True,
                "extends": CHOICES["presets"],
                "elements": ["html5", elements],
                "rules": rules,
            }
        )
    )
    done = subprocess.run(
        [node, VALIDATOR, "--config", config, "--formatter", "json", *pages],
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode in (0, 1), done.stderr
    return [
        f"{Path(page['filePath']).name}:{found['line']} {found['ruleId']}: {found['message']}"
        for page in json.loads(done.stdout)
        for found in page["messages"]
    ]


def pages_of(site: Path) -> list[Path]:
    """Return all pages of the book; one that only leads on to another is none."""
    return [
        page
        for folder in (site, site / "book", site / "book" / "reference")
        for page in sorted(folder.glob("*.html"))
        if 'http-equiv="refresh"' not in page.read_text(encoding="utf-8")[:2000].lower()
    ]


def test_every_page_is_valid(site, tmp_path, record_property):
    pages = pages_of(site)
    found = validate(tmp_path, pages)
    kinds = Counter(line.split()[1] for line in found)
    record_property("figure", f"html: {len(found)} faults on {len(pages)} pages")
    assert len(pages) > 30
    assert found == [], f"{dict(kinds)}"


# A script or a fraction with more parts or fewer is shown by no browser as it should be.
PARTS = {
    "msub": 2, "msup": 2, "mfrac": 2, "munder": 2, "mover": 2, "mroot": 2,
    "msubsup": 3, "munderover": 3,
}  # fmt: skip


def misshapen(text: str) -> list[str]:
    """Return the parts of a page's formulas that have too many or too few parts of their own."""
    formulas = map(ElementTree.fromstring, re.findall(r"<math.*?</math>", text, re.DOTALL))
    return [
        f"{name} of {len(part)} parts: {''.join(part.itertext())}"
        for formula in formulas
        for part in formula.iter()
        for name in [part.tag.rpartition("}")[2]]
        if len(part) != PARTS.get(name, len(part))
    ]


def test_every_formula_is_well_formed(site, record_property):
    texts = {page.name: page.read_text(encoding="utf-8") for page in pages_of(site)}
    found = {name: faults for name, text in texts.items() if (faults := misshapen(text))}
    n = sum(text.count("<math") for text in texts.values())
    record_property("figure", f"formulas: {n:,} on all pages, {len(found)} pages with faults")
    assert n > 1000
    assert found == {}


def test_negative_control_misshapen_formulas_are_found():
    good = "<math><msub><mi>x</mi><mrow><mi>max</mi><mo>⁡</mo></mrow></msub></math>"
    assert misshapen(good) == []
    assert misshapen(good.replace("<mrow>", "").replace("</mrow>", "")) == ["msub of 3 parts: xmax⁡"]


def test_every_rule_that_is_off_has_its_reason():
    assert all(len(reason) > 40 for reason in CHOICES["off"].values())
    assert all(len(data["reason"]) > 40 for data in CHOICES["elements"].values())


def test_negative_control_faults_are_found(tmp_path):
    page = tmp_path / "page.html"
    page.write_text(
        '<!DOCTYPE html><html lang="en"><head><title>A page</title></head><body>'
        '<p id="a">one<div>two</div></p><p id="a">three</p><img src="x.png"></body></html>'
    )
    kinds = {line.split()[1].rstrip(":") for line in validate(tmp_path, [page])}
    assert {"no-dup-id", "close-order", "wcag/h37"} <= kinds
