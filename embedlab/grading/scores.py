"""Scores that students compute in place of the cosine, shared by the common mistakes."""

import numpy as np
import numpy.typing as npt


def dot(u: npt.ArrayLike, v: npt.ArrayLike) -> float:
    """Return the dot product: the norms forgotten."""
    return float(np.dot(np.asarray(u, dtype=float), np.asarray(v, dtype=float)))


def length(u: npt.ArrayLike) -> float:
    """Return the Euclidean norm."""
    return float(np.linalg.norm(np.asarray(u, dtype=float)))


def distance(u: npt.ArrayLike, v: npt.ArrayLike) -> float:
    """Return the Euclidean distance."""
    return length(np.asarray(u, dtype=float) - np.asarray(v, dtype=float))


def closeness(u: npt.ArrayLike, v: npt.ArrayLike) -> float:
    """Return minus the Euclidean distance, which ranks the nearest point first."""
    return -distance(u, v)


def without_zero_case(u: npt.ArrayLike, v: npt.ArrayLike) -> float:
    """Return the cosine by the bare formula, which gives nan for a zero vector."""
    return float(np.float64(dot(u, v)) / np.float64(length(u) * length(v)))
