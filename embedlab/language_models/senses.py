"""Do vectors tell the senses of a word apart? A probe, and contexts that make the question fair."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from embedlab.grammar import CUES
from embedlab.numerics import Array, IntArray, as_matrix, require
from embedlab.sequences import token_ids
from embedlab.world import World

# Sentence, position in it, and topic, as in ``World.senses``.
Occurrence: TypeAlias = tuple[int, int, str]


def unlike_contexts(world: World) -> dict[str, tuple[list[Occurrence], list[Occurrence]]]:
    """Return for each word with two senses two sets of its occurrences without a common cue.

    What tells the topic in a sentence stands in two slots with two options each. The first set
    has the first option in both, the second set the second. A probe that has learned from one set
    what "lends money" means can only be right on the other if the model has put "protects
    savings" near it. With cues in common, untrained weights would do: they tell words apart.

    Args:
        world: With ``senses``.

    Returns:
        Word -> two lists of its occurrences.
    """
    found: dict[str, tuple[list[Occurrence], list[Occurrence]]] = {}
    for place in world.senses:
        sentence = world.sentences[place[0]]
        text = " ".join(sentence)
        slots = [CUES[place[2]][slot].split("|") for slot in ("does", "scene")]
        sets = found.setdefault(sentence[place[1]], ([], []))
        for option, chosen in enumerate(sets):
            if all(options[option] in text for options in slots):
                chosen.append(place)
    return found


def probe_accuracy(
    vectors: npt.ArrayLike,
    labels: npt.ArrayLike,
    held_out: npt.ArrayLike,
    held_out_labels: npt.ArrayLike,
    *,
    ridge: float = 0.01,
) -> float:
    """Return how often a linear classifier names the label of vectors that it has not seen.

    It is the least-squares fit of one column of zeros and ones per label.

    Args:
        vectors: (m, d) to learn from.
        labels: (m,) theirs, of any kind.
        held_out: (q, d) to be judged by.
        held_out_labels: (q,).
        ridge: Penalty on the squared weights, as a share of the vectors' variance times m;
            positive.

    Raises:
        ValueError: If the arrays do not fit each other, or ridge is not positive.

    >>> probe_accuracy([[0.0], [1.0], [4.0], [5.0]], [0, 0, 1, 1], [[2.0], [3.0]], [0, 1])
    1.0
    """
    x, y = as_matrix("vectors", vectors), as_matrix("held_out", held_out)
    require(x.shape[1] == y.shape[1], "held_out", f"have {x.shape[1]} columns", y.shape)
    for name, tags, rows in (("labels", labels, x), ("held_out_labels", held_out_labels, y)):
        require(np.shape(tags) == (len(rows),) != (0,), name, "be one per row", np.shape(tags))
    require(0 < ridge < np.inf, "ridge", "be positive and finite", ridge)
    names, places = np.unique(np.asarray(labels), return_inverse=True)
    answers = np.eye(len(names))[places]
    center, share = x.mean(axis=0, dtype=np.float64), answers.mean(axis=0)
    x, y = x - center, y - center
    gram = x.T @ x
    # Vectors that are all equal tell nothing: then the most frequent label is named.
    penalty = ridge * np.trace(gram) or 1.0
    weights = np.linalg.solve(gram + penalty * np.eye(len(gram)), x.T @ (answers - share))
    named = names[(y @ weights + share).argmax(axis=1)]
    return float((named == np.asarray(held_out_labels)).mean())


def sense_accuracy(
    layers_of: Callable[[IntArray, IntArray], Array],
    sentences: Sequence[Sequence[str]],
    contexts: Mapping[str, tuple[Sequence[Occurrence], Sequence[Occurrence]]],
    words: Sequence[str],
) -> Array:
    """Return for each layer how well a probe tells the two senses of a word by its vector.

    A probe learns from each of the two sets of occurrences in turn and is judged by the other;
    the mean over both and over the words. Without knowledge it is near 1/2.

    Args:
        layers_of: Ids (B, n) and lengths (B,) to vectors (L + 1, B, n, D), such as
            ``partial(elmo_layers, model)``.
        sentences: Those that the occurrences count.
        contexts: From ``unlike_contexts``, or a part of it.
        words: From ``sequences.word_table``.

    Returns:
        (L + 1,) accuracies.

    Raises:
        ValueError: If there are no words, or a set of occurrences is empty.
    """
    require(len(contexts) > 0, "contexts", "have a word", "none")
    rows = []
    for word, sets in contexts.items():
        vectors, topics = [], []
        for chosen in sets:
            require(len(chosen) > 0, f"contexts[{word!r}]", "hold occurrences", "an empty set")
            ids, lengths = token_ids([sentences[s] for s, _, _ in chosen], words)
            columns = [position + 1 for _, position, _ in chosen]
            vectors.append(layers_of(ids, lengths)[:, np.arange(len(ids)), columns])
            topics.append([topic for _, _, topic in chosen])
        one, other = (
            [
                probe_accuracy(u, topics[i], v, topics[1 - i])
                for u, v in zip(vectors[i], vectors[1 - i], strict=True)
            ]
            for i in (0, 1)
        )
        rows.append(np.add(one, other) / 2)
    return np.asarray(np.mean(rows, axis=0))
