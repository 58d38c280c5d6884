"""Chapter 9's service, in the same process: batching, access, requests, index, answers, logs."""

import asyncio
import hmac
import io
import json
import logging
import math
import re
import threading
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

pytest.importorskip("fastapi")

import httpx

from embedlab.directions import unit_rows
from embedlab.paragraphs import Paragraph, read_paragraphs
from embedlab.retrieval import index as indexes
from embedlab.sentences import STOPWORDS
from embedlab.service.access import (
    HEADER,
    NO_KEYS,
    Caller,
    Gate,
    identify,
    parse_keys,
    parse_rate,
    read_keys,
)
from embedlab.service.app import create_app
from embedlab.service.batching import Batcher, encode_jobs
from embedlab.service.encoders import checked_vectors, hashed_encoder
from embedlab.service.engine import Engine, Limits
from embedlab.service.logs import LOGGER, start_logging
from embedlab.service.refusals import RefusalError
from embedlab.service.snapshots import build_snapshot, indexed_text, open_snapshot
from embedlab.subwords import bucket, character_ngrams
from embedlab.text import tokenize

READER, ADMIN = "reader-0123456789abcdef", "admin-0123456789abcdef"
KEYS = parse_keys(f"bo {READER}\nada {ADMIN} admin", "the tests")
ENCODER = hashed_encoder(64)
CAT = Paragraph("cats", ("Cats",), "cats", "A cat.", "text")
PAGES = {
    "cats": "# Cats\nA cat is an animal that purrs and sleeps for most of the day, as a rule.\n"
    "## Legs\nIt has four legs, with which it walks without being heard by anybody at all.\n",
    "trucks": "# Trucks\nA truck is a machine that carries heavy loads on roads between cities.\n"
    "## Wheels\nMost have six wheels or more, and each of them weighs as much as a person.\n",
}


@pytest.fixture
def book(tmp_path):
    folder = tmp_path / "book"
    folder.mkdir()
    for name, source in PAGES.items():
        (folder / f"{name}.md").write_text(source)
    return folder


def engine_for(book, encoder=ENCODER, **limits):
    """Return an engine that keeps its index beside the book."""
    path = book.parent / "index.npz"
    return Engine(encoder, lambda: open_snapshot(book, path, encoder), limits=Limits(**limits))


def ask(engine, *requests, keys=KEYS, key=READER):
    """Return the answers to requests (method, path, options) that are sent all at once."""

    async def run():
        app = create_app(engine, keys)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        headers = {HEADER: key} if key else {}
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://t", headers=headers) as client,
        ):
            sent = (client.request(method, path, **options) for method, path, options in requests)
            return await asyncio.gather(*sent)

    return asyncio.run(run())


def post(path, **body):
    return "POST", path, {"json": body}


def raw(path, content, **headers):
    return "POST", path, {"content": content, "headers": headers}


def is_refusal(answer, status, *words):
    """Assert that an answer refuses in the one form, and says why."""
    assert answer.status_code == status, answer.text
    assert set(answer.json()) == {"error", "detail", "remedy"}
    assert all(isinstance(value, str) and value for value in answer.json().values())
    for word in words:
        assert word in f"{answer.json()['detail']} {answer.json()['remedy']}"
    return True


# The hashed encoder.


def hashed_oracle(text, d):
    """Return the vector of a text, n-gram by n-gram."""
    total = [0.0] * d
    words = tokenize(text)
    words = [w for w in words if w not in STOPWORDS] or words or ["".join(text.split())]
    for word in words:
        for ngram in character_ngrams(word, 3, 5):
            place = bucket(ngram, 2 * d)
            total[place % d] += 1.0 if place < d else -1.0
    length = sum(value * value for value in total) ** 0.5
    return [value / length if length else 0.0 for value in total]


def test_hashed_vector_of_one_ngram_by_hand():
    # "a" has the one n-gram <a>; with stopwords only, they count.
    place = bucket("<a>", 16)
    expected = np.zeros(8)
    expected[place % 8] = 1 if place < 8 else -1
    np.testing.assert_array_equal(hashed_encoder(8).encode(["a"]), [expected])


@given(st.lists(st.text(min_size=1).filter(str.strip), min_size=1, max_size=5))
@example(["?!", "the", "naïve café", "x" * 300])
def test_hashed_vectors_are_the_slow_ones_and_the_same_in_every_batch(texts):
    texts = [text.encode("utf-8", "replace").decode() for text in texts]
    together = ENCODER.encode(texts)
    for text, row in zip(texts, together, strict=True):
        # Sums of whole numbers are exact, the division rounds once in single precision.
        np.testing.assert_allclose(row, hashed_oracle(text, 64), rtol=1e-5, atol=1e-7)
        np.testing.assert_array_equal(row, ENCODER.encode([text])[0])


def test_hashed_vectors_know_shared_pieces_and_no_order():
    cat, cats, truck, one, two = ENCODER.encode(
        ["cat", "cats", "truck", "dogs chase cats", "cats chase dogs"]
    )
    # cat has 6 n-grams, cats 9; <ca, cat and <cat are common.
    assert cat @ cats == pytest.approx(3 / 54**0.5, rel=1e-6)
    assert cat @ truck < 0.1
    np.testing.assert_array_equal(one, two)


def test_an_encoder_must_keep_its_promise():
    def broken(texts):
        return np.full((len(texts), 64), np.nan)

    with pytest.raises(ArithmeticError, match="finite"):
        checked_vectors(ENCODER, broken, ["a"])
    with pytest.raises(ArithmeticError, match=r"must return shape \(1, 64\), got \(1, 8\)"):
        checked_vectors(ENCODER, hashed_encoder(8).encode, ["a"])
    snapshot = build_snapshot([CAT], ENCODER)
    with pytest.raises(ArithmeticError, match="finite"):
        Engine(replace(ENCODER, encode=broken), lambda: snapshot)
    with pytest.raises(ArithmeticError, match="finite"):
        build_snapshot([CAT], replace(ENCODER, encode_documents=broken))
    with pytest.raises(ValueError, match="d must be at least 1"):
        hashed_encoder(0)


# Dynamic batching.


def by_value(texts):
    """Encode a number as itself; a text that is no number cannot be encoded."""
    return np.array([[float(text)] for text in texts])


def through_batcher(jobs, batcher_type=Batcher, encode=by_value, **options):
    """Return what becomes of jobs that are handed in at the same time, and the batches' sizes."""

    async def run():
        sizes = []
        batcher = batcher_type(encode, on_batch=sizes.append, **options)
        batcher.start()
        tasks = [asyncio.ensure_future(batcher.encode(job)) for job in jobs]
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        await batcher.close()
        assert batcher.n_waiting == 0
        return outcomes, sizes

    return asyncio.run(run())


def assert_nobody_is_mixed_up(jobs, outcomes):
    for job, outcome in zip(jobs, outcomes, strict=True):
        np.testing.assert_array_equal(outcome, by_value(job))


NUMBERS = [[str(10 * i + j) for j in range(1 + i % 3)] for i in range(50)]


@given(
    st.lists(st.integers(1, 5), min_size=1, max_size=30),
    st.integers(1, 12),
    st.sampled_from([0.0, 0.002]),
)
def test_everyone_gets_the_own_vectors(sizes, max_batch, max_wait):
    jobs = [[str(10 * i + j) for j in range(n)] for i, n in enumerate(sizes)]
    outcomes, batches = through_batcher(jobs, max_batch=max_batch, max_wait=max_wait)
    assert_nobody_is_mixed_up(jobs, outcomes)
    assert sum(batches) == sum(sizes)
    # What is too long for one batch goes through in parts.
    assert max(batches) <= max_batch


def test_negative_control_a_mix_up_is_found():
    class Sorted(Batcher):
        """A plausible mistake: the texts are sorted by length, and the answers are not."""

        def _take(self):
            batch = super()._take()
            order = sorted((part for _, part in batch), key=lambda part: -len(part))
            return [(job, part) for (job, _), part in zip(batch, order, strict=True)]

    outcomes, _ = through_batcher(NUMBERS, Sorted, max_batch=64)
    with pytest.raises(AssertionError):
        assert_nobody_is_mixed_up(NUMBERS, outcomes)


def test_what_arrives_together_is_encoded_together():
    outcomes, sizes = through_batcher([[str(i)] for i in range(64)], max_batch=32)
    assert sizes == [32, 32]
    _, alone = through_batcher([[str(i)] for i in range(8)], max_batch=1, max_wait=0)
    assert alone == [1] * 8
    assert len(outcomes) == 64


def test_who_arrives_while_a_batch_runs_joins_the_next_one():
    async def run():
        loop, sizes = asyncio.get_running_loop(), []
        started, may_end = asyncio.Event(), asyncio.Event()

        def slow(texts):
            loop.call_soon_threadsafe(started.set)
            asyncio.run_coroutine_threadsafe(may_end.wait(), loop).result()
            return by_value(texts)

        batcher = Batcher(slow, on_batch=sizes.append, max_wait=0)
        batcher.start()
        first = asyncio.ensure_future(batcher.encode(["0"]))
        await started.wait()
        others = [asyncio.ensure_future(batcher.encode([str(i)])) for i in range(1, 6)]
        await asyncio.sleep(0)
        assert batcher.n_waiting == 5
        may_end.set()
        rows = await asyncio.gather(first, *others)
        await batcher.close()
        return rows, sizes

    rows, sizes = asyncio.run(run())
    assert sizes == [1, 5]
    assert [float(row[0, 0]) for row in rows] == list(range(6))


def test_a_short_request_waits_for_one_long_batch_and_no_long_one_starves():
    """One batch runs; six long requests come, of two batches each, then short ones without end."""

    async def run():
        batches, go_on = [], threading.Semaphore(0)

        def encode(texts):
            batches.append(list(texts))
            assert go_on.acquire(timeout=30)
            return np.zeros((len(texts), 1))

        batcher = Batcher(encode, max_batch=4, max_wait=0)
        batcher.start()
        running = [asyncio.ensure_future(batcher.encode(["first"]))]
        while not batches:
            await asyncio.sleep(0.001)
        for i in range(6):
            running.append(asyncio.ensure_future(batcher.encode([f"long {i}"] * 8)))
        for i in range(20):
            running.append(asyncio.ensure_future(batcher.encode([f"short {i}"])))
        await asyncio.sleep(0)
        for _ in range(30):
            go_on.release()
        await asyncio.gather(*running)
        await batcher.close()
        return batches, batcher.n_waiting

    batches, n_waiting = asyncio.run(run())
    assert n_waiting == 0
    kinds = [batch[0].split()[0] for batch in batches]
    assert kinds == ["first", *["short", "long"] * 5, *["long"] * 7]
    assert max(map(len, batches)) == 4
    # Among equals the order is that of their arrival.
    texts = list(dict.fromkeys(text for batch in batches for text in batch))
    for kind in ("short", "long"):
        own = [text for text in texts if text.startswith(kind)]
        assert own == [f"{kind} {i}" for i in range(len(own))]


def test_a_long_request_goes_through_in_parts_and_a_search_waits_for_one():
    # 64 texts of 1000 bytes, of which four fit into a batch; half of them in another script.
    texts = ["word " * 200, "字" * 333 + "x"] * 32
    batches = []

    def encode(some):
        batches.append([len(text.encode()) for text in some])
        return np.array([[float(len(text))] for text in some])

    jobs = [texts, ["a search " * 20], ["another"], ["w" * 5000]]
    outcomes, sizes = through_batcher(jobs, encode=encode, max_wait=0)
    for job, outcome in zip(jobs, outcomes, strict=True):
        assert outcome.ravel().tolist() == [len(text) for text in job]
    assert sizes == list(map(len, batches))
    # What is longer than a batch goes alone, whatever the limit.
    assert [batch for batch in batches if sum(batch) > 4096] == [[5000]]
    # The search comes second, and the rest with it; undivided, it would wait for all 64.
    assert batches[:3] == [[1000] * 4, [7, 180], [1000] * 4]
    assert len(batches) == 18


def test_a_part_that_cannot_be_encoded_ends_its_request():
    jobs = [["1", "2", "x", "3", "4", "5"], ["6"]]
    outcomes, sizes = through_batcher(jobs, max_batch=2, max_wait=0)
    assert [type(outcome) for outcome in outcomes] == [ValueError, np.ndarray]
    assert sizes == [2, 1, 2], "nothing more is done for it"


def test_a_text_that_cannot_be_encoded_costs_its_sender_only():
    jobs = [["1"], ["two", "2"], ["3", "4"], ["five"]]
    outcomes, sizes = through_batcher(jobs)
    assert sizes == [6]
    assert [type(outcome) for outcome in outcomes] == [np.ndarray, ValueError] * 2
    assert outcomes[2].tolist() == [[3.0], [4.0]]
    # The lonely text goes through the encoder once, not twice.
    seen = []
    encode_jobs(lambda texts: seen.append(texts) or by_value(texts), [["x"]])
    assert seen == [["x"]]


def test_cancelled_requests_harm_nobody():
    async def run():
        sizes = []
        batcher = Batcher(by_value, on_batch=sizes.append, max_wait=0.02)
        batcher.start()
        tasks = [asyncio.ensure_future(batcher.encode([str(i)])) for i in range(6)]
        await asyncio.sleep(0)
        for gone in (tasks[0], tasks[3]):
            gone.cancel()
        rows = await asyncio.gather(*tasks, return_exceptions=True)
        # All of a batch gone: the next one is served all the same.
        gone = asyncio.ensure_future(batcher.encode(["7"]))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.sleep(0.05)
        last = await batcher.encode(["8"])
        await batcher.close()
        return rows, sizes, last

    rows, sizes, last = asyncio.run(run())
    assert [isinstance(row, asyncio.CancelledError) for row in rows] == [
        i in (0, 3) for i in range(6)
    ]
    assert [float(rows[i][0, 0]) for i in (1, 2, 4, 5)] == [1, 2, 4, 5]
    assert sizes == [4, 1]
    assert last.tolist() == [[8.0]]


def test_a_request_that_goes_away_while_its_batch_runs_harms_nobody():
    async def run():
        loop, started, may_end = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()

        def slow(texts):
            loop.call_soon_threadsafe(started.set)
            asyncio.run_coroutine_threadsafe(may_end.wait(), loop).result()
            return by_value(texts)

        batcher = Batcher(slow)
        batcher.start()
        tasks = [asyncio.ensure_future(batcher.encode([str(i)])) for i in range(3)]
        await started.wait()
        tasks[1].cancel()
        may_end.set()
        rows = await asyncio.gather(*tasks, return_exceptions=True)
        await batcher.close()
        return rows

    first, gone, last = asyncio.run(run())
    assert isinstance(gone, asyncio.CancelledError)
    assert (first.tolist(), last.tolist()) == ([[0.0]], [[2.0]])


def test_a_full_queue_refuses_and_what_waits_is_finished_at_the_end():
    async def run():
        batcher = Batcher(by_value, max_queue=4, max_wait=60, max_delay=90)
        batcher.start()
        waiting = [asyncio.ensure_future(batcher.encode([str(i), "0"])) for i in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(RefusalError) as full:
            await batcher.encode(["5"])
        await batcher.close()  # does not wait for the minute
        with pytest.raises(RefusalError) as closed:
            await batcher.encode(["6"])
        return full.value, closed.value, await asyncio.gather(*waiting)

    full, closed, rows = asyncio.run(run())
    assert (full.status, full.error, full.headers["Retry-After"]) == (503, "busy", "1")
    assert (closed.status, closed.error) == (503, "closing")
    assert [row[0, 0] for row in rows] == [0, 1]


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"max_batch": 0}, "max_batch must be at least 1, got 0"),
        ({"max_wait": -1}, "max_wait must be between 0 and 60 seconds, got -1"),
        ({"max_queue": 0}, "max_queue must be at least 1, got 0"),
        ({"max_batch_bytes": 0}, "max_batch_bytes must be at least 1, got 0"),
        ({"max_delay": 0.002}, r"max_delay must be finite and above max_wait, 0\.002, got 0\.002"),
        ({"max_delay": math.inf}, "max_delay must be finite"),
    ],
)
def test_a_batcher_needs_sensible_numbers(option, message):
    with pytest.raises(ValueError, match=message):
        Batcher(by_value, **option)


# Keys and rates.


def test_keys_are_told_apart_and_never_shown():
    assert identify(KEYS, READER).name == "bo"
    assert identify(KEYS, ADMIN).is_admin
    for wrong in ("", READER[:-1], READER + "x", READER.upper(), "ä\udc80"):
        assert identify(KEYS, wrong) is None
    assert READER not in repr(KEYS)
    assert repr(KEYS) == "Keys(['bo', 'ada'])"


@pytest.mark.parametrize("presented", [READER, ADMIN, "wrong", ""])
def test_every_key_is_compared_each_time(presented, monkeypatch):
    compared, compare = [], hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", lambda a, b: compared.append(a) or compare(a, b))
    identify(KEYS, presented)
    assert len(compared) == 2


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("", 'hold a key, "NAME KEY'),
        ("# only a comment", "hold a key"),
        ("bo", "line 1 must read"),
        (f"bo {READER} root", "line 1 must read"),
        ("\nbo short-secret", "line 2 must hold a key of at least 16"),
        ("bo schlüssel-0123456789", "visible ASCII"),
        (f"bo {READER}\nada {READER}", "line 2 must hold a name and a key that are not there yet"),
        (f"bo {READER}\nbo {ADMIN}", "not there yet"),
        # Name and key swapped: the log would hold the key, as the caller's name.
        (f"{READER} of-the-department", "begin with a name of fewer than 16 characters, and then"),
    ],
)
def test_wrong_keys_are_named_by_their_line_and_not_quoted(lines, message):
    with pytest.raises(ValueError, match=message) as error:
        parse_keys(lines, "keys.txt")
    for secret in (READER, ADMIN, "short-secret", "schlüssel"):
        assert secret not in str(error.value)


def test_where_keys_come_from(tmp_path):
    path = tmp_path / "keys"
    path.write_text(f"\ufeff# keys\nbo {READER} # a comment\n", encoding="utf-8")
    assert identify(read_keys(path, {}), READER).name == "bo"
    environment = {"EMBEDLAB_KEYS": f"bo {READER}; ada {ADMIN} admin"}
    assert identify(read_keys(None, environment), ADMIN).is_admin
    with pytest.raises(ValueError, match="keys must be a readable text file"):
        read_keys(tmp_path / "missing", environment)
    with pytest.raises(ValueError, match="say --no-key to let everyone ask"):
        read_keys(None, {})


@pytest.mark.parametrize(
    "rate",
    ["", "often", "0/minute", "5/fortnight", "-1/second", "600/minute;1/second", f"{10**10}/day"],
)
def test_wrong_rates(rate):
    with pytest.raises(ValueError, match='rate must read like "600/minute"'):
        parse_rate(rate)


class Clock:
    """A clock that a test sets."""

    now = 0.0

    def __call__(self):
        return self.now


def refusal(gate, key, address, **options):
    with pytest.raises(RefusalError) as error:
        gate.admit(key, address, **options)
    return error.value


def test_each_key_has_a_rate_of_its_own_and_who_guesses_harms_nobody():
    gate = Gate(KEYS, "2/minute")
    # The address may be that of a proxy, and so that of all callers.
    assert {refusal(gate, "guess", "here").status for _ in range(5)} == {401}
    for _ in range(2):
        gate.admit(READER, "here")
    too_often = refusal(gate, READER, "elsewhere")
    assert too_often.status == 429
    assert 1 <= int(too_often.headers["Retry-After"]) <= 60
    assert gate.admit(ADMIN, "here", admin=True).name == "ada"


def test_in_no_stretch_of_time_are_there_more_requests_than_the_rate():
    clock, let_in, waits = Clock(), [], []
    gate = Gate(KEYS, "3/minute", clock=clock)
    for clock.now in range(0, 300, 7):
        try:
            gate.admit(READER, "here")
            let_in.append(clock.now)
        except RefusalError as error:
            waits.append((clock.now, int(error.headers["Retry-After"])))
    assert let_in[:6] == [0, 7, 14, 63, 70, 77]
    for moment in range(300):
        assert sum(moment <= visit < moment + 60 for visit in let_in) <= 3
    # Who waits as long as told is let in.
    for moment, wait in waits:
        assert sum(moment + wait - 60 < visit <= moment for visit in let_in) <= 2


def test_addresses_are_counted_by_line_and_forgotten(monkeypatch):
    clock = Clock()
    monkeypatch.setattr("embedlab.service.access._MOST_ADDRESSES", 100)
    gate = Gate(NO_KEYS, "2/minute", clock=clock)
    # 2^64 addresses of IPv6 belong to one line.
    for address in ("2001:db8::1", "2001:db8::ffff:2"):
        gate.admit(None, address)
    assert refusal(gate, None, "2001:db8::3").status == 429
    for address in ("2001:db8:0:1::1", "::ffff:192.0.2.1", "192.0.2.1", "::ffff:192.0.2.2", ""):
        gate.admit(None, address)
    assert refusal(gate, None, "192.0.2.1").status == 429
    for i in range(500):
        gate.admit(None, f"10.0.{i // 256}.{i % 256}")
    assert len(gate._visits) == 100
    clock.now = 61
    gate.admit(None, "192.0.2.1")
    assert len(gate._visits) == 1


# The index.


def counted(encoder, calls):
    """Return the encoder, which notes how many texts of documents it was given."""

    def encode_documents(texts):
        calls.append(len(texts))
        return encoder.encode_documents(texts)

    return replace(encoder, encode_documents=encode_documents)


def test_an_index_is_built_once_and_again_when_the_book_changes(book, tmp_path):
    calls, path = [], tmp_path / "folder" / "index.npz"
    encoder = counted(ENCODER, calls)
    first = open_snapshot(book, path, encoder)
    assert calls == [len(first)] == [4]
    again = open_snapshot(book, path, encoder)
    assert calls == [4]
    assert again.version == first.version
    np.testing.assert_array_equal(again.index.vectors, first.index.vectors)
    expected = unit_rows(ENCODER.encode([indexed_text(p) for p in read_paragraphs(book)]))
    np.testing.assert_allclose(first.index.vectors, expected, rtol=1e-6)
    (book / "dogs.md").write_text("# Dogs\nThey bark.")
    changed = open_snapshot(book, path, encoder)
    assert calls == [4, 5]
    assert changed.version != first.version
    assert indexes.load(path).version == changed.version
    # Another wording, as many paragraphs: the vectors on file are no longer those of the text.
    (book / "dogs.md").write_text("# Dogs\nThey growl.")
    reworded = open_snapshot(book, path, encoder)
    assert calls == [4, 5, 5]
    assert (reworded.index.vectors != changed.index.vectors).any()


def test_an_index_of_other_paragraphs_is_built_again(book, tmp_path):
    """As many of them, of the same version: only their names tell."""
    path = tmp_path / "index.npz"
    first = open_snapshot(book, path, ENCODER).index
    indexes.save(replace(first, ids=first.ids[::-1]), path)
    assert open_snapshot(book, path, ENCODER).index.ids == first.ids == indexes.load(path).ids


@pytest.mark.parametrize(
    "other", [hashed_encoder(32), replace(hashed_encoder(32), name=ENCODER.name)]
)
def test_an_index_of_another_model_is_refused_and_left_alone(book, tmp_path, other):
    path = tmp_path / "index.npz"
    open_snapshot(book, path, other)
    before = path.read_bytes()
    with pytest.raises(ValueError, match=r"(hashed-64|64).*; build the index again"):
        open_snapshot(book, path, ENCODER)
    assert path.read_bytes() == before


def test_a_damaged_index_is_refused(book, tmp_path):
    path = tmp_path / "index.npz"
    open_snapshot(book, path, ENCODER)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ValueError, match="must be a whole index file"):
        open_snapshot(book, path, ENCODER)


@pytest.mark.parametrize(
    ("other", "found"),
    [
        (hashed_encoder(32), "'hashed-32' with 32"),
        (replace(ENCODER, name="other"), "'other' with 64"),
        (replace(hashed_encoder(32), name=ENCODER.name), "'hashed-64' with 32"),
    ],
)
def test_a_snapshot_of_another_encoder_cannot_be_served(book, other, found):
    snapshot = build_snapshot(read_paragraphs(book), other)
    with pytest.raises(
        ValueError, match=f"of model 'hashed-64' with 64 dimensions, got {found}; build it again"
    ):
        Engine(ENCODER, lambda: snapshot)


# The routes.


def test_embed_returns_the_vectors_in_order(book):
    [answer] = ask(engine_for(book), post("/embed", texts=["cat", "truck", "cat"]))
    assert answer.status_code == 200
    found = answer.json()
    assert (found["model"], found["dimension"]) == ("hashed-64", 64)
    np.testing.assert_allclose(found["vectors"], ENCODER.encode(["cat", "truck", "cat"]), rtol=1e-7)


def test_search_returns_paragraphs_with_their_place(book):
    by_body, by_address, both = ask(
        engine_for(book),
        post("/search", query="how many wheels", k=1),
        ("GET", "/search", {"params": {"query": "how many wheels", "k": "1"}}),
        post("/search", query="a cat or a truck", k=4),
    )
    assert by_body.json() == by_address.json()
    [hit] = by_body.json()["hits"]
    assert hit["text"].startswith("Most have six wheels")
    place = {"page": "trucks", "headings": ["Trucks", "Wheels"], "anchor": "wheels", "kind": "text"}
    assert {name: hit[name] for name in place} == place
    scores = [hit["score"] for hit in both.json()["hits"]]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == 4
    # The score is the cosine of the two vectors.
    document = ENCODER.encode([f"Wheels. {hit['text']}"])[0]
    assert hit["score"] == pytest.approx(
        ENCODER.encode(["how many wheels"])[0] @ document, rel=1e-5
    )


def test_many_callers_at_once_get_what_each_would_get_alone(book):
    texts = [f"{animal} {i}" for i in range(30) for animal in ("cat", "truck")]
    engine = engine_for(book, rate="1000/second")
    answers = ask(engine, *(post("/embed", texts=[text]) for text in texts))
    for text, answer in zip(texts, answers, strict=True):
        assert answer.json()["vectors"] == ENCODER.encode([text]).tolist()
    metrics = engine.metrics.text().decode()
    n_batches = float(re.search(r"embedlab_batch_texts_count (\S+)", metrics)[1])
    assert n_batches <= 20  # 60 without batching; 2 or 3 as a rule
    found = ask(engine_for(book), *(post("/search", query=text, k=2) for text in texts))
    for text, answer in zip(texts[:6], found[:6], strict=True):
        [alone] = ask(engine_for(book), post("/search", query=text, k=2))
        assert answer.json() == alone.json()


@pytest.mark.parametrize(
    ("request_", "status", "words"),
    [
        (post("/search", query="x", k=5), 422, ["k must lie between 1 and the size", "4, got 5"]),
        (post("/search", query="x", k=0), 422, ["k: "]),
        (post("/search", query="x", k="3"), 422, ["k: "]),
        (post("/search", query="x", k=1.5), 422, ["k: "]),
        (post("/search", query="x", k=True), 422, ["k: "]),
        (post("/search", query="x", k=10**30), 422, ["k"]),
        (post("/search", query="x", k=10**4000), 422, ["k: Input should be less than or equal to"]),
        (post("/search", query=""), 422, ["query: "]),
        (post("/search", query=" \n"), 422, ["query must hold more than spaces"]),
        (post("/search", query=["x"]), 422, ["query: "]),
        (post("/search", k=1), 422, ["query: "]),
        (post("/search", query="x", page="cats"), 422, ["page: "]),
        (post("/search", query="x" * 4001), 422, ["at most 4000 characters, got 4001"]),
        (post("/embed", texts=[]), 422, ["texts: "]),
        (post("/embed", texts="cat"), 422, ["texts: "]),
        (post("/embed", texts=["a", None]), 422, ["texts.1: "]),
        (post("/embed", texts=["a", "  "]), 422, ["texts[1] must hold more than spaces"]),
        (post("/embed", texts=["x"] * 65), 422, ["at most 64 texts, got 65"]),
        (post("/embed", texts=["x" * 300_000]), 413, ["at most 262144 bytes"]),
        (raw("/search", b'{"query": "x", "k": NaN}'), 422, ["k: "]),
        (raw("/search", b'{"query": "x", "k": 1e999}'), 422, ["k: "]),
        (raw("/search", b'{"query": "x", "query": "y"}'), 422, ["a name occurs twice"]),
        (raw("/search", rb'{"k": 1, "query": "x", "\u006b": 2}'), 422, ["a name occurs twice"]),
        (raw("/search", b'{"k": %s, "query": "x", "k": 1}' % (b"9" * 4300)), 422, ["occurs twice"]),
        (raw("/search", b'{"k": %s, "query": "x", "k": 1}' % (b"[" * 150 + b"]" * 150)), 422, []),
        (raw("/search", b""), 400, ["JSON"]),
        (raw("/search", b'{"query": "x"'), 400, ["JSON"]),
        (raw("/search", b"[" * 100_000), 400, ["JSON"]),
        (raw("/search", b'{"query":' * 5_000 + b"1" + b"}" * 5_000), 400, ["JSON"]),
        (raw("/search", b'{"query": "\xff\xfe"}'), 400, ["JSON"]),
        (raw("/search", rb'{"query": "\ud800"}'), 400, ["JSON"]),
        (raw("/search", bytes(range(256))), 400, ["JSON"]),
        (raw("/search", b"null"), 422, []),
        (raw("/search", b'["query"]'), 422, []),
        (raw("/search", b"9" * 10_000), 400, ["JSON"]),
        (raw("/search", b"query=x", **{"content-type": "text/plain"}), 415, ["application/json"]),
        (raw("/search", b"x", **{"content-encoding": "gzip"}), 415, ["uncompressed"]),
        (("GET", "/search", {}), 422, ["query: "]),
        (("GET", "/search?query=x&k=two", {}), 422, ["k: "]),
        (("GET", "/search?query=x&k=1_0", {}), 422, ["k: ", "write an integer in digits"]),
        (("GET", "/search?query=x&k=2.0", {}), 422, ["k: "]),
        (("GET", "/search?query=x&k=%2B2", {}), 422, ["k: "]),
        (("GET", "/search?query=x&k=%202", {}), 422, ["k: "]),
        (("GET", "/search?query=x&query=y", {}), 422, ["a name occurs twice"]),
        (("GET", "/search?query=%20", {}), 422, ["query must hold more than spaces"]),
        (("GET", "/embed", {}), 405, ["here it is POST"]),
        (("DELETE", "/search", {}), 405, ["GET, POST"]),
        (("GET", "/", {}), 404, ["/search"]),
        (("POST", "/search/", {}), 404, ["/search"]),
        (("GET", "/docs", {}), 404, []),
    ],
)  # fmt: skip
def test_bad_requests_get_a_reason_and_the_service_keeps_serving(book, request_, status, words):
    async def run():
        engine = engine_for(book)
        app = create_app(engine, KEYS)
        transport = httpx.ASGITransport(app, raise_app_exceptions=True)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(
                transport=transport, base_url="http://test", headers={HEADER: READER}
            ) as client,
        ):
            method, path, options = request_
            bad = await client.request(method, path, **options)
            good = await client.get("/search", params={"query": "cat", "k": 1})
            return bad, good

    bad, good = asyncio.run(run())
    assert is_refusal(bad, status, *words)
    assert len(bad.text) < 500
    assert good.status_code == 200


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["query", "k", "texts", "x"]), inner, max_size=4)
    ),
    max_leaves=8,
)
BODIES = st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()) | st.builds(
    lambda value, at, junk: value[:at] + junk + value[at:],
    st.sampled_from([b'{"query": "cat", "k": 1}', b'{"texts": ["cat", "truck"]}']),
    st.integers(0, 24),
    st.binary(max_size=3),
)  # fmt: skip


def test_no_body_whatever_is_a_fault_of_the_service(tmp_path):
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "cats.md").write_text(PAGES["cats"])
    engine = engine_for(folder, rate="1000000/second")
    app = create_app(engine, KEYS)
    statuses = set()
    with asyncio.Runner() as runner:
        context = app.router.lifespan_context(app)
        runner.run(context.__aenter__())
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://test", headers={HEADER: READER}
        )

        @given(st.sampled_from(["/embed", "/search"]), BODIES)
        @example("/search", b'{"query": "cat", "k": 1}')
        @example("/embed", b'{"texts": ["cat"]}')
        @example("/search", b'\xef\xbb\xbf{"query": "cat"}')
        def fuzz(path, body):
            answer = runner.run(client.post(path, content=body))
            assert answer.status_code == 200 or is_refusal(answer, answer.status_code)
            assert answer.status_code < 500
            statuses.add(answer.status_code)

        @given(
            st.text(st.sampled_from("querykc=&%0f9+;[]-_."), max_size=40), st.binary(max_size=20)
        )
        @example("query=cat&k=1", b"")
        @example("query=%ff%fe&k=%00", b"")
        @example("k=" + "9" * 5000, b"")
        def fuzz_address(query, key):
            url = httpx.URL("/search", query=query.encode())
            headers = [(HEADER.encode(), READER.encode()), (b"X-Noise", key.hex().encode())]
            answer = runner.run(client.get(url, headers=headers))
            assert answer.status_code == 200 or is_refusal(answer, answer.status_code)
            assert answer.status_code < 500

        fuzz()
        fuzz_address()
        runner.run(client.aclose())
        runner.run(context.__aexit__(None, None, None))
    assert statuses >= {200, 400, 422}


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=40).filter(str.strip))
@example("\x00")
@example("🏳️‍🌈")
@example("' OR 1=1 --")
def test_any_text_can_be_encoded(text):
    assert checked_vectors(ENCODER, ENCODER.encode, [text]).shape == (1, 64)


def test_bodies_in_chunks_are_measured_while_they_are_read(book):
    """Without a Content-Length, and with one that lies."""
    sent = []

    async def chunks(n, size):
        for _ in range(n):
            sent.append(size)
            yield b" " * size

    async def run():
        app = create_app(engine_for(book, max_bytes=1000), KEYS)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(
                transport=httpx.ASGITransport(app), base_url="http://t", headers={HEADER: READER}
            ) as client,
        ):
            within = await client.post("/search", content=chunks(10, 100))
            beyond = await client.post("/search", content=chunks(11, 100))
            sent.clear()
            endless = await client.post("/search", content=chunks(10_000, 1000))
            n_read = sum(sent)
            said = await client.post(
                "/search", content=chunks(1, 10), headers={"Content-Length": "9" * 400}
            )
            return within, beyond, endless, said, n_read

    within, beyond, endless, said, n_read = asyncio.run(run())
    assert is_refusal(within, 400, "JSON")  # spaces only, but not too many
    assert is_refusal(beyond, 413, "at most 1000 bytes")
    assert is_refusal(endless, 413)
    assert is_refusal(said, 413)
    assert n_read <= 12_000  # the limit, and eight times as much that is thrown away


def test_keys_open_what_they_should(book):
    engine, search = engine_for(book), post("/search", query="cat", k=1)
    assert ask(engine_for(book), search)[0].status_code == 200
    assert is_refusal(ask(engine_for(book), search, key=None)[0], 401, HEADER)
    assert is_refusal(ask(engine_for(book), search, key="wrong")[0], 401)
    assert is_refusal(ask(engine_for(book), ("POST", "/reload", {}))[0], 403, "admin")
    assert ask(engine_for(book), ("POST", "/reload", {}), key=ADMIN)[0].status_code == 200
    health, metrics = ask(engine, ("GET", "/healthz", {}), ("GET", "/metrics", {}), key=None)
    assert health.status_code == metrics.status_code == 200
    open_, admin = ask(engine_for(book), search, ("POST", "/reload", {}), keys=NO_KEYS, key=None)
    assert open_.status_code == 200
    assert is_refusal(admin, 403)


def test_a_body_is_not_read_before_the_key_is_known(book):
    async def never():
        raise AssertionError("the body was read")
        yield b""

    [answer] = ask(engine_for(book), ("POST", "/embed", {"content": never()}), key=None)
    assert is_refusal(answer, 401)


def test_too_many_requests(book):
    answers = ask(engine_for(book, rate="3/hour"), *[post("/embed", texts=["cat"])] * 5)
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200, 200, 200, 429, 429]
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert is_refusal(refused, 429, "try again in")
    assert 1 <= int(refused.headers["Retry-After"]) <= 3600


def test_who_waits_for_too_long_is_refused_and_costs_the_encoder_nothing(book):
    seen, may_end = [], threading.Event()

    def encode(texts):
        seen.append(list(texts))
        if texts != ["warm-up"]:
            assert may_end.wait(30)
        return np.ones((len(texts), 64))

    engine = engine_for(book)
    engine.encoder = replace(ENCODER, encode=encode)
    engine.limits = replace(engine.limits, max_delay=0.2, max_wait=0.0, max_batch=2)

    async def run():
        app = create_app(engine, NO_KEYS)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://t") as client,
        ):

            def send(*texts):
                return asyncio.ensure_future(client.post("/embed", json={"texts": texts}))

            # The first is begun at once and is finished, though its second part waits as long.
            begun = send("a", "b", "c")
            while not seen:
                await asyncio.sleep(0.001)
            late = await asyncio.gather(send("too late"), send("too", "late"))
            assert engine._batcher.n_waiting == 1  # of the first
            may_end.set()
            return await begun, late, await send("in time"), await client.get("/metrics")

    begun, late, later, metrics = asyncio.run(run())
    assert (begun.status_code, later.status_code) == (200, 200)
    assert len(begun.json()["vectors"]) == 3
    for answer in late:
        assert is_refusal(answer, 503, "waited for 0.2 s", "nothing of it was begun", "in 1 s")
        assert (answer.json()["error"], answer.headers["Retry-After"]) == ("late", "1")
    assert seen == [["a", "b"], ["c"], ["in time"]]
    assert 'embedlab_refusals_total{reason="late"} 2.0' in metrics.text


def test_a_full_queue_is_a_503(book):
    engine = engine_for(book, max_queue=2, max_wait=0.2)
    answers = ask(engine, *(post("/embed", texts=[str(i)]) for i in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 503, 503, 503]
    refused = next(answer for answer in answers if answer.status_code == 503)
    assert is_refusal(refused, 503, "queue")
    assert refused.headers["Retry-After"] == "1"


def test_a_text_that_the_encoder_refuses_and_one_that_breaks_it(book):
    def encode(texts):
        if any("long" in text for text in texts):
            raise ValueError("a text must have at most 256 pieces")
        if any("crash" in text for text in texts):
            raise RuntimeError("private: crash")
        return ENCODER.encode(texts)

    stream = io.StringIO()
    start_logging(stream)
    refused, broken, fine = ask(
        engine_for(book, replace(ENCODER, encode=encode)),
        post("/embed", texts=["a long one"]),
        post("/embed", texts=["crash"]),
        post("/embed", texts=["cat"]),
    )
    assert is_refusal(refused, 422, "at most 256 pieces")
    assert is_refusal(broken, 500, "its log says where")
    assert fine.json()["vectors"] == ENCODER.encode(["cat"]).tolist()
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    [failure] = [line for line in lines if "failure" in line]
    assert failure["id"] == broken.headers["x-request-id"]
    assert failure["failure"].startswith("RuntimeError at test_service.py:")
    assert "private" not in stream.getvalue()


def test_the_cache_keeps_queries_and_no_more_than_it_may(book):
    engine = engine_for(book, cache_size=2)

    def hits_and_misses():
        text = engine.metrics.text().decode()
        counts = dict(re.findall(r'cache_total{result="(\w+)"} (\S+)', text))
        return float(counts.get("hit", 0)), float(counts.get("miss", 0))

    async def run():
        engine.start()
        first = await engine.search("cat", 2)
        again = await engine.search("cat", 2)
        assert hits_and_misses() == (1, 1)
        assert [hit.score for hit in first[1]] == [hit.score for hit in again[1]]
        for query in ("dog", "cow", "cat"):  # two others: the cat has been forgotten
            await engine.search(query, 1)
        assert hits_and_misses() == (1, 4)
        await engine.close()

    asyncio.run(run())


def test_the_cache_changes_no_answer(book):
    queries = ["cat", "category", "cat ", "Cat", "ca", "cat", "dog", "category", "cat"] * 2

    async def answers(**limits):
        engine = engine_for(book, **limits)
        engine.start()
        found = [[hit.score for hit in (await engine.search(q, 4))[1]] for q in queries]
        await engine.close()
        return found

    assert asyncio.run(answers(cache_size=3)) == asyncio.run(answers(cache_size=0))


# A new index.


def test_reload_puts_the_new_index_in_place(book):
    async def run():
        engine = engine_for(book)
        engine.start()
        before = engine.snapshot
        (book / "dogs.md").write_text("# Dogs\nDogs bark at everybody who comes to the door.")
        assert (await engine.search("dogs that bark", 1))[0] is before
        await engine.reload()
        snapshot, hits = await engine.search("dogs that bark", 1)
        await engine.close()
        metrics = engine.metrics.text().decode()
        return before, snapshot, hits, metrics

    before, snapshot, hits, metrics = asyncio.run(run())
    assert hits[0].paragraph.page == "dogs"
    assert snapshot.version != before.version
    assert f'version="{snapshot.version}"' in metrics
    assert before.version not in metrics
    assert 'embedlab_reloads_total{result="done"} 1.0' in metrics


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda book, path: open_snapshot(book, path, hashed_encoder(32)), ["-64", "-32"]),
        (lambda book, path: path.write_bytes(b"no archive"), ["whole index file"]),
        (lambda book, path: (book / "bad.md").write_bytes(b"\xff\xfe"), ["UTF-8"]),
        (lambda book, path: [page.unlink() for page in book.glob("*.md")], ["hold pages"]),
    ],
)  # fmt: skip
def test_what_cannot_be_loaded_leaves_the_old_index_serving(book, spoil, words):
    async def run():
        path = book.parent / "index.npz"
        engine = engine_for(book)
        engine.start()
        before = engine.snapshot
        path.unlink()
        spoil(book, path)
        with pytest.raises(RefusalError) as refused:
            await engine.reload()
        snapshot, hits = await engine.search("cat", 1)
        await engine.close()
        assert snapshot is before
        assert hits[0].paragraph.page == "cats"
        return refused.value, engine.metrics.text().decode()

    refused, metrics = asyncio.run(run())
    assert (refused.status, refused.error) == (409, "index_refused")
    assert all(word in refused.detail for word in words)
    assert "still serves" in refused.remedy
    assert 'embedlab_reloads_total{result="refused"} 1.0' in metrics


@pytest.mark.parametrize(
    ("failure", "status", "detail"),
    [
        (ArithmeticError("no finite numbers"), 409, "no finite numbers"),
        (MemoryError(), 409, "MemoryError"),
        (RuntimeError("private"), 500, "the service failed at this request"),
    ],
)
def test_whatever_fails_at_a_reload_is_counted(book, failure, status, detail):
    snapshots = [build_snapshot(read_paragraphs(book), ENCODER)]

    def load():
        if snapshots:
            return snapshots.pop()
        raise failure

    engine = Engine(ENCODER, load)
    [answer] = ask(engine, ("POST", "/reload", {}), key=ADMIN)
    assert is_refusal(answer, status, detail)
    assert 'embedlab_reloads_total{result="refused"} 1.0' in engine.metrics.text().decode()
    assert len(engine.snapshot) == 4


def test_requests_in_flight_finish_on_the_old_index(book):
    """A search that has begun keeps its snapshot, also if it has to wait for its vector."""

    async def run():
        engine = engine_for(book, max_wait=0.3)
        engine.start()
        before = engine.snapshot
        running = asyncio.ensure_future(engine.search("dogs", 4))
        await asyncio.sleep(0.01)
        (book / "dogs.md").write_text("# Dogs\nDogs bark.")
        after = await engine.reload()
        snapshot, hits = await running
        await engine.close()
        return before, after, snapshot, hits

    before, after, snapshot, hits = asyncio.run(run())
    assert snapshot is before is not after
    assert "dogs" not in {hit.paragraph.page for hit in hits}


# What can be watched.


def test_health(book):
    engine = engine_for(book)
    [answer] = ask(engine, ("GET", "/healthz", {}), key=None)
    found = answer.json()
    assert found["live"] is found["ready"] is True
    assert found["index"] == {"version": engine.snapshot.version, "paragraphs": 4}
    assert (found["model"], found["dimension"]) == ("hashed-64", 64)
    assert found["uptime_seconds"] > 0
    # Without its queue, before the start or at the end, it lives and is not ready.
    app = create_app(engine, KEYS)

    async def run():
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://t") as client:
            health = await client.get("/healthz")
            search = await client.get("/search?query=cat&k=1", headers={HEADER: READER})
            return health, search

    health, search = asyncio.run(run())
    assert (health.status_code, health.json()["ready"], health.json()["live"]) == (503, False, True)
    assert is_refusal(search, 503)


def test_metrics_count_what_happened(book):
    prometheus = pytest.importorskip("prometheus_client.parser")

    async def run():
        app = create_app(engine_for(book), KEYS)
        headers = {HEADER: READER}
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(
                transport=httpx.ASGITransport(app), base_url="http://t", headers=headers
            ) as client,
        ):
            for _ in range(3):
                await client.get("/search?query=cat&k=1")
            await client.post("/embed", json={"texts": ["a", "b"]})
            await client.get("/search?query=cat&k=99")
            await client.get("/no/such/path")
            await client.request("PURGE", "/search")
            return await client.get("/metrics")

    answer = asyncio.run(run())
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    families = prometheus.text_string_to_metric_families(answer.text)
    samples = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in families
        for sample in family.samples
    }
    expected = {
        ("embedlab_requests_total", "/search", "200", "GET"): 3,
        ("embedlab_requests_total", "/search", "422", "GET"): 1,
        ("embedlab_requests_total", "/embed", "200", "POST"): 1,
        ("embedlab_requests_total", "404", "other", "GET"): 1,
        ("embedlab_requests_total", "/search", "405", "other"): 1,
        ("embedlab_request_seconds_count", "/search"): 5,
        ("embedlab_batch_texts_count",): 2,
        ("embedlab_batch_texts_sum",): 3,
        ("embedlab_query_cache_total", "hit"): 2,
        ("embedlab_query_cache_total", "miss"): 1,
        ("embedlab_queue_texts",): 0,
    }
    for (name, *labels), value in expected.items():
        assert samples[(name, *sorted(labels))] == value, (name, labels)


def test_logs_hold_neither_texts_nor_keys(book):
    stream = io.StringIO()
    start_logging(stream)
    secret = "my-private-question"
    ask(
        engine_for(book),
        post("/search", query=secret, k=1),
        ("GET", "/search", {"params": {"query": secret, "k": 1}}),
        post("/embed", texts=[secret], wrong=secret),
        ("GET", f"/{secret}", {}),
        raw("/search", f'{{"query": "{secret}'.encode()),
        post("/search", query=secret, k=99),
    )
    ask(engine_for(book), post("/search", query=secret), key=f"{secret}-guess")
    written = stream.getvalue()
    assert secret not in written
    assert READER not in written
    lines = [json.loads(line) for line in written.splitlines()]
    assert [line["event"] for line in lines] == ["request"] * 7
    assert {line["route"] for line in lines} == {"/search", "/embed", "other"}
    assert sorted(line["status"] for line in lines) == [200, 200, 400, 401, 404, 422, 422]
    assert {line["caller"] for line in lines} == {"bo", None}
    for line in lines:
        assert {"time", "level", "id", "method", "seconds"} <= set(line)


@pytest.fixture(autouse=True)
def _quiet_again():
    yield
    LOGGER.handlers.clear()
    logging.getLogger("uvicorn.error").handlers.clear()


def test_the_interface_describes_itself(book):
    [answer] = ask(engine_for(book), ("GET", "/openapi.json", {}), key=None)
    paths = answer.json()["paths"]
    assert {"/embed", "/search", "/reload", "/healthz", "/metrics"} == set(paths)
    body = paths["/search"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert set(body["properties"]) == {"query", "k"}
    assert [p["name"] for p in paths["/search"]["get"]["parameters"]] == ["query", "k"]


def test_a_number_sign_inside_a_key_belongs_to_it():
    keys = parse_keys("ada 0123456789abcdef#ghij admin  # hers\n# nobody's", "the test")
    assert identify(keys, "0123456789abcdef#ghij") == Caller("ada", is_admin=True)
    assert identify(keys, "0123456789abcdef") is None


@pytest.mark.parametrize("seconds", [-1.0, 61.0, math.inf, math.nan])
def test_a_batch_that_would_wait_for_ever_is_refused(seconds):
    with pytest.raises(ValueError, match="max_wait must be between 0 and 60 seconds"):
        Batcher(lambda texts: np.zeros((len(texts), 1)), max_wait=seconds)
