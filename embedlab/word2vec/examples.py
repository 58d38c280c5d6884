"""The textbook face: the loss of one example and its gradients, in the fewest lines.

Skip-gram predicts each context word from the center word; CBOW predicts the center word from
the mean of its context words. Both have two vectors per word: an input vector, which becomes
the word's embedding, and an output vector, against which predictions are scored.
"""

from typing import TypeAlias

import numpy as np

from embedlab.numerics import Array, log_sigmoid, logsumexp, sigmoid

Gradients: TypeAlias = tuple[float, Array, Array]


def skipgram_softmax(center: Array, outputs: Array, target: int) -> Gradients:
    """Return one skip-gram pair's loss under the softmax over all words, and its gradients.

    Args:
        center: (d,) input vector of the center word.
        outputs: (V, d) output vectors of all words.
        target: Id of the context word.

    Returns:
        Loss -log P(target | center) in nats; its gradients for center (d,) and outputs (V, d).

    Source: Mikolov et al. 2013, arXiv:1310.4546, eq. 2.
    """
    scores = outputs @ center
    loss = logsumexp(scores) - scores[target]
    d_scores = np.exp(scores - logsumexp(scores))
    d_scores[target] -= 1.0
    return float(loss), d_scores @ outputs, np.outer(d_scores, center)


def skipgram_hierarchical(center: Array, nodes: Array, code: Array) -> Gradients:
    """Return one skip-gram pair's loss under hierarchical softmax, and its gradients.

    The target is reached through a binary tree; every inner node on its path decides between
    left (0) and right (1) with probability σ(node · center) for left.

    Args:
        center: (d,) input vector of the center word.
        nodes: (L, d) vectors of the inner nodes on the target's path, root first.
        code: (L,) the decisions, 0 or 1; see ``huffman``.

    Returns:
        Loss -log P(target | center) in nats; its gradients for center (d,) and nodes (L, d).

    Source: Mikolov et al. 2013, arXiv:1310.4546, eq. 3; the released code's sign convention.
    """
    signs = 1.0 - 2.0 * np.asarray(code)
    margins = signs * (nodes @ center)
    d_scores = -signs * sigmoid(-margins)
    return float(-log_sigmoid(margins).sum()), d_scores @ nodes, np.outer(d_scores, center)


def skipgram_negative(center: Array, outputs: Array) -> Gradients:
    """Return one skip-gram pair's negative-sampling loss, and its gradients.

    Args:
        center: (d,) input vector of the center word.
        outputs: (1 + k, d) output vectors; row 0 of the context word, the rest of noise words.

    Returns:
        Loss in nats; its gradients for center (d,) and outputs (1 + k, d).

    Source: Mikolov et al. 2013, arXiv:1310.4546, eq. 4, sign flipped.
    """
    signs = np.where(np.arange(len(outputs)) == 0, 1.0, -1.0)
    margins = signs * (outputs @ center)
    d_scores = -signs * sigmoid(-margins)
    return float(-log_sigmoid(margins).sum()), d_scores @ outputs, np.outer(d_scores, center)


def cbow_softmax(contexts: Array, outputs: Array, target: int) -> Gradients:
    """Return one CBOW example's loss under the softmax over all words, and its gradients.

    Args:
        contexts: (m, d) input vectors of the context words; their mean is the hidden vector.
        outputs: (V, d) output vectors of all words.
        target: Id of the center word.

    Returns:
        Loss in nats; its gradients for contexts (m, d) and outputs (V, d).

    Source: Mikolov et al. 2013, arXiv:1301.3781, section 3.1.
    """
    loss, d_hidden, d_outputs = skipgram_softmax(contexts.mean(axis=0), outputs, target)
    return loss, _shared(d_hidden, len(contexts)), d_outputs


def cbow_hierarchical(contexts: Array, nodes: Array, code: Array) -> Gradients:
    """Return one CBOW example's loss under hierarchical softmax, and its gradients.

    Args:
        contexts: (m, d) input vectors of the context words; their mean is the hidden vector.
        nodes: (L, d) vectors of the inner nodes on the center word's path, root first.
        code: (L,) the decisions, 0 or 1.

    Returns:
        Loss in nats; its gradients for contexts (m, d) and nodes (L, d).

    Source: Mikolov et al. 2013, arXiv:1301.3781, section 3.1.
    """
    loss, d_hidden, d_nodes = skipgram_hierarchical(contexts.mean(axis=0), nodes, code)
    return loss, _shared(d_hidden, len(contexts)), d_nodes


def cbow_negative(contexts: Array, outputs: Array) -> Gradients:
    """Return one CBOW example's negative-sampling loss, and its gradients.

    Args:
        contexts: (m, d) input vectors of the context words; their mean is the hidden vector.
        outputs: (1 + k, d) output vectors; row 0 of the center word, the rest of noise words.

    Returns:
        Loss in nats; its gradients for contexts (m, d) and outputs (1 + k, d).

    Source: Mikolov et al. 2013, arXiv:1310.4546, eq. 4, with CBOW's hidden vector.
    """
    loss, d_hidden, d_outputs = skipgram_negative(contexts.mean(axis=0), outputs)
    return loss, _shared(d_hidden, len(contexts)), d_outputs


def _shared(d_mean: Array, n: int) -> Array:
    """Return the gradient of each of n vectors (n, d), given that of their mean (d,)."""
    return np.tile(d_mean / n, (n, 1))
