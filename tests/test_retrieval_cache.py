"""The cache of vectors: what it asks the encoder, what it forgets, and many threads at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import numpy as np
import pytest
from cachetools import LRUCache
from hypothesis import given
from hypothesis import strategies as st

from embedlab.retrieval.cache import CacheCounts, VectorCache


def encode(texts):
    """One vector for each text that no other text has."""
    return np.array([[len(text), sum(text.encode())] for text in texts], np.float32)


class Recorder:
    """An encoder that remembers what it was asked."""

    def __init__(self):
        self.batches = []

    def __call__(self, texts):
        self.batches.append(list(texts))
        return encode(texts)


def test_misses_go_into_one_batch_each_text_once():
    recorder = Recorder()
    cache = VectorCache(recorder, max_size=10)
    cache(["a", "b"])
    vectors = cache(["c", "a", "d", "c"])
    assert recorder.batches == [["a", "b"], ["c", "d"]]
    assert vectors.tolist() == encode(["c", "a", "d", "c"]).tolist()
    assert vectors.dtype == np.float32
    assert cache.counts() == CacheCounts(n_hits=2, n_misses=4, size=4, max_size=10)
    cache(["a", "d"])
    assert len(recorder.batches) == 2  # nothing was missing


def test_what_was_not_used_longest_goes_first():
    recorder = Recorder()
    cache = VectorCache(recorder, max_size=2)
    cache(["a"])
    cache(["b"])
    cache(["a"])  # now b is older
    cache(["c"])
    cache(["a"])
    assert recorder.batches == [["a"], ["b"], ["c"]]
    cache(["b"])
    assert recorder.batches[-1] == ["b"]
    # The control: first in, first out would have forgotten a, and asked for it again.


def test_a_call_may_be_larger_than_the_cache():
    cache = VectorCache(encode, max_size=2)
    texts = [str(i) for i in range(7)]
    assert cache(texts).tolist() == encode(texts).tolist()
    assert cache.counts().size == 2


@given(st.lists(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=6), max_size=20))
def test_answers_are_the_encoders_own_and_the_size_is_bounded(calls):
    recorder = Recorder()
    cache = VectorCache(recorder, max_size=3)
    for texts in calls:
        assert cache(texts).tolist() == encode(texts).tolist()
    counts = cache.counts()
    assert counts.size <= 3
    assert counts.n_misses == sum(map(len, recorder.batches))
    assert counts.n_hits + counts.n_misses == sum(map(len, calls))


def test_changing_an_answer_changes_no_other():
    cache = VectorCache(encode, max_size=5)
    cache(["a"])[:] = 99
    assert cache(["a"]).tolist() == encode(["a"]).tolist()


def test_the_encoders_own_array_is_not_kept():
    buffer = np.ones((1, 2), np.float32)
    cache = VectorCache(lambda texts: buffer, max_size=5)
    cache(["a"])
    buffer[:] = 7
    assert cache(["a"]).tolist() == [[1.0, 1.0]]


def test_clear_forgets():
    recorder = Recorder()
    cache = VectorCache(recorder, max_size=5)
    cache(["a"])
    cache.clear()
    assert cache.counts().size == 0
    cache(["a"])
    assert recorder.batches == [["a"], ["a"]]


def test_many_threads_get_what_they_asked_for():
    cache = VectorCache(encode, max_size=50)
    rng = np.random.default_rng(0)
    calls = [[f"text {i}" for i in rng.integers(120, size=8)] for _ in range(400)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(cache, calls))
    for texts, vectors in zip(calls, answers, strict=True):
        assert vectors.tolist() == encode(texts).tolist()
    counts = cache.counts()
    assert counts.size == 50
    assert counts.n_hits + counts.n_misses == 400 * 8


def test_what_is_kept_is_touched_under_the_lock_only():
    # A race that loses something is too rare to wait for.
    class Guarded(LRUCache):
        def __getitem__(self, key):
            assert cache._lock.locked()
            return super().__getitem__(key)

        def __setitem__(self, key, value):
            assert cache._lock.locked()
            super().__setitem__(key, value)

    cache = VectorCache(encode, max_size=2)
    cache._kept = Guarded(2)
    for texts in (["a", "b"], ["b", "c"], ["a"]):
        assert cache(texts).tolist() == encode(texts).tolist()
    # The control: without the lock the guard speaks.
    with pytest.raises(AssertionError):
        cache._kept["a"]


def test_hits_do_not_wait_for_a_slow_encoder():
    release = Event()

    def slow(texts):
        if "slow" in texts:
            assert release.wait(20)
        return encode(texts)

    cache = VectorCache(slow, max_size=5)
    cache(["quick"])
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(cache, ["slow"])
        assert cache(["quick"]).tolist() == encode(["quick"]).tolist()
        assert not waiting.done()
        release.set()
        assert waiting.result().tolist() == encode(["slow"]).tolist()


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (np.ones((1, 2)), "the encoder's answer must have a row for each of 2 texts, got 1"),
        (np.ones(2), "the encoder's answer must be a matrix"),
        (np.full((2, 2), np.nan), "the encoder's answer must be finite"),
    ],
)
def test_a_bad_answer_is_not_kept(answer, message):
    cache = VectorCache(lambda texts: answer, max_size=5)
    with pytest.raises(ValueError, match=message):
        cache(["a", "b"])
    assert cache.counts().size == 0


def test_an_encoder_that_fails_leaves_the_cache_as_it_was():
    def fails(texts):
        raise RuntimeError("out of memory")

    cache = VectorCache(fails, max_size=5)
    with pytest.raises(RuntimeError, match="out of memory"):
        cache(["a"])
    assert cache.counts().size == 0


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ("a", "texts must be a sequence of strings, got 'a'"),
        ([], "texts must hold at least one text, got 'none'"),
        ([b"a"], "texts must hold strings, got b'a'"),
    ],
)
def test_bad_texts(texts, message):
    with pytest.raises(ValueError, match=message):
        VectorCache(encode, max_size=5)(texts)


def test_a_cache_holds_something():
    with pytest.raises(ValueError, match="max_size must be at least 1, got 0"):
        VectorCache(encode, max_size=0)
