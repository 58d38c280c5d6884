import importlib.util
import json
import subprocess
import sys
import types
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from embedlab import blocks
from embedlab.blocks import (
    add_rows,
    add_to_rows,
    band,
    cut,
    expected_weights,
    reach,
    within_reach,
)

V = 5
some_lengths = st.lists(st.integers(1, 8), min_size=1, max_size=6)
windows = st.integers(1, 9)
sizes = st.integers(1, 7)


def tokens_of(lengths, seed=0):
    """Return random word ids in sentences of given lengths, and the number of each sentence."""
    ids = np.random.default_rng(seed).integers(0, V, sum(lengths), dtype=np.int32)
    # Numbers with gaps, as they are where sentences lost all their tokens.
    return ids, np.repeat(3 * np.arange(len(lengths)) - 1, lengths).astype(np.int32)


# How far a sentence reaches


def slow_reach(sentence_of, window):
    n = len(sentence_of)
    left, right = [], []
    for i in range(n):
        others = [j for j in range(n) if sentence_of[j] == sentence_of[i]]
        left.append(sum(i - window <= j < i for j in others))
        right.append(sum(i < j <= i + window for j in others))
    return left, right


@given(some_lengths, windows)
def test_reach_against_a_slow_loop(lengths, window):
    _, sentence_of = tokens_of(lengths)
    left, right = reach(sentence_of, window)
    assert (left.tolist(), right.tolist()) == slow_reach(sentence_of, window)
    assert (left.dtype, right.dtype) == (np.int32, np.int32)


@pytest.mark.parametrize("first", [-2_000_000_000, -1, 0, 7])
def test_the_first_sentence_may_have_any_number(first):
    left, right = reach(np.array([first, first, first + 1, 2_000_000_000], np.int32), 3)
    assert (left.tolist(), right.tolist()) == ([0, 1, 0, 0], [1, 0, 0, 0])


def test_no_tokens_have_no_reach():
    left, right = reach(np.array([], np.int32), 3)
    assert (len(left), len(right)) == (0, 0)


def test_negative_control_the_ends_of_the_corpus_are_not_all_the_ends_there_are():
    _, sentence_of = tokens_of([3, 4])
    left, right = reach(sentence_of, 2)
    wrong_left, wrong_right = slow_reach(np.zeros(7), 2)
    assert left.tolist() != wrong_left
    assert right.tolist() != wrong_right


# Weights by offset


@given(st.integers(1, 12), st.data())
def test_expected_weights_against_all_windows_that_can_be_drawn(window, data):
    longest = data.draw(st.integers(1, window))
    table = expected_weights(window, longest)
    assert table.shape == ((longest + 1) ** 2, 2 * longest + 1)
    for left in range(longest + 1):
        for right in range(longest + 1):
            for place, offset in enumerate(range(-longest, longest + 1)):
                is_neighbor = offset != 0 and -left <= offset <= right
                n_windows = sum(abs(offset) <= drawn for drawn in range(1, window + 1))
                expected = float(Fraction(is_neighbor * n_windows, window))
                assert table[left * (longest + 1) + right, place] == expected


def test_negative_controls_of_the_expectation():
    flat = within_reach(5)[-1].astype(float)
    harmonic = flat / np.maximum(abs(np.arange(-5, 6)), 1)  # GloVe's weights
    short = np.maximum(5 - abs(np.arange(-5, 6)), 0) / 5 * flat  # windows 0 … w - 1
    right = expected_weights(5, 5)[-1]
    for bug in (flat, harmonic, short):
        assert not np.allclose(bug, right, rtol=1e-3)


def test_within_reach_by_hand():
    # Rows: reach (0, 0), (0, 1), (1, 0), (1, 1); columns: left, itself, right.
    assert within_reach(1).astype(int).tolist() == [[0, 0, 0], [0, 0, 1], [1, 0, 0], [1, 0, 1]]


def test_band_by_hand():
    # Two rows of weights, three centers: row t · 2 + r is row r moved by t places.
    table = band(np.array([[1, 0, 2], [3, 0, 4]]), 3)
    assert table.tolist() == [
        [1, 0, 2, 0, 0],
        [3, 0, 4, 0, 0],
        [0, 1, 0, 2, 0],
        [0, 3, 0, 4, 0],
        [0, 0, 1, 0, 2],
        [0, 0, 3, 0, 4],
    ]
    assert table.dtype == np.float32


# Blocks


@given(some_lengths, windows, sizes, st.integers(0, 99))
def test_every_token_is_a_center_once_between_its_neighbors(lengths, window, size, seed):
    ids, sentence_of = tokens_of(lengths, seed)
    n = len(ids)
    left, right = reach(sentence_of, window)
    pieces = cut(ids, left, right, window=window, size=size)
    assert len(pieces) == -(-n // size)
    assert pieces.places.shape == (len(pieces), size + 2 * window)
    assert pieces.cases.shape == (len(pieces), size)
    assert pieces.cases.dtype == np.int32
    n_cases = (window + 1) ** 2
    for i in range(len(pieces) * size):
        block, t = divmod(i, size)
        center, case = divmod(int(pieces.cases[block, t]), n_cases)
        assert center == t
        if i >= n:
            assert case == 0, "padding has no neighbors, and no center has it as one"
            continue
        assert divmod(case, window + 1) == (left[i], right[i])
        around = pieces.places[block, t : t + 2 * window + 1]
        first, last = i - left[i], i + right[i] + 1
        assert around[window] == ids[i]
        assert around[window - left[i] : window + right[i] + 1].tolist() == ids[first:last].tolist()


def pair_weights(ids, sentence_of, table, window, size):
    """Return the weight (V, V) of each pair of words, summed over blocks with their table."""
    left, right = reach(sentence_of, window)
    pieces = cut(ids, left, right, window=window, size=size)
    total = np.zeros((V, V))
    for places, cases in zip(pieces.places, pieces.cases, strict=True):
        for center, weights in zip(places[window : window + size], table[cases], strict=True):
            np.add.at(total[center], places, weights)
    return total


def slow_pair_weights(ids, sentence_of, weight):
    """Return the same from all pairs of tokens, and a weight by distance."""
    total = np.zeros((V, V))
    for i in range(len(ids)):
        for j in range(len(ids)):
            if i != j and sentence_of[i] == sentence_of[j]:
                total[ids[i], ids[j]] += weight(abs(i - j))
    return total


@given(some_lengths, windows, sizes, st.integers(0, 99))
def test_weights_of_all_blocks_against_a_slow_loop(lengths, window, size, seed):
    ids, sentence_of = tokens_of(lengths, seed)
    # As prepare does; the window may be longer than every sentence.
    longest = min(window, max(max(lengths) - 1, 1))
    for weights, weight in [
        (within_reach(longest), lambda distance: float(distance <= window)),
        (
            expected_weights(window, longest),
            lambda distance: max(window + 1 - distance, 0) / window,
        ),
    ]:
        found = pair_weights(ids, sentence_of, band(weights, size), longest, size)
        expected = slow_pair_weights(ids, sentence_of, weight)
        # rtol: the table is in single precision.
        np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_negative_controls_of_the_weights():
    lengths, window, size = [5, 3, 6], 3, 4
    ids, sentence_of = tokens_of(lengths)
    table = band(expected_weights(window, window), size)
    expected = slow_pair_weights(ids, sentence_of, lambda distance: max(4 - distance, 0) / 3)
    found = pair_weights(ids, sentence_of, table, window, size)
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    one_sentence = pair_weights(ids, np.zeros_like(sentence_of), table, window, size)
    flat = pair_weights(ids, sentence_of, band(within_reach(window), size), window, size)
    # A center that meets itself.
    itself = band(expected_weights(window, window) + (np.arange(-3, 4) == 0), size)
    # A table whose rows are not moved along with the center.
    unmoved = np.tile(table[:16], (size, 1))
    for bug in (
        one_sentence,
        flat,
        pair_weights(ids, sentence_of, itself, window, size),
        pair_weights(ids, sentence_of, unmoved, window, size),
    ):
        assert not np.allclose(bug, expected, rtol=1e-3)


def test_a_window_longer_than_every_sentence_reaches_all_of_it():
    ids, sentence_of = tokens_of([4, 2, 3])
    table = band(within_reach(3), 4)
    whole_sentence = slow_pair_weights(ids, sentence_of, lambda distance: 1)
    assert pair_weights(ids, sentence_of, table, 3, 4).tolist() == whole_sentence.tolist()


# Adding to rows, through SciPy's own kernel and without it


@pytest.fixture(params=["kernel", "fallback"])
def way(request, monkeypatch):
    assert blocks._KERNEL_WORKS, "this SciPy has the kernel, so both ways are tested"
    monkeypatch.setattr(blocks, "_KERNEL_WORKS", request.param == "kernel")


# Whole numbers and a scale that is a power of two: every order of adding gives the same sum.
@st.composite
def additions(draw):
    ids = draw(hnp.arrays(np.int32, (3, 4), elements=st.integers(0, V - 1)))
    rows = draw(hnp.arrays(np.float32, (3, 4, 2), elements=st.integers(-99, 99)))
    return ids, rows, draw(st.sampled_from([1.0, -0.5, 0.25]))


def added(ids, rows, scale):
    matrix = np.arange(2 * V, dtype=np.float32).reshape(V, 2)
    add_rows(matrix, ids, rows, scale)
    return matrix.tolist()


def slow_added(ids, rows, scale):
    matrix = np.arange(2 * V, dtype=np.float64).reshape(V, 2)
    np.add.at(matrix, ids, scale * rows)
    return matrix.tolist()


@pytest.mark.parametrize("works", [True, False])
@given(additions())
def test_add_rows_against_numpy(works, addition):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "_KERNEL_WORKS", works)
        assert added(*addition) == slow_added(*addition)


@pytest.mark.usefixtures("way")
def test_add_rows_by_hand():
    matrix = np.zeros((3, 2), np.float32)
    rows = np.array([[1, 2], [3, 4], [5, 6]], np.float32)
    add_rows(matrix, np.array([2, 0, 2], np.int32), rows, 0.5)
    assert matrix.tolist() == [[1.5, 2.0], [0.0, 0.0], [3.0, 4.0]]


def test_negative_control_fancy_indexing_loses_all_but_one_of_the_same_row():
    ids, rows = np.array([2, 0, 2]), np.array([[1, 2], [3, 4], [5, 6]], np.float32)
    matrix = np.zeros((3, 2), np.float32)
    matrix[ids] += rows
    assert matrix.tolist() == [[3.0, 4.0], [0.0, 0.0], [5.0, 6.0]]
    right = np.zeros((3, 2), np.float32)
    add_rows(right, ids.astype(np.int32), rows, 1.0)
    assert right.tolist() == [[3.0, 4.0], [0.0, 0.0], [6.0, 8.0]]


@pytest.mark.parametrize("works", [True, False])
@given(st.lists(st.lists(st.integers(0, V - 1), max_size=4), min_size=1, max_size=5), st.data())
def test_add_to_rows_against_a_slow_loop(works, targets, data):
    shape = (len(targets), 3)
    rows = data.draw(hnp.arrays(np.float32, shape, elements=st.integers(-99, 99)))
    indptr = np.cumsum([0, *map(len, targets)]).astype(np.int32)
    ids = np.array([i for group in targets for i in group], np.int32)
    expected = np.ones((V, 3))
    for group, row in zip(targets, rows, strict=True):
        for i in group:
            expected[i] += 0.5 * row
    matrix = np.ones((V, 3), np.float32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "_KERNEL_WORKS", works)
        add_to_rows(matrix, indptr, ids, rows, 0.5)
    assert matrix.tolist() == expected.tolist()


def test_both_ways_agree_on_many_numbers(monkeypatch):
    rng = np.random.default_rng(5)
    start = rng.standard_normal((300, 20)).astype(np.float32)
    ids = rng.integers(0, 300, (40, 50), dtype=np.int32)
    rows = rng.standard_normal((40, 50, 20)).astype(np.float32)
    results = []
    for works in (True, False):
        monkeypatch.setattr(blocks, "_KERNEL_WORKS", works)
        results.append(start.copy())
        add_rows(results[-1], ids, rows, 0.025)
    exact = start.astype(np.float64)
    np.add.at(exact, ids, np.float64(np.float32(0.025)) * rows)
    # atol: the order of some seven additions to numbers of size 1, in single precision.
    for result in results:
        np.testing.assert_allclose(result, exact, rtol=0, atol=2e-6)


@pytest.mark.usefixtures("way")
def test_rows_that_do_not_lie_in_order_in_memory():
    ids = np.asfortranarray(np.array([[0, 1], [1, 1]], np.int32))
    rows = np.asfortranarray(np.arange(8, dtype=np.float32).reshape(2, 2, 2))
    assert added(ids, rows, 1.0) == slow_added(ids, rows, 1.0)


# The kernel is private: a SciPy without it, or with another of its name, changes nothing


def other_arguments(matrix, rows):
    raise AssertionError("never called with two arguments")


KERNELS = {
    "module gone": None,
    "renamed": {},
    "other arguments": {"csc_matvecs": other_arguments},
    "nothing done in place": {"csc_matvecs": lambda *arguments: arguments[-1] + 1},
    "other order of arguments": {"csc_matvecs": lambda *arguments: arguments[-1].fill(1)},
}


@pytest.mark.parametrize("name", KERNELS)
def test_the_probe_sees_that_the_kernel_is_another(monkeypatch, name):
    contents = KERNELS[name]
    kernel = None if contents is None else types.ModuleType("kernel")
    for attribute, value in (contents or {}).items():
        setattr(kernel, attribute, value)
    monkeypatch.setitem(sys.modules, "scipy.sparse._sparsetools", kernel)
    specification = importlib.util.spec_from_file_location("blocks_anew", blocks.__file__)
    anew = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(anew)
    assert not anew._KERNEL_WORKS
    matrix = np.zeros((3, 2), np.float32)
    rows = np.array([[1, 2], [3, 4], [5, 6]], np.float32)
    anew.add_rows(matrix, np.array([2, 0, 2], np.int32), rows, 0.5)
    assert matrix.tolist() == [[1.5, 2.0], [0.0, 0.0], [3.0, 4.0]]


TRAIN = """
import json
import numpy as np
from embedlab import blocks
from embedlab.fasttext import train as train_pieces
from embedlab.word2vec import train

options = {"min_count": 1, "sample": None, "n_dimensions": 4, "epochs": 2}
sentences = [["the", "cat", "sat"], ["the", "dog", "sat", "down"]] * 5
found = [
    trainer(sentences, rng=np.random.default_rng(0), **options).embeddings.matrix.tolist()
    for trainer in (train, train_pieces)
]
print(json.dumps([blocks._KERNEL_WORKS, found]))
"""
HIDE = "import sys, scipy.sparse; sys.modules['scipy.sparse._sparsetools'] = None"


def test_training_in_an_interpreter_that_cannot_import_the_kernel():
    results = []
    for source in (TRAIN, HIDE + TRAIN):
        command = [sys.executable, "-W", "error", "-c", source]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.stderr == ""
        results.append(json.loads(done.stdout))
    assert [works for works, _ in results] == [True, False]
    # atol: the two ways add in another order to numbers of size 0.1, in single precision.
    np.testing.assert_allclose(results[0][1], results[1][1], rtol=0, atol=1e-6)
