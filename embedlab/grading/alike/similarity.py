"""Copied code: what is so alike that a person should look at it. Never a verdict.

A correct function of five lines leaves little choice, so that many honest students write the same
tree. What is counted is therefore not likeness but surprise, in nats: how improbable it is that
two students agree by chance. Runs of nodes of the syntax trees are compared, as in Schleimer,
Wilkerson & Aiken 2003 ("Winnowing"), but all of them, for the functions are short. Names of one's
own, values, annotations, prints and code without effect are left out (``outlines``). A run weighs
the more, the fewer students of the batch have it; what stands in the reference weighs nothing
between students. One function is never enough, unless remarks or names agree as well; and as more
students mean more pairs, they also mean a higher bar.

Sources are parsed here, so all of it belongs into a worker process, as ``syntax`` says.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from itertools import combinations
from typing import TypeAlias

from embedlab.grading.alike.likeness import Likeness, likenesses, said, same_names
from embedlab.grading.alike.originals import Originals
from embedlab.grading.alike.outlines import Reading, Run, Work, read

# Two functions with fewer runs in common, or a smaller share, are not called alike.
LEAST_RUNS = 8
LEAST_SHARE = 0.6
# So many runs follow from the idea; each twenty more tell as much as one more function; but what
# a single function can tell is limited.
FREE_RUNS, RUNS_THAT_TELL, MOST_FROM_ONE = 12, 20, 2.0
# How probable a run is that no other student has, before anything is seen: 1 in 10.
SEEN_BEFORE, ASKED_BEFORE = 0.5, 5.0
# The reference is a plain way, which one student in ten may find for any one function; but nobody
# finds its remarks.
IN_REFERENCE, REMARK_IN_REFERENCE = math.log(10), math.log(100)
# Who has the same idea often takes the same names, and then the rest may well be the same too.
NAME_WEIGHT, SPELLING_WEIGHT = 0.1, 0.35
# What is shown is by these weights less probable than 1 in 60,000 or 160,000, however many
# students there are. The weights are rough: tests/test_grading_similarity.py holds the bars to
# independent work and to disguised copies.
BAR, REFERENCE_BAR = 11.0, 12.0
# A class of fewer tells too little about what is common for a lower bar.
FEWEST = 20
# What more students have is a common idea; without an upper bound the cost would not be linear.
COMMON_SHARE, LEAST_COMMON, MOST_COMMON = 0.1, 10, 50

_Weight: TypeAlias = Callable[[object], float]


def copies_of_reference(student: Mapping[str, str], originals: Originals) -> tuple[Likeness, ...]:
    """Return the functions that are alike the reference, if together they are no chance.

    Args:
        student: The student's functions, from ``syntax.own_functions``.
        originals: The right answers that can be copied.
    """

    def weight(what: object) -> float:
        # Spelling says nothing here: who finds the plain way also finds its names.
        kind, name = what if isinstance(what, tuple) and len(what) == 2 else ("", "")
        if isinstance(what, int) or name in originals.given:
            return 0.0
        return REMARK_IN_REFERENCE if kind in ("remark", "foreign") else IN_REFERENCE

    own = read(student)
    best: dict[str, tuple[float, Reading]] = {}
    for name, sources in originals.sources.items():
        for source in sources:
            reference = read({name: source})
            found = _alike(own, reference, weight)
            strength = _evidence(own, reference, found, weight)
            if found and strength > best.get(name, (0.0,))[0]:
                best[name] = (strength, reference[name])
    chosen = {name: function for name, (_, function) in best.items()}
    found = _alike(own, chosen, weight)
    if _evidence(own, chosen, found, weight) < REFERENCE_BAR:
        return ()
    return likenesses(own, chosen, found)


def copied_from_others(
    work: Mapping[str, Mapping[str, str]], originals: Originals
) -> list[tuple[str, str, tuple[Likeness, ...]]]:
    """Return the pairs of students whose functions are alike beyond chance, with what is alike.

    The time it takes grows with the number of students, not with the number of pairs.

    Args:
        work: Each student's functions, from ``syntax.own_functions``.
        originals: As for ``copies_of_reference``; what stands there is nobody's own.
    """
    known = {
        run
        for name, sources in originals.sources.items()
        for source in sources
        for function in read({name: source}).values()
        for run in function.distinct
    }
    works = {student: read(functions) for student, functions in sorted(work.items())}
    weights = _weights(works, known)

    def weight(what: object) -> float:
        return weights.get(what, 0.0)

    n_works = max(FEWEST, len(works))
    likely = BAR + math.log(n_works)
    found = []
    for first, second in _candidates(works, weight):
        shares = _alike(works[first], works[second], weight)
        evidence = _evidence(works[first], works[second], shares, weight)
        if evidence >= likely:
            found.append((first, second, evidence, shares))
    partners = Counter(student for pair in found for student in pair[:2])
    # Among so many pairs one may well be chance; that the same student has two is far less so.
    bar = likely + math.log((n_works - 1) / 2)
    return [
        (first, second, likenesses(works[first], works[second], shares))
        for first, second, evidence, shares in found
        if evidence >= bar or min(partners[first], partners[second]) >= 2
    ]


def _weights(works: Mapping[str, Work], known: Collection[Run]) -> dict[object, float]:
    """Return how surprising each run, name and remark is that two have in common, in nats."""
    owners: Counter[object] = Counter()
    for work in works.values():
        owners.update({run for each in work.values() for run in each.distinct})
        owners.update({each.spelling for each in work.values()})
        owners.update({what for each in work.values() for what in said(each)})
    most = min(MOST_COMMON, max(LEAST_COMMON, COMMON_SHARE * len(works)))
    asked = max(0, len(works) - 2) + ASKED_BEFORE
    return {
        what: math.log(asked / (n - 2 + SEEN_BEFORE))
        for what, n in owners.items()
        if 2 <= n <= most and what not in known
    }


def _candidates(works: Mapping[str, Work], weight: _Weight) -> list[tuple[str, str]]:
    """Return the pairs that have enough runs in common that tell something."""
    students: dict[Run, list[str]] = defaultdict(list)
    for student, work in works.items():
        for run in {run for each in work.values() for run in each.distinct if weight(run) > 0}:
            students[run].append(student)
    shared: Counter[tuple[str, str]] = Counter()
    for group in students.values():
        shared.update(combinations(group, 2))
    return sorted(pair for pair, n in shared.items() if n >= LEAST_RUNS)


def _alike(first: Work, second: Work, weight: _Weight) -> dict[str, float]:
    """Return the functions that two have alike, with the share in common of what tells anything."""
    found = {}
    for name in first:
        if name in second:
            ours, theirs = (
                {run for run in work[name].distinct if weight(run) > 0} for work in (first, second)
            )
            # The smaller one counts: code without effect makes a copy longer, not another work.
            share = len(ours & theirs) / max(1, min(len(ours), len(theirs)))
            if len(ours & theirs) >= LEAST_RUNS and share >= LEAST_SHARE:
                found[name] = share
    return found


def _evidence(first: Work, second: Work, found: Mapping[str, float], weight: _Weight) -> float:
    """Return how surprising it is, in nats, that two have some functions alike."""
    total = 0.0
    for name in found:
        one, other = first[name], second[name]
        telling = [each for run in one.distinct & other.distinct if (each := weight(run)) > 0]
        amount = min(MOST_FROM_ONE, max(0, len(telling) - FREE_RUNS) / RUNS_THAT_TELL)
        total += amount * sum(telling) / len(telling)
        if same_names(one, other):
            names = one.names & other.names
            total += NAME_WEIGHT * sum(weight(("name", each)) for each in names)
        if one.spelling == other.spelling:
            total += SPELLING_WEIGHT * amount * weight(one.spelling)
        remarks = one.remarks & other.remarks
        total += sum(weight(("remark", each)) for each in remarks)
        # A copy may define what its original took from elsewhere.
        foreign = other.foreign & (one.foreign | one.names)
        total += sum(weight(("foreign", each)) for each in foreign)
    return total
