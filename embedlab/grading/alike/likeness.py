"""What is shown of code that is alike: the lines in common, and the sentence about them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from embedlab.grading.alike.outlines import RUN_LENGTH, Reading, Run, Work

# Of the evidence as much is shown.
MOST_LINES, MOST_CHARACTERS = 4, 300
# A run that occurs more often than this in one function shows nothing.
MOST_PLACES = 20


@dataclass(frozen=True)
class Likeness:
    """A function that two have alike.

    Attributes:
        function: Its name.
        share: Of the runs of nodes that can tell anything, those in common: 0 to 1.
        lines: The longest part in common, as either wrote it.
        names_too: Whether names of one's own and remarks agree as well.
    """

    function: str
    share: float
    lines: tuple[str, str]
    names_too: bool


def sentence(other: str, found: Sequence[Likeness]) -> str:
    """Return what the instructor reads about a likeness: what is alike, and the evidence.

    Args:
        other: Whose work it is like, such as "the work of ada" or "the reference solution".
        found: What is alike, not empty.
    """
    longest = max(found, key=lambda each: len(each.lines[0]))
    functions = ", ".join(f"{each.function} ({each.share:.0%})" for each in found)
    named = [each.function for each in found if each.names_too]
    also = f", in {', '.join(named)} with the same names or remarks" if named else ""
    ours, theirs = (" ⏎ ".join(text.split("\n")) for text in longest.lines)
    where = "in both" if ours == theirs else f"where that has {theirs!r}"
    return (
        f"A person should look: {functions} built as in {other}{also}; for example, "
        f"{longest.function} has {ours!r} {where}."
    )


def likenesses(first: Work, second: Work, shares: Mapping[str, float]) -> tuple[Likeness, ...]:
    """Return what two have alike, with the lines that show it.

    Args:
        first: All that one has.
        second: All that the other has.
        shares: The functions that are alike, and how much of each.
    """
    found = []
    for name, share in shares.items():
        one, other = first[name], second[name]
        start, other_start, length = _longest(one.runs, other.runs)
        texts = (_lines(one, start, length), _lines(other, other_start, length))
        found.append(Likeness(name, share, texts, same_names(one, other)))
    return tuple(found)


def said(function: Reading) -> set[object]:
    """Return names and remarks, told apart from each other and from runs."""
    return {("name", each) for each in function.names} | {
        ("remark", each) for each in function.remarks
    }


def same_names(first: Reading, second: Reading) -> bool:
    """Return whether at least two own names or remarks agree, and four in five of the fewer."""
    ours, theirs = said(first), said(second)
    n_shared = len(ours & theirs)
    return n_shared >= 2 and n_shared >= 0.8 * min(len(ours), len(theirs))


def _longest(first: Sequence[Run | None], second: Sequence[Run | None]) -> tuple[int, int, int]:
    """Return where the longest common row of runs starts in either, and how many there are."""
    places = defaultdict(list)
    for j, run in enumerate(second):
        if run is not None:
            places[run].append(j)
    few = {run: found for run, found in places.items() if len(found) <= MOST_PLACES}
    best = (0, 0, 0)
    before: dict[int, int] = {}
    for i, run in enumerate(first):
        lengths = {j: before.get(j - 1, 0) + 1 for j in few.get(run, [])} if run else {}
        for j, length in lengths.items():
            best = max(best, (i - length + 1, j - length + 1, length), key=lambda each: each[2])
        before = lengths
    return best


def _lines(function: Reading, start: int, n_runs: int) -> str:
    """Return the lines that some runs lie in, the first of them if there are many."""
    places = set(function.lines[start : start + n_runs + RUN_LENGTH - 1])
    source = function.source.split("\n")
    lines = [source[place].strip() for place in sorted(places)]
    # Everybody has the first line of the function asked for.
    told = [line for line in lines if not line.startswith("def ")] or lines
    return "\n".join(told[:MOST_LINES])[:MOST_CHARACTERS]
