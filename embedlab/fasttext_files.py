"""A whole FastText model in one npz file, so that it keeps its vectors for unknown words.

The files of ``storage`` hold the vectors of the known words and nothing else: whoever loads them
has lost the pieces. This file holds the pieces, the n-grams' settings, the counts, the output
vectors and the history. The vectors of the words are not in it, being the means of the pieces.
"""

import numpy as np

from embedlab.fasttext import FastText, piece_matrix, piece_means
from embedlab.files import FilePath, replacing
from embedlab.numerics import Array, first_not_finite, require
from embedlab.runs import History
from embedlab.storage import ReadArray, reading_npz
from embedlab.text import Vocabulary
from embedlab.vectors import Embeddings

VERSION = 1
_SETTINGS = ("n_min", "n_max", "n_buckets")
_ENDINGS = ("", "interrupted", "callback")


def save_model(model: FastText, path: FilePath) -> None:
    """Write a model as an npz archive, whole or not at all; ``numpy.load`` reads it, too.

    Its arrays: ``version`` (1), ``words`` (V,), ``counts`` (V,), ``n_min``, ``n_max``,
    ``n_buckets``, ``buckets`` (B,), ``pieces`` (V + B, d), ``outputs`` (V, d), ``history`` (3, r)
    with progress, loss and learning rate, and ``stopped``.

    Raises:
        ValueError: If a word ends in a null character, which a NumPy string cannot keep. Nothing
            is written then.
    """
    for word in model.vocabulary:
        rule = "not end in a null character to be saved in this format"
        require(not word.endswith("\0"), "a word", rule, word)
    history = model.history
    with replacing(path) as file:
        np.savez(
            file,
            version=np.array(VERSION),
            words=np.array(model.vocabulary.words),
            counts=model.vocabulary.counts,
            n_min=np.array(model.n_min),
            n_max=np.array(model.n_max),
            n_buckets=np.array(model.n_buckets),
            buckets=model.buckets,
            pieces=model.pieces,
            outputs=model.outputs,
            history=np.stack([history.progress, history.loss, history.learning_rate]),
            stopped=np.array(history.stopped),
        )


def load_model(path: FilePath) -> FastText:
    """Read a model that ``save_model`` wrote; its vectors are those of the saved one.

    Nothing is unpickled, so a file from a stranger can run no code. The arrays are read-only.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the file is no whole archive of such arrays, was written in a later version
            of the format, or its arrays do not belong together; the message names the one.
    """
    with reading_npz(path, "a FastText model") as read:
        version = _one_integer(read, "version")
        rule, remedy = f"be {VERSION}, the format known here", "load it with a newer embedlab"
        require(version == VERSION, "array 'version'", rule, version, remedy)
        vocabulary = Vocabulary(tuple(read("words", "U").tolist()), read("counts", "iu"))
        n_min, n_max, n_buckets = (_one_integer(read, key) for key in _SETTINGS)
        membership, buckets = piece_matrix(
            vocabulary.words, n_min=n_min, n_max=n_max, n_buckets=n_buckets
        )
        # What the words and the settings give must be what the rows of the pieces were made for.
        rule = "be the buckets of the words' n-grams, in the order of the words"
        stored = read("buckets", "iu")
        is_same = np.array_equal(stored, buckets)
        remedy = "words, n_min, n_max, n_buckets or buckets are damaged"
        require(is_same, "array 'buckets'", rule, f"{stored.size} others", remedy)
        pieces, outputs = _two_matrices(read, len(vocabulary), len(buckets))
        history = _history(read)
    embeddings = Embeddings(vocabulary.words, piece_means(membership, pieces))
    settings = n_min, n_max, n_buckets, history
    return FastText(embeddings, pieces, buckets, outputs, vocabulary, *settings)


def _one_integer(read: ReadArray, key: str) -> int:
    array = read(key, "iu")
    require(array.shape == (), f"array {key!r}", "hold one integer", f"shape {array.shape}")
    return int(array)


def _two_matrices(read: ReadArray, n_words: int, n_buckets: int) -> tuple[Array, Array]:
    """Return pieces and output vectors after checking their shapes and numbers."""
    n_pieces, pieces, outputs = n_words + n_buckets, read("pieces", "f"), read("outputs", "f")
    rule = f"have {n_pieces} rows, one for each word and each bucket, and a column"
    fits = pieces.ndim == 2 and len(pieces) == n_pieces and pieces.shape[1] > 0
    require(fits, "array 'pieces'", rule, f"shape {pieces.shape}")
    expected = n_words, pieces.shape[1]
    rule = f"have shape {expected}, as words and pieces have"
    require(outputs.shape == expected, "array 'outputs'", rule, outputs.shape)
    for key, array in {"pieces": pieces, "outputs": outputs}.items():
        is_single = array.dtype == np.float32
        require(is_single, f"array {key!r}", "be in single precision", array.dtype)
        where = first_not_finite(array)
        require(where is None, f"array {key!r}", "be finite", f"index {where}")
    return pieces, outputs


def _history(read: ReadArray) -> History:
    numbers, stopped = read("history", "f"), read("stopped", "U")
    rule = "have three rows: progress, loss and learning rate"
    require(numbers.ndim == 2 and len(numbers) == 3, "array 'history'", rule, numbers.shape)
    where = first_not_finite(numbers)
    require(where is None, "array 'history'", "be finite", f"index {where}")
    is_known = stopped.shape == () and str(stopped) in _ENDINGS
    require(is_known, "array 'stopped'", f"be one of {_ENDINGS}", stopped.tolist())
    progress, loss, learning_rate = numbers
    return History(progress, loss, learning_rate, str(stopped))
