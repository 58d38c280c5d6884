"""What the browser searches: paragraphs, their vectors, and a vector for each known word."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from pathlib import Path
from typing import TypeVar

import numpy as np

from embedlab.numerics import Array
from embedlab.paragraphs import Paragraph
from embedlab.postprocessing import principal_directions
from embedlab.pretrained import Pretrained, whole_words
from embedlab.retrieval import lexical
from embedlab.site_search import student, teacher
from embedlab.site_search.codes import Codes, quantize
from embedlab.site_search.questions import QUESTIONS, is_at
from embedlab.site_search.words import cut, terms

T = TypeVar("T")

N_DIMENSIONS = 80
"""Chosen by bytes: a reader downloads half a byte for each, of every word and paragraph."""
N_FURTHER_WORDS = 1000
"""Frequent words of the model that the book does not use, but a reader may."""
_SHARE_OF_SENTENCES = 1 / 6
_SENTENCE = re.compile(r"(?<=[.!?:;,])\s+|\n")
_FEWEST_WORDS = 3
_FEWEST_CHARACTERS = 20


@dataclass(frozen=True, eq=False)
class Meaning:
    """The vectors, all in the same d dimensions.

    Attributes:
        words: V known words, sorted by code points.
        word_codes: Their vectors.
        paragraph_codes: Those of the N paragraphs.
    """

    words: tuple[str, ...]
    word_codes: Codes
    paragraph_codes: Codes


@dataclass(frozen=True, eq=False)
class SearchIndex:
    """The paragraphs of the book, ready to be searched.

    Attributes:
        paragraphs: N of them, in the book's order.
        meaning: None where the published weights are not installed; then only words count.
    """

    paragraphs: tuple[Paragraph, ...]
    meaning: Meaning | None

    @cached_property
    def places(self) -> tuple[str, ...]:
        """The page and section of each paragraph, as page#anchor."""
        return tuple(f"{paragraph.page}#{paragraph.anchor}" for paragraph in self.paragraphs)

    @cached_property
    def by_words(self) -> lexical.BM25:
        """The index of the paragraphs' words, their headings' words among them."""
        return lexical.build([terms(searched_text(paragraph)) for paragraph in self.paragraphs])


@dataclass(frozen=True, eq=False)
class Encoded:
    """What the teacher makes of the book.

    Attributes:
        paragraphs: (N, 384).
        sentences: A sample of sentences, as texts.
        sentence_vectors: (n, 384).
        words: V words, sorted.
        word_vectors: (V, 384), of each word by itself.
    """

    paragraphs: Array
    sentences: tuple[str, ...]
    sentence_vectors: Array
    words: tuple[str, ...]
    word_vectors: Array


def searchable(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """Return the paragraphs that say something: a page that waits to be written does not."""
    return [paragraph for paragraph in paragraphs if len(paragraph.text) >= _FEWEST_CHARACTERS]


def searched_text(paragraph: Paragraph) -> str:
    """Return a paragraph after the titles that lead to it."""
    return " ".join([*paragraph.headings, paragraph.text])


def encoded_text(paragraph: Paragraph) -> str:
    """Return what the teacher reads: the paragraph after the title of its section."""
    return f"{paragraph.headings[-1]}: {paragraph.text}" if paragraph.headings else paragraph.text


def build_index(
    paragraphs: Sequence[Paragraph], model: Pretrained | None, folder: Path
) -> tuple[SearchIndex, Encoded | None]:
    """Return the index of a book, and what it was made of.

    Args:
        paragraphs: N, as from ``searchable``.
        model: The teacher; without it the index knows words only.
        folder: Where the teacher's vectors are kept.
    """
    if model is None:
        return SearchIndex(tuple(paragraphs), None), None
    encoded = encode_book(paragraphs, model, folder)
    # A small book has fewer directions; two numbers share a byte.
    n_dimensions = min(N_DIMENSIONS, len(paragraphs) // 2 * 2)
    directions = principal_directions(encoded.paragraphs.astype(float), n_dimensions).T
    # What all paragraphs have in common would add the same to each score.
    centered = encoded.paragraphs - encoded.paragraphs.mean(axis=0)
    meaning = Meaning(
        encoded.words,
        quantize(_word_vectors(paragraphs, encoded, directions)),
        quantize(centered @ directions),
    )
    return SearchIndex(tuple(paragraphs), meaning), encoded


def encode_book(paragraphs: Sequence[Paragraph], model: Pretrained, folder: Path) -> Encoded:
    """Return the teacher's vectors of paragraphs, of a sample of sentences, and of words."""
    pages = _grouped(paragraphs, lambda paragraph: paragraph.page)
    sampled = {name: _sample(group) for name, group in pages.items()}
    words = sorted(_known_words(paragraphs, model))
    letters = _grouped(words, lambda word: word[0])
    groups = {
        **{f"page {name}": [encoded_text(p) for p in group] for name, group in pages.items()},
        **{f"sentences {name}": group for name, group in sampled.items()},
        **{f"words {letter}": group for letter, group in letters.items()},
    }
    found = teacher.encode_groups(model, groups, folder)

    def stacked(kind: str) -> Array:
        return np.vstack([rows for name, rows in found.items() if name.split(" ")[0] == kind])

    sentences = tuple(sentence for group in sampled.values() for sentence in group)
    return Encoded(stacked("page"), sentences, stacked("sentences"), tuple(words), stacked("words"))


def _word_vectors(paragraphs: Sequence[Paragraph], encoded: Encoded, directions: Array) -> Array:
    """Return the student's vectors (V, d), fitted to paragraphs and sentences."""
    taught = ~is_at(paragraphs, _asked_at())
    texts = [
        *(encoded_text(p) for p, is_taught in zip(paragraphs, taught, strict=True) if is_taught),
        *encoded.sentences,
    ]
    targets = np.vstack([encoded.paragraphs[taught], encoded.sentence_vectors]) @ directions
    weights = student.mean_weights(texts, encoded.words)
    start = student.prior(encoded.word_vectors.astype(float) @ directions, weights, targets)
    return student.fit(weights, targets.astype(float), start)


def _asked_at() -> tuple[str, ...]:
    """Return the sections in which the book itself asks a question that the search is judged by."""
    return tuple({question.source for question in QUESTIONS if question.source})


def _sample(paragraphs: Sequence[Paragraph]) -> list[str]:
    """Return a sixth of a page's sentences, the same ones as long as they stand there."""
    taught = ~is_at(paragraphs, _asked_at())
    sentences = {
        sentence
        for paragraph, is_taught in zip(paragraphs, taught, strict=True)
        if is_taught
        for sentence in _SENTENCE.split(paragraph.text)
        if len(cut(sentence)) >= _FEWEST_WORDS
    }
    questions = {" ".join(cut(question.text)) for question in QUESTIONS}
    allowed = [sentence for sentence in sentences if " ".join(cut(sentence)) not in questions]
    ordered = sorted(allowed, key=lambda sentence: hashlib.sha256(sentence.encode()).hexdigest())
    return ordered[: ceil(len(ordered) * _SHARE_OF_SENTENCES)]


def _known_words(paragraphs: Sequence[Paragraph], model: Pretrained) -> set[str]:
    """Return the words of the book, and the model's most frequent ones beyond them."""
    own = {word for paragraph in paragraphs for word in cut(searched_text(paragraph))}
    return own | set([word for word in whole_words(model) if word not in own][:N_FURTHER_WORDS])


def _grouped(items: Sequence[T], key: Callable[[T], str]) -> Mapping[str, list[T]]:
    groups: defaultdict[str, list[T]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return groups
