"""The comparison of retrieval methods is in order; how fast they are, `make bench` says."""

import json
from pathlib import Path

import pytest
from rich.console import Console


@pytest.mark.peer
def test_every_method_is_measured(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent / "bench"))
    import retrieval_task

    retrieval_task.bench_retrieval(Console(width=140), tmp_path, quick=True)
    written = json.loads((tmp_path / "retrieval.json").read_text())
    assert written["peer"].startswith("faiss-cpu ")
    by_method = {row["method"].split(",")[0]: row for row in written["comparisons"]}
    assert by_method.keys() >= {"exact", "int8", "signs", "hashing", "BM25", "sparse vectors"}
    for row in written["comparisons"]:
        for side in filter(None, (row["ours"], row["peer"])):
            assert side["bytes_each"] > 0
            assert side["one_ms"] >= 0
            assert side["batch_ms"] >= 0
    assert by_method["exact"]["ours"]["recall"] == by_method["exact"]["peer"]["recall"] == 1.0
    assert by_method["int8"]["ours"]["recall"] > 0.9  # 0.99 with the fixed seed
    # One sentence for each method of faiss.
    with_peer = [row for row in written["comparisons"] if row["peer"]]
    assert len(written["summary"]) == len(with_peer) >= 7
