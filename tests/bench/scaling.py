"""How time and memory of training grow with the text: each size in a process of its own."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from sys import intern

import numpy as np


def grow(sizes: Sequence[int]) -> dict[str, object]:
    """Return seconds and peak memory of skip-gram for each number of tokens, and exponents.

    The exponent is the slope of the logarithm over that of the size: 1 is linear growth. Memory
    is given in all, with the text as lists of words, and as what training adds to that.
    """
    rows = []
    for size in sizes:
        command = [sys.executable, str(Path(__file__)), str(size)]
        rows.append(json.loads(subprocess.run(command, check=True, capture_output=True).stdout))
    x = np.log([row["tokens"] for row in rows])
    exponents = {
        name: float(np.polyfit(x, np.log([row[name] for row in rows]), 1)[0])
        for name in ("seconds", "megabytes_total", "megabytes_of_training")
        if all(row[name] > 0 for row in rows)
    }
    return {"runs": rows, "exponents": exponents}


def _one_size(n_tokens: int) -> dict[str, float]:
    from texts import beginning, folder_of_novels

    from embedlab import datasets, word2vec

    folder = folder_of_novels()
    if folder is not None:
        # Line by line, so that the process never holds more than it trains on.
        with open(folder / "novels.txt", encoding="utf-8") as file:
            lines = ([intern(word) for word in line.split()] for line in file)
            sentences = list(beginning(lines, n_tokens))
    else:
        n_sentences = n_tokens // 8
        made = datasets.world(np.random.default_rng(0), n_sentences).sentences
        sentences = list(beginning(made, n_tokens))
    before = _peak_megabytes()
    start = time.process_time()
    model = word2vec.train(sentences, rng=np.random.default_rng(0), epochs=1)
    seconds, peak = time.process_time() - start, _peak_megabytes()
    return {
        "tokens": sum(map(len, sentences)),
        "words": len(model.vocabulary),
        "seconds": seconds,
        "megabytes_total": peak,
        "megabytes_of_training": peak - before,
    }


def _peak_megabytes() -> float:
    status = Path("/proc/self/status")
    if status.is_file():
        # The peak that resource reports would include that of the process which started this one.
        peak = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM:"))
        return int(peak.split()[1]) / 2**10
    peak_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak_bytes / 2**20 if sys.platform == "darwin" else peak_bytes / 2**10


if __name__ == "__main__":
    print(json.dumps(_one_size(int(sys.argv[1]))))
