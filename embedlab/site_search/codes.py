"""Vectors in four bits for each number: fifteen steps from a row's largest value to its opposite.

Two codes share a byte, and the bytes are written in base64, the 64 characters that any text can
carry. Half the bits of int8 leave room for more dimensions, which tell more: at equal size they
agree better with the full model.
"""

import base64
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from embedlab.numerics import Array, IntArray, as_matrix, require

_LARGEST = 7
_ZERO = 8
"""What is added to a code, so that it is not negative; 0 is never written."""


@dataclass(frozen=True, eq=False)
class Codes:
    """N vectors of d numbers, a code from -7 to 7 each.

    Attributes:
        steps: (N, d) int8.
        scales: (N,) what a step of 1 stands for, in three significant digits.
    """

    steps: IntArray
    scales: Array

    @property
    def vectors(self) -> Array:
        """What the codes stand for (N, d)."""
        return self.steps * self.scales[:, np.newaxis]


def quantize(vectors: npt.ArrayLike) -> Codes:
    """Return vectors (N, d), each number rounded to the nearest of fifteen steps.

    Raises:
        ValueError: If they are no finite matrix, or d is odd: two codes share a byte.

    >>> quantize([[0.7, -0.3]]).steps.tolist()
    [[7, -3]]
    """
    matrix = as_matrix("vectors", vectors)
    require(matrix.shape[1] % 2 == 0, "vectors", "have an even width", matrix.shape[1])
    peaks = np.abs(matrix).max(axis=1, initial=0) / _LARGEST
    scales = np.array([float(f"{peak:.3g}") for peak in peaks])
    steps = np.rint(matrix / np.where(scales == 0, 1.0, scales)[:, np.newaxis])
    return Codes(np.clip(steps, -_LARGEST, _LARGEST).astype(np.int8), scales)


def written(codes: Codes) -> dict[str, Any]:
    """Return codes as what JSON can hold.

    >>> written(quantize([[0.7, -0.3]]))
    {'width': 2, 'scales': [0.1], 'bytes': '9Q=='}
    """
    shifted = (codes.steps + _ZERO).astype(np.uint8)
    packed = shifted[:, ::2] << 4 | shifted[:, 1::2]
    return {
        "width": codes.steps.shape[1],
        "scales": codes.scales.tolist(),
        "bytes": base64.b64encode(packed.tobytes()).decode(),
    }


def parsed(found: dict[str, Any]) -> Codes:
    """Return the codes that ``written`` has written.

    Raises:
        ValueError: If the bytes are not as many as the scales and the width ask for.
    """
    scales, width = np.array(found["scales"], float), int(found["width"])
    packed = np.frombuffer(base64.b64decode(found["bytes"]), np.uint8)
    rule = f"hold {width} codes for each of {len(scales)} rows"
    require(2 * len(packed) == width * len(scales), "bytes", rule, 2 * len(packed))
    shifted = np.stack([packed >> 4, packed & 15], axis=1).reshape(len(scales), width)
    return Codes(shifted.astype(np.int8) - np.int8(_ZERO), scales)
