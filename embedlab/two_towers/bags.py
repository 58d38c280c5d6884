"""Sentences as shares of words, so that the mean of word vectors is a matrix product."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array

from embedlab.numerics import require, require_tokens


def bags_of_words(sentences: Sequence[Sequence[str]], words: Sequence[str]) -> csr_array:
    """Return each sentence's shares of the words (N, V), single precision; a row sums to 1.

    So bags @ vectors are the means of the words' vectors, and bags.T @ d_means their gradient.

    Args:
        sentences: Lists of tokens.
        words: The V words.

    Raises:
        ValueError: If a word is repeated, there is no sentence, one has no token, or a token is
            none of the words.

    >>> bags_of_words([["a", "b", "a", "a"]], ["a", "b"]).toarray().tolist()
    [[0.75, 0.25]]
    """
    require(len(sentences) > 0, "sentences", "hold at least one sentence", "none")
    place = {word: i for i, word in enumerate(words)}
    require(len(place) == len(words), "words", "be distinct", f"{len(words) - len(place)} repeated")
    columns, shares, ends = [], [], [0]
    for sentence in sentences:
        require_tokens("each of sentences", sentence)
        require(len(sentence) > 0, "each of sentences", "have a token", sentence)
        unknown = [token for token in sentence if token not in place]
        require(not unknown, "sentences", "hold known words only", unknown[:5], "leave others out")
        columns += [place[token] for token in sentence]
        shares += [1 / len(sentence)] * len(sentence)
        ends.append(len(columns))
    shape = (len(sentences), len(place))
    bags = csr_array((np.array(shares, dtype=np.float32), columns, ends), shape=shape)
    bags.sum_duplicates()
    return bags
