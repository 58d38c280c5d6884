"""make bench: the package against what one would install instead."""

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

# One thread everywhere; the libraries read this when they are loaded.
os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

import numpy as np
import typer
from encoder_task import encoder_tasks
from glove_task import glove_tasks
from grading_task import grading_tasks
from harness import Result, compare
from paragraphs_task import bench_paragraphs
from retrieval_task import bench_retrieval
from rich.console import Console
from rich.table import Table
from scaling import grow
from service_task import bench_service
from tasks import search_tasks, training_tasks, vocabulary_task
from texts import text
from threadpoolctl import threadpool_info


def main(
    output: Annotated[Path, typer.Option(help="Folder of bench.json and scaling.json.")],
    only: Annotated[str, typer.Option(help="Part of a task's name.")] = "",
    quick: Annotated[
        bool, typer.Option(help="Little text, one repetition: is all in order?")
    ] = False,
) -> None:
    """Compare speed and quality; exit with 1 if a floor is missed."""
    console = Console(width=140)
    console.print(f"BLAS kernels, for both sides: {', '.join(_kernels())}")
    corpus = text(3_000) if quick else text()
    corpus = corpus.first(30_000) if quick else corpus
    smaller = corpus if quick else corpus.first(2_000_000)
    console.print(
        f"text: {corpus.name}, {corpus.n_tokens:,} tokens, {len(corpus.vocabulary):,} words"
    )
    tasks = [
        *training_tasks(corpus, smaller, 20_000 if quick else 2_000_000),
        *glove_tasks(corpus, quick),
        vocabulary_task(corpus),
        *grading_tasks(quick),
        *encoder_tasks(quick),
        *search_tasks(*(2_000, 32) if quick else (100_000, 256)),
    ]
    results = []
    for task in tasks:
        if only.lower() in task.name.lower():
            console.print(f"running: {task.name}")
            results.append(compare(task, 1 if quick else task.repetitions))
            console.print(_line(results[-1]))
    output.mkdir(parents=True, exist_ok=True)
    rows = [asdict(result) for result in results]
    (output / "bench.json").write_text(json.dumps(rows, indent=1))
    if results:
        console.print(_speeds(results), _qualities(results))
    if only.lower() in "growth with the text":
        sizes = [10_000, 20_000] if quick else [500_000, 1_000_000, 2_000_000, 5_000_000]
        growth = grow(sizes)
        (output / "scaling.json").write_text(json.dumps(growth, indent=1))
        console.print("growth of skip-gram with the text, one epoch:", growth)
    if only.lower() in "retrieval":
        bench_retrieval(console, output, quick)
        # The full vocabulary takes a minute the first time.
        if not quick and (real := _real_vectors()):
            bench_retrieval(console, output, quick, *real, name="retrieval-of-words")
    if only.lower() in "paragraphs":
        # Only when asked for by name does it replace the record that the book is built from.
        bench_paragraphs(console, quick, keep=bool(only))
    if only.lower() in "service":
        # As above, and the records take a quiet machine.
        bench_service(console, output, quick, keep=bool(only))
    missed = [result.task for result in results if result.ratio < result.floor]
    if missed and not quick:
        console.print(f"below the floor: {'; '.join(missed)}")
        raise typer.Exit(1)


def _real_vectors() -> tuple[Any, Any] | None:
    """Return distilled vectors of all whole words but 256, and those; None without the weights."""
    from embedlab.pretrained import distill, minilm, whole_words

    try:
        model = minilm()
    except ModuleNotFoundError:
        return None
    rows = np.random.default_rng(0).permutation(distill(model, whole_words(model)).matrix)
    return rows[256:], rows[:256]


def _kernels() -> list[str]:
    """Return which of its kernels each linear algebra library uses on this processor."""
    return sorted({info["architecture"] for info in threadpool_info() if "architecture" in info})


def _line(result: Result) -> str:
    return f"  {result.ratio:.2f} × (floor {result.floor}, target {result.target})"


def _speeds(results: list[Result]) -> Table:
    table = Table("task", "peer", "ours /s", "peer's /s", "ratio", "floor", "target")
    for r in results:
        rates = _rate(r.ours), _rate(r.theirs), f"{r.ratio:.2f}"
        table.add_row(r.task, r.peer, *rates, f"{r.floor:g}", f"{r.target:g}")
    return table


def _rate(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


def _qualities(results: list[Result]) -> Table:
    """Return each score's median with its lowest and highest over the seeds."""
    table = Table("task", "score", "ours", "peer's")
    for r in results:
        for name, ours in r.quality_ours.items():
            columns = (
                f"{scores[len(scores) // 2]:g} [{scores[0]:g}, {scores[-1]:g}]"
                for scores in (ours, r.quality_theirs[name])
            )
            table.add_row(r.task, name, *columns)
    return table


if __name__ == "__main__":
    typer.run(main)
