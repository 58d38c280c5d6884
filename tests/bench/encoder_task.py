"""Sentence vectors of all-MiniLM-L6-v2: tokens per second, against sentence-transformers.

Both sides get the same texts, cut them into pieces, encode them in single precision with the same
batch size on one thread, and return one vector for each. PyTorch is no dependency of the project:
an interpreter of another environment that has sentence-transformers is named in TORCH_PYTHON. Run
by it, this file is the peer. Without it the row compares with ourselves, text by text, and says so.

The score is the number of decimals in which the vectors equal those of our encoder in double
precision: were our encoder wrong, the peer's score would be low.
"""

import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from harness import Quality, Task

BATCH_SIZE = 32
REMEDY = "pip install sentence-transformers, or name an interpreter that has it in TORCH_PYTHON"

# CPU seconds that the peer's process has reported.
_peer_seconds = [0.0]


def encoder_tasks(quick: bool) -> list[Task]:
    """Return the comparisons on short and on long texts, where the weights are installed."""
    from embedlab.pretrained import minilm

    try:
        minilm()
    except ModuleNotFoundError as error:
        print(f"sentence vectors: left out, {error}")
        return []
    sizes = {12: 16, 128: 2} if quick else {12: 1024, 128: 96}
    return [_task(n_tokens, n_texts) for n_tokens, n_texts in sizes.items()]


def _task(n_tokens: int, n_texts: int) -> Task:
    from embedlab.pretrained import minilm, sentence_vectors

    peer = _peer()
    name = peer.version if peer else f"ourselves, text by text (no peer: {REMEDY})"

    def ours(seed: int) -> Callable[[], Any]:
        texts = _texts(n_tokens, n_texts, seed)
        return lambda: (texts, sentence_vectors(minilm(), texts, batch_size=BATCH_SIZE))

    def theirs(seed: int) -> Callable[[], Any]:
        texts = _texts(n_tokens, n_texts, seed)
        if peer is None:
            return lambda: (texts, sentence_vectors(minilm(), texts, batch_size=1))
        return lambda: (texts, peer.vectors(texts))

    return Task(
        f"sentence vectors, {n_tokens} tokens",
        name,
        "tokens",
        n_tokens * n_texts,
        0.6 if peer else 0,
        1,
        ours,
        theirs,
        _quality,
        clock=lambda: time.process_time() + _peer_seconds[0],
    )


def _texts(n_tokens: int, n_texts: int, seed: int) -> list[str]:
    """Return texts of that many tokens: words of one piece each between [CLS] and [SEP]."""
    from embedlab.pretrained import minilm, whole_words

    words = np.array(whole_words(minilm()))
    rows = np.random.default_rng(seed).integers(len(words), size=(n_texts, n_tokens - 2))
    return [" ".join(words[row]) for row in rows]


def _quality(result: tuple[list[str], Any]) -> Quality:
    texts, vectors = result
    # Some texts tell it as well as all of them: an error would be one of the encoder.
    exact = _in_double_precision(tuple(texts[:8]))
    return {"decimals that are exact": -math.log10(float(np.abs(vectors[:8] - exact).max()))}


@cache
def _in_double_precision(texts: tuple[str, ...]) -> Any:
    from dataclasses import replace

    from embedlab.contextual import parameters, with_parameters
    from embedlab.pretrained import minilm, sentence_vectors

    model = minilm()
    arrays = {name: array.astype(np.float64) for name, array in parameters(model.encoder).items()}
    exact = replace(model, encoder=with_parameters(model.encoder, arrays))
    return sentence_vectors(exact, texts)


class _Peer:
    """A process of another interpreter that runs sentence-transformers."""

    def __init__(self, process: "subprocess.Popen[bytes]", version: str) -> None:
        self.process, self.version = process, version

    def vectors(self, texts: Sequence[str]) -> Any:
        """Return the vectors of some texts, and add the time they took to the clock."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(list(texts)).encode() + b"\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        _peer_seconds[0] += answer["seconds"]
        data = self.process.stdout.read(4 * answer["shape"][0] * answer["shape"][1])
        return np.frombuffer(data, dtype="<f4").reshape(answer["shape"])


@cache
def _peer() -> _Peer | None:
    """Return the running peer, or None where there is none; it ends with this process."""
    from embedlab.pretrained import PACKAGE

    place = os.environ.get("EMBEDLAB_MINILM")
    if not place:
        from importlib.util import find_spec

        spec = find_spec(PACKAGE.replace("-", "_"))
        assert spec is not None
        assert spec.origin is not None
        place = str(Path(spec.origin).parent / "model")
    interpreter = os.environ.get("TORCH_PYTHON") or sys.executable
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(
        [interpreter, __file__, place],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    assert process.stdout is not None
    greeting = process.stdout.readline()
    if not greeting:
        process.communicate()
        return None
    return _Peer(process, json.loads(greeting))


def serve(folder: str) -> None:
    """Answer lists of texts with vectors until the input ends; for the peer's interpreter."""
    import sentence_transformers
    import torch

    torch.set_num_threads(1)
    model = sentence_transformers.SentenceTransformer(folder, device="cpu")
    versions = f"sentence-transformers {sentence_transformers.__version__}"
    output = sys.stdout.buffer
    output.write(json.dumps(f"{versions}, PyTorch {torch.__version__}").encode() + b"\n")
    output.flush()
    for line in sys.stdin:
        texts = json.loads(line)
        start = time.process_time()
        vectors = model.encode(texts, batch_size=BATCH_SIZE, show_progress_bar=False)
        seconds = time.process_time() - start
        answer = {"seconds": seconds, "shape": vectors.shape}
        output.write(json.dumps(answer).encode() + b"\n" + vectors.astype("<f4").tobytes())
        output.flush()


if __name__ == "__main__":
    serve(sys.argv[1])
