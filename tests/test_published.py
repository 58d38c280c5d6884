"""The list of published addresses, and the program that compares the site with it."""

import published
import pytest

PAGE = (
    '<main><p id="outside"></p><article><section id="one"><span id="label"></span><h1>x</h1>'
    '<span class="c" id="id7"></span><svg><g id="drawn"></g></svg><p id="index-3"></p></section>'
    '<dl><dt id="term-a">a</dt></dl><ul><li class="claim" id="c001"></li></ul>'
    '<div class="math" id="formula-x"></div></article></main>'
)
LEADS = '<meta http-equiv="refresh" content="0; url=book/a.html" />'


@pytest.fixture
def site(tmp_path):
    (tmp_path / "book").mkdir()
    (tmp_path / "_static").mkdir()
    (tmp_path / "book" / "a.html").write_text(PAGE)
    (tmp_path / "index.html").write_text(LEADS)
    (tmp_path / "_static" / "x.html").write_text(PAGE)
    return tmp_path


def test_anchors_are_those_that_somebody_may_link_to():
    assert published.anchors(PAGE) == {"one", "label", "term-a", "c001", "formula-x"}


def test_a_page_that_leads_on_has_the_anchors_of_its_target(site):
    found = published.built(site)
    assert set(found) == {"index", "book/a"}
    assert found["index"] == found["book/a"]


def test_a_page_that_leads_nowhere_does_not_count(site):
    (site / "index.html").write_text(LEADS.replace("a.html", "none.html"))
    assert "index" not in published.built(site)


def test_what_is_gone_is_named_with_the_remedy():
    before = {"book/a": {"one", "two"}, "book/b": set()}
    assert published.gone(before, before) == []
    anchor, page = published.gone(before, {"book/a": {"one"}})
    assert anchor.startswith("book/a#two was published and is gone")
    assert '"book/a#two" = "its new anchor" to [anchors] in book/redirects.toml' in anchor
    assert '"book/b" = "its new page" to [pages] in book/redirects.toml' in page


def test_list_is_read_as_it_is_written():
    addresses = {"book/a": {"one", "two"}, "book/b": set()}
    assert published.read(published.written(addresses)) == addresses
    assert published.read(published.LIST.read_text(encoding="utf-8"))


def run(monkeypatch, site, *options: str) -> int:
    options = ("published", "--site", str(site), "--list", str(site / "list.txt"), *options)
    monkeypatch.setattr("sys.argv", list(options))
    return published.main()


def test_program_enters_what_is_new_and_never_removes(site, monkeypatch, capsys):
    assert run(monkeypatch, site) == 0
    assert not (site / "list.txt").exists()
    assert run(monkeypatch, site, "--add") == 0
    assert "12 entered" in capsys.readouterr().out
    before = (site / "list.txt").read_text()
    (site / "book" / "a.html").write_text(PAGE.replace('id="one"', 'id="three"'))
    assert run(monkeypatch, site, "--add") == 1
    said = capsys.readouterr()
    assert "book/a#one was published and is gone" in said.err
    after = (site / "list.txt").read_text()
    assert set(before.split()) < set(after.split())
    assert "  three\n" in after


def test_program_says_what_to_do_without_a_site(tmp_path, monkeypatch, capsys):
    assert run(monkeypatch, tmp_path) == 1
    assert "run `make book` first" in capsys.readouterr().err
