"""Questions with the places of the book that answer them: what the search is judged by.

They are for judging only: nothing is trained or chosen by them. Three kinds: as a reader types
them, as the book's quizzes and the interviewers ask, and as exercises are headed. Where a question
stands in the book itself, that section is left out of what is searched for it, or finding the
question's own words would count as an answer.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from embedlab.paragraphs import Paragraph
from embedlab.site_search import asked_questions, typed_questions


@dataclass(frozen=True)
class Question:
    """A question and where its answer stands.

    Attributes:
        text: As somebody types it.
        places: Sections as page#anchor; a page alone stands for all its sections.
        source: Where the book asks the question itself; empty where it does not.
    """

    text: str
    places: tuple[str, ...]
    source: str = ""


def is_at(paragraphs: Sequence[Paragraph], places: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    """Return which paragraphs stand at one of some places (N,).

    >>> cat = Paragraph("02-dense", ("Dense",), "dot-product", "A product.", "text")
    >>> is_at([cat, cat], ("02-dense#dot-product",)).tolist()
    [True, True]
    """
    wanted = set(places)
    found = [p.page in wanted or f"{p.page}#{p.anchor}" in wanted for p in paragraphs]
    return np.array(found, dtype=bool)


def _read(table: str) -> tuple[Question, ...]:
    r"""Return the questions of a table, in which lines that belong to a question are indented.

    >>> _read("How far?\n    here#a there\n    asked at far#b")
    (Question(text='How far?', places=('here#a', 'there'), source='far#b'),)
    """
    found = []
    for entry in re.split(r"\n(?=\S)", table.strip()):
        text, *rest = entry.split("\n")
        places, _, source = " ".join(rest).partition("asked at ")
        found.append(Question(text, tuple(places.split()), source.strip()))
    return tuple(found)


TYPED = _read(typed_questions.TABLE)
"""As a reader types them, written by hand."""
ASKED = _read(asked_questions.TABLE)
"""As the book's quizzes, interviewers and exercises ask them."""
QUESTIONS = (*TYPED, *ASKED)
