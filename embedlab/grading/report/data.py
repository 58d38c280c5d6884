"""What a report of a graded assignment says, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

NO_ISOLATION = "none"
# A check that no more than this share passes may be at fault itself, given enough submissions.
_RARE, _ENOUGH = 0.1, 5


@dataclass(frozen=True)
class Part:
    """A student's points for one function; ``is_open`` if a person has yet to mark some."""

    points: float
    is_open: bool = False


@dataclass(frozen=True)
class Row:
    """What the table of students says about one of them.

    Attributes:
        student: Who.
        points: The points given so far.
        is_open: Whether a person has yet to mark something.
        parts: The points by group, in the order of the report's groups.
        problem: Why the submission could not be graded; then there are no points.
        suspicions: What a person should look at.
    """

    student: str
    points: float
    is_open: bool
    parts: tuple[Part, ...]
    problem: str
    suspicions: tuple[str, ...]


@dataclass(frozen=True)
class Passes:
    """How many pass a check, of those on whom it was judged.

    Attributes:
        name: Of the check.
        function: That it is about; "" in an instructor's own assignment.
        points: What it is worth.
        is_bonus: Whether it belongs to the optional challenge.
        passed: How many have all of its points.
        some: How many have some of them, which in the course's own checks are all or nothing.
        judged: How many it was judged on.
    """

    name: str
    function: str
    points: float
    is_bonus: bool
    passed: int
    some: int
    judged: int

    @property
    def share(self) -> float:
        """The share that passes it; 0 where nobody was judged."""
        return self.passed / self.judged if self.judged else 0.0

    @property
    def is_rare(self) -> bool:
        """Whether so few pass it that somebody should look at the check. A bonus may be hard."""
        return self.judged >= _ENOUGH and self.some <= _RARE * self.judged and not self.is_bonus


@dataclass(frozen=True)
class Finding:
    """A sentence, whom it is about and, for a mistake, in which checks."""

    sentence: str
    students: tuple[str, ...]
    checks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bar:
    """How many have so many points: at least ``first``, less than ``last`` + 1."""

    first: int
    last: int
    n: int

    @property
    def label(self) -> str:
        """The points, as one number or a range."""
        return f"{self.first}" if self.first == self.last else f"{self.first}–{self.last}"


@dataclass(frozen=True)
class Spread:
    """Mean, quartiles, and the least and the most points."""

    mean: float
    median: float
    lower: float
    upper: float
    least: float
    most: float


@dataclass(frozen=True)
class Report:
    """Everything that table, CSV and page say. All text is fit to print; none is fit for HTML.

    Attributes:
        name: Of the assignment.
        version: Of the assignment; None for an instructor's own.
        when: When the report was made.
        n_graded: How many of the submissions have points.
        max_points: The best possible, without the bonus.
        bonus_points: What the bonus can add.
        isolations: What kept students' code from the machine, and in how many submissions.
        spread: None if nothing was graded.
        bars: The histogram of the points.
        checks: Passes, in the order of the notebook.
        mistakes: The commonest first.
        unwritten: Functions as released, the bonus aside.
        limits: Which were met.
        repairs: What was put right.
        not_graded: The reasons.
        to_mark: By cell.
        groups: Name and points of the columns of the table of students.
        rows: All students, by name.
    """

    name: str
    version: int | None
    when: datetime
    n_graded: int
    max_points: float
    bonus_points: float
    isolations: Mapping[str, int]
    spread: Spread | None
    bars: tuple[Bar, ...]
    checks: tuple[Passes, ...]
    mistakes: tuple[Finding, ...]
    unwritten: tuple[Finding, ...]
    limits: tuple[Finding, ...]
    repairs: tuple[Finding, ...]
    not_graded: tuple[Finding, ...]
    to_mark: tuple[Finding, ...]
    groups: tuple[tuple[str, float], ...]
    rows: tuple[Row, ...]

    @property
    def suspicious(self) -> tuple[Row, ...]:
        """The students whose submissions a person should look at."""
        return tuple(row for row in self.rows if row.suspicions)

    @property
    def points(self) -> tuple[float, ...]:
        """The points of all graded submissions."""
        return tuple(row.points for row in self.rows if not row.problem)
