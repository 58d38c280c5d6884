"""One notebook through a sandbox: its cells run, its functions answer, and nothing is believed.

A cell that ends the process, or never ends, costs itself only: the notebook runs once more
without it. What is said of the notebook afterwards is for the instructor to read.
"""

import pickle
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from embedlab.grading.batch.sandbox import Sandbox
from embedlab.grading.calls import Facts, Outcome
from embedlab.grading.declaration import Arguments, Assignment
from embedlab.grading.handed_in.wording import printable
from embedlab.grading.inside.frames import Limits
from embedlab.grading.inside.wire import GarbledError, decode, decode_facts, text

MOST_ATTEMPTS = 12
_MOST_OUTPUTS = 1_000
_MOST_SUSPICIONS = 10
_LOST = {
    "hung": "nothing, it ran for too long and was stopped; look for a loop that never ends",
    "died": "nothing, it ended the whole program: does it call exit, or need more memory than "
    "there is?",
    "left": "nothing: it was not tried, after other checks had run for too long",
}
_MIME_TYPES = frozenset(
    ("text/plain", "text/html", "text/latex", "text/markdown", "image/png", "image/jpeg")
)
"""What a display may consist of; nothing among it is run where it is shown."""


@dataclass(frozen=True)
class Shown:
    """What a cell came to.

    Attributes:
        is_ok: Whether it ran to its end.
        count: Its number in the order of execution.
        outputs: What it showed, as a notebook keeps it.
    """

    is_ok: bool
    count: int | None
    outputs: list[dict[str, Any]]


@dataclass
class Execution:
    """What a notebook came to, all of it plain data.

    Attributes:
        cells: What each cell came to, by number.
        facts: What is known of each function, by name.
        answers: What a function did in the cases of a check and in the first once more, by the
            name of the check.
        limits: Which limits it met, a sentence each.
        suspicions: What a person should look at, a sentence each.
    """

    cells: dict[int, Shown] = field(default_factory=dict)
    facts: dict[str, Facts] = field(default_factory=dict)
    answers: dict[str, list[Outcome]] = field(default_factory=dict)
    limits: list[str] = field(default_factory=list)
    suspicions: list[str] = field(default_factory=list)


def execute(
    sandbox: Callable[[], Sandbox],
    cells: Mapping[int, str],
    files: Mapping[str, bytes],
    assignment: Assignment | None,
    cases: Mapping[str, Sequence[Arguments]],
) -> Execution:
    """Run a notebook.

    Args:
        sandbox: Returns a sandbox that can take a notebook.
        cells: The sources of the code cells, by number.
        files: What lies beside the notebook.
        assignment: Whose functions are called; None to run the cells only.
        cases: The cases of each of its checks.
    """
    start = time.monotonic()
    lost: dict[int | str, str] = {}
    is_second = False
    for _ in range(MOST_ATTEMPTS):
        left = [(number, source) for number, source in cells.items() if number not in lost]
        asked = {name: each for name, each in cases.items() if name not in lost}
        behind = sandbox()
        hearing = _Hearing(asked)
        for event in behind.run(left, files, pickle.dumps(_questions(assignment, asked))):
            hearing.hear(event)
        culprit = hearing.culprit()
        # What takes all the time that there is would take it again.
        is_late = time.monotonic() > start + behind.limits.notebook_seconds
        if hearing.was_killed and not is_second and not is_late:
            # Perhaps by somebody else, or for want of memory: it is not blamed yet.
            is_second = True
            continue
        if hearing.is_over or culprit is None or culprit in lost or is_late:
            break
        # What ran after it may have been stopped for the processes that it left: once more.
        lost = {each: why for each, why in lost.items() if not _is_after(each, culprit, cells)}
        lost[culprit] = hearing.reason(culprit, behind.limits)
    found = hearing.found
    if not hearing.is_over:
        found.limits.append(hearing.reason(None, behind.limits))
    for culprit, reason in lost.items():
        found.limits.append(reason)
        if isinstance(culprit, int):
            found.cells[culprit] = _stopped(reason)
        else:
            found.answers[culprit] = [_lost("died")]
    return found


def _is_after(one: int | str, other: int | str, cells: Mapping[int, str]) -> bool:
    """Return whether one runs after the other: a cell, or a check, which all cells come before."""
    order = [*cells]
    first, second = (
        order.index(each) if isinstance(each, int) else len(order) for each in (one, other)
    )
    return first > second


def _questions(
    assignment: Assignment | None, cases: Mapping[str, Sequence[Arguments]]
) -> list[tuple[str, list[tuple[str, Sequence[Arguments]]]]]:
    """Return what to ask, by function."""
    asked: dict[str, list[tuple[str, Sequence[Arguments]]]] = {}
    for check in assignment.checks.values() if assignment else ():
        if check.name in cases:
            asked.setdefault(check.task.name, []).append((check.name, cases[check.name]))
    return list(asked.items())


class _Hearing:
    """What is told of a run, put in order as it comes."""

    def __init__(self, cases: Mapping[str, Sequence[Arguments]]) -> None:
        self.found = Execution()
        self.is_over = False
        self._cases = cases
        self._now: int | str | None = None
        self._end: Mapping[str, Any] = {}

    def hear(self, event: Mapping[str, Any]) -> None:
        """Take note of one event; what cannot be understood is something to look at."""
        try:
            self._hear(event)
        except GarbledError as error:
            self._suspect(f"What it told of itself could not be read ({error}): was it forged?")

    @property
    def was_killed(self) -> bool:
        """Whether it, or the sandbox with it, was killed otherwise than for a limit."""
        end = self._end
        return end.get("reason") == "died" or (
            end.get("reason") == "" and end.get("status") == -signal.SIGKILL
        )

    def culprit(self) -> int | str | None:
        """Return what ran when it ended too early: the number of a cell, the name of a check."""
        return self._now

    def reason(self, culprit: int | str | None, limits: Limits) -> str:
        """Return why it ended too early, in a sentence."""
        place = (
            "The notebook" if culprit is None
            else f"Cell {culprit + 1}" if isinstance(culprit, int)
            else f"The function asked by {culprit}"
        )  # fmt: skip
        match self._end.get("reason"):
            case "time":
                return f"{place} was stopped: all took more than {limits.notebook_seconds} s."
            case "silence":
                return f"{place} ran for more than {limits.cell_seconds} s and heeded no interrupt."
            case "memory":
                return f"{place} needed more than {limits.memory / 1024**2:.0f} MB of memory."
            case "processes":
                return f"{place} started more than {limits.processes} processes."
            case "output":
                return f"{place} handed back more than {limits.output_bytes / 1024**2:.0f} MB."
            case "":
                return f"{place} ended the process (exit status {self._end.get('status')})."
        return f"{place} ended the whole sandbox."

    def _hear(self, event: Mapping[str, Any]) -> None:
        match event:
            case {"cell": int(number)}:
                self._now = number
            case {"ran": int(number), "ok": bool(is_ok), "outputs": list(outputs)}:
                count = _number(event.get("count"))
                self.found.cells[number] = Shown(is_ok, count, _outputs(outputs))
                self._now = None
            case {"function": str(name), "facts": facts}:
                self.found.facts[name] = decode_facts(facts)
            case {"asked": str(name)} if name in self._cases:
                self._now = name
            case {"check": str(name), "outcomes": list(outcomes)} if name in self._cases:
                if len(outcomes) != len(self._cases[name]) + 1:
                    raise GarbledError(f"{len(outcomes)} answers to {len(self._cases[name])} cases")
                self.found.answers[name] = [decode(outcome) for outcome in outcomes]
                self._now = None
            case {"check": str(name), "lost": "hung" | "died" | "left" as how}:
                self.found.answers[name] = [_lost(how)]
                self._now = None
            case {"stage": "done"}:
                self.is_over = True
            case {"stage": "asking"}:
                pass
            case {"broken": str(words)}:
                last = printable(text(words).strip().split("\n")[-1])
                self._suspect(f"What runs the notebook failed ({last}): was it tampered with?")
            case {"reason": str(), "clean": bool(is_clean)}:
                self._end = event
                if event.get("leftovers"):
                    self._suspect(
                        f"It left {event['leftovers']} processes running; they were ended."
                    )
                if not is_clean:
                    self._suspect("It changed or broke its sandbox, which was thrown away.")
            case _:
                raise GarbledError("an unknown event")

    def _suspect(self, sentence: str) -> None:
        if sentence not in self.found.suspicions and len(self.found.suspicions) < _MOST_SUSPICIONS:
            self.found.suspicions.append(sentence)


def _lost(how: str) -> Outcome:
    # To end the program is an error; the rest is what an interrupt says.
    return Outcome(
        error_type="SystemExit" if how == "died" else "KeyboardInterrupt", error=_LOST[how]
    )


def _stopped(reason: str) -> Shown:
    output = {"output_type": "error", "ename": "Stopped", "evalue": reason, "traceback": [reason]}
    return Shown(False, None, [output])


def _outputs(told: Sequence[Any]) -> list[dict[str, Any]]:
    """Return a cell's outputs in the forms that a notebook knows; others are left out."""
    outputs: list[dict[str, Any]] = []
    for each in told[:_MOST_OUTPUTS]:
        match each:
            case {"output_type": "stream", "name": "stdout" | "stderr" as name, "text": str(shown)}:
                outputs.append({"output_type": "stream", "name": name, "text": _text(shown)})
            case {"output_type": "display_data", "data": dict(data)}:
                outputs.append({"output_type": "display_data", "data": _data(data), "metadata": {}})
            case {"output_type": "execute_result", "data": dict(data), "execution_count": count}:
                outputs.append(
                    {"output_type": "execute_result", "data": _data(data), "metadata": {},
                     "execution_count": _number(count)}
                )  # fmt: skip
            case {"output_type": "error", "ename": str(name), "evalue": str(value),
                  "traceback": list(lines)}:  # fmt: skip
                trace = [_text(line) for line in lines if isinstance(line, str)]
                outputs.append(
                    {"output_type": "error", "ename": _text(name), "evalue": _text(value),
                     "traceback": trace}
                )  # fmt: skip
    return outputs


def _number(value: Any) -> int | None:
    """Return a number of a cell as a notebook can have it."""
    return value if type(value) is int and 0 < value < 10**6 else None


def _data(data: Mapping[Any, Any]) -> dict[str, str]:
    kept = {
        mime: _text(value)
        for mime, value in data.items()
        if mime in _MIME_TYPES and isinstance(value, str)
    }
    return kept or {"text/plain": "(of a kind that is not shown here)"}


def _text(value: str) -> str:
    """Return text that a file can hold."""
    return value.encode("utf-8", "replace").decode()
