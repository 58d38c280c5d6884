import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedlab.grammar import TOPICS
from embedlab.productions import (
    entropy_per_token,
    heads,
    option_shares,
    topic_sentences,
    words_with_two_senses,
)
from embedlab.world import world

# Sums of a few thousand probabilities in double precision.
RTOL = 1e-10


def test_a_word_is_a_head_once_per_sense():
    times = Counter(head.word for head in heads())
    assert {word for word, n in times.items() if n == 2} == set(words_with_two_senses())
    assert max(times.values()) == 2
    things = [head for head in heads() if head.attributes["kind"] == "thing"]
    assert {head.attributes["topic"] for head in things} == set(TOPICS)


# Shares of options


@given(st.integers(1, 30))
def test_shares_are_falling_probabilities(n):
    shares = option_shares(n)
    assert shares.sum() == pytest.approx(1.0, rel=RTOL)
    assert (np.diff(shares) < 0).all()


def test_shares_are_those_of_the_draw():
    u = (np.arange(100_000) + 0.5) / 100_000
    taken = np.bincount((u * (1 + u) / 2 * 9).astype(int), minlength=9) / len(u)
    # A grid of 100,000 points misses an edge by less than one.
    np.testing.assert_allclose(taken, option_shares(9), atol=1e-5)


# Sentences about things


PROBABILITIES = topic_sentences()


def drawn(seed):
    """The sentences of a world that are about things."""
    sentences = world(np.random.default_rng(seed), 40_000).sentences
    return [tokens for s in sentences if (tokens := tuple(s)) in PROBABILITIES]


def test_probabilities_by_hand():
    assert sum(PROBABILITIES.values()) == pytest.approx(1.0, rel=RTOL)
    golden = option_shares(2)
    # One of 15 senses, one of 3 frames, no choice but those of what the bank does, and for whom.
    sentence = ("we", "know", "that", "the", "bank", "lends", "money", "for", "investors")
    assert PROBABILITIES[sentence] == pytest.approx(golden[0] * golden[1] / 45, rel=RTOL)
    # Three of the nine openers are empty: with none of them, the shares of three.
    short = ("the", "bank", "lends", "money", "for", "investors")
    expected = golden[0] * golden[1] / 45 * option_shares(9)[:3].sum()
    assert PROBABILITIES[short] == pytest.approx(expected, rel=RTOL)


def test_the_world_draws_them_as_often():
    sentences = drawn(0)
    counts = Counter(sentences)
    # All senses are equally likely, and 15 are of things; a count's error is below its root.
    expected = 40_000 * 15 / len(heads())
    assert abs(len(sentences) - expected) < 5 * expected**0.5
    # Sentences with each word: 90 words, so 4.5 standard errors for one of them.
    for word in {token for sentence in counts for token in sentence}:
        p = sum(q for sentence, q in PROBABILITIES.items() if word in sentence)
        n = sum(count for sentence, count in counts.items() if word in sentence)
        error = math.sqrt(len(sentences) * p * max(0.0, 1 - p))  # p of "the" is 1
        assert abs(n - len(sentences) * p) <= 4.5 * error + 1e-6


# The bound


def test_entropy_by_hand():
    # H = 1.5 log 2, and 2 · 1/2 + 3 · 1/4 + 4 · 1/4 = 2.75 predictions.
    given = {("a",): 0.5, ("a", "b"): 0.25, ("c", "b", "a"): 0.25}
    assert entropy_per_token(given) == pytest.approx(1.5 * math.log(2) / 2.75, rel=RTOL)
    # Negative control: without the end of the sentence there are too few predictions.
    assert entropy_per_token(given) != pytest.approx(1.5 * math.log(2) / 1.75, rel=1e-3)
    assert entropy_per_token({("a",): 1.0}) == 0.0


@pytest.mark.parametrize("seed", range(3))
def test_a_sample_costs_the_entropy_and_a_wrong_model_more(seed):
    sentences, bound = drawn(seed), entropy_per_token(PROBABILITIES)
    n_predictions = sum(len(sentence) + 1 for sentence in sentences)

    def cost(probabilities):
        return -sum(math.log(probabilities[s]) for s in sentences) / n_predictions

    assert cost(PROBABILITIES) == pytest.approx(bound, rel=0.02)
    # Negative control: all sentences alike.
    alike = dict.fromkeys(PROBABILITIES, 1 / len(PROBABILITIES))
    assert cost(alike) > 1.02 * bound


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: option_shares(0), "n_options must be at least 1, got 0"),
        (lambda: entropy_per_token({}), "probabilities must be positive with the sum 1, got"),
        (lambda: entropy_per_token({("a",): 0.5}), "got 'the sum 0.5'"),
        (lambda: entropy_per_token({("a",): 1.0, ("b",): 0.0}), "must be positive with the sum 1"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()
