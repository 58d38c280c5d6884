"""The commands ``check``, ``release``, ``grade`` and ``scores`` of ``embedlab``."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from embedlab.grading import lighter  # noqa: F401
from embedlab.grading.course import CourseError, open_course
from embedlab.grading.printing import print_report, print_scores, say

app = typer.Typer()

Name = Annotated[str, typer.Argument(metavar="ASSIGNMENT", help="Its folder in solutions/.")]
OptionalName = Annotated[
    str | None, typer.Argument(metavar="[ASSIGNMENT]", help="All assignments if left out.")
]
OptionalNames = Annotated[
    list[str] | None, typer.Argument(metavar="[ASSIGNMENT]...", help="All if left out.")
]
Folder = Annotated[Path, typer.Option("--course", help="The course folder.")]
Submitted = Annotated[
    Path | None, typer.Option(help="Where STUDENT/ASSIGNMENT/ASSIGNMENT.ipynb lie.")
]
Output = Annotated[Path | None, typer.Option(help="Where results go; grading/ if left out.")]
Database = Annotated[
    str,
    typer.Option(metavar="URL", help="The gradebook, postgresql://...; a file if left out."),
]
Checks = Annotated[bool, typer.Option("--checks", help="Also show how many pass each check.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Do not print the tables.")]
HERE = Path()


class Wall(StrEnum):
    """The walls that ``--sandbox`` offers."""

    bubblewrap = "bubblewrap"
    docker = "docker"
    podman = "podman"


class Lms(StrEnum):
    """The learning management systems whose columns a CSV can have."""

    plain = "plain"
    canvas = "canvas"
    moodle = "moodle"


@app.command()
def check(
    path: Annotated[Path, typer.Argument(help="A notebook, or the folder it lies in.")],
    timeout: Annotated[
        int, typer.Option(min=1, help="Seconds after which a cell is interrupted.")
    ] = 20,
) -> None:
    """Run all checks of your notebook and say what each of them says.

    Runs a copy, from top to bottom. The exit status is 0 if all is right (the optional challenge
    aside), 1 if something is not, 2 if the notebook could not be checked.
    """
    from embedlab.grading.notebooks import check_notebook, find_notebook

    notebook = find_notebook(path)
    terminal = Console(stderr=True)
    with terminal.status(f"Running {notebook} ..."):
        report = check_notebook(notebook, timeout=timeout)
    print_report(report)
    if any(result.problem and not result.check.is_bonus for result in report.results):
        raise typer.Exit(1)


@app.command()
def release(assignments: OptionalNames = None, folder: Folder = HERE) -> None:
    """Generate the students' notebooks in exercises/ from those in solutions/."""
    from embedlab.grading import gradebook

    course = open_course(folder)
    for assignment in assignments or ():
        course.require_assignment(assignment)
    for assignment in assignments or course.assignments():
        notebook = gradebook.release(course, assignment)
        say(f"Released: {notebook.relative_to(course.root)}")


@app.command()
def grade(
    assignment: Name,
    students: Annotated[
        str, typer.Option(metavar="NAMES", help="Only these, separated by commas.")
    ] = "",
    jobs: Annotated[
        int, typer.Option(min=0, help="How many at a time; 0: as many as there are processors.")
    ] = 0,
    db: Database = "",
    scheduler: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Grade on a Dask cluster, tcp://HOST:PORT.")
    ] = "",
    sandbox: Annotated[
        Wall, typer.Option(help="What stands between the students' code and the machine.")
    ] = Wall.bubblewrap,
    image: Annotated[str, typer.Option(help="What a container is made from.")] = "embedlab-sandbox",
    unsafe: Annotated[
        bool, typer.Option("--unsafe-no-sandbox", help="Run students' code with your own rights.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Also what has not changed since the last time.")
    ] = False,
    lms: Annotated[Lms, typer.Option(help="Whose columns the CSV of points has.")] = Lms.plain,
    submitted: Submitted = None,
    output: Output = None,
    folder: Folder = HERE,
    quiet: Quiet = False,
) -> None:
    """Grade submissions in a sandbox; write feedback, points and a report, and print its tables.

    Only what has changed since the last time. `embedlab scores` prints each student's points.
    """
    course = open_course(folder, submitted=submitted, output=output, database=db)
    course.require_assignment(assignment)
    from embedlab.grading.batch.pools import begin_loading

    # While this process loads nbgrader, which takes two seconds, another one does so too.
    begin_loading()
    from embedlab.grading.batch.command import Options, grade_assignment
    from embedlab.grading.handed_in.wording import printable

    only = [name.strip() for name in students.split(",") if name.strip()]
    options = Options(
        students=only,
        n_jobs=jobs,
        scheduler=scheduler,
        kind="none" if unsafe else sandbox.value,
        image=image,
        again=again,
        lms=lms.value,
    )
    graded = grade_assignment(course, assignment, options, Console(stderr=True))
    for table in () if quiet else graded.tables:
        Console().print(table)
    for record in graded.records:
        if record.problem:
            say(f"Not graded: {printable(record.student)}: {record.problem}")
    say(graded.summary)
    for name, path in graded.files.items():
        say(f"{name + ':':11} {path}")


@app.command()
def scores(
    assignment: OptionalName = None,
    output: Output = None,
    db: Database = "",
    folder: Folder = HERE,
    checks: Checks = False,
) -> None:
    """Print the scores that the gradebook holds."""
    from embedlab.grading import gradebook

    course = open_course(folder, output=output, database=db)
    if assignment is not None:
        course.require_assignment(assignment)
    if not db and not course.gradebook.is_file():
        raise CourseError(
            f"output must hold a gradebook, got none at {course.gradebook}; "
            f"run  embedlab grade {assignment or 'ASSIGNMENT'}  first"
        )
    for name in [assignment] if assignment else course.assignments():
        print_scores(name, gradebook.scores(course, name), checks)
