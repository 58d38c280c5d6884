"""What chapter 9 says of its recorded measurements holds for the records in book/measured.

A record that was made while the machine was busy may say something else. Then measure again; do
not loosen a bound here without changing the sentence of book/09-serving.md that is named above it.
"""

from pathlib import Path

import pytest

from embedlab.capacity import ORDERS, Machine, plan
from embedlab.measurements import Row, read_record

MEASURED = Path(__file__).parents[1] / "book" / "measured"
SIZES = [1, 2, 4, 8, 16, 32, 64, 128]
BATCHED, SINGLE = "batches of 32", "one by one"


def rows_of(name: str, kind: str) -> list[Row]:
    return [row for row in read_record(MEASURED / name).rows if row["kind"] == kind]


@pytest.fixture(scope="module")
def opened() -> dict[str, list[Row]]:
    """Return the rows at fixed rates by server, the rates ascending."""
    rows = sorted(rows_of("service.json", "open"), key=lambda row: row["rate"])
    servers = {name: [row for row in rows if row["server"] == name] for name in (BATCHED, SINGLE)}
    assert [r["rate"] for r in servers[BATCHED]] == [r["rate"] for r in servers[SINGLE]]
    return servers


@pytest.fixture(scope="module")
def speeds() -> dict[str, list[float]]:
    """Return tokens per second by order, for SIZES."""
    rows = {(r["order"], r["batch_size"]): r for r in rows_of("batching.json", "encode")}
    return {
        order: [rows[order, n]["tokens"] / rows[order, n]["cpu_seconds"] for n in SIZES]
        for order in (*ORDERS, "equal")
    }


@pytest.fixture(scope="module")
def nanoseconds() -> dict[tuple[str, str], list[float]]:
    """Return the time of a scan for each vector, by library and kind, the numbers ascending."""
    found: dict[tuple[str, str], list[float]] = {}
    for row in sorted(rows_of("batching.json", "scan"), key=lambda row: row["n"]):
        found.setdefault((row["library"], row["vectors"]), []).append(1e6 * row["ms"] / row["n"])
    return found


def test_other_programs_did_little_meanwhile():
    # "Compare the rows of a record with each other": that needs a quiet machine.
    others = [row["others"] for kind in ("open", "closed") for row in rows_of("service.json", kind)]
    assert sum(others) / len(others) < 0.5


def test_the_knee(opened):
    # "at the lowest rate half of the answers take less than a tenth of a second. At the highest,
    # which neither server can keep up with, the median is more than ten times as long"
    for rows in opened.values():
        assert rows[0]["p50"] < 100
        assert rows[0]["errors"] == 0
        assert rows[-1]["per_second"] < 0.9 * rows[-1]["rate"]
        assert rows[-1]["p50"] > 10 * rows[0]["p50"]


def test_batches_grow_with_the_load_and_do_more(opened):
    # "the more requests wait, the more texts share a batch (first row against last)";
    # "at the highest rate the one with batches answers more"
    first, last = opened[BATCHED][0], opened[BATCHED][-1]
    assert first["texts_per_batch"] < 2
    assert last["texts_per_batch"] > 2 * first["texts_per_batch"]
    assert {row["texts_per_batch"] for row in opened[SINGLE]} == {1.0}
    assert last["per_second"] > 1.1 * opened[SINGLE][-1]["per_second"]


def test_there_is_a_load_that_only_batches_keep_up_with(opened):
    # "Look for the rate with which only that one keeps up."
    kept_up = {
        name: [row["per_second"] > 0.9 * row["rate"] for row in rows]
        for name, rows in opened.items()
    }
    assert sum(kept_up[BATCHED]) > sum(kept_up[SINGLE]) > 0


def test_somebody_is_refused(opened):
    # "what comes beyond is refused at once"
    assert opened[SINGLE][-1]["errors"] > 0


def test_the_first_row_has_few_requests(opened):
    # "In the first row, with few requests, p99 is nearly the slowest."
    assert all(20 <= rows[0]["requests"] <= 150 for rows in opened.values())


def test_the_cache_is_the_largest_difference():
    # "The cache makes the largest difference"
    rows = [row for row in rows_of("service.json", "closed") if row["concurrency"] == 8]
    warm = [row["per_second"] for row in rows if row["load"] == "/search, warm cache"]
    cold = [row["per_second"] for row in rows if row["load"] != "/search, warm cache"]
    assert (len(warm), len(cold)) == (2, 4)
    assert min(warm) > 1.2 * max(cold)
    assert min(warm) / max(cold) > max(cold) / min(cold) / 2
    assert all(row["errors"] == 0 for row in rows)


def test_batches_of_equal_texts_gain_with_the_first_eight(speeds):
    # "Texts of equal length gain from batches, most of it with the first eight texts"
    equal = speeds["equal"]
    assert equal[3] > 1.15 * equal[0]
    assert equal[3] - equal[0] > max(equal[3:]) - equal[3]


def test_padding_eats_large_batches_and_spares_buckets(speeds):
    # "As the texts come, padding eats more than a large batch gains. Bucketed, the gain is there
    # until the buckets get too wide"; "So there is no one best size"
    plain, bucketed = (speeds[order] for order in ORDERS)
    assert plain[-1] < 0.8 * plain[0]
    assert max(bucketed) > 1.1 * bucketed[0]
    assert max(bucketed) > 1.1 * bucketed[-1]
    assert 0 < bucketed.index(max(bucketed)) < len(SIZES) - 1
    assert plain.index(max(plain)) < speeds["equal"].index(max(speeds["equal"]))
    # "The first two lines begin with the same work; where they differ there, it is noise."
    assert plain[0] == pytest.approx(bucketed[0], rel=0.15)


def test_a_vector_costs_the_same_at_every_size(nanoseconds):
    # "A vector costs nearly the same at every size"
    for (library, kind), each in nanoseconds.items():
        assert max(each) < 1.6 * min(each), (library, kind)


def test_time_follows_bytes_but_not_in_numpy(nanoseconds):
    # "FAISS's times roughly follow the bytes of each. This package's int8 saves bytes and no time"
    last = {key: each[-1] for key, each in nanoseconds.items()}
    assert last["faiss", "float32"] > 1.5 * last["faiss", "int8"]
    assert last["faiss", "int8"] > 3 * last["faiss", "one bit"]
    assert last["embedlab", "int8"] > 0.9 * last["embedlab", "float32"]


def test_lists_find_more_than_hashing_for_few_bytes():
    # "each vector the bytes of its place in a list"; lists recall 0.96 and hashing 0.25 then
    rows = {row["name"]: row for row in read_record(MEASURED / "search.json").rows if "name" in row}
    lists = rows["IndexIVFFlat, 8 of 316 lists"]
    assert lists["recall"] > rows["hashing"]["recall"] + 0.2
    assert 8 <= lists["bytes_each"] - 4 * 384 < 20
    # "The links of a graph take more bytes than one bit's whole vector"
    assert rows["IndexHNSWFlat, 16 neighbors"]["bytes_each"] - 4 * 384 > 384 / 8


def test_what_to_try_in_the_explorer(nanoseconds):
    # "Ten thousand queries a second on a million passages: the processor decides"; "One query a
    # second: the machines stand idle"; exercise 1: the price falls until the processor decides.
    record = rows_of("batching.json", "encode")
    encode = next(row for row in record if row["batch_size"] == 1)["cpu_seconds"] / 256
    machine = Machine(gib=64, cores=16, price=1.0)
    for (library, kind), each in nanoseconds.items():
        if library == "faiss":
            n_bytes = {"float32": 1549, "int8": 397, "one bit": 61}[kind]
            limits = {
                rate: plan(
                    10**6, n_bytes, each[-1] / 1e9, machine, rate=rate, share=0.01,
                    encode_seconds=encode,
                )
                for rate in (1, 100, 10_000)
            }  # fmt: skip
            assert [p.limit for p in limits.values()] == ["memory", "memory", "processor"]
            assert [p.n_machines for p in limits.values()][:2] == [2, 2]
