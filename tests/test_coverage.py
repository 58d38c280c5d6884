"""Everything that the course's sources have is in the book: tests/coverage.toml says where.

The sources themselves are no part of the project. Where their list of contents lies beside the
evaluation data, the file is compared with it.
"""

import os
import re
import tomllib
from collections import Counter
from itertools import chain
from pathlib import Path

import pytest
from book_pages import ROOT
from coverage_of import (
    FILE,
    Item,
    bullets,
    digest,
    gap,
    gaps,
    items,
    numbers,
    page,
    plain,
    sections,
)

from embedlab.claims.ledger import CHAPTERS, claims_of

DATA = tomllib.loads(FILE.read_text(encoding="utf-8"))
ITEMS = items()
SITE = ROOT / "_build" / "html" / "book"
_FOLDER = os.environ.get("EMBEDLAB_DATA")
DOCUMENT = Path(_FOLDER, os.pardir, "slides", "coverage.md") if _FOLDER else None


@pytest.mark.parametrize("part", sorted({item.bullet.split(".")[0] for item in ITEMS}, key=int))
def test_every_item_of_a_part_is_in_the_book(part):
    assert gaps([item for item in ITEMS if item.bullet.split(".")[0] == part]) == []


def test_every_part_has_its_items():
    per_bullet = Counter(item.bullet for item in ITEMS)
    assert sorted(per_bullet) == sorted(bullet["of"] for bullet in DATA["bullet"])
    assert {bullet.split(".")[0] for bullet in per_bullet} == {str(part) for part in range(11)}
    # An item stands once under its bullet, and says what it is.
    assert Counter((item.bullet, item.about) for item in ITEMS).most_common(1)[0][1] == 1
    assert all(len(item.about) > 3 for item in ITEMS)


def test_every_claim_is_in_the_ledger_under_its_chapter():
    listed = {chapter: numbers(ranges) for chapter, ranges in DATA["claims"].items()}
    found = {
        chapter: [claim.id for claim in claims_of(chapter) if claim.id[0] == "C"]
        for chapter in CHAPTERS
    }
    assert found == listed
    assert sorted(chain(*listed.values())) == [f"C{n:03}" for n in range(1, 319)]


def unknown_anchors(listed: list[Item], folder: Path) -> list[str]:
    """Return the places whose anchor the built page does not have."""
    places = {place.split(" | ")[0] for item in listed for place in item.places}
    unknown = []
    for place in sorted(places):
        name, _, anchor = place.partition("#")
        built = folder / f"{name}.html"
        if built.is_file() and f'id="{anchor}"' not in built.read_text(encoding="utf-8"):
            unknown.append(place)
    return unknown


@pytest.mark.site
def test_the_built_pages_have_the_anchors():
    if not SITE.is_dir():
        pytest.skip("the book is not built: run 'make book'")
    assert unknown_anchors(ITEMS, SITE) == []


if DOCUMENT is not None and DOCUMENT.is_file():

    @pytest.mark.local_data
    def test_every_bullet_of_the_sources_is_listed_as_it_is_now():
        found = dict(bullets(DOCUMENT.read_text(encoding="utf-8")))
        listed = {bullet["of"]: bullet["digest"] for bullet in DATA["bullet"]}
        assert listed == {number: digest(text) for number, text in found.items()}

    @pytest.mark.local_data
    def test_the_claims_of_each_chapter_are_those_of_the_sources():
        index = DOCUMENT.read_text(encoding="utf-8").split("## Index")[1]
        rows = re.findall(r"^- \*\*([\w-]+)\*\*: (.+)$", index, flags=re.MULTILINE)
        assert {chapter: numbers(ids) for chapter, ids in rows} == {
            chapter: numbers(ranges) for chapter, ranges in DATA["claims"].items()
        }


# How pages are read

PAGE = """---
title: x
---
(shells)=
# 7. High *dimensions*

Opening, with a {term}`norm <length>`.

## What goes wrong?

The [sources](x)' **sum** and $\\frac{1}{2}$.

```{code-cell}
# no heading
figure(3)
```

(inside)=
### Deeper

More.

## After
"""


def test_a_page_is_read_section_by_section(tmp_path):
    found = sections(PAGE, tmp_path)
    assert {"high-dimensions", "shells", "what-goes-wrong", "inside", "deeper", "after"} == set(
        found
    )
    assert found["shells"] == plain("Opening, with a norm.")
    assert "figure(3)" in found["what-goes-wrong"]
    assert "deeper more." in found["what-goes-wrong"]
    assert found["deeper"] == "more."
    assert "more." not in found["after"]
    assert found["inside"] == found["deeper"]


def test_functions_that_a_page_prints_are_part_of_it(tmp_path):
    (tmp_path / "m.py").write_text("def f():\n    return 41\n\n\ndef g():\n    return 42\n")
    source = "# T\n\n```{literalinclude} m.py\n:pyobject: g\n```\n"
    assert "return 42" in sections(source, tmp_path)["t"]
    assert "return 41" not in sections(source, tmp_path)["t"]


def test_ranges_of_numbers():
    assert numbers("C001-C003 C010") == ["C001", "C002", "C003", "C010"]


# Negative controls

ITEM = Item("7.1", "a figure", ("07#what-goes-wrong | figure(3) | sum", "07#deeper | more"))


def reader(source, tmp_path):
    return lambda name: sections(source, tmp_path) if name == "07" else {}


def test_negative_control_a_section_taken_out_is_a_gap(tmp_path):
    assert gaps([ITEM], reader(PAGE, tmp_path)) == []
    [line] = gaps([ITEM], reader(PAGE.replace("### Deeper", "### Higher"), tmp_path))
    assert line == "7.1, a figure: 07 has no section #deeper"


def test_negative_control_a_word_taken_out_is_a_gap(tmp_path):
    [line] = gaps([ITEM], reader(PAGE.replace("figure(3)", "pass"), tmp_path))
    assert "07#what-goes-wrong lacks ['figure(3)']" in line


def test_negative_control_an_item_without_place_or_words_is_a_gap(tmp_path):
    assert gaps([Item("7.1", "lost", ())]) == ["7.1, lost: no place"]
    assert "names no words" in gap("07#deeper", reader(PAGE, tmp_path))
    assert "no section" in gap("08#deeper | more", reader(PAGE, tmp_path))
    assert gap("ledger#c999 | x") == "ledger has no section #c999"


@pytest.mark.parametrize("item", [ITEMS[0], ITEMS[len(ITEMS) // 2], ITEMS[-1]])
def test_negative_control_in_the_real_pages_each_place_decides(item):
    """Without its section, or one fragment of it, an item of the file is a gap."""
    address, *fragments = item.places[0].split(" | ")
    name, _, anchor = address.partition("#")
    without_section = {key: text for key, text in page(name).items() if key != anchor}
    assert gap(item.places[0], lambda _: without_section)
    shorter = page(name) | {anchor: page(name)[anchor].replace(plain(fragments[0]), "")}
    assert gap(item.places[0], lambda _: shorter)


def test_negative_control_a_built_page_without_the_anchor_is_found(tmp_path):
    (tmp_path / "07.html").write_text('<section id="what-goes-wrong"></section>')
    assert unknown_anchors([ITEM], tmp_path) == ["07#deeper"]


def test_negative_control_a_changed_or_new_bullet_is_noticed():
    text = (
        "## 0. A\n\n- **One** two\n  three\n- Four\n\n## 1. B\n\n- Five\n\n## Index\n\n- x: C001\n"
    )
    found = dict(bullets(text))
    assert found == {"0.1": "**One** two three", "0.2": "Four", "1.1": "Five"}
    assert digest(found["0.2"]) != digest("Four.")
