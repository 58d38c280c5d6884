"""Collections of documents made from a seed, for the checks of ``idf_table``."""

import numpy as np

from embedlab.grading.cases import OTHER_WORDS, draw_words
from embedlab.grading.declaration import Arguments
from embedlab.grading.sentences.drawing import draw_names, spell


def plain_documents(rng: np.random.Generator) -> list[Arguments]:
    """Return (docs,) without a word that occurs twice in a document.

    So whoever counts occurrences can still earn the points for the formula. Empty documents,
    a single document, words that differ by a capital letter, little words such as "the", and
    forty documents.
    """
    patterns = ["ab a", "abc", "ab ca a bda", "ab | a |", "da bca | ac"]
    cases = [_documents(rng, pattern) for pattern in patterns]
    a, b = draw_words(rng, 2, ("law", "court", "river", "moon"))
    little = [["the", a], ["of", "the", b], ["and", a]]
    return [*cases, (little,), (_with_capital_letters(rng),), (_many(rng, 40),)]


def documents_with_repeats(rng: np.random.Generator) -> list[Arguments]:
    """Return (docs,) where counting occurrences would put the words in another order.

    In the last one a word is part of another word.
    """
    patterns = ["aaab b", "abbbb ca ac", "cc ad bad abca aa", "abaca b bc"]
    words = ["law", "trade", "lawyer", *draw_words(rng, 2, ("king", "river", "moon"))]
    law, trade, lawyer, *others = words
    inside = [[lawyer, others[0]], [lawyer, trade], [law, trade, others[1]]]
    return [*(_documents(rng, pattern) for pattern in patterns), (inside,)]


def documents_of_nothing(rng: np.random.Generator) -> list[Arguments]:
    """Return (docs,): no documents, empty documents, and four that are not empty.

    There, no word is in all documents or in one only: leaving such words out is another mistake.
    """
    return [([],), ([[]],), ([[], []],), _documents(rng, "ab ab c c")]


def documents_to_keep(rng: np.random.Generator) -> list[Arguments]:
    """Return (docs,) that a function could change in place.

    The most frequent word is the same by documents and by occurrences, and no word is in all
    documents or in one only.
    """
    return [_documents(rng, pattern) for pattern in ("abaa ca cb a", "cba cdbaa ad a d")]


def _documents(rng: np.random.Generator, pattern: str) -> Arguments:
    """Return the documents of a pattern, separated by spaces; | is an empty document."""
    names = draw_names(rng)
    return ([spell(part.strip("|"), names) for part in pattern.split()],)


def _with_capital_letters(rng: np.random.Generator) -> list[list[str]]:
    """Return six documents in which Berlin and berlin are two words."""
    other, third = draw_words(rng, 2, ("café", "straße", "東京", "año"))
    return [["Berlin", other], ["berlin"], ["berlin", third], [other, "berlin"], [other], [third]]


def _many(rng: np.random.Generator, n: int) -> list[list[str]]:
    """Return n documents, one word in all of them and one in a single one."""
    words = draw_words(rng, 8, OTHER_WORDS)
    docs = [[words[0], *draw_words(rng, int(rng.integers(1, 4)), (*words[1:7],))] for _ in range(n)]
    docs[int(rng.integers(n))].append(words[7])
    return docs
