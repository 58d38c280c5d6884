"""What is compared, and with whom: one thread on either side, with the same settings."""

from collections.abc import Callable
from typing import Any

import gensim
import numpy as np
from gensim.models import FastText, KeyedVectors, Word2Vec
from harness import Quality, Task
from texts import Text

from embedlab import fasttext, word2vec
from embedlab.corpus import encode_sentences
from embedlab.text import build_vocabulary
from embedlab.vectors import Embeddings, nearest, nearest_many

GENSIM = f"gensim {gensim.__version__}"
EPOCHS = 5


def training_tasks(text: Text, subwords_text: Text, n_buckets: int = 2_000_000) -> list[Task]:
    """Return the comparisons of trainers; FastText has a smaller text, because it is slow."""
    skipgram = {"sg": 1, "alpha": 0.025}
    return [
        _training(
            "skip-gram, negative sampling",
            text,
            lambda seed: _word2vec(text, seed, architecture="skip-gram", learning_rate=0.025),
            lambda seed: _peer(Word2Vec, text, seed, **skipgram),
            floor=5,
            target=6,
        ),
        _training(
            "CBOW, negative sampling",
            text,
            lambda seed: _word2vec(text, seed, architecture="CBOW", learning_rate=0.05),
            lambda seed: _peer(Word2Vec, text, seed, sg=0, alpha=0.05),
            floor=1.6,
            target=2,
        ),
        _training(
            "FastText skip-gram",
            subwords_text,
            lambda seed: _fasttext(subwords_text, seed, n_buckets),
            lambda seed: _peer(FastText, subwords_text, seed, bucket=n_buckets, **skipgram),
            floor=4,
            target=6,
        ),
    ]


def _training(
    name: str,
    text: Text,
    ours: Callable[[int], Callable[[], Embeddings]],
    theirs: Callable[[int], Callable[[], Embeddings]],
    *,
    floor: float,
    target: float,
) -> Task:
    amount = text.n_tokens * EPOCHS
    peer = f"{GENSIM}, one worker"
    return Task(name, peer, "words", amount, floor, target, ours, theirs, quality=text.quality)


def _word2vec(text: Text, seed: int, **settings: Any) -> Callable[[], Embeddings]:
    rng = np.random.default_rng(seed)
    settings |= {"vocabulary": text.vocabulary, "epochs": EPOCHS}
    return lambda: word2vec.train(text.sentences, rng=rng, **settings).embeddings


def _fasttext(text: Text, seed: int, n_buckets: int) -> Callable[[], Embeddings]:
    rng = np.random.default_rng(seed)
    settings = {"vocabulary": text.vocabulary, "epochs": EPOCHS, "learning_rate": 0.025}
    settings |= {"n_buckets": n_buckets}
    return lambda: fasttext.train(text.sentences, rng=rng, **settings).embeddings


def _peer(model: Any, text: Text, seed: int, **settings: Any) -> Callable[[], Embeddings]:
    trained = model(
        vector_size=100,
        window=5,
        negative=5,
        sample=1e-3,
        min_count=5,
        workers=1,
        seed=seed + 1,
        **settings,
    )
    trained.build_vocab(text.sentences)

    def run() -> Embeddings:
        trained.train(text.sentences, total_examples=len(text.sentences), epochs=EPOCHS)
        return _embeddings(trained.wv)

    return run


def _embeddings(keyed: KeyedVectors) -> Embeddings:
    return Embeddings(tuple(keyed.index_to_key), keyed.vectors)


def vocabulary_task(text: Text) -> Task:
    """Return the comparison of counting words and turning all tokens into numbers."""

    def ours() -> int:
        vocabulary = build_vocabulary(text.sentences, min_count=5)
        return len(encode_sentences(text.sentences, vocabulary.index))

    def theirs() -> int:
        model = Word2Vec(min_count=5)
        model.build_vocab(text.sentences)
        index = model.wv.key_to_index
        encoded = [[index[word] for word in row if word in index] for row in text.sentences]
        return sum(map(len, encoded))

    return Task(
        "vocabulary and encoding",
        GENSIM,
        "words",
        text.n_tokens,
        0.8,
        1,
        lambda seed: ours,
        lambda seed: theirs,
        quality=lambda n: {"tokens": n},
    )


def search_tasks(n_words: int, n_queries: int) -> list[Task]:
    """Return the comparisons of looking for the ten nearest of many words, d = 300."""
    rng = np.random.default_rng(0)
    words = tuple(f"w{i}" for i in range(n_words))
    ours = Embeddings(words, rng.standard_normal((n_words, 300), dtype=np.float32))
    theirs = KeyedVectors(300)
    theirs.add_vectors(list(words), ours.matrix)
    asked = [words[i] for i in rng.choice(n_words, size=n_queries, replace=False)]
    nearest(ours, asked[0])  # both prepare themselves at the first question
    theirs.most_similar(asked[0])

    def single() -> list[Any]:
        return [nearest(ours, word) for word in asked]

    def batch() -> list[Any]:
        batches = [asked[start : start + 32] for start in range(0, n_queries, 32)]
        return [answer for words in batches for answer in nearest_many(ours, words)]

    def peer() -> list[Any]:
        return [theirs.most_similar(word, topn=10) for word in asked]

    expected = [[word for word, _ in answer] for answer in peer()]

    def quality(answers: list[Any]) -> Quality:
        same = [[w for w, _ in a] == e for a, e in zip(answers, expected, strict=True)]
        return {"same ten": sum(same) / len(same)}

    name = f"ten most similar of {n_words:,} × 300"
    return [
        Task(
            f"{name}, {kind}",
            GENSIM,
            "queries",
            n_queries,
            floor,
            target,
            lambda seed, ours=ours: ours,
            lambda seed: peer,
            quality=quality,
        )
        for kind, ours, floor, target in (
            ("one by one", single, 1.2, 2),
            ("in batches of 32", batch, 4, 5),
        )
    ]
