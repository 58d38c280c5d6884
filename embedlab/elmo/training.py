"""Training with Adam on batches of sentences of like length."""

from collections.abc import Callable, Sequence

import numpy as np

from embedlab.descent import adam_steps
from embedlab.elmo.models import Elmo, elmo_from_parameters, elmo_parameters, start_elmo
from embedlab.elmo.objectives import elmo_loss
from embedlab.numerics import Array, IntArray
from embedlab.runs import History, Plan, Snapshot, run
from embedlab.sequences import length_batches, token_ids


def train_elmo(
    sentences: Sequence[Sequence[str]],
    words: Sequence[str],
    *,
    rng: np.random.Generator,
    n_dimensions: int = 32,
    n_layers: int = 2,
    epochs: int = 14,
    batch_size: int = 32,
    learning_rate: float = 0.02,
    final_learning_rate: float = 1e-4,
    max_norm: float = 1.0,
    n_reports: int = 20,
    progress: bool = False,
    callback: Callable[[Snapshot], object] | None = None,
) -> tuple[Elmo, History]:
    """Train a bidirectional language model on tokenized sentences with Adam.

    Args:
        sentences: Lists of tokens.
        words: From ``sequences.word_table``; other tokens are read as [UNK].
        rng: All randomness: the same generator gives the same model.
        n_dimensions: d of vectors and states.
        n_layers: L.
        epochs: Passes over the sentences.
        batch_size: Sentences that move the parameters together.
        learning_rate: Of the first step; it falls in a straight line.
        final_learning_rate: What it falls to.
        max_norm: Longest gradient, see ``descent.clip_by_norm``.
        n_reports: Entries of the history and calls of the callback.
        progress: Show a progress bar.
        callback: Called with a ``runs.Snapshot`` at every report; a true answer ends training.

    Returns:
        The model and its history, with the loss of ``elmo_loss`` in nats per prediction.

    Raises:
        ValueError: If an argument is out of range, or there is no sentence.
        DivergenceError: If the loss grows beyond bounds.
    """
    ids, lengths = token_ids(sentences, words)
    plan = Plan(
        epochs=epochs,
        learning_rate=learning_rate,
        final_learning_rate=final_learning_rate,
        n_reports=n_reports,
        progress=progress,
        callback=callback,
    )

    def gradients(arrays: dict[str, Array], batch: IntArray) -> tuple[float, int, dict[str, Array]]:
        ends = lengths[batch]
        rows = ids[batch, : ends.max()]
        loss, d_model = elmo_loss(elmo_from_parameters(arrays), rows, ends)
        return loss, 2 * int((ends - 1).sum()), elmo_parameters(d_model)

    start = elmo_parameters(start_elmo(len(words), n_dimensions, n_layers, rng=rng))
    step, arrays = adam_steps(start, gradients, max_norm=max_norm)
    history = run(
        plan,
        [step],
        lambda: length_batches(lengths, batch_size, rng=rng),
        lambda: arrays["words"].copy(),
        starting_loss=float(np.log(len(words))),
    )
    return elmo_from_parameters(arrays), history
