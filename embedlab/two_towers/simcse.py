"""SimCSE: a sentence encoder that learns from sentences alone, with dropout as the only teacher.

The encoder is small: the mean of the words' vectors, a hidden layer, a linear layer. While it
learns, dropout acts in two places: on the words of the sentence, the encoder's input, and on the
hidden layer. Two passes over one sentence then give two views of it, which ought to be neighbors.

In the paper the encoder is BERT, which knows a language before it starts, and leaving out words
does worse than dropout inside (see its comparison of data augmentations). This encoder knows
nothing. Where dropout acts on its hidden layer only, the two views hold the same words, and all
there is to learn is to spread the sentences evenly. Views that lack different words can only be
matched by what the words of a sentence tell about each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from embedlab.contrastive import info_nce, on_directions
from embedlab.layers import dropout, gelu, gelu_gradient, linear, linear_gradients
from embedlab.numerics import Array, as_integer, require
from embedlab.two_towers.bags import bags_of_words
from embedlab.two_towers.descent import Parameters, descend


@dataclass(frozen=True, eq=False)
class SentenceEncoder:
    """An encoder.

    Attributes:
        words: The V words that sentences may hold.
        parameters: By name: ``words`` (V, h), ``hidden`` (h, h) and ``hidden_bias`` (h,),
            ``output`` (h, d) and ``output_bias`` (d,).
        losses: Loss before each step of the training; empty before any.
    """

    words: tuple[str, ...]
    parameters: dict[str, Array]
    losses: Array


@dataclass(frozen=True, eq=False)
class View:
    """What dropout left of a batch of sentences.

    Attributes:
        bags: (B, V) shares of the words, some set to 0 and the others enlarged.
        scale: (B, h) factors of the hidden layer, likewise.
    """

    bags: csr_array
    scale: Array


def start_sentence_encoder(
    words: Sequence[str], *, rng: np.random.Generator, n_dimensions: int = 64, n_hidden: int = 128
) -> SentenceEncoder:
    """Return an untrained encoder in single precision.

    Args:
        words: V distinct words.
        rng: Draws the weights.
        n_dimensions: d.
        n_hidden: h.

    Raises:
        ValueError: If there are no words or one twice, or a number is below 1.
    """
    vocabulary = tuple(words)
    require(0 < len(set(vocabulary)) == len(vocabulary), "words", "be distinct words", vocabulary)
    h, d = as_integer("n_hidden", n_hidden, 1), as_integer("n_dimensions", n_dimensions, 1)
    weight = np.float32(h**-0.5)
    parameters = {
        "words": rng.standard_normal((len(vocabulary), h), dtype=np.float32),
        "hidden": weight * rng.standard_normal((h, h), dtype=np.float32),
        "hidden_bias": np.zeros(h, dtype=np.float32),
        "output": weight * rng.standard_normal((h, d), dtype=np.float32),
        "output_bias": np.zeros(d, dtype=np.float32),
    }
    return SentenceEncoder(vocabulary, parameters, np.empty(0))


def sentence_vectors(encoder: SentenceEncoder, sentences: Sequence[Sequence[str]]) -> Array:
    """Return the vectors (N, d) of sentences, without dropout.

    Raises:
        ValueError: If there is no sentence, one has no token, or a word is unknown.
    """
    bags = bags_of_words(sentences, encoder.words)
    scale = np.ones((), dtype=np.float32)
    return view_vectors(encoder.parameters, View(bags, scale))


def draw_view(
    bags: csr_array,
    n_hidden: int,
    word_rate: float,
    hidden_rate: float,
    *,
    rng: np.random.Generator,
) -> View:
    """Return a batch of sentences as one pass with dropout sees it.

    Args:
        bags: (B, V) from ``bags_of_words``.
        n_hidden: h.
        word_rate: Share of words left out, at least 0 and below 1.
        hidden_rate: Share of hidden numbers set to 0, likewise.
        rng: Draws which.

    Raises:
        ValueError: If a rate is out of range.
    """
    for name, rate in {"word_rate": word_rate, "hidden_rate": hidden_rate}.items():
        require(0 <= rate < 1, name, "be at least 0 and below 1", rate)
    kept = bags.copy()
    kept.data, _ = dropout(bags.data, word_rate, rng=rng)
    ones = np.ones((bags.shape[0], n_hidden), dtype=bags.dtype)
    return View(kept, dropout(ones, hidden_rate, rng=rng)[1])


def view_vectors(parameters: Parameters, view: View) -> Array:
    """Return the vectors (B, d) of a view."""
    means = view.bags @ parameters["words"]
    hidden = gelu(linear(means, parameters["hidden"], parameters["hidden_bias"])) * view.scale
    return linear(hidden, parameters["output"], parameters["output_bias"])


def view_gradients(d_vectors: Array, parameters: Parameters, view: View) -> dict[str, Array]:
    """Return the gradients of the parameters, given that of a view's vectors (B, d)."""
    means = view.bags @ parameters["words"]
    inputs = linear(means, parameters["hidden"], parameters["hidden_bias"])
    d_hidden, d_output, d_output_bias = linear_gradients(
        d_vectors, gelu(inputs) * view.scale, parameters["output"]
    )
    d_inputs = gelu_gradient(d_hidden * view.scale, inputs)
    d_means, d_weight, d_bias = linear_gradients(d_inputs, means, parameters["hidden"])
    return {
        "words": view.bags.T @ d_means,
        "hidden": d_weight,
        "hidden_bias": d_bias,
        "output": d_output,
        "output_bias": d_output_bias,
    }


def simcse_loss(
    parameters: Parameters, first: View, second: View, temperature: float = 0.2
) -> tuple[float, dict[str, Array]]:
    """Return SimCSE's loss of a batch and its gradients: InfoNCE of two views, by cosine.

    Args:
        parameters: The encoder's.
        first: A view of B sentences.
        second: Another view of them; row i belongs to row i.
        temperature: τ.

    Raises:
        ValueError: As ``info_nce``.

    Source: Gao, Yao and Chen 2021, arXiv:2104.08821, the unsupervised loss.
    """
    loss, d_first, d_second = on_directions(
        lambda queries, keys: info_nce(queries, keys, temperature),
        view_vectors(parameters, first),
        view_vectors(parameters, second),
    )
    gradients = view_gradients(d_first, parameters, first)
    others = view_gradients(d_second, parameters, second)
    # One encoder made both views, so its gradients add up.
    return loss, {name: gradients[name] + others[name] for name in gradients}


def train_simcse(
    sentences: Sequence[Sequence[str]],
    *,
    rng: np.random.Generator,
    positives: Sequence[Sequence[str]] | None = None,
    word_rate: float = 0.5,
    hidden_rate: float = 0.1,
    temperature: float = 0.2,
    n_dimensions: int = 64,
    n_hidden: int = 128,
    n_steps: int = 300,
    batch_size: int = 128,
    learning_rate: float = 0.002,
) -> SentenceEncoder:
    """Return an encoder that brings two views of a sentence together, and others apart.

    Args:
        sentences: N lists of tokens.
        rng: Draws the first weights, the batches, the dropout.
        positives: N lists of tokens, one that each sentence ought to be near (supervised
            SimCSE); the sentence itself unless given.
        word_rate: Share of words left out of a view. 0 leaves it to the hidden layer.
        hidden_rate: Share of hidden numbers set to 0. With both 0 the views are the same.
        temperature: τ; the paper has 0.05.
        n_dimensions: d.
        n_hidden: h.
        n_steps: Steps of Adam.
        batch_size: B, from 2 to N.
        learning_rate: Of the first step; it falls in a straight line.

    Raises:
        ValueError: If a sentence has no token, positives are not N, or a number is out of range.
        DivergenceError: If the run diverges.
    """
    others = sentences if positives is None else positives
    require(len(others) == len(sentences), "positives", f"be {len(sentences)}", len(others))
    batch_size = as_integer("batch_size", batch_size, 2)
    rule = f"be at most the number of sentences, {len(sentences)}"
    require(batch_size <= len(sentences), "batch_size", rule, batch_size)
    words = sorted({token for part in (sentences, others) for text in part for token in text})
    start = start_sentence_encoder(words, rng=rng, n_dimensions=n_dimensions, n_hidden=n_hidden)
    bags, other_bags = bags_of_words(sentences, words), bags_of_words(others, words)

    def objective(parameters: Parameters) -> tuple[float, Parameters]:
        chosen = rng.choice(len(sentences), size=batch_size, replace=False)
        first, second = (
            draw_view(rows[chosen], n_hidden, word_rate, hidden_rate, rng=rng)
            for rows in (bags, other_bags)
        )
        return simcse_loss(parameters, first, second, temperature)

    learned, losses = descend(
        objective, start.parameters, n_steps=n_steps, learning_rate=learning_rate
    )
    return SentenceEncoder(start.words, learned, losses)
