"""Sentence vectors of the published weights, kept from one build to the next.

Texts are encoded group by group (a page, the words with one first letter), and a group's vectors
are kept under a name that depends on its texts. So a page that has changed is encoded again and
the others are not, and what comes out does not depend on what was kept: a vector's last digits
depend on the texts that it is encoded with.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from embedlab.files import replacing
from embedlab.numerics import Array
from embedlab.pretrained import Pretrained, sentence_vectors

_VERSION = 1


def encode_groups(
    model: Pretrained, groups: Mapping[str, Sequence[str]], folder: Path
) -> dict[str, Array]:
    """Return the sentence vectors of each group of texts, {name: (n, 384)}.

    Args:
        model: As from ``pretrained.minilm``.
        groups: Texts by the name of their group; long ones are cut.
        folder: Where vectors are kept; what is there of older texts is removed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    used, found = set(), {}
    for name, texts in groups.items():
        key = json.dumps([_VERSION, model.fingerprint, list(texts)]).encode()
        path = folder / f"{hashlib.sha256(key).hexdigest()[:24]}.npy"
        used.add(path)
        found[name] = _kept(path, model, texts)
    for path in set(folder.glob("*.npy")) - used:
        path.unlink()
    return found


def _kept(path: Path, model: Pretrained, texts: Sequence[str]) -> Array:
    """Return the vectors of a file, or new ones, which the file then holds."""
    shape = (len(texts), model.n_dimensions)
    try:
        vectors: Array = np.load(path, allow_pickle=False)
        if vectors.shape == shape and vectors.dtype == np.float32:
            return vectors
    except (OSError, ValueError, EOFError):
        pass  # not there yet, or damaged
    vectors = sentence_vectors(model, texts, truncate=True).astype(np.float32)
    with replacing(path) as file:
        np.save(file, vectors)
    return vectors
