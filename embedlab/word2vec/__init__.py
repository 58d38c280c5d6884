"""Word2Vec: skip-gram and CBOW, with full softmax, hierarchical softmax and negative sampling."""

from embedlab.word2vec.examples import (
    cbow_hierarchical,
    cbow_negative,
    cbow_softmax,
    skipgram_hierarchical,
    skipgram_negative,
    skipgram_softmax,
)
from embedlab.word2vec.training import Word2Vec, train

__all__ = [
    "Word2Vec",
    "cbow_hierarchical",
    "cbow_negative",
    "cbow_softmax",
    "skipgram_hierarchical",
    "skipgram_negative",
    "skipgram_softmax",
    "train",
]
