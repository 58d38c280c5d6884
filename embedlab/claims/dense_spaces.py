"""The vectors on which the claims of chapter 2 are tried: an artificial world's, and real ones."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np

from embedlab import learned
from embedlab.claims.findings import typeset
from embedlab.corpus import encode_sentences
from embedlab.counts import cooccurrences, ppmi, svd_embeddings
from embedlab.datasets import world
from embedlab.evaluation import analogy_accuracy
from embedlab.numerics import Array
from embedlab.postprocessing import mean_centered
from embedlab.pretrained import distill, minilm, whole_words
from embedlab.text import Vocabulary, build_vocabulary
from embedlab.vectors import Embeddings, analogy, cosine, nearest
from embedlab.world import World

_N_SENTENCES, _N_FREQUENT = 30_000, 2_000
REAL = "vectors distilled from MiniLM"

# The words of the slides' examples and of pairs that share a relation with them.
_WANTED = """
    king queen man woman prince princess boy girl actor actress uncle aunt nephew niece father
    mother son daughter paris france germany berlin madrid spain italy rome tokyo japan uk london
    bigger big small smaller faster fast slow slower best good bad worst walked walk run ran going
    go eat eating saw see do did einstein scientist artist picasso microsoft gates jobs apple cat
    kitten dog car truck computer
""".split()


@cache
def truth() -> World:
    """Return the chapter's artificial world."""
    return world(np.random.default_rng(0), _N_SENTENCES)


@cache
def counts() -> tuple[Vocabulary, Array]:
    """Return the world's words and how often two of them stand within five places."""
    return _counts(truth().sentences)


@cache
def compressed() -> Embeddings:
    """Return the chapter's vectors: PPMI of the world's counts, compressed to 100 numbers."""
    vocabulary, matrix = counts()
    return _compress(vocabulary, matrix)


@cache
def control_counts() -> tuple[Vocabulary, Array]:
    """Return the counts of the same text with its words shuffled."""
    tokens = [token for sentence in truth().sentences for token in sentence]
    np.random.default_rng(2).shuffle(tokens)
    ends = np.cumsum([len(sentence) for sentence in truth().sentences])
    starts = [0, *ends[:-1]]
    return _counts([tokens[i:j] for i, j in zip(starts, ends, strict=True)])


@cache
def control() -> Embeddings:
    """Return vectors made in the same way from the same text with its words shuffled."""
    return _compress(*control_counts())


@cache
def skip_gram() -> Embeddings:
    """Return Word2Vec's vectors of another text of the same world; they come with the package."""
    return learned.skip_gram()


@cache
def grown(n_sentences: int, n_texts: int = 6) -> list[tuple[Embeddings, float]]:
    """Return vectors of texts of the world, and the share of all its analogies they get right."""
    spaces = []
    for seed in range(n_texts):
        sentences = world(np.random.default_rng(seed), n_sentences).sentences
        vectors = _compress(*_counts(sentences, min_count=1))
        spaces.append((vectors, share_right(vectors, unknown="wrong")))
    return spaces


@cache
def real() -> Embeddings:
    """Return one vector for each of some two thousand English words, from published weights."""
    model = minilm()
    known = set(whole_words(model))
    world_words = [word for word in compressed() if word in known]
    words = dict.fromkeys([*whole_words(model)[:_N_FREQUENT], *_WANTED, *world_words])
    return distill(model, list(words))


@cache
def input_table() -> Embeddings:
    """Return MiniLM's own vectors of these words, with which it begins to read; centered."""
    model = minilm()
    rows = model.tokenizer.get_vocab()
    words = tuple(word for word in real() if word in rows)
    table = np.asarray(model.encoder.words[[rows[word] for word in words]], dtype=np.float64)
    return Embeddings(words, mean_centered(table))


@cache
def whole_input_table() -> Embeddings:
    """Return MiniLM's own vectors of all words that it does not cut into pieces; centered."""
    model = minilm()
    rows = model.tokenizer.get_vocab()
    words = tuple(whole_words(model))
    table = np.asarray(model.encoder.words[[rows[word] for word in words]], dtype=np.float64)
    return Embeddings(words, mean_centered(table))


def plane() -> dict[str, Array]:
    """Return the study page's five vectors in two dimensions."""
    flat = {"king": (2, 0), "man": (1, 0), "woman": (1, 1), "queen": (2, 1), "child": (0, 2)}
    return {word: np.array(vector, dtype=float) for word, vector in flat.items()}


def share_right(vectors: Embeddings, *, unknown: Literal["skip", "wrong"] = "skip") -> float:
    """Return the share of the world's analogies that the course's rule gets right.

    Questions with a word that has no vector are left out ("skip") or wrong.
    """
    found = analogy_accuracy(vectors, truth().analogies, normalize=False, unknown=unknown)
    return found.n_right / found.n_used


def offset(vectors: Embeddings, start: str, end: str) -> Array:
    """Return the step from one word to another."""
    return np.asarray(vectors[end] - vectors[start], dtype=np.float64)


def pair_cosine(vectors: Embeddings, pair: str) -> float:
    """Return the cosine of two words written with a space between."""
    first, second = pair.split()
    return cosine(vectors[first], vectors[second])


def signed(value: float, digits: int = 2) -> str:
    """Return a number with a proper minus sign, and zero without one."""
    return f"{round(value, digits) + 0.0:.{digits}f}".replace("-", "−")


def bound(value: float) -> str:
    """Return a power of ten above a rounding error, which differs between machines."""
    exponent = max(-12, math.ceil(math.log10(max(value, 1e-300))))
    return typeset(f"1e{exponent}")


def rotated(vectors: Embeddings) -> Embeddings:
    """Return the same vectors in a space that was turned at random."""
    d = vectors.n_dimensions
    turn, _ = np.linalg.qr(np.random.default_rng(1).normal(size=(d, d)))
    return Embeddings(vectors.words, vectors.matrix.astype(np.float64) @ turn)


@dataclass(frozen=True)
class Trial:
    """An analogy a − b + c = d, tried.

    Attributes:
        name: The left side, in words.
        c: The word c.
        wanted: The word d.
        left_out: The answer if a, b and c may not be answers.
        allowed: The answer if they may.
        alone: The word nearest to c, a and b left out: an answer without any relation.
        rank: The place of d among the answers if a, b and c may not be answers.
    """

    name: str
    c: str
    wanted: str
    left_out: str
    allowed: str
    alone: str
    rank: int


def tried(vectors: Embeddings, question: str) -> Trial:
    """Try the analogy that a question "a b c d" asks."""
    a, b, c, wanted = question.split()
    ranked = [word for word, _ in analogy(vectors, a, b, c, k=len(vectors))]
    [(allowed, _)] = analogy(vectors, a, b, c, exclude_inputs=False)
    [(alone, _)] = nearest(vectors, c, 1, exclude={a, b})
    rank = ranked.index(wanted) + 1
    return Trial(f"{a} − {b} + {c}", c, wanted, ranked[0], allowed, alone, rank)


def trials(vectors: Embeddings, questions: Sequence[str]) -> list[Trial]:
    """Try the questions "a b c d" whose words all have a vector."""
    return [tried(vectors, q) for q in questions if all(word in vectors for word in q.split())]


def swapped() -> dict[str, list[tuple[str, str, str, str]]]:
    """Return the world's analogies with the first pair turned round."""
    return {
        name: [(b, a, c, d) for a, b, c, d in questions]
        for name, questions in truth().analogies.items()
    }


def mixed(n: int) -> list[tuple[str, str, str, str]]:
    """Return questions whose two pairs come from different relations of the world."""
    rng = np.random.default_rng(0)
    sections = list(truth().analogies.values())
    questions = []
    for _ in range(n):
        one, two = rng.choice(len(sections), size=2, replace=False)
        first = sections[one][int(rng.integers(len(sections[one])))]
        second = sections[two][int(rng.integers(len(sections[two])))]
        questions.append((first[0], first[1], second[2], second[3]))
    return questions


def _counts(sentences: list[list[str]], min_count: int = 5) -> tuple[Vocabulary, Array]:
    vocabulary = build_vocabulary(sentences, min_count=min_count)
    tokens = encode_sentences(sentences, vocabulary.index)
    return vocabulary, np.asarray(cooccurrences(tokens, len(vocabulary), window=5).toarray())


def _compress(vocabulary: Vocabulary, matrix: Array) -> Embeddings:
    rng = np.random.default_rng(0)
    return svd_embeddings(vocabulary.words, ppmi(matrix), 100, weighting=0.5, rng=rng)
