"""``embedlab grade``, but a cell has less time, so that endless ones do not keep the tests waiting.

``python tests/hostile/grade.py ASSIGNMENT --submitted ... --output ...``
"""

from embedlab.grading.batch import command
from embedlab.grading.cli import main
from embedlab.grading.inside.frames import Limits

if __name__ == "__main__":
    command.Limits = lambda: Limits(cell_seconds=3, check_seconds=1, notebook_seconds=40)
    main()
