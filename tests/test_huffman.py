import heapq
import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedlab.huffman import huffman_codes, huffman_tree, mean_code_length

counts_lists = st.lists(st.integers(1, 10**6), min_size=2, max_size=40)
# Few different counts, so that nearly every step of the algorithm meets a tie.
tied_lists = st.lists(st.integers(1, 4), min_size=2, max_size=40)
any_counts = counts_lists | tied_lists


def codewords(tree):
    """Return the code of each word as a string of 0 and 1."""
    rows = zip(tree.codes, tree.lengths, strict=True)
    return ["".join(map(str, row[:length])) for row, length in rows]


def paths(tree):
    """Return the inner nodes above each word, without the padding."""
    return [row[:n].tolist() for row, n in zip(tree.paths, tree.lengths, strict=True)]


# By hand


def test_a_tree_by_hand():
    # 5+6 makes node 0 (11), 9+11 node 1 (20), 12+13 node 2 (25), 16+20 node 3 (36), 25+36 the
    # root 4; the smaller count is bit 0.
    tree = huffman_codes([16, 13, 12, 9, 6, 5])
    assert codewords(tree) == ["10", "01", "00", "110", "1111", "1110"]
    assert paths(tree) == [[4, 3], [4, 2], [4, 2], [4, 3, 1], [4, 3, 1, 0], [4, 3, 1, 0]]
    assert tree.lengths.tolist() == [2, 2, 2, 3, 4, 4]
    assert mean_code_length(tree, [16, 13, 12, 9, 6, 5]) == pytest.approx(153 / 61, rel=1e-15)


def test_the_tree_itself_by_hand():
    parents, bits = huffman_tree([16, 13, 12, 9, 6, 5])
    assert parents.tolist() == [9, 8, 8, 7, 6, 6, 7, 9, 10, 10, 10]
    assert bits.tolist() == [0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 0]


def test_two_words():
    tree = huffman_codes([1, 1])
    assert tree.paths.tolist() == [[0], [0]]
    assert sorted(tree.codes.ravel().tolist()) == [0, 1]


def test_shapes_types_and_padding():
    tree = huffman_codes([4, 2, 1, 1])
    assert (tree.paths.dtype, tree.codes.dtype) == (np.int32, np.int8)
    assert tree.paths.shape == tree.codes.shape == tree.mask.shape == (4, 3)
    assert tree.mask.sum(axis=1).tolist() == tree.lengths.tolist() == [1, 2, 3, 3]
    assert not tree.paths[~tree.mask].any()
    assert not tree.codes[~tree.mask].any()
    for array in (tree.paths, tree.codes, tree.lengths):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


# Laws


@given(any_counts)
def test_no_code_begins_another_and_none_is_wasted(counts):
    codes = codewords(huffman_codes(counts))
    ordered = sorted(codes)
    # In alphabetical order a prefix would stand directly before a code that it begins.
    assert not any(b.startswith(a) for a, b in itertools.pairwise(ordered))
    # Kraft's sum, in exact arithmetic; below 1 there would be a branch without words.
    assert sum(Fraction(1, 2 ** len(code)) for code in codes) == 1


@given(any_counts)
def test_paths_and_codes_are_one_tree(counts):
    V = len(counts)
    tree = huffman_codes(counts)
    children = {}
    for word, (path, code) in enumerate(zip(paths(tree), codewords(tree), strict=True)):
        assert path[0] == V - 2, "the root is the inner node made last"
        steps = [*[node + V for node in path[1:]], word]
        for node, bit, child in zip(path, code, steps, strict=True):
            assert children.setdefault((node, bit), child) == child
    # Each inner node has both children, and every node but the root is the child of one.
    assert set(children) == {(node, bit) for node in range(V - 1) for bit in "01"}
    assert sorted(children.values()) == [*range(V), *range(V, 2 * V - 2)]


@given(any_counts)
def test_the_smaller_count_is_bit_0_and_numbers_follow_the_order_of_making(counts):
    V = len(counts)
    tree = huffman_codes(counts)
    total = np.zeros((V - 1, 2), dtype=int)
    for count, path, code in zip(counts, paths(tree), codewords(tree), strict=True):
        for node, bit in zip(path, code, strict=True):
            total[node, int(bit)] += count
    assert (total[:, 0] <= total[:, 1]).all()
    assert (np.diff(total.sum(axis=1)) >= 0).all(), "each merge is at least as heavy as the last"


@given(any_counts)
def test_rarer_words_never_have_shorter_codes(counts):
    lengths = huffman_codes(counts).lengths.tolist()
    for (a, long), (b, short) in itertools.permutations(zip(counts, lengths, strict=True), 2):
        assert not (a > b and long > short)


def entropy_in_bits(counts):
    shares = np.array(counts) / sum(counts)
    return -float(shares @ np.log2(shares))


@given(any_counts)
def test_shannons_bounds(counts):
    entropy = entropy_in_bits(counts)
    length = mean_code_length(huffman_codes(counts), counts)
    # 1e-12: both sides are sums of 40 rounded terms below 20.
    assert entropy - 1e-12 <= length < entropy + 1


def test_negative_control_codes_of_equal_length_break_the_upper_bound():
    counts = [1000] + [1] * 63
    assert mean_code_length(huffman_codes([1] * 64), counts) == pytest.approx(6.0, rel=1e-14)
    assert entropy_in_bits(counts) + 1 < 2


@given(st.lists(st.integers(0, 12), min_size=1, max_size=12))
def test_shares_that_are_powers_of_one_half_reach_the_entropy(splits):
    # Splitting a share into two halves again and again keeps the sum at 1.
    shares = [Fraction(1)]
    for split in splits:
        half = shares.pop(split % len(shares)) / 2
        shares += [half, half]
    tree = huffman_codes([float(share) for share in shares])
    assert [Fraction(1, 2 ** int(n)) for n in tree.lengths] == shares


@given(any_counts, st.sampled_from([2.0, 0.25, 2.0**60]))
def test_only_ratios_matter(counts, factor):
    one, other = huffman_codes(counts), huffman_codes(np.array(counts) * factor)
    assert codewords(one) == codewords(other)
    assert paths(one) == paths(other)


# Oracles


def least_total_length(counts):
    """Return the smallest Σ count · length over all binary trees, by trying all of them."""
    everyone = (1 << len(counts)) - 1
    best = {1 << i: 0 for i in range(len(counts))}
    for group in range(1, everyone + 1):
        if group in best:
            continue
        weight = sum(count for i, count in enumerate(counts) if group >> i & 1)
        part, options = (group - 1) & group, []
        while part:
            options.append(best[part] + best[group ^ part])
            part = (part - 1) & group
        best[group] = weight + min(options)
    return best[everyone]


@given(st.lists(st.integers(1, 30), min_size=2, max_size=7))
def test_no_tree_is_better(counts):
    tree = huffman_codes(counts)
    assert int(np.dot(counts, tree.lengths)) == least_total_length(counts)


def shannon_fano_lengths(counts):
    """Return the code lengths of another famous code: split the sorted words into halves."""
    lengths = dict.fromkeys(range(len(counts)), 0)
    stack = [sorted(lengths, key=lambda i: -counts[i])]
    while stack:
        group = stack.pop()
        if len(group) > 1:
            sides = [(group[:i], group[i:]) for i in range(1, len(group))]
            left, right = min(
                sides, key=lambda pair: abs(np.subtract(*(sum(counts[i] for i in s) for s in pair)))
            )
            for i in group:
                lengths[i] += 1
            stack += [left, right]
    return list(lengths.values())


def test_negative_control_splitting_from_the_top_is_worse():
    counts = [15, 7, 6, 6, 5]
    assert np.dot(counts, shannon_fano_lengths(counts)) == 89
    assert least_total_length(counts) == 87 == np.dot(counts, huffman_codes(counts).lengths)


def two_queues(counts):
    """Return the codes and paths of word2vec.c and fastText, for counts in descending order.

    Both take the next word from the end of the list, or else the oldest inner node.
    """
    V = len(counts)
    words, inner = list(range(V)), []
    weight, parent, bit = dict(enumerate(counts)), {}, {}
    for new in range(V, 2 * V - 1):
        pair = []
        while len(pair) < 2:
            is_word = words and (not inner or weight[words[-1]] < weight[inner[0]])
            pair.append(words.pop() if is_word else inner.pop(0))
        weight[new] = weight[pair[0]] + weight[pair[1]]
        parent |= dict.fromkeys(pair, new)
        bit |= {pair[0]: "0", pair[1]: "1"}
        inner.append(new)
    codes, ways = [], []
    for word in range(V):
        node, code, way = word, "", []
        while node in parent:
            code, node = bit[node] + code, parent[node]
            way.insert(0, node - V)
        codes.append(code)
        ways.append(way)
    return codes, ways


@given(st.integers(2, 60), st.integers(0, 10**6))
def test_without_ties_the_tree_is_that_of_word2vec_c(V, seed):
    # Sums of random real numbers do not tie.
    counts = np.sort(np.random.default_rng(seed).pareto(1.0, V) + 0.01)[::-1]
    tree = huffman_codes(counts)
    assert (codewords(tree), paths(tree)) == two_queues(counts.tolist())


@given(tied_lists)
def test_with_ties_it_is_as_short(counts):
    counts = sorted(counts, reverse=True)
    codes, _ = two_queues(counts)
    # rtol: an average of at most 40 numbers, rounded.
    average = np.dot(counts, [len(code) for code in codes]) / sum(counts)
    assert mean_code_length(huffman_codes(counts), counts) == pytest.approx(average, rel=1e-14)


def test_with_ties_the_tree_is_another():
    # The words of count 1 make an inner node of count 2: it and the first word tie.
    assert codewords(huffman_codes([2, 1, 1])) == ["0", "11", "10"]
    assert two_queues([2, 1, 1])[0] == ["1", "01", "00"]


# Extremes


@pytest.mark.parametrize("depth", [1, 2, 5, 10])
def test_equal_counts_of_a_power_of_two_make_a_full_tree(depth):
    tree = huffman_codes([7] * 2**depth)
    assert set(tree.lengths.tolist()) == {depth}
    assert sorted(codewords(tree)) == [f"{i:0{depth}b}" for i in range(2**depth)]


@given(st.integers(2, 300))
def test_equal_counts_make_a_level_tree(V):
    lengths = huffman_codes([1] * V).lengths
    deepest = math.ceil(math.log2(V))
    assert set(lengths.tolist()) <= {deepest - 1, deepest}
    assert (lengths == deepest).sum() == 2 * V - 2**deepest


@pytest.mark.parametrize("V", [2, 3, 50, 900])
def test_doubling_counts_make_a_tree_as_deep_as_it_gets(V):
    tree = huffman_codes([2.0**i for i in range(V)])
    assert tree.lengths.tolist() == [V - 1, *range(V - 1, 0, -1)]
    assert paths(tree)[0] == list(range(V - 2, -1, -1))


def test_fibonacci_counts_are_deep_in_int64_too():
    fibonacci = [1, 1]
    while len(fibonacci) < 70:
        fibonacci.append(fibonacci[-1] + fibonacci[-2])
    assert huffman_codes(fibonacci).lengths.max() == 69


@given(any_counts)
def test_arguments_are_left_alone(counts):
    given_counts = np.array(counts, dtype=float)
    huffman_codes(given_counts)
    assert given_counts.tolist() == counts


# Parity with gensim


def gensim_codes(counts, *, in_order=True):
    """Return gensim's counts in the order of its vocabulary, its codes and its paths."""
    from gensim.models import Word2Vec

    model = Word2Vec(vector_size=1, hs=1, negative=0, min_count=1, sorted_vocab=int(in_order))
    model.build_vocab_from_freq({f"word{i}": count for i, count in enumerate(counts)})
    words = model.wv.index_to_key
    get = model.wv.get_vecattr
    codes = ["".join(map(str, get(word, "code"))) for word in words]
    return [get(word, "count") for word in words], codes, [list(get(w, "point")) for w in words]


def zipf(V):
    return [round(10 * V / rank) for rank in range(1, V + 1)]


@pytest.mark.peer
@pytest.mark.parametrize(
    "counts",
    [
        [1, 1],
        [3, 2, 1],
        *[[1] * V for V in (3, 5, 16, 100, 1023)],
        [2] * 50 + [1] * 50,
        zipf(3000),
        [1 + i % 7 for i in range(500)],
        [2**i for i in range(50)],
    ],
    ids=lambda counts: f"{len(counts)} words, {len(set(counts))} counts",
)
def test_codes_and_paths_are_gensims_also_with_ties(counts):
    ordered, codes, ways = gensim_codes(counts)
    tree = huffman_codes(ordered)
    assert codewords(tree) == codes
    assert paths(tree) == ways


@pytest.mark.peer
def test_counts_in_any_order_are_taken_as_gensim_takes_them():
    counts = [1 + i * 7 % 10 for i in range(200)]
    ordered, codes, ways = gensim_codes(counts, in_order=False)
    assert ordered == counts
    tree = huffman_codes(counts)
    assert (codewords(tree), paths(tree)) == (codes, ways)


@pytest.mark.peer
def test_negative_control_breaking_ties_by_number_is_not_gensims():
    ordered, codes, _ = gensim_codes([1] * 5)
    V = len(ordered)
    heap, code = [(count, i, {i: ""}) for i, count in enumerate(ordered)], {}
    heapq.heapify(heap)
    for node in range(V, 2 * V - 1):
        (a, _, left), (b, _, right) = heapq.heappop(heap), heapq.heappop(heap)
        code = {word: bit + rest for bit, side in zip("01", (left, right), strict=True)
                for word, rest in side.items()}  # fmt: skip
        heapq.heappush(heap, (a + b, node, code))
    assert [code[i] for i in range(V)] != codes


# Bad input


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ([], "counts must belong to at least two words, got 0; one word has nothing to decide"),
        ([3], "counts must belong to at least two words, got 1"),
        ([3, 0], r"counts must be positive, got 0\.0; drop words never seen"),
        ([3, -1, 2], r"counts must be positive, got -1\.0"),
        ([3, np.nan], "counts must be finite, got nan at index 1"),
        ([np.inf, 1], "counts must be finite, got inf at index 0"),
        ([1e308, 1e308], r"counts must have a finite sum, got 'counts up to 1e\+308'; scale them"),
        ([[1, 2], [3, 4]], r"counts must be a vector \(d,\), got 'shape \(2, 2\)'"),
        (["a", "b"], "counts must hold real numbers"),
    ],
)
def test_errors(counts, message):
    for function in (huffman_tree, huffman_codes):
        with pytest.raises(ValueError, match=message):
            function(counts)


def test_mean_length_errors():
    tree = huffman_codes([2, 1])
    with pytest.raises(ValueError, match=r"counts and tree\.lengths must have the same length"):
        mean_code_length(tree, [1, 2, 3])
    with pytest.raises(ValueError, match=r"counts must be positive, got 0\.0"):
        mean_code_length(tree, [1, 0])


def test_mean_length_with_other_counts():
    # Lengths 1, 2, 2; the words of long codes have become the frequent ones.
    tree = huffman_codes([8, 1, 1])
    assert mean_code_length(tree, [8, 1, 1]) == pytest.approx(1.2, rel=1e-15)
    assert mean_code_length(tree, [1, 8, 1]) == pytest.approx(1.9, rel=1e-15)
