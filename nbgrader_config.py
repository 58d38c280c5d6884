"""Stock nbgrader's settings; the course folder is the one this file lies in."""

import os
import sysconfig
from pathlib import Path

from embedlab.grading.feedback import FeedbackExporter
from embedlab.grading.stock import autograde_preprocessors
from embedlab.grading.unattended import STARTUP

c = get_config()  # noqa: F821 - nbgrader puts it there

_root = Path(__file__).resolve().parent
# What `make clean` must never remove: submissions, gradebook, feedback. Git ignores the folder.
_output = _root / "grading"
# nbgrader cannot create the folder of its database itself.
_output.mkdir(parents=True, exist_ok=True)
# For a new database nbgrader calls `alembic` by name, also where the environment is not active.
os.environ["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])

c.CourseDirectory.course_id = "embedlab"
c.CourseDirectory.root = str(_root)
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.CourseDirectory.submitted_directory = "grading/submitted"
c.CourseDirectory.autograded_directory = "grading/autograded"
c.CourseDirectory.feedback_directory = "grading/feedback"
c.CourseDirectory.db_url = f"sqlite:///{_output / 'gradebook.db'}"

# A check cell that a student deleted comes back, so the work before it still counts.
c.OverwriteCells.add_missing_cells = True
# A submission's kernel has nothing to save: ending it at once takes 0.2 s off each.
c.Execute.shutdown_kernel = "immediate"
# Without this every kernel says on the terminal that its loopback sockets are not encrypted.
c.Execute.extra_arguments = [
    "--log-level=ERROR",
    "--HistoryManager.hist_file=:memory:",
    # A call of input() gets an answer: nobody sits there, and it must cost no points.
    f"--IPKernelApp.exec_lines={STARTUP}",
]

# Hidden cases from a secret, another set for each student; points for the optional challenge.
c.Autograde.autograde_preprocessors = autograde_preprocessors()
# The same pages of feedback in a third of the time.
c.GenerateFeedback.exporter_class = FeedbackExporter
c.ExecuteOnHiddenCases.secret_file = str(_output / "secret-seed")
