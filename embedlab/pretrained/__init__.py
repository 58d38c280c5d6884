"""Published weights, run by the encoder of ``contextual``: all-MiniLM-L6-v2, a small BERT.

The weights come with a Python package whose own code is never imported (it wants PyTorch); the
libraries safetensors and tokenizers read its files. Token vectors and sentence vectors equal those
of the reference implementation to about six decimals; ``tests/oracles/pretrained.py`` says how that
was measured.

A text is cut into pieces from a list of 30,522: frequent words are one piece, others several. Each
text begins with the piece [CLS] and ends with [SEP], which have vectors and count as tokens.

Source: Devlin et al. 2019, arXiv:1810.04805 (BERT); Wang et al. 2020, arXiv:2002.10957 (MiniLM);
Reimers and Gurevych 2019, arXiv:1908.10084 (sentence vectors as means over tokens).
"""

from embedlab.pretrained.static import distill, whole_words
from embedlab.pretrained.texts import (
    EncodedText,
    encode_texts,
    sentence_vectors,
    word_vectors_in_context,
)
from embedlab.pretrained.weights import PACKAGE, Pretrained, minilm

__all__ = [
    "PACKAGE",
    "EncodedText",
    "Pretrained",
    "distill",
    "encode_texts",
    "minilm",
    "sentence_vectors",
    "whole_words",
    "word_vectors_in_context",
]
