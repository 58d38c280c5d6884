"""A look at a run of a real trainer while it learns: scores, gradient norms, paths of words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from embedlab.geometry import procrustes
from embedlab.numerics import Array, as_integer, first_not_finite, require
from embedlab.runs import Snapshot
from embedlab.training.skipgram import Objective
from embedlab.vectors import Embeddings

Model = TypeVar("Model")


@dataclass(frozen=True, eq=False)
class Recording:
    """What was seen of a run, one entry per snapshot; the first is before the first step.

    Attributes:
        progress: (s,) share of the run done.
        loss: (s,) mean loss since the snapshot before, in the trainer's unit.
        learning_rate: (s,) of the next step.
        gradient_norm: (s,) of the probe, NaN without one.
        scores: Name to (s,) values.
        words: The W words whose vectors were kept.
        vectors: (s, W, d) their vectors.
    """

    progress: Array
    loss: Array
    learning_rate: Array
    gradient_norm: Array
    scores: Mapping[str, Array]
    words: tuple[str, ...]
    vectors: Array


def record(
    train: Callable[[Callable[[Snapshot], object]], Model],
    words: Sequence[str],
    *,
    keep: Sequence[str] | None = None,
    scores: Mapping[str, Callable[[Embeddings], float]] | None = None,
    probe: Objective | None = None,
) -> tuple[Model, Recording]:
    """Train a model and look at it at every report.

    Looking changes nothing: the model is the one that the same call without callback returns.

    Args:
        train: Trains with the callback it is given, such as
            ``lambda callback: word2vec.train(sentences, rng=rng, callback=callback)``. Its
            ``n_reports`` is the number of snapshots after the first.
        words: The V words of the trainer, in the order of their rows: hand the same vocabulary
            to both.
        keep: Words whose vectors are kept; all if left out, which takes s V d numbers.
        scores: Name to a function of the embeddings, such as
            ``lambda embeddings: analogy_accuracy(embeddings, questions).accuracy``.
        probe: An objective of ``training.skipgram`` over the same words, whose gradient norm is
            taken at the input and output vectors as they are. A fixed one, so that norms can be
            compared.

    Returns:
        What ``train`` returned, and the recording.

    Raises:
        ValueError: If a word comes twice, a kept word is unknown, the rows do not fit the words, a
            score is no number, or a probe meets a trainer that has no output vectors.
    """
    words = tuple(words)
    n_repeated = len(words) - len(set(words))
    require(n_repeated == 0, "words", "be distinct", f"{n_repeated} repeated")
    kept = words if keep is None else tuple(keep)
    row_of = {word: row for row, word in enumerate(words)}
    strangers = [word for word in kept if word not in row_of]
    require(not strangers, "keep", "hold known words", strangers)
    require(len(kept) > 0, "keep", "hold at least one word", "none")
    rows = [row_of[word] for word in kept]
    named = {} if scores is None else dict(scores)
    entries: list[tuple[float, ...]] = []
    clouds: list[Array] = []

    def callback(snapshot: Snapshot) -> None:
        vectors = snapshot.vectors()
        rule = f"have a vector for each of the {len(words)} words"
        require(len(vectors) == len(words), "train", rule, len(vectors), "use one vocabulary")
        embeddings = Embeddings(words, vectors)
        values = [float(score(embeddings)) for score in named.values()]
        norm = float("nan") if probe is None else _gradient_norm(probe, snapshot, vectors)
        entries.append((snapshot.progress, snapshot.loss, snapshot.learning_rate, norm, *values))
        clouds.append(vectors[rows])

    model = train(callback)
    require(len(entries) > 0, "train", "pass the callback on to the trainer", "no snapshot")
    progress, loss, rate, norms, *values = np.array(entries, dtype=np.float64).T
    columns = dict(zip(named, values, strict=True))
    return model, Recording(progress, loss, rate, norms, columns, kept, np.stack(clouds))


def table(recording: Recording, epochs: int, at: Sequence[float]) -> list[dict[str, float]]:
    """Return one row for each wanted epoch: epoch, loss, learning rate, gradient norm, scores.

    Each is the snapshot nearest to that epoch, and ``epoch`` says where that was taken.

    Args:
        recording: Of a run.
        epochs: How many the run had.
        at: Wanted epochs between 0 and ``epochs``.

    Raises:
        ValueError: If a wanted epoch is outside the run, or a score has the name of another column.
    """
    epochs = as_integer("epochs", epochs, 1)
    taken = sorted({"epoch", "loss", "learning_rate", "gradient_norm"} & recording.scores.keys())
    require(not taken, "scores", "have other names than the columns", taken, "rename them")
    rows = []
    for epoch in at:
        require(0 <= epoch <= epochs, "at", f"lie between 0 and {epochs} epochs", epoch)
        i = int(np.abs(recording.progress * epochs - epoch).argmin())
        row = {
            "epoch": float(recording.progress[i] * epochs),
            "loss": float(recording.loss[i]),
            "learning_rate": float(recording.learning_rate[i]),
            "gradient_norm": float(recording.gradient_norm[i]),
        }
        rows.append(row | {name: float(values[i]) for name, values in recording.scores.items()})
    return rows


def trajectories(vectors: npt.ArrayLike, *, align: bool = True) -> Array:
    """Return the paths of words in the plane (s, W, 2), for drawing.

    Each snapshot is moved to its own mean and turned onto the last one by ``procrustes``: cosines
    within a snapshot mean something, its direction in space does not. Then all are seen in the
    plane in which the last one spreads most. A plane of its own for each snapshot would make
    words jump that did not move.

    Args:
        vectors: (s, W, d) the same words in s snapshots; hand over many words, so that they and
            not a few of them fix the rotation, and draw some.
        align: Whether to turn the snapshots. Within one run they can also be compared as they
            are.

    Raises:
        ValueError: If vectors are not finite numbers (s, W, d) with W and d of at least 2, or the
            last snapshot is one single point.
    """
    clouds = np.asarray(vectors, dtype=np.float64)
    has_axes = clouds.ndim == 3 and len(clouds) > 0 and min(clouds.shape[1:]) >= 2
    require(has_axes, "vectors", "have shape (s, W, d), W and d at least 2", clouds.shape)
    where = first_not_finite(clouds)
    require(where is None, "vectors", "be finite", f"index {where}")
    # From one of them first: the mean of equal rows is not always that row.
    clouds = clouds - clouds[:, :1]
    clouds -= clouds.mean(axis=1, keepdims=True)
    last = clouds[-1]
    require(bool(np.any(last)), "the last of vectors", "spread over space", "one single point")
    axes = np.linalg.svd(last, full_matrices=False)[2][:2]
    # The sign of an axis means nothing; this one is the same on every machine.
    peaks = axes[np.arange(2), np.abs(axes).argmax(axis=1)]
    axes *= np.where(peaks < 0, -1.0, 1.0)[:, np.newaxis]
    turned = [cloud @ procrustes(cloud, last)[0] if align else cloud for cloud in clouds]
    return np.asarray(np.stack(turned) @ axes.T)


def jumps(paths: npt.ArrayLike) -> Array:
    """Return how far words move from each snapshot to the next, in radii of the last one (s - 1,).

    Roots of mean squares over the words; the radius is that of the last cloud around its mean.

    Args:
        paths: (s, W, 2) from ``trajectories``, or vectors (s, W, d).

    Raises:
        ValueError: If paths are not finite numbers (s, W, d) with s of at least 2, or the last
            one is a point.

    >>> jumps([[[-1.0], [1.0]], [[-2.0], [2.0]]]).tolist()
    [0.5]
    """
    points = np.asarray(paths, dtype=np.float64)
    has_axes = points.ndim == 3 and len(points) >= 2 and points.size > 0
    require(has_axes, "paths", "have shape (s, W, d) with s of at least 2", points.shape)
    where = first_not_finite(points)
    require(where is None, "paths", "be finite", f"index {where}")
    last = points[-1] - points[-1, 0]
    last -= last.mean(axis=0)
    peak = float(np.abs(last).max())
    require(peak > 0, "the last of paths", "spread over space", "one single point")
    last, steps = last / peak, np.diff(points / peak, axis=0)
    radius = np.sqrt((last**2).sum(axis=1).mean())
    return np.asarray(np.sqrt((steps**2).sum(axis=2).mean(axis=1)) / radius)


def _gradient_norm(probe: Objective, snapshot: Snapshot, vectors: Array) -> float:
    """Return the norm of a probe's gradient at the parameters of a snapshot."""
    remedy = "leave the probe out"
    has_outputs = snapshot.outputs is not None
    require(has_outputs, "train", "have output vectors to probe", "none", remedy)
    outputs = vectors if snapshot.outputs is None else snapshot.outputs()
    shapes = vectors.shape, outputs.shape
    rule = "have as many output vectors as words, as negative sampling and the softmax have"
    require(shapes[0] == shapes[1], "train", rule, shapes[1], remedy)
    return float(np.linalg.norm(probe(np.stack([vectors, outputs]).astype(np.float64))[1]))
