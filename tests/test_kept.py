"""Outputs kept for machines without the published weights: whole, and of the cells as they are."""

import csv
import json
import lzma
from types import SimpleNamespace

import kept
import nbformat
import pytest
from book_pages import ROOT
from docutils import nodes
from execution import READER

ARCHIVES = sorted(kept.KEPT.glob("*.ipynb.xz"))
REMEDY = "run `make keep` on a machine with the published weights"


def page_of(archive):
    return ROOT / "book" / f"{archive.name.removesuffix('.ipynb.xz')}.md"


@pytest.mark.parametrize("archive", ARCHIVES, ids=lambda archive: archive.name)
def test_what_is_kept_fits_the_page(archive):
    executed = kept.kept_outputs(page_of(archive))
    assert executed is not None, f"the cells of {page_of(archive).name} have changed: {REMEDY}"
    assert all(cell.execution_count for cell in executed.cells)


def test_every_page_that_names_the_weights_is_kept():
    """Those that call them through the ledger's claims are found by executing, in `make keep`."""
    named = {page for page in kept.pages() if "embedlab.pretrained" in page.read_text()}
    assert named
    assert named <= set(map(page_of, ARCHIVES)), REMEDY


def test_negative_control_another_cell_is_noticed(tmp_path):
    page = page_of(ARCHIVES[0])
    changed = tmp_path / page.name
    changed.write_text(page.read_text() + "\n```{code-cell}\n1 + 1\n```\n")
    assert kept.kept_outputs(changed) is None


def test_the_kept_ledger_has_the_approved_verdicts(tmp_path):
    kept.give_back_ledger(tmp_path)
    found = {
        each["id"]: each["verdict"] for each in json.loads((tmp_path / "claims.json").read_text())
    }
    found |= {
        each["id"]: each["verdict"] for each in json.loads((tmp_path / "beyond.json").read_text())
    }
    with (ROOT / "tests" / "approved_verdicts.csv").open() as file:
        approved = {row["id"]: row["verdict"] for row in csv.DictReader(file)}
    assert found == approved, REMEDY
    assert (tmp_path / "claims.csv").stat().st_size > 10_000


def test_all_that_is_kept_is_small():
    assert sum(path.stat().st_size for path in kept.KEPT.iterdir()) < 1_500_000
    assert all(lzma.decompress(path.read_bytes()) for path in kept.KEPT.iterdir())


CELLS = """---
file_format: mystnb
kernelspec: {{name: python3, display_name: Python 3}}
---

# A page

```{{code-cell}}
raise ModuleNotFoundError("{}")
```
"""


@pytest.fixture
def book(tmp_path, monkeypatch):
    """Return two pages that fail, one for want of weights, and the cache after that."""
    sources = {"weights": f"install {kept.MISSING}", "other": "No module named 'nothing'"}
    for name, error in sources.items():
        (tmp_path / f"{name}.md").write_text(CELLS.format(error))
    monkeypatch.setattr(kept, "KEPT", tmp_path / "kept")
    monkeypatch.setattr(kept.logger, "warning", lambda *said: told.append(said[1]))
    told = []
    cache = str(tmp_path / "cache")
    database = kept.get_cache(cache)
    for name, error in sources.items():  # as an execution that failed leaves it
        record = database.add_nb_to_project(str(tmp_path / f"{name}.md"), read_data=READER)
        kept.NbProjectRecord.set_traceback(record.uri, error, database.db)
    env = SimpleNamespace(
        mystnb_config=SimpleNamespace(execution_cache_path=cache),
        doc2path=lambda name: str(tmp_path / f"{name}.md"),
        run_pages={"weights", "other"},
    )
    return SimpleNamespace(folder=tmp_path, env=env, cache=database, told=told)


def test_only_a_page_in_need_takes_what_is_kept_and_says_so(book):
    kept.restore(None, book.env, ["weights", "other"])
    assert book.told == ["weights"]  # nothing is kept of it yet
    for name in ("weights", "other"):
        page = kept.read(book.folder / f"{name}.md")
        page.cells = [cell for cell in page.cells if cell.cell_type == "code"]
        page.cells[0].outputs = [nbformat.v4.new_output("stream", text="kept\n")]
        (book.folder / "kept").mkdir(exist_ok=True)
        archive = book.folder / "kept" / f"{name}.ipynb.xz"
        archive.write_bytes(lzma.compress(nbformat.writes(page).encode()))
    kept.restore(None, book.env, ["weights", "other"])
    assert book.env.kept_pages == {"weights"}
    with pytest.raises(KeyError):
        book.cache.match_cache_notebook(kept.read(book.folder / "other.md"))
    # The next build finds it in the cache, does not run it, and still knows.
    book.env.run_pages = {"other"}
    kept.restore(None, book.env, ["weights", "other"])
    assert book.env.kept_pages == {"weights"}
    book.env.docname = "weights"
    section = nodes.section("", nodes.title("", "A page"), nodes.paragraph("", "Text."))
    kept.tell(SimpleNamespace(env=book.env), section)
    assert "without the published weights" in section[1].astext()
    book.env.docname = "other"
    other = nodes.section("", nodes.title("", "Another"))
    kept.tell(SimpleNamespace(env=book.env), other)
    assert len(other) == 1
