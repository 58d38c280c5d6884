"""Filling a gap: which word do its neighbors suggest?

The classroom version of CBOW's prediction. A trained model has two vectors for each word and
scores the mean of the context's INPUT vectors by its products with the OUTPUT vectors
(``word2vec.cbow_softmax``). The output vectors are thrown away when the training is done, so
here the mean is compared with the input vectors themselves, by cosine. That needs one table
only and can be done with a pencil, but it is another question: words *like the context* win, the
context words themselves above all.
"""

from collections.abc import Sequence

import numpy as np

from embedlab.numerics import Array
from embedlab.text import context
from embedlab.vectors import Embeddings, nearest


def context_mean(
    tokens: Sequence[str], i: int, window: int, embeddings: Embeddings
) -> Array | None:
    """Return the mean (d,) of the vectors of the words around position i, in double precision.

    The window is clipped at both ends of the sentence. A word counts as often as it occurs;
    words without a vector count for nothing.

    Args:
        tokens: n words, one sentence.
        i: Position of the word that is to be guessed; it does not count itself.
        window: How many places the context reaches to either side, at least 0.
        embeddings: The words and their input vectors (V, d).

    Returns:
        The mean, or None if no word of the context has a vector.

    Raises:
        ValueError: If tokens is a string, i is no position of it, or window is negative.

    Source: Mikolov et al. 2013, arXiv:1301.3781, section 3.1, the projection layer of CBOW.

    >>> points = Embeddings(("the", "cat", "sat"), np.array([[1.0, 1.0], [4.0, 0.0], [3.0, 5.0]]))
    >>> context_mean(["the", "cat", "sat"], 1, 2, points).tolist()
    [2.0, 3.0]
    """
    rows = [embeddings[word] for word in context(tokens, i, window) if word in embeddings]
    return np.mean(rows, axis=0, dtype=np.float64) if rows else None


def predict_center(
    tokens: Sequence[str], i: int, window: int, embeddings: Embeddings
) -> str | None:
    """Return the word whose vector has the highest cosine with the mean of the context.

    Every word is a candidate, the context words and the hidden word too. Of words with equal
    vectors the first wins. A zero vector has cosine 0 with everything; where the mean is zero,
    the first word of all wins.

    Args:
        tokens: n words, one sentence.
        i: Position of the word that is to be guessed.
        window: How many places the context reaches to either side, at least 0.
        embeddings: The words to choose from, and their input vectors (V, d).

    Returns:
        The word, or None if no word of the context has a vector.

    Raises:
        ValueError: If tokens is a string, i is no position of it, or window is negative.

    Source: Mikolov et al. 2013, arXiv:1301.3781, section 3.1, with the cosine to an input vector
        in the place of the product with an output vector.

    >>> points = Embeddings(("the", "cat", "sat"), np.array([[1.0, 1.0], [4.0, 0.0], [3.0, 5.0]]))
    >>> predict_center(["the", "cat", "sat"], 1, 2, points)
    'sat'
    """
    mean = context_mean(tokens, i, window, embeddings)
    return None if mean is None else nearest(embeddings, mean, 1)[0][0]
