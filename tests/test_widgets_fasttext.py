"""The explorers of chapter 5: with the numbers that embedlab computes, the hash among them.

The charts are computed here by the converter that draws the page's still pictures, and in a
browser in tests/site.
"""

import html
import re
from functools import cache

import numpy as np
import pytest
import vl_convert
from figure_rules import check_explorer

from embedlab.fasttext import train
from embedlab.subwords import bucket, character_ngrams
from embedlab.vectors import nearest
from embedlab.widgets.fasttext import rank_film, subword_explorer

WORDS = ("banana", "ban", "a", "müsli", "banan", "cat", "cats", "at", "ananas", "straße", "café")
FILM = {"FastText": [[5, 6], [1, 2]], "Word2Vec": [[90, 80], [9, 2]]}


@cache
def model(**options):
    rng = np.random.default_rng(0)
    sentences = [rng.choice(WORDS, 6).tolist() for _ in range(40)]
    settings = {"n_min": 2, "n_max": 4, "n_dimensions": 3, "min_count": 1, "epochs": 2}
    return train(sentences, rng=rng, **(settings | options))


EXPLORERS = {
    "subwords": lambda: subword_explorer(model(), "bananas"),
    "film": lambda: rank_film(["a → b", "c → d"], FILM, [0.0, 1.0], axis="rank of the twin"),
}


def drawn(explorer) -> list[str]:
    """Return the texts that the chart shows."""
    svg = vl_convert.vegalite_to_svg(explorer.specification())
    return [html.unescape(text) for text in re.findall(r"<text[^>]*>([^<]*)</text>", svg)]


@pytest.mark.parametrize("name", EXPLORERS)
def test_every_explorer_keeps_the_rules(name):
    check_explorer(EXPLORERS[name])


@pytest.mark.parametrize("word", ["cat", "mücafß", "x y~\"'\\", "ÿÀ¡ÿ"])
def test_n_grams_buckets_and_neighbors_are_those_of_embedlab(word):
    texts = drawn(subword_explorer(model(), word))
    expected = [f"{g}  {bucket(g, model().n_buckets)}" for g in character_ngrams(word, 2, 4)]
    # A space at the edge of a text is not drawn.
    expected = [text.strip() for text in expected]
    assert sorted(t for t in texts if re.search(r"  \d+$", t)) == sorted(expected)
    known = set(model().buckets.tolist())
    n_known = sum(bucket(g, model().n_buckets) in known for g in character_ngrams(word, 2, 4))
    assert f"{n_known} of {len(expected)} n-grams are known" in texts
    unknown = "Several words as one" if " " in word else "Not a known word"
    status = "A known word" if word in WORDS else unknown
    assert any(text.startswith(status) for text in texts)
    if n_known == 0:
        assert "No piece is known, so there is no vector." in texts
        return
    best = nearest(model().embeddings, model()[word], 6)
    listed = [t for t in texts if t in WORDS]
    assert sorted(listed) == sorted(w for w, _ in best)
    scores = [float(t.replace("−", "-")) for t in texts if re.fullmatch(r"[-−]?\d\.\d{3}", t)]
    # atol: three decimals are printed, and the page's numbers are rounded.
    np.testing.assert_allclose(sorted(scores), sorted(s for _, s in best), rtol=0, atol=1.5e-3)


def test_few_buckets_collide_in_the_page_too():
    few = model(n_buckets=7)
    texts = drawn(subword_explorer(few, "xyz"))
    assert "9 of 9 n-grams are known" in texts
    best = nearest(few.embeddings, few["xyz"], 6)
    assert {t for t in texts if t in WORDS} == {w for w, _ in best}


def test_an_emoji_is_one_character_without_a_code():
    texts = drawn(subword_explorer(model(), "cat😀"))
    ngrams = [g.replace("😀", "□") for g in character_ngrams("cat😀", 2, 4)]
    without = [g for g in ngrams if "□" in g]
    assert sorted(t for t in texts if t.endswith("no code")) == sorted(
        f"{g}  no code" for g in without
    )
    assert f"{len(ngrams) - len(without)} of {len(ngrams)} n-grams are known" in texts
    # None of the others has a bucket in use, so the neighbors are embedlab's.
    best = nearest(model().embeddings, model()["cat😀"], 6)
    assert {t for t in texts if t in WORDS} == {w for w, _ in best}


@pytest.mark.parametrize("blank", ["", "   ", "\u00a0"])
def test_nothing_typed(blank):
    assert drawn(subword_explorer(model(), blank)) == ["Nothing typed."]


def test_spaces_around_a_word_are_dropped():
    """Keyboards of phones put one behind each word."""
    assert drawn(subword_explorer(model(), " cat ")) == drawn(subword_explorer(model(), "cat"))


def test_a_long_word_is_cut_and_says_so():
    texts = drawn(subword_explorer(model(), "ban" * 30))
    n_all = len(character_ngrams(("ban" * 30)[:40], 2, 4))
    assert any(f"of {n_all} n-grams are known (first 40 characters)" in t for t in texts)
    n_listed = sum(bool(re.search(r"  \d+$", t)) for t in texts)
    assert f"and {n_all - n_listed} more" in texts
    best = nearest(model().embeddings, model()[("ban" * 30)[:40]], 6)
    assert {t for t in texts if t in WORDS} == {w for w, _ in best}


def test_the_film_shows_the_last_snapshot_and_can_be_played():
    specification = EXPLORERS["film"]().specification()
    assert specification["usermeta"] == {"play": "step"}
    step = next(p for p in specification["params"] if p["name"] == "step")
    assert (step["bind"]["min"], step["bind"]["max"], step["value"]) == (0, 1, 1)
    ranks = next(p for p in specification["params"] if p["name"] == "ranks")["value"]
    assert ranks == list(FILM.values())
    texts = drawn(EXPLORERS["film"]())
    assert {"100% of the training done", "a → b", "c → d", "● FastText", "○ Word2Vec"} <= set(texts)
    assert "FastText: 6 and 2; Word2Vec: 85 and 6" in EXPLORERS["film"]().alt


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: subword_explorer(model(n_min=1, n_max=2), "a"),
            "n-grams of at least 2 characters",
        ),
        (lambda: subword_explorer(model(n_max=6), "a"), "at most three lengths, got"),
        (
            lambda: subword_explorer(model(n_dimensions=3_000), "a"),
            "model must have at most 200000 numbers, got",
        ),
        (lambda: rank_film(["a"], {"one": [[1]]}, [1.0], axis="r"), "ranks must hold two models"),
        (lambda: rank_film(["a"], FILM, [0.0, 1.0], axis="r"), "labels and a row of FastText"),
        (lambda: rank_film(["a", "b"], FILM, [0.0], axis="r"), "progress and FastText must have"),
    ],
)
def test_bad_input_is_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()
