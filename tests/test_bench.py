"""The benchmark itself is in order; how fast anything is, `make bench` says."""

import json
import os
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

BENCH = Path(__file__).parent / "bench"
FIELDS = {
    "task",
    "peer",
    "ours",
    "theirs",
    "ratio",
    "floor",
    "target",
    "quality_ours",
    "quality_theirs",
}


@pytest.fixture(scope="module")
def output(tmp_path_factory):
    """Return the folder with what a quick run wrote; the text is the artificial world."""
    pytest.importorskip("gensim")
    folder = tmp_path_factory.mktemp("bench")
    environment = os.environ | {"EMBEDLAB_DATA": str(folder)}
    environment.pop("GLOVE_PROGRAM", None)
    command = [sys.executable, str(BENCH), "--quick", "--output", str(folder)]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "text: world" in run.stdout
    return folder


@pytest.mark.peer
def test_every_comparison_is_reported_in_full(output):
    rows = json.loads((output / "bench.json").read_text())
    # GloVe is compared where there is a peer.
    assert {row["task"].split(",")[0] for row in rows} - {"GloVe"} >= {
        "skip-gram",
        "CBOW",
        "FastText skip-gram",
        "vocabulary and encoding",
    }
    for row in rows:
        assert set(row) == FIELDS
        assert row["ratio"] == pytest.approx(row["ours"] / row["theirs"])
        assert row["quality_ours"].keys() == row["quality_theirs"].keys() != set()


@pytest.mark.peer
def test_retrieval_and_the_service_are_reported(output):
    assert json.loads((output / "retrieval.json").read_text())["comparisons"]
    assert json.loads((output / "service.json").read_text())


@pytest.mark.peer
def test_growth_is_reported(output):
    growth = json.loads((output / "scaling.json").read_text())
    assert set(growth["exponents"]) >= {"seconds", "megabytes_total"}
    sizes = [run["tokens"] for run in growth["runs"]]
    assert sizes == sorted(sizes)
    assert all(run["megabytes_total"] > 0 for run in growth["runs"])


def test_the_ratio_is_of_rates_and_medians(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCH))
    import harness

    # Ours takes 1, 5 and 2 seconds for 10 words, the peer 4, 4 and 9.
    clock = iter([0, 1, 0, 4, 0, 5, 0, 4, 0, 2, 0, 9])
    task = harness.Task(
        "t", "p", "words", 10, 1, 2, lambda seed: lambda: seed, lambda seed: lambda: -seed,
        quality=lambda result: {"score": result}, clock=lambda: next(clock),
    )  # fmt: skip
    result = harness.compare(task, 3)
    assert {field.name for field in fields(result)} == FIELDS
    assert (result.ours, result.theirs, result.ratio) == (5, 2.5, 2)
    assert result.quality_ours == {"score": [0, 1, 2]}
    assert result.quality_theirs == {"score": [-2, -1, 0]}
