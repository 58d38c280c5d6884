"""What ``embedlab.vectors`` is while a notebook is graded: words and rows, and no mathematics."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from embedlab.grading.inside.absent import absent

__getattr__ = partial(absent, __name__)


@dataclass(frozen=True)
class Embeddings:
    """Words and their vectors.

    Attributes:
        words: The words, in the order of the rows.
        matrix: (V, d) one row per word.
    """

    words: tuple[str, ...]
    matrix: npt.NDArray[np.floating]

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        return word in self.words

    def __getitem__(self, word: str) -> npt.NDArray[np.floating]:
        """Return one word's vector (d,)."""
        vector: npt.NDArray[np.floating] = self.matrix[self.words.index(word)]
        return vector
