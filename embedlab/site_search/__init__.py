"""The search box of the built book: it answers in the reader's browser, with no server behind it.

============= ========================================================================
``questions`` what the search is judged by; ``typed_questions`` and ``asked_questions`` list them
``words``     how a text is cut into words, here and in the browser
``codes``     vectors in four bits for each number
``teacher``   sentence vectors of the published weights, kept between builds
``student``   one vector for each word, fitted so that their mean is near the teacher's
``index``     paragraphs, their vectors, and the words' vectors
``ranking``   by meaning, by words (BM25), and both
``judging``   how often the right section is among the first
``export``    the files that a browser loads, and reading them again
============= ========================================================================

The published weights are too large for a web page (84 MB). So they encode the paragraphs while the
book is built, and a student takes their place for the query: a table of word vectors, as in static
distillation. `book/assets/ask.js` does in the browser what ``ranking`` does here.

Source: Tulkens and van Dongen 2024, "Model2Vec" (static vectors distilled from a sentence encoder);
Reimers and Gurevych 2020, arXiv:2004.09813 (a student that learns a teacher's sentence vectors).
"""

from embedlab.site_search.export import read_index, read_report, write_search
from embedlab.site_search.index import SearchIndex, build_index
from embedlab.site_search.ranking import RANKINGS, first_sections, ranked

__all__ = [
    "RANKINGS",
    "SearchIndex",
    "build_index",
    "first_sections",
    "ranked",
    "read_index",
    "read_report",
    "write_search",
]
