"""The text that is trained on, and how good the vectors are."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from embedlab import datasets
from embedlab.evaluation import analogy_accuracy, word_similarity
from embedlab.text import Vocabulary, build_vocabulary
from embedlab.vectors import Embeddings

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


@dataclass(frozen=True)
class Text:
    """A corpus and the questions that its vectors are asked.

    Attributes:
        name: What it is.
        sentences: Lists of tokens.
        vocabulary: Words that occur at least five times.
        similarities: Pairs of words with a score, for each test.
        analogies: Sections of questions.
    """

    name: str
    sentences: list[list[str]]
    vocabulary: Vocabulary
    similarities: dict[str, list[tuple[str, str, float]]]
    analogies: dict[str, list[tuple[str, str, str, str]]]

    @property
    def n_tokens(self) -> int:
        """How many tokens there are."""
        return sum(map(len, self.sentences))

    def first(self, n_tokens: int) -> "Text":
        """Return the beginning of the text, up to so many tokens."""
        sentences = list(beginning(self.sentences, n_tokens))
        vocabulary = build_vocabulary(sentences, min_count=5)
        return Text(self.name, sentences, vocabulary, self.similarities, self.analogies)

    def quality(self, embeddings: Embeddings) -> dict[str, float]:
        """Return Spearman's correlation for each test of similarity, and the analogies solved."""
        scores = {
            name: word_similarity(embeddings, pairs).correlation
            for name, pairs in self.similarities.items()
        }
        return scores | {"analogies": analogy_accuracy(embeddings, self.analogies).accuracy}


def beginning(sentences: Iterable[list[str]], n_tokens: int) -> Iterator[list[str]]:
    """Yield sentences until they hold so many tokens."""
    for sentence in sentences:
        if n_tokens <= 0:
            return
        n_tokens -= len(sentence)
        yield sentence


def folder_of_novels() -> Path | None:
    """Return the folder with novels.txt and the evaluation sets, if there is one."""
    folder = Path(os.environ.get("EMBEDLAB_DATA") or SHARED)
    return folder if (folder / "novels.txt").is_file() else None


def text(n_sentences: int = 200_000) -> Text:
    """Return the novels where they are to be had, otherwise so much of the artificial world."""
    folder = folder_of_novels()
    if folder is not None:
        sentences = datasets.load_novels(folder)
        similarities = {
            "WordSim-353": datasets.load_wordsim353(folder),
            "SimLex-999": datasets.load_simlex999(folder),
        }
        analogies = datasets.load_google_analogies(folder)
        name = "novels"
    else:
        corpus = datasets.world(np.random.default_rng(0), n_sentences)
        sentences, analogies, name = corpus.sentences, corpus.analogies, "world"
        similarities = {"world similarities": corpus.similarities}
    return Text(name, sentences, build_vocabulary(sentences, min_count=5), similarities, analogies)
