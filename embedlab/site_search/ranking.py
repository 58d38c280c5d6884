"""Rankings of the paragraphs for a query: by meaning, by words, and both together.

`book/assets/ask.js` does the same in the browser, and a test compares the two.
"""

from collections.abc import Sequence

import numpy as np

from embedlab.numerics import Array, IntArray, require
from embedlab.retrieval import lexical
from embedlab.retrieval.hits import Hits, top
from embedlab.retrieval.hybrid import reciprocal_rank_fusion
from embedlab.site_search.index import Meaning, SearchIndex
from embedlab.site_search.words import cut, resolve, terms

RANKINGS = ("both", "meaning", "words")


def query_vector(meaning: Meaning, query: str) -> Array | None:
    """Return the mean of the vectors of a query's words (d,); None if no word is known."""
    numbers = {word: i for i, word in enumerate(meaning.words)}
    found = [resolve(word, meaning.words) for word in cut(query)]
    known = [numbers[word] for word in found if word is not None]
    if not known:
        return None
    rows = meaning.word_codes.steps[known] * meaning.word_codes.scales[known, np.newaxis]
    return np.asarray(rows.mean(axis=0))


def ranked(index: SearchIndex, query: str, by: str = "both") -> Hits:
    """Return all paragraphs that a query finds, best first, as the answer to one query.

    Args:
        index: As from ``build_index``.
        query: What a reader types.
        by: "meaning" scores every paragraph by the product of its vector with the query's, if a
            word of the query is known; "words" is BM25; "both" fuses their ranks. Without vectors
            all three are BM25.

    Raises:
        ValueError: If ``by`` is no ranking.
    """
    require(by in RANKINGS, "by", f"be one of {', '.join(RANKINGS)}", by)
    if index.meaning is None or by == "words":
        return lexical.search(index.by_words, [terms(query)], len(index.paragraphs))
    if by == "meaning":
        return _by_meaning(index.meaning, query)
    return fused(ranked(index, query, "meaning"), ranked(index, query, "words"))


def _by_meaning(meaning: Meaning, query: str) -> Hits:
    codes, vector = meaning.paragraph_codes, query_vector(meaning, query)
    n = len(codes.scales)
    if vector is None:
        return Hits(np.full((1, n), -1), np.full((1, n), -np.inf))
    return top(((codes.steps @ vector) * codes.scales)[np.newaxis], n)


def fused(meaning: Hits, words: Hits) -> Hits:
    """Return one ranking of all paragraphs from the two that each rank all of them."""
    return reciprocal_rank_fusion([meaning, words], words.positions.shape[1])


def first_sections(places: Sequence[str], positions: IntArray) -> IntArray:
    """Return positions without those whose section has been found already.

    Args:
        places: For each paragraph its page and section.
        positions: Best first; -1 is left out.

    >>> first_sections(["a#1", "a#1", "b#1"], np.array([1, 0, 2, -1])).tolist()
    [1, 2]
    """
    seen: dict[str, int] = {}
    for position in positions[positions >= 0].tolist():
        seen.setdefault(places[position], position)
    return np.array(list(seen.values()), dtype=np.int64)
