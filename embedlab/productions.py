"""What the grammar of ``world`` can say: its words in each sense, and how likely a sentence is.

``world`` draws from these; here nothing is random.
"""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np

from embedlab.grammar import CUES, FRAMES, NEUTRAL_CUES, PARADIGMS, TOPICS
from embedlab.numerics import Array, as_integer, require


@dataclass(frozen=True)
class Head:
    """A word in one sense.

    Attributes:
        word: What stands in the slot ``{word}`` of a frame.
        attributes: As in ``World.attributes``, and the topic of a thing.
        slots: The options of every slot around it; earlier ones are likelier, see
            ``option_shares``.
    """

    word: str
    attributes: dict[str, str]
    slots: dict[str, list[str]]


@cache
def heads() -> tuple[Head, ...]:
    """Return every word in every sense, all equally likely to get a sentence.

    >>> [head.attributes["topic"] for head in heads() if head.word == "bank"]
    ['finance', 'river']
    """
    found = []
    for (kind, varying, values, others), lines in PARADIGMS.items():
        for line in lines.strip().splitlines():
            forms, fixed = (part.split() for part in line.split(":"))
            siblings = dict(zip(values.split(), forms, strict=True))
            shared = dict(zip(others.split(), fixed, strict=True))
            for value, word in siblings.items():
                # The varying attribute comes second because of a place it is the kind itself.
                attributes = {"kind": kind, varying: value, **shared}
                found.append(_head(word, attributes, siblings))
    for topic, words in TOPICS.items():
        found += [_head(word, {"kind": "thing", "topic": topic}, {}) for word in words.split()]
    return tuple(found)


def words_with_two_senses() -> list[str]:
    """Return the words that have two topics.

    >>> words_with_two_senses()
    ['bank', 'current', 'bat', 'spring']
    """
    counts = Counter(word for words in TOPICS.values() for word in words.split())
    return [word for word, n_topics in counts.items() if n_topics > 1]


def option_shares(n_options: int) -> Array:
    """Return the probability (n,) of each of the n options of a slot; earlier ones are likelier.

    The i-th option is taken where u (1 + u) / 2 · n, u being uniform in [0, 1), lies between
    i and i + 1.

    Raises:
        ValueError: If n_options is below 1.

    >>> option_shares(2).round(4).tolist()
    [0.618, 0.382]
    """
    edges = np.linspace(0, 1, as_integer("n_options", n_options, 1) + 1)
    # Where u (1 + u) / 2 reaches each edge: the positive root of u² + u - 2 · edge.
    return np.asarray(np.diff((np.sqrt(1 + 8 * edges) - 1) / 2))


def topic_sentences() -> dict[tuple[str, ...], float]:
    """Return every sentence about a thing with a topic, and its probability among them.

    These are the sentences with a word of two senses, and with the words that share a topic with
    one. They have neither rare words nor misspellings, so the probabilities are exact, and nothing
    can predict the sentences better: -log p is what a perfect language model loses on one.

    >>> sentences = topic_sentences()
    >>> round(sum(sentences.values()), 12)
    1.0
    >>> probability = sentences["we", "know", "that", "the", "owl", "has", "wings", "at", "dusk"]
    >>> round(1 / probability)  # 15 senses, 3 frames, 0.382 for the wings, 0.618 for the dusk
    191
    """
    things = [head for head in heads() if head.attributes["kind"] == "thing"]
    frames = FRAMES["thing"]
    probabilities: Counter[tuple[str, ...]] = Counter()
    for head, frame in product(things, frames):
        pieces = [head.slots[p[1:-1]] if p.startswith("{") else [p] for p in frame.split()]
        weighted = [
            list(zip(options, option_shares(len(options)).tolist(), strict=True))
            for options in pieces
        ]
        for picks in product(*weighted):
            # An option may have several words, or none.
            tokens = tuple(" ".join(option for option, _ in picks).split())
            share = math.prod(p for _, p in picks)
            probabilities[tokens] += share / len(things) / len(frames)
    return dict(probabilities)


def entropy_per_token(probabilities: Mapping[tuple[str, ...], float]) -> float:
    """Return the least mean loss, in nats per prediction, that a model of sentences can have.

    A causal model predicts the n tokens of a sentence and its end, so it is H / E[n + 1] with the
    entropy H = -Σ p log p of the sentences. No model comes below it on average; on a sample of
    sentences the bound is -Σ log p / Σ (n + 1), which chance moves a little.

    Args:
        probabilities: Of each sentence, a tuple of tokens; positive, and 1 in sum.

    Raises:
        ValueError: If they are not probabilities.

    Source: Shannon 1948, "A Mathematical Theory of Communication", section 7.

    >>> round(entropy_per_token({("a",): 0.5, ("b",): 0.5}), 4)  # log 2 over a token and the end
    0.3466
    """
    p = np.array(list(probabilities.values()), dtype=np.float64)
    total = float(p.sum())
    is_whole = bool((p > 0).all()) and math.isclose(total, 1.0, rel_tol=1e-9)
    require(is_whole, "probabilities", "be positive with the sum 1", f"the sum {total:g}")
    n_predictions = np.array([len(sentence) + 1 for sentence in probabilities])
    return float(-(p @ np.log(p)) / (p @ n_predictions))


def _head(word: str, attributes: dict[str, str], siblings: dict[str, str]) -> Head:
    slots = {"word": word, **NEUTRAL_CUES, **siblings}
    for value in attributes.values():
        slots |= CUES.get(value, {})
    return Head(word, attributes, {slot: options.split("|") for slot, options in slots.items()})
