"""Small pictures whose content is known, and the sentences that describe them.

A scene is one shape of one color and size at one place: 4 · 6 · 2 · 5 = 240 of them. No two
pictures of a scene are equal, as its place, size, color and background vary a little.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from embedlab.numerics import Array, as_integer, require

SHAPES = ("circle", "square", "triangle", "cross")
COLORS = {
    "red": (0.9, 0.15, 0.15),
    "green": (0.15, 0.75, 0.2),
    "blue": (0.2, 0.3, 0.95),
    "yellow": (0.95, 0.85, 0.15),
    "purple": (0.65, 0.2, 0.8),
    "white": (0.95, 0.95, 0.95),
}
# Half the width of a shape, and its center, from the left and from the top, in sides of a picture.
SIZES = {"small": 0.12, "large": 0.19}
PLACES = {
    "top left": (0.27, 0.27),
    "top right": (0.73, 0.27),
    "center": (0.5, 0.5),
    "bottom left": (0.27, 0.73),
    "bottom right": (0.73, 0.73),
}


@dataclass(frozen=True)
class Scene:
    """What a picture shows.

    Attributes:
        size: A key of ``SIZES``.
        color: A key of ``COLORS``.
        shape: One of ``SHAPES``.
        place: A key of ``PLACES``.

    Raises:
        ValueError: If one of them is none of those.
    """

    size: str
    color: str
    shape: str
    place: str

    def __post_init__(self) -> None:
        names = {"size": tuple(SIZES), "color": tuple(COLORS), "shape": SHAPES}
        for name, known in (names | {"place": tuple(PLACES)}).items():
            value = getattr(self, name)
            require(value in known, name, f"be one of {', '.join(known)}", value)


def all_scenes() -> list[Scene]:
    """Return every scene there is, in a fixed order.

    >>> len(all_scenes())
    240
    """
    return [Scene(*values) for values in product(SIZES, COLORS, SHAPES, PLACES)]


def split_scenes(held_out: Sequence[tuple[str, str]]) -> tuple[list[Scene], list[Scene]]:
    """Return the scenes without and those with one of the held-out pairs (color, shape).

    Who has learned from the first has seen each color and each shape of the second, but never
    these two together.

    Args:
        held_out: Such as ``[("red", "circle")]``. Each color and each shape must be left in
            some other pair.

    Raises:
        ValueError: If a pair does not exist, or a color or a shape occurs in held-out pairs only.

    >>> seen, unseen = split_scenes([("red", "circle"), ("blue", "cross")])
    >>> len(seen), len(unseen)
    (220, 20)
    """
    pairs = set(held_out)
    for pair in pairs:
        known = len(pair) == 2 and pair[0] in COLORS and pair[1] in SHAPES
        require(known, "held_out", "hold pairs (color, shape) that exist", pair)
    scenes = all_scenes()
    seen = [scene for scene in scenes if (scene.color, scene.shape) not in pairs]
    unseen = [scene for scene in scenes if (scene.color, scene.shape) in pairs]
    left = {scene.color for scene in seen} | {scene.shape for scene in seen}
    lost = sorted({name for pair in pairs for name in pair} - left)
    require(not lost, "held_out", "leave a pair of each color and shape to be seen", lost)
    return seen, unseen


def caption(scene: Scene) -> str:
    """Return the sentence that describes a scene.

    >>> caption(Scene("small", "red", "circle", "top left"))
    'a small red circle at the top left'
    """
    return f"a {scene.size} {scene.color} {scene.shape} at the {scene.place}"


def render(scene: Scene, *, rng: np.random.Generator, side: int = 24, noise: float = 0.05) -> Array:
    """Return a picture of a scene (side, side, 3), single precision, from 0 (dark) to 1.

    Row 0 is the top; the three numbers are red, green and blue, so that a plotting library shows
    it as it is. The share of a pixel that the shape covers decides its color, which keeps
    edges smooth.

    Args:
        scene: What to show.
        rng: Draws how this picture differs from another of the same scene: the center by up to
            3 % of the side, the size by up to 8 %, color and background by up to 0.1.
        side: Pixels, at least 8.
        noise: Standard deviation of what is added to each number, at least 0.

    Raises:
        ValueError: If side or noise is out of range.

    >>> picture = render(Scene("large", "blue", "square", "center"), rng=np.random.default_rng(0))
    >>> picture.shape, int(picture[12, 12].argmax())
    ((24, 24, 3), 2)
    """
    side = as_integer("side", side, 8)
    require(0 <= noise < np.inf, "noise", "be at least 0 and finite", noise)
    center = np.array(PLACES[scene.place]) + rng.uniform(-0.03, 0.03, 2)
    radius = SIZES[scene.size] * rng.uniform(0.92, 1.08)
    color = np.array(COLORS[scene.color]) + rng.uniform(-0.1, 0.1, 3)
    background = rng.uniform(0.0, 0.1)
    middles = (np.arange(side) + 0.5) / side
    outside = _distance(
        scene.shape, middles - center[0], (middles - center[1])[:, np.newaxis], radius
    )
    # A pixel whose middle lies on the edge is half covered.
    cover = np.clip(0.5 - side * outside, 0.0, 1.0)[..., np.newaxis]
    picture = cover * color + (1 - cover) * background
    picture += noise * rng.standard_normal(picture.shape)
    return np.asarray(np.clip(picture, 0.0, 1.0), dtype=np.float32)


def render_all(
    scenes: Sequence[Scene], *, rng: np.random.Generator, side: int = 24, noise: float = 0.05
) -> Array:
    """Return one picture of each scene (N, side, side, 3); see ``render``.

    Raises:
        ValueError: If there is no scene, or side or noise is out of range.
    """
    require(len(scenes) > 0, "scenes", "hold at least one scene", "none")
    return np.stack([render(scene, rng=rng, side=side, noise=noise) for scene in scenes])


def _distance(shape: str, x: Array, y: Array, radius: float) -> Array:
    """Return how far each point lies outside a shape's edge, negative inside; y points down."""
    if shape == "circle":
        return np.asarray(np.hypot(x, y) - radius)
    across, down = np.abs(x), np.abs(y)
    if shape == "square":
        return np.asarray(np.maximum(across, down) - 0.85 * radius)
    if shape == "triangle":
        # Equal sides, tip on top: three half planes at the same distance from the center.
        return np.asarray(np.maximum(y, np.sqrt(0.75) * across - y / 2) - 0.6 * radius)
    flat = np.maximum(across - radius, down - 0.3 * radius)
    return np.asarray(np.minimum(flat, np.maximum(across - 0.3 * radius, down - radius)))
