"""Ours and the peer's in turn, medians of time, the quality of both beside the speed."""

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

Quality = dict[str, float]


def cpu_seconds() -> float:
    """Return the CPU time of this process and of the ones it has started and waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


@dataclass(frozen=True)
class Task:
    """One comparison.

    Attributes:
        name: What is done.
        peer: Who else does it, with the version.
        unit: What the rate counts, per second.
        amount: How much of it one run does.
        floor: Ratio of the rates below which the comparison fails.
        target: Ratio that is aimed at.
        ours: Prepares a run with a seed and returns the function to be timed.
        theirs: Likewise.
        quality: Scores of what the timed function returned.
        clock: What the seconds are of; the processor's if left out.
        repetitions: How often it is run, where that is not said otherwise.
    """

    name: str
    peer: str
    unit: str
    amount: float
    floor: float
    target: float
    ours: Callable[[int], Callable[[], Any]]
    theirs: Callable[[int], Callable[[], Any]]
    quality: Callable[[Any], Quality] = lambda result: {}
    clock: Callable[[], float] = cpu_seconds
    repetitions: int = 3


@dataclass(frozen=True)
class Result:
    """What a comparison measured; the fields of _build/bench.json."""

    task: str
    peer: str
    ours: float
    theirs: float
    ratio: float
    floor: float
    target: float
    quality_ours: dict[str, list[float]]
    quality_theirs: dict[str, list[float]]


def compare(task: Task, repetitions: int) -> Result:
    """Run both sides in turn, so that a machine that slows down slows both, and compare."""
    seconds: tuple[list[float], list[float]] = ([], [])
    qualities: tuple[list[Quality], list[Quality]] = ([], [])
    for seed in range(repetitions):
        for side, function in enumerate((task.ours, task.theirs)):
            run = function(seed)
            start = task.clock()
            result = run()
            seconds[side].append(task.clock() - start)
            qualities[side].append(task.quality(result))
    ours = task.amount / median(seconds[0])
    theirs = task.amount / median(seconds[1])
    by_score = [
        {name: sorted(round(scores[name], 4) for scores in side) for name in side[0]}
        for side in qualities
    ]
    return Result(
        task.name, task.peer, ours, theirs, ours / theirs, task.floor, task.target, *by_score
    )
