"""Training with Adam: a causal model on sentences, a masked one on documents."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from embedlab.contextual import start_encoder
from embedlab.descent import adam_steps
from embedlab.language_models.examples import (
    Pairs,
    known_sentences,
    masked_batch,
    next_sentence_pairs,
)
from embedlab.language_models.models import Causal, Masked, model_parameters, with_model_parameters
from embedlab.language_models.objectives import bert_loss, causal_loss
from embedlab.numerics import Array, IntArray
from embedlab.runs import History, Plan, Snapshot, run
from embedlab.schedules import Schedule, linear, warm_up
from embedlab.sequences import length_batches, token_ids

# At first Adam divides by mean squares of a few steps, which may be far off: small steps then.
_SCHEDULE = warm_up(0.1, linear)


def train_causal(
    sentences: Sequence[Sequence[str]],
    words: Sequence[str],
    *,
    rng: np.random.Generator,
    n_dimensions: int = 32,
    n_layers: int = 2,
    n_heads: int = 4,
    epochs: int = 10,
    batch_size: int = 32,
    learning_rate: float = 0.005,
    max_norm: float = 1.0,
    schedule: Schedule = _SCHEDULE,
    n_reports: int = 20,
    callback: Callable[[Snapshot], object] | None = None,
) -> tuple[Causal, History]:
    """Train a causal model with Adam.

    Args:
        sentences: Lists of tokens.
        words: From ``sequences.word_table``; other tokens are read as [UNK].
        rng: All randomness: the same generator gives the same model.
        n_dimensions: d.
        n_layers: Blocks.
        n_heads: A divisor of d.
        epochs: Passes over the sentences.
        batch_size: Sentences that move the parameters together.
        learning_rate: The highest, where the schedule is 1.
        max_norm: Longest gradient, see ``descent.clip_by_norm``.
        schedule: Of the learning rate, see ``schedules``.
        n_reports: Entries of the history and calls of the callback.
        callback: Called with a ``runs.Snapshot`` at every report; a true answer ends training.

    Returns:
        The model and its history, with the loss in nats per prediction.

    Raises:
        ValueError: If an argument is out of range, or there is no sentence.
        DivergenceError: If the loss grows beyond bounds.
    """
    ids, lengths = token_ids(sentences, words)
    V = len(words)
    encoder = start_encoder(V, n_dimensions, n_layers, n_heads, ids.shape[1], rng=rng)
    model = Causal(encoder, np.zeros(V, np.float32))

    def gradients(arrays: dict[str, Array], batch: IntArray) -> tuple[float, int, dict[str, Array]]:
        ends = lengths[batch]
        loss, d_arrays = causal_loss(
            with_model_parameters(model, arrays), ids[batch, : ends.max()], ends
        )
        return loss, int((ends - 1).sum()), d_arrays

    start = model_parameters(model)
    step, arrays = adam_steps(start, gradients, max_norm=max_norm)
    history = run(
        _plan(epochs, learning_rate, schedule, n_reports, callback),
        [step],
        lambda: length_batches(lengths, batch_size, rng=rng),
        lambda: arrays["words"].copy(),
        starting_loss=float(np.log(V)),
    )
    return with_model_parameters(model, arrays), history


def train_masked(
    documents: Sequence[Sequence[Sequence[str]]],
    words: Sequence[str],
    *,
    rng: np.random.Generator,
    n_dimensions: int = 32,
    n_layers: int = 2,
    n_heads: int = 4,
    epochs: int = 10,
    batch_size: int = 32,
    learning_rate: float = 0.005,
    max_norm: float = 1.0,
    schedule: Schedule = _SCHEDULE,
    n_reports: int = 20,
    callback: Callable[[Snapshot], object] | None = None,
) -> tuple[Masked, History]:
    """Train a model on masked words and next sentences with Adam.

    Which sentences meet, and which words are hidden, is drawn anew in every epoch.

    Args:
        documents: Lists of tokenized sentences, such as from ``topic_documents``. Sentences
            without a known word are left out: there is nothing to hide in them.
        words: As in ``train_causal``, and so the following.
        rng: All randomness.
        n_dimensions: d.
        n_layers: Blocks.
        n_heads: A divisor of d.
        epochs: Passes over the sentences.
        batch_size: Pairs that move the parameters together.
        learning_rate: The highest, where the schedule is 1.
        max_norm: Longest gradient.
        schedule: Of the learning rate, see ``schedules``.
        n_reports: Entries of the history and calls of the callback.
        callback: Called at every report.

    Returns:
        The model and its history, with the sum of both losses in nats, means over the pairs.

    Raises:
        ValueError: As ``train_causal`` and ``next_sentence_pairs``.
        DivergenceError: If the loss grows beyond bounds.
    """
    documents = known_sentences(documents, words)
    longest = max((len(s) for document in documents for s in document), default=0)
    V, d, n_positions = len(words), n_dimensions, 2 * longest + 3
    encoder = start_encoder(V, d, n_layers, n_heads, n_positions, n_segments=2, rng=rng)
    next_weight = (0.02 * rng.standard_normal((d, 2))).astype(np.float32)
    model = Masked(encoder, np.zeros(V, np.float32), next_weight, np.zeros(2, np.float32))

    def batches() -> list[tuple[IntArray, IntArray, Pairs]]:
        pairs = next_sentence_pairs(documents, words, rng=rng)
        inputs, targets = masked_batch(pairs.ids, V, rng=rng)
        cuts = []
        for rows in length_batches(pairs.lengths, batch_size, rng=rng):
            some = rows, slice(pairs.lengths[rows].max())
            part = Pairs(
                pairs.ids[some], pairs.lengths[rows], pairs.segments[some], pairs.is_next[rows]
            )
            cuts.append((inputs[some], targets[some], part))
        return cuts

    def gradients(arrays: dict[str, Array], batch: Any) -> tuple[float, int, dict[str, Array]]:
        word, follows, d_arrays = bert_loss(with_model_parameters(model, arrays), *batch)
        return word + follows, len(batch[0]), d_arrays

    start = model_parameters(model)
    step, arrays = adam_steps(start, gradients, max_norm=max_norm)
    history = run(
        _plan(epochs, learning_rate, schedule, n_reports, callback),
        [step],
        batches,
        lambda: arrays["words"].copy(),
        starting_loss=float(np.log(V) + np.log(2)),
    )
    return with_model_parameters(model, arrays), history


def _plan(
    epochs: int,
    learning_rate: float,
    schedule: Schedule,
    n_reports: int,
    callback: Callable[[Snapshot], object] | None,
) -> Plan:
    return Plan(
        epochs=epochs,
        learning_rate=learning_rate,
        final_learning_rate=0.0,
        schedule=schedule,
        n_reports=n_reports,
        callback=callback,
    )
