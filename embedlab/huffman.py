"""Huffman trees: short paths for frequent words, the layout of hierarchical softmax.

The words are the V leaves of a binary tree. A path from the root to a word asks one yes-or-no
question at each inner node, and its answers are the word's code.
"""

import heapq
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from embedlab.numerics import Array, IntArray, as_vector, require, require_same_length


@dataclass(frozen=True, eq=False)
class HuffmanCodes:
    """The way from the root to each word; L is the length of the longest code.

    Inner nodes are numbered 0 … V - 2 in the order in which they were made, so the root is
    V - 2. Behind the end of a shorter code stand zeros, which are a node and a bit that exist:
    read ``lengths`` or ``mask`` to leave them out. All arrays are read-only.

    Attributes:
        paths: (V, L) int32, the inner nodes from the root down.
        codes: (V, L) int8, the bit at each: 0 towards the lighter child, 1 towards the other.
        lengths: (V,) int64, how many of the L columns each word uses.
    """

    paths: npt.NDArray[np.int32]
    codes: npt.NDArray[np.int8]
    lengths: npt.NDArray[np.int64]

    @property
    def mask(self) -> npt.NDArray[np.bool_]:
        """Where paths and codes are in use, (V, L)."""
        return np.asarray(np.arange(self.paths.shape[1]) < self.lengths[:, np.newaxis])


@dataclass(eq=False, slots=True)
class _Node:
    """A node on the heap.

    The heap compares counts alone, and not the numbers of the nodes after them: how it breaks
    ties decides which of many equally short codes comes out, and gensim's heap does it so.
    """

    count: float
    number: int

    def __lt__(self, other: "_Node") -> bool:
        return self.count < other.count


def huffman_tree(counts: npt.ArrayLike) -> tuple[IntArray, IntArray]:
    """Return the tree that makes the mean code length as small as it can be.

    V - 1 times, the two nodes of smallest count become the children of a new one, which counts
    as much as both.

    Args:
        counts: (V,) positive numbers, at least two, in any order.

    Returns:
        The parent (2V - 1,) and the bit (2V - 1,) of each node. Nodes 0 … V - 1 are the words,
        then follow the inner nodes in the order in which they were made. The last one is the
        root; it is its own parent.

    Raises:
        ValueError: If there are fewer than two counts, or one is not positive and finite.

    Source: Huffman 1952, A Method for the Construction of Minimum-Redundancy Codes.

    >>> parents, bits = huffman_tree([3, 2, 1])
    >>> parents.tolist(), bits.tolist()
    ([4, 3, 3, 4, 4], [0, 1, 0, 1, 0])
    """
    weights = _positive(counts)
    V = len(weights)
    n_nodes = 2 * V - 1
    parents, bits = [n_nodes - 1] * n_nodes, [0] * n_nodes
    heap = [_Node(count, word) for word, count in enumerate(weights.tolist())]
    heapq.heapify(heap)
    for number in range(V, n_nodes):
        lighter, heavier = heapq.heappop(heap), heapq.heappop(heap)
        parents[lighter.number] = parents[heavier.number] = number
        bits[heavier.number] = 1
        heapq.heappush(heap, _Node(lighter.count + heavier.count, number))
    return np.array(parents), np.array(bits)


def huffman_codes(counts: npt.ArrayLike) -> HuffmanCodes:
    """Return the Huffman code of each word and the inner nodes on its path.

    Codes and node numbers are those of gensim's ``Word2Vec(hs=1)`` for counts in the order of
    its vocabulary, ties included. The original word2vec.c, and fastText, agree with them where
    no two nodes have the same count. Among those that do, they take inner nodes first, the
    oldest in front, and then words, the last in front; the mean code length is the same.

    Args:
        counts: (V,) positive numbers, at least two, in any order.

    Raises:
        ValueError: If there are fewer than two counts, or one is not positive and finite.

    Source: Mikolov et al. 2013, arXiv:1310.4546, section 2.1.

    >>> tree = huffman_codes([4, 2, 1, 1])
    >>> [code[:n].tolist() for code, n in zip(tree.codes, tree.lengths)]
    [[0], [1, 0], [1, 1, 0], [1, 1, 1]]
    >>> tree.paths[3].tolist()
    [2, 1, 0]
    """
    parents, bits = huffman_tree(counts)
    n_nodes = len(parents)
    V, root = (n_nodes + 1) // 2, n_nodes - 1

    depths = [0] * n_nodes
    # A parent has a higher number than its children, so downwards it comes first.
    for node, parent in zip(range(root - 1, -1, -1), parents[-2::-1].tolist(), strict=True):
        depths[node] = depths[parent] + 1
    depth = np.array(depths, dtype=np.int64)
    lengths = depth[:V]

    shape = V, int(lengths.max())
    paths, codes = np.zeros(shape, dtype=np.int32), np.zeros(shape, dtype=np.int8)
    # All words climb at once, one node a round, and leave when they reach the root.
    words: IntArray = np.arange(V)
    nodes: IntArray = np.arange(V)
    while len(words):
        columns = depth[nodes] - 1
        codes[words, columns] = bits[nodes]
        nodes = parents[nodes]
        paths[words, columns] = nodes - V
        below = nodes != root
        words, nodes = words[below], nodes[below]
    for array in (paths, codes, lengths):
        array.setflags(write=False)
    return HuffmanCodes(paths, codes, lengths)


def mean_code_length(tree: HuffmanCodes, counts: npt.ArrayLike) -> float:
    """Return the mean length, in bits per token, of the codes in a text with these counts.

    Hierarchical softmax computes so many scores per token, the full softmax V. With counts that
    made the tree, and H the entropy of the words in bits, H ≤ mean length < H + 1; the first is
    an equality where every share is a power of 1/2.

    Args:
        tree: The codes of V words.
        counts: (V,) positive numbers; not necessarily those from which the tree was made.

    Raises:
        ValueError: If there are not V counts, or one is not positive and finite.

    Source: Shannon 1948, A Mathematical Theory of Communication, section 9 (the bounds).

    >>> mean_code_length(huffman_codes([4, 2, 1, 1]), [4, 2, 1, 1])
    1.75
    """
    weights = _positive(counts)
    require_same_length("counts", weights, "tree.lengths", tree.lengths)
    return float(weights / weights.sum() @ tree.lengths)


def _positive(counts: npt.ArrayLike) -> Array:
    """Return at least two counts as floats after checking that all are positive."""
    weights = as_vector("counts", counts).astype(np.float64)
    V = len(weights)
    require(V >= 2, "counts", "belong to at least two words", V, "one word has nothing to decide")
    smallest, largest = float(weights.min()), float(weights.max())
    require(smallest > 0, "counts", "be positive", smallest, "drop words never seen")
    has_sum = largest <= float(np.finfo(np.float64).max) / V
    require(has_sum, "counts", "have a finite sum", f"counts up to {largest}", "scale them down")
    return weights
