"""Training two towers on pictures and their captions, with CLIP's loss or SigLIP's."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from embedlab.contrastive import clip_loss, matryoshka_loss
from embedlab.numerics import Array, as_integer, first_not_finite, require
from embedlab.two_towers.bags import bags_of_words
from embedlab.two_towers.descent import Parameters, descend
from embedlab.two_towers.towers import (
    TwoTowers,
    bag_vectors,
    caption_gradients,
    check_captions,
    picture_gradients,
    picture_vectors,
    start_towers,
)

CLIP_SETTINGS = (math.log(1 / 0.07),)
"""Where ``clip_loss`` begins: log_scale."""
SIGLIP_SETTINGS = (math.log(10.0), -10.0)
"""Where ``siglip_loss`` begins: log_scale and bias."""

# Of images and texts (B, d) and its settings; the loss and a derivative of each.
TowerLoss = Callable[..., tuple[Any, ...]]


def towers_gradients(
    towers: TwoTowers,
    pictures: Array,
    bags: csr_array,
    loss: TowerLoss = clip_loss,
    lengths: Sequence[int] | None = None,
) -> tuple[float, dict[str, Array], tuple[float, ...]]:
    """Return the loss of a batch and the gradients of both towers.

    Args:
        towers: The towers; their settings are handed to the loss.
        pictures: (B, side, side, 3).
        bags: (B, V) of their captions, from ``bags_of_words``. A caption that occurs twice is its
            own negative, which misleads.
        loss: ``clip_loss``, ``siglip_loss`` or another of the same form.
        lengths: Prefixes to compare, as in ``matryoshka_loss``; whole vectors unless given.

    Returns:
        The loss; a gradient for each parameter by name; the derivatives for the settings.

    Raises:
        ValueError: If pictures and captions differ in number or do not fit the towers, and as
            the loss.
    """
    images, texts = picture_vectors(towers, pictures), bag_vectors(towers, bags)
    prefixes = [images.shape[1]] if lengths is None else lengths
    value, d_images, d_texts, *d_settings = matryoshka_loss(
        lambda x, y: loss(x, y, *towers.settings), images, texts, prefixes
    )
    gradients = picture_gradients(towers, d_images, pictures)
    return value, gradients | caption_gradients(towers, d_texts, bags), tuple(d_settings)


def train_towers(
    pictures: Array,
    captions: Sequence[str],
    *,
    rng: np.random.Generator,
    loss: TowerLoss = clip_loss,
    settings: Sequence[float] = CLIP_SETTINGS,
    lengths: Sequence[int] | None = None,
    n_dimensions: int = 32,
    n_hidden: int = 128,
    n_steps: int = 400,
    batch_size: int = 64,
    learning_rate: float = 0.002,
) -> TwoTowers:
    """Return towers that bring pictures close to their captions.

    Each batch holds different captions, drawn at random, and one picture of each: so no negative
    is a positive in disguise.

    Args:
        pictures: (N, side, side, 3), such as from ``render_all``.
        captions: N of them, caption i describing picture i; pictures may share a caption.
        rng: Draws the first weights and the batches.
        loss: ``clip_loss``, ``siglip_loss`` or another of the same form.
        settings: Where the loss's own parameters begin: ``CLIP_SETTINGS``, ``SIGLIP_SETTINGS``.
        lengths: Prefixes to train at the same time (Matryoshka); whole vectors unless given.
        n_dimensions: d.
        n_hidden: Width of the hidden layer.
        n_steps: Steps of Adam.
        batch_size: B, at least 2; at most the number of different captions.
        learning_rate: Of the first step; it falls in a straight line.

    Raises:
        ValueError: If pictures and captions differ in number, pictures are not finite, a caption
            is no string or empty, or a number is out of range.
        DivergenceError: If the run diverges.
    """
    pictures = _checked(pictures, captions)
    texts, caption_of = np.unique(np.array(captions, dtype=str), return_inverse=True)
    batch_size = as_integer("batch_size", batch_size, 2)
    rule = f"be at most the number of different captions, {len(texts)}"
    require(batch_size <= len(texts), "batch_size", rule, batch_size)
    tokens = [text.split() for text in texts.tolist()]
    words = sorted({word for text in tokens for word in text})
    bags = bags_of_words(tokens, words)
    # The pictures of caption i stand in a row, n_pictures[i] of them from starts[i] on.
    order, n_pictures = np.argsort(caption_of, kind="stable"), np.bincount(caption_of)
    starts = np.cumsum(n_pictures) - n_pictures
    start = start_towers(
        words,
        pictures[0].size,
        rng=rng,
        n_dimensions=n_dimensions,
        n_hidden=n_hidden,
        settings=settings,
    )

    def objective(parameters: Parameters) -> tuple[float, Parameters]:
        chosen = rng.choice(len(texts), size=batch_size, replace=False)
        shown = order[starts[chosen] + rng.integers(n_pictures[chosen])]
        value, gradients, d_settings = towers_gradients(
            _towers(start, parameters), pictures[shown], bags[chosen], loss, lengths
        )
        named = {f"setting {i}": np.array(d) for i, d in enumerate(d_settings)}
        return value, gradients | named

    named = {f"setting {i}": np.array(float(value)) for i, value in enumerate(settings)}
    learned, losses = descend(
        objective, start.parameters | named, n_steps=n_steps, learning_rate=learning_rate
    )
    return replace(_towers(start, learned), losses=losses)


def _towers(start: TwoTowers, parameters: Parameters) -> TwoTowers:
    """Return the towers with other parameters, among them the settings."""
    arrays = {name: parameters[name] for name in start.parameters}
    settings = tuple(float(parameters[f"setting {i}"]) for i in range(len(start.settings)))
    return replace(start, parameters=arrays, settings=settings)


def _checked(pictures: Array, captions: Sequence[str]) -> Array:
    """Return pictures in single precision, after checking them and the captions."""
    pictures = np.asarray(pictures, dtype=np.float32)
    require(pictures.ndim == 4, "pictures", "have the shape (N, side, side, 3)", pictures.shape)
    check_captions(captions)
    require(len(pictures) == len(captions), "captions", f"be {len(pictures)}", len(captions))
    require(first_not_finite(pictures) is None, "pictures", "be finite", "NaN or infinity")
    return pictures
