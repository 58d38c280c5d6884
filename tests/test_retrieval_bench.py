"""The comparison of retrieval methods is in order; how fast they are, `make bench` says."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent / "bench" / "retrieval_task.py"


@pytest.mark.peer
def test_every_method_is_measured(tmp_path):
    command = [sys.executable, str(SCRIPT), "--quick", "--output", str(tmp_path)]
    run = subprocess.run(command, env=os.environ, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
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
