"""The vectors that come with the package: as the build makes them, and good for something."""

import io

import numpy as np
import pytest

from embedlab import learned, learned_training
from embedlab.evaluation import analogy_accuracy
from embedlab.subwords import subwords
from embedlab.vectors import Embeddings, cosine
from embedlab.world import world


@pytest.fixture(scope="module")
def truth():
    return world(np.random.default_rng(0), 20_000)


def test_the_file_is_what_the_build_makes():
    """Trained again, perhaps with another processor's matrix products, it is nearly the same."""
    with np.load(io.BytesIO(learned_training.build())) as again:
        for name, stored in learned._stored().items():
            if stored.dtype.kind == "U":
                assert again[name].tolist() == stored.tolist()
            else:
                rows = zip(again[name].astype(float), stored.astype(float), strict=True)
                assert min(cosine(u, v) for u, v in rows) > 0.99


@pytest.mark.parametrize("vectors", [learned.skip_gram, learned.cbow])
def test_the_vectors_know_the_world(vectors, truth):
    E = vectors()
    assert E.matrix.shape == (len(E.words), 50)
    assert E.matrix.dtype == np.float32
    questions = [question for section in truth.analogies.values() for question in section]
    assert analogy_accuracy(E, {"all": questions}).accuracy > 0.9
    # Negative control: the same vectors in another order know nothing.
    shuffled = Embeddings(E.words, np.random.default_rng(0).permutation(E.matrix))
    assert analogy_accuracy(shuffled, {"all": questions}).accuracy < 0.05


def test_units_make_up_words():
    """A vector put together from units is nearest to that of the word it belongs to."""
    units = learned.ngram_vectors()
    assert all(vector.shape == (30,) for vector in units.values())
    words = [word for word in learned.skip_gram().words if f"<{word}>" in units]
    assert len(words) > 400

    def vector(word):
        return np.mean(
            [units[u] for u in subwords(word, learned.N_MIN, learned.N_MAX) if u in units], axis=0
        )

    known = np.stack([vector(word) for word in words])
    for wrong, right in [("swiming", "swimming"), ("elefant", "elephant"), ("princes", "princess")]:
        others = [i for i, word in enumerate(words) if word != wrong]
        scores = [cosine(vector(wrong), known[i]) for i in others]
        assert words[others[int(np.argmax(scores))]] == right


def test_sentences_are_new():
    seen = {tuple(s) for s in world(np.random.default_rng(7), learned.N_SENTENCES).sentences}
    new = learned.sentences(200)
    assert len(new) == 200
    assert learned.sentences(200) == new
    assert not [sentence for sentence in new if tuple(sentence) in seen]
    # Negative control: drawn without looking, many have been seen.
    drawn = world(np.random.default_rng(8), 200).sentences
    assert sum(tuple(sentence) in seen for sentence in drawn) > 50


def test_a_package_without_the_file_says_what_to_do(monkeypatch):
    monkeypatch.setattr(learned, "FILE", "nowhere.npz")
    learned._stored.cache_clear()
    try:
        with pytest.raises(FileNotFoundError, match=r"without nowhere\.npz.*install the wheel"):
            learned.cbow()
    finally:
        learned._stored.cache_clear()
