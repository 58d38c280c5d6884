"""Bytes, padding, caches, waiting and machines: by hand, by law, and against a slow loop."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedlab.capacity import (
    BUSY,
    FILLED,
    ORDERS,
    Machine,
    attention_bytes,
    batches_of,
    layer_bytes,
    lru_hit_rate,
    padding_share,
    plan,
    table_bytes,
    text_lengths,
    waits,
    zipf_stream,
)
from embedlab.contextual import encode, start_encoder
from embedlab.measurements import read_record

MACHINE = Machine(gib=64, cores=16, price=2.0)
LENGTHS = st.lists(st.integers(1, 50), min_size=1, max_size=40).map(np.array)


def test_memory_is_that_of_the_arrays():
    encoder = start_encoder(50, 32, 4, 2, 12, rng=np.random.default_rng(0))
    assert table_bytes(50, 32) == encoder.words.nbytes
    out = encode(encoder, np.full((3, 5), 4))[-1]
    assert layer_bytes(3, 5, 32) == out.astype(np.float32).nbytes
    assert attention_bytes(3, 4, 5) == np.zeros((3, 4, 5, 5), np.float32).nbytes
    assert table_bytes(10**10, 384, 1 / 8) == 480e9


def test_made_up_lengths_are_always_the_same_and_in_range():
    lengths = text_lengths(5_000)
    np.testing.assert_array_equal(lengths[:10], text_lengths(10))
    assert (lengths.min(), lengths.max()) == (4, 128)
    # The median of the distribution is e³ = 20.1, cut to a whole number.
    assert 18 <= np.median(lengths) <= 21


@given(LENGTHS, st.integers(1, 12), st.sampled_from(ORDERS))
def test_each_text_is_in_one_batch_and_no_batch_is_too_large(lengths, size, order):
    batches = batches_of(lengths, size, order)
    assert sorted(np.concatenate(batches).tolist()) == list(range(len(lengths)))
    assert all(len(batch) == size for batch in batches[:-1])
    assert 1 <= len(batches[-1]) <= size


@given(LENGTHS, st.integers(1, 12))
def test_bucketing_wastes_no_more_where_batches_are_full(lengths, size):
    whole = lengths[: len(lengths) // size * size]
    if len(whole):
        plain, sorted_ = (padding_share(whole, batches_of(whole, size, o)) for o in ORDERS)
        assert sorted_ <= plain + 1e-12


def test_padding_counts_the_empty_places_of_the_rectangles():
    lengths = np.array([3, 1, 2])
    # Rectangles of 2 × 3 and 1 × 2 places hold six tokens.
    assert padding_share(lengths, batches_of(lengths, 2, "as they come")) == pytest.approx(2 / 8)
    assert padding_share(lengths, batches_of(lengths, 1)) == 0


def test_lru_forgets_what_was_not_asked_for_longest():
    # b is the older one when c comes, since a was asked for again.
    assert lru_hit_rate("abacb", 2) == 1 / 5
    assert lru_hit_rate("abaca", 2) == 2 / 5


@given(st.lists(st.integers(0, 9), min_size=1, max_size=60), st.integers(1, 12))
def test_lru_equals_a_slow_list(requests, size):
    kept: list[int] = []
    hits = 0
    for request in requests:
        hits += request in kept
        kept = ([request] + [other for other in kept if other != request])[:size]
    assert lru_hit_rate(requests, size) == hits / len(requests)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=60), st.integers(1, 10))
def test_a_larger_cache_hits_no_less(requests, size):
    assert lru_hit_rate(requests, size) <= lru_hit_rate(requests, size + 1)


def test_zipf_follows_its_law_and_zero_is_uniform():
    draws = zipf_stream(3, 60_000, 1.0, rng=np.random.default_rng(0))
    # 1 : 1/2 : 1/3, so 6/11, 3/11 and 2/11; three standard deviations are 0.006.
    np.testing.assert_allclose(np.bincount(draws) / 60_000, [6 / 11, 3 / 11, 2 / 11], atol=0.006)
    even = zipf_stream(4, 60_000, 0.0, rng=np.random.default_rng(0))
    np.testing.assert_allclose(np.bincount(even) / 60_000, 0.25, atol=0.006)


def test_waits_equal_the_formula_of_the_mean():
    arrivals = np.cumsum(np.random.default_rng(0).exponential(2.0, 50_000))
    # M/D/1 at half load: 1 + 0.5 / (2 · 0.5); the mean of this run has an error of about 0.01.
    assert waits(arrivals, np.ones(50_000)).mean() == pytest.approx(1.5, abs=0.04)


def test_moments_in_single_precision_are_added_up_in_double():
    moments = np.arange(5, dtype=np.float32)
    assert waits(moments, np.full(5, 0.1, np.float32)).tolist() == (
        waits(moments.astype(float), np.full(5, np.float32(0.1), float)).tolist()
    )


def test_who_comes_to_an_idle_server_waits_for_his_own_work_only():
    assert waits([0, 10, 20], [3, 4, 5]).tolist() == [3, 4, 5]


def test_plan_by_hand_where_memory_decides():
    p = plan(1e9, 100, 1e-8, MACHINE, rate=10, share=0.001, encode_seconds=0.01)
    assert p.n_bytes == 1e11
    assert p.n_shards == math.ceil(1e11 / (FILLED * 64 * 2**30)) == 2
    assert (p.n_machines, p.limit) == (4, "memory")
    # A million passages are looked at, half on each machine.
    assert p.seconds == pytest.approx(0.01 / 2 + 0.01)
    assert p.price_per_million == pytest.approx(4 * 2.0 / 36_000 * 1e6)


def test_plan_by_hand_where_the_processor_decides():
    p = plan(1e6, 100, 1e-7, MACHINE, rate=1000)
    # Each query takes a tenth of a second of a core.
    assert p.n_machines == math.ceil(1000 * 0.1 / (BUSY * 16)) == 11
    assert (p.n_shards, p.limit) == (1, "processor")
    assert plan(1e6, 100, 1e-7, MACHINE, rate=1000, share=0.5).n_machines == 6


def test_there_are_whole_copies_only():
    # Two shards and a load for five machines: three copies.
    p = plan(1e9, 100, 1e-8, MACHINE, rate=48, share=0.1)
    assert (p.n_shards, math.ceil(48 * 1e8 * 1e-8 / (BUSY * 16))) == (2, 5)
    assert (p.n_machines, p.limit) == (6, "processor")


def test_more_copies_need_more_machines_and_are_no_faster():
    one, three = (plan(1e9, 100, 1e-9, MACHINE, rate=1, n_copies=n) for n in (1, 3))
    assert three.n_machines == 3 * one.n_machines
    assert three.seconds == one.seconds


def test_the_record_was_made_with_these_lengths_and_batches():
    record = read_record(Path(__file__).parents[1] / "book" / "measured" / "batching.json")
    rows = [row for row in record.rows if row["kind"] == "encode" and row["order"] in ORDERS]
    assert len(rows) == 8 * len(ORDERS)
    lengths = text_lengths(256)
    for row in rows:
        assert row["tokens"] == lengths.sum()
        share = padding_share(lengths, batches_of(lengths, row["batch_size"], row["order"]))
        assert 1 - row["tokens"] / row["places"] == pytest.approx(share)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: batches_of(np.array([]), 2), "lengths must be numbers in a row"),
        (lambda: batches_of(np.array([0, 1]), 2), "lengths must be at least 1, got 0"),
        (lambda: batches_of(np.array([1]), 0), "batch_size must be at least 1, got 0"),
        (lambda: batches_of(np.array([1]), 1, "random"), "order must be one of"),
        (lambda: lru_hit_rate([], 1), "requests must hold at least one"),
        (lambda: lru_hit_rate("a", 0), "size must be at least 1, got 0"),
        (lambda: waits([1, 0], [1, 1]), "arrivals must ascend"),
        (lambda: waits([1], [1, 1]), "arrivals and services must have the same length"),
        (lambda: batches_of(np.array([np.nan]), 1), "lengths must be at least 1, got nan"),
        (lambda: waits([np.nan], [1]), "arrivals must be finite, got nan"),
        (lambda: waits([0], [np.inf]), "services must be finite, got inf"),
        (lambda: waits([0, 1], [1, -5]), "services must be at least 0, got -5.0"),
        (lambda: waits([[0]], [[1]]), "arrivals must be a vector"),
        (lambda: plan(np.inf, 1, 1, MACHINE, rate=1), "n_passages must be finite, got inf"),
        (lambda: plan(1, 1, 1, MACHINE, rate=1, n_copies=0), "n_copies must be at least 1, got 0"),
        (lambda: plan(1, 1, 1, MACHINE, rate=1, n_copies=1.5), "n_copies must be an integer"),
        (
            lambda: plan(1, 1, 1, MACHINE, rate=1, encode_seconds=-1),
            "encode_seconds must be finite and at least 0, got -1",
        ),
        (lambda: plan(0, 1, 1, MACHINE, rate=1), "n_passages must be positive, got 0"),
        (lambda: plan(1, 1, 1, MACHINE, rate=1, share=1.5), "share must be at most 1, got 1.5"),
    ],
)
def test_wrong_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
