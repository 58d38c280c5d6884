"""The losses with their gradients: next words, masked words, next sentences."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from embedlab.attention import causal_mask, padding_mask
from embedlab.contextual import Encoder, encode, encode_gradients
from embedlab.language_models.examples import Pairs
from embedlab.language_models.models import Causal, Masked, model_parameters
from embedlab.layers import as_id_rows, check_ids, cross_entropy
from embedlab.numerics import Array, IntArray, require
from embedlab.sequences import as_lengths


def word_loss(
    hidden: Array, targets: IntArray, words: Array, bias: Array
) -> tuple[float, Array, Array, Array]:
    """Return the mean loss of predicting words with tied weights, and its gradients.

    Args:
        hidden: (B, n, d) last layer of an encoder.
        targets: (B, n) id of the word to be predicted from each vector, or -1 for none.
        words: (V, d) word vectors.
        bias: (V,).

    Returns:
        Loss in nats per prediction; gradients for hidden, words and bias.

    Raises:
        ValueError: As ``layers.cross_entropy``.

    Source: Press and Wolf 2017, arXiv:1608.05859, for the tied weights.

    >>> hidden, words = np.zeros((1, 2, 3)), np.zeros((4, 3))
    >>> round(word_loss(hidden, np.array([[-1, 2]]), words, np.zeros(4))[0], 4)  # log 4
    1.3863
    """
    rule, targets = f"be {hidden.shape[:-1]}", np.asarray(targets)
    require(targets.shape == hidden.shape[:-1], "targets", rule, targets.shape)
    check_ids("targets", targets, len(words), minimum=-1)
    # Only what counts is scored: with 15 % of masked words a sixth of the products.
    counted = targets >= 0
    rows = hidden[counted]
    loss, d_scores = cross_entropy(rows @ words.T + bias, targets[counted])
    d_hidden = np.zeros_like(hidden)
    d_hidden[counted] = d_scores @ words
    return loss, d_hidden, d_scores.T @ rows, d_scores.sum(axis=0)


def causal_loss(
    model: Causal, ids: IntArray, lengths: npt.ArrayLike | None = None
) -> tuple[float, dict[str, Array]]:
    """Return the mean of -log p(t_k | t₀ … t_{k-1}) over k > 0 in nats, and its gradients.

    Args:
        model: The parameters.
        ids: (B, n) rows t₀ t₁ … from ``sequences.token_ids``.
        lengths: (B,) of them; left out, all rows are full.

    Returns:
        The loss; gradients under the names of ``model_parameters``.

    Raises:
        ValueError: As ``contextual.encode``, and if there is nothing to predict.
    """
    ids = as_id_rows("ids", ids)
    ends = as_lengths(lengths, *ids.shape)
    # Each vector is asked for the token on its right. What fills up a row comes after all that
    # counts, so the causal mask hides it too.
    targets = np.full_like(ids, -1)
    targets[:, :-1] = np.where(np.arange(1, ids.shape[1]) < ends[:, None], ids[:, 1:], -1)
    mask, words = causal_mask(ids.shape[1]), model.encoder.words
    hidden = encode(model.encoder, ids, mask)
    loss, d_hidden, d_words, d_bias = word_loss(hidden[-1], targets, words, model.word_bias)
    d_encoder = encode_gradients(model.encoder, d_hidden, ids, mask, hidden=hidden)
    return loss, model_parameters(Causal(_tied(d_encoder, d_words), d_bias))


def masked_loss(
    model: Masked,
    inputs: IntArray,
    targets: IntArray,
    lengths: npt.ArrayLike | None = None,
    segments: IntArray | None = None,
) -> tuple[float, dict[str, Array]]:
    """Return the mean of -log p(token | the rest) over the chosen tokens, and its gradients.

    Args:
        model: The parameters.
        inputs: (B, n) ids from ``masked_batch``.
        targets: (B, n) likewise.
        lengths: (B,) of the rows; left out, all are full.
        segments: (B, n); left out, all 0.

    Returns:
        The loss in nats; gradients under the names of ``model_parameters``.

    Raises:
        ValueError: As ``contextual.encode``, and if there is nothing to predict.
    """
    inputs = as_id_rows("inputs", inputs)
    mask = padding_mask(as_lengths(lengths, *inputs.shape), inputs.shape[1])
    hidden = encode(model.encoder, inputs, mask, segments)
    words = model.encoder.words
    loss, d_hidden, d_words, d_bias = word_loss(hidden[-1], targets, words, model.word_bias)
    d_encoder = encode_gradients(model.encoder, d_hidden, inputs, mask, segments, hidden=hidden)
    zeros = np.zeros_like(model.next_weight), np.zeros_like(model.next_bias)
    return loss, model_parameters(Masked(_tied(d_encoder, d_words), d_bias, *zeros))


def next_sentence_loss(
    cls: Array, is_next: IntArray, weight: Array, bias: Array
) -> tuple[float, Array, Array, Array]:
    """Return the mean loss of telling successors from strangers, and its gradients.

    Args:
        cls: (B, d) the last layer's vectors of [CLS].
        is_next: (B,) 1 or 0.
        weight: (d, 2).
        bias: (2,).

    Returns:
        Binary cross-entropy in nats; gradients for cls, weight and bias.

    >>> loss, *_ = next_sentence_loss(np.ones((1, 1)), np.array([1]), np.eye(2)[:1], np.zeros(2))
    >>> round(loss, 4)  # log(1 + e): it says that a stranger is e times as likely
    1.3133
    """
    loss, d_scores = cross_entropy(cls @ weight + bias, is_next)
    return loss, d_scores @ weight.T, cls.T @ d_scores, d_scores.sum(axis=0)


def bert_loss(
    model: Masked, inputs: IntArray, targets: IntArray, pairs: Pairs
) -> tuple[float, float, dict[str, Array]]:
    """Return the masked-word loss, the next-sentence loss, and the gradients of their sum.

    Args:
        model: The parameters.
        inputs: (B, n) from ``masked_batch`` of pairs.ids.
        targets: (B, n) likewise.
        pairs: From ``next_sentence_pairs``.

    Raises:
        ValueError: As ``masked_loss``.
    """
    inputs, encoder, segments = as_id_rows("inputs", inputs), model.encoder, pairs.segments
    mask = padding_mask(pairs.lengths, inputs.shape[1])
    hidden = encode(encoder, inputs, mask, segments)
    loss, d_hidden, d_words, d_bias = word_loss(hidden[-1], targets, encoder.words, model.word_bias)
    next_loss, d_cls, d_weight, d_next_bias = next_sentence_loss(
        hidden[-1][:, 0], pairs.is_next, model.next_weight, model.next_bias
    )
    d_hidden[:, 0] += d_cls
    d_encoder = encode_gradients(encoder, d_hidden, inputs, mask, segments, hidden=hidden)
    d_model = Masked(_tied(d_encoder, d_words), d_bias, d_weight, d_next_bias)
    return loss, next_loss, model_parameters(d_model)


def _tied(d_encoder: Encoder, d_words: Array) -> Encoder:
    """Return gradients of an encoder with those added that its words have as outputs."""
    return replace(d_encoder, words=d_encoder.words + d_words)
