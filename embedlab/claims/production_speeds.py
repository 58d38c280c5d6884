"""The claims of chapter 9 about sizes and speeds, from published measurements and by counting."""

from dataclasses import is_dataclass

import numpy as np
from scipy.sparse import csr_array

from embedlab.claims.findings import Finding, claim, judged, listed, unverifiable
from embedlab.learned import skip_gram
from embedlab.onehot import embedding_bytes
from embedlab.pretrained import minilm
from embedlab.retrieval import binary

_QUANTIZED = "Shakir, Aarsen and Lee 2024, huggingface.co/blog/embedding-quantization"
_SBERT = "documentation of Sentence Transformers"

# Share of the quality at full precision, in percent: MTEB retrieval, nDCG@10.
_KEPT = {
    "mxbai-embed-large": {"int8": 97.0, "one bit": 96.45, "one bit, no second stage": 92.53},
    "e5-base-v2": {"int8": 94.68, "one bit": 74.77},
    "all-MiniLM-L6-v2": {"int8": 90.79, "one bit": 93.79},
    "Cohere-embed-english-v3.0": {"int8": 100.0, "one bit": 94.6},
}
# Least, mean and greatest speedup of an exact search on a processor.
_SEARCH = {"int8": (2.99, 3.66, 4.8), "one bit": (15.05, 24.76, 45.8)}
# Speedup of an encoder against PyTorch in single precision, short texts (STS-B).
_ENCODER_GPU = {"ONNX": 1.46, "ONNX, optimized, FP16": 1.83, "FP16": 1.54}
_ENCODER_CPU = {"ONNX": 1.39, "OpenVINO": 1.29, "ONNX, INT8": 3.08}
# Students of BERT-base: share of its size in percent, and speedup.
_STUDENTS = {"DistilBERT": (60.0, 1.6), "TinyBERT": (100 / 7.5, 9.4)}
_STUDENTS_SOURCE = (
    "Sanh et al. 2019, arXiv:1910.01108, abstract; Jiao et al. 2019, arXiv:1909.10351, abstract, "
    "and the authors' model card"
)


def _near(value: float, printed: float, half: float = 0.5) -> bool:
    return abs(value - printed) <= half


def _n_numbers(part: object) -> int:
    """Return how many numbers the arrays in a nested structure hold."""
    if isinstance(part, np.ndarray):
        return int(part.size)
    if isinstance(part, (tuple, list)):
        return sum(map(_n_numbers, part))
    return sum(map(_n_numbers, vars(part).values())) if is_dataclass(part) else 0


@claim("benchmark")
def c282() -> Finding:
    """A distilled student has 10% of its teacher's size."""
    encoder = minilm().encoder
    n_teacher = _n_numbers(encoder)
    shares = {name: share for name, (share, _) in _STUDENTS.items()}
    for d in (64, 256):
        student = embedding_bytes(len(encoder.words), d) / 4
        shares[f"static vectors of {d} numbers for MiniLM's pieces"] = 100 * student / n_teacher
    return judged(
        all(_near(share, 10, 2) for share in shares.values()),
        any(_near(share, 10, 2) for share in shares.values()),
        computed=f"share of the teacher's size in percent: {listed(shares, '.0f')} (the first two "
        f"are students of BERT-base; MiniLM has {n_teacher / 1e6:.1f} million numbers)",
        correction="The size is chosen when the student is designed. DistilBERT has 60% of its "
        f"teacher's size and keeps 97% of its quality, TinyBERT has {shares['TinyBERT']:.0f}% and "
        "keeps 96.8% on GLUE. So about 10% can be reached, but it is a choice.",
        source=_STUDENTS_SOURCE,
    )


@claim("benchmark")
def c284() -> Finding:
    """Modern techniques reach 90% of the quality at 10 times the speed."""
    passed = {
        (name, how): kept >= 90 and _SEARCH[how][0] >= 10
        for name, rows in _KEPT.items()
        for how, kept in rows.items()
        if how in _SEARCH
    }
    return judged(
        all(passed.values()),
        any(passed.values()),
        computed="exact search, quality kept with one byte for each number, and with one bit and a "
        "second stage: "
        + "; ".join(
            f"{name} {rows['int8']:.0f}%, {rows['one bit']:.0f}%" for name, rows in _KEPT.items()
        )
        + f". Speed: {_SEARCH['int8'][1]:.1f}× and {_SEARCH['one bit'][1]:.0f}× on average",
        correction="It depends on the technique and the model. One bit is 15 times as fast or more "
        "and keeps 94 to 96% for three of these models, but 75% for the fourth; one byte is 3 to 5 "
        "times as fast. Without the second stage one bit keeps "
        f"{_KEPT['mxbai-embed-large']['one bit, no second stage']:.1f}% for the first model.",
        source=_QUANTIZED,
    )


@claim("benchmark")
def c285() -> Finding:
    """Such techniques took semantic search from 1 million to 100 million documents a second."""
    d = 768
    full = 4 * d
    bit = binary.build(np.ones((1, d))).n_bytes
    return unverifiable(
        "The deck names no system, machine or source, and a speed measured here would be this "
        f"machine's (`make bench` has searches against FAISS). One bit saves {full // bit} times "
        "in bytes, so a factor of 100 takes an index besides, which does not look at every "
        "document.",
        computed=f"a scan of 100 million vectors of {d} numbers a second reads "
        f"{1e8 * full / 1e9:.0f} GB/s in full, {1e8 * bit / 1e9:.1f} GB/s with one bit for each "
        f"number: {full // bit} times less",
    )


@claim("benchmark")
def c289() -> Finding:
    """Quantization makes inference 4 times as fast (INT8), and 2 times by the table beside it."""
    encoder = _ENCODER_CPU["ONNX, INT8"]
    found = {
        "an encoder on a processor, against PyTorch": encoder,
        "the same, against ONNX in single precision": encoder / _ENCODER_CPU["ONNX"],
        "exact search, on average": _SEARCH["int8"][1],
    }
    return judged(
        all(_near(value, printed) for printed in (2, 4) for value in found.values()),
        all(any(_near(value, printed) for value in found.values()) for printed in (2, 4)),
        computed=f"published speedups of INT8: {listed(found)}; searches range from "
        f"{_SEARCH['int8'][0]} to {_SEARCH['int8'][2]}",
        correction="The slide contradicts itself, and both can be measured: about 2 for an encoder "
        "in the same runtime, nearly 4 for scanning vectors of a quarter of the bytes. It depends "
        "on what is quantized and on the machine.",
        source=f"{_SBERT}, Speeding up Inference (short texts); {_QUANTIZED}",
    )


@claim("benchmark")
def c290() -> Finding:
    """FP16 is 1.5 times as fast; pruning leaves 40% and is 1.2 times, distillation 10% and 3 times.

    The percentages are shares of the memory.
    """
    fp16 = _near(_ENCODER_GPU["FP16"], 1.5, 0.05)
    distilled = any(_near(share, 10) and _near(speed, 3) for share, speed in _STUDENTS.values())
    rng = np.random.default_rng(0)
    weights = rng.standard_normal((384, 1536)).astype(np.float32)
    pruned = csr_array(np.where(np.abs(weights) >= np.quantile(np.abs(weights), 0.6), weights, 0))
    columns = pruned.indices.nbytes + pruned.indptr.nbytes
    mask = np.packbits(pruned.toarray() != 0).nbytes
    kept = weights[:, np.abs(weights).sum(axis=0).argsort()[-round(0.4 * weights.shape[1]) :]]
    memory = {
        "with the number of each column, in four bytes,": pruned.data.nbytes + columns,
        "with one bit for every place": pruned.data.nbytes + mask,
        "if whole columns go": kept.nbytes,
    }
    shares = {how: 100 * n_bytes / weights.nbytes for how, n_bytes in memory.items()}
    return judged(
        fp16 and distilled and all(_near(share, 40) for share in shares.values()),
        fp16 and any(_near(share, 40) for share in shares.values()),
        computed=f"FP16 {_ENCODER_GPU['FP16']}× (an encoder on a graphics card, short texts). "
        "Distillation from BERT-base: "
        + ", ".join(f"{n} {s:.0f}% and {v}×" for n, (s, v) in _STUDENTS.items())
        + f". Memory of {weights.shape[0]} × {weights.shape[1]:,} weights of which 40% are kept: "
        + ", ".join(f"{how} {share:.0f}%" for how, share in shares.items()),
        correction="Only FP16 is near a published measurement. The published students are larger, "
        "or faster. Pruned weights need their places stored, so the memory depends on how: 40% of "
        "the weights take 40% of it only if whole columns or heads go. Time is saved only where "
        "the hardware can skip what is missing.",
        source=f"{_SBERT}, Speeding up Inference; {_STUDENTS_SOURCE}",
    )


@claim("benchmark")
def c291() -> Finding:
    """Conversion to ONNX gives a speedup of 2 to 3, TensorRT of 5 on NVIDIA's hardware."""
    plain = {"graphics card": _ENCODER_GPU["ONNX"], "processor": _ENCODER_CPU["ONNX"]}
    best = {"INT8 on a processor": _ENCODER_CPU["ONNX, INT8"]}
    best |= {"optimized, FP16 on a graphics card": _ENCODER_GPU["ONNX, optimized, FP16"]}
    reports = {"short texts in batches": 2.0, "longer ones": 1.3, "another user": 4.0}
    values = (*plain.values(), *best.values(), *reports.values())
    in_range = [1.95 <= value <= 3.1 for value in values]
    return judged(
        all(in_range),
        any(in_range),
        computed=f"ONNX against PyTorch, short texts: converted, {listed(plain, '.2f')}; with "
        f"optimization or quantization, {listed(best, '.2f')}; longer texts can be slower than "
        f"before. Reports of users, converted only: {listed(reports)}. TensorRT: up to 5 against "
        "PyTorch, say the makers of Torch-TensorRT",
        correction="It depends on model, machine and texts. In the library's benchmark converting "
        "alone gives 1.4 to 1.5 on short texts, can give nothing on long ones, and three comes "
        "with quantization on top; users report 1.3 to 4 without. Five is TensorRT's upper end.",
        source=f"{_SBERT}, Speeding up Inference, benchmarks; huggingface/sentence-transformers, "
        "pull request 668 and issue 46; README of pytorch/TensorRT",
    )


@claim("historical")
def c293() -> Finding:
    """The library sentence-transformers has more than 100 pretrained models."""
    n_models = 6_000
    return judged(
        n_models >= 100,
        computed=f"over {n_models:,} models by its community were public when the page was stored, "
        "besides those of the library's authors",
        correction="There are fewer.",
        source=f"{_SBERT}, Pretrained Models",
    )


@claim("opinion")
def c294() -> Finding:
    """A model is chosen within 100 MB to 10 GB, 1 to 100 ms, and 10 to 10,000 queries a second."""
    billions = {"mxbai-embed-large": 0.335, "BGE-M3": 0.567, "E5-Mistral (7 billion)": 7.0}
    sizes = {
        "the course's skip-gram vectors": skip_gram().matrix.nbytes,
        "MiniLM": 4 * _n_numbers(minilm().encoder),
        **{name: round(4e9 * size) for name, size in billions.items()},
    }
    inside = [1e8 <= size <= 1e10 for size in sizes.values()]
    in_flight = 10 * 0.001, 10_000 * 0.1
    return judged(
        all(inside),
        any(inside),
        computed="weights in four bytes each: "
        + ", ".join(f"{name} {size / 1e6:,.{int(size < 1e9)}f} MB" for name, size in sizes.items())
        + f". Requests under way at a time (rate times latency): {in_flight[0]:.2f} at 10 a second "
        f"with 1 ms, {in_flight[1]:,.0f} at 10,000 a second with 100 ms",
        correction="Typical, but no limits: word vectors and a small encoder lie below "
        "100 MB, encoders made from large language models above 10 GB. Latency and throughput are "
        "the machine's: measure them (`make bench`), and together, since their product says how "
        "many requests are under way.",
        source="documentation of Sentence Transformers, benchmarks (numbers of parameters); README "
        "of E5 in microsoft/unilm",
    )
