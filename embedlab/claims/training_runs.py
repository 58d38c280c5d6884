"""The runs against which the claims of chapter 8 are held, and how their results are told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil, floor, log

import numpy as np

from embedlab.docstrings import docstring_sentences
from embedlab.evaluation import analogy_accuracy, word_similarity
from embedlab.numerics import Array, IntArray
from embedlab.runs import Snapshot
from embedlab.schedules import constant, linear
from embedlab.text import build_vocabulary
from embedlab.vectors import Embeddings, similarity_matrix
from embedlab.word2vec import train
from embedlab.word2vec.training import Objective
from embedlab.world import World, world

# The two tables of the slides, by epoch.
FIRST_LOSS = {0: 9.21, 5: 5.84, 10: 4.12, 20: 3.45}
FIRST_ANALOGIES = {0: 0.0, 5: 0.12, 10: 0.31, 20: 0.48}
FIRST_SIMILARITY = {0: 0.0, 5: 0.35, 10: 0.58, 20: 0.72}
SECOND_ANALOGIES = {20: 0.40, 40: 0.65, 60: 0.72}
SECOND_SIMILARITY = {20: 0.5, 40: 0.7, 60: 0.75}
SECOND_REDUCTION = {20: 0.05, 40: 0.02, 60: 0.005}
DECAY, LOSS_AT_50 = 0.1, 2.07

EPOCHS, NEGATIVES, WINDOW = 100, 5, 5
SEEN = (0, 1, 2, 3, 5, 7, 10, 20, 30, 40, 41, 42, 50, 60, 80, 100)
# Sentences and schedule of each run; 1,000 sentences are 10,000 words.
RUNS = {
    "1,000 sentences": (1000, linear),
    "4,000 sentences": (4000, linear),
    "4,000 at a constant rate": (4000, constant),
}
LARGE, CONSTANT = "4,000 sentences", "4,000 at a constant rate"


@dataclass(frozen=True, eq=False)
class Run:
    """A run of skip-gram with negative sampling over 100 epochs, seen at some of them."""

    truth: World
    loss: Array
    inputs: Mapping[int, Embeddings]
    outputs: Mapping[int, Array]


@cache
def recorded_run(name: str) -> Run:
    """Return a run by its name among ``RUNS``, trained once."""
    n_sentences, schedule = RUNS[name]
    truth = world(np.random.default_rng(0), n_sentences)
    words = build_vocabulary(truth.sentences, min_count=1)
    inputs: dict[int, Embeddings] = {}
    outputs: dict[int, Array] = {}

    def look(snapshot: Snapshot) -> None:
        epoch = round(snapshot.progress * EPOCHS)
        if epoch in SEEN and snapshot.outputs is not None:
            inputs[epoch] = Embeddings(words.words, snapshot.vectors())
            outputs[epoch] = snapshot.outputs()

    model = train(
        truth.sentences,
        rng=np.random.default_rng(0),
        n_dimensions=30,
        window=WINDOW,
        n_negatives=NEGATIVES,
        vocabulary=words,
        sample=None,
        epochs=EPOCHS,
        schedule=schedule,
        n_reports=EPOCHS,
        callback=look,
    )
    loss = np.concatenate([[(1 + NEGATIVES) * log(2)], model.history.loss])
    return Run(truth, loss, inputs, outputs)


@cache
def real_text() -> list[list[str]]:
    """Return a small real text: the sentences of NumPy's docstrings."""
    return docstring_sentences(["numpy"])


@cache
def short_run(name: str, objective: Objective) -> tuple[Array, Embeddings]:
    """Return the losses at epochs 0 to 10 of a run of 20, and the vectors at epoch 5."""
    is_world = name in RUNS
    sentences = world(np.random.default_rng(0), RUNS[name][0]).sentences if is_world else None
    text = real_text() if sentences is None else sentences
    words = build_vocabulary(text, min_count=1 if is_world else 5)
    vectors: list[Array] = []

    def look(snapshot: Snapshot) -> bool:
        vectors.append(snapshot.vectors())
        return len(vectors) > 10

    model = train(
        text,
        rng=np.random.default_rng(0),
        objective=objective,
        n_dimensions=30,
        window=WINDOW,
        n_negatives=NEGATIVES,
        vocabulary=words,
        sample=None,
        epochs=20,
        n_reports=20,
        callback=look,
    )
    start = log(len(words)) if objective == "softmax" else (1 + NEGATIVES) * log(2)
    return np.concatenate([[start], model.history.loss]), Embeddings(words.words, vectors[5])


@cache
def all_losses() -> dict[str, Array]:
    """Return the losses at epochs 0 to 10 and further of all runs."""
    return {name: recorded_run(name).loss for name in RUNS} | {
        "full softmax, 1,000 sentences": short_run("1,000 sentences", "softmax")[0],
        "docstrings of NumPy": short_run("docstrings", "negative")[0],
    }


@cache
def analogy_share(name: str, epoch: int) -> float:
    """Return the share of the analogies of the world that are right at an epoch."""
    run = recorded_run(name)
    return analogy_accuracy(run.inputs[epoch], run.truth.analogies).accuracy


@cache
def similarity_correlation(name: str, epoch: int) -> float:
    """Return the rank correlation of cosines with true similarities at an epoch."""
    run = recorded_run(name)
    return word_similarity(run.inputs[epoch], run.truth.similarities).correlation


def cosines_among(embeddings: Embeddings, words: Sequence[str]) -> Array:
    """Return the cosines of all pairs of some words."""
    return similarity_matrix(embeddings.matrix[[embeddings.index[word] for word in words]])


def neighbor_agreement(cosines: Array, labels: IntArray, chosen: int | None = None) -> float:
    """Return the share of words' five nearest neighbors that have the word's own label.

    Only words with the chosen label are asked, all if none is chosen.
    """
    cosines = cosines.copy()
    np.fill_diagonal(cosines, -2)
    nearest = np.argsort(-cosines, axis=1)[:, :5]
    same = labels[nearest] == labels[:, np.newaxis]
    return float((same if chosen is None else same[labels == chosen]).mean())


@cache
def neighbors_of_group(name: str, epoch: int) -> float:
    """Return how often the nearest five words belong to the same group of the world."""
    run = recorded_run(name)
    group_of = {
        word: number for number, words in enumerate(run.truth.groups.values()) for word in words
    }
    return neighbor_agreement(
        cosines_among(run.inputs[epoch], list(group_of)), np.array([*group_of.values()])
    )


# Long runs in single precision differ a little from one kind of processor to the next, so what
# is told about them are bounds in steps of ten, with this much to spare.
SPARE = 0.03


def at_least(share: float) -> str:
    """Return a share as a bound from below."""
    return f"at least {10 * max(0, floor(10 * (share - SPARE)))}%"


def at_most(share: float) -> str:
    """Return a share as a bound from above."""
    return f"at most {10 * ceil(10 * (share + SPARE))}%"


def tenth(share: float) -> str:
    """Return a share with one digit, rounded down, so that 1.0 means all."""
    return f"{max(0.0, int(10 * share) / 10):.1f}"


def in_tens(shares: Sequence[float]) -> str:
    """Return shares as bounds from below, without the words."""
    return ", ".join(f"{10 * max(0, floor(10 * (share - SPARE / 2)))}%" for share in shares)
